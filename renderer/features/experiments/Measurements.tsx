import type { Run } from '../../../preload/contract/experiment'
import type { Measurement } from '../../../preload/contract/measurement'
import { useQuery } from '../../app/api'
import { useFormats, useT } from '../../messages'
import { QueryView } from '../../ui/QueryView'
import { Table } from '../../ui/Table'
import { Mono, Units } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'

/** Rows shown in the inspector; the rest is one step away. */
const maxRows = 24

const useDimensions = (): ((measurement: Measurement) => string) => {
  const formats = useFormats()
  return (measurement) =>
    Object.entries(measurement.dimensions)
      .map(([name, value]) =>
        name.endsWith('_bytes') && typeof value === 'number'
          ? formats.bytes(value)
          : typeof value === 'boolean'
            ? value
              ? name
              : ''
            : String(value),
      )
      .filter((text) => text !== '')
      .join(' · ')
}

/** What this launch measured. */
export const Measurements = ({ run }: { run: Run }) => {
  const t = useT()
  const formats = useFormats()
  const dimensionsOf = useDimensions()
  const query = useQuery('runs.get', run.status === 'done' || run.status === 'refused' ? { id: run.id } : null)
  if (run.status !== 'done' && run.status !== 'refused') return null
  return (
    <QueryView query={query}>
      {({ measurements }) =>
        measurements.length === 0 ? null : (
          <section className="section">
            <h3>{t.run.sections.measurements}</h3>
            <Table
              caption={t.run.sections.measurements}
              rows={measurements.slice(0, maxRows).map((measurement, index) => ({ measurement, index }))}
              rowKey={({ index }) => String(index)}
              columns={[
                {
                  id: 'metric',
                  head: t.run.metricColumns.metric,
                  cell: ({ measurement }) => <Mono>{neutralise(measurement.metric)}</Mono>,
                },
                {
                  id: 'value',
                  head: t.run.metricColumns.value,
                  align: 'right',
                  cell: ({ measurement }) => (
                    <Units value={formats.number(measurement.value)} unit={measurement.unit === '1' ? '' : measurement.unit} />
                  ),
                },
                {
                  id: 'dimensions',
                  head: t.run.metricColumns.dimensions,
                  wrap: true,
                  cell: ({ measurement }) => <span className="muted">{neutralise(dimensionsOf(measurement))}</span>,
                },
              ]}
            />
            {measurements.length > maxRows ? <p className="muted small">{t.run.moreMeasurements(measurements.length - maxRows)}</p> : null}
          </section>
        )
      }
    </QueryView>
  )
}
