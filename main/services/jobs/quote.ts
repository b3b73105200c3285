import { appError } from '../../../preload/contract'

/** One POSIX shell word that means exactly this text. Throws input.invalid for NUL, which no shell can carry. */
export const shellQuote = (text: string): string => {
  if (text.includes('\0')) throw appError('input.invalid', 'A value for the host holds a NUL character')
  return `'${text.replaceAll("'", `'\\''`)}'`
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Names that change how the shell itself reads, and names that the protocol sets. */
const reserved =
  /^(IFS|ENV|PS[0-9]|OPTIND|PPID|UID|EUID|SHELLOPTS|BASHOPTS|BASH_.*|HR_(KIT|JOB|OUT|JOB_ID|JOB_MARK|SCRIPT|LIMIT|DETACH|SETUP_.*)|LC_ALL)$/

/** `NAME='value'` lines for the agent's own variables. */
export const assignments = (variables: Readonly<Record<string, string | number>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${shellQuote(String(value))}\n`)
    .join('')

/** The job's environment as a program of exports. Throws input.invalid for a name that is no variable, or is the protocol's. */
export const exportsOf = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => {
      if (!variableName.test(name)) throw appError('input.invalid', `${JSON.stringify(name)} is no name of an environment variable`)
      if (reserved.test(name)) throw appError('input.invalid', `The environment variable ${name} cannot be set for a job`)
      return `export ${name}=${shellQuote(value)}\n`
    })
    .join('')
