import { createLocalJWKSet, importSPKI, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { bearer, openBench, openReceiver, until } from '../test-bench.ts'

const acme = { 'x-4me-account': 'acme' }

async function signedWebhook(policy: object, webhook: object = {}) {
  const bench = await openBench()
  const receiver = await openReceiver()
  const made = (await bench.call('POST', '/sandbox/api/webhook-policies', policy)).body
  const { body } = await bench.call('POST', '/sandbox/api/webhooks', {
    event: 'request.create',
    uri: receiver.url,
    webhook_policy_id: made.id,
    ...webhook,
  })
  await until(() => expect(receiver.received).toHaveLength(1))
  return { bench, receiver, policy: made, webhookId: body.id }
}

describe('signed messages', () => {
  test.each(['rs256', 'rs512', 'es256', 'es384', 'es512'])(
    '%s: another library checks them with the key that was shown once',
    async (jwt_alg) => {
      const { receiver, policy, bench, webhookId } = await signedWebhook({ jwt_alg, jwt_audience: 'tocsin' })
      const body = receiver.received[0]?.body
      expect(Object.keys(body)).toEqual(['jwt'])
      const algorithm = jwt_alg.toUpperCase()
      const key = await importSPKI(policy.public_key_pem, algorithm)
      const { payload, protectedHeader } = await jwtVerify(body.jwt, key, {
        algorithms: [algorithm],
        audience: 'tocsin',
        issuer: bench.urls.sandboxUrl,
        subject: String(webhookId),
        currentDate: new Date('2026-03-02T09:00:10Z'),
      })
      expect(protectedHeader).toEqual({ typ: 'JWT', alg: algorithm })
      expect(payload).toMatchObject({
        data: { event: 'webhook.verify', webhook_id: webhookId },
        jti: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect(payload.exp).toBeUndefined()
      expect(payload.iat).toBe(Date.parse('2026-03-02T09:00:00Z') / 1_000)
    },
  )

  test('with discovery the issuer leads to the key', async () => {
    const { receiver, policy, bench } = await signedWebhook(
      { jwt_alg: 'es256', jwt_claim_expires_in: 5 },
      { openid_connect_discovery: true },
    )
    const issuer = `${bench.urls.sandboxUrl}/webhook_policies/${policy.name}`
    const configuration = await bench.call('GET', `/webhook_policies/${policy.name}/.well-known/openid-configuration`)
    expect(configuration.body).toMatchObject({ issuer, jwks_uri: `${issuer}/jwks` })
    const jwks = (await bench.call('GET', `/webhook_policies/${policy.name}/jwks`)).body as JSONWebKeySet
    const { payload } = await jwtVerify(receiver.received[0]?.body.jwt, createLocalJWKSet(jwks), {
      issuer,
      currentDate: new Date('2026-03-02T09:00:10Z'),
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
  })

  test('each attempt is signed afresh, and its token can be made old or foreign', async () => {
    const { receiver, bench } = await signedWebhook({ jwt_alg: 'es256' })
    const [verification] = (await bench.call('GET', '/sandbox/api/deliveries?event=webhook.verify')).body
    expect((await fetch(verification?.body.payload.callback ?? '')).status).toBe(200)
    receiver.answer = () => 500
    await bench.faults({ webhooks: { tokenAgeSeconds: 3_600, issuer: 'foreign' } })
    await bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down' })
    await until(() => expect(receiver.received).toHaveLength(2))
    bench.advance(11)
    await until(() => expect(receiver.received).toHaveLength(3))
    const claims = receiver.received.map(({ body }) =>
      JSON.parse(Buffer.from(body.jwt.split('.')[1], 'base64url').toString()),
    )
    expect(claims[1]).toMatchObject({ iss: 'https://other.example', iat: Date.parse('2026-03-02T08:00:00Z') / 1_000 })
    expect(claims[2].jti).not.toBe(claims[1].jti)
    expect(claims[2].iat).toBe(claims[1].iat + 11)
  })

  test('a policy shows its key once, by REST too, and its algorithm is for good', async () => {
    const bench = await openBench()
    const headers = { ...bearer(await bench.token(['webhook_policy:CRUD'])), ...acme }
    const { body, status } = await bench.call('POST', '/v1/webhook_policies', { jwt_alg: 'es256' }, headers)
    expect(status).toBe(201)
    expect(body).toMatchObject({ jwt_alg: 'es256', public_key_pem: expect.stringMatching(/^-----BEGIN PUBLIC KEY/) })
    expect(body.name).toMatch(/^[0-9a-f]{56}$/)
    const again = await bench.call('GET', `/v1/webhook_policies/${body.id}`, undefined, headers)
    expect(again.body.public_key_pem).toBeUndefined()
    const changed = await bench.call('PATCH', `/v1/webhook_policies/${body.id}`, { jwt_alg: 'rs256' }, headers)
    expect(changed).toMatchObject({ status: 422, body: { errors: [['jwt_alg', 'Algorithm cannot be changed']] } })
    expect((await bench.call('POST', '/v1/webhook_policies', { jwt_alg: 'xx' }, headers)).status).toBe(422)
  })
})

describe('what else surrounds webhooks', () => {
  test('a server that fails fifty times is spared, and its owner is told', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await bench.faults({ webhooks: { autoDisable: false } })
    await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await until(() => expect(receiver.received).toHaveLength(1))
    await receiver.callBack()
    receiver.answer = () => 500
    for (let at = 0; at < 50; at++) await bench.call('POST', '/sandbox/api/requests', { subject: `Trouble ${at}` })
    await until(() => expect(receiver.received).toHaveLength(51))
    receiver.answer = () => 200
    await bench.call('POST', '/sandbox/api/requests', { subject: 'One more' })
    await until(async () => expect(await bench.deliveries('?state=waiting')).toHaveLength(51))
    expect(
      (await bench.call('GET', '/sandbox/api/exception-mails')).body.map((mail: { subject: string }) => mail.subject),
    ).toEqual([expect.stringContaining('failed'), expect.stringContaining('throttled')])
    bench.advance(301)
    await until(() => expect(receiver.received).toHaveLength(102))
  })

  test('a part of what happens can be withheld', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await until(() => expect(receiver.received).toHaveLength(1))
    await receiver.callBack()
    await bench.faults({ webhooks: { withheld: true, withheldPercent: 10 } })
    for (let at = 0; at < 20; at++) await bench.call('POST', '/sandbox/api/requests', { subject: `Trouble ${at}` })
    await until(() => expect(receiver.received).toHaveLength(19))
    expect(await bench.deliveries('?state=withheld')).toHaveLength(2)
  })

  test('a support domain has its own records, and its webhooks name it', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await until(() => expect(receiver.received).toHaveLength(1))
    await receiver.callBack()
    const { body } = await bench.call('POST', '/sandbox/api/requests', { subject: 'Laptop', support_domain: 'acme-it' })
    await until(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received[1]?.body.account_id).toBe('acme-it')
    const asked = (account: string) =>
      bench.rest('GET', `/v1/requests/${body.id}`, undefined, { 'x-4me-account': account })
    expect((await asked('acme')).status).toBe(404)
    expect((await asked('acme-it')).status).toBe(200)
  })

  test('the directory is read by scope, by filter, in order', async () => {
    const bench = await openBench()
    const headers = { ...bearer(await bench.token(['person:R', 'team:R'])), ...acme }
    const people = await bench.call('GET', '/v1/people?primary_email=ellen.brown@acme.example', undefined, headers)
    expect(people.body).toMatchObject([{ id: 58, name: 'Ellen Brown' }])
    const teams = await bench.call('GET', '/v1/teams?sort=name&per_page=2', undefined, headers)
    expect(teams.body.map((team: { name: string }) => team.name)).toEqual(['Applications', 'Network'])
    expect(teams.headers.get('link')).toContain('rel="next"')
    expect((await bench.call('GET', '/v1/services', undefined, headers)).status).toBe(403)
  })

  test('the same seed makes the same night', async () => {
    const night = async () => {
      const bench = await openBench({ randomSeed: '7', story: 'night' })
      const { body } = await bench.rest('GET', '/v1/requests?per_page=100')
      return { records: body, token: await bench.token(['request:R']) }
    }
    const first = await night()
    expect(first.records.length).toBeGreaterThan(5)
    expect(await night()).toEqual(first)
  })
})
