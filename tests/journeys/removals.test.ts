import { describe, expect, it } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { Override, Schedule, Shift } from '../../server/oncall/schema.ts'
import type { Use } from '../../server/removals/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const MINUTE = 60
type Someone = { id: number }
type Refused = { detail: string; uses?: Use[]; errors?: { field: string }[] }

const remove = (world: World, path: string, replacement?: number) =>
  world.api.call<Refused>('DELETE', `/api/${path}${replacement === undefined ? '' : `?replacement=${replacement}`}`)

function rota(world: World, name: string, users: readonly Someone[]) {
  return world.api.post<Schedule>('/api/schedules', {
    name,
    timezone: 'UTC',
    type: 'RECURRING',
    scheduleLayers: [{ name: 'Daily', startsOn: '2026-03-01T08:00', users, rotation: 'P1D' }],
  })
}

async function alarm(world: World, escalationRules: unknown[]) {
  const policy = await world.api.post<EscalationPolicy>('/api/escalation-policies', { name: 'Night', escalationRules })
  const source = await world.api.post<{ id: number; integrationKey: string }>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  const raise = async (alertKey: string) => {
    const event = {
      integrationKey: source.integrationKey,
      eventType: 'ALERT',
      summary: `Trouble ${alertKey}`,
      alertKey,
    }
    await world.outside.post('/api/events', event)
    await world.settle()
    const alerts = await world.api.get<Alert[]>('/api/alerts')
    const alert = alerts.find(({ summary }) => summary === `Trouble ${alertKey}`)
    if (!alert) throw new Error('The event opened no alert.')
    return alert
  }
  return { policy, source, raise }
}

const pagedOf = async (world: World, summary: string) =>
  (await world.mails())
    .filter((mail) => mail.subject.includes(summary))
    .map((mail) => mail.to[0]?.replace('@example.com', ''))
    .toReversed()
const rulesOf = async (world: World, alert: Alert) =>
  (await world.api.get<Trace>(`/api/alerts/${alert.id}/trace`)).steps.map(({ rule }) => rule)

