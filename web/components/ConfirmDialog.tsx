import { type ReactNode, useState } from 'react'
import { sentenceOf } from '../api/problem.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Field } from './Field.tsx'
import { Notice } from './Notice.tsx'
import { TextInput } from './TextInput.tsx'

type Props = {
  open: boolean
  onClose: () => void
  title: string
  text: ReactNode
  action: string
  /** What must be typed first; for deeds that cannot be taken back. */
  typeToConfirm?: string
  /** True for what can be undone: the button does not warn. */
  isHarmless?: boolean
  onConfirm: () => Promise<unknown>
}

/** Asks before harm is done, and says why when it could not be done. */
export function ConfirmDialog({ open, onClose, title, ...question }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Question {...question} onClose={onClose} />
    </Dialog>
  )
}

type QuestionProps = Omit<Props, 'open' | 'title'>

function Question({ text, action, typeToConfirm, isHarmless = false, onConfirm, onClose }: QuestionProps) {
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const allowed = typeToConfirm === undefined || typed.trim() === typeToConfirm.trim()

  const confirm = async () => {
    setBusy(true)
    setError(null)
    await onConfirm().catch(setError)
    setBusy(false)
  }

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (allowed) void confirm()
      }}
    >
      <div className="text-sm text-muted">{text}</div>
      {typeToConfirm !== undefined && (
        <Field label={`Type “${typeToConfirm}” to confirm`}>
          {(control) => <TextInput {...control} value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
      )}
      {error !== null && <Notice tone="danger">{sentenceOf(error)}</Notice>}
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone={isHarmless ? 'primary' : 'danger'} disabled={!allowed} busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
