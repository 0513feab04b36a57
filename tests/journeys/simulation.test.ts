import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import type { Simulation } from '../../server/simulation/schema.ts'
import type { Trace, TraceStep } from '../../server/trace/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import { addContact, setRules, setUpChannels } from '../support/phone.ts'
import { addSource, alertsOf, connect } from '../support/seven-steps.ts'
import { alarm, MINUTE } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const HOUR = 60 * MINUTE

const simulate = (world: World, input: Record<string, unknown>) => world.api.post<Simulation>('/api/simulations', input)
const traceOf = async (world: World, alertId: number) =>
  (await world.api.get<Trace>(`/api/alerts/${alertId}/trace`)).steps
const names = (steps: readonly TraceStep[]) => steps.map((step) => `${step.decision} ${step.rule}`)
const inHours = (world: World, hours: number) =>
  new Date(world.clock.instant.getTime() + hours * HOUR * 1_000).toISOString()

/** Every row of every table, as a fingerprint by table. */
async function fingerprint(world: World): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`.execute(world.db)
  const prints: Record<string, string> = {}
  for (const { name } of rows) {
    const found = await sql<{ print: string }>`
      select count(*) || ' ' || coalesce(md5(string_agg(one::text, '|' order by one::text)), '') as print
        from ${sql.table(name)} as one`.execute(world.db)
    prints[name] = found.rows[0]?.print ?? ''
  }
  return prints
}

/** A source, and what asks for it; sends for real, or only simulates the same. */
async function scene(world: World, policy: Record<string, unknown>, source: Record<string, unknown> = {}) {
  const { id } = await world.api.post<{ id: number }>('/api/escalation-policies', { name: 'Day and night', ...policy })
  const made = await world.api.post<{ id: number; integrationKey: string }>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: { id },
    ...source,
  })
  const send = async (event: Record<string, unknown>) => {
    await world.outside.post('/api/events', { integrationKey: made.integrationKey, ...event })
    await world.settle()
  }
  return { policy: { id }, source: made, send }
}

/** Simulates an event now, then lets it happen; both told the same, line by line. */
async function agree(
  world: World,
  { source, send }: Awaited<ReturnType<typeof scene>>,
  event: Record<string, unknown>,
  seconds: number,
): Promise<TraceStep[]> {
  const before = await fingerprint(world)
  const told = await simulate(world, { alertSource: source, event })
  expect(await fingerprint(world)).toEqual(before)
  await send(event)
  await world.advance(seconds)
  const [alert] = await alertsOf(world)
  const happened = await traceOf(world, alert?.id ?? 0)
  // Nobody but the provider can tell that a message arrived.
  expect(told.steps).toEqual(happened.filter((step) => step.rule !== 'receipt-of-provider'))
  expect(told.isCut).toBe(false)
  return told.steps
}

const disk = { eventType: 'ALERT', summary: 'Disk almost full', alertKey: 'disk' }
const rows = (steps: readonly TraceStep[], start: string) =>
  steps
    .filter((step) => step.decision === 'send' || step.decision === 'bundle')
    .map((step) => {
      const minutes = (Date.parse(step.at) - Date.parse(start)) / 60_000
      return `+${minutes} ${step.people.map(({ name }) => name.split(' ')[0])} ${step.decision} ${step.channels}`
    })

describe('a simulation agrees with what then happens', () => {
  it('where a schedule hands over between two levels', async () => {
    const world = await open({ start: '2026-03-02T06:50:00.000Z' })
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const schedule = await world.api.post<{ id: number }>('/api/schedules', {
      name: 'Night watch',
      timezone: 'Europe/Vienna',
      type: 'RECURRING',
      scheduleLayers: [
        { name: 'Daily', startsOn: '2026-02-01T08:00', users: [ann, bob], rotation: 'P1D', restrictions: [] },
      ],
    })
    const level = (escalationTimeout: number) => ({ escalationTimeout, schedules: [schedule] })
    const it = await scene(world, { escalationRules: [level(15), level(5)] })
    const steps = await agree(world, it, disk, HOUR)
    expect(rows(steps, '2026-03-02T06:50:00.000Z')).toEqual(['+0 Ann send EMAIL', '+15 Bob send EMAIL'])
    expect(names(steps).slice(-2)).toEqual(['end every-level-asked', 'end last-resort-reaches-nobody'])
  })

  it('where each person has ways with delays, one contact does not work, and the levels repeat in turn', async () => {
    const world = await open()
    await setUpChannels(world)
    const [ann, bob, cleo] = await addPeople(world, 'Ann', 'Bob', 'Cleo')
    const number = await addContact(world, ann.id, 'phone-numbers', { target: '0660 1234567', regionCode: 'AT' })
    const unverified = await world.api.post<Contact>(`/api/users/${ann.id}/contacts/emails`, {
      target: 'spare@example.com',
    })
    const own = await world.api.get<Contact[]>(`/api/users/${ann.id}/contacts/emails`)
    await setRules(world, ann.id, 'HIGH_PRIORITY', [
      { method: 'EMAIL', contact: own.find((one) => one.verified) ?? null },
      { method: 'EMAIL', contact: unverified, delayMin: 1 },
      { method: 'SMS', contact: number, delayMin: 3 },
      { method: 'VOICE', contact: number, delayMin: 7 },
    ])
    expect(unverified.status).toBe('LOCKED')
    const it = await scene(world, {
      escalationRules: [
        { escalationTimeout: 5, users: [ann] },
        { escalationTimeout: 10, users: [bob, cleo], roundRobin: true },
      ],
      frequency: 2,
      delayMin: 2,
    })
    await world.api.put('/api/last-resort', { users: [{ id: cleo.id }] })
    const steps = await agree(world, it, { ...disk, priority: 'HIGH' }, 2 * HOUR)
    expect(rows(steps, '2026-03-02T09:00:00.000Z')).toEqual([
      '+2 Ann send EMAIL',
      '+5 Ann send SMS',
      '+7 Bob send EMAIL',
      '+9 Ann send VOICE',
      '+17 Ann send EMAIL',
      '+20 Ann send SMS',
      '+22 Cleo send EMAIL',
      '+24 Ann send VOICE',
      '+32 Cleo send EMAIL',
    ])
    expect(names(steps)).toContain('leave-out contact-does-not-work')
    expect(names(steps)).toContain('leave-out not-in-turn')
  })

  it('where low priority asks the first level only, and is raised when support hours begin', async () => {
    const world = await open({ start: '2026-03-02T05:30:00.000Z' })
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const day = { start: '08:00', end: '17:00' }
    const hours = await world.api.post<{ id: number }>('/api/support-hours', {
      name: 'Office',
      timezone: 'Europe/Vienna',
      supportDays: {
        MONDAY: day,
        TUESDAY: day,
        WEDNESDAY: day,
        THURSDAY: day,
        FRIDAY: day,
        SATURDAY: null,
        SUNDAY: null,
      },
    })
    await world.api.put(`/api/users/${ann.id}/quiet-hours`, { quietHours: { from: '00:00', to: '05:45' } })
    const it = await scene(
      world,
      { escalationRules: [ann, bob].map((person) => ({ escalationTimeout: 5, users: [person] })) },
      { alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS', supportHours: hours, autoRaiseAlerts: true },
    )
    const steps = await agree(world, it, disk, 3 * HOUR)
    expect(names(steps)).toContain('ask low-priority-first-level')
    expect(names(steps)).toContain('raise support-hours')
    expect(names(steps).slice(-2)).toEqual(['end every-level-asked', 'end last-resort-reaches-nobody'])
  })

  it('where the source ends its alerts by itself before the second level', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const it = await scene(
      world,
      { escalationRules: [ann, bob].map((person) => ({ escalationTimeout: 15, users: [person] })) },
      { autoResolutionTimeout: 'PT10M' },
    )
    const steps = await agree(world, it, disk, HOUR)
    expect(names(steps).slice(-2)).toEqual(['resolve auto-resolution-timeout', 'stop answer-ends-climb'])
  })

  it('where nobody can be reached at all', async () => {
    const world = await open()
    const it = await scene(world, { escalationRules: [{ escalationTimeout: 5, users: [] }] })
    const steps = await agree(world, it, disk, HOUR)
    expect(names(steps)).toContain('end policy-reaches-nobody')
  })
})

describe('an event that joins an open alert', () => {
  const group = { alertCreation: 'ONE_OPEN_ALERT_ALLOWED' }
  const memory = { eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' }
  const twoLevels = async (world: World) => {
    const people = await addPeople(world, 'Ann', 'Bob')
    return scene(
      world,
      { escalationRules: people.map((person) => ({ escalationTimeout: 15, users: [person] })) },
      group,
    )
  }

  it('begins the climb anew where it raises the alert', async () => {
    const world = await open()
    const it = await twoLevels(world)
    await it.send({ ...disk, priority: 'LOW' })
    await world.advance(HOUR)
    const [alert] = await alertsOf(world)
    const before = (await traceOf(world, alert?.id ?? 0)).length
    const told = await simulate(world, { alertSource: it.source, event: { ...memory, priority: 'HIGH' } })
    expect(told.alert).toMatchObject({ id: alert?.id, priority: 'HIGH' })
    await it.send({ ...memory, priority: 'HIGH' })
    await world.advance(2 * HOUR)
    const happened = (await traceOf(world, alert?.id ?? 0)).slice(before)
    expect(told.steps).toEqual(happened)
    expect(rows(told.steps, '2026-03-02T10:00:00.000Z')).toEqual(['+0 Ann send EMAIL', '+15 Bob send EMAIL'])
  })

  it('tells who works on it and nobody else', async () => {
    const world = await open()
    const it = await twoLevels(world)
    await it.send(disk)
    const [alert] = await alertsOf(world)
    const [ann] = await world.api.get<{ id: number }[]>('/api/users')
    await world.api.put(`/api/alerts/${alert?.id}/accept`)
    await world.db
      .updateTable('alert')
      .set({ accepted_by: ann?.id ?? 0 })
      .execute()
    const before = (await traceOf(world, alert?.id ?? 0)).length
    const told = await simulate(world, { alertSource: it.source, event: memory })
    await it.send(memory)
    await world.advance(HOUR)
    expect(told.steps).toEqual((await traceOf(world, alert?.id ?? 0)).slice(before))
    expect(told.endsAt).toBeNull()
    expect(rows(told.steps, '2026-03-02T09:00:00.000Z')).toEqual(['+0 Ann send EMAIL'])
  })
})

describe('an event that asks nobody', () => {
  it('ends with its line: grouped, filtered, in maintenance, of a disabled source, without an open alert', async () => {
    const world = await open()
    const { source, alert, send, policy } = await alarm(world, {
      source: { alertCreation: 'ONE_OPEN_ALERT_ALLOWED', eventFilter: "event.summary not contains 'noise'" },
    })
    const last = async (event: Record<string, unknown>, more: Record<string, unknown> = {}) => {
      const told = await simulate(world, { alertSource: source, event: { eventType: 'ALERT', ...event }, ...more })
      const step = told.steps.at(-1)
      return { told, line: `${step?.station} ${step?.decision} ${step?.rule}` }
    }
    const before = await traceOf(world, alert.id)
    const grouped = await last({ summary: 'Memory almost full', alertKey: 'memory' })
    expect(grouped.line).toBe('alerts join grouped')
    expect(grouped.told).toMatchObject({ outcome: 'APPLIED', alert: { id: alert.id }, endsAt: null, steps: [{}] })
    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    expect((await traceOf(world, alert.id)).slice(before.length)).toEqual(grouped.told.steps)

    const filtered = await last({ summary: 'Only noise', alertKey: 'x' })
    expect(filtered).toMatchObject({ line: 'intake ignore event-filter', told: { outcome: 'IGNORED', alert: null } })
    expect((await last({ eventType: 'RESOLVE', summary: '', alertKey: 'unknown' })).line).toBe(
      'intake ignore no-open-alert',
    )

    await world.api.post('/api/maintenance-windows', {
      summary: 'New disks',
      start: inHours(world, 5),
      end: inHours(world, 6),
      alertSources: [{ id: source.id }],
    })
    expect((await last({ summary: 'Disk' }, { at: inHours(world, 5.5) })).line).toBe('intake ignore maintenance')
    const changes = { alertSource: { active: false } }
    const both = (await last({ summary: 'Disk' }, { changes })).told
    expect(both.changed?.steps).toMatchObject([{ station: 'intake', rule: 'source-disabled' }])

    // A routing key that no policy has, and a template that cannot be worked out for this event.
    const asked = await simulate(world, {
      alertSource: source,
      event: { eventType: 'ALERT', summary: 'Other', routingKey: 'nobody' },
      changes: { alertSource: { alertCreation: 'ONE_ALERT_PER_EMAIL', severity: 2 } },
    })
    expect(names(asked.changed?.steps ?? [])).toContain('route routing-key-unknown')
    expect(asked.changed?.alert).toMatchObject({ id: null, severity: 2, escalationPolicy: { id: policy.id } })
  })
})

describe('a simulation', () => {
  it('of another moment asks who is on call then, and changes nothing', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const schedule = await world.api.post<{ id: number }>('/api/schedules', {
      name: 'Days',
      timezone: 'UTC',
      type: 'RECURRING',
      scheduleLayers: [
        { name: 'Daily', startsOn: '2026-02-01T08:00', users: [ann, bob], rotation: 'P1D', restrictions: [] },
      ],
    })
    const { source } = await scene(world, { escalationRules: [{ escalationTimeout: 5, schedules: [schedule] }] })
    const before = await fingerprint(world)
    const who = async (at: string) => {
      const { steps } = await simulate(world, { alertSource: source, at, event: disk })
      return steps.find((step) => step.decision === 'ask')?.people[0]?.name
    }
    expect(await who('2026-02-01T12:00:00Z')).toBe('Ann Duty')
    expect(await who('2026-02-02T12:00:00+01:00')).toBe('Bob Duty')
    expect(await who('2099-12-31T12:00:00Z')).toMatch(/Duty/)
    expect(await fingerprint(world)).toEqual(before)
    await world.advance(HOUR)
    expect(await world.mails()).toEqual([])
    expect(await alertsOf(world)).toEqual([])
  })

  it('shows an edit that is not saved beside today, refused as saving would be', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const { source, policy } = await scene(world, { escalationRules: [{ escalationTimeout: 5, users: [ann] }] })
    const before = await fingerprint(world)
    const told = await simulate(world, {
      alertSource: source,
      event: disk,
      changes: {
        alertSource: { alertPriorityRule: 'LOW' },
        escalationPolicy: {
          escalationRules: [
            { escalationTimeout: 5, users: [bob] },
            { escalationTimeout: 5, users: [ann] },
          ],
        },
      },
    })
    expect(told.alert).toMatchObject({ priority: 'HIGH', escalationPolicy: { id: policy.id } })
    expect(told.changed?.alert).toMatchObject({ priority: 'LOW' })
    const asked = (steps: readonly TraceStep[] = []) =>
      steps.filter((step) => step.decision === 'ask').map((step) => step.people[0]?.name)
    expect(asked(told.steps)).toEqual(['Ann Duty'])
    expect(asked(told.changed?.steps)).toEqual(['Bob Duty'])
    expect(await fingerprint(world)).toEqual(before)

    const refused = async (changes: Record<string, unknown>) => {
      const answer = await world.api.call<{ errors?: { field: string }[] }>('POST', '/api/simulations', {
        alertSource: source,
        event: disk,
        changes,
      })
      return [answer.status, answer.body.errors?.map(({ field }) => field)]
    }
    expect(await refused({ alertSource: { escalationPolicy: { id: 999 } } })).toEqual([
      400,
      ['changes.alertSource.escalationPolicy.id'],
    ])
    expect(await refused({ alertSource: { summaryTemplate: { textTemplate: '{{ #broken' } } })).toEqual([
      400,
      ['changes.alertSource.summaryTemplate.textTemplate'],
    ])
    expect(await refused({ escalationPolicy: { id: 999 } })).toEqual([400, ['changes.escalationPolicy.id']])
    expect(await refused({ escalationPolicy: { escalationRules: [] } })).toEqual([
      400,
      ['changes.escalationPolicy.escalationRules'],
    ])
    expect(
      await refused({ escalationPolicy: { escalationRules: [{ escalationTimeout: 1, users: [{ id: 999 }] }] } }),
    ).toEqual([400, ['changes.escalationPolicy.escalationRules.0.users.0.id']])
    expect(await fingerprint(world)).toEqual(before)
  })

  it('with an edit that changes nothing is the same twice, whatever a source is set up with', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    const template = (textTemplate: string) => ({ textTemplate })
    const { source } = await scene(
      world,
      {
        escalationRules: [{ escalationTimeout: 5, users: [ann], roundRobin: true }],
        frequency: 3,
        acceptTimeoutMin: 9,
      },
      {
        summaryTemplate: template('{{ customDetails.host.upperCase() }}: {{ summary }}'),
        detailsTemplate: template('{{ customDetails.missing.splitTakeAt(":", 3) }}'),
        linkTemplates: [{ text: 'Runbook', hrefTemplate: template('https://wiki.example/{{ customDetails.host }}') }],
        priorityTemplate: {
          valueTemplate: template('{{ customDetails.level }}'),
          mappings: [{ value: 'warn', priority: 'LOW' }],
        },
        severity: 4,
        eventFilter: "event.customDetails.host contains 'db'",
        labels: { host: '{{ customDetails.host }}' },
        alertCreation: 'ONE_ALERT_GROUPED_PER_WINDOW',
        alertGroupingWindow: 'PT15M',
        autoResolutionTimeout: 'PT2H',
      },
    )
    const event = { ...disk, customDetails: { host: 'db-1', level: 'warn' } }
    const changes = { alertSource: {}, escalationPolicy: {} }
    const { changed, at, alertSource, ...today } = await simulate(world, { alertSource: source, event, changes })
    expect(changed).toEqual(today)
    expect([at, alertSource]).toEqual([world.clock.instant.toISOString(), { id: source.id, name: 'Monitoring' }])
    expect(today.alert).toMatchObject({ summary: 'DB-1: Disk almost full', priority: 'LOW', severity: 4 })
  })

  it('says which channel has no way to send, and takes the second way as a page does', async () => {
    const world = await open()
    await setUpChannels(world)
    const [ann] = await addPeople(world, 'Ann')
    const number = await addContact(world, ann.id, 'phone-numbers', { target: '0660 1234567', regionCode: 'AT' })
    await setRules(world, ann.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    const { source } = await scene(world, { escalationRules: [{ escalationTimeout: 5, users: [ann] }] })
    await world.api.call('DELETE', '/api/channels/SMS')
    const { steps } = await simulate(world, { alertSource: source, event: disk })
    expect(steps.filter((step) => step.station === 'notifications')).toMatchObject([
      { decision: 'plan', channels: ['SMS'] },
      { decision: 'retry', reason: expect.stringContaining('the channel is not set up') },
      { decision: 'plan', rule: 'second-way', channels: ['VOICE'] },
      { decision: 'send', channels: ['VOICE'], at: '2026-03-02T09:01:00.000Z' },
    ])
  })

  it('asks no other system about a record, and says so', async () => {
    const world = await open()
    const { source } = await addSource(world)
    await connect(world, source)
    const catalogue = await world.api.get<{ type: string; example: string }[]>('/api/integrations')
    const body = catalogue.find((one) => one.type === 'FOURME')?.example
    const asked = await world.fourme.get<unknown[]>('/sandbox/api/calls')
    const told = await simulate(world, { alertSource: source, delivery: { body } })
    expect(told.alert).toMatchObject({ id: null })
    expect(names(told.steps)).toContain('leave-out simulation-asks-nobody')
    expect(await world.fourme.get<unknown[]>('/sandbox/api/calls')).toEqual(asked)
  })

  it('gives way to whoever holds what it needs, and takes no longer than a moment', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    const { source } = await scene(world, { escalationRules: [{ escalationTimeout: 5, users: [ann] }] })
    await world.db.transaction().execute(async (tx) => {
      await tx.selectFrom('alert_source').select('id').where('id', '=', source.id).forUpdate().execute()
      const changes = { alertSource: { active: false } }
      const answer = await world.api.call('POST', '/api/simulations', { alertSource: source, event: disk, changes })
      expect(answer.status).toBe(429)
    })
    const { steps } = await simulate(world, { alertSource: source, event: disk })
    expect(names(steps)).toContain('ask level-due')
  })

  it('of many at once leaves the connections to others: some are told to ask again, and nothing stays', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    const { source } = await scene(world, { escalationRules: [{ escalationTimeout: 5, users: [ann] }] })
    const before = await fingerprint(world)
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        world.api.call('POST', '/api/simulations', { alertSource: source, event: disk }),
      ),
    )
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].toSorted()).toEqual([200, 429])
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1')
    expect(await fingerprint(world)).toEqual(before)
    expect((await world.api.call('POST', '/api/simulations', { alertSource: source, event: disk })).status).toBe(200)
  })

  it('reads a delivery from the log, or a pasted one, as its source does', async () => {
    const world = await open()
    const { source, send, alert } = await alarm(world)
    const [delivery] = await world.api.get<{ id: string }[]>('/api/deliveries')
    const again = await simulate(world, { alertSource: source, delivery: { id: delivery?.id } })
    expect(again.steps).toMatchObject([{ decision: 'join', rule: 'same-key' }])
    expect(again.alert).toMatchObject({ id: alert.id })
    await send({ eventType: 'RESOLVE', alertKey: 'disk' })
    const anew = await simulate(world, { alertSource: source, delivery: { id: delivery?.id } })
    expect(names(anew.steps)).toContain('ask level-due')

    for (const body of [disk, JSON.stringify(disk)]) {
      const pasted = await simulate(world, { alertSource: source, delivery: { body } })
      expect(pasted).toMatchObject({ alert: { id: null, summary: 'Disk almost full' } })
    }
    const broken = await simulate(world, { alertSource: source, delivery: { body: '{' } })
    expect(broken).toMatchObject({ outcome: 'QUARANTINED', steps: [{ decision: 'set-aside', rule: 'not-json' }] })
  })

  it('refuses what cannot be simulated, and names the field', async () => {
    const world = await open()
    const { source } = await alarm(world)
    const fields = async (body: unknown) => {
      const answer = await world.api.call<{ errors?: { field: string }[] }>('POST', '/api/simulations', body)
      return [answer.status, ...(answer.body.errors ?? []).map(({ field }) => field)]
    }
    const alertSource = { id: source.id }
    expect(await fields({ alertSource: { id: 999_999 }, event: disk })).toEqual([400, 'alertSource.id'])
    expect(await fields({ event: disk })).toEqual([400, 'alertSource'])
    expect(await fields({ alertSource })).toEqual([400, 'event'])
    expect(await fields({ alertSource, event: disk, delivery: { body: '{}' } })).toEqual([400, 'delivery'])
    expect(await fields({ alertSource, delivery: {} })).toEqual([400, 'delivery.id'])
    expect(await fields({ alertSource, delivery: { body: ' ' } })).toEqual([400, 'delivery.body'])
    const id = '0197a1de-0000-7000-8000-000000000000'
    expect(await fields({ alertSource, delivery: { id } })).toEqual([400, 'delivery.id'])
    expect(await fields({ alertSource, delivery: { id, body: '{}' } })).toEqual([400, 'delivery.body'])
    expect(await fields({ alertSource, event: { summary: 'x' } })).toEqual([400, 'event.eventType'])
    for (const at of ['yesterday', '2026-02-30T00:00:00Z', '1999-12-31T23:59:59Z', '2100-01-01T00:00:00Z'])
      expect(await fields({ alertSource, event: disk, at })).toEqual([400, 'at'])
    expect(await fields({ alertSource, delivery: { body: '"'.repeat(256 * 1_024 + 1) } })).toEqual([
      400,
      'delivery.body',
    ])
    expect((await fields({ alertSource, delivery: { body: 'x'.repeat(600 * 1_024) } }))[0]).toBe(413)
    expect(await fields({ alertSource, event: { ...disk, summary: 'a\u0000b' } })).toEqual([200])
    expect((await world.outside.call('POST', '/api/simulations', { alertSource, event: disk })).status).toBe(401)
  })
})
