import { describe, expect, it } from 'vitest'
import type { BulkAnswer } from '../../server/alerts/by-hand/schema.ts'
import type { Alert } from '../../server/alerts/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPerson, alarm, entriesOf, expectNoFindings, MINUTE, readAlert, toldOf } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const refused = async (world: World, path: string, body: unknown) => {
  const answer = await world.api.call<{ errors?: { field: string }[] }>('POST', path, body)
  return { status: answer.status, field: answer.body.errors?.[0]?.field }
}

describe('an alert made by hand', () => {
  it('asks the policy it names, without any source', async () => {
    const world = await open()
    const { policy } = await alarm(world)
    const made = await world.api.call<Alert>('POST', '/api/alerts', {
      summary: 'The lift is stuck',
      details: 'With **people** in it.',
      escalationPolicy: { id: policy.id },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { status: 'PENDING', priority: 'HIGH', alertSource: { name: 'Made by hand', integrationType: 'MANUAL' } },
    })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'lift')).toEqual(['pia', 'tom'])
    expect(await entriesOf(world, made.body.id)).toContain('AlertCreatedByUser')
    await world.api.post('/api/alerts', { summary: 'Again', escalationPolicy: { id: policy.id } })
    const sources = await world.api.get<{ integrationType: string }[]>('/api/alert-sources')
    expect(sources.filter((source) => source.integrationType === 'MANUAL')).toHaveLength(1)
    await expectNoFindings(world)
  })

  it('asks the policy of its source, or only the people it names', async () => {
    const world = await open()
    const { source } = await alarm(world)
    const kim = await addPerson(world, 'Kim')
    const alertSource = { id: source.id }
    await world.api.post('/api/alerts', { summary: 'One', alertSource, priority: 'LOW' })
    const two = await world.api.post<Alert>('/api/alerts', {
      summary: 'Two',
      alertSource,
      responders: [{ user: { id: kim.id } }],
    })
    await world.advance(14 * MINUTE)
    expect([await toldOf(world, 'One'), await toldOf(world, 'Two')]).toEqual([['pia'], ['kim']])
    await world.advance(2 * MINUTE)
    expect((await readAlert(world, two.id)).unattendedSince).not.toBeNull()
    await expectNoFindings(world)
  })

  it('is refused with the field that is wrong', async () => {
    const world = await open()
    const { policy } = await alarm(world)
    const make = (body: unknown) => refused(world, '/api/alerts', body)
    const escalationPolicy = { id: policy.id }
    expect(await make({ summary: ' ', escalationPolicy })).toEqual({ status: 400, field: 'summary' })
    expect(await make({ summary: 'x' })).toEqual({ status: 400, field: 'escalationPolicy.id' })
    expect(await make({ summary: 'x', alertSource: { id: 4711 } })).toEqual({ status: 400, field: 'alertSource.id' })
    expect(await make({ summary: 'x', escalationPolicy: { id: 4711 } })).toMatchObject({ status: 400 })
    expect(await make({ summary: 'x', escalationPolicy, links: [{ href: 'javascript:alert(1)' }] })).toMatchObject({
      status: 400,
    })
    expect(await make({ summary: 'x', escalationPolicy, responders: [{ user: { id: 4711 } }] })).toEqual({
      status: 400,
      field: 'responders.0.user.id',
    })
  })
})

describe('many alerts', () => {
  const make = async (world: World, count: number) => {
    const { send, policy } = await alarm(world)
    for (let n = 0; n < count; n++)
      await send({ eventType: 'ALERT', summary: `Host ${n} is down`, alertKey: `host-${n}` })
    return { policy, alerts: await world.api.get<Alert[]>('/api/alerts?query=Host') }
  }

  it('are answered at once, each by itself', async () => {
    const world = await open()
    const { alerts } = await make(world, 3)
    const [one, two, three] = alerts.map((alert) => alert.id)
    await world.api.put(`/api/alerts/${one}/accept`)
    await world.api.put(`/api/alerts/${two}/resolve`)
    const ids = [one, two, three, 4711].map((id) => ({ id }))
    expect(await world.api.post<BulkAnswer>('/api/alerts/bulk', { action: 'ACCEPT', alerts: ids })).toEqual({
      done: [three],
      already: [one],
      refused: [
        { id: two, message: `Alert ${two} is already resolved.` },
        { id: 4711, message: 'There is no alert 4711.' },
      ],
    })
    const resolved = await world.api.post<BulkAnswer>('/api/alerts/bulk', {
      action: 'RESOLVE',
      alerts: ids.slice(0, 3),
      comment: 'One cause.',
    })
    expect(resolved).toMatchObject({ done: [one, three], already: [two] })
    expect(await world.api.get('/api/alerts?query=Host&state=PENDING&state=ACCEPTED')).toEqual([])
    expect(await refused(world, '/api/alerts/bulk', { action: 'ACCEPT', alerts: [] })).toEqual({
      status: 400,
      field: 'alerts',
    })
    await expectNoFindings(world)
  })

  it('are read page by page, each once, while new ones come', async () => {
    const world = await open()
    const { alerts, policy } = await make(world, 5)
    const seen: number[] = []
    let cursor: string | null = null
    do {
      const path: string = `/api/alerts?query=Host&max-results=2${cursor ? `&cursor=${cursor}` : ''}`
      const page = await world.api.call<Alert[]>('GET', path)
      seen.push(...page.body.map((alert) => alert.id))
      cursor = page.headers.get('next-cursor')
      await world.api.post('/api/alerts', { summary: 'Host new', escalationPolicy: { id: policy.id } })
    } while (cursor)
    expect(seen).toEqual(alerts.map((alert) => alert.id))
    expect((await world.api.call('GET', '/api/alerts?cursor=nonsense')).status).toBe(400)
  })

  it('are found by team, priority and being unattended', async () => {
    const world = await open()
    const { source, policy } = await alarm(world)
    const team = await world.api.post<{ id: number }>('/api/teams', { name: 'Network' })
    const { name, integrationType } = source
    await world.api.put(`/api/alert-sources/${source.id}`, {
      name,
      integrationType,
      escalationPolicy: { id: policy.id },
      teams: [{ id: team.id }],
    })
    await world.api.post('/api/alerts', { summary: 'Other', escalationPolicy: { id: policy.id }, priority: 'LOW' })
    const summaries = async (query: string) =>
      (await world.api.get<Alert[]>(`/api/alerts?${query}`)).map((alert) => alert.summary)
    expect(await summaries(`teams=${team.id}`)).toEqual(['Disk almost full'])
    expect(await summaries('priority=LOW')).toEqual(['Other'])
    expect(await summaries('unattended=true')).toEqual([])
    await world.advance(31 * MINUTE)
    expect(await summaries('unattended=true')).toContain('Disk almost full')
    expect(await summaries('unattended=false')).toEqual(['Other'])
  })

  it('that look alike are shown beside each other', async () => {
    const world = await open()
    const { alerts } = await make(world, 3)
    const similar = await world.api.get<Alert[]>(`/api/alerts/${alerts[0]?.id}/similar`)
    expect(similar.map((alert) => alert.id)).toEqual(alerts.slice(1).map((alert) => alert.id))
    expect((await world.api.call('GET', '/api/alerts/4711/similar')).status).toBe(404)
  })
})
