import { z } from './zod'
import { hostSpec, slug } from './plan'
import { inventory } from './inventory'
import { problem } from './problem'

/** A host the user keeps in the address book of the store. */
export const savedHost = z.object({
  name: slug,
  spec: hostSpec,
  addedAt: z.string(),
  lastSeenAt: z.string().nullable(),
  inventory: inventory.nullable(),
  inventoryAt: z.string().nullable(),
})
export type SavedHost = z.infer<typeof savedHost>

export const hostTest = z.object({
  host: z.string(),
  target: z.string(),
  ok: z.boolean(),
  problem: problem.nullable(),
  /** Connect plus one round trip, milliseconds. */
  connectMs: z.number().nullable(),
  cipher: z.string().nullable(),
  serverSoftware: z.string().nullable(),
  simulated: z.boolean(),
})
export type HostTest = z.infer<typeof hostTest>

/** A question that only the user can answer; the answer never touches the disk. */
export const promptRequest = z.discriminatedUnion('kind', [
  z.object({
    id: z.string(),
    kind: z.literal('host_key'),
    host: z.string(),
    address: z.string(),
    keyType: z.string(),
    /** `SHA256:…` as ssh-keygen -l prints it. */
    fingerprint: z.string(),
  }),
  z.object({ id: z.string(), kind: z.literal('password'), host: z.string(), user: z.string() }),
  z.object({ id: z.string(), kind: z.literal('passphrase'), host: z.string(), keyPath: z.string() }),
  z.object({
    id: z.string(),
    kind: z.literal('keyboard_interactive'),
    host: z.string(),
    name: z.string(),
    instructions: z.string(),
    prompts: z.array(z.object({ prompt: z.string(), echo: z.boolean() })),
  }),
])
export type PromptRequest = z.infer<typeof promptRequest>

/** host_key: ['accept'] keeps it in known_hosts, ['once'] does not; secrets: one answer per prompt; null: declined. */
export const promptAnswer = z.object({ id: z.string(), answers: z.array(z.string()).nullable() })
export type PromptAnswer = z.infer<typeof promptAnswer>
