import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, ownAlertsOf, takeSevenSteps } from '../support/seven-steps.ts'
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

/** Support hours that begin raise what is pending. */
async function raiseInTheMorning(world: World): Promise<void> {
  const day = { start: '10:00', end: '17:00' }
  const hours = await world.api.post('/api/support-hours', {
    name: 'Office',
    timezone: 'UTC',
    supportDays: { MONDAY: day },
  })
  const { source } = await addSource(world, {
    integrationType: 'API',
    alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
    supportHours: hours,
    autoRaiseAlerts: true,
  })
  await world.outside.post('/api/events', {
    integrationKey: source.integrationKey,
    eventType: 'ALERT',
    summary: 'Disk almost full',
  })
  await world.settle()
  expect(await alertsOf(world)).toMatchObject([{ priority: 'LOW' }])
  await world.advance(3_600)
  expect(await alertsOf(world)).toMatchObject([{ priority: 'HIGH' }])
}

/** An accepted alert that nobody got on with comes back. */
async function giveBack(world: World): Promise<void> {
  const { source, policy } = await addSource(world, { integrationType: 'API' })
  await world.db
    .updateTable('escalation_policy')
    .set({ accept_timeout_minutes: 30 })
    .where('id', '=', policy.id)
    .execute()
  const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Disk almost full' }
  await world.outside.post('/api/events', event)
  await world.settle()
  const [alert] = await alertsOf(world)
  await world.api.put(`/api/alerts/${alert?.id}/accept`)
  await world.advance(30 * 60)
  expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING' }])
}

const journeys = { findDamage, takeSevenSteps, autoResolve, raiseInTheMorning, giveBack, forgetSessions }
const shownBy: Record<string, keyof typeof journeys> = {
  intake: 'takeSevenSteps',
  lookups: 'takeSevenSteps',
  verifications: 'takeSevenSteps',
  escalation: 'takeSevenSteps',
  notifications: 'takeSevenSteps',
  'auto-resolution': 'autoResolve',
  raises: 'raiseInTheMorning',
  returns: 'giveBack',
  sessions: 'forgetSessions',
  auditor: 'findDamage',
  alarms: 'findDamage',
}

describe('the way of a user', () => {
  it('leads through the seven steps', async () => takeSevenSteps(await open()))
  it('ends an alert by itself when its source says so', async () => autoResolve(await open()))
  it('raises what is pending when support hours begin', async () => raiseInTheMorning(await open()))
  it('gives back what nobody got on with', async () => giveBack(await open()))
  it('forgets sessions that ended', async () => forgetSessions(await open()))

  it('puts right what was damaged, and says so', async () => findDamage(await open()))

  it('passes every station of the flow', async () => {
    const { stations } = await open()
    expect(stations.toSorted()).toEqual(Object.keys(shownBy).toSorted())
  })

  it.each(Object.entries(shownBy))('does not arrive without the station %s', async (without, journey) => {
    const crippled = await open({ without })
    await expect(journeys[journey](crippled)).rejects.toThrow()
  })
})
