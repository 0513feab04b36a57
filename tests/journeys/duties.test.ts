import { describe, expect, it } from 'vitest'
import type { CoverageRequest } from '../../server/duties/requests/schema.ts'
import type { OwnShift, ReplacementPreview } from '../../server/duties/shifts/schema.ts'
import type { Override, Schedule, Shift } from '../../server/oncall/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { JsonClient } from '../support/json-client.ts'
import { addPeople, addSignedIn } from '../support/people.ts'
import { auditOf } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const HOUR = 3_600
type Someone = { id: number }

/** Turns of a day each from 08:00 in Vienna; the first had the one of 1 March. */
function schedule(world: World, users: readonly Someone[], name = 'Night watch') {
  return world.api.post<Schedule>('/api/schedules', {
    name,
    timezone: 'Europe/Vienna',
    type: 'RECURRING',
    scheduleLayers: [{ name: 'Daily', startsOn: '2026-03-01T08:00', users, rotation: 'P1D' }],
  })
}

const shiftsOn = async (world: World, { id }: Someone, from: string, until: string) =>
  (await world.api.get<Shift[]>(`/api/schedules/${id}/shifts?from=${from}&until=${until}`)).map(
    ({ start, user }) => `${start.slice(5, 16)} ${user.firstName}`,
  )
const fieldsOf = (answer: { body: unknown }) =>
  (answer.body as { errors?: { field: string }[] }).errors?.map(({ field }) => field)
const told = async (world: World, name: string) =>
  (await world.mails())
    .filter((mail) => mail.to[0] === `${name}@example.com`)
    .map(({ subject }) => subject)
    .toReversed()

/** Ann has 1 and 3 March, Bob 2 and 4 March. It is Monday 2 March, 09:00 UTC. */
async function twoAndARota() {
  const world = await open()
  const [ann, bob] = [await addSignedIn(world, 'Ann'), await addSignedIn(world, 'Bob')]
  const rota = await schedule(world, [ann.user, bob.user])
  const ask = (as: JsonClient, user: Someone, more: Record<string, unknown> = {}) =>
    as.call<CoverageRequest>('POST', '/api/coverage-requests', {
      schedule: { id: rota.id },
      user: { id: user.id },
      start: '2026-03-03T17:00:00Z',
      end: '2026-03-03T22:00:00Z',
      message: 'The play of my daughter',
      ...more,
    })
  return { world, ann, bob, rota, ask }
}

