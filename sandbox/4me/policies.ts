import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import * as z from 'zod'
import { bytesOf } from './chance.ts'
import { nextId, type State, type Webhook, type WebhookPolicy } from './model.ts'
import type { Mistake } from './ticket-input.ts'

/** What a policy may sign with (facts/4me.md 1.4). */
export const ALGORITHMS = [
  'none',
  'hs256',
  'hs384',
  'hs512',
  'rs256',
  'rs384',
  'rs512',
  'es256',
  'es384',
  'es512',
] as const

const CURVES: Record<string, string> = { es256: 'P-256', es384: 'P-384', es512: 'P-521' }
const RSA_BITS = 2_048
const EXPIRES_IN_MAX = 60

/** Fields as REST spells them; the algorithm is for good. */
export const PolicyInput = z.object({
  jwt_alg: z.string().optional(),
  jwt_audience: z.string().max(128).nullable().optional(),
  jwt_claim_expires_in: z.number().int().min(1).max(EXPIRES_IN_MAX).nullable().optional(),
})
export type PolicyInput = z.infer<typeof PolicyInput>

export type SavedPolicy =
  | { ok: true; policy: WebhookPolicy; shownOnce: string | null }
  | { ok: false; errors: Mistake[] }

/** Makes a policy with a fresh key; only what is returned here ever shows the key's public half, or a shared secret. */
export function createPolicy(state: State, input: PolicyInput, now: Date): SavedPolicy {
  const algorithm = (input.jwt_alg ?? '').toLowerCase()
  if (algorithm === '') return { ok: false, errors: [['jwt_alg', "Algorithm can't be blank"]] }
  if (!(ALGORITHMS as readonly string[]).includes(algorithm)) {
    return { ok: false, errors: [['jwt_alg', 'Algorithm is not included in the list']] }
  }
  const key = keyFor(state, algorithm)
  const at = now.toISOString()
  const policy: WebhookPolicy = {
    id: nextId(state, 'policy'),
    name: bytesOf(state, 28).toString('hex'),
    algorithm,
    audience: input.jwt_audience || null,
    expiresInMinutes: input.jwt_claim_expires_in ?? null,
    key,
    kid: bytesOf(state, 16).toString('hex'),
    createdAt: at,
    updatedAt: at,
  }
  state.policies.push(policy)
  return { ok: true, policy, shownOnce: isAsymmetric(algorithm) ? publicPem(policy) : key }
}

/** Changes what may change of a policy. */
export function changePolicy(policy: WebhookPolicy, input: PolicyInput, now: Date): Mistake[] {
  if (input.jwt_alg !== undefined && input.jwt_alg.toLowerCase() !== policy.algorithm) {
    return [['jwt_alg', 'Algorithm cannot be changed']]
  }
  if (input.jwt_audience !== undefined) policy.audience = input.jwt_audience || null
  if (input.jwt_claim_expires_in !== undefined) policy.expiresInMinutes = input.jwt_claim_expires_in
  policy.updatedAt = now.toISOString()
  return []
}

/** True for algorithms with a public key. */
export function isAsymmetric(algorithm: string): boolean {
  return /^(rs|es)/.test(algorithm)
}

/** The body as it goes out: as it is, or signed afresh by the webhook's policy for this very attempt. */
export function sealedBody(state: State, webhook: Webhook, body: string, origin: string, now: Date): string {
  const policy = state.policies.find((one) => one.id === webhook.policyId)
  if (!policy) return body
  const { tokenAgeSeconds, issuer } = state.faults.webhooks
  const seconds = Math.floor(now.getTime() / 1_000) - tokenAgeSeconds
  const account = issuer === 'usual' ? origin : issuer === 'renamed' ? renamed(origin) : 'https://other.example'
  const claims = {
    data: JSON.parse(body) as unknown,
    iss: webhook.openIdConnectDiscovery ? `${account}/webhook_policies/${policy.name}` : account,
    sub: String(webhook.id),
    jti: bytesOf(state, 32).toString('hex'),
    iat: seconds,
    nbf: seconds,
    ...(policy.audience === null ? {} : { aud: policy.audience }),
    ...(policy.expiresInMinutes === null ? {} : { exp: seconds + policy.expiresInMinutes * 60 }),
  }
  const kid = webhook.openIdConnectDiscovery ? { kid: policy.kid } : {}
  const algorithm = policy.algorithm === 'none' ? 'none' : policy.algorithm.toUpperCase()
  const head = `${encode({ typ: 'JWT', alg: algorithm, ...kid })}.${encode(claims)}`
  return JSON.stringify({ jwt: `${head}.${signature(policy, head)}` })
}

/** What `<iss>/.well-known/openid-configuration` says. */
export function discoveryOf(policy: WebhookPolicy, origin: string): Record<string, unknown> {
  const issuer = `${origin}/webhook_policies/${policy.name}`
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    id_token_signing_alg_values_supported: [policy.algorithm.toUpperCase()],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
  }
}

/** The policy's public key as a set of one. */
export function jwksOf(policy: WebhookPolicy): Record<string, unknown> {
  const jwk = createPublicKey(policy.key).export({ format: 'jwk' })
  return { keys: [{ ...jwk, kid: policy.kid, use: 'sig', alg: policy.algorithm.toUpperCase() }] }
}

/** The public half of a policy's key. */
function publicPem(policy: WebhookPolicy): string {
  return createPublicKey(policy.key).export({ type: 'spki', format: 'pem' }).toString()
}

function keyFor(state: State, algorithm: string): string {
  const pem = { type: 'pkcs8', format: 'pem' } as const
  if (algorithm.startsWith('rs')) {
    return generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey.export(pem).toString()
  }
  const curve = CURVES[algorithm]
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export(pem).toString()
  return algorithm === 'none' ? '' : bytesOf(state, 48).toString('base64url')
}

function signature({ algorithm, key }: WebhookPolicy, head: string): string {
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm === 'none') return ''
  if (algorithm.startsWith('hs')) return createHmac(hash, key).update(head).digest('base64url')
  const how = algorithm.startsWith('es') ? { key, dsaEncoding: 'ieee-p1363' as const } : { key }
  return sign(hash, Buffer.from(head), how).toString('base64url')
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** The same address under the other brand. */
function renamed(origin: string): string {
  return origin.includes('xurrent') ? origin.replace('xurrent', '4me') : origin.replace('4me', 'xurrent')
}
