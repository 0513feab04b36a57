import { describe, expect, test } from 'vitest'
import { type Bench, openBench, openReceiver, openWebhooks, type Receiver, until } from '../test-bench.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

async function world(events: string[], clock = {}) {
  const bench = await openBench({}, clock)
  const receiver = await openReceiver()
  const ids = await openWebhooks(bench, receiver, events)
  return { bench, receiver, ids }
}

const create = (bench: Bench, some: object = {}) =>
  bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down', ...some })

const arrived = (receiver: Receiver, events: string[]) =>
  until(() => expect(receiver.events().toSorted()).toEqual(events.toSorted()))

async function webhookOf(bench: Bench, id: number | undefined) {
  const { body } = await bench.call('GET', '/sandbox/api/webhooks')
  return body.find((one: { id: number }) => one.id === id)
}

describe('verification', () => {
  test('of four webhooks on one address only the first is asked to call back; the others are active at once', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    const make = async (event: string) =>
      (await bench.call('POST', '/sandbox/api/webhooks', { event, uri: receiver.url })).body
    const first = await make('request.create')
    expect(first.verified).toBe(false)
    await arrived(receiver, ['webhook.verify'])
    expect(await receiver.callBack()).toBe(200)

    for (const event of ['request.update', 'problem.create', 'problem.update']) {
      expect(await make(event)).toMatchObject({ verified: true, verification: null })
    }
    await create(bench)
    await arrived(receiver, ['webhook.verify', 'request.create'])
    expect((await bench.deliveries('?event=webhook.verify')).length).toBe(1)
  })

  test('the message carries a callback with a code of 24 characters that lives for a day', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    const { body } = await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await arrived(receiver, ['webhook.verify'])
    const [verification] = receiver.received
    expect(verification?.body).toEqual({
      webhook_id: body.id,
      webhook_nodeID: expect.any(String),
      account_id: 'acme',
      account: bench.urls.sandboxUrl,
      name: 'request.create',
      event: 'webhook.verify',
      object_id: body.id,
      object_nodeID: expect.any(String),
      person_id: 6,
      person_nodeID: expect.any(String),
      person_name: 'Howard Tanner',
      payload: { callback: expect.any(String) },
    })
    const callback = new URL(verification?.body.payload.callback)
    expect(callback.origin).toBe(bench.urls.sandboxUrl)
    expect(callback.pathname).toBe(`/webhooks/${body.id}/verify`)
    expect([...callback.searchParams.keys()]).toEqual(['code', 'expires_at'])
    expect(callback.searchParams.get('code')).toMatch(/^[\w-]{24}$/)
    expect(Number(callback.searchParams.get('expires_at'))).toBe(Date.parse('2026-03-03T09:00:00Z') / 1_000)
  })

  test('a webhook hears of nothing before its callback was called', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await arrived(receiver, ['webhook.verify'])
    await create(bench)
    expect((await bench.deliveries('?event=request.create')).length).toBe(0)
    expect(await receiver.callBack('POST')).toBe(200)
    await create(bench)
    await arrived(receiver, ['webhook.verify', 'request.create'])
  })

  test('a wrong code, an old code and a late call activate nothing', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    const { body } = await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri: receiver.url })
    await arrived(receiver, ['webhook.verify'])
    const { callback } = receiver.received[0]?.body.payload ?? {}
    expect((await fetch(callback.replace(/code=.{3}/, 'code=AAA'))).status).toBe(404)

    await bench.form(`/webhooks/${body.id}/resend`, [])
    await arrived(receiver, ['webhook.verify', 'webhook.verify'])
    expect((await fetch(callback)).status).toBe(404)

    bench.advance(86_400)
    expect(await receiver.callBack()).toBe(404)
    expect((await webhookOf(bench, body.id)).verified).toBe(false)
  })

  test('another address has to be verified anew, and hears of nothing until then', async () => {
    const { bench, receiver, ids } = await world(['request.create'])
    const other = await openReceiver()
    const form: [string, string][] = [
      ['event', 'request.create'],
      ['uri', other.url],
    ]
    expect((await bench.form(`/webhooks/${ids[0]}`, form)).status).toBe(303)
    await arrived(other, ['webhook.verify'])
    await create(bench)
    expect((await bench.deliveries('?event=request.create')).length).toBe(0)
    await other.callBack()
    await create(bench)
    await arrived(other, ['webhook.verify', 'request.create'])
    expect(receiver.received).toEqual([])
  })
})

