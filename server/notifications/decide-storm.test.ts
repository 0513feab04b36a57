import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSeconds } from '../runtime/time.ts'
import { decideStorm, type SentPage, SOURCE_MAX, type StormFacts, TARGET_MAX } from './decide-storm.ts'

const now = new Date('2026-03-02T09:00:00Z')
const page = { alertSourceId: 1, contactId: 7, channel: 'EMAIL', subject: 'Disk', priority: 'HIGH' as const }
const ago = (seconds: number, some: Partial<SentPage> = {}): SentPage => ({
  alertSourceId: 1,
  contactId: 7,
  channel: 'EMAIL',
  subject: 'Disk',
  at: addSeconds(now, -seconds),
  ...some,
})
const facts = (some: Partial<StormFacts>): StormFacts => ({
  page,
  isLastResort: false,
  sent: [],
  quietUntil: null,
  sourceMax: SOURCE_MAX,
  ...some,
})
const push = { ...page, channel: 'PUSH' }

describe('a storm', () => {
  test('the first high page to a person is sent whatever a cap says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 60, max: 240 }), { maxLength: 60 }),
        fc.constantFrom('EMAIL', 'SMS', 'VOICE', 'PUSH', 'TELEGRAM'),
        (seconds, channel) => {
          const sent = seconds.map((one) => ago(one, { channel }))
          expect(decideStorm(facts({ page: { ...page, channel }, sent }), now)).toEqual({ kind: 'send' })
        },
      ),
    )
  })

  test('the fourth of a source within three minutes waits for the summary when the window ends', () => {
    const sent = [ago(100), ago(50), ago(10)]
    expect(decideStorm(facts({ sent: sent.slice(1) }), now)).toEqual({ kind: 'send' })
    expect(decideStorm(facts({ sent }), now)).toMatchObject({
      kind: 'bundle',
      rule: 'storm-of-source',
      until: addSeconds(now, 80),
    })
  })

  test.each<[string, Partial<SentPage>]>([
    ['another source', { alertSourceId: 2 }],
    ['another contact', { contactId: 8 }],
    ['another channel', { channel: 'SMS' }],
  ])('%s is counted apart', (_what, some) => {
    expect(decideStorm(facts({ sent: [1, 2, 3, 4].map((one) => ago(one, some)) }), now)).toEqual({ kind: 'send' })
  })

  test('the same words are pushed once, other words are pushed', () => {
    expect(decideStorm(facts({ page: push, sent: [ago(30, { channel: 'PUSH' })] }), now)).toMatchObject({
      kind: 'drop',
      rule: 'identical',
    })
    const others = facts({ page: push, sent: [ago(30, { channel: 'PUSH', subject: 'Memory' })] })
    expect(decideStorm(others, now)).toEqual({ kind: 'send' })
  })

  test('pushes of every source are bounded together', () => {
    const sent = Array.from({ length: TARGET_MAX }, (_, index) =>
      ago(index, { channel: 'PUSH', alertSourceId: index + 10, subject: `${index}` }),
    )
    expect(decideStorm(facts({ page: push, sent: sent.slice(1) }), now)).toEqual({ kind: 'send' })
    expect(decideStorm(facts({ page: push, sent }), now)).toMatchObject({ kind: 'bundle', rule: 'storm-of-target' })
  })

  test('calls to one number do not cross', () => {
    const call = { ...page, channel: 'VOICE' }
    expect(decideStorm(facts({ page: call, sent: [ago(4, { channel: 'VOICE' })] }), now)).toMatchObject({
      kind: 'wait',
      until: addSeconds(now, 6),
    })
  })

  test('quiet hours touch low priority, never high, and not the last resort', () => {
    const quietUntil = addSeconds(now, 3_600)
    expect(decideStorm(facts({ quietUntil }), now)).toEqual({ kind: 'send' })
    const low = { ...page, priority: 'LOW' as const }
    expect(decideStorm(facts({ page: low, quietUntil }), now)).toMatchObject({ kind: 'bundle', until: quietUntil })
    expect(decideStorm(facts({ page: low, quietUntil, isLastResort: true }), now)).toEqual({ kind: 'send' })
  })

  test('whatever is not sent has a reason', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 240 }), fc.constantFrom('Disk', 'Memory')), { maxLength: 40 }),
        fc.constantFrom('EMAIL', 'SMS', 'VOICE', 'PUSH', 'SLACK'),
        fc.constantFrom('HIGH' as const, 'LOW' as const),
        (sent, channel, priority) => {
          const pages = sent.map(([seconds, subject]) => ago(seconds, { channel, subject }))
          const verdict = decideStorm(facts({ page: { ...page, channel, priority }, sent: pages }), now)
          if (verdict.kind !== 'send') expect(verdict.reason).not.toBe('')
          if (verdict.kind === 'bundle' || verdict.kind === 'wait') expect(verdict.until > now).toBe(true)
        },
      ),
    )
  })

  test('bundling can be switched off', () => {
    expect(decideStorm(facts({ sent: [1, 2, 3, 4].map((one) => ago(one)), sourceMax: 0 }), now)).toEqual({
      kind: 'send',
    })
  })
})
