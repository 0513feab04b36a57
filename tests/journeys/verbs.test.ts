import { describe, expect, it } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { alertsOf } from '../support/seven-steps.ts'
import { signInNew } from '../support/sign-in.ts'
import { addPerson, alarm, auditOf, entriesOf, expectNoFindings, MINUTE, readAlert, toldOf } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const put = (world: World, path: string, body?: unknown) => world.api.put<Alert>(path, body)
const refused = async (world: World, method: string, path: string, body?: unknown) => {
  const answer = await world.api.call<{ errors?: { field: string }[]; detail: string }>(method, path, body)
  return { status: answer.status, field: answer.body.errors?.[0]?.field, detail: answer.body.detail }
}

describe('assign', () => {
  it('to a person: only they are asked, and without an answer the alert is unattended', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const kim = await addPerson(world, 'Kim')
    expect(await put(world, `/api/alerts/${alert.id}/assign?user-id=${kim.id}`)).toMatchObject({
      status: 'PENDING',
      assignedTo: { id: kim.id },
      responders: [{ user: { firstName: 'Pia' } }, { user: { firstName: 'Kim' } }],
    })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'kim'])
    expect((await world.mails())[0]?.text).toContain('Kim, you were asked to help with this alert.')
    await expectNoFindings(world)
    await world.advance(14 * MINUTE)
    expect((await readAlert(world, alert.id)).unattendedSince).toBeNull()
    await world.advance(2 * MINUTE)
    expect((await readAlert(world, alert.id)).unattendedSince).not.toBeNull()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'kim'])
    expect(await entriesOf(world, alert.id)).toContain('AlertAssignedByUser')
    expect(await auditOf(world, 'alert', alert.id)).toEqual(['alert.assigned'])
  })

  it('takes the alert from whoever accepted it, by e-mail address too', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    await put(world, `/api/alerts/${alert.id}/accept`)
    expect(await put(world, `/api/alerts/${alert.id}/assign?user=TOM@example.com`)).toMatchObject({
      status: 'PENDING',
      acceptedAt: null,
      assignedTo: { firstName: 'Tom' },
    })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom'])
    await expectNoFindings(world)
  })

  it('refuses who is not there, who cannot be told, a schedule, two at once, and what is resolved', async () => {
    const world = await open()
    const { alert, people } = await alarm(world)
    const kim = await addPerson(world, 'Kim')
    await world.db.deleteFrom('contact').where('person_id', '=', kim.id).execute()
    const assign = (query: string) => refused(world, 'PUT', `/api/alerts/${alert.id}/assign${query}`)
    expect(await assign('?user=4711')).toMatchObject({ status: 400, field: 'user' })
    expect(await assign('?user=nobody@example.com')).toMatchObject({ status: 400, field: 'user' })
    expect(await assign(`?user-id=${kim.id}`)).toMatchObject({ status: 400, field: 'user-id' })
    expect(await assign('?policy-id=4711')).toMatchObject({ status: 400, field: 'policy-id' })
    expect(await assign('?schedule=1')).toMatchObject({ status: 400, field: 'schedule' })
    expect(await assign(`?user=${people[0]?.id}&policy=1`)).toMatchObject({ status: 400 })
    expect(await assign('')).toMatchObject({ status: 400, field: 'user' })
    await put(world, `/api/alerts/${alert.id}/resolve`)
    expect(await assign(`?user=${people[0]?.id}`)).toMatchObject({ status: 409 })
    expect(await refused(world, 'PUT', '/api/alerts/4711/assign?user=1')).toMatchObject({ status: 404 })
  })
})

describe('reroute', () => {
  it('begins the other policy at its first level, and what waited of the first one never leaves', async () => {
    const world = await open()
    await world.inbox.put('/api/faults', { mode: 'temporary' })
    const { alert } = await alarm(world)
    await world.inbox.put('/api/faults', { mode: 'none' })
    const [kim, lee] = [await addPerson(world, 'Kim'), await addPerson(world, 'Lee')]
    const network = await world.api.post<{ id: number }>('/api/escalation-policies', {
      name: 'Network',
      escalationRules: [kim, lee].map(({ id }) => ({ escalationTimeout: 5, users: [{ id }] })),
    })
    expect(await put(world, `/api/alerts/${alert.id}/assign?policy=${network.id}`)).toMatchObject({
      escalationPolicy: { name: 'Network' },
      escalation: { status: 'RUNNING', climb: 2, policyName: 'Network' },
    })
    await world.advance(6 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['kim', 'lee'])
    const pages = await world.api.get<Notification[]>(`/api/alerts/${alert.id}/notifications`)
    expect(pages.find((page) => page.target === 'pia@example.com')).toMatchObject({ status: 'CANCELLED' })
    await expectNoFindings(world)
    expect(await entriesOf(world, alert.id)).toContain('AlertAssignedToPolicy')
  })

  it('back to the policy it came from asks everybody again', async () => {
    const world = await open()
    const { alert, policy } = await alarm(world)
    await put(world, `/api/alerts/${alert.id}/accept`)
    await put(world, `/api/alerts/${alert.id}/assign?policy=${policy.id}`)
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'pia', 'tom'])
    await expectNoFindings(world)
  })
})

