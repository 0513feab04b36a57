import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import {
  alertWith,
  answerByMail,
  changeRequest,
  connectedWith,
  newRequest,
  requestOf,
  saveSettings,
  warningsOf,
  writeBacks,
} from '../support/fourme.ts'
import { addSource, alertsOf, settingsFor, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const lastDelivery = async (world: World) =>
  (await world.api.get<{ outcome: string; rule: string; reason: string }[]>('/api/deliveries?max-results=1'))[0]

describe('settings', () => {
  it.each([
    [{ statusMap: { request: { assigned: 'PAGE' } } }, 'statusMap.request.assigned'],
    [{ statusMap: { tasks: {} } }, 'statusMap.tasks'],
    [{ filters: { kind: ['risk'] } }, 'filters.kind'],
    [{ filters: { colour: ['red'] } }, 'filters.colour'],
    [{ reopen: 'MAYBE' }, 'reopen'],
    [{ impactPriority: { top: { severity: 6 } } }, 'impactPriority.top.severity'],
    [{ writeBack: { accept: 'yes' } }, 'writeBack.accept'],
    [{ writeBack: { noteVisibility: 'SECRET' } }, 'writeBack.noteVisibility'],
    [{ webhookPolicy: { algorithm: 'HS256', publicKey: 'x' } }, 'webhookPolicy.algorithm'],
    [{ webhookPolicy: { algorithm: 'RS256', publicKey: 'x' } }, 'webhookPolicy.publicKey'],
    [{ reconcileMinutes: 0 }, 'reconcileMinutes'],
    [{ slaTrigger: { minutesBefore: -1 } }, 'slaTrigger.minutesBefore'],
  ])('%j is refused by name', async (settings, field) => {
    const world = await open()
    const { source } = await addSource(world)
    const { name, integrationType, escalationPolicy } = source
    const answer = await world.api.call<{ errors: { field: string }[] }>('PUT', `/api/alert-sources/${source.id}`, {
      name,
      integrationType,
      escalationPolicy,
      integrationSettings: { ...settingsFor(world, 'x'.repeat(20)), ...settings },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0]?.field).toMatch(new RegExp(`^integrationSettings\\.${field.replaceAll('.', '\\.')}`))
  })
})

describe('the status table', () => {
  it('its own entries count before the usual ones; a status it ignores changes nothing', async () => {
    const world = await open()
    await connectedWith(world, {
      statusMap: { request: { waiting_for_customer: 'RESOLVE', accepted: 'IGNORE', on_the_moon: 'ACCEPT' } },
    })
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await changeRequest(world, ticket.id, { status: 'accepted' })
    expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ status: 'PENDING' })
    await changeRequest(world, ticket.id, { status: 'waiting_for_customer' })
    expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ status: 'RESOLVED' })
  })

  it('a status it does not know is a warning to the owner', async () => {
    const world = await open()
    const source = await connectedWith(world)
    await world.outside.call('POST', new URL(source.integrationUrl ?? '').pathname, {
      webhook_id: 1,
      account_id: 'acme',
      event: 'request.update',
      object_id: 70_469,
      payload: { audit_line_id: 5, status: 'on_the_moon' },
    })
    await world.settle()
    expect(await warningsOf(world, source.id)).toContain('4me-unknown-status-request')
  })
})

