import type { Environment, Inventory, Run } from '../../../preload/contract'

export interface ArmFact {
  values: Set<string>
  /** Two arms that differ in it cannot be compared. */
  blocking: boolean
}

/** Facts of a run that change what is measured. */
const blockingFacts = [
  'backend',
  'batch_size',
  'bidirectional',
  'collectives',
  'connection',
  'call_graph',
  'cuda',
  'cuda_version',
  'driver',
  'driver_version',
  'dtype',
  'engine',
  'event',
  'global_batch_size',
  'gpu',
  'gpus_per_node',
  'grad_accum',
  'idle',
  'library',
  'micro_batch',
  'micro_batch_size',
  'nccl_version',
  'nodes',
  'params',
  'protocol',
  'qps',
  'ranks',
  'rate_hz',
  'redop',
  'seq',
  'seq_length',
  'streams',
  'test',
  'tool',
  'torch',
  'torch_version',
  'via',
  'world_size',
  'zero_stage',
] as const
/** Facts that a reader must see, and that rarely decide. */
const listedFacts = [
  'boot_id',
  'clocks',
  'governor',
  'iters',
  'iterations',
  'kernel',
  'nccl_tests_version',
  'os',
  'python',
  'sm_clock_mhz',
  'throttled',
  'tool_version',
  'version',
] as const

const add = (facts: Map<string, ArmFact>, what: string, value: unknown, blocking: boolean): void => {
  if (value === null || value === undefined || value === '') return
  const fact = facts.get(what) ?? { values: new Set<string>(), blocking }
  fact.values.add(Array.isArray(value) ? [...value].sort().join('+') : String(value))
  facts.set(what, fact)
}

const addRunFacts = (facts: Map<string, ArmFact>, run: Run): void => {
  for (const name of blockingFacts) if (Object.hasOwn(run.facts, name)) add(facts, name, run.facts[name], true)
  for (const name of listedFacts) if (Object.hasOwn(run.facts, name)) add(facts, name, run.facts[name], false)
  add(facts, 'probe version', run.probeVersion, false)
  if (run.hosts.length > 0) add(facts, 'hosts', run.hosts.join(', '), true)
}

const addInventory = (facts: Map<string, ArmFact>, host: string, inventory: Inventory): void => {
  for (const gpu of inventory.gpus) {
    add(facts, 'GPU model', gpu.name, true)
    add(facts, 'GPU driver', gpu.driver, true)
  }
  add(facts, 'CUDA', inventory.cudaVersion, true)
  add(facts, 'NCCL on the host', inventory.ncclVersion, true)
  add(facts, 'kernel', inventory.kernel, false)
  add(facts, 'operating system', inventory.os, false)
  add(facts, 'CPU', inventory.cpu.model, false)
  add(facts, 'CPU governor', inventory.cpu.governor, false)
  add(facts, 'boot id', `${host} ${inventory.bootId}`, false)
}

/** The environment that held when the run began: the latest captured by then, else the first there is. */
const environmentAt = (environments: readonly Environment[], host: string, startedAt: string | null): Environment | undefined => {
  const own = environments
    .filter((environment) => environment.host === host)
    .sort((left, right) => (left.capturedAt < right.capturedAt ? -1 : 1))
  return own.findLast((environment) => startedAt !== null && environment.capturedAt <= startedAt) ?? own[0]
}

/** Everything known about an arm's launches and hosts, by name; unknown (null) values are left out. */
export const armFacts = (runs: readonly Run[], environments: readonly Environment[]): Map<string, ArmFact> => {
  const facts = new Map<string, ArmFact>()
  const met = new Set<Environment>()
  for (const run of runs) {
    addRunFacts(facts, run)
    for (const host of run.hosts) {
      const environment = environmentAt(environments, host, run.startedAt)
      if (environment && !met.has(environment)) {
        met.add(environment)
        addInventory(facts, environment.host, environment.inventory)
      }
    }
  }
  return facts
}
