import { useState } from 'react'
import type { CoverageRequest } from '../../server/duties/requests/schema.ts'
import type { RequestVerb } from '../api/duties.ts'
import { Avatar } from '../components/Avatar.tsx'
import { Badge, type BadgeTone } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { nameOf } from '../components/person-name.ts'
import { zoneText } from '../schedules/zone-time.ts'
import { AnswerDialog } from './AnswerDialog.tsx'

const STATES: Record<CoverageRequest['state'], { word: string; tone: BadgeTone }> = {
  PENDING: { word: 'Waits for an answer', tone: 'caution' },
  ACCEPTED: { word: 'Accepted', tone: 'good' },
  DECLINED: { word: 'Declined', tone: 'danger' },
  WITHDRAWN: { word: 'Withdrawn', tone: 'plain' },
  EXPIRED: { word: 'Expired', tone: 'plain' },
}

type Props = { label: string; requests: readonly CoverageRequest[]; meId: number | null }

/** Who asks whom for which time, and how it stands. */
export function RequestList({ label, requests, meId }: Props) {
  const [answering, setAnswering] = useState<{ request: CoverageRequest; verb: RequestVerb } | null>(null)
  return (
    <>
      <ul aria-label={label} className="divide-y rounded-lg border">
        {requests.map((request) => (
          <RequestRow
            key={request.id}
            request={request}
            meId={meId}
            onAnswer={(verb) => setAnswering({ request, verb })}
          />
        ))}
      </ul>
      {answering && <AnswerDialog {...answering} onClose={() => setAnswering(null)} />}
    </>
  )
}

type RowProps = { request: CoverageRequest; meId: number | null; onAnswer: (verb: RequestVerb) => void }

function RequestRow({ request, meId, onAnswer }: RowProps) {
  const { requester, user, schedule, state } = request
  const isPending = state === 'PENDING'
  const who = (person: CoverageRequest['user'], self: string) => (person.id === meId ? self : nameOf(person))
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2.5">
      <Avatar person={requester} />
      <div className="min-w-0 flex-1 basis-52 text-sm">
        <p className="font-medium">
          {who(requester, 'You')} {requester.id === meId ? 'ask' : 'asks'} {who(user, 'you')}
        </p>
        <p className="text-muted">
          {schedule.name}, {zoneText(schedule.timezone, Date.parse(request.start), 'both')} to{' '}
          {zoneText(schedule.timezone, Date.parse(request.end), 'both')} ({schedule.timezone})
        </p>
        {request.message !== '' && <p className="break-words">“{request.message}”</p>}
        {request.answer && <p className="break-words text-muted">Answer: “{request.answer}”</p>}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {isPending && user.id === meId ? (
          <>
            <Button size="sm" onClick={() => onAnswer('decline')}>
              Decline
            </Button>
            <Button size="sm" tone="primary" onClick={() => onAnswer('accept')}>
              Accept
            </Button>
          </>
        ) : (
          <Badge tone={STATES[state].tone}>{STATES[state].word}</Badge>
        )}
        {isPending && requester.id === meId && (
          <Button size="sm" onClick={() => onAnswer('withdraw')}>
            Withdraw
          </Button>
        )}
      </div>
    </li>
  )
}
