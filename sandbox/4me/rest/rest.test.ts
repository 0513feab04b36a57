import { describe, expect, test } from 'vitest'
import { bearer, openBench, shareBench, until } from '../../test-bench.ts'

const acme = { 'x-4me-account': 'acme' }
const request = { subject: 'Mail is down', category: 'incident', impact: 'high' }

/** Where a Link header leads. */
function linkTo(rel: string, headers: Headers): string | undefined {
  return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1]
}

describe('who may call', () => {
  const shared = shareBench()
  test('the address itself answers anybody', async () => {
    const bench = shared()
    expect(await bench.call('GET', '/v1')).toMatchObject({ status: 200, body: {} })
  })

  test.each([
    ['no token', {}],
    ['a wrong token', bearer('abc')],
    ['another scheme', { authorization: `Basic ${btoa('a:b')}` }],
  ])('%s is answered with 401', async (_title, headers) => {
    const bench = shared()
    for (const path of ['/v1/requests', '/v1/problems/331', '/v1/nothing']) {
      const answer = await bench.call('GET', path, undefined, { ...acme, ...headers })
      expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } })
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    }
  })

  test('the account is named in either spelling of the header, in any case; another account is refused', async () => {
    const bench = await openBench()
    const token = await bench.token(['request:R'])
    const status = async (headers: Record<string, string>) =>
      (await bench.call('GET', '/v1/requests', undefined, { ...bearer(token), ...headers })).status
    expect(await status({ 'X-4me-Account': 'acme' })).toBe(200)
    expect(await status({ 'X-Xurrent-Account': 'ACME' })).toBe(200)
    expect(await status({ 'X-4me-Account': 'other' })).toBe(401)
    expect(await status({ 'X-Xurrent-Account': 'other' })).toBe(401)
  })

  test.each([
    [['request:R'], 'GET', '/v1/problems', undefined],
    [['request:R'], 'POST', '/v1/requests', request],
    [['request:R'], 'PATCH', '/v1/requests/70466', { status: 'assigned' }],
    [['request:R'], 'POST', '/v1/requests/70466/notes', { text: 'Hello' }],
    [['request:CRU', 'problem:CRU'], 'GET', '/v1/me', undefined],
    [['request:CRU', 'problem:CRU'], 'GET', '/v1/webhooks', undefined],
  ])('a token with %j is forbidden to %s %s', async (scopes, method, path, body) => {
    const bench = shared()
    const headers = { ...acme, ...bearer(await bench.token(scopes)) }
    expect(await bench.call(method, path, body, headers)).toMatchObject({
      status: 403,
      body: { message: 'Forbidden' },
    })
  })

  test('webhooks are for administrators, whatever the token says', async () => {
    const bench = await openBench()
    const webhooks = async (person: string) => {
      const headers = { ...acme, ...bearer(await bench.token(['webhook:*'], person)) }
      return (await bench.call('GET', '/v1/webhooks', undefined, headers)).status
    }
    expect(await webhooks('Howard Tanner')).toBe(200)
    expect(await webhooks('Ellen Brown')).toBe(403)
  })

  test('introspection says what a token may do, and tells a wrong account from a wrong token', async () => {
    const bench = await openBench()
    const token = bearer(await bench.token(['request:R', 'problem:*']))
    const ask = (headers: Record<string, string>) => bench.call('GET', '/introspect', undefined, headers)
    expect((await ask({ ...token, ...acme })).body).toEqual({ active: true, scopes: ['problem:CRU', 'request:R'] })
    expect(await ask({ ...token, 'x-4me-account': 'other' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid x-xurrent-account header' },
    })
    expect((await ask({ ...bearer('abc'), ...acme })).status).toBe(401)
  })

  test('client credentials become a token that lives for an hour', async () => {
    const bench = await openBench()
    const { body: application } = await bench.call('POST', '/sandbox/api/oauth-applications', { scopes: ['request:R'] })
    const grant = { ...application, grant_type: 'client_credentials' }
    const { body } = await bench.call('POST', '/token', new URLSearchParams(grant))
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 3_600 })
    const status = async () =>
      (await bench.call('GET', '/v1/requests', undefined, { ...acme, ...bearer(body.access_token) })).status
    bench.advance(3_599)
    expect(await status()).toBe(200)
    bench.advance(1)
    expect(await status()).toBe(401)
    expect(await bench.call('POST', '/token', { ...grant, client_secret: 'wrong' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    })
  })
})

