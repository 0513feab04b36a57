import { describe, expect, test } from 'vitest'
import { type AlarmKey, decideAlarms, type WatchFacts } from './decide.ts'

const well: WatchFacts = {
  unattended: 0,
  findings: 0,
  setAside: 0,
  unreadSeconds: 0,
  lateSeconds: 0,
  healed: 0,
  expired: 0,
}
const decide = (facts: Partial<WatchFacts>, told: [AlarmKey, number][] = []) =>
  decideAlarms({ ...well, ...facts }, new Map(told)).notices.map(
    ({ type, key, summary }) => `${type} ${key}: ${summary}`,
  )

describe('an alarm', () => {
  test.each<[string, Partial<WatchFacts>, [AlarmKey, number][], string[]]>([
    ['is not raised while all is well', {}, [], []],
    ['is raised when it begins', { unattended: 1 }, [], ['ALERT unattended: An alert is unattended']],
    ['is not raised twice', { unattended: 1 }, [['unattended', 1]], []],
    [
      'is raised again when it gets worse',
      { unattended: 3 },
      [['unattended', 1]],
      ['ALERT unattended: 3 alerts are unattended'],
    ],
    ['is quiet while it gets better', { unattended: 1 }, [['unattended', 3]], []],
    ['ends', {}, [['unattended', 3]], ['RESOLVE unattended: No alert is unattended any more']],
    [
      'of findings ends when they were seen',
      {},
      [['findings', 2]],
      ["RESOLVE findings: The auditor's findings were seen"],
    ],
    ['of deliveries ends', {}, [['unread', 1]], ['RESOLVE unread: Deliveries are read in time again']],
    ['of steps ends', {}, [['late', 1]], ['RESOLVE late: Escalation steps are in time again']],
    ['is raised for findings', { findings: 1 }, [], ['ALERT findings: The auditor put one thing right']],
    ['is raised for several', { findings: 2 }, [], ['ALERT findings: The auditor put 2 things right']],
    ['is raised for what was set aside', { setAside: 1 }, [], ['ALERT set-aside: A delivery was set aside']],
    [
      'is raised again when more is set aside',
      { setAside: 3 },
      [['set-aside', 1]],
      ['ALERT set-aside: 3 deliveries were set aside'],
    ],
    [
      'of what was set aside ends',
      {},
      [['set-aside', 2]],
      ['RESOLVE set-aside: What was set aside is replayed, or older than a day'],
    ],
    ['is not raised for what is a little late', { unreadSeconds: 300, lateSeconds: 60 }, [], []],
    [
      'is raised for what is very late',
      { unreadSeconds: 301, lateSeconds: 61 },
      [],
      ['ALERT unread: Deliveries lie unread', 'ALERT late: Escalation steps are late'],
    ],
    ['is not raised for a change or two that nobody told', { healed: 2, expired: 2 }, [], []],
    [
      'is raised when deliveries do not arrive, or too late',
      { healed: 3, expired: 3 },
      [],
      ['ALERT missed: Deliveries do not arrive', 'ALERT expired: Signed deliveries arrive too late'],
    ],
    ['is not raised twice for it', { lateSeconds: 500 }, [['late', 1]], []],
  ])('%s', (_title, facts, told, expected) => {
    expect(decide(facts, told)).toEqual(expected)
  })

  test('says what it means, each in its own words', () => {
    const all = { unattended: 1, findings: 1, setAside: 1, unreadSeconds: 400, lateSeconds: 400, healed: 3, expired: 3 }
    const details = decideAlarms(all, new Map()).notices.map((notice) => notice.details)
    expect(new Set(details).size).toBe(7)
    for (const text of details) expect(text).toMatch(/^[A-Z0-9].+\.$/)
  })

  test('says how bad it is', () => {
    const { notices, levels } = decideAlarms({ ...well, unreadSeconds: 400.4, lateSeconds: 99.6 }, new Map())
    expect(notices.map((notice) => notice.details).join()).toMatch(/400 seconds.*100 seconds/)
    expect([...levels]).toEqual([
      ['unattended', 0],
      ['findings', 0],
      ['set-aside', 0],
      ['unread', 1],
      ['late', 1],
      ['missed', 0],
      ['expired', 0],
    ])
  })
})
