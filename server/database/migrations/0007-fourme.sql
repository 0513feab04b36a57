-- What the other system said of a record when it was last read: filters, targets and reconciliation judge by it.
create table record_reading (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  alert_key_folded text not null,
  alert_key text not null,
  read_at timestamptz not null,
  facts jsonb not null,
  primary key (alert_source_id, alert_key_folded)
);

-- Set when a reading, not a delivery, told how the record stands: later deliveries that say otherwise are checked first.
alter table known_record add column told_at timestamptz;

-- Station 5: what people did, on its way into the other system. One row per deed; those of a record go together, in order.
create table write_back (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  id bigint generated always as identity primary key,
  alert_id bigint not null,
  alert_key_folded text not null,
  alert_key text not null,
  deed text not null,
  details jsonb not null,
  base_status text,
  base_version bigint,
  decided_at timestamptz not null,
  give_up_at timestamptz not null,
  state text not null,
  due_at timestamptz not null,
  attempts integer not null,
  lease_until timestamptz,
  fence bigint not null,
  finished_at timestamptz,
  result text
);
create index write_back_due on write_back (due_at) where state = 'PENDING';
create index write_back_record on write_back (alert_source_id, alert_key_folded, id) where state = 'PENDING';
create index write_back_alert on write_back (alert_id, id);
create index write_back_source on write_back (alert_source_id, id desc);

-- Which open records of the other system are known here: compared every few minutes, and on demand.
create table reconciliation (
  alert_source_id integer primary key references alert_source (id) on delete cascade,
  -- Records created before this are listed, never paged.
  baseline_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null,
  lease_until timestamptz,
  fence bigint not null,
  last_at timestamptz,
  last_result jsonb,
  failure text
);
create index reconciliation_due on reconciliation (due_at);
insert into reconciliation (alert_source_id, baseline_at, due_at, attempts, fence)
select id, settings_saved_at, settings_saved_at, 0, 0
  from alert_source where settings_saved_at is not null and integration_type = 'FOURME';

-- One row per difference that reconciliation healed: a figure, and an alarm when they are many.
create table healed_difference (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  id bigint generated always as identity primary key,
  at timestamptz not null,
  alert_key text not null,
  text text not null
);
create index healed_difference_at on healed_difference (at);
create index healed_difference_source on healed_difference (alert_source_id, at);

-- Deliveries that were refused at the door, by the rule that refused them.
create table door_refusal (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  id bigint generated always as identity primary key,
  at timestamptz not null,
  rule text not null,
  reason text not null
);
create index door_refusal_source on door_refusal (alert_source_id, at);
create index door_refusal_at on door_refusal (at);

-- A target of a record that comes near.
create table target_timer (
  alert_source_id integer not null references alert_source (id) on delete cascade,
  alert_key_folded text not null,
  alert_key text not null,
  target_at timestamptz not null,
  due_at timestamptz,
  fired_for timestamptz,
  primary key (alert_source_id, alert_key_folded)
);
create index target_timer_due on target_timer (due_at) where due_at is not null;
