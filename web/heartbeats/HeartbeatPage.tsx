import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { HeartbeatMonitor } from '../../server/heartbeats/schema.ts'
import { useChangeHeartbeat, useHeartbeat } from '../api/heartbeats.ts'
import { AuditSection } from '../audit/AuditList.tsx'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { CodeBlock } from '../components/CodeBlock.tsx'
import { ConfirmDialog } from '../components/ConfirmDialog.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Countdown } from '../components/Countdown.tsx'
import { Fact, Facts } from '../components/Facts.tsx'
import { Page, Section } from '../components/Page.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'
import { NotFoundPage } from '../shell/NotFoundPage.tsx'
import { HeartbeatForm } from './HeartbeatForm.tsx'
import { HeartbeatMark } from './HeartbeatMark.tsx'

const BACK = { to: '/heartbeats', label: 'Heartbeats' }

/** One heartbeat monitor, or a new one. */
export function HeartbeatPage() {
  const { id } = useParams()
  const query = useHeartbeat(Number(id), id !== 'new')
  if (id === 'new') {
    return (
      <Page title="Add monitor" back={BACK} width="form">
        <HeartbeatForm monitor={null} />
      </Page>
    )
  }
  return (
    <Answer query={query} skeleton={<SkeletonPage />} missing={<NotFoundPage what="heartbeat monitor" />}>
      {(monitor) => (
        <Page
          title={monitor.name}
          back={BACK}
          width="form"
          mark={<HeartbeatMark state={monitor.state} />}
          actions={<DeleteMonitor monitor={monitor} />}
        >
          <div className="grid gap-4 p-4 pb-0 md:pt-6">
            <Standing monitor={monitor} />
            <Address monitor={monitor} />
          </div>
          <HeartbeatForm key={`${monitor.id}-${monitor.updatedAt}`} monitor={monitor} />
          <div className="px-4 pb-6">
            <AuditSection type="heartbeat-monitor" id={monitor.id} />
          </div>
        </Page>
      )}
    </Answer>
  )
}

function Standing({ monitor }: { monitor: HeartbeatMonitor }) {
  return (
    <Section title="How it stands">
      <Facts>
        <Fact name="Last call">{monitor.lastPingAt ? <TimeAgo at={monitor.lastPingAt} /> : 'None yet'}</Fact>
        <Fact name="Overdue in">{monitor.overdueAt && <Countdown until={monitor.overdueAt} />}</Fact>
        <Fact name="Alert">
          {monitor.alert && (
            <Link to={`/alerts/${monitor.alert.id}`} className="text-accent hover:underline">
              Alert {monitor.alert.id}
            </Link>
          )}
        </Fact>
      </Facts>
      {monitor.state === 'UNKNOWN' && (
        <p className="mt-3 text-sm text-muted">It watches from its first call on. Until then nothing can be overdue.</p>
      )}
    </Section>
  )
}

function Address({ monitor }: { monitor: HeartbeatMonitor }) {
  const url = monitor.integrationUrl
  if (!url) return null
  return (
    <Section title="Address" hint="GET, HEAD and POST all count. Whoever knows the address can call it.">
      <div className="grid gap-3">
        <CopyField label="Call this" value={url} />
        <CodeBlock
          label="crontab"
          code={`0 3 * * * /usr/local/bin/backup && curl -fsS -m 10 --retry 3 ${url} > /dev/null`}
        />
      </div>
    </Section>
  )
}

function DeleteMonitor({ monitor }: { monitor: HeartbeatMonitor }) {
  const [asking, setAsking] = useState(false)
  const change = useChangeHeartbeat()
  const navigate = useNavigate()
  return (
    <>
      <Button tone="dangerQuiet" onClick={() => setAsking(true)}>
        Delete monitor
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${monitor.name}?`}
        text="Its address stops working at once, and whatever calls it will see errors. This cannot be undone."
        action="Delete monitor"
        onConfirm={async () => {
          await change.mutateAsync({ kind: 'delete', id: monitor.id })
          navigate('/heartbeats')
          toast(`${monitor.name} was deleted.`)
        }}
      />
    </>
  )
}
