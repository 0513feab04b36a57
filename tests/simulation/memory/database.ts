import type { Database, Tx } from '../../../server/database/connection.ts'
import { isConnectionLoss } from '../../../server/database/failures.ts'
import { DatabaseError } from './database-error.ts'
import type { Change } from './table.ts'
import { MemoryTables } from './tables.ts'

/** A question to the tables, or a change of them; it takes no time. */
export type Query<Result> = (tables: MemoryTables) => Result

/** Why a statement got no answer: the caller hears `outcome`, now, later or never. */
export interface Interruption {
  cause: unknown
  /** True when the server ended the session: its transaction is undone already. */
  endsSession: boolean
  outcome: Promise<never>
}

/** What lies between one process and the database. Null always means: nothing happens, and no time goes by. */
export interface Wire {
  /** Before a call outside of a transaction, or the begin of one. */
  leave(): Promise<void> | null
  /** At each statement within a transaction. */
  statement(): Interruption | null
  /** At the end of a transaction that wrote something: what becomes of it. `answer` is asked once that has happened. */
  commit(): { isKept: boolean; answer(): Promise<void> | null }
  /** Before the answer to anything else is heard. */
  arrive(): Promise<void> | null
  /** Somebody else's transaction is over: lets the caller go on. */
  goOn(resume: () => void): void
}

/** A wire to which nothing happens. */
export const directWire: Wire = {
  leave: () => null,
  statement: () => null,
  commit: () => ({ isKept: true, answer: () => null }),
  arrive: () => null,
  goOn: (resume) => resume(),
}

/** What a transaction that was kept changed; `wire` tells whose it was. */
export interface Commit {
  changes: readonly Change[]
  wire: Wire
}

/** The tables, and whose turn it is: one transaction at a time, which is one of the orders PostgreSQL allows. */
export class MemoryServer {
  readonly tables = new MemoryTables()
  /** Milliseconds since 1970, by the database's own clock. */
  readonly nowMs: () => number
  readonly #hear: (commit: Commit) => void
  /** What a connection holds beyond its transactions: sources that are read. */
  readonly holds = new Map<number, MemoryConnection>()
  #session: MemorySession | null = null
  readonly #waiting: { wire: Wire; resume: () => void }[] = []

  constructor(options: { nowMs: () => number; onCommit?: (commit: Commit) => void }) {
    this.nowMs = options.nowMs
    this.#hear = options.onCommit ?? (() => {})
  }

