import { describe, expect, it } from 'vitest'
import { wantWriteBack } from '../../server/writeback/actions.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import {
  alertWith,
  answerByMail,
  changeRequest,
  connectedWith,
  newRequest,
  reconcile,
  requestOf,
  saveSettings,
  warningsOf,
  writeBacks,
  writesTo,
} from '../support/fourme.ts'
import { alertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const completed = { status: 'completed', completion_reason: 'solved' }
const everything = { writeBack: { accept: true, resolve: true, comment: true, reroute: true } }

async function raised(world: World, settings: Record<string, unknown> = everything, scopes?: string[]) {
  const source = await connectedWith(world, settings, scopes ? { scopes } : {})
  const ticket = await newRequest(world)
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('The request became no alert.')
  await world.advance(1)
  return { source, ticket, alert }
}
const anybody = async (world: World) =>
  (await world.db.selectFrom('person').select('id').limit(1).executeTakeFirstOrThrow()).id
const accept = (world: World, id: number) => world.api.put(`/api/alerts/${id}/accept`)
const resolve = (world: World, id: number, comment?: string) =>
  world.api.put(`/api/alerts/${id}/resolve`, comment === undefined ? undefined : { comment })

describe('what is done here reaches 4me', () => {
  it('accepted, then resolved with the comment as an internal note', async () => {
    const world = await open({ losesNoCommits: true })
    const { ticket, alert } = await raised(world)
    await accept(world, alert.id)
    await world.settle()
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'accepted' })
    await world.advance(60)
    await resolve(world, alert.id, 'The queue was restarted.')
    await world.settle()
    const after = await requestOf(world, ticket.id)
    expect(after).toMatchObject({ status: 'completed', completion_reason: 'solved' })
    expect(after.notes.at(-1)).toMatchObject({
      text: expect.stringContaining('The queue was restarted.'),
      internal: true,
    })
    const story = (await timelineOf(world, alert.id)).join('\n')
    expect(story).toMatch(/4me.*Written: status accepted/)
    expect(story).toMatch(/Written: status completed, completion reason solved/)
    const trace = await world.api.get<{ steps: { station: string; rule: string }[] }>(`/api/alerts/${alert.id}/trace`)
    expect(trace.steps.filter((step) => step.station === 'writeback').map((step) => step.rule)).toEqual([
      'write-back-accept',
      'write-back-written',
      'write-back-resolve',
      'write-back-written',
    ])
  })

  it('with the member whose e-mail address is that of the person', async () => {
    const world = await open()
    const { source, ticket, alert } = await raised(world)
    await world.api.post('/api/users', {
      firstName: 'Ellen',
      lastName: 'B.',
      email: 'Ellen.Brown@acme.example',
      role: 'RESPONDER',
    })
    const person = await world.db
      .selectFrom('person')
      .select('id')
      .where('last_name', '=', 'B.')
      .executeTakeFirstOrThrow()
    await world.db
      .transaction()
      .execute((tx) =>
        wantWriteBack(
          tx,
          { alertSourceId: source.id, alertId: alert.id, deed: 'ACCEPT', personId: person.id },
          world.clock.instant,
        ),
      )
    await world.settle()
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'accepted', member: { name: 'Ellen Brown' } })
  })

  it('comments and a hand-over go along as one change, in order', async () => {
    const world = await open()
    const source = await connectedWith(world, {
      writeBack: { comment: true, reroute: true, noteVisibility: 'PUBLIC', teams: { '7': 15 } },
    })
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await world.advance(1)
    const deed = { alertSourceId: source.id, alertId: alert?.id ?? 0, personId: null }
    await world.db.transaction().execute(async (tx) => {
      await wantWriteBack(tx, { ...deed, deed: 'COMMENT', text: 'First' }, world.clock.instant)
      await wantWriteBack(tx, { ...deed, deed: 'REROUTE', policyId: 7 }, world.clock.instant)
      await wantWriteBack(tx, { ...deed, deed: 'COMMENT', text: 'Second' }, world.clock.instant)
    })
    await world.settle()
    const after = await requestOf(world, ticket.id)
    expect(after).toMatchObject({ team: { id: 15 }, status: 'assigned' })
    expect(after.notes.at(-1)).toMatchObject({ text: 'First\n\nSecond', internal: false })
    expect(await writesTo(world)).toHaveLength(1)
  })

  it('a problem is solved with a note', async () => {
    const world = await open()
    await connectedWith(world, everything)
    const problem = await world.fourme.post<{ id: number }>('/sandbox/api/problems', { subject: 'Queue grows' })
    await world.settle()
    const [alert] = await alertsOf(world)
    await world.advance(1)
    await resolve(world, alert?.id ?? 0, 'Runner restarted.')
    await world.settle()
    const after = await world.fourme.get<{ status: string; notes: { text: string }[] }>(
      `/sandbox/api/problems/${problem.id}`,
    )
    expect(after.status).toBe('solved')
    expect(after.notes.at(-1)?.text).toContain('Runner restarted.')
  })

  it('and nothing does while it is switched off, or only shown', async () => {
    const world = await open()
    const { source, ticket, alert } = await raised(world, {})
    await accept(world, alert.id)
    await world.settle()
    expect(await writeBacks(world, alert.id)).toEqual([])
    await saveSettings(world, source, { writeBack: { resolve: true, dryRun: true } })
    await resolve(world, alert.id, 'Done')
    await world.settle()
    expect(await writeBacks(world, alert.id)).toMatchObject([
      { state: 'DRY_RUN', result: expect.stringMatching(/^Would be written: status completed, .*“.*Done”/) },
    ])
    expect(await writesTo(world)).toEqual([])
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'assigned' })
  })
})

