import { FlaskConical, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { IndicatorCell, IndicatorRow } from '../../../preload/contract/indicators'
import type { ProbeUse } from '../../../preload/contract/plan'
import { links } from '../../app/routes'
import { alignDecimals, percentText, significant } from '../../charts/digits'
import { cellTexts, figureText, sharedScale, targetText } from '../../charts/indicator-text'
import { useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Facts } from '../../ui/Facts'
import { Command, Mono, Units } from '../../ui/Text'
import { ArmMark } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { armText } from './board'
import { StatusBadge } from './status'

const figureRows = (
  row: IndicatorRow,
  cell: IndicatorCell,
  words: ReturnType<typeof useT>['indicators'],
): (readonly [string, ReactNode])[] => {
  const { inspector: names } = words
  const scale = sharedScale(row)
  const texts = cellTexts(cell, scale)
  const { bound, interval } = cell
  const target = targetText(row)
  return [
    [names.median, <Units key="median" value={texts.value} unit={scale.name} />] as const,
    ...(interval
      ? [[names.interval, `${texts.interval || texts.value} ${scale.name}`] as const, [names.method, interval.method] as const]
      : []),
    [words.target, target === '' ? words.noTarget : target] as const,
    ...(cell.note === '' ? [] : [[names.note, neutralise(cell.note)] as const]),
    ...(bound
      ? [
          [
            names.bound,
            <span key="bound">
              {figureText(bound.value, row.unit)}, {bound.ratio === null ? bound.covers : names.ofBound(percentText(bound.ratio))}
              <br />
              <span className="units">{neutralise(bound.source)}</span>
            </span>,
          ] as const,
        ]
      : []),
    [names.metrics, <Mono key="metrics">{cell.metrics.join(', ')}</Mono>] as const,
  ]
}

const Launches = ({ experiment, row, cell }: { experiment: string; row: IndicatorRow; cell: IndicatorCell }) => {
  const { inspector: words } = useT().indicators
  const scale = sharedScale(row)
  const values = alignDecimals(cell.values.map((value) => significant(value / scale.factor, 5)))
  return (
    <section className="section">
      <h3>{words.launches}</h3>
      <p className="muted small">{words.launchesHelp}</p>
      <table className="table">
        <tbody>
          {cell.values.map((_, index) => {
            const id = cell.runIds[index] ?? ''
            return (
              <tr key={id}>
                <td>
                  <a className="link" href={links.experiment(experiment, id)}>
                    <Mono>{id}</Mono>
                  </a>
                </td>
                <td className="right">
                  <Units value={values[index] ?? ''} unit={scale.name} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

const Beside = ({ cell }: { cell: IndicatorCell }) => {
  const { inspector: words } = useT().indicators
  if (cell.parts.length === 0) return null
  return (
    <section className="section">
      <h3>{words.beside}</h3>
      <Facts rows={cell.parts.map(({ label, value, unit }) => [neutralise(label), figureText(value, unit)] as const)} />
    </section>
  )
}

/** One indicator in one arm: what it is, how it was computed, and every launch behind it. */
export const CellInspector = ({
  experiment,
  row,
  index,
  onPlan,
  onClose,
}: {
  experiment: string
  row: IndicatorRow
  index: number
  onPlan: (use: ProbeUse) => void
  onClose: () => void
}) => {
  const t = useT()
  const words = t.indicators
  const cell = row.cells[index]
  if (!cell) return null
  const howTo = cell.status === 'not_measured' ? row.howTo : null
  return (
    <aside className="inspector" aria-label={words.inspector.name}>
      <div className="spread">
        <span className="muted small">{words.inspector.name}</span>
        <Button kind="quiet" aria-label={t.common.close} icon={<X size={14} aria-hidden />} onPress={onClose} />
      </div>
      <div className="stack">
        <h2>{row.title}</h2>
        <div className="line">
          <span className="badge">
            <ArmMark index={index} />
            {neutralise(armText(cell.arm))}
          </span>
          <StatusBadge status={cell.status} warnsOnly={row.warnsOnly} />
          {cell.simulated ? <SimulatedMark /> : null}
        </div>
        {cell.reason === '' ? null : <p>{neutralise(cell.reason)}</p>}
      </div>
      {cell.value === null ? null : <Facts rows={figureRows(row, cell, words)} />}
      <Beside cell={cell} />
      {cell.values.length > 0 ? <Launches experiment={experiment} row={row} cell={cell} /> : null}
      {howTo ? (
        <section className="section">
          <h3>{words.inspector.entry}</h3>
          <p className="muted">{howTo.needs || words.needsNothing}</p>
          <Command>{howTo.yaml}</Command>
          <div>
            <Button icon={<FlaskConical size={14} aria-hidden />} onPress={() => onPlan(howTo.use)}>
              {words.planIt}
            </Button>
          </div>
        </section>
      ) : null}
      <Facts
        rows={[
          [words.inspector.definition, row.definition],
          [words.inspector.computed, row.formula],
        ]}
      />
    </aside>
  )
}
