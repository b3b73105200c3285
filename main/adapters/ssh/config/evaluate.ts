import { globSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { appError, type AppError } from '../../../../preload/contract'
import { readLines, type ConfigLine } from './lexer'
import { evaluateMatch } from './match'
import { matchPattern } from './pattern'

/** Keyword (lower case) -> arguments of its first occurrence; `identityfile` keeps all. */
export type ConfigValues = Map<string, string[]>

export interface ConfigSource {
  path: string
  /** Relative Includes start here. */
  includeDir: string
  /** Refuse a file that others may write, as OpenSSH does for ~/.ssh/config. */
  checkOwner: boolean
  /** A missing file is an error: the user named it. */
  required: boolean
}

export interface EvaluationContext {
  sources: ConfigSource[]
  homeDir: string
  localUser: string
  /** The name that Host patterns see. */
  alias: string
  /** Given by the caller, so they win over every file. */
  preset: ConfigValues
}

const maxIncludeDepth = 16
const maxFileBytes = 4 * 1024 * 1024
const rawKeywords = new Set(['proxyjump', 'proxycommand'])
const aliasesOfKeywords: Record<string, string> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  tisauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
  globalknownhostsfile2: 'globalknownhostsfile',
  userknownhostsfile2: 'userknownhostsfile',
}

export const configInvalid = (file: string, line: number, what: string): AppError =>
  appError('ssh.config_invalid', `${file}, line ${line}: ${what}.`, { params: { file, line } })

const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'

/** Reads one file; null when it does not exist and may be missing. */
export const readConfigFile = (file: string, options: { checkOwner: boolean; required: boolean }): ConfigLine[] | null => {
  try {
    const info = statSync(file)
    if (!info.isFile()) throw appError('ssh.config_invalid', `${file} is not a file.`, { params: { file } })
    if (info.size > maxFileBytes) throw appError('ssh.config_invalid', `${file} is larger than 4 MiB.`, { params: { file } })
    const own = process.getuid === undefined || info.uid === 0 || info.uid === process.getuid()
    if (options.checkOwner && process.platform !== 'win32' && (!own || (info.mode & 0o022) !== 0)) {
      throw appError('ssh.config_invalid', `${file} is not used: others may write to it. Run: chmod go-w ${file}`, { params: { file } })
    }
    return readLines(readFileSync(file, 'utf8'))
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && !options.required) return null
    if (error instanceof Error && 'problem' in error) throw error
    throw appError('ssh.config_invalid', `${file} cannot be read (${errorCode(error)}).`, { params: { file }, cause: error })
  }
}

