import { describe, expect, it } from 'vitest'
import type { Calendar, Coverage, Override, Schedule, Shift } from '../../server/oncall/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map((dayOfWeek) => ({
  from: { dayOfWeek, time: '08:00' },
  to: { dayOfWeek, time: '17:00' },
}))

function daily(users: readonly { id: number }[], more: Record<string, unknown> = {}) {
  return { name: 'Daily', startsOn: '2026-02-01T08:00', users, rotation: 'P1D', restrictions: [], ...more }
}

const vienna = { name: 'Night watch', timezone: 'Europe/Vienna', type: 'RECURRING' }
const make = (world: World, body: Record<string, unknown>) =>
  world.api.post<Schedule>('/api/schedules', { ...vienna, ...body })
const refused = async (world: World, body: Record<string, unknown>, path = '/api/schedules') => {
  const answer = await world.api.call<{ errors?: { field: string; message: string }[] }>('POST', path, body)
  expect(answer.status).toBe(400)
  return answer.body.errors?.map(({ field }) => field)
}
const who = (shifts: readonly Shift[]) => shifts.map(({ user, start }) => `${start} ${user.firstName}`)

describe('a recurring schedule', () => {
  it('has shifts from its start on, also before it was made, whole ones for any interval', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const schedule = await make(world, { scheduleLayers: [daily([ann, bob])] })
    expect(schedule).toMatchObject({
      type: 'RECURRING',
      currentShift: { user: { firstName: 'Bob' }, start: '2026-03-02T07:00:00.000Z', cause: { layer: 'Daily' } },
      nextShift: { user: { firstName: 'Ann' }, start: '2026-03-03T07:00:00.000Z' },
      scheduleLayers: [{ restrictionType: 'TIMES_OF_WEEK', users: [{ firstName: 'Ann' }, { firstName: 'Bob' }] }],
    })
    const past = await world.api.get<Shift[]>(
      `/api/schedules/${schedule.id}/shifts?from=2026-02-01T00:00&until=2026-02-02T09:00`,
    )
    expect(who(past)).toEqual(['2026-02-01T07:00:00.000Z Ann', '2026-02-02T07:00:00.000Z Bob'])
    expect(await world.api.get(`/api/schedules/${schedule.id}/user-on-call`)).toMatchObject({
      user: { firstName: 'Bob' },
    })
    expect(await world.api.get(`/api/schedules/name/Night%20watch`)).toMatchObject({ id: schedule.id })
    expect(await world.api.get<Schedule[]>('/api/v1/schedules?start-index=0&max-results=20&')).toHaveLength(1)
  })

  it('keeps what is over when it is edited, and changes from the day that is chosen', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const schedule = await make(world, { scheduleLayers: [daily([ann])] })
    const shifts = async (from: string, until: string) =>
      who(await world.api.get<Shift[]>(`/api/schedules/${schedule.id}/shifts?from=${from}&until=${until}`))
    const before = await shifts('2026-02-20T08:00', '2026-03-05T08:00')

    const edited = { ...vienna, scheduleLayers: [daily([bob])], effectiveFrom: '2026-03-04T12:00:00Z' }
    const saved = await world.api.put<Schedule>(`/api/schedules/${schedule.id}`, edited)
    expect(saved).toMatchObject({
      layersFrom: '2026-03-04T12:00:00.000Z',
      currentShift: { user: { firstName: 'Ann' } },
    })
    const after = await shifts('2026-02-20T08:00', '2026-03-06T08:00')
    expect(after).toEqual([...before, '2026-03-04T12:00:00.000Z Bob', '2026-03-05T07:00:00.000Z Bob'])

    // The same again is no edit.
    await world.api.put(`/api/schedules/${schedule.id}`, { ...edited, effectiveFrom: '2026-03-05T00:00:00Z' })
    expect(await shifts('2026-02-20T08:00', '2026-03-06T08:00')).toEqual(after)
    expect(await refusedPut(world, schedule, { ...edited, effectiveFrom: '2026-03-01T12:00:00Z' })).toEqual([
      'effectiveFrom',
    ])
    expect(await refusedPut(world, schedule, { ...edited, timezone: 'Asia/Kathmandu' })).toEqual(['timezone'])
    expect(await refusedPut(world, schedule, { ...vienna, type: 'STATIC' })).toEqual(['type'])
  })

  it('counts only the turns that count, where it is told to', async () => {
    const world = await open()
    const people = await addPeople(world, 'Ann', 'Bob', 'Cem')
    const names = async (skipRestrictedTime: boolean) => {
      const layer = daily(people, { startsOn: '2026-03-02T00:00', restrictions: weekdays, skipRestrictedTime })
      const { id } = await make(world, { scheduleLayers: [layer] })
      const shifts = await world.api.get<Shift[]>(`/api/schedules/${id}/shifts?from=2026-03-02&until=2026-03-11`)
      return shifts.map(({ user }) => user.firstName).join(' ')
    }
    expect(await names(false)).toBe('Ann Bob Cem Ann Bob Bob Cem')
    expect(await names(true)).toBe('Ann Bob Cem Ann Bob Cem Ann')
  })

  it('says what the next weeks lack and have twice, and refuses gaps where asked', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const layers = [
      daily([ann], { name: 'Work', restrictions: weekdays }),
      daily([bob], { name: 'Monday', restrictions: weekdays.slice(0, 1) }),
    ]
    const schedule = await make(world, { scheduleLayers: layers })
    const coverage = await world.api.get<Coverage>(`/api/schedules/${schedule.id}/coverage`)
    expect(coverage.gaps[0]).toEqual({ start: '2026-03-02T16:00:00.000Z', end: '2026-03-03T07:00:00.000Z' })
    expect(coverage.doubleCover[0]).toEqual({
      start: '2026-03-02T09:00:00.000Z',
      end: '2026-03-02T16:00:00.000Z',
      layers: ['Work', 'Monday'],
    })
    expect(coverage.fewContacts.map(({ firstName }) => firstName).sort()).toEqual(['Ann', 'Bob'])
    expect(await refused(world, { ...vienna, scheduleLayers: layers }, '/api/schedules?abort-on-gaps=true')).toEqual([
      'scheduleLayers',
    ])
    const preview = await world.api.post<{ calendar: Calendar; coverage: Coverage }>('/api/schedules/preview', {
      ...vienna,
      scheduleLayers: layers,
      from: '2026-03-02T00:00:00Z',
      until: '2026-03-03T00:00:00Z',
    })
    expect(preview.calendar.layers.map(({ name, shifts }) => `${name} ${shifts.length}`)).toEqual([
      'Work 1',
      'Monday 1',
    ])
    expect(preview.calendar.final.map(({ user }) => user.firstName)).toEqual(['Bob'])
    expect(preview.coverage).toEqual(coverage)
  })

  it('names the field of everything it refuses', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    const layer = (more: Record<string, unknown>) => ({ ...vienna, scheduleLayers: [daily([ann], more)] })
    const range = (from: string, to: string, day = 'MONDAY') => ({
      from: { dayOfWeek: day, time: from },
      to: { dayOfWeek: day, time: to },
    })
    expect(await refused(world, layer({ restrictions: [range('08:00', '12:00'), range('11:00', '13:00')] }))).toEqual([
      'scheduleLayers.0.restrictions.1.from',
    ])
    expect(await refused(world, layer({ restrictions: [range('08:00', '08:00')] }))).toEqual([
      'scheduleLayers.0.restrictions.0.to',
    ])
    expect(await refused(world, layer({ restrictions: [range('08:00', '25:00')] }))).toEqual([
      'scheduleLayers.0.restrictions.0.to.time',
    ])
    expect(await refused(world, layer({ endsOn: '2026-01-01T00:00' }))).toEqual(['scheduleLayers.0.endsOn'])
    expect(await refused(world, layer({ startsOn: '2026-02-30T08:00' }))).toEqual(['scheduleLayers.0.startsOn'])
    expect(await refused(world, layer({ rotation: 'PT5M' }))).toEqual(['scheduleLayers.0.rotation'])
    expect(await refused(world, layer({ rotation: 'P2Y' }))).toEqual(['scheduleLayers.0.rotation'])
    expect(await refused(world, layer({ users: [] }))).toEqual(['scheduleLayers.0.users'])
    expect(await refused(world, layer({ users: [ann, { id: 4711 }] }))).toEqual(['scheduleLayers.0.users.1.id'])
    expect(await refused(world, { ...vienna, timezone: 'Europe/Nowhere' })).toEqual(['timezone'])
    // A fixed offset is a zone as well.
    expect(await make(world, { timezone: '+05:45', scheduleLayers: [daily([ann])] })).toMatchObject({
      currentShift: { start: '2026-03-02T02:15:00.000Z' },
    })
  })
})

