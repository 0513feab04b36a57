import type { Selectable } from 'kysely'
import type { Tables } from '../../../server/database/tables.ts'
import { checkViolation } from './database-error.ts'
import { Group, type Indexes, Journal, type Key, Table, Unique } from './table.ts'

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
  readonly setAside = new Group<Row<'delivery'>>((row) =>
    row.rule === 'failed-repeatedly' || row.rule === 'ends-the-process' ? ALL : null,
  )
  readonly replaysOf = new Group<Row<'delivery'>>((row) => row.replay_of)
  readonly openOfSource = new Group<Row<'alert'>>((row) => (row.status === 'RESOLVED' ? null : row.alert_source_id))
  readonly openOfKey = new Unique<Row<'alert'>>('alert_open_key', (row) =>
    row.status === 'RESOLVED' || row.alert_key_folded === null
      ? null
      : keyOf(row.alert_source_id, row.alert_key_folded),
  )
  readonly resolvingAlone = new Group<Row<'alert'>>((row) =>
    row.auto_resolve_at === null || row.status === 'RESOLVED' ? null : ALL,
  )
  readonly mergedInto = new Group<Row<'alert'>>((row) => row.merged_into_id)
  readonly raising = new Group<Row<'alert'>>((row) =>
    row.raise_at !== null && row.status === 'PENDING' && row.merged_into_id === null ? ALL : null,
  )
  readonly returning = new Group<Row<'alert'>>((row) =>
    row.return_at !== null && row.status === 'ACCEPTED' && row.merged_into_id === null ? ALL : null,
  )
  readonly unattended = new Group<Row<'alert'>>((row) =>
    row.unattended_since !== null && row.status === 'PENDING' ? ALL : null,
  )
  readonly pending = new Group<Row<'alert'>>((row) => (row.status === 'PENDING' ? ALL : null))
  readonly linesOfAlert = new Group<Row<'timeline_entry'>>((row) => row.alert_id)
  readonly stepsOfAlert = new Group<Row<'trace_step'>>((row) => row.alert_id)
  readonly respondersOfAlert = new Group<Row<'alert_responder'>>((row) => row.alert_id)
  readonly subscribersOfAlert = new Group<Row<'alert_subscriber'>>((row) => row.alert_id)
  readonly rulesOfPerson = new Group<Row<'notification_rule'>>((row) => row.person_id)
  readonly recordsOfAlert = new Group<Row<'known_record'>>((row) => row.alert_id)
  readonly climbing = new Group<Row<'escalation'>>((row) => (row.stopped_at === null ? ALL : null))
  readonly onTheirWay = new Group<Row<'notification'>>((row) =>
    row.status === 'SCHEDULED' || row.status === 'SENDING' ? ALL : null,
  )
  readonly sentToPerson = new Group<Row<'notification'>>((row) =>
    row.status === 'SUCCESS' || row.status === 'SENDING' ? row.person_id : null,
  )
  readonly notificationOfId = new Unique<Row<'notification'>>('notification_id', (row) => row.id)
  readonly bundledIn = new Group<Row<'notification'>>((row) => row.bundle_id)
  readonly awaitingReceipt = new Group<Row<'notification'>>((row) => (row.receipt_due_at === null ? null : ALL))
  readonly noticesOnTheirWay = new Group<Row<'notice'>>((row) =>
    row.status === 'SCHEDULED' || row.status === 'SENDING' ? ALL : null,
  )
  readonly lostSummaries = new Group<Row<'notice'>>((row) =>
    row.kind === 'SUMMARY' && row.status === 'ERROR' ? ALL : null,
  )
  readonly noticeOfBundle = new Unique<Row<'notice'>>('notice_bundle', (row) =>
    row.status === 'SCHEDULED' ? row.bundle_key : null,
  )
  readonly writesWaiting = new Group<Row<'write_back'>>((row) => (row.state === 'PENDING' ? ALL : null))
  readonly notificationsOfAlert = new Group<Row<'notification'>>((row) => row.alert_id)
  readonly verificationsOfSource = new Group<Row<'verification'>>((row) => row.alert_source_id)
  readonly unanswered = new Group<Row<'verification'>>((row) =>
    row.state === 'QUEUED' || row.state === 'HELD' ? ALL : null,
  )
  readonly runsWaiting = new Group<Row<'alert_action_run'>>((row) =>
    row.status === 'SCHEDULED' || row.status === 'SENDING' ? ALL : null,
  )
  readonly sourcesOfAction = new Group<Row<'alert_action_source'>>((row) => row.alert_action_id)
  readonly teamsOfAction = new Group<Row<'alert_action_team'>>((row) => row.alert_action_id)
  readonly teamsOfSource = new Group<Row<'alert_source_team'>>((row) => row.alert_source_id)
  readonly teamsOfPolicy = new Group<Row<'escalation_policy_team'>>((row) => row.escalation_policy_id)
  readonly teamsOfSchedule = new Group<Row<'schedule_team'>>((row) => row.schedule_id)

  /** Marks that something reminders depend on was changed; several say no more than one. */
  readonly shift_change = this.#table<'shift_change'>('shift_change', (row) => row.id)
  readonly #whenWritten = () => this.noteShiftChange()
  readonly #whenChanged = (before: object | null, after: object | null) => {
    if (before !== null && after !== null) this.noteShiftChange()
  }

  readonly person = this.#table<'person'>('person', (row) => row.id)
  readonly contact = this.#table<'contact'>('contact', (row) => row.id, {
    groups: [this.contactsOfPerson],
    written: this.#whenChanged,
  })
  readonly session = this.#table<'session'>('session', (row) => row.token_hash.toString('hex'))
  readonly escalation_policy = this.#table<'escalation_policy'>('escalation_policy', (row) => row.id, {
    uniques: [new Unique('escalation_policy_routing_key', (row) => row.routing_key?.toLowerCase() ?? null)],
  })
  readonly alert_source = this.#table<'alert_source'>('alert_source', (row) => row.id)
  readonly alert_source_warning = this.#table<'alert_source_warning'>('alert_source_warning', (row) =>
    keyOf(row.alert_source_id, row.code),
  )
  readonly delivery = this.#table<'delivery'>('delivery', (row) => keyOf(row.alert_source_id, row.id), {
    groups: [this.unread, this.unreadOfSource, this.setAside, this.replaysOf],
  })
  readonly alert = this.#table<'alert'>('alert', (row) => row.id, {
    groups: [
      this.openOfSource,
      this.resolvingAlone,
      this.mergedInto,
      this.raising,
      this.returning,
      this.unattended,
      this.pending,
    ],
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
  readonly timeline_entry = this.#table<'timeline_entry'>('timeline_entry', (row) => row.id, {
    groups: [this.linesOfAlert],
  })
  readonly lookup = this.#table<'lookup'>('lookup', (row) => keyOf(row.alert_source_id, row.alert_key_folded))
  readonly verification = this.#table<'verification'>('verification', (row) => row.id, {
    groups: [this.verificationsOfSource, this.unanswered],
    uniques: [new Unique('verification_delivery_id_key', (row) => row.delivery_id)],
  })
  readonly escalation = this.#table<'escalation'>('escalation', (row) => row.alert_id, { groups: [this.climbing] })
  readonly notification = this.#table<'notification'>('notification', (row) => keyOf(row.alert_source_id, row.id), {
    groups: [this.onTheirWay, this.notificationsOfAlert, this.sentToPerson, this.bundledIn, this.awaitingReceipt],
    uniques: [new Unique('notification_intent', stepOf), this.notificationOfId],
  })

  readonly trace_step = this.#table<'trace_step'>('trace_step', (row) => row.id, { groups: [this.stepsOfAlert] })
  readonly audit_entry = this.#table<'audit_entry'>('audit_entry', (row) => row.id)
  readonly unheard_step = this.#table<'unheard_step'>('unheard_step', (row) =>
    keysOf(row.alert_source_id, row.alert_id, row.climb, row.round, row.level_index),
  )
  readonly notice = this.#table<'notice'>('notice', (row) => row.id, {
    groups: [this.noticesOnTheirWay, this.lostSummaries],
    uniques: [this.noticeOfBundle],
  })
  readonly notification_rule = this.#table<'notification_rule'>('notification_rule', (row) => row.id, {
    groups: [this.rulesOfPerson],
    written: this.#whenWritten,
  })
  readonly channel_setting = this.#table<'channel_setting'>('channel_setting', (row) => row.method)
  readonly last_resort_person = this.#table<'last_resort_person'>('last_resort_person', (row) => row.person_id)
  readonly watch_mark = this.#table<'watch_mark'>('watch_mark', (row) => row.name)
  readonly finding = this.#table<'finding'>('finding', (row) => row.id)
  readonly alert_comment = this.#table<'alert_comment'>('alert_comment', (row) => row.id)
  readonly alert_responder = this.#table<'alert_responder'>(
    'alert_responder',
    (row) => keysOf(row.alert_id, row.person_id),
    { groups: [this.respondersOfAlert] },
  )
  readonly alert_subscriber = this.#table<'alert_subscriber'>(
    'alert_subscriber',
    (row) => keysOf(row.alert_id, row.person_id),
    { groups: [this.subscribersOfAlert] },
  )
  readonly team = this.#table<'team'>('team', (row) => row.id)
  readonly team_member = this.#table<'team_member'>('team_member', (row) => keysOf(row.team_id, row.person_id))
  readonly schedule = this.#table<'schedule'>('schedule', (row) => row.id, { written: this.#whenChanged })
  readonly schedule_edition = this.#table<'schedule_edition'>('schedule_edition', (row) => row.id, {
    written: this.#whenWritten,
    uniques: [
      new Unique('schedule_edition_from', (row) => keyOf(row.schedule_id, row.valid_from?.getTime() ?? 'ever')),
    ],
  })
  readonly schedule_shift = this.#table<'schedule_shift'>('schedule_shift', (row) => row.id, {
    written: this.#whenWritten,
  })
  readonly schedule_override = this.#table<'schedule_override'>('schedule_override', (row) => row.id, {
    written: this.#whenWritten,
  })
  readonly support_hours = this.#table<'support_hours'>('support_hours', (row) => row.id)
  readonly level_turn = this.#table<'level_turn'>('level_turn', (row) =>
    keysOf(row.escalation_policy_id, row.level_index),
  )
  readonly maintenance_window = this.#table<'maintenance_window'>('maintenance_window', (row) => row.id)
  readonly maintenance_window_source = this.#table<'maintenance_window_source'>('maintenance_window_source', (row) =>
    keysOf(row.maintenance_window_id, row.alert_source_id),
  )
  readonly heartbeat_monitor = this.#table<'heartbeat_monitor'>('heartbeat_monitor', (row) => row.id)
  readonly record_reading = this.#table<'record_reading'>('record_reading', (row) =>
    keyOf(row.alert_source_id, row.alert_key_folded),
  )
  readonly write_back = this.#table<'write_back'>('write_back', (row) => row.id, { groups: [this.writesWaiting] })
  readonly reconciliation = this.#table<'reconciliation'>('reconciliation', (row) => row.alert_source_id)
  readonly healed_difference = this.#table<'healed_difference'>('healed_difference', (row) => row.id)
  readonly target_timer = this.#table<'target_timer'>('target_timer', (row) =>
    keyOf(row.alert_source_id, row.alert_key_folded),
  )
  readonly trigger_count = this.#table<'trigger_count'>('trigger_count', (row) => row.alert_source_id)
  readonly connector = this.#table<'connector'>('connector', (row) => row.id)
  readonly alert_action = this.#table<'alert_action'>('alert_action', (row) => row.id)
  readonly alert_action_source = this.#table<'alert_action_source'>(
    'alert_action_source',
    (row) => keysOf(row.alert_action_id, row.alert_source_id),
    { groups: [this.sourcesOfAction] },
  )
  readonly alert_action_team = this.#table<'alert_action_team'>(
    'alert_action_team',
    (row) => keysOf(row.alert_action_id, row.team_id),
    { groups: [this.teamsOfAction] },
  )
  readonly alert_action_run = this.#table<'alert_action_run'>('alert_action_run', (row) => row.id, {
    groups: [this.runsWaiting],
    uniques: [
      new Unique('alert_action_run_once', (row) =>
        row.timeline_entry_id === null ? null : keysOf(row.alert_action_id, row.trigger_type, row.timeline_entry_id),
      ),
    ],
  })
  readonly alert_source_team = this.#table<'alert_source_team'>(
    'alert_source_team',
    (row) => keysOf(row.alert_source_id, row.team_id),
    { groups: [this.teamsOfSource] },
  )
  readonly schedule_team = this.#table<'schedule_team'>(
    'schedule_team',
    (row) => keysOf(row.schedule_id, row.team_id),
    { groups: [this.teamsOfSchedule] },
  )
  readonly coverage_request = this.#table<'coverage_request'>('coverage_request', (row) => row.id)
  readonly shift_watch = this.#table<'shift_watch'>('shift_watch', (row) => row.id)
  readonly shift_reminder = this.#table<'shift_reminder'>('shift_reminder', (row) =>
    keysOf(row.schedule_id, row.person_id, row.shift_start.getTime(), row.before_minutes, row.method, row.contact_id),
  )

  readonly viewOfName = new Unique<Row<'saved_view'>>('saved_view_name', (row) =>
    keyOf(row.person_id, row.name.toLowerCase()),
  )
  readonly saved_view = this.#table<'saved_view'>('saved_view', (row) => row.id, { uniques: [this.viewOfName] })
  readonly feedOfSecret = new Unique<Row<'calendar_feed'>>('calendar_feed_secret_hash_key', (row) =>
    row.secret_hash.toString('hex'),
  )
  readonly calendar_feed = this.#table<'calendar_feed'>('calendar_feed', (row) => row.id, {
    uniques: [this.feedOfSecret],
  })
  readonly integration_key = this.#table<'integration_key'>('integration_key', (row) => row.public_id)
  readonly door_refusal = this.#table<'door_refusal'>('door_refusal', (row) => row.id)
  readonly escalation_policy_team = this.#table<'escalation_policy_team'>(
    'escalation_policy_team',
    (row) => keysOf(row.escalation_policy_id, row.team_id),
    { groups: [this.teamsOfPolicy] },
  )

  constructor() {
    this.coverage_request.refusal = (row) =>
      row.starts_at < row.ends_at ? null : checkViolation('coverage_request_check')
  }

  /** What the database's own triggers do; they tell even of statements that changed no row. */
  noteShiftChange(): void {
    this.shift_change.insert({ id: this.next('shift_change') })
  }

  /** The next number of an identity column; as in PostgreSQL, one that was given out is gone whatever becomes of its row. */
  next(column: string): number {
    const number = (this.#counters.get(column) ?? 0) + 1
    this.#counters.set(column, number)
    return number
  }

  #table<Name extends keyof Tables>(
    name: Name,
    keyOfRow: (row: Row<Name>) => Key,
    indexes: Indexes<Row<Name>> = {},
  ): Table<Row<Name>> {
    return new Table<Row<Name>>(name, this.journal, keyOfRow, indexes)
  }
}

/** A key of two columns. */
export function keyOf(one: Key, other: Key): string {
  return `${one}/${other}`
}

/** The later of two instants, of which one may be missing, as `greatest` does. */
export function greatest(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one
}

/** The earliest of some instants, as `min` does. */
export function earliest(instants: Iterable<Date | null>): Date | null {
  let first: Date | null = null
  for (const at of instants) if (at !== null && (first === null || at < first)) first = at
  return first
}

/** A key of more columns. */
export function keysOf(...columns: Key[]): string {
  return columns.join('/')
}

/** All members of an index that has one group. */
export function all<R extends object>(group: Group<R>): Iterable<R> {
  return group.of(ALL)
}

/** Levels below -1 are pages by hand and updates, each made once. */
function stepOf(row: Row<'notification'>): string | null {
  if (row.level_index < -1) return null
  return [
    row.alert_source_id,
    row.alert_id,
    row.climb,
    row.round,
    row.level_index,
    row.person_id,
    row.channel,
    row.contact_id,
  ].join('/')
}
