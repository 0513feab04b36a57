import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideAddResponder,
  decideEscalate,
  decideHandOver,
  decideMerge,
  decideRaise,
  decideReopen,
  decideUnaccept,
  decideUnmerge,
  lastAsked,
  type Stand,
} from './decide.ts'

const stand = (more: Partial<Stand> = {}): Stand => ({
  id: 1,
  status: 'PENDING',
  priority: 'HIGH',
  mergedIntoId: null,
  isUnattended: false,
  ...more,
})
const resolved = stand({ status: 'RESOLVED' })
const merged = stand({ mergedIntoId: 9 })

describe('what is over, or is somebody else’s, is refused with the reason', () => {
  const verbs: [string, (one: Stand) => { kind: string; reason?: string }][] = [
    ['hand over', decideHandOver],
    ['escalate', (one) => decideEscalate(one, { levels: 2, levelIndex: 1, round: 1 }, null)],
    ['raise', decideRaise],
    ['add a responder', (one) => decideAddResponder(one, false)],
    ['merge into it', (one) => decideMerge(one, [stand({ id: 2 })])],
    ['merge it', (one) => decideMerge(stand({ id: 2 }), [one])],
  ]
  test.each(verbs)('%s', (_verb, decide) => {
    expect(decide(resolved)).toEqual({ kind: 'refuse', reason: 'Alert 1 is resolved.' })
    expect(decide(merged)).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('merged into alert 9') })
  })
})

test('handing over begins at the first level, and withdraws the answer there was', () => {
  expect(decideHandOver(stand())).toEqual({ kind: 'begin', levelIndex: 0, round: 1, withdrawsAnswer: false })
  expect(decideHandOver(stand({ status: 'ACCEPTED' }))).toMatchObject({ withdrawsAnswer: true })
})

describe('escalating', () => {
  test.each([
    ['goes to the level that is due next', { levels: 3, levelIndex: 1, round: 1 }, null, { levelIndex: 1, round: 1 }],
    ['goes to the level asked for', { levels: 3, levelIndex: 1, round: 2 }, 2, { levelIndex: 2, round: 2 }],
    ['goes back to a level that was asked', { levels: 3, levelIndex: 2, round: 1 }, 0, { levelIndex: 0, round: 1 }],
    ['begins again after the last', { levels: 3, levelIndex: 3, round: 1 }, null, { levelIndex: 0, round: 1 }],
    ['has no level beyond the last', { levels: 3, levelIndex: 1, round: 1 }, 3, { kind: 'no-such-level' }],
  ])('%s', (_title, climb, wanted, expected) => {
    expect(decideEscalate(stand(), climb, wanted)).toMatchObject(expected)
  })

  test('never leaves the policy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.option(fc.nat(25)), (levels, at, wanted) => {
        const decision = decideEscalate(stand(), { levels, levelIndex: Math.min(at, levels), round: 1 }, wanted)
        if (decision.kind === 'begin') expect(decision.levelIndex).toBeLessThan(levels)
        else expect(wanted).toBeGreaterThanOrEqual(levels)
      }),
    )
  })
})

test('raising asks anew only while nobody answered, and once', () => {
  expect(decideRaise(stand({ priority: 'LOW' }))).toEqual({ kind: 'raise', begins: true })
  expect(decideRaise(stand({ priority: 'LOW', status: 'ACCEPTED' }))).toEqual({ kind: 'raise', begins: false })
  expect(decideRaise(stand())).toEqual({ kind: 'already' })
})

test('a responder is paged like everybody, and on an accepted alert asked to help', () => {
  expect(decideAddResponder(stand(), false)).toEqual({ kind: 'ask', as: 'PAGE' })
  expect(decideAddResponder(stand({ status: 'ACCEPTED' }), false)).toEqual({ kind: 'ask', as: 'INVITE' })
  expect(decideAddResponder(stand(), true)).toEqual({ kind: 'already' })
})

