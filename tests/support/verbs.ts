import { expect } from 'vitest'
import type { Alert, LogEntry } from '../../server/alerts/schema.ts'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { addSource, alertsOf } from './seven-steps.ts'
import type { World } from './world.ts'

export const MINUTE = 60

/** A source of the event API whose policy asks Pia and, a quarter of an hour later, Tom; and one alert of it. */
export async function alarm(world: World, some: { source?: Record<string, unknown>; summary?: string } = {}) {
  const setting = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...some.source })
  const send = async (event: Record<string, unknown>) => {
    await world.outside.post('/api/events', { integrationKey: setting.source.integrationKey, ...event })
    await world.settle()
  }
  await send({ eventType: 'ALERT', summary: some.summary ?? 'Disk almost full', alertKey: 'disk' })
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('The event opened no alert.')
  return { ...setting, alert, send }
}

/** Somebody else who can be asked. */
export async function addPerson(world: World, firstName: string): Promise<{ id: number; email: string }> {
  return world.api.post('/api/users', {
    firstName,
    lastName: 'Other',
    email: `${firstName.toLowerCase()}@example.com`,
    role: 'RESPONDER',
  })
}

export const readAlert = (world: World, id: number) => world.api.get<Alert>(`/api/alerts/${id}`)

/** Whom mails about alerts of this summary went to, in order. */
export async function toldOf(world: World, summary: string): Promise<(string | undefined)[]> {
  const mails = (await world.mails()).filter((mail) => mail.subject.includes(summary))
  return mails.map((mail) => mail.to[0]?.replace('@example.com', '')).toReversed()
}

/** The types of an alert's timeline entries, notifications left out. */
export async function entriesOf(world: World, id: number): Promise<string[]> {
  const entries = await world.api.get<LogEntry[]>(`/api/alerts/${id}/log-entries`)
  return entries.map((entry) => entry.logEntryType.replace('LogEntry', '')).filter((type) => type !== 'Notification')
}

/** What the audit log says of an object, oldest first. */
export async function auditOf(world: World, type: string, id: number): Promise<string[]> {
  const entries = await world.api.get<{ action: string }[]>(`/api/audit?object-type=${type}&object-id=${id}`)
  return entries.map((entry) => entry.action).toReversed()
}

/** The auditor looked, and found nothing to put right. */
export async function expectNoFindings(world: World): Promise<void> {
  await world.advance(41)
  expect((await world.api.get<SelfCheck>('/api/self-check')).findings).toEqual([])
}
