-- Credentials for a place messages go to; several alert actions may share one.
create table connector (
  id integer generated always as identity primary key,
  name text not null,
  type text not null,
  params jsonb not null,
  secrets bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- What is told to whom outside when something happens to an alert. A deleted one stays for its delivery log.
create table alert_action (
  id integer generated always as identity primary key,
  name text not null,
  connector_type text not null,
  connector_id integer references connector (id),
  trigger_mode text not null,
  trigger_types text[] not null,
  escalation_ended_delay_seconds integer not null,
  not_resolved_delay_seconds integer not null,
  conditions text,
  params jsonb not null,
  secrets bytea,
  -- How often what its condition counts was counted.
  counts jsonb not null,
  -- Until when nothing is sent, as nothing got through.
  paused_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index alert_action_connector on alert_action (connector_id) where connector_id is not null;

create table alert_action_source (
  alert_action_id integer not null references alert_action (id) on delete cascade,
  alert_source_id integer not null references alert_source (id) on delete cascade,
  primary key (alert_action_id, alert_source_id)
);
create index alert_action_source_source on alert_action_source (alert_source_id);

create table alert_action_team (
  alert_action_id integer not null references alert_action (id) on delete cascade,
  team_id integer not null references team (id) on delete cascade,
  primary key (alert_action_id, team_id)
);

-- One message of an action, planned in the transaction that changed the alert; its delivery log.
create table alert_action_run (
  id bigint generated always as identity primary key,
  alert_action_id integer not null references alert_action (id),
  alert_source_id integer not null,
  alert_id bigint not null,
  trigger_type text not null,
  -- Null when a person asked for it.
  timeline_entry_id bigint,
  asked_by integer references person (id),
  resend_of bigint,
  news text not null,
  triggered_at timestamptz not null,
  due_at timestamptz not null,
  give_up_at timestamptz not null,
  status text not null,
  attempts integer not null,
  lease_until timestamptz,
  fence bigint not null,
  finished_at timestamptz,
  http_status integer,
  reason text,
  -- Written once, so that every attempt says the same.
  message jsonb
);
create unique index alert_action_run_once on alert_action_run (alert_action_id, trigger_type, timeline_entry_id)
  where timeline_entry_id is not null;
create index alert_action_run_due on alert_action_run (due_at) where status in ('SCHEDULED', 'SENDING');
create index alert_action_run_open on alert_action_run (alert_action_id, alert_id, id) where status in ('SCHEDULED', 'SENDING');
create index alert_action_run_action on alert_action_run (alert_action_id, id);
create index alert_action_run_alert on alert_action_run (alert_id, id);

-- How calls to telephone gateways went, so that every node knows which is unwell.
create table gateway_sighting (
  id bigint generated always as identity primary key,
  gateway text not null,
  at timestamptz not null,
  is_good boolean not null,
  ms integer not null
);
create index gateway_sighting_recent on gateway_sighting (gateway, at desc);
