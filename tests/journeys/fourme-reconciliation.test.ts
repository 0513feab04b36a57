import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import {
  alertWith,
  changeRequest,
  connectedWith,
  newRequest,
  reconcile,
  requestOf,
  warningsOf,
} from '../support/fourme.ts'
import { alertsOf, ownAlertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const silent = (world: World, some: Record<string, unknown> = {}) =>
  world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Imported', silent: true, ...some })
const withhold = (world: World, some: Record<string, unknown> = {}) =>
  world.fourme.put('/sandbox/faults', { webhooks: { withheld: true, ...some } })
const release = (world: World) => world.fourme.call('DELETE', '/sandbox/faults').then(() => world.settle())
const completed = { status: 'completed', completion_reason: 'solved' }

describe('what no webhook told', () => {
  it('an import becomes an alert within ten minutes, and by hand at once; then nothing differs', async () => {
    const world = await open()
    const source = await connectedWith(world)
    await world.advance(60)
    const first = await silent(world)
    await world.advance(10 * 60)
    expect(await alertsOf(world)).toMatchObject([{ alertKey: `acme:request:${first.id}`, summary: 'Imported' }])
    expect(await world.mails()).toHaveLength(1)
    const second = await silent(world, { subject: 'By hand' })
    expect(await reconcile(world, source.id, { dryRun: true })).toMatchObject({
      differences: [{ kind: 'UNKNOWN', action: 'SHOWN', found: 'assigned', alert: null }],
    })
    expect(await alertsOf(world)).toHaveLength(1)
    expect(await reconcile(world, source.id)).toMatchObject({
      checked: 2,
      isComplete: true,
      differences: [{ alertKey: `acme:request:${second.id}`, title: 'By hand', kind: 'UNKNOWN', action: 'APPLIED' }],
    })
    await world.settle()
    expect(await alertsOf(world)).toHaveLength(2)
    expect(await reconcile(world, source.id)).toMatchObject({ differences: [] })
  })

  it('records from before the source was set up are listed, never paged, unless an admin asks', async () => {
    const world = await open()
    const old = await silent(world, { subject: 'Old trouble' })
    await world.advance(60)
    const source = await connectedWith(world)
    await world.advance(3_600)
    expect(await alertsOf(world)).toEqual([])
    expect(await world.api.get(`/api/alert-sources/${source.id}/reconciliation`)).toMatchObject({
      baselineCount: 1,
      baseline: [{ alertKey: `acme:request:${old.id}`, title: 'Old trouble', status: 'assigned' }],
      differences: [],
    })
    await reconcile(world, source.id, { includeBaseline: true })
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ summary: 'Old trouble', status: 'PENDING' }])
  })

  it('an answer, an end and a reopening in 4me are found too', async () => {
    const world = await open()
    const source = await connectedWith(world)
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await withhold(world)
    for (const [change, status] of [
      [{ status: 'accepted' }, 'ACCEPTED'],
      [completed, 'RESOLVED'],
    ] as const) {
      await world.advance(90)
      await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, change)
      await world.advance(10 * 60)
      expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ status })
    }
    await world.advance(90)
    await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status: 'assigned' })
    await world.advance(10 * 60)
    expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING', previousAlert: { id: alert?.id } }, {}])
    expect(await reconcile(world, source.id)).toMatchObject({ differences: [] })
  })

  it('is compared no more often than every so many minutes, and a failure is told', async () => {
    const world = await open({ losesNoCommits: true })
    const source = await connectedWith(world, { reconcileMinutes: 30 }, { webhooks: false })
    const lists = async () =>
      (await world.fourme.get<{ path: string }[]>('/sandbox/api/calls')).filter((call) =>
        call.path.startsWith('/v1/requests?'),
      ).length
    const before = await lists()
    await world.advance(95 * 60)
    expect((await lists()) - before).toBe(3)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '401' } })
    expect(await reconcile(world, source.id)).toMatchObject({ failure: expect.stringMatching(/auth token/) })
    expect(await warningsOf(world, source.id)).toContain('4me-unauthorized')
  })

  it('many pages are read to their end', async () => {
    const world = await open()
    const source = await connectedWith(world, {}, { webhooks: false })
    await world.advance(5)
    for (let at = 0; at < 130; at++) await silent(world, { subject: `Imported ${at}` })
    const result = await reconcile(world, source.id, { dryRun: true })
    expect(result.checked).toBe(130)
    expect(result.differences).toHaveLength(130)
  })
})

// F12: webhooks that never come, or come when nobody waits for them any more.
describe('F12', () => {
  it.each([
    ['all of them', {}],
    ['one in ten', { withheldPercent: 10 }],
    ['only those of new records', { withheldEvents: 'create' }],
  ])(
    'withheld: %s; each record has its alert in ten minutes, and 72 hours late they change nothing',
    async (_title, how) => {
      const world = await open()
      await connectedWith(world, { reconcileMinutes: 5 })
      await world.advance(60)
      await withhold(world, how)
      const ids: number[] = []
      for (let at = 0; at < 5; at++) {
        ids.push((await newRequest(world, { subject: `Trouble ${at}` })).id)
        await world.advance(7)
      }
      await world.advance(10 * 60)
      const keys = async () => (await alertsOf(world)).map((alert) => alert.alertKey).sort()
      expect(await keys()).toEqual(ids.map((id) => `acme:request:${id}`).sort())
      await changeRequest(world, ids[0] ?? 0, { status: 'accepted' })
      await world.advance(7)
      await changeRequest(world, ids[0] ?? 0, completed)
      await changeRequest(world, ids[1] ?? 0, { status: 'accepted' })
      await world.advance(10 * 60)
      const states = async () =>
        Object.fromEntries((await alertsOf(world)).map((alert) => [alert.alertKey?.split(':')[2], alert.status]))
      const before = await states()
      expect(before).toMatchObject({
        [String(ids[0])]: 'RESOLVED',
        [String(ids[1])]: 'ACCEPTED',
        [String(ids[2])]: 'PENDING',
      })
      const mails = (await world.mails()).length
      // Three days, without walking through each of their minutes.
      world.clock.advance(72 * 3_600_000)
      await world.advance(1)
      const paged = (await world.mails()).length
      await release(world)
      await world.advance(30)
      expect(await states()).toEqual(before)
      expect(await world.mails()).toHaveLength(paged)
      expect(paged).toBeGreaterThanOrEqual(mails)
    },
  )

  it('many that were missed are an alarm about Tocsin itself', async () => {
    const world = await open()
    await connectedWith(world)
    await world.advance(60)
    await withhold(world)
    for (let at = 0; at < 3; at++) await newRequest(world, { subject: `Trouble ${at}` })
    await world.advance(11 * 60)
    expect(await ownAlertsOf(world)).toContainEqual(expect.objectContaining({ summary: 'Deliveries do not arrive' }))
  })

  it('a reading that was told stands against a delivery that is older, and gives way to one that is newer', async () => {
    const world = await open()
    await connectedWith(world)
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await world.advance(60)
    await withhold(world)
    await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status: 'accepted' })
    await world.advance(5)
    await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, completed)
    await world.advance(10 * 60)
    expect(await alertWith(world, alert?.id ?? 0)).toMatchObject({ status: 'RESOLVED' })
    await release(world)
    await world.advance(30)
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
    await changeRequest(world, ticket.id, { status: 'in_progress' })
    await world.advance(15)
    expect(await alertsOf(world)).toMatchObject([{ status: 'ACCEPTED', previousAlert: { id: alert?.id } }, {}])
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'in_progress' })
  })
})
