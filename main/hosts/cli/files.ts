import { basename } from 'node:path'
import type { Command } from 'commander'
import { appError, toProblem, type Arm, type ParsedFile } from '../../../preload/contract'
import { importFiles } from '../../services/imports/import-files'
import { parseFile } from '../../services/parse/parse-file'
import { readInput, withApp } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, significant } from './print'

const probeOption = (command: Command): Command => command.option('--probe <id>', "read with this probe's formats only")
const probeOf = (options: Record<string, unknown>): string | undefined => (typeof options.probe === 'string' ? options.probe : undefined)

const parseOne = (file: string, probe: string | undefined): ParsedFile => {
  try {
    return parseFile(file, readInput(file), { probe })
  } catch (error) {
    return { file, problem: toProblem(error), results: [] }
  }
}

const printParsed = (parsed: ParsedFile): void => {
  printLine(`${parsed.file}${parsed.problem ? `: ${parsed.problem.message} [${parsed.problem.code}]` : ''}`)
  for (const result of parsed.results) {
    printLine(
      `  ${result.probe}: ${result.tool.name} ${result.tool.version ?? ''}, rows understood ${result.rows.understood}, skipped ${result.rows.skipped}`,
    )
    for (const warning of result.warnings) printLine(`  warning: ${warning.message}`)
    if (result.problem) printLine(`  problem: ${result.problem.message} [${result.problem.code}]`)
    printTable(
      ['  METRIC', 'DIMENSIONS', 'VALUE', 'UNIT'],
      result.measurements.map((one) => [
        `  ${one.metric}`,
        Object.entries(one.dimensions)
          .map(([key, value]) => `${key}=${String(value)}`)
          .join(' '),
        significant(one.value, 6),
        one.unit,
      ]),
    )
  }
}

const parse: Action = async (options, ...files) => {
  const parsed = files.map((file) => parseOne(file, probeOf(options)))
  if (options.json) printJson(parsed.length === 1 ? parsed[0] : parsed)
  else parsed.forEach(printParsed)
  return parsed.some((file) => file.problem) ? exitCodes.failed : exitCodes.done
}

const parseArm = (given: unknown): Arm =>
  Object.fromEntries(
    (Array.isArray(given) ? (given as string[]) : []).map((pair) => {
      const [, factor, level] = /^([^=]+)=(.+)$/.exec(pair) ?? []
      if (!factor || !level) throw appError('input.invalid', `--arm takes factor=level, e.g. fabric=infiniband, not "${pair}".`)
      const number = Number(level)
      return [factor, level.trim() !== '' && Number.isFinite(number) ? number : level]
    }),
  )

const bringIn: Action = (options, ...files) =>
  withApp(options, 'write', async (app) => {
    const experiment = typeof options.experiment === 'string' ? options.experiment : `Import of ${new Date().toISOString().slice(0, 10)}`
    const read = files.map((file) => ({ name: basename(file), bytes: readInput(file) }))
    const imported = await importFiles(app.deps, { files: read, experiment, arm: parseArm(options.arm), probe: probeOf(options) })
    if (options.json)
      printJson({
        experiment: imported.experiment.id,
        name: imported.experiment.name,
        runs: imported.runs,
        files: imported.parsed.map(({ file, problem }) => ({ file, problem })),
      })
    else {
      for (const run of imported.runs)
        if (run.status === 'refused' && run.problem) printLine(`refused: ${run.problem.message} [${run.problem.code}]`)
      for (const file of imported.parsed)
        printLine(`${file.file}: ${file.problem ? `${file.problem.message} [${file.problem.code}]` : `${file.results.length} results`}`)
      printLine(`Experiment ${imported.experiment.id} (${imported.experiment.name}): ${imported.runs.length} launches imported.`)
    }
    return imported.parsed.some((file) => file.problem) || imported.runs.some((run) => run.status !== 'done')
      ? exitCodes.failed
      : exitCodes.done
  })

export const addFileCommands = (program: Command, register: Register): void => {
  register(program, 'parse <file...>', "read a tool's output and print what is in it", parse, probeOption)
  register(program, 'import <file...>', 'keep outputs of earlier measurements; each file is one launch of the arm', bringIn, (command) =>
    probeOption(command)
      .option('--experiment <name>', 'id or name; made when there is none of that name')
      // Once per factor: an option that takes several words would swallow the files behind it.
      .option(
        '--arm <factor=level>',
        'the arm these files belong to; once per factor',
        (pair: string, before: string[]) => [...before, pair],
        [],
      ),
  )
}
