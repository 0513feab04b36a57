-- Climbs and records are found by their alert alone: without these, each answer reads every climb there ever was.
create index escalation_alert on escalation (alert_id);
create index known_record_alert on known_record (alert_source_id, alert_id);
