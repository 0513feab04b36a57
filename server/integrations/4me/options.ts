import { createPublicKey, type KeyObject } from 'node:crypto'
import * as z from 'zod'
import { usualWeights } from './impact.ts'
import { STATUS_EFFECTS, usualStatuses } from './status.ts'

/** Settings are small, whoever writes them. */
const LIST_MAX = 100
const NAME_LENGTH_MAX = 128
const KEY_LENGTH_MAX = 8_192
const AUDIENCE_LENGTH_MAX = 255
const STATUSES_MAX = 60
export const RECONCILE_MINUTES = 5
const RECONCILE_MINUTES_MAX = 1_440
const SLA_MINUTES_MAX = 10_080

const Word = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,59}$/, 'A status of 4me has small letters and underscores, e.g. waiting_for.')
const effects = `Choose ${STATUS_EFFECTS.join(', ')}.`
const Effect = z.preprocess(upper, z.enum(STATUS_EFFECTS, { error: effects }))
const StatusTable = z
  .record(Word, Effect)
  .refine((table) => Object.keys(table).length <= STATUSES_MAX, `At most ${STATUSES_MAX} statuses.`)

/** One name or several; compared without case. */
const Names = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().trim().min(1).max(NAME_LENGTH_MAX)).max(LIST_MAX, `At most ${LIST_MAX} values.`),
)
const Kinds = z.preprocess(
  (value) => [value].flat().map((one) => (typeof one === 'string' ? one.trim().toLowerCase().replace(/s$/, '') : one)),
  z.array(z.enum(['request', 'problem'], { error: 'Choose request, problem, or both.' })).max(2),
)

/** Which records may open an alert; what is left out lets all pass. */
export const Filters = z.strictObject({
  kind: Kinds.nullish(),
  category: Names.nullish(),
  impact: Names.nullish(),
  team: Names.nullish(),
  service: Names.nullish(),
  source: Names.nullish(),
})
export type Filters = z.infer<typeof Filters>

const Priority = z.preprocess(upper, z.enum(['HIGH', 'LOW'], { error: 'Choose HIGH or LOW.' }))
const Severity = z.number().int().min(1, 'A severity is from 1 to 5.').max(5, 'A severity is from 1 to 5.')
const Weight = z.union([
  Priority.transform((priority) => ({ priority })),
  z.strictObject({ priority: Priority.optional(), severity: Severity.optional() }),
])
const impacts = ['top', 'high', 'medium', 'low', 'none'] as const
const ImpactPriority = z.strictObject(
  Object.fromEntries(impacts.map((impact) => [impact, Weight.nullish()])) as Record<
    (typeof impacts)[number],
    z.ZodOptional<z.ZodNullable<typeof Weight>>
  >,
)

const Switch = z.boolean('Choose true or false.').nullish()
const COMPLETION_REASONS = [
  'solved',
  'workaround',
  'gone',
  'duplicate',
  'withdrawn',
  'no_reply',
  'rejected',
  'conflict',
  'declined',
  'unsolvable',
] as const

/** What is written into 4me. Nothing, unless it is switched on. */
export const WriteBack = z.strictObject({
  accept: Switch,
  resolve: Switch,
  comment: Switch,
  reroute: Switch,
  noteVisibility: z
    .preprocess(upper, z.enum(['INTERNAL', 'PUBLIC'], { error: 'Choose INTERNAL or PUBLIC.' }))
    .nullish(),
  acceptStatus: z.enum(['accepted', 'in_progress'], { error: 'Choose accepted or in_progress.' }).nullish(),
  completionReason: z.enum(COMPLETION_REASONS, { error: `Choose one of ${COMPLETION_REASONS.join(', ')}.` }).nullish(),
  dryRun: Switch,
  /** Escalation policy (its id) → team in 4me (its id). */
  teams: z
    .record(
      z.string().regex(/^[1-9]\d{0,9}$/, 'The id of an escalation policy.'),
      z.number('The id of a team in 4me.').int().positive(),
    )
    .refine((map) => Object.keys(map).length <= LIST_MAX, `At most ${LIST_MAX} teams.`)
    .nullish(),
})
export type WriteBack = z.infer<typeof WriteBack>

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const
const Algorithm = z.preprocess(
  upper,
  z.enum(ALGORITHMS, { error: `Choose ${ALGORITHMS.join(', ')}. A shared secret or no signature proves too little.` }),
)
const CURVES: Record<string, string> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

