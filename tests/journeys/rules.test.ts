import { expect, it } from 'vitest'
import type { KnownField, Preview } from '../../server/alert-sources/rules/schema.ts'
import type { AlertSource, Integration } from '../../server/alert-sources/schema.ts'
import type { DryRun } from '../../server/intake/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, connect } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const template = (textTemplate: string) => ({ textTemplate })

/** A source of the event API with these rules, and how to send to it. */
async function monitored(world: World, rules: Record<string, unknown>) {
  const { source, policy, people } = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...rules })
  const send = async (event: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const body = { integrationKey: source.integrationKey, eventType: 'ALERT', ...event }
    const answer = await world.outside.call<{ receipt: string }>('POST', '/api/events', body, headers)
    await world.settle()
    return answer.body.receipt
  }
  const save = (changed: Record<string, unknown>) =>
    world.api.call<AlertSource>('PUT', `/api/alert-sources/${source.id}`, {
      name: source.name,
      integrationType: 'API',
      escalationPolicy: { id: policy.id },
      ...changed,
    })
  return { source, policy, people, send, save }
}

const deliveryOf = (world: World, id: string) =>
  world.api.get<{ outcome: string; rule: string; reason: string; alert: { id: number } | null }>(
    `/api/deliveries/${id}`,
  )
const rulesOf = async (world: World, alertId: number | undefined) =>
  (await world.api.get<Trace>(`/api/alerts/${alertId}/trace`)).steps.map((step) => `${step.decision} ${step.rule}`)

it('templates write the alert: summary, details, links, labels, severity', async () => {
  const world = await open()
  const { send, source } = await monitored(world, {
    summaryTemplate: template('{{ customDetails.host.upperCase() }}: {{ summary }}'),
    detailsTemplate: template('{{ #customDetails.disks }}\n- {{ name }} at {{ used }} %\n{{ /customDetails.disks }}'),
    linkTemplates: [
      { text: 'Runbook', hrefTemplate: template('https://wiki.example/{{ customDetails.host }}') },
      {
        linkTextTemplate: template('Graph of {{ customDetails.host }}'),
        hrefTemplate: template('{{ customDetails.graph }}'),
      },
    ],
    labels: { host: '{{ customDetails.host }}', none: '{{ customDetails.missing }}' },
    severityTemplate: {
      valueTemplate: template('{{ customDetails.level }}'),
      mappings: [{ value: 'Critical', severity: 1 }],
    },
    severity: 4,
  })
  await send({
    summary: 'Disk full',
    labels: { team: 'dba', host: 'as the sender says' },
    links: [{ href: 'https://sender.example/1', text: 'Own' }],
    customDetails: {
      host: 'db-1',
      level: 'critical',
      disks: [
        { name: 'sda', used: 97 },
        { name: 'sdb', used: 91 },
      ],
    },
  })
  const [alert] = await alertsOf(world)
  expect(alert).toMatchObject({
    summary: 'DB-1: Disk full',
    details: '- sda at 97 %\n- sdb at 91 %',
    severity: 1,
    labels: { team: 'dba', host: 'db-1' },
    links: [
      { href: 'https://sender.example/1', text: 'Own' },
      { href: 'https://wiki.example/db-1', text: 'Runbook' },
    ],
  })
  expect(alert?.labels).not.toHaveProperty('none')

  await send({ summary: 'Slow', customDetails: { host: 'db-2', level: 'odd', graph: 'https://g.example/2' } })
  const [second] = await alertsOf(world)
  expect(second).toMatchObject({ severity: 4, details: '' })
  expect(second?.links[1]).toEqual({ href: 'https://g.example/2', text: 'Graph of db-2' })
  await send({ summary: 'Own', severity: 2, customDetails: { level: 'critical' } })
  expect((await alertsOf(world))[0]).toMatchObject({ severity: 2 })

  const kept = await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)
  expect(kept.summaryTemplate).toEqual({
    textTemplate: '{{ customDetails.host.upperCase() }}: {{ summary }}',
    elements: [
      { type: 'VAR', val: 'customDetails.host', func: 'upperCase', args: [] },
      { type: 'TEXT', val: ': ' },
      { type: 'VAR', val: 'summary' },
    ],
  })
  expect(kept.linkTemplates[0]).toMatchObject({ text: 'Runbook' })
})

