import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { useChangeMaintenance, useMaintenanceWindow } from '../api/maintenance.ts'
import { sentenceOf } from '../api/problem.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { Page, Section } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { toast } from '../components/toast-store.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { MaintenanceMark } from './MaintenanceMark.tsx'
import { droppedText } from './maintenance-words.ts'
import { WindowForm } from './WindowForm.tsx'

const BACK = { to: '/maintenance', label: 'Maintenance' }

/** One maintenance window, or a new one. */
export function WindowPage() {
  const { id } = useParams()
  const query = useMaintenanceWindow(Number(id), id !== 'new')
  if (id === 'new') {
    return (
      <Page title="Plan maintenance" back={BACK} width="form">
        <WindowForm window={null} />
      </Page>
    )
  }
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="maintenance window" />}>
      {(window) => (
        <Page
          title={window.summary}
          back={BACK}
          width="form"
          mark={<MaintenanceMark status={window.status} />}
          actions={<Deeds window={window} />}
        >
          <WindowForm key={`${window.id}-${window.updatedAt}`} window={window} />
          <div className="grid gap-4 px-4 pb-6">
            {window.status !== 'SCHEDULED' && <Dropped window={window} />}
            <AuditSection type="maintenance-window" id={window.id} />
          </div>
        </Page>
      )}
    </Answer>
  )
}

function Dropped({ window }: { window: MaintenanceWindow }) {
  return (
    <Section title="What it dropped">
      <p className="text-sm text-muted">
        {droppedText(window)}. Each is in the delivery log, as it came, with this window as its reason
        {window.alertSources.length > 0 && ': '}
        {window.alertSources.map((source, index) => (
          <span key={source.id}>
            {index > 0 && ', '}
            <Link to={`/alert-sources/${source.id}/deliveries?query=maintenance`} className="text-accent underline">
              {source.name}
            </Link>
          </span>
        ))}
        .
      </p>
    </Section>
  )
}

function Deeds({ window }: { window: MaintenanceWindow }) {
  const [asking, setAsking] = useState(false)
  const change = useChangeMaintenance()
  const navigate = useNavigate()
  return (
    <>
      {window.status === 'ACTIVE' && (
        <Button
          tone="primary"
          busy={change.isPending}
          onClick={() =>
            change.mutate(
              { kind: 'end', id: window.id },
              {
                onSuccess: () => toast('Maintenance is over. Alerts ring again.'),
                onError: (error) => toast(sentenceOf(error), 'danger'),
              },
            )
          }
        >
          End now
        </Button>
      )}
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${window.summary}?`}
        text={
          window.status === 'ACTIVE'
            ? 'Maintenance ends at once: alerts of its sources ring again. What was dropped stays dropped.'
            : 'What it dropped stays dropped.'
        }
        action="Delete"
        onConfirm={async () => {
          await change.mutateAsync({ kind: 'delete', id: window.id })
          navigate('/maintenance')
          toast('The maintenance window was deleted.')
        }}
      />
    </>
  )
}
