-- Ethical walls. A wall is raised and taken down by functions, because afterwards the rows it guards are not the
-- caller's to see: who is inside stands in `matter_member`, and `matter.guarded` follows the wall, never a client.

-- Whether whoever is signed in may see a matter: the policy of `matter`, for functions that run with the owner's eyes.
CREATE OR REPLACE FUNCTION casedesk_sees(p_matter bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT casedesk_uid() IS NOT NULL AND EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND (
          (m.guarded = 0 AND NOT casedesk_is_outside()) OR casedesk_is_service()
          OR EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = m.id AND w.person_id = casedesk_uid()
              AND w.until_us IS NULL))) $$;

-- Whether whoever is signed in may raise, change or take down the wall of a matter: they see the matter, and they are
-- a manager or one of its attorneys.
CREATE OR REPLACE FUNCTION casedesk_keeps_wall(p_matter bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT casedesk_sees(p_matter) AND NOT casedesk_is_outside() AND NOT casedesk_is_service()
      AND (casedesk_is_manager() OR EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = p_matter
          AND o.person_id = casedesk_uid() AND o.kind IN ('lead_attorney', 'supervising_attorney'))) $$;

CREATE OR REPLACE FUNCTION casedesk_now_us(p_at_us bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT CASE WHEN EXISTS (SELECT 1 FROM engine_meta WHERE key = 'manual_clock') THEN p_at_us
      ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint END $$;

-- The staff who may not see a matter: people outside its wall, and people from outside who were not admitted to it.
-- Of no matter at all (NULL) those from outside. To somebody who may not see it themselves it names everybody.
CREATE OR REPLACE FUNCTION casedesk_shut_out_of(p_matter bigint) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT p.id FROM person p WHERE p.kind = 'staff' AND p.active = 1 AND casedesk_uid() IS NOT NULL
      AND ((p_matter IS NOT NULL AND NOT casedesk_sees(p_matter))
          OR ((p.outside = 1 OR EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND m.guarded = 1))
              AND NOT EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = p_matter AND w.person_id = p.id
                  AND w.until_us IS NULL))) $$;

