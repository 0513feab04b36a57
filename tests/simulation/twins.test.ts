import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, type Databases, openDatabase, type Tx } from '../../server/database/connection.ts'
import { contained as containedInPostgres } from '../../server/database/savepoint.ts'
import { silentLog } from '../../server/runtime/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Chance, chanceOf } from './chance.ts'
import { calls } from './contract/calls.ts'
import { type Call, CLAIMED, type Deck, OF_CHANCE } from './contract/deck.ts'
import { furnishBoth } from './contract/furniture.ts'
import { stores, twinned, unnamed } from './contract/stores.ts'
import { asDatabase, MemoryDatabase, MemoryServer } from './memory/database.ts'
import type { MemoryTables } from './memory/tables.ts'
import { contained as containedInMemory } from './twins/database/savepoint.ts'

const START_MS = Date.UTC(2026, 2, 2)
const TRANSACTIONS = 2_000
/** Some calls need rows that chance brings late: until each was made once it goes on, but no longer than this. */
const TRANSACTIONS_MAX = 5_000
const CALLS_MAX = 8
/** One seed, always the same, so that a change is blamed for what it does; `TWINS_SEED=7 TWINS_SEEDS=50` asks for fifty others. */
const SEEDS = Array.from(
  { length: Number(process.env.TWINS_SEEDS ?? 1) },
  (_, index) => Number(process.env.TWINS_SEED ?? 20261129) + index,
)

let postgres: TestDatabase
let databases: Databases

beforeEach(async () => {
  postgres = await createTestDatabase()
  databases = await openDatabase({ connection: postgres.connection, log: silentLog() })
})

afterEach(async () => {
  await databases.close()
  await postgres.drop()
})

test('every function of a twin is compared with the store it stands for', () => {
  expect(unnamed).toEqual([])
  expect(Object.keys(calls).toSorted()).toEqual(twinned.toSorted())
})

test.each(SEEDS)(
  'twins and PostgreSQL answer the same and keep the same, whatever is asked and undone: seed %i',
  async (seed) => {
    const server = new MemoryServer({ nowMs: () => START_MS })
    const memory = asDatabase(new MemoryDatabase(server))
    await furnishBoth(databases.engine, server.tables, new Date(START_MS))

    const chance = chanceOf(seed, 'contract')
    const deck = deckOf(chance, server.tables)
    const asked = new Map<string, number>()
    const isEnough = (count: number) => count >= TRANSACTIONS && asked.size === Object.keys(calls).length
    for (let count = 0; count < TRANSACTIONS_MAX && !isEnough(count); count++) {
      const script = drawScript(chance, asked)
      const inMemory = await perform(script, 'twin', memory, containedInMemory, deck)
      const inPostgres = await perform(script, 'real', databases.engine, containedInPostgres, deck)
      for (const step of script.steps) if (step.words) asked.set(step.name, (asked.get(step.name) ?? 0) + 1)
      expect(plain(inMemory.said), `seed ${seed}, transaction ${count}: ${describe(script)}`).toEqual(
        plain(inPostgres.said),
      )
      for (const { kind, row } of inMemory.claims) deck.claims[kind].push(row)
    }
    expect([...asked.keys()].toSorted()).toEqual(Object.keys(calls).toSorted())
    await compareTables(databases.engine, server.tables, seed)
  },
  240_000,
)

interface Step {
  name: string
  call: Call
  /** Drawn when the memory is asked, which is first; null: there was nothing to ask with. */
  words?: unknown[] | null
}

/** What is asked one after the other, and what becomes of it. */
interface Script {
  steps: Step[]
  /** `outside`: each by itself; `connection`: so too, on one of their own; the others within one transaction that is kept or undone as a whole or from the middle. */
  frame: 'outside' | 'connection' | 'kept' | 'undone' | 'contained'
}

function drawScript(chance: Chance, asked: ReadonlyMap<string, number>): Script {
  const frame = chance.oneOf(['outside', 'connection', 'kept', 'kept', 'kept', 'undone', 'contained'] as const)
  const frameOf = (call: Call) => (call.connection ? 'connection' : call.outside ? 'outside' : 'within')
  const wanted = frame === 'outside' || frame === 'connection' ? frame : 'within'
  const fitting = Object.entries(calls).filter(([, call]) => frameOf(call) === wanted)
  const times = ([name]: [string, Call]) => asked.get(name) ?? 0
  const fewest = Math.min(...fitting.map(times))
  const rarest = fitting.filter((choice) => times(choice) === fewest)
  const steps = Array.from({ length: chance.between(1, CALLS_MAX) }, (): Step[] => {
    const choices = chance.percent(25) ? rarest : fitting
    const choice = choices[chance.between(0, choices.length - 1)]
    return choice ? [{ name: choice[0], call: choice[1] }] : []
  })
  return { steps: steps.flat(), frame }
}

