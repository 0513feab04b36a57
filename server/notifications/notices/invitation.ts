import { randomUUID } from 'node:crypto'
import type { Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import { reachOf } from '../reach/store.ts'
import { insertNotice } from './store.ts'

/** Mails a person the link at which they choose a password; false when no mail reaches them. */
export async function sendInvitation(
  tx: Tx,
  personId: number,
  invitation: { invitedAt: Date; inviter: string | null },
  now: Date,
): Promise<boolean> {
  const contacts = (await reachOf(tx, [personId])).get(personId)?.contacts ?? []
  const mail = contacts.find(({ stored, isUsable }) => stored === 'EMAIL' && isUsable)
  if (!mail) return false
  await insertNotice(
    tx,
    {
      id: randomUUID(),
      kind: 'INVITATION',
      personId,
      contactId: mail.id,
      channel: 'EMAIL',
      target: mail.target,
      // The link itself is worked out when the mail is written, and lies nowhere.
      facts: { invitedAt: invitation.invitedAt.toISOString(), inviter: invitation.inviter },
    },
    now,
  )
  await wakeEngine(tx)
  return true
}
