import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { compactVerify, errors as joseErrors } from 'jose'
import { readJson } from '../../runtime/json.ts'
import { type Outbound, OutboundError } from '../../runtime/outbound.ts'
import { elapsedMs } from '../../runtime/timers.ts'
import type { Admission } from '../contract.ts'
import { WebhookPolicy } from './options.ts'
import { accountHosts, CUSTOM, type Place } from './regions.ts'

/** The vendor's own limits (facts/4me.md 1.4). */
const TOKEN_LENGTH_MAX = 8 * 1024
const DRIFT_SECONDS = 60
/** 4me's *Claim expires in* is an hour at most; what lives longer was not made by it. */
const LIFETIME_SECONDS_MAX = 3_600
const DOCUMENT_BYTES_MAX = 64 * 1024
const DOCUMENT_TIMEOUT_MS = 2_000
const FRESH_MS = 3_600_000
/** A key that is not known is looked for again, but not for every stranger's token. */
const REFETCH_MS = 60_000
const KEYS_CACHED_MAX = 200
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/** What the door needs of a source's settings. */
export interface Signing {
  policy: WebhookPolicy
  accountName: string
  place: Place
}

/** How a source's deliveries must be signed; null when they need not be. */
export function signingOf(settings: Record<string, unknown>): Signing | null {
  const policy = WebhookPolicy.nullish().catch(null).parse(settings.webhookPolicy)
  if (!policy) return null
  const text = (name: string) => (typeof settings[name] === 'string' ? settings[name] : '')
  return {
    policy,
    accountName: text('accountName'),
    place: { region: text('region'), apiUrl: text('apiUrl'), accountUrl: text('accountUrl') },
  }
}

/** What stands in a body; the content of a signed one only when the door has checked it. */
export function openSigned(
  body: unknown,
  admission: string | undefined,
): { ok: true; value: unknown; onceKey: string | null } | { ok: false; reason: string } {
  const token = tokenIn(body)
  if (token === null) return { ok: true, value: body, onceKey: null }
  if (admission === undefined)
    return { ok: false, reason: 'It is a signed delivery, but no webhook policy is set here.' }
  const claims = claimsOf(token)
  if (!claims) return { ok: false, reason: 'The signed delivery cannot be read.' }
  return {
    ok: true,
    value: claims.data,
    onceKey: typeof claims.jti === 'string' ? `jwt:${claims.jti.slice(0, 200)}` : null,
  }
}

/** Checks a delivery against the source's policy: algorithm and key pinned, issuer, audience, times. Nothing is fetched for a stranger's issuer. */
export async function admit(body: string, signing: Signing, outbound: Outbound, now: Date): Promise<Admission> {
  const read = readJson(body, 'exact')
  const token = read.ok ? tokenIn(read.value) : null
  if (token === null) return refused('unsigned', 'It is not signed, and the webhook policy of this source asks for it.')
  if (token.length > TOKEN_LENGTH_MAX) return refused('token-too-long', 'The token is longer than 8 KiB.')
  const header = partOf(token, 0)
  const claims = claimsOf(token)
  if (!header || !claims) return refused('not-a-token', 'The token cannot be read.')
  const algorithm = String(header.alg)
  const { policy } = signing
  if (policy.algorithm ? algorithm !== policy.algorithm : !ALGORITHMS.includes(algorithm)) {
    return refused('algorithm', `It is signed with another algorithm than ${policy.algorithm ?? 'RS or ES'}.`)
  }
  if (header.typ !== undefined && !/^jwt$/i.test(String(header.typ))) return refused('not-a-token', 'It is no JWT.')
  if (header.crit !== undefined || header.b64 !== undefined)
    return refused('extension', 'It asks for an extension that is not known here.')
  const about = claimsRefusal(claims, signing, now)
  if (about) return about
  const key = await keyFor(signing, String(claims.iss), header, algorithm, outbound)
  if (key.kind !== 'key') return key
  try {
    await compactVerify(token, key.key, { algorithms: [algorithm] })
  } catch (cause) {
    if (cause instanceof joseErrors.JOSEError || cause instanceof TypeError)
      return refused('signature', 'The signature does not fit the key of the policy.')
    throw cause
  }
  return { kind: 'admitted', mark: algorithm }
}

