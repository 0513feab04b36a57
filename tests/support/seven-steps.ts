import { expect } from 'vitest'
import type * as z from 'zod'
import type { AlertSource, ConnectionTest } from '../../server/alert-sources/schema.ts'
import type { Alert, LogEntry } from '../../server/alerts/schema.ts'
import type { User } from '../../server/directory/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { World } from './world.ts'

export const WEBHOOK_EVENTS = ['problem.create', 'problem.update', 'request.create', 'request.update']

export interface Setting {
  source: z.infer<typeof AlertSource>
  policy: z.infer<typeof EscalationPolicy>
  people: z.infer<typeof User>[]
}

export const people = [
  { firstName: 'Pia', lastName: 'First', email: 'pia@example.com', role: 'RESPONDER' },
  { firstName: 'Tom', lastName: 'Then', email: 'tom@example.com', role: 'RESPONDER' },
] as const

/** Two people, a policy that asks one after the other, and a source of the type. */
export async function addSource(world: World, some: Record<string, unknown> = {}): Promise<Setting> {
  const created: z.infer<typeof User>[] = []
  for (const person of people) created.push(await world.api.post<z.infer<typeof User>>('/api/users', person))
  const policy = await world.api.post<z.infer<typeof EscalationPolicy>>('/api/escalation-policies', {
    name: 'Day and night',
    escalationRules: created.map(({ id }) => ({ escalationTimeout: 15, users: [{ id }] })),
  })
  const source = await world.api.post<z.infer<typeof AlertSource>>('/api/alert-sources', {
    name: '4me production',
    integrationType: 'FOURME',
    escalationPolicy: { id: policy.id },
    ...some,
  })
  return { source, policy, people: created }
}

/** The account, a token of the sandbox and its address, saved in the source. */
export async function connect(world: World, source: z.infer<typeof AlertSource>): Promise<z.infer<typeof AlertSource>> {
  const { token } = await world.fourme.post<{ token: string }>('/sandbox/api/tokens', {
    scopes: ['request:CRU', 'problem:CRU'],
  })
  const { name, integrationType, escalationPolicy } = source
  return world.api.put(`/api/alert-sources/${source.id}`, {
    name,
    integrationType,
    escalationPolicy,
    integrationSettings: settingsFor(world, token),
  })
}

export function settingsFor(world: World, authToken: string): Record<string, string> {
  return {
    accountName: 'acme',
    authToken,
    region: 'custom',
    apiUrl: world.sandboxUrl,
    accountUrl: world.sandboxUrl,
  }
}

/** As a person does it: the next one when the one before is verified. */
export async function addWebhooks(world: World, uri: string | null): Promise<void> {
  for (const event of WEBHOOK_EVENTS) {
    await world.fourme.post('/sandbox/api/webhooks', { name: event, event, uri })
    await world.settle()
  }
}

/** The alerts of other systems; those about Tocsin itself are another story. */
export async function alertsOf(world: World): Promise<z.infer<typeof Alert>[]> {
  return (await allAlerts(world)).filter((alert) => alert.alertSource.integrationType !== 'SELF')
}

/** The alerts about Tocsin itself. */
export async function ownAlertsOf(world: World): Promise<z.infer<typeof Alert>[]> {
  return (await allAlerts(world)).filter((alert) => alert.alertSource.integrationType === 'SELF')
}

function allAlerts(world: World): Promise<z.infer<typeof Alert>[]> {
  return world.api.get('/api/alerts')
}

export async function timelineOf(world: World, alertId: number): Promise<string[]> {
  const entries = await world.api.get<z.infer<typeof LogEntry>[]>(`/api/alerts/${alertId}/log-entries`)
  return entries.map((entry) => entry.text)
}

/** The way of the user, from an empty installation to a resolved alert; throws at the first step that does not hold. */
export async function takeSevenSteps(world: World): Promise<void> {
  // 1. A new alert source gives a key and an address.
  const { source } = await addSource(world)
  expect(source.integrationKey).toMatch(/^tik_/)
  expect(source.integrationUrl).toBe(`${world.url}/api/v1/events/4me/${source.integrationKey}`)

  // 2 and 3. A token, and the settings that use it.
  const connected = await connect(world, source)
  expect(connected.integrationSettings).toMatchObject({ accountName: 'acme', region: 'custom' })
  const test = await world.api.post<z.infer<typeof ConnectionTest>>(`/api/alert-sources/${source.id}/test-connection`)
  expect(test, JSON.stringify(test.checks)).toMatchObject({ ok: true })

  // 4. Four webhooks: the first is verified, the others of the same address are active at once.
  await addWebhooks(world, source.integrationUrl)
  const webhooks = await world.fourme.get<{ event: string; verified: boolean }[]>('/sandbox/api/webhooks')
  expect(webhooks.map(({ event, verified }) => ({ event, verified }))).toEqual(
    WEBHOOK_EVENTS.map((event) => ({ event, verified: true })),
  )
  const verifications = await world.fourme.get<{ responseStatus: number }[]>(
    '/sandbox/api/deliveries?event=webhook.verify',
  )
  expect(verifications.map((one) => one.responseStatus)).toEqual([200])

  // 5. A request becomes an alert with its facts, and the first person gets a mail.
  const request = await world.fourme.post<{ id: number }>('/sandbox/api/requests', {
    subject: 'The till in shop 7 is frozen',
    impact: 'top',
  })
  await world.settle()
  const [alert] = await alertsOf(world)
  expect(alert).toMatchObject({
    status: 'PENDING',
    alertKey: `acme:request:${request.id}`,
    labels: { impact: 'top' },
  })
  expect(alert?.summary).toContain('The till in shop 7 is frozen')
  expect(alert?.labels.requester).toBeTruthy()
  expect(alert?.links.map((link) => link.href)).toContainEqual(
    expect.stringContaining(`${world.sandboxUrl}/requests/${request.id}`),
  )
  const alertId = alert?.id ?? 0
  expect((await world.mails()).map((mail) => mail.to)).toEqual([['pia@example.com']])

  // Nobody answers: the second person is asked when the first one's time is over, and not before.
  await world.advance(15 * 60 - 1)
  expect(await world.mails()).toHaveLength(1)
  await world.advance(2)
  expect((await world.mails()).map((mail) => mail.to[0]).sort()).toEqual(['pia@example.com', 'tom@example.com'])

  // 6. Accepted in 4me: nobody else is asked.
  await world.fourme.patch(`/sandbox/api/requests/${request.id}`, { status: 'accepted' })
  await world.settle()
  expect(await world.api.get(`/api/alerts/${alertId}`)).toMatchObject({
    status: 'ACCEPTED',
    acknowledgedByType: 'SOURCE',
    nextEscalation: null,
  })
  await world.advance(2 * 3_600)
  expect(await world.mails()).toHaveLength(2)

  // 7. Completed in 4me: resolved, and the timeline tells it all.
  await world.fourme.patch(`/sandbox/api/requests/${request.id}`, {
    status: 'completed',
    completion_reason: 'solved',
  })
  await world.settle()
  expect(await world.api.get(`/api/alerts/${alertId}`)).toMatchObject({ status: 'RESOLVED', resolvedByType: 'SOURCE' })
  const story = (await timelineOf(world, alertId)).join('\n')
  for (const word of [/pia@example\.com/i, /tom@example\.com/i, /accepted/i, /completed/i]) expect(story).toMatch(word)
}
