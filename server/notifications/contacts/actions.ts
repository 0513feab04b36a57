import { randomBytes, randomUUID } from 'node:crypto'
import { type Actor, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { requireStorable } from '../../database/values.ts'
import { lockPerson } from '../../directory/store.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { addMinutes } from '../../runtime/time.ts'
import { insertNotice } from '../notices/store.ts'
import {
  CODE_MINUTES,
  codeRefusal,
  methodsOf,
  readTarget,
  type SentCode,
  secondsUntilCode,
  storedAs,
} from './decide.ts'
import { CODE_DIGITS, type Contact, type ContactInput, type ContactKind, type NewContact } from './schema.ts'
import {
  type ContactCodeRow,
  type ContactRow,
  changeContact,
  clearPrimary,
  codeOf,
  contactsOf,
  contactView,
  countWrongCode,
  insertContact,
  lockContact,
  removeContact,
  saveCode,
  sealTarget,
} from './store.ts'

const CONTACTS_MAX = 50

export interface ContactContext {
  db: Database
  secrets: Secrets
}

/** Adds a contact. Nothing but its code is sent to it until it is verified (invariants.md NOT-11). */
export async function addContact(
  { db, secrets }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  input: ContactInput,
  now: Date,
): Promise<NewContact> {
  requireSelfOrManage(actor, personId)
  requireStorable({ target: input.target })
  const read = readTarget(kind, input.target, { regionCode: input.regionCode ?? null, label: input.label ?? null })
  if (!read.ok) throw fieldProblem('target', read.message)
  return db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, personId))) throw noSuchPerson()
    if ((await contactsOf(tx, personId)).length >= CONTACTS_MAX) {
      throw fieldProblem('target', `A person has at most ${CONTACTS_MAX} contacts.`)
    }
    const stored = storedAs(kind)
    if (input.primary) await clearPrimary(tx, personId, stored)
    const values = { stored, target: read.target, regionCode: read.regionCode, isPrimary: input.primary ?? false }
    const row = await insertContact(tx, personId, values, now)
    if (!row) throw fieldProblem('target', 'This contact is there already.')
    const signingKey = kind === 'webhooks' ? `whsec_${randomBytes(24).toString('base64')}` : undefined
    if (read.secret !== null) {
      const secret = signingKey === undefined ? read.secret : JSON.stringify({ url: read.secret, signingKey })
      await changeContact(tx, row.id, { sealed_target: sealTarget(secrets, row.id, secret) })
    }
    await tell(tx, actor, 'added', row, now)
    return { ...contactView(row), ...(signingKey === undefined ? {} : { signingKey }) }
  })
}

/** Replaces a contact. Another address must be verified anew. */
export async function replaceContact(
  { db, secrets }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  id: number,
  input: ContactInput,
  now: Date,
): Promise<Contact> {
  requireSelfOrManage(actor, personId)
  requireStorable({ target: input.target })
  return db.transaction().execute(async (tx) => {
    const row = await ownContact(tx, personId, kind, id)
    if (input.primary) await clearPrimary(tx, personId, row.method)
    const isPrimary = input.primary ?? row.is_primary
    if (input.target === row.target) {
      await changeContact(tx, id, {
        is_primary: isPrimary,
        region_code: input.regionCode?.toUpperCase() ?? row.region_code,
      })
    } else {
      const read = readTarget(kind, input.target, { regionCode: input.regionCode ?? null, label: input.label ?? null })
      if (!read.ok) throw fieldProblem('target', read.message)
      if (kind === 'webhooks')
        throw fieldProblem('target', 'Add another webhook instead: its messages have another key.')
      const others = await contactsOf(tx, personId, row.method)
      if (others.some((other) => other.id !== id && other.target === read.target))
        throw fieldProblem('target', 'This contact is there already.')
      const isSame = read.target === row.target && read.secret === null
      await changeContact(tx, id, {
        target: read.target,
        region_code: read.regionCode,
        is_primary: isPrimary,
        sealed_target: read.secret === null ? null : sealTarget(secrets, id, read.secret),
        ...(isSame ? {} : { verified_at: null, broken_at: null, broken_reason: null }),
      })
    }
    await tell(tx, actor, 'changed', row, now)
    return contactView(await ownContact(tx, personId, kind, id))
  })
}

/** Removes a contact with the rules that name it. */
export async function deleteContact(
  { db }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  id: number,
  now: Date,
): Promise<void> {
  requireSelfOrManage(actor, personId)
  await db.transaction().execute(async (tx) => {
    const row = await ownContact(tx, personId, kind, id)
    await removeContact(tx, id, now)
    await tell(tx, actor, 'removed', row, now)
  })
}

