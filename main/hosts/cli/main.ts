import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { AppError, appError, toProblem } from '../../../preload/contract'
import { programVersion } from '../app-root'
import { addCompareCommands } from './compare'
import { explain, languageOf, withCommon, type CommonOptions } from './context'
import { addDemoCommands } from './demo'
import { exitCodeOf, exitCodes } from './exit-codes'
import { addFileCommands } from './files'
import { addHostCommands } from './hosts'
import { addPlanCommands } from './plan'
import { addProbeCommands } from './probes'
import { printJson } from './print'
import { addRunCommands } from './run'
import { addServeCommands } from './serve'

/** A command's work gives its exit code. */
export type Action = (options: CommonOptions & Record<string, unknown>, ...args: string[]) => Promise<number>

const build = (setExit: (code: number) => void): Command => {
  const program = withCommon(new Command('headroom'))
    .description('Why are the GPUs not full? Controlled experiments on GPU hosts over SSH, with honest statistics.')
    .version(programVersion)
    .exitOverride()
    .showHelpAfterError('(headroom --help lists the commands)')
  const adders = [addHostCommands, addProbeCommands, addPlanCommands, addRunCommands, addFileCommands, addCompareCommands, addServeCommands, addDemoCommands]
  const register = (parent: Command, usage: string, description: string, action: Action, prepare: (command: Command) => Command = (command) => command): void => {
    const command = withCommon(prepare(parent.command(usage).description(description)))
    command.exitOverride().action(async (...given: unknown[]) => {
      const args = given.slice(0, -2).flat() as string[]
      setExit(await action(command.optsWithGlobals(), ...args))
    })
  }
  for (const add of adders) add(program, register)
  return program
}

export type Register = (parent: Command, usage: string, description: string, action: Action, prepare?: (command: Command) => Command) => void

const asAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof z.ZodError) return appError('input.invalid', z.prettifyError(error))
  return new AppError(toProblem(error), { cause: error })
}

const report = (error: unknown, args: string[]): number => {
  const language = languageOf({})
  const known = asAppError(error)
  if (args.includes('--json')) printJson({ problem: known.problem })
  process.stderr.write(explain(known, language))
  if (known.code === 'internal' && error instanceof Error && process.env.HEADROOM_DEBUG) process.stderr.write(`${error.stack}\n`)
  return exitCodeOf(known.code)
}

/** Runs one command line and returns its exit code. */
export const main = async (args: string[]): Promise<number> => {
  let exit: number = exitCodes.done
  try {
    await build((code) => {
      exit = code
    }).parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return report(error, args)
  }
}
