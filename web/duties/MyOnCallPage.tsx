import { CalendarCheck, UserRound } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { CoverageRequest } from '../../server/duties/requests/schema.ts'
import type { OwnShift } from '../../server/duties/shifts/schema.ts'
import { useOwnFeeds, useOwnRequests, useOwnShifts } from '../api/duties.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page, Section } from '../components/Page.tsx'
import { useNow } from '../components/useNow.ts'
import { FeedList } from '../schedules/FeedList.tsx'
import { zoneText } from '../schedules/zone-time.ts'
import { AskDialog } from './AskDialog.tsx'
import { ReplaceDialog } from './ReplaceDialog.tsx'
import { RequestList } from './RequestList.tsx'

const HISTORY_SHOWN = 20

/** One's own shifts, what colleagues ask, and giving shifts away. */
export function MyOnCallPage() {
  const session = useSession().data
  const me = session?.user
  // Responders put only themselves on call.
  const mayHandOver = session?.role !== 'RESPONDER'
  const [isReplacing, setIsReplacing] = useState(false)
  const [asked, setAsked] = useState<OwnShift | null>(null)
  const requests = useOwnRequests(Boolean(me))
  if (!me) return <EmptyState icon={UserRound} isPage title="No shifts" text="An API key is not a person." />
  const known = requests.data ?? []
  const waiting = known.filter((one) => one.state === 'PENDING' && one.user.id === me.id)
  return (
    <Page
      title="My on-call"
      width="page"
      actions={mayHandOver && <Button onClick={() => setIsReplacing(true)}>Override my shifts</Button>}
    >
      <div className="grid grid-cols-1 gap-4 p-4 md:p-6">
        {waiting.length > 0 && (
          <Section title="Colleagues ask you" hint="Accept, and you are on call instead.">
            <RequestList label="Requests to you" requests={waiting} meId={me.id} />
          </Section>
        )}
        <Section title="My shifts" hint="On all schedules, in the next four weeks.">
          <OwnShifts onAsk={setAsked} requests={known} meId={me.id} />
        </Section>
        <History requests={known.filter((one) => !waiting.includes(one))} meId={me.id} />
        <Section title="In your calendar" hint="Your calendar program reads all your shifts again every hour.">
          <OwnFeeds meId={me.id} />
        </Section>
      </div>
      {asked && <AskDialog shift={asked} meId={me.id} onClose={() => setAsked(null)} />}
      {isReplacing && <ReplaceDialog meId={me.id} onClose={() => setIsReplacing(false)} />}
    </Page>
  )
}

type ShiftsProps = { onAsk: (shift: OwnShift) => void; requests: readonly CoverageRequest[]; meId: number }

function OwnShifts({ onAsk, requests, meId }: ShiftsProps) {
  const query = useOwnShifts()
  const now = useNow(60_000)
  return (
    <Answer query={query}>
      {(shifts) =>
        shifts.length === 0 ? (
          <EmptyState
            icon={CalendarCheck}
            title="No shifts in the next four weeks"
            text={
              <>
                <Link className="text-accent hover:underline" to="/schedules">
                  On-call schedules
                </Link>{' '}
                say who is on call when.
              </>
            }
          />
        ) : (
          <ol aria-label="My shifts" className="divide-y rounded-lg border">
            {shifts.map((shift) => (
              <ShiftRow
                key={`${shift.schedule.id} ${shift.start}`}
                shift={shift}
                now={now}
                asked={requests.find((one) => isAbout(one, shift, meId))}
                onAsk={() => onAsk(shift)}
              />
            ))}
          </ol>
        )
      }
    </Answer>
  )
}

function isAbout(request: CoverageRequest, shift: OwnShift, meId: number): boolean {
  return (
    request.state === 'PENDING' &&
    request.requester.id === meId &&
    request.schedule.id === shift.schedule.id &&
    request.start < shift.end &&
    request.end > shift.start
  )
}

type RowProps = { shift: OwnShift; now: number; asked: CoverageRequest | undefined; onAsk: () => void }

function ShiftRow({ shift, now, asked, onAsk }: RowProps) {
  const { schedule } = shift
  const isNow = Date.parse(shift.start) <= now && now < Date.parse(shift.end)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2.5">
      <div className="min-w-0 flex-1 basis-52">
        <p className="text-sm font-medium">
          {zoneText(schedule.timezone, Date.parse(shift.start), 'both')} to{' '}
          {zoneText(schedule.timezone, Date.parse(shift.end), 'both')}
        </p>
        <p className="truncate text-sm text-muted">
          <Link className="hover:underline" to={`/schedules/${schedule.id}`}>
            {schedule.name}
          </Link>
          , {schedule.timezone}
        </p>
      </div>
      {isNow && <Badge tone="good">Now</Badge>}
      {asked && <Badge tone="caution">{asked.user.firstName} is asked</Badge>}
      <Button size="sm" onClick={onAsk}>
        Ask for cover
      </Button>
    </li>
  )
}

function History({ requests, meId }: { requests: readonly CoverageRequest[]; meId: number }) {
  if (requests.length === 0) return null
  return (
    <Section title="Coverage requests" hint="What you asked, and what you were asked.">
      <RequestList label="Coverage requests" requests={requests.slice(0, HISTORY_SHOWN)} meId={meId} />
    </Section>
  )
}

function OwnFeeds({ meId }: { meId: number }) {
  const feeds = useOwnFeeds()
  return (
    <FeedList
      query={feeds}
      empty="You have no address yet."
      makers={[{ label: 'Make an address', whose: { user: { id: meId } } }]}
    />
  )
}
