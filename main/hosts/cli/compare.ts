import { copyFileSync, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { appError, type Comparison, type ComparisonRow } from '../../../preload/contract'
import { withoutZeros, type Zeros } from '../../../preload/contract/zeros'
import { compareExperiment, factorsOf } from '../../services/compare'
import { exportReport } from '../../services/reports'
import { databasePath } from '../../adapters/sqlite/look'
import { dataDirOf, languageOf, withApp } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say, sayLine, significant } from './print'

const dimensionsText = (row: ComparisonRow): string =>
  Object.entries(row.dimensions)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ')

const ratioText = (row: ComparisonRow): string =>
  row.ratio ? `${significant(row.ratio.estimate, 3)} [${significant(row.ratio.low, 3)}, ${significant(row.ratio.high, 3)}]` : ''

/** What theory allows in each arm that has a bound; one figure where it is the same in all. */
const boundText = (row: ComparisonRow): string =>
  [...new Set(Object.values(row.bound).map(({ value }) => significant(value, 3)))].join(' / ')

/** Named instead of a row each; `--json` has them all. */
const sayZeros = ({ launches, metrics }: Zeros): void => {
  const names = metrics.map(({ metric, settings, all }) => (settings === all ? metric : say(`${metric} (${settings} of ${all} settings)`)))
  sayLine(`0 in all ${launches} launches: ${names.join('; ')}`)
}

const printRows = (levels: Comparison['levels'], rows: readonly ComparisonRow[]): void => {
  const bounded = rows.some((row) => Object.keys(row.bound).length > 0)
  printTable(
    ['METRIC', 'DIMENSIONS', ...levels.map((level) => `${String(level)} (median, n)`), ...(bounded ? ['BOUND'] : []), 'RATIO', 'VERDICT'],
    rows.map((row) => [
      `${row.metric} (${row.unit})`,
      dimensionsText(row),
      ...levels.map((level) => {
        const arm = row.arms.find((one) => one.level === level)
        return arm ? `${significant(arm.median)}, ${arm.n}` : ''
      }),
      ...(bounded ? [boundText(row)] : []),
      ratioText(row),
      row.verdict === 'cannot_answer' ? say(`cannot answer: ${row.reason}`) : say(row.verdict),
    ]),
  )
}

const printComparison = (comparison: Comparison): void => {
  if (comparison.simulated) sayLine('SIMULATED: these numbers were computed from a model, not measured.')
  if (comparison.simulated) printLine()
  for (const headline of comparison.headlines) printLine(headline.sentence)
  if (comparison.headlines.length > 0) printLine()
  const { rows, zeros } = withoutZeros(comparison.rows)
  if (rows.length > 0) printRows(comparison.levels, rows)
  else if (zeros.length === 0)
    sayLine(comparison.excluded.length > 0 ? 'Cannot answer: no launch counts, for these reasons.' : 'Cannot answer: no launch counts.')
  zeros.forEach(sayZeros)
  for (const one of comparison.confounders) sayLine(one.blocking ? `blocks the verdict: ${one.message}` : `differs: ${one.message}`)
  for (const one of comparison.excluded) sayLine(`left out: ${one.runId} (${say(one.status)}): ${one.why}`)
}

const compare: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const factors = factorsOf(app.deps, id)
    const by = typeof options.by === 'string' ? options.by : factors.length === 1 ? factors[0] : undefined
    if (!by) throw appError('input.usage', `Say which factor to compare with --by; this experiment has: ${factors.join(', ') || 'none'}.`)
    const comparison = compareExperiment(app.deps, id, by, languageOf(options))
    if (options.json) printJson(comparison)
    else printComparison(comparison)
    return comparison.rows.some((row) => row.verdict !== 'cannot_answer') ? exitCodes.done : exitCodes.cannotAnswer
  })

const report: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const lang = languageOf(options)
    const paper = options.paper === undefined ? 'A4' : options.paper
    if (paper !== 'A4' && paper !== 'Letter') throw appError('input.usage', '--paper takes A4 or Letter.')
    const printed = await exportReport(app.deps, { experiment: id, lang, paper })
    const path = typeof options.output === 'string' ? resolve(options.output) : printed.path
    if (path !== printed.path) copyFileSync(printed.path, path)
    if (options.json) printJson({ ...printed, path })
    else sayLine(`${path}: ${printed.pages} pages, ${printed.bytes} bytes`)
    return exitCodes.done
  })

const verify: Action = (options) =>
  withApp(options, 'read', async (app) => {
    const path = databasePath(dataDirOf(options))
    if (!existsSync(path)) throw appError('store.not_found', `There is no store in ${dataDirOf(options)}.`)
    const checked = await app.client.call('store.verify', {})
    if (options.json) printJson(checked)
    else {
      for (const finding of checked.findings) printLine(`${finding.kind}: ${say(finding.subject)}: ${say(finding.message)}`)
      sayLine(
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
