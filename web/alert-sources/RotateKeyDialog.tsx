import { useState } from 'react'
import { useRotateKey } from '../api/alert-sources.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Notice } from '../components/Notice.tsx'
import { RadioCard } from '../components/RadioCard.tsx'
import { toast } from '../components/toast-store.ts'

const OVERLAP_HOURS = 24

type Props = { sourceId: number; open: boolean; onClose: () => void }

/** A new key, with or without time to move. */
export function RotateKeyDialog({ sourceId, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Rotate API key"
      description="A new API key and webhook URL are made. Put them into the other system."
    >
      <RotateForm sourceId={sourceId} onClose={onClose} />
    </Dialog>
  )
}

function RotateForm({ sourceId, onClose }: Pick<Props, 'sourceId' | 'onClose'>) {
  const rotate = useRotateKey(sourceId)
  const [atOnce, setAtOnce] = useState(false)
  const submit = () =>
    rotate.mutate(atOnce ? 0 : OVERLAP_HOURS, {
      onSuccess: () => {
        onClose()
        toast('The key was rotated.')
      },
    })
  return (
    <form
      className="grid gap-4 pb-1"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <fieldset className="grid gap-2.5">
        <legend className="sr-only">The old key</legend>
        <RadioCard
          name="overlap"
          label="The old key works for another 24 hours"
          hint="Time to change the other system without losing a page."
          checked={!atOnce}
          onChange={() => setAtOnce(false)}
        />
        <RadioCard
          name="overlap"
          label="Stop the old key at once"
          hint="When the key got into wrong hands. What is sent with it from now on is refused."
          checked={atOnce}
          onChange={() => setAtOnce(true)}
        />
      </fieldset>
      {rotate.error && <Notice tone="danger">{sentenceOf(rotate.error)}</Notice>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone={atOnce ? 'danger' : 'primary'} busy={rotate.isPending}>
          Rotate API key
        </Button>
      </div>
    </form>
  )
}
