import type { Tx } from '../../database/connection.ts'
import { addHours } from '../../runtime/time.ts'

const KEPT_HOURS = 7 * 24

/** One delivery that was not let in; a week of them is kept. */
export async function addRefusal(
  tx: Tx,
  refusal: { alertSourceId: number; rule: string; reason: string },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('door_refusal')
    .values({ alert_source_id: refusal.alertSourceId, at: now, rule: refusal.rule, reason: refusal.reason })
    .execute()
  await tx
    .deleteFrom('door_refusal')
    .where('alert_source_id', '=', refusal.alertSourceId)
    .where('at', '<', addHours(now, -KEPT_HOURS))
    .execute()
}

/** How many were refused by a rule since then. */
export async function countRefusals(tx: Tx, alertSourceId: number, rule: string, since: Date): Promise<number> {
  const row = await tx
    .selectFrom('door_refusal')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('alert_source_id', '=', alertSourceId)
    .where('rule', '=', rule)
    .where('at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
