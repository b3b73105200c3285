import type { Facts, Measurement, Warning } from '../../preload/contract'
import type { Beside, BesideReading } from '../_kit/probe'
import { disturbancesOn, worstOfEach } from './disturbed'
import type { HostRows } from './host-rows'
import { cpuAccount, shortestS, type CpuAccount } from './launch-cpu'
import { readWatch, watchMeasurements, watchSeries, type Watch } from './read-watch'
import { watchJob } from './watch-job'

/** Probes that take the GPU's profiling counters, which DCGM would hold. */
const needCounters = new Set(['kernel', 'timeline'])

/** Role names are part of job names, which are bounded. */
const longestName = 32

const accountMeasurements = (host: string, account: CpuAccount | null): Measurement[] =>
  account === null
    ? []
    : (['launch', 'others'] as const).map((whose) => ({
        metric: `host.cpu_${whose}`,
        unit: '1' as const,
        value: account[whose],
        dimensions: { host },
      }))

const hostFacts = ({ rows, window }: Watch): Record<string, string | number | boolean> | null =>
  rows && window
    ? {
        hz: rows.hz,
        rows: rows.rows.length,
        seconds: Number((window.toS - window.fromS).toFixed(2)),
        launch_seen: window.known,
        rows_skipped: rows.skipped.length,
      }
    : null

/** Silence would read as undisturbed. A simulated host has no others, and one without a role of the launch has nothing to be judged. */
const tooShort = ({ host, rows }: Watch, account: CpuAccount | null): Warning[] =>
  rows === null || rows.simulated || rows.roles === 0 || account !== null
    ? []
    : [
        {
          code: 'telemetry.too_short',
          message: `${host}: telemetry at ${rows.hz} Hz saw too little of the launch to tell whether other processes disturbed it: it needs ${shortestS} s. A longer measurement, or a higher telemetry.hz, can tell.`,
        },
      ]

/** Watches the hosts of another probe's launch, and judges from what it saw whether anything disturbed it. */
export const beside: Beside = {
  jobs: ({ hosts, probe, hz, bpftrace }) =>
    hosts.map((host, index) => ({
      ...watchJob(`telemetry-${host.name.length <= longestName ? host.name : index}`, host, {
        hz,
        bpftrace,
        leavesCounters: needCounters.has(probe),
      }),
      main: false,
    })),
  read({ roles, machineOf, measuresOthers }): BesideReading {
    const watches = roles.map((role) => ({ role, watch: readWatch(role) }))
    const rowsOn = (machine: string): HostRows[] =>
      watches.flatMap(({ watch }) => (watch.rows && machineOf(watch.host) === machine ? [watch.rows] : []))
    const accounts = new Map(
      watches.map(({ watch: { host, rows } }) => [host, rows && !measuresOthers ? cpuAccount(rows, rowsOn(machineOf(host))) : null]),
    )
    const found = watches.flatMap(({ watch }) =>
      watch.window
        ? disturbancesOn({
            ...watch,
            window: watch.window,
            launchPids: measuresOthers ? null : (watch.rows?.launchPids ?? null),
            account: accounts.get(watch.host) ?? null,
          })
        : [],
    )
    const disturbed = worstOfEach(found)
    const facts: Facts = Object.fromEntries(
      watches.flatMap(({ watch }) => {
        const own = hostFacts(watch)
        return own ? [[watch.host, own] as const] : []
      }),
    ) as Facts
    return {
      measurements: watches.flatMap(({ watch, role }) => [
        ...watchMeasurements(watch, role),
        ...accountMeasurements(watch.host, accounts.get(watch.host) ?? null),
      ]),
      series: watches.flatMap(({ watch }) => watchSeries(watch)),
      facts: { telemetry: facts as Facts[string], ...(disturbed ? { disturbed } : {}) },
      warnings: watches.flatMap(({ watch }) => [
        ...watch.warnings,
        ...(measuresOthers ? [] : tooShort(watch, accounts.get(watch.host) ?? null)),
      ]),
    }
  },
}
