import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { listOf, partOf, textOf } from './options.ts'

const LISTS = [
  { name: 'category', label: 'Category', placeholder: 'incident, rfc' },
  { name: 'impact', label: 'Impact', placeholder: 'top, high' },
  { name: 'team', label: 'Team', placeholder: 'Service Desk, Network' },
  { name: 'service', label: 'Service', placeholder: 'E-mail' },
  { name: 'source', label: 'Source', placeholder: 'Monitoring' },
] as const

/** Which records may open an alert at all. */
export function FilterForm({ source }: { source: AlertSource }) {
  const saved = partOf(source.integrationSettings, 'filters')
  const [kind, setKind] = useState(textOf(saved.kind))
  const [texts, setTexts] = useState<Record<string, string>>(
    Object.fromEntries(LISTS.map(({ name }) => [name, textOf(saved[name])])),
  )
  return (
    <OptionsForm
      source={source}
      title="Filters"
      hint="A record that does not fit opens no alert; the delivery log says which filter kept it out. Blank lets all pass."
      settings={() => ({
        filters: {
          kind: listOf(kind),
          ...Object.fromEntries(LISTS.map(({ name }) => [name, listOf(texts[name] ?? '')])),
        },
      })}
    >
      <Field label="Records">
        {(control) => (
          <Select {...control} value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">Requests and problems</option>
            <option value="request">Requests only</option>
            <option value="problem">Problems only</option>
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        {LISTS.map(({ name, label, placeholder }) => (
          <Field key={name} label={label} optional>
            {(control) => (
              <TextInput
                {...control}
                placeholder={placeholder}
                value={texts[name] ?? ''}
                onChange={(event) => setTexts((before) => ({ ...before, [name]: event.target.value }))}
              />
            )}
          </Field>
        ))}
      </div>
    </OptionsForm>
  )
}
