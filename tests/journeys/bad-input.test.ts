import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { ConnectionTest } from '../../server/alert-sources/schema.ts'
import type { DeliveryDetails } from '../../server/intake/schema.ts'
import { examples } from '../../server/integrations/4me/examples.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, connect, settingsFor } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { field: string; message: string }[]
}

const post = (world: World, url: string | null, body: unknown, uuid: string = randomUUID()) =>
  world.outside.call<{ receipt: string }>('POST', new URL(url ?? '').pathname, body, { 'x-4me-delivery': uuid })

const requestEvent = (id: number, event: string, payload: Record<string, unknown>) => ({
  webhook_id: 220,
  account_id: 'acme',
  event,
  object_id: id,
  person_id: 6,
  person_name: 'Howard Tanner',
  payload: { subject: 'Printer on fire', impact: 'high', status: 'assigned', ...payload },
})

async function outcomeOf(world: World, receipt: string) {
  return world.api.get<z.infer<typeof DeliveryDetails>>(`/api/deliveries/${receipt}`)
}

describe('at the door', () => {
  it('answers an unknown key with 404, another method with 405 and a large body with 413', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const path = new URL(source.integrationUrl ?? '').pathname
    const unknown = await world.outside.call<Problem>('POST', '/api/v1/events/4me/tik_0000000000', {})
    expect(unknown).toMatchObject({ status: 404, body: { status: 404 } })
    const get = await world.outside.call<Problem>('GET', path)
    expect(get.status).toBe(405)
    expect(get.headers.get('allow')).toContain('POST')
    expect((await world.outside.call<Problem>('POST', path, 'x'.repeat(256 * 1024 + 1))).status).toBe(413)
    expect((await world.outside.call('POST', path, `"${'x'.repeat(256 * 1024 - 2)}"`)).status).toBe(200)
    // A key of another kind of source opens no other door.
    expect((await world.outside.call('POST', path.replace('/4me/', '/api/'), {})).status).toBe(404)
  })

  it.each([
    ['broken JSON', '{"webhook_id": 1, "event": '],
    ['JSON nested 20,000 deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['JSON that is not of 4me', '{"hello":"world"}'],
    ['no body', ''],
    ['bytes that are no text', new Uint8Array([0xff, 0x00, 0xfe, 0x80])],
  ])('keeps %s, answers 200 and sets it aside with a reason', async (_name, body) => {
    const world = await open()
    const { source } = await addSource(world)
    const answer = await post(world, source.integrationUrl, body)
    expect(answer.status).toBe(200)
    await world.settle()
    const kept = await outcomeOf(world, answer.body.receipt)
    expect(kept).toMatchObject({ outcome: 'QUARANTINED', answerStatus: 200 })
    expect(kept.reason).toMatch(/\w.*\.$/)
    expect(await alertsOf(world)).toEqual([])
  })

  it('takes every captured shape of a delivery', async () => {
    const world = await open()
    const { source } = await addSource(world)
    for (const example of examples) {
      const { headers, body } = example.delivery
      const answer = await world.outside.call<{ receipt: string }>(
        'POST',
        new URL(source.integrationUrl ?? '').pathname,
        body,
        headers,
      )
      expect(answer.status, example.name).toBe(200)
      await world.settle()
      expect((await outcomeOf(world, answer.body.receipt)).outcome, example.name).not.toBe('NEW')
    }
  })
})

describe('the same thing twice', () => {
  it.each([
    ['the same UUID', () => '8fd93dc6-1d43-49c2-892e-2ab5cb029e4e'],
    ['different UUIDs', () => randomUUID()],
  ])('is one alert: 20 parallel identical deliveries with %s', async (_name, uuid) => {
    const world = await open()
    const { source } = await addSource(world)
    const body = requestEvent(70_470, 'request.create', {})
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(world, source.integrationUrl, body, uuid())),
    )
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([200]))
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:70470', status: 'PENDING' }])
  })
})

describe("4me's test delivery", () => {
  const test = requestEvent(12_345, 'request.create', {})

  it('raises no alarm when there is no such record', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await connect(world, source)
    const answer = await post(world, source.integrationUrl, test)
    await world.settle()
    expect(await outcomeOf(world, answer.body.receipt)).toMatchObject({ outcome: 'IGNORED' })
    expect(await alertsOf(world)).toEqual([])
  })

  it('is an alert when 4me cannot be asked', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await connect(world, source)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '502-html' } })
    await post(world, source.integrationUrl, test)
    await world.settle()
    await world.advance(10 * 60)
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:12345' }])
  })

  it('is an alert when nobody entered how to ask', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await post(world, source.integrationUrl, test)
    await world.settle()
    await world.advance(60)
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:12345' }])
  })
})

