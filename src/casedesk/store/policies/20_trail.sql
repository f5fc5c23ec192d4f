-- The server writes actor, time, sequence and previous hash; the client gives only what happened. A store made for
-- tests carries the mark `manual_clock` and takes the client's time instead.
CREATE OR REPLACE FUNCTION casedesk_append_audit(
    p_stream text, p_matter bigint, p_at_us bigint, p_action text, p_subject text, p_payload text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $audit$
DECLARE
    v_uid bigint; v_actor text; v_kind text; v_outside integer; v_store text; v_manual boolean; v_guarded integer;
    v_prev text; v_seq bigint; v_at bigint; v_hash text;
    c_foreign CONSTANT text := 'casedesk:foreign_stream:An entry goes to the trail of what it is about.';
BEGIN
    SELECT p.id, p.handle, p.kind, p.outside INTO v_uid, v_actor, v_kind, v_outside
        FROM person p WHERE p.login = session_user AND p.active = 1;
    IF v_uid IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner WHERE c.oid = 'audit'::regclass
                       AND o.rolname = session_user) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That login is nobody in this firm.';
        END IF;
        v_actor := 'owner';
    -- The number of the entry comes back, and would count another matter's: only who sees a matter adds to its trail.
    -- As `casedesk_sees` has it; written out, because this runs with every act, and walls are few.
    ELSIF p_matter IS NOT NULL THEN
        SELECT m.guarded INTO v_guarded FROM matter m WHERE m.id = p_matter;
        IF (v_guarded = 0 AND v_outside = 0) IS NOT TRUE THEN
            IF v_guarded IS NULL OR (v_kind <> 'service' AND NOT EXISTS (SELECT 1 FROM matter_member w
                WHERE w.matter_id = p_matter AND w.person_id = v_uid AND w.until_us IS NULL)) THEN
                RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = c_foreign;
            END IF;
        END IF;
    END IF;
    -- A stream holds what is its own: a foreign entry in a matter's trail would look like a missing one to its readers.
    IF p_stream IS DISTINCT FROM (CASE WHEN p_matter IS NOT NULL THEN 'matter:' || p_matter
                                       WHEN p_stream = 'store' THEN 'store' ELSE 'person:' || v_uid END) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = c_foreign;
    END IF;
    SELECT s.value, c.value IS NOT NULL INTO STRICT v_store, v_manual
        FROM engine_meta s LEFT JOIN engine_meta c ON c.key = 'manual_clock' WHERE s.key = 'store_id';
    SELECT h.seq + 1, h.hash INTO v_seq, v_prev FROM audit_head h WHERE h.stream = p_stream FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (stream, matter_id, seq, hash) VALUES (p_stream, p_matter, 0, repeat('0', 64))
            ON CONFLICT (stream) DO NOTHING;
        SELECT h.seq + 1, h.hash INTO v_seq, v_prev FROM audit_head h WHERE h.stream = p_stream FOR UPDATE;
    END IF;
    -- The time is read with the head in hand, so that a stream's times follow its numbers.
    v_at := CASE WHEN v_manual THEN p_at_us ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint END;
    -- Netstrings, in one piece; each length is that of the UTF-8 bytes.
    v_hash := encode(sha256(convert_to(concat('16:casedesk.audit.1,',
        octet_length(convert_to(v_store, 'UTF8')), ':', v_store, ',',
        octet_length(convert_to(p_stream, 'UTF8')), ':', p_stream, ',',
        length(v_seq::text), ':', v_seq, ',64:', v_prev, ',', length(v_at::text), ':', v_at, ',',
        octet_length(convert_to(v_actor, 'UTF8')), ':', v_actor, ',',
        octet_length(convert_to(p_action, 'UTF8')), ':', p_action, ',',
        octet_length(convert_to(p_subject, 'UTF8')), ':', p_subject, ',',
        octet_length(convert_to(p_payload, 'UTF8')), ':', p_payload, ','), 'UTF8')), 'hex');
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
