import { expect, it } from 'vitest'
import type { Trace } from '../../server/trace/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

const traceOf = async (world: World, alertId: number) =>
  (await world.api.get<Trace>(`/api/alerts/${alertId}/trace`)).steps
const words = (steps: Trace['steps']) => steps.map((step) => `${step.station} ${step.decision} ${step.rule}`)

it('tells of every decision about an alert why it was made', async () => {
  const world = await open()
  const { source, people } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  const send = (event: Record<string, unknown>) =>
    world.outside.post('/api/events', { integrationKey: source.integrationKey, ...event })
  await send({ eventType: 'ALERT', summary: 'Disk almost full', alertKey: 'disk' })
  await world.settle()
  await send({ eventType: 'ALERT', summary: 'Disk fuller', alertKey: 'disk' })
  await world.advance(16 * 60)
  const [alert] = await alertsOf(world)
  await world.api.put(`/api/alerts/${alert?.id}/accept`)

  const steps = await traceOf(world, alert?.id ?? 0)
  expect(words(steps)).toEqual([
    'alerts open opened',
    'alerts prioritise priority-of-source',
    'escalation start policy-of-source',
    'escalation ask level-due',
    'notifications plan rules-of-person',
    'notifications send handed-over',
    'alerts join same-key',
    'escalation ask level-due',
    'notifications plan rules-of-person',
    'notifications send handed-over',
    'alerts accept answered-by-api',
    'escalation stop answer-ends-climb',
  ])
  expect(steps[3]).toMatchObject({
    people: [{ id: people[0]?.id, name: 'Pia First' }],
    reason: expect.stringMatching(/level 1 of Day and night.*within 15 min, level 2 is asked/),
  })
  expect(steps[5]).toMatchObject({ channels: ['EMAIL'], people: [{ name: 'Pia First' }] })
  for (const step of steps) expect(step.reason).not.toBe('')
})

it('tells who was left out, who was passed over, and that nobody was left', async () => {
  const world = await open()
  const { policy, people } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  const [pia, tom] = people
  const { integrationKey } = await world.api.post<{ integrationKey: string }>('/api/alert-sources', {
    name: 'Another',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  await world.db
    .deleteFrom('contact')
    .where('person_id', '=', pia?.id ?? 0)
    .execute()
  await world.outside.post('/api/events', { integrationKey, eventType: 'ALERT', summary: 'Hello?' })
  await world.advance(16 * 60)
  const [alert] = await alertsOf(world)
  const steps = await traceOf(world, alert?.id ?? 0)
  expect(words(steps)).toEqual([
    'alerts open opened',
    'alerts prioritise priority-of-source',
    'escalation start policy-of-source',
    'escalation leave-out no-way-to-reach',
    'escalation skip level-reaches-nobody',
    'escalation ask level-due',
    'notifications plan rules-of-person',
    'notifications send handed-over',
    'escalation end every-level-asked',
    'last-resort end last-resort-reaches-nobody',
  ])
  expect(steps[3]).toMatchObject({ people: [{ id: pia?.id }] })
  expect(steps[5]).toMatchObject({ people: [{ id: tom?.id }] })
})

it('is not there for an alert that is not there', async () => {
  const world = await open()
  expect(await world.api.call('GET', '/api/alerts/4711/trace')).toMatchObject({ status: 404 })
})
