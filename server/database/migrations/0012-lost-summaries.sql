-- Summaries that never got through: what they would have told is told another way.
create index notice_lost_summary on notice (id) where kind = 'SUMMARY' and status = 'ERROR';
