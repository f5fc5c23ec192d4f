-- PostgreSQL only: who may read and write which row. Applied by the store's owner after every migration, idempotent.
-- Identity is session_user; a person's login belongs to `casedesk_staff` through the group of each role. The owner is
-- no superuser. The service login reads everything and can sign, ship and delete nothing.

CREATE OR REPLACE FUNCTION casedesk_uid() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT id FROM person WHERE login = session_user AND active = 1 $$;

CREATE OR REPLACE FUNCTION casedesk_is_service() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person WHERE login = session_user AND active = 1 AND kind = 'service') $$;

CREATE OR REPLACE FUNCTION casedesk_is_manager() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.login = session_user
      AND p.active = 1 AND r.role IN ('operations_manager', 'managing_partner')) $$;

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

-- The wrapped signing key is read by its own person only; everybody may read the public half.
CREATE OR REPLACE FUNCTION casedesk_my_signing_keys()
RETURNS TABLE (key_id text, wrapped bytea, salt bytea, memory_kib bigint, passes bigint, lanes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT k.key_id, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM signing_key k
      WHERE k.person_id = public.casedesk_uid() AND k.active = 1 $$;

-- A signature cannot be checked here, but that the signer's passphrase opened the key just now can: the desk shows a
-- token of the opened key with the signing, for this transaction only, and it is never stored.
CREATE OR REPLACE FUNCTION sign_off_fresh() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fresh$
DECLARE v_token text := current_setting('casedesk.token', true);
BEGIN
    IF v_token IS NULL OR v_token !~ '^[0-9a-f]{64}$' OR NOT EXISTS (
        SELECT 1 FROM signing_key k WHERE k.key_id = NEW.key_id AND k.person_id = NEW.signer_id AND k.active = 1
        AND k.token_sha256 = encode(sha256(decode(v_token, 'hex')), 'hex')) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001',
            MESSAGE = 'casedesk:not_authenticated:A sign-off takes the signer''s passphrase, typed for it.';
    END IF;
    RETURN NEW;
END $fresh$;
DROP TRIGGER IF EXISTS sign_off_fresh ON sign_off;
CREATE TRIGGER sign_off_fresh AFTER INSERT ON sign_off FOR EACH ROW EXECUTE FUNCTION sign_off_fresh();

-- A manager makes a login; the password arrives as a SCRAM verifier and never as itself.
CREATE OR REPLACE FUNCTION casedesk_add_login(p_login text, p_verifier text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $login$
DECLARE v_group text;
BEGIN
    IF NOT public.casedesk_is_manager() THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:manager_only:Only a manager adds a person.';
    END IF;
    IF p_verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:verifier:A login takes a SCRAM verifier only.';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM person WHERE login = p_login) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That login is nobody in this firm.';
    END IF;
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', p_login, p_verifier);
    FOREACH v_group IN ARRAY p_groups LOOP
        IF v_group NOT IN ('casedesk_intake_specialist', 'casedesk_paralegal', 'casedesk_senior_associate',
                           'casedesk_attorney', 'casedesk_operations_manager', 'casedesk_managing_partner') THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:role:There is no such role.';
        END IF;
        EXECUTE format('GRANT %I TO %I', v_group, p_login);
    END LOOP;
END $login$;

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

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO casedesk_staff, casedesk_service;
GRANT EXECUTE ON FUNCTION casedesk_uid(), casedesk_is_service(), casedesk_is_manager(),
    casedesk_append_audit(text, bigint, bigint, text, text, text) TO casedesk_staff, casedesk_service;
GRANT EXECUTE ON FUNCTION casedesk_my_signing_keys() TO casedesk_staff;
GRANT EXECUTE ON FUNCTION casedesk_add_login(text, text, text[])
    TO casedesk_operations_manager, casedesk_managing_partner;

CREATE SEQUENCE IF NOT EXISTS casedesk_change;
GRANT USAGE, SELECT ON SEQUENCE casedesk_change TO casedesk_staff, casedesk_service;

-- Every readable table has row security and one policy for reading.
DO $policies$
DECLARE
    v_table text; v_rule text; v_read text;
    firm_wide text[] := ARRAY['engine_meta', 'transition', 'firm', 'firm_policy', 'office', 'person', 'person_role',
        'licence', 'team', 'team_member', 'absence', 'signing_key', 'playbook_version', 'rule_set', 'heartbeat',
        'matter_number', 'seen'];
    of_matter text[] := ARRAY['matter_owner', 'matter_link', 'party', 'contact_rule', 'form', 'strategy_note', 'note',
        'call', 'original_held', 'document', 'notice', 'playbook_run', 'task', 'deadline', 'appointment', 'message',
        'packet', 'review', 'signature_slot', 'sign_off', 'filing', 'event', 'decision', 'timer'];
    -- table, parent, column in the child, column in the parent
    of_parent text[][] := ARRAY[
        ['document_version', 'document', 'document_id', 'id'], ['blob_chunk', 'document_version', 'version_id', 'id'],
        ['task_item', 'task', 'task_id', 'id'], ['review_point', 'review', 'review_id', 'id'],
        ['manifest', 'packet', 'packet_id', 'id'], ['draft', 'packet', 'packet_id', 'id'],
        ['review_look', 'packet', 'packet_id', 'id'], ['manifest_document', 'manifest', 'manifest_id', 'id']];
    v_row text[];
BEGIN
    FOR v_table IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        FOR v_rule IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = v_table LOOP
            EXECUTE format('DROP POLICY %I ON %I', v_rule, v_table);
        END LOOP;
        EXECUTE format('REVOKE ALL ON %I FROM casedesk_staff, casedesk_service', v_table);
    END LOOP;

    FOREACH v_table IN ARRAY firm_wide LOOP
        EXECUTE format('CREATE POLICY read_firm ON %I FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL)', v_table);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;
    REVOKE SELECT ON signing_key FROM casedesk_staff, casedesk_service;
    GRANT SELECT (key_id, person_id, public_key, active, enrolled_us, revoked_us) ON signing_key
        TO casedesk_staff, casedesk_service;

    CREATE POLICY read_matter ON matter FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (guarded = 0
        OR (SELECT casedesk_is_service()) OR EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = matter.id
        AND w.person_id = (SELECT casedesk_uid()))));
    CREATE POLICY read_member ON matter_member FOR SELECT USING (person_id = (SELECT casedesk_uid())
        OR (SELECT casedesk_is_service()));
    CREATE POLICY read_client ON client FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (guarded = 0
        OR EXISTS (SELECT 1 FROM matter m WHERE m.client_id = client.id)));
    GRANT SELECT ON matter, matter_member, client TO casedesk_staff, casedesk_service;

    FOREACH v_table IN ARRAY of_matter LOOP
        v_read := format('(SELECT casedesk_uid()) IS NOT NULL AND (%I.matter_id IS NULL OR EXISTS'
            ' (SELECT 1 FROM matter m WHERE m.id = %I.matter_id))', v_table, v_table);
        EXECUTE format('CREATE POLICY read_of_matter ON %I FOR SELECT USING (%s)', v_table, v_read);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;
    FOREACH v_row SLICE 1 IN ARRAY of_parent LOOP
        v_read := format('EXISTS (SELECT 1 FROM %I x WHERE x.%I = %I.%I)', v_row[2], v_row[4], v_row[1], v_row[3]);
        EXECUTE format('CREATE POLICY read_of_parent ON %I FOR SELECT USING (%s)', v_row[1], v_read);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_row[1]);
    END LOOP;
    CREATE POLICY read_audit ON audit FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (
        (matter_id IS NOT NULL AND EXISTS (SELECT 1 FROM matter m WHERE m.id = audit.matter_id))
        OR (matter_id IS NULL AND ((SELECT casedesk_is_manager()) OR (SELECT casedesk_is_service())
            OR actor = (SELECT p.handle FROM person p WHERE p.id = casedesk_uid())))));
    CREATE POLICY read_audit_head ON audit_head FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (
        matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = audit_head.matter_id)));
    CREATE POLICY read_outbox ON outbox FOR SELECT USING (person_id = (SELECT casedesk_uid())
        OR (SELECT casedesk_is_service()));
    GRANT SELECT ON audit, audit_head, outbox TO casedesk_staff, casedesk_service;

    -- What the desk writes in the course of work, by anyone who may see the row.
    FOREACH v_table IN ARRAY ARRAY['matter_owner', 'matter_link', 'party', 'contact_rule', 'form', 'original_held',
        'notice', 'playbook_run', 'task', 'deadline', 'appointment', 'message', 'packet', 'review', 'signature_slot',
        'decision', 'timer'] LOOP
        EXECUTE format('CREATE POLICY add_row ON %I FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL AND'
            ' (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = %I.matter_id)))', v_table, v_table);
        EXECUTE format('GRANT INSERT ON %I TO casedesk_staff', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['form', 'notice', 'playbook_run', 'task', 'deadline', 'appointment',
        'signature_slot', 'timer', 'matter_owner', 'party', 'original_held'] LOOP
        EXECUTE format('CREATE POLICY change_row ON %I FOR UPDATE USING (matter_id IS NULL OR EXISTS (SELECT 1 FROM'
            ' matter m WHERE m.id = %I.matter_id)) WITH CHECK (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m'
            ' WHERE m.id = %I.matter_id))', v_table, v_table, v_table);
        EXECUTE format('GRANT UPDATE ON %I TO casedesk_staff', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['task_item', 'review_point', 'blob_chunk'] LOOP
        EXECUTE format('CREATE POLICY add_row ON %I FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL)', v_table);
        EXECUTE format('GRANT INSERT ON %I TO casedesk_staff', v_table);
    END LOOP;
END $policies$;

-- Acts that carry a name carry one's own.
CREATE POLICY add_matter ON matter FOR INSERT WITH CHECK (opened_by = (SELECT casedesk_uid()) AND guarded = 0);
CREATE POLICY change_matter ON matter FOR UPDATE USING (guarded = 0 OR EXISTS (SELECT 1 FROM matter_member w
    WHERE w.matter_id = matter.id AND w.person_id = (SELECT casedesk_uid())));
GRANT INSERT ON matter TO casedesk_staff;
GRANT UPDATE (caption, language, priority, status, closed_us, version) ON matter TO casedesk_staff;
CREATE POLICY add_client ON client FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL AND guarded = 0);
CREATE POLICY change_client ON client FOR UPDATE USING (guarded = 0);
GRANT INSERT ON client TO casedesk_staff;
GRANT UPDATE (name, kind, language, phone, email, address, version) ON client TO casedesk_staff;
CREATE POLICY count_matter ON matter_number FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY count_on_matter ON matter_number FOR UPDATE USING ((SELECT casedesk_uid()) IS NOT NULL);
GRANT INSERT, UPDATE ON matter_number TO casedesk_staff;

CREATE POLICY add_document ON document FOR INSERT WITH CHECK (received_by = (SELECT casedesk_uid())
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = document.matter_id)));
CREATE POLICY match_document ON document FOR UPDATE USING (matter_id IS NULL
    OR EXISTS (SELECT 1 FROM matter m WHERE m.id = document.matter_id));
