import { describe, expect, test } from 'vitest'
import type { TraceStep } from '../../server/trace/schema.ts'
import { minutesOf, offsetText, toldIn } from './minutes.ts'

const START = '2026-03-02T09:00:30.000Z'
const step = (seconds: number, reason: string, more: Partial<TraceStep> = {}): TraceStep => ({
  at: new Date(Date.parse(START) + seconds * 1_000).toISOString(),
  station: 'notifications',
  decision: 'send',
  rule: 'handed-over',
  reason,
  people: [],
  channels: [],
  ...more,
})
const shown = (minutes: ReturnType<typeof minutesOf>) =>
  minutes.map(({ minute, today, changed }) => [
    minute,
    today.map((line) => `${line.isOnlyHere ? '*' : ''}${line.step.reason}`),
    changed.map((line) => `${line.isOnlyHere ? '*' : ''}${line.step.reason}`),
  ])

describe('minutes', () => {
  test('count from the moment of the event, not from the clock', () => {
    const minutes = minutesOf(START, [step(0, 'a'), step(59, 'b'), step(60, 'c'), step(300, 'd')], null)
    expect(shown(minutes)).toEqual([
      [0, ['a', 'b'], []],
      [1, ['c'], []],
      [5, ['d'], []],
    ])
    expect(minutes[2]?.at).toBe('2026-03-02T09:05:30.000Z')
    expect([0, 5, 65, 1_500].map(offsetText)).toEqual(['+0 min', '+5 min', '+1 h 5 min', '+1 d 1 h'])
  })

  test('mark what only one configuration has, as often as it has it', () => {
    const minutes = minutesOf(
      START,
      [step(0, 'same'), step(0, 'twice'), step(0, 'twice'), step(600, 'today')],
      [step(0, 'same'), step(0, 'twice'), step(600, 'same'), step(900, 'later')],
    )
    expect(shown(minutes)).toEqual([
      [0, ['same', 'twice', '*twice'], ['same', 'twice']],
      [10, ['*today'], ['*same']],
      [15, [], ['*later']],
    ])
    expect(shown(minutesOf(START, [step(0, 'a')], []))).toEqual([[0, ['*a'], []]])
  })
})

test('everybody who would be told stands there once, in order', () => {
  const [ann, bob, cleo] = [1, 2, 3].map((id) => ({ id, name: `Person ${id}` }))
  if (!ann || !bob || !cleo) throw new Error('They are there.')
  const steps = [
    step(0, 'a', { people: [bob] }),
    step(0, 'b', { people: [cleo], decision: 'leave-out' }),
    step(60, 'c', { people: [ann] }),
    step(90, 'd', { people: [bob], decision: 'bundle' }),
  ]
  expect(toldIn(steps)).toEqual([bob, ann])
})
