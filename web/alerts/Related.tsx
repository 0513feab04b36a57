import { Split, Unlink } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Alert, AlertReference } from '../../server/alerts/schema.ts'
import { useAlertVerb } from '../api/alert-verbs.ts'
import { useSimilarAlerts } from '../api/alerts.ts'
import { sentenceOf } from '../api/problem.ts'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { IconButton } from '../components/Button.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'
import { useVerb } from './useVerb.ts'

/** Alerts that have to do with this one; parts that are empty are not shown. */
export function Related({ alert }: { alert: Alert }) {
  const similar = useSimilarAlerts(alert.id).data ?? []
  const merged = alert.mergedAlerts ?? []
  const linked = alert.linkedAlerts ?? []
  const verb = useVerb(alert.id)
  return (
    <>
      {merged.length > 0 && (
        <Section title="Merged into this" hint="They are asked about and answered here.">
          <List alerts={merged} label="Merged alerts">
            {(one) => one.status !== 'RESOLVED' && <TakeOut id={one.id} />}
          </List>
        </Section>
      )}
      {linked.length > 0 && (
        <Section title="Linked">
          <List alerts={linked} label="Linked alerts">
            {(one) => (
              <IconButton
                label={`Remove the link with alert ${one.id}`}
                onClick={() => verb.now({ verb: 'unlink', other: one.id }, 'The link was removed.')}
              >
                <Unlink className="size-4" aria-hidden />
              </IconButton>
            )}
          </List>
        </Section>
      )}
      {similar.length > 0 && (
        <Section title="Similar">
          <List alerts={similar} label="Similar alerts" />
        </Section>
      )}
    </>
  )
}

function TakeOut({ id }: { id: number }) {
  const verb = useAlertVerb(id)
  return (
    <IconButton
      label={`Take alert ${id} out`}
      busy={verb.isPending}
      onClick={() =>
        verb.mutate(
          { verb: 'unmerge' },
          {
            onSuccess: () => toast(`Alert ${id} stands for itself again.`),
            onError: (error) => toast(sentenceOf(error), 'danger'),
          },
        )
      }
    >
      <Split className="size-4" aria-hidden />
    </IconButton>
  )
}

type ListProps = {
  alerts: readonly AlertReference[]
  label: string
  children?: (alert: AlertReference) => ReactNode
}

function List({ alerts, label, children }: ListProps) {
  return (
    <ul aria-label={label} className="grid grid-cols-1 gap-1">
      {alerts.map((alert) => (
        <li key={alert.id} className="flex min-h-8 min-w-0 items-center gap-2.5 text-sm">
          <AlertStatusMark status={alert.status} wordless />
          <Link to={`/alerts/${alert.id}`} className="min-w-0 flex-1 truncate hover:underline" title={alert.summary}>
            {alert.summary}
          </Link>
          <span className="text-xs text-muted">
            <TimeAgo at={alert.reportTime} />
          </span>
          {children?.(alert)}
        </li>
      ))}
    </ul>
  )
}
