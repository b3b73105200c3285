import type { Experiment } from '../../../preload/contract/experiment'
import { useFormats, useT } from '../../messages'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import { ArmMark, armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import type { Destination, NameFault } from './destination'
import type { ArmShare, ImportSummary } from './summary'

/** A key that no experiment has. */
const anew = ' new'

interface DestinationBarProps {
  destination: Destination
  onDestination: (destination: Destination) => void
  fault: NameFault | null
  experiments: readonly Experiment[]
}

/** Which experiment the runs go into. */
export const DestinationBar = ({ destination, onDestination, fault, experiments }: DestinationBarProps) => {
  const t = useT()
  const options = [
    { value: anew, label: t.imports.newExperiment },
    ...experiments.map(({ id, name }) => ({ value: id, label: neutralise(name) })),
  ]
  return (
    <div className="import-destination">
      <Select
        label={t.imports.into}
        value={destination.experimentId ?? anew}
        onChange={(value) => onDestination({ ...destination, experimentId: value === anew ? null : value })}
        options={options}
      />
      {destination.experimentId === null ? (
        <TextField
          label={t.imports.name}
          value={destination.name}
          onChange={(name) => onDestination({ ...destination, name })}
          error={fault ? t.imports[fault] : null}
        />
      ) : null}
    </div>
  )
}

/** More arms than this are only counted. */
const shownArms = 8

const Arms = ({ arms, onSelect }: { arms: readonly ArmShare[]; onSelect: (paths: readonly string[]) => void }) => {
  const t = useT()
  const formats = useFormats()
  const labelOf = ({ arm }: ArmShare): string => {
    const [first, ...more] = Object.entries(arm)
    if (!first) return t.imports.noArm
    // A number alone says nothing; a name does.
    const [factor, level] = first
    return neutralise(more.length === 0 && typeof level !== 'string' ? `${factor}=${level}` : armLabel(arm))
  }
  return (
    <div className="import-arms">
      <span className="muted">{t.imports.arms}</span>
      {arms.slice(0, shownArms).map((share, index) => (
        <button key={share.key} type="button" className="import-arm" title={t.imports.selectArm} onClick={() => onSelect(share.paths)}>
          <ArmMark index={index} />
          {labelOf(share)}
          <span className="number units">{formats.number(share.runs, 9)}</span>
        </button>
      ))}
      {arms.length > shownArms ? <span className="muted">{t.imports.moreResults(arms.length - shownArms)}</span> : null}
      {arms.length === 1 ? <span className="muted">{t.imports.oneArm}</span> : null}
    </div>
  )
}

interface SummaryViewProps {
  summary: ImportSummary
  /** Name of the experiment, and whether it is to be made. */
  experiment: string
  isNew: boolean
  onSelect: (paths: readonly string[]) => void
}

/** One sentence of what would be stored, and what would not. */
export const SummaryView = ({ summary, experiment, isNew, onSelect }: SummaryViewProps) => {
  const t = useT()
  const formats = useFormats()
  const { files, runs, values, arms, leftOut } = summary
  const name = neutralise(experiment)
  const within = isNew ? t.imports.inNew : t.imports.inExisting
  const stored =
    files === 0 ? t.imports.nothingToStore : within(t.imports.withValues(t.imports.becomes(files, runs), formats.number(values, 9)), name)
  const without = (Object.keys(leftOut) as (keyof typeof leftOut)[])
    .filter((reason) => leftOut[reason] > 0)
    .map((reason) => t.imports.leftOutOf[reason](leftOut[reason]))
  return (
    <div className="stack">
      <p role="status">
        {stored}
        {without.length > 0 ? <span className="muted"> {t.imports.leftOut(without.join(' · '))}</span> : null}
      </p>
      {arms.length > 0 ? <Arms arms={arms} onSelect={onSelect} /> : null}
    </div>
  )
}