/** Everything about the claims that needs no key; times are the door's own clock. */
function claimsRefusal(claims: Record<string, unknown>, signing: Signing, now: Date): Admission | null {
  const seconds = now.getTime() / 1_000
  const { iat, nbf, exp, iss, aud, sub, data } = claims
  const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
  if (typeof iss !== 'string' || !isIssuer(iss, signing)) {
    return refused('issuer', 'It was issued by somebody else than the account of this source.')
  }
  if (!isTime(iat) || (nbf !== undefined && !isTime(nbf)) || (exp !== undefined && !isTime(exp))) {
    return refused('times', 'It does not say when it was issued, or says it in a form that is none.')
  }
  if (iat > seconds + DRIFT_SECONDS || (nbf ?? iat) > seconds + DRIFT_SECONDS) {
    return refused('from-the-future', 'It is from the future: one of the two clocks is wrong.')
  }
  // The vendor's own receiver looks at the issue time too, whether or not there is an end.
  if (iat < seconds - DRIFT_SECONDS || (exp ?? seconds) < seconds - DRIFT_SECONDS) {
    return refused('expired', 'It has expired. A delivery that 4me tries again may carry an old token.')
  }
  if (exp !== undefined && exp - iat > LIFETIME_SECONDS_MAX + DRIFT_SECONDS) {
    return refused('lives-too-long', 'It lives longer than a policy of 4me allows.')
  }
  const { audience } = signing.policy
  if (audience && !(aud === audience || (Array.isArray(aud) && aud.includes(audience)))) {
    return refused('audience', 'It is meant for another audience.')
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return refused('no-data', 'It has no data that could be a delivery.')
  }
  const webhookId = (data as { webhook_id?: unknown }).webhook_id
  if (sub !== undefined && webhookId !== undefined && String(sub) !== String(webhookId)) {
    return refused('subject', 'It speaks for another webhook than its data.')
  }
  return null
}

/** The one issuer there may be, to the letter; under both brands unless the policy says otherwise. */
function isIssuer(iss: string, { policy, accountName, place }: Signing): boolean {
  const accounts = originsOf(accountName, place, policy.issuerSpelling !== 'EXACT')
  if (!policy.openIdConnectDiscovery) return accounts.includes(iss)
  const match = /^(https?:\/\/[^/\s]+)\/webhook_policies\/[A-Za-z0-9_-]{1,128}$/.exec(iss)
  return match?.[1] !== undefined && accounts.includes(match[1])
}

function originsOf(accountName: string, place: Place, bothBrands: boolean): string[] {
  if (place.region === CUSTOM) return place.accountUrl ? [place.accountUrl] : []
  const hosts = accountHosts(accountName, place.region)
  return (bothBrands ? hosts : hosts.slice(0, 1)).map((host) => `https://${host}`)
}

type FoundKey = { kind: 'key'; key: KeyObject } | (Admission & { kind: 'refused' | 'unknown' })

async function keyFor(
  { policy }: Signing,
  issuer: string,
  header: Record<string, unknown>,
  algorithm: string,
  outbound: Outbound,
): Promise<FoundKey> {
  if (!policy.openIdConnectDiscovery) return { kind: 'key', key: createPublicKey(policy.publicKey ?? '') }
  if (typeof header.kid !== 'string') return refused('key', 'It does not say with which key it is signed.')
  try {
    const jwk = await discovered(issuer, header.kid, outbound)
    if (!jwk) return refused('key', 'The account does not know the key it is signed with.')
    if (!fits(jwk, algorithm)) return refused('algorithm', 'The algorithm is not the one of the key.')
    return { kind: 'key', key: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }) }
  } catch (cause) {
    if (cause instanceof OutboundError)
      return { kind: 'unknown', reason: `The key cannot be asked for: ${cause.message}` }
    if (cause instanceof DiscoveryError) return { kind: 'unknown', reason: cause.message }
    return refused('key', 'The key of the policy cannot be used.')
  }
}

