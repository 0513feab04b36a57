import { useParams } from 'react-router'
import type { Alert } from '../../server/alerts/schema.ts'
import { useAlert } from '../api/alerts.ts'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Page, Section } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { AlertFacts } from './AlertFacts.tsx'
import { EscalationPanel } from './EscalationPanel.tsx'
import { Notifications } from './Notifications.tsx'
import { Payload } from './Payload.tsx'
import { Timeline } from './Timeline.tsx'
import { TraceTab } from './TraceTab.tsx'
import { useAnswer } from './useAnswer.tsx'

/** One alert: who is asked, what it is about, and its story. */
export function AlertPage() {
  const params = useParams()
  const id = Number(params.id)
  const query = useAlert(id)
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="alert" />}>
      {(alert) => <AlertView alert={alert} tab={params.tab ?? ''} />}
    </Answer>
  )
}

function AlertView({ alert, tab }: { alert: Alert; tab: string }) {
  const { accept, resolve, dialog, busyId } = useAnswer()
  useShortcuts({ a: () => accept(alert), r: () => resolve(alert) })
  const busy = busyId === alert.id
  return (
    <Page
      title={alert.summary}
      back={{ to: '/alerts', label: 'Alerts' }}
      mark={<AlertStatusMark status={alert.status} />}
      tabs={
        <TabLinks
          label={alert.summary}
          tabs={[
            { to: `/alerts/${alert.id}`, label: 'Overview' },
            { to: `/alerts/${alert.id}/trace`, label: 'Why' },
          ]}
        />
      }
      actions={
        <>
          {alert.status === 'PENDING' && (
            <Button tone="primary" busy={busy} onClick={() => accept(alert)}>
              Accept
            </Button>
          )}
          {alert.status !== 'RESOLVED' && (
            <Button busy={busy} onClick={() => resolve(alert)}>
              Resolve
            </Button>
          )}
        </>
      }
    >
      <Tab alert={alert} tab={tab} />
      {dialog}
    </Page>
  )
}

function Tab({ alert, tab }: { alert: Alert; tab: string }) {
  if (tab === 'trace') return <TraceTab alertId={alert.id} />
  if (tab !== '') return <NotFoundPage />
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_var(--spacing-aside)]">
      <div className="grid min-w-0 content-start gap-4">
        <EscalationPanel alert={alert} />
        {alert.details.trim() !== '' && (
          <Section title="Details">
            <p className="max-h-96 overflow-y-auto text-sm break-words whitespace-pre-wrap">{alert.details}</p>
          </Section>
        )}
        <Timeline alertId={alert.id} />
        <Payload alertId={alert.id} />
      </div>
      <div className="grid min-w-0 content-start gap-4">
        <AlertFacts alert={alert} />
        <Notifications alertId={alert.id} />
      </div>
    </div>
  )
}
