import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { AppError, appError } from '../../../preload/contract'
import { fill, languages, sharedMessages, type Language } from '../../../preload/contract/messages'
import { kitFiles, probes } from '../../../remote-scripts'
import { defaultDataDir } from '../../adapters/system/data-dir'
import type { PreviewDeps } from '../../services/plans/preview'
import { neutralise } from '../../services/text'
import { compose, type App } from '../compose'
import { createPool } from '../create-pool'
import { askOnTerminal } from './ask'

export interface CommonOptions {
  data?: string
  sshConfig?: string
  lang?: string
  json?: boolean
  quiet?: boolean
}

/** Every command takes them, before or after its name. */
export const withCommon = (command: Command): Command =>
  command
    .option('--data <dir>', 'folder of the store')
    .option('--ssh-config <file>', 'ssh_config to read (default ~/.ssh/config)')
    .option('--lang <lang>', `language: ${languages.join(', ')}`)
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress on stderr')

export const dataDirOf = (options: CommonOptions): string => resolve(options.data ?? defaultDataDir())

const fromLocale = (): Language => (/^zh/i.test(process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '') ? 'zh-CN' : 'en')

export const languageOf = (options: CommonOptions): Language => {
  if (options.lang === undefined) return fromLocale()
  const found = languages.find((one) => one === options.lang)
  if (!found) throw appError('input.usage', `--lang takes ${languages.join(' or ')}, not "${options.lang}".`)
  return found
}

/** The bytes of a file that the user names. Throws input.file_unreadable. */
export const readInput = (path: string): Uint8Array => {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    throw appError('input.file_unreadable', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

type Mode = 'read' | 'write' | 'either'
/** Where questions of SSH (unknown key, password) are put: to the terminal, or to whoever has the app's window open. */
type Asked = 'terminal' | 'window'

/** `read` works beside a running app; `write` needs the store alone; `either` takes what it can get. */
export const openApp = async (options: CommonOptions, mode: Mode, asked: Asked): Promise<App> => {
  const setting = {
    dataDir: dataDirOf(options),
    host: 'web' as const,
    sshConfigFile: options.sshConfig ? resolve(options.sshConfig) : undefined,
    ask: asked === 'terminal' ? askOnTerminal : undefined,
  }
  if (mode !== 'either') return compose({ ...setting, readonly: mode === 'read' })
  try {
    return await compose(setting)
  } catch (error) {
    if (error instanceof AppError && error.code === 'store.busy') return compose({ ...setting, readonly: true })
    throw error
  }
}

export const withApp = async <T>(
  options: CommonOptions,
  mode: Mode,
  use: (app: App) => Promise<T>,
  asked: Asked = 'terminal',
): Promise<T> => {
  const app = await openApp(options, mode, asked)
  try {
    return await use(app)
  } finally {
    await app.close()
  }
}

/** Hosts and probes without any store: for commands that must not touch anything. */
export const withHosts = async <T>(options: CommonOptions, use: (deps: PreviewDeps) => Promise<T>): Promise<T> => {
  const pool = createPool(options.sshConfig ? resolve(options.sshConfig) : undefined, askOnTerminal)
  try {
    return await use({ pool, probes, kitFiles })
  } finally {
    await pool.closeAll()
  }
}

/** What happened, why, what to do; on stderr. */
export const explain = (error: AppError, language: Language): string => {
  const { code, message, params, evidence } = error.problem
  const words = sharedMessages[language].problems[code]
  const lines = [
    `${fill(words.title, params)}${language === 'zh-CN' ? '：' : ': '}${sharedMessages[language].phrase(message)}`,
    evidence ? `  ${evidence.trim().split('\n').join('\n  ')}` : '',
    fill(words.why, params),
    fill(words.fix, params),
  ]
  // Messages and evidence quote what hosts and files say.
  return neutralise(`${lines.filter((line) => line !== '').join('\n')}  [${code}]\n`)
}