describe('escalate', () => {
  it('asks the next level now, and the levels after it in their turn', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const answer = await put(world, `/api/alerts/${alert.id}/escalate`)
    expect(answer).toMatchObject({ nextEscalationUser: { firstName: 'Tom' } })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom'])
    await expectNoFindings(world)
    await world.advance(16 * MINUTE)
    expect((await readAlert(world, alert.id)).unattendedSince).not.toBeNull()
  })

  it('to a level that was asked already asks it again, also from an accepted alert', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    await put(world, `/api/alerts/${alert.id}/accept`)
    expect(await put(world, `/api/alerts/${alert.id}/escalate`, { levelIndex: 0 })).toMatchObject({ status: 'PENDING' })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'pia', 'tom'])
    expect(await refused(world, 'PUT', `/api/alerts/${alert.id}/escalate`, { levelIndex: 2 })).toMatchObject({
      status: 400,
      field: 'levelIndex',
    })
    await expectNoFindings(world)
    expect(await auditOf(world, 'alert', alert.id)).toEqual(['alert.accepted', 'alert.escalated'])
  })

  it('from an unattended alert begins again', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    await world.advance(31 * MINUTE)
    expect((await readAlert(world, alert.id)).unattendedSince).not.toBeNull()
    expect(await put(world, `/api/alerts/${alert.id}/escalate`)).toMatchObject({ unattendedSince: null })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom', 'pia'])
  })
})

describe('raise', () => {
  it('climbs the whole policy, once', async () => {
    const world = await open()
    const { alert } = await alarm(world, { source: { alertPriorityRule: 'LOW' } })
    await world.advance(20 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia'])
    expect(await put(world, `/api/alerts/${alert.id}/raise`)).toMatchObject({ priority: 'HIGH' })
    await put(world, `/api/alerts/${alert.id}/raise`)
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'pia', 'tom'])
    expect(await auditOf(world, 'alert', alert.id)).toEqual(['alert.raised'])
    await expectNoFindings(world)
  })

  it('of an accepted alert asks nobody', async () => {
    const world = await open()
    const { alert } = await alarm(world, { source: { alertPriorityRule: 'LOW' } })
    await put(world, `/api/alerts/${alert.id}/accept`)
    expect(await put(world, `/api/alerts/${alert.id}/raise`)).toMatchObject({ priority: 'HIGH', status: 'ACCEPTED' })
    await world.advance(60 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia'])
  })
})

