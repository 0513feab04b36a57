import { expect, test } from 'vitest'
import { decideReminders, keyOf, type ReminderRule } from './decide.ts'

const at = (text: string) => new Date(`2026-03-02T${text}:00Z`)
const shift = (userId: number, start: string, end: string) => ({
  scheduleId: 7,
  userId,
  start: at(start),
  end: at(end),
})
const rule = (beforeMinutes: number, more: Partial<ReminderRule> = {}): ReminderRule => ({
  personId: 1,
  beforeMinutes,
  method: 'EMAIL',
  contactId: 3,
  target: 'ann@example.com',
  ...more,
})
const noon = shift(1, '12:00', '13:00')
const decide = (rules: ReminderRule[], now: string, told: string[] = []) => {
  const { due, next } = decideReminders([noon, shift(2, '13:00', '14:00')], rules, new Set(told), at(now))
  return [due.map((one) => `${one.rule.method} ${one.beforeMinutes.join('+')}`), next?.toISOString().slice(11, 16)]
}

test('a reminder is due at its lead time and not before', () => {
  expect(decide([rule(30)], '11:29')).toEqual([[], '11:30'])
  expect(decide([rule(30)], '11:30')).toEqual([['EMAIL 30'], undefined])
  expect(decide([rule(30), rule(0)], '11:30')).toEqual([['EMAIL 30'], '12:00'])
})

test.each([
  ['earliest first', [rule(60), rule(30)]],
  ['earliest last', [rule(30), rule(60)]],
])('the next reminder is the earliest that is not due yet, the %s', (_title, rules) => {
  expect(decide(rules, '10:59')).toEqual([[], '11:00'])
})

test('a reminder that was given is not given again', () => {
  expect(decide([rule(30), rule(0)], '11:31', [keyOf(noon, rule(30))])).toEqual([[], '12:00'])
  expect(decide([rule(30)], '11:31', [keyOf(noon, rule(60))])).toEqual([['EMAIL 30'], undefined])
})

test.each<[string, Parameters<typeof keyOf>[0], Parameters<typeof keyOf>[1]]>([
  ['another schedule', { ...noon, scheduleId: 8 }, rule(30)],
  ['another person', { ...noon, userId: 2 }, rule(30)],
  ['another shift', { ...noon, start: at('12:01') }, rule(30)],
  ['another way', noon, rule(30, { method: 'SMS' })],
  ['another contact', noon, rule(30, { contactId: 4 })],
  ['a schedule and a person whose numbers run together', { ...noon, scheduleId: 71, userId: 1 }, rule(30)],
])('a reminder that was given for %s is given here all the same', (_title, otherShift, otherRule) => {
  const here = { ...noon, userId: 11 }
  const { due } = decideReminders(
    [here],
    [rule(30, { personId: 11 })],
    new Set([keyOf(otherShift, otherRule)]),
    noon.start,
  )
  expect(due).toEqual([{ shift: here, rule: rule(30, { personId: 11 }), beforeMinutes: [30] }])
})

test('two shifts of a person that are due at once are two messages', () => {
  const day = { ...noon, scheduleId: 8 }
  const { due } = decideReminders([noon, day], [rule(30)], new Set(), at('11:30'))
  expect(due.map((one) => one.shift)).toEqual([noon, day])
})

test('several lead times that are due go in one message of each way', () => {
  const rules = [rule(15), rule(60), rule(60, { method: 'SMS', contactId: 4 })]
  expect(decide(rules, '11:50')).toEqual([['EMAIL 15+60', 'SMS 60'], undefined])
})

test('a shift that began is told of for a quarter of an hour, and never once it is over', () => {
  expect(decide([rule(0)], '12:14')).toEqual([['EMAIL 0'], undefined])
  expect(decide([rule(0)], '12:15')).toEqual([[], undefined])
  const short = decideReminders([shift(1, '12:00', '12:05')], [rule(0)], new Set(), at('12:05'))
  expect(short.due).toEqual([])
})
