import { timingSafeEqual } from 'node:crypto'
import { invitationToken } from '../access/invitations/token.ts'
import type { Secrets } from '../runtime/secrets.ts'

export type AnswerVerb = 'accept' | 'resolve' | 'escalate'

/** Addresses in messages. An answer link names one notification, so an answer is its person's. */
export interface AnswerLinks {
  alertUrl(alertId: number): string
  answerUrl(notificationId: string, verb: AnswerVerb): string
  /** The page of everything that is open. */
  alertsUrl(): string
  /** The page at which somebody who was invited chooses a password. */
  invitationUrl(personId: number, invitedAt: Date): string
  /** The page of one's own shifts. */
  shiftsUrl(): string
  /** Names a message in few characters, for providers that leave little room. */
  token(messageId: string): string
  /** Where a provider reports on one message. */
  callbackUrl(messageId: string): string
  /** Where a provider sends what nobody asked for. */
  inboundUrl(method: string): string
}

/** Builds links from the configured public URL, never from a request's Host. */
export function answerLinks(publicUrl: string, secrets: Secrets): AnswerLinks {
  const origin = publicUrl.replace(/\/+$/, '')
  return {
    alertUrl: (alertId) => `${origin}/alerts/${alertId}`,
    answerUrl: (id, verb) => `${origin}/answer/${answerToken(id, secrets)}?do=${verb}`,
    alertsUrl: () => `${origin}/alerts`,
    // In the fragment: it never reaches a server's log.
    invitationUrl: (id, at) => `${origin}/invitation#${invitationToken(id, at, secrets)}`,
    shiftsUrl: () => `${origin}/my-on-call`,
    token: (id) => shortToken(id, secrets),
    callbackUrl: (id) => `${origin}/callbacks/message/${shortToken(id, secrets)}`,
    inboundUrl: (method) => `${origin}/callbacks/${method.toLowerCase()}/${inboundSecret(method, secrets)}`,
  }
}

const ID_BYTES = 16
const SHORT_MAC_BYTES = 16

/** A message's id with a short keyed hash, in 43 characters. */
export function shortToken(messageId: string, secrets: Secrets): string {
  const id = Buffer.from(messageId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, secrets.mac('message', messageId).subarray(0, SHORT_MAC_BYTES)]).toString('base64url')
}

/** The message a short token names, or null when it is not ours. */
export function readShortToken(token: string, secrets: Secrets): string | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  const hex = Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const expected = Buffer.from(shortToken(id, secrets))
  return timingSafeEqual(Buffer.from(token), expected) ? id : null
}

/** What stands in the address a provider sends to, so that nobody else can. */
export function inboundSecret(method: string, secrets: Secrets): string {
  return secrets.mac('inbound', method).toString('base64url')
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
