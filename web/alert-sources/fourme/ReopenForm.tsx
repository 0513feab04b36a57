import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { RadioCard } from '../../components/RadioCard.tsx'
import { OptionsForm } from './OptionsForm.tsx'

const WAYS = [
  {
    value: 'NEW_ALERT',
    label: 'A new alert',
    hint: 'It is linked to the one before, and people are asked from the first level on. This is usual.',
  },
  {
    value: 'REOPEN',
    label: 'The same alert goes on',
    hint: 'It is pending again, with its whole timeline, and people are asked anew.',
  },
  { value: 'IGNORE', label: 'Nothing happens here', hint: 'The delivery log keeps that it was opened again.' },
] as const

/** What becomes of an alert whose record comes back from its end. */
export function ReopenForm({ source }: { source: AlertSource }) {
  const saved = WAYS.find((way) => way.value === source.integrationSettings.reopen)
  const [reopen, setReopen] = useState<string>(saved?.value ?? 'NEW_ALERT')
  return (
    <OptionsForm
      source={source}
      title="Opened again"
      hint="When a completed request or a solved problem is open once more."
      settings={() => ({ reopen })}
    >
      <fieldset className="grid gap-2">
        <legend className="sr-only">When a record is opened again</legend>
        {WAYS.map(({ value, label, hint }) => (
          <RadioCard
            key={value}
            name="reopen"
            label={label}
            hint={hint}
            value={value}
            checked={reopen === value}
            onChange={() => setReopen(value)}
          />
        ))}
      </fieldset>
    </OptionsForm>
  )
}
