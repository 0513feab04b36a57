-- When a person was invited to choose a password; null: not, or they did.
alter table person add column invited_at timestamptz;
