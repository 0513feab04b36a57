import { expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { JsonClient } from '../support/json-client.ts'
import { signInNew } from '../support/sign-in.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
type Made = { id: number }
type Named = { name?: string; summary?: string }

/** One of everything that a team can own, named after the team, and an alert of it. */
async function furnish(world: World, name: string, teams: readonly Made[]) {
  const policy = await world.api.post<Made>('/api/escalation-policies', {
    name,
    escalationRules: [{ escalationTimeout: 5, users: [] }],
    teams,
  })
  const source = await world.api.post<{ integrationKey: string }>('/api/alert-sources', {
    name,
    integrationType: 'API',
    escalationPolicy: policy,
    teams,
  })
  await world.api.post('/api/schedules', { name, timezone: 'UTC', type: 'RECURRING', teams })
  await world.api.post('/api/support-hours', { name, timezone: 'UTC', supportDays: {}, teams })
  const { integrationKey } = source
  await world.outside.post('/api/events', { integrationKey, eventType: 'ALERT', summary: name, alertKey: name })
}

const NAMES = ['Red', 'Blue', 'Secret', 'Both', 'Nobody']
const LISTS = ['alerts', 'alert-sources', 'escalation-policies', 'schedules', 'support-hours']

it('a list tells what the teams of its context own, and everything without one', async () => {
  const world = await open()
  const mia = await signInNew(world, 'Mia', 'USER')
  const nora = await signInNew(world, 'Nora', 'USER')
  const team = (name: string, more: Record<string, unknown>) => world.api.post<Made>('/api/teams', { name, ...more })
  const red = await team('Red', { members: [{ user: { id: mia.user.id }, role: 'USER' }] })
  const blue = await team('Blue', {})
  const secret = await team('Secret', {
    visibility: 'PRIVATE',
    members: [{ user: { id: mia.user.id }, role: 'USER' }],
  })
  await furnish(world, 'Red', [red])
  await furnish(world, 'Blue', [blue])
  await furnish(world, 'Secret', [secret])
  await furnish(world, 'Both', [red, blue])
  await furnish(world, 'Nobody', [])
  await world.settle()

  const told = async (who: JsonClient, context: string | null, header = 'team-context') => {
    const lists = await Promise.all(
      LISTS.map(async (list) => {
        const answer = await who.call<Named[]>(
          'GET',
          `/api/${list}`,
          undefined,
          context === null ? {} : { [header]: context },
        )
        expect(answer.status).toBe(200)
        // An installation has things of its own too: a policy, a source, and alerts about itself.
        const names = answer.body.map((one) => one.name ?? one.summary ?? '').filter((name) => NAMES.includes(name))
        return names.toSorted().join()
      }),
    )
    expect(new Set(lists).size).toBe(1)
    return lists[0]
  }
  expect(await told(world.api, null)).toBe('Blue,Both,Nobody,Red,Secret')
  expect(await told(world.api, '0')).toBe('Blue,Both,Nobody,Red,Secret')
  expect(await told(world.api, String(blue.id))).toBe('Blue,Both')
  expect(await told(world.api, String(blue.id), 'x-team-context')).toBe('Blue,Both')
  expect(await told(mia.client, '-1')).toBe('Both,Red,Secret')
  expect(await told(mia.client, String(secret.id))).toBe('Secret')
  expect(await told(nora.client, '-1')).toBe('')
  expect(await told(nora.client, String(red.id))).toBe('Both,Red')
  expect(await told(nora.client, null)).toBe('Blue,Both,Nobody,Red')

  const count = await mia.client.call('GET', '/api/alerts/count', undefined, { 'team-context': '-1' })
  expect(count.body).toEqual({ count: 3 })
  // One thing is found whatever the context is.
  const inBlue = { 'team-context': String(blue.id) }
  expect((await world.api.call('GET', '/api/schedules/name/Red', undefined, inBlue)).status).toBe(200)

  const refused = async (who: JsonClient, context: string) => {
    const answer = await who.call<{ errors?: { field: string }[] }>('GET', '/api/schedules', undefined, {
      'team-context': context,
    })
    return [answer.status, answer.body.errors?.[0]?.field]
  }
  expect(await refused(world.api, '-1')).toEqual([400, 'team-context'])
  expect(await refused(world.api, 'red')).toEqual([400, 'team-context'])
  expect(await refused(world.api, '4711')).toEqual([400, 'team-context'])
  expect(await refused(nora.client, String(secret.id))).toEqual([400, 'team-context'])
})
