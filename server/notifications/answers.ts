import { timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../runtime/secrets.ts'

export type AnswerVerb = 'accept' | 'resolve'

/** Addresses in messages. An answer link names one notification, so an answer is its person's. */
export interface AnswerLinks {
  alertUrl(alertId: number): string
  answerUrl(notificationId: string, verb: AnswerVerb): string
}

/** Builds links from the configured public URL, never from a request's Host. */
export function answerLinks(publicUrl: string, secrets: Secrets): AnswerLinks {
  const origin = publicUrl.replace(/\/+$/, '')
  return {
    alertUrl: (alertId) => `${origin}/alerts/${alertId}`,
    answerUrl: (id, verb) => `${origin}/answer/${answerToken(id, secrets)}?do=${verb}`,
  }
}

/** The token of one notification: the same on every attempt, so nothing secret is stored. */
export function answerToken(notificationId: string, secrets: Secrets): string {
  return `${notificationId}.${secrets.mac('answer', notificationId).toString('base64url')}`
}

/** The notification a token names, or null when it is not ours. */
export function readAnswerToken(token: string, secrets: Secrets): string | null {
  const [id, mac] = token.split('.')
  if (!id || !mac || !/^[0-9a-f-]{36}$/.test(id)) return null
  // Compared as written: several spellings of base64 stand for the same bytes, and only one is ours.
  const expected = Buffer.from(secrets.mac('answer', id).toString('base64url'))
  const given = Buffer.from(mac)
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null
}
