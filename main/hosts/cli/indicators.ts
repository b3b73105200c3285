import type { Command } from 'commander'
import { appError, type Arm, type IndicatorCell, type IndicatorRow, type Scoreboard } from '../../../preload/contract'
import { indicators } from '../../core/indicators/definitions'
import { readTarget, splitSetting, suffixesOf } from '../../core/indicators/target-text'
import { humanInterval, humanText } from '../../core/metrics/human'
import { checkTarget, indicatorsOf, setTarget } from '../../services/indicators'
import type { App } from '../compose'
import { languageOf, withApp } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say, sayLine } from './print'

const armText = (arm: Arm): string =>
  Object.entries(arm)
    .map(([factor, level]) => `${factor}=${String(level)}`)
    .join(' ') || '-'

const targetText = ({ target, unit }: IndicatorRow): string =>
  target.value === null ? '' : `${target.side} ${humanText(target.value, unit)}`

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

/** With its coverage: of few launches the interval is their range, which holds the median less often than 95 % of the time. */
const valueText = ({ value, interval, values }: IndicatorCell, { unit }: IndicatorRow): string =>
  value === null
    ? ''
    : `${humanInterval(value, interval, unit)}${interval && interval.low < interval.high ? say(` (covers ${percent(interval.coverage)})`) : ''}, n ${values.length}`

/** Arms that give the same reason have the same lower bound, for the reason names it. */
const atLeastText = ([cell]: readonly IndicatorCell[], { unit }: IndicatorRow): string =>
  cell?.atLeast === undefined ? '' : `>= ${humanText(cell.atLeast, unit)}`

const boundText = ({ bound }: IndicatorCell, { unit }: IndicatorRow): string =>
  bound === null ? '' : `${humanText(bound.value, unit)} (${bound.ratio === null ? bound.covers : humanText(bound.ratio, '1', 2)})`

const statusText = (cell: IndicatorCell, { warnsOnly }: IndicatorRow): string => {
  if (cell.status === 'missed' && warnsOnly) return say('warns')
  return cell.status === 'shown' ? '' : say(cell.status.replace('_', ' '))
}

/** Arms that say the same for the same reason are one line. */
const linesOf = (row: IndicatorRow): string[][] => {
  const empty = Map.groupBy(row.cells, (cell) => (cell.value === null ? cell.reason : ''))
  const told = row.cells.filter(({ value }) => value !== null)
  return [
    ...told.map((cell) => [
      armText(cell.arm),
      valueText(cell, row),
      targetText(row),
      statusText(cell, row),
      boundText(cell, row),
      [cell.simulated ? say('SIMULATED') : '', cell.note, cell.reason].filter((text) => text !== '').join('; '),
    ]),
    ...[...empty].flatMap(([reason, cells]) =>
      reason === ''
        ? []
        : [
            [
              cells.length === row.cells.length ? say('every arm') : cells.map(({ arm }) => armText(arm)).join('; '),
              atLeastText(cells, row),
              targetText(row),
              statusText(cells[0] as IndicatorCell, row),
              '',
              reason,
            ],
          ],
    ),
  ]
}

const printScoreboard = (board: Scoreboard): void => {
  if (board.simulated) {
    sayLine('SIMULATED: these numbers were computed from a model, not measured.')
    printLine()
  }
  printTable(
    ['INDICATOR', 'ARM', 'MEDIAN [INTERVAL]', 'TARGET', 'STATUS', 'BOUND (VALUE OVER IT)', 'WHAT OF, OR WHY NOT'],
    board.rows.flatMap((row) => linesOf(row).map((cells, index) => [index === 0 ? row.id : '', ...cells])),
  )
}

const settingsOf = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : [])

const applySettings = (app: App, settings: readonly string[]): void => {
  const changes = settings.map((text) => {
    const setting = splitSetting(text)
    const definition = indicators.find(({ id }) => id === setting?.id)
    if (!setting || !definition)
      throw appError('input.usage', `--set takes INDICATOR=VALUE, not "${text}"; indicators: ${indicators.map(({ id }) => id).join(', ')}.`)
    const value = readTarget(setting.value, definition.unit)
    if (value === undefined)
      throw appError(
        'input.usage',
        `"${setting.value}" is no target of ${definition.id}: a positive number in ${definition.unit === '1' ? 'shares (0 to 1)' : definition.unit}, or with ${suffixesOf(definition.unit).join(', ')}; none; default.`,
      )
    return { id: definition.id, value }
  })
  // All of them or none.
  for (const change of changes) checkTarget(change)
  for (const change of changes) setTarget(app.deps, change)
}

/** 1 when a target is missed (a warning is none), 2 when nothing was measured. */
const exitOf = ({ rows }: Scoreboard): number => {
  const missed = rows.some(({ warnsOnly, cells }) => !warnsOnly && cells.some(({ status }) => status === 'missed'))
  if (missed) return exitCodes.failed
  return rows.some(({ cells }) => cells.some(({ value }) => value !== null)) ? exitCodes.done : exitCodes.cannotAnswer
}

const show: Action = (options, id) => {
  const settings = settingsOf(options.set)
  if (id === undefined && settings.length === 0) throw appError('input.usage', 'Name the experiment, or a target with --set.')
  return withApp(options, settings.length > 0 ? 'write' : 'read', async (app) => {
    applySettings(app, settings)
    if (id === undefined) {
      if (options.json) printJson({ targets: app.deps.store.listTargets() })
      return exitCodes.done
    }
    const board = indicatorsOf(app.deps, id, languageOf(options))
    if (options.json) printJson(board)
    else printScoreboard(board)
    return exitOf(board)
  })
}

export const addIndicatorCommand = (program: Command, register: Register): void =>
  register(
    program,
    'indicators [experiment]',
    'the scoreboard: value, target, bound and evidence, or what would measure it',
    show,
    (command) =>
      // Once per target: an option that takes several words would swallow the experiment behind it.
      command.option(
        '--set <indicator=value>',
        'a target for every experiment, once per target: latency_mean=800ms, mfu=40%, overlap=none, peak_qps=default',
        (setting: string, before: string[]) => [...before, setting],
        [],
      ),
  )