describe('filters', () => {
  it.each([
    [{ kind: ['problem'] }, 'filter-kind'],
    [{ team: ['Network'] }, 'filter-team'],
    [{ category: ['rfc'] }, 'filter-category'],
    [{ impact: ['top'] }, 'filter-impact'],
    [{ service: ['E-mail – Production'] }, 'filter-service'],
    [{ source: ['Monitoring'] }, 'filter-source'],
  ])('%j keeps out what does not fit, before anybody is paged, and says which filter', async (filters, rule) => {
    const world = await open()
    await connectedWith(world, { filters })
    await newRequest(world, { category: 'incident', impact: 'high' })
    expect(await alertsOf(world)).toEqual([])
    expect(await world.mails()).toEqual([])
    expect(await lastDelivery(world)).toMatchObject({ outcome: 'IGNORED', rule })
    // A create and an update at once share one question, and both are judged by its answer.
    const twice = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Twice' })
    await world.fourme.patch(`/sandbox/api/requests/${twice.id}`, { subject: 'Twice, changed' })
    await world.advance(30)
    expect(await alertsOf(world)).toEqual([])
  })

  it('lets in what fits, and what could not be asked about in time', async () => {
    const world = await open()
    await connectedWith(world, { filters: { category: ['Incident'], team: ['service desk'] } })
    await newRequest(world)
    expect(await alertsOf(world)).toHaveLength(1)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '502-html' } })
    await newRequest(world, { category: 'rfc' })
    await world.advance(11)
    const [late] = await alertsOf(world)
    expect(await alertsOf(world)).toHaveLength(2)
    expect((await timelineOf(world, late?.id ?? 0)).join('\n')).toMatch(/filters of the source could not be checked/)
  })

  it('a record that comes to fit later opens its alert then', async () => {
    const world = await open()
    await connectedWith(world, { filters: { impact: ['top'] } })
    const ticket = await newRequest(world, { impact: 'low' })
    expect(await alertsOf(world)).toEqual([])
    await world.advance(5)
    await changeRequest(world, ticket.id, { impact: 'top' })
    expect(await alertsOf(world)).toMatchObject([{ labels: { impact: 'top' } }])
  })
})

describe('weight', () => {
  it('impact says priority and severity, and a heavier one later says so on the timeline', async () => {
    const world = await open()
    await connectedWith(world, { impactPriority: { low: 'LOW', medium: { priority: 'HIGH', severity: 2 } } })
    const ticket = await newRequest(world, { impact: 'low' })
    const [alert] = await alertsOf(world)
    expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ priority: 'LOW', severity: 4 })
    await world.advance(60)
    await changeRequest(world, ticket.id, { impact: 'medium' })
    expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ priority: 'HIGH', severity: 2 })
    const story = (await timelineOf(world, alert?.id ?? 0)).join('\n')
    expect(story).toMatch(/impact low → medium/)
    expect(story).toMatch(/Priority LOW → HIGH/)
  })

  it('the mapping weighs anew what the look-up brought: a low one asks one level, a heavier one later all', async () => {
    const world = await open()
    const source = await connectedWith(world)
    const { name, integrationType, escalationPolicy } = source
    await world.api.put(`/api/alert-sources/${source.id}`, {
      name,
      integrationType,
      escalationPolicy,
      priorityTemplate: {
        valueTemplate: { textTemplate: '{{ labels.impact }}' },
        mappings: [
          { value: 'low', priority: 'LOW' },
          { value: 'high', priority: 'HIGH' },
        ],
      },
    })
    const ticket = await newRequest(world, { impact: 'low' })
    const [alert] = await alertsOf(world)
    const id = alert?.id ?? 0
    expect(alert).toMatchObject({ priority: 'LOW', labels: { impact: 'low' } })
    const trace = await world.api.get<{ steps: { rule: string; reason: string }[] }>(`/api/alerts/${id}/trace`)
    expect(trace.steps).toContainEqual(
      expect.objectContaining({ rule: 'priority-mapping', reason: expect.stringMatching(/^Priority HIGH → LOW/) }),
    )
    await world.advance(20 * 60)
    const asked = async () => (await world.mails()).map((mail) => mail.to[0]).toReversed()
    expect(await asked()).toEqual(['pia@example.com'])

    await changeRequest(world, ticket.id, { impact: 'high' })
    expect(await alertWith(world, id)).toMatchObject({ priority: 'HIGH', escalation: { status: 'RUNNING' } })
    await world.advance(16 * 60)
    expect(await asked()).toEqual(['pia@example.com', 'pia@example.com', 'tom@example.com'])
    // Lighter again, but people were asked: it stays.
    await changeRequest(world, ticket.id, { impact: 'low' })
    expect(await alertWith(world, id)).toMatchObject({ priority: 'HIGH' })
  })

  it('a major incident opens an alert that the filters would keep out', async () => {
    const world = await open()
    await connectedWith(world, { filters: { impact: ['top'] }, majorIncident: ['accepted'] })
    const ticket = await newRequest(world, { impact: 'low' })
    expect(await alertsOf(world)).toEqual([])
    await world.advance(5)
    await changeRequest(world, ticket.id, { major_incident_status: 'accepted' })
    expect(await alertsOf(world)).toMatchObject([{ priority: 'HIGH', severity: 1 }])
  })
})

