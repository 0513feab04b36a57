import { CalendarDays, Plus } from 'lucide-react'
import { Link } from 'react-router'
import type { Schedule } from '../../server/oncall/schema.ts'
import { useOnCalls, useSchedules } from '../api/schedules.ts'
import { useTeamContext } from '../api/team-context.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Badge } from '../components/Badge.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page, Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { NothingOfTeams } from '../shell/NothingOfTeams.tsx'
import { zoneText } from './zone-time.ts'

/** Every schedule, and who is on call now. */
export function SchedulesPage() {
  const context = useTeamContext()
  const query = useSchedules(context)
  const create = (
    <ButtonLink to="/schedules/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Create schedule
    </ButtonLink>
  )
  return (
    <Page title="On-call schedules" actions={create}>
      <Answer query={query}>
        {(schedules) =>
          schedules.length === 0 ? (
            context !== 0 ? (
              <NothingOfTeams />
            ) : (
              <EmptyState
                icon={CalendarDays}
                title="No on-call schedules yet"
                text="A schedule says who is on call when. Escalation policies ask whoever it is."
              />
            )
          ) : (
            <ul aria-label="On-call schedules" className="divide-y border-b bg-surface">
              {schedules.map((schedule) => (
                <ScheduleRow key={schedule.id} schedule={schedule} />
              ))}
            </ul>
          )
        }
      </Answer>
      <div className="max-w-page p-4 md:p-6">
        <OnCallNow />
      </div>
    </Page>
  )
}

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const { currentShift, nextShift, timezone } = schedule
  return (
    <li className="relative grid items-center gap-x-6 gap-y-1.5 px-4 py-3 hover:bg-hover has-[a:focus-visible]:bg-selected md:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_auto] md:px-6">
      <div className="min-w-0">
        <Link
          to={`/schedules/${schedule.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {schedule.name}
        </Link>
        <p className="truncate text-sm text-muted">{timezone}</p>
      </div>
      <div className="flex min-w-0 items-center gap-2 text-sm">
        {currentShift ? (
          <>
            <Avatar person={currentShift.user} />
            <span className="truncate">
              {nameOf(currentShift.user)}
              <span className="text-muted"> until {zoneText(timezone, Date.parse(currentShift.end), 'both')}</span>
            </span>
          </>
        ) : (
          <span className="text-muted">
            Nobody now
            {nextShift && `, ${nameOf(nextShift.user)} from ${zoneText(timezone, Date.parse(nextShift.start), 'both')}`}
          </span>
        )}
      </div>
      {schedule.usedBy.length === 0 && <Badge tone="caution">No policy asks it</Badge>}
    </li>
  )
}

/** Whoever alerts would reach now, by policy and level. */
function OnCallNow() {
  const query = useOnCalls()
  const policies = [...Map.groupBy(query.data ?? [], (one) => one.escalationPolicy.id).values()]
  if (policies.length === 0) return null
  return (
    <Section title="On call now" hint="By the escalation policies that alert sources use.">
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {policies.map((rows) => (
          <li key={rows[0]?.escalationPolicy.id} className="min-w-0">
            <h3 className="mb-1.5 truncate text-sm font-medium">{rows[0]?.escalationPolicy.name}</h3>
            <ol className="grid gap-1.5">
              {rows.map((row) => (
                <li
                  key={`${row.escalationLevel} ${row.user.id} ${row.schedule?.id}`}
                  className="flex min-w-0 items-center gap-2 text-sm"
                >
                  <Badge>Level {row.escalationLevel}</Badge>
                  <span className="truncate">
                    {nameOf(row.user)}
                    <span className="text-muted">{row.schedule ? `, ${row.schedule.name}` : ', always'}</span>
                  </span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </Section>
  )
}
