import { homedir } from 'node:os'
import { join } from 'node:path'
import { toProblem } from '../../preload/contract'
import { createClient, createServer, type Client, type Server } from '../../preload/contract/rpc'
import { kitFiles, probes, readers } from '../../remote-scripts'
import { createArtifactStore } from '../adapters/files/artifact-store'
import { createCancelRequests } from '../adapters/files/cancel-requests'
import { createReportFiles } from '../adapters/files/report-files'
import { createStaging } from '../adapters/files/staging'
import { startWebServer, type WebServer } from '../adapters/http/server'
import { createChromiumPrinter } from '../adapters/pdf/chromium-printer'
import { checkFolder, ensureFolder } from '../adapters/system/data-dir'
import { openStore } from '../adapters/sqlite/open-store'
import { systemClock, systemIds } from '../adapters/system/clock'
import { createFileParser, packing } from '../adapters/workers/file-parser'
import type { Ask, HostPool } from '../ports/remote-host'
import type { ReportPrinter } from '../ports/report-printer'
import { parseWorkerEntry, programVersion, rendererDir } from './app-root'
import { createPool } from './create-pool'
import { createHandlers } from '../services/api'
import type { Deps } from '../services/deps'
import { createEventBus, type EventBus } from '../services/events'
import { createExperimentRunner, type ExperimentRunner } from '../services/experiments/runner'
import { Imports } from '../services/imports/imports'
import { createInProcessTransport } from '../services/in-process'
import { createJobRunner } from '../services/jobs'
import { createPromptBroker } from '../services/prompts'

export interface ComposeOptions {
  dataDir: string
  host: 'electron' | 'web'
  /** Undefined: ~/.ssh/config, then /etc/ssh/ssh_config. */
  sshConfigFile?: string
  /** Who answers questions; default: whoever has the app's window open. */
  ask?: Ask
  printer?: () => ReportPrinter
  /** Reads beside another running instance; nothing that writes will work. */
  readonly?: boolean
}

export interface App {
  deps: Deps
  /** Another process holds the store: nothing can be written. */
  readonly: boolean
  pool: HostPool
  server: Server
  client: Client
  events: EventBus
  runner: ExperimentRunner
  imports: Imports
  serve(port?: number): Promise<WebServer>
  resumeInterrupted(): void
  close(): Promise<void>
}

/** Wires the whole program; the three hosts differ only in what they pass here. Throws store.*. */
export const compose = async (options: ComposeOptions): Promise<App> => {
  const events = createEventBus()
  const prompts = createPromptBroker(systemIds, events)
  const readonly = options.readonly ?? false
  if (readonly) checkFolder(options.dataDir)
  else ensureFolder(options.dataDir)
  const store = openStore(options.dataDir, { readonly })
  const pool = createPool(options.sshConfigFile, options.ask ?? prompts.ask)
  const onEvent = (listener: Parameters<EventBus['on']>[0]): (() => void) => events.on(listener)
  const serve = (port?: number): Promise<WebServer> => startWebServer({ server, onEvent, rendererDir, port })
  const deps: Deps = {
    store,
    artifacts: createArtifactStore(options.dataDir),
    pool,
    jobs: createJobRunner({ kitFiles, clock: systemClock }),
    printer: options.printer?.() ?? createChromiumPrinter({ serve: () => serve() }),
    reportFiles: createReportFiles(options.dataDir),
    clock: systemClock,
    ids: systemIds,
    events,
    probes,
    readers,
    parser: createFileParser(parseWorkerEntry),
    kitFiles,
    version: programVersion,
    dataDir: options.dataDir,
  }
  const runner = createExperimentRunner(deps)
  const imports = new Imports({ ...deps, store, packing, staging: createStaging(options.dataDir) })
  // Only the process that runs experiments may take requests: a reader beside it would swallow them.
  const requests = readonly
    ? null
    : createCancelRequests(options.dataDir, (id) => {
        if (runner.isActive(id)) runner.cancel(id).catch((error: unknown) => events.emit('problem', toProblem(error)))
      })
  const server = createServer(
    createHandlers({
      deps,
      runner,
      prompts,
      imports,
      host: options.host,
      sshConfig: options.sshConfigFile ?? join(homedir(), '.ssh', 'config'),
    }),
  )
  if (!readonly) imports.recover().catch((error: unknown) => events.emit('problem', toProblem(error)))
  return {
    deps,
    readonly,
    pool,
    server,
    client: createClient(createInProcessTransport(server, events)),
    events,
    runner,
    imports,
    serve,
    resumeInterrupted() {
      for (const experiment of runner.interrupted()) {
        try {
          runner.resume(experiment.id)
        } catch (error) {
          events.emit('problem', toProblem(error))
        }
      }
    },
    async close() {
      requests?.close()
      await imports.close()
      await deps.parser.close()
      await runner.close()
      await pool.closeAll()
      store.close()
    },
  }
}
