import { describe, expect, it } from 'vitest'
import type { User } from '../../server/directory/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import { addSource, addWebhooks, connect, takeSevenSteps } from '../support/seven-steps.ts'
import { ADMIN_API_KEY, START, type World } from '../support/world.ts'

const open = worldsOfThisFile()

const owner = {
  firstName: 'Olga',
  lastName: 'Owner',
  email: 'olga@example.com',
  password: 'correct horse battery staple',
}
const welcome = (world: World, some: Record<string, unknown> = {}) =>
  world.outside.call<{ csrfToken: string; detail?: string }>('POST', '/api/welcome', {
    ...owner,
    token: world.signInUrl.split('#')[1],
    ...some,
  })
const cookieOf = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';')[0] ?? ''

describe('the first run', () => {
  it('makes the holder of the link the owner, once, and puts them on the policy Default', async () => {
    const world = await open()
    expect(await world.outside.get('/api/welcome')).toEqual({ needsOwner: true })
    expect((await welcome(world, { token: 'guessed' })).status).toBeGreaterThanOrEqual(400)
    expect((await welcome(world, { password: 'short' })).status).toBe(400)
    const answer = await welcome(world)
    expect(answer.status).toBe(201)
    expect(await world.outside.get('/api/welcome')).toEqual({ needsOwner: false })
    const again = await welcome(world, { email: 'second@example.com' })
    expect(again.status).toBeGreaterThanOrEqual(400)
    expect(await world.api.get('/api/escalation-policies/name/Default')).toMatchObject({
      reachesNobody: false,
      escalationRules: [{ users: [{ email: owner.email }] }],
    })
  })

  it('opens the stream of changes at once, in a night without changes too', async () => {
    const world = await open()
    const { headers } = await welcome(world)
    const stopping = new AbortController()
    // Far less than the stream's own sign of life.
    const late = setTimeout(() => stopping.abort(new Error('The stream said nothing.')), 10_000)
    const answer = await fetch(`${world.url}/api/live`, {
      headers: { cookie: cookieOf(headers), accept: 'text/event-stream' },
      signal: stopping.signal,
    })
    clearTimeout(late)
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    stopping.abort()
  })

  it('needs nobody for the automation, which is no person', async () => {
    const world = await open()
    const wrong = await world.outside.call('GET', '/api/alert-sources', undefined, { authorization: 'Bearer guessed' })
    expect(wrong.status).toBe(403)
    expect((await world.outside.call('GET', '/api/alert-sources')).status).toBe(401)
    expect(await world.api.get('/api/alert-sources')).toEqual([])
    expect(await world.api.get('/api/session')).toMatchObject({ user: null })
  })
})