const refusedPut = async (world: World, { id }: Schedule, body: Record<string, unknown>) => {
  const answer = await world.api.call<{ errors?: { field: string }[] }>('PUT', `/api/schedules/${id}`, body)
  expect(answer.status).toBe(400)
  return answer.body.errors?.map(({ field }) => field)
}

describe('overrides', () => {
  it('replace exactly their time, nest, and give way again when they are removed', async () => {
    const world = await open()
    const [ann, bob, cem] = await addPeople(world, 'Ann', 'Bob', 'Cem')
    const schedule = await make(world, { scheduleLayers: [daily([ann])] })
    const path = `/api/schedules/${schedule.id}/overrides`
    const put = (user: unknown, start: string, end: string) => world.api.put<Schedule>(path, { user, start, end })
    const shown = async (more = '') =>
      who(
        await world.api.get<Shift[]>(
          `/api/schedules/${schedule.id}/shifts?from=2026-03-02T10:00:00Z&until=2026-03-03T06:00:00Z${more}`,
        ),
      )
    await put(bob, '2026-03-02T12:00:00Z', '2026-03-02T18:00:00Z')
    expect(await world.api.post(path, { user: cem, start: '2026-03-02T14:00', end: '2026-03-02T15:00' })).toMatchObject(
      {
        id: schedule.id,
      },
    )
    expect(await shown()).toEqual([
      '2026-03-02T07:00:00.000Z Ann',
      '2026-03-02T12:00:00.000Z Bob',
      '2026-03-02T13:00:00.000Z Cem',
      '2026-03-02T14:00:00.000Z Bob',
      '2026-03-02T18:00:00.000Z Ann',
    ])
    expect(await shown('&exclude-overrides=true')).toEqual(['2026-03-02T07:00:00.000Z Ann'])

    const [first] = await world.api.get<Override[]>(path)
    await world.advance(3 * 3_600 + 1_800)
    expect((await world.api.call('DELETE', `${path}/${first?.id}`)).status).toBe(204)
    // It had begun: it ends now. The one over it stays.
    expect(await shown()).toEqual([
      '2026-03-02T07:00:00.000Z Ann',
      '2026-03-02T12:00:00.000Z Bob',
      '2026-03-02T12:30:00.000Z Ann',
      '2026-03-02T13:00:00.000Z Cem',
      '2026-03-02T14:00:00.000Z Ann',
    ])
    expect((await world.api.call('DELETE', `${path}/${first?.id}`)).status).toBe(409)
  })

  it('cover gaps, but not the past', async () => {
    const world = await open()
    const [ann] = await addPeople(world, 'Ann')
    const schedule = await make(world, { scheduleLayers: [] })
    const path = `/api/schedules/${schedule.id}`
    expect((await world.api.call('GET', `${path}/user-on-call`)).status).toBe(204)
    const override = (start: string, end: string) => ({ user: ann, start, end })
    expect(await refused(world, override('2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z'), `${path}/overrides`)).toEqual(
      ['start'],
    )
    expect(await refused(world, override('2026-03-04T00:00:00Z', '2026-03-03T00:00:00Z'), `${path}/overrides`)).toEqual(
      ['end'],
    )
    expect(
      await refused(world, { ...override('2026-03-04', '2026-03-05'), user: { id: 99 } }, `${path}/overrides`),
    ).toEqual(['user.id'])
    await world.api.post(`${path}/overrides`, override('2026-03-02T08:58:00Z', '2026-03-02T10:00:00Z'))
    expect(await world.api.get(`${path}/user-on-call`)).toMatchObject({
      start: '2026-03-02T09:00:00.000Z',
      cause: { kind: 'OVERRIDE' },
    })
  })
})