describe('responders', () => {
  it('are told at once, beside the policy, and once', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const kim = await addPerson(world, 'Kim')
    await world.advance(1)
    const answer = await world.api.call<Alert>('POST', `/api/alerts/${alert.id}/responders`, { user: { id: kim.id } })
    expect(answer).toMatchObject({
      status: 201,
      body: { responders: [{ isAdded: false }, { user: { firstName: 'Kim' }, isAdded: true, status: 'PENDING' }] },
    })
    await world.api.post(`/api/alerts/${alert.id}/responders`, { users: [{ id: kim.id }] })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'kim', 'tom'])
    await expectNoFindings(world)
  })

  it('of an accepted alert are asked to help, are tried until they hear, and may accept it too', async () => {
    const world = await open({ isDamaged: true })
    const { alert } = await alarm(world)
    await put(world, `/api/alerts/${alert.id}/accept`)
    const kim = await addPerson(world, 'Kim')
    await world.inbox.put('/api/faults', { mode: 'temporary', remaining: 2 })
    await world.api.post(`/api/alerts/${alert.id}/responders`, { group: 'USER', id: kim.id })
    await world.settle()
    // Lost behind our back: the auditor puts it back although somebody works on the alert.
    await world.db.deleteFrom('notification').where('kind', '=', 'INVITE').execute()
    await world.advance(2 * MINUTE)
    await world.advance(MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'kim'])
    const link = new URL(/https?:\/\/\S+do=accept\S*/.exec((await world.mails())[0]?.text ?? '')?.[0] ?? 'no:link')
    await world.outside.call('POST', link.pathname, 'do=accept', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect((await readAlert(world, alert.id)).responders).toMatchObject([
      { user: { firstName: 'Pia' }, status: 'PENDING' },
      { user: { firstName: 'Kim' }, status: 'ACCEPTED' },
    ])
  })

  it('who are taken off hear no more, and come back when they are added again', async () => {
    const world = await open()
    const { alert, people } = await alarm(world)
    const [pia, tom] = people
    await world.api.post(`/api/alerts/${alert.id}/responders`, { user: { id: tom?.id } })
    await world.settle()
    expect((await world.api.call('DELETE', `/api/alerts/${alert.id}/responders/${tom?.id}`)).status).toBe(204)
    expect(await readAlert(world, alert.id)).toMatchObject({ responders: [{ user: { id: pia?.id } }] })
    // Level 2 is Tom alone: nobody is left to ask, and that is loud at once.
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom'])
    expect((await readAlert(world, alert.id)).unattendedSince).not.toBeNull()
    await world.api.post(`/api/alerts/${alert.id}/responders`, { user: { id: tom?.id } })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom', 'tom'])
    expect(await refused(world, 'DELETE', `/api/alerts/${alert.id}/responders/4711`)).toMatchObject({ status: 404 })
    await expectNoFindings(world)
  })

  it('are suggested: the policy first, then everybody, then policies', async () => {
    const world = await open()
    const { alert, policy } = await alarm(world)
    await addPerson(world, 'Kim')
    const all = await world.api.get<{ group: string; name: string; disabled: boolean }[]>(
      `/api/alerts/${alert.id}/suggested-responders`,
    )
    expect(all.filter((one) => one.group === 'SUGGESTED')).toMatchObject([
      { name: 'Pia First', disabled: true },
      { name: 'Tom Then', disabled: false },
    ])
    expect(all).toContainEqual(expect.objectContaining({ group: 'USER', name: 'Kim Other', disabled: false }))
    expect(all).toContainEqual(
      expect.objectContaining({ group: 'ESCALATION_POLICY', id: policy.id, name: policy.name }),
    )
  })
})

describe('comments', () => {
  it('are written, changed and taken back, and the timeline follows', async () => {
    const world = await open()
    const { alert, send } = await alarm(world)
    const path = `/api/alerts/${alert.id}/comments`
    const made = await world.api.call<{ id: string }>('POST', path, { content: ' Looking **into** it. ' })
    expect(made).toMatchObject({ status: 201, body: { creator: 'Automation', content: 'Looking **into** it.' } })
    await send({
      eventType: 'COMMENT',
      summary: 'x',
      alertKey: 'disk',
      comments: [{ creator: 'Robot', content: 'Beep.' }],
    })
    expect(await world.api.get(path)).toMatchObject([{ content: 'Looking **into** it.' }, { creator: 'Robot' }])
    await world.api.put(`${path}/${made.body.id}`, { content: 'Found it.' })
    const story = async () => JSON.stringify(await world.api.get(`/api/alerts/${alert.id}/log-entries`))
    expect(await story()).toContain('Found it. (edited)')
    expect(await story()).not.toContain('Looking')
    expect((await world.api.call('DELETE', `${path}/${made.body.id}`)).status).toBe(204)
    expect(await world.api.get(path)).toMatchObject([{ creator: 'Robot' }])
    expect(await story()).not.toContain('Found it')
    expect(await entriesOf(world, alert.id)).toEqual(
      expect.arrayContaining(['AlertCommentAdded', 'AlertCommentAddedBySystem']),
    )
    expect(await refused(world, 'POST', path, { content: ' ' })).toMatchObject({ status: 400, field: 'content' })
    expect(await refused(world, 'POST', path, { content: 'x'.repeat(16_001) })).toMatchObject({ status: 400 })
    expect(await refused(world, 'PUT', `${path}/4711`, { content: 'x' })).toMatchObject({ status: 404 })
    expect(await auditOf(world, 'alert', alert.id)).toEqual([
      'alert.comment-added',
      'alert.comment-edited',
      'alert.comment-deleted',
    ])
  })
})

