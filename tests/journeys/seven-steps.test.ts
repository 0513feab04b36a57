import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, requestOf } from '../support/fourme.ts'
import { addContact, phone, setRules, setUpChannels } from '../support/phone.ts'
import { addSource, alertsOf, ownAlertsOf, takeSevenSteps, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

/** An alert that nobody attends to ends by itself, as its source says. */
async function autoResolve(world: World): Promise<void> {
  const { source } = await addSource(world, { integrationType: 'API', autoResolutionTimeout: 'PT10M' })
  await world.outside.post('/api/events', {
    integrationKey: source.integrationKey,
    eventType: 'ALERT',
    summary: 'Disk almost full',
    alertKey: 'disk',
  })
  await world.advance(9 * 60)
  expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING' }])
  await world.advance(61)
  expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
}

/** Sessions that ended are forgotten. */
async function forgetSessions(world: World): Promise<void> {
  const countSessions = async () =>
    Number(
      (
        await world.db
          .selectFrom('session')
          .select(({ fn }) => fn.countAll().as('count'))
          .executeTakeFirstOrThrow()
      ).count,
    )
  const { signInUrl } = world
  const answer = await world.outside.call('POST', '/api/welcome', {
    token: signInUrl.split('#')[1],
    firstName: 'Olga',
    lastName: 'Owner',
    email: 'olga@example.com',
    password: 'correct horse battery staple',
  })
  expect(answer.status).toBe(201)
  expect(await countSessions()).toBe(1)
  await world.advance(31 * 24 * 3_600)
  expect(await countSessions()).toBe(0)
}

/** A timer that was deleted behind our back is put right, and becomes an alert of its own. */
async function findDamage(world: World): Promise<void> {
  const { source } = await addSource(world, { integrationType: 'API' })
  const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Disk almost full' }
  await world.outside.post('/api/events', event)
  await world.settle()
  await world.db.deleteFrom('escalation').execute()
  await world.advance(60)
  expect(await world.db.selectFrom('escalation').selectAll().execute()).not.toEqual([])
  await world.advance(60)
  expect(await ownAlertsOf(world)).toHaveLength(1)
}

/** A heartbeat monitor that is not called any more becomes an alert. */
async function fallSilent(world: World): Promise<void> {
  const { source } = await addSource(world, { name: 'Jobs', integrationType: 'HEARTBEAT2' })
  const monitor = await world.api.post<{ integrationUrl: string }>('/api/heartbeat-monitors?include=integrationUrl', {
    name: 'Backup',
    intervalSec: 300,
    alertSource: { id: source.id },
  })
  await world.outside.get(new URL(monitor.integrationUrl).pathname)
  await world.advance(299)
  expect(await alertsOf(world)).toEqual([])
  await world.advance(2)
  expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING', summary: 'Heartbeat Backup is overdue' }])
}

/** A contact is verified by the code that came to it, and a text that nobody confirms is followed by a call. */
async function reachByTelephone(world: World): Promise<void> {
  await setUpChannels(world)
  const { source, people } = await addSource(world, { integrationType: 'API' })
  const pia = people[0]?.id ?? 0
  const number = await addContact(world, pia, 'phone-numbers', { target: '+436601234567' })
  await setRules(world, pia, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
  await world.inbox.put('/api/phone-faults', { provider: 'gateway', mode: 'lost-receipt' })
  const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Disk almost full' }
  await world.outside.post('/api/events', event)
  await world.advance(91)
  expect((await phone(world)).map((entry) => entry.kind)).toEqual(['call', 'sms'])
}

/** Both sides say the same: what was imported is found, what is accepted here is accepted there, and a target that comes near is told. */
async function stayInStep(world: World): Promise<void> {
  await connectedWith(world, { writeBack: { accept: true }, slaTrigger: { minutesBefore: 100 } })
  await world.advance(60)
  await world.fourme.post('/sandbox/api/requests', { subject: 'Imported', impact: 'top', silent: true })
  await world.advance(10 * 60)
  const [alert] = await alertsOf(world)
  expect(alert).toMatchObject({ summary: 'Imported', status: 'PENDING' })
  await world.api.put(`/api/alerts/${alert?.id}/accept`)
  await world.settle()
  const key = Number(alert?.alertKey?.split(':')[2])
  expect(await requestOf(world, key)).toMatchObject({ status: 'accepted' })
  await world.advance(15 * 60)
  expect((await timelineOf(world, alert?.id ?? 0)).join('\n')).toMatch(/target is missed in 100 min/)
}

/** What came before the support hours is raised when they begin, and what was accepted and left comes back. */
async function keepWatch(world: World): Promise<void> {
  const { source, policy, people } = await addSource(world, { integrationType: 'API' })
  const hours = await world.api.post<{ id: number }>('/api/support-hours', {
    name: 'Office',
    timezone: 'UTC',
    supportDays: { MONDAY: { start: '10:00', end: '17:00' } },
  })
  const { name, integrationType } = source
  await world.api.put(`/api/alert-sources/${source.id}`, {
    name,
    integrationType,
    escalationPolicy: { id: policy.id },
    alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
    autoRaiseAlerts: true,
    supportHours: { id: hours.id },
  })
  await world.api.put(`/api/escalation-policies/${policy.id}`, {
    name: policy.name,
    escalationRules: people.map(({ id }) => ({ escalationTimeout: 15, users: [{ id }] })),
    acceptTimeoutMin: 30,
  })
  const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Disk almost full' }
  await world.outside.post('/api/events', event)
  await world.settle()
  expect(await alertsOf(world)).toMatchObject([{ priority: 'LOW' }])
  await world.advance(61 * 60)
  const [alert] = await alertsOf(world)
  expect(alert).toMatchObject({ priority: 'HIGH', status: 'PENDING' })
  await world.api.put(`/api/alerts/${alert?.id}/accept`)
  await world.advance(31 * 60)
  expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING' }])
}

/** Others hear outside of what happens to an alert, and people before their shift begins. */
async function tellOthers(world: World): Promise<void> {
  const { source, people } = await addSource(world, { integrationType: 'API' })
  const [pia, tom] = people
  await world.api.post('/api/alert-actions', {
    name: 'Tell the team',
    alertSources: [{ id: source.id }],
    connectorType: 'mattermost',
    params: { url: `${world.inboxUrl}/hooks/mattermost/team` },
    triggerMode: 'AUTOMATIC',
    triggerTypes: ['alert-created'],
  })
  const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Disk almost full' }
  await world.outside.post('/api/events', event)
  await world.settle()
  expect(await phone(world, { kind: 'chat' })).toMatchObject([{ title: 'New alert: Disk almost full' }])

  const [contact] = await world.api.get<{ id: number }[]>(`/api/users/${tom?.id}/contacts/emails`)
  await world.api.post(`/api/users/${tom?.id}/notification-preferences/duties`, {
    method: 'EMAIL',
    contact,
    beforeMin: 15,
  })
  await world.api.post('/api/schedules', {
    name: 'Night watch',
    timezone: 'UTC',
    type: 'RECURRING',
    scheduleLayers: [{ name: 'Daily', startsOn: '2026-03-02T08:00', users: [pia, tom], rotation: 'P1D' }],
  })
  await world.advance(24 * 3_600)
  expect((await world.mails()).map((mail) => mail.subject)).toContain('You are on call in 15 min: Night watch')
}

const journeys = {
  tellOthers,
  keepWatch,
  fallSilent,
  stayInStep,
  reachByTelephone,
  findDamage,
  takeSevenSteps,
  autoResolve,
  forgetSessions,
}
const shownBy: Record<string, keyof typeof journeys> = {
  intake: 'takeSevenSteps',
  lookups: 'takeSevenSteps',
  verifications: 'takeSevenSteps',
  escalation: 'takeSevenSteps',
  notifications: 'takeSevenSteps',
  receipts: 'reachByTelephone',
  notices: 'reachByTelephone',
  'write-back': 'stayInStep',
  reconciliation: 'stayInStep',
  targets: 'stayInStep',
  'auto-resolution': 'autoResolve',
  sessions: 'forgetSessions',
  heartbeats: 'fallSilent',
  'alert-actions': 'tellOthers',
  reminders: 'tellOthers',
  raises: 'keepWatch',
  returns: 'keepWatch',
  auditor: 'findDamage',
  alarms: 'findDamage',
}

describe('the way of a user', () => {
  it('leads through the seven steps', async () => takeSevenSteps(await open()))
  it('ends an alert by itself when its source says so', async () => autoResolve(await open()))
  it('forgets sessions that ended', async () => forgetSessions(await open()))

  it('tells when a heartbeat falls silent', async () => fallSilent(await open()))

  it('puts right what was damaged, and says so', async () => findDamage(await open({ isDamaged: true })))

  it('keeps 4me and this in step', async () => stayInStep(await open()))

  it('reaches a person by the way they chose', async () => reachByTelephone(await open()))

  it('raises what waits when the support hours begin, and returns what nobody works on', async () =>
    keepWatch(await open()))

  it('tells others what happens, and people before they are on call', async () => tellOthers(await open()))

  it('passes every station of the flow', async () => {
    const { stations } = await open()
    expect(stations.toSorted()).toEqual(Object.keys(shownBy).toSorted())
  })

  it.each(Object.entries(shownBy))('does not arrive without the station %s', async (without, journey) => {
    const crippled = await open({ without, isDamaged: true })
    await expect(journeys[journey](crippled)).rejects.toThrow()
  })
})
