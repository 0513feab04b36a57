import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../trace/schema.ts'
import { type AuditedAlert, faultText, findFaults } from './decide.ts'

const now = new Date('2026-11-24T09:10:00Z')
const dueAt = new Date('2026-11-24T09:15:00Z')
const policy = { policyId: 1, levels: [{ timeoutMinutes: 15, userIds: [1] }] }
const next = { levelIndex: 1, round: 1, dueAt: dueAt.toISOString() }
const plan = {
  id: 'a',
  personId: 1,
  contactId: 2,
  channel: 'EMAIL',
  target: 'pia@example.com',
  round: 1,
  levelIndex: 0,
  priority: 'HIGH',
  subject: 'Disk',
}
const page = { ...plan, status: 'SUCCESS', dueAt: now, leaseUntil: null as Date | null }
const climb = { policy, climb: 1, levelIndex: 1, round: 1, dueAt: dueAt as Date | null, stoppedAt: null as Date | null }
const told = (...evidence: Evidence[]) => evidence.map((one) => ({ at: now, evidence: one }))
const story = told(
  { policy, startedAt: now.toISOString(), next: { levelIndex: 0, round: 1, dueAt: now.toISOString() } },
  { next },
  { intents: [plan] },
  { ended: [{ intent: 'a', status: 'SUCCESS' }] },
)
const alert = (more: Partial<AuditedAlert> = {}): AuditedAlert => ({
  status: 'PENDING',
  climb,
  intents: [page],
  trace: story,
  ...more,
})
const kinds = (some: Partial<AuditedAlert>) => findFaults(alert(some), now).map((fault) => fault.kind)

test('what stands as decided is well', () => {
  expect(kinds({})).toEqual([])
})

describe('the timer', () => {
  test.each<[string, Partial<AuditedAlert>, string[]]>([
    ['is gone', { climb: null }, ['timer-missing']],
    ['was moved', { climb: { ...climb, dueAt: new Date('2027-01-01T00:00:00Z') } }, ['timer-altered']],
    ['was moved a little', { climb: { ...climb, dueAt: new Date(dueAt.getTime() + 1) } }, ['timer-altered']],
    ['has another level', { climb: { ...climb, levelIndex: 0 } }, ['timer-altered']],
    ['has another round', { climb: { ...climb, round: 2 } }, ['timer-altered']],
    ['has another policy', { climb: { ...climb, policy: { ...policy, levels: [] } } }, ['timer-altered']],
    ['was stopped', { climb: { ...climb, dueAt: null, stoppedAt: now } }, ['timer-altered']],
    [
      'is over, as told',
      { climb: { ...climb, dueAt: null, stoppedAt: now }, trace: [...story, ...told({ next: null })] },
      [],
    ],
    ['is over, and is gone', { climb: null, trace: [...story, ...told({ next: null })] }, []],
    ['goes on though it is over', { trace: [...story, ...told({ next: null })] }, ['timer-left']],
    ['goes on though somebody answered', { status: 'ACCEPTED' }, ['timer-left']],
    ['is stopped because somebody answered', { status: 'ACCEPTED', climb: { ...climb, dueAt: null } }, []],
    ['began before there was a trace', { trace: [], intents: [] }, []],
    ['is gone without a trace', { climb: null, trace: [], intents: [] }, ['timer-missing']],
  ])('%s', (_title, some, expected) => {
    expect(kinds(some)).toEqual(expected)
  })

  test('is put back by what is known: without its policy it begins anew, or keeps the one it has', () => {
    const nextAlone = told({ next })
    expect(findFaults(alert({ climb: null, trace: nextAlone, intents: [] }), now)).toEqual([
      { kind: 'timer-missing', evidence: null },
    ])
    const policyAlone = told({ policy, startedAt: now.toISOString() })
    expect(findFaults(alert({ climb: null, trace: policyAlone, intents: [] }), now)).toEqual([
      { kind: 'timer-missing', evidence: null },
    ])
    expect(findFaults(alert({ climb: { ...climb, round: 2 }, trace: nextAlone, intents: [] }), now)).toEqual([
      { kind: 'timer-altered', policy, climb: 1, next },
    ])
    expect(kinds({ trace: nextAlone, intents: [] })).toEqual([])
    expect(kinds({ climb: { ...climb, dueAt: null }, trace: nextAlone, intents: [] })).toEqual(['timer-altered'])
  })

  test('is put back as it was decided last', () => {
    expect(findFaults(alert({ climb: null }), now)).toEqual([
      { kind: 'timer-missing', evidence: { policy, startedAt: now.toISOString(), climb: 1, next } },
    ])
    expect(findFaults(alert({ climb: { ...climb, round: 2 } }), now)).toEqual([
      { kind: 'timer-altered', policy, climb: 1, next },
    ])
    expect(findFaults(alert({ climb: null, trace: [], intents: [] }), now)).toEqual([
      { kind: 'timer-missing', evidence: null },
    ])
  })
})

