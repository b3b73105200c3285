import type { Command } from 'commander'
import type { ParsedFile } from '../../../preload/contract'
import { createFileParser } from '../../adapters/workers/file-parser'
import { combineParsed } from '../../services/parse/combine-parsed'
import { parseWorkerEntry } from '../app-root'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say, significant } from './print'

export const probeOption = (command: Command): Command => command.option('--probe <id>', "read with this probe's formats only")
export const probeOf = (options: Record<string, unknown>): string | undefined =>
  typeof options.probe === 'string' ? options.probe : undefined

const printParsed = (parsed: ParsedFile): void => {
  printLine(`${parsed.file}${parsed.problem ? `: ${say(parsed.problem.message)} [${parsed.problem.code}]` : ''}`)
  for (const result of parsed.results) {
    printLine(
      `  ${result.probe}: ${result.tool.name} ${result.tool.version ?? ''}, ${say(`rows understood ${result.rows.understood}, skipped ${result.rows.skipped}`)}`,
    )
    for (const warning of result.warnings) printLine(`  ${say('warning')}: ${say(warning.message)}`)
    if (result.problem) printLine(`  ${say('problem')}: ${say(result.problem.message)} [${result.problem.code}]`)
    printTable(
      ['METRIC', 'DIMENSIONS', 'VALUE', 'UNIT'],
      result.measurements.map((one) => [
        one.metric,
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
  const parser = createFileParser(parseWorkerEntry)
  try {
    const parsed = await Promise.all(files.map((name) => parser.parse({ name, source: { path: name }, probe: probeOf(options) })))
    const together = combineParsed(parsed)
    if (together) parsed.push(together)
    if (options.json) printJson(parsed.length === 1 ? parsed[0] : parsed)
    else parsed.forEach(printParsed)
    return parsed.some((file) => file.problem) ? exitCodes.failed : exitCodes.done
  } finally {
    await parser.close()
  }
}

export const addParseCommand = (program: Command, register: Register): void =>
  register(program, 'parse <file...>', "read a tool's output and print what is in it", parse, probeOption)