describe('a coverage request', () => {
  it('that is accepted puts the colleague on call for the part that was asked for, and both are told', async () => {
    const { world, ann, bob, rota, ask } = await twoAndARota()
    const asked = await ask(ann.as, bob.user)
    expect(asked.status).toBe(201)
    expect(asked.body).toMatchObject({
      state: 'PENDING',
      requester: { firstName: 'Ann' },
      user: { firstName: 'Bob' },
      message: 'The play of my daughter',
    })
    await world.settle()
    expect(await told(world, 'bob')).toEqual(['Ann Duty asks you to take a shift on Night watch'])
    const [mail] = await world.mails()
    expect(mail?.text).toContain('The play of my daughter')
    expect(mail?.text).toContain('/my-on-call')
    expect(await bob.as.get<CoverageRequest[]>('/api/coverage-requests?user=current&states=PENDING')).toHaveLength(1)

    const accepted = await bob.as.put<CoverageRequest>(`/api/coverage-requests/${asked.body.id}/accept`, {
      message: 'Enjoy it',
    })
    expect(accepted).toMatchObject({ state: 'ACCEPTED', answer: 'Enjoy it' })
    expect(await shiftsOn(world, rota, '2026-03-03T09:00', '2026-03-04T07:00')).toEqual([
      '03-03T07:00 Ann',
      '03-03T17:00 Bob',
      '03-03T22:00 Ann',
    ])
    await world.settle()
    expect(await told(world, 'ann')).toEqual(['Bob Duty takes your shift on Night watch'])
    expect(await auditOf(world, 'coverage-request', asked.body.id)).toEqual([
      'coverage-request.asked',
      'coverage-request.accepted',
    ])
    for (const verb of ['accept', 'decline']) {
      expect((await bob.as.call('PUT', `/api/coverage-requests/${asked.body.id}/${verb}`, {})).status).toBe(409)
    }
    expect((await ann.as.call('PUT', `/api/coverage-requests/${asked.body.id}/withdraw`)).status).toBe(409)
  })

  it('may be declined or withdrawn, by those whom it concerns, and changes nobody’s shift', async () => {
    const { world, ann, bob, rota, ask } = await twoAndARota()
    const first = await ask(ann.as, bob.user)
    const path = `/api/coverage-requests/${first.body.id}`
    expect((await ann.as.call('PUT', `${path}/accept`, {})).status).toBe(403)
    expect((await world.api.call('PUT', `${path}/accept`, {})).status).toBe(403)
    expect((await bob.as.call('PUT', `${path}/withdraw`, {})).status).toBe(403)
    expect(await bob.as.put(`${path}/decline`, {})).toMatchObject({ state: 'DECLINED' })
    const second = await ask(ann.as, bob.user)
    expect(await ann.as.put(`/api/coverage-requests/${second.body.id}/withdraw`)).toMatchObject({ state: 'WITHDRAWN' })
    await world.settle()
    expect(await told(world, 'ann')).toEqual(['Bob Duty cannot take your shift on Night watch'])
    expect(await told(world, 'bob')).toHaveLength(3)
    expect(await world.api.get<Override[]>(`/api/schedules/${rota.id}/overrides`)).toEqual([])
  })

  it('is about the rest of a shift that runs, and over when its time is', async () => {
    const { world, ann, bob, rota, ask } = await twoAndARota()
    const early = await ask(ann.as, bob.user)
    await world.advance(34 * HOUR)
    expect(await bob.as.put(`/api/coverage-requests/${early.body.id}/accept`, {})).toMatchObject({ state: 'ACCEPTED' })
    expect(await shiftsOn(world, rota, '2026-03-03T09:00', '2026-03-04T07:00')).toEqual([
      '03-03T07:00 Ann',
      '03-03T19:00 Bob',
      '03-03T22:00 Ann',
    ])
    const next = { start: '2026-03-05T17:00:00Z', end: '2026-03-05T22:00:00Z' }
    const late = await ask(ann.as, bob.user, next)
    await world.advance(51 * HOUR)
    expect(await world.api.get(`/api/coverage-requests/${late.body.id}`)).toMatchObject({ state: 'EXPIRED' })
    expect((await bob.as.call('PUT', `/api/coverage-requests/${late.body.id}/accept`, {})).status).toBe(409)
    const listed = (states: string) => world.api.get<CoverageRequest[]>(`/api/coverage-requests?states=${states}`)
    expect((await listed('EXPIRED')).map(({ id }) => id)).toEqual([late.body.id])
    expect(await listed('PENDING')).toEqual([])
  })

  it('is cut to the shifts of who asks, and cannot be accepted when they are another’s by then', async () => {
    const { world, ann, bob, rota, ask } = await twoAndARota()
    const [cem] = await addPeople(world, 'Cem')
    const wide = await ask(ann.as, bob.user, { start: '2026-03-02T12:00:00Z', end: '2026-03-04T20:00:00Z' })
    expect(wide.body).toMatchObject({ start: '2026-03-03T07:00:00.000Z', end: '2026-03-04T07:00:00.000Z' })
    await world.api.post(`/api/schedules/${rota.id}/overrides`, {
      user: cem,
      start: '2026-03-03T00:00:00Z',
      end: '2026-03-05T00:00:00Z',
    })
    const late = await bob.as.call<{ detail: string }>('PUT', `/api/coverage-requests/${wide.body.id}/accept`, {})
    expect([late.status, late.body.detail]).toEqual([
      409,
      'Ann Duty is not on call on Night watch in this time any more.',
    ])
  })

  it('to several colleagues is withdrawn from the others when one takes it', async () => {
    const { world, ann, bob, ask } = await twoAndARota()
    const cem = await addSignedIn(world, 'Cem')
    const [one, other] = [await ask(ann.as, bob.user), await ask(ann.as, cem.user)]
    // Of two messages of one moment neither is certainly the first.
    await world.settle()
    await bob.as.put(`/api/coverage-requests/${one.body.id}/accept`, {})
    expect(await world.api.get(`/api/coverage-requests/${other.body.id}`)).toMatchObject({
      state: 'WITHDRAWN',
      answer: 'Bob Duty takes it.',
    })
    await world.settle()
    expect(await told(world, 'cem')).toEqual([
      'Ann Duty asks you to take a shift on Night watch',
      'Ann Duty needs nobody any more for the shift on Night watch',
    ])
  })

  it('that makes no sense is refused at its field', async () => {
    const { world, ann, bob, ask } = await twoAndARota()
    const cases: [Record<string, unknown>, string][] = [
      [{ user: { id: ann.user.id } }, 'user.id'],
      [{ user: { id: 9_999 } }, 'user.id'],
      [{ schedule: { id: 9_999 } }, 'schedule.id'],
      [{ start: '2026-03-01T09:00:00Z' }, 'start'],
      [{ start: '2026-03-02T12:00:00Z', end: '2026-03-02T13:00:00Z' }, 'start'],
      [{ end: '2026-03-03T17:00:00Z' }, 'end'],
      [{ start: '2026-02-01T09:00:00Z', end: '2026-02-02T09:00:00Z' }, 'end'],
      [{ start: 'tomorrow' }, 'start'],
      [{ message: 'x'.repeat(1_001) }, 'message'],
    ]
    for (const [more, field] of cases) {
      const answer = await ask(ann.as, bob.user, more)
      expect([answer.status, fieldsOf(answer)], JSON.stringify(more)).toEqual([400, [field]])
    }
    expect(fieldsOf(await ask(world.api, bob.user))).toEqual(['requester.id'])
    expect((await ask(bob.as, ann.user, { requester: { id: ann.user.id } })).status).toBe(403)
    expect((await ask(ann.as, bob.user)).status).toBe(201)
    expect(fieldsOf(await ask(ann.as, bob.user))).toEqual(['user.id'])
    expect((await ann.as.call('PUT', '/api/coverage-requests/99999/accept', {})).status).toBe(404)
  })
})