it("ilert's elements are another way to write a template, and a later PUT without it takes it away", async () => {
  const world = await open()
  const elements = [
    { type: 'TEXT', val: 'Host ' },
    { type: 'VAR', val: 'customDetails.host', func: 'replaceAll', args: [{ S: 'db-' }, { S: 'database "' }] },
    { type: 'RAW', val: '{{ #customDetails.bad }}!{{ /customDetails.bad }}' },
  ]
  const { send, save } = await monitored(world, { summaryTemplate: { elements } })
  await send({ summary: 'x', customDetails: { host: 'db-1', bad: true } })
  expect((await alertsOf(world))[0]?.summary).toBe('Host database "1!')
  expect((await save({})).body.summaryTemplate).toBeNull()
})

it('a text that cannot be read is refused with its place, and nothing is saved', async () => {
  const world = await open()
  const { save, source } = await monitored(world, { summaryTemplate: template('{{ summary }}') })
  const answer = await save({
    summaryTemplate: template('One\nTwo {{ name'),
    linkTemplates: [{ text: 'x', hrefTemplate: template('{{ a.shout() }}') }],
    eventFilter: 'event.summary like x',
    eventTypeFilterResolve: 'now is_in {"id": 3, "type": "SUPPORT_HOUR"}',
    labels: { host: '{{ }}' },
  })
  expect(answer.status).toBe(400)
  expect((answer.body as unknown as { errors: unknown }).errors).toEqual([
    { field: 'linkTemplates.0.hrefTemplate.textTemplate', message: 'Line 1, column 6: There is no function shout.' },
    { field: 'labels.host', message: expect.stringMatching(/^Line 1, column 4: A name is missing/) },
    { field: 'summaryTemplate.textTemplate', message: expect.stringMatching(/^Line 2, column 5: This {{ has no }}/) },
    { field: 'eventFilter', message: 'Line 1, column 15: There is no operator like.' },
    { field: 'eventTypeFilterResolve', message: expect.stringMatching(/There are no support hours 3/) },
  ])
  expect((await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)).summaryTemplate).toMatchObject(
    template('{{ summary }}'),
  )
})

it('a template that fails at run stops no page: the default is used, a warning stays, the trace tells', async () => {
  const world = await open()
  const { send, save, source } = await monitored(world, {
    summaryTemplate: template(
      '{{#customDetails.a}}{{#customDetails.a}}{{#customDetails.a}}x{{/customDetails.a}}{{/customDetails.a}}{{/customDetails.a}}',
    ),
  })
  await send({ summary: 'The default', customDetails: { a: Array(200).fill(1) } })
  const [alert] = await alertsOf(world)
  expect(alert?.summary).toBe('The default')
  expect(await world.mails()).toHaveLength(1)
  expect(await rulesOf(world, alert?.id)).toContain('fall-back rule-summaryTemplate')
  const warned = await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)
  expect(warned.warnings).toMatchObject([
    { code: 'rule-summaryTemplate', text: expect.stringMatching(/line 1, column \d+/) },
  ])
  expect((await save({ summaryTemplate: template('{{ summary }}!') })).body.warnings).toEqual([])
})

it('what the event filter does not let in opens nothing, and the log says why', async () => {
  const world = await open()
  const { send } = await monitored(world, {
    eventFilter: 'event.summary not contains \'dev stage\' and event.customDetails.location in ["DE", "CH"]',
  })
  const kept = await send({ summary: 'Down', alertKey: 'k', customDetails: { location: 'DE' } })
  const dropped = await send({ summary: 'Down in DEV STAGE', alertKey: 'k', customDetails: { location: 'DE' } })
  const elsewhere = await send({ summary: 'Down', customDetails: { location: 'FR' } })
  expect(await deliveryOf(world, kept)).toMatchObject({ outcome: 'APPLIED' })
  for (const id of [dropped, elsewhere])
    expect(await deliveryOf(world, id)).toMatchObject({ outcome: 'IGNORED', rule: 'event-filter', alert: null })
  const alerts = await alertsOf(world)
  expect(alerts).toHaveLength(1)
  const trace = await rulesOf(world, alerts[0]?.id)
  expect(trace.slice(0, 2)).toEqual(['open opened', 'let-in event-filter'])
  expect(trace).toContain('ignore event-filter')
})

