import { describe, expect, it } from 'vitest'
import type { SupportHours } from '../../server/oncall/support-hours/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const HOUR = 3_600
const day = { start: '09:00', end: '17:00' }
const supportDays = {
  MONDAY: day,
  TUESDAY: day,
  WEDNESDAY: day,
  THURSDAY: day,
  FRIDAY: day,
  SATURDAY: null,
  SUNDAY: null,
}

async function scene(world: World, source: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
  const hours = await world.api.post<SupportHours>('/api/support-hours', {
    name: 'Office',
    timezone: 'Europe/Vienna',
    supportDays,
    exceptions: [{ name: 'Holiday', start: '2026-03-04', end: '2026-03-04', supportStatus: 'OUTSIDE' }],
  })
  const policy = await world.api.post<{ id: number }>('/api/escalation-policies', {
    name: 'Two levels',
    escalationRules: [ann, bob].map((person) => ({ escalationTimeout: 5, users: [person] })),
    ...more,
  })
  const made = await world.api.post<{ id: number; integrationKey: string }>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: policy,
    supportHours: hours,
    ...source,
  })
  const raise = async (event: Record<string, unknown> = {}) => {
    await world.outside.post('/api/events', {
      integrationKey: made.integrationKey,
      eventType: 'ALERT',
      summary: 'Trouble',
      ...event,
    })
    await world.settle()
    const [alert] = await world.api.get<{ id: number; priority: string; status: string }[]>(
      `/api/alerts?sources=${made.id}&max-results=1`,
    )
    if (!alert) throw new Error('There is no alert.')
    return alert
  }
  return { hours, policy, source: made, raise }
}

const receivers = async (world: World) => (await world.mails()).map((mail) => mail.to[0]?.split('@')[0]).toReversed()
const told = async (world: World, id: number) =>
  (await world.api.get<{ text: string }[]>(`/api/alerts/${id}/log-entries`)).map(({ text }) => text).join('\n')
const findings = async (world: World) =>
  (
    await world.db
      .selectFrom('finding')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count

describe('support hours', () => {
  it('lower the priority outside, and raise what is still pending when they begin', async () => {
    const world = await open({ start: '2026-03-02T19:00:00Z' })
    const { hours, source, raise } = await scene(world, {
      alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
      autoRaiseAlerts: true,
    })
    expect(await world.api.get(`/api/alert-sources/${source.id}`)).toMatchObject({
      alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
      supportHours: { name: 'Office' },
      autoRaiseAlerts: true,
    })
    const alert = await raise()
    expect(alert).toMatchObject({ priority: 'LOW' })
    await world.advance(HOUR)
    expect(await receivers(world)).toEqual(['ann'])
    await world.advance(12 * HOUR + 60)
    expect(await world.api.get(`/api/alerts/${alert.id}`)).toMatchObject({ priority: 'HIGH', status: 'PENDING' })
    expect(await told(world, alert.id)).toContain('Raised to high priority: it is within the support hours Office.')
    await world.advance(6 * 60)
    expect(await receivers(world)).toEqual(['ann', 'ann', 'bob'])
    expect(await findings(world)).toBe(0)

    const during = await raise({ priority: 'LOW' })
    expect(during).toMatchObject({ priority: 'HIGH' })
    expect((await world.api.call('DELETE', `/api/support-hours/${hours.id}`)).status).toBe(409)
    expect(await world.api.get('/api/support-hours/name/Office')).toMatchObject({
      isDuring: true,
      nextChange: '2026-03-03T16:00:00.000Z',
      usedBy: [{ name: 'Monitoring' }],
    })
  })

  it('raise nothing on a holiday, nor what was accepted, and follow an edit', async () => {
    const world = await open({ start: '2026-03-03T19:00:00Z' })
    const { hours, raise } = await scene(world, {
      alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
      autoRaiseAlerts: true,
    })
    const accepted = await raise()
    await world.api.put(`/api/alerts/${accepted.id}/accept`)
    const alert = await raise()
    const priority = async (id: number) => (await world.api.get<{ priority: string }>(`/api/alerts/${id}`)).priority
    await world.advance(14 * HOUR)
    expect(await priority(alert.id)).toBe('LOW')
    await world.api.put(`/api/support-hours/${hours.id}`, {
      name: 'Office',
      timezone: 'Europe/Vienna',
      supportDays,
      exceptions: [],
    })
    await world.settle()
    expect(await priority(alert.id)).toBe('HIGH')
    expect(await priority(accepted.id)).toBe('LOW')
  })

  it('work the other way round, and in the form of older clients', async () => {
    const world = await open()
    const { source, raise } = await scene(world, {
      alertPriorityRule: 'LOW_DURING_SUPPORT_HOURS',
      supportHours: { timezone: 'Europe/Vienna', autoRaiseAlerts: true, supportDays: { MONDAY: day } },
    })
    const alert = await raise()
    expect(alert).toMatchObject({ priority: 'LOW' })
    expect(await world.api.get(`/api/alert-sources/${source.id}`)).toMatchObject({
      supportHours: { name: 'Support hours of Monitoring' },
    })
    await world.advance(7 * HOUR + 60)
    expect(await world.api.get(`/api/alerts/${alert.id}`)).toMatchObject({ priority: 'HIGH' })
    expect(await told(world, alert.id)).toContain('outside the support hours')
  })

  it('are refused by name when they make no sense', async () => {
    const world = await open()
    const answer = await world.api.call<{ errors: { field: string }[] }>('POST', '/api/support-hours', {
      name: 'Odd',
      timezone: 'UTC',
      supportDays: { MONDAY: { start: '17:00', end: '09:00' } },
    })
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, 'supportDays.MONDAY.end'])
    const source = await world.api.call<{ errors: { field: string }[] }>('POST', '/api/alert-sources', {
      name: 'Monitoring',
      integrationType: 'API',
      escalationPolicy: { id: 1 },
      alertPriorityRule: 'HIGH_DURING_SUPPORT_HOURS',
    })
    expect([source.status, source.body.errors[0]?.field]).toEqual([400, 'supportHours.id'])
  })
})

it('an accepted alert without progress waits for an answer again, once for each timeout', async () => {
  const world = await open()
  const { raise } = await scene(world, {}, { acceptTimeoutMin: 30 })
  const alert = await raise()
  const status = async () => (await world.api.get<{ status: string }>(`/api/alerts/${alert.id}`)).status
  await world.api.put(`/api/alerts/${alert.id}/accept`)
  await world.advance(20 * 60)
  await world.api.post(`/api/alerts/${alert.id}/comments`, { content: 'Looking at it.' })
  await world.advance(20 * 60)
  expect(await status()).toBe('ACCEPTED')
  await world.advance(10 * 60)
  expect(await status()).toBe('PENDING')
  expect(await told(world, alert.id)).toContain('Nothing happened for 30 min')
  expect(await receivers(world)).toEqual(['ann', 'ann'])
  await world.advance(6 * 60)
  expect(await receivers(world)).toEqual(['ann', 'ann', 'bob'])
  await world.api.put(`/api/alerts/${alert.id}/accept`)
  await world.advance(29 * 60)
  expect(await status()).toBe('ACCEPTED')
  await world.api.put(`/api/alerts/${alert.id}/resolve`, {})
  await world.advance(2 * HOUR)
  expect(await status()).toBe('RESOLVED')
  expect(await findings(world)).toBe(0)
})
