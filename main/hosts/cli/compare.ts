import { copyFileSync, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { appError, type Comparison, type ComparisonRow } from '../../../preload/contract'
import { compareExperiment, factorsOf } from '../../services/compare'
import { exportReport } from '../../services/reports'
import { databasePath } from '../../adapters/sqlite/look'
import { dataDirOf, languageOf, withApp } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, significant } from './print'

const dimensionsText = (row: ComparisonRow): string =>
  Object.entries(row.dimensions)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ')

const ratioText = (row: ComparisonRow): string =>
  row.ratio ? `${significant(row.ratio.estimate, 3)} [${significant(row.ratio.low, 3)}, ${significant(row.ratio.high, 3)}]` : ''

const printComparison = (comparison: Comparison): void => {
  if (comparison.simulated) printLine('SIMULATED: these numbers were computed from a model, not measured.\n')
  for (const headline of comparison.headlines) printLine(headline.sentence)
  printLine()
  printTable(
    ['METRIC', 'DIMENSIONS', ...comparison.levels.map((level) => `${String(level)} (median, n)`), 'RATIO', 'VERDICT'],
    comparison.rows.map((row) => [
      `${row.metric} (${row.unit})`,
      dimensionsText(row),
      ...comparison.levels.map((level) => {
        const arm = row.arms.find((one) => one.level === level)
        return arm ? `${significant(arm.median)}, ${arm.n}` : ''
      }),
      ratioText(row),
      row.verdict === 'cannot_answer' ? `cannot answer: ${row.reason}` : row.verdict,
    ]),
  )
  for (const one of comparison.confounders) printLine(`${one.blocking ? 'blocks the verdict' : 'differs'}: ${one.message}`)
  for (const one of comparison.excluded) printLine(`left out: ${one.runId} (${one.status}): ${one.why}`)
}

const compare: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const factors = factorsOf(app.deps, id)
    const by = typeof options.by === 'string' ? options.by : factors.length === 1 ? factors[0] : undefined
    if (!by) throw appError('input.invalid', `Say which factor to compare with --by; this experiment has: ${factors.join(', ') || 'none'}.`)
    const comparison = compareExperiment(app.deps, id, by, languageOf(options))
    if (options.json) printJson(comparison)
    else printComparison(comparison)
    return comparison.rows.some((row) => row.verdict !== 'cannot_answer') ? exitCodes.done : exitCodes.cannotAnswer
  })

const report: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const lang = languageOf(options)
    const paper = options.paper === undefined ? 'A4' : options.paper
    if (paper !== 'A4' && paper !== 'Letter') throw appError('input.invalid', '--paper takes A4 or Letter.')
    const printed = await exportReport(app.deps, { experiment: id, lang, paper })
    const path = typeof options.output === 'string' ? resolve(options.output) : printed.path
    if (path !== printed.path) copyFileSync(printed.path, path)
    if (options.json) printJson({ ...printed, path })
    else printLine(`${path}: ${printed.pages} pages, ${printed.bytes} bytes`)
    return exitCodes.done
  })

const verify: Action = (options) =>
  withApp(options, 'read', async (app) => {
    const path = databasePath(dataDirOf(options))
    if (!existsSync(path)) throw appError('store.not_found', `There is no store in ${dataDirOf(options)}.`)
    const checked = await app.client.call('store.verify', {})
    if (options.json) printJson(checked)
    else {
      for (const finding of checked.findings) printLine(`${finding.kind}: ${finding.subject}: ${finding.message}`)
      printLine(
        `${checked.ok ? 'All is well' : `${checked.findings.length} findings`}: ${checked.checked.artifacts} artifacts (${checked.checked.bytes} bytes), ${checked.checked.rows} rows, ${checked.checked.series} series checked.`,
      )
    }
    return checked.ok ? exitCodes.done : exitCodes.failed
  })

export const addCompareCommands = (program: Command, register: Register): void => {
  register(program, 'compare <experiment>', 'how the arms differ, with intervals, or why that cannot be answered', compare, (command) =>
    command.option('--by <factor>', 'the factor whose levels are compared'),
  )
  register(program, 'report <experiment>', 'print the PDF report', report, (command) =>
    command.option('-o, --output <file>', 'where to write it').option('--paper <size>', 'A4 or Letter'),
  )
  register(program, 'verify', 'check every hash and every reference of the store', verify)
}
