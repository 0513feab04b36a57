import { describe, expect, it } from 'vitest'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { DIFFERENCES_SHOWN } from '../../server/reconciliation/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { changeRequest, connectedWith, newRequest, reconcile } from '../support/fourme.ts'
import { alertsOf } from '../support/seven-steps.ts'
import { addPerson, MINUTE } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const NETWORK = 15
const template = (textTemplate: string) => ({ textTemplate })
const silent = (world: World, some: Record<string, unknown> = {}) =>
  world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'Imported', silent: true, ...some })
const inMinutes = (world: World, minutes: number) =>
  new Date(world.clock.instant.getTime() + minutes * MINUTE * 1_000).toISOString()
const maintain = (world: World, sourceId: number, minutes: number) =>
  world.api.post<MaintenanceWindow>('/api/maintenance-windows', {
    summary: 'New disks',
    start: inMinutes(world, 0),
    end: inMinutes(world, minutes),
    alertSources: [{ id: sourceId }],
  })

/** The source of all webhooks, with these rules too. */
async function ruledBy(world: World, rules: Record<string, unknown>, settings: Record<string, unknown> = {}) {
  const { id, name, integrationType, escalationPolicy } = await connectedWith(world, settings)
  return world.api.put<AlertSource>(`/api/alert-sources/${id}`, { name, integrationType, escalationPolicy, ...rules })
}

describe('a comparison', () => {
  it('opens nothing that maintenance dropped, neither while it lasts nor after', async () => {
    const world = await open()
    const source = await connectedWith(world)
    await world.advance(MINUTE)
    await maintain(world, source.id, 30)
    await newRequest(world, { subject: 'Disks are new' })
    const imported = await silent(world)
    await world.advance(20 * MINUTE)
    expect(await alertsOf(world)).toEqual([])
    expect(await reconcile(world, source.id, { dryRun: true })).toMatchObject({ checked: 2, differences: [] })
    await world.advance(40 * MINUTE)
    expect(await alertsOf(world)).toEqual([])
    expect(await world.mails()).toEqual([])
    // News after its end counts again, told or not.
    await world.fourme.put('/sandbox/faults', { webhooks: { withheld: true } })
    await changeRequest(world, imported.id, { status: 'waiting_for' })
    await changeRequest(world, imported.id, { status: 'assigned' })
    await world.advance(10 * MINUTE)
    expect(await alertsOf(world)).toMatchObject([{ summary: 'Imported', status: 'PENDING' }])
  })

  it('opens nothing that the event filter keeps out', async () => {
    const world = await open()
    const eventFilter = 'event.customDetails.payload.team.name == "Network" and event.summary != "Noise"'
    const source = await ruledBy(world, { eventFilter })
    await world.advance(MINUTE)
    await newRequest(world, { subject: 'Told' })
    await silent(world, { subject: 'Untold' })
    await silent(world, { subject: 'Noise', team_id: NETWORK })
    await silent(world, { subject: 'Switch is down', team_id: NETWORK })
    await world.advance(10 * MINUTE)
    expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['Switch is down'])
    expect(await reconcile(world, source.id)).toMatchObject({ checked: 4, differences: [] })
  })

  it('asks whom the routing key names, with the priority that the mapping gives', async () => {
    const world = await open()
    const dba = await addPerson(world, 'Dora')
    const policy = await world.api.post<EscalationPolicy>('/api/escalation-policies', {
      name: 'Networkers',
      routingKey: 'network',
      escalationRules: [{ escalationTimeout: 15, users: [{ id: dba.id }] }],
    })
    await ruledBy(world, {
      routingTemplate: template('{{ payload.team.name.lowerCase() }}'),
      priorityTemplate: {
        valueTemplate: template('{{ labels.impact }}'),
        mappings: [{ value: 'low', priority: 'LOW' }],
      },
    })
    await world.advance(MINUTE)
    await silent(world, { subject: 'Switch is slow', team_id: NETWORK, impact: 'low' })
    await world.advance(10 * MINUTE)
    expect(await alertsOf(world)).toMatchObject([{ priority: 'LOW', escalationPolicy: { id: policy.id } }])
    expect((await world.mails()).map((mail) => mail.to)).toEqual([['dora@example.com']])
  })

  it('finds nothing anew where a rule of the source gives records another meaning', async () => {
    const world = await open()
    const eventTypeFilterAccept = 'event.customDetails.payload.team.name == "Network"'
    const source = await ruledBy(world, { eventTypeFilterAccept })
    await world.advance(MINUTE)
    await silent(world, { subject: 'Served already', team_id: NETWORK })
    await world.advance(30 * MINUTE)
    expect(await world.mails()).toEqual([])
    expect(await reconcile(world, source.id)).toMatchObject({ checked: 1, differences: [] })
    const { count } = await world.db
      .selectFrom('healed_difference')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBeLessThanOrEqual(1)
  })
})

describe('many records that are kept out', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a filter of the 4me settings', {}, { filters: { team: ['Network'] } }],
    ['the event filter', { eventFilter: 'event.customDetails.payload.team.name == "Network"' }, {}],
  ])('by %s hide no other', async (_what, rules, settings) => {
    const world = await open()
    const source = await ruledBy(world, rules, settings)
    await world.advance(MINUTE)
    // Problems come last in a comparison.
    await world.fourme.post('/sandbox/api/problems', { subject: 'Lost', silent: true, team_id: NETWORK })
    for (let at = 0; at < DIFFERENCES_SHOWN + 5; at++) await silent(world, { subject: `Other ${at}` })
    await world.advance(10 * MINUTE)
    expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['Lost'])
    expect(await reconcile(world, source.id)).toMatchObject({ checked: DIFFERENCES_SHOWN + 6, isComplete: true })
  })
})

describe('a target that comes near', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['maintenance', {}, {}],
    ['the event filter', {}, { eventFilter: 'event.customDetails.payload.team.name == "Network"' }],
    ['a filter of the 4me settings', { filters: { impact: ['low'] } }, {}],
  ])('opens nothing that %s keeps out', async (what, settings, rules) => {
    const world = await open()
    const { id } = await ruledBy(world, rules, { slaTrigger: { minutesBefore: 110 }, ...settings })
    await world.advance(MINUTE)
    if (what === 'maintenance') await maintain(world, id, 60)
    await newRequest(world, { impact: 'top' })
    await world.advance(30 * MINUTE)
    expect(await alertsOf(world)).toEqual([])
    expect(await world.mails()).toEqual([])
  })
})
