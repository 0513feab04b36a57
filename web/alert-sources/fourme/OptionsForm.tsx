import { type FormEvent, type ReactNode, useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { useSaveOptions } from '../../api/fourme.ts'
import { Problem, sentenceOf } from '../../api/problem.ts'
import { Button } from '../../components/Button.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Section } from '../../components/Page.tsx'
import { toast } from '../../components/toast-store.ts'

type Props = {
  source: AlertSource
  title: string
  hint?: string
  /** What is to be saved, asked when the form is sent. */
  settings: () => Record<string, unknown>
  children: ReactNode
}

/** A section of a source's settings that is saved by itself. */
export function OptionsForm({ source, title, hint, settings, children }: Props) {
  const { save, isPending } = useSaveOptions(source)
  const [mistakes, setMistakes] = useState<string[]>([])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setMistakes([])
    try {
      await save(settings())
      toast('Saved.')
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : []
      setMistakes(fields.length > 0 ? fields.map((one) => `${nameOf(one.field)}: ${one.message}`) : [sentenceOf(error)])
    }
  }
  return (
    <Section title={title} {...(hint ? { hint } : {})}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)} noValidate>
        {mistakes.length > 0 && (
          <Notice tone="danger">
            {mistakes.map((one) => (
              <p key={one}>{one}</p>
            ))}
          </Notice>
        )}
        {children}
        <div className="flex justify-end">
          <Button type="submit" tone="primary" busy={isPending}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  )
}

/** Fields as the screens call them; of several that fit, the last one counts. */
const NAMES: [field: string, name: string][] = [
  ['statusMap', 'Status table'],
  ['filters', 'Filters'],
  ['impactPriority', 'Priority and severity'],
  ['majorIncident', 'Major incidents'],
  ['reconcileMinutes', 'Compare with 4me every'],
  ['slaTrigger', 'Target'],
  ['slaTrigger.minutesBefore', 'Minutes before'],
  ['webhookPolicy', 'Signed webhooks'],
  ['webhookPolicy.algorithm', 'Algorithm'],
  ['webhookPolicy.publicKey', 'Public key'],
  ['webhookPolicy.audience', 'Audience'],
  ['writeBack', 'Write back'],
  ['writeBack.teams', 'Teams'],
]

function nameOf(field: string): string {
  const path = field.replace(/^integrationSettings\./, '')
  return NAMES.findLast(([known]) => path === known || path.startsWith(`${known}.`))?.[1] ?? path
}
