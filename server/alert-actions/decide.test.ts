import { describe, expect, test } from 'vitest'
import { triggersOf } from '../timeline/triggers.ts'
import { type ActionAlert, type ActionEvent, judge, needless, placesAsked, retryAt, writeMessage } from './decide.ts'

const now = new Date('2026-11-24T09:00:00Z')
const alert: ActionAlert = {
  id: 12,
  summary: 'A "quoted" disk\nis full',
  details: 'Only 2 % are left',
  status: 'PENDING',
  priority: 'HIGH',
  severity: 2,
  alertKey: 'web-1',
  reportTime: now.toISOString(),
  acceptedAt: null,
  resolvedOn: null,
  eventCount: 1,
  alertSource: { id: 3, name: 'Monitoring' },
  escalationPolicy: { id: 4, name: 'Day' },
  assignedTo: { id: 5, firstName: 'Pia', lastName: 'First' },
  labels: { service: 'Shop' },
  links: [{ href: 'https://wiki', text: 'Wiki' }],
  customDetails: { host: 'web-1' },
  url: 'https://tocsin.example.test/alerts/12',
}
const event: ActionEvent = { type: 'alert-acknowledged', text: 'Accepted by Pia', at: now.toISOString() }
const facts = { counts: {}, isIn: () => null }

describe('a condition', () => {
  test.each([
    [null, true],
    [' ', true],
    ["alert.priority == 'HIGH' and alert.alertSource.name contains 'moni'", true],
    ["alert.labels.service == 'Shop' and alert.customDetails.host == 'web-1'", true],
    ["alert.status == 'RESOLVED'", false],
    ['alert.nothing == 1', false],
    ['alert.summary ==', false],
    ['now is_in {"id": 9, "type": "SUPPORT_HOUR"}', false],
  ])('%s → %s', (conditions, holds) => {
    expect(judge(conditions, alert, facts, now).holds).toBe(holds)
  })

  test('may count, and names the places it asks about', () => {
    const first = judge('trigger_count.10m >= 2', alert, facts, now)
    expect(first.holds).toBe(false)
    expect(judge('trigger_count.10m >= 2', alert, { ...facts, counts: first.counts }, now).holds).toBe(true)
    expect(placesAsked('now is_in {"id": 9, "type": "SUPPORT_HOUR"}')).toMatchObject([{ place: { id: 9 } }])
    expect(placesAsked(null)).toEqual([])
    expect(placesAsked('alert.summary ==')).toEqual([])
  })

  test('about places that are not there is told which are missing, and where it asks', () => {
    const asked = placesAsked(
      'now is_in {"id": 9, "type": "SUPPORT_HOUR"}\nor now is_in {"id": 8, "type": "ON_CALL_SCHEDULE"}',
    )
    expect(asked.map(({ error }) => [error.message, error.line])).toEqual([
      ['There are no support hours 9.', 1],
      ['There is no schedule 8.', 2],
    ])
  })

  test('that cannot be read does not hold, and says why', () => {
    expect(judge('alert.summary ==', alert, facts, now)).toMatchObject({ holds: false, problem: { line: 1 } })
  })
})

