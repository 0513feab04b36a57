import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, timelineOf } from '../support/seven-steps.ts'
import type { Mail, World } from '../support/world.ts'

const open = worldsOfThisFile()
const MINUTE = 60

/** A source of the event API, and an alert of it. */
async function alarm(world: World, some: { source?: Record<string, unknown>; event?: Record<string, unknown> } = {}) {
  const setting = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...some.source })
  const send = (event: Record<string, unknown>) =>
    world.outside.post('/api/events', { integrationKey: setting.source.integrationKey, ...event })
  await send({ eventType: 'ALERT', summary: 'Disk almost full', alertKey: 'disk', ...some.event })
  await world.settle()
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('The event opened no alert.')
  return { ...setting, alert, send }
}

const receivers = async (world: World) => (await world.mails()).map((mail) => mail.to[0]).toReversed()
const read = (world: World, id: number) => world.api.get<z.infer<typeof Alert>>(`/api/alerts/${id}`)
const linkIn = (mail: Mail | undefined, verb: 'accept' | 'resolve') =>
  new URL(new RegExp(`https?://\\S+do=${verb}\\S*`).exec(mail?.text ?? '')?.[0] ?? 'no:link')

describe('the mail server', () => {
  it('refuses for a while: the page is tried again within 15 s, then at most a minute apart, until it is through', async () => {
    const world = await open({ losesNoCommits: true })
    await world.inbox.put('/api/faults', { mode: 'temporary', remaining: 5 })
    const { alert } = await alarm(world)
    const attempts = async () => {
      const [first] = await world.api.get<z.infer<typeof Notification>[]>(`/api/alerts/${alert.id}/notifications`)
      return first
    }
    const began = world.clock.instant.getTime()
    const at: number[] = [0]
    for (let seconds = 1; at.length < 6 && seconds < 400; seconds++) {
      await world.advance(1)
      if ((await attempts())?.attempts !== at.length) at.push((world.clock.instant.getTime() - began) / 1_000)
    }
    expect(at).toHaveLength(6)
    const gaps = at.slice(1).map((second, index) => second - (at[index] ?? 0))
    expect(gaps[0]).toBeLessThanOrEqual(15)
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(61)
    expect(await receivers(world)).toEqual(['pia@example.com'])
    expect(await attempts()).toMatchObject({ status: 'SUCCESS', attempts: 6, errorMessage: null })
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/did not get through, trying again/)
  })

  it('refuses for good: the failure is told, and as nobody of the level heard, the next one is asked at once', async () => {
    const world = await open({ losesNoCommits: true })
    await world.inbox.put('/api/faults', { mode: 'permanent', remaining: 1 })
    const { alert } = await alarm(world)
    expect(await world.api.get(`/api/alerts/${alert.id}/notifications`)).toMatchObject([
      { status: 'ERROR', target: 'pia@example.com' },
      { status: 'SUCCESS', target: 'tom@example.com' },
    ])
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/E-mail to pia@example\.com failed/)
    expect(await receivers(world)).toEqual(['tom@example.com'])
  })

  it('refuses everybody: the last resort is told, loudly', async () => {
    const world = await open({ losesNoCommits: true })
    const boss = await world.api.post<{ id: number }>('/api/users', {
      firstName: 'Bo',
      lastName: 'Ss',
      email: 'bo@example.com',
      role: 'RESPONDER',
    })
    await world.api.put('/api/last-resort', { users: [{ id: boss.id }] })
    await world.inbox.put('/api/faults', { mode: 'permanent', remaining: 2 })
    const { alert } = await alarm(world)
    await world.advance(15 * MINUTE)
    expect(await receivers(world)).toEqual(['bo@example.com'])
    const [mail] = await world.mails()
    expect(mail?.text).toMatch(/Bo, you are the last resort/)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING', unattendedSince: expect.any(String) })
    await world.outside.call('POST', linkIn(mail, 'accept').pathname, 'do=accept', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(await read(world, alert.id)).toMatchObject({ status: 'ACCEPTED', unattendedSince: null })
  })

  it('is silent after taking the mail: nobody is left without it', async () => {
    const world = await open({ losesNoCommits: true })
    await world.inbox.put('/api/faults', { mode: 'drop-after', remaining: 1 })
    await alarm(world)
    await world.advance(15)
    // The product cannot know that the first one arrived; twice is better than never.
    expect(await receivers(world)).toEqual(['pia@example.com', 'pia@example.com'])
  })
})