/** Sends a code to the contact, by its first way or the one that is named. Also how a broken contact is mended. */
export async function sendCode(
  { db }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  id: number,
  method: string | null,
  now: Date,
): Promise<{ noticeId: string }> {
  requireSelfOrManage(actor, personId)
  return db.transaction().execute(async (tx) => {
    const row = await ownContact(tx, personId, kind, id)
    const before = await codeOf(tx, id)
    const seconds = secondsUntilCode(before && sentCode(before), now)
    if (seconds === null) throw new Problem('too-many-requests', 'Enough codes were sent to this contact today.')
    if (seconds > 0) {
      throw new Problem('too-many-requests', `A code was just sent. Another one can be sent in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      })
    }
    const noticeId = randomUUID()
    const isSameDay = before !== null && now.getTime() - before.sent_at.getTime() < 24 * 3_600_000
    await saveCode(tx, {
      contact_id: id,
      notice_id: noticeId,
      sent_at: now,
      sent_count: isSameDay ? before.sent_count + 1 : 1,
      expires_at: addMinutes(now, CODE_MINUTES),
      attempts: 0,
    })
    const notice = { id: noticeId, kind: 'CODE', personId, contactId: id, target: row.target, facts: {} }
    await insertNotice(tx, { ...notice, channel: wayOf(row, method) }, now)
    await wakeEngine(tx)
    return { noticeId }
  })
}

/** Takes the code that was sent: from now on the contact is used. */
export async function verifyContact(
  { db, secrets }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  id: number,
  code: string,
  now: Date,
): Promise<Contact> {
  requireSelfOrManage(actor, personId)
  const outcome = await db.transaction().execute(async (tx) => {
    const row = await ownContact(tx, personId, kind, id)
    const sent = await codeOf(tx, id)
    const refusal = codeRefusal(sent && sentCode(sent), now)
    if (refusal !== null || !sent) return { refusal: refusal ?? '' }
    if (code.replace(/\s/g, '') !== codeText(secrets, sent.notice_id)) {
      await countWrongCode(tx, id)
      return { refusal: 'This is not the code.' }
    }
    await changeContact(tx, id, { verified_at: now, broken_at: null, broken_reason: null })
    await tx.deleteFrom('contact_code').where('contact_id', '=', id).execute()
    await tell(tx, actor, 'verified', row, now)
    return { contact: contactView(await ownContact(tx, personId, kind, id)) }
  })
  // Thrown only now, so that the wrong code stays counted.
  if ('refusal' in outcome) throw fieldProblem('code', outcome.refusal)
  return outcome.contact
}

/** Sends a test to a verified contact. */
export async function sendTest(
  { db }: ContactContext,
  actor: Actor,
  personId: number,
  kind: ContactKind,
  id: number,
  method: string | null,
  now: Date,
): Promise<{ noticeId: string }> {
  requireSelfOrManage(actor, personId)
  return db.transaction().execute(async (tx) => {
    const row = await ownContact(tx, personId, kind, id)
    if (row.verified_at === null) throw new Problem('invalid-input', 'Verify the contact first.')
    const notice = { id: randomUUID(), kind: 'TEST', personId, contactId: id, target: row.target, facts: {} }
    await insertNotice(tx, { ...notice, channel: wayOf(row, method) }, now)
    await wakeEngine(tx)
    return { noticeId: notice.id }
  })
}

/** The code a notice carries: derived, so that it lies nowhere. */
export function codeText(secrets: Secrets, noticeId: string): string {
  const number = secrets.mac('contact-code', noticeId).readUInt32BE(0) % 10 ** CODE_DIGITS
  return String(number).padStart(CODE_DIGITS, '0')
}

/** Everybody changes their own; an admin may change anybody's. */
export function requireSelfOrManage(actor: Actor, personId: number): void {
  if (actor.kind === 'person' && actor.personId === personId) return
  requireRight(actor, 'manage')
}

/** The answer to an id that nobody has. */
export function noSuchPerson(): Problem {
  return new Problem('not-found', 'There is no such person.')
}

/** The answer to a contact that is not there. */
export function noSuchContact(): Problem {
  return new Problem('not-found', 'There is no such contact.')
}

function wayOf(row: ContactRow, method: string | null): string {
  const methods = methodsOf(row.method)
  if (method === null) return methods[0] ?? row.method
  const found = methods.find((one) => one === method)
  if (!found) throw fieldProblem('method', `This contact takes ${methods.join(' or ')}.`)
  return found
}

async function ownContact(tx: Tx, personId: number, kind: ContactKind, id: number): Promise<ContactRow> {
  const row = await lockContact(tx, personId, id)
  if (!row || row.method !== storedAs(kind)) throw noSuchContact()
  return row
}

function sentCode(row: ContactCodeRow): SentCode {
  return { sentAt: row.sent_at, sentCount: row.sent_count, expiresAt: row.expires_at, attempts: row.attempts }
}

async function tell(tx: Tx, actor: Actor, verb: string, row: ContactRow, now: Date): Promise<void> {
  const details = { personId: row.person_id, kind: row.method, target: row.target }
  await audit(tx, actor, { action: `contact.${verb}`, objectType: 'contact', objectId: row.id, details }, now)
  await tellLive(tx, { kind: 'status' })
}
