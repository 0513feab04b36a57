import { describe, expect, test } from 'vitest'
import { FourmeRecord, factsOf } from './record.ts'

const record = (more: Record<string, unknown> = {}) => FourmeRecord.parse({ id: 7, subject: 'Mail is down', ...more })
const facts = (
  more: Record<string, unknown>,
  kind: 'request' | 'problem' = 'request',
  settings: Parameters<typeof factsOf>[4] = {},
) => factsOf(kind, record(more), [], [], settings)

describe('the facts of a record', () => {
  test('say nothing that the record does not say', () => {
    expect(factsOf('request', FourmeRecord.parse({ id: '7' }), null, [])).toEqual({ labels: {} })
    expect(facts({ subject: '\n', impact: '' })).toEqual({ labels: {} })
  })

  test('have the links that are known', () => {
    const links = [{ href: 'https://wdc.4me.com/requests/7', text: 'Request 7 in 4me' }]
    expect(factsOf('request', record(), [], links).links).toEqual(links)
    expect(factsOf('request', record(), [], [])).not.toHaveProperty('links')
  })

  test('name a manager for problems only', () => {
    const manager = { name: 'Ann Lee' }
    expect(facts({ manager }, 'problem').labels).toEqual({ manager: 'Ann Lee' })
    expect(facts({ manager }, 'request').labels).toEqual({})
  })

  test('name what is referred to by its name, its subject or its label', () => {
    expect(facts({ team: { name: 'Desk', subject: 'no' } }).labels).toEqual({ team: 'Desk' })
    expect(facts({ service_instance: { subject: 'Mail', label: 'no' } }).labels).toEqual({ service: 'Mail' })
    expect(facts({ service_instance: { label: 'SI-1' } }).labels).toEqual({ service: 'SI-1' })
    expect(facts({ team: 'Desk' }).labels).toEqual({})
  })

  test.each([
    [
      'who it is for before who asked',
      { requested_for: { name: 'Ann' }, requested_by: { name: 'Rob' } },
      { requester: 'Ann' },
    ],
    ['who asked when nobody else is named', { requested_by: { name: 'Rob' } }, { requester: 'Rob' }],
    [
      'the service instance before the service',
      { service_instance: { name: 'Mail 1' }, service: { name: 'Mail' } },
      { service: 'Mail 1' },
    ],
    ['the service when no instance is named', { service: { name: 'Mail' } }, { service: 'Mail' }],
    [
      'the next target before the others',
      { next_target_at: 'best_effort', resolution_target_at: 'no_target', analysis_target_at: 'x' },
      { target: 'best effort' },
    ],
    [
      'the target of the resolution before that of the analysis',
      { resolution_target_at: 'clock_stopped_now', analysis_target_at: 'x' },
      { target: 'clock stopped now' },
    ],
    [
      'how it stands as a major incident, in words',
      { major_incident_status: 'being_handled_now' },
      { 'major incident': 'being handled now' },
    ],
    ['the target of the analysis', { analysis_target_at: '2026-11-26T15:00:00Z' }, { target: '2026-11-26T15:00:00Z' }],
  ])('name %s', (_title, given, labels) => {
    expect(facts(given).labels).toEqual(labels)
  })

  test('are bounded, however long the record is', () => {
    const long = 'x'.repeat(100_000)
    const { summary, details, labels } = factsOf(
      'request',
      record({ subject: long, category: long }),
      [{ text: long }],
      [],
    )
    expect([summary?.length, details?.length, labels?.category?.length]).toEqual([1_000, 64_000, 255])
  })
})

describe('the weight of a record', () => {
  const weight = (more: Record<string, unknown>, settings: Parameters<typeof factsOf>[4] = {}) => {
    const { priority, severity } = facts(more, 'request', settings)
    return [priority, severity]
  }

  test.each([
    ['top', 'HIGH', 1],
    ['high', 'HIGH', 2],
    ['medium', undefined, 3],
    ['low', undefined, 4],
    ['none', undefined, 5],
    ['gigantic', undefined, undefined],
    [null, undefined, undefined],
  ])('of the impact %s is %s, %s', (impact, ...expected) => {
    expect(weight({ impact })).toEqual(expected)
  })

  test.each<[string, NonNullable<Parameters<typeof factsOf>[4]>['impactPriority'], unknown[]]>([
    ['a priority, and keeps the usual severity', { high: { priority: 'LOW' } }, ['LOW', 2]],
    ['a severity, and keeps the usual priority', { high: { severity: 4 } }, ['HIGH', 4]],
    ['both', { high: { priority: 'LOW', severity: 5 } }, ['LOW', 5]],
    ['nothing', { high: { priority: undefined, severity: undefined } }, ['HIGH', 2]],
    ['another impact', { top: { priority: 'LOW', severity: 5 } }, ['HIGH', 2]],
    ['null', { high: null }, ['HIGH', 2]],
  ])('follows the table of the source where it gives %s', (_title, impactPriority, expected) => {
    expect(weight({ impact: 'high' }, { impactPriority })).toEqual(expected)
  })

  test.each([
    ['accepted', ['accepted'], ['HIGH', 1]],
    ['accepted', ['proposed', 'Accepted'], ['HIGH', 1]],
    ['rejected', ['proposed', 'accepted'], [undefined, 4]],
    ['accepted', [], [undefined, 4]],
    ['accepted', null, [undefined, 4]],
    [null, ['accepted'], [undefined, 4]],
    ['Accepted', ['accepted'], ['HIGH', 1]],
  ])('of a major incident that is %s, where %j count, is %j', (major_incident_status, majorIncident, expected) => {
    expect(weight({ impact: 'low', major_incident_status }, { majorIncident })).toEqual(expected)
  })

  test('of a major incident that counts is as heavy as can be, whatever the table says of its impact', () => {
    const settings = { majorIncident: ['accepted'], impactPriority: { low: { priority: 'LOW' as const, severity: 5 } } }
    expect(weight({ impact: 'low', major_incident_status: 'accepted' }, settings)).toEqual(['HIGH', 1])
    expect(weight({ impact: 'low', major_incident_status: 'rejected' }, settings)).toEqual(['LOW', 5])
  })
})

describe('the description of a record', () => {
  test.each<[string, unknown, string | undefined]>([
    ['is its first note that says something', [{ text: ' ' }, { text: 'Since 3.' }, { text: 'later' }], 'Since 3.'],
    ['is not looked for in what is no note', ['Since 3.', null, { text: 7 }, { text: 'Since 4.' }], 'Since 4.'],
    ['is missing where there are no notes', [], undefined],
    ['is missing where notes could not be read', null, undefined],
    ['is missing where notes are no list', { text: 'Since 3.' }, undefined],
  ])('%s', (_title, notes, details) => {
    expect(factsOf('request', record(), notes, []).details).toBe(details)
  })
})
