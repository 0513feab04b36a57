import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

async function monitored(world: World, settings: Record<string, unknown> = {}) {
  const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...settings })
  return async (eventType: string, more: Record<string, unknown> = {}) => {
    const { receipt } = await world.outside.post<{ receipt: string }>('/api/events', {
      integrationKey: source.integrationKey,
      eventType,
      summary: 'Disk full',
      alertKey: 'disk',
      ...more,
    })
    await world.settle()
    return world.api.get<{ outcome: string; rule: string; alert: { id: number } | null }>(`/api/deliveries/${receipt}`)
  }
}

type Before = 'PENDING' | 'ACCEPTED' | 'RESOLVED' | 'none'

/** Brings the alert of the key to where the table's column begins. */
async function arrange(world: World, send: Awaited<ReturnType<typeof monitored>>, before: Before) {
  if (before === 'none') return
  await send('ALERT')
  if (before === 'ACCEPTED') await send('ACCEPT')
  if (before === 'RESOLVED') await send('RESOLVE')
  expect((await alertsOf(world))[0]?.status).toBe(before)
}

// ilert-behaviour.md 6: what an event does to the open alert of its key, and when there is none.
describe.each<[string, Before, { outcome: string; rule: string; alerts: string[]; mails: number }]>([
  ['ALERT', 'PENDING', { outcome: 'APPLIED', rule: 'same-key', alerts: ['PENDING'], mails: 1 }],
  ['ALERT', 'ACCEPTED', { outcome: 'APPLIED', rule: 'same-key', alerts: ['ACCEPTED'], mails: 1 }],
  ['ALERT', 'RESOLVED', { outcome: 'APPLIED', rule: 'opened', alerts: ['PENDING', 'RESOLVED'], mails: 2 }],
  ['ALERT', 'none', { outcome: 'APPLIED', rule: 'opened', alerts: ['PENDING'], mails: 1 }],
  ['ACCEPT', 'PENDING', { outcome: 'APPLIED', rule: 'accept', alerts: ['ACCEPTED'], mails: 1 }],
  ['ACCEPT', 'ACCEPTED', { outcome: 'IGNORED', rule: 'already-accepted', alerts: ['ACCEPTED'], mails: 1 }],
  ['ACCEPT', 'RESOLVED', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: ['RESOLVED'], mails: 1 }],
  ['ACCEPT', 'none', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: [], mails: 0 }],
  ['RESOLVE', 'PENDING', { outcome: 'APPLIED', rule: 'resolve', alerts: ['RESOLVED'], mails: 1 }],
  ['RESOLVE', 'ACCEPTED', { outcome: 'APPLIED', rule: 'resolve', alerts: ['RESOLVED'], mails: 1 }],
  ['RESOLVE', 'RESOLVED', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: ['RESOLVED'], mails: 1 }],
  ['RESOLVE', 'none', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: [], mails: 0 }],
  ['COMMENT', 'PENDING', { outcome: 'APPLIED', rule: 'comment', alerts: ['PENDING'], mails: 1 }],
  ['COMMENT', 'ACCEPTED', { outcome: 'APPLIED', rule: 'comment', alerts: ['ACCEPTED'], mails: 1 }],
  ['COMMENT', 'RESOLVED', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: ['RESOLVED'], mails: 1 }],
  ['COMMENT', 'none', { outcome: 'IGNORED', rule: 'no-open-alert', alerts: [], mails: 0 }],
])('%s for an alert that is %s', (type, before, expected) => {
  it(`${expected.outcome === 'APPLIED' ? 'counts' : 'changes nothing'} by the rule ${expected.rule}`, async () => {
    const world = await open()
    const send = await monitored(world)
    await arrange(world, send, before)
    const event = type === 'COMMENT' ? { comments: [{ creator: 'cron', content: 'Third time' }] } : {}
    const delivery = await send(type, { ...event, alertKey: ' DISK ' })
    expect(delivery).toMatchObject({ outcome: expected.outcome, rule: expected.rule })
    const alerts = await alertsOf(world)
    expect(alerts.map((alert) => alert.status)).toEqual(expected.alerts)
    if (expected.rule === 'comment')
      expect((await timelineOf(world, alerts[0]?.id ?? 0)).at(-1)).toBe('cron: Third time')
    // Who was asked is asked no more than the table says, also when the next level's time is over for an answered alert.
    expect(await world.mails()).toHaveLength(expected.mails)
    if (expected.alerts[0] !== 'PENDING') {
      await world.advance(20 * 60)
      expect(await world.mails()).toHaveLength(expected.mails)
    }
  })
})

describe('grouping', () => {
  const HOUR = 3_600

  it('none: every event without a key opens an alert, and a key always joins', async () => {
    const world = await open()
    const send = await monitored(world)
    await send('ALERT', { alertKey: null })
    await send('ALERT', { alertKey: null })
    await send('ALERT')
    await send('ALERT', { summary: 'Another word' })
    expect(await alertsOf(world)).toHaveLength(3)
  })

  it('by summary: the templated one counts', async () => {
    const world = await open()
    const send = await monitored(world, {
      alertCreation: 'ONE_ALERT_PER_EMAIL_SUBJECT',
      summaryTemplate: { textTemplate: '{{ customDetails.host }} is down' },
    })
    const down = (host: string, summary: string) => send('ALERT', { alertKey: null, summary, customDetails: { host } })
    await down('db-1', 'one')
    await world.advance(2 * HOUR)
    expect(await down('db-1', 'two')).toMatchObject({ rule: 'grouped' })
    await down('db-2', 'three')
    expect((await alertsOf(world)).map((alert) => [alert.summary, alert.eventCount])).toEqual([
      ['db-2 is down', 1],
      ['db-1 is down', 2],
    ])
  })

  it.each(['PT2M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT4H', 'PT8H', 'PT12H', 'PT24H'])(
    'by a window of %s: until the last second, and not after it',
    async (window) => {
      const world = await open()
      const send = await monitored(world, {
        alertCreation: 'ONE_ALERT_GROUPED_PER_WINDOW',
        alertGroupingWindow: window,
        alertPriorityRule: 'LOW',
      })
      const seconds = Number(/\d+/.exec(window)?.[0]) * (window.endsWith('H') ? HOUR : 60)
      await send('ALERT', { alertKey: 'a' })
      await world.advance(seconds - 1)
      expect(await send('ALERT', { alertKey: 'b' })).toMatchObject({ rule: 'grouped' })
      await world.advance(1)
      expect(await send('ALERT', { alertKey: 'c' })).toMatchObject({ rule: 'opened' })
      expect(await alertsOf(world)).toHaveLength(2)
    },
  )

  it('until it is accepted, and until it is resolved', async () => {
    for (const [alertCreation, verb, other] of [
      ['ONE_PENDING_ALERT_ALLOWED', 'ACCEPT', 'opened'],
      ['ONE_OPEN_ALERT_ALLOWED', 'ACCEPT', 'grouped'],
      ['ONE_OPEN_ALERT_ALLOWED', 'RESOLVE', 'opened'],
    ] as const) {
      const world = await open()
      const send = await monitored(world, { alertCreation })
      await send('ALERT')
      await world.advance(3 * HOUR)
      expect(await send('ALERT', { alertKey: 'other' })).toMatchObject({ rule: 'grouped' })
      await send(verb)
      expect(await send('ALERT', { alertKey: 'third' })).toMatchObject({ rule: other })
    }
  })
})
