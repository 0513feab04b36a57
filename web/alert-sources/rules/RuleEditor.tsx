import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { KnownField } from '../../../server/alert-sources/rules/schema.ts'
import { Field } from '../../components/Field.tsx'
import { control as look } from '../../components/TextInput.tsx'
import { type Completion, completionAt, type Language, type Suggestion } from './completion.ts'

type Props = {
  label: string
  hint?: ReactNode
  language: Language
  value: string
  onChange: (value: string) => void
  fields: readonly KnownField[]
  error: string | undefined
  placeholder?: string
  rows?: 1 | 2 | 4
}

const ROWS_MAX = 12
// It grows with its text; where a browser cannot do that yet, it scrolls.
const HEIGHTS = { 1: 'min-h-9', 2: 'min-h-16', 4: 'min-h-24' }

const KIND_LOOK: Record<Suggestion['kind'], string> = {
  preset: 'text-accent',
  seen: 'text-caution',
  function: 'text-good',
  word: 'text-text',
}

/** A text in one of the two languages: what is wrong is told at once, and known fields are offered while typing. */
export function RuleEditor({ label, hint, language, value, onChange, fields, error, placeholder, rows = 1 }: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  const [completion, setCompletion] = useState<Completion | null>(null)
  const [chosen, setChosen] = useState(0)
  const listId = useId()

  const offer = (text: string, caret: number) => {
    setCompletion(completionAt(text, caret, language, fields))
    setChosen(0)
  }
  const insert = (suggestion: Suggestion) => {
    if (!completion) return
    const before = value.slice(0, completion.from) + suggestion.insert
    // The new text stands before the next key: a caret that followed a frame later would fall into what is typed meanwhile.
    flushSync(() => {
      onChange(before + value.slice(completion.to))
      setCompletion(null)
    })
    area.current?.focus()
    area.current?.setSelectionRange(before.length, before.length)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!completion) return
    const count = completion.suggestions.length
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : count - 1)) % count)
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      const suggestion = completion.suggestions[chosen]
      if (!suggestion) return
      event.preventDefault()
      insert(suggestion)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      setCompletion(null)
    }
  }

  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <textarea
            {...control}
            ref={area}
            aria-haspopup="listbox"
            aria-controls={completion ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={completion ? `${listId}-${chosen}` : undefined}
            className={look({
              size: 'lines',
              className: `block field-sizing-content font-mono text-sm ${HEIGHTS[rows]}`,
            })}
            rows={Math.max(rows, Math.min(ROWS_MAX, value.split('\n').length))}
            spellCheck={false}
            autoCapitalize="off"
            value={value}
            placeholder={placeholder}
            onChange={(event) => {
              onChange(event.target.value)
              offer(event.target.value, event.target.selectionStart)
            }}
            onClick={(event) => offer(value, event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            onBlur={() => setCompletion(null)}
          />
          {completion && (
            <div
              id={listId}
              role="listbox"
              aria-label={`Fields for ${label}`}
              className="absolute inset-x-0 top-full z-40 mt-1 grid max-h-72 overflow-auto rounded-lg bg-raised p-1 shadow-float"
            >
              {completion.suggestions.map((suggestion, index) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text area's, which keeps the focus
                <div
                  key={suggestion.insert}
                  id={`${listId}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === chosen}
                  className="flex min-w-0 cursor-pointer items-baseline justify-between gap-4 rounded-md px-2 py-1.5 text-sm hover:bg-hover aria-selected:bg-selected"
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => insert(suggestion)}
                >
                  <span className={`truncate font-mono ${KIND_LOOK[suggestion.kind]}`}>{suggestion.insert}</span>
                  <span className="max-w-1/2 shrink-0 truncate text-xs text-muted">{suggestion.hint}</span>
                </div>
              ))}
            </div>
          )}
        </div>
      )}
    </Field>
  )
}
