-- Keeps the place of 0008 until its own migration is merged; then this file goes.
select 1;
