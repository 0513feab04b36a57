import type { Database, Tx } from '../../database/connection.ts'

interface OfAlert {
  alertSourceId: number
  alertId: number
}

/** Lets a person follow an alert; false when they do already. */
export async function addSubscriber(tx: Tx, alert: OfAlert, personId: number, now: Date): Promise<boolean> {
  const result = await tx
    .insertInto('alert_subscriber')
    .values({
      alert_source_id: alert.alertSourceId,
      alert_id: alert.alertId,
      person_id: personId,
      subscribed_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Ends it; false when they did not follow. */
export async function removeSubscriber(tx: Tx, alertId: number, personId: number): Promise<boolean> {
  const result = await tx
    .deleteFrom('alert_subscriber')
    .where('alert_id', '=', alertId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export const SUBSCRIBERS_MAX = 500

/** Who follows an alert, in the order they began. */
export async function subscribersOf(db: Database | Tx, alertId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('alert_subscriber')
    .select('person_id')
    .where('alert_id', '=', alertId)
    .orderBy('subscribed_at')
    .orderBy('person_id')
    .limit(SUBSCRIBERS_MAX)
    .execute()
  return rows.map((row) => row.person_id)
}

/** True when a person was told news of an alert after `since`. */
export async function wasUpdated(tx: Tx, alertId: number, personId: number, since: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('notification')
    .select('id')
    .where('alert_id', '=', alertId)
    .where('person_id', '=', personId)
    .where('kind', '=', 'UPDATE')
    .where('created_at', '>', since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
