-- What people do about their shifts: ask a colleague to take one, and be reminded before one begins.

-- Somebody asks a colleague to take the shifts they have on a schedule in a stretch of time. Expired is a reading of the clock.
create table coverage_request (
  id integer generated always as identity primary key,
  schedule_id integer not null references schedule (id),
  requester_id integer not null references person (id),
  asked_id integer not null references person (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  message text not null,
  state text not null check (state in ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN')),
  created_at timestamptz not null,
  answered_at timestamptz,
  answer text,
  check (starts_at < ends_at),
  check ((state = 'PENDING') = (answered_at is null))
);
create index coverage_request_asked on coverage_request (asked_id, ends_at);
create index coverage_request_requester on coverage_request (requester_id, ends_at);
create index coverage_request_schedule on coverage_request (schedule_id, ends_at);

-- Each way in which a person was reminded of a shift, so that it happens once.
create table shift_reminder (
  schedule_id integer not null references schedule (id),
  person_id integer not null references person (id),
  shift_start timestamptz not null,
  before_minutes integer not null,
  method text not null,
  contact_id integer not null,
  told_at timestamptz not null,
  primary key (schedule_id, person_id, shift_start, before_minutes, method, contact_id)
);

-- When the shifts are looked at next; one row.
create table shift_watch (
  id integer primary key check (id = 1),
  look_at timestamptz
);
insert into shift_watch (id, look_at) values (1, null);

-- Something that reminders depend on was changed: the next look comes at once. Whoever changes it, the row is there.
create table shift_change (id bigint generated always as identity primary key);
create function note_shift_change() returns trigger language plpgsql as $$
begin
  insert into shift_change default values;
  return null;
end $$;
create trigger schedule_edition_changed after insert or update or delete on schedule_edition
  for each statement execute function note_shift_change();
create trigger schedule_shift_changed after insert or update or delete on schedule_shift
  for each statement execute function note_shift_change();
create trigger schedule_override_changed after insert or update or delete on schedule_override
  for each statement execute function note_shift_change();
create trigger schedule_changed after update on schedule
  for each statement execute function note_shift_change();
create trigger notification_rule_changed after insert or update or delete on notification_rule
  for each statement execute function note_shift_change();
create trigger contact_changed after update on contact
  for each statement execute function note_shift_change();
insert into shift_change default values;

-- Until when a person is not asked about alerts: they said so.
alter table person add column muted_until timestamptz;
