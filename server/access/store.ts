import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import { Role } from '../directory/schema.ts'
import { addHours, addMinutes } from '../runtime/time.ts'
import type { Actor } from './actor.ts'

/** A session that nobody uses ends after this long. */
const SESSION_HOURS = 30 * 24
const SEEN_EVERY_MINUTES = 10
const TOKEN_BYTES = 32

/** What is stored of a session's token. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Opens a session; the token is told once, to the browser. */
export async function insertSession(
  tx: Tx,
  personId: number,
  now: Date,
): Promise<{ token: string; csrfToken: string }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const csrfToken = randomBytes(TOKEN_BYTES).toString('base64url')
  await tx
    .insertInto('session')
    .values({
      token_hash: hashToken(token),
      person_id: personId,
      csrf_token: csrfToken,
      created_at: now,
      last_seen_at: now,
      expires_at: addHours(now, SESSION_HOURS),
    })
    .execute()
  return { token, csrfToken }
}

/** Whose session this token is; null when it ended, or its person was removed. A session in use lives on. */
export async function actorOfToken(
  db: Database,
  token: string,
  now: Date,
): Promise<(Actor & { kind: 'person' }) | null> {
  const hash = hashToken(token)
  const row = await db
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.person_id')
    .select([
      'session.csrf_token',
      'session.last_seen_at',
      'person.id',
      'person.first_name',
      'person.last_name',
      'person.role',
    ])
    .where('session.token_hash', '=', hash)
    .where('session.expires_at', '>', now)
    .where('person.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  if (row.last_seen_at <= addMinutes(now, -SEEN_EVERY_MINUTES)) await touch(db, hash, now)
  return {
    kind: 'person',
    personId: row.id,
    name: `${row.first_name} ${row.last_name}`.trim(),
    role: Role.parse(row.role),
    sessionHash: hash,
    csrfToken: row.csrf_token,
  }
}

async function touch(db: Database, hash: Buffer, now: Date): Promise<void> {
  await db
    .updateTable('session')
    .set({ last_seen_at: now, expires_at: addHours(now, SESSION_HOURS) })
    .where('token_hash', '=', hash)
    .execute()
}

/** Ends one session. */
export async function deleteSession(db: Database | Tx, hash: Buffer): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', hash).execute()
}

/** Removes sessions that ended; returns how many. */
export async function deleteEndedSessions(db: Database, now: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from session where token_hash in (select token_hash from session where expires_at <= ${now} limit ${limit})
  `.execute(db)
  return Number(result.numAffectedRows ?? 0)
}

/** True once somebody owns this installation. */
export async function hasOwner(db: Database | Tx): Promise<boolean> {
  const row = await db
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'OWNER')
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