describe('the verbs beside accept and resolve', () => {
  it('a comment becomes a note, and another policy another team', async () => {
    const world = await open()
    const source = await connectedWith(world, {})
    const night = await world.api.post<{ id: number }>('/api/escalation-policies', {
      name: 'Network at night',
      escalationRules: [{ escalationTimeout: 15, users: [{ id: await anybody(world) }] }],
    })
    await saveSettings(world, source, {
      writeBack: { comment: true, reroute: true, teams: { [String(night.id)]: 15 } },
    })
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await world.advance(1)
    await world.api.post(`/api/alerts/${alert?.id}/comments`, { content: 'The line card is dead.' })
    await world.settle()
    await world.api.put(`/api/alerts/${alert?.id}/assign?policy-id=${night.id}`)
    await world.settle()
    const after = await requestOf(world, ticket.id)
    expect(after.notes.at(-1)).toMatchObject({
      text: expect.stringContaining('The line card is dead.'),
      internal: true,
    })
    expect(after).toMatchObject({ team: { id: 15 } })
  })
})

describe('our own change coming back', () => {
  it('tells nobody, opens nothing, and is written nowhere again', async () => {
    const world = await open({ losesNoCommits: true })
    const { ticket, alert } = await raised(world)
    for (const event of ['request.status-changed', 'request.note-added', 'request.member-changed']) {
      const { integrationUrl } = await world.api.get<{ integrationUrl: string }>(
        `/api/alert-sources/${alert.alertSource.id}`,
      )
      await world.fourme.post('/sandbox/api/webhooks', { name: event, event, uri: integrationUrl })
    }
    await world.settle()
    const mails = (await world.mails()).length
    await accept(world, alert.id)
    await world.advance(10)
    await resolve(world, alert.id, 'Done')
    await world.advance(3_600)
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'completed' })
    expect(await world.mails()).toHaveLength(mails)
    expect(await alertsOf(world)).toHaveLength(1)
    expect(await writesTo(world)).toEqual(Array(2).fill(`PATCH /v1/requests/${ticket.id}`))
    expect((await writeBacks(world, alert.id)).map(({ deed, state }) => `${deed} ${state}`)).toEqual([
      'RESOLVE DONE',
      'ACCEPT DONE',
    ])
  })

  it('and what 4me tells us is not told back to 4me', async () => {
    const world = await open()
    const { ticket, alert } = await raised(world)
    await changeRequest(world, ticket.id, { status: 'accepted' })
    await world.advance(5)
    await changeRequest(world, ticket.id, { status: 'completed', completion_reason: 'solved' })
    await world.advance(3_600)
    expect(await alertWith(world, alert.id)).toMatchObject({ status: 'RESOLVED' })
    expect(await writeBacks(world, alert.id)).toEqual([])
    expect(await writesTo(world)).toEqual([])
  })
})

