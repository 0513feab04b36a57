import { describe, expect, test } from 'vitest'
import { bearer, openBench, openReceiver, until } from '../../test-bench.ts'

const browser = { accept: 'text/html' }
const allBoxes: [string, string][] = [
  ['name', 'Tocsin'],
  ['scope', '0'],
  ['scope0-effect', 'allow'],
  ['scope0-types', 'problem'],
  ['scope0-types', 'request'],
  ['scope0-problem', '*'],
  ['scope0-request', '*'],
  ['act', 'generate'],
]

describe('personal access tokens', () => {
  test('a token is shown once and works from then on', async () => {
    const bench = await openBench()
    const answer = await bench.form('/personal_access_tokens', allBoxes)
    expect(answer.status).toBe(303)
    const path = answer.headers.get('location') ?? ''
    const first = await bench.call('GET', path)
    const token = /value="([A-Za-z0-9]{112})"/.exec(first.body)?.[1] ?? ''
    expect(token).toHaveLength(112)
    expect(first.headers.get('cache-control')).toBe('no-store')

    const second = await bench.call('GET', path)
    expect(second.status).toBe(200)
    expect(second.body).not.toContain(token)
    expect(second.body).toContain(token.slice(0, 6))

    const { body } = await bench.call('GET', '/introspect', undefined, { ...bearer(token), 'x-4me-account': 'acme' })
    expect(body.scopes).toEqual(['problem:CRU', 'request:CRU'])
  })

  test('is gone for good when the sandbox was restarted before the first look', async () => {
    const bench = await openBench()
    const path = (await bench.form('/personal_access_tokens', allBoxes)).headers.get('location') ?? ''
    await bench.restart()
    expect((await bench.call('GET', path)).body).not.toMatch(/value="[A-Za-z0-9]{112}"/)
  })

  test('is refused at once when it is revoked', async () => {
    const bench = await openBench()
    const token = await bench.token(['request:R'])
    expect((await bench.form('/personal_access_tokens/1/revoke', [])).status).toBe(303)
    const headers = { ...bearer(token), 'x-4me-account': 'acme' }
    expect((await bench.call('GET', '/v1/requests', undefined, headers)).status).toBe(401)
  })

  test('a box that denies wins over one that allows, and an account condition counts', async () => {
    const bench = await openBench()
    const form: [string, string][] = [
      ...allBoxes.slice(0, -1),
      ['scope', '1'],
      ['scope1-effect', 'deny'],
      ['scope1-types', 'request'],
      ['scope1-request', 'U'],
      ['scope1-account', 'acme'],
      ['act', 'generate'],
    ]
    const path = (await bench.form('/personal_access_tokens', form)).headers.get('location') ?? ''
    const token = /value="([A-Za-z0-9]{112})"/.exec((await bench.call('GET', path)).body)?.[1] ?? ''
    const { body } = await bench.call('GET', '/introspect', undefined, { ...bearer(token), 'x-4me-account': 'acme' })
    expect(body.scopes).toEqual(['problem:CRU', 'request:CR'])
  })

  test('without a name or a box there is no token, and what was filled in stays', async () => {
    const bench = await openBench()
    const unnamed = await bench.form(
      '/personal_access_tokens',
      allBoxes.filter(([name]) => name !== 'name'),
    )
    expect(unnamed.status).toBe(422)
    expect(unnamed.body).toContain('Name can&#39;t be blank.')
    const empty = await bench.form('/personal_access_tokens', [
      ['name', 'Kept "name"'],
      ['scope', '0'],
    ])
    expect(empty.status).toBe(422)
    expect(empty.body).toContain('value="Kept &quot;name&quot;"')
    expect((await bench.call('GET', '/sandbox/api/state')).body.tokens).toEqual([])
  })

  test('a link can fill the form in', async () => {
    const bench = await openBench()
    const { body } = await bench.call('GET', '/personal_access_tokens/new?name=On-call&scopes=request:R,problem:*')
    expect(body).toContain('value="On-call"')
    expect(body).toMatch(/name="scope0-request" value="R" checked/)
    expect(body).not.toMatch(/name="scope0-request" value="U" checked/)
    expect(body).toMatch(/name="scope0-problem" value="U" checked/)
  })
})

describe('webhooks', () => {
  test('a saved one needs to be verified, and shows the answer of its last delivery once it was', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    const saved = await bench.form('/webhooks', [
      ['event', 'request.create'],
      ['uri', receiver.url],
    ])
    const path = saved.headers.get('location') ?? ''
    expect((await bench.call('GET', path)).body).toContain('This webhook needs to be verified.')
    await until(() => expect(receiver.received.length).toBe(1))
    await receiver.callBack()
    await until(async () => {
      const { body } = await bench.call('GET', path)
      expect(body).not.toContain('needs to be verified')
      expect(body).toContain('data-last-delivery-status="200"')
      expect(body).toContain(receiver.received[0]?.headers['x-4me-delivery'])
    })
  })

  test('the callback answers a browser with a page, and a wrong one with 404', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await bench.form('/webhooks', [
      ['event', 'request.create'],
      ['uri', receiver.url],
    ])
    await until(() => expect(receiver.received.length).toBe(1))
    const { callback } = receiver.received[0]?.body.payload ?? {}
    expect((await bench.call('GET', `${callback}0`, undefined, browser)).body).toContain('Not verified')
    expect((await bench.call('GET', callback, undefined, browser)).body).toContain('was successful')
  })

  test('are found in the settings by typing', async () => {
    const bench = await openBench()
    const { body } = await bench.call('GET', '/settings?q=webhook')
    expect(body).toContain('href="/webhooks"')
    expect(body).not.toContain('href="/settings/people"')
    expect((await bench.call('GET', '/settings?q=nonsense')).body).toContain('No setting matches.')
  })

  test('only an administrator gets to see them', async () => {
    const bench = await openBench()
    const acting = await bench.form('/act-as', [
      ['person', '58'],
      ['back', '//evil.example/'],
    ])
    expect(acting.headers.get('location')).toBe('/requests')
    const cookie = acting.headers.get('set-cookie')?.split(';')[0] ?? ''
    for (const path of ['/webhooks', '/webhooks/new', '/webhook_deliveries']) {
      expect((await bench.call('GET', path, undefined, { cookie })).status).toBe(403)
    }
  })
})

