import { BellOff } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Alert, EscalationState } from '../../server/alerts/schema.ts'
import { Avatar } from '../components/Avatar.tsx'
import { Countdown } from '../components/Countdown.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { askedNow, namesText } from './asked.ts'
import { NotificationMark } from './NotificationMark.tsx'

/** Who is asked now, who is next, and in how long. */
export function EscalationPanel({ alert }: { alert: Alert }) {
  if (alert.status !== 'RESOLVED' && alert.unattendedSince)
    return <Unattended alert={alert} since={alert.unattendedSince} />
  if (alert.status === 'RESOLVED') return <Closed alert={alert} />
  if (alert.status === 'ACCEPTED') return <Taken alert={alert} />
  const { escalation } = alert
  if (!escalation) {
    return (
      <Section title="Escalation">
        <p className="text-sm text-muted">The first person is being looked up.</p>
      </Section>
    )
  }
  return <Running alert={alert} escalation={escalation} />
}

function Running({ alert, escalation }: { alert: Alert; escalation: EscalationState }) {
  const now = askedNow(escalation.asked)
  return (
    <Section
      title="Escalation"
      hint={escalation.climb > 1 ? escalation.policyName : undefined}
      aside={<Round escalation={escalation} />}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Column title="Asked now">
          {now.length === 0 ? (
            <p className="text-sm text-muted">Nobody yet.</p>
          ) : (
            <ul className="grid gap-2">
              {now.map((one) => (
                <li key={one.user.id} className="flex items-center gap-2.5">
                  <Avatar person={one.user} />
                  <span className="min-w-0 flex-1 truncate font-medium">{nameOf(one.user)}</span>
                  <NotificationMark status={one.notification} />
                </li>
              ))}
            </ul>
          )}
        </Column>
        <Column title="Next">{<Next alert={alert} escalation={escalation} />}</Column>
      </div>
    </Section>
  )
}

function Next({ alert, escalation }: { alert: Alert; escalation: EscalationState }) {
  const { next } = escalation
  if (!next) {
    if (alert.mergedIntoId)
      return <p className="text-sm text-muted">Nobody: people are asked about alert {alert.mergedIntoId}.</p>
    if (alert.priority === 'LOW')
      return <p className="text-sm text-muted">Nobody else: priority is low, so only the first level is asked.</p>
    if (!alert.nextEscalation) return <p className="text-sm text-muted">{escalation.reason ?? 'Nobody else.'}</p>
    return (
      <p className="text-sm">
        Nobody else: everybody was asked. Without an answer the alert counts as unattended in{' '}
        <strong className="font-semibold">
          <Countdown until={alert.nextEscalation} />
        </strong>
      </p>
    )
  }
  const level = `Level ${next.levelIndex + 1}${next.round > escalation.round ? `, round ${next.round}` : ''}`
  if (next.users.length === 0) {
    return (
      <p className="text-sm">
        {level} has nobody to ask; it is passed over in{' '}
        <strong className="font-semibold">
          <Countdown until={next.at} />
        </strong>
      </p>
    )
  }
  return (
    <div className="grid gap-1">
      <p>
        {namesText(next.users)} {next.users.length === 1 ? 'is' : 'are'} asked next in{' '}
        <strong className="text-lg font-semibold">
          <Countdown until={next.at} />
        </strong>
      </p>
      <p className="text-xs text-muted">{level}</p>
    </div>
  )
}

function Round({ escalation }: { escalation: EscalationState }) {
  if (escalation.rounds <= 1) return null
  return (
    <span className="text-sm whitespace-nowrap text-muted">
      Round {escalation.round} of {escalation.rounds}
    </span>
  )
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-2">
      <h3 className="text-xs font-medium text-faint">{title}</h3>
      {children}
    </div>
  )
}

function Unattended({ alert, since }: { alert: Alert; since: string }) {
  return (
    <section
      role="alert"
      className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 rounded-xl bg-danger-fill p-4 text-on-accent md:p-5"
    >
      <BellOff className="mt-0.5 size-5" aria-hidden />
      <h2 className="text-lg font-semibold">Nobody answered</h2>
      <p className="col-start-2 text-sm">
        {alert.escalation?.reason ? `${capital(alert.escalation.reason)}. ` : ''}Nobody is asked any more, since{' '}
        <TimeAgo at={since} />. {lastResortText(alert)}
      </p>
    </section>
  )
}

function lastResortText(alert: Alert): string {
  const told = (alert.escalation?.asked ?? []).filter((one) => one.levelIndex < 0)
  if (told.length === 0) return 'Accept it, or tell somebody yourself.'
  return `${namesText(told.map((one) => one.user))} ${told.length === 1 ? 'was' : 'were'} told as last resort. Accept it, or tell somebody else.`
}

function Taken({ alert }: { alert: Alert }) {
  const person = alert.acknowledgedBy ?? alert.assignedTo
  return (
    <Section title="Escalation">
      <div className="flex items-center gap-2.5">
        {person && <Avatar person={person} />}
        <p>
          <strong className="font-semibold">{person ? nameOf(person) : alert.alertSource.name}</strong> accepted
          {alert.acceptedAt && (
            <>
              {' '}
              <TimeAgo at={alert.acceptedAt} />
            </>
          )}
          . <span className="text-muted">The policy asks nobody else.</span>
        </p>
      </div>
    </Section>
  )
}

function Closed({ alert }: { alert: Alert }) {
  return (
    <Section title="Escalation">
      <p>
        Resolved by{' '}
        <strong className="font-semibold">
          {alert.resolvedBy ? nameOf(alert.resolvedBy) : alert.alertSource.name}
        </strong>
        {alert.resolvedOn && (
          <>
            {' '}
            <TimeAgo at={alert.resolvedOn} />
          </>
        )}
        . <span className="text-muted">Nobody is asked any more.</span>
      </p>
    </Section>
  )
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
