import { describe, expect, test } from 'vitest'
import { LEVELS_MAX, ROUNDS_MAX } from '../escalation/schema.ts'
import type { AskedRow } from '../notifications/view.ts'
import { climbView, type Reach, type StoredClimb } from './climb-view.ts'

const at = (clock: string) => new Date(`2026-11-24T${clock}Z`)
const people = new Map(
  ['Ann', 'Ben', 'Cem'].map((firstName, index) => [
    index + 1,
    { id: index + 1, firstName, lastName: '', email: `${firstName.toLowerCase()}@example.org` },
  ]),
)
const [ann, ben, cem] = [1, 2, 3]

const reaching = (...ids: number[]): Reach => ({
  person: (id) => people.get(id),
  peopleOf: ({ levels }, index) => (levels[index]?.userIds ?? []).filter((id) => ids.includes(id)),
})

const climb = (more: Partial<StoredClimb> = {}, rounds = 1): StoredClimb => ({
  policy: {
    policyId: 1,
    policyName: 'Default',
    levels: [
      { timeoutMinutes: 5, userIds: [ann] },
      { timeoutMinutes: 5, userIds: [ben] },
      { timeoutMinutes: 5, userIds: [cem] },
    ],
    rounds,
    delayMinutes: 0,
  },
  levelIndex: 1,
  round: 1,
  dueAt: at('09:05:00'),
  reason: null,
  climb: 1,
  leftOut: [],
  ...more,
})

const asked = (person_id: number, more: Partial<AskedRow> = {}): AskedRow => ({
  alert_id: 1,
  person_id,
  level_index: 0,
  climb: 1,
  round: 1,
  created_at: at('09:00:00'),
  status: 'SUCCESS',
  ...more,
})

const nextOf = (view: ReturnType<typeof climbView>) =>
  view.next && {
    at: view.next.at,
    level: view.next.levelIndex,
    round: view.next.round,
    users: view.next.users.map((user) => user.firstName),
  }

describe('who is next', () => {
  test.each<[string, StoredClimb, Reach, object | null]>([
    [
      'is the level that comes, at its time',
      climb(),
      reaching(ann, ben, cem),
      { at: '2026-11-24T09:05:00.000Z', level: 1, round: 1, users: ['Ben'] },
    ],
    [
      'is who can be reached: a level that reaches nobody is passed over at once',
      climb(),
      reaching(ann, cem),
      { at: '2026-11-24T09:05:00.000Z', level: 2, round: 1, users: ['Cem'] },
    ],
    [
      'is the first level again when another round follows',
      climb({ levelIndex: 2 }, 2),
      reaching(ann, ben),
      { at: '2026-11-24T09:05:00.000Z', level: 0, round: 2, users: ['Ann'] },
    ],
    ['is nobody while only the last wait runs', climb({ levelIndex: 3 }), reaching(ann, ben, cem), null],
    ['is nobody when nobody can be reached', climb({ levelIndex: 0 }), reaching(), null],
    ['is nobody once it stopped', climb({ dueAt: null, reason: 'accepted by Ann' }), reaching(ann, ben, cem), null],
  ])('%s', (_title, given, reach, expected) => {
    expect(nextOf(climbView(given, 'HIGH', [asked(ann)], reach))).toEqual(expected)
  })
})

