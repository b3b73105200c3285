import { useMemo, useState } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import { Chart } from '../../charts/Chart'
import { ecdfFigure } from '../../charts/ecdf-figure'
import type { Figure, PointRef } from '../../charts/figure'
import { levelPlace, type Comparison, type ComparisonRow } from '../../charts/model'
import { SeriesChart } from '../../charts/SeriesChart'
import { headlineStrips, stripFigure, stripOf } from '../../charts/strip-figure'
import { sweepFigure } from '../../charts/sweep-figure'
import { sweepsOf, type Family } from '../../charts/sweeps'
import { metricText, settingText } from '../../charts/text'
import { useDistributions, useSeriesGroups } from '../../charts/useDistributions'
import { wholeSamples, type SeriesGroup } from '../../charts/distributions'
import { useChartTheme } from '../../charts/useTheme'
import { useT } from '../../messages'
import { ProblemView } from '../../ui/Problem'
import { Loading } from '../../ui/QueryView'
import { Select, type Option } from '../../ui/Select'
import { Tabs, type TabSpec } from '../../ui/Tabs'
import { FlameDifference } from './FlameDifference'

interface Handlers {
  onPick: (ref: PointRef) => void
  onBrush: (refs: PointRef[] | null) => void
}

/** A list to choose one picture from, and the picture. */
const Chosen = ({
  options,
  initial,
  children,
}: {
  options: readonly Option[]
  initial?: string | undefined
  children: (id: string) => React.ReactNode
}) => {
  const t = useT()
  const [picked, setPicked] = useState<string | null>(null)
  const id = options.some(({ value }) => value === picked) ? picked : (initial ?? options[0]?.value ?? null)
  if (id === null) return <p className="muted">{t.compare.noPicture}</p>
  return (
    <div className="stack">
      {options.length > 1 ? (
        <div className="picture-choice">
          <Select label={t.compare.picture} hideLabel value={id} onChange={setPicked} options={options} />
        </div>
      ) : null}
      {children(id)}
    </div>
  )
}

const SweepPictures = ({ comparison, family, handlers }: { comparison: Comparison; family: Family; handlers: Handlers }) => {
  const t = useT()
  const theme = useChartTheme()
  const figures = useMemo(
    () =>
      sweepsOf(comparison)
        .filter((sweep) => sweep.family === family)
        .map((sweep) => ({ sweep, figure: sweepFigure(comparison, sweep, t.charts, theme) })),
    [comparison, family, t, theme],
  )
  return (
    <Chosen
      options={figures.map(({ sweep, figure }) => ({
        value: figure.id,
        label: [metricText(t.charts, sweep.metric), settingText(t.charts, sweep.setting)].filter(Boolean).join(', '),
      }))}
    >
      {(id) => {
        const found = figures.find(({ figure }) => figure.id === id)
        return found ? <Chart figure={found.figure} {...handlers} /> : null
      }}
    </Chosen>
  )
}

const LaunchPictures = ({ comparison, row, handlers }: { comparison: Comparison; row: ComparisonRow | null; handlers: Handlers }) => {
  const t = useT()
  const theme = useChartTheme()
  const strips = useMemo(() => {
    const headlines = headlineStrips(comparison)
    const own = row ? stripOf(comparison, row) : null
    return own && !headlines.some(({ id }) => id === own.id) ? [own, ...headlines] : headlines
  }, [comparison, row])
  const figures = useMemo(
    () => strips.map((strip) => stripFigure(comparison, strip, t.charts, theme)).filter((figure): figure is Figure => figure !== null),
    [comparison, strips, t, theme],
  )
  const own = row ? `strip ${stripOf(comparison, row).id}` : undefined
  return (
    <Chosen key={own ?? ''} options={figures.map(({ id, subtitle }) => ({ value: id, label: subtitle }))} initial={own}>
      {(id) => {
        const figure = figures.find((candidate) => candidate.id === id)
        return figure ? <Chart figure={figure} {...handlers} /> : null
      }}
    </Chosen>
  )
}

const groupLabel = (t: ReturnType<typeof useT>, group: SeriesGroup): string =>
  [metricText(t.charts, group.metric), settingText(t.charts, group.setting)].filter(Boolean).join(', ')

