import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../oncall/decide.ts'
import { decidePeople, type Known, type Targets } from './decide.ts'

const at = new Date('2026-03-02T09:00:00Z')
const names = ['', 'Ann', 'Bob', 'Cem', 'Dee', 'Eva', 'Finn']

const layer = {
  name: 'Daily',
  startsOn: '2026-03-01T00:00',
  endsOn: null,
  userIds: [1, 2],
  rotation: 'P1D',
  restrictions: [],
  skipRestrictedTime: false,
}
const rules = (more: Partial<Schedule> = {}): Schedule => ({
  timezone: 'UTC',
  editions: [{ from: null, layers: [layer] }],
  shifts: [],
  overrides: [],
  ...more,
})
const override = { id: 1, userId: 3, start: new Date('2026-03-02T08:00:00Z'), end: new Date('2026-03-02T10:00:00Z') }

const known: Known = {
  person: (id) => (id === 4 ? undefined : { id, firstName: names[id] ?? '', lastName: '', email: '' }),
  name: (id) => names[id] ?? '',
  canBeAsked: (id) => id !== 3,
  mutedUntil: (id) => ({ 5: new Date('2026-03-02T09:00:00.001Z'), 6: at })[id] ?? null,
  schedule: (id) =>
    ({
      10: { name: 'Night watch', isRemoved: false, rules: rules() },
      11: { name: 'Empty', isRemoved: false, rules: rules({ editions: [] }) },
      12: { name: 'Old', isRemoved: true, rules: rules() },
      13: { name: 'Swapped', isRemoved: false, rules: rules({ overrides: [{ ...override, userId: 1 }] }) },
      14: { name: 'Drawn', isRemoved: false, rules: rules({ shifts: [{ ...override, userId: 1 }] }) },
      15: { name: 'Same', isRemoved: false, rules: rules({ overrides: [{ ...override, userId: 2 }] }) },
      16: { name: 'Gap', isRemoved: false, rules: rules({ editions: [], overrides: [{ ...override, userId: 1 }] }) },
    })[id],
  team: (id) => ({ 20: { name: 'Ops', memberIds: [1, 2, 3] }, 21: { name: 'Nobody', memberIds: [] } })[id],
}

type Level = Partial<Targets> & { takenOff?: number[] }
const decided = (level: Level, lastAsked: number | null = null) => {
  const { people, leftOut } = decidePeople({ userIds: [], ...level, name: 'level 1' }, known, at, lastAsked)
  return {
    asked: people.map(({ personId, by }) => `${names[personId]}${by === null ? '' : ` ${by}`}`),
    leftOut: leftOut.map(({ rule, reason }) => `${rule}: ${reason}`),
  }
}

