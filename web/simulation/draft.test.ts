import { expect, test } from 'vitest'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { valuesOf } from '../escalation/policy-values.ts'
import { changesOf, editOf, momentOf, payloadInput } from './draft.ts'

const source = {
  escalationPolicy: { id: 1, name: 'Day' },
  alertCreation: 'ONE_ALERT_PER_EMAIL',
  alertGroupingWindow: null,
  autoResolutionTimeout: null,
  alertPriorityRule: 'HIGH',
  supportHours: null,
  autoRaiseAlerts: false,
  eventFilter: null,
} as AlertSource
const policy = {
  id: 1,
  name: 'Day',
  escalationRules: [{ escalationTimeout: 5, users: [{ id: 7 }], schedules: [], teams: [], roundRobin: false }],
  teams: [],
  frequency: 1,
  delayMin: 0,
  routingKey: null,
  acceptTimeoutMin: null,
} as unknown as EscalationPolicy

test('an event, a pasted body and a delivery are sent as what they are', () => {
  const payload = { kind: 'SUMMARY', summary: 'Disk full', priority: '', body: '{}' } as const
  expect(payloadInput(payload)).toEqual({ event: { eventType: 'ALERT', summary: 'Disk full' } })
  expect(payloadInput({ ...payload, priority: 'LOW' })).toMatchObject({ event: { priority: 'LOW' } })
  expect(payloadInput({ ...payload, kind: 'PASTED' })).toEqual({ delivery: { body: '{}' } })
  expect(payloadInput({ ...payload, kind: 'an-id' })).toEqual({ delivery: { id: 'an-id' } })
})

test('an empty moment is now, and one that cannot be read is none', () => {
  expect(momentOf('')).toBeNull()
  expect(momentOf('2026-03-02T')).toBeUndefined()
  expect(momentOf('2026-03-02T09:00')).toBe(new Date('2026-03-02T09:00').toISOString())
})

test('only what an edit changes is sent', () => {
  const edit = editOf(source)
  const values = valuesOf(policy)
  expect(changesOf(source, edit, policy, values)).toBeNull()
  expect(changesOf(source, { ...edit, policy: 2, filter: 'true' }, undefined, values)).toEqual({
    alertSource: { escalationPolicy: { id: 2 }, eventFilter: 'true' },
  })
  expect(changesOf(source, { ...edit, priority: { ...edit.priority, rule: 'LOW' } }, policy, values)).toEqual({
    alertSource: { alertPriorityRule: 'LOW', supportHours: null, autoRaiseAlerts: false },
  })
  const grouping = { ...edit.grouping, grouped: true }
  expect(changesOf(source, { ...edit, grouping }, policy, { ...values, rounds: '2' })).toMatchObject({
    alertSource: { alertCreation: 'ONE_ALERT_GROUPED_PER_WINDOW', alertGroupingWindow: 'PT15M' },
    escalationPolicy: { id: 1, frequency: 2, escalationRules: [{ escalationTimeout: 5, users: [{ id: 7 }] }] },
  })
})
