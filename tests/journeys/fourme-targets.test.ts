import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, newRequest, saveSettings } from '../support/fourme.ts'
import { alertsOf, timelineOf } from '../support/seven-steps.ts'
import { MINUTE } from '../support/verbs.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const warnings = async (world: World) => {
  const [alert] = await alertsOf(world)
  return (await timelineOf(world, alert?.id ?? 0)).filter((text) => text.includes('target is missed'))
}

/** A top request has two hours to its target, so the warning is ten minutes away. */
async function nearTarget(world: World) {
  const source = await connectedWith(world, { slaTrigger: { minutesBefore: 110 } })
  await newRequest(world, { impact: 'top' })
  return source
}

it('a warning that is to come later comes then', async () => {
  const world = await open()
  const source = await nearTarget(world)
  await saveSettings(world, source, { slaTrigger: { minutesBefore: 30 } })
  await world.advance(89 * MINUTE)
  expect(await warnings(world)).toEqual([])
  await world.advance(2 * MINUTE)
  expect(await warnings(world)).toEqual(['The next target is missed in 30 min.'])
})

it('a warning that fails is given a minute later, once', async () => {
  const world = await open()
  await nearTarget(world)
  await sql`
    create function refuse_warning() returns trigger language plpgsql as $$
    begin
      if new.rule = 'target-near' then raise exception 'refused'; end if;
      return new;
    end $$`.execute(world.db)
  await sql`create trigger refuse_warning before insert on trace_step for each row execute function refuse_warning()`.execute(
    world.db,
  )
  await world.advance(11 * MINUTE)
  expect(await warnings(world)).toEqual([])
  await sql`drop function refuse_warning cascade`.execute(world.db)
  await world.advance(10 * MINUTE)
  expect(await warnings(world)).toHaveLength(1)
})

it('a warning of a disabled source waits until it is enabled', async () => {
  const world = await open()
  const source = await nearTarget(world)
  const { name, integrationType, escalationPolicy } = source
  const setActive = (active: boolean) =>
    world.api.put(`/api/alert-sources/${source.id}`, { name, integrationType, escalationPolicy, active })
  await setActive(false)
  await world.advance(20 * MINUTE)
  expect(await warnings(world)).toEqual([])
  await setActive(true)
  await world.advance(MINUTE)
  expect(await warnings(world)).toHaveLength(1)
})
