import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { wantLookup } from '../../server/intake/lookups/store.ts'
import { addHours } from '../../server/runtime/time.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { changeRequest, connectedWith, newRequest } from '../support/fourme.ts'
import { alertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const LOOKS_MAX = 2_000

/** Resolves once a transaction waits for a lock that another one holds. */
async function somebodyWaits(world: World): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db)
    if (rows.length > 0) return
  }
  throw new Error('Nobody waits for a lock.')
}

it('a look-up waits for the alert that somebody holds without holding what that one needs', async () => {
  const world = await open({ losesNoCommits: true })
  const source = await connectedWith(world)
  const ticket = await newRequest(world)
  const [alert] = await alertsOf(world)
  const alertId = alert?.id ?? 0
  const folded = `acme:request:${ticket.id}`
  const now = world.clock.instant
  const want = {
    alertSourceId: source.id,
    folded,
    request: { record: 'request', id: String(ticket.id), account: 'acme' },
    deliveryId: null,
    dueAt: now,
    giveUpAt: addHours(now, 1),
  }
  await world.db.transaction().execute((tx) => wantLookup(tx, want))
  const lookups = world.flow.find((station) => station.name === 'lookups')
  const looked = await world.db.transaction().execute(async (tx) => {
    // As intake does it: the alert first, then the look-up of its record.
    await tx.selectFrom('alert').select('id').where('id', '=', alertId).forUpdate().execute()
    const pass = lookups?.advance(now)
    await somebodyWaits(world)
    await sql`select 1 from lookup where alert_key_folded = ${folded} for update nowait`.execute(tx)
    await wantLookup(tx, want)
    return { pass }
  })
  expect(await looked.pass).toBe(1)
  await world.settle()
  expect(await world.db.selectFrom('lookup').selectAll().execute()).toEqual([])
})

it('facts of a record that joined leave the alert the words of its own, but a heavier one raises it', async () => {
  const world = await open()
  const { id, name, integrationType, escalationPolicy } = await connectedWith(world)
  const rules = { alertCreation: 'ONE_OPEN_ALERT_ALLOWED', alertPriorityRule: 'LOW' }
  await world.api.put(`/api/alert-sources/${id}`, { name, integrationType, escalationPolicy, ...rules })
  const first = await newRequest(world, { subject: 'Mail is down', impact: 'low' })
  const second = await newRequest(world, { subject: 'Printer is out of paper', impact: 'medium' })
  await changeRequest(world, second.id, { note: 'It needs paper.' })
  expect(await alertsOf(world)).toMatchObject([
    {
      alertKey: `acme:request:${first.id}`,
      summary: 'Mail is down',
      severity: 4,
      labels: { impact: 'low' },
    },
  ])
})
