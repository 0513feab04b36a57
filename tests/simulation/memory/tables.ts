import type { Selectable } from 'kysely'
import type { Tables } from '../../../server/database/tables.ts'
import { Group, Journal, type Key, Table, Unique } from './table.ts'

type Row<Name extends keyof Tables> = Selectable<Tables[Name]>

/** Members of an index that has one group only. */
const ALL = ''

/** The product's tables in memory, each with the indexes that the twins ask by. */
export class MemoryTables {
  readonly journal = new Journal()
  readonly #counters = new Map<string, number>()

  readonly contactsOfPerson = new Group<Row<'contact'>>((row) => row.person_id)
  readonly unread = new Group<Row<'delivery'>>((row) => (row.outcome === 'NEW' ? ALL : null))
  readonly unreadOfSource = new Group<Row<'delivery'>>((row) => (row.outcome === 'NEW' ? row.alert_source_id : null))
  readonly openOfSource = new Group<Row<'alert'>>((row) => (row.status === 'RESOLVED' ? null : row.alert_source_id))
  readonly openOfKey = new Unique<Row<'alert'>>('alert_open_key', (row) =>
    row.status === 'RESOLVED' || row.alert_key_folded === null
      ? null
      : keyOf(row.alert_source_id, row.alert_key_folded),
  )
  readonly resolvingAlone = new Group<Row<'alert'>>((row) =>
    row.auto_resolve_at === null || row.status === 'RESOLVED' ? null : ALL,
  )
  readonly recordsOfAlert = new Group<Row<'known_record'>>((row) => row.alert_id)
  readonly climbing = new Group<Row<'escalation'>>((row) => (row.stopped_at === null ? ALL : null))
  readonly onTheirWay = new Group<Row<'notification'>>((row) =>
    row.status === 'SCHEDULED' || row.status === 'SENDING' ? ALL : null,
  )
  readonly notificationsOfAlert = new Group<Row<'notification'>>((row) => row.alert_id)
  readonly verificationsOfSource = new Group<Row<'verification'>>((row) => row.alert_source_id)
  readonly unanswered = new Group<Row<'verification'>>((row) =>
    row.state === 'QUEUED' || row.state === 'HELD' ? ALL : null,
  )

  readonly person = this.#table<'person'>('person', (row) => row.id)
  readonly contact = this.#table<'contact'>('contact', (row) => row.id, { groups: [this.contactsOfPerson] })
  readonly session = this.#table<'session'>('session', (row) => row.token_hash.toString('hex'))
  readonly escalation_policy = this.#table<'escalation_policy'>('escalation_policy', (row) => row.id)
  readonly alert_source = this.#table<'alert_source'>('alert_source', (row) => row.id)
  readonly alert_source_warning = this.#table<'alert_source_warning'>('alert_source_warning', (row) =>
    keyOf(row.alert_source_id, row.code),
  )
  readonly delivery = this.#table<'delivery'>('delivery', (row) => keyOf(row.alert_source_id, row.id), {
    groups: [this.unread, this.unreadOfSource],
  })
  readonly alert = this.#table<'alert'>('alert', (row) => row.id, {
    groups: [this.openOfSource, this.resolvingAlone],
    uniques: [this.openOfKey],
  })
  readonly known_record = this.#table<'known_record'>(
    'known_record',
    (row) => keyOf(row.alert_source_id, row.alert_key_folded),
    { groups: [this.recordsOfAlert] },
  )
  readonly idempotency_key = this.#table<'idempotency_key'>('idempotency_key', (row) =>
    keyOf(row.alert_source_id, row.key),
  )
  readonly timeline_entry = this.#table<'timeline_entry'>('timeline_entry', (row) => row.id)
  readonly lookup = this.#table<'lookup'>('lookup', (row) => keyOf(row.alert_source_id, row.alert_key_folded))
  readonly verification = this.#table<'verification'>('verification', (row) => row.id, {
    groups: [this.verificationsOfSource, this.unanswered],
    uniques: [new Unique('verification_delivery_id_key', (row) => row.delivery_id)],
  })
  readonly escalation = this.#table<'escalation'>('escalation', (row) => row.alert_id, { groups: [this.climbing] })
  readonly notification = this.#table<'notification'>('notification', (row) => keyOf(row.alert_source_id, row.id), {
    groups: [this.onTheirWay, this.notificationsOfAlert],
    uniques: [new Unique('notification_step', stepOf)],
  })

  /** The next number of an identity column; as in PostgreSQL, one that was given out is gone whatever becomes of its row. */
  next(column: string): number {
    const number = (this.#counters.get(column) ?? 0) + 1
    this.#counters.set(column, number)
    return number
  }

  #table<Name extends keyof Tables>(
    name: Name,
    keyOfRow: (row: Row<Name>) => Key,
    indexes: { groups?: readonly Group<Row<Name>>[]; uniques?: readonly Unique<Row<Name>>[] } = {},
  ): Table<Row<Name>> {
    return new Table<Row<Name>>(name, this.journal, keyOfRow, indexes)
  }
}

/** A key of two columns. */
export function keyOf(one: Key, other: Key): string {
  return `${one}/${other}`
}

/** All members of an index that has one group. */
export function all<R extends object>(group: Group<R>): Iterable<R> {
  return group.of(ALL)
}

function stepOf(row: Row<'notification'>): string {
  return [
    row.alert_source_id,
    row.alert_id,
    row.round,
    row.level_index,
    row.person_id,
    row.channel,
    row.contact_id,
  ].join('/')
}
