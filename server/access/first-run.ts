import { timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../runtime/secrets.ts'

/** The token of the one-time link: the same at every start and on every node until somebody owns the installation. */
export function firstRunToken(secrets: Secrets): string {
  return secrets.mac('first-run', 'owner').toString('base64url')
}

/** True for the token that was printed at the start. */
export function isFirstRunToken(token: string, secrets: Secrets): boolean {
  const expected = secrets.mac('first-run', 'owner')
  const given = Buffer.from(token, 'base64url')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** The link whose holder becomes the owner. The token is in the fragment: it never reaches a server's log. */
export function firstRunLink(publicUrl: string, secrets: Secrets): string {
  return `${publicUrl}/welcome#${firstRunToken(secrets)}`
}
