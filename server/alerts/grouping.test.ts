import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMinutes, isoDurationMinutes } from '../runtime/time.ts'
import { groupFor } from './decide.ts'

interface One {
  id: number
  status: 'PENDING' | 'ACCEPTED' | 'RESOLVED'
  summary: string
  reportTime: Date
  events: number[]
}

const modes = fc.constantFrom(
  'ONE_ALERT_PER_EMAIL',
  'ONE_ALERT_PER_EMAIL_SUBJECT',
  'ONE_PENDING_ALERT_ALLOWED',
  'ONE_OPEN_ALERT_ALLOWED',
  'ONE_ALERT_GROUPED_PER_WINDOW',
)
const windows = fc.constantFrom('PT2M', 'PT5M', 'PT15M', 'PT1H')
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('event' as const), summary: fc.constantFrom('disk', 'cpu') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('accept' as const, 'resolve' as const), at: fc.nat(9) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    },
  ),
  { maxLength: 60 },
)
type Step = typeof steps extends fc.Arbitrary<infer All> ? (All extends readonly (infer Each)[] ? Each : never) : never

/** What a source's alerts are after all that, events without keys and answers of people. */
function play(grouping: { mode: string; window: string }, all: readonly Step[]): { alerts: One[]; sent: number } {
  const alerts: One[] = []
  let now = new Date('2026-03-02T09:00:00Z')
  let sent = 0
  for (const step of all) {
    if (step.kind === 'wait') now = addMinutes(now, step.minutes)
    else if (step.kind === 'event') {
      const open = alerts.filter((alert) => alert.status !== 'RESOLVED').toReversed()
      const joined = groupFor(open, grouping, step.summary, now)
      const alert = joined && alerts.find((one) => one.id === joined.id)
      if (alert) alert.events.push(sent)
      else {
        alerts.push({
          id: alerts.length + 1,
          status: 'PENDING',
          summary: step.summary,
          reportTime: now,
          events: [sent],
        })
      }
      sent += 1
    } else {
      const alert = alerts[alerts.length - 1 - step.at]
      if (alert && alert.status !== 'RESOLVED') alert.status = step.kind === 'accept' ? 'ACCEPTED' : 'RESOLVED'
    }
  }
  return { alerts, sent }
}

const runs = { numRuns: 1_000 }

describe('grouping', () => {
  test('conserves events: each is in exactly one alert, in the order they came', () => {
    fc.assert(
      fc.property(modes, windows, steps, (mode, window, all) => {
        const { alerts, sent } = play({ mode, window }, all)
        const told = alerts.flatMap((alert) => alert.events)
        expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, index) => index))
        for (const alert of alerts) expect(alert.events).toEqual(alert.events.toSorted((a, b) => a - b))
      }),
      runs,
    )
  })

  test('keeps what its mode says', () => {
    fc.assert(
      fc.property(modes, windows, steps, (mode, window, all) => {
        const { alerts, sent } = play({ mode, window }, all)
        const open = alerts.filter((alert) => alert.status !== 'RESOLVED')
        if (mode === 'ONE_ALERT_PER_EMAIL') expect(alerts).toHaveLength(sent)
        if (mode === 'ONE_PENDING_ALERT_ALLOWED') {
          expect(alerts.filter((alert) => alert.status === 'PENDING').length).toBeLessThanOrEqual(1)
        }
        if (mode === 'ONE_OPEN_ALERT_ALLOWED') expect(open.length).toBeLessThanOrEqual(1)
        if (mode === 'ONE_ALERT_PER_EMAIL_SUBJECT') {
          expect(new Set(open.map((alert) => alert.summary)).size).toBe(open.length)
        }
        if (mode === 'ONE_ALERT_GROUPED_PER_WINDOW') {
          const times = open.map((alert) => alert.reportTime)
          for (const [index, at] of times.slice(1).entries()) {
            const before = times[index] as Date
            expect(addMinutes(before, isoDurationMinutes(window)) <= at).toBe(true)
          }
        }
      }),
      runs,
    )
  })
})
