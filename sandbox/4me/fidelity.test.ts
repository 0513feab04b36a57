import { describe, expect, test } from 'vitest'
import { openBench, openReceiver, openWebhooks, shareBench, until } from '../test-bench.ts'

// No 4me client is in the npm registry that could be held against the sandbox: what stands here are the shapes that the
// vendor documents, and those that were recorded from real accounts.

/** Every field that the vendor documents as readable. */
const READABLE = {
  requests: `addressed agile_board agile_board_column agile_board_column_position assignment_count attachments category
    checked_items closure_code completed_at completion_reason created_at created_by custom_fields desired_completion_at
    downtime_end_at downtime_start_at feedback feedback_on_knowledge_article grouped_into grouping id impact
    knowledge_article major_incident_status member new_assignment next_target_at nodeID organization planned_effort problem
    product_backlog product_backlog_position product_backlog_estimate project provider_not_accountable
    provider_was_not_accountable reopen_count requested_by requested_for requester_resolution_target_at reservation
    resolution_duration resolution_target_at response_target_at reviewed rfc_type satisfaction service_instance source
    sourceID status subject summary supplier supplier_requestID task team template updated_at urgent waiting_until workflow`,
  problems: `agile_board agile_board_column agile_board_column_position analysis_target_at attachments category created_at
    custom_fields id impact knowledge_article known_error manager member new_assignment nodeID planned_effort
    product_backlog product_backlog_position product_backlog_estimate project resolution_duration service solved_at source
    sourceID status subject supplier team ui_extension updated_at urgent waiting_until workaround workflow`,
}
const WRITE_ONLY = [
  'note',
  'internal_note',
  'support_domain',
  'team_id',
  'member_id',
  'ci',
  'time_spent',
  'description',
]
/** What lists show when nothing else is asked for. */
const LISTED = {
  requests: `id sourceID subject category impact status next_target_at completed_at team member grouped_into
    service_instance created_at updated_at nodeID`,
  problems: `id sourceID subject impact status known_error analysis_target_at solved_at team member service created_at
    updated_at nodeID`,
}
const words = (text: string) => text.trim().split(/\s+/).toSorted()
const request = { subject: 'Mail is down', category: 'incident', impact: 'high' }

describe('the documented shape', () => {
  const shared = shareBench()
  test.each([
    ['requests', 70_466],
    ['problems', 331],
  ] as const)('of %s has every readable field and no writable one', async (path, id) => {
    const { body } = await shared().rest('GET', `/v1/${path}/${id}`)
    expect(Object.keys(body).toSorted()).toEqual(words(READABLE[path]))
    for (const name of WRITE_ONLY) expect(body).not.toHaveProperty(name)
    const [listed] = (await shared().rest('GET', `/v1/${path}`)).body
    expect(Object.keys(listed).toSorted()).toEqual(words(LISTED[path]))
  })

  test('a reference has a number, a name and a node id that leads to the record', async () => {
    const { body } = await shared().rest('GET', '/v1/requests/70466')
    expect(body.team).toEqual({ id: 15, name: 'Network', nodeID: expect.stringMatching(/^[A-Za-z0-9_-]+$/) })
    expect(Buffer.from(body.team.nodeID, 'base64url').toString()).toMatch(/\/Team\/15$/)
    expect(Buffer.from(body.nodeID, 'base64url').toString()).toMatch(/\/Req\/70466$/)
  })

  test('a note has a medium, a person and an account', async () => {
    const [note] = (await shared().rest('GET', '/v1/requests/70466/notes')).body
    expect(note).toMatchObject({ medium: 'default', internal: false, attachments: [], account: { id: 'acme' } })
    expect((await shared().rest('GET', `/v1/requests/70466/notes/${note.id}`)).body).toEqual(note)
    expect((await shared().rest('GET', '/v1/requests/70466/notes/1')).status).toBe(404)
  })

  test('every answer carries the headers that were recorded', async () => {
    const { headers } = await shared().rest('GET', '/v1/requests?per_page=1')
    for (const name of ['etag', 'x-request-id', 'x-runtime', 'x-ratelimit-limit', 'x-ratelimit-remaining'])
      expect(headers.get(name), name).not.toBeNull()
    expect(Number(headers.get('x-ratelimit-reset')) * 1_000).toBeGreaterThan(Date.parse('2026-03-02T09:00:00Z'))
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('etag')).toMatch(/^W\/"/)
  })
})

