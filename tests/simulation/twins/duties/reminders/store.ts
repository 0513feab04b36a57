import type { ChannelMethod } from '../../../../../server/channels/schema.ts'
import { keyOf, type ReminderRule, type ScheduledStretch } from '../../../../../server/duties/reminders/decide.ts'
import type * as real from '../../../../../server/duties/reminders/store.ts'
import { methodsOf } from '../../../../../server/notifications/contacts/decide.ts'
import { twin } from '../../../memory/twin.ts'
import { reach } from '../../notifications/reach/store.ts'

export * from '../../../../../server/duties/reminders/store.ts'

export const nextLookAt = twin((tables) => {
  for (const _change of tables.shift_change.rows) return new Date(0)
  return tables.shift_watch.get(1)?.look_at ?? null
}) satisfies typeof real.nextLookAt

export const holdLook = twin((tables) => tables.shift_watch.get(1) !== null) satisfies typeof real.holdLook

export const takeChanges = twin((tables) => {
  for (const row of [...tables.shift_change.rows]) tables.shift_change.delete(row)
}) satisfies typeof real.takeChanges

export const planLook = twin((tables, at: Date | null) => {
  for (const row of [...tables.shift_watch.rows]) tables.shift_watch.update(row, { look_at: at })
}) satisfies typeof real.planLook

export const reminderRules = twin((tables): ReminderRule[] => {
  const rules = [...tables.notification_rule.rows].filter((row) => row.list === 'duties')
  const people = reach(
    tables,
    rules.map((row) => row.person_id),
  )
  return rules
    .sort((one, other) => one.before_minutes - other.before_minutes || one.id - other.id)
    .flatMap((rule) =>
      (people.get(rule.person_id)?.contacts ?? [])
        .filter((contact) => contact.isUsable && (rule.contact_id === null || rule.contact_id === contact.id))
        .filter((contact) => methodsOf(contact.stored).includes(rule.method as ChannelMethod))
        .map((contact) => ({
          personId: rule.person_id,
          beforeMinutes: rule.before_minutes,
          method: rule.method,
          contactId: contact.id,
          target: contact.target,
        })),
    )
}) satisfies typeof real.reminderRules

export const toldSince = twin(
  (tables, since: Date) =>
    new Set(
      [...tables.shift_reminder.rows]
        .filter((row) => row.shift_start > since)
        .map(({ schedule_id: scheduleId, person_id: userId, shift_start: start, ...way }) =>
          keyOf(
            { scheduleId, userId, start },
            { method: way.method, contactId: way.contact_id, beforeMinutes: way.before_minutes },
          ),
        ),
    ),
) satisfies typeof real.toldSince

type Way = Pick<ReminderRule, 'method' | 'contactId' | 'beforeMinutes'>

export const insertReminder = twin((tables, shift: ScheduledStretch, rule: Way, now: Date) => {
  tables.shift_reminder.insert({
    schedule_id: shift.scheduleId,
    person_id: shift.userId,
    shift_start: shift.start,
    before_minutes: rule.beforeMinutes,
    method: rule.method,
    contact_id: rule.contactId,
    told_at: now,
  })
}) satisfies typeof real.insertReminder

export const forgetReminders = twin((tables, before: Date) => {
  for (const row of [...tables.shift_reminder.rows]) {
    if (row.shift_start < before) tables.shift_reminder.delete(row)
  }
}) satisfies typeof real.forgetReminders
