import { Plus, X } from 'lucide-react'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { CheckField, TextField } from '../../ui/Field'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { crossArms } from './arms'
import { readLevels, type FactorDraft, type PlanDraft } from './draft'
import { PlanSection, type SectionProps } from './PlanSection'
import { freshName, withoutRowAt, withRowAt } from './rows'

/** More arms than this are only counted. */
const shownArms = 12

const FabricLevels = ({ draft, factor, onChange }: { draft: PlanDraft; factor: FactorDraft; onChange: (levels: string) => void }) => {
  const t = useT()
  const chosen = readLevels(factor.levels).map(String)
  const names = draft.fabrics.map((fabric) => fabric.name)
  const toggle = (name: string, on: boolean): void =>
    onChange(names.filter((each) => (each === name ? on : chosen.includes(each))).join(', '))
  return (
    <fieldset className="field" style={{ border: 0, margin: 0, padding: 0 }}>
      <legend className="field-label">{t.plan.factorLevels}</legend>
      <div className="choices" style={{ minHeight: 28, alignItems: 'center' }}>
        {names.map((name) => (
          <CheckField key={name} label={name} value={chosen.includes(name)} onChange={(on) => toggle(name, on)} />
        ))}
        {names.length === 0 ? <span className="muted">{t.plan.nothing}</span> : null}
      </div>
    </fieldset>
  )
}

const ArmsResult = ({ draft }: { draft: PlanDraft }) => {
  const t = useT()
  const arms = draft.arms ?? crossArms(Object.fromEntries(draft.factors.map(({ name, levels }) => [name, readLevels(levels)])))
  return (
    <div className="line" style={{ gap: 12 }}>
      <span className="muted">{t.plan.armsResult(arms.length)}</span>
      {arms.slice(0, shownArms).map((arm, index) => (
        <span key={armKey(arm)} className="badge">
          <ArmMark index={index} />
          {armLabel(arm)}
        </span>
      ))}
      {arms.length > shownArms ? <span className="muted">…</span> : null}
    </div>
  )
}

/** What varies between the arms. */
export const PlanFactors = ({ draft, change }: SectionProps) => {
  const t = useT()
  const update = (index: number, part: Partial<FactorDraft>): void =>
    change((old) => ({ ...old, factors: withRowAt(old.factors, index, (row) => ({ ...row, ...part })) }))
  return (
    <PlanSection title={t.plan.sections.factors} help={t.plan.factorsHelp}>
      {draft.arms ? <p>{t.plan.armsExplicit}</p> : null}
      {draft.factors.map((factor, index) => (
        <div key={index} className="plan-row">
          <div className="narrow">
            <TextField label={t.plan.factorName} value={factor.name} onChange={(name) => update(index, { name })} mono />
          </div>
          {factor.name === 'fabric' ? (
            <FabricLevels draft={draft} factor={factor} onChange={(levels) => update(index, { levels })} />
          ) : (
            <TextField
              label={t.plan.factorLevels}
              units={t.plan.levelsHelp}
              value={factor.levels}
              onChange={(levels) => update(index, { levels })}
              mono
            />
          )}
          <Button
            kind="quiet"
            aria-label={t.plan.removeRow(factor.name)}
            icon={<X size={14} aria-hidden />}
            onPress={() => change((old) => ({ ...old, factors: withoutRowAt(old.factors, index) }))}
          />
        </div>
      ))}
      <div className="spread">
        <Button
          icon={<Plus size={14} aria-hidden />}
          onPress={() =>
            change((old) => ({
              ...old,
              factors: [
                ...old.factors,
                {
                  name: freshName(
                    old.factors.map((factor) => factor.name),
                    'factor',
                  ),
                  levels: '',
                },
              ],
            }))
          }
        >
          {t.plan.addFactor}
        </Button>
        <ArmsResult draft={draft} />
      </div>
    </PlanSection>
  )
}
