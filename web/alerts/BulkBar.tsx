import { X } from 'lucide-react'
import { useState } from 'react'
import { useAnswerMany, useMergeAlerts } from '../api/alert-verbs.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button, IconButton } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { toast } from '../components/toast-store.ts'
import { alertsText } from './alerts-text.ts'
import { BulkResolveDialog } from './ResolveDialog.tsx'
import type { Selection } from './useSelection.ts'
import { useTakeBack } from './useTakeBack.ts'

/** As many as the API takes at once. */
const BULK_MAX = 500
const MERGED_MAX = 101

/** What can be done with the chosen alerts, all at once. */
export function BulkBar({ selection }: { selection: Selection }) {
  const [asking, setAsking] = useState<'resolve' | 'merge' | null>(null)
  const answer = useAnswerMany()
  const merge = useMergeAlerts()
  const takeBack = useTakeBack()
  const { alerts } = selection
  const count = alerts.length
  if (count === 0) return null

  const pending = alerts.filter((alert) => alert.status === 'PENDING')
  const open = alerts.filter((alert) => alert.status !== 'RESOLVED')
  const mergeable = open.filter((alert) => alert.mergeState !== 'MERGED')
  // The oldest stands for the others: it has waited longest.
  const main = mergeable.at(-1)

  const send = async (action: 'ACCEPT' | 'RESOLVE', ids: readonly { id: number }[], comment = '') => {
    const told = await answer.mutateAsync({
      action,
      alerts: ids.slice(0, BULK_MAX).map(({ id }) => ({ id })),
      ...(comment ? { comment } : {}),
    })
    selection.clear()
    setAsking(null)
    const done = `${alertsText(told.done.length)} ${action === 'ACCEPT' ? 'accepted' : 'resolved'}.`
    const [first] = told.refused
    if (first) toast(`${done} ${alertsText(told.refused.length)} not: ${first.message}`, 'danger')
    else if (told.done.length === 0) toast(done)
    else toast(done, 'good', () => takeBack(action === 'ACCEPT' ? 'UNACCEPT' : 'REOPEN', told.done))
  }

  return (
    <section
      aria-label="Chosen alerts"
      className="sticky bottom-16 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-xl bg-raised py-2 ps-4 pe-2 shadow-float md:bottom-4"
    >
      <p aria-live="polite" className="text-sm font-medium whitespace-nowrap">
        {count} chosen
      </p>
      {count < selection.total && (
        <Button size="sm" tone="quiet" onClick={selection.all}>
          All {selection.total} shown
        </Button>
      )}
      <Button
        size="sm"
        tone="primary"
        disabled={pending.length === 0 || pending.length > BULK_MAX}
        busy={answer.isPending}
        onClick={() => send('ACCEPT', pending).catch((error) => toast(sentenceOf(error), 'danger'))}
      >
        Accept
      </Button>
      <Button
        size="sm"
        disabled={open.length === 0 || open.length > BULK_MAX}
        busy={answer.isPending}
        onClick={() => setAsking('resolve')}
      >
        Resolve
      </Button>
      <Button
        size="sm"
        disabled={mergeable.length < 2 || mergeable.length > MERGED_MAX}
        onClick={() => setAsking('merge')}
      >
        Merge
      </Button>
      <IconButton label="Choose none" onClick={selection.clear}>
        <X className="size-4" aria-hidden />
      </IconButton>
      <BulkResolveDialog
        count={asking === 'resolve' ? open.length : null}
        onClose={() => setAsking(null)}
        onResolve={(comment) => send('RESOLVE', open, comment)}
      />
      <ConfirmDialog
        open={asking === 'merge' && main !== undefined}
        onClose={() => setAsking(null)}
        title={`Merge ${alertsText(mergeable.length)}?`}
        text={
          <>
            “{main?.summary}” stands for the others from now on: people are asked about it alone, and its answer counts
            for all. Each can be taken out again.
          </>
        }
        action="Merge"
        isHarmless
        onConfirm={async () => {
          if (!main) return
          const others = mergeable.filter((alert) => alert.id !== main.id).map((alert) => alert.id)
          await merge.mutateAsync({ main: main.id, others })
          selection.clear()
          setAsking(null)
          toast(`Merged into alert ${main.id}.`)
        }}
      />
    </section>
  )
}
