import { Plug, Plus, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import { useAlertSources, useIntegrations } from '../api/alert-sources.ts'
import { useTeamContext } from '../api/team-context.ts'
import { Answer } from '../components/Answer.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Monogram } from '../components/Monogram.tsx'
import { Page } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { NothingOfTeams } from '../shell/NothingOfTeams.tsx'
import { SourceStatusMark } from './SourceStatusMark.tsx'

/** Every inbound connection. */
export function AlertSourcesPage() {
  const context = useTeamContext()
  const query = useAlertSources(context)
  const integrations = useIntegrations().data ?? []
  const create = (
    <ButtonLink to="/alert-sources/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Create new alert source
    </ButtonLink>
  )
  return (
    <Page title="Alert sources" actions={create}>
      <Answer query={query}>
        {(sources) =>
          sources.length === 0 ? (
            context !== 0 ? (
              <NothingOfTeams />
            ) : (
              <EmptyState
                icon={Plug}
                title="No alert sources yet"
                text="An alert source is one inbound connection: your 4me account, a monitor, a script. Create one to get its API key and webhook URL."
              />
            )
          ) : (
            <ul aria-label="Alert sources" className="divide-y border-b bg-surface">
              {sources.map((source) => (
                <SourceRow
                  key={source.id}
                  source={source}
                  integration={integrations.find((one) => one.type === source.integrationType)}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  )
}

type RowProps = { source: AlertSource; integration: Integration | undefined }

function SourceRow({ source, integration }: RowProps) {
  const last = source.setup.find((step) => step.code === 'last-delivery')?.at
  const warning = source.warnings[0]
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 px-4 py-2.5 hover:bg-hover has-[a:focus-visible]:bg-selected md:px-6 lg:grid-cols-[auto_minmax(0,1fr)_7rem_14rem_8rem]">
      <Monogram letters={integration?.monogram ?? '··'} />
      <div className="min-w-0">
        <Link
          to={`/alert-sources/${source.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {source.name}
        </Link>
        <p className="truncate text-xs text-muted">
          {integration?.title ?? source.integrationType}
          {source.teams.length > 0 && ` · ${source.teams.map((team) => team.name).join(', ')}`}
        </p>
        {warning && (
          <p className="flex items-center gap-1 text-xs text-caution">
            <TriangleAlert className="size-3.5 shrink-0" aria-hidden />
            <span className="truncate">{warning.text}</span>
          </p>
        )}
      </div>
      <SourceStatusMark status={source.status} />
      <p className="hidden truncate text-sm text-muted lg:block" title="Escalation policy">
        {source.escalationPolicy.name}
      </p>
      <p className="hidden text-end text-sm text-muted lg:block">{last ? <TimeAgo at={last} /> : null}</p>
    </li>
  )
}