describe('a session', () => {
  it('is a cookie out of reach of scripts, and changes nothing without its token', async () => {
    const world = await open()
    const opened = await welcome(world)
    const cookie = opened.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    const session = { cookie: cookieOf(opened.headers) }
    const team = (headers: Record<string, string>) =>
      world.outside.call('POST', '/api/teams', { name: 'Night shift' }, headers)
    expect((await team(session)).status).toBe(403)
    expect((await team({ ...session, 'x-csrf-token': 'x' })).status).toBe(403)
    const withToken = { ...session, 'x-csrf-token': opened.body.csrfToken }
    expect((await team({ ...withToken, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await team(withToken)).status).toBe(201)

    expect((await world.outside.call('DELETE', '/api/session', undefined, withToken)).status).toBe(204)
    expect((await world.outside.call('GET', '/api/session', undefined, session)).status).toBe(401)
  })

  it('is opened by the password only, and tells a stranger nothing', async () => {
    const world = await open()
    await welcome(world)
    const signIn = (email: string, password: string) =>
      world.outside.call<{ detail: string }>('POST', '/api/session', { email, password })
    const wrong = await signIn(owner.email, 'wrong')
    const unknown = await signIn('nobody@example.com', 'wrong')
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(wrong.body.detail).toBe(unknown.body.detail)
    expect((await signIn(owner.email.toUpperCase(), owner.password)).status).toBe(201)
  })
})

describe('without a mail server', () => {
  it('is ready all the same, and says in red that it cannot send', async () => {
    const world = await open({ env: { SMTP_URL: '' } })
    expect((await world.outside.call('GET', '/ready')).status).toBe(200)
    expect(await world.api.get('/api/status')).toMatchObject({
      banners: expect.arrayContaining([expect.objectContaining({ code: 'no-way-to-send', tone: 'danger' })]),
    })
  })
})

describe('secrets', () => {
  it('stand in no line of the log, no answer of the API, and no row in plain text', async () => {
    const lines: string[] = []
    const world = await open({ onLog: (line) => lines.push(line) })
    await takeSevenSteps(world)
    const opened = await welcome(world)

    const [source] = await world.api.get<{ id: number; integrationKey: string }[]>('/api/alert-sources')
    const { token } = await world.fourme.post<{ token: string }>('/sandbox/api/tokens', { scopes: ['request:R'] })
    const saved = await world.api.get<Record<string, unknown>>(`/api/alert-sources/${source?.id}`)
    await world.api.put(`/api/alert-sources/${source?.id}`, { ...saved, integrationSettings: { authToken: token } })
    const answers = await Promise.all(
      ['/api/alert-sources', `/api/alert-sources/${source?.id}`, '/api/deliveries', '/api/alerts', '/api/users'].map(
        async (path) => JSON.stringify(await world.api.get(path)),
      ),
    )
    const deliveries = await world.api.get<{ id: string }[]>('/api/deliveries')
    for (const { id } of deliveries) answers.push(JSON.stringify(await world.api.get(`/api/deliveries/${id}`)))

    const hidden = [token, ADMIN_API_KEY, owner.password, cookieOf(opened.headers).split('=')[1] ?? 'no cookie']
    for (const secret of hidden) {
      expect(answers.join('\n')).not.toContain(secret)
      expect(lines.join('\n')).not.toContain(secret)
    }
    // The key is shown to who may edit, and logged for nobody; the verification's code opens a door too.
    expect(lines.join('\n')).not.toContain(source?.integrationKey)
    expect(answers.slice(2).join('\n')).not.toContain(source?.integrationKey)
    const codes = (
      await world.fourme.get<{ body: { payload: { callback: string } } }[]>(
        '/sandbox/api/deliveries?event=webhook.verify',
      )
    ).map((one) => new URL(one.body.payload.callback).searchParams.get('code') ?? '')
    expect(codes).not.toEqual([])
    for (const code of codes) expect(lines.join('\n')).not.toContain(code)
    for (const code of codes) expect(answers.join('\n')).not.toContain(code)

    const rows = await world.db.selectFrom('alert_source').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(lines.length).toBeGreaterThan(3)
  })

  it('go nowhere but to the account they were entered for', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const saved = await connect(world, source)
    await addWebhooks(world, source.integrationUrl)
    const { name, integrationType, escalationPolicy } = saved
    const moved = await world.api.call<{ detail: string }>('PUT', `/api/alert-sources/${source.id}`, {
      name,
      integrationType,
      escalationPolicy,
      integrationSettings: { apiUrl: 'http://127.0.0.1:9', accountUrl: 'http://127.0.0.1:9' },
    })
    expect(moved.status).toBe(400)
    expect(moved.body.detail).toMatch(/token/i)
  })
})

describe('an invitation', () => {
  it('is a link at which the person chooses a password, once and for a week', async () => {
    const world = await open()
    const ann = await world.api.post<User>('/api/users', { firstName: 'Ann', email: 'ann@example.com' })
    const invite = () => world.api.call<{ detail: string }>('POST', `/api/users/${ann.id}/invitation`)
    expect((await invite()).status).toBe(204)
    await world.settle()
    const tokenOf = async () => {
      const mail = (await world.mails()).find(({ subject }) => subject.includes('invites you to Tocsin'))
      return mail?.text.match(/\/invitation#(\S+)/)?.[1] ?? ''
    }
    const first = await tokenOf()
    expect(await world.api.get(`/api/users/${ann.id}`)).toMatchObject({ invitedAt: START, canSignIn: false })
    const accept = (token: string, password = 'a long enough password') =>
      world.outside.call<{ detail: string; user: User; csrfToken: string }>('POST', '/api/invitation', {
        token,
        password,
      })
    // Another one makes the first worthless.
    await world.advance(60)
    await invite()
    await world.settle()
    const second = await tokenOf()
    expect(second).not.toBe(first)
    expect((await accept(first)).status).toBe(403)
    expect((await accept(second.replace(/.$/, second.endsWith('A') ? 'B' : 'A'))).status).toBe(403)
    expect((await accept(second.replace(/^\d+/, '9999'))).status).toBe(403)
    expect((await accept(second, 'short')).status).toBe(400)

    const joined = await accept(second)
    expect([joined.status, joined.body.user?.email]).toEqual([201, 'ann@example.com'])
    expect(joined.headers.get('set-cookie')).toMatch(/HttpOnly/i)
    expect(await world.api.get(`/api/users/${ann.id}`)).toMatchObject({ invitedAt: null, canSignIn: true })
    expect((await accept(second)).status).toBe(403)
    expect((await invite()).status).toBe(409)
    const opened = { email: 'ann@example.com', password: 'a long enough password' }
    expect((await world.outside.call('POST', '/api/session', opened)).status).toBe(201)
  })

  it('that is a week old, or of a person who left, works no more', async () => {
    const world = await open()
    const [ann, bob] = await addPeople(world, 'Ann', 'Bob')
    for (const { id } of [ann, bob]) await world.api.post(`/api/users/${id}/invitation`)
    await world.settle()
    const token = async (name: string) =>
      (await world.mails()).find(({ to }) => to[0] === `${name}@example.com`)?.text.match(/invitation#(\S+)/)?.[1]
    const accept = async (name: string) =>
      world.outside.call('POST', '/api/invitation', { token: await token(name), password: 'a long enough password' })
    expect((await world.api.call('DELETE', `/api/users/${bob.id}`)).status).toBe(204)
    expect((await accept('bob')).status).toBe(403)
    await world.advance(7 * 24 * 3_600)
    expect((await accept('ann')).status).toBe(403)
    expect((await world.api.call('POST', '/api/users/9999/invitation')).status).toBe(404)
  })
})
