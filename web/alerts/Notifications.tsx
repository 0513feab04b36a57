import { useAlertNotifications } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { methodNames } from '../notifications/names.ts'
import { NotificationMark } from './NotificationMark.tsx'

/** Who was told, where, and how that went. */
export function Notifications({ alertId }: { alertId: number }) {
  const query = useAlertNotifications(alertId)
  return (
    <Section title="Notifications">
      <Answer query={query}>
        {(notifications) =>
          notifications.length === 0 ? (
            <p className="text-sm text-muted">Nobody was told yet.</p>
          ) : (
            <ul className="grid divide-y">
              {notifications.map((one) => (
                <li key={one.id} className="grid gap-0.5 py-2 first:pt-0 last:pb-0">
                  <div className="flex items-center justify-between gap-2">
                    <span className="min-w-0 truncate text-sm font-medium">{nameOf(one.user)}</span>
                    <NotificationMark status={one.status} />
                  </div>
                  <div className="flex items-center justify-between gap-2 text-xs text-muted">
                    <span className="min-w-0 truncate">
                      {methodNames[one.method]} · {one.target}
                      {one.receipt === 'DELIVERED' && ' · arrived'}
                      {one.receipt === 'ANSWERED' && ' · answered'}
                    </span>
                    <TimeAgo at={one.notificationTime} />
                  </div>
                  {one.status !== 'SUCCESS' && one.attempts > 1 && (
                    <p className="text-xs text-muted">{one.attempts} attempts</p>
                  )}
                  {one.errorMessage && (
                    <p className={`text-xs break-words ${one.status === 'BUNDLED' ? 'text-muted' : 'text-danger'}`}>
                      {one.errorMessage}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  )
}