CREATE POLICY add_version ON document_version FOR INSERT WITH CHECK (created_by = (SELECT casedesk_uid()));
GRANT INSERT ON document, document_version TO casedesk_staff;
GRANT UPDATE (matter_id, kind) ON document TO casedesk_staff;

CREATE POLICY tick_item ON task_item FOR UPDATE USING (EXISTS (SELECT 1 FROM task t WHERE t.id = task_item.task_id))
    WITH CHECK (state = 'open' OR done_by = (SELECT casedesk_uid()));
GRANT UPDATE (state, note, reason, document_id, done_by, done_us, version) ON task_item TO casedesk_staff;

CREATE POLICY add_draft ON draft FOR INSERT WITH CHECK (submitted_by = (SELECT casedesk_uid()));
CREATE POLICY add_manifest ON manifest FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY add_manifest_document ON manifest_document FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY decide_review ON review FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = review.matter_id))
    WITH CHECK (state IN ('open', 'superseded') OR decided_by = (SELECT casedesk_uid()));
CREATE POLICY answer_point ON review_point FOR UPDATE USING (EXISTS (SELECT 1 FROM review v
    WHERE v.id = review_point.review_id AND v.state = 'open') AND EXISTS (SELECT 1 FROM licence l
    WHERE l.person_id = (SELECT casedesk_uid()) AND l.active = 1));