describe('a climb', () => {
  test.each<[string, StoredClimb, string, RegExp | null]>([
    ['under way runs', climb(), 'RUNNING', null],
    [
      'in its last wait runs, and says what follows',
      climb({ levelIndex: 3 }),
      'RUNNING',
      /^Nobody else: everybody was asked\..*unattended\.$/,
    ],
    ['that was answered stopped', climb({ dueAt: null, reason: 'accepted by Ann' }), 'STOPPED', /Ann/],
    [
      'of low priority stopped after its level',
      climb({ dueAt: null, reason: 'low priority: only the first level is asked' }),
      'STOPPED',
      /low priority/,
    ],
    [
      'that nobody answered ended',
      climb({ dueAt: null, reason: 'every level was asked and nobody answered' }),
      'ENDED',
      /nobody answered/,
    ],
    [
      'of low priority that reached nobody ended',
      climb({ dueAt: null, reason: 'low priority asks only the first level, and nobody there can be reached' }),
      'ENDED',
      /nobody/,
    ],
    [
      'whose policy was accepted by nobody ended',
      climb({ dueAt: null, reason: 'not accepted by anybody' }),
      'ENDED',
      /not accepted by anybody/,
    ],
    ['that ended without a word ended', climb({ dueAt: null, reason: null }), 'ENDED', null],
  ])('%s', (_title, given, status, reason) => {
    const view = climbView(given, 'HIGH', [asked(ann)], reaching(ann, ben, cem))
    expect(view.status).toBe(status)
    if (reason) expect(view.reason).toMatch(reason)
    else expect(view.reason).toBeNull()
  })

  test('is in the round that was asked last, not in the one that comes', () => {
    expect(
      climbView(climb({ levelIndex: 0, round: 2 }, 2), 'HIGH', [asked(cem, { level_index: 2 })], reaching(ann)).round,
    ).toBe(1)
    expect(climbView(climb({}, 2), 'HIGH', [asked(ann, { round: 2 })], reaching(ann)).round).toBe(2)
  })

  test('is in the round that was asked last, though the last resort was told since', () => {
    const told = asked(cem, { level_index: -1, round: 1 })
    expect(climbView(climb({}, 3), 'HIGH', [asked(ann, { round: 2 }), told], reaching(ann)).round).toBe(2)
  })

  test('that has asked nobody is in its first round, and says that nobody can be reached', () => {
    const view = climbView(climb({ levelIndex: 0 }, 2), 'HIGH', [], reaching())
    expect(view).toMatchObject({
      round: 1,
      rounds: 2,
      asked: [],
      next: null,
      reason: 'Nobody on this policy can be reached: the alert counts as unattended.',
    })
  })

  test('that everybody was asked in says so, and not that nobody can be reached', () => {
    const view = climbView(climb({ levelIndex: 3 }), 'HIGH', [asked(ann)], reaching(ann))
    expect(view.reason).toMatch(/everybody was asked/)
  })

  test('of the most levels and rounds finds the last person who can be reached', () => {
    const levels = Array.from({ length: LEVELS_MAX }, (_, index) => ({
      timeoutMinutes: 5,
      userIds: index === 0 ? [ann] : [],
    }))
    const { policy } = climb({}, ROUNDS_MAX)
    const view = climbView(climb({ policy: { ...policy, levels } }), 'HIGH', [asked(ann)], reaching(ann))
    expect(nextOf(view)).toEqual({ at: '2026-11-24T09:05:00.000Z', level: 0, round: 2, users: ['Ann'] })
  })

  test('names only who is known', () => {
    const stranger = 99
    const policy = { ...climb().policy, levels: [{ timeoutMinutes: 5, userIds: [ann, stranger] }] }
    const view = climbView(climb({ policy, levelIndex: 0 }), 'HIGH', [asked(stranger)], reaching(ann, stranger))
    expect(view.asked).toEqual([])
    expect(nextOf(view)?.users).toEqual(['Ann'])
  })

  test('shows when a step asked somebody first, and the best that became of it, in any order', () => {
    const later = { created_at: at('09:00:09') }
    const shown = (...rows: AskedRow[]) =>
      climbView(climb(), 'HIGH', rows, reaching(ann)).asked.map((one) => [one.at, one.notification])
    const first = '2026-11-24T09:00:00.000Z'
    expect(shown(asked(ann), asked(ann, { status: 'ERROR', ...later }))).toEqual([[first, 'SUCCESS']])
    expect(shown(asked(ann, { status: 'CANCELLED' }), asked(ann, { status: 'ERROR', ...later }))).toEqual([
      [first, 'ERROR'],
    ])
    expect(shown(asked(ann, { status: 'ERROR' }), asked(ann, { status: 'SENDING', ...later }))).toEqual([
      [first, 'SCHEDULED'],
    ])
  })

  test('shows who was asked once a step, by the contact that got furthest', () => {
    const view = climbView(
      climb(),
      'HIGH',
      [asked(ann, { status: 'ERROR' }), asked(ann), asked(ben, { level_index: 1, status: 'SENDING' })],
      reaching(ann, ben),
    )
    expect(view.asked.map((one) => [one.user.firstName, one.levelIndex, one.notification])).toEqual([
      ['Ann', 0, 'SUCCESS'],
      ['Ben', 1, 'SCHEDULED'],
    ])
  })
})
