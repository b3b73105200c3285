import { FlaskConical } from 'lucide-react'
import type { IndicatorRow } from '../../../preload/contract/indicators'
import type { ProbeUse } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Table } from '../../ui/Table'
import { CopyButton, Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import { whyNot, type Proposal } from './board'

/** What nobody measured, by the entry of a plan that would. */
export const Proposals = ({ proposals, onPlan }: { proposals: readonly Proposal[]; onPlan: (use: ProbeUse) => void }) => {
  const { indicators: words } = useT()
  const c = words.columns
  return (
    <section className="section">
      <h2>{words.proposals}</h2>
      <Table
        caption={words.proposals}
        rows={proposals}
        rowKey={({ key }) => key}
        columns={[
          { id: 'probe', head: c.run, cell: ({ howTo }) => <Mono>{howTo.probe}</Mono> },
          {
            id: 'measures',
            head: c.measures,
            wrap: true,
            width: '38%',
            cell: ({ rows }) => (
              <ul className="plain-list">
                {rows.map(({ row, reason }) => (
                  <li key={row.id}>
                    {row.title}
                    {reason === '' ? null : <span className="units"> {neutralise(reason)}</span>}
                  </li>
                ))}
              </ul>
            ),
          },
          {
            id: 'needs',
            head: c.needs,
            wrap: true,
            cell: ({ howTo, needs }) => (
              <span className="units">
                {needs.length + howTo.lacks.length === 0 ? words.needsNothing : null}
                {needs.map((need) => (
                  <span key={need} className="block">
                    {need}
                  </span>
                ))}
                {howTo.lacks.map(({ host, why }) => (
                  <span key={host} className="block">
                    {neutralise(words.lacks(host, why.join(' ')))}
                  </span>
                ))}
              </span>
            ),
          },
          {
            id: 'actions',
            head: c.actions,
            wrap: true,
            width: '132px',
            cell: ({ howTo, rows }) => (
              <span className="nowrap">
                <Button
                  icon={<FlaskConical size={14} aria-hidden />}
                  aria-label={words.planFor(rows.map(({ row }) => row.title).join(', '))}
                  onPress={() => onPlan(howTo.use)}
                >
                  {words.planIt}
                </Button>
                <CopyButton text={howTo.yaml} label={`${words.copyEntry}: ${howTo.probe}`} />
              </span>
            ),
          },
        ]}
      />
    </section>
  )
}

/** What was tried and cannot be told, with the reason. */
export const Unanswered = ({ rows }: { rows: readonly IndicatorRow[] }) => {
  const { indicators: words } = useT()
  return (
    <section className="section">
      <h2>{words.unanswered}</h2>
      <Table
        caption={words.unanswered}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { id: 'indicator', head: words.columns.indicator, cell: ({ title }) => title },
          { id: 'why', head: words.columns.why, wrap: true, cell: (row) => <span className="units">{neutralise(whyNot(row))}</span> },
        ]}
      />
    </section>
  )
}
