import { randomUUID } from 'node:crypto'
import { everything } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import { insertNotice } from '../../notifications/notices/store.ts'
import { recipientOf } from '../../notifications/store.ts'
import { shiftsOf } from '../../oncall/decide.ts'
import type { Log } from '../../runtime/log.ts'
import { addHours, addMinutes, earlier } from '../../runtime/time.ts'
import { stretchesOf } from '../shifts/decide.ts'
import { allSchedules } from '../shifts/view.ts'
import { decideReminders, LATE_MINUTES_MAX, type Reminder, type ScheduledStretch } from './decide.ts'
import {
  forgetReminders,
  holdLook,
  insertReminder,
  nextLookAt,
  planLook,
  reminderRules,
  takeChanges,
  toldSince,
} from './store.ts'

/** The longest time before a shift, and one look more. */
const AHEAD_HOURS = 48
const LOOK_HOURS = 24
const KEPT_HOURS = 30 * 24

/** One pass: whose shift comes near is told, as they chose. Returns how many messages it made. */
export async function remindOfShifts(context: { db: Database; log: Log }, now: Date): Promise<number> {
  const at = await nextLookAt(context.db)
  if (at === null || at > now) return 0
  return context.db.transaction().execute(async (tx) => {
    if (!(await holdLook(tx))) return 0
    await takeChanges(tx)
    const rules = await reminderRules(tx)
    if (rules.length === 0) {
      await planLook(tx, null)
      return 0
    }
    const since = addMinutes(now, -LATE_MINUTES_MAX)
    const { names, stretches } = await stretchesAhead(tx, now)
    const { due, next } = decideReminders(stretches, rules, await toldSince(tx, since), now)
    for (const reminder of due) await remind(tx, reminder, names.get(reminder.shift.scheduleId) ?? '', now)
    await forgetReminders(tx, addHours(now, -KEPT_HOURS))
    const later = addHours(now, LOOK_HOURS)
    await planLook(tx, next === null ? later : earlier(next, later))
    if (due.length > 0) {
      await wakeEngine(tx)
      context.log.info({ reminders: due.length }, 'reminders.told')
    }
    return due.length
  })
}

async function stretchesAhead(
  tx: Tx,
  now: Date,
): Promise<{ names: Map<number, string>; stretches: ScheduledStretch[] }> {
  const interval = { from: addMinutes(now, -LATE_MINUTES_MAX), until: addHours(now, AHEAD_HOURS) }
  const stored = await allSchedules(tx, everything, interval)
  return {
    names: new Map(stored.map(({ row }) => [row.id, row.name])),
    stretches: stored.flatMap(({ row, rules }) =>
      stretchesOf(shiftsOf(rules, interval)).map((stretch) => ({ ...stretch, scheduleId: row.id })),
    ),
  }
}

async function remind(tx: Tx, { shift, rule, beforeMinutes }: Reminder, schedule: string, now: Date): Promise<void> {
  for (const minutes of beforeMinutes) await insertReminder(tx, shift, { ...rule, beforeMinutes: minutes }, now)
  const { timezone } = await recipientOf(tx, rule.personId)
  await insertNotice(
    tx,
    {
      id: randomUUID(),
      kind: 'REMINDER',
      personId: rule.personId,
      contactId: rule.contactId,
      channel: rule.method,
      target: rule.target,
      facts: { schedule, start: shift.start.toISOString(), end: shift.end.toISOString(), timezone },
    },
    now,
  )
}
