import type { ColumnType, Generated } from 'kysely'

/** Row types of the migrations; `npm run generate -- --check` compares their columns with the database. */
type Json<T> = ColumnType<T, string, string>
type Id = Generated<number>

export interface Tables {
  installation: InstallationTable
  person: PersonTable
  contact: ContactTable
  session: SessionTable
  team: TeamTable
  team_member: TeamMemberTable
  escalation_policy: EscalationPolicyTable
  escalation_policy_team: EscalationPolicyTeamTable
  alert_source: AlertSourceTable
  alert_source_team: AlertSourceTeamTable
  integration_key: IntegrationKeyTable
  alert_source_warning: AlertSourceWarningTable
  trigger_count: TriggerCountTable
  delivery: DeliveryTable
  alert: AlertTable
  known_record: KnownRecordTable
  idempotency_key: IdempotencyKeyTable
  timeline_entry: TimelineEntryTable
  lookup: LookupTable
  verification: VerificationTable
  escalation: EscalationTable
  notification: NotificationTable
  audit_entry: AuditEntryTable
  trace_step: TraceStepTable
  unheard_step: UnheardStepTable
  last_resort_person: LastResortPersonTable
  watch_mark: WatchMarkTable
  finding: FindingTable
  alert_responder: AlertResponderTable
  alert_subscriber: AlertSubscriberTable
  alert_comment: AlertCommentTable
  alert_link: AlertLinkTable
  saved_view: SavedViewTable
  maintenance_window: MaintenanceWindowTable
  maintenance_window_source: MaintenanceWindowSourceTable
  heartbeat_monitor: HeartbeatMonitorTable
  heartbeat_monitor_team: HeartbeatMonitorTeamTable
  schedule: ScheduleTable
  schedule_team: ScheduleTeamTable
  schedule_edition: ScheduleEditionTable
  schedule_shift: ScheduleShiftTable
  schedule_override: ScheduleOverrideTable
  support_hours: SupportHoursTable
  support_hours_team: SupportHoursTeamTable
  level_turn: LevelTurnTable
  calendar_feed: CalendarFeedTable
  coverage_request: CoverageRequestTable
  shift_reminder: ShiftReminderTable
  shift_watch: ShiftWatchTable
  shift_change: ShiftChangeTable
  record_reading: RecordReadingTable
  write_back: WriteBackTable
  reconciliation: ReconciliationTable
  healed_difference: HealedDifferenceTable
  door_refusal: DoorRefusalTable
  target_timer: TargetTimerTable
  contact_code: ContactCodeTable
  notification_rule: NotificationRuleTable
  notice: NoticeTable
  channel_setting: ChannelSettingTable
  connector: ConnectorTable
  alert_action: AlertActionTable
  alert_action_source: AlertActionSourceTable
  alert_action_team: AlertActionTeamTable
  alert_action_run: AlertActionRunTable
  gateway_sighting: GatewaySightingTable
}

