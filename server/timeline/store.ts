import { sql } from 'kysely'
import type { TriggerType } from '../alert-actions/schema.ts'
import type { LogEntryFilterType } from '../alerts/schema.ts'
import type { Tx } from '../database/connection.ts'
import { wakeEngine } from '../database/notify.ts'
import { addSeconds } from '../runtime/time.ts'
import { triggersOf } from './triggers.ts'

export interface TimelineLine {
  alertSourceId: number
  alertId: number
  /** ilert's name of the entry, e.g. `AlertReceivedLogEntry`. */
  type: string
  text: string
  filterTypes: LogEntryFilterType[]
  vars?: Record<string, unknown>
  /** What it sets off, where the type does not say; null: nothing. */
  trigger?: TriggerType | null
}

const TEXT_LENGTH_MAX = 2_000
/** How long a message of an alert action is tried. */
export const RUN_GIVE_UP_SECONDS = 24 * 3_600

/** Adds one line to an alert's story, in the transaction that made it true, and plans the alert actions it sets off. */
export async function addTimeline(tx: Tx, line: TimelineLine, now: Date): Promise<void> {
  const text = line.text.slice(0, TEXT_LENGTH_MAX)
  const entry = await tx
    .insertInto('timeline_entry')
    .values({
      alert_source_id: line.alertSourceId,
      alert_id: line.alertId,
      at: now,
      type: line.type,
      text,
      filter_types: line.filterTypes,
      vars: JSON.stringify(line.vars ?? {}),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const triggers = triggersOf(line)
  if (triggers.length > 0) await planRuns(tx, line, { entryId: entry.id, text, triggers }, now)
}

/** One run for each automatic action of the source, or of its teams, that waits for this; the database keeps each once. */
async function planRuns(
  tx: Tx,
  line: TimelineLine,
  what: { entryId: number; text: string; triggers: readonly TriggerType[] },
  now: Date,
): Promise<void> {
  const { numAffectedRows } = await sql`
    insert into alert_action_run
      (alert_action_id, alert_source_id, alert_id, trigger_type, timeline_entry_id, news, triggered_at, due_at,
       give_up_at, status, attempts, fence)
    select id, ${line.alertSourceId}::int, ${line.alertId}::bigint, trigger, ${what.entryId}::bigint, ${what.text}::text,
           ${now}::timestamptz, ${now}::timestamptz + make_interval(secs => wait),
           ${addSeconds(now, RUN_GIVE_UP_SECONDS)}::timestamptz + make_interval(secs => wait), 'SCHEDULED', 0, 0
      from (select action.id, trigger,
                   case trigger when 'v-alert-not-resolved' then action.not_resolved_delay_seconds
                                when 'alert-escalation-ended' then action.escalation_ended_delay_seconds
                                else 0 end as wait
              from alert_action as action
              join unnest(${what.triggers}::text[]) as trigger on trigger = any(action.trigger_types)
             where action.deleted_at is null and action.trigger_mode = 'AUTOMATIC'
               and case when exists (select 1 from alert_action_source as own where own.alert_action_id = action.id)
                        then exists (select 1 from alert_action_source as own
                                      where own.alert_action_id = action.id
                                        and own.alert_source_id = ${line.alertSourceId}::int)
                        else exists (select 1 from alert_action_team as own
                                       join alert_source_team as theirs on theirs.team_id = own.team_id
                                      where own.alert_action_id = action.id
                                        and theirs.alert_source_id = ${line.alertSourceId}::int) end
             order by action.id) as wanted
    on conflict do nothing`.execute(tx)
  if ((numAffectedRows ?? 0n) > 0n) await wakeEngine(tx, 'alert-actions')
}
