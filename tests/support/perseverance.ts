import { sql } from 'kysely'
import type { Database } from '../../server/database/connection.ts'
import type { Station } from '../../server/engine/engine.ts'
import { isDatabaseAway } from '../../server/http/errors.ts'
import type { Mail } from './world.ts'

/**
 * What the engine does about a lost connection, in a world whose clock stands still: the station has another turn, and what
 * nobody knows to be claimed is as if its lease had run out. A page may leave again then, which is told apart here.
 */
export class Perseverance {
  readonly #db: Database
  readonly #mails: () => Promise<Mail[]>
  /** By Message-ID: how often a message that left may leave again. */
  readonly #mayComeAgain = new Map<string, number>()
  /** Every table whose rows are claimed under a lease, once it is known. */
  #leased: string[] | null = null

  /** `db`: a way to the database on which nothing is lost. `mails`: those of the inbox, newest first. */
  constructor(db: Database, mails: () => Promise<Mail[]>) {
    this.#db = db
    this.#mails = mails
  }

  /** The station that goes on after a lost commit. */
  of(station: Station): Station {
    const advance = async (now: Date) => {
      try {
        return await station.advance(now)
      } catch (cause) {
        if (!isDatabaseAway(cause)) throw cause
        await this.#endLeases(now)
        if (station.name === 'notifications') await this.#expectRepetition()
        return 1
      }
    }
    return { ...station, advance }
  }

  /** The mails but for those that a lost commit explains. */
  withoutRepetitions(mails: Mail[]): Mail[] {
    const explained = new Map(this.#mayComeAgain)
    const left = new Map(
      Map.groupBy(mails, messageIdOf)
        .entries()
        .map(([id, copies]) => [id, copies.length]),
    )
    return mails.filter((mail) => {
      const id = messageIdOf(mail)
      const copies = left.get(id) ?? 0
      const repetitions = explained.get(id) ?? 0
      if (copies < 2 || repetitions === 0) return true
      left.set(id, copies - 1)
      explained.set(id, repetitions - 1)
      return false
    })
  }

  /** Stations have their turns one after the other, so whoever holds a lease now has lost it. */
  async #endLeases(now: Date): Promise<void> {
    this.#leased ??= await tablesWithLeases(this.#db)
    for (const table of this.#leased)
      await sql`update ${sql.table(table)} set lease_until = ${now} where lease_until > ${now}`.execute(this.#db)
  }

  async #expectRepetition(): Promise<void> {
    const [newest] = await this.#mails()
    if (!newest) return
    const id = messageIdOf(newest)
    this.#mayComeAgain.set(id, (this.#mayComeAgain.get(id) ?? 0) + 1)
  }
}

async function tablesWithLeases(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
     where table_schema = current_schema() and column_name = 'lease_until'`.execute(db)
  return rows.map((row) => row.name)
}

function messageIdOf(mail: Mail): string {
  return mail.headers['message-id'] ?? mail.id
}
