import { z } from 'zod'
import type { ProbeInfo } from '../../../preload/contract/api'
import type { SavedHost } from '../../../preload/contract/host'
import { planLimits, planOrder, planSchema } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { TextField } from '../../ui/Field'
import { PlanFabrics } from './PlanFabrics'
import { PlanFactors } from './PlanFactors'
import { PlanHosts } from './PlanHosts'
import { PlanProbes } from './PlanProbes'
import { PlanTelemetry } from './PlanTelemetry'
import { PlanSection, type SectionProps } from './PlanSection'
import { SchemaInput } from './SchemaInput'
import { schemaFields } from './schema-form'
import type { PlanEditor } from './usePlan'

const jsonSchema = (schema: z.ZodType): Record<string, unknown> => z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>

const topFields = schemaFields(jsonSchema(planSchema)).filter((field) => field.key === 'repeats' || field.key === 'warmup')
const orderFields = schemaFields(jsonSchema(planOrder))
const limitFields = schemaFields(jsonSchema(planLimits))

const groups = [
  { group: 'top', fields: topFields },
  { group: 'order', fields: orderFields },
  { group: 'limits', fields: limitFields },
] as const

const Order = ({ draft, change }: SectionProps) => {
  const t = useT()
  const words: Record<string, { label: string; help: string }> = t.plan.fields
  return (
    <PlanSection title={t.plan.sections.order}>
      <div className="plan-columns">
        {groups.flatMap(({ group, fields }) =>
          fields.map((field) => (
            <SchemaInput
              key={field.key}
              field={field}
              value={draft[group][field.key]}
              label={words[field.key]?.label ?? field.key}
              help={words[field.key]?.help ?? ''}
              optionLabels={t.plan.orders}
              onChange={(value) => change((old) => ({ ...old, [group]: { ...old[group], [field.key]: value } }))}
            />
          )),
        )}
      </div>
    </PlanSection>
  )
}

interface PlanFormProps {
  editor: PlanEditor
  hosts: readonly SavedHost[]
  probes: readonly ProbeInfo[]
}

/** The plan as a form; numbers, choices and limits come from the same schema that checks the file. */
export const PlanForm = ({ editor, hosts, probes }: PlanFormProps) => {
  const t = useT()
  const { draft, changeDraft: change } = editor
  const questionMissing = draft.question.trim() === '' && editor.touched
  return (
    <div className="plan">
      <PlanSection title={t.plan.sections.question}>
        <TextField
          label={t.plan.questionLabel}
          help={t.plan.questionHelp}
          value={draft.question}
          onChange={(question) => change((old) => ({ ...old, question }))}
          required
          error={questionMissing ? t.plan.questionMissing : null}
        />
        <TextField
          label={t.plan.nameLabel}
          units={t.common.optional}
          help={t.plan.nameHelp}
          value={draft.name}
          onChange={(name) => change((old) => ({ ...old, name }))}
        />
      </PlanSection>
      <PlanHosts draft={draft} change={change} hosts={hosts} />
      <PlanFabrics draft={draft} change={change} hosts={hosts} />
      <PlanFactors draft={draft} change={change} />
      <PlanProbes draft={draft} change={change} probes={probes} />
      <Order draft={draft} change={change} />
      <PlanTelemetry draft={draft} change={change} />
    </div>
  )
}
