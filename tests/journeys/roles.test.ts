import { describe, expect, it } from 'vitest'
import type { Schedule } from '../../server/oncall/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { JsonClient } from '../support/json-client.ts'
import { addPeople, addSignedIn } from '../support/people.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
type Someone = { id: number }
type Deed = (as: JsonClient, some: { own: Someone; other: Someone; schedule: Someone }) => Promise<{ status: number }>

const span = { start: '2026-03-03T09:00:00Z', end: '2026-03-03T10:00:00Z' }
const layers = (users: readonly Someone[]) => [
  { name: 'Daily', startsOn: '2026-03-01T08:00', users, rotation: 'P1D', restrictions: [] },
]
const rota = (users: readonly Someone[]) => ({
  name: 'Watch',
  timezone: 'UTC',
  type: 'RECURRING',
  scheduleLayers: layers(users),
})

/** What each role may do, as ilert's matrix says: 2xx or 403. */
const MATRIX: [string, Deed, { RESPONDER: boolean; USER: boolean; ADMIN: boolean }][] = [
  ['see schedules', (as) => as.call('GET', '/api/schedules'), { RESPONDER: true, USER: true, ADMIN: true }],
  [
    'put themselves on call',
    (as, { own, schedule }) => as.call('POST', `/api/schedules/${schedule.id}/overrides`, { user: own, ...span }),
    { RESPONDER: true, USER: true, ADMIN: true },
  ],
  [
    'put others on call',
    (as, { other, schedule }) => as.call('POST', `/api/schedules/${schedule.id}/overrides`, { user: other, ...span }),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'make a schedule',
    (as, { own }) => as.call('POST', '/api/schedules', rota([own])),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'change a schedule',
    (as, { own, schedule }) => as.call('PUT', `/api/schedules/${schedule.id}`, rota([own])),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'make an escalation policy',
    (as, { own }) =>
      as.call('POST', '/api/escalation-policies', {
        name: 'P',
        escalationRules: [{ escalationTimeout: 5, users: [own] }],
      }),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'make support hours',
    (as) => as.call('POST', '/api/support-hours', { name: 'S', timezone: 'UTC', supportDays: {} }),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'change their own rules',
    (as) => as.call('PUT', '/api/users/current/quiet-hours', { quietHours: { from: '22:00', to: '07:00' } }),
    { RESPONDER: true, USER: true, ADMIN: true },
  ],
  [
    'change the rules of others',
    (as, { other }) => as.call('PUT', `/api/users/${other.id}/quiet-hours`, { quietHours: null }),
    { RESPONDER: false, USER: false, ADMIN: true },
  ],
  [
    'mute others',
    (as, { other }) => as.call('PUT', `/api/users/${other.id}/mute`, { mutedUntil: null }),
    { RESPONDER: false, USER: false, ADMIN: true },
  ],
  [
    'add a person',
    (as) => as.call('POST', '/api/users', { firstName: 'New', email: 'new@example.com' }),
    { RESPONDER: false, USER: false, ADMIN: true },
  ],
  [
    'invite a person',
    (as, { other }) => as.call('POST', `/api/users/${other.id}/invitation`),
    { RESPONDER: false, USER: false, ADMIN: true },
  ],
  [
    'delete a schedule',
    (as, { schedule }) => as.call('DELETE', `/api/schedules/${schedule.id}`),
    { RESPONDER: false, USER: true, ADMIN: true },
  ],
  [
    'delete a person',
    (as, { other }) => as.call('DELETE', `/api/users/${other.id}`),
    { RESPONDER: false, USER: false, ADMIN: true },
  ],
]

async function scene(world: World, role: 'RESPONDER' | 'USER' | 'ADMIN') {
  const { user, as } = await addSignedIn(world, 'Ann', role)
  const [other, third] = await addPeople(world, 'Bob', 'Cem')
  const schedule = await world.api.post<Schedule>('/api/schedules', rota([third]))
  return { as, some: { own: user, other, schedule } }
}

describe.each(['RESPONDER', 'USER', 'ADMIN'] as const)('the role %s', (role) => {
  it('may do what its line says and nothing else', async () => {
    const world = await open()
    const { as, some } = await scene(world, role)
    for (const [name, deed, may] of MATRIX) {
      const { status } = await deed(as, some)
      // The override of the other is in the way of deleting them: that is no question of rights.
      const isAllowed = status < 300 || status === 409
      expect([name, isAllowed ? 'may' : status]).toEqual([name, may[role] ? 'may' : 403])
    }
  })
})

it('nobody changes their own role, and the owner is one', async () => {
  const world = await open()
  const { user, as } = await addSignedIn(world, 'Ann', 'ADMIN')
  const own = { firstName: 'Ann', email: 'ann@example.com' }
  expect((await as.call('PUT', `/api/users/${user.id}`, { ...own, role: 'USER' })).status).toBe(403)
  expect((await world.api.call('PUT', `/api/users/${user.id}`, { ...own, role: 'OWNER' })).status).toBe(400)
  expect((await as.call('DELETE', `/api/users/${user.id}`)).status).toBe(403)
})
