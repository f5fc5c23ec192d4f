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
    -- The owner may end the sessions of a login that a wall shuts out.
    EXECUTE format('GRANT %I TO %I', p_login, current_user);
    FOREACH v_group IN ARRAY p_groups LOOP
        IF v_group NOT IN ('casedesk_intake_specialist', 'casedesk_paralegal', 'casedesk_senior_associate',
                           'casedesk_attorney', 'casedesk_operations_manager', 'casedesk_managing_partner') THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:role:There is no such role.';
        END IF;
        EXECUTE format('GRANT %I TO %I', v_group, p_login);
    END LOOP;
END $login$;

GRANT EXECUTE ON FUNCTION casedesk_uid(), casedesk_is_service(), casedesk_is_manager(), casedesk_is_outside(),
    casedesk_is_inside(), casedesk_member(bigint)
    TO casedesk_staff, casedesk_service;
GRANT EXECUTE ON FUNCTION casedesk_add_login(text, text, text[])
    TO casedesk_operations_manager, casedesk_managing_partner;
