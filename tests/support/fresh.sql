-- Makes a database that a test has used as it was after the migrations: quicker than making another one.
create schema fresh;
create schema fresh_rows;

do $$
declare
  one record;
  has_rows boolean;
begin
  for one in select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
    execute format('select exists (select from public.%I)', one.name) into has_rows;
    if has_rows then execute format('create table fresh_rows.%I as table public.%I', one.name, one.name); end if;
  end loop;
end $$;

-- A database that is made from another one keeps its object identifiers.
create table fresh.functions as select oid from pg_proc where pronamespace = 'public'::regnamespace;
create table fresh.sequences as
  select sequencename as name, coalesce(last_value, start_value) as value, last_value is not null as is_called
  from pg_sequences where schemaname = 'public';

-- What a test may have changed of tables, constraints, triggers and functions.
create function fresh.shape() returns text language sql as $$
  select md5(string_agg(line, ',' order by line)) from (
    select format('%s %s', relkind, relname) from pg_class where relnamespace = 'public'::regnamespace
    union all
    select format('%s %s', conrelid::regclass, conname) from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select format('%s %s %s', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
    union all
    select format('%s %s', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
  ) as lines (line)
$$;
create table fresh.shapes as select fresh.shape() as shape;

-- Nobody else may be connected. False when more was changed than can be restored.
create function fresh.restore() returns boolean language plpgsql as $$
declare
  one record;
begin
  -- Foreign keys and the product's own triggers rest meanwhile.
  perform set_config('session_replication_role', 'replica', true);
  for one in
    select oid::regprocedure as name from pg_proc
    where pronamespace = 'public'::regnamespace and oid not in (select oid from fresh.functions)
  loop
    execute format('drop function %s cascade', one.name);
  end loop;
  for one in select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
    execute format('delete from public.%I', one.name);
  end loop;
  for one in select relname as name from pg_class where relnamespace = 'fresh_rows'::regnamespace loop
    execute format('insert into public.%I overriding system value table fresh_rows.%I', one.name, one.name);
  end loop;
  for one in select name, value, is_called from fresh.sequences loop
    perform setval(format('public.%I', one.name)::regclass, one.value, one.is_called);
  end loop;
  return fresh.shape() = (select shape from fresh.shapes);
end $$;