describe('what people write is read again', () => {
  test('the plain fields of a request, with instants in the account’s offset, and a line of its history', async () => {
    const bench = await openBench()
    const written = {
      planned_effort: 90,
      custom_fields: [{ id: 'rack', value: 'B7' }],
      reviewed: true,
      supplier_requestID: 'S-1',
      downtime_start_at: '2026-03-02T08:00:00Z',
    }
    const { body: made } = await bench.rest('POST', '/v1/requests', { ...request, ...written })
    expect(made).toMatchObject({ ...written, downtime_start_at: '2026-03-02T09:00:00+01:00', addressed: false })
    const changed = await bench.rest('PATCH', `/v1/requests/${made.id}`, { planned_effort: 30 })
    expect(changed.body).toMatchObject({ ...written, planned_effort: 30, downtime_start_at: made.downtime_start_at })
    await bench.restart()
    expect((await bench.rest('GET', `/v1/requests/${made.id}`)).body).toEqual(changed.body)
    for (const [field, value] of [
      ['planned_effort', -1],
      ['downtime_end_at', 'soon'],
      ['reviewed', 'yes'],
    ]) {
      const refused = await bench.rest('PATCH', `/v1/requests/${made.id}`, { [field as string]: value })
      expect(refused.body.errors).toEqual([[field, expect.stringMatching(/is invalid$/)]])
    }
  })

  test('a change of a plain field alone is told by a webhook', async () => {
    const bench = await openBench()
    const receiver = await openReceiver()
    await openWebhooks(bench, receiver, ['request.update'])
    await bench.rest('PATCH', '/v1/requests/70466', { reviewed: true })
    await until(() => expect(receiver.events()).toEqual(['request.update']))
    expect(receiver.received[0]?.body.payload.audit_line_id).toEqual(expect.any(Number))
  })
})

describe('the Events API', () => {
  test('registers an incident by names, and says where it is', async () => {
    const bench = await openBench()
    const event = { subject: 'Disk full', impact: 'top', source: 'Monitoring', sourceID: 'disk-7', ci: 'db1' }
    const { status, headers, body } = await bench.rest('POST', '/v1/events', {
      ...event,
      service_instance: 'E-mail – Production',
      team: 'Network',
      note: 'Less than 1 % is free.',
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`${bench.urls.sandboxUrl}/requests/${body.id}`)
    expect(body).toMatchObject({ category: 'incident', source: 'Monitoring', sourceID: 'disk-7', team: { id: 15 } })
    expect((await bench.rest('GET', `/v1/requests/${body.id}/notes`)).body[0].text).toBe('Less than 1 % is free.')
  })

  test.each([
    [{ impact: 'top' }, 'subject'],
    [{ subject: 'x' }, 'impact'],
    [{ subject: 'x', impact: 'top', team: 'Nobody' }, 'team'],
    [{ subject: 'x', impact: 'top', service_instance: 999 }, 'service_instance'],
    [{ subject: 'x', impact: 'top', team: [] }, 'team'],
  ])('%j is refused by the field %s', async (event, field) => {
    const bench = await openBench()
    const answer = await bench.rest('POST', '/v1/events', event)
    expect(answer).toMatchObject({ status: 422, body: { errors: [[field, expect.any(String)]] } })
  })
})

test('the lists for whoever waits, reviews and accounts', async () => {
  const bench = await openBench()
  const ids = async (view: string) =>
    (await bench.rest('GET', `/v1/requests/${view}`)).body.map((one: { id: number }) => one.id)
  const { body } = await bench.rest('POST', '/v1/requests', { ...request, impact: 'top' })
  await bench.rest('PATCH', `/v1/requests/${body.id}`, { status: 'waiting_for_customer' })
  expect(await ids('waiting_for_me')).toEqual([body.id])
  bench.advance(3 * 3_600)
  await bench.rest('PATCH', `/v1/requests/${body.id}`, { status: 'completed', completion_reason: 'solved' })
  expect(await ids('waiting_for_me')).toEqual([])
  expect(await ids('problem_management_review')).toEqual([body.id])
  expect(await ids('sla_accountability')).toEqual([body.id])
  await bench.rest('PATCH', `/v1/requests/${body.id}`, { reviewed: true })
  expect(await ids('problem_management_review')).toEqual([])
})

test.each(['404', '422'] as const)('a wrong code is answered with %s when that is chosen', async (wrongCode) => {
  const bench = await openBench()
  await bench.faults({ webhooks: { wrongCode } })
  const { body } = await bench.call('POST', '/sandbox/api/webhooks', {
    event: 'request.create',
    uri: 'http://127.0.0.1:9/hook',
  })
  const answer = await bench.call('GET', `/webhooks/${body.id}/verify?code=${'a'.repeat(24)}&expires_at=1`)
  expect(answer.status).toBe(Number(wrongCode))
})
