import type { ProfiledRun } from './ncu'
import { ncuIdentity, ncuIdentityOf, ncuOpening, ncuRow } from './ncu'

/** A counter of a launch as the raw page prints it; the unit is of the base kind (`ns`, `byte`, `%`, …). */
export interface RawCounter {
  unit: string
  value: number
  decimals: number
}

export type RawLaunch = Pick<ProfiledRun['launches'][number], 'kernel' | 'grid' | 'block'> & {
  counters: Readonly<Record<string, RawCounter>>
}

/** `ncu -i REPORT --csv --page raw --print-units base` of any counters: header, units, a row per launch; a counter that a launch does not have is empty. */
export const printNcuRawCounters = (run: Omit<ProfiledRun, 'launches'> & { launches: readonly RawLaunch[] }): string => {
  const units = new Map(run.launches.flatMap(({ counters }) => Object.entries(counters).map(([name, { unit }]) => [name, unit] as const)))
  const names = [...units.keys()].sort()
  const cell = (launch: RawLaunch, name: string): string => {
    const counter = launch.counters[name]
    return counter ? counter.value.toFixed(counter.decimals) : ''
  }
  return [
    ncuRow([...ncuIdentity, ...names]),
    ncuRow([...ncuIdentity.map(() => ''), ...names.map((name) => units.get(name) ?? '')]),
    ...run.launches.map((launch, index) => ncuRow([...ncuIdentityOf(run, launch, index), ...names.map((name) => cell(launch, name))])),
    '',
  ].join('\n')
}

/** What `ncu` says while it profiles. */
export const printNcuProgress = (process: ProfiledRun['process'], launches: readonly Pick<RawLaunch, 'kernel'>[], report: string): string =>
  [...ncuOpening(process, launches), launches.length === 0 ? '==WARNING== No kernels were profiled.' : `==PROF== Report: ${report}`].join(
    '\n',
  )