describe('a record that is opened again', () => {
  it.each([
    ['NEW_ALERT', 2, 'PENDING'],
    ['REOPEN', 1, 'PENDING'],
    ['IGNORE', 1, 'RESOLVED'],
  ] as const)('%s: %i alerts, the newest %s', async (reopen, count, status) => {
    const world = await open()
    await connectedWith(world, { reopen })
    const ticket = await newRequest(world)
    await world.advance(5)
    await changeRequest(world, ticket.id, { status: 'completed', completion_reason: 'solved' })
    const mails = (await world.mails()).length
    await world.advance(60)
    await changeRequest(world, ticket.id, { status: 'assigned' })
    await world.advance(5)
    const alerts = await alertsOf(world)
    expect(alerts).toHaveLength(count)
    expect(alerts[0]).toMatchObject({ status })
    expect(await world.mails()).toHaveLength(mails + (status === 'PENDING' ? 1 : 0))
    if (reopen !== 'REOPEN') return
    await world.advance(15 * 60)
    expect(await world.mails()).toHaveLength(mails + 2)
    await changeRequest(world, ticket.id, { status: 'completed', completion_reason: 'solved' })
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
  })
})

describe('what else 4me may send', () => {
  it('an automation rule that names a record opens and closes its alert', async () => {
    const world = await open()
    const source = await connectedWith(world)
    await world.fourme.post('/sandbox/api/webhooks', {
      name: 'rule',
      event: 'automation_rule',
      uri: source.integrationUrl,
    })
    await world.settle()
    const send = (payload: Record<string, unknown>) =>
      world.fourme.post('/sandbox/api/automation-rule', { payload }).then(() => world.settle())
    await send({ kind: 'request', id: 70_466, status: 'assigned' })
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:70466', status: 'PENDING' }])
    await world.advance(5)
    await send({ kind: 'request', id: 70_466, status: 'completed' })
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
    await send({ anything: true })
    expect(await lastDelivery(world)).toMatchObject({ outcome: 'IGNORED', rule: 'rule-without-record' })
  })

  it('a record of a support domain is asked for, and answered, under that account', async () => {
    const world = await open({ losesNoCommits: true })
    await connectedWith(world, { writeBack: { accept: true } })
    const ticket = await newRequest(world, { subject: 'Laptop broken', support_domain: 'acme-it', impact: 'top' })
    expect(await alertsOf(world)).toMatchObject([
      { alertKey: expect.stringMatching(/^acme-it:request:/), summary: 'Laptop broken', labels: { impact: 'top' } },
    ])
    const [alert] = await alertsOf(world)
    await world.advance(1)
    await world.api.put(`/api/alerts/${alert?.id}/accept`)
    await world.settle()
    // The sandbox shows the record only to calls that name its account.
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'accepted' })
    expect(await writeBacks(world, alert?.id ?? 0)).toMatchObject([{ state: 'DONE' }])
  })
})