CREATE POLICY look_add ON review_look FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY look_again ON review_look FOR UPDATE USING (person_id = (SELECT casedesk_uid()));
CREATE POLICY sign ON sign_off FOR INSERT WITH CHECK (signer_id = (SELECT casedesk_uid()));
CREATE POLICY ship ON filing FOR INSERT WITH CHECK (shipped_by = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = filing.matter_id));
CREATE POLICY deliver ON filing FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = filing.matter_id));
GRANT INSERT ON draft, manifest, manifest_document, sign_off, filing, review_look TO casedesk_staff;
GRANT UPDATE (state, owner_id, owner_reason, decided_by, decided_us, licence_id, licence_kind) ON review TO casedesk_staff;
GRANT UPDATE (answer, comment) ON review_point TO casedesk_staff;
GRANT UPDATE (manifest_sha256, at_us) ON review_look TO casedesk_staff;
GRANT UPDATE (state, delivered_us, receipt_number, receipted_us, rejected_us, reason, version) ON filing TO casedesk_staff;

CREATE POLICY release_message ON message FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = message.matter_id))
    WITH CHECK (state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL);
GRANT UPDATE (state, approved_by, approved_us, sent_by, sent_us, sent_via, body, subject, version) ON message TO casedesk_staff;
CREATE POLICY write_strategy ON strategy_note FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = strategy_note.matter_id));
CREATE POLICY write_note ON note FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = note.matter_id));
CREATE POLICY write_call ON call FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = call.matter_id));
GRANT INSERT ON strategy_note, note, call TO casedesk_staff;
CREATE POLICY add_event ON event FOR INSERT WITH CHECK (actor_id = (SELECT casedesk_uid()));
CREATE POLICY end_event ON event FOR UPDATE USING (actor_id = (SELECT casedesk_uid()));
GRANT INSERT ON event TO casedesk_staff, casedesk_service;
GRANT UPDATE (outcome) ON event TO casedesk_staff, casedesk_service;
CREATE POLICY tell ON outbox FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY told ON outbox FOR UPDATE USING (person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_service()));
GRANT INSERT ON outbox TO casedesk_staff, casedesk_service;
GRANT UPDATE (state, seen_us) ON outbox TO casedesk_staff, casedesk_service;
CREATE POLICY beat ON heartbeat FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY beat_on ON heartbeat FOR UPDATE USING ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY saw ON seen FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY saw_again ON seen FOR UPDATE USING (person_id = (SELECT casedesk_uid()));
GRANT INSERT, UPDATE ON heartbeat, seen TO casedesk_staff, casedesk_service;
CREATE POLICY enrol_key ON signing_key FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY revoke_key ON signing_key FOR UPDATE USING (person_id = (SELECT casedesk_uid())
    OR (SELECT casedesk_is_manager())) WITH CHECK (active = 0);
