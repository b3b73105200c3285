import { appError, type HostSpec, type Inventory } from '../../../preload/contract'
import { parseInventory } from '../../../remote-scripts'
import type { RemoteHost } from '../../ports/remote-host'
import type { Deps } from '../deps'

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The program that `sh -s` (or a login bash, when `setup` needs module and source) reads on stdin; it writes nothing on the host. */
const program = (deps: Pick<Deps, 'kitFiles'>, spec: HostSpec): { command: string; stdin: string } => {
  const script = deps.kitFiles.get('inventory/run.sh')
  if (!script) throw appError('internal', 'The inventory script is missing from the kit.')
  const python = spec.python ? `HR_PYTHON=${quote(spec.python)}\nexport HR_PYTHON\n` : ''
  const setup = spec.setup ? `{ ${spec.setup}\n} </dev/null >/dev/null 2>&1\n` : ''
  return { command: spec.setup ? 'bash -l -s' : 'sh -s', stdin: `${python}${setup}${script}` }
}

export interface CapturedInventory {
  inventory: Inventory
  raw: Uint8Array
}

/** What the host has, and per probe whether it can run there. Read-only on the host. Throws ssh.*, parse.*. */
export const captureInventory = async (
  deps: Pick<Deps, 'kitFiles' | 'probes'>,
  host: RemoteHost,
  spec: HostSpec,
  signal?: AbortSignal,
): Promise<CapturedInventory> => {
  const { command, stdin } = program(deps, spec)
  const result = await host.exec(command, { stdin, signal, timeoutMs: 90_000, maxBytes: 16 * 1024 * 1024 })
  const text = new TextDecoder().decode(result.stdout)
  const { inventory, problem } = parseInventory(text)
  if (problem) {
    throw appError(problem.code, problem.message, {
      evidence: problem.evidence ?? result.stderr.slice(-500),
      params: { host: host.target },
    })
  }
  const simulated = inventory.simulated || (host.serverSoftware ?? '').includes('HeadroomSimulatedLab')
  const preflight = [...deps.probes.values()].filter((probe) => probe.id !== 'inventory').map((probe) => probe.preflight(inventory, null))
  return { inventory: { ...inventory, simulated, preflight }, raw: result.stdout }
}
