import type { Database } from '../../database/connection.ts'
import { emailContacts, listPeople } from '../../directory/store.ts'
import { listPolicies } from '../../escalation/policies/store.ts'
import type { Alert } from '../schema.ts'
import type { SuggestedResponder } from './schema.ts'

const SUGGESTED_MAX = 1_000

/** Who could be asked to help with an alert: first the people of its policy, then everybody, then whole policies. */
export async function suggestResponders(db: Database, alert: Alert): Promise<SuggestedResponder[]> {
  const page = { offset: 0, limit: SUGGESTED_MAX }
  const [people, policies] = [await listPeople(db, page), await listPolicies(db, page)]
  const reachable = new Set(
    (
      await emailContacts(
        db,
        people.map((person) => person.id),
      )
    ).map((contact) => contact.personId),
  )
  const onIt = new Set(alert.responders.map((responder) => responder.user.id))
  const own = policies.find((policy) => policy.id === alert.escalationPolicy.id)
  const ofPolicy = new Set(own?.escalationRules.flatMap((rule) => rule.users.map((user) => user.id)) ?? [])
  const users = people.map((person) => ({
    id: person.id,
    name: `${person.first_name} ${person.last_name}`.trim(),
    disabled: onIt.has(person.id) || !reachable.has(person.id),
  }))
  return [
    ...users.filter((user) => ofPolicy.has(user.id)).map((user) => ({ group: 'SUGGESTED' as const, ...user })),
    ...users.map((user) => ({ group: 'USER' as const, ...user })),
    ...policies.map((policy) => ({
      group: 'ESCALATION_POLICY' as const,
      id: policy.id,
      name: policy.name,
      disabled: (policy.escalationRules[0]?.users.length ?? 0) === 0,
    })),
  ]
}
