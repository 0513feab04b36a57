import { Plus, Webhook } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import { type Action, useActionTypes, useAlertActions } from '../api/alert-actions.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Mark } from '../components/Mark.tsx'
import { Page } from '../components/Page.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { runMarks, triggerText } from './action-words.ts'
import { ConnectorList } from './ConnectorList.tsx'

/** What is told outside when something happens to an alert. */
export function ActionsPage() {
  const [search] = useSearchParams()
  const showsConnectors = search.get('view') === 'connectors'
  return (
    <Page
      title="Alert actions"
      actions={
        <ButtonLink to="/alert-actions/new" tone="primary">
          <Plus className="size-4" aria-hidden />
          New alert action
        </ButtonLink>
      }
      tabs={
        <TabLinks
          label="Alert actions"
          tabs={[
            { to: '/alert-actions', label: 'Actions', current: !showsConnectors },
            { to: '/alert-actions?view=connectors', label: 'Connectors', current: showsConnectors },
          ]}
        />
      }
    >
      {showsConnectors ? <ConnectorList /> : <ActionList />}
    </Page>
  )
}

function ActionList() {
  const query = useAlertActions()
  const types = useActionTypes().data ?? []
  return (
    <Answer query={query}>
      {(actions) =>
        actions.length === 0 ? (
          <EmptyState
            icon={Webhook}
            title="No alert actions"
            text="An alert action tells a chat or calls a webhook when something happens to an alert. It never pages anybody, and a page never waits for it."
          />
        ) : (
          <ul aria-label="Alert actions" className="divide-y border-b bg-surface">
            {actions.map((action) => (
              <Row
                key={action.id}
                action={action}
                title={types.find(({ type }) => type === action.connectorType)?.title ?? action.connectorType}
              />
            ))}
          </ul>
        )
      }
    </Answer>
  )
}

function Row({ action, title }: { action: Action; title: string }) {
  const when = action.triggerMode === 'MANUAL' ? 'By hand' : action.triggerTypes.map(triggerText).join(', ')
  const whose = [...action.alertSources, ...action.teams].map(({ name }) => name).join(', ')
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-hover has-[a:focus-visible]:bg-selected md:px-6">
      <div className="min-w-0">
        <p className="flex min-w-0 items-center gap-2">
          <Link
            to={`/alert-actions/${action.id}`}
            className="truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {action.name}
          </Link>
          <Badge>{title}</Badge>
        </p>
        <p className="truncate text-sm text-muted">
          {[action.destination, whose].filter((part) => part !== '').join(' · ')}
        </p>
        <p className="truncate text-xs text-muted">{when}</p>
      </div>
      <div className="grid justify-items-end gap-0.5 text-xs text-muted">
        {action.lastRun ? (
          <>
            <Mark {...runMarks[action.lastRun.status]} />
            <TimeAgo at={action.lastRun.at} />
          </>
        ) : (
          'Never sent'
        )}
      </div>
    </li>
  )
}
