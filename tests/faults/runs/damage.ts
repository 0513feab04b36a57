import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Dice } from '../dice.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { openFleet } from '../fleet.ts'
import { LEVELS } from '../sources.ts'
import { until } from '../until.ts'

/** What is damaged must be found, and put right, so soon (invariants.md OPS-3). */
const FOUND_MS_MAX = 120_000
const ON_ITS_WAY_MS_MAX = 60_000
/** After the repair the first two levels need a minute, and a page that was refused another one. */
const PAGED_MS_MAX = 240_000
const LOOK_MS = 500

/** F18: timers and pages deleted or altered behind the engine's back, in the middle of the night. */
export const damage: FaultRun = {
  name: 'f18',
  summary: 'timers and pages deleted or altered behind the back of the engine',
  rounds: { means: 'alerts, each with one damage', usual: 100 },
  roundMsMax: 10_000,
  carryOut,
}

const FAR = "clock_timestamp() + interval '1 year'"
const DAMAGES = {
  'timer deleted': 'delete from escalation where alert_id = $1',
  'timer moved': `update escalation set due_at = ${FAR} where alert_id = $1`,
  'timer stopped': 'update escalation set due_at = null, stopped_at = clock_timestamp() where alert_id = $1',
  'level altered': 'update escalation set level_index = 99 where alert_id = $1',
  'page deleted': 'delete from notification where alert_id = $1',
  'page moved': `update notification set due_at = ${FAR}, lease_until = null where alert_id = $1`,
  'page called off': "update notification set status = 'CANCELLED' where alert_id = $1",
  'page taken for sent': "update notification set status = 'SUCCESS' where alert_id = $1",
  'page sent elsewhere': "update notification set target = 'eve@example.com' where alert_id = $1",
}
type Damage = keyof typeof DAMAGES

async function carryOut(work: Work): Promise<Outcome> {
  const { database, postOffice, keys, urls } = await openFleet(work, { size: 1 })
  const outside = new pg.Client(database.url)
  outside.on('error', () => {})
  await outside.connect()
  work.atTheEnd(() => outside.end())
  const count = async (statement: string) => Number((await outside.query(statement)).rows[0]?.count ?? 0)

  // With the mail server away the first pages wait, so that they can be damaged before they left.
  await postOffice.pause()
  for (let n = 1; n <= work.rounds; n++) await openAlert(urls[0], keys.events, n)
  work.tell(0.1, 'alerts opened')
  await until('Every alert has its first page', ON_ITS_WAY_MS_MAX, async () => {
    const waiting = await count(
      "select count(distinct alert_id) from notification where attempts > 0 and status = 'SCHEDULED'",
    )
    return waiting >= work.rounds
  })
  const done = await damageAll(outside, work.diceFor('damage'))
  const damagedAt = Date.now()
  work.tell(0.2, `${done.length} damages done`)
  let found = 0
  while (found < done.length && Date.now() - damagedAt < FOUND_MS_MAX) {
    await pause(LOOK_MS)
    found = await count('select count(distinct alert_id) from finding')
    work.tell(0.2 + (0.4 * found) / done.length, `${found} of ${done.length} found`)
  }
  const foundMs = Date.now() - damagedAt
  const missed = await unfound(outside, done)

  await postOffice.resume()
  const unpaged = await untilPaged(work, postOffice, done)
  return {
    figures: { damages: done.length, found, foundMs, unpaged: unpaged.length },
    violations: [...missed, ...unpaged],
  }
}

async function openAlert(url: string, integrationKey: string, n: number): Promise<void> {
  const answer = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ integrationKey, eventType: 'ALERT', summary: `Event ${n}`, alertKey: `Event ${n}` }),
  })
  if (answer.status !== 202) throw new Error(`The event was answered ${answer.status}.`)
}

async function damageAll(outside: pg.Client, dice: Dice): Promise<{ alertId: number; name: string; damage: Damage }[]> {
  const { rows } = await outside.query<{ id: string; summary: string }>(
    "select id, summary from alert where summary like 'Event %' order by id",
  )
  const names = Object.keys(DAMAGES) as [Damage, ...Damage[]]
  const done = []
  for (const { id, summary } of rows) {
    const chosen = dice.oneOf(names)
    await outside.query(DAMAGES[chosen], [id])
    done.push({ alertId: Number(id), name: summary, damage: chosen })
  }
  return done
}

async function unfound(outside: pg.Client, done: readonly { alertId: number; damage: Damage }[]): Promise<string[]> {
  const { rows } = await outside.query<{ alert_id: string }>('select distinct alert_id from finding')
  const found = new Set(rows.map((row) => Number(row.alert_id)))
  return done.filter((one) => !found.has(one.alertId)).map((one) => `Not found: ${one.damage} of alert ${one.alertId}.`)
}

/** Everybody of the first levels must hear of every alert; returns of whom and which that is not so. */
async function untilPaged(
  work: Work,
  postOffice: { lettersAbout(name: string): readonly { to: string }[] },
  done: readonly { name: string; damage: Damage }[],
): Promise<string[]> {
  const wanted = LEVELS.flatMap(({ email }) => (email === null ? [] : [email])).slice(0, 2)
  const lacking = () =>
    done.flatMap(({ name, damage }) =>
      wanted
        .filter((email) => !postOffice.lettersAbout(name).some((letter) => letter.to === email))
        .map((email) => `${email} never heard of ${name} (${damage}).`),
    )
  const until = Date.now() + PAGED_MS_MAX
  while (lacking().length > 0 && Date.now() < until) {
    work.tell(0.7, `${lacking().length} pages to come`)
    await pause(LOOK_MS)
  }
  return lacking()
}
