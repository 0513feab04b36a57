import { timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../../runtime/secrets.ts'

/** What an invitation's link carries. It names the person and when they were invited, so only the last one works. */
export function invitationToken(personId: number, invitedAt: Date, secrets: Secrets): string {
  const facts = `${personId}.${invitedAt.getTime()}`
  return `${facts}.${secrets.mac('invitation', facts).toString('base64url')}`
}

/** Whose invitation this is and from when, or null when it is not ours. */
export function readInvitationToken(token: string, secrets: Secrets): { personId: number; invitedAt: Date } | null {
  const [, id, at] = /^(\d{1,10})\.(\d{1,15})\.[A-Za-z0-9_-]+$/.exec(token) ?? []
  if (id === undefined || at === undefined) return null
  const facts = { personId: Number(id), invitedAt: new Date(Number(at)) }
  const expected = Buffer.from(invitationToken(facts.personId, facts.invitedAt, secrets))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) ? facts : null
}