describe('a drawn schedule', () => {
  it('takes shifts from now on, one person at a time, and keeps what is over', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    const drawn = { ...vienna, type: 'STATIC', defaultShiftDuration: 'PT8H' }
    const shift = (user: { id: number }, start: string, end: string) => ({ user, start, end })
    expect(
      await refused(world, {
        ...drawn,
        shifts: [
          shift(ann, '2026-03-03T08:00', '2026-03-03T16:00'),
          shift(bob, '2026-03-03T15:00', '2026-03-03T18:00'),
        ],
      }),
    ).toEqual(['shifts.1.start'])
    expect(await refused(world, { ...drawn, shifts: [shift(ann, '2026-02-01T08:00', '2026-03-03T16:00')] })).toEqual([
      'shifts.0.start',
    ])
    const schedule = await make(world, {
      ...drawn,
      shifts: [shift(ann, '2026-03-02T11:00', '2026-03-02T12:00'), shift(ann, '2026-03-02T12:00', '2026-03-03T12:00')],
    })
    expect(who(schedule.shifts ?? [])).toEqual(['2026-03-02T10:00:00.000Z Ann', '2026-03-02T11:00:00.000Z Ann'])
    await world.advance(3 * 3_600)
    const changed = await world.api.put<Schedule>(`/api/schedules/${schedule.id}`, {
      ...drawn,
      shifts: [shift(bob, '2026-03-04T12:00', '2026-03-05T12:00')],
    })
    expect(changed.currentShift).toBeNull()
    const all = await world.api.get<Shift[]>(`/api/schedules/${schedule.id}/shifts?from=2026-03-01&until=2026-03-08`)
    expect(all.map(({ user, start, end }) => `${user.firstName} ${start} ${end}`)).toEqual([
      'Ann 2026-03-02T10:00:00.000Z 2026-03-02T11:00:00.000Z',
      'Ann 2026-03-02T11:00:00.000Z 2026-03-02T12:00:00.000Z',
      'Bob 2026-03-04T11:00:00.000Z 2026-03-05T11:00:00.000Z',
    ])
  })
})