it('a trigger count lets in from the third event of ten minutes, and begins again after them', async () => {
  const world = await open()
  const { send } = await monitored(world, { eventFilter: 'trigger_count.10m >= 3' })
  const outcomes: string[] = []
  for (let index = 0; index < 4; index += 1) {
    outcomes.push((await deliveryOf(world, await send({ summary: `Event ${index}` }))).outcome)
    await world.advance(60)
  }
  expect(outcomes).toEqual(['IGNORED', 'IGNORED', 'APPLIED', 'APPLIED'])
  await world.advance(10 * 60)
  expect((await deliveryOf(world, await send({ summary: 'Later' }))).outcome).toBe('IGNORED')
})

it('event-type rules and a key template make alerts of any JSON', async () => {
  const world = await open()
  const { source } = await monitored(world, {
    eventTypeFilterCreate: "event.customDetails.state == 'firing'",
    eventTypeFilterAccept: "event.customDetails.state == 'muted'",
    eventTypeFilterResolve: "event.customDetails.state starts_with 'ok'",
    alertKeyTemplate: template('{{ monitor.id }}'),
    summaryTemplate: template('{{ monitor.name }}'),
  })
  const send = async (state: string, more: Record<string, unknown> = {}) => {
    const body = { state, monitor: { id: 7, name: 'Checkout' }, apiKey: source.integrationKey, ...more }
    const { receipt } = await world.outside.post<{ receipt: string }>(
      `/api/v1/events/api/${source.integrationKey}`,
      body,
    )
    await world.settle()
    return receipt
  }
  await send('firing')
  expect(await alertsOf(world)).toMatchObject([{ summary: 'Checkout', alertKey: '7', status: 'PENDING' }])
  await send('muted')
  expect(await alertsOf(world)).toMatchObject([{ status: 'ACCEPTED' }])
  expect(await deliveryOf(world, await send('pondering'))).toMatchObject({
    outcome: 'QUARANTINED',
    rule: 'not-an-event',
  })
  expect(await deliveryOf(world, await send('ok', { monitor: {} }))).toMatchObject({ outcome: 'QUARANTINED' })
  await send('ok again')
  expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
  const [alert] = await alertsOf(world)
  const details = await world.api.get(`/api/alerts/${alert?.id}?include=customDetails`)
  expect(JSON.stringify(details)).not.toContain(source.integrationKey)
})

it('a routing key of the event or the template chooses the policy; an unknown one leaves it', async () => {
  const world = await open()
  const { send, policy, people } = await monitored(world, {
    routingTemplate: template('nobody, {{ customDetails.team }}'),
  })
  const other = await world.api.post<{ id: number }>('/api/escalation-policies', {
    name: 'Databases',
    routingKey: 'dba',
    escalationRules: [{ escalationTimeout: 5, users: [{ id: people[1]?.id }] }],
  })
  await send({ summary: 'By template', customDetails: { team: 'DBA' } })
  await send({ summary: 'By event', routingKey: 'dba' })
  await send({ summary: 'By nobody', customDetails: { team: 'unheard-of' } })
  const [byNobody, byEvent, byTemplate] = await alertsOf(world)
  expect(byTemplate?.escalationPolicy.id).toBe(other.id)
  expect(byEvent?.escalationPolicy.id).toBe(other.id)
  expect(byNobody?.escalationPolicy.id).toBe(policy.id)
  expect((await world.mails()).map((mail) => mail.to[0]).sort()).toEqual([
    'pia@example.com',
    'tom@example.com',
    'tom@example.com',
  ])
  expect(await rulesOf(world, byTemplate?.id)).toEqual(
    expect.arrayContaining(['route policy-by-routing-key', 'start policy-by-routing-key']),
  )
  expect(await rulesOf(world, byNobody?.id)).toContain('route routing-key-unknown')
})

it('a priority mapping beats the default, and lets an event speak for itself', async () => {
  const world = await open()
  const { send } = await monitored(world, {
    alertPriorityRule: 'LOW',
    priorityTemplate: {
      valueTemplate: template('{{ customDetails.level }}'),
      mappings: [
        { value: 'crit', priority: 'HIGH' },
        { value: 'info', priority: 'LOW' },
      ],
    },
  })
  const priorityOf = async (event: Record<string, unknown>) => {
    await send({ summary: 'x', ...event })
    const [alert] = await alertsOf(world)
    return { priority: alert?.priority, trace: await rulesOf(world, alert?.id) }
  }
  const mapped = await priorityOf({ customDetails: { level: 'CRIT' } })
  expect(mapped.priority).toBe('HIGH')
  expect(mapped.trace.slice(0, 2)).toEqual(['open opened', 'map priority-mapping'])
  expect((await priorityOf({ customDetails: { level: 'info' }, priority: 'HIGH' })).priority).toBe('HIGH')
  expect((await priorityOf({ customDetails: { level: 'odd' } })).priority).toBe('LOW')
})