describe('a target that comes near', () => {
  it('escalates an alert that nobody accepted, at that minute, and stands still with its clock', async () => {
    const world = await open()
    await connectedWith(world, { slaTrigger: { minutesBefore: 110, action: 'ESCALATE' } })
    // A top request has two hours: ten minutes from now, the target is 110 minutes away.
    await newRequest(world, { impact: 'top' })
    await world.advance(2)
    expect(await world.mails()).toHaveLength(1)
    await world.advance(9 * 60)
    expect(await world.mails()).toHaveLength(1)
    await world.advance(60)
    expect((await world.mails()).map((mail) => mail.to[0]).sort()).toEqual(['pia@example.com', 'tom@example.com'])
    const waiting = await newRequest(world, { subject: 'Waits', impact: 'top', status: 'waiting_for' })
    await world.advance(12 * 60)
    const [second] = await alertsOf(world)
    expect(second?.alertKey).toBe(`acme:request:${waiting.id}`)
    expect((await timelineOf(world, second?.id ?? 0)).join('\n')).not.toMatch(/target is missed/)
  })

  it('raises the alert of a record that somebody accepted, and one of its own when there is none', async () => {
    const world = await open()
    const source = await connectedWith(world, { slaTrigger: { minutesBefore: 110 } })
    const ticket = await newRequest(world, { impact: 'top' })
    await changeRequest(world, ticket.id, { status: 'accepted' })
    await world.advance(11 * 60)
    const [alert] = await alertsOf(world)
    expect((await timelineOf(world, alert?.id ?? 0)).join('\n')).toMatch(/next target is missed in 110 min/)
    await saveSettings(world, source, { slaTrigger: { minutesBefore: 5 } })
    expect(await alertsOf(world)).toHaveLength(1)
  })

  it('is told to whoever accepted the alert here, and to nobody else; accepted in 4me, to who was asked', async () => {
    const world = await open()
    await connectedWith(world, { slaTrigger: { minutesBefore: 110, action: 'ESCALATE' } })
    const here = await newRequest(world, { subject: 'Accepted here', impact: 'top' })
    const [first] = await alertsOf(world)
    await world.advance(2)
    await answerByMail(world, (await world.mails())[0], 'accept')
    expect(await alertWith(world, first?.id ?? 0)).toMatchObject({ status: 'ACCEPTED' })
    await world.advance(11 * 60)
    const mails = await world.mails()
    expect(mails.map((mail) => mail.to[0])).toEqual(['pia@example.com', 'pia@example.com'])
    expect(mails[0]?.text).toContain('The next target is missed in 110 min.')
    const trace = await world.api.get<{ steps: { station: string; rule: string; people: { name: string }[] }[] }>(
      `/api/alerts/${first?.id}/trace`,
    )
    expect(trace.steps.filter((step) => step.station === 'notifications').at(-1)).toMatchObject({ decision: 'send' })

    const there = await newRequest(world, { subject: 'Accepted there', impact: 'top' })
    await world.advance(2)
    await changeRequest(world, there.id, { status: 'accepted' })
    await world.advance(11 * 60)
    const later = (await world.mails()).filter((mail) => mail.subject.includes('Accepted there'))
    expect(later.map((mail) => mail.to[0])).toEqual(['pia@example.com', 'pia@example.com'])
    expect(here.id).toBeLessThan(there.id)
  })
})

describe("4me's test deliveries", () => {
  const test = (world: World, id: number) => world.fourme.post(`/sandbox/api/webhooks/${id}/test`)
  const outcomes = async (world: World) =>
    (await world.api.get<{ event: string; outcome: string; rule: string }[]>('/api/deliveries?max-results=10'))
      .filter((one) => one.event !== 'webhook.verify')
      .map((one) => `${one.outcome} ${one.rule}`)

  it('of several webhooks at once open nothing: all of them wait for the one look-up', async () => {
    const world = await open()
    await connectedWith(world)
    const webhooks = await world.fourme.get<{ id: number; event: string }[]>('/sandbox/api/webhooks')
    const ofRequests = webhooks.filter((one) => one.event.startsWith('request.'))
    expect(ofRequests).toHaveLength(2)
    for (const { id } of [...ofRequests, ...ofRequests]) await test(world, id)
    await world.settle()
    await world.advance(60)
    expect(await outcomes(world)).toEqual(Array.from({ length: 4 }, () => 'IGNORED test-delivery'))
    expect(await alertsOf(world)).toEqual([])
    expect(await world.mails()).toEqual([])
  })

  it('count, each of them, when 4me cannot say in time that there is no such record', async () => {
    const world = await open()
    await connectedWith(world)
    const webhooks = await world.fourme.get<{ id: number; event: string }[]>('/sandbox/api/webhooks')
    await world.fourme.put('/sandbox/faults', { rest: { answer: '500' } })
    for (const { id } of webhooks.filter((one) => one.event === 'request.create')) {
      await test(world, id)
      await test(world, id)
    }
    await world.settle()
    await world.advance(60)
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:12345' }])
    expect((await outcomes(world)).filter((one) => one.startsWith('IGNORED'))).toEqual([])
  })
})
