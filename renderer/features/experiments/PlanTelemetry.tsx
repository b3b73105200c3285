import { z } from 'zod'
import { planTelemetry } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { CheckField } from '../../ui/Field'
import { PlanSection, type SectionProps } from './PlanSection'
import { SchemaInput } from './SchemaInput'
import { schemaFields } from './schema-form'

const [, watched] = planTelemetry.options
const fields = schemaFields(z.toJSONSchema(watched, { io: 'input' }) as Record<string, unknown>)

/** Whether and how closely the hosts are watched while a launch runs. */
export const PlanTelemetry = ({ draft, change }: SectionProps) => {
  const t = useT()
  const words: Record<string, { label: string; help: string }> = t.plan.telemetryFields
  const { off, fields: values } = draft.telemetry
  const set = (telemetry: Partial<typeof draft.telemetry>): void =>
    change((old) => ({ ...old, telemetry: { ...old.telemetry, ...telemetry } }))
  return (
    <PlanSection title={t.plan.sections.telemetry} help={t.plan.telemetryHelp}>
      <CheckField label={t.plan.telemetryOn} value={!off} onChange={(on) => set({ off: !on })} />
      {off ? null : (
        <div className="plan-columns">
          {fields.map((field) => (
            <SchemaInput
              key={field.key}
              field={field}
              value={values[field.key]}
              label={words[field.key]?.label ?? field.key}
              help={words[field.key]?.help ?? ''}
              onChange={(value) => set({ fields: { ...values, [field.key]: value } })}
            />
          ))}
        </div>
      )}
    </PlanSection>
  )
}
