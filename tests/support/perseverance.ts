import { sql } from 'kysely'
import type { Database } from '../../server/database/connection.ts'
import type { Station } from '../../server/engine/engine.ts'
import { isDatabaseAway } from '../../server/http/errors.ts'

/** Stations that send: what they sent last may leave again after a lost commit. */
const SENDING = ['notifications', 'notices', 'alert-actions']

/**
 * What the engine does about a lost connection, in a world whose clock stands still: the station has another turn, and what
 * nobody knows to be claimed is as if its lease had run out. A page may leave again then, which is told apart here.
 */
export class Perseverance {
  readonly #db: Database
  readonly #inboxes: readonly Pick<Inbox<never>, 'expectRepetition'>[]
  /** Every table whose rows are claimed under a lease, once it is known. */
  #leased: string[] | null = null

  /** `db`: a way to the database on which nothing is lost. */
  constructor(db: Database, inboxes: readonly Pick<Inbox<never>, 'expectRepetition'>[]) {
    this.#db = db
    this.#inboxes = inboxes
  }

  /** The station that goes on after a lost commit. */
  of(station: Station): Station {
    const advance = async (now: Date) => {
      try {
        return await station.advance(now)
      } catch (cause) {
        if (!isDatabaseAway(cause)) throw cause
        await this.#endLeases(now)
        if (SENDING.includes(station.name)) for (const inbox of this.#inboxes) await inbox.expectRepetition()
        return 1
      }
    }
    return { ...station, advance }
  }

  /** Stations have their turns one after the other, so whoever holds a lease now has lost it. */
  async #endLeases(now: Date): Promise<void> {
    this.#leased ??= await tablesWithLeases(this.#db)
    for (const table of this.#leased)
      await sql`update ${sql.table(table)} set lease_until = ${now} where lease_until > ${now}`.execute(this.#db)
  }
}

async function tablesWithLeases(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
     where table_schema = current_schema() and column_name = 'lease_until'`.execute(db)
  return rows.map((row) => row.name)
}

/** What people got in one place, newest first, but for what a lost commit explains. */
export class Inbox<Message> {
  readonly #all: () => Promise<Message[]>
  readonly #identityOf: (message: Message) => string
  /** By identity: how often a message that left may leave again. */
  readonly #mayComeAgain = new Map<string, number>()

  /** `identityOf`: the same for a message and its repetition. */
  constructor(all: () => Promise<Message[]>, identityOf: (message: Message) => string) {
    this.#all = all
    this.#identityOf = identityOf
  }

  /** The newest message may leave once more. */
  async expectRepetition(): Promise<void> {
    const [newest] = await this.#all()
    if (newest === undefined) return
    const identity = this.#identityOf(newest)
    this.#mayComeAgain.set(identity, (this.#mayComeAgain.get(identity) ?? 0) + 1)
  }

  /** What there is, without the repetitions that may be. */
  async messages(): Promise<Message[]> {
    const all = await this.#all()
    const explained = new Map(this.#mayComeAgain)
    const left = new Map(
      Map.groupBy(all, this.#identityOf)
        .entries()
        .map(([identity, copies]) => [identity, copies.length]),
    )
    return all.filter((message) => {
      const identity = this.#identityOf(message)
      const copies = left.get(identity) ?? 0
      const repetitions = explained.get(identity) ?? 0
      if (copies < 2 || repetitions === 0) return true
      left.set(identity, copies - 1)
      explained.set(identity, repetitions - 1)
      return false
    })
  }
}
