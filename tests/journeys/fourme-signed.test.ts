import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, newRequest, saveSettings, warningsOf } from '../support/fourme.ts'
import { addWebhooks, alertsOf, ownAlertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
interface Policy {
  id: number
  public_key_pem: string
}
interface Webhook {
  id: number
  verified: boolean
}

async function signed(world: World, jwt_alg = 'es512', some: Record<string, unknown> = {}, discovery = false) {
  const policy = await world.fourme.post<Policy>('/sandbox/api/webhook-policies', { jwt_alg, jwt_audience: 'tocsin' })
  const webhookPolicy = discovery
    ? { openIdConnectDiscovery: true, audience: 'tocsin' }
    : { algorithm: jwt_alg.toUpperCase(), publicKey: policy.public_key_pem, audience: 'tocsin' }
  const source = await connectedWith(world, { webhookPolicy, ...some }, { webhooks: false })
  for (const event of ['request.create', 'request.update']) {
    await world.fourme.post('/sandbox/api/webhooks', {
      name: event,
      event,
      uri: source.integrationUrl,
      webhook_policy_id: policy.id,
      openid_connect_discovery: discovery,
    })
    await world.settle()
  }
  return { source, policy }
}
const post = (world: World, url: string | null, body: unknown) =>
  world.outside.call<{ code?: string }>('POST', new URL(url ?? '').pathname, body)
const stored = (world: World) => world.db.selectFrom('delivery').selectAll().orderBy('seq').execute()

describe('a source with a webhook policy', () => {
  it.each([
    ['rs256', false],
    ['es512', false],
    ['es256', true],
  ] as const)('%s, discovery %s: verification and records arrive signed', async (jwt_alg, discovery) => {
    const world = await open()
    await signed(world, jwt_alg, {}, discovery)
    expect((await world.fourme.get<Webhook[]>('/sandbox/api/webhooks')).map((one) => one.verified)).toEqual([
      true,
      true,
    ])
    const ticket = await newRequest(world, { impact: 'top' })
    expect(await alertsOf(world)).toMatchObject([
      { alertKey: `acme:request:${ticket.id}`, status: 'PENDING', labels: { impact: 'top' } },
    ])
    expect((await stored(world)).map((one) => one.outcome)).not.toContain('QUARANTINED')
  })

  it('answers 401 to what is unsigned, also to a verification, and keeps nothing and calls nobody', async () => {
    const world = await open()
    const { source } = await signed(world)
    const before = (await stored(world)).length
    const callback = `${world.sandboxUrl}/webhooks/219/verify?code=${'a'.repeat(24)}&expires_at=4102444800`
    for (const body of [
      { webhook_id: 219, account_id: 'acme', event: 'request.create', object_id: 1, payload: {} },
      { webhook_id: 219, account_id: 'acme', event: 'webhook.verify', object_id: 219, payload: { callback } },
      { jwt: 'a.b.c' },
      '{',
    ]) {
      expect(await post(world, source.integrationUrl, body)).toMatchObject({
        status: 401,
        body: { code: 'SIGNATURE_REFUSED' },
      })
    }
    await world.settle()
    expect(await stored(world)).toHaveLength(before)
    expect(await warningsOf(world, source.id)).toContain('4me-signature')
  })

  it('lets nobody say that the door has checked it', async () => {
    const world = await open()
    const source = await connectedWith(world, {}, { webhooks: false })
    const forged = { jwt: `e30.${Buffer.from('{"data":{}}').toString('base64url')}.x` }
    const answer = await world.outside.call('POST', new URL(source.integrationUrl ?? '').pathname, forged, {
      'tocsin-admitted': 'RS256',
    })
    expect(answer.status).toBe(200)
    await world.settle()
    expect(await stored(world)).toMatchObject([{ outcome: 'QUARANTINED', rule: 'signed' }])
  })

  it('C11: a verification that is replayed calls back once', async () => {
    const world = await open()
    const { source } = await signed(world)
    const [asked] = await world.fourme.get<{ id: string }[]>('/sandbox/api/deliveries?event=webhook.verify')
    const { jwt } = await world.fourme.get<{ jwt: string }>(`/sandbox/api/deliveries/${asked?.id}/token`)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, source.integrationUrl, { jwt })))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([200]))
    await world.settle()
    const outcomes = (await stored(world)).filter((one) => one.event === 'webhook.verify')
    expect(outcomes.map((one) => one.rule).toSorted()).toEqual([
      ...Array.from({ length: 19 }, () => 'same-token'),
      'verification',
      'verification',
    ])
    expect(await world.db.selectFrom('verification').selectAll().execute()).toHaveLength(2)
  })

  it('C11: a token that is replayed a hundred times is one alert', async () => {
    const world = await open()
    const { source } = await signed(world)
    await world.fourme.put('/sandbox/faults', { webhooks: { withheld: true } })
    await newRequest(world)
    const jwt = await lastToken(world)
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(world, source.integrationUrl, { jwt })))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([200]))
    await world.settle()
    expect(await alertsOf(world)).toHaveLength(1)
    const outcomes = (await stored(world)).filter((one) => one.event === 'request.create').map((one) => one.outcome)
    expect(outcomes.filter((one) => one === 'APPLIED')).toHaveLength(1)
    expect(outcomes.filter((one) => one === 'DUPLICATE')).toHaveLength(99)
  })

  it.each([
    ['foreign', { issuer: 'foreign' }],
    ['an hour old', { tokenAgeSeconds: 3_600 }],
    ['from the future', { tokenAgeSeconds: -3_600 }],
  ])('refuses tokens that are %s; what they told is found by comparing', async (_title, webhooks) => {
    const world = await open()
    await signed(world, 'es256')
    await world.fourme.put('/sandbox/faults', { webhooks })
    await newRequest(world)
    expect(await alertsOf(world)).toEqual([])
    await world.advance(10 * 60)
    expect(await alertsOf(world)).toHaveLength(1)
  })

  it('F12: only expired tokens arrive: three make a comparison at once, and an alarm', async () => {
    const world = await open()
    await signed(world, 'es256', { reconcileMinutes: 1_440 })
    await world.advance(60)
    await world.fourme.put('/sandbox/faults', { webhooks: { tokenAgeSeconds: 3_600 } })
    for (let at = 0; at < 3; at++) await newRequest(world, { subject: `Trouble ${at}` })
    // A comparison leaves what changed within the last minute for the next one; the retries come meanwhile.
    await world.advance(5 * 60)
    expect(await alertsOf(world)).toHaveLength(3)
    expect(await ownAlertsOf(world)).toContainEqual(
      expect.objectContaining({ summary: 'Signed deliveries arrive too late' }),
    )
  })

  it('DED-2: what was set aside for its signature counts when it is sent again under a policy', async () => {
    const world = await open()
    const policy = await world.fourme.post<Policy>('/sandbox/api/webhook-policies', { jwt_alg: 'es256' })
    const source = await connectedWith(world)
    for (const { id } of await world.fourme.get<Webhook[]>('/sandbox/api/webhooks')) {
      await world.fourme.patch(`/sandbox/api/webhooks/${id}`, { webhook_policy_id: policy.id })
    }
    await newRequest(world)
    expect(await alertsOf(world)).toEqual([])
    expect((await stored(world)).at(-1)).toMatchObject({ outcome: 'QUARANTINED', rule: 'signed' })
    await saveSettings(world, source, { webhookPolicy: { algorithm: 'ES256', publicKey: policy.public_key_pem } })
    const [delivery] = await world.fourme.get<{ id: string }[]>('/sandbox/api/deliveries?event=request.create')
    // The door remembers what it knows of a source for a second of its own.
    for (let tries = 0; tries < 500 && (await alertsOf(world)).length === 0; tries++) {
      await world.advance(2)
      await world.fourme.post(`/sandbox/api/deliveries/${delivery?.id}/redeliver`)
      await world.settle()
    }
    expect(await alertsOf(world)).toHaveLength(1)
  })

  it('without a policy goes on taking unsigned deliveries', async () => {
    const world = await open()
    const source = await connectedWith(world, {}, { webhooks: false })
    await addWebhooks(world, source.integrationUrl)
    await newRequest(world)
    expect(await alertsOf(world)).toHaveLength(1)
  })
})

/** The token that 4me would send for its newest delivery just now. */
async function lastToken(world: World): Promise<string> {
  const [delivery] = (await world.fourme.get<{ id: string }[]>('/sandbox/api/deliveries?state=withheld')).slice(-1)
  const { jwt } = await world.fourme.get<{ jwt: string }>(`/sandbox/api/deliveries/${delivery?.id}/token`)
  return jwt
}
