import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ENDINGS_MAX } from '../../server/intake/decide.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addPeople } from '../support/people.ts'
import { addSource, alertsOf, ownAlertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

interface Delivery {
  id: string
  outcome: string
  rule: string | null
}

async function monitoring(world: World) {
  const { source, policy } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  const send = async (summary: string, alertKey = summary) =>
    (
      await world.outside.post<{ receipt: string }>('/api/events', {
        integrationKey: source.integrationKey,
        eventType: 'ALERT',
        summary,
        alertKey,
      })
    ).receipt
  const delivery = (id: string) => world.api.get<Delivery>(`/api/deliveries/${id}`)
  return { source, policy, send, delivery }
}

/** From now on the database refuses to work with rows that hold the word. */
async function refuse(world: World, table: string, column: string, word: string): Promise<void> {
  await sql`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.${sql.ref(column)} = ${sql.lit(word)} then raise exception 'poison'; end if;
      return new;
    end $$`.execute(world.db)
  await sql`create trigger refuse_poison before insert on ${sql.table(table)} for each row execute function refuse_poison()`.execute(
    world.db,
  )
}

async function heal(world: World): Promise<void> {
  await sql`drop function refuse_poison cascade`.execute(world.db)
}

it('a delivery that cannot be processed is set aside within a minute, and its neighbours are paged at once', async () => {
  const world = await open()
  const { send, delivery } = await monitoring(world)
  await refuse(world, 'alert', 'summary', 'poison')
  const poison = await send('poison')
  await send('neighbour')
  await world.settle()
  expect(await alertsOf(world)).toMatchObject([{ summary: 'neighbour' }])
  expect((await world.mails()).map((mail) => mail.subject).join()).toContain('neighbour')
  await world.advance(60)
  expect(await delivery(poison)).toMatchObject({ outcome: 'QUARANTINED', rule: 'failed-repeatedly' })

  await heal(world)
  const again = await send('poison')
  await world.settle()
  expect(await delivery(again)).toMatchObject({ outcome: 'APPLIED' })
})

it('a delivery that was set aside is an alert of Tocsin itself, until it is replayed', async () => {
  const world = await open()
  const { send } = await monitoring(world)
  await refuse(world, 'alert', 'summary', 'poison')
  const receipt = await send('poison')
  await world.advance(60)
  expect(await ownAlertsOf(world)).toMatchObject([
    { summary: 'A delivery was set aside', status: 'PENDING', priority: 'HIGH' },
  ])
  await heal(world)
  await world.api.post(`/api/deliveries/${receipt}/replay`, { dryRun: false })
  await world.advance(20)
  expect(await ownAlertsOf(world)).toMatchObject([{ status: 'RESOLVED' }])
  expect((await world.mails()).map(({ subject }) => subject).join()).toContain('poison')
})

it('a climb whose step fails is given up loudly, and other climbs go on', async () => {
  const world = await open()
  const { send } = await monitoring(world)
  await refuse(world, 'notification', 'subject', 'poison')
  await send('poison')
  await send('neighbour')
  await world.settle()
  expect((await world.mails()).map((mail) => mail.subject).join()).toContain('neighbour')
  await world.advance(60)
  const alerts = await alertsOf(world)
  expect(alerts.find((alert) => alert.summary === 'poison')).toMatchObject({
    status: 'PENDING',
    unattendedSince: expect.any(String),
    escalation: { status: 'ENDED', reason: 'the next step failed 5 times' },
  })
})

it('a delivery that ended the process again and again, read alone, is set aside; those that were read with it are read', async () => {
  const world = await open()
  const { source, send, delivery } = await monitoring(world)
  const sent = [await send('one'), await send('killer'), await send('three')]
  const vanish = (ids: string[], alone: number) =>
    world.db
      .updateTable('delivery')
      .set({ begun_by: randomUUID(), begun_alone: alone })
      .where('alert_source_id', '=', source.id)
      .where('id', 'in', ids)
      .execute()
  // A process vanished over all three, and more over the second one, read alone; somebody killed two over the third.
  await vanish(sent, 0)
  await vanish(sent.slice(1, 2), ENDINGS_MAX)
  await vanish(sent.slice(2, 3), 2)
  await world.settle()
  // The one that it was read alone by before it ended may have been too young.
  expect(await delivery(sent[2] ?? '')).toMatchObject({ outcome: 'NEW' })
  await world.advance(2)
  expect(await Promise.all(sent.map(delivery))).toMatchObject([
    { outcome: 'APPLIED' },
    { outcome: 'QUARANTINED', rule: 'ends-the-process' },
    { outcome: 'APPLIED' },
  ])
})

it('a page whose ending cannot be told is sent once all the same', async () => {
  const world = await open()
  const { send } = await monitoring(world)
  await sql`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.text like 'E-mail handed over%' then raise exception 'poison'; end if;
      return new;
    end $$`.execute(world.db)
  await sql`create trigger refuse_poison before insert on timeline_entry for each row execute function refuse_poison()`.execute(
    world.db,
  )
  await send('disk')
  await world.advance(60)
  expect(await world.mails()).toHaveLength(1)
  const [alert] = await alertsOf(world)
  expect(await world.api.get(`/api/alerts/${alert?.id}/notifications`)).toMatchObject([{ status: 'SUCCESS' }])
})

it('what follows from a step that nobody heard is tried again when it fails', async () => {
  const world = await open()
  const { source, send } = await monitoring(world)
  await send('disk')
  await world.settle()
  const [alert] = await alertsOf(world)
  await sql`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.rule = 'nobody-heard' then raise exception 'poison'; end if;
      return new;
    end $$`.execute(world.db)
  await sql`create trigger refuse_poison before insert on trace_step for each row execute function refuse_poison()`.execute(
    world.db,
  )
  await world.db
    .insertInto('unheard_step')
    .values({ alert_source_id: source.id, alert_id: alert?.id ?? 0, round: 1, level_index: 0, at: world.clock.instant })
    .execute()
  await world.advance(10)
  expect(await world.mails()).toHaveLength(1)
  await heal(world)
  await world.advance(6)
  await world.settle()
  expect((await world.mails()).map((mail) => mail.to[0]).sort()).toEqual(['pia@example.com', 'tom@example.com'])
})

const LOSE_CONNECTION = 'perform pg_terminate_backend(pg_backend_pid())'

/** From now on this happens to whoever adds a row. */
async function cut(world: World, table: string, trouble = LOSE_CONNECTION): Promise<void> {
  const body = sql.lit(`begin ${trouble}; return new; end`)
  await sql`create function cut() returns trigger language plpgsql as ${body}`.execute(world.db)
  await sql`create trigger cut before insert on ${sql.table(table)} for each row execute function cut()`.execute(
    world.db,
  )
}

const mend = (world: World) => sql`drop function cut cascade`.execute(world.db)

it('after a lost connection less is done at a time, and another node learns nothing bad of what was being read', async () => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  const turn = async (name: string) => world.flow.find((station) => station.name === name)?.advance(world.clock.instant)
  const begun = () =>
    world.db.selectFrom('delivery').select('begun_by').where('outcome', '=', 'NEW').orderBy('seq').execute()
  // Twice as many at a time after the first were kept.
  for (let number = 0; number < 20; number++) await send(`before ${number}`)
  expect(await turn('intake')).toBe(20)
  for (let number = 0; number < 60; number++) await send(`cut ${number}`)
  await cut(world, 'alert')
  await expect(turn('intake')).rejects.toThrow()
  // Of none of them another node learns anything bad.
  expect(await begun()).toEqual(Array.from({ length: 60 }, () => ({ begun_by: null })))

  // The one over which it happened is read alone; then it goes on from as many as at first, and that one was kept.
  await mend(world)
  expect([await turn('intake'), await turn('intake')]).toEqual([1, 40])

  expect(await turn('escalation')).toBe(10)
  await cut(world, 'notification')
  await expect(turn('escalation')).rejects.toThrow()
  await mend(world)
  expect(await turn('escalation')).toBe(11)
})

