import { describe, expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { changeRequest, connectedWith, newRequest } from '../support/fourme.ts'
import { alertsOf, timelineOf } from '../support/seven-steps.ts'
import { addPerson, alarm, expectNoFindings, MINUTE, readAlert, toldOf } from '../support/verbs.ts'

const open = worldsOfThisFile()

describe('an alert that becomes heavier', () => {
  it('by its record asks everybody in turn: a low alert had asked the first level alone', async () => {
    const world = await open()
    await connectedWith(world, { impactPriority: { low: 'LOW', top: 'HIGH' } })
    const ticket = await newRequest(world, { impact: 'low' })
    const [alert] = await alertsOf(world)
    await world.advance(60 * MINUTE)
    expect(await world.mails()).toHaveLength(1)
    await changeRequest(world, ticket.id, { impact: 'top' })
    expect(await readAlert(world, alert?.id ?? 0)).toMatchObject({ priority: 'HIGH', escalation: { climb: 2 } })
    await world.advance(31 * MINUTE)
    const told = (await world.mails()).map((mail) => mail.to[0]).toReversed()
    expect(told).toEqual(['pia@example.com', 'pia@example.com', 'tom@example.com'])
    await expectNoFindings(world)
  })

  it('by an event of high priority that joins it, too; once somebody works on it they alone hear of more, now and then', async () => {
    const world = await open({ isDamaged: true })
    const { alert, send } = await alarm(world, {
      source: { alertCreation: 'ONE_OPEN_ALERT_ALLOWED', alertPriorityRule: 'HIGH' },
    })
    expect(alert.priority).toBe('HIGH')
    await world.api.put(`/api/alerts/${alert.id}/resolve`)
    await send({ eventType: 'ALERT', summary: 'A small thing', alertKey: 'small', priority: 'LOW' })
    const [low] = await alertsOf(world)
    expect(low).toMatchObject({ priority: 'LOW' })
    await world.advance(30 * MINUTE)
    expect(await toldOf(world, 'A small thing')).toEqual(['pia'])
    await send({ eventType: 'ALERT', summary: 'A big thing', alertKey: 'big', priority: 'HIGH' })
    expect((await timelineOf(world, low?.id ?? 0)).join('\n')).toMatch(/LOW → HIGH: .* joined/)
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'A small thing')).toEqual(['pia', 'pia', 'tom'])

    await world.db.updateTable('alert').set({ status: 'ACCEPTED', accepted_by: null }).execute()
    await world.db
      .updateTable('alert')
      .set((eb) => ({ accepted_by: eb.selectFrom('person').select('id').where('email', '=', 'tom@example.com') }))
      .execute()
    for (const key of ['more', 'and-more']) await send({ eventType: 'ALERT', summary: 'More', alertKey: key })
    await world.settle()
    expect(await toldOf(world, 'A small thing')).toEqual(['pia', 'pia', 'tom', 'tom'])
    await world.advance(16 * MINUTE)
    await send({ eventType: 'ALERT', summary: 'More', alertKey: 'still-more' })
    await world.settle()
    expect(await toldOf(world, 'A small thing')).toEqual(['pia', 'pia', 'tom', 'tom', 'tom'])
  })
})

describe('a record that is opened again', () => {
  const reopened = async (before: (world: Awaited<ReturnType<typeof open>>, alertId: number) => Promise<void>) => {
    const world = await open()
    await connectedWith(world, { reopen: 'REOPEN' })
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    const id = alert?.id ?? 0
    await before(world, id)
    await world.advance(60)
    await changeRequest(world, ticket.id, { status: 'completed', completion_reason: 'solved' })
    await world.advance(60)
    const mails = (await world.mails()).length
    await changeRequest(world, ticket.id, { status: 'assigned' })
    await world.advance(60)
    return { world, id, newMails: (await world.mails()).slice(0, (await world.mails()).length - mails) }
  }

  it('is asked about for itself, though its alert was merged into another that is over', async () => {
    const { world, id, newMails } = await reopened(async (world, alertId) => {
      await world.fourme.post('/sandbox/api/requests', { subject: 'The main one' })
      await world.advance(5)
      const [main] = await alertsOf(world)
      await world.api.put(`/api/alerts/${main?.id}/merge`, { alerts: [{ id: alertId }] })
      await world.api.put(`/api/alerts/${main?.id}/resolve`)
    })
    expect(await readAlert(world, id)).toMatchObject({ status: 'PENDING', mergedIntoId: null })
    expect(newMails).toHaveLength(1)
    await expectNoFindings(world)
  })

  it('asks the people of the policy its alert was given to', async () => {
    const { world, id, newMails } = await reopened(async (world, alertId) => {
      const kim = await addPerson(world, 'Kim')
      const network = await world.api.post<{ id: number }>('/api/escalation-policies', {
        name: 'Network',
        escalationRules: [{ escalationTimeout: 5, users: [{ id: kim.id }] }],
      })
      await world.api.put(`/api/alerts/${alertId}/assign?policy=${network.id}`)
    })
    expect(await readAlert(world, id)).toMatchObject({ escalationPolicy: { name: 'Network' } })
    expect(newMails.map((mail) => mail.to[0])).toEqual(['kim@example.com'])
  })
})

describe('whoever is asked by name', () => {
  it('is reached as for high priority, also about a low alert', async () => {
    const world = await open()
    const { alert, policy } = await alarm(world, { source: { alertPriorityRule: 'LOW' } })
    const kim = await addPerson(world, 'Kim')
    await world.api.put(`/api/alerts/${alert.id}/assign?user-id=${kim.id}`)
    await world.settle()
    const page = await world.db
      .selectFrom('notification')
      .select('priority')
      .where('person_id', '=', kim.id)
      .executeTakeFirstOrThrow()
    expect(page.priority).toBe('HIGH')
    expect(policy.id).toBeGreaterThan(0)
    await expectNoFindings(world)
  })
})

describe('an accepted alert that nobody gets on with', () => {
  it('comes back although its monitor repeats itself', async () => {
    const world = await open()
    const { alert, policy, send } = await alarm(world)
    await world.api.put(`/api/escalation-policies/${policy.id}`, { ...policy, acceptTimeoutMin: 30 })
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    await world.advance(20 * MINUTE)
    await send({ eventType: 'ALERT', summary: 'Disk almost full', alertKey: 'disk' })
    await world.advance(11 * MINUTE)
    expect(await readAlert(world, alert.id)).toMatchObject({ status: 'PENDING' })
  })
})