describe('records', () => {
  test('a request is made, accepted and completed by forms', async () => {
    const bench = await openBench()
    const made = await bench.form('/requests', [
      ['subject', 'Till 3 <does> not print'],
      ['category', 'incident'],
      ['impact', 'high'],
      ['requested_by_id', '75'],
      ['service_instance_id', '53'],
      ['team_id', ''],
      ['member_id', ''],
      ['note', 'Since this morning.'],
    ])
    const path = made.headers.get('location') ?? ''
    expect((await bench.call('GET', path)).body).toContain('Till 3 &lt;does&gt; not print')
    await bench.form(path, [['status', 'accepted']])
    expect((await bench.rest('GET', `/v1${path}`)).body).toMatchObject({
      status: 'accepted',
      team: { name: 'Applications' },
      member: { name: 'Howard Tanner' },
      requested_by: { name: 'Tom Becker' },
    })
    await bench.form(path, [
      ['status', 'completed'],
      ['completion_reason', 'workaround'],
      ['note', 'Uses till 4.'],
    ])
    expect((await bench.rest('GET', `/v1${path}`)).body).toMatchObject({
      status: 'completed',
      completion_reason: 'workaround',
    })
  })

  test('mistakes are said above the form, and what was typed stays', async () => {
    const bench = await openBench()
    const { status, body } = await bench.form('/requests', [
      ['subject', ''],
      ['category', 'incident'],
      ['impact', ''],
      ['note', 'A long story'],
    ])
    expect(status).toBe(422)
    expect(body).toContain('Subject can&#39;t be blank')
    expect(body).toContain('Impact can&#39;t be blank')
    expect(body).toContain('A long story')
  })

  test('what is not there says so, as a page or as JSON', async () => {
    const bench = await openBench()
    for (const path of ['/requests/1', '/nothing', '/settings/nothing', '/webhook_deliveries/x']) {
      const page = await bench.call('GET', path, undefined, browser)
      expect({ path, status: page.status }).toEqual({ path, status: 404 })
      expect(page.body).toMatch(/^<!doctype html>/)
    }
    expect((await bench.call('GET', '/nothing')).body).toEqual({ message: 'Not Found' })
  })

  test('every page forbids foreign scripts and frames', async () => {
    const bench = await openBench()
    const { headers } = await bench.call('GET', '/requests')
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'.*frame-ancestors 'none'/,
    )
  })

  test('another web site cannot make a browser write', async () => {
    const bench = await openBench()
    const body = new URLSearchParams({ status: 'completed' })
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }]) {
      expect((await bench.call('POST', '/requests/70466', body, headers as Record<string, string>)).status).toBe(403)
      const reset = await bench.call('POST', '/sandbox/api/reset', {}, headers as Record<string, string>)
      expect(reset.status).toBe(403)
    }
  })
})

describe('faults', () => {
  test('the page switches the same faults as the API, and shows that one is on', async () => {
    const bench = await openBench()
    const quiet = (await bench.call('GET', '/requests')).body
    expect(quiet).not.toContain('A fault is switched on')
    const saved = await bench.form('/faults', [
      ['rest_answer', '429'],
      ['rest_remaining', '3'],
      ['rest_slow', '0'],
      ['duplicate', 'new-uuid'],
      ['webhooks_slow', '0'],
      ['headers', 'both'],
      ['auto_disable', '1'],
      ['time_scale', ''],
      ['act', 'save'],
    ])
    expect(saved.status).toBe(303)
    expect((await bench.call('GET', '/sandbox/faults')).body).toMatchObject({
      rest: { answer: '429', remaining: 3 },
      webhooks: { duplicate: 'new-uuid', autoDisable: true, withheld: false },
    })
    expect((await bench.call('GET', '/requests')).body).toContain('A fault is switched on')
    await bench.form('/faults', [['act', 'reset']])
    expect((await bench.call('GET', '/sandbox/faults')).body.rest.answer).toBe('normal')
  })
})

describe('the test API', () => {
  test('a mistaken body is refused with 400 or 422, never 500', async () => {
    const bench = await openBench()
    for (const [path, body] of [
      ['/sandbox/api/tokens', { scopes: 'all' }],
      ['/sandbox/api/tokens', { person: 'Nobody' }],
      ['/sandbox/api/webhooks', { event: 1 }],
      ['/sandbox/api/webhooks', { event: 'request.create', uri: 'x' }],
      ['/sandbox/api/requests', { subject: 1 }],
      ['/sandbox/api/automation-rule', {}],
    ] as const) {
      const { status } = await bench.call('POST', path, body)
      expect({ path, isRefused: status === 400 || status === 422 }).toEqual({ path, isRefused: true })
    }
  })
})

test('no two fields of a page share an id: a label leads to its own', async () => {
  const bench = await openBench()
  const { body } = await bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down' })
  for (const path of [`/requests/${body.id}`, '/problems/331', '/requests/new', '/webhooks/new', '/faults']) {
    const page = (await bench.call('GET', path)).body as string
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      path,
    ).toEqual([])
  }
})
