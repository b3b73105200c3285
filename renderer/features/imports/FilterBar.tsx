import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import type { ImportFilter } from '../../../preload/contract/imports'
import { useFormats, useT } from '../../messages'
import { TextField } from '../../ui/Field'
import { filters } from './filter'

interface FilterBarProps {
  counts: Record<ImportFilter, number>
  filter: ImportFilter
  onFilter: (filter: ImportFilter) => void
  find: string
  onFind: (text: string) => void
}

/** Which files the table shows. */
export const FilterBar = ({ counts, filter, onFilter, find, onFind }: FilterBarProps) => {
  const t = useT()
  const formats = useFormats()
  const shown = filters.filter((each) => counts[each] > 0 || each === filter || each === 'all')
  return (
    <div className="import-filter">
      <ToggleButtonGroup
        className="import-filters"
        aria-label={t.imports.show}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[filter]}
        onSelectionChange={(keys) => onFilter(filters.find((each) => keys.has(each)) ?? 'all')}
      >
        {shown.map((each) => (
          <ToggleButton key={each} id={each} className="import-filter-choice">
            {t.imports.filters[each]} <span className="number units">{formats.number(counts[each], 9)}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <div className="import-find">
        <TextField label={t.imports.findPath} hideLabel placeholder={t.imports.findPath} value={find} onChange={onFind} />
      </div>
    </div>
  )
}
