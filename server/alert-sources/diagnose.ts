import type { z } from 'zod'
import type { Diagnosis } from './schema.ts'

/** What is known of a connection when it is looked at. */
export interface ConnectionFacts {
  title: string
  settingsSavedAt: Date | null
  firstDeliveryAt: Date | null
  firstRecordAt: Date | null
  lastDeliveryAt: Date | null
  /** The newest verification. */
  verification: { state: string; reason: string | null } | null
  /** When a comparison last found what no delivery told. */
  missedAt: Date | null
  warnings: readonly { code: string; text: string }[]
}

const QUIET_MINUTES = 15
const SILENT_DAYS = 7
const MS_PER_MINUTE = 60_000
const MS_PER_DAY = 24 * 60 * MS_PER_MINUTE

/** Everything that is wrong with a connection, each with what to do about it. Pure. */
export function diagnose(facts: ConnectionFacts, now: Date): z.infer<typeof Diagnosis>[] {
  return [...ofToken(facts), ...ofVerification(facts), ...ofTraffic(facts, now)]
}

function ofToken({ warnings, title }: ConnectionFacts): z.infer<typeof Diagnosis>[] {
  const known: [RegExp, string, string][] = [
    [
      /-unauthorized$/,
      'The token or the region is wrong',
      'Press Test connection: it says which. A revoked token must be generated anew.',
    ],
    [
      /-write-forbidden$/,
      'The token may not write',
      `Add the action Update to the token in ${title}. What waits is written then.`,
    ],
    [
      /-people-forbidden$/,
      'The token may not look people up',
      `Add the record type Person, action Read, to the token in ${title}.`,
    ],
    [
      /-forbidden$/,
      'The token lost a scope',
      `Add the record types that are missing to the token in ${title}, action Read.`,
    ],
    [
      /-unreachable$/,
      `${title} does not answer`,
      'Nothing to do if it comes back. Press Test connection to see what answers in its place.',
    ],
    [
      /-signature$/,
      'Deliveries are refused for their signature',
      'Compare the webhook policy there with the one here. Check both clocks.',
    ],
    [/-unknown-status/, 'There is a status nobody explained', 'Say in the status table what it means.'],
    [/^write-back-lost$/, `${title} was not told in time`, 'Do there by hand what is listed here.'],
  ]
  return warnings.flatMap(({ code, text }) => {
    const found = known.find(([pattern]) => pattern.test(code))
    return found ? [{ code, title: found[1], text, advice: found[2] }] : []
  })
}

function ofVerification({ verification, firstRecordAt, title }: ConnectionFacts): z.infer<typeof Diagnosis>[] {
  if (!verification || firstRecordAt !== null) return []
  const { state, reason } = verification
  const text = reason ?? 'It has not been answered yet.'
  switch (state) {
    case 'REFUSED':
      return [
        {
          code: 'verification-refused',
          title: 'The webhook was never verified: it points elsewhere',
          text,
          advice: `Account name and region must be those of the account in which the webhook was made. Then press Resend in ${title}.`,
        },
      ]
    case 'HELD':
      return [
        {
          code: 'verification-held',
          title: 'The webhook waits for its verification',
          text,
          advice: 'Save the settings, or press Allow verification.',
        },
      ]
    case 'FAILED':
    case 'EXPIRED':
      return [
        {
          code: 'verification-failed',
          title: 'The webhook was never verified',
          text,
          advice: `Open the webhook in ${title} and press Resend verification.`,
        },
      ]
    default:
      return []
  }
}

function ofTraffic(facts: ConnectionFacts, now: Date): z.infer<typeof Diagnosis>[] {
  const { settingsSavedAt, firstDeliveryAt, lastDeliveryAt, missedAt, title } = facts
  if (settingsSavedAt === null) return []
  if (firstDeliveryAt === null || lastDeliveryAt === null) {
    if (now.getTime() - settingsSavedAt.getTime() < QUIET_MINUTES * MS_PER_MINUTE) return []
    return [
      {
        code: 'nothing-arrived',
        title: 'No webhook has arrived',
        text: 'The settings are saved, and nothing was heard since.',
        advice: `Create the webhooks in ${title} with the address on this page. Can ${title} reach it from outside?`,
      },
    ]
  }
  if (missedAt !== null && missedAt > lastDeliveryAt) {
    return [
      {
        code: 'disabled',
        title: 'A webhook seems to be disabled',
        text: `A comparison found a change that no webhook told, and nothing has arrived since. An import does that too.`,
        advice: `${title} disables a webhook after 20 failures in a row. Open Settings, Webhooks there, look for Disabled, and enable it.`,
      },
    ]
  }
  const days = Math.floor((now.getTime() - lastDeliveryAt.getTime()) / MS_PER_DAY)
  if (days < SILENT_DAYS) return []
  return [
    {
      code: 'silent',
      title: `Nothing has arrived for ${days} days`,
      text: 'That may be a quiet week, or a webhook that was removed.',
      advice: `Open the webhook in ${title} and press Test: a delivery appears in the delivery log within seconds.`,
    },
  ]
}