it.each([
  ['its connection is lost', LOSE_CONNECTION],
  ['a lock is not free in time', "raise exception using errcode = '55P03', message = 'busy'"],
])('a process that lives, as %s, is no news about what ended another one', async (_what, trouble) => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  const turn = () => world.flow.find((station) => station.name === 'intake')?.advance(world.clock.instant)
  await send('suspect')
  const another = randomUUID()
  await world.db.updateTable('delivery').set({ begun_by: another, begun_alone: 1 }).execute()
  await cut(world, 'alert', trouble)
  // However often it tries, and whoever tries next.
  for (let attempt = 0; attempt < ENDINGS_MAX + 1; attempt++) await expect(turn()).rejects.toThrow()
  const marks = await world.db.selectFrom('delivery').select(['begun_alone', 'outcome']).execute()
  expect(marks).toEqual([{ outcome: 'NEW', begun_alone: 1 }])
  await mend(world)
  expect(await turn()).toBe(1)
})

/** From now on this happens whenever a row with this word is added. */
async function cutOver(
  world: World,
  table: string,
  column: string,
  word: string,
  trouble = LOSE_CONNECTION,
): Promise<void> {
  await cut(world, table, `if new.${column} = '${word}' then ${trouble}; end if`)
}

/** The last words of the subjects of all mails. */
const toldOf = async (world: World) =>
  (await world.mails()).map(({ subject }) => subject.split(' ').at(-1) ?? '').toSorted()

/** Turns the stations as the engine does, each for itself, whether they fail or not. */
async function endure(world: World, seconds: number): Promise<void> {
  for (let half = 0; half < seconds * 2; half++) {
    for (const station of world.flow) {
      const turn = () => station.advance(world.clock.instant).catch(() => 0)
      while ((await turn()) > 0);
    }
    world.clock.advance(500)
  }
}

