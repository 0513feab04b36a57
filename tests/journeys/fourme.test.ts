import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, addWebhooks, alertsOf, connect, timelineOf, WEBHOOK_EVENTS } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

type Source = z.infer<typeof AlertSource>
const verified = async (world: World) =>
  (await world.fourme.get<{ verified: boolean }[]>('/sandbox/api/webhooks')).map((one) => one.verified)
const sourceOf = (world: World, id: number) => world.api.get<Source>(`/api/alert-sources/${id}`)

async function connected(world: World, some: Record<string, unknown> = {}): Promise<Source> {
  const { source } = await addSource(world, some)
  await connect(world, source)
  await addWebhooks(world, source.integrationUrl)
  return source
}

describe('verification', () => {
  it('waits for the settings when the webhook was there first', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await addWebhooks(world, source.integrationUrl)
    expect(await verified(world)).toEqual([false, false, false, false])
    expect((await sourceOf(world, source.id)).verifications[0]).toMatchObject({ state: 'HELD' })
    await connect(world, source)
    await world.advance(5 * 60)
    expect(await verified(world)).toEqual([true, true, true, true])
  })

  it('makes at most one call a minute when four webhooks are made at once', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await connect(world, source)
    await Promise.all(
      WEBHOOK_EVENTS.map((event) =>
        world.fourme.post('/sandbox/api/webhooks', { name: event, event, uri: source.integrationUrl }),
      ),
    )
    await world.settle()
    const count = async () => (await verified(world)).filter(Boolean).length
    expect(await count()).toBe(1)
    await world.advance(59)
    expect(await count()).toBe(1)
    await world.advance(1)
    expect(await count()).toBe(2)
    await world.advance(120)
    expect(await count()).toBe(4)
  })

  it.each([
    ['another host', (world: World) => `${world.sandboxUrl.replace('127.0.0.1', '127.0.0.2')}/webhooks/220/verify`],
    ['another port', () => 'http://127.0.0.1:9/webhooks/220/verify'],
    ['another webhook', (world: World) => `${world.sandboxUrl}/webhooks/221/verify`],
    ['another page', (world: World) => `${world.sandboxUrl}/sandbox/api/reset`],
    ['user and password', (world: World) => `${world.sandboxUrl.replace('//', '//a:b@')}/webhooks/220/verify`],
  ])('follows no callback to %s', async (_name, callback) => {
    const world = await open()
    const { source } = await addSource(world)
    await connect(world, source)
    const expiresAt = Math.floor(world.clock.instant.getTime() / 1_000) + 86_400
    await world.outside.call('POST', new URL(source.integrationUrl ?? '').pathname, {
      webhook_id: 220,
      account_id: 'acme',
      event: 'webhook.verify',
      object_id: 220,
      payload: { callback: `${callback(world)}?code=${'a'.repeat(24)}&expires_at=${expiresAt}` },
    })
    await world.settle()
    expect((await sourceOf(world, source.id)).verifications[0]).toMatchObject({
      state: 'REFUSED',
      reason: expect.stringMatching(/\.$/),
    })
  })

  it('is held again a day after the last change, until an admin allows it', async () => {
    const world = await open({ without: 'reconciliation' })
    const { source } = await addSource(world)
    await connect(world, source)
    await world.advance(25 * 3_600)
    await world.fourme.post('/sandbox/api/webhooks', {
      name: 'late',
      event: 'request.create',
      uri: source.integrationUrl,
    })
    await world.settle()
    expect(await verified(world)).toEqual([false])
    await world.api.post(`/api/alert-sources/${source.id}/allow-verification`)
    await world.settle()
    expect(await verified(world)).toEqual([true])
  })
})

