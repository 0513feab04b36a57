import type { Actor } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { changePerson, lockPerson, violates } from '../../directory/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { noSuchPerson, requireSelfOrManage } from '../contacts/actions.ts'
import { methodsOf } from '../contacts/decide.ts'
import { contactById } from '../contacts/store.ts'
import {
  BEFORE_MINUTES,
  type NotificationRule,
  type NotificationRuleInput,
  type QuietHours,
  type RuleList,
  type RuleType,
} from './schema.ts'
import { changeRule, deleteRuleRow, insertRule, type RuleValues, ruleById, rulesOf, ruleView } from './store.ts'

const RULES_MAX = 100
const TYPES: Record<RuleList, readonly RuleType[]> = {
  alerts: ['HIGH_PRIORITY', 'LOW_PRIORITY'],
  updates: ['ALERT_ACCEPTED', 'ALERT_RESOLVED', 'ALERT_ESCALATED'],
  duties: ['ON_CALL'],
  subscriptions: ['SUBSCRIPTION'],
}

/** Adds a rule: how the person wants to hear of something. */
export async function addRule(
  db: Database,
  actor: Actor,
  personId: number,
  list: RuleList,
  input: NotificationRuleInput,
  now: Date,
): Promise<NotificationRule> {
  requireSelfOrManage(actor, personId)
  return db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, personId))) throw noSuchPerson()
    const rules = await rulesOf(tx, personId, list)
    if (rules.length >= RULES_MAX) throw fieldProblem('type', `A person has at most ${RULES_MAX} rules of a kind.`)
    const id = await insertRule(tx, personId, list, await valuesOf(tx, personId, list, input), now)
    if (id === null) throw sameRule()
    await tell(tx, actor, 'added', personId, id, now)
    return saved(tx, personId, list, id)
  })
}

/** Replaces a rule. */
export async function replaceRule(
  db: Database,
  actor: Actor,
  personId: number,
  list: RuleList,
  id: number,
  input: NotificationRuleInput,
  now: Date,
): Promise<NotificationRule> {
  requireSelfOrManage(actor, personId)
  return db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, personId))) throw noSuchPerson()
    if (!(await ruleById(tx, personId, list, id))) throw noSuchRule()
    const values = await valuesOf(tx, personId, list, input)
    await changeRule(tx, id, values).catch((cause) => {
      throw violates(cause, 'notification_rule_once') ? sameRule() : cause
    })
    await tell(tx, actor, 'changed', personId, id, now)
    return saved(tx, personId, list, id)
  })
}

/** Removes a rule. */
export async function deleteRule(
  db: Database,
  actor: Actor,
  personId: number,
  list: RuleList,
  id: number,
  now: Date,
): Promise<void> {
  requireSelfOrManage(actor, personId)
  await db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, personId))) throw noSuchPerson()
    if (!(await ruleById(tx, personId, list, id))) throw noSuchRule()
    await deleteRuleRow(tx, id)
    await tell(tx, actor, 'removed', personId, id, now)
  })
}

/** Says when low priority waits. */
export async function setQuietHours(
  db: Database,
  actor: Actor,
  personId: number,
  quietHours: QuietHours,
  now: Date,
): Promise<QuietHours> {
  requireSelfOrManage(actor, personId)
  if (quietHours && quietHours.from === quietHours.to)
    throw fieldProblem('quietHours.to', 'Quiet hours end at another time.')
  return db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, personId))) throw noSuchPerson()
    await changePerson(tx, personId, { quiet_from: quietHours?.from ?? null, quiet_to: quietHours?.to ?? null }, now)
    await audit(
      tx,
      actor,
      { action: 'person.quiet-hours', objectType: 'person', objectId: personId, details: { quietHours } },
      now,
    )
    return quietHours
  })
}

/** The answer to a rule that is not there. */
export function noSuchRule(): Problem {
  return new Problem('not-found', 'There is no such rule.')
}

function sameRule(): Problem {
  return fieldProblem('method', 'There is the same rule already.')
}

async function valuesOf(tx: Tx, personId: number, list: RuleList, input: NotificationRuleInput): Promise<RuleValues> {
  const type = input.type ?? TYPES[list][0]
  if (!type || !TYPES[list].includes(type)) throw fieldProblem('type', `Choose one of ${TYPES[list].join(', ')}.`)
  if (input.method === 'VOICE' && list !== 'alerts') throw fieldProblem('method', 'Only alerts are told by a call.')
  const beforeMinutes = list === 'duties' ? (input.beforeMin ?? 0) : 0
  if (!BEFORE_MINUTES.some((one) => one === beforeMinutes)) {
    throw fieldProblem('beforeMin', `Choose one of ${BEFORE_MINUTES.join(', ')} minutes.`)
  }
  const contactId = input.contact && input.contact.id > 0 ? input.contact.id : null
  if (contactId === null && input.method !== 'PUSH') throw fieldProblem('contact', 'Choose a contact.')
  if (contactId !== null) {
    const contact = await contactById(tx, personId, contactId)
    if (!contact) throw fieldProblem('contact.id', `This person has no contact ${contactId}.`)
    const methods = methodsOf(contact.method)
    if (!methods.includes(input.method)) throw fieldProblem('method', `This contact takes ${methods.join(' or ')}.`)
  }
  return {
    type,
    method: input.method,
    contact_id: contactId,
    delay_minutes: list === 'alerts' ? (input.delayMin ?? 0) : 0,
    before_minutes: beforeMinutes,
  }
}

async function saved(tx: Tx, personId: number, list: RuleList, id: number): Promise<NotificationRule> {
  const row = await ruleById(tx, personId, list, id)
  invariant(row, 'a rule just saved is there')
  return ruleView(row)
}

async function tell(tx: Tx, actor: Actor, verb: string, personId: number, id: number, now: Date): Promise<void> {
  const entry = {
    action: `notification-rule.${verb}`,
    objectType: 'notification-rule',
    objectId: id,
    details: { personId },
  }
  await audit(tx, actor, entry, now)
  await tellLive(tx, { kind: 'status' })
}
