import type { IndicatorCell, IndicatorRow, Scoreboard } from '../../../preload/contract/indicators'
import type { Arm } from '../../../preload/contract/plan'
import { isMeasured } from '../../charts/indicator-text'
import { armLabel } from '../../ui/arms'

type HowTo = NonNullable<IndicatorRow['howTo']>

/** What one entry of a plan would measure. */
export interface Proposal {
  key: string
  howTo: HowTo
  /** Titles and reasons of the indicators; the reason only where it says more than "run it". */
  rows: { row: IndicatorRow; reason: string }[]
  /** What has to be there, once each; named by its indicators where they differ. */
  needs: string[]
}

export interface Sections {
  measured: IndicatorRow[]
  /** No arm has a value, and no probe would change that. */
  unanswered: IndicatorRow[]
  proposals: Proposal[]
}

const reasonsOf = (cells: readonly IndicatorCell[]): string[] => [
  ...new Set(cells.filter(({ value }) => value === null).map(({ reason }) => reason)),
]

/** Why an indicator has no value, once per reason. */
export const whyNot = ({ cells }: IndicatorRow): string => reasonsOf(cells).join(' ')

const proposalKey = ({ use }: HowTo): string => JSON.stringify(use)

const needsOf = (own: readonly { row: IndicatorRow; howTo: HowTo }[]): string[] => {
  const groups = Map.groupBy(own, ({ howTo }) => howTo.needs)
  return [...groups].flatMap(([needs, some]) => {
    if (needs === '') return []
    return groups.size === 1 ? [needs] : [`${some.map(({ row }) => row.title).join(', ')}: ${needs}`]
  })
}

/** Measured, not answerable, and still to be measured, the last by what would do it. */
export const sectionsOf = ({ rows }: Pick<Scoreboard, 'rows'>): Sections => {
  const empty = rows.filter((row) => !isMeasured(row))
  const open = empty.flatMap((row) => (row.howTo ? [{ row, howTo: row.howTo }] : []))
  return {
    measured: rows.filter(isMeasured),
    unanswered: empty.filter(({ howTo }) => howTo === null),
    proposals: [...Map.groupBy(open, ({ howTo }) => proposalKey(howTo))].map(([key, own]) => ({
      key,
      howTo: (own[0] as { howTo: HowTo }).howTo,
      needs: needsOf(own),
      rows: own.map(({ row }) => ({
        row,
        reason: reasonsOf(row.cells.filter(({ reasonCode }) => reasonCode !== 'not_measured')).join(' '),
      })),
    })),
  }
}

export type Counts = Record<'met' | 'missed' | 'warned' | 'undecided' | 'open', number>

/** Indicators by their worst arm: one that is missed anywhere is missed. */
export const countsOf = ({ rows }: Pick<Scoreboard, 'rows'>): Counts => {
  const has = (row: IndicatorRow, status: IndicatorCell['status']): boolean => row.cells.some((cell) => cell.status === status)
  const missed = rows.filter((row) => has(row, 'missed'))
  const undecided = rows.filter((row) => !has(row, 'missed') && has(row, 'undecided'))
  return {
    missed: missed.filter(({ warnsOnly }) => !warnsOnly).length,
    warned: missed.filter(({ warnsOnly }) => warnsOnly).length,
    undecided: undecided.length,
    met: rows.filter((row) => !has(row, 'missed') && !has(row, 'undecided') && has(row, 'met')).length,
    open: rows.filter((row) => !isMeasured(row)).length,
  }
}

/** `fast`; a number alone says nothing, so its factor stands before it. */
export const armText = (arm: Arm): string => {
  const [only, ...others] = Object.entries(arm)
  return only && others.length === 0 && typeof only[1] !== 'string' ? `${only[0]}=${String(only[1])}` : armLabel(arm)
}

/** One row of the table, by which it is selected. */
export const cellKey = (row: IndicatorRow, index: number): string => `${row.id} ${index}`
