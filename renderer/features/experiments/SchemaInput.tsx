import { useState } from 'react'
import { useFormats, useT, type Formats, type Messages } from '../../messages'
import { CheckField, TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import { fieldText, readFieldText, type SchemaField } from './schema-form'

interface SchemaInputProps {
  field: SchemaField
  value: unknown
  onChange: (value: unknown) => void
  label?: string
  help?: string
  optionLabels?: Record<string, string>
  error?: string | null
}

const rangeText = (field: SchemaField, t: Messages, formats: Formats): string => {
  const { minimum, maximum } = field
  if (minimum !== null && maximum !== null) return t.common.range(formats.number(minimum, 12), formats.number(maximum, 12))
  if (minimum !== null) return t.common.atLeast(formats.number(minimum, 12))
  return maximum === null ? '' : t.common.atMost(formats.number(maximum, 12))
}

const defaultText = (field: SchemaField, t: Messages, formats: Formats): string => {
  if (field.default === undefined || field.kind === 'boolean') return ''
  const bytes =
    field.unit === 'bytes' && typeof field.default === 'number' && field.default >= 1024 ? ` (${formats.bytes(field.default)})` : ''
  return t.common.default(`${fieldText(field, field.default)}${bytes}`)
}

const useHelp = ({ field, help }: SchemaInputProps): string => {
  const t = useT()
  const formats = useFormats()
  return [help ?? field.description, defaultText(field, t, formats)].filter(Boolean).join(' · ')
}

const TextInput = (props: SchemaInputProps) => {
  const { field, value, onChange, label } = props
  const t = useT()
  const formats = useFormats()
  const help = useHelp(props)
  const [text, setText] = useState(() => fieldText(field, value))
  const reading = readFieldText(field, text)
  const messages = { badNumber: t.plan.badNumber, badJson: t.plan.badJson, outOfRange: rangeText(field, t, formats) }
  const changed = (next: string): void => {
    setText(next)
    const read = readFieldText(field, next)
    // What cannot be read goes on as text, so that the plan's own check refuses it instead of using an older value.
    onChange(read.ok || read.error === 'outOfRange' ? (read.ok ? read.value : Number(next)) : next)
  }
  return (
    <TextField
      label={label ?? field.key}
      units={field.unit ?? undefined}
      value={text}
      onChange={changed}
      help={help}
      error={reading.ok ? props.error : messages[reading.error]}
      placeholder={fieldText(field, field.default)}
      required={field.required}
      mono={field.kind === 'json'}
      {...(field.kind === 'integer' ? { inputMode: 'numeric' as const } : {})}
    />
  )
}

const ChoicesInput = (props: SchemaInputProps) => {
  const { field, value, onChange, label } = props
  const help = useHelp(props)
  const chosen = (Array.isArray(value) ? value : Array.isArray(field.default) ? field.default : []).map(String)
  const toggle = (option: string, on: boolean): void =>
    onChange(field.options.filter((each) => (each === option ? on : chosen.includes(each))))
  return (
    <fieldset className="field" style={{ border: 0, margin: 0, padding: 0, gridColumn: '1 / -1' }}>
      <legend className="field-label">{label ?? field.key}</legend>
      <div className="choices">
        {field.options.map((option) => (
          <CheckField key={option} label={option} value={chosen.includes(option)} onChange={(on) => toggle(option, on)} />
        ))}
      </div>
      <span className="field-help">{help}</span>
    </fieldset>
  )
}

/** The input that fits a schema's property: number, text, choice, several choices, list, or JSON. */
export const SchemaInput = (props: SchemaInputProps) => {
  const { field, value, onChange, label, optionLabels } = props
  const help = useHelp(props)
  if (field.kind === 'boolean')
    return <CheckField label={label ?? field.key} help={help} value={Boolean(value ?? field.default)} onChange={onChange} />
  if (field.kind === 'choices') return <ChoicesInput {...props} />
  if (field.kind !== 'choice') return <TextInput {...props} />
  return (
    <Select
      label={label ?? field.key}
      units={field.unit ?? undefined}
      value={value === undefined ? (field.default === undefined ? null : String(field.default)) : String(value)}
      options={field.options.map((option) => ({ value: option, label: optionLabels?.[option] ?? option }))}
      onChange={onChange}
      help={help}
    />
  )
}
