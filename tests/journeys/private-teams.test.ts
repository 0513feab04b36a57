import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { type SignedIn, signInNew } from '../support/sign-in.ts'
import { alarm } from '../support/verbs.ts'

const open = worldsOfThisFile()
type Made = { id: number }
const ref = ({ id }: Made) => ({ id })

/** One of everything a team can own, all of the private team of Mia; Nora is in no team. */
async function secretWorld() {
  const world = await open()
  const mia = await signInNew(world, 'Mia', 'USER')
  const nora = await signInNew(world, 'Nora', 'USER')
  const team = await world.api.post<Made>('/api/teams', {
    name: 'Secret service',
    visibility: 'PRIVATE',
    members: [{ user: ref(mia.user), role: 'USER' }],
  })
  const teams = [ref(team)]
  const { source, policy, alert } = await alarm(world, { source: { teams }, summary: 'Secret disk' })
  const hours = await world.api.post<Made>('/api/support-hours', {
    name: 'Secret hours',
    timezone: 'UTC',
    supportDays: { MONDAY: { start: '08:00', end: '17:00' } },
    teams,
  })
  const schedule = await world.api.post<Made>('/api/schedules', {
    name: 'Secret schedule',
    timezone: 'UTC',
    type: 'STATIC',
    shifts: [{ user: ref(mia.user), start: '2026-03-02T10:00:00Z', end: '2026-03-09T00:00:00Z' }],
    teams,
  })
  const owned = await world.api.post<Made>('/api/escalation-policies', {
    name: 'Secret policy',
    escalationRules: [{ escalationTimeout: 10, users: [ref(mia.user)] }],
    teams,
  })
  const beats = await world.api.post<Made>('/api/alert-sources', {
    name: 'Secret beats',
    integrationType: 'HEARTBEAT2',
    escalationPolicy: ref(policy),
    teams,
  })
  const monitor = await world.api.post<Made>('/api/heartbeat-monitors', {
    name: 'Secret monitor',
    alertSource: ref(beats),
    intervalSec: 60,
    teams,
  })
  const window = await world.api.post<Made>('/api/maintenance-windows', {
    summary: 'Secret work',
    start: '2026-03-03T09:00:00Z',
    end: '2026-03-03T10:00:00Z',
    alertSources: [ref(source)],
  })
  const action = await world.api.post<Made>('/api/alert-actions', {
    name: 'Secret action',
    alertSources: [ref(source)],
    teams,
    triggerMode: 'MANUAL',
    connectorType: 'webhook',
    params: { webhookUrl: `${world.inboxUrl}/nowhere` },
  })
  const [delivery] = await world.api.get<{ id: string }[]>('/api/deliveries')
  const ids: Record<string, number | string> = {
    alerts: alert.id,
    'alert-sources': source.id,
    'escalation-policies': owned.id,
    schedules: schedule.id,
    'support-hours': hours.id,
    'heartbeat-monitors': monitor.id,
    'maintenance-windows': window.id,
    deliveries: delivery?.id ?? '',
    'alert-actions': action.id,
    teams: team.id,
    users: mia.user.id,
  }
  return { world, mia, nora, team, source, policy, alert, owned, schedule, hours, monitor, window, ids }
}

const UNKNOWN: Record<string, string> = { deliveries: '00000000-0000-4000-8000-000000000000' }
const document = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>
}
const operations = Object.entries(document.paths).flatMap(([address, methods]) =>
  Object.keys(methods).map((method) => ({ method: method.toUpperCase(), address })),
)

/** What an address answers, the id it was asked for taken out. */
async function answerOf(who: SignedIn, method: string, address: string, id: number | string) {
  const filled = address
    .replace('{id}', String(id))
    .replaceAll(/\{(userId|otherId|commentId|ruleId|contactId|level)\}/g, '1')
  const url = filled.replace('{kind}', 'emails').replace('{list}', 'alerts').replace('{override}', '1')
  const answer = await who.client.call<{ detail?: string }>(method, url, method === 'GET' ? undefined : {})
  const detail = answer.body?.detail?.replaceAll(String(id), 'ID')
  return { status: answer.status, detail }
}

