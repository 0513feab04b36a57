import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { tellBroken } from '../contacts/broken.ts'
import { callOffOtherWay, takeSecondWay, tellUnheard } from '../second-way.ts'
import { channelName, tell, tellEnding, tracePage } from '../telling.ts'
import { isFurther, RECEIPT_SECONDS, type ReceiptState } from './decide.ts'
import { isPending, lockPage, nextReceiptAt, overdueReceipts, setReceipt } from './store.ts'

const BATCH = 50

/** What a provider says of a page it had taken. Late or repeated news changes nothing. */
export async function noteReceipt(
  tx: Tx,
  notificationId: string,
  news: { state: ReceiptState; reason: string; isGone: boolean },
  now: Date,
): Promise<void> {
  const row = await lockPage(tx, notificationId)
  if (!row || !isFurther(row.receipt_state, news.state)) return
  const what = `${channelName(row.channel)} to ${row.target}`
  if (news.state !== 'UNDELIVERED') {
    await setReceipt(tx, row, { receipt_state: news.state, receipt_due_at: null })
    const text = news.state === 'ANSWERED' ? `${what} was answered.` : `${what} arrived.`
    await tell(tx, row, text, now)
    await tracePage(tx, row, { decision: 'receive', reason: text, rule: 'receipt-of-provider' }, now)
    await callOffOtherWay(tx, row, now)
  } else {
    const isOver = row.status === 'SUCCESS'
    // News that is faster than the gateway's own answer waits, with its reason, for that answer to be recorded.
    const change = { receipt_state: news.state, receipt_due_at: null, error: news.reason }
    await setReceipt(tx, row, isOver ? { ...change, status: 'ERROR' } : change)
    if (isOver) {
      const ending = { decision: 'fail', status: 'ERROR', rule: 'receipt-of-provider' } as const
      await tellEnding(tx, row, ending, `${what} did not arrive: ${news.reason}`, now)
    }
    if (news.isGone) await tellBroken(tx, row.contact_id, news.reason, now)
    if (isOver && (await isPending(tx, row.alert_id))) {
      await takeSecondWay(tx, row, { isOver: true, isFirstFailure: false, because: `${what} did not arrive` }, now)
      await tellUnheard(tx, row, now)
    }
  }
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

/** One pass: high pages that the provider took and never confirmed take another way. Returns how many it moved. */
export async function chaseReceipts({ db }: { db: Database }, now: Date): Promise<number> {
  const overdue = await overdueReceipts(db, now, BATCH)
  for (const id of overdue) await db.transaction().execute((tx) => chase(tx, id, now))
  return overdue.length
}

async function chase(tx: Tx, id: string, now: Date): Promise<void> {
  const row = await lockPage(tx, id)
  // Confirmed meanwhile, or chased by another node.
  if (!row?.receipt_due_at || row.receipt_due_at > now) return
  await setReceipt(tx, row, { receipt_due_at: null })
  if (!(await isPending(tx, row.alert_id))) return
  const because = `${channelName(row.channel)} to ${row.target} was not confirmed within ${RECEIPT_SECONDS} s`
  await takeSecondWay(tx, { ...row, status: 'ERROR' }, { isOver: true, isFirstFailure: false, because }, now)
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

/** When the next receipt is overdue. */
export function nextChaseAt(db: Database): Promise<Date | null> {
  return nextReceiptAt(db)
}
