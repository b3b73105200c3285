import { links } from '../../app/routes'
import type { Comparison } from '../../charts/model'
import { useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Table } from '../../ui/Table'
import { Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import { Info, ShieldAlert } from 'lucide-react'

/** What was left out, and what else differed: nothing is dropped in silence. */
export const Leftovers = ({ comparison, onPick }: { comparison: Comparison; onPick: (runId: string) => void }) => {
  const t = useT()
  const c = t.compare
  return (
    <>
      <section className="section">
        <h2>{c.confounders}</h2>
        {comparison.confounders.length === 0 ? (
          <p className="muted">{c.confoundersNone}</p>
        ) : (
          <Table
            caption={c.confounders}
            rows={comparison.confounders.map((confounder, index) => ({ ...confounder, index }))}
            rowKey={({ index }) => String(index)}
            columns={[
              { id: 'what', head: c.confounderColumns.what, cell: ({ what }) => neutralise(what) },
              {
                id: 'effect',
                head: c.confounderColumns.effect,
                cell: ({ blocking }) =>
                  blocking ? (
                    <Badge tone="caution" icon={<ShieldAlert size={14} aria-hidden />}>
                      {c.blocking}
                    </Badge>
                  ) : (
                    <Badge tone="quiet" icon={<Info size={14} aria-hidden />}>
                      {c.noted}
                    </Badge>
                  ),
              },
              { id: 'message', head: c.confounderColumns.message, wrap: true, cell: ({ message }) => neutralise(message) },
            ]}
          />
        )}
      </section>
      <section className="section">
        <h2>{c.excluded}</h2>
        {comparison.excluded.length === 0 ? (
          <p className="muted">{c.excludedNone}</p>
        ) : (
          <Table
            caption={c.excluded}
            rows={comparison.excluded}
            rowKey={({ runId }) => runId}
            columns={[
              {
                id: 'run',
                head: c.excludedColumns.run,
                cell: ({ runId }) => (
                  <button type="button" className="row-button" onClick={() => onPick(runId)}>
                    <Mono>{runId}</Mono>
                  </button>
                ),
              },
              {
                id: 'status',
                head: c.excludedColumns.status,
                cell: ({ status }) => (t.run.phases as Record<string, string>)[status] ?? neutralise(status),
              },
              { id: 'why', head: c.excludedColumns.why, wrap: true, cell: ({ why }) => neutralise(why) },
            ]}
          />
        )}
        <p>
          <a href={links.experiment(comparison.experiment)}>{c.openRun}</a>
        </p>
      </section>
    </>
  )
}