describe('my shifts', () => {
  it('are listed over all schedules, and replaced by somebody for a holiday in one go', async () => {
    const world = await open()
    const ann = await addSignedIn(world, 'Ann', 'USER')
    const [bob, cem] = await addPeople(world, 'Bob', 'Cem')
    const [night, second] = [await schedule(world, [ann.user, bob]), await schedule(world, [ann.user, cem], 'Second')]
    const own = await ann.as.get<OwnShift[]>(
      '/api/users/current/shifts?from=2026-03-03T00:00:00Z&until=2026-03-06T00:00:00Z',
    )
    expect(own.map((one) => `${one.start.slice(5, 16)} ${one.schedule.name}`)).toEqual([
      '03-03T07:00 Night watch',
      '03-03T07:00 Second',
      '03-05T07:00 Night watch',
      '03-05T07:00 Second',
    ])
    const holiday = {
      replacement: { id: cem.id },
      spans: [
        { from: '2026-03-04T12:00:00Z', until: '2026-03-05T12:00:00Z' },
        { from: '2026-03-03T12:00:00Z', until: '2026-03-04T13:00:00Z' },
      ],
    }
    const preview = await ann.as.post<ReplacementPreview>('/api/shift-replacements/preview', holiday)
    expect(
      preview.changes.map((one) => [one.schedule.name, one.start.slice(5, 16), one.end.slice(5, 16), one.alsoOnCall]),
    ).toEqual([
      ['Night watch', '03-03T12:00', '03-04T07:00', []],
      ['Second', '03-03T12:00', '03-04T07:00', []],
      ['Night watch', '03-05T07:00', '03-05T12:00', []],
      ['Second', '03-05T07:00', '03-05T12:00', []],
    ])
    expect(preview.contacts).toBe(1)
    expect(await world.api.get<Override[]>(`/api/schedules/${night.id}/overrides`)).toEqual([])

    const shifts = preview.changes.slice(0, 3).map(({ schedule: on, start, end }) => ({ schedule: on, start, end }))
    const replaced = await ann.as.call('POST', '/api/shift-replacements', { replacement: { id: cem.id }, shifts })
    expect(replaced.status).toBe(204)
    expect(await shiftsOn(world, night, '2026-03-03T09:00', '2026-03-06T07:00')).toEqual([
      '03-03T07:00 Ann',
      '03-03T12:00 Cem',
      '03-04T07:00 Bob',
      '03-05T07:00 Cem',
      '03-05T12:00 Ann',
    ])
    // What was deselected stays.
    expect(await shiftsOn(world, second, '2026-03-05T09:00', '2026-03-06T07:00')).toEqual(['03-05T07:00 Ann'])

    // Looked at too long ago: nothing of it is done.
    const again = await ann.as.call('POST', '/api/shift-replacements', {
      replacement: { id: bob.id },
      shifts: [...preview.changes.slice(3), ...preview.changes.slice(0, 1)],
    })
    expect([again.status, fieldsOf(again)]).toEqual([400, ['shifts.1.start']])
    expect(await world.api.get<Override[]>(`/api/schedules/${second.id}/overrides`)).toHaveLength(1)
    expect(
      (await ann.as.post<ReplacementPreview>('/api/shift-replacements/preview', { ...holiday, replacement: bob }))
        .changes,
    ).toMatchObject([{ schedule: { name: 'Second' }, start: '2026-03-05T07:00:00.000Z' }])
  })

  it('that cannot be replaced so are refused at the field, and responders replace others by themselves only', async () => {
    const { world, ann, bob, rota } = await twoAndARota()
    const day = { from: '2026-03-03T00:00:00Z', until: '2026-03-04T00:00:00Z' }
    const span = { replacement: { id: bob.user.id }, spans: [day] }
    const preview = (as: JsonClient, more: Record<string, unknown>) =>
      as.call('POST', '/api/shift-replacements/preview', { ...span, ...more })
    expect((await preview(ann.as, {})).status).toBe(403)
    expect((await preview(bob.as, { user: { id: ann.user.id } })).status).toBe(200)
    const asMachine = (more: Record<string, unknown>) => preview(world.api, { user: { id: ann.user.id }, ...more })
    expect(fieldsOf(await preview(world.api, {}))).toEqual(['user.id'])
    expect(fieldsOf(await asMachine({ replacement: { id: ann.user.id } }))).toEqual(['replacement.id'])
    expect(fieldsOf(await asMachine({ replacement: { id: 9_999 } }))).toEqual(['replacement.id'])
    expect(fieldsOf(await asMachine({ user: { id: 9_999 } }))).toEqual(['user.id'])
    const inTime = (more: Record<string, unknown>) => asMachine({ spans: [day, { ...day, ...more }] })
    expect(fieldsOf(await asMachine({ spans: [] }))).toEqual(['spans'])
    expect(fieldsOf(await inTime({ until: '2026-03-02T23:00:00Z' }))).toEqual(['spans.1.until'])
    expect(fieldsOf(await inTime({ from: '2026-02-01T00:00:00Z', until: '2026-02-03T00:00:00Z' }))).toEqual([
      'spans.1.until',
    ])
    expect(fieldsOf(await inTime({ until: '2028-03-02T23:00:00Z' }))).toEqual(['spans.1.until'])
    const replace = (shifts: unknown[]) =>
      bob.as.call('POST', '/api/shift-replacements', {
        user: { id: ann.user.id },
        replacement: { id: bob.user.id },
        shifts,
      })
    const one = { schedule: { id: rota.id }, start: '2026-03-03T08:00:00Z', end: '2026-03-03T09:00:00Z' }
    expect(fieldsOf(await replace([]))).toEqual(['shifts'])
    expect(fieldsOf(await replace([{ ...one, schedule: { id: 9_999 } }]))).toEqual(['shifts.0.schedule.id'])
    expect(fieldsOf(await replace([one, { ...one, end: one.start }]))).toEqual(['shifts.1.end'])
    expect(fieldsOf(await replace([one, { ...one, start: '2026-03-01T08:00:00Z' }]))).toEqual(['shifts.1.start'])
    expect(fieldsOf(await replace([{ ...one, end: '2026-03-04T09:00:00Z' }]))).toEqual(['shifts.0.start'])
    expect(await world.api.get<Override[]>(`/api/schedules/${rota.id}/overrides`)).toEqual([])
  })
})

