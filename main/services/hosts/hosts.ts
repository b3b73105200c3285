import { appError, toProblem, type HostSpec, type HostTest, type Inventory, type SavedHost } from '../../../preload/contract'
import type { Deps } from '../deps'
import { captureInventory } from './inventory'

export const findHost = (deps: Pick<Deps, 'store'>, name: string): SavedHost => {
  const host = deps.store.listHosts().find((one) => one.name === name)
  if (!host)
    throw appError('store.not_found', `There is no host "${name}" in the list; add it with: headroom hosts add ${name} --ssh ALIAS`)
  return host
}

export const addHost = (deps: Deps, name: string, spec: HostSpec): SavedHost => {
  if (!spec.ssh === !spec.local)
    throw appError('input.invalid', 'Give either an ssh alias (or user@host:port) or "this machine", not both and not neither.')
  const before = deps.store.listHosts().find((one) => one.name === name)
  const host: SavedHost = {
    name,
    spec,
    addedAt: before?.addedAt ?? deps.clock.nowIso(),
    lastSeenAt: null,
    inventory: null,
    inventoryAt: null,
  }
  deps.store.saveHost(host)
  deps.events.emit('hosts.changed', {})
  return host
}

export const removeHost = (deps: Deps, name: string): void => {
  findHost(deps, name)
  deps.store.removeHost(name)
  deps.events.emit('hosts.changed', {})
}

/** Connects and makes one round trip. Never throws for what the host does. */
export const testHost = async (deps: Deps, name: string, spec: HostSpec, signal?: AbortSignal): Promise<HostTest> => {
  const failed = { host: name, ok: false, connectMs: null, cipher: null, serverSoftware: null, simulated: false }
  let target = name
  try {
    target = deps.pool.describe(spec)
    const started = deps.clock.monotonicMs()
    const remote = await deps.pool.get(spec, signal)
    await remote.exec('true', { signal, timeoutMs: 30_000 })
    return {
      host: name,
      target: remote.target,
      ok: true,
      problem: null,
      connectMs: deps.clock.monotonicMs() - started,
      cipher: remote.cipher,
      serverSoftware: remote.serverSoftware,
      simulated: (remote.serverSoftware ?? '').includes('HeadroomSimulatedLab'),
    }
  } catch (error) {
    return { ...failed, target, problem: toProblem(error) }
  }
}

export const inventoryOfHost = async (deps: Deps, name: string, signal?: AbortSignal): Promise<Inventory> => {
  const host = findHost(deps, name)
  const { inventory } = await captureInventory(deps, await deps.pool.get(host.spec, signal), host.spec, signal)
  const now = deps.clock.nowIso()
  deps.store.saveHost({ ...host, lastSeenAt: now, inventory, inventoryAt: now })
  deps.events.emit('hosts.changed', {})
  return inventory
}

export const noteSeen = (deps: Deps, name: string): void => {
  const host = deps.store.listHosts().find((one) => one.name === name)
  if (!host) return
  deps.store.saveHost({ ...host, lastSeenAt: deps.clock.nowIso() })
  deps.events.emit('hosts.changed', {})
}