describe('the links in a mail', () => {
  it('change nothing when they are read, and answer by their button', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const link = linkIn((await world.mails())[0], 'accept')
    expect(link.origin).toBe(world.url)
    const page = await world.outside.call<string>('GET', link.pathname + link.search)
    expect(page).toMatchObject({ status: 200 })
    expect(page.body).toContain('Disk almost full')
    for (const method of ['HEAD', 'GET']) await world.outside.call(method, link.pathname + link.search)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })

    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const foreign = await world.outside.call('POST', link.pathname, 'do=accept', {
      ...form,
      'sec-fetch-site': 'cross-site',
    })
    expect(foreign.status).toBe(403)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })

    expect((await world.outside.call('POST', link.pathname, 'do=accept', form)).status).toBe(200)
    expect(await read(world, alert.id)).toMatchObject({
      status: 'ACCEPTED',
      acknowledgedBy: { email: 'pia@example.com' },
      nextEscalation: null,
    })
    await world.advance(60 * MINUTE)
    expect(await receivers(world)).toEqual(['pia@example.com'])
  })

  it('come late and say so', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const link = linkIn((await world.mails())[0], 'resolve')
    await world.api.put(`/api/alerts/${alert.id}/resolve`, { comment: 'It was the log.' })
    const answer = await world.outside.call<string>('POST', link.pathname, 'do=accept', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatch(/already/i)
    expect(await read(world, alert.id)).toMatchObject({ status: 'RESOLVED', resolvedBy: null })
    expect((await timelineOf(world, alert.id)).join('\n')).toContain('It was the log.')
  })

  it('lead nowhere when they were made up', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const link = linkIn((await world.mails())[0], 'accept')
    // Not its last letter: some of that one's bits are not of the code.
    const [, start = '', letter, end] = /^(.*)(.)(.{8})$/.exec(link.pathname) ?? []
    const forged = `${start}${letter === 'A' ? 'B' : 'A'}${end}`
    const answer = await world.outside.call('POST', forged, 'do=accept', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(answer.status).toBe(404)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })
  })
})

describe('an answer in Tocsin', () => {
  it('ends the escalation, once', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    expect(alert).toMatchObject({ nextEscalationUser: { email: 'tom@example.com' }, escalation: { status: 'RUNNING' } })
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    expect(await read(world, alert.id)).toMatchObject({ nextEscalation: null, escalation: { status: 'STOPPED' } })
    const twice = await world.api.call('PUT', `/api/alerts/${alert.id}/accept`)
    expect([200, 409]).toContain(twice.status)
    await world.advance(60 * MINUTE)
    expect(await receivers(world)).toEqual(['pia@example.com'])
    await world.api.put(`/api/alerts/${alert.id}/resolve`)
    expect((await world.api.call('PUT', `/api/alerts/${alert.id}/accept`)).status).toBe(409)
    expect(await read(world, alert.id)).toMatchObject({ status: 'RESOLVED' })
  })

  it('withdraws a page that is still waiting', async () => {
    const world = await open()
    await world.inbox.put('/api/faults', { mode: 'temporary' })
    const { alert } = await alarm(world)
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    await world.inbox.put('/api/faults', { mode: 'none' })
    await world.advance(10 * MINUTE)
    expect(await world.mails()).toEqual([])
    expect(await world.api.get(`/api/alerts/${alert.id}/notifications`)).toMatchObject([{ status: 'CANCELLED' }])
  })
})

