import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differenceIn } from '../schedules/compare.ts'
import { cases } from '../schedules/random-schedule.ts'

/** As many as a mutant has time for; `npm run schedules` draws as many as it is asked for. */
const CASES = 60

test('the engine agrees with the model that walks minute by minute about some random schedules', () => {
  fc.assert(
    fc.property(cases, (one) => {
      expect(differenceIn(one)).toBeNull()
    }),
    { numRuns: CASES },
  )
})
