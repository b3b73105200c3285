import {
  scoreboard,
  type Arm,
  type Dimensions,
  type Facts,
  type IndicatorCell,
  type IndicatorId,
  type IndicatorRow,
  type KernelAnalysis,
  type Plan,
  type Run,
  type Unit,
} from '../../../preload/contract'
import { sharedMessages } from '../../../preload/contract/messages'
import type { Bound, BoundQuery } from '../analysis/bounds'
import { buildScoreboard, type CoreScoreboard } from './scoreboard'

export interface Story {
  probe: string
  /** One launch per entry: metric, value, dimensions. */
  launches: (readonly [string, number, Dimensions?])[][]
  facts?: Facts
  factsOf?: (launch: number) => Facts
  arm?: Arm
  more?: Partial<Run>
}

interface World {
  plan?: Plan | null
  targets?: [IndicatorId, number | null][]
  kernels?: (run: Run) => KernelAnalysis | undefined
  bounds?: (query: BoundQuery) => Bound | null
  environments?: Parameters<typeof buildScoreboard>[0]['environments']
}

/** The scoreboard of launches that are told here; its answer is checked against the contract. */
export const boardOf = (stories: readonly Story[], world: World = {}): CoreScoreboard => {
  const runs: Run[] = []
  const measurements: Parameters<typeof buildScoreboard>[0]['measurements'][number][] = []
  for (const { probe, launches, facts, factsOf, arm, more } of stories)
    for (const [index, measured] of launches.entries()) {
      const id = `run-${runs.length + 1}`
      const own = factsOf?.(index) ?? facts ?? {}
      runs.push({
        id,
        experimentId: 'exp-1',
        probe,
        probeVersion: '1',
        probeIndex: 0,
        hosts: ['a', 'b'],
        arm: arm ?? { fabric: 'fast' },
        block: index,
        repeat: index + 1,
        warmup: false,
        position: runs.length,
        attempt: 1,
        status: 'done',
        problem: null,
        transport: null,
        warnings: [],
        simulated: false,
        commands: [],
        kitSha256: null,
        startedAt: null,
        endedAt: null,
        artifacts: [],
        ...more,
        facts: own,
      })
      for (const [metric, value, dimensions] of measured)
        measurements.push({ runId: id, metric, unit: '1' satisfies Unit, value, dimensions: dimensions ?? {} })
    }
  const board = buildScoreboard({
    experiment: { id: 'exp-1', simulated: false, plan: world.plan ?? null },
    runs,
    measurements,
    environments: world.environments ?? [],
    kernels: new Map(runs.flatMap((run) => (world.kernels?.(run) ? [[run.id, world.kernels(run) as KernelAnalysis]] : []))),
    targets: new Map(world.targets ?? []),
    bounds: world.bounds ?? (() => null),
    messages: sharedMessages.en,
  })
  const rows = board.rows.map(({ howTo, ...row }): IndicatorRow => ({ ...row, howTo: howTo && { ...howTo, yaml: '', lacks: [] } }))
  scoreboard.parse({ ...board, rows })
  return board
}

export const rowOf = (board: CoreScoreboard, id: IndicatorId): CoreScoreboard['rows'][number] => {
  const row = board.rows.find((one) => one.id === id)
  if (!row) throw new Error(`There is no row ${id}.`)
  return row
}

/** The indicator in the first arm. */
export const cellOf = (stories: readonly Story[], id: IndicatorId, world: World = {}): IndicatorCell => {
  const [cell] = rowOf(boardOf(stories, world), id).cells
  if (!cell) throw new Error(`${id} has no arm.`)
  return cell
}

/** Launches that all measured the same. */
export const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)
