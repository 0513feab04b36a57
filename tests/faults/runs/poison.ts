import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import { incident } from '../incident.ts'
import { until } from '../until.ts'

/** How long a delivery or a page may take where nothing is broken for good. */
const PATIENCE_MS = 60_000
/** So many come before the poison, and as many after it. */
const NEIGHBOURS = 2
const PRELOAD = path.resolve(import.meta.dirname, '..', 'poison-preload.mjs')
const FIRST_POISON = 90_000

/** What a poisoned delivery does, by turns: it loses the connection, ends its reader, fails, takes too long. */
const KINDS = ['cuts', 'ends', 'fails', 'stalls'] as const
type Kind = (typeof KINDS)[number]
/**
 * When each is set aside at the latest (invariants.md F13), and how long its neighbours may wait for their pages. A reader
 * that ends is started again each time; what takes too long takes as long as a statement may, each time.
 */
const LIMITS: Record<Kind, { setAsideMs: number; neighbourMs: number }> = {
  fails: { setAsideMs: 60_000, neighbourMs: 15_000 },
  cuts: { setAsideMs: 60_000, neighbourMs: 15_000 },
  ends: { setAsideMs: 60_000, neighbourMs: 60_000 },
  stalls: { setAsideMs: 180_000, neighbourMs: 60_000 },
}
/** Record ids tell the database what to do. */
const FIRST_OF = { fails: FIRST_POISON, ends: FIRST_POISON, cuts: FIRST_POISON + 1_000, stalls: FIRST_POISON + 2_000 }

/** F13: among others, deliveries that fail in the database, stall it, cut the connection to it, or end their reader. */
export const poison: FaultRun = {
  name: 'f13',
  summary: 'deliveries that cut the connection each time, end the process, cannot be processed or take too long',
  rounds: { means: 'poisoned deliveries, of the four kinds by turns', usual: 20 },
  roundMsMax: 240_000,
  carryOut,
}

interface Poisoned {
  n: number
  receipt: string
  kind: Kind
}

async function carryOut(work: Work): Promise<Outcome> {
  const fleet = await openFleet(work, { size: 2, env: { NODE_OPTIONS: `--import ${PRELOAD}` } })
  const outside = new pg.Client(fleet.database.url)
  outside.on('error', () => {})
  await outside.connect()
  work.atTheEnd(() => outside.end())
  await refusePoison(outside)
  const supervisor = supervise(fleet)
  work.atTheEnd(supervisor.stop)

  const figures: Record<string, number> = { poisoned: 0, restarts: 0 }
  const violations: string[] = []
  const sent: Poisoned[] = []
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `poison ${round} of ${work.rounds}`)
    const kind = KINDS[(round - 1) % KINDS.length] ?? 'fails'
    const n = FIRST_OF[kind] + round
    const before = await neighbours(fleet, round, 0)
    const receipt = await sendPoison(fleet, n, kind)
    const began = Date.now()
    const names = [...before, ...(await neighbours(fleet, round, NEIGHBOURS))]
    sent.push({ n, receipt, kind })
    const limits = LIMITS[kind]
    await until(`Neighbours of poison ${round} are paged`, 2 * limits.neighbourMs, () =>
      names.every((name) => fleet.postOffice.lettersAbout(name).length > 0),
    )
    const neighbourMs = Date.now() - began
    await until(`Delivery ${receipt} is set aside`, 2 * limits.setAsideMs, async () => {
      const { rows } = await outside.query('select outcome from delivery where id = $1', [receipt])
      return rows[0]?.outcome === 'QUARANTINED'
    })
    const setAsideMs = Date.now() - began
    figures.poisoned = round
    figures[`${kind}SetAsideMs`] = Math.max(figures[`${kind}SetAsideMs`] ?? 0, setAsideMs)
    figures[`${kind}NeighbourMs`] = Math.max(figures[`${kind}NeighbourMs`] ?? 0, neighbourMs)
    if (neighbourMs > limits.neighbourMs) violations.push(`Neighbours of poison ${round} waited ${neighbourMs} ms.`)
    if (setAsideMs > limits.setAsideMs) violations.push(`Poison ${round} was set aside after ${setAsideMs} ms.`)
  }
  figures.restarts = supervisor.restarts()
  violations.push(...(await replayAll(fleet, outside, supervisor, sent)))
  return { figures, violations }
}

/** Over a poisoned record the database refuses, stalls, or ends the connection. */
async function refusePoison(outside: pg.Client): Promise<void> {
  await outside.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.alert_key like '%:91___' then perform pg_terminate_backend(pg_backend_pid()); end if;
      if new.alert_key like '%:92___' then perform pg_sleep(60); end if;
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

/** Until it is taken, by one node or the other: they may be dead just now. */
async function send(fleet: Fleet, message: { path: string; headers: object; body: object }): Promise<string> {
  let turn = 0
  const { receipt } = await until('The delivery is taken', PATIENCE_MS, async () => {
    try {
      const answer = await fetch(`${fleet.urls[turn++ % fleet.urls.length]}${message.path}`, {
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

/** Once the cause is mended, each comes through when it is sent again. */
async function replayAll(
  fleet: Fleet,
  outside: pg.Client,
  supervisor: { stop(): void },
  sent: readonly Poisoned[],
): Promise<string[]> {
  supervisor.stop()
  await outside.query('drop function refuse_poison cascade')
  for (const node of fleet.nodes) {
    await node.running.kill()
    node.running = node.installation.start({ env: { NODE_OPTIONS: '' } })
  }
  for (const node of fleet.nodes) await node.running.ready()
  const violations: string[] = []
  for (const { n, kind } of sent) {
    const receipt = await sendPoison(fleet, n, kind)
    const outcome = await until(`Delivery ${receipt} has an outcome`, PATIENCE_MS, async () => {
      const { rows } = await outside.query('select outcome from delivery where id = $1', [receipt])
      return rows[0]?.outcome === 'NEW' ? null : rows[0]?.outcome
    })
    if (outcome !== 'APPLIED') violations.push(`Poison ${n} is ${outcome} after it was mended.`)
  }
  return violations
}

/** What an operator's service manager does: what ended is started again. */
function supervise(fleet: Fleet): { restarts(): number; stop(): void } {
  let restarts = 0
  let isOver = false
  const watch = async (node: Fleet['nodes'][number]) => {
    while (!isOver) {
      await node.running.ended
      if (isOver) return
      restarts += 1
      await node.running.kill()
      node.running = node.installation.start()
      await pause(100)
    }
  }
  for (const node of fleet.nodes) void watch(node)
  return {
    restarts: () => restarts,
    stop: () => {
      isOver = true
    },
  }
}
