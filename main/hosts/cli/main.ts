import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { AppError, appError, toProblem } from '../../../preload/contract'
import { languages, type Language } from '../../../preload/contract/messages'
import { programVersion } from '../app-root'
import { addCompareCommands } from './compare'
import { explain, languageOf, withCommon, type CommonOptions } from './context'
import { addDemoCommands } from './demo'
import { exitCodeOf, exitCodes } from './exit-codes'
import { addFlameCommand } from './flame'
import { addHostCommands } from './hosts'
import { addImportCommand } from './import'
import { addIndicatorCommand } from './indicators'
import { addParseCommand } from './parse'
import { addPlanCommands } from './plan'
import { addProbeCommands } from './probes'
import { printJson, say, speak, surviveClosedOutput } from './print'
import { addRunCommands } from './run'
import { addServeCommands } from './serve'

/** A command's work gives its exit code. */
export type Action = (options: CommonOptions & Record<string, unknown>, ...args: string[]) => Promise<number>

/** commander's own words; those of options and commands are in their descriptions. */
const inOurWords = (command: Command): Command => {
  command.helpOption('-h, --help', say('display help for command')).configureHelp({ styleTitle: say })
  if (command.commands.length > 0) command.helpCommand('help [command]', say('display help for command'))
  command.description(say(command.description()))
  for (const option of command.options) option.description = say(option.description)
  for (const child of command.commands) inOurWords(child)
  return command
}

const build = (setExit: (code: number) => void): Command => {
  const program = withCommon(new Command('headroom'))
    .description('Why are the GPUs not full? Controlled experiments on GPU hosts over SSH, with honest statistics.')
    .version(programVersion)
    .exitOverride()
    // Wrong usage is a problem like any other: explained by `report`, in the language and form that were asked for.
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined })
  const adders = [
    addHostCommands,
    addProbeCommands,
    addPlanCommands,
    addRunCommands,
    addParseCommand,
    addImportCommand,
    addCompareCommands,
    addFlameCommand,
    addIndicatorCommand,
    addServeCommands,
    addDemoCommands,
  ]
  const register = (
    parent: Command,
    usage: string,
    description: string,
    action: Action,
    prepare: (command: Command) => Command = (command) => command,
  ): void => {
    const command = withCommon(prepare(parent.command(usage).description(description)))
    command.exitOverride().action(async (...given: unknown[]) => {
      const args = given.slice(0, -2).flat() as string[]
      languageOf(command.optsWithGlobals())
      setExit(await action(command.optsWithGlobals(), ...args))
    })
  }
  for (const add of adders) add(program, register)
  return inOurWords(program)
}

export type Register = (
  parent: Command,
  usage: string,
  description: string,
  action: Action,
  prepare?: (command: Command) => Command,
) => void

/** Where zod says no: `ssh: must match …`, one line per field. */
const zodMessage = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message)).join('\n')

const usageMessage = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '')

const asAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof z.ZodError) return appError('input.invalid', zodMessage(error))
  if (error instanceof CommanderError) return appError('input.usage', usageMessage(error))
  return new AppError(toProblem(error), { cause: error })
}

/** The language that the arguments ask for, whether or not they can be parsed; a wrong one is itself the error to explain. */
const askedLanguage = (args: string[]): Language => {
  const lang = args
    .flatMap((arg, index) => (arg === '--lang' ? (args[index + 1] ?? []) : arg.startsWith('--lang=') ? arg.slice(7) : []))
    .at(-1)
  return languages.find((one) => one === lang) ?? languageOf({})
}

const report = (error: unknown, args: string[]): number => {
  const known = asAppError(error)
  if (args.includes('--json')) printJson({ problem: known.problem })
  process.stderr.write(explain(known, askedLanguage(args)))
  if (known.code === 'internal' && error instanceof Error && process.env.HEADROOM_DEBUG) process.stderr.write(`${error.stack}\n`)
  return exitCodeOf(known.code)
}

/** Runs one command line and returns its exit code. */
export const main = async (args: string[]): Promise<number> => {
  let exit: number = exitCodes.done
  surviveClosedOutput()
  speak(askedLanguage(args))
  try {
    await build((code) => {
      exit = code
    }).parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    // --help and --version end the parsing by throwing, too.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done
    return report(error, args)
  }
}