it("a record's facts go through the templates when they are found", async () => {
  const world = await open()
  const { source } = await addSource(world)
  const connected = await connect(world, source)
  await world.api.put(`/api/alert-sources/${source.id}`, {
    name: source.name,
    integrationType: source.integrationType,
    escalationPolicy: source.escalationPolicy,
    summaryTemplate: template('[{{ labels.impact }}] {{ summary }} ({{ payload.status }})'),
    labels: { account: '{{ account_id }}' },
  })
  await world.fourme.post('/sandbox/api/webhooks', {
    name: 'new',
    event: 'request.create',
    uri: connected.integrationUrl,
  })
  await world.settle()
  await world.fourme.post('/sandbox/api/requests', { subject: 'The till is frozen', impact: 'top' })
  await world.settle()
  const [alert] = await alertsOf(world)
  expect(alert?.summary).toMatch(/^\[top\] .*The till is frozen.* \(\w+\)$/)
  expect(alert?.labels).toMatchObject({ account: 'acme', impact: 'top' })
  const refused = await world.api.call('PUT', `/api/alert-sources/${source.id}`, {
    name: source.name,
    integrationType: source.integrationType,
    escalationPolicy: source.escalationPolicy,
    alertKeyTemplate: template('{{ object_id }}'),
  })
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'alertKeyTemplate.textTemplate' }] } })
})

it('a preview says what unsaved rules would make of a delivery or a pasted body, and changes nothing', async () => {
  const world = await open()
  const { send, source } = await monitored(world, { summaryTemplate: template('saved') })
  const deliveryId = await send({ summary: 'Disk full', customDetails: { host: 'db 1', 'odd key': [{ x: 1 }] } })
  const preview = (input: Record<string, unknown>) =>
    world.api.post<Preview>(`/api/alert-sources/${source.id}/preview`, input)
  const tried = await preview({
    deliveryId,
    summaryTemplate: template('{{ customDetails.host }} {{ summary }}'),
    detailsTemplate: template('{{ oops'),
    linkTemplates: [{ text: 'x', hrefTemplate: template('javascript:alert(1)') }],
    routingTemplate: template('nobody'),
    priorityTemplate: {
      valueTemplate: template('{{ customDetails.host }}'),
      mappings: [{ value: 'DB 1', priority: 'LOW' }],
    },
  })
  expect(tried).toMatchObject({
    outcome: 'EVENT',
    effect: { eventType: 'ALERT', summary: 'db 1 Disk full', priority: 'LOW', links: [], escalationPolicy: null },
    errors: [
      { field: 'detailsTemplate.textTemplate', line: 1, column: 1 },
      { field: 'linkTemplates.0.hrefTemplate.textTemplate', message: expect.stringMatching(/no http address/) },
    ],
  })
  expect(tried.notes).toContain('No escalation policy has the routing key nobody.')
  expect(await preview({ deliveryId, eventFilter: 'event.priority == LOW' })).toMatchObject({
    outcome: 'FILTERED',
    rule: 'event-filter',
  })
  expect(await preview({ body: '{"some": "thing"}' })).toMatchObject({ outcome: 'QUARANTINED', rule: 'not-an-event' })
  expect(
    await preview({ body: '{"some": "thing"}', eventTypeFilterCreate: 'event.customDetails.some == thing' }),
  ).toMatchObject({
    outcome: 'EVENT',
    effect: { eventType: 'ALERT' },
  })
  expect(await preview({})).toMatchObject({ outcome: 'NOTHING' })
  expect(await alertsOf(world)).toHaveLength(1)
  expect(
    await world.api.call('POST', `/api/alert-sources/${source.id}/preview`, {
      deliveryId: '5e0f1e3e-0000-4000-8000-000000000000',
    }),
  ).toMatchObject({ status: 404 })

  const fresh = await world.api.post<Preview>('/api/alert-sources/preview', {
    integrationType: 'FOURME',
    body: (await world.api.get<Integration[]>('/api/integrations')).find((one) => one.type === 'FOURME')?.example,
    summaryTemplate: template('{{ payload.status }}: {{ summary }}'),
  })
  expect(fresh).toMatchObject({ outcome: 'EVENT', errors: [] })
  expect(fresh.effect?.summary).toMatch(/^\w+: (Request|Problem) \d+/)

  const fields = await world.api.get<KnownField[]>(`/api/alert-sources/${source.id}/fields`)
  expect(fields.find((field) => field.template === 'summary')).toMatchObject({ sample: 'Disk full', isPreset: true })
  expect(fields.filter((field) => !field.isPreset)).toEqual([
    { template: 'customDetails.host', condition: 'event.customDetails.host', sample: 'db 1', isPreset: false },
    {
      template: 'customDetails.odd\\ key[0].x',
      condition: "event.customDetails['odd key'][0].x",
      sample: '1',
      isPreset: false,
    },
  ])
})

