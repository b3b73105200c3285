import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleEntry } from '../lab/bundle'

export const root = resolve(import.meta.dirname, '../..')

export interface LabFacts {
  sshConfigFile: string
  hosts: { name: string; port: number; home: string }[]
  planYaml: string
}

/** The simulated lab in a process of its own. */
export interface LabProcess extends LabFacts {
  dir: string
  close(): Promise<void>
}

const firstJson = (child: ChildProcess, what: string): Promise<unknown> =>
  new Promise((done, fail) => {
    let text = ''
    let errors = ''
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (!/^\{[^\n]*\}\n$|\n\}\n$/.test(text)) return
      done(JSON.parse(text))
    })
    child.once('exit', (code) => fail(new Error(`${what} ended with ${code}: ${errors}`)))
  })

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode === null && child.signalCode === null ? new Promise((done) => child.once('exit', () => done())) : Promise.resolve()

/** Hosts whose keys nobody knows yet: known_hosts is empty and the user is to be asked. */
export const startLabProcess = async (): Promise<LabProcess> => {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-e2e-lab-'))
  const entry = await bundleEntry(join(import.meta.dirname, 'lab-child.ts'))
  const child = spawn(process.execPath, [entry, join(dir, 'lab'), join(root, 'out/main/lab-tool.js')], { stdio: ['pipe', 'pipe', 'pipe'] })
  const facts = (await firstJson(child, 'The lab')) as LabFacts
  const askingConfig = join(dir, 'ssh_config')
  const config = readFileSync(facts.sshConfigFile, 'utf8')
    .replace(/UserKnownHostsFile .*/g, `UserKnownHostsFile "${join(dir, 'known_hosts')}"`)
    .replace(/StrictHostKeyChecking .*/g, 'StrictHostKeyChecking ask')
  writeFileSync(askingConfig, config)
  writeFileSync(join(dir, 'known_hosts'), '')
  return {
    ...facts,
    dir,
    sshConfigFile: askingConfig,
    async close() {
      child.stdin.end()
      await ended(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export interface WebApp {
  url: string
  origin: string
  dataDir: string
  close(): Promise<void>
}

/** The built web host with a store of its own. */
export const startWebApp = async (sshConfigFile: string): Promise<WebApp> => {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-e2e-app-'))
  const dataDir = join(dir, 'data')
  mkdirSync(join(dir, 'home'))
  const args = [join(root, 'out/main/cli.js'), 'serve', '--json', '--data', dataDir, '--ssh-config', sshConfigFile]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: join(dir, 'home'), LANG: 'C.UTF-8' },
  })
  const { url } = (await firstJson(child, 'The web host')) as { url: string }
  return {
    url,
    origin: new URL(url).origin,
    dataDir,
    async close() {
      child.kill('SIGTERM')
      await ended(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

type Reply = { ok: true; value: unknown } | { ok: false; problem: { code: string; message: string } }

/** Calls a procedure as the page does, to bring the app into a state that the test is not about. */
export const call = async <T>(app: WebApp, method: string, payload: unknown): Promise<T> => {
  const token = /token=([^&]+)/.exec(app.url)?.[1] ?? ''
  const response = await fetch(`${app.origin}/api/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${decodeURIComponent(token)}`, 'content-type': 'application/json', origin: app.origin },
    body: JSON.stringify({ id: `${method}-${Math.random()}`, method, payload }),
  })
  const reply = (await response.json()) as Reply
  if (!reply.ok) throw new Error(`${method}: ${reply.problem.code}: ${reply.problem.message}`)
  return reply.value as T
}
