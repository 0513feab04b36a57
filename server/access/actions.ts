import { sql } from 'kysely'
import { audit } from '../audit/store.ts'
import type { Database } from '../database/connection.ts'
import { createPerson, personByEmail } from '../directory/store.ts'
import { putOnDefaultPolicy } from '../escalation/policies/actions.ts'
import { Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { isFirstRunToken } from './first-run.ts'
import { hashPassword, verifyPassword } from './password.ts'
import type { WelcomeInput } from './schema.ts'
import { hasOwner, insertSession } from './store.ts'

export interface OpenedSession {
  personId: number
  token: string
  csrfToken: string
}

/** Opens a session for whoever knows the password; wrong e-mail and wrong password are told alike, and take as long. */
export async function signIn(
  db: Database,
  input: { email: string; password: string },
  now: Date,
): Promise<OpenedSession> {
  const person = await personByEmail(db, input.email)
  const isRight = await verifyPassword(person?.password_hash ?? null, input.password)
  if (!person || !isRight) throw new Problem('wrong-credentials', 'E-mail or password is wrong.')
  return db.transaction().execute(async (tx) => {
    const session = await insertSession(tx, person.id, now)
    const actor = {
      kind: 'person' as const,
      personId: person.id,
      name: `${person.first_name} ${person.last_name}`.trim(),
      role: 'USER' as const,
      sessionHash: Buffer.alloc(0),
      csrfToken: '',
    }
    await audit(tx, actor, { action: 'session.opened', objectType: 'person', objectId: person.id }, now)
    return { personId: person.id, ...session }
  })
}

const OWNER_LOCK = 7_002

/** Makes the holder of the one-time link the owner, on call in the Default policy. */
export async function welcomeOwner(
  db: Database,
  secrets: Secrets,
  input: WelcomeInput,
  now: Date,
): Promise<OpenedSession> {
  if (!isFirstRunToken(input.token, secrets)) {
    throw new Problem('not-allowed', 'This is not the one-time link that was printed where Tocsin was started.')
  }
  const passwordHash = await hashPassword(input.password)
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${OWNER_LOCK})`.execute(tx)
    if (await hasOwner(tx)) throw new Problem('already-done', 'This installation already has its owner: sign in.')
    const personId = await createPerson(
      tx,
      {
        firstName: input.firstName,
        lastName: input.lastName,
        email: input.email,
        role: 'OWNER',
        timezone: input.timezone ?? 'UTC',
        language: 'en',
        passwordHash,
      },
      now,
    )
    await putOnDefaultPolicy(tx, personId, now)
    await audit(
      tx,
      { kind: 'automation' },
      { action: 'installation.owner-created', objectType: 'person', objectId: personId },
      now,
    )
    return { personId, ...(await insertSession(tx, personId, now)) }
  })
}
