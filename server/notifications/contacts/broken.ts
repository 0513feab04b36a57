import { randomUUID } from 'node:crypto'
import type { Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { everKnownPeople } from '../../directory/store.ts'
import { insertNotice } from '../notices/store.ts'
import { otherWays } from '../reach/decide.ts'
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
    // It is news, not an alarm: by e-mail if that works, and by a call only if nothing else does.
    const ways = otherWays(reach.get(id)?.contacts ?? [], [])
    const way =
      ways.find((one) => one.method === 'EMAIL') ?? ways.find((one) => one.method !== 'VOICE') ?? ways[0] ?? null
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
