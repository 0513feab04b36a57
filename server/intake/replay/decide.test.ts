import { describe, expect, test } from 'vitest'
import type { EventEffect } from '../../alert-sources/rules/schema.ts'
import { differences, type Fate } from './decide.ts'

const effect = (more: Partial<EventEffect> = {}): EventEffect => ({
  eventType: 'ALERT',
  alertKey: 'disk',
  summary: 'Disk full',
  details: 'On web-1',
  priority: 'HIGH',
  severity: 2,
  links: [{ href: 'https://wiki/disk', text: 'Runbook' }],
  labels: { host: 'web-1', team: 'Ops' },
  routingKeys: ['ops'],
  escalationPolicy: { id: 1, name: 'Day' },
  ...more,
})
const fate = (more: Partial<EventEffect> = {}): Fate => ({
  outcome: 'APPLIED',
  rule: 'opened',
  reason: null,
  effect: effect(more),
})
const compare = (was: Fate, today: Fate) => differences(was, today, 1_000)

describe('a replay', () => {
  test('of what today means the same differs in nothing, whatever order labels come in', () => {
    expect(compare(fate(), fate({ labels: { team: 'Ops', host: 'web-1' } }))).toEqual([])
  })

  test.each<[string, Partial<EventEffect>, string | null, string | null]>([
    ['Event type', { eventType: 'RESOLVE' }, 'ALERT', 'RESOLVE'],
    ['Alert key', { alertKey: null }, 'disk', ''],
    ['Summary', { summary: 'Disk' }, 'Disk full', 'Disk'],
    ['Details', { details: '' }, 'On web-1', ''],
    ['Priority', { priority: 'LOW' }, 'HIGH', 'LOW'],
    ['Severity', { severity: null }, '2', ''],
    [
      'Links',
      {
        links: [
          { href: 'https://a', text: '' },
          { href: 'https://b', text: 'B' },
        ],
      },
      'Runbook: https://wiki/disk',
      'https://a\nB: https://b',
    ],
    ['Labels', { labels: { team: 'Ops', host: 'web-2' } }, 'host: web-1\nteam: Ops', 'host: web-2\nteam: Ops'],
    ['Routing keys', { routingKeys: ['a', 'b'] }, 'ops', 'a, b'],
    ['Escalation policy', { escalationPolicy: null }, 'Day', 'the one of the source'],
  ])('tells that %s would be another', (name, more, was, today) => {
    expect(compare(fate(), fate(more))).toEqual([{ name, was, today }])
  })

  test('tells another outcome with its rule', () => {
    const filtered: Fate = { outcome: 'IGNORED', rule: 'event-filter', reason: null, effect: null }
    expect(compare({ ...fate(), effect: null }, filtered)).toEqual([
      { name: 'Outcome', was: 'APPLIED (opened)', today: 'IGNORED (event-filter)' },
    ])
    expect(compare({ ...filtered, rule: null }, filtered)).toEqual([
      { name: 'Outcome', was: 'IGNORED', today: 'IGNORED (event-filter)' },
    ])
  })

  test('tells everything that an event was, where today it is none', () => {
    const found = compare(fate(), { ...fate(), effect: null })
    expect(found).toHaveLength(10)
    expect(found[0]).toEqual({ name: 'Event type', was: 'ALERT', today: null })
    expect(compare({ ...fate(), effect: null }, fate())[0]).toEqual({ name: 'Event type', was: null, today: 'ALERT' })
  })

  test('compares details only as far as they were kept', () => {
    expect(differences(fate({ details: 'On we' }), fate(), 5)).toEqual([])
    expect(differences(fate({ details: 'On we' }), fate(), 6)).toHaveLength(1)
  })
})
