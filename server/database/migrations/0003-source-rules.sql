-- Why: what a source's owner wrote about its events (templates, mappings, filter, event-type rules), and what it made of each delivery.
alter table alert_source add column rules jsonb not null default '{}';

-- What the rules made of the event, so that a replay can be compared; and which delivery this one is a replay of.
alter table delivery add column effect jsonb;
alter table delivery add column replay_of uuid;
alter table delivery add column replayed_by text;
create index delivery_replay on delivery (replay_of) where replay_of is not null;

-- Trigger counts of a source's conditions, by condition and window.
create table trigger_count (
  alert_source_id integer primary key references alert_source (id) on delete cascade,
  counts jsonb not null
);
