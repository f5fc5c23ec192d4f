-- The server writes actor, time, sequence and previous hash; the client gives only what happened. A store made for
-- tests carries the mark `manual_clock` and takes the client's time instead.
CREATE OR REPLACE FUNCTION casedesk_append_audit(
    p_stream text, p_matter bigint, p_at_us bigint, p_action text, p_subject text, p_payload text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $audit$
DECLARE
    v_actor text; v_store text; v_prev text; v_seq bigint; v_at bigint; v_hash text; v_bytes bytea; v_field text;
BEGIN
    SELECT handle INTO v_actor FROM person WHERE login = session_user AND active = 1;
    IF v_actor IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner WHERE c.oid = 'audit'::regclass
                       AND o.rolname = session_user) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That login is nobody in this firm.';
        END IF;
        v_actor := 'owner';
    END IF;
    -- A stream holds what is its own: a foreign entry in a matter's trail would look like a missing one to its readers.
    IF p_stream IS DISTINCT FROM (CASE WHEN p_matter IS NOT NULL THEN 'matter:' || p_matter
                                       WHEN p_stream = 'store' THEN 'store'
                                       ELSE 'person:' || public.casedesk_uid() END) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:foreign_stream:An entry goes to the trail of what it is about.';
    END IF;
    -- The number of the entry comes back, and would count another matter's: only who sees a matter adds to its trail.
    IF p_matter IS NOT NULL AND public.casedesk_uid() IS NOT NULL AND public.casedesk_sees(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:foreign_stream:An entry goes to the trail of what it is about.';
    END IF;
    SELECT value INTO STRICT v_store FROM engine_meta WHERE key = 'store_id';
    IF EXISTS (SELECT 1 FROM engine_meta WHERE key = 'manual_clock') THEN
        v_at := p_at_us;
    ELSE
        v_at := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    END IF;
    INSERT INTO audit_head (stream, matter_id, seq, hash) VALUES (p_stream, p_matter, 0, repeat('0', 64))
        ON CONFLICT (stream) DO NOTHING;
    SELECT seq, hash INTO v_seq, v_prev FROM audit_head WHERE stream = p_stream FOR UPDATE;
    v_seq := v_seq + 1;
    v_bytes := ''::bytea;
    FOREACH v_field IN ARRAY ARRAY['casedesk.audit.1', v_store, p_stream, v_seq::text, v_prev, v_at::text, v_actor,
                                   p_action, p_subject, p_payload] LOOP
        v_bytes := v_bytes || convert_to(octet_length(convert_to(v_field, 'UTF8'))::text || ':' || v_field || ',', 'UTF8');
    END LOOP;
    v_hash := encode(sha256(v_bytes), 'hex');
    INSERT INTO audit (stream, seq, matter_id, prev, hash, at_us, actor, action, subject, payload)
        VALUES (p_stream, v_seq, p_matter, v_prev, v_hash, v_at, v_actor, p_action, p_subject, p_payload);
    UPDATE audit_head SET seq = v_seq, hash = v_hash WHERE stream = p_stream;
    RETURN v_seq;
END $audit$;

GRANT EXECUTE ON FUNCTION casedesk_append_audit(text, bigint, bigint, text, text, text)
    TO casedesk_staff, casedesk_service;

-- Whether whoever is signed in reads every stream of the trail: the worker, and a manager who stands inside every wall.
CREATE OR REPLACE FUNCTION casedesk_reads_all() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT public.casedesk_is_service() OR (public.casedesk_is_manager() AND NOT EXISTS (SELECT 1 FROM matter m
      WHERE m.guarded = 1 AND NOT EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = m.id
          AND w.person_id = public.casedesk_uid() AND w.until_us IS NULL))) $$;

GRANT EXECUTE ON FUNCTION casedesk_reads_all() TO casedesk_staff, casedesk_service;
