import { useState } from 'react'
import type { QuietHours as Hours } from '../../server/notifications/rules/schema.ts'
import { useQuietHours, useSaveQuietHours } from '../api/notifications.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'

/** When low priority waits. */
export function QuietHours({ personId }: { personId: number }) {
  const query = useQuietHours(personId)
  return (
    <Section
      title="Quiet hours"
      hint="Low priority waits and comes in one digest when they end. High priority never waits."
    >
      <Answer query={query}>{(hours) => <Form key={JSON.stringify(hours)} personId={personId} hours={hours} />}</Answer>
    </Section>
  )
}

function Form({ personId, hours }: { personId: number; hours: Hours }) {
  const save = useSaveQuietHours(personId)
  const [from, setFrom] = useState(hours?.from ?? '22:00')
  const [to, setTo] = useState(hours?.to ?? '07:00')
  const submit = (value: Hours) => save.mutate(value, { onSuccess: () => toast('Saved.') })
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        submit({ from, to })
      }}
    >
      {save.error && <Notice tone="danger">{sentenceOf(save.error)}</Notice>}
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-32">
          <Field label="From">
            {(control) => (
              <TextInput {...control} type="time" value={from} onChange={(event) => setFrom(event.target.value)} />
            )}
          </Field>
        </div>
        <div className="w-32">
          <Field label="To">
            {(control) => (
              <TextInput {...control} type="time" value={to} onChange={(event) => setTo(event.target.value)} />
            )}
          </Field>
        </div>
        <Button type="submit" busy={save.isPending}>
          {hours ? 'Save' : 'Set quiet hours'}
        </Button>
        {hours && (
          <Button tone="quiet" onClick={() => submit(null)}>
            No quiet hours
          </Button>
        )}
      </div>
    </form>
  )
}
