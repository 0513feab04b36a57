import { Clock, Plus } from 'lucide-react'
import { Link, useNavigate, useParams } from 'react-router'
import type { SupportHours } from '../../server/oncall/support-hours/schema.ts'
import { useDeleteSupportHours, useSupportHours } from '../api/schedules.ts'
import { useTeamContext } from '../api/team-context.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button, ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'
import { readableInstants } from '../components/time-text.ts'
import { toast } from '../components/toast-store.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { NothingOfTeams } from '../shell/NothingOfTeams.tsx'
import { SupportHoursForm } from './SupportHoursForm.tsx'

const BACK = { to: '/support-hours', label: 'Support hours' }

/** All support hours, one of them, or new ones. */
export function SupportHoursPage() {
  const { id } = useParams()
  const context = useTeamContext()
  // One of them is shown whatever the context is.
  const query = useSupportHours(id === undefined ? context : 0)
  if (id === 'new') {
    return (
      <Page title="Create support hours" back={BACK} width="form">
        <SupportHoursForm hours={null} />
      </Page>
    )
  }
  return (
    <Answer query={query}>
      {(list) => {
        if (id === undefined) return <List list={list} isOfTeams={context !== 0} />
        const hours = list.find((one) => one.id === Number(id))
        return hours ? <One hours={hours} /> : <NotFoundPage what="support hours" />
      }}
    </Answer>
  )
}

function List({ list, isOfTeams }: { list: readonly SupportHours[]; isOfTeams: boolean }) {
  const create = (
    <ButtonLink to="/support-hours/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Create support hours
    </ButtonLink>
  )
  return (
    <Page title="Support hours" actions={create}>
      {list.length === 0 && isOfTeams ? (
        <NothingOfTeams />
      ) : list.length === 0 ? (
        <EmptyState
          icon={Clock}
          title="No support hours yet"
          text="Alert sources can follow them: alerts are urgent during support hours, and wait outside of them."
        />
      ) : (
        <ul aria-label="Support hours" className="divide-y border-b bg-surface">
          {list.map((hours) => (
            <li
              key={hours.id}
              className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1.5 px-4 py-3 hover:bg-hover has-[a:focus-visible]:bg-selected md:px-6"
            >
              <div className="min-w-0">
                <Link
                  to={`/support-hours/${hours.id}`}
                  className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
                >
                  {hours.name}
                </Link>
                <p className="truncate text-sm text-muted">
                  {hours.timezone}
                  {hours.nextChange && `, ${hours.isDuring ? 'until' : 'from'} ${readableInstants(hours.nextChange)}`}
                </p>
              </div>
              <Badge tone={hours.isDuring ? 'good' : 'plain'}>{hours.isDuring ? 'During' : 'Outside'}</Badge>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

function One({ hours }: { hours: SupportHours }) {
  const remove = useDeleteSupportHours()
  const navigate = useNavigate()
  const isUsed = hours.usedBy.length > 0
  const deed = (
    <Button
      tone="dangerQuiet"
      disabled={isUsed}
      title={isUsed ? `Followed by ${hours.usedBy.map(({ name }) => name).join(', ')}` : undefined}
      busy={remove.isPending}
      onClick={async () => {
        await remove.mutateAsync(hours.id)
        navigate('/support-hours')
        toast(`${hours.name} was deleted.`)
      }}
    >
      Delete support hours
    </Button>
  )
  return (
    <Page title={hours.name} back={BACK} width="form" actions={deed}>
      <SupportHoursForm key={hours.updatedAt} hours={hours} />
      <div className="px-4 pb-6">
        <AuditSection type="support-hours" id={hours.id} />
      </div>
    </Page>
  )
}
