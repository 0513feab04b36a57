import { expect } from 'vitest'
import type * as z from 'zod'
import type { Notification } from '../../server/notifications/schema.ts'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { setUpChannels } from './phone.ts'
import { addSource, alertsOf, timelineOf } from './seven-steps.ts'
import type { World } from './world.ts'

/** A world with every channel, a source, and Pia, who is asked first. */
export async function withAllChannels(opening: Promise<World>, some: Record<string, unknown> = {}) {
  const world = await opening
  await setUpChannels(world)
  const { source, people, policy } = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...some })
  const [pia, tom] = people
  if (!pia || !tom) throw new Error('Nobody is there.')
  const alarm = async (summary: string, settles = true) => {
    await world.outside.post('/api/events', { integrationKey: source.integrationKey, eventType: 'ALERT', summary })
    if (settles) await world.settle()
  }
  return { world, source, policy, pia, tom, alarm }
}

/** The alert that was opened last. */
export const newest = async (world: World) => {
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('There is no alert.')
  return alert
}

/** Every page of an alert. */
export const pages = (world: World, id: number) =>
  world.api.get<z.infer<typeof Notification>[]>(`/api/alerts/${id}/notifications`)

/** The timeline of an alert, as one text. */
export const story = async (world: World, id: number) => (await timelineOf(world, id)).join('\n')

/** The auditor has nothing to say. */
export const nothingFound = async (world: World) =>
  expect((await world.api.get<SelfCheck>('/api/self-check')).findings).toEqual([])
