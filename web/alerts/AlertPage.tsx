import { Link, useParams } from 'react-router'
import type { Alert } from '../../server/alerts/schema.ts'
import { useAlert } from '../api/alerts.ts'
import { AuditTab } from '../audit/AuditList.tsx'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Markdown } from '../components/Markdown.tsx'
import { Notice } from '../components/Notice.tsx'
import { Page, Section } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { AlertActions } from './AlertActions.tsx'
import { AlertFacts } from './AlertFacts.tsx'
import { AlertMenu } from './AlertMenu.tsx'
import { Comments } from './Comments.tsx'
import { EscalationPanel } from './EscalationPanel.tsx'
import { Events } from './Events.tsx'
import { Notifications } from './Notifications.tsx'
import { People } from './People.tsx'
import { Related } from './Related.tsx'
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
            { to: `/alerts/${alert.id}/changes`, label: 'Changes' },
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
          <AlertMenu alert={alert} />
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
  if (tab === 'changes') return <AuditTab type="alert" id={alert.id} />
  if (tab !== '') return <NotFoundPage />
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_var(--spacing-aside)]">
      <div className="grid min-w-0 content-start gap-4">
        {alert.mergedIntoId && <MergedNotice alert={alert} mainId={alert.mergedIntoId} />}
        <EscalationPanel alert={alert} />
        {alert.details.trim() !== '' && (
          <Section title="Details">
            <div className="max-h-96 overflow-y-auto">
              <Markdown source={alert.details} isOutside />
            </div>
          </Section>
        )}
        <Comments alertId={alert.id} />
        <Timeline alertId={alert.id} />
        <Events alertId={alert.id} />
      </div>
      <div className="grid min-w-0 content-start gap-4">
        <People alert={alert} />
        <AlertFacts alert={alert} />
        <Related alert={alert} />
        <Notifications alertId={alert.id} />
        <AlertActions alertId={alert.id} />
      </div>
    </div>
  )
}

function MergedNotice({ alert, mainId }: { alert: Alert; mainId: number }) {
  return (
    <Notice tone="info">
      This alert is merged into{' '}
      <Link to={`/alerts/${mainId}`} className="text-accent underline">
        alert {mainId}
      </Link>
      {alert.status === 'RESOLVED' ? '.' : ': people are asked about that one, and an answer there counts here too.'}
    </Notice>
  )
}
