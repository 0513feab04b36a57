-- Who is on call: schedules, what was drawn or overridden on them, support hours, feeds.
create table schedule (
  id integer generated always as identity primary key,
  name text not null,
  timezone text not null,
  type text not null check (type in ('RECURRING', 'STATIC')),
  show_gaps boolean not null,
  default_shift_duration text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- What happened keeps the name under which it happened.
  deleted_at timestamptz
);

create table schedule_team (
  schedule_id integer not null references schedule (id),
  team_id integer not null references team (id) on delete cascade,
  primary key (schedule_id, team_id)
);

-- The layers and since when they hold: an edit adds a row, and what was before stays as it was.
create table schedule_edition (
  id integer generated always as identity primary key,
  schedule_id integer not null references schedule (id),
  valid_from timestamptz,
  layers jsonb not null,
  created_at timestamptz not null
);
create unique index schedule_edition_from on schedule_edition (schedule_id, valid_from) nulls not distinct;

create table schedule_shift (
  id integer generated always as identity primary key,
  schedule_id integer not null references schedule (id),
  person_id integer not null references person (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  check (starts_at < ends_at)
);
create index schedule_shift_end on schedule_shift (schedule_id, ends_at);

create table schedule_override (
  id integer generated always as identity primary key,
  schedule_id integer not null references schedule (id),
  person_id integer not null references person (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_at timestamptz not null,
  check (starts_at < ends_at)
);
create index schedule_override_end on schedule_override (schedule_id, ends_at);

create table support_hours (
  id integer generated always as identity primary key,
  name text not null,
  timezone text not null,
  days jsonb not null,
  exceptions jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table support_hours_team (
  support_hours_id integer not null references support_hours (id) on delete cascade,
  team_id integer not null references team (id) on delete cascade,
  primary key (support_hours_id, team_id)
);

alter table alert_source add column support_hours_id integer references support_hours (id);
alter table alert_source add column auto_raise_alerts boolean not null default false;
create index alert_source_support_hours on alert_source (support_hours_id) where support_hours_id is not null;

-- When an alert of low priority is raised unless somebody answered before.
alter table alert add column raise_at timestamptz;
create index alert_raise on alert (raise_at) where raise_at is not null;

-- An accepted alert without progress comes back after this long.
alter table escalation_policy add column accept_timeout_minutes integer;
alter table alert add column return_at timestamptz;
create index alert_return on alert (return_at) where return_at is not null;

-- Whom a level that asks in turn asked last.
create table level_turn (
  escalation_policy_id integer not null references escalation_policy (id) on delete cascade,
  level_index integer not null,
  person_id integer not null,
  primary key (escalation_policy_id, level_index)
);

-- Addresses at which a calendar reads shifts; the secret is known by its hash only.
create table calendar_feed (
  id integer generated always as identity primary key,
  secret_hash bytea not null unique,
  person_id integer references person (id),
  schedule_id integer references schedule (id),
  owner_id integer references person (id),
  created_at timestamptz not null,
  last_read_at timestamptz,
  check ((person_id is null) <> (schedule_id is null))
);
