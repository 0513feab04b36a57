import * as z from 'zod'
import { TIME_SCALE_MAX, TIME_SCALE_MIN } from '../settings.ts'

const SLOW_MS_MAX = 120_000
const TOKEN_AGE_MAX = 100 * 86_400

/** What goes wrong on purpose. A change names only what it changes. */
export const Faults = z.object({
  rest: z.object({
    slowMs: z.number().int().min(0).max(SLOW_MS_MAX),
    answer: z.enum(['normal', '429', '429-silent', '502-html', '500', '401', '403', '422', 'truncated']),
    /** Which calls it strikes. */
    only: z.enum(['all', 'reads', 'writes']),
    /** For how many calls; null until it is set back to normal. */
    remaining: z.number().int().min(1).max(100_000).nullable(),
  }),
  webhooks: z.object({
    slowMs: z.number().int().min(0).max(SLOW_MS_MAX),
    duplicate: z.enum(['off', 'same-uuid', 'new-uuid']),
    reordered: z.boolean(),
    withheld: z.boolean(),
    /** Which of them are withheld: everything, or one kind of event. */
    withheldEvents: z.enum(['all', 'create', 'update']),
    /** Of a hundred of those, how many. */
    withheldPercent: z.number().int().min(1).max(100),
    headers: z.enum(['4me', 'xurrent', 'both']),
    /** The form of the documentation's own example: without nodeIDs and account objects. */
    lenient: z.boolean(),
    autoDisable: z.boolean(),
    /** Whether a server that fails too often is spared, with all webhooks that point at it. */
    throttle: z.boolean(),
    /** How old a signed token claims to be. */
    tokenAgeSeconds: z.number().int().min(-TOKEN_AGE_MAX).max(TOKEN_AGE_MAX),
    /** Who a signed token says it is from. */
    issuer: z.enum(['usual', 'renamed', 'foreign']),
    /** What a verification with a wrong or old code is answered with: nobody knows what 4me says. */
    wrongCode: z.enum(['404', '422']),
  }),
  /** Null takes what SANDBOX_TIME_SCALE says. */
  timeScale: z.number().min(TIME_SCALE_MIN).max(TIME_SCALE_MAX).nullable(),
})
export type Faults = z.infer<typeof Faults>

export const FaultsChange = z.object({
  rest: Faults.shape.rest.partial().optional(),
  webhooks: Faults.shape.webhooks.partial().optional(),
  timeScale: Faults.shape.timeScale.optional(),
})
export type FaultsChange = z.infer<typeof FaultsChange>

/** The world as it is on a good day. */
export function noFaults(): Faults {
  return {
    rest: { slowMs: 0, answer: 'normal', only: 'all', remaining: null },
    webhooks: {
      slowMs: 0,
      duplicate: 'off',
      reordered: false,
      withheld: false,
      withheldEvents: 'all',
      withheldPercent: 100,
      headers: 'both',
      lenient: false,
      autoDisable: true,
      throttle: true,
      tokenAgeSeconds: 0,
      issuer: 'usual',
      wrongCode: '404',
    },
    timeScale: null,
  }
}

/** Faults after a change; what the change leaves out stays. */
export function changeFaults(faults: Faults, change: FaultsChange): Faults {
  return Faults.parse({
    rest: { ...faults.rest, ...change.rest },
    webhooks: { ...faults.webhooks, ...change.webhooks },
    timeScale: change.timeScale === undefined ? faults.timeScale : change.timeScale,
  })
}

/** What to answer a REST call with instead of the truth; counts it. */
export function takeRestFault(faults: Faults, method: string): Faults['rest']['answer'] {
  const { rest } = faults
  const isRead = method === 'GET' || method === 'HEAD'
  if (rest.only !== 'all' && isRead !== (rest.only === 'reads')) return 'normal'
  const answer = rest.answer
  if (answer !== 'normal' && rest.remaining !== null) {
    rest.remaining -= 1
    if (rest.remaining <= 0) Object.assign(rest, { answer: 'normal', remaining: null })
  }
  return answer
}

/** True while anything is not as on a good day, so that screens can say so. */
export function isAnyFaultOn(faults: Faults): boolean {
  const { rest, webhooks } = faults
  return (
    rest.slowMs > 0 ||
    rest.answer !== 'normal' ||
    webhooks.slowMs > 0 ||
    webhooks.duplicate !== 'off' ||
    webhooks.reordered ||
    webhooks.withheld ||
    webhooks.tokenAgeSeconds !== 0 ||
    webhooks.issuer !== 'usual'
  )
}
