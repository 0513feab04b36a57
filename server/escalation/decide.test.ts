import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMinutes } from '../runtime/time.ts'
import { type Climb, decideStep, decideUnheard } from './decide.ts'

const at = (clock: string) => new Date(`2026-11-24T${clock}Z`)
const [ann, ben, cem] = [1, 2, 3]

const climb = (more: Partial<Climb> = {}): Climb => ({
  levels: [{ timeoutMinutes: 5 }, { timeoutMinutes: 10 }],
  rounds: 1,
  levelIndex: 0,
  round: 1,
  dueAt: at('09:00:00'),
  ...more,
})

const everybody = (levelIndex: number) => [[ann], [ben, cem]][levelIndex] ?? []
const nobody = () => []
const onlyFirst = (levelIndex: number) => (levelIndex === 0 ? [ann] : [])
const onlySecond = (levelIndex: number) => (levelIndex === 1 ? [ben] : [])

describe('a step', () => {
  test.each<[string, Climb, (levelIndex: number) => number[], 'HIGH' | 'LOW', string, object]>([
    ['is never early', climb(), everybody, 'HIGH', '08:59:59.999', { kind: 'wait' }],
    [
      'asks its level the moment it is due, and the next after its timeout',
      climb(),
      everybody,
      'HIGH',
      '09:00:00',
      { kind: 'ask', people: [ann], next: { levelIndex: 1, round: 1, dueAt: at('09:05:00') }, reason: null },
    ],
    [
      'that is late counts its timeout from when it was taken',
      climb(),
      everybody,
      'HIGH',
      '11:00:00',
      { kind: 'ask', next: { levelIndex: 1, round: 1, dueAt: at('11:05:00') } },
    ],
    [
      'at the last level leaves only the wait for an answer',
      climb({ levelIndex: 1 }),
      everybody,
      'HIGH',
      '09:00:00',
      { kind: 'ask', people: [ben, cem], next: { levelIndex: 2, round: 1, dueAt: at('09:10:00') } },
    ],
    [
      'at the last level begins the next round',
      climb({ levelIndex: 1, rounds: 2 }),
      everybody,
      'HIGH',
      '09:00:00',
      { kind: 'ask', next: { levelIndex: 0, round: 2, dueAt: at('09:10:00') } },
    ],
    [
      'after the last round gives up, loudly',
      climb({ levelIndex: 2, round: 2, rounds: 2 }),
      everybody,
      'HIGH',
      '09:00:00',
      { kind: 'end', reason: 'every level was asked and nobody answered', rule: 'every-level-asked' },
    ],
    [
      'passes over a level that reaches nobody, without a wait',
      climb(),
      onlySecond,
      'HIGH',
      '09:00:00',
      { kind: 'skip', next: { levelIndex: 1, round: 1, dueAt: at('09:00:00') } },
    ],
    [
      'passes over the last level into the next round',
      climb({ levelIndex: 1, rounds: 2 }),
      onlyFirst,
      'HIGH',
      '09:00:00',
      { kind: 'skip', next: { levelIndex: 0, round: 2, dueAt: at('09:00:00') } },
    ],
    [
      'of a policy that reaches nobody ends at once, whatever its rounds',
      climb({ rounds: 9 }),
      nobody,
      'HIGH',
      '09:00:00',
      { kind: 'end', reason: 'nobody on this policy can be reached' },
    ],
    [
      'of a policy without levels ends at once',
      climb({ levels: [] }),
      nobody,
      'HIGH',
      '09:00:00',
      { kind: 'end', reason: 'nobody on this policy can be reached', rule: 'policy-reaches-nobody' },
    ],
    [
      'of low priority asks the first level and nobody after it',
      climb(),
      everybody,
      'LOW',
      '09:00:00',
      { kind: 'ask', people: [ann], next: null, reason: 'low priority: only the first level is asked' },
    ],
    [
      'of low priority whose first level reaches nobody ends, and says so',
      climb(),
      onlySecond,
      'LOW',
      '09:00:00',
      { kind: 'end', reason: expect.stringContaining('low priority'), rule: 'low-priority-first-level' },
    ],
    [
      'asks a person who stands twice on a level once',
      climb(),
      () => [ann, ann],
      'HIGH',
      '09:00:00',
      { kind: 'ask', people: [ann] },
    ],
  ])('%s', (_title, given, reachable, priority, now, expected) => {
    expect(decideStep(given, reachable, priority, at(now))).toMatchObject(expected)
  })
})

