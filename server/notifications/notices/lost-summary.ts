import type { Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { takeSecondWay, tellUnheard } from '../second-way.ts'
import { channelName, tellEnding } from '../telling.ts'
import { failLostPage, lockLostPages } from './store.ts'

const LOST_MAX = 50

/**
 * Pages that were told of in a summary that will never get through: each failed as if it had been sent by itself, so that
 * its person is reached another way and escalation does not wait. A bounded number at a time; returns how many.
 */
export async function failBundledPages(tx: Tx, now: Date): Promise<number> {
  const rows = await lockLostPages(tx, LOST_MAX)
  for (const { alert_status, merged_into_id, notice_error, ...page } of rows) {
    const error = `the summary that would have told of it failed: ${notice_error ?? 'it was refused'}`
    await failLostPage(tx, page, error, now)
    const what = `${channelName(page.channel)} to ${page.target}`
    const ending = { decision: 'fail', status: 'ERROR', rule: 'summary-failed' } as const
    await tellEnding(tx, page, ending, `${what} failed: ${error}`, now)
    // Whoever was answered need not be reached any more.
    if (alert_status === 'PENDING' && merged_into_id === null) {
      await takeSecondWay(tx, page, { isOver: true, isFirstFailure: false, because: `${what} failed` }, now)
      await tellUnheard(tx, page, now)
    }
    await tellLive(tx, { kind: 'alert', id: page.alert_id })
  }
  return rows.length
}