describe('deliveries', () => {
  test('a new request arrives in the documented shape, with both spellings of the header', async () => {
    const { bench, receiver, ids } = await world(['request.create'])
    const { body: request } = await create(bench, { note: 'Nothing arrives.', source: 'Self Service' })
    await arrived(receiver, ['request.create'])
    const [call] = receiver.received
    expect(call?.body).toEqual({
      webhook_id: ids[0],
      webhook_nodeID: Buffer.from(`4me.com/Webhook/${ids[0]}`).toString('base64url'),
      account_id: 'acme',
      account: bench.urls.sandboxUrl,
      name: 'request.create',
      event: 'request.create',
      object_id: request.id,
      object_nodeID: Buffer.from(`4me.com/Req/${request.id}`).toString('base64url'),
      person_id: 6,
      person_nodeID: expect.any(String),
      person_name: 'Howard Tanner',
      payload: {
        audit_line_id: expect.any(Number),
        audit_line_nodeID: expect.any(String),
        note_id: expect.any(Number),
        note_nodeID: expect.any(String),
        source: 'Self Service',
        status: 'assigned',
        team: { id: 14, nodeID: expect.any(String), name: 'Service Desk', account: { id: 'acme', name: 'Acme' } },
      },
    })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': '4me/1.0 (https://developer.4me.com/v1/webhooks)',
      accept: '*/*',
    })
    expect(call?.headers['x-4me-delivery']).toMatch(UUID)
    expect(call?.headers['x-xurrent-delivery']).toBe(call?.headers['x-4me-delivery'])
    const { sandboxUrl: at } = bench.urls
    expect(call?.headers.link).toBe(
      `<${at}/requests/${request.id}>; rel="canonical", <${at}/v1/requests/${request.id}>; rel="resource", ` +
        `<${at}/v1/requests/${request.id}/notes/${call?.body.payload.note_id}>; rel="related"`,
    )
  })

  test('only a changed status says what it was before', async () => {
    const { bench, receiver } = await world(['request.update', 'request.status-changed'])
    const { body: request } = await create(bench)
    await bench.call('PATCH', `/sandbox/api/requests/${request.id}`, { status: 'accepted', person: 'Ellen Brown' })
    await arrived(receiver, ['request.update', 'request.status-changed'])
    const payloads = Object.fromEntries(receiver.received.map((one) => [one.body.event, one.body.payload]))
    expect(payloads['request.update']).toMatchObject({ status: 'accepted', member: { id: 58, name: 'Ellen Brown' } })
    expect(payloads['request.update']).not.toHaveProperty('previous_status')
    expect(payloads['request.status-changed']).toMatchObject({ status: 'accepted', previous_status: 'assigned' })
  })

  test('a note alone makes an update without an audit line', async () => {
    const { bench, receiver } = await world(['problem.update', 'problem.note-added'])
    const { body: problem } = await bench.call('POST', '/sandbox/api/problems', { subject: 'Disk wears out' })
    await bench.call('PATCH', `/sandbox/api/problems/${problem.id}`, { note: 'Ordered a new one.' })
    await arrived(receiver, ['problem.update', 'problem.note-added'])
    for (const { body } of receiver.received) {
      expect(body.payload).toHaveProperty('note_id')
      expect(body.payload).not.toHaveProperty('audit_line_id')
    }
  })

  test('a wait that ends by itself is nobody’s act', async () => {
    const { bench, receiver } = await world(['request.status-changed'])
    const { body: request } = await create(bench, { status: 'waiting_for', waiting_until: '2026-03-02T10:00:00Z' })
    bench.advance(3_600)
    await arrived(receiver, ['request.status-changed'])
    expect(receiver.received[0]?.body).toMatchObject({
      object_id: request.id,
      person_id: null,
      person_name: null,
      payload: { status: 'assigned', previous_status: 'waiting_for' },
    })
  })

  test('a test speaks about record 12345, also from a disabled webhook', async () => {
    const { bench, receiver, ids } = await world(['problem.create'])
    await bench.form(`/webhooks/${ids[0]}`, [
      ['event', 'problem.create'],
      ['uri', receiver.url],
      ['disabled', '1'],
    ])
    await bench.call('POST', `/sandbox/api/webhooks/${ids[0]}/test`)
    await arrived(receiver, ['problem.create'])
    expect(receiver.received[0]?.body.object_id).toBe(12_345)
  })

  test('an import is silent', async () => {
    const { bench } = await world(['request.create'])
    await create(bench, { silent: true })
    expect((await bench.deliveries('?event=request.create')).length).toBe(0)
  })

  test('an automation rule says what it likes, under the number of the rule', async () => {
    const { bench, receiver } = await world(['automation_rule'])
    await bench.call('POST', '/sandbox/api/automation-rule', { rule_id: 9, payload: { request: 70_470 } })
    await arrived(receiver, ['automation_rule'])
    expect(receiver.received[0]?.body).toMatchObject({ object_id: 9, payload: { request: 70_470 } })
  })

  test('a name and password in the address become a header and stay out of the path', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    const uri = receiver.url.replace('//', '//tom:a%20b@')
    await bench.call('POST', '/sandbox/api/webhooks', { event: 'request.create', uri })
    await arrived(receiver, ['webhook.verify'])
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('tom:a b')}`)
  })

  test('the webhook remembers how its last delivery went', async () => {
    const { bench, receiver, ids } = await world(['request.create'])
    receiver.answer = () => 503
    await create(bench)
    await until(async () => {
      const { last_delivery_id, last_error } = await webhookOf(bench, ids[0])
      const [delivery] = await bench.deliveries('?state=failed')
      expect(delivery).toMatchObject({ id: last_delivery_id, responseStatus: 503 })
      expect(last_error).toBe('The receiver answered 503')
    })
    receiver.answer = () => 204
    bench.advance(10)
    await until(async () => {
      const { last_delivery_id, last_error, consecutive_failures } = await webhookOf(bench, ids[0])
      const [, delivery] = await bench.deliveries('?event=request.create')
      expect(delivery).toMatchObject({ id: last_delivery_id, state: 'succeeded', responseStatus: 204 })
      expect({ last_error, consecutive_failures }).toEqual({ last_error: null, consecutive_failures: 0 })
    })
  })

  test.each([300, 404, 500])('%i is not a success', async (status) => {
    const { bench, receiver } = await world(['request.create'])
    receiver.answer = () => status
    await create(bench)
    await until(async () => expect((await bench.deliveries('?state=failed')).length).toBe(1))
  })

  test('no answer in time is a failure with its reason', async () => {
    const { bench, receiver } = await world(['request.create'], { deliveryTimeoutMs: 200 })
    receiver.answer = () => null
    await create(bench)
    await until(async () => {
      const [delivery] = await bench.deliveries('?state=failed')
      expect(delivery).toMatchObject({ responseStatus: null, error: 'No answer within 0.2 seconds' })
    })
  })
})

describe('retries', () => {
  test('ten attempts, each after twice the time of the one before, each with a UUID of its own', async () => {
    const { bench, receiver } = await world(['request.create'])
    receiver.answer = () => 500
    await create(bench)
    for (let attempt = 1; attempt < 10; attempt++) {
      await until(async () => {
        const all = await bench.deliveries('?event=request.create')
        expect(all.map((one) => one.state)).toEqual([...Array(attempt).fill('failed'), 'waiting'])
      })
      bench.advance(10 * 2 ** (attempt - 1) - 1)
      expect((await bench.deliveries('?state=waiting')).length).toBe(1)
      bench.advance(1)
    }
    await until(() => expect(receiver.received.length).toBe(10))
    await until(async () => {
      const all = await bench.deliveries('?event=request.create')
      expect(all.map((one) => one.state)).toEqual(Array(10).fill('failed'))
      expect(all.map((one) => one.retriedBy)).toEqual([...all.slice(1).map((one) => one.id), null])
      expect(all.map((one) => one.retryOf)).toEqual([null, ...all.slice(0, -1).map((one) => one.id)])
    })
    expect(new Set(receiver.received.map((one) => one.headers['x-4me-delivery'])).size).toBe(10)
    expect(new Set(receiver.received.map((one) => JSON.stringify(one.body))).size).toBe(1)
  })

  test('the time scale shortens the waits', async () => {
    const { bench, receiver } = await world(['request.create'])
    await bench.faults({ timeScale: 10 })
    receiver.answer = () => 500
    await create(bench)
    await until(async () => {
      const [retry] = await bench.deliveries('?state=waiting')
      expect(retry?.dueAt).toBe('2026-03-02T09:00:01.000Z')
    })
  })

  test('twenty failures in a row disable a webhook; enabling it starts the count anew', async () => {
    const { bench, receiver, ids } = await world(['request.create'])
    receiver.answer = () => 500
    for (let count = 1; count <= 20; count++) {
      await create(bench)
      await until(async () => expect((await webhookOf(bench, ids[0])).consecutive_failures).toBe(count))
    }
    expect(await webhookOf(bench, ids[0])).toMatchObject({
      disabled: true,
      last_error: 'Disabled after 20 consecutive failures. The receiver answered 500',
    })
    bench.advance(10)
    await until(async () => expect((await bench.deliveries('?state=dropped')).length).toBe(19))
    expect(receiver.received.length).toBe(20)

    receiver.answer = () => 200
    await bench.form(`/webhooks/${ids[0]}`, [
      ['event', 'request.create'],
      ['uri', receiver.url],
    ])
    expect(await webhookOf(bench, ids[0])).toMatchObject({ disabled: false, last_error: null, consecutive_failures: 0 })
    await create(bench)
    await until(() => expect(receiver.received.length).toBe(21))
  })

  test('a redelivery names the first delivery and is tried anew', async () => {
    const { bench, receiver } = await world(['request.create'])
    await create(bench)
    await arrived(receiver, ['request.create'])
    const [first] = await bench.deliveries('?event=request.create')
    await bench.call('POST', `/sandbox/api/deliveries/${first?.id}/redeliver`)
    await arrived(receiver, ['request.create', 'request.create'])
    expect(receiver.received[1]?.headers).toMatchObject({
      'x-4me-delivery-origin': first?.id,
      'x-xurrent-delivery-origin': first?.id,
    })
    expect(receiver.received[1]?.headers['x-4me-delivery']).not.toBe(first?.id)
  })

  test('a webhook removed while its message is on the way is not tried again', async () => {
    const { bench, receiver } = await world(['request.create'], { deliveryTimeoutMs: 200 })
    receiver.answer = () => null
    await create(bench)
    await arrived(receiver, ['request.create'])
    expect((await bench.call('POST', '/sandbox/api/reset')).status).toBe(200)
    // The next webhook gets the number of the removed one; it must not inherit anything.
    const other = await openReceiver()
    await openWebhooks(bench, other, ['request.create'])
    bench.advance(60)
    await create(bench)
    await arrived(other, ['request.create'])
    expect(receiver.received.length).toBe(1)
    expect((await bench.deliveries()).map((one) => one.event)).toEqual(['webhook.verify', 'request.create'])
  })
})

describe('faults of deliveries', () => {
  test.each([
    ['same-uuid', 1],
    ['new-uuid', 2],
  ])('each arrives twice, with the %s', async (duplicate, uuids) => {
    const { bench, receiver } = await world(['request.create'])
    await bench.faults({ webhooks: { duplicate } })
    await create(bench)
    await arrived(receiver, ['request.create', 'request.create'])
    expect(new Set(receiver.received.map((one) => one.headers['x-4me-delivery'])).size).toBe(uuids)
  })

  test('what happens close together arrives backwards', async () => {
    const { bench, receiver } = await world(['request.create', 'request.update'])
    await bench.faults({ webhooks: { reordered: true } })
    const { body: request } = await create(bench)
    await bench.call('PATCH', `/sandbox/api/requests/${request.id}`, { status: 'accepted' })
    await until(() => expect(receiver.events()).toEqual(['request.update', 'request.create']))
  })

  test('what is withheld leaves when withholding ends, retries included', async () => {
    const { bench, receiver } = await world(['request.create'])
    receiver.answer = () => 500
    await create(bench)
    await until(async () => expect((await bench.deliveries('?state=waiting')).length).toBe(1))
    await bench.faults({ webhooks: { withheld: true } })
    receiver.answer = () => 200
    await create(bench)
    bench.advance(10)
    await until(async () => expect((await bench.deliveries('?state=withheld')).length).toBe(2))
    expect(receiver.received.length).toBe(1)
    await bench.faults({ webhooks: { withheld: false } })
    await until(() => expect(receiver.received.length).toBe(3))
  })

  test.each([
    ['4me', 'x-4me-delivery', 'x-xurrent-delivery', '4me/1.0 (https://developer.4me.com/v1/webhooks)'],
    ['xurrent', 'x-xurrent-delivery', 'x-4me-delivery', 'xurrent/1.0 (https://developer.xurrent.com/v1/webhooks)'],
  ])('headers can be spelled as by %s only', async (headers, present, absent, agent) => {
    const { bench, receiver } = await world(['request.create'])
    await bench.faults({ webhooks: { headers } })
    await create(bench)
    await arrived(receiver, ['request.create'])
    expect(receiver.received[0]?.headers).toHaveProperty(present)
    expect(receiver.received[0]?.headers).not.toHaveProperty(absent)
    expect(receiver.received[0]?.headers['user-agent']).toBe(agent)
  })

  test('the short form has no node ids and no account objects', async () => {
    const { bench, receiver } = await world(['request.create'])
    await bench.faults({ webhooks: { lenient: true } })
    await create(bench)
    await arrived(receiver, ['request.create'])
    expect(JSON.stringify(receiver.received[0]?.body)).not.toMatch(/nodeID/)
    expect(receiver.received[0]?.body.payload.team).toEqual({ id: 14, name: 'Service Desk' })
  })

  test('a mistaken change is refused and changes nothing; everything goes back at once', async () => {
    const bench = await openBench()
    for (const change of [{ webhooks: { duplicate: 'thrice' } }, { timeScale: 1e-300 }, { rest: { slowMs: -1 } }]) {
      expect((await bench.call('PUT', '/sandbox/faults', change)).status).toBe(400)
    }
    await bench.faults({ rest: { answer: '401' }, webhooks: { lenient: true }, timeScale: 5 })
    const { body } = await bench.call('DELETE', '/sandbox/faults')
    expect(body).toMatchObject({ rest: { answer: 'normal' }, webhooks: { lenient: false }, timeScale: null })
  })
})
