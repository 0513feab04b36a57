import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { TextArea } from '../components/TextInput.tsx'

type Props = {
  alert: Pick<Alert, 'id' | 'summary'> | null
  onClose: () => void
  onResolve: (comment: string) => Promise<void>
}

const COMMENT_LENGTH_MAX = 16_000

/** Asks for a last word before an alert is closed. */
export function ResolveDialog({ alert, onClose, onResolve }: Props) {
  return (
    <Dialog open={alert !== null} onClose={onClose} title="Resolve alert" description={alert?.summary}>
      <ResolveForm onClose={onClose} onResolve={onResolve} />
    </Dialog>
  )
}

type BulkProps = { count: number | null; onClose: () => void; onResolve: (comment: string) => Promise<void> }

/** The same for many; null: for none. */
export function BulkResolveDialog({ count, onClose, onResolve }: BulkProps) {
  return (
    <Dialog
      open={count !== null}
      onClose={onClose}
      title={count === 1 ? 'Resolve alert' : `Resolve ${count} alerts`}
      description="The same trouble later is a new alert. What was resolved by mistake can be opened again."
    >
      <ResolveForm onClose={onClose} onResolve={onResolve} />
    </Dialog>
  )
}

function ResolveForm({ onClose, onResolve }: Pick<Props, 'onClose' | 'onResolve'>) {
  const [comment, setComment] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async () => {
    setBusy(true)
    setError(null)
    await onResolve(comment.trim()).catch(setError)
    setBusy(false)
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Field
        label="Comment"
        optional
        hint="What was it, and what helped? It stands on the timeline. Ctrl+Enter resolves."
      >
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            maxLength={COMMENT_LENGTH_MAX}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && void submit()}
          />
        )}
      </Field>
      {error !== null && <Notice tone="danger">{sentenceOf(error)}</Notice>}
      <div className="flex justify-end gap-2 pb-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={busy}>
          Resolve
        </Button>
      </div>
    </form>
  )
}
