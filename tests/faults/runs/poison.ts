import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import { incident } from '../incident.ts'
import { until } from '../until.ts'

/** A row that cannot be processed is set aside so soon (invariants.md F13). */
const SET_ASIDE_MS_MAX = 60_000
/** What neighbours may wait for it while the process lives. */
const NEIGHBOUR_MS_MAX = 15_000
/** So many come before the poison, and as many after it. */
const NEIGHBOURS = 2
const PRELOAD = path.resolve(import.meta.dirname, '..', 'poison-preload.mjs')
const FIRST_POISON = 90_000

/** What a poisoned delivery does, by turns: it fails, the connection on which it is read is lost, its reader ends. */
const KINDS = ['fails', 'cuts', 'ends'] as const
type Kind = (typeof KINDS)[number]
const FIRST_CUTTING = FIRST_POISON + 1_000

/** F13: deliveries that fail in the database, cut the connection to it, or end the process that reads them, among others. */
export const poison: FaultRun = {
  name: 'f13',
  summary: 'deliveries that cannot be processed, cut the connection each time, or end the process',
  rounds: { means: 'poisoned deliveries, of the three kinds by turns', usual: 21 },
  roundMsMax: 90_000,
  carryOut,
}

interface Poisoned {
  n: number
  receipt: string
  kind: Kind
}

async function carryOut(work: Work): Promise<Outcome> {
  const fleet = await openFleet(work, { size: 1, env: { NODE_OPTIONS: `--import ${PRELOAD}` } })
  const outside = new pg.Client(fleet.database.url)
  outside.on('error', () => {})
  await outside.connect()
  work.atTheEnd(() => outside.end())
  await refusePoison(outside)
  const supervisor = supervise(fleet)
  work.atTheEnd(supervisor.stop)

  const figures = { poisoned: 0, restarts: 0, worstSetAsideMs: 0, worstNeighbourMs: 0, worstNeighbourOfKillerMs: 0 }
  const violations: string[] = []
  const sent: Poisoned[] = []
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `poison ${round} of ${work.rounds}`)
    const kind = KINDS[round % KINDS.length] ?? 'fails'
    const n = (kind === 'cuts' ? FIRST_CUTTING : FIRST_POISON) + round
    const before = await neighbours(fleet, round, 0)
    const receipt = await sendPoison(fleet, n, kind)
    const began = Date.now()
    const names = [...before, ...(await neighbours(fleet, round, NEIGHBOURS))]
    sent.push({ n, receipt, kind })
    await until(`Neighbours of poison ${round} are paged`, SET_ASIDE_MS_MAX, () =>
      names.every((name) => fleet.postOffice.lettersAbout(name).length > 0),
    )
    const neighbourMs = Date.now() - began
    const setAsideMs = await untilSetAside(outside, receipt, began)
    figures.poisoned += 1
    figures.worstSetAsideMs = Math.max(figures.worstSetAsideMs, setAsideMs)
    if (kind === 'ends') figures.worstNeighbourOfKillerMs = Math.max(figures.worstNeighbourOfKillerMs, neighbourMs)
    else {
      figures.worstNeighbourMs = Math.max(figures.worstNeighbourMs, neighbourMs)
      if (neighbourMs > NEIGHBOUR_MS_MAX) violations.push(`Neighbours of poison ${round} waited ${neighbourMs} ms.`)
    }
    if (setAsideMs > SET_ASIDE_MS_MAX) violations.push(`Poison ${round} was set aside after ${setAsideMs} ms.`)
  }
  figures.restarts = supervisor.restarts()
  violations.push(...(await replayAll(fleet, outside, supervisor, sent)))
  return { figures, violations }
}

/** The database refuses whatever is about a poisoned record, or ends the connection. */
async function refusePoison(outside: pg.Client): Promise<void> {
  await outside.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.alert_key like '%:91___' then perform pg_terminate_backend(pg_backend_pid()); end if;
      if new.alert_key like '%:9____' then raise exception 'poison'; end if;
      return new;
    end $$;
    create trigger refuse_poison before insert on alert for each row execute function refuse_poison()`)
}

async function neighbours(fleet: Fleet, round: number, from: number): Promise<string[]> {
  const names: string[] = []
  for (let n = from; n < from + NEIGHBOURS; n++) {
    const one = incident('Request', round * 2 * NEIGHBOURS + n, fleet.keys)
    await send(fleet, one.opening())
    names.push(one.name)
  }
  return names
}

async function sendPoison(fleet: Fleet, id: number, kind: Kind): Promise<string> {
  const { opening } = incident('Request', id - 70_000, fleet.keys)
  const message = opening()
  const payload = { ...(message.body.payload as object), ...(kind === 'ends' ? { subject: 'ends the reader' } : {}) }
  return send(fleet, { ...message, body: { ...message.body, payload } })
}

/** Until it is taken: the product may be dead just now. */
async function send(fleet: Fleet, message: { path: string; headers: object; body: object }): Promise<string> {
  const { receipt } = await until('The delivery is taken', SET_ASIDE_MS_MAX, async () => {
    try {
      const answer = await fetch(`${fleet.urls[0]}${message.path}`, {
        method: 'POST',
        headers: { ...message.headers, 'x-4me-delivery': randomUUID() },
        body: JSON.stringify(message.body),
      })
      return answer.ok ? ((await answer.json()) as { receipt: string }) : null
    } catch {
      return null
    }
  })
  return receipt
}

async function untilSetAside(outside: pg.Client, receipt: string, began: number): Promise<number> {
  await until(`Delivery ${receipt} is set aside`, 2 * SET_ASIDE_MS_MAX, async () => {
    const { rows } = await outside.query('select outcome from delivery where id = $1', [receipt])
    return rows[0]?.outcome === 'QUARANTINED'
  })
  return Date.now() - began
}

/** Once the cause is mended, each comes through when it is sent again. */
async function replayAll(
  fleet: Fleet,
  outside: pg.Client,
  supervisor: { stop(): void },
  sent: readonly Poisoned[],
): Promise<string[]> {
  supervisor.stop()
  await outside.query('drop function refuse_poison cascade')
  const [node] = fleet.nodes
  await node.running.kill()
  node.running = node.installation.start({ env: { NODE_OPTIONS: '' } })
  await node.running.ready()
  const violations: string[] = []
  for (const { n, kind } of sent) {
    const receipt = await sendPoison(fleet, n, kind)
    const outcome = await until(`Delivery ${receipt} has an outcome`, SET_ASIDE_MS_MAX, async () => {
      const { rows } = await outside.query('select outcome from delivery where id = $1', [receipt])
      return rows[0]?.outcome === 'NEW' ? null : rows[0]?.outcome
    })
    if (outcome !== 'APPLIED') violations.push(`Poison ${n} is ${outcome} after it was mended.`)
  }
  return violations
}

/** What an operator's service manager does: what ended is started again. */
function supervise(fleet: Fleet): { restarts(): number; stop(): void } {
  const [node] = fleet.nodes
  let restarts = 0
  let isOver = false
  const watch = async () => {
    while (!isOver) {
      await node.running.ended
      if (isOver) return
      restarts += 1
      await node.running.kill()
      node.running = node.installation.start()
      await pause(100)
    }
  }
  void watch()
  return {
    restarts: () => restarts,
    stop: () => {
      isOver = true
    },
  }
}