describe('records', () => {
  it('a problem is an alert until it is solved', async () => {
    const world = await open()
    await connected(world)
    const problem = await world.fourme.post<{ id: number }>('/sandbox/api/problems', { subject: 'Mail queue grows' })
    await world.settle()
    const [alert] = await alertsOf(world)
    expect(alert).toMatchObject({ alertKey: `acme:problem:${problem.id}`, status: 'PENDING' })
    for (const [change, status] of [
      [{ status: 'accepted' }, 'ACCEPTED'],
      [{ status: 'solved', solution: 'A stuck queue runner was restarted.' }, 'RESOLVED'],
    ] as const) {
      await world.fourme.patch(`/sandbox/api/problems/${problem.id}`, change)
      await world.settle()
      expect(await world.api.get(`/api/alerts/${alert?.id}`), status).toMatchObject({ status })
    }
  })

  it('a reopened request is a new alert that names the one before', async () => {
    const world = await open()
    await connected(world)
    const request = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'VPN is down' })
    await world.settle()
    await world.fourme.patch(`/sandbox/api/requests/${request.id}`, {
      status: 'completed',
      completion_reason: 'solved',
    })
    await world.advance(60)
    await world.fourme.patch(`/sandbox/api/requests/${request.id}`, { status: 'assigned' })
    await world.settle()
    const [second, first] = await alertsOf(world)
    expect(first).toMatchObject({ status: 'RESOLVED' })
    expect(second).toMatchObject({ status: 'PENDING', previousAlert: { id: first?.id } })
  })

  it('one that is resolved before its creation arrives is born resolved, and pages nobody', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const deliver = async (event: string, audit_line_id: number, status: string) => {
      await world.outside.post(new URL(source.integrationUrl ?? '').pathname, {
        account_id: 'acme',
        event,
        object_id: 70470,
        payload: { audit_line_id, status },
      })
      await world.settle()
    }
    await deliver('request.update', 71_970, 'completed')
    expect(await alertsOf(world)).toEqual([])
    await world.advance(72 * 3_600)
    await deliver('request.create', 71_960, 'assigned')
    await deliver('request.update', 71_965, 'accepted')
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:70470', status: 'RESOLVED' }])
    await world.advance(3_600)
    expect(await world.mails()).toEqual([])
  })

  it('arrives although 4me sends everything twice, backwards, with either spelling of its headers', async () => {
    const world = await open()
    await connected(world)
    await world.fourme.put('/sandbox/faults', {
      webhooks: { duplicate: 'new-uuid', headers: 'xurrent', lenient: true },
    })
    const request = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Scanner offline' })
    await world.fourme.patch(`/sandbox/api/requests/${request.id}`, { status: 'accepted' })
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ alertKey: `acme:request:${request.id}`, status: 'ACCEPTED' }])
  })

  it('DED-1: a chain of redeliveries, each of the one before, is one alert, also when it is over', async () => {
    const world = await open()
    await connected(world)
    const request = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Scanner offline' })
    await world.settle()
    let [last] = await world.fourme.get<{ id: string }[]>('/sandbox/api/deliveries?event=request.create')
    const again = async (times: number) => {
      for (let time = 0; time < times; time++) {
        last = await world.fourme.post<{ id: string }>(`/sandbox/api/deliveries/${last?.id}/redeliver`)
        await world.settle()
      }
    }
    await again(10)
    expect(await alertsOf(world)).toMatchObject([{ alertKey: `acme:request:${request.id}`, status: 'PENDING' }])
    await world.advance(5)
    const done = { status: 'completed', completion_reason: 'solved' }
    await world.fourme.patch(`/sandbox/api/requests/${request.id}`, done)
    await world.settle()
    await again(10)
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
    expect(await world.mails()).toHaveLength(1)
    const chain = (await world.fourme.get<{ redeliveryOf: string | null }[]>('/sandbox/api/deliveries')).filter(
      (one) => one.redeliveryOf !== null,
    )
    expect(chain).toHaveLength(20)
    const outcomes = await world.db
      .selectFrom('delivery')
      .select('outcome')
      .where('event', '=', 'request.create')
      .orderBy('seq')
      .execute()
    const ten = (outcome: string) => Array.from({ length: 10 }, () => outcome)
    expect(outcomes.map((one) => one.outcome)).toEqual(['APPLIED', ...ten('DUPLICATE'), ...ten('IGNORED')])
  })

  it('pages without waiting for an API that does not answer, and fills in the facts when it does', async () => {
    const world = await open()
    await connected(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '429' } })
    const request = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Core switch down' })
    await world.settle()
    await world.advance(2)
    expect(await world.mails()).toHaveLength(1)
    const [early] = await alertsOf(world)
    expect(early?.labels.requester).toBeUndefined()
    await world.fourme.call('DELETE', '/sandbox/faults')
    await world.advance(10 * 60)
    const late = await world.api.get<{ labels: Record<string, string> }>(`/api/alerts/${early?.id}`)
    expect(late.labels.requester).toBeTruthy()
    expect(await timelineOf(world, early?.id ?? 0)).not.toEqual([])
    expect(request.id).toBeGreaterThan(0)
  })

  it('tells the owner of the source when the token is refused, and takes the warning back when it works', async () => {
    const world = await open()
    const source = await connected(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '401' } })
    await world.fourme.post('/sandbox/api/requests', { subject: 'Who may ask?' })
    await world.settle()
    await world.advance(10)
    expect((await sourceOf(world, source.id)).warnings).toMatchObject([{ text: expect.stringMatching(/token/i) }])
    expect(await world.mails()).toHaveLength(1)
    await world.fourme.call('DELETE', '/sandbox/faults')
    await world.advance(3_600)
    expect((await sourceOf(world, source.id)).warnings).toEqual([])
  })
})

describe('the key', () => {
  it('is rotated: the old one works until its overlap ends', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const rotated = await world.api.post<Source>(`/api/alert-sources/${source.id}/rotate-key`, { overlapHours: 2 })
    expect(rotated.integrationKey).not.toBe(source.integrationKey)
    const send = async (url: string | null) =>
      (await world.outside.call('POST', new URL(url ?? '').pathname, '{}', { 'x-4me-delivery': randomUUID() })).status
    expect([await send(source.integrationUrl), await send(rotated.integrationUrl)]).toEqual([200, 200])
    await world.advance(2 * 3_600 + 1)
    expect([await send(source.integrationUrl), await send(rotated.integrationUrl)]).toEqual([404, 200])
  })

  it('of a source that is switched off keeps what arrives and alarms nobody', async () => {
    const world = await open()
    const source = await connected(world)
    const { name, integrationType, escalationPolicy } = source
    await world.api.put(`/api/alert-sources/${source.id}`, { name, integrationType, escalationPolicy, active: false })
    await world.fourme.post('/sandbox/api/requests', { subject: 'Nobody should hear this' })
    await world.settle()
    expect(await alertsOf(world)).toEqual([])
    expect(await world.api.get(`/api/deliveries?alert-source=${source.id}&max-results=1`)).toMatchObject([
      { answerStatus: 200, outcome: 'IGNORED', reason: expect.stringMatching(/switched off|disabled|not active/i) },
    ])
  })
})
