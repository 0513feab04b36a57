import { describe, expect, test } from 'vitest'
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
  ...more,
})

const asked = (person_id: number, more: Partial<AskedRow> = {}): AskedRow => ({
  alert_id: 1,
  person_id,
  level_index: 0,
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
    ['in its last wait runs, and says what follows', climb({ levelIndex: 3 }), 'RUNNING', /unattended/],
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