describe('a person in use', () => {
  it('is deleted with a replacement, who has the levels, the turns and the climbs under way', async () => {
    const world = await open()
    const [ann, bob, cem] = await addPeople(world, 'Ann', 'Bob', 'Cem')
    const schedule = await rota(world, 'Watch', [ann, cem])
    await world.api.post(`/api/schedules/${schedule.id}/overrides`, {
      user: ann,
      start: '2026-03-02T09:00:00Z',
      end: '2026-03-02T12:00:00Z',
    })
    await world.api.post(`/api/schedules/${schedule.id}/overrides`, {
      user: cem,
      start: '2026-03-02T11:00:00Z',
      end: '2026-03-02T11:30:00Z',
    })
    await world.api.put('/api/last-resort', { users: [{ id: ann.id }] })
    const { policy, raise } = await alarm(world, [
      { escalationTimeout: 5, users: [cem] },
      { escalationTimeout: 5, users: [ann, bob] },
      { escalationTimeout: 5, schedules: [schedule] },
    ])
    const alert = await raise('one')
    await world.advance(60)

    expect(await world.api.get<Use[]>(`/api/users/${ann.id}/uses`)).toEqual([
      { kind: 'escalation-policy', id: policy.id, name: 'Night' },
      { kind: 'on-call-schedule', id: schedule.id, name: 'Watch' },
      { kind: 'last-resort', id: null, name: 'Last resort' },
    ])
    const refused = await remove(world, `users/${ann.id}`)
    expect([refused.status, refused.body.uses?.length]).toEqual([409, 3])
    expect(refused.body.detail).toBe('Ann is on the escalation policy Night. Take Ann off, or choose a replacement.')
    for (const wrong of [ann.id, 9_999]) {
      const answer = await remove(world, `users/${ann.id}`, wrong)
      expect([answer.status, answer.body.errors?.map(({ field }) => field)]).toEqual([400, ['replacement']])
    }

    expect((await remove(world, `users/${ann.id}`, bob.id)).status).toBe(204)
    const levels = (await world.api.get<EscalationPolicy>(`/api/escalation-policies/${policy.id}`)).escalationRules
    expect(levels.map(({ users }) => users.map(({ firstName }) => firstName))).toEqual([['Cem'], ['Bob'], []])
    const shifts = await world.api.get<Shift[]>(
      `/api/schedules/${schedule.id}/shifts?from=2026-03-01T09:00&until=2026-03-04T09:00`,
    )
    expect(shifts.map(({ start, user }) => `${start.slice(5, 16)} ${user.firstName}`)).toEqual([
      '03-01T08:00 Ann',
      '03-02T08:00 Cem',
      '03-02T09:00 Ann',
      '03-02T09:01 Bob',
      '03-02T11:00 Cem',
      '03-02T11:30 Bob',
      '03-02T12:00 Cem',
      '03-03T08:00 Bob',
      '03-04T08:00 Cem',
    ])
    expect(await world.api.get('/api/last-resort')).toMatchObject({ users: [{ firstName: 'Bob' }] })

    await world.advance(10 * MINUTE)
    expect(await pagedOf(world, 'Trouble one')).toEqual(['cem', 'bob', 'bob'])
    expect(await rulesOf(world, alert)).toContain('person-replaced')
    expect(await world.api.get<Use[]>(`/api/users/${cem.id}/uses`)).toHaveLength(2)
    expect((await remove(world, `users/${ann.id}`)).status).toBe(404)
    expect((await world.api.call('GET', `/api/users/${ann.id}/uses`)).status).toBe(404)
  })

  it('is not asked about an alert that is opened again: its policy as it is now is', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const { raise } = await alarm(world, [{ escalationTimeout: 5, users: [ann] }])
    const alert = await raise('closed')
    await world.api.put(`/api/alerts/${alert.id}/resolve`)
    expect((await remove(world, `users/${ann.id}`, bob.id)).status).toBe(204)
    await world.api.put(`/api/alerts/${alert.id}/reopen`)
    await world.advance(MINUTE)
    expect(await pagedOf(world, 'Trouble closed')).toEqual(['ann', 'bob'])
    const { steps } = await world.api.get<Trace>(`/api/alerts/${alert.id}/trace`)
    expect(steps.find(({ rule, station }) => rule === 'reopened-by-hand' && station === 'escalation')?.reason).toBe(
      'The alert was opened again: level 1 of Night is asked again, at once. Who or what the climb before asked was deleted, so the policy is climbed as it is now.',
    )
  })

  it('who is needed by nothing goes without one', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    expect(await world.api.get(`/api/users/${ann.id}/uses`)).toEqual([])
    expect((await remove(world, `users/${ann.id}`)).status).toBe(204)
  })

  it('gives drawn shifts on, those that run from now on', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const drawn = await world.api.post<Schedule>('/api/schedules', {
      name: 'Drawn',
      timezone: 'UTC',
      type: 'STATIC',
      shifts: [
        { user: ann, start: '2026-03-02T09:00:00Z', end: '2026-03-02T17:00:00Z' },
        { user: ann, start: '2026-03-03T09:00:00Z', end: '2026-03-03T17:00:00Z' },
      ],
    })
    await world.advance(3_600)
    expect((await remove(world, `users/${ann.id}`)).body.detail).toContain('on-call schedule Drawn')
    expect((await remove(world, `users/${ann.id}`, bob.id)).status).toBe(204)
    const shifts = await world.api.get<Shift[]>(
      `/api/schedules/${drawn.id}/shifts?from=2026-03-02T08:00&until=2026-03-04T09:00`,
    )
    expect(shifts.map(({ start, user }) => `${start.slice(5, 16)} ${user.firstName}`)).toEqual([
      '03-02T09:00 Ann',
      '03-02T10:00 Bob',
      '03-03T09:00 Bob',
    ])
    expect(await world.api.get<Override[]>(`/api/schedules/${drawn.id}/overrides`)).toEqual([])
  })
})