it('keeps people who have shifts to come', async () => {
  const world = await open()
  const [ann] = await addPeople(world, 'Ann')
  const schedule = await make(world, { scheduleLayers: [daily([ann])] })
  const answer = await world.api.call<{ detail: string }>('DELETE', `/api/users/${ann.id}`)
  expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Night watch') } })
  expect((await world.api.call('DELETE', `/api/schedules/${schedule.id}`)).status).toBe(204)
  expect((await world.api.call('GET', `/api/schedules/${schedule.id}`)).status).toBe(404)
  expect((await world.api.call('DELETE', `/api/users/${ann.id}`)).status).toBe(204)
})

it('calendars read shifts at an address that can be taken away', async () => {
  const world = await open()
  const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
  const schedule = await make(world, { scheduleLayers: [daily([ann, bob])] })
  const feed = async (body: Record<string, unknown>) =>
    world.api.post<{ id: number; url: string }>('/api/calendar-feeds', body)
  const whole = await feed({ schedule: { id: schedule.id } })
  const own = await feed({ user: { id: ann.id } })
  const readAt = async (url: string) => world.outside.call<string>('GET', new URL(url).pathname)
  const events = (text: string) =>
    [...text.matchAll(/DTSTART:(\S+)\r\nDTEND:(\S+)\r\nSUMMARY:(.+)\r\n/g)].map((one) => one.slice(1).join(' '))

  const answer = await readAt(whole.url)
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.headers.get('content-type')).toContain('text/calendar')
  // The same shifts as everywhere else, the night of the clock change among them.
  const shifts = await world.api.get<Shift[]>(
    `/api/schedules/${schedule.id}/shifts?from=2026-01-31T09:00:00Z&until=2026-08-29T09:00:00Z`,
  )
  const compact = (iso: string) => iso.replace(/\.\d+/, '').replace(/[-:]/g, '')
  expect(events(answer.body)).toEqual(
    shifts.map(({ user, start, end }) => `${compact(start)} ${compact(end)} ${user.firstName} Duty: Night watch`),
  )
  expect(events((await readAt(own.url)).body)).toEqual(
    shifts
      .filter(({ user }) => user.id === ann.id)
      .map(({ start, end }) => `${compact(start)} ${compact(end)} On call: Night watch`),
  )
  expect(await world.api.get(`/api/calendar-feeds?schedule=${schedule.id}`)).toMatchObject([
    { id: whole.id, lastReadAt: world.clock.instant.toISOString() },
  ])
  expect((await world.api.call('DELETE', `/api/calendar-feeds/${whole.id}`)).status).toBe(204)
  expect((await readAt(whole.url)).status).toBe(404)
  expect((await readAt(own.url)).status).toBe(200)
})
