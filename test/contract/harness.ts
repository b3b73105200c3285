import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createArtifactStore } from '../../main/adapters/files/artifact-store'
import { createStaging } from '../../main/adapters/files/staging'
import { packing } from '../../main/adapters/workers/file-parser'
import { createReportFiles } from '../../main/adapters/files/report-files'
import { startWebServer } from '../../main/adapters/http/server'
import { serveIpc, type IpcMain } from '../../main/adapters/ipc/serve-ipc'
import { openStore } from '../../main/adapters/sqlite/open-store'
import { systemClock, systemIds } from '../../main/adapters/system/clock'
import { createPool } from '../../main/hosts/create-pool'
import { createHandlers } from '../../main/services/api'
import type { Deps } from '../../main/services/deps'
import { createEventBus, type EventBus } from '../../main/services/events'
import { createExperimentRunner } from '../../main/services/experiments/runner'
import { Imports } from '../../main/services/imports/imports'
import { createInProcessTransport } from '../../main/services/in-process'
import { createJobRunner } from '../../main/services/jobs'
import { createPromptBroker, type PromptBroker } from '../../main/services/prompts'
import { createServer, type RpcTransport, type Server } from '../../preload/contract/rpc'
import { kitFiles, probes, readers } from '../../remote-scripts'
import { bridgeTransport } from '../../renderer/transport/bridge'
import { inThreadParser } from '../lab/parser'
import { httpTransport } from '../../renderer/transport/http'

export interface Core {
  server: Server
  events: EventBus
  prompts: PromptBroker
  close(): Promise<void>
}

/** The real core on an empty store; no hosts, no browser. */
export const startCore = (): Core => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-contract-'))
  const events = createEventBus()
  const prompts = createPromptBroker(systemIds, events)
  const store = openStore(dataDir, { readonly: false })
  const pool = createPool('none', prompts.ask)
  const deps: Deps = {
    store,
    artifacts: createArtifactStore(dataDir),
    pool,
    jobs: createJobRunner({ kitFiles, clock: systemClock }),
    printer: { print: async () => new TextEncoder().encode('%PDF-1.4') },
    reportFiles: createReportFiles(dataDir),
    clock: systemClock,
    ids: systemIds,
    events,
    probes,
    readers,
    parser: inThreadParser,
    kitFiles,
    version: '0.0.0-test',
    dataDir,
  }
  const runner = createExperimentRunner(deps)
  const imports = new Imports({ ...deps, store, packing, staging: createStaging(dataDir) })
  return {
    events,
    prompts,
    server: createServer(createHandlers({ deps, runner, prompts, imports, host: 'web', sshConfig: 'none' })),
    async close() {
      await imports.close()
      await pool.closeAll()
      store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export interface Wire {
  name: string
  open(core: Core): Promise<{ transport: RpcTransport; close(): Promise<void> }>
}

const page = 'file:///app/index.html'

/** Electron's two ends joined in memory; everything crosses by structured clone, as between processes. */
const openIpc: Wire['open'] = async (core) => {
  let handle: Parameters<IpcMain['handle']>[1] = () => Promise.reject(new Error('no handler'))
  let cancel: Parameters<IpcMain['on']>[1] = () => undefined
  const listeners = new Set<(event: string, payload: unknown) => void>()
  serveIpc({
    ipcMain: { handle: (_channel, listener) => (handle = listener), on: (_channel, listener) => (cancel = listener) },
    server: core.server,
    page,
    onEvent: (listener) => core.events.on(listener),
    broadcast: (_channel, event, payload) => listeners.forEach((listener) => listener(event, structuredClone(payload))),
  })
  const sender = { sender: { id: 1 }, senderFrame: { url: `${page}#/hosts`, parent: null } }
  const transport = bridgeTransport({
    call: async (id, method, payload) => structuredClone(await handle(sender, structuredClone({ id, method, payload }))) as never,
    cancel: (id) => cancel(sender, id),
    pathOf: () => '',
    subscribe: (event, listener) => {
      const forward = (name: string, payload: unknown): void => {
        if (name === event) listener(payload)
      }
      listeners.add(forward)
      return () => listeners.delete(forward)
    },
  })
  return { transport, close: async () => undefined }
}

const openHttp: Wire['open'] = async (core) => {
  const web = await startWebServer({ server: core.server, onEvent: (listener) => core.events.on(listener), rendererDir: tmpdir() })
  const transport = httpTransport({ token: web.token, fetch: (input, init) => fetch(new URL(String(input), web.origin), init) })
  return { transport, close: () => web.close() }
}

export const wires: Wire[] = [
  {
    name: 'in-process',
    open: async (core) => ({ transport: createInProcessTransport(core.server, core.events), close: async () => undefined }),
  },
  { name: 'Electron IPC', open: openIpc },
  { name: 'HTTP', open: openHttp },
]
