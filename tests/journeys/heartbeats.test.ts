import { describe, expect, it } from 'vitest'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { HeartbeatMonitor } from '../../server/heartbeats/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf } from '../support/seven-steps.ts'
import { auditOf, entriesOf, expectNoFindings, MINUTE, toldOf } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

/** A monitor that may be silent for five minutes, and its address. */
async function monitored(world: World, some: Record<string, unknown> = {}) {
  const { source } = await addSource(world, { name: 'Jobs', integrationType: 'HEARTBEAT2' })
  const monitor = await world.api.post<HeartbeatMonitor>('/api/heartbeat-monitors?include=integrationUrl', {
    name: 'Backup',
    intervalSec: 300,
    alertSource: { id: source.id },
    ...some,
  })
  const path = new URL(monitor.integrationUrl ?? '').pathname
  const call = async (method = 'GET') => {
    const answer = await world.outside.call(method, path)
    await world.settle()
    return answer
  }
  const state = async () => (await world.api.get<HeartbeatMonitor>(`/api/heartbeat-monitors/${monitor.id}`)).state
  return { source, monitor, path, call, state }
}

describe('a heartbeat monitor', () => {
  it('watches from the first call on, tells when the next is late, and that it is back', async () => {
    const world = await open()
    const { monitor, call, state } = await monitored(world)
    await world.advance(60 * MINUTE)
    expect([await state(), await alertsOf(world)]).toEqual(['UNKNOWN', []])

    expect(await call()).toMatchObject({ status: 202, body: {} })
    expect(await state()).toBe('HEALTHY')
    await world.advance(4 * MINUTE)
    await call('HEAD')
    await world.advance(5 * MINUTE - 1)
    expect([await state(), await alertsOf(world)]).toEqual(['HEALTHY', []])
    await world.advance(2)
    expect(await state()).toBe('OVERDUE')
    const [alert] = await alertsOf(world)
    expect(alert).toMatchObject({
      status: 'PENDING',
      summary: 'Heartbeat Backup is overdue',
      details: expect.stringContaining('did not call for 5 minutes'),
      alertSource: { integrationType: 'HEARTBEAT2' },
    })
    expect(await toldOf(world, 'Backup')).toEqual(['pia'])
    await world.advance(10 * MINUTE)
    expect(await alertsOf(world)).toHaveLength(1)
    expect(await world.api.get(`/api/heartbeat-monitors/${monitor.id}`)).toMatchObject({ alert: { id: alert?.id } })

    await call('POST')
    expect(await state()).toBe('HEALTHY')
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED', resolvedByType: 'SOURCE' }])
    expect(await entriesOf(world, alert?.id ?? 0)).toEqual(
      expect.arrayContaining(['HeartbeatOverdue', 'HeartbeatResolved']),
    )
    await expectNoFindings(world)
  })

  it('is called by every address and method ilert’s clients know, whatever they send along', async () => {
    const world = await open()
    const { monitor } = await monitored(world)
    const key = monitor.integrationKey
    for (const path of [`/api/heartbeats/${key}`, `/api/v1/heartbeats/${key}`, `/api/pings/${key}`]) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        expect((await world.outside.call(method, path)).status).toBe(202)
      }
    }
    const text = { 'content-type': 'text/plain' }
    expect((await world.outside.call('POST', `/api/heartbeats/${key}`, '{"broken', text)).status).toBe(202)
    expect((await world.outside.call('GET', `/api/heartbeats/${key?.slice(0, -1)}x`)).status).toBe(404)
    expect((await world.outside.call('PUT', `/api/heartbeats/${key}`)).status).toBe(405)
    // The source itself has no door.
    expect((await world.outside.call('POST', `/api/v1/events/heartbeat/${key}`, {})).status).toBe(404)
  })

  it('does not blame anybody for the time in which nobody could call', async () => {
    const world = await open()
    const { call, state } = await monitored(world)
    await call()
    await world.advance(60)
    // The installation is down for an hour: nothing looks, and nothing can be called.
    world.clock.advanceTo(new Date(world.clock.instant.getTime() + 3_600_000))
    await world.settle()
    expect([await state(), await alertsOf(world)]).toEqual(['HEALTHY', []])
    await world.advance(3 * MINUTE)
    expect(await state()).toBe('HEALTHY')
    await world.advance(2 * MINUTE)
    expect(await state()).toBe('OVERDUE')
  })

  it('waits while its source is in maintenance, and tells after it', async () => {
    const world = await open()
    const { source, call, state } = await monitored(world)
    await call()
    await world.api.post('/api/maintenance-windows', {
      summary: 'New disks',
      start: world.clock.instant.toISOString(),
      end: new Date(world.clock.instant.getTime() + 1_800_000).toISOString(),
      alertSources: [{ id: source.id }],
    })
    await world.advance(20 * MINUTE)
    expect([await state(), await alertsOf(world)]).toEqual(['HEALTHY', []])
    await world.advance(11 * MINUTE)
    expect(await state()).toBe('OVERDUE')
    expect(await alertsOf(world)).toHaveLength(1)
  })

  it('has a name of its own: creating it again tells the address of the one there is', async () => {
    const world = await open()
    const { source, monitor } = await monitored(world)
    const body = { name: 'backup', intervalSec: 60, alertSource: { id: source.id } }
    expect(await world.api.call('POST', '/api/heartbeat-monitors?include=integrationUrl', body)).toMatchObject({
      status: 409,
      body: { id: monitor.id, integrationUrl: monitor.integrationUrl, code: 'NAME_TAKEN' },
    })
    const byName = await world.api.get<HeartbeatMonitor>('/api/heartbeat-monitors/name/Backup?include=integrationUrl')
    expect(byName).toMatchObject({ id: monitor.id, integrationUrl: monitor.integrationUrl })
    const other = await world.api.post<HeartbeatMonitor>('/api/heartbeat-monitors', { ...body, name: 'Other' })
    const taken = await world.api.call('PUT', `/api/heartbeat-monitors/${other.id}`, body)
    expect(taken).toMatchObject({ status: 409, body: { code: 'NAME_TAKEN' } })
    const first = await world.api.call<HeartbeatMonitor[]>('GET', '/api/heartbeat-monitors?max-results=1')
    const next = await world.api.call<HeartbeatMonitor[]>(
      'GET',
      `/api/heartbeat-monitors?max-results=1&cursor=${first.headers.get('next-cursor')}`,
    )
    expect([first.body[0]?.name, next.body[0]?.name]).toEqual(['Backup', 'Other'])
  })

  it('is changed from its last call on, and deleted with the alert of its silence', async () => {
    const world = await open()
    const { source, monitor, path, call, state } = await monitored(world)
    await call()
    await world.advance(2 * MINUTE)
    const body = { name: 'Backup', intervalSec: 60, alertSource: { id: source.id }, alertSummary: 'No backup' }
    await world.api.put(`/api/heartbeat-monitors/${monitor.id}`, body)
    await world.settle()
    expect(await state()).toBe('OVERDUE')
    expect(await alertsOf(world)).toMatchObject([{ summary: 'No backup', status: 'PENDING' }])
    expect((await world.api.call('DELETE', `/api/heartbeat-monitors/${monitor.id}`)).status).toBe(204)
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
    expect((await world.outside.call('GET', path)).status).toBe(404)
    expect(await auditOf(world, 'heartbeat-monitor', monitor.id)).toEqual([
      'heartbeat-monitor.created',
      'heartbeat-monitor.changed',
      'heartbeat-monitor.deleted',
    ])
  })

  it('that is called too often says so with 429 and when to call again; other monitors are called all the same', async () => {
    const world = await open()
    const { path, call, state } = await monitored(world)
    const statuses: number[] = []
    for (let index = 0; index < 12; index++) statuses.push((await world.outside.call('GET', path)).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429, 429])
    const refused = await world.outside.call<{ code: string; detail: string }>('GET', path)
    expect(refused.headers.get('retry-after')).toBe('20')
    expect(refused.body).toMatchObject({ code: 'TOO_MANY_REQUESTS', detail: expect.stringContaining('10 times') })
    expect(await state()).toBe('HEALTHY')
    expect((await world.outside.call('GET', path.replace(/.$/, 'x'))).status).toBe(404)
    expect((await call('HEAD')).status).toBe(429)
  })

  it('is refused with the field that is wrong', async () => {
    const world = await open()
    const { source } = await monitored(world)
    const other = await world.api.post<AlertSource>('/api/alert-sources', {
      name: 'Other',
      integrationType: 'API',
      escalationPolicy: { id: source.escalationPolicy.id },
    })
    const make = async (some: Record<string, unknown>) => {
      const body = { name: 'Job', intervalSec: 60, alertSource: { id: source.id }, ...some }
      const answer = await world.api.call<{ errors: { field: string }[] }>('POST', '/api/heartbeat-monitors', body)
      return [answer.status, answer.body.errors?.[0]?.field]
    }
    expect(await make({ name: '' })).toEqual([400, 'name'])
    expect(await make({ intervalSec: 24 })).toEqual([400, 'intervalSec'])
    expect(await make({ intervalSec: 2_678_401 })).toEqual([400, 'intervalSec'])
    expect(await make({ alertSource: { id: 4711 } })).toEqual([400, 'alertSource.id'])
    expect(await make({ alertSource: { id: other.id } })).toEqual([400, 'alertSource.id'])
    expect(await make({ teams: [{ id: 4711 }] })).toEqual([400, 'teams.0.id'])
    expect((await world.api.call('POST', `/api/alert-sources/${source.id}/rotate-key`)).status).toBe(404)
    expect(source).toMatchObject({ integrationKey: null, integrationUrl: null })
  })
})
