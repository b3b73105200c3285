import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, FieldError, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue, Text } from 'react-aria-components'

export interface Option {
  value: string
  label: string
}

interface SelectProps {
  label: string
  units?: string | undefined
  /** The label is read out but not shown, as in a table row. */
  hideLabel?: boolean
  value: string | null
  onChange: (value: string) => void
  options: readonly Option[]
  placeholder?: string
  help?: ReactNode
  error?: string | null | undefined
}

/** A labelled list to choose one from. */
export const Select = ({ label, units, hideLabel, value, onChange, options, placeholder, help, error }: SelectProps) => (
  <AriaSelect
    className="field"
    value={value}
    onChange={(key) => key !== null && onChange(String(key))}
    placeholder={placeholder ?? ''}
    isInvalid={Boolean(error)}
    validationBehavior="aria"
  >
    <Label className={hideLabel ? 'visually-hidden' : 'field-label'}>
      {label}
      {units ? <span className="units">{units}</span> : null}
    </Label>
    <Button className="select-button">
      <SelectValue className="truncate" />
      <ChevronDown size={14} aria-hidden />
    </Button>
    {help ? (
      <Text slot="description" className="field-help">
        {help}
      </Text>
    ) : null}
    {error ? <FieldError className="field-error">{error}</FieldError> : null}
    <Popover className="popover">
      <ListBox items={options.map((option) => ({ id: option.value, label: option.label }))}>
        {(item) => (
          <ListBoxItem id={item.id} textValue={item.label} className="option">
            {item.label}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  </AriaSelect>
)
