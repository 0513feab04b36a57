import { warnSource } from '../../alert-sources/store.ts'
import type { Database } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import { compareSoon } from '../../reconciliation/store.ts'
import { addHours } from '../../runtime/time.ts'
import { addRefusal, countRefusals } from './store.ts'

/** So many expired tokens in an hour are no accident: what they brought is looked for at the source (invariants.md SEC-6). */
export const EXPIRED_MANY = 3

/** Counts a delivery that was not let in, and tells the source's owner. */
export async function noteRefusal(
  db: Database,
  refusal: { alertSourceId: number; slug: string; rule: string; reason: string },
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await addRefusal(tx, refusal, now)
    const text = `A delivery was refused at the door: ${refusal.reason}`
    await warnSource(tx, refusal.alertSourceId, { code: `${refusal.slug}-signature`, text }, now)
    if (refusal.rule !== 'expired') return
    if ((await countRefusals(tx, refusal.alertSourceId, 'expired', addHours(now, -1))) < EXPIRED_MANY) return
    await compareSoon(tx, refusal.alertSourceId, now)
    await wakeEngine(tx)
  })
}
