import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { OnCall, Schedule } from '../../server/oncall/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { JsonClient } from '../support/json-client.ts'
import { addPeople, addSignedIn } from '../support/people.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const HOUR = 3_600
type Someone = { id: number }

function schedule(world: World, users: readonly Someone[], layer: Record<string, unknown> = {}, name = 'Night watch') {
  return world.api.post<Schedule>('/api/schedules', {
    name,
    timezone: 'Europe/Vienna',
    type: 'RECURRING',
    scheduleLayers: [{ name: 'Daily', startsOn: '2026-01-01T08:00', users, rotation: 'P1D', ...layer }],
  })
}

async function policyAndSource(world: World, escalationRules: unknown[], more: Record<string, unknown> = {}) {
  const policy = await world.api.post<EscalationPolicy>('/api/escalation-policies', {
    name: 'Night',
    escalationRules,
    ...more,
  })
  const source = await world.api.post<{ id: number; integrationKey: string }>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  const raise = async (alertKey: string) => {
    await world.outside.post('/api/events', {
      integrationKey: source.integrationKey,
      eventType: 'ALERT',
      summary: `Trouble ${alertKey}`,
      alertKey,
    })
    await world.settle()
    const [alert] = await world.api.get<z.infer<typeof Alert>[]>(`/api/alerts?sources=${source.id}&max-results=1`)
    if (!alert) throw new Error('There is no alert.')
    return alert
  }
  return { policy, source, raise }
}

const receivers = async (world: World) => (await world.mails()).map((mail) => mail.to[0]?.split('@')[0]).toReversed()
const trace = async (world: World, id: number) => (await world.api.get<Trace>(`/api/alerts/${id}/trace`)).steps
const reasons = async (world: World, id: number, decision: string) =>
  (await trace(world, id)).filter((step) => step.decision === decision).map((step) => step.reason)
