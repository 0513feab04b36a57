-- What people do with an alert besides answering it.

-- Each time people send an alert anew (to another policy, level or person) is a climb of its own, so that the same step can be asked again.
alter table escalation add column climb integer not null default 1;
-- Who was taken off the alert: later steps pass them over.
alter table escalation add column left_out integer[] not null default '{}';

alter table notification add column climb integer not null default 1;
-- PAGE until somebody answers, INVITE until it is resolved, UPDATE whatever happens.
alter table notification add column kind text not null default 'PAGE';
-- What an update tells.
alter table notification add column note text;
alter table notification drop constraint notification_alert_source_id_alert_id_round_level_index_per_key;
-- One intent per step, person and contact; levels below -1 are pages by hand, each made once.
create unique index notification_intent
  on notification (alert_source_id, alert_id, climb, round, level_index, person_id, channel, contact_id)
  where level_index >= -1;

alter table unheard_step add column climb integer not null default 1;
alter table unheard_step drop constraint unheard_step_pkey;
alter table unheard_step add primary key (alert_source_id, alert_id, climb, round, level_index);

alter table alert add column assigned_to integer references person (id);
alter table alert add column created_by integer references person (id);
alter table alert add column merged_into_id bigint;
create index alert_merged on alert (merged_into_id) where merged_into_id is not null;
-- Lists go on where the last page ended.
drop index alert_report_time;
drop index alert_open;
create index alert_newest on alert (report_time desc, id desc);
create index alert_open_newest on alert (report_time desc, id desc) where status <> 'RESOLVED';
create index alert_source_newest on alert (alert_source_id, report_time desc, id desc);

create table alert_responder (
  alert_source_id integer not null,
  alert_id bigint not null,
  person_id integer not null references person (id),
  added_at timestamptz not null,
  accepted_at timestamptz,
  removed_at timestamptz,
  primary key (alert_source_id, alert_id, person_id),
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id)
);
create index alert_responder_alert on alert_responder (alert_id);

create table alert_subscriber (
  alert_source_id integer not null,
  alert_id bigint not null,
  person_id integer not null references person (id),
  subscribed_at timestamptz not null,
  primary key (alert_source_id, alert_id, person_id),
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id)
);
create index alert_subscriber_alert on alert_subscriber (alert_id);

create table alert_comment (
  alert_source_id integer not null,
  alert_id bigint not null,
  id bigint generated always as identity primary key,
  person_id integer references person (id),
  author text not null,
  content text not null,
  created_at timestamptz not null,
  edited_at timestamptz,
  foreign key (alert_source_id, alert_id) references alert (alert_source_id, id)
);
create index alert_comment_alert on alert_comment (alert_id, id);

create table alert_link (
  alert_id bigint not null references alert (id),
  linked_id bigint not null references alert (id),
  linked_at timestamptz not null,
  primary key (alert_id, linked_id),
  check (alert_id < linked_id)
);
create index alert_link_other on alert_link (linked_id);

create table saved_view (
  id integer generated always as identity primary key,
  person_id integer not null references person (id),
  name text not null,
  query text not null,
  created_at timestamptz not null
);
create unique index saved_view_name on saved_view (person_id, lower(name));

-- While one is open, alerts of its sources are dropped, visibly.
create table maintenance_window (
  id integer generated always as identity primary key,
  summary text not null,
  description text not null,
  timezone text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_by integer references person (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (starts_at < ends_at)
);
create index maintenance_window_end on maintenance_window (ends_at desc, id desc);

-- How many alerts a window dropped is counted by this.
create index delivery_maintenance on delivery (alert_source_id, received_at) where rule = 'maintenance';

create table maintenance_window_source (
  maintenance_window_id integer not null references maintenance_window (id) on delete cascade,
  alert_source_id integer not null references alert_source (id) on delete cascade,
  primary key (maintenance_window_id, alert_source_id)
);
create index maintenance_window_source_source on maintenance_window_source (alert_source_id);

-- Something elsewhere calls us again and again; silence is the alert.
create table heartbeat_monitor (
  id integer generated always as identity primary key,
  name text not null,
  alert_source_id integer not null references alert_source (id),
  interval_seconds integer not null,
  alert_summary text not null,
  state text not null,
  public_id text not null unique,
  key_hash bytea not null,
  key_sealed bytea not null,
  last_ping_at timestamptz,
  due_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index heartbeat_monitor_name on heartbeat_monitor (lower(name));
create index heartbeat_monitor_due on heartbeat_monitor (due_at) where state = 'HEALTHY';
create index heartbeat_monitor_source on heartbeat_monitor (alert_source_id);

create table heartbeat_monitor_team (
  heartbeat_monitor_id integer not null references heartbeat_monitor (id) on delete cascade,
  team_id integer not null references team (id) on delete cascade,
  primary key (heartbeat_monitor_id, team_id)
);
