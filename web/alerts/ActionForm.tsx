import { type ReactNode, useState } from 'react'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Notice } from '../components/Notice.tsx'

type Props = {
  action: string
  disabled?: boolean
  onClose: () => void
  onSubmit: () => Promise<unknown>
  children: ReactNode
}

/** What a dialog asks, its two buttons, and what went wrong. It closes when all went well. */
export function ActionForm({ action, disabled = false, onClose, onSubmit, children }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async () => {
    setBusy(true)
    setError(null)
    try {
      await onSubmit()
      onClose()
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!disabled) void submit()
      }}
    >
      {children}
      {error !== null && <Notice tone="danger">{sentenceOf(error)}</Notice>}
      <div className="flex justify-end gap-2 pb-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={disabled} busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
