import { describe, expect, test } from 'vitest'
import type { Schedule } from '../oncall/decide.ts'
import { editionsAhead, remainderOf, replaceInLayers, replaceInLevels } from './decide.ts'

const [ann, ben, cem] = [1, 2, 3]
const at = (text: string) => new Date(`2026-03-${text}:00Z`)

describe('in the levels of a policy', () => {
  test('one person stands for another, asked once, and the rest stays as it was', () => {
    const levels = [
      { timeout: 5, userIds: [ann, ben], scheduleIds: [ann] },
      { timeout: 10, userIds: [cem] },
    ]
    const replaced = replaceInLevels(levels, 'userIds', { from: ann, to: ben })
    expect(replaced).toEqual([
      { timeout: 5, userIds: [ben], scheduleIds: [ann] },
      { timeout: 10, userIds: [cem] },
    ])
    expect(replaced?.[1]).toBe(levels[1])
  })

  test('a schedule is another thing than a person of the same number', () => {
    const levels = [{ userIds: [ann], scheduleIds: [ann, cem] }, { userIds: [ben] }]
    expect(replaceInLevels(levels, 'scheduleIds', { from: ann, to: ben })).toEqual([
      { userIds: [ann], scheduleIds: [ben, cem] },
      { userIds: [ben] },
    ])
  })

  test('nothing is said where nobody names them', () => {
    expect(replaceInLevels([{ userIds: [ben] }, { userIds: [cem] }], 'userIds', { from: ann, to: ben })).toBeNull()
    expect(replaceInLevels([{ userIds: [ann] }], 'scheduleIds', { from: ann, to: ben })).toBeNull()
    expect(replaceInLevels([], 'userIds', { from: ann, to: ben })).toBeNull()
  })
})

describe('in the layers of a schedule', () => {
  test('each turn of one is the other’s, also where both had turns before', () => {
    const layers = [
      { name: 'Day', userIds: [ann, ben, ann] },
      { name: 'Night', userIds: [cem] },
    ]
    expect(replaceInLayers(layers, { from: ann, to: ben })).toEqual([
      { name: 'Day', userIds: [ben, ben, ben] },
      { name: 'Night', userIds: [cem] },
    ])
  })

  test('nothing is said where nobody has a turn', () => {
    expect(replaceInLayers([{ userIds: [ben] }, { userIds: [cem] }], { from: ann, to: ben })).toBeNull()
  })
})

test('what holds now or later are the edition that holds, and those after it', () => {
  const editions = [{ from: null }, { from: at('02T09:00') }, { from: at('05T09:00') }]
  const ahead = (now: string) => editionsAhead(editions, at(now)).map(({ from }) => from?.toISOString() ?? null)
  expect(ahead('01T09:00')).toEqual([null, '2026-03-02T09:00:00.000Z', '2026-03-05T09:00:00.000Z'])
  expect(ahead('02T09:00')).toEqual(['2026-03-02T09:00:00.000Z', '2026-03-05T09:00:00.000Z'])
  expect(ahead('09T09:00')).toEqual(['2026-03-05T09:00:00.000Z'])
})

test('of an override what a newer one leaves, within the interval', () => {
  const override = (id: number, userId: number, start: string, end: string) => ({
    id,
    userId,
    start: at(start),
    end: at(end),
  })
  const rules: Schedule = {
    timezone: 'UTC',
    editions: [],
    shifts: [{ userId: cem, start: at('01T00:00'), end: at('09T00:00') }],
    overrides: [override(7, ann, '02T00:00', '04T00:00'), override(8, ben, '02T12:00', '03T00:00')],
  }
  const spans = (id: number, from: string, until: string) =>
    remainderOf(rules, id, { from: at(from), until: at(until) }).map(({ start, end }) => [start, end])
  expect(spans(7, '01T00:00', '09T00:00')).toEqual([
    [at('02T00:00'), at('02T12:00')],
    [at('03T00:00'), at('04T00:00')],
  ])
  expect(spans(7, '02T06:00', '03T06:00')).toEqual([
    [at('02T06:00'), at('02T12:00')],
    [at('03T00:00'), at('03T06:00')],
  ])
  expect(spans(8, '02T06:00', '03T06:00')).toEqual([[at('02T12:00'), at('03T00:00')]])
  expect(spans(9, '01T00:00', '09T00:00')).toEqual([])
})
