import { uniqueViolation } from './database-error.ts'

export type Key = string | number

/** What became of one row; rows are never changed in place, so both sides stay as they were. */
export interface Change {
  table: string
  key: Key
  before: object | null
  after: object | null
}

interface Entry extends Change {
  undo(): void
}

/** All changes of one transaction, newest last, so that they can be taken back. */
export class Journal {
  #entries: Entry[] = []

  get length(): number {
    return this.#entries.length
  }

  add(entry: Entry): void {
    this.#entries.push(entry)
  }

  /** Undoes everything after the first `length` changes. */
  rollBack(length: number): void {
    while (this.#entries.length > length) this.#entries.pop()?.undo()
  }

  /** Keeps everything: returns the changes and forgets how to undo them. */
  take(): readonly Change[] {
    const entries = this.#entries
    this.#entries = []
    return entries
  }
}

/** Rows by something they have in common, in the order in which they came to have it. */
export class Group<Row extends object> {
  readonly #groups = new Map<Key, Map<Key, Row>>()
  readonly #nameOf: (row: Row) => Key | null

  /** `nameOf`: null for rows that belong to no group. */
  constructor(nameOf: (row: Row) => Key | null) {
    this.#nameOf = nameOf
  }

  of(name: Key): Iterable<Row> {
    return this.#groups.get(name)?.values() ?? []
  }

  move(key: Key, before: Row | null, after: Row | null): void {
    const from = before === null ? null : this.#nameOf(before)
    const to = after === null ? null : this.#nameOf(after)
    if (from !== null && from !== to) {
      const group = this.#groups.get(from)
      group?.delete(key)
      if (group?.size === 0) this.#groups.delete(from)
    }
    if (to === null || after === null) return
    const group = this.#groups.get(to)
    if (group) group.set(key, after)
    else this.#groups.set(to, new Map([[key, after]]))
  }
}

/** At most one row of each name, as a unique index sees to. */
export class Unique<Row extends object> {
  readonly name: string
  readonly #keys = new Map<Key, Key>()
  readonly #nameOf: (row: Row) => Key | null

  constructor(name: string, nameOf: (row: Row) => Key | null) {
    this.name = name
    this.#nameOf = nameOf
  }

  keyOf(name: Key): Key | undefined {
    return this.#keys.get(name)
  }

  refuses(key: Key, after: Row): boolean {
    const name = this.#nameOf(after)
    if (name === null) return false
    const holder = this.#keys.get(name)
    return holder !== undefined && holder !== key
  }

  move(key: Key, before: Row | null, after: Row | null): void {
    const from = before === null ? null : this.#nameOf(before)
    const to = after === null ? null : this.#nameOf(after)
    if (from === to) return
    if (from !== null && this.#keys.get(from) === key) this.#keys.delete(from)
    if (to !== null) this.#keys.set(to, key)
  }
}

/** What a table has beside its rows. */
export interface Indexes<Row extends object> {
  groups?: readonly Group<Row>[]
  uniques?: readonly Unique<Row>[]
  /** As a trigger does: hears of each change, within the transaction that makes it. */
  written?: (before: Row | null, after: Row | null) => void
}

/** A table in memory: rows by primary key, the indexes that its queries need, and a journal of its changes. */
export class Table<Row extends object> {
  readonly name: string
  readonly #journal: Journal
  readonly #rows = new Map<Key, Row>()
  readonly #keyOf: (row: Row) => Key
  readonly #groups: readonly Group<Row>[]
  readonly #uniques: readonly Unique<Row>[]
  readonly #written: (before: Row | null, after: Row | null) => void
  /** Why a row cannot be stored at all; null when it can. */
  refusal: (row: Row) => Error | null = () => null

  constructor(name: string, journal: Journal, keyOf: (row: Row) => Key, indexes: Indexes<Row> = {}) {
    this.name = name
    this.#journal = journal
    this.#keyOf = keyOf
    this.#groups = indexes.groups ?? []
    this.#uniques = indexes.uniques ?? []
    this.#written = indexes.written ?? (() => {})
  }

  get(key: Key): Row | null {
    return this.#rows.get(key) ?? null
  }

  get rows(): Iterable<Row> {
    return this.#rows.values()
  }

  /** True when no unique index, the primary key among them, has such a row. */
  takes(row: Row): boolean {
    const key = this.#keyOf(row)
    return !this.#rows.has(key) && this.#uniques.every((unique) => !unique.refuses(key, row))
  }

  insert(row: Row): Row {
    const key = this.#keyOf(row)
    if (this.#rows.has(key)) throw uniqueViolation(`${this.name}_pkey`)
    const refusal = this.refusal(row)
    if (refusal !== null) throw refusal
    this.#write(key, null, row)
    return row
  }

  update(row: Row, change: Partial<Row>): Row {
    const after = { ...row, ...change }
    this.#write(this.#keyOf(row), row, after)
    return after
  }

  delete(row: Row): void {
    this.#write(this.#keyOf(row), row, null)
  }

  #write(key: Key, before: Row | null, after: Row | null): void {
    if (after !== null) {
      const refusing = this.#uniques.find((unique) => unique.refuses(key, after))
      if (refusing) throw uniqueViolation(refusing.name)
    }
    this.#put(key, before, after)
    this.#journal.add({ table: this.name, key, before, after, undo: () => this.#put(key, after, before) })
    this.#written(before, after)
  }

  #put(key: Key, before: Row | null, after: Row | null): void {
    if (after === null) this.#rows.delete(key)
    else this.#rows.set(key, after)
    for (const group of this.#groups) group.move(key, before, after)
    for (const unique of this.#uniques) unique.move(key, before, after)
  }
}
