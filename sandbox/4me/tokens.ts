import { createHash } from 'node:crypto'
import { bytesOf, textOf } from './chance.ts'
import { nextId, type Person, type Scope, type State, type Token } from './model.ts'

const TOKEN_LENGTH = 112
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const OAUTH_SECONDS = 3_600

/** Record types a token can be made for, with the boxes each has. */
export const RECORD_TYPES = [
  { type: 'problem', label: 'Problem', actions: 'CRU' },
  { type: 'request', label: 'Request', actions: 'CRU' },
  { type: 'webhook', label: 'Webhook', actions: 'CRUD' },
  { type: 'webhook_policy', label: 'Webhook Policy', actions: 'CRUD' },
  { type: 'person', label: 'Person', actions: 'R' },
  { type: 'team', label: 'Team', actions: 'R' },
  { type: 'service', label: 'Service', actions: 'R' },
  { type: 'me', label: 'Me', actions: 'R' },
] as const

export const ACTION_LABELS: Record<string, string> = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete' }

/** Makes a token and forgets it: only what is returned here ever shows it. */
export function createToken(
  state: State,
  person: Person,
  given: { name: string; scopes: Scope[]; kind?: Token['kind'] },
  now: Date,
): { token: Token; secret: string } {
  const secret = textOf(state, TOKEN_LENGTH, ALPHABET)
  const kind = given.kind ?? 'personal'
  const token: Token = {
    id: nextId(state, 'token'),
    name: given.name,
    kind,
    personId: person.id,
    hash: hashOf(secret),
    start: secret.slice(0, 6),
    scopes: given.scopes,
    createdAt: now.toISOString(),
    lastUsedAt: null,
    expiresAt: kind === 'oauth' ? new Date(now.getTime() + OAUTH_SECONDS * 1_000).toISOString() : null,
  }
  state.tokens.push(token)
  return { token, secret }
}

/** The token of an Authorization header, unless it is unknown or over. */
export function findToken(state: State, authorization: string | undefined, now: Date): Token | null {
  const secret = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  if (secret === undefined) return null
  const hash = hashOf(secret)
  const token = state.tokens.find((one) => one.hash === hash)
  if (!token || (token.expiresAt !== null && Date.parse(token.expiresAt) <= now.getTime())) return null
  return token
}

/** True when a scope allows the action and none denies it. */
export function mayDo(token: Token, account: string, type: string, action: string): boolean {
  const fits = (scope: Scope) =>
    (scope.accounts.length === 0 || scope.accounts.includes(account)) && (scope.actions[type] ?? '').includes(action)
  const matching = token.scopes.filter(fits)
  return matching.length > 0 && matching.every((scope) => scope.effect === 'allow')
}

/** What a token may do in an account, as strings like request:CRU. */
export function scopeStrings(token: Token, account: string): string[] {
  return RECORD_TYPES.flatMap(({ type, actions }) => {
    const allowed = [...actions].filter((action) => mayDo(token, account, type, action)).join('')
    return allowed === '' ? [] : [`${type}:${allowed}`]
  })
}

/** Reads scope strings such as request:R, problem:CRU or request:*; unknown ones are left out. */
export function parseScopes(texts: readonly string[]): Record<string, string> {
  const actions: Record<string, string> = {}
  for (const text of texts) {
    const [type = '', letters = ''] = text.trim().split(':')
    const known = RECORD_TYPES.find((one) => one.type === type)
    if (!known) continue
    const wanted = letters === '*' ? known.actions : letters.toUpperCase()
    const allowed = [...known.actions].filter((action) => wanted.includes(action)).join('')
    if (allowed !== '') actions[type] = allowed
  }
  return actions
}

/** Makes an OAuth application for the client credentials grant; its secret is only returned here. */
export function createApplication(
  state: State,
  person: Person,
  name: string,
  scopes: Scope[],
): { clientId: string; clientSecret: string } {
  const clientId = bytesOf(state, 24).toString('base64url')
  const clientSecret = bytesOf(state, 48).toString('base64url')
  state.applications.push({
    id: nextId(state, 'application'),
    name,
    clientId,
    secretHash: hashOf(clientSecret),
    personId: person.id,
    scopes,
  })
  return { clientId, clientSecret }
}

/** Exchanges client credentials for a token of one hour. */
export function grantToken(state: State, clientId: string, clientSecret: string, now: Date): string | null {
  const application = state.applications.find((one) => one.clientId === clientId)
  const person = state.people.find((one) => one.id === application?.personId)
  if (!application || !person || application.secretHash !== hashOf(clientSecret)) return null
  state.tokens = state.tokens.filter((one) => one.expiresAt === null || Date.parse(one.expiresAt) > now.getTime())
  return createToken(state, person, { name: application.name, scopes: application.scopes, kind: 'oauth' }, now).secret
}

/** Seconds an OAuth token lives. */
export const oauthSeconds = OAUTH_SECONDS

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