describe('merging', () => {
  /** Two alerts of one source; the first asks Pia, and so does the second. */
  const two = async (world: World) => {
    const setting = await alarm(world)
    await setting.send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    const memory = (await alertsOf(world)).find((alert) => alert.alertKey === 'memory')
    if (!memory) throw new Error('There is no second alert.')
    return { ...setting, disk: setting.alert.id, memory: memory.id }
  }

  it('lets one alert stand for both: only it asks, and its answer is both’s', async () => {
    const world = await open()
    const { disk, memory } = await two(world)
    expect(await put(world, `/api/alerts/${disk}/merge`, { alerts: [{ id: memory }] })).toMatchObject({
      mergeState: 'MAIN',
      mergedAlerts: [{ id: memory }],
    })
    expect(await readAlert(world, memory)).toMatchObject({ mergeState: 'MERGED', mergedIntoId: disk })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Memory')).toEqual(['pia'])
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom'])
    expect(await refused(world, 'PUT', `/api/alerts/${memory}/escalate`)).toMatchObject({ status: 409 })
    // The mail about the merged one was out already: its answer counts for the main alert.
    await put(world, `/api/alerts/${memory}/accept`)
    expect([await readAlert(world, disk), await readAlert(world, memory)]).toMatchObject([
      { status: 'ACCEPTED' },
      { status: 'ACCEPTED' },
    ])
    await put(world, `/api/alerts/${disk}/resolve`, { comment: 'One cause.' })
    expect(await readAlert(world, memory)).toMatchObject({ status: 'RESOLVED' })
    await expectNoFindings(world)
    expect(await world.api.get('/api/alerts?merged=false')).toHaveLength(1)
  })

  it('calls off a page that comes back for another try, and is no reason for the last resort', async () => {
    const world = await open()
    await world.inbox.put('/api/faults', { mode: 'temporary' })
    const { disk, memory } = await two(world)
    await put(world, `/api/alerts/${disk}/merge`, { alerts: [{ id: memory }] })
    // As if it had been on its way when the alerts were merged.
    await world.db
      .updateTable('notification')
      .set({ status: 'SCHEDULED', finished_at: null })
      .where('alert_id', '=', memory)
      .execute()
    await world.inbox.put('/api/faults', { mode: 'none' })
    await world.advance(5 * MINUTE)
    expect(await toldOf(world, 'Memory')).toEqual([])
    expect(await toldOf(world, 'Disk')).toEqual(['pia'])
    expect(await readAlert(world, memory)).toMatchObject({ unattendedSince: null, mergeState: 'MERGED' })
  })

  it('is undone: what is taken out asks again', async () => {
    const world = await open()
    const { disk, memory } = await two(world)
    await put(world, `/api/alerts/${disk}/merge`, { alerts: [{ id: memory }] })
    expect(await put(world, `/api/alerts/${memory}/unmerge`)).toMatchObject({ mergeState: 'NONE', status: 'PENDING' })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Memory')).toEqual(['pia', 'pia', 'tom'])
    await expectNoFindings(world)
  })

  it('hides nothing: when the source resolves the main alert, the merged one stands for itself and asks', async () => {
    const world = await open()
    const { disk, memory, send } = await two(world)
    await put(world, `/api/alerts/${disk}/merge`, { alerts: [{ id: memory }] })
    await send({ eventType: 'RESOLVE', summary: 'x', alertKey: 'disk' })
    expect(await readAlert(world, memory)).toMatchObject({ status: 'PENDING', mergeState: 'NONE' })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Memory')).toEqual(['pia', 'pia', 'tom'])
    await expectNoFindings(world)
  })

  it('into an unattended alert asks anew, and of main alerts keeps no chain', async () => {
    const world = await open()
    const { disk, memory, send } = await two(world)
    await put(world, `/api/alerts/${disk}/merge`, { alerts: [{ id: memory }] })
    await world.advance(31 * MINUTE)
    await send({ eventType: 'ALERT', summary: 'Swap almost full', alertKey: 'swap' })
    const swap = (await alertsOf(world)).find((alert) => alert.alertKey === 'swap')?.id ?? 0
    const merged = await put(world, `/api/alerts/${swap}/merge`, { alerts: [{ id: disk }] })
    expect(merged.mergedAlerts?.map((alert) => alert.id)).toEqual([disk, memory])
    await send({ eventType: 'ALERT', summary: 'CPU busy', alertKey: 'cpu' })
    const cpu = (await alertsOf(world)).find((alert) => alert.alertKey === 'cpu')?.id ?? 0
    await world.advance(31 * MINUTE)
    expect((await readAlert(world, swap)).unattendedSince).not.toBeNull()
    expect(await put(world, `/api/alerts/${swap}/merge`, { alerts: [{ id: cpu }] })).toMatchObject({
      unattendedSince: null,
      escalation: { status: 'RUNNING' },
    })
  })

  it('refuses itself, what is resolved, and what is not there', async () => {
    const world = await open()
    const { disk, memory } = await two(world)
    const merge = (id: number, other: number) =>
      refused(world, 'PUT', `/api/alerts/${id}/merge`, { alerts: [{ id: other }] })
    expect(await merge(disk, disk)).toMatchObject({ status: 409 })
    expect(await merge(disk, 4711)).toMatchObject({ status: 400, field: 'alerts.0.id' })
    await put(world, `/api/alerts/${memory}/resolve`)
    expect(await merge(disk, memory)).toMatchObject({ status: 409 })
    expect(await merge(memory, disk)).toMatchObject({ status: 409 })
  })

  it('links instead: both show the other, nobody’s turn changes, and it is undone', async () => {
    const world = await open()
    const { disk, memory } = await two(world)
    expect((await world.api.call('POST', `/api/alerts/${disk}/links`, { alert: { id: memory } })).status).toBe(201)
    expect(await readAlert(world, memory)).toMatchObject({ linkedAlerts: [{ id: disk, summary: 'Disk almost full' }] })
    await world.advance(16 * MINUTE)
    expect(await toldOf(world, 'Memory')).toEqual(['pia', 'tom'])
    expect((await world.api.call('DELETE', `/api/alerts/${memory}/links/${disk}`)).status).toBe(204)
    expect(await readAlert(world, disk)).toMatchObject({ linkedAlerts: [] })
    expect(await refused(world, 'POST', `/api/alerts/${disk}/links`, { alert: { id: disk } })).toMatchObject({
      status: 400,
    })
    expect(await auditOf(world, 'alert', disk)).toEqual(['alert.linked', 'alert.unlinked'])
  })
})

