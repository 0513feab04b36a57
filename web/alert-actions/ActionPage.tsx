import { useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import {
  type Action,
  useActionTypes,
  useAlertAction,
  useChangeAction,
  useRotateSigningKey,
} from '../api/alert-actions.ts'
import { sentenceOf } from '../api/problem.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Page } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { toast } from '../components/toast-store.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { ActionForm } from './ActionForm.tsx'
import { DeliveryLog } from './DeliveryLog.tsx'

const BACK = { to: '/alert-actions', label: 'Alert actions' }

/** One alert action, or a new one. */
export function ActionPage() {
  const { id = '', tab = '' } = useParams()
  const query = useAlertAction(id, id !== 'new')
  const types = useActionTypes()
  if (id === 'new') {
    return (
      <Page title="New alert action" back={BACK}>
        <Answer query={types}>{(all) => <ActionForm action={null} types={all} />}</Answer>
      </Page>
    )
  }
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="alert action" />}>
      {(action) => (
        <Page
          title={action.name}
          back={BACK}
          actions={<Deeds action={action} />}
          tabs={
            <TabLinks
              label={action.name}
              tabs={[
                { to: `/alert-actions/${id}`, label: 'Settings' },
                { to: `/alert-actions/${id}/log`, label: 'Delivery log' },
              ]}
            />
          }
        >
          {tab === 'log' ? (
            <DeliveryLog action={action} />
          ) : tab === '' ? (
            <Answer query={types}>
              {(all) => (
                <>
                  <ActionForm key={`${action.id}-${action.updatedAt}`} action={action} types={all} />
                  <div className="max-w-page px-4 pb-6 md:px-6">
                    <AuditSection type="alert-action" id={Number(action.id)} />
                  </div>
                </>
              )}
            </Answer>
          ) : (
            <NotFoundPage />
          )}
        </Page>
      )}
    </Answer>
  )
}

function Deeds({ action }: { action: Action }) {
  const fresh = (useLocation().state as { signingKey?: string } | null)?.signingKey ?? null
  const [asking, setAsking] = useState<'delete' | 'rotate' | null>(null)
  const [signingKey, setSigningKey] = useState(fresh)
  const change = useChangeAction()
  const rotate = useRotateSigningKey(action.id)
  const navigate = useNavigate()
  return (
    <>
      {action.connectorType === 'webhook' && <Button onClick={() => setAsking('rotate')}>New signing key</Button>}
      <Button tone="dangerQuiet" onClick={() => setAsking('delete')}>
        Delete
      </Button>
      <ConfirmDialog
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${action.name}?`}
        text="What waits is not sent any more. What was sent stays on the timelines of its alerts."
        action="Delete"
        onConfirm={async () => {
          await change.mutateAsync({ id: action.id, input: null })
          navigate('/alert-actions')
          toast('The alert action was deleted.')
        }}
      />
      <ConfirmDialog
        open={asking === 'rotate'}
        onClose={() => setAsking(null)}
        title="Make a new signing key?"
        text="The receiver must know the new key: calls signed with the old one end at once."
        action="Make a new key"
        onConfirm={async () => {
          try {
            setSigningKey((await rotate.mutateAsync()).signingKey)
          } catch (error) {
            toast(sentenceOf(error), 'danger')
          }
        }}
      />
      <Dialog
        open={signingKey !== null}
        onClose={() => {
          setSigningKey(null)
          navigate('.', { replace: true, state: null })
        }}
        title="Signing key"
        description="Shown only now. The receiver checks with it that a call comes from here, as Standard Webhooks say."
      >
        <div className="pb-5">{signingKey && <CopyField label="Signing key" value={signingKey} />}</div>
      </Dialog>
    </>
  )
}
