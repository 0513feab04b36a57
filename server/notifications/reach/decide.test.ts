import { describe, expect, test } from 'vitest'
import {
  atOnce,
  decideNewsWay,
  decideWays,
  otherWays,
  type ReachableContact,
  type ReachRule,
  soonest,
} from './decide.ts'

const contact = (id: number, stored: string, more: Partial<ReachableContact> = {}): ReachableContact => ({
  id,
  stored,
  target: `${stored.toLowerCase()}-${id}`,
  isUsable: true,
  ...more,
})
const [mail, phone, push] = [contact(1, 'EMAIL'), contact(2, 'PHONE'), contact(3, 'PUSH')]
const rule = (method: ReachRule['method'], more: Partial<ReachRule> = {}): ReachRule => ({
  type: 'HIGH_PRIORITY',
  method,
  contactId: null,
  delayMinutes: 0,
  ...more,
})
const shown = (ways: { method: string; target: string; delayMinutes: number }[]) =>
  ways.map(({ method, target, delayMinutes }) => `${method} ${target} +${delayMinutes}`)
const decide = (priority: 'HIGH' | 'LOW', contacts: ReachableContact[], ...rules: ReachRule[]) => {
  const { ways, warning } = decideWays(priority, contacts, rules)
  return [...shown(ways), ...(warning === null ? [] : [warning])]
}

describe('a page goes', () => {
  test('the ways of the rules for its priority, the earliest first', () => {
    const rules = [rule('VOICE', { delayMinutes: 5 }), rule('SMS'), rule('EMAIL', { type: 'LOW_PRIORITY' })]
    expect(decide('HIGH', [mail, phone], ...rules)).toEqual(['SMS phone-2 +0', 'VOICE phone-2 +5'])
    expect(decide('LOW', [mail, phone], ...rules)).toEqual(['EMAIL email-1 +0'])
  })

  test('to every contact of a method, or to the one that is named', () => {
    const mails = [mail, contact(4, 'EMAIL')]
    expect(decide('HIGH', mails, rule('EMAIL'))).toEqual(['EMAIL email-1 +0', 'EMAIL email-4 +0'])
    expect(decide('HIGH', mails, rule('EMAIL', { contactId: 4 }))).toEqual(['EMAIL email-4 +0'])
  })

  test('the same way once, at the earlier time', () => {
    const rules = [
      rule('EMAIL', { delayMinutes: 9 }),
      rule('EMAIL', { delayMinutes: 3 }),
      rule('EMAIL', { delayMinutes: 7 }),
    ]
    expect(decide('HIGH', [mail], ...rules)).toEqual(['EMAIL email-1 +3'])
  })

  test('not to a contact that does not work', () => {
    expect(decide('HIGH', [{ ...phone, isUsable: false }, mail], rule('SMS'), rule('EMAIL'))).toEqual([
      'EMAIL email-1 +0',
    ])
  })
})

test('what a rule names and does not work is left out, with the reason, once for each way', () => {
  const dead = { ...phone, isUsable: false, trouble: 'is broken' }
  const rules = [rule('SMS', { delayMinutes: 5 }), rule('SMS', { delayMinutes: 2 }), rule('EMAIL')]
  const { ways, leftOut } = decideWays('HIGH', [mail, dead, { ...push, isUsable: false }], rules)
  expect(shown(ways)).toEqual(['EMAIL email-1 +0'])
  expect(leftOut).toEqual([{ method: 'SMS', contactId: 2, target: 'phone-2', delayMinutes: 2, trouble: 'is broken' }])
  expect(decideWays('HIGH', [mail], rules)).not.toHaveProperty('leftOut')
  expect(decideWays('HIGH', [mail, dead], [rule('SMS')])).toMatchObject({ leftOut: [{ method: 'SMS' }] })
})

test('only what a rule names is left out, with a reason even when nobody gave one', () => {
  const [first, second] = [
    { ...phone, isUsable: false },
    { ...contact(4, 'PHONE'), isUsable: false },
  ]
  expect(decideWays('HIGH', [mail, first, second], [rule('SMS', { contactId: 4 }), rule('EMAIL')]).leftOut).toEqual([
    { method: 'SMS', contactId: 4, target: 'phone-4', delayMinutes: 0, trouble: 'does not work' },
  ])
})