describe('what people write in 4me', () => {
  it('is a comment on the alert, once each; our own words coming back are not', async () => {
    const world = await open()
    const source = await connectedWith(world, everything)
    const ticket = await newRequest(world, { note: 'Nobody can print.' })
    const [alert] = await alertsOf(world)
    const id = alert?.id ?? 0
    await world.advance(1)
    await world.api.post(`/api/alerts/${id}/comments`, { content: 'Looking at it.' })
    await world.settle()
    await world.advance(30)
    await changeRequest(world, ticket.id, { note: 'The spooler is full.', person: 58 })
    await changeRequest(world, ticket.id, { internal_note: 'Call the vendor.', impact: 'high' })
    await reconcile(world, source.id)
    await world.settle()
    const comments = await world.api.get<{ creator: string; content: string; user: unknown }[]>(
      `/api/alerts/${id}/comments`,
    )
    expect(comments.map(({ creator, content }) => `${creator}: ${content}`)).toEqual([
      'Automation: Looking at it.',
      'Ellen Brown (4me production): The spooler is full.',
      'Howard Tanner (4me production): Call the vendor.',
    ])
    const story = (await timelineOf(world, id)).filter((line) => line.includes('(4me production):'))
    expect(story).toHaveLength(2)
    expect((await requestOf(world, ticket.id)).notes.map((note) => note.text)).toEqual([
      'Nobody can print.',
      'Looking at it.',
      'The spooler is full.',
      'Call the vendor.',
    ])
    await world.advance(30)
    await changeRequest(world, ticket.id, { ...completed, note: 'The spooler was emptied.' })
    expect(await alertWith(world, id)).toMatchObject({ status: 'RESOLVED' })
    const last = (await world.api.get<{ content: string }[]>(`/api/alerts/${id}/comments`)).at(-1)
    expect(last?.content).toBe('The spooler was emptied.')
  })
})

describe('two people at once', () => {
  it('4me’s newer state stands, and the timeline says so', async () => {
    const world = await open()
    const { ticket, alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '502-html' } })
    await resolve(world, alert.id)
    await world.advance(120)
    await changeRequest(world, ticket.id, { status: 'waiting_for_customer' })
    await world.fourme.call('DELETE', '/sandbox/faults')
    await world.advance(20 * 60)
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'waiting_for_customer' })
    expect(await writeBacks(world, alert.id)).toMatchObject([{ deed: 'RESOLVE', state: 'CONFLICT' }])
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/newer state stands: status waiting_for_customer/)
  })

  it.each([
    ['accept', 'completed'],
    ['resolve', 'waiting_for_customer'],
  ] as const)('whoever chose to %s is told by a message that it does not stand', async (verb, status) => {
    const world = await open()
    const { ticket, alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '502-html' }, webhooks: { withheld: true } })
    await answerByMail(world, (await world.mails())[0], verb)
    await world.advance(2)
    const reason = status === 'completed' ? { completion_reason: 'solved' } : {}
    await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status, ...reason })
    await world.fourme.call('DELETE', '/sandbox/faults')
    await world.advance(20 * 60)
    expect((await writeBacks(world, alert.id)).map((one) => one.state)).toContain('CONFLICT')
    const told = (await world.mails()).filter((mail) => mail.text.includes('newer state stands'))
    expect(told.map((mail) => mail.to)).toEqual([['pia@example.com']])
    expect(told[0]?.text).toContain(`status ${status}`)
    expect(told[0]?.text).not.toContain('do=accept')
  })

  it('an older change of 4me’s does not stand in the way', async () => {
    const world = await open()
    const { ticket, alert } = await raised(world)
    await changeRequest(world, ticket.id, { status: 'waiting_for_customer' })
    await world.advance(5)
    await resolve(world, alert.id)
    await world.settle()
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'completed' })
  })

  it('whoever accepted it in 4me keeps it', async () => {
    const world = await open()
    const { ticket, alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { webhooks: { withheld: true } })
    await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status: 'accepted', member_id: 58 })
    await world.advance(2)
    await accept(world, alert.id)
    await world.settle()
    expect(await writeBacks(world, alert.id)).toMatchObject([{ state: 'NOTHING' }])
    expect(await requestOf(world, ticket.id)).toMatchObject({ member: { id: 58 } })
  })
})

describe('what does not get through', () => {
  it('a token that may not write is a warning by name, and it gets through once it may', async () => {
    const world = await open()
    const { source, ticket, alert } = await raised(world, everything, ['request:R', 'problem:R'])
    await accept(world, alert.id)
    await world.settle()
    expect(await warningsOf(world, source.id)).toContain('4me-write-forbidden')
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/lacks the scope Request, action Update/)
    expect(await alertWith(world, alert.id)).toMatchObject({ status: 'ACCEPTED' })
    const { token } = await world.fourme.post<{ token: string }>('/sandbox/api/tokens', {
      scopes: ['request:CRU', 'problem:CRU'],
    })
    await saveSettings(world, source, { authToken: token })
    await world.advance(15 * 60)
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'accepted' })
    expect(await warningsOf(world, source.id)).not.toContain('4me-write-forbidden')
  })

  it('a person who may not be looked up is left out, with a warning', async () => {
    const world = await open({ losesNoCommits: true })
    const { source, ticket, alert } = await raised(world, everything, ['request:CRU', 'problem:CRU'])
    const person = await world.db.selectFrom('person').select('id').limit(1).executeTakeFirstOrThrow()
    await world.db
      .transaction()
      .execute((tx) =>
        wantWriteBack(
          tx,
          { alertSourceId: source.id, alertId: alert.id, deed: 'ACCEPT', personId: person.id },
          world.clock.instant,
        ),
      )
    await world.settle()
    expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'accepted' })
    expect(await warningsOf(world, source.id)).toContain('4me-people-forbidden')
  })

  it('what 4me refuses is shown in its own words', async () => {
    const world = await open({ losesNoCommits: true })
    const { alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '422', only: 'writes' } })
    await accept(world, alert.id)
    await world.settle()
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(
      /4me did not take it\. status: Status cannot be changed; member: Member can't be blank/,
    )
    await world.fourme.call('DELETE', '/sandbox/faults')
    await world.advance(16 * 60)
    expect(await writeBacks(world, alert.id)).toMatchObject([{ state: 'DONE' }])
  })
})

