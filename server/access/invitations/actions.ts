import { audit } from '../../audit/store.ts'
import type { Database } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { noSuchPerson } from '../../directory/actions.ts'
import { changePerson, lockPerson } from '../../directory/store.ts'
import { sendInvitation } from '../../notifications/notices/invitation.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { addHours } from '../../runtime/time.ts'
import type { OpenedSession } from '../actions.ts'
import { type Actor, requireRight } from '../actor.ts'
import { hashPassword } from '../password.ts'
import { insertSession } from '../store.ts'
import { type AcceptInput, INVITATION_DAYS } from './schema.ts'
import { readInvitationToken } from './token.ts'

/** Sends a person who cannot sign in a link at which they choose a password; an earlier link works no more. */
export async function inviteUser(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'manage')
  await db.transaction().execute(async (tx) => {
    const person = await lockPerson(tx, id)
    if (!person) throw noSuchPerson()
    if (person.password_hash !== null) {
      throw new Problem('already-done', `${person.first_name} has a password and can sign in.`)
    }
    await changePerson(tx, id, { invited_at: now }, now)
    const inviter = actor.kind === 'person' ? actor.name : null
    if (!(await sendInvitation(tx, id, { invitedAt: now, inviter }, now))) {
      throw fieldProblem('email', 'This person has no e-mail contact that works.')
    }
    await audit(tx, actor, { action: 'person.invited', objectType: 'person', objectId: id }, now)
    await tellLive(tx, { kind: 'status' })
  })
}

/** The holder of an invitation chooses a password and is signed in. It works once, and for a week. */
export async function acceptInvitation(
  db: Database,
  secrets: Secrets,
  input: AcceptInput,
  now: Date,
): Promise<OpenedSession> {
  const facts = readInvitationToken(input.token, secrets)
  if (!facts) throw new Problem('not-allowed', 'This is no invitation: open the whole link of the mail.')
  if (addHours(facts.invitedAt, INVITATION_DAYS * 24) <= now) throw isOver()
  const passwordHash = await hashPassword(input.password)
  return db.transaction().execute(async (tx) => {
    const person = await lockPerson(tx, facts.personId)
    if (!person || person.invited_at?.getTime() !== facts.invitedAt.getTime()) throw isOver()
    if (person.password_hash !== null) throw isOver()
    await changePerson(tx, person.id, { password_hash: passwordHash, invited_at: null }, now)
    const session = await insertSession(tx, person.id, now)
    const doer = {
      kind: 'person' as const,
      personId: person.id,
      name: `${person.first_name} ${person.last_name}`.trim(),
    }
    await audit(tx, doer, { action: 'person.joined', objectType: 'person', objectId: person.id }, now)
    return { personId: person.id, ...session }
  })
}

function isOver(): Problem {
  return new Problem('not-allowed', 'The invitation is over or was used: sign in, or ask for another one.')
}