describe('a schedule in use', () => {
  it('is deleted with a replacement, which policies and climbs under way ask instead', async () => {
    const world = await open()
    const [ann, bob, cem] = await addPeople(world, 'Ann', 'Bob', 'Cem')
    const [old, fresh] = [await rota(world, 'Old', [ann]), await rota(world, 'New', [bob])]
    const { policy, raise } = await alarm(world, [
      { escalationTimeout: 5, users: [cem] },
      { escalationTimeout: 5, schedules: [old] },
    ])
    const alert = await raise('two')
    const refused = await remove(world, `schedules/${old.id}`)
    expect(refused).toMatchObject({
      status: 409,
      body: { uses: [{ kind: 'escalation-policy', id: policy.id, name: 'Night' }] },
    })
    expect(await world.api.get(`/api/schedules/${old.id}/uses`)).toEqual(refused.body.uses)
    for (const wrong of [old.id, 9_999]) {
      expect((await remove(world, `schedules/${old.id}`, wrong)).body.errors?.[0]?.field).toBe('replacement')
    }
    expect((await remove(world, `schedules/${old.id}`, fresh.id)).status).toBe(204)
    // The auditor takes it for what was decided.
    await world.advance(MINUTE)
    expect((await world.api.get<SelfCheck>('/api/self-check')).findings).toEqual([])
    await world.advance(4 * MINUTE)
    expect(await pagedOf(world, 'Trouble two')).toEqual(['cem', 'bob'])
    expect(await rulesOf(world, alert)).toContain('schedule-replaced')
    expect(await world.api.get(`/api/schedules/${fresh.id}`)).toMatchObject({ usedBy: [{ name: 'Night' }] })
  })
})

describe('a policy in use', () => {
  it('is deleted with a replacement, which has its sources; an alert under way climbs on as it began', async () => {
    const world = await open()
    const [ann, bob, cem] = await addPeople(world, 'Ann', 'Bob', 'Cem')
    const { policy, source, raise } = await alarm(world, [
      { escalationTimeout: 5, users: [ann] },
      { escalationTimeout: 5, users: [bob] },
    ])
    const other = await world.api.post<EscalationPolicy>('/api/escalation-policies', {
      name: 'Day',
      escalationRules: [{ escalationTimeout: 5, users: [cem] }],
    })
    const alert = await raise('three')
    const refused = await remove(world, `escalation-policies/${policy.id}`)
    expect(refused).toMatchObject({
      status: 409,
      body: {
        uses: [
          { kind: 'alert-source', id: source.id, name: 'Monitoring' },
          { kind: 'open-alert', id: alert.id, name: 'Trouble three' },
        ],
      },
    })
    for (const wrong of [policy.id, 9_999]) {
      expect((await remove(world, `escalation-policies/${policy.id}`, wrong)).body.errors?.[0]?.field).toBe(
        'replacement',
      )
    }
    expect((await remove(world, `escalation-policies/${policy.id}`, other.id)).status).toBe(204)
    await world.advance(5 * MINUTE)
    expect(await pagedOf(world, 'Trouble three')).toEqual(['ann', 'bob'])
    expect(await rulesOf(world, alert)).toContain('policy-replaced')
    expect(await world.api.get(`/api/alert-sources/${source.id}`)).toMatchObject({ escalationPolicy: { name: 'Day' } })
    await raise('four')
    expect(await pagedOf(world, 'Trouble four')).toEqual(['cem'])
    const [start] = await world.api.get<EscalationPolicy[]>('/api/escalation-policies')
    expect((await remove(world, `escalation-policies/${start?.id}`, other.id)).body.detail).toContain(
      'cannot be deleted',
    )
  })
})
