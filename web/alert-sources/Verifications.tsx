import type { AlertSource, Verification } from '../../server/alert-sources/schema.ts'
import { useAllowVerification } from '../api/alert-sources.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'

const MARKS: Record<Verification['state'], { shape: MarkShape; tone: MarkTone; word: string }> = {
  HELD: { shape: 'half', tone: 'caution', word: 'Held back' },
  QUEUED: { shape: 'dots', tone: 'caution', word: 'Being answered' },
  VERIFIED: { shape: 'check', tone: 'good', word: 'Verified' },
  REFUSED: { shape: 'cross', tone: 'danger', word: 'Refused' },
  FAILED: { shape: 'cross', tone: 'danger', word: 'Failed' },
  EXPIRED: { shape: 'dash', tone: 'muted', word: 'Expired' },
}

/** The other system's questions whether this address is ours, and what became of them. */
export function Verifications({ source }: { source: AlertSource }) {
  const allow = useAllowVerification(source.id)
  if (source.verifications.length === 0) return null
  const isHeld = source.verifications.some((one) => one.state === 'HELD')
  const submit = () =>
    allow.mutate(undefined, {
      onSuccess: () => toast('The verification is being answered.'),
      onError: (error) => toast(sentenceOf(error), 'danger'),
    })
  return (
    <Section
      title="Verifications"
      aside={
        isHeld ? (
          <Button size="sm" tone="primary" busy={allow.isPending} onClick={submit}>
            Allow verification
          </Button>
        ) : undefined
      }
    >
      <ul aria-label="Verifications" className="grid divide-y">
        {source.verifications.map((one) => (
          <li key={one.id} className="grid gap-0.5 py-2 text-sm first:pt-0 last:pb-0" data-verification={one.state}>
            <div className="flex items-center justify-between gap-3">
              <Mark {...MARKS[one.state]} />
              <span className="text-xs text-muted">
                <TimeAgo at={one.receivedAt} />
              </span>
            </div>
            <p className="text-xs break-words text-muted">
              Webhook {one.webhookId}
              {one.reason && `: ${one.reason}`}
              {one.expiresAt && one.state === 'HELD' && (
                <>
                  {' '}
                  The code ends <TimeAgo at={one.expiresAt} />.
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}
