import { BellOff } from 'lucide-react'
import { useState } from 'react'
import { type Person, useMute } from '../api/directory.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { fromLocalInput, toLocalInput } from '../components/local-time.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { exactText } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'

const HOUR_MS = 3_600_000
const CHOICES = [1, 4, 8] as const

/** Until when policies do not ask a person. */
export function Mute({ person }: { person: Person }) {
  const now = useNow(60_000)
  const mute = useMute(person.id)
  const [until, setUntil] = useState('')
  const isMuted = person.mutedUntil !== null && Date.parse(person.mutedUntil) > now
  const chosen = fromLocalInput(until)
  const save = (at: Date | null) =>
    mute.mutate(at?.toISOString() ?? null, {
      onSuccess: () => toast(at === null ? 'Alerts come again.' : 'Muted.'),
    })
  return (
    <Section
      title="Mute"
      hint="Policies ask whoever comes next. Colleagues who ask by name, and the last resort, still come through."
    >
      <div className="grid gap-3">
        {mute.error && <Notice tone="danger">{sentenceOf(mute.error)}</Notice>}
        {isMuted ? (
          <div className="flex flex-wrap items-center gap-3">
            <p className="flex items-center gap-2 text-sm font-medium text-caution">
              <BellOff className="size-4" aria-hidden />
              Muted until {exactText(person.mutedUntil ?? '')}
            </p>
            <Button busy={mute.isPending} onClick={() => save(null)}>
              End it now
            </Button>
          </div>
        ) : (
          <div className="flex flex-wrap items-end gap-3">
            <div className="flex flex-wrap gap-2">
              {CHOICES.map((hours) => (
                <Button key={hours} busy={mute.isPending} onClick={() => save(new Date(now + hours * HOUR_MS))}>
                  {hours} h
                </Button>
              ))}
            </div>
            <div className="w-52">
              <Field label="Or until">
                {(control) => (
                  <TextInput
                    {...control}
                    type="datetime-local"
                    min={toLocalInput(new Date(now))}
                    value={until}
                    onChange={(event) => setUntil(event.target.value)}
                  />
                )}
              </Field>
            </div>
            <Button disabled={chosen === null} busy={mute.isPending} onClick={() => save(chosen)}>
              Mute
            </Button>
          </div>
        )}
      </div>
    </Section>
  )
}