// F11: the API is away in every way it can be; nothing is lost, nothing is hammered, and it agrees soon after.
describe('F11', () => {
  it.each([
    ['500', 23],
    ['502-html', 1],
    ['429', 1],
    ['429-silent', 1],
    ['401', 1],
    ['truncated', 1],
  ] as const)(
    'an API that answers %s loses no write-back, and is not hammered',
    async (answer, hours) => {
      const world = await open({ without: 'reconciliation' })
      const { ticket, alert } = await raised(world)
      await world.fourme.put('/sandbox/faults', { rest: { answer } })
      const before = (await world.fourme.get<unknown[]>('/sandbox/api/calls')).length
      await accept(world, alert.id)
      await world.advance(3_600)
      const inAnHour = (await world.fourme.get<unknown[]>('/sandbox/api/calls')).length - before
      expect(inAnHour).toBeGreaterThan(2)
      expect(inAnHour).toBeLessThan(60)
      await resolve(world, alert.id, 'Meanwhile mended')
      await world.advance(hours * 3_600)
      expect(await requestOf(world, ticket.id)).toMatchObject({ status: 'assigned' })
      await world.fourme.call('DELETE', '/sandbox/faults')
      await world.advance(15 * 60)
      const after = await requestOf(world, ticket.id)
      expect(after).toMatchObject({ status: 'completed' })
      expect(after.notes.filter((note) => note.text.includes('Meanwhile mended'))).toHaveLength(1)
    },
    120_000,
  )

  it('more answers at once than 4me takes in two seconds all reach it, and it never has to refuse one', async () => {
    const world = await open({ losesNoCommits: true })
    const source = await connectedWith(world, everything)
    const ids: number[] = []
    for (let at = 0; at < 25; at++) {
      ids.push((await newRequest(world, { subject: `Trouble ${at}` })).id)
      await world.advance(2)
    }
    const alerts = await alertsOf(world)
    expect(alerts).toHaveLength(25)
    for (const { id } of alerts) await accept(world, id)
    await world.advance(120)
    for (const id of ids) expect(await requestOf(world, id)).toMatchObject({ status: 'accepted' })
    for (const { id } of alerts) expect(await writeBacks(world, id)).toMatchObject([{ state: 'DONE' }])
    expect(await warningsOf(world, source.id)).toEqual([])
    const told = (await Promise.all(alerts.map(({ id }) => timelineOf(world, id)))).flat().join('\n')
    expect(told).not.toContain('asks for fewer calls')
  }, 120_000)

  it('an answer that is lost writes no note twice', async () => {
    const world = await open({ losesNoCommits: true })
    const { ticket, alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { rest: { slowMs: 0 } })
    await world.db.transaction().execute((tx) =>
      wantWriteBack(
        tx,
        {
          alertSourceId: alert.alertSource.id,
          alertId: alert.id,
          deed: 'COMMENT',
          personId: null,
          text: 'Only once',
        },
        world.clock.instant,
      ),
    )
    await world.settle()
    // As if the node had died between 4me's answer and our note of it.
    await world.db
      .updateTable('write_back')
      .set({ state: 'PENDING', finished_at: null, due_at: world.clock.instant })
      .execute()
    await world.advance(5)
    const after = await requestOf(world, ticket.id)
    expect(after.notes.filter((note) => note.text.includes('Only once'))).toHaveLength(1)
    expect(await writeBacks(world, alert.id)).toMatchObject([{ state: 'NOTHING', attempts: 2 }])
  })

  it('after more than a day it is given up, loudly', async () => {
    const world = await open({ without: 'reconciliation' })
    const { source, alert } = await raised(world)
    await world.fourme.put('/sandbox/faults', { rest: { answer: '500' } })
    await accept(world, alert.id)
    await world.advance(26 * 3_600)
    expect(await writeBacks(world, alert.id)).toMatchObject([{ state: 'FAILED' }])
    expect(await warningsOf(world, source.id)).toContain('write-back-lost')
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/was not told\. Given up after a day/)
  }, 120_000)
})
