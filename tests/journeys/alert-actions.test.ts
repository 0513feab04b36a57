import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { ActionPreview, AlertAction, AlertActionRun, Connector } from '../../server/alert-actions/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { type PhoneEntry, phone, setUpChannels } from '../support/phone.ts'
import { addSource, alertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World, WorldOptions } from '../support/world.ts'

type Action = z.infer<typeof AlertAction>
type Run = z.infer<typeof AlertActionRun>

const open = worldsOfThisFile()
const HOUR = 3_600

async function openWithSource(how: WorldOptions = {}) {
  const world = await open(how)
  await setUpChannels(world)
  const setting = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  const { source } = setting
  const event = async (eventType: string, alertKey: string, some: Record<string, unknown> = {}) => {
    const summary = `Disk of ${alertKey} is full`
    await world.outside.post('/api/events', {
      integrationKey: source.integrationKey,
      eventType,
      alertKey,
      summary,
      ...some,
    })
    await world.settle()
  }
  const addAction = (some: Record<string, unknown>) =>
    world.api.post<Action>('/api/alert-actions', {
      name: 'Tell the team',
      alertSources: [{ id: source.id }],
      triggerMode: 'AUTOMATIC',
      triggerTypes: ['alert-created'],
      ...some,
    })
  return { world, ...setting, event, addAction }
}

const hook = (world: World, app: string, name = 'team') => `${world.inboxUrl}/hooks/${app}/${name}`
const runsOf = (world: World, action: Action) => world.api.get<Run[]>(`/api/alert-actions/${action.id}/runs`)
const told = (entries: PhoneEntry[]) => entries.map((entry) => `${entry.app} ${entry.to}: ${entry.title}`).reverse()
const fault = (world: World, mode: string, remaining: number | null = null) =>
  world.inbox.put('/api/phone-faults', { provider: 'hooks', mode, remaining })
const headsOf = (entry: PhoneEntry | undefined) => entry?.headers ?? {}

