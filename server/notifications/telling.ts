import type { Tx } from '../database/connection.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace, type TraceLine } from '../trace/store.ts'
import type { NotificationRow } from './store.ts'

export type Page = Pick<NotificationRow, 'alert_source_id' | 'alert_id' | 'id' | 'person_id' | 'channel'>

/** What a message of a channel is called in the middle or at the beginning of a sentence. */
const NAMES: Record<string, string> = {
  EMAIL: 'E-mail',
  SMS: 'SMS',
  VOICE: 'Call',
  PUSH: 'Push',
  TELEGRAM: 'Telegram message',
  NTFY: 'ntfy message',
  SLACK: 'Slack message',
  TEAMS: 'Teams message',
  MATTERMOST: 'Mattermost message',
  DISCORD: 'Discord message',
  WEBHOOK: 'Webhook',
}

/** The channel's name for people. */
export function channelName(method: string): string {
  return NAMES[method] ?? method
}

/** How a page ended, for the timeline and the trace. */
export async function tellEnding(
  tx: Tx,
  row: Page,
  ending: { decision: string; status: 'SUCCESS' | 'ERROR' | 'CANCELLED' | 'BUNDLED'; rule: string },
  text: string,
  now: Date,
): Promise<void> {
  await tell(tx, row, text, now)
  const evidence = { ended: [{ intent: row.id, status: ending.status }] }
  await tracePage(tx, row, { decision: ending.decision, reason: text, rule: ending.rule, evidence }, now)
}

/** A line on the alert's timeline. */
export async function tell(tx: Tx, row: Page, text: string, now: Date): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: 'NotificationLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS'],
      vars: { notificationId: row.id, personId: row.person_id },
    },
    now,
  )
}

/** A line of the trace about one page. */
export async function tracePage(
  tx: Tx,
  row: Page,
  line: Pick<TraceLine, 'decision' | 'reason' | 'rule' | 'evidence'>,
  now: Date,
): Promise<void> {
  await addTrace(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      station: 'notifications',
      people: [row.person_id],
      channels: [row.channel],
      ...line,
    },
    now,
  )
}