const findings = async (world: World) =>
  (
    await world.db
      .selectFrom('finding')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count

describe('a policy of schedules, teams and people', () => {
  it('asks whoever is on call when it is their turn, and says why', async () => {
    const world = await open({ start: '2026-03-03T06:50:00Z' })
    const [ann, bob, cem, dee] = await addPeople(world, 'Ann', 'Bob', 'Cem', 'Dee')
    const night = await schedule(world, [ann, bob])
    const team = await world.api.post<Someone>('/api/teams', {
      name: 'Ops',
      members: [
        { user: cem, role: 'RESPONDER' },
        { user: dee, role: 'STAKEHOLDER' },
      ],
    })
    const { policy, raise } = await policyAndSource(world, [
      { escalationTimeout: 15, schedules: [{ id: night.id }] },
      { escalationTimeout: 15, schedule: { id: night.id }, users: [], teams: [team] },
    ])
    expect(policy).toMatchObject({
      reachesNobody: false,
      gaps: [],
      escalationRules: [
        {
          schedules: [{ id: night.id, name: 'Night watch', type: 'RECURRING' }],
          schedule: { id: night.id },
          users: [],
          user: null,
        },
        { schedules: [{ id: night.id }], teams: [{ name: 'Ops' }], team: { name: 'Ops' } },
      ],
    })
    // Sixty days since the first turn: it is Ann's, until eight in Vienna.
    const alert = await raise('one')
    expect(alert).toMatchObject({
      nextEscalation: '2026-03-03T07:05:00.000Z',
      escalation: {
        asked: [{ user: { firstName: 'Ann' } }],
        next: { users: [{ firstName: 'Bob' }, { firstName: 'Cem' }] },
      },
    })
    await world.advance(16 * 60)
    const [first, ...level2] = await receivers(world)
    expect([first, ...level2.toSorted()]).toEqual(['ann', 'bob', 'cem'])
    expect(await reasons(world, alert.id, 'ask')).toEqual([
      expect.stringContaining('Ann Duty (on call on Night watch by its layer Daily)'),
      expect.stringContaining('Bob Duty (on call on Night watch by its layer Daily), Cem Duty (in the team Ops)'),
    ])
    await world.advance(60)
    expect(await findings(world)).toBe(0)

    const onCalls = await world.api.get<OnCall[]>('/api/on-calls')
    expect(
      onCalls.map((one) => `${one.escalationLevel} ${one.user.firstName} ${one.schedule?.name} ${one.end}`),
    ).toEqual([
      '1 Bob Night watch 2026-03-04T07:00:00.000Z',
      '2 Cem undefined null',
      '2 Bob Night watch 2026-03-04T07:00:00.000Z',
    ])
    expect(await world.api.get<OnCall[]>(`/api/on-calls?users=${cem.id}&policy-levels=2&expand=user`)).toHaveLength(1)

    const used = [
      ['schedules', night.id],
      ['teams', team.id],
    ] as const
    for (const [what, id] of used) {
      const answer = await world.api.call<{ detail: string }>('DELETE', `/api/${what}/${id}`)
      expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Night') } })
    }
  })

  it('skips a level whose schedule has nobody, and is loud when nobody is on call anywhere', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const sundays = [{ from: { dayOfWeek: 'SUNDAY', time: '00:00' }, to: { dayOfWeek: 'SUNDAY', time: '24:00' } }]
    const sunday = await schedule(world, [ann], { restrictions: sundays }, 'Sundays')
    await world.api.put('/api/last-resort', { users: [{ id: bob.id }] })
    const { policy, raise } = await policyAndSource(world, [{ escalationTimeout: 15, schedules: [{ id: sunday.id }] }])
    expect(policy).toMatchObject({ reachesNobody: false, gaps: expect.any(Array) })
    expect(policy.gaps[0]).toEqual({ start: '2026-03-02T09:00:00.000Z', end: '2026-03-07T23:00:00.000Z' })
    expect(policy.warnings[0]).toMatch(/Nobody can be reached from 2026-03-02T09:00/)
    const alert = await raise('monday')
    expect(await receivers(world)).toEqual(['bob'])
    expect(alert).toMatchObject({ status: 'PENDING', unattendedSince: expect.any(String) })
    expect(await reasons(world, alert.id, 'leave-out')).toContain('Nobody is on call on Sundays.')

    // With somebody behind it, the empty level costs no time.
    await world.api.put(`/api/escalation-policies/${policy.id}`, {
      name: 'Night',
      escalationRules: [
        { escalationTimeout: 15, schedules: [sunday] },
        { escalationTimeout: 15, users: [ann] },
      ],
    })
    await raise('later')
    expect(await receivers(world)).toEqual(['bob', 'ann'])
  })

  it('asks in turn where it is told to', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const { raise } = await policyAndSource(world, [{ escalationTimeout: 15, users: [ann, bob], roundRobin: true }])
    const first = await raise('one')
    expect(first.escalation?.asked).toHaveLength(1)
    await raise('two')
    await raise('three')
    expect(await receivers(world)).toEqual(['ann', 'bob', 'ann'])
    expect(await reasons(world, first.id, 'leave-out')).toEqual([
      'Bob Duty waits: level 1 asks one person at a time, in turn.',
    ])
  })

  it('refuses targets that are not there, by name', async () => {
    const world = await open()
    const fields = async (rule: Record<string, unknown>) => {
      const body = { name: 'Night', escalationRules: [{ escalationTimeout: 1, ...rule }] }
      const answer = await world.api.call<{ errors: { field: string }[] }>('POST', '/api/escalation-policies', body)
      expect(answer.status).toBe(400)
      return answer.body.errors.map(({ field }) => field)
    }
    expect(await fields({ schedules: [{ id: 7 }] })).toEqual(['escalationRules.0.schedules.0.id'])
    expect(await fields({ team: { id: 7 } })).toEqual(['escalationRules.0.team.id'])
  })
})

