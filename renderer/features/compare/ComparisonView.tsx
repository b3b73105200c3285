import { X } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import type { PointRef } from '../../charts/figure'
import { withoutZeros, type Zeros } from '../../../preload/contract/zeros'
import { rowKey, type Comparison } from '../../charts/model'
import { zerosText } from '../../charts/text'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import { Inspector } from './Inspector'
import { Leftovers } from './Leftovers'
import { Pictures } from './Pictures'
import { filterRows, probesOf, sortRows, type Filter, type Sort } from './rows'
import { RowTable } from './RowTable'
import { Verdicts } from './Verdicts'

const noFilter: Filter = { text: '', probe: null, brushed: null }
const everyProbe = '*'

interface Selection {
  rowKey: string | null
  runId: string | null
}

const FilterBar = ({
  comparison,
  filter,
  onFilter,
  shown,
}: {
  comparison: Comparison
  filter: Filter
  onFilter: (filter: Filter) => void
  shown: number
}) => {
  const t = useT()
  const probes = probesOf(comparison)
  return (
    <div className="filter-bar">
      <TextField
        label={t.compare.filter}
        value={filter.text}
        placeholder={t.compare.filterHelp}
        onChange={(text) => onFilter({ ...filter, text })}
      />
      {probes.length > 1 ? (
        <Select
          label={t.compare.probe}
          value={filter.probe ?? everyProbe}
          onChange={(probe) => onFilter({ ...filter, probe: probe === everyProbe ? null : probe })}
          options={[{ value: everyProbe, label: t.compare.everyProbe }, ...probes.map((probe) => ({ value: probe, label: probe }))]}
        />
      ) : null}
      <span className="muted number" role="status">
        {t.compare.shown(shown, comparison.rows.length)}
      </span>
      {filter.brushed ? (
        <Button kind="quiet" icon={<X size={14} aria-hidden />} onPress={() => onFilter({ ...filter, brushed: null })}>
          {t.compare.brushed(filter.brushed.size)}
        </Button>
      ) : null}
    </div>
  )
}

/** What was 0 in every launch of every arm: named in a line, and in the table on demand. */
const AllZero = ({ zeros, shown, onShow }: { zeros: readonly Zeros[]; shown: boolean; onShow: (shown: boolean) => void }) => {
  const t = useT()
  if (zeros.length === 0) return null
  return (
    <div className="compare-zeros">
      <span className="muted">{zeros.map((group) => zerosText(t.charts, group)).join(' ')}</span>
      <Button kind="quiet" onPress={() => onShow(!shown)}>
        {shown ? t.compare.hideZeros : t.compare.showZeros}
      </Button>
    </div>
  )
}

/** Verdict first, picture second, table third; provenance of what is selected on the right. */
export const ComparisonView = ({ comparison, runs, head }: { comparison: Comparison; runs: readonly Run[]; head: React.ReactNode }) => {
  const t = useT()
  const [filter, setFilter] = useState(noFilter)
  const [sort, setSort] = useState<Sort>({ key: 'metric', descending: false })
  const [selection, setSelection] = useState<Selection>({ rowKey: null, runId: null })
  const [zerosShown, setZerosShown] = useState(false)
  const told = useMemo(() => withoutZeros(comparison.rows), [comparison.rows])
  // Who looks for something finds it, whatever its value.
  const isLookedFor = filter.text.trim() !== '' || filter.brushed !== null
  const rows = useMemo(() => {
    const candidates = zerosShown || isLookedFor ? comparison.rows : told.rows
    return sortRows(filterRows(candidates, filter, t.charts, t.compare.verdicts), sort)
  }, [comparison.rows, told, zerosShown, isLookedFor, filter, sort, t])
  const row = comparison.rows.find((candidate) => rowKey(candidate) === selection.rowKey) ?? null
  const onPick = useCallback((ref: PointRef) => setSelection((old) => ({ rowKey: ref.rowKey ?? old.rowKey, runId: ref.runId ?? null })), [])
  const onBrush = useCallback((refs: PointRef[] | null) => {
    const keys = new Set(refs?.map((ref) => ref.rowKey).filter((key) => key !== undefined))
    setFilter((old) => ({ ...old, brushed: keys.size > 0 ? keys : null }))
  }, [])
  return (
    <>
      <section className="screen">
        {head}
        {comparison.rows.length === 0 ? (
          <EmptyState title={t.compare.noRowsTitle} body={t.compare.noRowsBody} />
        ) : (
          <>
            <Verdicts comparison={comparison} />
            <div className="compare-pictures">
              <Pictures comparison={comparison} runs={runs} row={row} runId={selection.runId} onPick={onPick} onBrush={onBrush} />
            </div>
            <section className="section">
              <h2>{t.compare.table}</h2>
              <FilterBar comparison={comparison} filter={filter} onFilter={setFilter} shown={rows.length} />
              {isLookedFor ? null : <AllZero zeros={told.zeros} shown={zerosShown} onShow={setZerosShown} />}
              {rows.length === 0 ? (
                <div className="line">
                  <span className="muted">{t.compare.nothingMatches}</span>
                  <Button kind="quiet" onPress={() => setFilter(noFilter)}>
                    {t.compare.showEverything}
                  </Button>
                </div>
              ) : (
                <RowTable
                  comparison={comparison}
                  rows={rows}
                  sort={sort}
                  onSort={setSort}
                  selected={selection.rowKey}
                  onSelect={(key) => setSelection({ rowKey: key, runId: null })}
                />
              )}
            </section>
          </>
        )}
        <Leftovers comparison={comparison} onPick={(runId) => setSelection({ rowKey: null, runId })} />
      </section>
      {row || selection.runId !== null ? (
        <Inspector
          comparison={comparison}
          row={row}
          runId={selection.runId}
          onPick={(runId) => setSelection((old) => ({ ...old, runId }))}
          onClose={() => setSelection({ rowKey: null, runId: null })}
        />
      ) : null}
    </>
  )
}