it('a calendar address works as long as it is not revoked and its maker is there', async () => {
  const { world, ann, bob, rota } = await twoAndARota()
  const make = (as: JsonClient, whose: Record<string, unknown>) =>
    as.post<{ id: number; url: string }>('/api/calendar-feeds', whose)
  const read = async (url: string) => {
    const answer = await world.outside.call<string>('GET', new URL(url).pathname)
    return [answer.status, answer.status === 200 ? answer.body.match(/SUMMARY:.*/g)?.[0]?.trim() : null]
  }
  const own = await make(ann.as, { user: { id: ann.user.id } })
  const whole = await make(ann.as, { schedule: { id: rota.id } })
  const other = await make(bob.as, { schedule: { id: rota.id } })
  expect(await read(own.url)).toEqual([200, 'SUMMARY:On call: Night watch'])
  expect(await read(whole.url)).toEqual([200, 'SUMMARY:Ann Duty: Night watch'])
  expect((await bob.as.call('DELETE', `/api/calendar-feeds/${own.id}`)).status).toBe(403)
  expect((await ann.as.call('DELETE', `/api/calendar-feeds/${own.id}`)).status).toBe(204)
  expect(await read(own.url)).toEqual([404, null])
  expect((await world.api.call('DELETE', `/api/users/${ann.user.id}?replacement=${bob.user.id}`)).status).toBe(204)
  expect(await read(whole.url)).toEqual([404, null])
  expect((await read(other.url))[0]).toBe(200)
})