describe('a whole climb that nobody answers', () => {
  const policy = fc.record({
    levels: fc.array(
      fc.record({
        timeoutMinutes: fc.integer({ min: 0, max: 60 }),
        people: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      }),
      { maxLength: 6 },
    ),
    rounds: fc.integer({ min: 1, max: 9 }),
  })

  test('asks every level that reaches somebody, in order, each round, after its timeouts, and then ends', () => {
    fc.assert(
      fc.property(policy, ({ levels, rounds }) => {
        const start = at('09:00:00')
        const expected: string[] = []
        let due = start
        for (let round = 1; round <= rounds; round++) {
          for (const [levelIndex, level] of levels.entries()) {
            if (level.people.length === 0) continue
            expected.push(`${round}/${levelIndex} ${due.toISOString()}`)
            due = addMinutes(due, level.timeoutMinutes)
          }
        }
        expect(climbed(levels, rounds, start)).toEqual({ asked: expected, endedAt: due })
      }),
      { numRuns: 500 },
    )
  })

  function climbed(levels: { timeoutMinutes: number; people: number[] }[], rounds: number, start: Date) {
    const asked: string[] = []
    let step = { levelIndex: 0, round: 1, dueAt: start }
    for (let turns = 0; turns <= levels.length * rounds + 1; turns++) {
      const decision = decideStep(
        { levels, rounds, ...step },
        (index) => levels[index]?.people ?? [],
        'HIGH',
        step.dueAt,
      )
      if (decision.kind === 'end') return { asked, endedAt: step.dueAt }
      if (decision.kind === 'ask') asked.push(`${step.round}/${step.levelIndex} ${step.dueAt.toISOString()}`)
      if (decision.kind === 'wait' || !decision.next) throw new Error('A step that is due moves on.')
      step = decision.next
    }
    throw new Error('The climb does not end.')
  }
})

describe('when no page of a step got through', () => {
  const stand = { levels: [1, 2], levelIndex: 1, round: 1, isRunning: true, isPending: true, isUnattended: false }
  const first = { levelIndex: 0, round: 1 }

  test.each([
    ['the next level is due at once', stand, first, 'hurry'],
    [
      'so is the first level of the next round',
      { ...stand, levelIndex: 0, round: 2 },
      { levelIndex: 1, round: 1 },
      'hurry',
    ],
    ['so is the end, after the last level', { ...stand, levelIndex: 2 }, { levelIndex: 1, round: 1 }, 'hurry'],
    ['a level of a round before does not count', { ...stand, levelIndex: 1, round: 2 }, first, 'nothing'],
    ['a step that another one followed changes nothing', { ...stand, levelIndex: 2 }, first, 'nothing'],
    [
      'a level that is not the last does not lead into the next round',
      { ...stand, levelIndex: 0, round: 2 },
      first,
      'nothing',
    ],
    [
      'the last level leads into the next round, and not into the one after it',
      { ...stand, levelIndex: 0, round: 3 },
      { levelIndex: 1, round: 1 },
      'nothing',
    ],
    [
      'the last level leads to the first of the next round, and not beyond it',
      { ...stand, levelIndex: 1, round: 2 },
      { levelIndex: 1, round: 1 },
      'nothing',
    ],
    ['a climb that is over is given up', { ...stand, isRunning: false }, first, 'give-up'],
    ['who is unattended already stays so', { ...stand, isRunning: false, isUnattended: true }, first, 'nothing'],
    ['an answered alert needs nobody', { ...stand, isPending: false }, first, 'nothing'],
  ] as const)('%s', (_title, climb, step, expected) => {
    expect(decideUnheard(climb, step)).toBe(expected)
  })
})
