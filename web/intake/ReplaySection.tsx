import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type * as z from 'zod'
import type { DeliveryDetails, DryRun } from '../../server/intake/schema.ts'
import { useDryRun, useReplay } from '../api/deliveries.ts'
import { sentenceOf } from '../api/problem.ts'
import { useSession } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { toast } from '../components/toast-store.ts'

type Props = { delivery: z.infer<typeof DeliveryDetails> }

/** Trying a delivery again: what would be different today, and doing it. */
export function ReplaySection({ delivery }: Props) {
  const [asking, setAsking] = useState(false)
  const dryRun = useDryRun(delivery.id)
  const replay = useReplay(delivery.id)
  const navigate = useNavigate()
  const mayEdit = useSession().data?.user?.role !== 'RESPONDER'
  if (delivery.outcome === 'NEW' || delivery.event === 'webhook.verify') return null
  return (
    <Section title="Replay" hint="What today's rules would do with it. Trying it changes nothing.">
      <div className="grid gap-4">
        <div className="flex flex-wrap gap-2">
          <Button busy={dryRun.isPending} onClick={() => dryRun.mutate()}>
            Try it
          </Button>
          {mayEdit && (
            <Button tone="quiet" onClick={() => setAsking(true)}>
              <RotateCcw className="size-4" aria-hidden />
              Replay for real
            </Button>
          )}
        </div>
        <div aria-live="polite" className="-mt-4 grid gap-3 not-empty:mt-0">
          {dryRun.error && <Notice tone="danger">{sentenceOf(dryRun.error)}</Notice>}
          {dryRun.data && <Result run={dryRun.data} />}
        </div>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Replay this delivery?"
        text="It arrives again as a new delivery, and today's rules apply. It may open an alert and page people."
        action="Replay"
        onConfirm={async () => {
          const { id } = await replay.mutateAsync()
          setAsking(false)
          toast('It arrived again. This is the new delivery.')
          navigate(`/deliveries/${id}`)
        }}
      />
    </Section>
  )
}

function Result({ run }: { run: DryRun }) {
  const { today, differences } = run
  return (
    <>
      {today.reason && <p className="text-sm">{today.reason}</p>}
      {differences.length === 0 ? (
        <Notice tone="good">The same would happen today.</Notice>
      ) : (
        <ul aria-label="Differences" className="divide-y rounded-lg border">
          {differences.map(({ name, was, today: now }) => (
            <li key={name} className="grid gap-1.5 p-3 text-sm">
              <span className="text-xs text-muted">{name}</span>
              <Side word="Was" text={was} isOver />
              <Side word="Today" text={now} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Side({ word, text, isOver = false }: { word: string; text: string | null; isOver?: boolean }) {
  return (
    <span className="grid grid-cols-[3rem_minmax(0,1fr)] items-baseline gap-2">
      <span className="text-xs text-faint">{word}</span>
      {text ? (
        <span
          data-over={isOver || undefined}
          className="break-words whitespace-pre-wrap data-over:text-muted data-over:line-through"
        >
          {text}
        </span>
      ) : (
        <span className="text-faint">nothing</span>
      )}
    </span>
  )
}
