import { sql } from 'kysely'
import type { Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { takeSecondWay, tellUnheard } from '../second-way.ts'
import type { NotificationRow } from '../store.ts'
import { channelName, tellEnding } from '../telling.ts'

const LOST_MAX = 50

type LostPage = NotificationRow & { alert_status: string; merged_into_id: number | null; notice_error: string | null }

/**
 * Pages that were told of in a summary that will never get through: each failed as if it had been sent by itself, so that
 * its person is reached another way and escalation does not wait. A bounded number at a time; returns how many.
 */
export async function failBundledPages(tx: Tx, now: Date): Promise<number> {
  const { rows } = await sql<LostPage>`
    select page.*, alert.status as alert_status, alert.merged_into_id, notice.error as notice_error
      from notice
      join notification as page on page.bundle_id = notice.id and page.status = 'BUNDLED'
      join alert on alert.alert_source_id = page.alert_source_id and alert.id = page.alert_id
     where notice.kind = 'SUMMARY' and notice.status = 'ERROR'
     order by page.priority, page.created_at
     limit ${LOST_MAX}
       for update of page, alert skip locked`.execute(tx)
  for (const { alert_status, merged_into_id, notice_error, ...page } of rows) {
    const error = `the summary that would have told of it failed: ${notice_error ?? 'it was refused'}`
    await tx
      .updateTable('notification')
      .set({ status: 'ERROR', error, finished_at: now })
      .where('alert_source_id', '=', page.alert_source_id)
      .where('id', '=', page.id)
      .execute()
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
