import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { Switch } from '../../components/Switch.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { partOf } from './options.ts'

const DEEDS = [
  {
    name: 'accept',
    label: 'Accepted',
    hint: 'The record gets the status accepted, and the person with the same e-mail address as member.',
  },
  {
    name: 'resolve',
    label: 'Resolved',
    hint: 'The request is completed, the problem solved; the comment becomes a note.',
  },
  { name: 'comment', label: 'Comments', hint: 'Each becomes a note.' },
  { name: 'reroute', label: 'Handed on', hint: 'The record goes to the team that stands for the escalation policy.' },
] as const

/** What is done here and shall stand in 4me too. */
export function WriteBackForm({ source }: { source: AlertSource }) {
  const saved = partOf(source.integrationSettings, 'writeBack')
  const [on, setOn] = useState<Record<string, boolean>>(
    Object.fromEntries([...DEEDS.map(({ name }) => name), 'dryRun'].map((name) => [name, saved[name] === true])),
  )
  const [visibility, setVisibility] = useState(saved.noteVisibility === 'PUBLIC' ? 'PUBLIC' : 'INTERNAL')
  const flip = (name: string) => (event: { target: { checked: boolean } }) =>
    setOn((before) => ({ ...before, [name]: event.target.checked }))
  return (
    <OptionsForm
      source={source}
      title="Write back"
      hint="Off until you switch it on. What cannot be written is tried for a day; a newer change in 4me stands."
      settings={() => ({ writeBack: { ...saved, ...on, noteVisibility: visibility } })}
    >
      {DEEDS.map(({ name, label, hint }) => (
        <Switch key={name} label={label} hint={hint} checked={on[name] === true} onChange={flip(name)} />
      ))}
      <Field label="Notes are" hint="Problems have no internal notes: there they are public.">
        {(control) => (
          <Select {...control} value={visibility} onChange={(event) => setVisibility(event.target.value)}>
            <option value="INTERNAL">Internal</option>
            <option value="PUBLIC">Public: the requester sees them</option>
          </Select>
        )}
      </Field>
      <Switch
        label="Only show what would be written"
        hint="Nothing changes in 4me; each alert's timeline says what would."
        checked={on.dryRun === true}
        onChange={flip('dryRun')}
      />
    </OptionsForm>
  )
}
