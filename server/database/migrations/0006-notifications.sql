-- Where a person is reached. A removed contact stays for what names it; a secret address lies sealed, and target is what is shown of it.
alter table contact add column region_code text;
alter table contact add column is_primary boolean not null default false;
alter table contact add column sealed_target bytea;
alter table contact add column broken_at timestamptz;
alter table contact add column broken_reason text;
alter table contact add column removed_at timestamptz;
create index contact_target on contact (method, target);

-- The code a contact waits for. The code itself is derived from the notice that carries it and lies nowhere.
create table contact_code (
  contact_id integer primary key references contact (id) on delete cascade,
  notice_id uuid not null,
  sent_at timestamptz not null,
  sent_count integer not null,
  expires_at timestamptz not null,
  attempts integer not null
);

-- How a person wants to hear of what. Without a contact it means every contact of the method.
create table notification_rule (
  id integer generated always as identity primary key,
  person_id integer not null references person (id),
  list text not null,
  type text not null,
  method text not null,
  contact_id integer references contact (id) on delete cascade,
  delay_minutes integer not null,
  before_minutes integer not null,
  created_at timestamptz not null
);
create index notification_rule_person on notification_rule (person_id, list, type);
create unique index notification_rule_once on notification_rule
  (person_id, list, type, method, coalesce(contact_id, 0), delay_minutes, before_minutes);

insert into notification_rule (person_id, list, type, method, contact_id, delay_minutes, before_minutes, created_at)
select person.id, 'alerts', wanted.type, 'EMAIL', contact.id, 0, 0, person.created_at
  from person
  join contact on contact.person_id = person.id and contact.method = 'EMAIL' and contact.verified_at is not null
 cross join (values ('HIGH_PRIORITY'), ('LOW_PRIORITY')) as wanted (type)
 where person.deleted_at is null;

-- Low priority waits from one time of day to another, in the person's zone; high priority never does.
alter table person add column quiet_from text;
alter table person add column quiet_to text;

-- What a page was bundled into, which page it stands in for, and what the provider said after taking it.
alter table notification add column bundle_id uuid;
alter table notification add column stands_in_for uuid;
alter table notification add column receipt_state text;
alter table notification add column receipt_due_at timestamptz;
create index notification_receipt_due on notification (receipt_due_at) where receipt_due_at is not null;
create index notification_person_sent on notification (person_id, finished_at) where status in ('SUCCESS', 'SENDING');
create index notification_stands_in on notification (stands_in_for) where stands_in_for is not null;
create index notification_bundle on notification (bundle_id) where bundle_id is not null;
create index notification_id on notification (id);

-- Messages that ask nobody: codes, tests, updates, summaries, and that a contact is broken.
create table notice (
  id uuid primary key,
  kind text not null,
  person_id integer not null references person (id),
  contact_id integer not null references contact (id),
  channel text not null,
  target text not null,
  alert_source_id integer,
  alert_id bigint,
  facts jsonb not null,
  bundle_key text,
  status text not null,
  attempts integer not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  lease_until timestamptz,
  fence bigint not null,
  finished_at timestamptz,
  error text,
  receipt text
);
create index notice_due on notice (due_at) where status in ('SCHEDULED', 'SENDING');
create unique index notice_bundle on notice (bundle_key) where bundle_key is not null and status = 'SCHEDULED';

-- How a channel is set up by the API; its secrets are sealed.
create table channel_setting (
  method text primary key,
  settings jsonb not null,
  secrets bytea,
  updated_at timestamptz not null
);
