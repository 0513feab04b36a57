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
  contact_code: ContactCodeTable
  notification_rule: NotificationRuleTable
  notice: NoticeTable
  channel_setting: ChannelSettingTable
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
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
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
  links: Json<{ href: string; text: string }[]>
  images: Json<{ src: string; href?: string | null; alt?: string | null }[]>
  labels: Json<Record<string, string>>
  custom_details: ColumnType<unknown, string | null, string | null>
  event_count: number
  previous_alert_id: number | null
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
