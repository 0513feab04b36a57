import { expect, test } from 'vitest'
import { type Judgement, judge, type Letter, type Level, type Line, type Story } from './judge.ts'

const MINUTE = 60_000
const levels: Level[] = [
  { timeoutMs: MINUTE, email: 'pia' },
  { timeoutMs: MINUTE, email: null },
  { timeoutMs: MINUTE, email: 'tom' },
]
const asked = (levelIndex: number, at: number): Line => ({
  at,
  type: levelIndex === 0 ? 'AlertAssignedBySystemLogEntry' : 'AlertEscalatedToLevelLogEntry',
  vars: { levelIndex, round: 1 },
})
const answered = (at: number): Line => ({ at, type: 'AlertSourceResponseLogEntry', vars: {} })
const mail = (to: string, at: number, messageId = to): Letter => ({ at, to, incident: 'Event 1', messageId })

const kept: Story = {
  name: 'Event 1',
  triedAt: 0,
  promisedAt: 10,
  answeredFrom: null,
  letters: [mail('pia', 100), mail('tom', 61_000)],
  lines: [asked(0, 50), asked(2, 60_500)],
}
const rules = { levels, windows: [], judgedAt: 100_000, lateMsMax: 15_000 }

function countsOf({ pagedAgain, worstLatenessMs: _, ...lists }: Judgement): Record<string, number> {
  const counts = { ...lists, pagedAgain: [...pagedAgain] }
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, list]) => (list.length ? [[name, list.length]] : [])),
  )
}

test.each<[string, Partial<Story>, Record<string, number>]>([
  ['a promise that was kept', {}, {}],
  ['nobody mailed at all', { letters: [] }, { skipped: 1 }],
  ['a level that was left out', { letters: [mail('pia', 100)], lines: [asked(0, 50)] }, { skipped: 1 }],
  [
    'an answer in time, so that nobody else is asked',
    { letters: [mail('pia', 100)], lines: [asked(0, 50), answered(9_000)], answeredFrom: 8_900 },
    {},
  ],
  [
    'an answer that came long after the next level was due',
    { letters: [mail('pia', 100)], lines: [asked(0, 50), answered(90_000)], answeredFrom: 89_000 },
    { skipped: 1 },
  ],
  [
    'a mail before the level above had its time',
    { letters: [mail('pia', 100), mail('tom', 60_040)], lines: [asked(0, 50), asked(2, 60_030)] },
    { early: 1 },
  ],
  [
    'an answer while the page had been begun and cut off twice',
    { letters: [], lines: [asked(0, 50), answered(25_000)], answeredFrom: 25_000, cutOff: new Map([['pia', 2]]) },
    {},
  ],
  ['a page that was begun and cut off, and no mail', { letters: [], cutOff: new Map([['pia', 2]]) }, { skipped: 1 }],
  ['a mail that comes too late', { letters: [mail('pia', 100), mail('tom', 80_000)] }, { late: 1 }],
  ['a mail without a line', { lines: [asked(0, 50)] }, { unexplained: 1 }],
  ['a mail to a stranger', { letters: [...kept.letters, mail('eve', 70_000)] }, { unexplained: 1 }],
  [
    'a mail long after the answer',
    { lines: [...kept.lines, answered(55_000)], answeredFrom: 54_900 },
    { unexplained: 1 },
  ],
  ['a copy of a message', { letters: [...kept.letters, mail('pia', 12_000)] }, { pagedAgain: 1 }],
  ['a second message of one level', { letters: [...kept.letters, mail('pia', 12_000, 'other')] }, { firedTwice: 1 }],
])('%s', (_title, change, counts) => {
  expect(countsOf(judge({ ...kept, ...change }, rules))).toEqual(counts)
})

test('what a fault held up is late only from its end', () => {
  const story = { ...kept, letters: [mail('pia', 100), mail('tom', 80_000)] }
  const windows = [{ from: 61_000, until: 70_000 }]
  const judgement = judge(story, { ...rules, windows })
  expect(countsOf(judgement)).toEqual({})
  expect(judgement.worstLatenessMs).toBe(80_000 - 60_050)
})