describe('a climb that people began anew', () => {
  const other = { policyId: 2, levels: [{ timeoutMinutes: 5, userIds: [3] }] }
  const anew = { levelIndex: 0, round: 1, dueAt: now.toISOString() }
  const trace = [...story, ...told({ policy: other, startedAt: now.toISOString(), climb: 2, next: anew })]
  const second = { ...climb, policy: other, climb: 2, levelIndex: 0, dueAt: now as Date | null }

  test('is held against its own beginning, number and policy', () => {
    expect(kinds({ climb: second, trace })).toEqual([])
    expect(kinds({ climb: { ...second, climb: 1 }, trace })).toEqual(['timer-altered'])
    expect(kinds({ climb: { ...second, policy }, trace })).toEqual(['timer-altered'])
    expect(findFaults(alert({ climb: null, trace }), now)).toEqual([
      { kind: 'timer-missing', evidence: { policy: other, startedAt: now.toISOString(), climb: 2, next: anew } },
    ])
  })

  test('of an accepted alert only who was asked to help since is a concern', () => {
    const invitation = { ...plan, id: 'b', kind: 'INVITE' }
    const accepted = { status: 'ACCEPTED', climb: { ...climb, dueAt: null }, intents: [] }
    expect(kinds({ ...accepted, trace: [...story, ...told({ intents: [invitation] })] })).toEqual(['page-missing'])
    expect(kinds({ ...accepted, trace: story })).toEqual([])
  })
})

describe('a page', () => {
  const waiting = { ...page, status: 'SCHEDULED' }
  const unsent = story.slice(0, 3)
  const inTwoMinutes = new Date('2026-11-24T09:12:00Z')
  test.each<[string, Partial<AuditedAlert>, string[]]>([
    ['is gone', { intents: [] }, ['page-missing']],
    ['is gone before it left', { intents: [], trace: unsent }, ['page-missing']],
    ['is said to be sent, and nobody sent it', { trace: unsent }, ['page-altered']],
    [
      'is said to be called off, and nobody did',
      { intents: [{ ...page, status: 'CANCELLED' }], trace: unsent },
      ['page-altered'],
    ],
    ['is said to wait, and was sent', { intents: [waiting] }, ['page-altered']],
    ['waits', { intents: [waiting], trace: unsent }, []],
    [
      'is on its way',
      { intents: [{ ...page, status: 'SENDING', leaseUntil: dueAt.getTime() > 0 ? now : null }], trace: unsent },
      [],
    ],
    [
      'waits for next year',
      { intents: [{ ...waiting, dueAt: new Date('2027-01-01T00:00:00Z') }], trace: unsent },
      ['page-altered'],
    ],
    [
      'is held for ever',
      { intents: [{ ...page, status: 'SENDING', leaseUntil: new Date('2027-01-01T00:00:00Z') }], trace: unsent },
      ['page-altered'],
    ],
    ['waits for its retry', { intents: [{ ...waiting, dueAt: inTwoMinutes }], trace: unsent }, []],
    [
      'waits longer than any retry',
      { intents: [{ ...waiting, dueAt: new Date(inTwoMinutes.getTime() + 1) }], trace: unsent },
      ['page-altered'],
    ],
    [
      'is held for its lease',
      { intents: [{ ...page, status: 'SENDING', leaseUntil: inTwoMinutes }], trace: unsent },
      [],
    ],
    [
      'is held longer than any lease',
      { intents: [{ ...page, status: 'SENDING', leaseUntil: new Date(inTwoMinutes.getTime() + 1) }], trace: unsent },
      ['page-altered'],
    ],
    ['goes elsewhere', { intents: [{ ...page, target: 'eve@example.com' }] }, ['page-altered']],
    ['goes to somebody else', { intents: [{ ...page, personId: 2 }] }, ['page-altered']],
    ['goes by another contact', { intents: [{ ...page, contactId: 3 }] }, ['page-altered']],
    ['goes another way', { intents: [{ ...page, channel: 'PIGEON' }] }, ['page-altered']],
    ['of an answered alert is nobody’s concern', { status: 'RESOLVED', climb: null, intents: [] }, []],
  ])('%s', (_title, some, expected) => {
    expect(kinds(some)).toEqual(expected)
  })

  describe('that was planned for later', () => {
    const at = new Date('2026-11-24T09:40:00Z')
    const later = told({ next }, { intents: [{ ...plan, dueAt: at.toISOString() }] })
    test.each<[string, Partial<AuditedAlert>['intents'], string[]]>([
      ['waits until then', [{ ...waiting, dueAt: at }], []],
      ['is hurried', [{ ...waiting, dueAt: now }], []],
      ['was moved further', [{ ...waiting, dueAt: new Date(at.getTime() + 1) }], ['page-altered']],
      ['is gone', [], ['page-missing']],
    ])('%s', (_title, intents, expected) => {
      expect(kinds({ intents: intents ?? [], trace: later })).toEqual(expected)
    })
  })

  test('ends as it ended', () => {
    expect(findFaults(alert({ intents: [] }), now)).toEqual([{ kind: 'page-missing', plan, ended: 'SUCCESS' }])
    expect(findFaults(alert({ intents: [], trace: unsent }), now)).toEqual([
      { kind: 'page-missing', plan, ended: null },
    ])
  })
})

test('every fault has words', () => {
  const texts = [
    faultText({ kind: 'timer-missing', evidence: null }),
    faultText({ kind: 'timer-missing', evidence: { policy, startedAt: '', climb: 1, next } }),
    faultText({ kind: 'timer-altered', policy, climb: 1, next }),
    faultText({ kind: 'timer-left' }),
    faultText({ kind: 'page-missing', plan, ended: null }),
    faultText({ kind: 'page-altered', plan, ended: null }),
  ]
  expect(texts).toEqual([
    'it had no escalation at all',
    'the timer of its escalation was gone',
    'the timer of its escalation did not stand as decided',
    'its escalation went on although it was over',
    'the page to pia@example.com was gone',
    'the page to pia@example.com did not stand as decided',
  ])
})