describe('what a private team owns', () => {
  it('is not there for anybody else: every address answers as for an id that nobody has', async () => {
    const { world, nora, ids } = await secretWorld()
    const ria = await signInNew(world, 'Ria', 'RESPONDER')
    const looked: string[] = []
    for (const { method, address } of operations) {
      const area = address.split('/')[2] ?? ''
      const id = ids[area]
      if (id === undefined || !address.includes(`/${area}/{id}`)) continue
      for (const who of [nora, ria]) {
        const hidden = await answerOf(who, method, address, id)
        const unknown = await answerOf(who, method, address, UNKNOWN[area] ?? 4_711_000)
        expect({ method, address, ...hidden }).toEqual({ method, address, ...unknown })
        // Before what is asked for is looked for, its shape is: 400.
        expect({ method, address, is: [400, 403, 404].includes(hidden.status) }).toMatchObject({ is: true })
      }
      looked.push(`${method} ${address}`)
    }
    expect(looked.length).toBeGreaterThan(60)
    // Nothing of it was changed by all that.
    expect(await world.api.get<Alert>(`/api/alerts/${ids.alerts}`)).toMatchObject({
      status: 'PENDING',
      responders: [{}],
    })
  })

  it('stands in no list, count, search, banner, on-call list or name look-up, but in those of its members', async () => {
    const { world, mia, nora, alert } = await secretWorld()
    const lists = [
      '/api/alerts',
      '/api/alerts?query=Secret',
      '/api/alerts?states=PENDING&states=ACCEPTED',
      '/api/alert-sources',
      '/api/escalation-policies',
      '/api/schedules',
      '/api/support-hours',
      '/api/heartbeat-monitors',
      '/api/maintenance-windows',
      '/api/alert-actions',
      '/api/deliveries',
      '/api/deliveries?query=Secret',
      '/api/teams',
    ]
    for (const address of lists) {
      const theirs = JSON.stringify(await mia.client.get(address))
      const others = JSON.stringify(await nora.client.get(address))
      expect({ address, isShown: /Secret/.test(theirs) }).toEqual({ address, isShown: true })
      expect({ address, isShown: /Secret/.test(others) }).toEqual({ address, isShown: false })
    }
    expect(await mia.client.get('/api/alerts/count')).toEqual({ count: 1 })
    expect(await nora.client.get('/api/alerts/count')).toEqual({ count: 0 })
    const names = [
      'escalation-policies/name/Secret%20policy',
      'schedules/name/Secret%20schedule',
      'support-hours/name/Secret%20hours',
    ]
    for (const name of [
      ...names,
      'heartbeat-monitors/name/Secret%20monitor',
      'alert-actions/name/Secret%20action',
      'teams/name/Secret%20service',
      'alert-sources/name/Monitoring',
    ]) {
      expect({ name, status: (await mia.client.call('GET', `/api/${name}`)).status }).toEqual({ name, status: 200 })
      expect({ name, status: (await nora.client.call('GET', `/api/${name}`)).status }).toEqual({ name, status: 404 })
    }
    const people = (who: SignedIn) => who.client.get<{ firstName: string }[]>('/api/users')
    expect((await people(nora)).map((one) => one.firstName)).not.toContain('Mia')
    expect((await people(mia)).map((one) => one.firstName)).toContain('Nora')
    const byMail = { email: 'mia@example.com' }
    expect((await nora.client.call('POST', '/api/users/search-email', byMail)).status).toBe(404)
    // Nobody answers: the banner is for who may know.
    await world.advance(40 * 60)
    const banner = async (who: SignedIn) => JSON.stringify(await who.client.get('/api/status'))
    // One more is about Tocsin itself, and everybody's.
    expect(await banner(mia)).toContain('2 alerts are unattended')
    expect(await banner(nora)).toMatch(/Nobody answered alert \d/)
    expect(await banner(nora)).not.toContain(`Nobody answered alert ${alert.id},`)
  })

  it('cannot be named in a request, and its changes stay among its members', async () => {
    const { nora, mia, source, alert, owned, schedule, hours, team, policy } = await secretWorld()
    const errorOf = async (method: string, address: string, body: unknown) => {
      const answer = await nora.client.call<{ errors?: { field: string }[] }>(method, address, body)
      return { status: answer.status, field: answer.body.errors?.[0]?.field }
    }
    const own = await nora.client.post<Made>('/api/alerts', { summary: 'Mine', escalationPolicy: ref(policy) })
    const named: [string, string, unknown, string][] = [
      ['PUT', `/api/alerts/${own.id}/merge`, { alerts: [ref(alert)] }, 'alerts.0.id'],
      ['POST', `/api/alerts/${own.id}/links`, { alert: ref(alert) }, 'alert.id'],
      ['POST', '/api/alerts/bulk', { action: 'RESOLVE', alerts: [ref(alert)] }, 'alerts.0.id'],
      ['POST', '/api/alerts', { summary: 'x', alertSource: ref(source) }, 'alertSource.id'],
      ['PUT', `/api/alerts/${own.id}/assign?policy-id=${owned.id}`, undefined, 'policy-id'],
      ['PUT', `/api/alerts/${own.id}/assign?schedule-id=${schedule.id}`, undefined, 'schedule-id'],
      [
        'POST',
        '/api/alert-sources',
        { name: 'x', integrationType: 'API', escalationPolicy: ref(policy), supportHours: ref(hours) },
        'supportHours.id',
      ],
      [
        'POST',
        '/api/escalation-policies',
        { name: 'x', escalationRules: [{ escalationTimeout: 5, schedules: [ref(schedule)] }] },
        'escalationRules.0.schedules.0.id',
      ],
      ['POST', '/api/escalation-policies', { name: 'x', escalationRules: [], teams: [ref(team)] }, 'teams.0.id'],
      [
        'POST',
        '/api/maintenance-windows',
        { summary: 'x', start: '2026-03-03T09:00:00Z', end: '2026-03-03T10:00:00Z', alertSources: [ref(source)] },
        'alertSources.0.id',
      ],
    ]
    for (const [method, address, body, field] of named) {
      expect({ address, ...(await errorOf(method, address, body)) }).toEqual({ address, status: 400, field })
    }
    const changes = `/api/audit?object-type=alert-source&object-id=${source.id}`
    expect(await mia.client.get(changes)).not.toEqual([])
    expect(await nora.client.get(changes)).toEqual([])
  })

  it('is told of to browsers of its members only', async () => {
    const { world, mia, nora, alert, source } = await secretWorld()
    const stop = new AbortController()
    const heard = async (who: SignedIn) => {
      const answer = await fetch(`${world.url}/api/live`, {
        headers: { ...who.headers, accept: 'text/event-stream' },
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]),
      })
      const told: string[] = []
      const reading = (async () => {
        let rest = ''
        for await (const bytes of answer.body ?? []) {
          rest += Buffer.from(bytes).toString('utf8')
          told.push(...[...rest.matchAll(/^event: ?(.*)$/gm)].map((match) => match[1] ?? ''))
          rest = rest.slice(rest.lastIndexOf('\n') + 1)
          if (told.includes('status')) return told
        }
        return told
      })()
      return reading
    }
    const both = [heard(mia), heard(nora)]
    // Both streams are open before anything is told.
    await new Promise((resolve) => setImmediate(resolve))
    const until = async () => (world.live.listeners === 2 ? undefined : new Promise((resolve) => setImmediate(resolve)))
    while (world.live.listeners < 2) await until()
    world.live.tell(JSON.stringify({ kind: 'alert', id: alert.id }))
    world.live.tell(JSON.stringify({ kind: 'alert-source', id: source.id }))
    world.live.tell(JSON.stringify({ kind: 'delivery', alertSourceId: source.id }))
    world.live.tell(JSON.stringify({ kind: 'status' }))
    expect(await Promise.all(both)).toEqual([['alert', 'alert-source', 'delivery', 'status'], ['status']])
    stop.abort()
  })

  it('is beaten open by no public team, and an alert is seen by who is asked about it or follows it', async () => {
    const { world, mia, nora, source, policy, alert, team } = await secretWorld()
    const open = await world.api.post<Made>('/api/teams', {
      name: 'All hands',
      members: [{ user: ref(nora.user), role: 'USER' }],
    })
    const put = (teams: Made[]) =>
      world.api.put(`/api/alert-sources/${source.id}`, {
        name: 'Monitoring',
        integrationType: 'API',
        escalationPolicy: ref(policy),
        teams: teams.map(ref),
      })
    const statusOf = async (who: SignedIn) => (await who.client.call('GET', `/api/alerts/${alert.id}`)).status
    await put([team, open])
    expect([await statusOf(mia), await statusOf(nora)]).toEqual([200, 404])
    await put([open])
    expect([await statusOf(mia), await statusOf(nora)]).toEqual([200, 200])
    await put([team])
    await world.api.put(`/api/alerts/${alert.id}/subscribe`, { user: ref(nora.user) })
    expect(await statusOf(nora)).toBe(200)
    await world.api.put(`/api/alerts/${alert.id}/unsubscribe`, { user: ref(nora.user) })
    expect(await statusOf(nora)).toBe(404)
    await world.api.post(`/api/alerts/${alert.id}/responders`, { user: ref(nora.user) })
    expect(await statusOf(nora)).toBe(200)
    expect(await nora.client.get('/api/alerts/count')).toEqual({ count: 1 })
    expect(await nora.client.put(`/api/alerts/${alert.id}/accept`)).toMatchObject({ status: 'ACCEPTED' })
  })
})

