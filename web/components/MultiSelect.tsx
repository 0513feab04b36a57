import { Check, X } from 'lucide-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'

export type Choice = { id: number; label: string; hint?: string }

type Props = {
  id?: string
  label: string
  choices: readonly Choice[]
  value: readonly number[]
  onChange: (ids: number[]) => void
  placeholder: string
}

/** Several of a list, found by typing; what is chosen stands as chips before the text. */
export function MultiSelect({ id, label, choices, value, onChange, placeholder }: Props) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [active, setActive] = useState(-1)
  const input = useRef<HTMLInputElement>(null)
  const listId = useId()
  const chosen = value
    .map((one) => choices.find((choice) => choice.id === one))
    .filter((choice) => choice !== undefined)
  const matches = matching(choices, text)

  const toggle = (choice: Choice) => {
    onChange(value.includes(choice.id) ? value.filter((one) => one !== choice.id) : [...value, choice.id])
    setText('')
    input.current?.focus()
  }
  const show = (next: number) => {
    setOpen(true)
    setActive(matches.length === 0 ? -1 : (next + matches.length) % matches.length)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const choice = matches[active]
    if (event.altKey) return
    if (event.key === 'ArrowDown') show(active + 1)
    else if (event.key === 'ArrowUp') show(active <= 0 ? matches.length - 1 : active - 1)
    else if (event.key === 'Escape' && open) setOpen(false)
    else if (event.key === 'Enter' && open && choice) toggle(choice)
    else if (event.key === 'Backspace' && text === '' && value.length > 0) return onChange(value.slice(0, -1))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notices that the focus left the field and its list
    <div className="relative" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}>
      <div className="flex min-h-9 w-full flex-wrap items-center gap-1 rounded-md border border-outline bg-raised p-1 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
        {chosen.map((choice) => (
          <Chip key={choice.id} choice={choice} onRemove={() => toggle(choice)} />
        ))}
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-label={label}
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off"
          placeholder={chosen.length === 0 ? placeholder : ''}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setOpen(true)
            setActive(0)
          }}
          onClick={() => setOpen(true)}
          onKeyDown={onKeyDown}
          className="h-6 min-w-24 flex-1 bg-transparent px-1.5 text-base outline-none"
        />
      </div>
      <div
        id={listId}
        role="listbox"
        tabIndex={-1}
        aria-label={label}
        aria-multiselectable
        hidden={!open}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-lg bg-raised p-1 shadow-float"
      >
        {matches.map((choice, index) => (
          <Option
            key={choice.id}
            id={`${listId}-${index}`}
            choice={choice}
            isActive={index === active}
            isChosen={value.includes(choice.id)}
            onToggle={() => toggle(choice)}
          />
        ))}
        {matches.length === 0 && (
          <div
            role="option"
            aria-disabled
            aria-selected={false}
            tabIndex={-1}
            className="px-2 py-1.5 text-sm text-muted"
          >
            Nothing found.
          </div>
        )}
      </div>
    </div>
  )
}

function matching(choices: readonly Choice[], text: string): Choice[] {
  const wanted = text.trim().toLowerCase()
  return choices.filter((choice) => `${choice.label} ${choice.hint ?? ''}`.toLowerCase().includes(wanted))
}

function Chip({ choice, onRemove }: { choice: Choice; onRemove: () => void }) {
  return (
    <span className="flex h-6 items-center gap-1 rounded-sm bg-accent-soft ps-2 pe-0.5 text-sm">
      {choice.label}
      <button
        type="button"
        aria-label={`Remove ${choice.label}`}
        onClick={onRemove}
        className="grid size-5 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text"
      >
        <X className="size-3" aria-hidden />
      </button>
    </span>
  )
}

type OptionProps = { id: string; choice: Choice; isActive: boolean; isChosen: boolean; onToggle: () => void }

function Option({ id, choice, isActive, isChosen, onToggle }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the text field, which points here
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      data-active={isActive || undefined}
      // The text field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onToggle}
      className="flex cursor-default items-center gap-2 rounded-md px-2 py-1.5 text-sm select-none hover:bg-hover data-active:bg-selected"
    >
      <Check className={`size-4 text-accent ${isChosen ? '' : 'invisible'}`} aria-hidden />
      <span className="min-w-0 flex-1 truncate">{choice.label}</span>
      {choice.hint && <span className="truncate text-xs text-muted">{choice.hint}</span>}
    </div>
  )
}
