import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openInstallation } from '../../server/database/installation.ts'
import { reconcileDue } from '../../server/reconciliation/actions.ts'
import { knownStates } from '../../server/reconciliation/store.ts'
import { silentLog } from '../../server/runtime/log.ts'
import { createOutbound } from '../../server/runtime/outbound.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, newRequest, reconcile, warningsOf } from '../support/fourme.ts'
import { alertsOf } from '../support/seven-steps.ts'
import { MINUTE } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const silent = (world: World, subject: string) =>
  world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject, silent: true })

/** From now on the database refuses alerts of this summary. */
async function refuse(world: World, summary: string): Promise<void> {
  await sql`
    create function refuse_alert() returns trigger language plpgsql as $$
    begin
      if new.summary = ${sql.lit(summary)} then raise exception 'refused'; end if;
      return new;
    end $$`.execute(world.db)
  await sql`create trigger refuse_alert before insert on alert for each row execute function refuse_alert()`.execute(
    world.db,
  )
}

it('a record that cannot be taken in keeps no other from being found, and is a warning until it can', async () => {
  const world = await open()
  const source = await connectedWith(world)
  await world.advance(MINUTE)
  await refuse(world, 'Bad')
  const bad = await silent(world, 'Bad')
  await silent(world, 'Good')
  await world.advance(10 * MINUTE)
  expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['Good'])
  expect(await warningsOf(world, source.id)).toEqual(['records-not-compared'])
  const [warning] = (await world.api.get<typeof source>(`/api/alert-sources/${source.id}`)).warnings
  expect(warning?.text).toContain(`acme:request:${bad.id}`)

  await sql`drop function refuse_alert cascade`.execute(world.db)
  await world.advance(10 * MINUTE)
  expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['Bad', 'Good'])
  expect(await warningsOf(world, source.id)).toEqual([])
})

it('a record that cannot be asked for ends no comparison', async () => {
  const world = await open()
  const source = await connectedWith(world)
  await world.advance(MINUTE)
  const ticket = await newRequest(world)
  await world.fourme.put('/sandbox/faults', { webhooks: { withheld: true } })
  await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status: 'completed', completion_reason: 'solved' })
  await silent(world, 'Imported')
  const { secrets } = await openInstallation(world.db, 'a-secret-key-that-only-the-journeys-use', world.clock.instant)
  const outbound = createOutbound({ allow: ['127.0.0.1'] })
  await world.db.updateTable('reconciliation').set({ due_at: world.clock.instant }).execute()
  world.clock.advance(2 * MINUTE * 1_000)
  const context = {
    db: world.db,
    clock: world.clock,
    secrets,
    outbound: async (...call: Parameters<typeof outbound>) => {
      if (call[0].url.includes(`/requests/${ticket.id}`)) throw new TypeError('An answer nobody thought of.')
      return outbound(...call)
    },
    log: silentLog(),
  }
  expect(await reconcileDue(context, world.clock.instant)).toBe(1)
  expect((await alertsOf(world)).map((alert) => alert.summary)).toEqual(['Imported', 'Mail is down'])
  expect(await warningsOf(world, source.id)).toEqual(['records-not-compared'])
  await reconcile(world, source.id)
  expect(await alertsOf(world)).toMatchObject([{ status: 'PENDING' }, { status: 'RESOLVED' }])
  expect(await warningsOf(world, source.id)).toEqual([])
})

it('what is known of the listed records is known whole, however many alerts are open', async () => {
  const world = await open()
  const source = await connectedWith(world)
  await newRequest(world)
  const [alert] = await alertsOf(world)
  await sql`
    insert into known_record
    select (jsonb_populate_record(known, jsonb_build_object('alert_key_folded', 'aaa:request:' || number))).*
      from known_record as known, generate_series(1, 6000) as number
     where alert_id = ${alert?.id}`.execute(world.db)
  await newRequest(world, { subject: 'The last one' })
  const [last] = await alertsOf(world)
  const listed = last?.alertKey ?? ''
  const known = await world.db.transaction().execute((tx) => knownStates(tx, source.id, [listed]))
  expect(known).toHaveLength(5_000)
  expect(known[0]).toMatchObject({ folded: listed, hasOpenAlert: true })
})