describe('roles', () => {
  it('guests and stakeholders see what their teams own and what they were put on', async () => {
    const world = await open()
    const gus = await signInNew(world, 'Gus', 'GUEST')
    const stan = await signInNew(world, 'Stan', 'STAKEHOLDER')
    const { source, policy, alert } = await alarm(world)
    const seen = async (who: SignedIn) => [
      (await who.client.get<unknown[]>('/api/alerts')).length,
      (await who.client.get<unknown[]>('/api/alert-sources')).length,
      (await who.client.call('GET', `/api/alerts/${alert.id}`)).status,
    ]
    expect(await seen(gus)).toEqual([0, 0, 404])
    expect(await seen(stan)).toEqual([0, 0, 404])
    expect((await gus.client.get<{ firstName: string }[]>('/api/users')).map((one) => one.firstName)).toEqual(['Gus'])
    await world.api.put(`/api/alerts/${alert.id}/subscribe`, { user: ref(stan.user) })
    expect(await seen(stan)).toEqual([1, 0, 200])

    const team = await world.api.post<Made>('/api/teams', {
      name: 'Guests',
      members: [{ user: ref(gus.user), role: 'RESPONDER' }],
    })
    await world.api.put(`/api/alert-sources/${source.id}`, {
      name: 'Monitoring',
      integrationType: 'API',
      escalationPolicy: ref(policy),
      teams: [ref(team)],
    })
    expect(await seen(gus)).toEqual([1, 1, 200])
    // The role in the team counts on what is the team's.
    expect((await gus.client.call('PUT', `/api/alerts/${alert.id}/accept`)).status).toBe(200)
    expect((await stan.client.call('PUT', `/api/alerts/${alert.id}/resolve`, {})).status).toBe(403)
    expect((await gus.client.call('DELETE', `/api/alert-sources/${source.id}`)).status).toBe(403)
  })

  it('in a private team a lower role counts, and ownership moves only by who edits there', async () => {
    const world = await open()
    const ulf = await signInNew(world, 'Ulf', 'USER')
    const team = async (name: string, visibility: string, role: string) =>
      world.api.post<Made>('/api/teams', { name, visibility, members: [{ user: ref(ulf.user), role }] })
    const quiet = await team('Quiet', 'PRIVATE', 'STAKEHOLDER')
    const own = await team('Own', 'PUBLIC', 'USER')
    const foreign = await world.api.post<Made>('/api/teams', { name: 'Foreign' })
    const policy = (name: string, teams: Made[]) => ({
      name,
      escalationRules: [{ escalationTimeout: 5, users: [ref(ulf.user)] }],
      teams: teams.map(ref),
    })
    const secret = await world.api.post<Made>('/api/escalation-policies', policy('Secret', [quiet]))
    const change = (id: number, teams: Made[]) =>
      ulf.client.call<{ detail: string }>('PUT', `/api/escalation-policies/${id}`, policy('Changed', teams))
    expect((await ulf.client.call('GET', `/api/escalation-policies/${secret.id}`)).status).toBe(200)
    expect((await change(secret.id, [quiet])).status).toBe(403)

    const common = await ulf.client.post<Made>('/api/escalation-policies', policy('Common', [own]))
    expect((await change(common.id, [])).status).toBe(200)
    const refused = await change(common.id, [foreign])
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('Foreign')])
    expect((await change(common.id, [own])).status).toBe(200)
    await world.api.put(`/api/escalation-policies/${common.id}`, policy('Common', [own, foreign]))
    expect((await change(common.id, [own])).status).toBe(403)
    expect((await change(common.id, [foreign])).status).toBe(200)
  })

  it('who makes a private team is in it', async () => {
    const world = await open()
    const ulf = await signInNew(world, 'Ulf', 'USER')
    const team = await ulf.client.post<Made>('/api/teams', { name: 'Mine', visibility: 'PRIVATE' })
    expect(await ulf.client.get(`/api/teams/${team.id}`)).toMatchObject({
      visibility: 'PRIVATE',
      members: [{ user: { firstName: 'Ulf' }, role: 'ADMIN' }],
    })
  })

  it('a window over sources of which one is hidden is seen without it, and changed by nobody who does not see it', async () => {
    const { world, nora, source, policy } = await secretWorld()
    const shown = await world.api.post<Made>('/api/alert-sources', {
      name: 'Shown',
      integrationType: 'API',
      escalationPolicy: ref(policy),
    })
    const both = await world.api.post<Made>('/api/maintenance-windows', {
      summary: 'Both',
      start: '2026-03-03T09:00:00Z',
      end: '2026-03-03T10:00:00Z',
      alertSources: [ref(source), ref(shown)],
    })
    expect(await nora.client.get(`/api/maintenance-windows/${both.id}`)).toMatchObject({
      alertSources: [{ id: shown.id }],
    })
    expect((await nora.client.call('DELETE', `/api/maintenance-windows/${both.id}`)).status).toBe(403)
  })
})