type Jwk = Record<string, unknown> & { kid?: unknown; alg?: unknown; kty?: unknown; crv?: unknown }
const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

function fits(jwk: Jwk, algorithm: string): boolean {
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return false
  if (algorithm.startsWith('RS')) return jwk.kty === 'RSA'
  return jwk.kty === 'EC' && jwk.crv === CURVES[algorithm]
}

class DiscoveryError extends Error {}

const documents = new WeakMap<Outbound, Map<string, { at: number; keys: Promise<Jwk[]> }>>()

/** The key of this name, from the issuer's own documents; remembered for an hour. */
async function discovered(issuer: string, kid: string, outbound: Outbound): Promise<Jwk | null> {
  const known = documents.get(outbound) ?? new Map<string, { at: number; keys: Promise<Jwk[]> }>()
  documents.set(outbound, known)
  const nowMs = elapsedMs()
  const entry = known.get(issuer)
  const age = entry ? nowMs - entry.at : Number.POSITIVE_INFINITY
  const find = async (keys: Promise<Jwk[]>) => (await keys).find((jwk) => jwk.kid === kid) ?? null
  if (entry && age < FRESH_MS) {
    const jwk = await find(entry.keys)
    if (jwk || age < REFETCH_MS) return jwk
  }
  const keys = readKeys(issuer, outbound)
  known.delete(issuer)
  known.set(issuer, { at: nowMs, keys })
  keys.catch(() => known.delete(issuer))
  const oldest = known.keys().next()
  if (known.size > KEYS_CACHED_MAX && !oldest.done) known.delete(oldest.value)
  return find(keys)
}

async function readKeys(issuer: string, outbound: Outbound): Promise<Jwk[]> {
  const configuration = await readDocument(`${issuer}/.well-known/openid-configuration`, outbound)
  if (configuration.issuer !== issuer) throw new DiscoveryError('The discovery document names another issuer.')
  const uri = configuration.jwks_uri
  // The keys lie where the issuer lies, or they are somebody else's.
  if (
    typeof uri !== 'string' ||
    !URL.canParse(uri) ||
    new URL(uri).origin !== new URL(issuer).origin ||
    uri.includes('@')
  )
    throw new DiscoveryError('The discovery document leads to another host for its keys.')
  const { keys } = await readDocument(uri, outbound)
  return Array.isArray(keys) ? keys.filter((jwk): jwk is Jwk => typeof jwk === 'object' && jwk !== null) : []
}

async function readDocument(url: string, outbound: Outbound): Promise<Record<string, unknown>> {
  const answer = await outbound({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: DOCUMENT_TIMEOUT_MS,
    bytesMax: DOCUMENT_BYTES_MAX,
  })
  const read = readJson(answer.body, 'exact')
  const value = answer.status === 200 && read.ok ? read.value : null
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DiscoveryError(`The account does not answer with its discovery documents (${answer.status}).`)
  return value as Record<string, unknown>
}

function tokenIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const { jwt } = body as { jwt?: unknown }
  return typeof jwt === 'string' ? jwt : null
}

function claimsOf(token: string): Record<string, unknown> | null {
  return token.split('.').length === 3 ? partOf(token, 1) : null
}

function partOf(token: string, index: number): Record<string, unknown> | null {
  const part = token.split('.')[index] ?? ''
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return null
  const read = readJson(Buffer.from(part, 'base64url').toString('utf8'), 'exact')
  const value = read.ok ? read.value : null
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

function refused(rule: string, reason: string): Admission & { kind: 'refused' } {
  return { kind: 'refused', rule, reason }
}
