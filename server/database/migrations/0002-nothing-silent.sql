-- Why: one row per decision about an alert, in the transaction that made it true. People read it, and the auditor checks by it.
create table trace_step (
  alert_source_id integer not null,
  alert_id bigint not null,
  id bigint generated always as identity primary key,
  at timestamptz not null,
  station text not null,
  decision text not null,
  reason text not null,
  rule text not null,
  people integer[] not null,
  channels text[] not null,
  facts jsonb not null,
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id)
);
create index trace_step_alert on trace_step (alert_id, id);

-- Which process reads a delivery just now, and how often one began to read it alone and never ended.
alter table delivery add column begun_by uuid;
alter table delivery add column begun_alone integer not null default 0;

-- How often the step that is due failed.
alter table escalation add column failures integer not null default 0;

-- Steps none of whose pages got through: escalation asks the next level at once.
create table unheard_step (
  alert_source_id integer not null,
  alert_id bigint not null,
  round integer not null,
  level_index integer not null,
  at timestamptz not null,
  primary key (alert_source_id, alert_id, round, level_index)
);

-- Who is told when nobody could be reached; empty: owners and admins.
create table last_resort_person (
  person_id integer primary key references person (id)
);

-- Marks of the watch: when each of its rounds was last made, and which alarms it raised.
create table watch_mark (
  name text primary key,
  at timestamptz not null,
  level integer not null
);

-- What the auditor found damaged, and mended.
create table finding (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null,
  text text not null,
  alert_source_id integer not null,
  alert_id bigint not null,
  dismissed_at timestamptz
);
create index finding_open on finding (at desc) where dismissed_at is null;