describe('followers', () => {
  it('are told what happens until they stop following, answered or not', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    const kim = await addPerson(world, 'Kim')
    await put(world, `/api/alerts/${alert.id}/subscribe`, { user: { id: kim.id } })
    await world.api.post(`/api/alerts/${alert.id}/comments`, { content: 'Looking into it.' })
    await put(world, `/api/alerts/${alert.id}/accept`)
    await world.settle()
    const updates = (await world.mails()).filter((mail) => mail.to[0] === 'kim@example.com')
    expect(updates.map((mail) => mail.text.split('\n')[2]).toReversed()).toEqual([
      'Automation wrote: Looking into it.',
      'Accepted by Automation',
    ])
    expect(updates[0]?.subject).toContain('(update)')
    expect(updates[0]?.text).not.toContain('do=accept')
    expect((await readAlert(world, alert.id)).responders.map((one) => one.user.firstName)).toEqual(['Pia'])
    await put(world, `/api/alerts/${alert.id}/unsubscribe`, { user: { id: kim.id } })
    await put(world, `/api/alerts/${alert.id}/resolve`)
    await world.settle()
    expect((await world.mails()).filter((mail) => mail.to[0] === 'kim@example.com')).toHaveLength(2)
    expect(await refused(world, 'PUT', `/api/alerts/${alert.id}/subscribe`)).toMatchObject({ status: 400 })
  })
})