/** How deliveries must be signed; once set, unsigned ones are refused at the door. */
export const WebhookPolicy = z
  .strictObject({
    algorithm: Algorithm.nullish(),
    publicKey: z.string().trim().max(KEY_LENGTH_MAX, 'That is too long for a public key.').nullish(),
    audience: z.string().trim().max(AUDIENCE_LENGTH_MAX).nullish(),
    openIdConnectDiscovery: Switch,
    /** BOTH takes an issuer under 4me's old and new brand, EXACT only under the region that is set. */
    issuerSpelling: z.preprocess(upper, z.enum(['BOTH', 'EXACT'], { error: 'Choose BOTH or EXACT.' })).nullish(),
  })
  .superRefine((policy, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if (policy.openIdConnectDiscovery) {
      if (policy.publicKey) refuse('publicKey', 'With discovery the key is found at the account: leave this out.')
      return
    }
    if (!policy.algorithm) refuse('algorithm', `Needed: ${ALGORITHMS.join(', ')}.`)
    if (!policy.publicKey) return refuse('publicKey', 'Needed: the PEM that 4me showed when the policy was created.')
    const refusal = keyRefusal(policy.publicKey, policy.algorithm ?? null)
    if (refusal) refuse('publicKey', refusal)
  })
export type WebhookPolicy = z.infer<typeof WebhookPolicy>

/** When a target of the record comes near. */
export const SlaTrigger = z.strictObject({
  minutesBefore: z
    .number('How many minutes before the target is missed.')
    .int()
    .min(0)
    .max(SLA_MINUTES_MAX, `At most ${SLA_MINUTES_MAX} minutes.`),
  target: z
    .enum(['next_target_at', 'response_target_at'], { error: 'Choose next_target_at or response_target_at.' })
    .nullish(),
  action: z.preprocess(upper, z.enum(['RAISE', 'ESCALATE'], { error: 'Choose RAISE or ESCALATE.' })).nullish(),
})
export type SlaTrigger = z.infer<typeof SlaTrigger>

/** Edited on pages of their own: the form of the connection leaves them out. */
const own = { 'x-own-page': true }

/** How an alert behaves; all of it may be left out. */
export const options = {
  statusMap: z
    .strictObject({ request: StatusTable.nullish(), problem: StatusTable.nullish() })
    .nullish()
    .meta({ ...own, 'x-usual': usualStatuses() }),
  filters: Filters.nullish().meta(own),
  reopen: z
    .preprocess(upper, z.enum(['NEW_ALERT', 'REOPEN', 'IGNORE'], { error: 'Choose NEW_ALERT, REOPEN or IGNORE.' }))
    .nullish()
    .meta(own),
  impactPriority: ImpactPriority.nullish().meta({ ...own, 'x-usual': usualWeights() }),
  majorIncident: Names.nullish().meta(own),
  writeBack: WriteBack.nullish().meta(own),
  webhookPolicy: WebhookPolicy.nullish().meta(own),
  reconcileMinutes: z
    .number('A number of minutes.')
    .int('Whole minutes.')
    .min(1, 'At least 1 minute.')
    .max(RECONCILE_MINUTES_MAX, `At most ${RECONCILE_MINUTES_MAX} minutes.`)
    .nullish()
    .meta(own),
  slaTrigger: SlaTrigger.nullish().meta(own),
}

function upper(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().toUpperCase() : value
}

function keyRefusal(pem: string, algorithm: string | null): string | null {
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem))
    return 'Paste the whole PEM, from BEGIN PUBLIC KEY to END PUBLIC KEY.'
  const key = readKey(pem)
  if (!key) return 'The PEM cannot be read: was a line lost when it was copied?'
  if (algorithm === null) return null
  if (algorithm.startsWith('RS') && key.asymmetricKeyType !== 'rsa')
    return `This is no RSA key, which ${algorithm} needs.`
  if (algorithm.startsWith('RS') && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048)
    return 'The RSA key is shorter than 2048 bits.'
  const curve = CURVES[algorithm]
  if (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve)
    return `This is no key of the curve ${curve}, which ${algorithm} needs.`
  return null
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem)
  } catch {
    return null
  }
}