describe('the way up', () => {
  it('asks every level in every round, and is loud when nobody is left', async () => {
    const world = await open()
    const { alert, policy, people } = await alarm(world)
    await world.api.put(`/api/alerts/${alert.id}/resolve`)
    await world.api.put(`/api/escalation-policies/${policy.id}`, {
      name: policy.name,
      escalationRules: people.map(({ id }) => ({ escalationTimeout: 5, users: [{ id }] })),
      repeating: true,
      frequency: 2,
    })
    await world.inbox.call('DELETE', '/api/messages')
    const { source } = await addSourceOf(world, policy)
    await world.outside.post('/api/events', { integrationKey: source, eventType: 'ALERT', summary: 'Again' })
    await world.advance(19 * MINUTE)
    expect(await receivers(world)).toEqual(['pia@example.com', 'tom@example.com', 'pia@example.com', 'tom@example.com'])
    const pending = (await alertsOf(world)).find((one) => one.status === 'PENDING')
    expect(pending?.unattendedSince).toBeNull()
    await world.advance(2 * MINUTE)
    expect(await read(world, pending?.id ?? 0)).toMatchObject({
      status: 'PENDING',
      unattendedSince: expect.any(String),
      escalation: { status: 'ENDED' },
    })
    const { banners } = await world.api.get<{ banners: { code: string; tone: string }[] }>('/api/status')
    expect(banners).toContainEqual(expect.objectContaining({ code: 'unattended', tone: 'danger' }))
  })

  it('ends at the first level when the priority is LOW', async () => {
    const world = await open()
    const { alert } = await alarm(world, { source: { alertPriorityRule: 'LOW' } })
    expect(alert).toMatchObject({ priority: 'LOW', nextEscalation: null })
    await world.advance(60 * MINUTE)
    expect(await receivers(world)).toEqual(['pia@example.com'])
  })

  it('is loud at once when a policy reaches nobody', async () => {
    const world = await open()
    // The policy of the first start, before anybody owns the installation.
    const policy = await world.api.get<z.infer<typeof EscalationPolicy>>('/api/escalation-policies/name/Default')
    expect(policy).toMatchObject({ reachesNobody: true })
    const { source } = await addSourceOf(world, policy)
    await world.outside.post('/api/events', { integrationKey: source, eventType: 'ALERT', summary: 'Hello?' })
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING', unattendedSince: expect.any(String) }])
    const { banners } = await world.api.get<{ banners: { code: string; tone: string }[] }>('/api/status')
    expect(banners.map((banner) => banner.code)).toEqual(
      expect.arrayContaining(['unattended', 'policy-reaches-nobody']),
    )
  })
})

async function addSourceOf(world: World, policy: { id: number }) {
  const { integrationKey } = await world.api.post<{ integrationKey: string }>('/api/alert-sources', {
    name: 'Another',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  return { source: integrationKey }
}

describe('grouping', () => {
  const twoEvents = async (world: World, grouping: Record<string, unknown>) => {
    const { send } = await alarm(world, { source: grouping })
    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    await world.settle()
    return send
  }
  const count = async (world: World) => (await alertsOf(world)).length

  it('is off: each key is an alert, and the same key joins its alert', async () => {
    const world = await open()
    const send = await twoEvents(world, {})
    await send({ eventType: 'ALERT', summary: 'Disk full', alertKey: 'disk' })
    await world.settle()
    expect(await count(world)).toBe(2)
  })

  it('by a window: what comes within it joins, what comes after it does not', async () => {
    const world = await open()
    const send = await twoEvents(world, { alertCreation: 'ONE_ALERT_GROUPED_PER_WINDOW', alertGroupingWindow: 'PT5M' })
    expect(await alertsOf(world)).toMatchObject([{ eventCount: 2 }])
    await world.advance(6 * MINUTE)
    await send({ eventType: 'ALERT', summary: 'Swap almost full', alertKey: 'swap' })
    await world.settle()
    expect(await count(world)).toBe(2)
  })

  it.each([
    ['accepted', 'ONE_PENDING_ALERT_ALLOWED', 'accept'],
    ['resolved', 'ONE_OPEN_ALERT_ALLOWED', 'resolve'],
  ])('until it is %s', async (_word, alertCreation, verb) => {
    const world = await open()
    const send = await twoEvents(world, { alertCreation })
    const [alert] = await alertsOf(world)
    expect(await count(world)).toBe(1)
    await world.api.put(`/api/alerts/${alert?.id}/${verb}`)
    await send({ eventType: 'ALERT', summary: 'Swap almost full', alertKey: 'swap' })
    await world.settle()
    expect(await count(world)).toBe(2)
  })
})
