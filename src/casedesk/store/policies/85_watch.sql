-- A login that leaves a transaction open keeps what it locked: the end of a trail, a task. The desk's own sessions give
-- up after thirty seconds; one with psql need not. The worker ends, at each sweep, what has sat idle in a transaction
-- for longer than a minute. Returns how many it ended.
CREATE OR REPLACE FUNCTION casedesk_end_idlers() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT count(*) FROM (SELECT pg_terminate_backend(a.pid) AS ended FROM pg_stat_activity a
      JOIN person p ON p.login = a.usename WHERE casedesk_is_service() AND a.datname = current_database()
      AND p.kind = 'staff' AND a.state LIKE 'idle in transaction%'
      AND a.state_change < clock_timestamp() - interval '60 seconds') x WHERE x.ended $$;
GRANT EXECUTE ON FUNCTION casedesk_end_idlers() TO casedesk_service;
