import { SearchX } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useIntegrations } from '../../api/alert-sources.ts'
import { Answer } from '../../components/Answer.tsx'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Field } from '../../components/Field.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { matchingIntegrations } from './draft.ts'
import { IntegrationTile } from './IntegrationTile.tsx'
import type { StepProps } from './WizardPage.tsx'

/** What will send alerts. */
export function TypeStep({ draft, change }: StepProps) {
  const query = useIntegrations()
  const [text, setText] = useState('')
  const tiles = useRef<HTMLFieldSetElement>(null)
  const matches = matchingIntegrations(
    (query.data ?? []).filter((one) => !one.isOwn),
    text,
  )
  const isChosenShown = matches.some((one) => one.type === draft.integrationType)

  const onKeyDown = (event: KeyboardEvent) => {
    const first = matches[0]
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      const radios = tiles.current?.querySelectorAll<HTMLInputElement>('input[type=radio]')
      const target = [...(radios ?? [])].find((radio) => radio.checked) ?? radios?.[0]
      target?.focus()
      target?.click()
    }
    // Enter chooses the first match; once it is chosen, Enter goes on.
    if (event.key === 'Enter' && !isChosenShown) {
      event.preventDefault()
      if (first) change({ integrationType: first.type })
    }
  }

  return (
    <div className="grid gap-4">
      <Field label="Filter integrations">
        {(control) => (
          <TextInput
            {...control}
            type="search"
            placeholder="4me, Xurrent, API…"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <Answer query={query}>
        {() =>
          matches.length === 0 ? (
            <EmptyState
              icon={SearchX}
              title="Nothing found"
              text="Any system that can send an HTTP request can ring Tocsin through the API type."
            />
          ) : (
            <fieldset ref={tiles} className="grid gap-3 sm:grid-cols-2">
              <legend className="sr-only">Integration type</legend>
              {matches.map((one) => (
                <IntegrationTile
                  key={one.type}
                  integration={one}
                  checked={draft.integrationType === one.type}
                  onChoose={() => change({ integrationType: one.type })}
                />
              ))}
            </fieldset>
          )
        }
      </Answer>
    </div>
  )
}
