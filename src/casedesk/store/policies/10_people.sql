-- Who is signed in, and what a manager may do for the people: identity is session_user, which no setting forges.

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

-- Somebody of the firm itself, the desk's worker included; false for a stranger and for people from outside.
CREATE OR REPLACE FUNCTION casedesk_is_inside() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person WHERE login = session_user AND active = 1 AND outside = 0) $$;

-- Whether whoever is signed in is a member of a matter. Asked of guarded matters alone, and of each by people from
-- outside: a policy of `matter_member` within the policy of `matter` would be planned again in every query.
CREATE OR REPLACE FUNCTION casedesk_member(p_matter bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM matter_member w JOIN person p ON p.id = w.person_id WHERE w.matter_id = p_matter
      AND w.until_us IS NULL AND p.login = session_user AND p.active = 1) $$;

-- Somebody of another house, who sees the matters they are a member of and no inbox.
CREATE OR REPLACE FUNCTION casedesk_is_outside() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person WHERE login = session_user AND active = 1 AND outside = 1) $$;

-- Whether whoever is signed in may make managers: a managing partner, or, where the firm has none, any manager.
CREATE OR REPLACE FUNCTION casedesk_is_partner() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.login = session_user
          AND p.active = 1 AND r.role = 'managing_partner')
      OR (public.casedesk_is_manager() AND NOT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id
          WHERE p.active = 1 AND r.role = 'managing_partner')) $$;

-- Whether whoever is signed in has a licence to sign that is in force on the server's day.
CREATE OR REPLACE FUNCTION casedesk_is_licensed() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM person p JOIN licence l ON l.person_id = p.id WHERE p.login = session_user
      AND p.active = 1 AND p.outside = 0 AND l.active = 1 AND l.kind IN ('attorney', 'accredited_representative')
      AND (l.expires IS NULL OR l.expires >= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')
          OR EXISTS (SELECT 1 FROM engine_meta WHERE key = 'manual_clock'))) $$;

-- A manager makes a login; the password arrives as a SCRAM verifier and never as itself. Its groups are those of the
-- roles on record, which is where the right to give them is asked; somebody from outside is in no role's group, so
-- that what only the firm's own people read is not theirs to read.
CREATE OR REPLACE FUNCTION casedesk_add_login(p_login text, p_verifier text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $login$
DECLARE v_group text; v_person bigint; v_outside integer;
BEGIN
    IF NOT public.casedesk_is_manager() THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:manager_only:Only a manager adds a person.';
    END IF;
    IF p_verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:verifier:A login takes a SCRAM verifier only.';
    END IF;
    SELECT id, outside INTO v_person, v_outside FROM person WHERE login = p_login AND active = 1 AND kind = 'staff';
    IF v_person IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That login is nobody in this firm.';
    END IF;
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', p_login, p_verifier);
    -- The owner may end the sessions of a login: that of somebody whom a wall shuts out, or who has left.
    EXECUTE format('GRANT %I TO %I', p_login, current_user);
    FOREACH v_group IN ARRAY p_groups LOOP
        IF NOT EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = v_person AND 'casedesk_' || r.role = v_group) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:role:That role is not on record for this person.';
        END IF;
        EXECUTE format('GRANT %I TO %I', CASE WHEN v_outside = 1 THEN 'casedesk_staff' ELSE v_group END, p_login);
    END LOOP;
END $login$;

-- A role is given or taken, on record and on the server at once.
CREATE OR REPLACE FUNCTION casedesk_set_role(p_person bigint, p_role text, p_given boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $role$
DECLARE v_login text; v_outside integer; v_group text := 'casedesk_' || p_role;
BEGIN
    IF p_role NOT IN ('intake_specialist', 'paralegal', 'senior_associate', 'attorney', 'operations_manager',
                      'managing_partner') THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:role:There is no such role.';
    END IF;
    IF public.casedesk_is_manager() IS NOT TRUE
        OR (p_role IN ('operations_manager', 'managing_partner') AND public.casedesk_is_partner() IS NOT TRUE) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:Roles are given and taken by a manager, and who manages by a managing partner.';
    END IF;
    SELECT login, outside INTO v_login, v_outside FROM person WHERE id = p_person AND kind = 'staff' AND active = 1 FOR UPDATE;
    IF v_login IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That is nobody in this firm.';
    END IF;
    IF p_given THEN
        INSERT INTO person_role (person_id, role) VALUES (p_person, p_role) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM person_role WHERE person_id = p_person AND role = p_role;
        IF NOT EXISTS (SELECT 1 FROM person_role WHERE person_id = p_person) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:last_role:Everybody in the firm has a role.';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.active = 1
            AND r.role IN ('operations_manager', 'managing_partner')) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:last_manager:The firm keeps a manager.';
        END IF;
    END IF;
    IF v_outside = 0 AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_login) THEN
        IF p_given THEN
            EXECUTE format('GRANT %I TO %I', v_group, v_login);
        ELSE
            EXECUTE format('REVOKE %I FROM %I', v_group, v_login);
        END IF;
    END IF;
END $role$;

-- Somebody leaves: no sign-in, no group, no session. Those of managing partners are closed by one of them.
CREATE OR REPLACE FUNCTION casedesk_close_login(p_person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $close$
DECLARE v_login text; v_group text;
BEGIN
    IF public.casedesk_is_manager() IS NOT TRUE OR p_person IS NOT DISTINCT FROM public.casedesk_uid()
        OR (EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p_person AND r.role = 'managing_partner')
            AND public.casedesk_is_partner() IS NOT TRUE) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A place is closed by another manager, and a managing partner''s by a managing partner.';
    END IF;
    UPDATE person SET active = 0, version = version + 1 WHERE id = p_person AND kind = 'staff' AND active = 1
        RETURNING login INTO v_login;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:unknown_person:That is nobody in this firm.';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_login) THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', v_login);
        FOR v_group IN SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
            JOIN pg_roles l ON l.oid = m.member WHERE l.rolname = v_login AND g.rolname LIKE 'casedesk\_%' LOOP
            EXECUTE format('REVOKE %I FROM %I', v_group, v_login);
        END LOOP;
        PERFORM pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.usename = v_login AND a.datname = current_database();
    END IF;
END $close$;

-- Asked for again when the leaving is committed: somebody may have signed in until that very moment.
CREATE OR REPLACE FUNCTION casedesk_end_sessions(p_person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $sessions$
BEGIN
    IF public.casedesk_is_manager() IS TRUE THEN
        PERFORM pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN person p ON p.login = a.usename
            WHERE p.id = p_person AND p.active = 0 AND a.datname = current_database();
    END IF;
END $sessions$;

GRANT EXECUTE ON FUNCTION casedesk_uid(), casedesk_is_service(), casedesk_is_manager(), casedesk_is_outside(),
    casedesk_is_inside(), casedesk_member(bigint), casedesk_is_partner(), casedesk_is_licensed()
    TO casedesk_staff, casedesk_service;
GRANT EXECUTE ON FUNCTION casedesk_add_login(text, text, text[]), casedesk_set_role(bigint, text, boolean),
    casedesk_close_login(bigint), casedesk_end_sessions(bigint) TO casedesk_operations_manager, casedesk_managing_partner;