-- Who was admitted to a matter, since when and until when; for those who may see it.
CREATE OR REPLACE FUNCTION casedesk_members(p_matter bigint)
RETURNS TABLE (person_id bigint, since_us bigint, added_by bigint, until_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT w.person_id, w.since_us, w.added_by, w.until_us FROM matter_member w
      WHERE w.matter_id = p_matter AND casedesk_sees(p_matter) $$;

-- What somebody screened from a matter may know of it: its number, since when, and their own word on it.
CREATE OR REPLACE FUNCTION casedesk_my_screens()
RETURNS TABLE (wall_id bigint, wall_ref text, matter_ref text, opened_us bigint, closed_us bigint, told_us bigint,
    acknowledged_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT w.id, w.ref, m.ref, w.opened_us, w.closed_us, s.told_us, s.acknowledged_us
      FROM wall_screen s JOIN wall w ON w.id = s.wall_id JOIN matter m ON m.id = w.matter_id
      WHERE s.person_id = casedesk_uid() $$;

-- A client is guarded when every matter they are a client or a represented party of is.
CREATE OR REPLACE FUNCTION casedesk_guard_client(p_matter bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ UPDATE client c SET guarded = CASE WHEN EXISTS (SELECT 1 FROM matter m WHERE m.client_id = c.id AND m.guarded = 0)
          OR EXISTS (SELECT 1 FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.client_id = c.id AND m.guarded = 0)
          THEN 0 ELSE 1 END WHERE c.id = (SELECT m.client_id FROM matter m WHERE m.id = p_matter)
          OR c.id IN (SELECT p.client_id FROM party p WHERE p.matter_id = p_matter) $$;

-- Refuses when somebody in the list holds open work of the matter: nobody can do what they may not see.
CREATE OR REPLACE FUNCTION casedesk_refuse_open_work(p_matter bigint, p_people bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $holds$
BEGIN
    IF EXISTS (SELECT 1 FROM task t WHERE t.matter_id = p_matter AND t.owner_id = ANY (p_people)
            AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold'))
        OR EXISTS (SELECT 1 FROM review v WHERE v.matter_id = p_matter AND v.owner_id = ANY (p_people) AND v.state = 'open')
        OR EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = p_matter AND o.person_id = ANY (p_people)) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:shut_out_holds_work:Somebody who would be shut out still holds work of that matter.';
    END IF;
END $holds$;

-- Gives back whom it screens, so that each of them can be told.
CREATE OR REPLACE FUNCTION casedesk_raise_wall(
    p_wall bigint, p_ref text, p_matter bigint, p_reason text, p_members bigint[], p_at_us bigint
) RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $raise$
DECLARE v_me bigint := public.casedesk_uid(); v_at bigint := public.casedesk_now_us(p_at_us); v_out bigint[];
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A wall is raised by a manager, or by the matter''s attorney.';
    END IF;
    IF p_members IS NULL OR NOT EXISTS (SELECT 1 FROM person p JOIN licence l ON l.person_id = p.id WHERE p.id = ANY (p_members)
        AND p.active = 1 AND p.outside = 0 AND l.active = 1 AND l.kind IN ('attorney', 'accredited_representative')) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:nobody_inside:Somebody who may sign stands inside every wall.';
    END IF;
    SELECT coalesce(array_agg(p.id), '{}') INTO v_out FROM person p
        WHERE p.kind = 'staff' AND p.active = 1 AND p.id <> ALL (p_members);
    PERFORM public.casedesk_refuse_open_work(p_matter, v_out);
    INSERT INTO wall (id, ref, matter_id, reason, opened_us, opened_by) VALUES (p_wall, p_ref, p_matter, p_reason, v_at, v_me);
    -- People from outside who never saw the matter are not told of it.
    INSERT INTO wall_screen (wall_id, person_id, told_us) SELECT p_wall, p.id, v_at FROM person p
        WHERE p.id = ANY (v_out) AND (p.outside = 0 OR EXISTS (SELECT 1 FROM matter_member w
            WHERE w.matter_id = p_matter AND w.person_id = p.id AND w.until_us IS NULL));
    UPDATE matter_member SET until_us = v_at WHERE matter_id = p_matter AND until_us IS NULL
        AND person_id <> ALL (p_members);
    INSERT INTO matter_member (matter_id, person_id, since_us, added_by)
        SELECT p_matter, p.id, v_at, v_me FROM person p WHERE p.id = ANY (p_members) AND p.kind = 'staff' AND p.active = 1
        ON CONFLICT (matter_id, person_id) DO UPDATE SET until_us = NULL, added_by = v_me,
            since_us = CASE WHEN matter_member.until_us IS NULL THEN matter_member.since_us ELSE v_at END;
    UPDATE matter SET guarded = 1 WHERE id = p_matter;
    PERFORM public.casedesk_guard_client(p_matter);
    -- Several things told at once stand under no matter; what names one behind the wall goes behind it.
    UPDATE outbox o SET matter_id = p_matter WHERE o.matter_id IS NULL AND EXISTS (SELECT 1 FROM task t
        WHERE t.matter_id = p_matter AND (o.task_id = t.id OR position(t.ref IN o.body) > 0 OR position(t.ref IN o.subject) > 0));
    RETURN QUERY SELECT s.person_id FROM wall_screen s WHERE s.wall_id = p_wall ORDER BY s.person_id;
END $raise$;

-- Gives back who was screened until now.
CREATE OR REPLACE FUNCTION casedesk_lower_wall(p_matter bigint, p_reason text, p_at_us bigint) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $lower$
DECLARE v_at bigint := public.casedesk_now_us(p_at_us); v_wall bigint;
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A wall is taken down by a manager inside it, or by the matter''s attorney.';
    END IF;
    UPDATE wall SET closed_us = v_at, closed_by = public.casedesk_uid(), closed_reason = p_reason, version = version + 1
        WHERE matter_id = p_matter AND closed_us IS NULL RETURNING id INTO v_wall;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:no_wall:No wall stands around that matter.';
    END IF;
    RETURN QUERY SELECT s.person_id FROM wall_screen s WHERE s.wall_id = v_wall AND NOT EXISTS (SELECT 1
        FROM matter_member w WHERE w.matter_id = p_matter AND w.person_id = s.person_id AND w.until_us IS NULL);
    UPDATE matter SET guarded = 0 WHERE id = p_matter;
    PERFORM public.casedesk_guard_client(p_matter);
    -- Being inside ends with the wall; people from outside stay admitted.
    UPDATE matter_member w SET until_us = v_at FROM person p WHERE w.matter_id = p_matter AND w.until_us IS NULL
        AND p.id = w.person_id AND p.outside = 0;
END $lower$;

-- Admit somebody to a matter, or end their sight of it: through a wall, or, for people from outside, to a matter at all.
CREATE OR REPLACE FUNCTION casedesk_set_member(p_matter bigint, p_person bigint, p_inside boolean, p_at_us bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $member$
DECLARE v_at bigint := public.casedesk_now_us(p_at_us);
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:People are admitted to a matter by a manager, or by its attorney.';
    END IF;
    IF p_inside THEN
        INSERT INTO matter_member (matter_id, person_id, since_us, added_by)
            SELECT p_matter, p.id, v_at, public.casedesk_uid() FROM person p
            WHERE p.id = p_person AND p.kind = 'staff' AND p.active = 1
            ON CONFLICT (matter_id, person_id) DO UPDATE SET until_us = NULL, since_us = v_at,
                added_by = public.casedesk_uid() WHERE matter_member.until_us IS NOT NULL;
        RETURN;
    END IF;
    PERFORM public.casedesk_refuse_open_work(p_matter, ARRAY[p_person]);
    UPDATE matter_member SET until_us = v_at WHERE matter_id = p_matter AND person_id = p_person AND until_us IS NULL;
    IF EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND m.guarded = 1) THEN
        IF NOT EXISTS (SELECT 1 FROM matter_member w JOIN person p ON p.id = w.person_id
            JOIN licence l ON l.person_id = p.id WHERE w.matter_id = p_matter AND w.until_us IS NULL AND p.active = 1
            AND p.outside = 0 AND l.active = 1 AND l.kind IN ('attorney', 'accredited_representative')) THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:nobody_inside:Somebody who may sign stands inside every wall.';
        END IF;
        INSERT INTO wall_screen (wall_id, person_id, told_us) SELECT w.id, p_person, v_at FROM wall w
            WHERE w.matter_id = p_matter AND w.closed_us IS NULL ON CONFLICT DO NOTHING;
    END IF;
END $member$;

-- A snapshot that was open when somebody was shut out goes on showing them the matter: the session that holds it ends.
-- Asked for in a transaction of its own, after the commit that shut them out, and for no snapshot younger than that.
-- True when every such session could be ended.
CREATE OR REPLACE FUNCTION casedesk_end_shut_out(p_matter bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $ending$
DECLARE v_pid integer; v_role oid; v_age integer; v_all boolean := true;
BEGIN
    -- Whoever raised the wall may stand outside it now.
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE AND NOT EXISTS (SELECT 1 FROM wall w WHERE w.matter_id = p_matter
        AND w.closed_us IS NULL AND w.opened_by = public.casedesk_uid()) THEN
        RETURN true;
    END IF;
    SELECT min(age(x.at)) INTO v_age FROM (SELECT w.xmin AS at FROM wall w WHERE w.matter_id = p_matter
        UNION ALL SELECT k.xmin FROM matter_member k WHERE k.matter_id = p_matter) x;
    FOR v_pid, v_role IN SELECT a.pid, a.usesysid FROM pg_stat_activity a JOIN person p ON p.login = a.usename
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND p.kind = 'staff'
        AND EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND (m.guarded = 1 OR p.outside = 1))
        AND NOT EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = p_matter AND w.person_id = p.id
            AND w.until_us IS NULL)
        AND (NOT pg_has_role(current_user, a.usesysid, 'USAGE') OR age(a.backend_xmin) >= v_age) LOOP
        IF pg_has_role(current_user, v_role, 'USAGE') THEN
            PERFORM pg_terminate_backend(v_pid);
        ELSE
            v_all := false;
        END IF;
    END LOOP;
    RETURN v_all;
END $ending$;

-- Logins that were made before the owner was a member of each become so now.
DO $ends$
DECLARE v_login text;
BEGIN
    FOR v_login IN SELECT p.login FROM person p JOIN pg_roles r ON r.rolname = p.login
        WHERE NOT pg_has_role(current_user, r.oid, 'USAGE') LOOP
        BEGIN
            EXECUTE format('GRANT %I TO %I', v_login, current_user);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'The sessions of % cannot be ended by %: the login was made by another owner.', v_login, current_user;
        END;
    END LOOP;
END $ends$;

GRANT EXECUTE ON FUNCTION casedesk_raise_wall(bigint, text, bigint, text, bigint[], bigint),
    casedesk_lower_wall(bigint, text, bigint), casedesk_set_member(bigint, bigint, boolean, bigint),
    casedesk_end_shut_out(bigint), casedesk_my_screens() TO casedesk_staff;
GRANT EXECUTE ON FUNCTION casedesk_shut_out_of(bigint), casedesk_members(bigint) TO casedesk_staff, casedesk_service;

-- An acknowledgement is one's own to give, and that somebody was told stands from the beginning. Who joined after a
-- wall went up is screened, and told, by the service.
CREATE POLICY acknowledge_screen ON wall_screen FOR UPDATE USING (person_id = (SELECT casedesk_uid()));
GRANT UPDATE (acknowledged_us) ON wall_screen TO casedesk_staff;
CREATE POLICY screen_newcomer ON wall_screen FOR INSERT WITH CHECK ((SELECT casedesk_is_service())
    AND acknowledged_us IS NULL);
GRANT INSERT ON wall_screen TO casedesk_service;
CREATE POLICY record_consent ON consent FOR INSERT WITH CHECK (recorded_by = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = consent.matter_id));
CREATE POLICY withdraw_consent ON consent FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = consent.matter_id));
GRANT INSERT ON consent TO casedesk_staff;
GRANT UPDATE (withdrawn_us, version) ON consent TO casedesk_staff;
CREATE POLICY change_link ON matter_link FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.matter_id));
GRANT UPDATE (hidden) ON matter_link TO casedesk_staff;
CREATE POLICY end_rule ON contact_rule FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = contact_rule.matter_id))
    WITH CHECK (ended_by = (SELECT casedesk_uid()));
GRANT UPDATE (ended_us, ended_by) ON contact_rule TO casedesk_staff;
