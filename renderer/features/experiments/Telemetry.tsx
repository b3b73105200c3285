import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { SeriesInfo } from '../../../preload/contract/api'
import { disturbancesOf, isTelemetry } from '../../../preload/contract/disturbance'
import type { Run } from '../../../preload/contract/experiment'
import { fill, sharedMessages } from '../../../preload/contract/messages'
import { useQuery } from '../../app/api'
import { percentText } from '../../charts/digits'
import { SeriesChart } from '../../charts/SeriesChart'
import { metricText, settingText } from '../../charts/text'
import { useLanguage, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Prose } from '../../ui/Problem'
import { Select } from '../../ui/Select'
import { neutralise } from '../../ui/sanitise'

/** What disturbed this launch, with its evidence. */
export const Disturbances = ({ run }: { run: Run }) => {
  const t = useT()
  const language = useLanguage()
  const found = disturbancesOf(run.facts)
  if (found.length === 0) return null
  return (
    <section className="section">
      <div>
        <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
          {t.run.disturbed}
        </Badge>
      </div>
      {found.map(({ kind, evidence }) => (
        <p key={kind}>{neutralise(fill(sharedMessages[language].disturbances[kind], evidence))}</p>
      ))}
      <p className="muted small">
        <Prose>{t.run.disturbedHelp}</Prose>
      </p>
    </section>
  )
}

const Chosen = ({ run, series, place }: { run: Run; series: readonly SeriesInfo[]; place: number }) => {
  const t = useT()
  const overheads = useQuery('runs.get', { id: run.id }).data?.measurements.filter(({ metric }) => metric === 'telemetry.overhead') ?? []
  const [picked, setPicked] = useState<string | null>(null)
  const chosen = series.find(({ id }) => String(id) === picked) ?? series.find(({ metric }) => metric === 'net.tx_rate') ?? series[0]
  if (!chosen) return null
  return (
    <section className="section">
      <h3>{t.run.sections.telemetry}</h3>
      <Select
        label={t.run.telemetrySeries}
        hideLabel
        value={String(chosen.id)}
        onChange={setPicked}
        options={series.map((info) => ({
          value: String(info.id),
          label: [metricText(t.charts, info.metric), settingText(t.charts, info.dimensions)].filter(Boolean).join(', '),
        }))}
      />
      <SeriesChart id={chosen.id} place={place} axis="seconds" />
      {chosen.metric === 'gpu.util' ? <p className="muted small">{t.run.telemetryNotSm}</p> : null}
      {overheads.map(({ value, dimensions }) => (
        <p key={String(dimensions['host'])} className="muted small">
          {t.run.overhead(percentText(value), neutralise(String(dimensions['host'])))}
        </p>
      ))}
    </section>
  )
}

/** What the hosts did over time, beside this launch or as its own result. */
export const Telemetry = ({ run, place }: { run: Run; place: number }) => {
  const isOver = run.status === 'done' || run.status === 'refused' || run.status === 'failed'
  const query = useQuery('series.list', isOver ? { experiment: run.experimentId, run: run.id } : null)
  const series = (query.data ?? []).filter((info) => isTelemetry(info) && info.count > 1)
  return series.length === 0 ? null : <Chosen run={run} series={series} place={place} />
}