it('a replay shows what today would differ, changes nothing as a dry run, and for real arrives as a new delivery', async () => {
  const world = await open()
  const { send, save } = await monitored(world, {})
  const receipt = await send({ summary: 'Disk full', alertKey: 'disk' }, { 'idempotency-key': 'once' })
  const replay = (id: string, dryRun: boolean) =>
    world.api.call<DryRun>('POST', `/api/deliveries/${id}/replay`, { dryRun })
  const same = await replay(receipt, true)
  expect(same.body.differences).toEqual([{ name: 'Outcome', was: 'APPLIED (opened)', today: 'APPLIED (same-key)' }])
  await world.api.put(`/api/alerts/${(await alertsOf(world))[0]?.id}/resolve`)
  expect((await replay(receipt, true)).body).toMatchObject({
    dryRun: true,
    differences: [],
    today: { outcome: 'APPLIED', rule: 'opened' },
  })

  await save({ summaryTemplate: template('!! {{ summary }}'), severity: 2, labels: { from: 'rules' } })
  const changed = await replay(receipt, true)
  expect(changed.body.differences).toEqual([
    { name: 'Summary', was: 'Disk full', today: '!! Disk full' },
    { name: 'Severity', was: '', today: '2' },
    { name: 'Labels', was: '', today: 'from: rules' },
  ])
  await save({ eventFilter: 'trigger_count.10m >= 2' })
  for (let index = 0; index < 3; index += 1)
    expect((await replay(receipt, true)).body.today).toMatchObject({ outcome: 'IGNORED', rule: 'event-filter' })
  expect(await alertsOf(world)).toHaveLength(1)
  expect(await world.mails()).toHaveLength(1)

  await save({ summaryTemplate: template('!! {{ summary }}') })
  const real = await world.api.call<{ id: string }>('POST', `/api/deliveries/${receipt}/replay`, { dryRun: false })
  expect(real.status).toBe(201)
  await world.settle()
  expect(await world.api.get(`/api/deliveries/${real.body.id}`)).toMatchObject({
    outcome: 'APPLIED',
    replayOf: receipt,
  })
  expect(await world.api.get(`/api/deliveries/${receipt}`)).toMatchObject({
    replays: [{ id: real.body.id }],
    replayOf: null,
  })
  expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['!! Disk full', 'Disk full'])
  expect(await world.mails()).toHaveLength(2)
  expect(await replay('5e0f1e3e-0000-4000-8000-000000000000', true)).toMatchObject({ status: 404 })
})

it('what was set aside is read after the rules were mended', async () => {
  const world = await open()
  const { source, save } = await monitored(world, {})
  const { receipt } = await world.outside.post<{ receipt: string }>(`/api/v1/events/api/${source.integrationKey}`, {
    state: 'down',
  })
  await world.settle()
  expect(await deliveryOf(world, receipt)).toMatchObject({ outcome: 'QUARANTINED' })
  await save({
    eventTypeFilterCreate: 'event.customDetails.state == down',
    summaryTemplate: template('It is {{ state }}'),
  })
  await world.api.post(`/api/deliveries/${receipt}/replay`, { dryRun: false })
  await world.settle()
  expect(await alertsOf(world)).toMatchObject([{ summary: 'It is down' }])
})