function deckOf(chance: Chance, tables: MemoryTables): Deck {
  let nowMs = START_MS
  let count = 0
  return {
    chance,
    tables,
    claims: Object.fromEntries(CLAIMED.map((kind) => [kind, []])) as unknown as Deck['claims'],
    now: () => {
      nowMs += chance.between(1, 20_000)
      return new Date(nowMs)
    },
    uuid: () => `00000000-0000-4000-8000-${(count++).toString(16).padStart(12, '0')}`,
  }
}

class Undone extends Error {}

const RELEASE: Call = { draw: () => null }

async function perform(
  script: Script,
  side: 'real' | 'twin',
  db: Database,
  contained: typeof containedInPostgres,
  deck: Deck,
) {
  const said: unknown[] = []
  const claims: { kind: keyof Deck['claims']; row: object }[] = []
  const ask = async (handle: Database | Tx, step: Step) => {
    if (step.words === undefined) step.words = step.call.draw(deck)
    if (step.words === null) return
    const [store = '', name = ''] = step.name.split('.')
    const work = stores[store]?.[side][name] as (handle: Database | Tx, ...words: unknown[]) => Promise<unknown>
    const words = step.call.around ? [() => askAll(handle, step.words as Step[])] : step.words
    try {
      const answer = await work(handle, ...words)
      const shaped = step.call.shape ? step.call.shape(answer) : answer
      said.push(step.call.unordered ? sorted(shaped as unknown[]) : shaped)
      const kind = step.call.claims
      const isNothing = answer === null || (Array.isArray(answer) && answer.length === 0)
      if (kind && !isNothing) claims.push({ kind, row: answer as object })
    } catch (cause) {
      said.push({ refused: (cause as { code?: unknown }).code ?? 'without a code' })
      throw cause
    }
  }
  const askAll = async (handle: Database | Tx, steps: readonly Step[]) => {
    for (const step of steps) await ask(handle, step)
  }
  // Whoever takes a connection leaves nothing held on it.
  const onItsOwn = async (connection: Database) => {
    await askAll(connection, script.steps)
    for (const step of script.steps) {
      if (step.name !== 'intake.holdSource') continue
      await ask(connection, { name: 'intake.releaseSource', call: RELEASE, words: step.words ?? null })
    }
  }
  const inFrame = async (tx: Tx) => {
    const middle = Math.floor(script.steps.length / 2)
    if (script.frame !== 'contained') await askAll(tx, script.steps)
    else {
      const failure = await contained(tx, async () => {
        await askAll(tx, script.steps.slice(0, middle))
        throw new Undone()
      })
      said.push(failure instanceof Undone ? 'undone' : 'failed')
      await askAll(tx, script.steps.slice(middle))
    }
    if (script.frame === 'undone') throw new Undone()
  }
  try {
    if (script.frame === 'outside') await askAll(db, script.steps)
    else if (script.frame === 'connection') await db.connection().execute((one) => onItsOwn(one))
    else await db.transaction().execute(inFrame)
  } catch (cause) {
    // A refusal ends the script on both sides alike.
    said.push(cause instanceof Undone ? 'undone' : 'ended')
  }
  return { said, claims }
}

/** Of whose rows nobody asks but whether there is one: triggers write one for each statement, the memory for each row. */
const MARKS = { shift_change: true }

async function compareTables(db: Database, tables: MemoryTables, seed: number): Promise<void> {
  const names = Object.entries(tables).flatMap(([name, table]) => ('rows' in Object(table) ? [name] : []))
  expect(names.length).toBeGreaterThan(10)
  for (const name of names as (keyof MemoryTables & 'alert')[]) {
    const kept = await db.selectFrom(name).selectAll().execute()
    if (name in MARKS) {
      expect([...tables[name].rows].length > 0, `seed ${seed}, table ${name}`).toBe(kept.length > 0)
      continue
    }
    const comparable = (rows: Iterable<object>) => sorted([...rows].map((row) => ({ ...row, ...OF_CHANCE[name] })))
    expect(comparable(tables[name].rows), `seed ${seed}, table ${name}`).toEqual(comparable(kept))
  }
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(plain(row))).toSorted()
}

/** As both sides would print it: instants and bytes as text, names in order, nothing that is undefined. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Set) return [...value].map(plain).toSorted()
  if (value instanceof Map)
    return [...value].map(plain).toSorted((one, other) => (String(one) < String(other) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value ?? null
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, item]) => [name, plain(item)]),
  )
}

function describe(script: Script): string {
  return `${script.frame} ${script.steps.map((step) => `${step.name}(${JSON.stringify(plain(step.words ?? 'not asked'))})`).join(', ')}`
}
