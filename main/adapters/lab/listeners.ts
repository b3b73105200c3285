import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isAlive } from './lock'
import { hostPath, statePath, withStateLock, writeAtomically } from './state'

/** A simulated server that waits on a simulated port; clients reach it at realPort on loopback. */
export interface Listener {
  host: string
  tool: string
  port: number
  realPort: number
  pid: number
}

const PROC_NET_TCP_HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

const fileOf = (listener: Pick<Listener, 'host' | 'port'>): string => `${listener.host}.${listener.port}.json`

/** The host's simulated /proc/net/tcp: state 0A is LISTEN. */
export const renderListeners = (dir: string, host: string, listeners: Listener[]): void => {
  const lines = listeners.map(({ port, pid }, index) => {
    const address = `00000000:${port.toString(16).toUpperCase().padStart(4, '0')}`
    return `${String(index).padStart(4)}: ${address} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 ${pid} 1 0000000000000000 100 0 0 10 0`
  })
  writeAtomically(hostPath(dir, host, 'root', 'proc', 'net', 'tcp'), [PROC_NET_TCP_HEAD, ...lines, ''].join('\n'))
}

/** Live listeners of a host; what a killed server left is removed. Call it under the state lock. */
const sweep = (dir: string, host: string): Listener[] => {
  const folder = statePath(dir, 'listeners')
  const live: Listener[] = []
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${host}.`) || !name.endsWith('.json')) continue
    const listener = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Listener
    if (isAlive(listener.pid)) live.push(listener)
    else rmSync(`${folder}/${name}`, { force: true })
  }
  return live
}

/** False when the port is taken on that host. */
export const addListener = (dir: string, listener: Listener): boolean =>
  withStateLock(dir, () => {
    const live = sweep(dir, listener.host)
    if (live.some((other) => other.port === listener.port)) return false
    writeAtomically(`${statePath(dir, 'listeners')}/${fileOf(listener)}`, JSON.stringify(listener))
    renderListeners(dir, listener.host, [...live, listener])
    return true
  })

export const removeListener = (dir: string, listener: Listener): void =>
  withStateLock(dir, () => {
    rmSync(`${statePath(dir, 'listeners')}/${fileOf(listener)}`, { force: true })
    renderListeners(dir, listener.host, sweep(dir, listener.host))
  })

/** Who waits on a host's port; null: connection refused. */
export const findListener = (dir: string, host: string, port: number): Listener | null => {
  const path = `${statePath(dir, 'listeners')}/${fileOf({ host, port })}`
  if (!existsSync(path)) return null
  const listener = JSON.parse(readFileSync(path, 'utf8')) as Listener
  return isAlive(listener.pid) ? listener : null
}

export const listListeners = (dir: string, host: string): Listener[] => withStateLock(dir, () => sweep(dir, host))