describe('records', () => {
  const shared = shareBench()
  test('an unknown number or address is 404', async () => {
    const bench = shared()
    for (const path of ['/v1/requests/12345', '/v1/requests/331', '/v1/problems/x', '/v1/requests/1/notes', '/v1/no']) {
      expect(await bench.rest('GET', path)).toMatchObject({ status: 404, body: { message: 'Not Found' } })
    }
  })

  test('one record shows all its fields, with the account’s offset; also by its node id', async () => {
    const bench = shared()
    const { body } = await bench.rest('GET', '/v1/requests/70466')
    expect(body).toMatchObject({
      id: 70_466,
      subject: 'Scanner at dock 4 does not connect',
      status: 'completed',
      completion_reason: 'solved',
      requested_by: { id: 75, name: 'Tom Becker' },
      team: { id: 15, name: 'Network' },
      source: null,
    })
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+01:00$/)
    expect(body).not.toHaveProperty('description')
    expect((await bench.rest('GET', `/v1/requests/${body.nodeID}`)).body.id).toBe(70_466)
    expect((await bench.rest('GET', '/v1/requests/70466?fields=id,subject')).body).toEqual({
      id: 70_466,
      subject: body.subject,
    })
  })

  test('a new request is 201 with the address of its screen; its first note is its description', async () => {
    const bench = await openBench()
    const answer = await bench.rest('POST', '/v1/requests', { ...request, note: 'Nothing arrives.' })
    expect(answer).toMatchObject({ status: 201, body: { ...request, status: 'assigned', new_assignment: true } })
    expect(answer.headers.get('location')).toBe(`${bench.urls.sandboxUrl}/requests/${answer.body.id}`)
    const { body: notes } = await bench.rest('GET', `/v1/requests/${answer.body.id}/notes`)
    expect(notes).toMatchObject([{ text: 'Nothing arrives.', internal: false, person: { name: 'Howard Tanner' } }])
  })

  test.each([
    [{}, ['subject', 'category']],
    [{ subject: 'x', category: 'incident' }, ['impact']],
    [{ ...request, status: 'solved' }, ['status']],
    [{ ...request, status: '' }, []],
    [{ ...request, team_id: 999 }, ['team']],
    [{ ...request, service_instance_id: 999 }, ['service']],
    [{ ...request, subject: 'x'.repeat(256) }, ['subject']],
    [{ ...request, waiting_until: '2026-03-03T09:00:00Z' }, ['waiting_until']],
    [{ ...request, status: 'waiting_for', waiting_until: 'soon' }, ['waiting_until']],
    [{ ...request, urgent: 'yes' }, ['urgent']],
  ])('%j is answered with mistakes in %j', async (body, fields) => {
    const bench = shared()
    const answer = await bench.rest('POST', '/v1/requests', body)
    if (fields.length === 0) {
      expect(answer).toMatchObject({ status: 201, body: { status: 'assigned' } })
      return
    }
    expect(answer).toMatchObject({ status: 422, body: { message: 'Validation Failed' } })
    expect(answer.body.errors.map(([field]: [string]) => field)).toEqual(fields)
    for (const [, text] of answer.body.errors) expect(text).toMatch(/^[A-Z]/)
  })

  test.each(['{', '[]', '"text"', 'null'])('the body %s is not valid JSON for 4me', async (text) => {
    const bench = shared()
    expect(await bench.rest('POST', '/v1/requests', text, { 'content-type': 'application/json' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid JSON string posted' },
    })
  })

  test('a request goes its way: accepted, completed, reopened', async () => {
    const bench = await openBench()
    const { body: made } = await bench.rest('POST', '/v1/requests', request)
    const change = async (body: object) => (await bench.rest('PATCH', `/v1/requests/${made.id}`, body)).body

    expect(await change({ status: 'accepted' })).toMatchObject({
      status: 'accepted',
      member: { name: 'Howard Tanner' },
      new_assignment: false,
    })
    expect(await change({ status: 'completed' })).toMatchObject({
      message: 'Validation Failed',
      errors: [['completion_reason', "Completion reason can't be blank"]],
    })
    bench.advance(600)
    expect(await change({ status: 'completed', completion_reason: 'solved', note: 'Restarted.' })).toMatchObject({
      status: 'completed',
      completion_reason: 'solved',
      completed_at: '2026-03-02T10:10:00+01:00',
      resolution_duration: 10,
      next_target_at: null,
    })
    expect(await change({ status: 'assigned' })).toMatchObject({
      status: 'assigned',
      completion_reason: null,
      completed_at: null,
      reopen_count: 1,
    })
  })

  test('a problem is solved, never completed', async () => {
    const bench = await openBench()
    const made = await bench.rest('POST', '/v1/problems', {
      subject: 'Disk wears out',
      impact: 'medium',
      service_id: 33,
      manager_id: 6,
    })
    expect(made).toMatchObject({ status: 201, body: { team: { name: 'Applications' }, category: 'reactive' } })
    const change = (status: string) => bench.rest('PUT', `/v1/problems/${made.body.id}`, { status })
    expect((await change('completed')).status).toBe(422)
    expect(await change('solved')).toMatchObject({ status: 200, body: { solved_at: '2026-03-02T10:00:00+01:00' } })
  })

  test('who completes another team’s request moves it to a team of their own', async () => {
    const bench = await openBench()
    const { body: made } = await bench.rest('POST', '/v1/requests', { ...request, team_id: 15, member_id: 61 })
    const headers = { ...acme, ...bearer(await bench.token(['request:U'], 'Ellen Brown')) }
    const done = { status: 'completed', completion_reason: 'solved' }
    const { body } = await bench.call('PATCH', `/v1/requests/${made.id}`, done, headers)
    expect(body).toMatchObject({ team: { name: 'Service Desk' }, member: { name: 'Ellen Brown' } })
  })

  test('a wait ends at its time, unless the time is taken away', async () => {
    const bench = await openBench()
    const wait = { ...request, status: 'waiting_for', waiting_until: '2026-03-02T09:30:00Z' }
    const first = (await bench.rest('POST', '/v1/requests', wait)).body.id
    const second = (await bench.rest('POST', '/v1/requests', wait)).body.id
    await bench.rest('PATCH', `/v1/requests/${second}`, { waiting_until: null })
    bench.advance(1_800)
    const status = async (id: number) => {
      // However often it is asked, 20 calls in 2 seconds are never exceeded.
      bench.advance(1)
      return (await bench.rest('GET', `/v1/requests/${id}`)).body.status
    }
    await until(async () => expect(await status(first)).toBe('assigned'))
    expect(await status(second)).toBe('waiting_for')
  })

  test('a note is 201 with its number; internal ones are listed apart', async () => {
    const bench = await openBench()
    const path = '/v1/requests/70466/notes'
    const add = async (body: object) => (await bench.rest('POST', path, body)).body.id
    const open = await add({ text: 'For all' })
    const internal = await add({ text: 'For us', internal: true, suppress_note_added_notifications: true })
    const ids = async (which: string) =>
      (await bench.rest('GET', path + which)).body.map((one: { id: number }) => one.id)
    expect((await ids('')).slice(-2)).toEqual([open, internal])
    expect((await ids('/public')).at(-1)).toBe(open)
    expect(await ids('/internal')).toEqual([internal])
    expect((await bench.rest('POST', path, { text: '  ' })).body.errors).toEqual([['text', "Text can't be blank"]])
  })

  test('what was not changed needs no second sending', async () => {
    const bench = shared()
    const { headers } = await bench.rest('GET', '/v1/requests/70466')
    const again = { 'if-none-match': headers.get('etag') ?? '' }
    expect(await bench.rest('GET', '/v1/requests/70466', undefined, again)).toMatchObject({ status: 304, body: '' })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('lists', () => {
  const shared = shareBench((bench) => bench.call('POST', '/sandbox/api/requests', { subject: 'Mail is down' }))
  async function many() {
    const bench = await openBench()
    for (let count = 1; count <= 25; count++) {
      await bench.call('POST', '/sandbox/api/requests', { subject: `Number ${count}`, silent: true })
      bench.advance(60)
    }
    return bench
  }
  const ids = (records: { id: number }[]) => records.map((one) => one.id)

  test('twenty at a time, newest first, and links that lead through all of them', async () => {
    const bench = await many()
    const first = await bench.rest('GET', '/v1/requests')
    expect(ids(first.body)).toEqual(Array.from({ length: 20 }, (_, index) => 70_494 - index))
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'x-pagination-per-page': '20',
      'x-pagination-current-page': '1',
      'x-pagination-total-pages': '2',
      'x-pagination-total-entries': '27',
    })
    expect(linkTo('prev', first.headers)).toBeUndefined()
    expect(linkTo('last', first.headers)).toBeUndefined()

    const second = await bench.rest('GET', linkTo('next', first.headers) ?? '')
    expect(ids(second.body)).toEqual([70_474, 70_473, 70_472, 70_471, 70_470, 70_467, 70_466])
    expect(linkTo('next', second.headers)).toBeUndefined()
    expect(ids((await bench.rest('GET', linkTo('prev', second.headers) ?? '')).body)).toEqual(ids(first.body))
    expect(ids((await bench.rest('GET', linkTo('first', second.headers) ?? '')).body)).toEqual(ids(first.body))
    expect(ids((await bench.rest('GET', '/v1/requests?page=2')).body)).toEqual(ids(second.body))
  })

  test('a walk through pages survives that records leave the list and that others join it', async () => {
    const bench = await many()
    const first = await bench.rest('GET', '/v1/requests?status=assigned&per_page=10')
    const last = ids(first.body).at(-1)
    await bench.call('PATCH', `/sandbox/api/requests/${last}`, { status: 'accepted' })
    await bench.call('POST', '/sandbox/api/requests', { subject: 'Came between', silent: true })
    const second = await bench.rest('GET', linkTo('next', first.headers) ?? '')
    expect(second.status).toBe(200)
    expect(ids(second.body)).toEqual(Array.from({ length: 10 }, (_, index) => (last ?? 0) - 1 - index))
  })

  test('cursors follow the order that was asked for', async () => {
    const bench = await many()
    const seen: number[] = []
    let next: string | undefined = '/v1/requests?sort=updated_at&per_page=10'
    while (next !== undefined) {
      const page = await bench.rest('GET', next)
      seen.push(...ids(page.body))
      next = linkTo('next', page.headers)
    }
    expect(seen).toEqual([70_466, 70_467, ...Array.from({ length: 25 }, (_, index) => 70_470 + index)])
  })

  test.each([
    ['per_page=0', "Parameter 'per_page' cannot be less than 1"],
    ['per_page=101', "Parameter 'per_page' cannot be greater than 100"],
    ['per_page=x', "Parameter 'per_page' must be a number"],
    ['search_after=nonsense', "Parameter 'search_after' is invalid"],
    ['reopen_count=1', "Filter on 'reopen_count' is not supported"],
    ['updated_at=>soon', "'soon' is not a valid value for a range filter"],
  ])('%s is refused', async (query, message) => {
    const bench = shared()
    expect(await bench.rest('GET', `/v1/requests?${query}`)).toMatchObject({ status: 400, body: { message } })
  })

  test.each([
    ['status=completed', [70_467, 70_466]],
    ['status=!completed', [70_470]],
    ['status=assigned,completed', [70_470, 70_467, 70_466]],
    ['category=rfc', [70_467]],
    ['team=15', [70_466]],
    ['member=', [70_470]],
    ['member=!', [70_467, 70_466]],
    ['created_at=>=2026-03-02T09:00:00Z', [70_470]],
    ['created_at=>2026-02-20T00:00:00Z<2026-03-01T00:00:00Z', [70_467]],
    ['subject=mail is down', []],
    ['sort=id', [70_466, 70_467, 70_470]],
  ])('%s finds %j', async (query, expected) => {
    const bench = shared()
    expect(ids((await bench.rest('GET', `/v1/requests?${query}`)).body)).toEqual(expected)
  })

  test.each([
    ['requests/open', [70_470]],
    ['requests/completed', [70_467, 70_466]],
    ['requests/assigned_to_my_team', [70_470]],
    ['requests/assigned_to_me', []],
    ['problems/solved', [331]],
    ['problems/active', []],
  ])('%s is a list of its own', async (path, expected) => {
    const bench = shared()
    expect(ids((await bench.rest('GET', `/v1/${path}`)).body)).toEqual(expected)
  })

  test('a list shows the usual fields, or those that were asked for', async () => {
    const bench = shared()
    const [usual] = (await bench.rest('GET', '/v1/requests')).body
    expect(usual).toHaveProperty('next_target_at')
    expect(usual).not.toHaveProperty('requested_by')
    const [asked] = (await bench.rest('GET', '/v1/requests?fields=id,requested_by')).body
    expect(Object.keys(asked)).toEqual(['id', 'requested_by'])
  })
})

describe('limits', () => {
  test('twenty calls in two seconds, then 429 until the two seconds are over', async () => {
    const bench = await openBench()
    const statuses = new Set<number>()
    for (let call = 0; call < 20; call++) statuses.add((await bench.rest('GET', '/v1/requests')).status)
    expect(statuses).toEqual(new Set([200]))
    const refused = await bench.rest('GET', '/v1/requests')
    expect(refused).toMatchObject({ status: 429, body: { message: 'Too Many Requests' } })
    expect(refused.body.documentation_url).toMatch(/\/v1\/#rate-limiting$/)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'x-ratelimit-limit': '3600',
      'x-ratelimit-remaining': '3580',
      'retry-after': '2',
    })
    expect((await bench.rest('GET', '/v1/rate_limit')).body.resources.core.remaining).toBe(3_580)
    bench.advance(2)
    expect((await bench.rest('GET', '/v1/requests')).status).toBe(200)
  })

  test('another token has a limit of its own', async () => {
    const bench = await openBench()
    for (let call = 0; call < 21; call++) await bench.rest('GET', '/v1/requests')
    const headers = { ...acme, ...bearer(await bench.token(['request:R'])) }
    expect((await bench.call('GET', '/v1/requests', undefined, headers)).status).toBe(200)
  })
})

describe('faults of the API', () => {
  const shared = shareBench()
  test.each([
    ['429', 429, '2'],
    ['429-silent', 429, null],
    ['401', 401, null],
    ['502-html', 502, null],
  ])('%s, for as many calls as was said', async (answer, status, retryAfter) => {
    const bench = shared()
    await bench.rest('GET', '/v1/requests')
    await bench.faults({ rest: { answer, remaining: 2 } })
    for (let call = 0; call < 2; call++) {
      const refused = await bench.rest('GET', '/v1/requests')
      expect(refused.status).toBe(status)
      expect(refused.headers.get('retry-after')).toBe(retryAfter)
      if (status === 502) expect(refused.body).toMatch(/^<html>/)
      if (status === 429) expect(refused.body).toHaveProperty('documentation_url')
    }
    expect((await bench.rest('GET', '/v1/requests')).status).toBe(200)
  })

  test('webhooks can be made, changed, tested and removed by REST', async () => {
    const bench = await openBench()
    const headers = { ...acme, ...bearer(await bench.token(['webhook:*'])) }
    const call = (method: string, path: string, body?: object) =>
      bench.call(method, `/v1/webhooks${path}`, body, headers)
    const made = await call('POST', '', { event: 'request.create', uri: 'http://127.0.0.1:9/hook' })
    expect(made).toMatchObject({ status: 201, body: { name: 'request.create', disabled: false } })
    const id = made.body.id
    expect((await call('PATCH', `/${id}`, { disabled: true })).body.disabled).toBe(true)
    expect((await call('GET', '/disabled')).body).toHaveLength(1)
    expect((await call('GET', '/enabled')).body).toHaveLength(0)
    expect((await call('POST', `/${id}/test`)).status).toBe(204)
    expect((await call('DELETE', `/${id}`)).status).toBe(204)
    expect((await call('GET', `/${id}`)).status).toBe(404)
    expect((await call('POST', '', { event: 'request.solved', uri: 'ftp://x' })).body.errors).toEqual([
      ['event', 'Event is not included in the list'],
      ['uri', 'URI is not a valid http or https address'],
    ])
  })
})
