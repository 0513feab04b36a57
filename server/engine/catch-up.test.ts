import { describe, expect, test } from 'vitest'
import { addSeconds } from '../runtime/time.ts'
import { type Backlog, CatchUp } from './catch-up.ts'

const START = new Date('2026-03-02T09:00:00Z')
const after = (seconds: number) => addSeconds(START, seconds)

/** A backlog that lasts, after so many starts in a row. */
function backlogAfter(starts: number) {
  const seen = { isUnread: true, begun: 0, ended: 0 }
  const backlog: Backlog = {
    isUnread: async () => seen.isUnread,
    begin: async () => starts + ++seen.begun,
    end: async () => {
      seen.ended += 1
    },
  }
  return { seen, catchUp: new CatchUp(backlog) }
}

/** Seconds until it lets overdue steps go on, though the backlog lasts. */
async function heldSeconds(catchUp: CatchUp): Promise<number> {
  for (let seconds = 0; seconds < 60; seconds += 0.25) if (await catchUp.isDone(after(seconds))) return seconds
  return Number.POSITIVE_INFINITY
}

test('nothing unread holds nothing back, and is no start to count', async () => {
  const { seen, catchUp } = backlogAfter(0)
  seen.isUnread = false
  expect(await catchUp.isDone(START)).toBe(true)
  expect(seen).toMatchObject({ begun: 0, ended: 0 })
})

test('what is overdue goes on as soon as all was read, and the start has got through', async () => {
  const { seen, catchUp } = backlogAfter(0)
  expect(await Promise.all([catchUp.isDone(START), catchUp.isDone(START), catchUp.isDone(after(1))])).toEqual([
    false,
    false,
    false,
  ])
  seen.isUnread = false
  expect(await catchUp.isDone(after(2))).toBe(true)
  expect(seen).toMatchObject({ begun: 1, ended: 1 })
  seen.isUnread = true
  expect(await catchUp.isDone(after(3))).toBe(true)
})

describe('a backlog that lasts', () => {
  test.each([
    { starts: 0, seconds: 30.25 },
    { starts: 4, seconds: 30.25 },
    { starts: 6, seconds: 7.75 },
    { starts: 9, seconds: 1 },
    { starts: 30, seconds: 0.25 },
  ])('after $starts starts in a row holds back for less than $seconds s', async ({ starts, seconds }) => {
    const { seen, catchUp } = backlogAfter(starts)
    expect(await heldSeconds(catchUp)).toBe(seconds)
    expect(seen).toMatchObject({ begun: 1, ended: 0 })
  })
})

test('a clock that is set back begins the waiting anew, from where it is now', async () => {
  const { catchUp } = backlogAfter(0)
  expect(await catchUp.isDone(after(3_600))).toBe(false)
  expect(await catchUp.isDone(START)).toBe(false)
  expect(await catchUp.isDone(after(31))).toBe(true)
})

test('a database that answers nothing holds back no longer than one that answers', async () => {
  const away = async () => {
    throw new Error('The database is away.')
  }
  const catchUp = new CatchUp({ isUnread: away, begin: away, end: away })
  await expect(catchUp.isDone(START)).rejects.toThrow('away')
  expect(await catchUp.isDone(after(31))).toBe(true)
})

test('a count that could not be kept is asked for again', async () => {
  let isAway = true
  const catchUp = new CatchUp({
    isUnread: async () => true,
    begin: async () => {
      if (isAway) throw new Error('The database is away.')
      return 1
    },
    end: async () => {},
  })
  await expect(catchUp.isDone(START)).rejects.toThrow('away')
  isAway = false
  expect(await catchUp.isDone(after(1))).toBe(false)
})