it('shifts, coverage requests and uses of what a private team owns are told to its members, and to whom they concern', async () => {
  const { world, mia, nora, team, schedule, owned } = await secretWorld()
  const otto = await signInNew(world, 'Otto', 'USER')
  const open = await world.api.post<Made>('/api/schedules', {
    name: 'Open schedule',
    timezone: 'UTC',
    type: 'STATIC',
    shifts: [{ user: ref(otto.user), start: '2026-03-02T10:00:00Z', end: '2026-03-09T00:00:00Z' }],
  })
  const names = async (who: SignedIn, path: string) => {
    const answer = await who.client.get<{ schedule: { name: string } }[]>(path)
    return answer.map((one) => one.schedule.name)
  }
  await world.api.post(`/api/schedules/${schedule.id}/overrides`, {
    user: ref(otto.user),
    start: '2026-03-03T10:00:00Z',
    end: '2026-03-04T10:00:00Z',
  })
  // Who is on call knows it; others only if they see the schedule.
  const shifts = `/api/users/${otto.user.id}/shifts`
  expect(await names(otto, shifts)).toEqual(['Open schedule', 'Secret schedule'])
  expect(await names(mia, shifts)).toEqual(['Open schedule', 'Secret schedule'])
  expect(await names(nora, shifts)).toEqual(['Open schedule'])

  const asked = await mia.client.post<Made>('/api/coverage-requests', {
    schedule: ref(schedule),
    user: ref(otto.user),
    start: '2026-03-05T10:00:00Z',
    end: '2026-03-06T10:00:00Z',
  })
  expect(await names(otto, '/api/coverage-requests')).toEqual(['Secret schedule'])
  expect(await names(nora, '/api/coverage-requests')).toEqual([])
  expect((await nora.client.call('GET', `/api/coverage-requests/${asked.id}`)).status).toBe(404)
  expect((await nora.client.call('PUT', `/api/coverage-requests/${asked.id}/withdraw`, {})).status).toBe(404)

  // What uses an open schedule is named as far as it is seen, and nothing hidden takes its place.
  await world.api.put(`/api/escalation-policies/${owned.id}`, {
    name: 'Secret policy',
    escalationRules: [{ escalationTimeout: 10, schedules: [ref(open)] }],
    teams: [ref(team)],
  })
  expect(await mia.client.get<unknown[]>(`/api/schedules/${open.id}/uses`)).toHaveLength(1)
  expect(await nora.client.get<unknown[]>(`/api/schedules/${open.id}/uses`)).toEqual([])
  const refused = await nora.client.call<{ detail: string }>('DELETE', `/api/schedules/${open.id}`)
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    'Something of a private team needs Open schedule: ask an admin, or choose a replacement.',
  ])
  const hidden = await nora.client.call('DELETE', `/api/schedules/${open.id}?replacement=${schedule.id}`)
  const unknown = await nora.client.call('DELETE', `/api/schedules/${open.id}?replacement=4711`)
  expect([hidden.status, unknown.status]).toEqual([400, 400])
})