describe('a person whose rules lead nowhere', () => {
  const nowhere = 'has rules that lead to no contact that works'
  test('is reached by e-mail, or by the most urgent way there is, and it is told', () => {
    expect(decide('HIGH', [push, mail], rule('SMS'))).toEqual(['EMAIL email-1 +0', nowhere])
    expect(decide('HIGH', [phone, push], rule('EMAIL'))).toEqual(['PUSH push-3 +0', nowhere])
    expect(decide('HIGH', [mail])).toEqual(['EMAIL email-1 +0', 'has no rule for high priority'])
    expect(decide('LOW', [mail], rule('SMS', { type: 'LOW_PRIORITY' }))).toEqual(['EMAIL email-1 +0', nowhere])
  })

  test('and who has no contact that works is not reached', () => {
    expect(decide('HIGH', [{ ...mail, isUsable: false }], rule('EMAIL'))).toEqual([])
  })

  test('may decline low priority', () => {
    expect(decide('LOW', [mail, phone], rule('EMAIL'))).toEqual([])
  })
})

test('other ways are those not used yet, what rings first before the others', () => {
  const all = [
    contact(9, 'WEBHOOK'),
    mail,
    contact(8, 'DISCORD'),
    contact(7, 'TEAMS'),
    contact(6, 'MATTERMOST'),
    contact(5, 'SLACK'),
    contact(11, 'NTFY'),
    contact(12, 'TELEGRAM'),
    phone,
    push,
    contact(13, 'PUSH', { isUsable: false }),
  ]
  expect(otherWays(all, []).map(({ method }) => method)).toEqual([
    'PUSH',
    'VOICE',
    'SMS',
    'TELEGRAM',
    'NTFY',
    'SLACK',
    'MATTERMOST',
    'TEAMS',
    'DISCORD',
    'EMAIL',
    'WEBHOOK',
  ])
  const used = [
    { method: 'VOICE', contactId: 2 },
    { method: 'EMAIL', contactId: 99 },
    { method: 'SMS', contactId: 3 },
  ]
  expect(shown(otherWays([mail, phone], used))).toEqual(['SMS phone-2 +0', 'EMAIL email-1 +0'])
})

test('news goes by e-mail, else by what does not call, else by what there is', () => {
  const voiceless = contact(5, 'SLACK')
  expect(decideNewsWay([voiceless, mail])?.method).toBe('EMAIL')
  expect(decideNewsWay([phone])?.method).toBe('SMS')
  expect(decideNewsWay([phone, voiceless])?.method).toBe('SMS')
  expect(decideNewsWay([{ ...mail, isUsable: false }])).toBeNull()
  expect(decideNewsWay([])).toBeNull()
})

test('the same ways may go all at once', () => {
  const { ways, warning } = atOnce(decideWays('HIGH', [mail, phone], [rule('EMAIL', { delayMinutes: 3 }), rule('SMS')]))
  expect([shown(ways), warning]).toEqual([['SMS phone-2 +0', 'EMAIL email-1 +0'], null])
})

describe('what cannot wait goes', () => {
  test.each<[string, ReachRule[], string[]]>([
    [
      'the ways that would be used first, at once',
      [rule('EMAIL', { delayMinutes: 9 }), rule('VOICE', { delayMinutes: 3 }), rule('SMS', { delayMinutes: 3 })],
      ['VOICE phone-2 +0', 'SMS phone-2 +0'],
    ],
    ['the one way there is', [rule('EMAIL', { delayMinutes: 9 })], ['EMAIL email-1 +0']],
  ])('%s', (_title, rules, expected) => {
    const { ways, warning } = soonest(decideWays('HIGH', [mail, phone], rules))
    expect([shown(ways), warning]).toEqual([expected, null])
  })

  test('nowhere where there is no way, and the warning stays', () => {
    expect(soonest({ ways: [], warning: 'has no rule for high priority' })).toEqual({
      ways: [],
      warning: 'has no rule for high priority',
    })
  })
})
