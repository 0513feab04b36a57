import { expect, test } from 'vitest'
import { BatchSize } from './batch-size.ts'
import { Life } from './life.ts'

test('a station takes little at first, and twice as much after each pass that was kept, up to its most; one that is cut off begins anew', () => {
  const size = new BatchSize(20, 100)
  const taken = Array.from({ length: 5 }, () => {
    const { now } = size
    size.grow()
    return now
  })
  expect(taken).toEqual([20, 40, 80, 100, 100])
  size.shrink()
  expect(size.now).toBe(20)
})

test('a run has lived since it was first asked, and no less than nothing when the clock is set back', () => {
  const at = (seconds: number) => new Date(1_000_000 + seconds * 1_000)
  const life = new Life('one')
  expect([5, 7.5, 4, 6].map((seconds) => life.secondsAt(at(seconds)))).toEqual([0, 2.5, 0, 2])
})
