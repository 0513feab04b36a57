import { describe, expect, test } from 'vitest'
import { addHours, addMinutes, addSeconds, earlier, isoDurationMinutes, later } from './time.ts'

const at = (text: string) => new Date(`2026-03-28T${text}Z`)

describe('an instant', () => {
  test('moves by seconds, fractions among them', () => {
    expect(addSeconds(at('23:59:59'), 1.25)).toEqual(new Date('2026-03-29T00:00:00.250Z'))
    expect(addSeconds(at('00:00:01'), -1)).toEqual(at('00:00:00'))
  })

  test('moves by minutes and hours', () => {
    expect(addMinutes(at('09:00:00'), 90)).toEqual(at('10:30:00'))
    expect(addHours(at('09:00:00'), 1.5)).toEqual(at('10:30:00'))
  })

  test('moves by elapsed hours in the night in which clocks change', () => {
    expect(addHours(at('20:00:00'), 24)).toEqual(new Date('2026-03-29T20:00:00Z'))
  })

  test('is not changed by what is counted from it', () => {
    const start = at('09:00:00')
    addHours(addMinutes(addSeconds(start, 1), 1), 1)
    expect(start).toEqual(at('09:00:00'))
  })
})

describe('of two instants', () => {
  const [before, after] = [at('09:00:00'), at('09:00:01')]
  test('the later one is later, whichever is named first', () => {
    expect(later(before, after)).toBe(after)
    expect(later(after, before)).toBe(after)
  })

  test('the earlier one is earlier, whichever is named first', () => {
    expect(earlier(before, after)).toBe(before)
    expect(earlier(after, before)).toBe(before)
  })
})

describe('a duration', () => {
  test.each([
    ['PT5M', 5],
    ['PT90M', 90],
    ['PT1H', 60],
    ['PT24H', 1_440],
    ['PT0M', 0],
  ])('%s is %d minutes', (duration, minutes) => {
    expect(isoDurationMinutes(duration)).toBe(minutes)
  })

  test.each(['', 'PT', '5M', 'PT5S', 'PT1H30M', 'P1D', 'xPT5M', 'PT5M ', 'PT-5M', 'pt5m'])(
    '%j is none, and is named',
    (duration) => {
      expect(() => isoDurationMinutes(duration)).toThrow(`Not a duration in hours or minutes: ${duration}`)
    },
  )
})