describe('a reminder before a shift', () => {
  /** Bob wants to hear 15 minutes and a day before, and at the beginning; it is 09:00 UTC and his turn began at 07:00. */
  async function withRules(before: readonly number[]) {
    const { world, ann, bob, rota } = await twoAndARota()
    const [contact] = await world.api.get<Someone[]>(`/api/users/${ann.user.id}/contacts/emails`)
    for (const beforeMin of before) {
      await ann.as.post('/api/users/current/notification-preferences/duties', { method: 'EMAIL', contact, beforeMin })
    }
    const until = async (at: string) => world.advance((Date.parse(at) - world.clock.instant.getTime()) / 1_000)
    const heard = async () => (await told(world, 'ann')).map((subject) => subject.replace(': Night watch', ''))
    return { world, ann, bob, rota, until, heard }
  }

  it('comes once for each lead time, at its minute', async () => {
    const { world, until, heard } = await withRules([15, 60, 0])
    await until('2026-03-03T05:59:59Z')
    expect(await heard()).toEqual([])
    await until('2026-03-03T06:00:00Z')
    expect(await heard()).toEqual(['You are on call in 1 h'])
    await until('2026-03-03T06:44:59Z')
    expect(await heard()).toHaveLength(1)
    await until('2026-03-03T06:45:00Z')
    await until('2026-03-03T07:00:00Z')
    expect(await heard()).toEqual(['You are on call in 1 h', 'You are on call in 15 min', 'You are on call now'])
    await until('2026-03-05T05:59:00Z')
    expect(await heard()).toHaveLength(3)
    await until('2026-03-05T09:00:00Z')
    expect(await heard()).toHaveLength(6)
    const [mail] = await world.mails()
    expect(mail?.text).toContain('(UTC)')
  })

  it('is for an override too that was made after it was planned, and not for a shift that is another’s by then', async () => {
    const { world, ann, bob, rota, until, heard } = await withRules([60])
    await until('2026-03-02T20:00:00Z')
    // Bob takes the beginning of the turn: there is nothing to tell at 06:00, but at 09:00 for 10:00.
    const put = (user: Someone, start: string, end: string) =>
      world.api.post(`/api/schedules/${rota.id}/overrides`, { user, start, end })
    await put(bob.user, '2026-03-03T07:00:00Z', '2026-03-03T10:00:00Z')
    await until('2026-03-03T08:59:00Z')
    expect(await heard()).toEqual([])
    await until('2026-03-03T09:00:00Z')
    expect(await heard()).toEqual(['You are on call in 1 h'])
    // An override that begins sooner than the lead time is told at once.
    await put(ann.user, '2026-03-04T12:00:00Z', '2026-03-04T14:00:00Z')
    await until('2026-03-04T11:30:00Z')
    await put(ann.user, '2026-03-04T16:00:00Z', '2026-03-04T17:00:00Z')
    expect(await heard()).toHaveLength(2)
    await until('2026-03-04T15:40:00Z')
    expect(await heard()).toHaveLength(3)
    await put(ann.user, '2026-03-04T18:30:00Z', '2026-03-04T19:00:00Z')
    await until('2026-03-04T18:10:00Z')
    await put(bob.user, '2026-03-04T18:30:00Z', '2026-03-04T19:00:00Z')
    await until('2026-03-04T20:00:00Z')
    expect(await heard()).toHaveLength(4)
  })

  it('of several lead times that are due at once is one message, and late only for a while', async () => {
    const { world, ann, rota, until, heard } = await withRules([720, 1440, 15])
    await world.api.post(`/api/schedules/${rota.id}/overrides`, {
      user: ann.user,
      start: '2026-03-02T12:00:00Z',
      end: '2026-03-02T13:00:00Z',
    })
    await world.settle()
    // Of 12:00 for two lead times, and of tomorrow's turn for one.
    expect((await heard()).toSorted()).toEqual(['You are on call in 22 h', 'You are on call in 3 h'])
    await until('2026-03-02T11:45:00Z')
    expect(await heard()).toHaveLength(3)
    expect((await heard())[2]).toBe('You are on call in 15 min')
  })

  it('is not given by a channel that calls, and only of the lead times there are', async () => {
    const { world, ann } = await withRules([])
    const [contact] = await world.api.get<Someone[]>(`/api/users/${ann.user.id}/contacts/emails`)
    const add = (more: Record<string, unknown>) =>
      ann.as.call('POST', '/api/users/current/notification-preferences/duties', { method: 'EMAIL', contact, ...more })
    expect(fieldsOf(await add({ beforeMin: 7 }))).toEqual(['beforeMin'])
    expect(fieldsOf(await add({ method: 'VOICE' }))).toEqual(['method'])
    expect((await add({ beforeMin: 30 })).status).toBe(201)
    expect(fieldsOf(await add({ beforeMin: 30 }))).toEqual(['method'])
  })
})
