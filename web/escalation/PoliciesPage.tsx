import { ChevronRight, Plus, Route } from 'lucide-react'
import { Fragment } from 'react'
import { Link } from 'react-router'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { useTeamContext } from '../api/team-context.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Badge } from '../components/Badge.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { minutesText } from '../components/time-text.ts'
import { NothingOfTeams } from '../shell/NothingOfTeams.tsx'
import { LastResort } from './LastResort.tsx'

/** Every policy, its levels as a small picture. */
export function PoliciesPage() {
  const context = useTeamContext()
  const query = useEscalationPolicies(context)
  const create = (
    <ButtonLink to="/escalation-policies/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Create escalation policy
    </ButtonLink>
  )
  return (
    <Page title="Escalation policies" actions={create}>
      <Answer query={query}>
        {(policies) =>
          policies.length === 0 ? (
            context !== 0 ? (
              <NothingOfTeams />
            ) : (
              <EmptyState
                icon={Route}
                title="No escalation policies yet"
                text="A policy says who is asked first, who is next, and after how long."
              />
            )
          ) : (
            <ul aria-label="Escalation policies" className="divide-y border-b bg-surface">
              {policies.map((policy) => (
                <PolicyRow key={policy.id} policy={policy} />
              ))}
            </ul>
          )
        }
      </Answer>
      <div className="max-w-page p-4 md:p-6">
        <LastResort />
      </div>
    </Page>
  )
}

function PolicyRow({ policy }: { policy: EscalationPolicy }) {
  return (
    <li className="relative grid items-center gap-x-6 gap-y-2 px-4 py-3 hover:bg-hover has-[a:focus-visible]:bg-selected md:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_auto] md:px-6">
      <div className="min-w-0">
        <Link
          to={`/escalation-policies/${policy.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {policy.name}
        </Link>
        <p className="text-xs text-muted">
          {policy.alertSourceCount === 0 && 'Used by no alert source'}
          {policy.alertSourceCount === 1 && 'Used by 1 alert source'}
          {policy.alertSourceCount > 1 && `Used by ${policy.alertSourceCount} alert sources`}
        </p>
      </div>
      <Levels policy={policy} />
      <div className="flex items-center gap-2 empty:hidden">
        {policy.reachesNobody && <Badge tone="caution">Reaches nobody</Badge>}
        {!policy.reachesNobody && policy.gapMinutes > 0 && <Badge tone="caution">Gaps in the next 12 weeks</Badge>}
        {policy.frequency > 1 && <Badge>{`${policy.frequency} rounds`}</Badge>}
      </div>
    </li>
  )
}

function Levels({ policy }: { policy: EscalationPolicy }) {
  if (policy.escalationRules.length === 0) return <p className="text-sm text-muted">No levels</p>
  return (
    <ol aria-label="Levels" className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
      {policy.escalationRules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
        <Fragment key={index}>
          {index > 0 && (
            <li aria-hidden className="flex items-center text-xs text-faint">
              <ChevronRight className="size-3.5" />
              {minutesText(policy.escalationRules[index - 1]?.escalationTimeout ?? 0)}
            </li>
          )}
          <li className="flex min-w-0 items-center gap-1.5">
            {rule.users.slice(0, 3).map((user) => (
              <Avatar key={user.id} person={user} />
            ))}
            <span className="truncate text-muted">{askedText(rule)}</span>
          </li>
        </Fragment>
      ))}
    </ol>
  )
}

function askedText(rule: EscalationPolicy['escalationRules'][number]): string {
  const [first, ...others] = [
    ...rule.users.map(nameOf),
    ...rule.schedules.map(({ name }) => name),
    ...rule.teams.map(({ name }) => name),
  ]
  if (!first) return 'Nobody'
  return others.length === 0 ? first : `${first} +${others.length}`
}
