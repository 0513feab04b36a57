-- Instants are timestamptz and always handed in: no column has a clock of its own.

create table installation (
  id integer primary key check (id = 1),
  created_at timestamptz not null,
  secret_key_fingerprint text not null,
  wrapped_data_key bytea not null
);

create table person (
  id integer generated always as identity primary key,
  first_name text not null,
  last_name text not null,
  email text not null,
  password_hash text,
  role text not null,
  timezone text not null,
  language text not null,
  position text not null,
  department text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create unique index person_email on person (lower(email)) where deleted_at is null;

create table contact (
  id integer generated always as identity primary key,
  person_id integer not null references person (id),
  method text not null,
  target text not null,
  verified_at timestamptz,
  created_at timestamptz not null,
  unique (person_id, method, target)
);

create table session (
  token_hash bytea primary key,
  person_id integer not null references person (id),
  csrf_token text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_expires on session (expires_at);

create table team (
  id integer generated always as identity primary key,
  name text not null,
  visibility text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index team_name on team (lower(name));

create table team_member (
  team_id integer not null references team (id) on delete cascade,
  person_id integer not null references person (id),
  role text not null,
  primary key (team_id, person_id)
);

-- What a level asks is a list of {userId} objects in order; a deleted person is skipped with a warning.
create table escalation_policy (
  id integer generated always as identity primary key,
  name text not null,
  levels jsonb not null,
  repeating boolean not null,
  frequency integer not null,
  delay_minutes integer not null,
  routing_key text,
  is_default boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index escalation_policy_routing_key on escalation_policy (lower(routing_key));

create table escalation_policy_team (
  escalation_policy_id integer not null references escalation_policy (id) on delete cascade,
  team_id integer not null references team (id) on delete cascade,
  primary key (escalation_policy_id, team_id)
);

create table alert_source (
  id integer generated always as identity primary key,
  name text not null,
  integration_type text not null,
  active boolean not null,
  escalation_policy_id integer not null references escalation_policy (id),
  alert_creation text not null,
  alert_grouping_window text,
  auto_resolution_timeout text,
  alert_priority_rule text not null,
  settings jsonb not null,
  settings_secrets bytea,
  settings_saved_at timestamptz,
  verification_allowed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);

create table alert_source_team (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  team_id integer not null references team (id) on delete cascade,
  primary key (alert_source_id, team_id)
);

-- The integration key: found by its public id, compared by hash, shown to editors from the sealed copy.
create table integration_key (
  public_id text primary key,
  alert_source_id integer not null references alert_source (id) on delete cascade,
  key_hash bytea not null,
  key_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index integration_key_source on integration_key (alert_source_id);

create table alert_source_warning (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  code text not null,
  text text not null,
  at timestamptz not null,
  primary key (alert_source_id, code)
);

-- Station 1: what arrived, as it came.
create table delivery (
  alert_source_id integer not null references alert_source (id),
  id uuid not null,
  seq bigint generated always as identity,
  received_at timestamptz not null,
  answer_status integer not null,
  headers jsonb not null,
  body bytea not null,
  outcome text not null,
  rule text,
  reason text,
  event text,
  alert_key text,
  alert_id bigint,
  attempts integer not null,
  due_at timestamptz not null,
  confirmation text,
  processed_at timestamptz,
  primary key (alert_source_id, id)
);
create index delivery_new on delivery (alert_source_id, seq) where outcome = 'NEW';
create index delivery_new_due on delivery (due_at) where outcome = 'NEW';
create index delivery_id on delivery (id);
create index delivery_source_seq on delivery (alert_source_id, seq desc);
create index delivery_seq on delivery (seq desc);
create index delivery_alert on delivery (alert_id) where alert_id is not null;

-- Station 2.
create table alert (
  alert_source_id integer not null references alert_source (id),
  id bigint generated always as identity,
  alert_key text,
  alert_key_folded text,
  summary text not null,
  details text not null,
  status text not null,
  priority text not null,
  severity integer,
  escalation_policy_id integer not null references escalation_policy (id),
  report_time timestamptz not null,
  accepted_at timestamptz,
  accepted_by integer references person (id),
  resolved_at timestamptz,
  resolved_by integer references person (id),
  auto_resolve_at timestamptz,
  unattended_since timestamptz,
  links jsonb not null,
  images jsonb not null,
  labels jsonb not null,
  custom_details jsonb,
  event_count integer not null,
  previous_alert_id bigint,
  primary key (alert_source_id, id),
  unique (id)
);
-- DED-1: the database itself refuses a second open alert of one key.
create unique index alert_open_key on alert (alert_source_id, alert_key_folded) where status <> 'RESOLVED';
create index alert_open on alert (report_time desc) where status <> 'RESOLVED';
create index alert_report_time on alert (report_time desc);
create index alert_auto_resolve on alert (auto_resolve_at) where auto_resolve_at is not null and status <> 'RESOLVED';

-- What is known of a record of the outside system, whatever order its deliveries came in; a resolve before its create stays here as tombstone.
create table known_record (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  alert_key_folded text not null,
  version bigint,
  event_type text,
  status text,
  alert_id bigint,
  -- Where its changes lie in the record's own order: what a late one means can be told from these alone.
  first_alert_version bigint,
  last_alert_version bigint,
  accept_version bigint,
  resolve_version bigint,
  updated_at timestamptz not null,
  primary key (alert_source_id, alert_key_folded)
);

-- API events made repeatable by Idempotency-Key.
create table idempotency_key (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  key text not null,
  delivery_id uuid not null,
  received_at timestamptz not null,
  primary key (alert_source_id, key)
);

create table timeline_entry (
  alert_source_id integer not null,
  alert_id bigint not null,
  id bigint generated always as identity primary key,
  at timestamptz not null,
  type text not null,
  text text not null,
  filter_types text[] not null,
  vars jsonb not null
);
create index timeline_entry_alert on timeline_entry (alert_id, id);

-- Calls to the outside that fetch what a thin payload leaves out. One row per record: fetches are coalesced.
create table lookup (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  alert_key_folded text not null,
  request jsonb not null,
  delivery_id uuid,
  due_at timestamptz not null,
  give_up_at timestamptz not null,
  attempts integer not null,
  lease_until timestamptz,
  fence bigint not null,
  wanted bigint not null,
  primary key (alert_source_id, alert_key_folded)
);
create index lookup_due on lookup (due_at);

create table verification (
  id integer generated always as identity primary key,
  alert_source_id integer not null references alert_source (id) on delete cascade,
  delivery_id uuid not null unique,
  webhook_id text not null,
  callback text not null,
  state text not null,
  reason text,
  received_at timestamptz not null,
  expires_at timestamptz,
  due_at timestamptz,
  attempts integer not null,
  lease_until timestamptz,
  fence bigint not null
);
create index verification_due on verification (due_at) where state = 'QUEUED';
create index verification_source on verification (alert_source_id, id desc);

-- Station 3: one climb per alert; timing from the snapshot, people resolved live.
create table escalation (
  alert_source_id integer not null,
  alert_id bigint not null,
  policy jsonb not null,
  level_index integer not null,
  round integer not null,
  due_at timestamptz,
  started_at timestamptz not null,
  stopped_at timestamptz,
  reason text,
  primary key (alert_source_id, alert_id),
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id),
  check ((due_at is null) = (stopped_at is not null))
);
create index escalation_due on escalation (due_at) where stopped_at is null;

-- Station 4: one intent per (alert, round, level, person, contact).
create table notification (
  alert_source_id integer not null,
  id uuid not null,
  alert_id bigint not null,
  person_id integer not null references person (id),
  contact_id integer not null references contact (id),
  channel text not null,
  target text not null,
  round integer not null,
  level_index integer not null,
  priority text not null,
  subject text not null,
  status text not null,
  attempts integer not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  lease_until timestamptz,
  fence bigint not null,
  finished_at timestamptz,
  error text,
  receipt text,
  primary key (alert_source_id, id),
  unique (alert_source_id, alert_id, round, level_index, person_id, channel, contact_id),
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id)
);
create index notification_due on notification (due_at) where status in ('SCHEDULED', 'SENDING');
create index notification_alert on notification (alert_id);

create table audit_entry (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  actor_person_id integer,
  action text not null,
  object_type text not null,
  object_id text not null,
  details jsonb not null
);
create index audit_entry_object on audit_entry (object_type, object_id, id);
