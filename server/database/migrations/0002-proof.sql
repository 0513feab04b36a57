-- Poison is counted where it appears: a delivery whose reading ended the process, a climb whose step cannot be taken.
alter table delivery add column readings_begun integer not null default 0;
alter table escalation add column failures integer not null default 0;

-- One line per decision of a station, with the rule or setting that caused it: the judge's evidence and the user's.
create table trace_step (
  alert_source_id integer not null,
  alert_id bigint not null,
  id bigint generated always as identity primary key,
  at timestamptz not null,
  station text not null,
  decision text not null,
  reason text not null,
  rule text,
  facts jsonb not null,
  people integer[] not null,
  channels text[] not null
);
create index trace_step_alert on trace_step (alert_id, id);