describe('a level asks', () => {
  test.each([
    ['whom it names', { userIds: [2, 1] }, ['Bob', 'Ann'], []],
    ['who is on call', { scheduleIds: [10] }, ['Bob on call on Night watch by its layer Daily'], []],
    ['whose shift was drawn by hand', { scheduleIds: [14] }, ['Ann on call on Drawn by a shift'], []],
    ['whom an override puts in their own place', { scheduleIds: [15] }, ['Bob on call on Same by an override'], []],
    ['whom an override puts where nobody was', { scheduleIds: [16] }, ['Ann on call on Gap by an override'], []],
    [
      'who was put in the place of another',
      { scheduleIds: [13] },
      ['Ann on call on Swapped by an override'],
      ['overridden: Bob would be on call on Swapped, but an override says otherwise.'],
    ],
    [
      'everybody of a team who can be reached',
      { teamIds: [20] },
      ['Ann in the team Ops', 'Bob in the team Ops'],
      ['no-way-to-reach: Cem is in the team Ops but has no contact that works, or wants no such alerts.'],
    ],
    [
      'nobody who is muted, until that is over',
      { userIds: [5, 6] },
      ['Finn'],
      ['muted: Eva stands on level 1 but is muted until 2026-03-02T09:00:00.001Z.'],
    ],
    ['somebody who is there twice once', { userIds: [2], scheduleIds: [10], teamIds: [] }, ['Bob'], []],
    [
      'nobody who was taken off this alert',
      { userIds: [1], scheduleIds: [10], takenOff: [2] },
      ['Ann'],
      ['taken-off-alert: Bob is on call on Night watch by its layer Daily but was taken off this alert.'],
    ],
    [
      'nothing of what is not there any more',
      { scheduleIds: [98], teamIds: [99] },
      [],
      ['schedule-removed: The schedule 98 was removed.', 'team-removed: The team 99 was removed.'],
    ],
    [
      'nobody, and says why',
      { userIds: [3, 4], scheduleIds: [11, 12], teamIds: [21] },
      [],
      [
        'nobody-on-call: Nobody is on call on Empty.',
        'schedule-removed: The schedule Old was removed.',
        'team-empty: The team Nobody has nobody who answers alerts.',
        'no-way-to-reach: Cem stands on level 1 but has no contact that works, or wants no such alerts.',
        'person-removed: Dee stands on level 1 but was removed.',
      ],
    ],
  ])('%s', (_title, targets, asked, leftOut) => {
    expect(decided(targets)).toEqual({ asked, leftOut })
  })

  test('one after the other where it asks in turn, passing over who cannot be asked', () => {
    const level = { userIds: [1, 3, 2], inTurn: true }
    expect(decided(level)).toMatchObject({ asked: ['Ann'] })
    expect(decided(level, 1)).toMatchObject({ asked: ['Bob'] })
    expect(decided(level, 2)).toMatchObject({ asked: ['Ann'] })
    expect(decided(level, 99)).toMatchObject({ asked: ['Ann'] })
    expect(decided(level, 1).leftOut).toContain('not-in-turn: Ann waits: level 1 asks one person at a time, in turn.')
  })

  test.each<[string, number[], string[], string[]]>([
    ['everybody else wait', [1, 2, 6], ['Ann'], ['Bob, Finn wait: level 1 asks one person at a time, in turn.']],
    ['nobody wait where there is one person', [1], ['Ann'], []],
    ['nobody wait where the others cannot be asked', [4, 1], ['Ann'], ['Dee stands on level 1 but was removed.']],
    ['nobody wait where nobody can be asked', [4], [], ['Dee stands on level 1 but was removed.']],
  ])('in turn lets %s', (_title, userIds, asked, reasons) => {
    const { people, leftOut } = decidePeople({ userIds, inTurn: true, name: 'level 1' }, known, at, null)
    expect(people.map(({ personId }) => names[personId])).toEqual(asked)
    expect(leftOut.map(({ reason }) => reason)).toEqual(reasons)
  })
})

test.each<[string, Level, [string, number[]][]]>([
  [
    'a schedule is about nobody',
    { scheduleIds: [11, 12] },
    [
      ['nobody-on-call', []],
      ['schedule-removed', []],
    ],
  ],
  [
    'a team is about nobody',
    { teamIds: [21, 99] },
    [
      ['team-empty', []],
      ['team-removed', []],
    ],
  ],
  ['an override is about whom it replaces', { scheduleIds: [13] }, [['overridden', [2]]]],
  [
    'a person is about them',
    { userIds: [3, 4, 5] },
    [
      ['no-way-to-reach', [3]],
      ['person-removed', [4]],
      ['muted', [5]],
    ],
  ],
  ['whoever was taken off is about them', { userIds: [1], takenOff: [1] }, [['taken-off-alert', [1]]]],
  ['the turn is about whoever waits', { userIds: [1, 2, 6], inTurn: true }, [['not-in-turn', [2, 6]]]],
])('what is left out because of %s', (_title, level, expected) => {
  const { leftOut } = decidePeople({ userIds: [], ...level, name: 'level 1' }, known, at, null)
  expect(leftOut.map(({ rule, people }) => [rule, people])).toEqual(expected)
})
