import type { ChannelMethod } from '../../channels/schema.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { methodsOf } from '../../notifications/contacts/decide.ts'
import { reachOf } from '../../notifications/reach/store.ts'
import { keyOf, type ReminderRule, type ScheduledStretch } from './decide.ts'

/** When the shifts are looked at next: at once after a change, null while nobody wants to be reminded. */
export async function nextLookAt(db: Database | Tx): Promise<Date | null> {
  const change = await db.selectFrom('shift_change').select('id').limit(1).executeTakeFirst()
  if (change) return new Date(0)
  return (await db.selectFrom('shift_watch').select('look_at').executeTakeFirst())?.look_at ?? null
}

/** Keeps the look to this transaction; false when another node has it. */
export async function holdLook(tx: Tx): Promise<boolean> {
  const row = await tx.selectFrom('shift_watch').select('id').forUpdate().skipLocked().executeTakeFirst()
  return row !== undefined
}

/** What was changed up to now is looked at now. */
export async function takeChanges(tx: Tx): Promise<void> {
  await tx.deleteFrom('shift_change').execute()
}

/** Says when to look again. */
export async function planLook(tx: Tx, at: Date | null): Promise<void> {
  await tx.updateTable('shift_watch').set({ look_at: at }).execute()
}

/** How everybody wants to be reminded, by contacts that work. */
export async function reminderRules(tx: Tx): Promise<ReminderRule[]> {
  const rules = await tx
    .selectFrom('notification_rule')
    .select(['person_id', 'method', 'contact_id', 'before_minutes'])
    .where('list', '=', 'duties')
    .orderBy('before_minutes')
    .orderBy('id')
    .execute()
  const reach = await reachOf(
    tx,
    rules.map((rule) => rule.person_id),
  )
  return rules.flatMap((rule) =>
    (reach.get(rule.person_id)?.contacts ?? [])
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
}

/** The reminders given of shifts that begin after an instant. */
export async function toldSince(tx: Tx, since: Date): Promise<Set<string>> {
  const rows = await tx.selectFrom('shift_reminder').selectAll().where('shift_start', '>', since).execute()
  return new Set(
    rows.map((row) =>
      keyOf(
        { scheduleId: row.schedule_id, userId: row.person_id, start: row.shift_start },
        { method: row.method, contactId: row.contact_id, beforeMinutes: row.before_minutes },
      ),
    ),
  )
}

/** Records that a person was reminded. */
export async function insertReminder(
  tx: Tx,
  shift: ScheduledStretch,
  rule: Pick<ReminderRule, 'method' | 'contactId' | 'beforeMinutes'>,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('shift_reminder')
    .values({
      schedule_id: shift.scheduleId,
      person_id: shift.userId,
      shift_start: shift.start,
      before_minutes: rule.beforeMinutes,
      method: rule.method,
      contact_id: rule.contactId,
      told_at: now,
    })
    .execute()
}

/** Forgets reminders of shifts that began before an instant. */
export async function forgetReminders(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('shift_reminder').where('shift_start', '<', before).execute()
}
