import { randomUUID } from 'node:crypto'
import type { Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { everKnownPeople } from '../../directory/store.ts'
import { insertNotice } from '../notices/store.ts'
import { decideNewsWay } from '../reach/decide.ts'
import { reachOf } from '../reach/store.ts'
import { breakContact, personOfContact, watchersOf } from './store.ts'

/** Nothing reaches a contact any more: it is not used, and its person and those who look after them are told another way (invariants.md NOT-11). */
export async function tellBroken(tx: Tx, contactId: number, reason: string, now: Date): Promise<void> {
  if (!(await breakContact(tx, contactId, reason, now))) return
  const contact = await personOfContact(tx, contactId)
  if (!contact) return
  const watchers = await watchersOf(tx, contact.personId)
  const reach = await reachOf(tx, [contact.personId, ...watchers])
  const person = (await everKnownPeople(tx, [contact.personId])).get(contact.personId)
  for (const id of [contact.personId, ...watchers]) {
    const way = decideNewsWay(reach.get(id)?.contacts ?? [])
    if (way === null) continue
    const whose = id === contact.personId ? null : `${person?.firstName ?? ''} ${person?.lastName ?? ''}`.trim()
    await insertNotice(
      tx,
      {
        id: randomUUID(),
        kind: 'BROKEN',
        personId: id,
        contactId: way.contactId,
        channel: way.method,
        target: way.target,
        facts: { target: contact.target, reason, whose },
      },
      now,
    )
  }
  await wakeEngine(tx)
  await tellLive(tx, { kind: 'status' })
}
