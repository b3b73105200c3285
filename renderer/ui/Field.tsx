import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox, FieldError, Input, Label, Radio, RadioGroup, Text, TextArea, TextField as AriaTextField } from 'react-aria-components'

interface CommonProps {
  label: string
  /** Shown in lighter ink after the label. */
  units?: string | undefined
  help?: ReactNode
  error?: string | null | undefined
}

interface TextFieldProps extends CommonProps {
  /** The label is read out but not shown, as in a bar of controls. */
  hideLabel?: boolean
  value: string
  onChange: (value: string) => void
  type?: 'text' | 'password'
  inputMode?: 'text' | 'numeric' | 'decimal'
  multiline?: boolean
  rows?: number
  mono?: boolean
  placeholder?: string | undefined
  required?: boolean
  autoFocus?: boolean
  list?: string | undefined
}

const FieldText = ({ help, error }: { help?: ReactNode; error?: string | null | undefined }) => (
  <>
    {help ? (
      <Text slot="description" className="field-help">
        {help}
      </Text>
    ) : null}
    {error ? <FieldError className="field-error">{error}</FieldError> : null}
  </>
)

/** A labelled text input with its help and error bound to it. */
export const TextField = (props: TextFieldProps) => {
  const { label, units, help, error, value, onChange, multiline, rows, mono, placeholder, list } = props
  const className = mono ? 'input mono' : 'input'
  return (
    <AriaTextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      isRequired={props.required ?? false}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
      type={props.type ?? 'text'}
      {...(props.inputMode ? { inputMode: props.inputMode } : {})}
    >
      <Label className={props.hideLabel ? 'visually-hidden' : 'field-label'}>
        {label}
        {units ? <span className="units">{units}</span> : null}
      </Label>
      {multiline ? (
        <TextArea className={className} rows={rows ?? 3} placeholder={placeholder} spellCheck={!mono} />
      ) : (
        <Input className={className} placeholder={placeholder} list={list} spellCheck={!mono} autoComplete="off" />
      )}
      <FieldText help={help} error={error} />
    </AriaTextField>
  )
}

/** One box, one fact. */
export const CheckField = ({
  label,
  help,
  value,
  onChange,
}: {
  label: ReactNode
  help?: ReactNode
  value: boolean
  onChange: (value: boolean) => void
}) => (
  <div className="field">
    <Checkbox className="choice" isSelected={value} onChange={onChange}>
      <span className="choice-mark">{value ? <Check size={12} strokeWidth={3} aria-hidden /> : null}</span>
      {label}
    </Checkbox>
    {help ? <span className="field-help">{help}</span> : null}
  </div>
)

interface ChoiceProps<T extends string> extends CommonProps {
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: string; disabled?: boolean }[]
}

/** A few exclusive choices, all visible. */
export const ChoiceField = <T extends string>({ label, help, error, value, onChange, options }: ChoiceProps<T>) => (
  <RadioGroup className="field" value={value} onChange={(next) => onChange(next as T)} isInvalid={Boolean(error)} validationBehavior="aria">
    <Label className="field-label">{label}</Label>
    <div className="choices">
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className="choice" isDisabled={option.disabled ?? false}>
          <span className="choice-mark choice-mark-round">
            {option.value === value ? (
              <svg width="6" height="6" aria-hidden>
                <circle cx="3" cy="3" r="3" fill="currentColor" />
              </svg>
            ) : null}
          </span>
          {option.label}
        </Radio>
      ))}
    </div>
    <FieldText help={help} error={error} />
  </RadioGroup>
)
