import type * as real from '../../../../../server/notifications/subscribers/store.ts'
import { SUBSCRIBERS_MAX } from '../../../../../server/notifications/subscribers/store.ts'
import { keysOf } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/subscribers/store.ts'

type OfAlert = Parameters<typeof real.addSubscriber>[1]

export const addSubscriber = twin((tables, alert: OfAlert, personId: number, now: Date) => {
  if (tables.alert_subscriber.get(keysOf(alert.alertId, personId))) return false
  const of = { alert_source_id: alert.alertSourceId, alert_id: alert.alertId }
  tables.alert_subscriber.insert({ ...of, person_id: personId, subscribed_at: now })
  return true
}) satisfies typeof real.addSubscriber

export const subscribersOf = twin((tables, alertId: number) =>
  [...tables.subscribersOfAlert.of(alertId)]
    .sort(
      (one, other) => one.subscribed_at.getTime() - other.subscribed_at.getTime() || one.person_id - other.person_id,
    )
    .slice(0, SUBSCRIBERS_MAX)
    .map((row) => row.person_id),
) satisfies typeof real.subscribersOf

export const wasUpdated = twin((tables, alertId: number, personId: number, since: Date) =>
  [...tables.notificationsOfAlert.of(alertId)].some(
    (row) => row.person_id === personId && row.kind === 'UPDATE' && row.created_at > since,
  ),
) satisfies typeof real.wasUpdated