describe('merging', () => {
  const other = (more: Partial<Stand> = {}) => stand({ id: 2, ...more })
  test.each([
    ['leaves a climb under way alone', stand(), [other()], { raises: false, begins: false, accepts: [] }],
    [
      'is as loud as its loudest',
      stand({ priority: 'LOW' }),
      [other({ priority: 'LOW' }), other({ id: 3 })],
      { raises: true, begins: true },
    ],
    ['asks anew where nobody is left', stand({ isUnattended: true }), [other()], { raises: false, begins: true }],
    [
      'is accepted where the main one is',
      stand({ status: 'ACCEPTED' }),
      [other(), other({ id: 3, status: 'ACCEPTED' })],
      { begins: false, accepts: [2] },
    ],
    [
      'raises an accepted one without asking',
      stand({ status: 'ACCEPTED', priority: 'LOW' }),
      [other()],
      { raises: true, begins: false },
    ],
    ['changes nothing when all are in it', stand({ isUnattended: true }), [], { raises: false, begins: false }],
  ])('%s', (_title, main, others, expected) => {
    expect(decideMerge(main, others)).toMatchObject({ kind: 'merge', ...expected })
  })
  test('is not of itself', () => {
    expect(decideMerge(stand(), [stand()])).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('itself') })
  })
})

describe('taking an acceptance back', () => {
  test('makes it wait again, unless somebody else accepted it too', () => {
    expect(decideUnaccept(stand({ status: 'ACCEPTED' }), [])).toEqual({ kind: 'wait' })
    expect(decideUnaccept(stand({ status: 'ACCEPTED' }), [7, 8])).toEqual({ kind: 'leave', to: 7 })
    expect(decideUnaccept(stand(), [])).toEqual({ kind: 'already' })
    expect(decideUnaccept(stand({ status: 'RESOLVED' }), [])).toMatchObject({ kind: 'refuse' })
    expect(decideUnaccept({ ...merged, status: 'ACCEPTED' }, [])).toMatchObject({ kind: 'refuse' })
  })
  test.each([
    [
      { levels: 3, levelIndex: 0, round: 1 },
      { levelIndex: 0, round: 1 },
    ],
    [
      { levels: 3, levelIndex: 1, round: 1 },
      { levelIndex: 0, round: 1 },
    ],
    [
      { levels: 3, levelIndex: 3, round: 2 },
      { levelIndex: 2, round: 2 },
    ],
    [
      { levels: 3, levelIndex: 0, round: 2 },
      { levelIndex: 2, round: 1 },
    ],
  ])('asks again who was asked last: %o', (climb, step) => {
    expect(lastAsked(climb)).toEqual(step)
  })
})

describe('opening a resolved alert again', () => {
  const over = stand({ status: 'RESOLVED' })
  test('is as it was before', () => {
    expect(decideReopen(over, false, null)).toEqual({ kind: 'reopen', status: 'PENDING' })
    expect(decideReopen(over, true, null)).toEqual({ kind: 'reopen', status: 'ACCEPTED' })
    expect(decideReopen(stand(), true, null)).toEqual({ kind: 'already' })
  })
  test('is refused where another one stands for the same trouble', () => {
    expect(decideReopen(over, false, 9)).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('Alert 9') })
    expect(decideReopen({ ...merged, status: 'RESOLVED' }, false, null)).toMatchObject({ kind: 'refuse' })
  })
})

test('what is taken out of a merge asks anew unless somebody answered', () => {
  expect(decideUnmerge(merged)).toEqual({ kind: 'unmerge', begins: true })
  expect(decideUnmerge({ ...merged, status: 'ACCEPTED' })).toEqual({ kind: 'unmerge', begins: false })
  expect(decideUnmerge({ ...merged, status: 'RESOLVED' })).toMatchObject({ kind: 'refuse' })
  expect(decideUnmerge(stand())).toEqual({ kind: 'already' })
})
