import { useMemo } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import type { KernelAnalysis, KernelPattern, KernelRow } from '../../../preload/contract/kernels'
import { useQuery } from '../../app/api'
import { Chart } from '../../charts/Chart'
import { percentText, significant } from '../../charts/digits'
import { rooflineFigure, shortKernel, type KernelWords } from '../../charts/roofline-figure'
import { valueText } from '../../charts/text'
import { useChartTheme } from '../../charts/useTheme'
import { useT } from '../../messages'
import { QueryView } from '../../ui/QueryView'
import { Table } from '../../ui/Table'
import { Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'

/** Rows shown in the inspector: those that took longest. */
const maxRows = 20
/** Names of missing counters that one cell shows. */
const namedMissing = 2

const missingText = (counters: readonly string[], words: KernelWords): string => {
  const first = counters.slice(0, namedMissing).map(neutralise).join(', ')
  return words.cannotAnswer(counters.length > namedMissing ? `${first}, …` : first)
}

const evidenceText = ({ evidence }: KernelPattern): string =>
  evidence.map(({ counter, value }) => `${neutralise(counter)} = ${significant(value)}`).join('\n')

const Occupied = ({ row, words }: { row: KernelRow; words: KernelWords }) => {
  const { achieved, theoretical, limiters, missing } = row.occupancy
  if (theoretical === null) return <span className="muted">{missingText(missing, words)}</span>
  const shown = achieved === null ? percentText(theoretical) : words.achievedOf(percentText(achieved), percentText(theoretical))
  return (
    <>
      {shown}
      {theoretical < 1 && limiters.length > 0 ? (
        <span className="muted"> {words.heldBy(limiters.map((name) => words.resources[name]).join(', '))}</span>
      ) : null}
    </>
  )
}

const Found = ({ row, words }: { row: KernelRow; words: KernelWords }) => {
  const found = row.patterns.filter(({ verdict }) => verdict === 'yes')
  const unknown = [...new Set(row.patterns.flatMap(({ missing }) => missing))]
  return (
    <>
      {found.map((pattern) => (
        <div key={pattern.pattern}>
          {words.patterns[pattern.pattern]}
          <div className="muted small" style={{ whiteSpace: 'pre-line' }}>
            {evidenceText(pattern)}
          </div>
        </div>
      ))}
      {found.length === 0 && unknown.length === 0 ? <span className="muted">{words.nothing}</span> : null}
      {unknown.length > 0 ? <div className="muted small">{missingText(unknown, words)}</div> : null}
    </>
  )
}

const Reached = ({ row, words }: { row: KernelRow; words: KernelWords }) => {
  const { flopPerSecond, intensity, share, bound, missing } = row
  if (flopPerSecond === null) return missing.length > 0 ? <span className="muted">{missingText(missing, words)}</span> : null
  return (
    <>
      {share === null || bound === null ? null : (
        <div>
          {percentText(share)} {words.ofRoof}, {words.bounds[bound]}
        </div>
      )}
      <div className="muted small">
        {[valueText(flopPerSecond, 'FLOP/s'), ...(intensity === null ? [] : [`${significant(intensity)} ${words.flopPerByte}`])].join(
          ' · ',
        )}
      </div>
      {share === null && missing.length > 0 ? <div className="muted small">{missingText(missing, words)}</div> : null}
    </>
  )
}

const KernelTable = ({ analysis }: { analysis: KernelAnalysis }) => {
  const words = useT().kernels
  const rows = analysis.kernels.slice(0, maxRows).map((row, index) => ({ row, index }))
  return (
    <Table
      caption={words.section}
      rows={rows}
      rowKey={({ index }) => String(index)}
      columns={[
        {
          id: 'kernel',
          head: words.kernel,
          wrap: true,
          width: '38%',
          cell: ({ row }) => (
            <div title={neutralise(row.kernel)} style={{ overflowWrap: 'anywhere' }}>
              <Mono>{neutralise(shortKernel(row.kernel))}</Mono>
              <div className="muted small">
                {[words.launchCount(row.launches), ...(row.timeUs === null ? [] : [valueText(row.timeUs, 'us')])].join(' · ')}
              </div>
            </div>
          ),
        },
        {
          id: 'found',
          head: words.found,
          wrap: true,
          cell: ({ row }) => (
            <div style={{ overflowWrap: 'anywhere' }}>
              <Reached row={row} words={words} />
              <div>
                {words.occupancy}: <Occupied row={row} words={words} />
              </div>
              <Found row={row} words={words} />
            </div>
          ),
        },
      ]}
    />
  )
}

const Roofline = ({ analysis, place }: { analysis: KernelAnalysis; place: number }) => {
  const t = useT()
  const theme = useChartTheme()
  const figure = useMemo(() => rooflineFigure(analysis, place, t.kernels, theme), [analysis, place, t, theme])
  return figure ? <Chart figure={figure} /> : null
}

/** What the counters of a launch of the kernel probe mean: roofline, occupancy and its limiter, named patterns. */
export const Kernels = ({ run, place }: { run: Run; place: number }) => {
  const t = useT()
  const isKernel = run.probe === 'kernel' && run.status === 'done'
  const query = useQuery('runs.kernels', isKernel ? { id: run.id } : null)
  if (!isKernel) return null
  return (
    <QueryView query={query}>
      {(analysis) =>
        analysis.kernels.length === 0 ? null : (
          <section className="section">
            <h3>{t.kernels.section}</h3>
            <Roofline analysis={analysis} place={place} />
            <KernelTable analysis={analysis} />
          </section>
        )
      }
    </QueryView>
  )
}
