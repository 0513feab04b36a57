import { ExternalLink } from 'lucide-react'
import { Link } from 'react-router'
import type { Alert } from '../../server/alerts/schema.ts'
import { Fact, Facts } from '../components/Facts.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { exactText } from '../components/time-text.ts'

/** Labels in the order people look for them; others follow as their source named them. */
const NAMED: Record<string, string> = {
  impact: 'Impact',
  status: 'Status there',
  requester: 'Requester',
  service: 'Service',
  team: 'Team',
  member: 'Member',
  category: 'Category',
  target: 'Target',
  person: 'Changed by',
}
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const LINK = 'text-accent hover:underline'

/** What is known of the alert. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const { labels } = alert
  // Pictures of other sites are not loaded here; they open where they are.
  const images = alert.images.map((image) => ({ href: image.href ?? image.src, text: image.alt ?? 'Picture' }))
  const links = [...alert.links, ...images]
  const named = Object.entries(NAMED).map(([name, title]) => ({ name, title, value: labels[name] }))
  const others = Object.entries(labels)
    .filter(([name]) => !Object.hasOwn(NAMED, name))
    .map(([name, value]) => ({ name, title: name, value }))
  return (
    <Section title="Facts">
      <Facts>
        <Fact name="Priority">{alert.priority === 'HIGH' ? 'High' : 'Low'}</Fact>
        <Fact name="Severity">{alert.severity}</Fact>
        {[...named, ...others].map(({ name, title, value }) => (
          <Fact key={name} name={title}>
            {value && INSTANT.test(value) ? exactText(value) : value}
          </Fact>
        ))}
        <Fact name="Source">
          <Link to={`/alert-sources/${alert.alertSource.id}`} className={LINK}>
            {alert.alertSource.name}
          </Link>
        </Fact>
        <Fact name="Policy">
          <Link to={`/escalation-policies/${alert.escalationPolicy.id}`} className={LINK}>
            {alert.escalationPolicy.name}
          </Link>
        </Fact>
        <Fact name="Assigned to">{alert.assignedTo && nameOf(alert.assignedTo)}</Fact>
        <Fact name="Key">
          {alert.alertKey && <span className="font-mono text-xs break-all">{alert.alertKey}</span>}
        </Fact>
        <Fact name="Made by">{alert.createdBy && nameOf(alert.createdBy)}</Fact>
        <Fact name="Events">{alert.eventCount > 1 ? alert.eventCount : null}</Fact>
        <Fact name="Reported">
          <TimeAgo at={alert.reportTime} />
        </Fact>
        <Fact name="Accepted">{alert.acceptedAt && <TimeAgo at={alert.acceptedAt} />}</Fact>
        <Fact name="Resolved">{alert.resolvedOn && <TimeAgo at={alert.resolvedOn} />}</Fact>
        <Fact name="Before this">
          {alert.previousAlert && (
            <Link to={`/alerts/${alert.previousAlert.id}`} className={LINK}>
              Alert {alert.previousAlert.id}
            </Link>
          )}
        </Fact>
        <Fact name="Number">{alert.id}</Fact>
      </Facts>
      {links.length > 0 && (
        <ul className="mt-4 grid gap-1.5 border-t pt-3">
          {links.map((link) => (
            <li key={link.href}>
              <a
                href={link.href}
                target="_blank"
                rel="noopener noreferrer"
                className={`flex items-center gap-1.5 text-sm ${LINK}`}
              >
                <ExternalLink className="size-3.5 shrink-0" aria-hidden />
                <span className="min-w-0 truncate">{link.text || link.href}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
