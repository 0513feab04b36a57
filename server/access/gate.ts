import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { RouteContext } from '../http/route.ts'
import { Problem } from '../runtime/problem.ts'
import type { Actor } from './actor.ts'
import { actorOfToken } from './store.ts'

/** The cookie's name: with https the browser itself keeps it from other hosts and from plain http. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-tocsin' : 'tocsin'
}

/** Throws `cross-site` when a browser says that another site made it send this. */
export function requireSameSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return
    throw new Problem('cross-site', 'This request was started by another site.')
  }
  const { origin } = request.headers
  if (origin === undefined) return
  const isOurs = URL.canParse(origin) && new URL(origin).host === request.headers.host
  if (!isOurs) throw new Problem('cross-site', 'This request was started by another site.')
}

/** Finds out who asks; throws unless it is a person with a session or the automation with its key. */
export async function authenticate(request: FastifyRequest, context: RouteContext): Promise<Actor> {
  const { authorization } = request.headers
  if (authorization !== undefined) return actorOfKey(authorization, context.settings.adminApiKey)

  const token = request.cookies[cookieName(context.settings.publicUrl)]
  const actor = token ? await actorOfToken(context.db, token, await context.clock.now()) : null
  if (!actor) throw new Problem('not-signed-in', 'Sign in, or send an API key as Authorization: Bearer.')
  if (!isSafe(request.method)) {
    requireSameSite(request)
    const given = request.headers['x-csrf-token']
    if (typeof given !== 'string' || !equalTexts(given, actor.csrfToken)) {
      throw new Problem('cross-site', 'The header X-CSRF-Token is missing or belongs to another session.')
    }
  }
  return actor
}

function actorOfKey(authorization: string, adminApiKey: string | null): Actor {
  const [, key] = /^Bearer\s+(\S.*)$/i.exec(authorization.trim()) ?? []
  if (key === undefined) throw new Problem('not-signed-in', 'Only Authorization: Bearer with an API key is understood.')
  if (adminApiKey === null || !equalTexts(key.trim(), adminApiKey)) {
    throw new Problem('unknown-api-key', 'The API key is unknown or was revoked.')
  }
  return { kind: 'automation' }
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Compares without telling by its time how much is right. */
function equalTexts(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(hash(one), hash(other))
}
