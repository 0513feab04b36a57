-- The next page to leave is found by its order, however many wait: a storm sorted all of them for each one.
create index notification_next on notification (priority, due_at) where status in ('SCHEDULED', 'SENDING');
