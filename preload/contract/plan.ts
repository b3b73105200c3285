import { z } from './zod'

/** Names that become path segments and shell words on hosts, so the alphabet is closed. */
export const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'letters, digits, ".", "_" and "-" only, at most 64')

/** A Linux network interface name (IFNAMSIZ is 16 with the NUL). */
export const interfaceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}$/)

/** `mlx5_0` or `mlx5_0:1` (device and port). */
export const hcaName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}(:[0-9]{1,3})?$/)

export const level = z.union([z.string().min(1).max(64), z.number(), z.boolean()])
export type Level = z.infer<typeof level>

/** Factor -> level; one point of the design. */
export const arm = z.record(slug, level)
export type Arm = z.infer<typeof arm>

export const hostSpec = z.strictObject({
  /** ssh_config alias or user@host:port. */
  ssh: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^-\s][^\s]*$/)
    .optional(),
  local: z.literal(true).optional(),
  /** Shell text run before the probe in the same shell: `module load cuda`. */
  setup: z.string().max(4096).optional(),
  /** Python to use; without it the first that can import what the probe needs. */
  python: z.string().max(1024).optional(),
})
export type HostSpec = z.infer<typeof hostSpec>

export const fabricSpec = z.strictObject({
  kind: z.enum(['ethernet', 'infiniband', 'roce']),
  /** Plan host -> interface that carries the traffic. */
  interfaces: z.record(slug, interfaceName).optional(),
  /** Plan host -> HCA, for infiniband and roce. */
  hcas: z.record(slug, hcaName).optional(),
  /** Plan host -> address, when the interface has several or is not to be asked. */
  addresses: z.record(slug, z.string().regex(/^[0-9A-Fa-f.:%A-Za-z_-]+$/)).optional(),
})
export type FabricSpec = z.infer<typeof fabricSpec>

export const probeUse = z.strictObject({
  probe: slug,
  /** Plan hosts in role order: for two-sided probes the first is the client. */
  hosts: z.array(slug).min(1).max(64),
  params: z.record(z.string(), z.unknown()).default({}),
  /** Factor -> levels: the entry runs only in arms with one of them; absent: in every arm. */
  when: z.record(slug, z.array(level).min(1).max(64)).optional(),
})
export type ProbeUse = z.infer<typeof probeUse>

export const planOrder = z.strictObject({
  kind: z.enum(['randomised-blocks', 'abba', 'sequential']).default('randomised-blocks'),
  seed: z.int().min(0).max(0xffffffff).default(1),
})

export const planLimits = z.strictObject({
  /** Wall-clock limit of one launch, seconds. */
  run_seconds: z.number().positive().max(86_400).default(600),
  /** How often a failed launch is tried again. */
  retries: z.int().min(0).max(10).default(1),
  /** How long a host that stopped answering is tried again before the experiment pauses, seconds. */
  reconnect_seconds: z.number().min(0).max(86_400).default(300),
  /** Launches that telemetry found disturbed (throttled, a busy host) count in verdicts all the same; absent: they do not. */
  keep_disturbed: z.boolean().optional(),
})

/** How the hosts are watched while a launch runs. */
export const planTelemetry = z.union([
  z.literal('off'),
  z.strictObject({
    /** Rows a second, of the kernel's counters and of the GPUs. */
    hz: z.number().min(0.1).max(10).default(1),
    /** Count retransmissions with bpftrace as well, where it is installed and the user is root. */
    bpftrace: z.boolean().optional(),
  }),
])
export type PlanTelemetry = z.infer<typeof planTelemetry>

/** Without a word in the plan every launch is watched once a second. */
export const defaultTelemetry: PlanTelemetry = { hz: 1 }

/** The plan file's schema (YAML on disk); field names are the file's own. */
export const planSchema = z.strictObject({
  headroom: z.literal(1),
  name: z.string().min(1).max(120).optional(),
  question: z.string().min(1).max(500),
  hosts: z.record(slug, hostSpec),
  fabrics: z.record(slug, fabricSpec).default({}),
  factors: z.record(slug, z.array(level).min(1).max(64)).default({}),
  /** Explicit arms instead of the full cross of the factors. */
  arms: z.array(arm).min(1).max(256).optional(),
  probes: z.array(probeUse).min(1).max(32),
  repeats: z.int().min(1).max(1000).default(5),
  warmup: z.int().min(0).max(20).default(1),
  order: planOrder.prefault({}),
  limits: planLimits.prefault({}),
  /** Beside every launch; absent: `{ hz: 1 }`. */
  telemetry: planTelemetry.optional(),
})
export type Plan = z.infer<typeof planSchema>