/** The files that one Include argument names, sorted as glob(7) does. */
export const includedFiles = (argument: string, includeDir: string, homeDir: string): string[] => {
  const expanded = argument.startsWith('~/') ? path.join(homeDir, argument.slice(2)) : argument
  const absolute = path.isAbsolute(expanded) ? expanded : path.join(includeDir, expanded)
  if (!/[*?[]/.test(absolute)) return [absolute]
  return globSync(absolute)
    .filter((file) => !path.basename(file).startsWith('.') || path.basename(absolute).startsWith('.'))
    .sort()
}

class Evaluation {
  readonly values: ConfigValues
  private finalPass = false
  private wantsFinalPass = false

  constructor(private readonly context: EvaluationContext) {
    this.values = new Map(context.preset)
  }

  run(): ConfigValues {
    for (const source of this.context.sources) this.file(source, true, 0)
    if (this.wantsFinalPass) {
      this.finalPass = true
      this.values.set('hostname', [this.hostName()])
      for (const source of this.context.sources) this.file(source, true, 0)
    }
    return this.values
  }

  private hostName(): string {
    const set = this.values.get('hostname')?.[0]
    return set === undefined ? this.context.alias : set.replace(/%[h%]/g, (token) => (token === '%h' ? this.context.alias : '%'))
  }

  private file(source: ConfigSource, parentActive: boolean, depth: number): void {
    if (depth > maxIncludeDepth) throw configInvalid(source.path, 1, 'Include is nested too deeply')
    let active = parentActive
    for (const line of readConfigFile(source.path, source) ?? []) {
      if (line.args === null) throw configInvalid(source.path, line.lineNumber, 'a quote is not closed')
      if (line.raw === '') throw configInvalid(source.path, line.lineNumber, `"${line.keyword.slice(0, 80)}" has no argument`)
      if (line.keyword === 'host') active = parentActive && this.hostMatches(line.args)
      else if (line.keyword === 'match') active = this.match(source.path, line, parentActive)
      else if (line.keyword === 'include') this.include(source, line.args, active, depth)
      else if (active) this.set(line, line.args)
    }
  }

  private include(source: ConfigSource, args: string[], active: boolean, depth: number): void {
    for (const argument of args) {
      for (const file of includedFiles(argument, source.includeDir, this.context.homeDir)) {
        this.file({ ...source, path: file, required: false }, active, depth + 1)
      }
    }
  }

  private hostMatches(patterns: string[]): boolean {
    let matched = false
    for (const pattern of patterns) {
      const negated = pattern.startsWith('!')
      if (!matchPattern(this.context.alias, negated ? pattern.slice(1) : pattern)) continue
      if (negated) return false
      matched = true
    }
    return matched
  }

  private match(file: string, line: ConfigLine, parentActive: boolean): boolean {
    const outcome = evaluateMatch(line.raw, {
      host: this.hostName(),
      originalHost: this.context.alias,
      user: this.values.get('user')?.[0] ?? this.context.localUser,
      localUser: this.context.localUser,
      finalPass: this.finalPass,
    })
    if (outcome.error !== null) throw configInvalid(file, line.lineNumber, outcome.error)
    if (outcome.wantsFinalPass) this.wantsFinalPass = true
    if (!parentActive || !outcome.applies) return false
    if (outcome.unevaluated !== null) throw this.unevaluated(file, line.lineNumber, outcome.unevaluated)
    return true
  }

  private unevaluated(file: string, line: number, criterion: string): AppError {
    const why =
      criterion === 'exec'
        ? '"Match exec" would run a program to decide, and Headroom runs nothing from an ssh_config. Use "Match host" or a Host block for this host instead'
        : `"Match ${criterion.slice(0, 40)}" is not understood`
    return configInvalid(file, line, why)
  }

  private set(line: ConfigLine, args: string[]): void {
    const keyword = aliasesOfKeywords[line.keyword] ?? line.keyword
    // OpenSSH lets the first of ProxyJump and ProxyCommand win, "none" included.
    if (rawKeywords.has(keyword)) {
      const taken = this.values.has('proxyjump') || this.values.has('proxycommand')
      if (!taken) this.values.set(keyword, [keyword === 'proxyjump' ? line.raw.replace(/#.*$/, '').trimEnd() : line.raw])
      return
    }
    const known = this.values.get(keyword)
    if (keyword === 'identityfile') {
      const file = args[0] ?? ''
      if (known === undefined) this.values.set(keyword, [file])
      else if (!known.includes(file)) known.push(file)
    } else if (known === undefined) this.values.set(keyword, args)
  }
}

/** What the files say about one host: the first value of each keyword wins. Throws ssh.config_invalid. */
export const evaluateConfig = (context: EvaluationContext): ConfigValues => new Evaluation(context).run()

/** Names in Host lines that are no patterns, in file order. */
export const listAliases = (sources: ConfigSource[], homeDir: string): string[] => {
  const names = new Set<string>()
  const visit = (source: ConfigSource, depth: number): void => {
    for (const line of depth > maxIncludeDepth ? [] : (readConfigFile(source.path, source) ?? [])) {
      if (line.keyword === 'host') {
        for (const name of line.args ?? []) if (!/[*?!]/.test(name) && name !== '' && !name.startsWith('-')) names.add(name)
      } else if (line.keyword === 'include') {
        for (const file of (line.args ?? []).flatMap((argument) => includedFiles(argument, source.includeDir, homeDir))) {
          visit({ ...source, path: file, required: false }, depth + 1)
        }
      }
    }
  }
  for (const source of sources) visit(source, 0)
  return [...names]
}
