-- Where a row says who did it, it says so of whoever is signed in. A name that stands already stays.
CREATE OR REPLACE FUNCTION casedesk_own_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $own$
DECLARE v_column text; v_uid bigint := public.casedesk_uid(); v_new jsonb := to_jsonb(NEW); v_old jsonb := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        v_old := to_jsonb(OLD);
    END IF;
    FOREACH v_column IN ARRAY TG_ARGV LOOP
        IF v_uid IS NOT NULL AND v_new ->> v_column IS DISTINCT FROM v_old ->> v_column
            AND (v_new ->> v_column)::bigint <> v_uid THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_your_name:Nobody acts in another person''s name.';
        END IF;
    END LOOP;
    RETURN NEW;
END $own$;

-- What the gate counts by is the server's time: nobody signs on a day when their licence still held, or reviews
-- before the half hour is over. A store made for tests, or whose history is being made, has its own clock.
CREATE OR REPLACE FUNCTION casedesk_done_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $now$
DECLARE v_new jsonb := to_jsonb(NEW); v_old jsonb := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        v_old := to_jsonb(OLD);
    END IF;
    IF v_new ->> TG_ARGV[0] IS DISTINCT FROM v_old ->> TG_ARGV[0]
        AND abs((v_new ->> TG_ARGV[0])::numeric - extract(epoch FROM clock_timestamp()) * 1000000) > 120000000
        AND NOT EXISTS (SELECT 1 FROM engine_meta WHERE key = 'manual_clock') THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_now:An act of the gate carries the time at which it is done.';
    END IF;
    RETURN NEW;
END $now$;

DO $names$
DECLARE
    v_row text[];
    v_names text[][] := ARRAY[
        ['task', '''done_by'', ''acknowledged_by'''], ['task_item', '''done_by'''],
        ['message', '''approved_by'', ''sent_by'''], ['deadline', '''confirmed_by'', ''created_by'''],
        ['contact_rule', '''set_by'''], ['review', '''decided_by''']];
    v_times text[][] := ARRAY[['review', 'decided_us'], ['sign_off', 'signed_us'], ['manifest', 'assembled_us'],
        ['filing', 'shipped_us']];
BEGIN
    FOREACH v_row SLICE 1 IN ARRAY v_names LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS casedesk_own_name ON %I', v_row[1]);
        EXECUTE format('CREATE TRIGGER casedesk_own_name BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION'
            ' casedesk_own_name(%s)', v_row[1], v_row[2]);
    END LOOP;
    FOREACH v_row SLICE 1 IN ARRAY v_times LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS casedesk_done_now ON %I', v_row[1]);
        EXECUTE format('CREATE TRIGGER casedesk_done_now BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION'
            ' casedesk_done_now(%L)', v_row[1], v_row[2]);
    END LOOP;
END $names$;

