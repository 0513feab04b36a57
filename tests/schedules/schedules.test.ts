import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differenceIn } from './compare.ts'
import { cases, ODD } from './random-schedule.ts'
import { changesOf, tilingOf } from './tiling.ts'

describe('the engine and the model, which walks minute by minute,', () => {
  test('agree about 1,000 random schedules near clock changes', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(cases, (one) => {
        expect(differenceIn(one)).toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('shifts tile the time line around every clock change from 1970 to 2040', () => {
  test.each([...new Set(ODD.map(([zone]) => zone))].slice(0, 12))('in %s', { timeout: 60_000 }, (zone) => {
    expect(tilingOf(zone, changesOf(zone)).faults).toEqual([])
  })
})
