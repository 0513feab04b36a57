import { describe, expect, it } from 'vitest'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { alertsOf } from '../support/seven-steps.ts'
import { alarm, auditOf, MINUTE, readAlert, toldOf } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const inMinutes = (world: World, minutes: number) =>
  new Date(world.clock.instant.getTime() + minutes * MINUTE * 1_000).toISOString()
const begin = (world: World, sourceId: number, some: Record<string, unknown> = {}) =>
  world.api.post<MaintenanceWindow>('/api/maintenance-windows', {
    summary: 'New disks',
    start: inMinutes(world, 0),
    end: inMinutes(world, 60),
    alertSources: [{ id: sourceId }],
    ...some,
  })
const deliveries = (world: World) =>
  world.api.get<{ outcome: string; rule: string; reason: string }[]>('/api/deliveries')

describe('maintenance', () => {
  it('drops the alerts of its sources visibly, lets what ends alerts pass, and ends by itself', async () => {
    const world = await open()
    const { alert, source, send } = await alarm(world)
    const window = await begin(world, source.id)
    expect(window).toMatchObject({ state: 'OPEN', status: 'ACTIVE', dropped: 0, timezone: 'UTC' })
    expect(await world.api.get<AlertSource>(`/api/alert-sources/${source.id}`)).toMatchObject({
      status: 'IN_MAINTENANCE',
      maintenance: { id: window.id, until: window.end },
    })

    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    expect(await alertsOf(world)).toHaveLength(1)
    expect((await deliveries(world))[0]).toMatchObject({
      outcome: 'IGNORED',
      rule: 'maintenance',
      reason: expect.stringContaining('New disks'),
    })
    await send({ eventType: 'RESOLVE', summary: 'x', alertKey: 'disk' })
    expect(await readAlert(world, alert.id)).toMatchObject({ status: 'RESOLVED' })
    expect(await world.api.get(`/api/maintenance-windows/${window.id}`)).toMatchObject({ dropped: 1 })

    await world.advance(60 * MINUTE)
    expect(await world.api.get(`/api/maintenance-windows/${window.id}`)).toMatchObject({
      state: 'CLOSED',
      status: 'ENDED',
    })
    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    expect(await alertsOf(world)).toHaveLength(2)
    expect(await toldOf(world, 'Memory')).toEqual(['pia'])
    expect(await auditOf(world, 'maintenance-window', window.id)).toEqual(['maintenance-window.created'])
    expect(await auditOf(world, 'alert-source', source.id)).toContain('alert-source.maintenance-created')
  })

  it('counts when something arrived, not when it was read', async () => {
    const world = await open()
    const { source } = await alarm(world)
    await begin(world, source.id, { end: inMinutes(world, 5) })
    const event = { integrationKey: source.integrationKey, eventType: 'ALERT', summary: 'Memory', alertKey: 'memory' }
    await world.outside.post('/api/events', event)
    await world.db
      .updateTable('delivery')
      .set({ due_at: new Date(inMinutes(world, 10)) })
      .where('outcome', '=', 'NEW')
      .execute()
    await world.advance(11 * MINUTE)
    expect(await alertsOf(world)).toHaveLength(1)
  })

  it('is planned, changed, ended early and deleted', async () => {
    const world = await open()
    const { source, send } = await alarm(world)
    const planned = await begin(world, source.id, { start: inMinutes(world, 30), timezone: 'Europe/Berlin' })
    expect(planned).toMatchObject({ status: 'SCHEDULED', timezone: 'Europe/Berlin' })
    await send({ eventType: 'ALERT', summary: 'Before', alertKey: 'before' })
    expect(await alertsOf(world)).toHaveLength(2)
    const end = (id: number) => world.api.call('PUT', `/api/maintenance-windows/${id}/end`)
    expect((await end(planned.id)).status).toBe(409)
    const { summary, alertSources } = planned
    await world.api.put(`/api/maintenance-windows/${planned.id}`, {
      summary,
      alertSources,
      start: inMinutes(world, -1),
      end: inMinutes(world, 60),
    })
    await send({ eventType: 'ALERT', summary: 'During', alertKey: 'during' })
    expect(await alertsOf(world)).toHaveLength(2)
    expect((await end(planned.id)).body).toMatchObject({ status: 'ENDED' })
    await send({ eventType: 'ALERT', summary: 'After', alertKey: 'after' })
    expect(await alertsOf(world)).toHaveLength(3)
    expect((await world.api.call('DELETE', `/api/maintenance-windows/${planned.id}`)).status).toBe(204)
    expect((await world.api.call('GET', `/api/maintenance-windows/${planned.id}`)).status).toBe(404)
  })

  it('is listed by state and source, what runs first', async () => {
    const world = await open()
    const { source } = await alarm(world)
    await begin(world, source.id, { summary: 'Later', start: inMinutes(world, 30), end: inMinutes(world, 90) })
    await begin(world, source.id, { summary: 'Short', end: inMinutes(world, 1) })
    await begin(world, source.id, { summary: 'Now' })
    await world.advance(2 * MINUTE)
    const list = async (query: string) =>
      (await world.api.get<MaintenanceWindow[]>(`/api/maintenance-windows?${query}`)).map((one) => one.summary)
    expect(await list('')).toEqual(['Now', 'Later', 'Short'])
    expect(await list('state=OPEN')).toEqual(['Now', 'Later'])
    expect(await list('state=CLOSED')).toEqual(['Short'])
    expect(await list(`sources=${source.id}&state=OPEN`)).toEqual(['Now', 'Later'])
    expect(await list('sources=4711')).toEqual([])
  })

  it.each([
    ['an empty summary', { summary: ' ' }, 'summary'],
    ['an end before its start', { end: '2026-03-02T08:00:00Z', start: '2026-03-02T08:30:00Z' }, 'end'],
    ['an end that is over', { end: '2026-03-02T08:30:00Z', start: '2026-03-02T08:00:00Z' }, 'end'],
    ['more than a year', { end: '2028-03-02T08:30:00Z' }, 'end'],
    ['an unknown zone', { timezone: 'Mars/Base' }, 'timezone'],
    ['no source', { alertSources: [] }, 'alertSources'],
    ['an unknown source', { alertSources: [{ id: 4711 }] }, 'alertSources.0.id'],
  ])('with %s is refused', async (_title, some, field) => {
    const world = await open()
    const { source } = await alarm(world)
    const answer = await world.api.call<{ errors: { field: string }[] }>('POST', '/api/maintenance-windows', {
      summary: 'New disks',
      start: inMinutes(world, 0),
      end: inMinutes(world, 60),
      alertSources: [{ id: source.id }],
      ...some,
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0]?.field).toBe(field)
  })
})
