import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLocalHost } from '../../../main/adapters/local'
import { createHostPool, type HostPoolOptions } from '../../../main/adapters/ssh'
import type { Ask, HostPool } from '../../../main/ports/remote-host'
import type { AppError, Problem } from '../../../preload/contract'
import { startSshd, type SshdOptions, type TestSshd } from '../../lab/sshd'

export type Question = Parameters<Ask>[0]

/** Answers in order, and remembers what was asked. */
export interface Answers {
  ask: Ask
  asked: Question[]
}

export const answering = (...answers: (string[] | null)[]): Answers => {
  const asked: Question[] = []
  const left = [...answers]
  return {
    asked,
    ask: (question) => {
      asked.push(question)
      return Promise.resolve(left.shift() ?? null)
    },
  }
}

/** Servers, pools and folders of one test, all ended by `tidy`. */
export class Harness {
  private readonly ends: (() => Promise<void>)[] = []

  folder(): string {
    const dir = mkdtempSync(path.join(tmpdir(), 'headroom-ssh-test-'))
    this.ends.push(() => Promise.resolve(rmSync(dir, { recursive: true, force: true })))
    return dir
  }

  async sshd(options?: SshdOptions): Promise<TestSshd> {
    const sshd = await startSshd(options)
    this.ends.push(() => sshd.stop())
    return sshd
  }

  pool(sshConfigFile: string, ask: Ask, more: Partial<HostPoolOptions> = {}): HostPool {
    const pool = createHostPool({ sshConfigFile, ask, local: createLocalHost(), env: {}, ...more })
    this.ends.push(() => pool.closeAll())
    return pool
  }

  /** A TCP server on a free port; its connections are cut at the end. */
  async tcpServer(onConnection: (socket: net.Socket) => void): Promise<number> {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      onConnection(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.ends.push(() => {
      sockets.forEach((socket) => socket.destroy())
      return new Promise((resolve) => server.close(() => resolve()))
    })
    return (server.address() as net.AddressInfo).port
  }

  atEnd(end: () => Promise<void>): void {
    this.ends.push(end)
  }

  async tidy(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end()
  }
}

/** The problem that a promise ends with. */
export const problemOf = async (promise: Promise<unknown>): Promise<Problem> => {
  try {
    await promise
  } catch (error) {
    const problem = (error as AppError).problem as Problem | undefined
    if (problem === undefined) throw error
    return problem
  }
  throw new Error('it succeeded')
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