describe('a message', () => {
  test('without templates says what happened and how the alert stands', () => {
    expect(writeMessage('TEXT', {}, alert, event)).toEqual({
      ok: true,
      message: {
        title: `Accepted: ${alert.summary}`,
        text: 'Accepted by Pia\nAlert 12 · PENDING · HIGH · Monitoring\nAssigned to Pia First',
        url: alert.url,
        body: null,
      },
    })
  })

  test('without an event’s own words says how the alert stands, and nobody’s name where nobody has it', () => {
    const textOf = (some: Partial<ActionAlert>, what: ActionEvent) => {
      const written = writeMessage('TEXT', {}, { ...alert, ...some }, what)
      return written.ok ? written.message.text : written.reason
    }
    const stand = 'Alert 12 · PENDING · HIGH · Monitoring'
    expect(textOf({ assignedTo: null }, { ...event, type: 'alert-created', text: 'Created' })).toBe(stand)
    expect(textOf({ assignedTo: null }, { ...event, text: '' })).toBe(stand)
    expect(textOf({ assignedTo: null }, event)).toBe(`Accepted by Pia\n${stand}`)
  })

  test.each([
    ['alert-created', 'New alert'],
    ['alert-assigned', 'Assigned'],
    ['alert-auto-escalated', 'Escalated'],
    ['alert-acknowledged', 'Accepted'],
    ['alert-raised', 'Raised to high priority'],
    ['alert-comment-added', 'Comment'],
    ['alert-escalation-ended', 'Nobody answered'],
    ['alert-resolved', 'Resolved'],
    ['alert-auto-resolved', 'Resolved by its timeout'],
    ['alert-reopened', 'Opened again'],
    ['alert-responder-added', 'Somebody was asked to help'],
    ['alert-responder-removed', 'Somebody was taken off'],
    ['alert-channel-attached', 'Channel attached'],
    ['alert-channel-detached', 'Channel detached'],
    ['v-alert-not-resolved', 'Still not resolved'],
    ['manual', 'Sent by hand'],
  ] as const)('about %s begins with: %s', (type, words) => {
    for (const sends of ['TEXT', 'BODY'] as const)
      expect(writeMessage(sends, {}, { ...alert, summary: 'Disk' }, { ...event, type })).toMatchObject({
        message: { title: `${words}: Disk` },
      })
  })

  test('has a title of 300 characters at most, one line without spaces around it, and its own words where a template makes none', () => {
    const titleOf = (titleTemplate: string, some: Partial<ActionAlert> = {}, sends: 'TEXT' | 'BODY' = 'TEXT') => {
      const written = writeMessage(sends, { titleTemplate }, { ...alert, ...some }, event)
      return written.ok ? written.message.title : written.reason
    }
    expect(titleOf('  {{ alertKey }} \n\n {{ alertStatus }} ')).toBe('web-1 PENDING')
    expect(titleOf('{{ alertSummary }}', { summary: 'a'.repeat(400) })).toBe('a'.repeat(300))
    expect(titleOf('', { summary: 'a'.repeat(400) }, 'BODY')).toHaveLength(300)
    expect(titleOf(' ', { summary: 'Disk' })).toBe('Accepted: Disk')
    expect(titleOf('{{ link }}', { summary: 'Disk', links: [] })).toBe('Accepted: Disk')
    expect(writeMessage('TEXT', { bodyTemplate: ' {{ alertDetails }} ' }, alert, event)).toMatchObject({
      message: { text: alert.details },
    })
  })

  test('of templates has ilert’s variables and all of the alert; a title is one line', () => {
    const written = writeMessage(
      'TEXT',
      {
        titleTemplate: '{{ alertId }} {{ alertSummary }}',
        bodyTemplate: '{{ link }} {{ alert.labels.service }} {{ eventType }}',
      },
      alert,
      event,
    )
    expect(written).toMatchObject({
      message: { title: '12 A "quoted" disk is full', text: 'https://wiki Shop alert-acknowledged' },
    })
  })

  test('as a body is ilert’s, or the template’s with values that stay inside their quotation marks', () => {
    const plain = writeMessage('BODY', {}, alert, event)
    expect(plain.ok && JSON.parse(plain.message.body ?? '')).toMatchObject({
      id: '12',
      eventType: event.type,
      alertUrl: alert.url,
    })
    expect(plain.ok && plain.message.body).not.toContain('customDetails')
    const own = writeMessage(
      'BODY',
      { bodyTemplate: '{"s": "{{ alertSummary }}", "n": {{ alert.severity }}}' },
      alert,
      event,
    )
    expect(own.ok && JSON.parse(own.message.body ?? '')).toEqual({ s: alert.summary, n: 2 })
    const bodyOf = (bodyTemplate: string) => {
      const written = writeMessage('BODY', { bodyTemplate }, { ...alert, links: [] }, event)
      return written.ok ? written.message : written
    }
    expect(bodyOf('["{{ alertUrl }}"]')).toEqual({
      title: `Accepted: ${alert.summary}`,
      text: '',
      url: alert.url,
      body: `["${alert.url}"]`,
    })
    // What makes nothing is no template.
    for (const empty of ['', ' ', '{{ link }}'])
      expect(bodyOf(empty)).toMatchObject({ body: expect.stringContaining('"eventType"') })
  })

  test('that cannot be written says why, and where', () => {
    expect(writeMessage('BODY', { bodyTemplate: '{"s": {{ alertSummary }}}' }, alert, event)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^The template cannot be used: What it makes is not valid JSON/),
      errors: [{ field: 'bodyTemplate', error: { line: 1, message: expect.stringContaining('quotation marks') } }],
    })
    expect(writeMessage('BODY', { bodyTemplate: '{{ ' }, alert, event)).toMatchObject({
      ok: false,
      errors: [{ field: 'bodyTemplate' }],
    })
    expect(writeMessage('TEXT', { titleTemplate: '{{ ', bodyTemplate: '{{ ' }, alert, event)).toMatchObject({
      errors: [{ field: 'titleTemplate' }, { field: 'bodyTemplate' }],
    })
    expect(writeMessage('TEXT', { titleTemplate: '{{ ' }, alert, event)).toMatchObject({
      ok: false,
      errors: [{ field: 'titleTemplate', error: { line: 1 } }],
    })
  })
})

test('what waited for its delay is needless once the alert went on', () => {
  expect(needless('v-alert-not-resolved', 'ACCEPTED')).toBeNull()
  expect(needless('v-alert-not-resolved', 'RESOLVED')).not.toBeNull()
  expect(needless('v-alert-not-resolved', 'RESOLVED')).toMatch(/resolved in time/)
  expect(needless('alert-escalation-ended', 'RESOLVED')).toMatch(/answered/)
  expect(needless('alert-escalation-ended', 'PENDING')).toBeNull()
  expect(needless('alert-escalation-ended', 'ACCEPTED')).not.toBeNull()
  expect(needless('alert-created', 'RESOLVED')).toBeNull()
})

test('tries follow each other ever later, an hour apart at most, and as late as the receiver asks', () => {
  const seconds = (attempts: number, after?: number) =>
    (retryAt(attempts, after, now).getTime() - now.getTime()) / 1_000
  expect([1, 2, 3, 4, 5, 6, 40].map((attempts) => seconds(attempts))).toEqual([5, 30, 120, 600, 1_800, 3_600, 3_600])
  expect(seconds(1, 90)).toBe(90)
  expect(seconds(4, 90)).toBe(600)
  expect(seconds(1, 1_000_000)).toBe(3_600)
})

test('a line of the timeline sets off what its writer says, else what its type says', () => {
  expect(triggersOf({ type: 'AlertCreatedByUserLogEntry' })).toEqual(['alert-created', 'v-alert-not-resolved'])
  expect(triggersOf({ type: 'HeartbeatOverdueLogEntry', trigger: 'alert-created' })[0]).toBe('alert-created')
  expect(triggersOf({ type: 'AlertCommentAddedLogEntry' })).toEqual(['alert-comment-added'])
  expect(triggersOf({ type: 'AlertCommentAddedLogEntry', trigger: null })).toEqual([])
  expect(triggersOf({ type: 'NotificationLogEntry' })).toEqual([])
})