const TAKES_TOO_LONG =
  "raise exception using errcode = '57014', message = 'canceling statement due to statement timeout'"

it.each([
  ['the connection is lost', LOSE_CONNECTION],
  ['a statement takes too long', TAKES_TOO_LONG],
])(
  'a delivery over which %s each time is set aside within a minute, and its neighbours are paged',
  async (_what, trouble) => {
    const world = await open({ losesNoCommits: true })
    const { send, delivery } = await monitoring(world)
    await cutOver(world, 'alert', 'summary', 'poison', trouble)
    await send('before')
    const poison = await send('poison')
    await send('after')
    await endure(world, 10)
    expect(await toldOf(world)).toEqual(['after', 'before'])
    expect(await delivery(poison)).toMatchObject({ outcome: 'NEW' })
    await endure(world, 50)
    expect(await delivery(poison)).toMatchObject({ outcome: 'QUARANTINED', rule: 'failed-repeatedly' })
  },
)

it('a source over whose delivery the connection is lost holds up no other source', async () => {
  const world = await open({ losesNoCommits: true })
  const { send, policy } = await monitoring(world)
  const other = await world.api.post<{ integrationKey: string }>('/api/alert-sources', {
    name: 'Other',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  await cutOver(world, 'alert', 'summary', 'poison')
  await send('poison')
  await world.outside.post('/api/events', {
    integrationKey: other.integrationKey,
    eventType: 'ALERT',
    summary: 'other',
  })
  await endure(world, 1)
  expect(await alertsOf(world)).toMatchObject([{ summary: 'other' }])
})

it('a lock that is not free for minutes convicts nothing: what waited is read and paged', async () => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  await cut(world, 'alert', "raise exception using errcode = '55P03', message = 'busy'")
  await send('disk')
  await endure(world, 120)
  await mend(world)
  await endure(world, 1)
  expect(await world.mails()).toHaveLength(1)
})

it.each([
  ['the connection is lost', LOSE_CONNECTION],
  ['a statement takes too long', TAKES_TOO_LONG],
])('a climb over whose step %s each time is given up loudly, and other climbs go on', async (_what, trouble) => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  await cutOver(world, 'notification', 'subject', 'poison', trouble)
  for (const summary of ['poison', 'one', 'two']) await send(summary)
  await endure(world, 2)
  expect(await toldOf(world)).toEqual(['one', 'two'])
  await endure(world, 58)
  expect((await alertsOf(world)).find(({ summary }) => summary === 'poison')).toMatchObject({
    status: 'PENDING',
    unattendedSince: expect.any(String),
    escalation: { status: 'ENDED', reason: 'the next step failed 5 times' },
  })
})

it('a climb whose step fails by itself, and whose giving-up loses the connection, holds up no other', async () => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  await refuse(world, 'notification', 'subject', 'poison')
  await cutOver(world, 'trace_step', 'rule', 'step-failed', `if new.decision = 'end' then ${LOSE_CONNECTION}; end if`)
  await send('poison')
  await endure(world, 40)
  await send('neighbour')
  await endure(world, 1)
  expect(await toldOf(world)).toEqual(['neighbour'])
  await mend(world)
  await endure(world, 61)
  expect((await alertsOf(world)).find(({ summary }) => summary === 'poison')).toMatchObject({
    unattendedSince: expect.any(String),
  })
})

it('a climb that cannot even be given up, as the last resort would be told of it, holds up no other', async () => {
  const world = await open({ losesNoCommits: true })
  const { send } = await monitoring(world)
  const [boss] = await addPeople(world, 'Bo')
  await world.api.put('/api/last-resort', { users: [{ id: boss.id }] })
  await cutOver(world, 'notification', 'subject', 'poison')
  await send('poison')
  await endure(world, 60)
  await send('neighbour')
  await endure(world, 1)
  expect((await world.mails()).map(({ subject }) => subject).join()).toContain('neighbour')
  await mend(world)
  await endure(world, 61)
  expect((await world.mails()).map(({ subject }) => subject).join()).toContain('poison')
})

it('a step that nobody heard, and whose hurrying ends the connection, holds up no climb', async () => {
  const world = await open({ losesNoCommits: true })
  const { source, send } = await monitoring(world)
  await send('disk')
  await world.settle()
  const [alert] = await alertsOf(world)
  await cutOver(world, 'trace_step', 'rule', 'nobody-heard')
  await world.db
    .insertInto('unheard_step')
    .values({ alert_source_id: source.id, alert_id: alert?.id ?? 0, round: 1, level_index: 0, at: world.clock.instant })
    .execute()
  await send('other')
  await endure(world, 10)
  expect((await world.mails()).map(({ subject }) => subject).join()).toContain('other')
  await mend(world)
  await endure(world, 6)
  expect((await world.mails()).map((mail) => mail.to[0])).toContain('tom@example.com')
})