const Ecdf = ({ comparison, group, onPick }: { comparison: Comparison; group: SeriesGroup; onPick: Handlers['onPick'] }) => {
  const t = useT()
  const theme = useChartTheme()
  const groups = useMemo(() => [group], [group])
  const { distributions, failure } = useDistributions(groups)
  const distribution = distributions?.[0]
  const figure = useMemo(
    () => (distribution ? ecdfFigure(comparison, distribution, t.charts, theme) : null),
    [comparison, distribution, t, theme],
  )
  if (failure) return <ProblemView problem={failure} />
  if (!distribution) return <Loading />
  return (
    <div className="stack">
      {figure ? <Chart figure={figure} onPick={onPick} /> : <p className="muted">{t.compare.noPicture}</p>}
      {distribution.tooLong > 0 ? <p className="muted small">{t.charts.tooLong(distribution.tooLong, String(wholeSamples))}</p> : null}
    </div>
  )
}

const Samples = ({ comparison, group, runId }: { comparison: Comparison; group: SeriesGroup; runId: string | null }) => {
  const options = group.launches.flatMap(({ runId: id, level, series }) =>
    series.map((info) => ({
      value: String(info.id),
      label: [level, id, typeof info.dimensions['rank'] === 'number' ? `rank ${info.dimensions['rank']}` : ''].filter(Boolean).join(' · '),
    })),
  )
  const selected = group.launches.find((launch) => launch.runId === runId)?.series[0]
  return (
    <Chosen key={runId ?? ''} options={options} initial={selected ? String(selected.id) : undefined}>
      {(id) => {
        const launch = group.launches.find(({ series }) => series.some((info) => String(info.id) === id))
        return <SeriesChart id={Number(id)} place={launch ? levelPlace(comparison, launch.level) : 0} />
      }}
    </Chosen>
  )
}

interface PicturesProps extends Handlers {
  comparison: Comparison
  runs: readonly Run[]
  row: ComparisonRow | null
  runId: string | null
}

/** The pictures by family; only families that have something to show get a tab. */
export const Pictures = ({ comparison, runs, row, runId, onPick, onBrush }: PicturesProps) => {
  const t = useT()
  const [tab, setTab] = useState<string | null>(null)
  const { groups, failure } = useSeriesGroups(comparison, runs)
  const families = useMemo(() => new Set(sweepsOf(comparison).map(({ family }) => family)), [comparison])
  const handlers = { onPick, onBrush }
  const seriesPicker = (content: (group: SeriesGroup) => React.ReactNode): React.ReactNode =>
    groups === null ? (
      failure ? (
        <ProblemView problem={failure} />
      ) : (
        <Loading />
      )
    ) : (
      <Chosen options={groups.map((group) => ({ value: group.id, label: groupLabel(t, group) }))}>
        {(id) => {
          const group = groups.find((candidate) => candidate.id === id)
          return group ? content(group) : null
        }}
      </Chosen>
    )
  const tabs: TabSpec[] = [
    ...(['bandwidth', 'time', 'rate'] as const)
      .filter((family) => families.has(family))
      .map((family) => ({
        id: family,
        label: t.compare.tabs[family],
        content: <SweepPictures comparison={comparison} family={family} handlers={handlers} />,
      })),
    ...(runs.some(({ probe, status }) => probe === 'flame' && status === 'done')
      ? [{ id: 'flame', label: t.flame.diff.tab, content: <FlameDifference comparison={comparison} /> }]
      : []),
    { id: 'launches', label: t.compare.tabs.launches, content: <LaunchPictures comparison={comparison} row={row} handlers={handlers} /> },
    ...(groups === null || groups.length > 0
      ? [
          {
            id: 'latency',
            label: t.compare.tabs.latency,
            content: seriesPicker((group) => <Ecdf comparison={comparison} group={group} onPick={onPick} />),
          },
          {
            id: 'samples',
            label: t.compare.tabs.samples,
            content: seriesPicker((group) => <Samples comparison={comparison} group={group} runId={runId} />),
          },
        ]
      : []),
  ]
  const selected = tabs.some(({ id }) => id === tab) ? tab : tabs[0]?.id
  return <Tabs label={t.compare.pictures} tabs={tabs} selected={selected ?? 'launches'} onSelect={setTab} />
}
