import type { UseFormReturn } from 'react-hook-form'
import { Field } from './Field.tsx'
import { PasswordInput } from './PasswordInput.tsx'
import { Select } from './Select.tsx'
import { Switch } from './Switch.tsx'
import { isShown, type SchemaField, type SchemaValues } from './schema-fields.ts'
import { TextInput } from './TextInput.tsx'

type Props = { form: UseFormReturn<SchemaValues>; fields: readonly SchemaField[]; saved: Record<string, unknown> }

/** A form drawn from a settings schema. */
export function SchemaForm({ form, fields, saved }: Props) {
  const values = form.watch()
  return (
    <div className="grid gap-4">
      {fields
        .filter((field) => isShown(field, values))
        .map((field) => (
          <SchemaControl key={field.name} form={form} field={field} saved={saved[field.name]} />
        ))}
    </div>
  )
}

type ControlProps = { form: UseFormReturn<SchemaValues>; field: SchemaField; saved: unknown }

function SchemaControl({ form, field, saved }: ControlProps) {
  if (field.kind === 'switch') {
    return (
      <Switch
        label={field.title}
        hint={field.description}
        checked={form.watch(field.name) === true}
        onChange={(event) => form.setValue(field.name, event.target.checked, { shouldDirty: true })}
      />
    )
  }
  const registered = form.register(field.name)
  const error = form.formState.errors[field.name]?.message
  const isSaved = field.kind === 'secret' && typeof saved === 'string' && saved !== ''
  const hint = isSaved ? `${field.description} Leave it empty to keep the saved one.`.trim() : field.description
  return (
    <Field label={field.title} hint={hint} error={typeof error === 'string' ? error : undefined}>
      {(control) => {
        if (field.kind === 'select') {
          return (
            <Select {...control} {...registered}>
              {!field.options.some((option) => option.value === '') && <option value="">Choose…</option>}
              {field.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </Select>
          )
        }
        if (field.kind === 'secret') {
          return (
            <PasswordInput
              {...control}
              {...registered}
              autoComplete="off"
              placeholder={isSaved ? String(saved) : field.placeholder}
            />
          )
        }
        return (
          <TextInput
            {...control}
            {...registered}
            spellCheck={false}
            inputMode={field.kind === 'number' ? 'decimal' : 'text'}
            placeholder={field.placeholder}
          />
        )
      }}
    </Field>
  )
}
