import { expect, it } from 'vitest'
import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, ownAlertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

/** An alert that asked the first of two people; the second is due in a quarter of an hour. */
async function alarm(world: World) {
  const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  await world.outside.post('/api/events', {
    integrationKey: source.integrationKey,
    eventType: 'ALERT',
    summary: 'Disk',
  })
  await world.settle()
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('The event opened no alert.')
  return alert
}

const receivers = async (world: World) =>
  (await world.mails())
    .filter((mail) => mail.subject.endsWith('Disk'))
    .map((mail) => mail.to[0])
    .toReversed()
const banners = async (world: World) =>
  (await world.api.get<{ banners: { code: string }[] }>('/api/status')).banners.map((banner) => banner.code)

it.each<[string, (world: World, alert: z.infer<typeof Alert>) => Promise<unknown>]>([
  ['deleted', (world, alert) => world.db.deleteFrom('escalation').where('alert_id', '=', alert.id).execute()],
  [
    'moved to next year',
    (world, alert) =>
      world.db
        .updateTable('escalation')
        .set({ due_at: new Date('2027-01-01T00:00:00Z') })
        .where('alert_id', '=', alert.id)
        .execute(),
  ],
  [
    'stopped',
    (world, alert) =>
      world.db
        .updateTable('escalation')
        .set({ due_at: null, stopped_at: world.clock.instant })
        .where('alert_id', '=', alert.id)
        .execute(),
  ],
])('a timer that was %s behind our back is found within two minutes, put right and told', async (_how, damage) => {
  const world = await open({ isDamaged: true })
  const alert = await alarm(world)
  await world.advance(60)
  await damage(world, alert)
  await world.advance(120)
  expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/The auditor found that the timer/)
  expect(await banners(world)).toContain('auditor-found')
  expect(await ownAlertsOf(world)).toMatchObject([{ summary: 'The auditor put one thing right', status: 'PENDING' }])
  const { findings } = await world.api.get<SelfCheck>('/api/self-check')
  expect(findings).toMatchObject([{ alert: { id: alert.id }, dismissedAt: null }])

  // The second person is asked when it was their turn all along.
  await world.advance(12 * 60 - 1)
  expect(await receivers(world)).toEqual(['pia@example.com'])
  await world.advance(2)
  expect(await receivers(world)).toEqual(['pia@example.com', 'tom@example.com'])

  await world.api.put('/api/self-check/findings/dismiss')
  await world.advance(20)
  expect(await banners(world)).not.toContain('auditor-found')
})

it('a page that was deleted or taken for sent is sent all the same', async () => {
  const world = await open({ isDamaged: true })
  await world.inbox.put('/api/faults', { mode: 'temporary' })
  const alert = await alarm(world)
  await world.db.deleteFrom('notification').where('alert_id', '=', alert.id).execute()
  await world.inbox.put('/api/faults', { mode: 'none' })
  await world.advance(120)
  expect(await receivers(world)).toEqual(['pia@example.com'])
  await world.advance(15 * 60)
  expect(await receivers(world)).toEqual(['pia@example.com', 'tom@example.com'])
})

it('a timer that goes on although somebody answered asks nobody', async () => {
  const world = await open({ isDamaged: true })
  const alert = await alarm(world)
  await world.api.put(`/api/alerts/${alert.id}/accept`)
  await world.db
    .updateTable('escalation')
    .set({ due_at: new Date(world.clock.instant.getTime() + 600_000), stopped_at: null })
    .where('alert_id', '=', alert.id)
    .execute()
  await world.advance(120)
  expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/went on although it was over/)
  await world.advance(20 * 60)
  expect(await receivers(world)).toEqual(['pia@example.com'])
})

it('finds nothing where nothing is wrong', async () => {
  const world = await open()
  await world.inbox.put('/api/faults', { mode: 'temporary', remaining: 3 })
  await alarm(world)
  await world.advance(60 * 60)
  expect((await world.api.get<SelfCheck>('/api/self-check')).findings).toEqual([])
})

it('an alert nobody answered becomes an alert of Tocsin itself, and ends with it', async () => {
  const world = await open()
  const alert = await alarm(world)
  await world.advance(31 * 60)
  expect(await ownAlertsOf(world)).toMatchObject([
    { summary: 'An alert is unattended', status: 'PENDING', priority: 'HIGH' },
  ])
  await world.advance(30 * 60)
  expect(await ownAlertsOf(world)).toHaveLength(1)
  await world.api.put(`/api/alerts/${alert.id}/resolve`)
  await world.advance(30)
  expect(await ownAlertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
  const sources =
    await world.api.get<{ id: number; integrationType: string; integrationUrl: string | null }[]>('/api/alert-sources')
  const own = sources.find((source) => source.integrationType === 'SELF')
  expect(own).toMatchObject({ integrationUrl: null })
  expect((await world.api.call('POST', `/api/alert-sources/${own?.id}/rotate-key`)).status).toBe(404)
  const made = await world.api.call('POST', '/api/alert-sources', {
    name: 'Me too',
    integrationType: 'SELF',
    escalationPolicy: { id: 1 },
  })
  expect(made.status).toBe(400)
})
