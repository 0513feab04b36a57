import { randomUUID } from 'node:crypto'
import type { Tx } from '../database/connection.ts'
import { wakeEngine } from '../database/notify.ts'
import { methodsOf } from './contacts/decide.ts'
import { insertNotice } from './notices/store.ts'
import { reachOf } from './reach/store.ts'
import { updateRules } from './rules/store.ts'
import { peopleAsked, summaryOfAlert } from './store.ts'
import { subscribersOf } from './subscribers/store.ts'

/** Whoever was asked about an alert and wants to know hears what became of it, by the ways they chose; who did it does not. */
export async function enqueueUpdates(
  tx: Tx,
  update: {
    alertSourceId: number
    alertId: number
    type: 'ALERT_ACCEPTED' | 'ALERT_RESOLVED' | 'ALERT_ESCALATED'
    /** Who did it, for the sentence and to be left out. */
    by: { personId: number | null; name: string }
  },
  now: Date,
): Promise<void> {
  // Who follows the alert hears of everything anyway.
  const followers = await subscribersOf(tx, update.alertId)
  const people = (await peopleAsked(tx, update.alertId)).filter(
    (id) => id !== update.by.personId && !followers.includes(id),
  )
  const rules = await updateRules(tx, people, update.type)
  if (rules.length === 0) return
  const reach = await reachOf(tx, people)
  const summary = await summaryOfAlert(tx, update.alertId)
  for (const rule of rules) {
    const contacts = (reach.get(rule.person_id)?.contacts ?? []).filter(
      (contact) =>
        contact.isUsable &&
        (rule.contact_id === null || rule.contact_id === contact.id) &&
        methodsOf(contact.stored).some((method) => method === rule.method),
    )
    for (const contact of contacts) {
      await insertNotice(
        tx,
        {
          id: randomUUID(),
          kind: 'UPDATE',
          personId: rule.person_id,
          contactId: contact.id,
          channel: rule.method,
          target: contact.target,
          alertSourceId: update.alertSourceId,
          alertId: update.alertId,
          facts: { type: update.type, by: update.by.name, summary },
        },
        now,
      )
    }
  }
  await wakeEngine(tx)
}