  /** Undoes the transaction under way if it belongs to this process: its connection is gone. */
  drop(wire: Wire): void {
    if (this.#session?.wire === wire) this.#session.end()
    for (const [source, holder] of this.holds) if (holder.wire === wire) this.holds.delete(source)
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      if (this.#waiting[index]?.wire === wire) this.#waiting.splice(index, 1)
    }
  }

  /** A session that has its turn; waits while another has it. */
  async open(wire: Wire, connection: MemoryConnection | null): Promise<MemorySession> {
    while (this.#session !== null) await new Promise<void>((resume) => this.#waiting.push({ wire, resume }))
    this.#session = new MemorySession(this, wire, connection)
    return this.#session
  }

  /** The same without waiting; null while another has its turn. */
  openNow(wire: Wire, connection: MemoryConnection | null): MemorySession | null {
    if (this.#session !== null) return null
    this.#session = new MemorySession(this, wire, connection)
    return this.#session
  }

  close(session: MemorySession): void {
    if (this.#session !== session) return
    this.#session = null
    const next = this.#waiting.shift()
    next?.wire.goOn(next.resume)
  }

  keep(session: MemorySession): void {
    const changes = this.tables.journal.take()
    if (changes.length > 0) this.#hear({ changes, wire: session.wire })
  }
}

/** One transaction: everything in it happens, or nothing. */
export class MemorySession {
  readonly server: MemoryServer
  readonly wire: Wire
  /** What failed it: until it is rolled back, to a savepoint or as a whole, nothing else is done. */
  #failure: unknown = null
  #isOver = false

  /** The connection that it is on, where the caller keeps one. */
  readonly #connection: MemoryConnection | null

  constructor(server: MemoryServer, wire: Wire, connection: MemoryConnection | null) {
    this.server = server
    this.wire = wire
    this.#connection = connection
  }

  get hasFailed(): boolean {
    return this.#failure !== null
  }

  get hasWritten(): boolean {
    return this.server.tables.journal.length > 0
  }

  statement<Result>(query: Query<Result>): Promise<Result> {
    const interruption = this.wire.statement()
    if (interruption !== null) {
      if (interruption.endsSession) this.#lose()
      else this.#failure ??= interruption.cause
      return interruption.outcome
    }
    try {
      return Promise.resolve(this.ask(query))
    } catch (cause) {
      return Promise.reject(cause)
    }
  }

  /** The server ended it: what its connection held is free. */
  #lose(): void {
    this.#connection?.letGo()
    this.end()
  }

  /** A statement by itself: what it changed before it failed is undone. */
  ask<Result>(query: Query<Result>): Result {
    if (this.#isOver) throw new DatabaseError('08003', 'Connection terminated: the transaction is over.')
    if (this.#failure !== null) {
      const text = 'current transaction is aborted, commands ignored until end of transaction block'
      throw new DatabaseError('25P02', text, null, this.#failure)
    }
    const { tables } = this.server
    const before = tables.journal.length
    try {
      return query(tables)
    } catch (cause) {
      tables.journal.rollBack(before)
      this.#failure = cause
      throw cause
    }
  }

  savepoint(): number {
    return this.server.tables.journal.length
  }

  rollBackTo(savepoint: number): void {
    if (this.#isOver) throw new DatabaseError('08003', 'Connection terminated: the transaction is over.')
    this.server.tables.journal.rollBack(savepoint)
    this.#failure = null
  }

  /** Undoes what was not kept, and lets the next have its turn. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.server.tables.journal.rollBack(0)
    this.server.close(this)
  }
}

/** One process's way to the database: as much of Kysely as product code uses outside of its stores. */
export class MemoryDatabase {
  readonly server: MemoryServer
  readonly wire: Wire

  constructor(server: MemoryServer, wire: Wire = directWire) {
    this.server = server
    this.wire = wire
  }

  /** The connection that this is; null for any of a pool. */
  protected get held(): MemoryConnection | null {
    return null
  }

  /** Lends one connection. What it holds when it comes back, it holds on. */
  connection(): { execute<Result>(work: (connection: MemoryConnection) => Promise<Result>): Promise<Result> } {
    return {
      execute: (work) => work(new MemoryConnection(this.server, this.wire)),
    }
  }

  transaction(): { execute<Result>(work: (tx: MemorySession) => Promise<Result>): Promise<Result> } {
    return { execute: (work) => this.#inTransaction(work) }
  }

  async #inTransaction<Result>(work: (tx: MemorySession) => Promise<Result>): Promise<Result> {
    const leaving = this.wire.leave()
    if (leaving !== null) await leaving
    const session = this.server.openNow(this.wire, this.held) ?? (await this.server.open(this.wire, this.held))
    let result: Result
    try {
      result = await work(session)
    } catch (cause) {
      session.end()
      const arriving = this.wire.arrive()
      if (arriving !== null) await arriving
      throw cause
    }
    const finishing = this.#finish(session)
    if (finishing !== null) await finishing
    return result
  }

  /** As with PostgreSQL, committing what has failed is a rollback that nobody is told of. */
  #finish(session: MemorySession): Promise<void> | null {
    if (session.hasFailed || !session.hasWritten) {
      session.end()
      return this.wire.arrive()
    }
    const { isKept, answer } = this.wire.commit()
    if (isKept) this.server.keep(session)
    session.end()
    return answer()
  }

  /** A statement that is its own transaction. */
  statement<Result>(query: Query<Result>): Promise<Result> {
    const leaving = this.wire.leave()
    const session = leaving === null ? this.server.openNow(this.wire, this.held) : null
    return session === null ? this.#whenItsTurn(leaving, query) : this.#ask(session, query)
  }

  async #whenItsTurn<Result>(leaving: Promise<void> | null, query: Query<Result>): Promise<Result> {
    if (leaving !== null) await leaving
    return this.#ask(await this.server.open(this.wire, this.held), query)
  }

  #ask<Result>(session: MemorySession, query: Query<Result>): Promise<Result> {
    let result: Result
    try {
      result = session.ask(query)
    } catch (cause) {
      session.end()
      return Promise.reject(cause)
    }
    const finishing = this.#finish(session)
    return finishing === null ? Promise.resolve(result) : finishing.then(() => result)
  }
}

/** One connection, whose transactions come one after the other. What it holds is free once it is lost. */
export class MemoryConnection extends MemoryDatabase {
  protected override get held(): MemoryConnection {
    return this
  }

  /** Asks for a hold or gives it back, as a statement does. */
  holding<Result>(work: (holds: Map<number, MemoryConnection>, self: MemoryConnection) => Result): Promise<Result> {
    return this.statement(() => work(this.server.holds, this)).catch((cause) => {
      if (isConnectionLoss(cause)) this.letGo()
      throw cause
    })
  }

  letGo(): void {
    for (const [source, holder] of this.server.holds) if (holder === this) this.server.holds.delete(source)
  }
}

/** The one connection that the caller keeps. */
export function connectionOf(db: Database): MemoryConnection {
  const handle = handleOf(db)
  if (handle instanceof MemoryConnection) return handle
  throw new Error('This is done on a connection of its own only.')
}

/** The memory as product code asks for it; what it asks beyond `MemoryDatabase` fails at once. */
export function asDatabase(db: MemoryDatabase): Database {
  return db as unknown as Database
}

/** Asks by whatever the caller was given. */
export function handleOf(db: Database | Tx): MemoryDatabase | MemorySession {
  const handle: unknown = db
  if (handle instanceof MemoryDatabase || handle instanceof MemorySession) return handle
  throw new Error('A twin works on the memory only.')
}

/** The transaction that the caller is in. */
export function sessionOf(tx: Tx): MemorySession {
  const handle = handleOf(tx)
  if (handle instanceof MemorySession) return handle
  throw new Error('This is done within a transaction only.')
}
