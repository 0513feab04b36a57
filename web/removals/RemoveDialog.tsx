import { useState } from 'react'
import { Link } from 'react-router'
import type { Use } from '../../server/removals/schema.ts'
import { sentenceOf } from '../api/problem.ts'
import { type Removable, useRemove, useUses } from '../api/removals.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { Select } from '../components/Select.tsx'

const PLACES: Record<Use['kind'], { word: string; path: string }> = {
  'escalation-policy': { word: 'Escalation policy', path: '/escalation-policies' },
  'on-call-schedule': { word: 'On-call schedule', path: '/schedules' },
  'alert-source': { word: 'Alert source', path: '/alert-sources' },
  'open-alert': { word: 'Open alert', path: '/alerts' },
  'last-resort': { word: 'Last resort', path: '/escalation-policies' },
}
const SHOWN_MAX = 12

type Props = {
  what: Removable
  id: number
  title: string
  /** What happens when nothing needs it. */
  text: string
  action: string
  /** Who or what can take its place. */
  candidates: readonly { id: number; name: string }[]
  onClose: () => void
  onRemoved: () => void
}

/** Deletes something: shows what uses it, and puts a replacement in its place there. */
export function RemoveDialog({ what, id, title, text, action, candidates, onClose, onRemoved }: Props) {
  const uses = useUses(what, id)
  const remove = useRemove(what)
  const [replacement, setReplacement] = useState('')
  const list = uses.data ?? []
  const isUsed = list.length > 0
  const confirm = () =>
    remove.mutate(
      { id, replacement: isUsed ? Number(replacement) : null },
      // Meanwhile something else may have begun to use it.
      { onSuccess: onRemoved, onError: () => void uses.refetch() },
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="danger"
            disabled={!uses.isSuccess || (isUsed && replacement === '')}
            busy={remove.isPending}
            onClick={confirm}
          >
            {isUsed ? 'Replace and delete' : action}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {remove.error && <Notice tone="danger">{sentenceOf(remove.error)}</Notice>}
        {uses.error && <Notice tone="danger">{sentenceOf(uses.error)}</Notice>}
        <p className="text-sm text-muted">{text}</p>
        {isUsed && (
          <>
            <div className="grid gap-1.5">
              <h3 className="text-sm font-medium">Used by</h3>
              <ul aria-label="Used by" className="divide-y rounded-lg border text-sm">
                {list.slice(0, SHOWN_MAX).map((use) => (
                  <UseRow key={`${use.kind} ${use.id}`} use={use} />
                ))}
              </ul>
              {list.length > SHOWN_MAX && <p className="text-sm text-muted">And {list.length - SHOWN_MAX} more.</p>}
            </div>
            <Field
              label="Replacement"
              hint="It takes the place there. Alerts under way go on, and what is over stays as it was."
            >
              {(control) => (
                <Select {...control} value={replacement} onChange={(event) => setReplacement(event.target.value)}>
                  <option value="">Choose a replacement</option>
                  {candidates.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </>
        )}
      </div>
    </Dialog>
  )
}

function UseRow({ use }: { use: Use }) {
  const { word, path } = PLACES[use.kind]
  return (
    <li className="flex min-w-0 items-baseline justify-between gap-3 px-3 py-1.5">
      <Link className="min-w-0 truncate hover:underline" to={use.id === null ? path : `${path}/${use.id}`}>
        {use.name}
      </Link>
      <span className="shrink-0 text-xs text-muted">{word}</span>
    </li>
  )
}