describe('alert actions', () => {
  it('tell every kind of chat what happens to an alert, in its order, each once, with a line on its timeline', async () => {
    const { world, event, addAction } = await openWithSource()
    const chats: [string, Record<string, unknown>][] = [
      ['slack', { channelId: 'C0123' }],
      ['slack_webhook', { url: hook(world, 'slack_webhook') }],
      ['microsoft_teams_webhook', { url: hook(world, 'teams') }],
      ['mattermost', { url: hook(world, 'mattermost') }],
      ['discord', { url: hook(world, 'discord') }],
      ['telegram', { channelId: '-1001' }],
    ]
    for (const [connectorType, params] of chats) {
      await addAction({
        name: connectorType,
        connectorType,
        params,
        triggerTypes: ['alert-created', 'alert-acknowledged', 'alert-resolved'],
      })
    }
    await event('ALERT', 'web-1')
    await event('ACCEPT', 'web-1')
    await event('RESOLVE', 'web-1')
    const entries = (await phone(world)).filter((entry) => entry.kind === 'chat')
    const [alert] = await alertsOf(world)
    const byApp = Map.groupBy(entries.reverse(), (entry) => `${entry.app} ${entry.to}`)
    expect(byApp.size).toBe(chats.length)
    for (const own of byApp.values()) {
      expect(own.map((entry) => entry.title)).toEqual([
        'New alert: Disk of web-1 is full',
        'Accepted: Disk of web-1 is full',
        'Resolved: Disk of web-1 is full',
      ])
      // Telegram takes links in buttons only with https.
      const leadThere = own.every((entry) => entry.body.includes(`/alerts/${alert?.id}`))
      expect(leadThere || own[0]?.app === 'Telegram').toBe(true)
    }
    const story = await timelineOf(world, alert?.id ?? 0)
    expect(story.filter((line) => line === 'mattermost: sent to Mattermost.')).toHaveLength(3)
    await world.advance(2 * HOUR)
    expect((await phone(world)).filter((entry) => entry.kind === 'chat')).toHaveLength(3 * chats.length)
  })

  it('call a webhook signed by Standard Webhooks, with ilert’s body, one’s own headers and credentials', async () => {
    const { world, event, addAction } = await openWithSource()
    const address = hook(world, 'webhook').replace('http://', 'http://ann:pass%40word@')
    const action = await addAction({
      connectorType: 'webhook',
      params: { webhookUrl: address, headers: [{ key: 'X-Room', value: 'night-watch' }] },
    })
    expect(action.signingKey).toMatch(/^whsec_/)
    await event('ALERT', 'web-1', { labels: { service: 'Shop' }, details: 'It says "full".' })
    const [call] = await phone(world, { kind: 'webhook' })
    const heads = headsOf(call)
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      id: '1',
      status: 'PENDING',
      summary: 'Disk of web-1 is full',
      details: 'It says "full".',
      alertKey: 'web-1',
      alertSource: { name: 'Monitoring' },
      labels: { service: 'Shop' },
      eventType: 'alert-created',
    })
    expect(heads['x-room']).toBe('night-watch')
    expect(heads.authorization).toBe(`Basic ${Buffer.from('ann:pass@word').toString('base64')}`)
    const key = Buffer.from((action.signingKey ?? '').replace('whsec_', ''), 'base64')
    const signed = `${heads['webhook-id']}.${heads['webhook-timestamp']}.${call?.body}`
    expect(heads['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    // Nothing secret is ever shown again.
    const shown = JSON.stringify([await world.api.get('/api/alert-actions'), await runsOf(world, action)])
    for (const secret of ['pass@word', 'pass%40word', 'night-watch', action.signingKey ?? '?'])
      expect(shown).not.toContain(secret)
    const { signingKey } = await world.api.post<{ signingKey: string }>(`/api/alert-actions/${action.id}/signing-key`)
    expect(signingKey).not.toBe(action.signingKey)
  })

  it('write what a template says, with values escaped for JSON, and leave out what a condition keeps back', async () => {
    const { world, event, addAction } = await openWithSource()
    const action = await addAction({
      connectorType: 'webhook',
      conditions: "alert.priority == 'HIGH' and alert.summary contains 'web'",
      params: {
        webhookUrl: hook(world, 'webhook'),
        bodyTemplate: '{"text": "{{ alertSummary.upperCase() }}", "of": "{{ alert.alertSource.name }}"}',
      },
    })
    await event('ALERT', 'db-1')
    await event('ALERT', 'web-1', { summary: 'A "web" page\nis slow' })
    const calls = await phone(world, { kind: 'webhook' })
    expect(calls).toHaveLength(1)
    const body = JSON.parse(calls[0]?.body ?? '{}')
    expect(body.of).toBe('Monitoring')
    expect(body.text.toLowerCase()).toContain('a "web" page')
    const runs = await runsOf(world, action)
    expect(runs.map((run) => [run.status, run.reason])).toEqual([
      ['SENT', null],
      ['SKIPPED', 'The condition does not hold.'],
    ])
  })

  it('try again for a day while nothing gets through, lose nothing, keep the order, and hold up nobody else', async () => {
    const { world, event, addAction } = await openWithSource()
    const chat = await addAction({
      name: 'Team room',
      connectorType: 'mattermost',
      triggerTypes: ['alert-created', 'alert-resolved'],
      params: { url: hook(world, 'mattermost') },
    })
    await addAction({ name: 'Bot', connectorType: 'telegram', params: { channelId: '-1001' } })
    await fault(world, '5xx')
    await event('ALERT', 'web-1')
    await event('RESOLVE', 'web-1')
    await event('ALERT', 'web-2')
    // The pages and the other action went their way.
    expect((await world.mails()).length).toBe(2)
    expect(await phone(world, { app: 'Telegram' })).toHaveLength(2)
    const waiting = await runsOf(world, chat)
    expect(waiting.map((run) => [run.triggerType, run.status, run.attempts > 0])).toEqual([
      ['alert-created', 'SCHEDULED', false],
      ['alert-resolved', 'SCHEDULED', false],
      ['alert-created', 'SCHEDULED', true],
    ])
    expect(waiting[2]).toMatchObject({ httpStatus: 503, mayRetry: true })
    await world.advance(HOUR)
    expect(await phone(world, { app: 'mattermost' })).toHaveLength(0)
    await fault(world, 'none')
    await world.advance(HOUR)
    expect(told(await phone(world, { app: 'mattermost' })).toSorted()).toEqual([
      'mattermost team: New alert: Disk of web-1 is full',
      'mattermost team: New alert: Disk of web-2 is full',
      'mattermost team: Resolved: Disk of web-1 is full',
    ])
    const ofFirst = told(await phone(world, { app: 'mattermost' })).filter((line) => line.includes('web-1'))
    expect(ofFirst[0]).toContain('New alert')
    expect((await runsOf(world, chat)).every((run) => run.status === 'SENT')).toBe(true)
  })

  it('give up after a day and when refused; a person tries again at once and sends once more', async () => {
    const { world, event, addAction } = await openWithSource({ losesNoCommits: true })
    const action = await addAction({ connectorType: 'discord', params: { url: hook(world, 'discord') } })
    await fault(world, '5xx')
    await event('ALERT', 'web-1')
    await world.advance(25 * HOUR)
    const [lost] = await runsOf(world, action)
    expect(lost).toMatchObject({ status: 'FAILED', mayRetry: true, mayResend: false })
    const story = await timelineOf(world, (await alertsOf(world))[0]?.id ?? 0)
    expect(story.some((line) => line.startsWith('Tell the team: given up after a day.'))).toBe(true)
    await fault(world, 'none')
    await world.api.post(`/api/alert-action-runs/${lost?.id}/retry`)
    await world.settle()
    expect(await phone(world, { app: 'discord' })).toHaveLength(1)
    expect((await runsOf(world, action))[0]).toMatchObject({ id: lost?.id, status: 'SENT' })
    const again = await world.api.post<Run>(`/api/alert-action-runs/${lost?.id}/resend`)
    await world.settle()
    expect(again.resendOf).toBe(lost?.id)
    expect(await phone(world, { app: 'discord' })).toHaveLength(2)
    expect((await world.api.call('POST', `/api/alert-action-runs/${lost?.id}/retry`)).status).toBe(409)

    await fault(world, 'bounce', 1)
    await event('ALERT', 'web-2')
    expect((await runsOf(world, action))[0]).toMatchObject({ status: 'FAILED', attempts: 1, httpStatus: 410 })
  })

  it('watch over alerts that are not resolved in time, and over climbs that ended', async () => {
    const { world, event, addAction } = await openWithSource()
    await addAction({
      connectorType: 'mattermost',
      triggerTypes: ['v-alert-not-resolved', 'alert-escalation-ended'],
      notResolvedDelaySec: 2 * HOUR,
      escalationEndedDelaySec: 60,
      params: { url: hook(world, 'mattermost') },
    })
    await event('ALERT', 'web-1')
    await event('ALERT', 'web-2')
    await world.advance(HOUR)
    const ended = told(await phone(world, { app: 'mattermost' }))
    expect(ended.toSorted()).toEqual([
      'mattermost team: Nobody answered: Disk of web-1 is full',
      'mattermost team: Nobody answered: Disk of web-2 is full',
    ])
    await event('RESOLVE', 'web-1')
    await world.advance(2 * HOUR)
    expect(told(await phone(world, { app: 'mattermost' })).slice(2)).toEqual([
      'mattermost team: Still not resolved: Disk of web-2 is full',
    ])
  })

  it('by hand are buttons on the alert; those of a team are for its sources', async () => {
    const { world, source, policy, event, addAction } = await openWithSource()
    const team = await world.api.post<{ id: number }>('/api/teams', { name: 'Shop', visibility: 'PUBLIC', members: [] })
    const action = await addAction({
      alertSources: [],
      teams: [{ id: team.id }],
      triggerMode: 'MANUAL',
      triggerTypes: [],
      conditions: "alert.priority == 'LOW'",
      connectorType: 'mattermost',
      params: {
        url: hook(world, 'mattermost'),
        titleTemplate: 'Look at {{ alertId }}',
        bodyTemplate: '{{ eventText }}',
      },
    })
    await event('ALERT', 'web-1')
    const [alert] = await alertsOf(world)
    const path = `/api/alerts/${alert?.id}`
    expect(await world.api.get(`${path}/actions`)).toEqual([])
    expect((await world.api.call('POST', `${path}/actions`, { id: action.id })).status).toBe(404)
    const { name, integrationType } = source
    await world.api.put(`/api/alert-sources/${source.id}`, {
      name,
      integrationType,
      escalationPolicy: { id: policy.id },
      teams: [{ id: team.id }],
    })
    expect(await world.api.get(`${path}/actions`)).toMatchObject([{ id: action.id, name: 'Tell the team' }])
    expect(await phone(world, { app: 'mattermost' })).toEqual([])
    await world.api.post(`${path}/actions`, { webhookId: action.id })
    await world.settle()
    expect(await phone(world, { app: 'mattermost' })).toMatchObject([
      { title: `Look at ${alert?.id}`, text: 'Sent by Automation' },
    ])
    expect(await world.api.get(`${path}/action-runs`)).toMatchObject([{ triggerType: 'manual', status: 'SENT' }])
  })

  it('share a connector, whose address is asked for again before its secrets go elsewhere', async () => {
    const { world, event, addAction } = await openWithSource()
    const connector = await world.api.post<z.infer<typeof Connector>>('/api/connectors', {
      name: 'Front door',
      type: 'webhook',
      params: {
        webhookUrl: hook(world, 'webhook', 'front'),
        headers: [{ key: 'Authorization', value: 'Bearer of-the-door' }],
      },
    })
    const action = await addAction({ connectorType: 'webhook', connectorId: connector.id, params: {} })
    await event('ALERT', 'web-1')
    const [call] = await phone(world, { kind: 'webhook' })
    expect(headsOf(call).authorization).toBe('Bearer of-the-door')
    // Neither by the action nor by the connector can the header be sent to another place.
    const elsewhere = hook(world, 'webhook', 'elsewhere')
    const put = (params: Record<string, unknown>) =>
      world.api.call<{ errors: { field: string }[] }>('PUT', `/api/connectors/${connector.id}`, {
        name: 'Front door',
        type: 'webhook',
        params,
      })
    expect(
      (
        await world.api.call('PUT', `/api/alert-actions/${action.id}`, {
          ...action,
          connectorId: connector.id,
          params: { webhookUrl: elsewhere },
        })
      ).status,
    ).toBe(400)
    expect((await put({ webhookUrl: elsewhere })).body.errors).toMatchObject([{ field: 'params.headers' }])
    expect((await put({ webhookUrl: elsewhere, headers: connector.params.headers })).status).toBe(400)
    expect((await put({ headers: connector.params.headers })).status).toBe(200)
    expect((await put({ webhookUrl: elsewhere, headers: [] })).status).toBe(200)
    expect((await world.api.call('DELETE', `/api/connectors/${connector.id}`)).status).toBe(409)
    expect((await world.api.call('DELETE', `/api/alert-actions/${action.id}`)).status).toBe(204)
    expect((await world.api.call('DELETE', `/api/connectors/${connector.id}`)).status).toBe(204)
  })

  it('refuse bad input by naming the field, and call no address inside', async () => {
    const { world, source, event, addAction } = await openWithSource({ losesNoCommits: true })
    const refused = async (some: Record<string, unknown>) => {
      const answer = await world.api.call<{ errors?: { field: string; message: string }[] }>(
        'POST',
        '/api/alert-actions',
        {
          name: 'Tell',
          alertSources: [{ id: source.id }],
          triggerTypes: ['alert-created'],
          connectorType: 'mattermost',
          params: { url: hook(world, 'mattermost') },
          ...some,
        },
      )
      expect(answer.status).toBe(400)
      return answer.body.errors?.map((one) => one.field)
    }
    expect(await refused({ name: ' ' })).toEqual(['name'])
    expect(await refused({ alertSources: [] })).toEqual(['alertSources'])
    expect(await refused({ alertSources: [{ id: 4_711 }] })).toEqual(['alertSources.0.id'])
    expect(await refused({ teams: [{ id: 4_711 }] })).toEqual(['teams.0.id'])
    expect(await refused({ triggerTypes: [] })).toEqual(['triggerTypes'])
    expect(await refused({ connectorType: 'pigeon' })).toEqual(['connectorType'])
    expect(await refused({ connectorId: '77' })).toEqual(['connectorId'])
    expect(await refused({ params: {} })).toEqual(['params.url'])
    expect(await refused({ params: { url: 'ftp://example.com' } })).toEqual(['params.url'])
    expect(await refused({ conditions: 'alert.summary ==' })).toEqual(['conditions'])
    expect(await refused({ params: { url: hook(world, 'mattermost'), titleTemplate: '{{ ' } })).toEqual([
      'params.titleTemplate',
    ])
    expect(await refused({ notResolvedDelaySec: 172_801 })).toEqual(['notResolvedDelaySec'])
    const headers = [{ key: 'webhook-id', value: 'mine' }]
    expect(await refused({ connectorType: 'webhook', params: { webhookUrl: 'https://example.com', headers } })).toEqual(
      ['params.headers.0.key'],
    )
    // The guarded client refuses what only the inside can reach, and says why in the log.
    const inside = await addAction({ connectorType: 'mattermost', params: { url: 'http://169.254.169.254/latest' } })
    await event('ALERT', 'web-1')
    const [run] = await runsOf(world, inside)
    expect(run).toMatchObject({ status: 'FAILED', attempts: 1, httpStatus: null })
  })

  it('show before anything is saved what would be sent, and where a text is wrong', async () => {
    const { world, event } = await openWithSource()
    const preview = (input: Record<string, unknown>) =>
      world.api.post<z.infer<typeof ActionPreview>>('/api/alert-actions/preview', {
        connectorType: 'mattermost',
        ...input,
      })
    const plain = await preview({})
    expect(plain).toMatchObject({ errors: [], holds: true, alert: null })
    expect(plain.message?.title).toBe('New alert: Disk of web-1 is full')
    expect(plain.fields.map((field) => field.template)).toEqual(
      expect.arrayContaining(['alertSummary', 'alert.alertSource.name']),
    )
    await event('ALERT', 'db-7')
    const tried = await preview({
      alertId: 1,
      conditions: "alert.alertKey == 'web-1'",
      titleTemplate: '{{ alert.alertKey }} {{',
    })
    expect(tried.holds).toBe(false)
    expect(tried.errors.map((error) => error.field)).toEqual(['params.titleTemplate'])
    const body = await preview({ connectorType: 'webhook', bodyTemplate: '{"a": {{ alertSummary }}}' })
    expect(body.errors[0]?.message).toContain('not valid JSON')
    expect(body.message).toBeNull()
  })
})
