import type { Selectable } from 'kysely'
import type { ChannelMethod } from '../../channels/schema.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { NotificationRuleTable } from '../../database/tables.ts'
import { isRowId } from '../../database/values.ts'
import type { NotificationRule, RuleList, RuleType } from './schema.ts'

export type RuleRow = Selectable<NotificationRuleTable>
export type RuleValues = Pick<RuleRow, 'type' | 'method' | 'contact_id' | 'delay_minutes' | 'before_minutes'>
type ShownRule = RuleRow & { contact_target: string | null }

/** A person's rules of one list, in the order they take effect. */
export async function rulesOf(db: Database | Tx, personId: number, list: RuleList): Promise<ShownRule[]> {
  return ruleRows(db)
    .where('notification_rule.person_id', '=', personId)
    .where('notification_rule.list', '=', list)
    .orderBy('notification_rule.type')
    .orderBy('notification_rule.delay_minutes')
    .orderBy('notification_rule.before_minutes')
    .orderBy('notification_rule.id')
    .execute()
}

/** One rule of a person. */
export async function ruleById(
  db: Database | Tx,
  personId: number,
  list: RuleList,
  id: number,
): Promise<ShownRule | null> {
  if (!isRowId(id)) return null
  const row = await ruleRows(db)
    .where('notification_rule.id', '=', id)
    .where('notification_rule.person_id', '=', personId)
    .where('notification_rule.list', '=', list)
    .executeTakeFirst()
  return row ?? null
}

function ruleRows(db: Database | Tx) {
  return db
    .selectFrom('notification_rule')
    .leftJoin('contact', 'contact.id', 'notification_rule.contact_id')
    .selectAll('notification_rule')
    .select('contact.target as contact_target')
}

/** Adds a rule; null when the person has the same one. */
export async function insertRule(
  tx: Tx,
  personId: number,
  list: RuleList,
  values: RuleValues,
  now: Date,
): Promise<number | null> {
  const row = await tx
    .insertInto('notification_rule')
    .values({ person_id: personId, list, ...values, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Replaces what a rule says. */
export async function changeRule(tx: Tx, id: number, values: RuleValues): Promise<void> {
  await tx.updateTable('notification_rule').set(values).where('id', '=', id).execute()
}

/** Removes a rule. */
export async function deleteRuleRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('notification_rule').where('id', '=', id).execute()
}

/** People who want to hear of an update, by the ways they chose. */
export async function updateRules(tx: Tx, personIds: readonly number[], type: RuleType): Promise<RuleRow[]> {
  if (personIds.length === 0) return []
  return tx
    .selectFrom('notification_rule')
    .selectAll()
    .where('person_id', 'in', personIds)
    .where('list', '=', 'updates')
    .where('type', '=', type)
    .orderBy('id')
    .execute()
}

/** A rule as the API shows it. */
export function ruleView(row: ShownRule): NotificationRule {
  return {
    id: row.id,
    type: row.type as RuleType,
    method: row.method as ChannelMethod,
    contact: row.contact_id === null ? null : { id: row.contact_id, target: row.contact_target ?? '' },
    delayMin: row.delay_minutes,
    beforeMin: row.before_minutes,
  }
}
