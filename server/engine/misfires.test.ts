import { expect, test } from 'vitest'
import { Misfires } from './misfires.ts'

const cause = new Error('connection lost')

/** Passes over what waits, oldest first, each of which `ends` when it says so; returns what each pass took. */
function passes(misfires: Misfires, waiting: string[], ends: (taken: string[]) => boolean, most: number): string[][] {
  const all: string[][] = []
  while (waiting.length > 0 && !misfires.culprit) {
    const taken = waiting.slice(0, misfires.atMost(most))
    all.push(taken)
    if (ends(taken)) misfires.failed(taken, cause)
    else {
      misfires.kept()
      waiting.splice(0, taken.length)
    }
  }
  return all
}

test('what ends its transaction each time is found among its neighbours, alone', () => {
  const misfires = new Misfires()
  const waiting = ['a', 'b', 'c', 'd', 'e', 'f', 'poison', 'g']
  const taken = passes(misfires, waiting, (some) => some.includes('poison'), 4)
  expect(misfires.culprit).toEqual({ piece: 'poison', times: 8, cause })
  expect(taken.slice(0, 3)).toEqual([['a', 'b', 'c', 'd'], ['e', 'f', 'poison', 'g'], ['e']])
  expect(taken.filter((some) => some.length === 1 && some[0] === 'poison')).toHaveLength(8)
  misfires.kept()
  expect([misfires.culprit, misfires.atMost(4)]).toEqual([null, 4])
})

test('what fails now and then, or was never tried alone, is innocent', () => {
  const misfires = new Misfires()
  for (let turn = 0; turn < 100; turn++) {
    if (turn % 8 === 7) misfires.kept()
    else misfires.failed(['one'], cause)
    expect(misfires.culprit).toBeNull()
  }
  for (let turn = 0; turn < 100; turn++) misfires.failed(['one', 'other'], cause)
  for (let turn = 0; turn < 100; turn++) misfires.failed([turn % 2 === 0 ? 'one' : 'other'], cause)
  expect([misfires.culprit, misfires.atMost(50)]).toEqual([null, 1])
})

test('a transaction that ended before anything was taken says nothing', () => {
  const misfires = new Misfires()
  for (let turn = 0; turn < 20; turn++) misfires.failed([], cause)
  expect([misfires.culprit, misfires.atMost(50)]).toEqual([null, 50])
})