describe('taking an answer back', () => {
  it('asks again who was asked last, at once, and goes on from there', async () => {
    const world = await open()
    const { alert } = await alarm(world)
    await world.advance(15 * MINUTE)
    await put(world, `/api/alerts/${alert.id}/accept`)
    await world.advance(60 * MINUTE)
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom'])
    expect(await put(world, `/api/alerts/${alert.id}/unaccept`)).toMatchObject({
      status: 'PENDING',
      acceptedAt: null,
      acknowledgedBy: null,
      escalation: { status: 'RUNNING', climb: 2, round: 1 },
    })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'tom', 'tom'])
    await world.advance(15 * MINUTE)
    expect((await readAlert(world, alert.id)).unattendedSince).not.toBeNull()
    expect(await entriesOf(world, alert.id)).toContain('AlertUnaccepted')
    expect(await auditOf(world, 'alert', alert.id)).toEqual(['alert.accepted', 'alert.unaccepted'])
    await expectNoFindings(world)
    await put(world, `/api/alerts/${alert.id}/resolve`)
    expect(await refused(world, 'PUT', `/api/alerts/${alert.id}/unaccept`)).toMatchObject({ status: 409 })
  })

  it('leaves the alert to who else accepted it', async () => {
    const world = await open()
    const [ann, bob] = [await signInNew(world, 'Ann', 'RESPONDER'), await signInNew(world, 'Bob', 'RESPONDER')]
    const { alert } = await alarm(world)
    await ann.client.put(`/api/alerts/${alert.id}/accept`)
    await bob.client.put(`/api/alerts/${alert.id}/accept`)
    expect(await ann.client.put(`/api/alerts/${alert.id}/unaccept`)).toMatchObject({
      status: 'ACCEPTED',
      acknowledgedBy: { firstName: 'Bob' },
      assignedTo: { firstName: 'Bob' },
    })
    expect(await bob.client.put(`/api/alerts/${alert.id}/unaccept`)).toMatchObject({ status: 'PENDING' })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'pia'])
  })

  it('opens what was resolved again: accepted as it was, or asking on; with all that was merged into it', async () => {
    const world = await open()
    const { alert, send } = await alarm(world)
    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    const memory = (await alertsOf(world)).find((one) => one.alertKey === 'memory')?.id ?? 0
    await put(world, `/api/alerts/${alert.id}/merge`, { alerts: [{ id: memory }] })
    await put(world, `/api/alerts/${alert.id}/accept`)
    await put(world, `/api/alerts/${alert.id}/resolve`)
    expect(await put(world, `/api/alerts/${alert.id}/reopen`)).toMatchObject({
      status: 'ACCEPTED',
      resolvedOn: null,
      resolvedByType: null,
      mergedAlerts: [{ id: memory, status: 'ACCEPTED' }],
    })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia'])

    await put(world, `/api/alerts/${alert.id}/unaccept`)
    expect(await readAlert(world, memory)).toMatchObject({ status: 'PENDING', mergeState: 'MERGED' })
    await world.advance(5 * MINUTE)
    await put(world, `/api/alerts/${alert.id}/resolve`)
    expect(await put(world, `/api/alerts/${alert.id}/reopen`)).toMatchObject({
      status: 'PENDING',
      escalation: { status: 'RUNNING' },
    })
    await world.settle()
    expect(await toldOf(world, 'Disk')).toEqual(['pia', 'pia', 'pia'])
    expect(await refused(world, 'PUT', `/api/alerts/${memory}/reopen`)).toMatchObject({ status: 200 })
    await expectNoFindings(world)
  })

  it('is refused where the same trouble goes on in another alert, and runs its own auto-resolution anew', async () => {
    const world = await open()
    const { alert, send } = await alarm(world, { source: { autoResolutionTimeout: 'PT60M' } })
    await world.advance(30 * MINUTE)
    await put(world, `/api/alerts/${alert.id}/resolve`)
    await world.advance(60 * MINUTE)
    await put(world, `/api/alerts/${alert.id}/reopen`)
    await world.advance(59 * MINUTE)
    expect(await readAlert(world, alert.id)).toMatchObject({ status: 'PENDING' })
    await world.advance(2 * MINUTE)
    expect(await readAlert(world, alert.id)).toMatchObject({ status: 'RESOLVED' })
    await send({ eventType: 'ALERT', summary: 'Disk almost full', alertKey: 'disk' })
    expect(await refused(world, 'PUT', `/api/alerts/${alert.id}/reopen`)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('same key'),
    })
  })

  it('many at once, each by itself', async () => {
    const world = await open()
    const { alert, send } = await alarm(world)
    await send({ eventType: 'ALERT', summary: 'Memory almost full', alertKey: 'memory' })
    const alerts = (await alertsOf(world)).map(({ id }) => ({ id }))
    const bulk = (action: string, which = alerts) => world.api.post('/api/alerts/bulk', { action, alerts: which })
    await bulk('ACCEPT')
    expect(await bulk('UNACCEPT')).toMatchObject({ done: expect.arrayContaining(alerts.map(({ id }) => id)) })
    await bulk('RESOLVE', [{ id: alert.id }])
    expect(await bulk('UNACCEPT')).toMatchObject({ already: [expect.any(Number)], refused: [{ id: alert.id }] })
    expect(await bulk('REOPEN')).toMatchObject({ done: [alert.id], already: [expect.any(Number)] })
  })
})