GRANT INSERT ON signing_key TO casedesk_staff;
GRANT UPDATE (active, revoked_us) ON signing_key TO casedesk_staff;

-- A playbook's version is put on record by whoever begins it first; written once.
CREATE POLICY record_playbook ON playbook_version FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY record_rules ON rule_set FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
GRANT INSERT ON playbook_version, rule_set TO casedesk_staff, casedesk_service;

-- Managers keep the people and the policy.
CREATE POLICY add_person ON person FOR INSERT WITH CHECK ((SELECT casedesk_is_manager()) AND kind = 'staff');
CREATE POLICY change_person ON person FOR UPDATE USING ((SELECT casedesk_is_manager()));
CREATE POLICY add_role ON person_role FOR INSERT WITH CHECK ((SELECT casedesk_is_manager()));
CREATE POLICY add_licence ON licence FOR INSERT WITH CHECK ((SELECT casedesk_is_manager()));
CREATE POLICY change_licence ON licence FOR UPDATE USING ((SELECT casedesk_is_manager()));
CREATE POLICY add_absence ON absence FOR INSERT WITH CHECK ((SELECT casedesk_is_manager())
    OR person_id = (SELECT casedesk_uid()));
CREATE POLICY change_absence ON absence FOR UPDATE USING ((SELECT casedesk_is_manager())
    OR person_id = (SELECT casedesk_uid()));
CREATE POLICY set_policy ON firm_policy FOR INSERT WITH CHECK (set_by = (SELECT casedesk_uid())
    AND ((SELECT casedesk_is_manager()) OR signature IS NOT NULL));
GRANT INSERT ON person, person_role, licence TO casedesk_operations_manager, casedesk_managing_partner;
GRANT UPDATE (name, email, phone, languages, skills, capacity_hours, active, version) ON person
    TO casedesk_operations_manager, casedesk_managing_partner;
GRANT UPDATE (expires, active) ON licence TO casedesk_operations_manager, casedesk_managing_partner;
GRANT INSERT, UPDATE (last_day, cover_id, note, cancelled_us) ON absence TO casedesk_staff;
GRANT INSERT ON firm_policy TO casedesk_staff;

-- The service login decides events and fires timers. It has no right on sign_off, filing, draft, manifest, review.
CREATE POLICY serve_task ON task FOR UPDATE USING ((SELECT casedesk_is_service()));
GRANT INSERT ON task, task_item, timer, decision, playbook_run, deadline, message TO casedesk_service;
GRANT UPDATE ON task, timer, playbook_run TO casedesk_service;
