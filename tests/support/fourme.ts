import type * as z from 'zod'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { Alert } from '../../server/alerts/schema.ts'
import type { Reconciliation } from '../../server/reconciliation/schema.ts'
import type { WriteBack } from '../../server/writeback/schema.ts'
import { addSource, addWebhooks, settingsFor } from './seven-steps.ts'
import type { Mail, World } from './world.ts'

type Source = z.infer<typeof AlertSource>
type AlertOf = z.infer<typeof Alert>

export interface Ticket {
  id: number
  status: string
  updated_at: string
  completion_reason: string | null
  member: { id: number; name: string } | null
  team: { id: number; name: string } | null
  notes: { text: string; internal: boolean }[]
}

/** A source that is connected to the sandbox, with all webhooks, and these settings on top. */
export async function connectedWith(
  world: World,
  settings: Record<string, unknown> = {},
  how: { scopes?: string[]; source?: Record<string, unknown>; webhooks?: boolean } = {},
): Promise<Source> {
  const { source } = await addSource(world, how.source)
  const { token } = await world.fourme.post<{ token: string }>('/sandbox/api/tokens', {
    scopes: how.scopes ?? ['request:CRU', 'problem:CRU', 'person:R'],
  })
  const connected = await saveSettings(world, source, { ...settingsFor(world, token), ...settings })
  await world.settle()
  if (how.webhooks ?? true) await addWebhooks(world, source.integrationUrl)
  return connected
}

/** Saves settings of a source over those it has. */
export function saveSettings(
  world: World,
  source: Source,
  integrationSettings: Record<string, unknown>,
): Promise<Source> {
  const { name, integrationType, escalationPolicy } = source
  return world.api.put(`/api/alert-sources/${source.id}`, {
    name,
    integrationType,
    escalationPolicy,
    integrationSettings,
  })
}

/** Creates a request in the sandbox and lets it arrive. */
export async function newRequest(world: World, some: Record<string, unknown> = {}): Promise<Ticket> {
  const ticket = await world.fourme.post<Ticket>('/sandbox/api/requests', { subject: 'Mail is down', ...some })
  await world.settle()
  return ticket
}

export function requestOf(world: World, id: number): Promise<Ticket> {
  return world.fourme.get(`/sandbox/api/requests/${id}`)
}

export async function changeRequest(world: World, id: number, change: Record<string, unknown>): Promise<void> {
  await world.fourme.patch(`/sandbox/api/requests/${id}`, change)
  await world.settle()
}

export function alertWith(world: World, id: number): Promise<AlertOf> {
  return world.api.get(`/api/alerts/${id}`)
}

export function writeBacks(world: World, alertId: number): Promise<z.infer<typeof WriteBack>[]> {
  return world.api.get(`/api/alerts/${alertId}/write-backs`)
}

export function reconcile(
  world: World,
  sourceId: number,
  input: Record<string, unknown> = {},
): Promise<z.infer<typeof Reconciliation>> {
  return world.api.post(`/api/alert-sources/${sourceId}/reconcile`, input)
}

/** What was asked of 4me's API that changes something there. */
export async function writesTo(world: World): Promise<string[]> {
  const calls = await world.fourme.get<{ method: string; path: string }[]>('/sandbox/api/calls')
  return calls.filter((call) => call.method !== 'GET').map((call) => `${call.method} ${call.path}`)
}

export async function warningsOf(world: World, sourceId: number): Promise<string[]> {
  return (await world.api.get<Source>(`/api/alert-sources/${sourceId}`)).warnings.map((one) => one.code)
}

/** Answers as the person a page went to, by the link in the mail. */
export async function answerByMail(world: World, mail: Mail | undefined, verb: 'accept' | 'resolve'): Promise<void> {
  const link = new RegExp(`https?://\\S+do=${verb}`).exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error(`The mail has no link to ${verb}.`)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await world.outside.call('POST', new URL(link).pathname, `do=${verb}`, form)
  if (answer.status !== 200) throw new Error(`The answer was not taken: ${answer.status}.`)
}