describe('Test connection', () => {
  const check = async (world: World, sourceId: number, settings: Record<string, string>) => {
    const test = await world.api.post<z.infer<typeof ConnectionTest>>(
      `/api/alert-sources/${sourceId}/test-connection`,
      {
        integrationSettings: settings,
      },
    )
    return { ok: test.ok, wrong: test.checks.filter((one) => !one.ok).map((one) => `${one.label}: ${one.text}`) }
  }
  const token = async (world: World, scopes: string[]) =>
    (await world.fourme.post<{ token: string }>('/sandbox/api/tokens', { scopes })).token

  it('names a wrong account, a wrong token, a wrong address and a missing scope', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const settings = settingsFor(world, await token(world, ['request:CRU', 'problem:CRU']))
    expect(await check(world, source.id, settings)).toEqual({ ok: true, wrong: [] })

    const account = await check(world, source.id, { ...settings, accountName: 'acne' })
    expect(account).toMatchObject({
      ok: false,
      wrong: [
        expect.stringMatching(/^Account: /),
        expect.stringMatching(/Not asked/),
        expect.stringMatching(/Not asked/),
      ],
    })
    expect(account.wrong[0]).toContain('acne')

    const wrongToken = await check(world, source.id, { ...settings, authToken: 'this-is-not-the-token' })
    expect(wrongToken.wrong.join()).toMatch(/token/i)
    expect(wrongToken.wrong.join()).not.toContain('this-is-not-the-token')

    const address = await check(world, source.id, { ...settings, apiUrl: 'http://127.0.0.1:9' })
    expect(address.wrong.join()).toMatch(/^Host: .*127\.0\.0\.1/)

    const requestsOnly = await check(world, source.id, { ...settings, authToken: await token(world, ['request:R']) })
    expect(requestsOnly.wrong).toMatchObject([expect.stringMatching(/problem/i)])
  })

  it('refuses settings that cannot be right, and names the field', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const { name, integrationType, escalationPolicy } = source
    const put = (integrationSettings: unknown) =>
      world.api.call<Problem>('PUT', `/api/alert-sources/${source.id}`, {
        name,
        integrationType,
        escalationPolicy,
        integrationSettings,
      })
    const good = settingsFor(world, 'token')
    const fields = async (settings: unknown) =>
      ((await put(settings)).body.errors ?? []).map((error) => error.field.replace('integrationSettings.', ''))
    expect(await fields({ ...good, region: 'example.com' })).toEqual(['region'])
    expect(await fields({ ...good, apiUrl: 'http://127.0.0.1:1/v1' })).toEqual(['apiUrl'])
    expect(await fields({ ...good, accountName: 'https://acme.4me.com' })).toEqual(['accountName'])
    expect(await fields({ ...good, authToken: 'two words' })).toEqual(['authToken'])
    expect((await put(good)).status).toBe(200)
  })
})

describe('the API', () => {
  it('answers what is wrong as problem details that name the field', async () => {
    const world = await open()
    const { policy } = await addSource(world)
    const valid = { name: 'A source', integrationType: 'API', escalationPolicy: { id: policy.id } }
    const wrong: [string, Record<string, unknown>][] = [
      ['name', { ...valid, name: '' }],
      ['name', { ...valid, name: 'x'.repeat(256) }],
      ['integrationType', { ...valid, integrationType: 'TELEPATHY' }],
      ['escalationPolicy', { ...valid, escalationPolicy: { id: 999_999 } }],
      ['alertCreation', { ...valid, alertCreation: 'SOMETIMES' }],
      ['teams', { ...valid, teams: [{ id: 999_999 }] }],
    ]
    for (const [field, body] of wrong) {
      const answer = await world.api.call<Problem>('POST', '/api/alert-sources', body)
      expect(answer.status, field).toBe(400)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.body.errors?.[0]?.field, JSON.stringify(answer.body)).toMatch(new RegExp(`^${field}`))
    }
    const broken = await world.api.call<Problem>('POST', '/api/alert-sources', '{"name":')
    expect(broken).toMatchObject({ status: 400, body: { title: 'The body is not valid JSON' } })
    expect((await world.api.call('POST', '/api/alert-sources', valid)).status).toBe(201)
  })

  it.each([
    '/api/alert-sources/99999999999',
    '/api/alert-sources/0',
    '/api/alerts/99999999999',
    '/api/escalation-policies/99999999999',
    '/api/users/99999999999',
    '/api/teams/99999999999',
    '/api/deliveries/00000000-0000-4000-8000-000000000000',
    '/api/nothing-here',
  ])('answers %s with a client error in the same form', async (path) => {
    const world = await open()
    const answer = await world.api.call<Problem>('GET', path)
    expect([400, 404]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body.detail).toBeTruthy()
  })
})