export interface InstallationTable {
  id: number
  created_at: Date
  secret_key_fingerprint: string
  wrapped_data_key: Buffer
}
export interface PersonTable {
  id: Id
  first_name: string
  last_name: string
  email: string
  password_hash: string | null
  role: string
  timezone: string
  language: string
  position: string
  department: string
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
  /** HH:MM in the person's zone; null: no quiet hours. */
  quiet_from: string | null
  quiet_to: string | null
  /** Until then policies do not ask the person. */
  muted_until: Date | null
  /** When an invitation was sent that nobody has followed yet. */
  invited_at: Date | null
}
export interface ContactTable {
  id: Id
  person_id: number
  method: string
  /** Where it is; of a secret address only what may be shown. */
  target: string
  verified_at: Date | null
  created_at: Date
  region_code: string | null
  is_primary: Generated<boolean>
  sealed_target: Buffer | null
  broken_at: Date | null
  broken_reason: string | null
  removed_at: Date | null
}
export interface ContactCodeTable {
  contact_id: number
  /** The notice that carries the code, from which it is derived. */
  notice_id: string
  sent_at: Date
  sent_count: number
  expires_at: Date
  attempts: number
}
export interface NotificationRuleTable {
  id: Id
  person_id: number
  list: string
  type: string
  method: string
  /** Null: every contact of the method. */
  contact_id: number | null
  delay_minutes: number
  before_minutes: number
  created_at: Date
}
export interface NoticeTable {
  id: string
  kind: string
  person_id: number
  contact_id: number
  channel: string
  target: string
  alert_source_id: number | null
  alert_id: number | null
  facts: Json<Record<string, unknown>>
  bundle_key: string | null
  status: string
  attempts: number
  created_at: Date
  due_at: Date
  lease_until: Date | null
  fence: number
  finished_at: Date | null
  error: string | null
  receipt: string | null
}
export interface ChannelSettingTable {
  method: string
  settings: Json<Record<string, unknown>>
  secrets: Buffer | null
  updated_at: Date
}
export interface SessionTable {
  token_hash: Buffer
  person_id: number
  csrf_token: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
}
export interface TeamTable {
  id: Id
  name: string
  visibility: string
  created_at: Date
  updated_at: Date
}
export interface TeamMemberTable {
  team_id: number
  person_id: number
  role: string
}
/** One level of a policy as stored and as snapshotted into an escalation. */
export interface StoredLevel {
  timeoutMinutes: number
  userIds: number[]
  /** Absent in what was stored before there were any. */
  scheduleIds?: number[]
  teamIds?: number[]
  /** One person of the level is asked, the next one the next time. */
  inTurn?: boolean
}
export interface EscalationPolicyTable {
  id: Id
  name: string
  levels: Json<StoredLevel[]>
  repeating: boolean
  frequency: number
  delay_minutes: number
  routing_key: string | null
  is_default: Generated<boolean>
  accept_timeout_minutes: number | null
  created_at: Date
  updated_at: Date
}
export interface EscalationPolicyTeamTable {
  escalation_policy_id: number
  team_id: number
}
export interface AlertSourceTable {
  id: Id
  name: string
  integration_type: string
  active: boolean
  escalation_policy_id: number
  alert_creation: string
  alert_grouping_window: string | null
  auto_resolution_timeout: string | null
  alert_priority_rule: string
  settings: Json<Record<string, unknown>>
  settings_secrets: Buffer | null
  settings_saved_at: Date | null
  verification_allowed_at: Date | null
  support_hours_id: number | null
  auto_raise_alerts: Generated<boolean>
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
  /** Templates, mappings, filter: server/alert-sources/rules/schema.ts. */
  rules: ColumnType<Record<string, unknown>, string | undefined, string>
}
export interface AlertSourceTeamTable {
  alert_source_id: number
  team_id: number
}
export interface IntegrationKeyTable {
  public_id: string
  alert_source_id: number
  key_hash: Buffer
  key_sealed: Buffer
  created_at: Date
  expires_at: Date | null
}
export interface AlertSourceWarningTable {
  alert_source_id: number
  code: string
  text: string
  at: Date
}
export interface TriggerCountTable {
  alert_source_id: number
  counts: Json<Record<string, Record<string, { count: number; endsAt: string }>>>
}
export interface DeliveryTable {
  alert_source_id: number
  id: string
  seq: Id
  received_at: Date
  answer_status: number
  headers: Json<Record<string, string>>
  body: Buffer
  outcome: string
  rule: string | null
  reason: string | null
  event: string | null
  alert_key: string | null
  alert_id: number | null
  attempts: number
  due_at: Date
  /** ASKING, FOUND or UNASKED for a delivery that counts only when its record exists. */
  confirmation: string | null
  processed_at: Date | null
  /** The process that reads it just now. */
  begun_by: string | null
  /** How often a process began to read it alone and never ended. */
  begun_alone: Generated<number>
  /** What the source's rules made of the event: server/intake/schema.ts. */
  effect: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
  /** The delivery this one repeats. */
  replay_of: string | null
  replayed_by: string | null
}
export interface AlertTable {
  alert_source_id: number
  id: Id
  alert_key: string | null
  alert_key_folded: string | null
  summary: string
  details: string
  status: string
  priority: string
  severity: number | null
  escalation_policy_id: number
  report_time: Date
  accepted_at: Date | null
  accepted_by: number | null
  resolved_at: Date | null
  resolved_by: number | null
  auto_resolve_at: Date | null
  unattended_since: Date | null
  raise_at: Date | null
  return_at: Date | null
  links: Json<{ href: string; text: string }[]>
  images: Json<{ src: string; href?: string | null; alt?: string | null }[]>
  labels: Json<Record<string, string>>
  custom_details: ColumnType<unknown, string | null, string | null>
  event_count: number
  previous_alert_id: number | null
  assigned_to: number | null
  created_by: number | null
  merged_into_id: number | null
}
export interface KnownRecordTable {
  alert_source_id: number
  alert_key_folded: string
  version: number | null
  event_type: string | null
  status: string | null
  alert_id: number | null
  first_alert_version: number | null
  last_alert_version: number | null
  accept_version: number | null
  resolve_version: number | null
  updated_at: Date
  /** When a reading, not a delivery, told how it stands. */
  told_at: Date | null
}
export interface IdempotencyKeyTable {
  alert_source_id: number
  key: string
  delivery_id: string
  received_at: Date
}
export interface TimelineEntryTable {
  alert_source_id: number
  alert_id: number
  id: Id
  at: Date
  type: string
  text: string
  filter_types: string[]
  vars: Json<Record<string, unknown>>
}
export interface LookupTable {
  alert_source_id: number
  alert_key_folded: string
  request: Json<Record<string, unknown>>
  delivery_id: string | null
  due_at: Date
  give_up_at: Date
  attempts: number
  lease_until: Date | null
  fence: number
  wanted: number
}
export interface VerificationTable {
  id: Id
  alert_source_id: number
  delivery_id: string
  webhook_id: string
  callback: string
  state: string
  reason: string | null
  received_at: Date
  expires_at: Date | null
  due_at: Date | null
  attempts: number
  lease_until: Date | null
  fence: number
}
/** The timing an alert started under; edits of the policy do not change a climb under way. */
export interface PolicySnapshot {
  policyId: number
  policyName: string
  levels: StoredLevel[]
  rounds: number
  delayMinutes: number
  /** After this long an accepted alert without progress comes back; absent: never. */
  acceptTimeoutMinutes?: number
  /** True when people were chosen by hand instead of a policy. */
  isByHand?: true
}
export interface EscalationTable {
  alert_source_id: number
  alert_id: number
  policy: Json<PolicySnapshot>
  level_index: number
  round: number
  due_at: Date | null
  started_at: Date
  stopped_at: Date | null
  reason: string | null
  /** How often the step that is due failed. */
  failures: Generated<number>
  /** Which climb of the alert it is, from 1. */
  climb: Generated<number>
  /** Who was taken off the alert. */
  left_out: Generated<number[]>
}
export interface NotificationTable {
  alert_source_id: number
  id: string
  alert_id: number
  person_id: number
  contact_id: number
  channel: string
  target: string
  round: number
  level_index: number
  priority: string
  subject: string
  status: string
  attempts: number
  created_at: Date
  due_at: Date
  lease_until: Date | null
  fence: number
  finished_at: Date | null
  error: string | null
  receipt: string | null
  climb: Generated<number>
  /** PAGE until somebody answers, INVITE until it is resolved, UPDATE whatever happens. */
  kind: Generated<string>
  note: string | null
  /** The notice that tells of it instead. */
  bundle_id: string | null
  /** The page that did not get through. */
  stands_in_for: string | null
  /** WAITING, DELIVERED, ANSWERED or UNDELIVERED; null where the channel gives no receipts. */
  receipt_state: string | null
  receipt_due_at: Date | null
}
export interface AuditEntryTable {
  id: Id
  at: Date
  actor: string
  actor_person_id: number | null
  action: string
  object_type: string
  object_id: string
  details: Json<Record<string, unknown>>
}
export interface TraceStepTable {
  alert_source_id: number
  alert_id: number
  id: Id
  at: Date
  station: string
  decision: string
  reason: string
  rule: string
  people: number[]
  channels: string[]
  facts: Json<Record<string, unknown>>
}
export interface UnheardStepTable {
  alert_source_id: number
  alert_id: number
  climb: Generated<number>
  round: number
  level_index: number
  at: Date
}
export interface LastResortPersonTable {
  person_id: number
}
export interface WatchMarkTable {
  name: string
  at: Date
  level: number
}
export interface FindingTable {
  id: Id
  at: Date
  kind: string
  text: string
  alert_source_id: number
  alert_id: number
  dismissed_at: Date | null
}
export interface AlertResponderTable {
  alert_source_id: number
  alert_id: number
  person_id: number
  added_at: Date
  accepted_at: Date | null
  removed_at: Date | null
}
export interface AlertSubscriberTable {
  alert_source_id: number
  alert_id: number
  person_id: number
  subscribed_at: Date
}
export interface AlertCommentTable {
  alert_source_id: number
  alert_id: number
  id: Id
  /** Null for comments of an alert source or of the automation. */
  person_id: number | null
  author: string
  content: string
  created_at: Date
  edited_at: Date | null
}
export interface AlertLinkTable {
  alert_id: number
  linked_id: number
  linked_at: Date
}
export interface SavedViewTable {
  id: Id
  person_id: number
  name: string
  query: string
  created_at: Date
}
export interface MaintenanceWindowTable {
  id: Id
  summary: string
  description: string
  timezone: string
  starts_at: Date
  ends_at: Date
  created_by: number | null
  created_at: Date
  updated_at: Date
}
export interface MaintenanceWindowSourceTable {
  maintenance_window_id: number
  alert_source_id: number
}
export interface HeartbeatMonitorTable {
  id: Id
  name: string
  alert_source_id: number
  interval_seconds: number
  alert_summary: string
  state: string
  public_id: string
  key_hash: Buffer
  key_sealed: Buffer
  last_ping_at: Date | null
  /** When it is overdue without another ping; null before the first one. */
  due_at: Date | null
  created_at: Date
  updated_at: Date
}
export interface HeartbeatMonitorTeamTable {
  heartbeat_monitor_id: number
  team_id: number
}
export interface ScheduleTable {
  id: Id
  name: string
  timezone: string
  type: string
  show_gaps: boolean
  default_shift_duration: string | null
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
}
export interface ScheduleTeamTable {
  schedule_id: number
  team_id: number
}
/** A layer as stored; what its fields mean is told in server/oncall/layers/decide.ts. */
export interface StoredLayer {
  name: string
  startsOn: string
  endsOn: string | null
  userIds: number[]
  rotation: string
  restrictions: { from: StoredWeekMoment; to: StoredWeekMoment }[]
  skipRestrictedTime: boolean
}
export interface StoredWeekMoment {
  dayOfWeek: string
  time: string
}
export interface ScheduleEditionTable {
  id: Id
  schedule_id: number
  valid_from: Date | null
  layers: Json<StoredLayer[]>
  created_at: Date
}
export interface ScheduleShiftTable {
  id: Id
  schedule_id: number
  person_id: number
  starts_at: Date
  ends_at: Date
}
export interface ScheduleOverrideTable {
  id: Id
  schedule_id: number
  person_id: number
  starts_at: Date
  ends_at: Date
  created_at: Date
}
export interface StoredException {
  name: string
  start: string
  end: string
  supportStatus: string
}
export interface SupportHoursTable {
  id: Id
  name: string
  timezone: string
  days: Json<Record<string, { start: string; end: string } | null>>
  exceptions: Json<StoredException[]>
  created_at: Date
  updated_at: Date
}
export interface SupportHoursTeamTable {
  support_hours_id: number
  team_id: number
}
export interface LevelTurnTable {
  escalation_policy_id: number
  level_index: number
  person_id: number
}
export interface CalendarFeedTable {
  id: Id
  secret_hash: Buffer
  person_id: number | null
  schedule_id: number | null
  owner_id: number | null
  created_at: Date
  last_read_at: Date | null
}
export interface CoverageRequestTable {
  id: Id
  schedule_id: number
  requester_id: number
  asked_id: number
  starts_at: Date
  ends_at: Date
  message: string
  state: string
  created_at: Date
  answered_at: Date | null
  answer: string | null
}
export interface ShiftReminderTable {
  schedule_id: number
  person_id: number
  shift_start: Date
  before_minutes: number
  method: string
  contact_id: number
  told_at: Date
}
export interface ShiftWatchTable {
  id: number
  look_at: Date | null
}
export interface ShiftChangeTable {
  id: Generated<number>
}
/** What the other system said of a record when it was last read. */
export interface RecordReadingTable {
  alert_source_id: number
  alert_key_folded: string
  alert_key: string
  read_at: Date
  facts: Json<Record<string, unknown>>
}
export interface WriteBackTable {
  alert_source_id: number
  id: Id
  alert_id: number
  alert_key_folded: string
  alert_key: string
  deed: string
  details: Json<Record<string, unknown>>
  base_status: string | null
  base_version: number | null
  decided_at: Date
  give_up_at: Date
  state: string
  due_at: Date
  attempts: number
  lease_until: Date | null
  fence: number
  finished_at: Date | null
  result: string | null
}
export interface ReconciliationTable {
  alert_source_id: number
  baseline_at: Date
  due_at: Date
  attempts: number
  lease_until: Date | null
  fence: number
  last_at: Date | null
  last_result: ColumnType<unknown, string | null, string | null>
  failure: string | null
}
export interface HealedDifferenceTable {
  alert_source_id: number
  id: Id
  at: Date
  alert_key: string
  text: string
}
export interface DoorRefusalTable {
  alert_source_id: number
  id: Id
  at: Date
  rule: string
  reason: string
}
export interface TargetTimerTable {
  alert_source_id: number
  alert_key_folded: string
  alert_key: string
  target_at: Date
  due_at: Date | null
  fired_for: Date | null
}
export interface ConnectorTable {
  id: Id
  name: string
  type: string
  params: Json<Record<string, unknown>>
  secrets: Buffer | null
  created_at: Date
  updated_at: Date
}
export interface AlertActionTable {
  id: Id
  name: string
  connector_type: string
  connector_id: number | null
  trigger_mode: string
  trigger_types: string[]
  escalation_ended_delay_seconds: number
  not_resolved_delay_seconds: number
  conditions: string | null
  params: Json<Record<string, unknown>>
  secrets: Buffer | null
  counts: Json<Record<string, { count: number; endsAt: string }>>
  /** Nothing got through: nothing is sent until then. */
  paused_until: Date | null
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
}
export interface AlertActionSourceTable {
  alert_action_id: number
  alert_source_id: number
}
export interface AlertActionTeamTable {
  alert_action_id: number
  team_id: number
}
export interface AlertActionRunTable {
  id: Id
  alert_action_id: number
  alert_source_id: number
  alert_id: number
  trigger_type: string
  timeline_entry_id: number | null
  asked_by: number | null
  resend_of: number | null
  news: string
  triggered_at: Date
  due_at: Date
  give_up_at: Date
  status: string
  attempts: number
  lease_until: Date | null
  fence: number
  finished_at: Date | null
  http_status: number | null
  reason: string | null
  /** Written once, so that every attempt says the same. */
  message: Json<WrittenMessage> | null
}
/** What an alert action sends: words for a chat, or the body of a call. */
export type WrittenMessage = { title: string; text: string; url: string; body: string | null }
export interface GatewaySightingTable {
  id: Id
  gateway: string
  at: Date
  is_good: boolean
  ms: number
}