it('the delivery log is searched by source, outcome, text and time', async () => {
  const world = await open()
  const { send, source } = await monitored(world, { eventFilter: 'event.summary contains disk' })
  const ids = [await send({ summary: 'Disk full' })]
  await world.advance(3_600)
  ids.push(await send({ summary: 'Network slow', customDetails: { note: '100 % löss' } }))
  const found = async (query: string) =>
    (await world.api.get<{ id: string }[]>(`/api/deliveries?alert-source=${source.id}&${query}`)).map((one) => one.id)
  expect(await found('')).toEqual([ids[1], ids[0]])
  expect(await found('outcome=IGNORED')).toEqual([ids[1]])
  expect(await found(`query=${encodeURIComponent('100 % LÖss')}`)).toEqual([])
  expect(await found(`query=${encodeURIComponent('100 % löss')}`)).toEqual([ids[1]])
  expect(await found('query=disk')).toEqual([ids[0]])
  expect(await found('from=2026-03-02T09:30:00Z')).toEqual([ids[1]])
  expect(await found('until=2026-03-02T09:30:00Z')).toEqual([ids[0]])
  expect(await world.api.call('GET', '/api/deliveries?from=yesterday')).toMatchObject({ status: 400 })
})

it('a filter asks whether somebody is on call; when the schedule is gone, the event is let in and the owner told', async () => {
  const world = await open()
  const { save, send, source, people } = await monitored(world, {})
  const schedule = await world.api.post<{ id: number }>('/api/schedules', {
    name: 'Days',
    timezone: 'Europe/Berlin',
    type: 'STATIC',
    shifts: [{ user: { id: people[0]?.id }, start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }],
  })
  const eventFilter = `now is_in {"id": ${schedule.id}, "type": "ON_CALL_SCHEDULE"}`
  expect((await save({ eventFilter })).status).toBe(200)
  expect((await save({ eventFilter: eventFilter.replace(`${schedule.id},`, '4711,') })).body).toMatchObject({
    errors: [{ field: 'eventFilter', message: 'Line 1, column 11: There is no schedule 4711.' }],
  })
  const outcome = async () => (await deliveryOf(world, await send({ summary: 'x' }))).outcome
  expect(await outcome()).toBe('APPLIED')
  await world.advance(3 * 3_600)
  expect(await outcome()).toBe('IGNORED')
  expect((await world.api.call('DELETE', `/api/schedules/${schedule.id}`)).status).toBe(204)
  expect(await outcome()).toBe('APPLIED')
  expect((await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)).warnings).toMatchObject([
    { code: 'rule-eventFilter', text: expect.stringMatching(/no schedule/) },
  ])
})

it('a filter asks whether support is there, holidays among it, and follows the hours when they are changed', async () => {
  const world = await open()
  const { save, send, source } = await monitored(world, {})
  const office = { start: '09:00', end: '17:00' }
  const body = { name: 'Office', timezone: 'Europe/Berlin', supportDays: { MONDAY: office, TUESDAY: office } }
  const hours = await world.api.post<{ id: number }>('/api/support-hours', body)
  const eventFilter = `now is_in {"id": ${hours.id}, "type": "SUPPORT_HOUR"}`
  expect((await save({ eventFilter })).status).toBe(200)
  expect((await save({ eventFilter: eventFilter.replace(`${hours.id},`, '4711,') })).body).toMatchObject({
    errors: [{ field: 'eventFilter', message: 'Line 1, column 11: There are no support hours 4711.' }],
  })
  const outcome = async () => (await deliveryOf(world, await send({ summary: 'x' }))).outcome
  // Ten in the morning in Berlin, and five in the afternoon.
  expect(await outcome()).toBe('APPLIED')
  await world.advance(7 * 3_600)
  expect(await outcome()).toBe('IGNORED')
  const exceptions = [{ name: 'Late', start: '2026-03-02T16:00', end: '2026-03-02T20:00', supportStatus: 'DURING' }]
  await world.api.put(`/api/support-hours/${hours.id}`, { ...body, exceptions })
  expect(await outcome()).toBe('APPLIED')
  expect((await world.api.call('DELETE', `/api/support-hours/${hours.id}`)).status).toBe(204)
  expect(await outcome()).toBe('APPLIED')
  expect((await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)).warnings).toMatchObject([
    { code: 'rule-eventFilter', text: expect.stringMatching(/no support hours/) },
  ])
})
