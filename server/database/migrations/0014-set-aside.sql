-- The watch looks every ten seconds for what could not be processed.
create index delivery_set_aside on delivery (received_at) where rule in ('failed-repeatedly', 'ends-the-process');