describe('in the nights when the clocks change', () => {
  it.each([
    // A night shift from ten to six, and the day shift after it: an hour shorter, an hour longer.
    ['spring', '2026-03-28T20:30:00Z', '2026-03-29T04:00:00.000Z', 7],
    ['autumn', '2026-10-24T19:30:00Z', '2026-10-25T05:00:00.000Z', 9],
  ])(
    'of %s the shift is handed over at its time of day, and every alert reaches whoever is on call',
    async (_night, start, morning, hours) => {
      const world = await open({ start })
      const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
      const nights = ['FRIDAY', 'SATURDAY', 'SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY'].map(
        (day, index, days) => ({
          from: { dayOfWeek: day, time: '22:00' },
          to: { dayOfWeek: days[(index + 1) % 7], time: '06:00' },
        }),
      )
      const made = await world.api.post<Schedule>('/api/schedules', {
        name: 'Round the clock',
        timezone: 'Europe/Vienna',
        type: 'RECURRING',
        scheduleLayers: [
          { name: 'Day', startsOn: '2026-01-01T06:00', users: [ann], rotation: 'P1D' },
          { name: 'Night', startsOn: '2026-01-01T22:00', users: [bob], rotation: 'P1D', restrictions: nights },
        ],
      })
      const { raise } = await policyAndSource(world, [{ escalationTimeout: 5, schedules: [{ id: made.id }] }])
      await world.advance(HOUR)
      expect(await world.api.get(`/api/schedules/${made.id}/user-on-call`)).toMatchObject({
        user: { firstName: 'Bob' },
        end: morning,
      })
      const asked: string[] = []
      // Every half hour of the night, the hour that is skipped or comes twice among them.
      for (let half = 0; half < hours * 2 + 2; half++) {
        const alert = await raise(`${half}`)
        asked.push(alert.escalation?.asked.map(({ user }) => user.firstName).join() ?? '')
        await world.advance(HOUR / 2)
      }
      const nightAlerts = (new Date(morning).getTime() - new Date(start).getTime() - HOUR * 1_000) / (HOUR * 500)
      expect(asked.map((name) => name === 'Bob')).toEqual(asked.map((_, index) => index < nightAlerts))
      expect(nightAlerts).toBe(hours * 2 - 1)
      expect(asked.slice(nightAlerts)).toEqual(['Ann', 'Ann', 'Ann'])
      expect(await findings(world)).toBe(0)
    },
    120_000,
  )

  it.each([
    [
      'is skipped: it is made up for at once',
      '2026-03-29T00:30:00Z',
      ['Bob 2026-03-29T01:00:00.000Z', 'Ann 2026-03-30T00:30:00.000Z'],
    ],
    [
      'comes twice: the first counts',
      '2026-10-25T00:00:00Z',
      ['Bob 2026-10-25T00:30:00.000Z', 'Ann 2026-10-26T01:30:00.000Z'],
    ],
  ])(
    'a hand-over at half past two that %s',
    async (_title, start, expected) => {
      const world = await open({ start })
      const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
      const made = await schedule(world, [ann, bob], { startsOn: '2026-01-01T02:30' })
      const { raise } = await policyAndSource(world, [{ escalationTimeout: 5, schedules: [{ id: made.id }] }])
      const seen: string[] = []
      let before = ''
      for (let minutes = 0; minutes < 26 * 60; minutes += 30) {
        const alert = await raise(`${minutes}`)
        const name = alert.escalation?.asked[0]?.user.firstName ?? ''
        if (before !== '' && name !== before) seen.push(`${name} ${world.clock.instant.toISOString()}`)
        before = name
        await world.api.put(`/api/alerts/${alert.id}/resolve`, {})
        world.clock.advance(30 * 60_000)
      }
      expect(seen).toEqual(expected)
    },
    120_000,
  )
})

it('who is muted is not asked until that is over, and the next level is; nobody is passed over in silence', async () => {
  const world = await open()
  const ann = await addSignedIn(world, 'Ann')
  const bob = await addSignedIn(world, 'Bob')
  const { policy, raise } = await policyAndSource(world, [
    { escalationTimeout: 5, users: [ann.user] },
    { escalationTimeout: 5, users: [bob.user] },
  ])
  const told = async () =>
    (await world.mails())
      .filter(({ subject }) => subject.includes('Trouble'))
      .map(({ to, subject }) => `${to[0]?.split('@')[0]} ${subject.match(/Trouble \w+/)?.[0]}`)
      .toReversed()
  const mute = (as: JsonClient, whom: string | number, mutedUntil: string | null) =>
    as.call<{ mutedUntil: string | null; errors?: { field: string }[] }>('PUT', `/api/users/${whom}/mute`, {
      mutedUntil,
    })
  expect((await mute(bob.as, ann.user.id, '2026-03-02T12:00:00Z')).status).toBe(403)
  expect((await mute(ann.as, 'current', '2026-03-02T08:59:00Z')).body.errors).toMatchObject([{ field: 'mutedUntil' }])
  expect((await mute(ann.as, 'current', '2026-09-02T09:00:00Z')).body.errors).toMatchObject([{ field: 'mutedUntil' }])
  expect((await mute(ann.as, 'current', '2026-03-02T09:30:00Z')).body.mutedUntil).toBe('2026-03-02T09:30:00.000Z')
  expect(
    (await world.api.get<EscalationPolicy>(`/api/escalation-policies/${policy.id}`)).escalationRules.map(
      ({ now }) => now.length,
    ),
  ).toEqual([0, 1])

  await raise('one')
  expect(await told()).toEqual(['bob Trouble one'])
  const [alert] = await world.api.get<z.infer<typeof Alert>[]>('/api/alerts')
  const { steps } = await world.api.get<Trace>(`/api/alerts/${alert?.id}/trace`)
  expect(steps.map(({ reason }) => reason).join(' ')).toContain('but is muted until')

  await world.advance(HOUR / 2)
  await raise('two')
  expect(await told()).toContain('ann Trouble two')

  // Everybody is muted: it is said aloud.
  for (const { as } of [ann, bob]) await mute(as, 'current', '2026-03-02T20:00:00Z')
  await raise('three')
  const unattended = await world.api.get<z.infer<typeof Alert>[]>('/api/alerts')
  expect(unattended.find(({ summary }) => summary === 'Trouble three')?.unattendedSince).not.toBeNull()
  await mute(ann.as, 'current', null)
  await raise('four')
  expect(await told()).toContain('ann Trouble four')
})
