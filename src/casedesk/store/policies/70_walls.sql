-- Ethical walls. A wall is raised and taken down by functions, because afterwards the rows it guards are not the
-- caller's to see: who is inside stands in `matter_member`, and `matter.guarded` follows the wall, never a client.

-- Whether whoever is signed in may raise, change or take down the wall of a matter: they see the matter, and they are
-- a manager or one of its attorneys.
CREATE OR REPLACE FUNCTION casedesk_keeps_wall(p_matter bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND (m.guarded = 0 OR EXISTS
          (SELECT 1 FROM matter_member w WHERE w.matter_id = m.id AND w.person_id = casedesk_uid() AND w.until_us IS NULL)))
      AND NOT casedesk_is_outside()
      AND (casedesk_is_manager() OR EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = p_matter
          AND o.person_id = casedesk_uid() AND o.kind IN ('lead_attorney', 'supervising_attorney'))) $$;

CREATE OR REPLACE FUNCTION casedesk_now_us(p_at_us bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT CASE WHEN EXISTS (SELECT 1 FROM engine_meta WHERE key = 'manual_clock') THEN p_at_us
      ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint END $$;

-- A client is guarded when every one of their matters is.
CREATE OR REPLACE FUNCTION casedesk_guard_client(p_matter bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ UPDATE client c SET guarded = CASE WHEN EXISTS (SELECT 1 FROM matter m WHERE m.client_id = c.id AND m.guarded = 0)
          THEN 0 ELSE 1 END WHERE c.id = (SELECT m.client_id FROM matter m WHERE m.id = p_matter) $$;

CREATE OR REPLACE FUNCTION casedesk_raise_wall(
    p_wall bigint, p_ref text, p_matter bigint, p_reason text, p_members bigint[], p_at_us bigint
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $raise$
DECLARE v_me bigint := public.casedesk_uid(); v_at bigint := public.casedesk_now_us(p_at_us);
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A wall is raised by a manager, or by the matter''s attorney.';
    END IF;
    IF p_members IS NULL OR NOT EXISTS (SELECT 1 FROM person p JOIN licence l ON l.person_id = p.id WHERE p.id = ANY (p_members)
        AND p.active = 1 AND p.outside = 0 AND l.active = 1 AND l.kind = 'attorney') THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:nobody_inside:An attorney stands inside every wall.';
    END IF;
    INSERT INTO wall (id, ref, matter_id, reason, opened_us, opened_by) VALUES (p_wall, p_ref, p_matter, p_reason, v_at, v_me);
    UPDATE matter_member SET until_us = v_at WHERE matter_id = p_matter AND until_us IS NULL
        AND person_id <> ALL (p_members);
    INSERT INTO matter_member (matter_id, person_id, since_us, added_by)
        SELECT p_matter, p.id, v_at, v_me FROM person p WHERE p.id = ANY (p_members) AND p.kind = 'staff' AND p.active = 1
        ON CONFLICT (matter_id, person_id) DO UPDATE SET until_us = NULL,
            since_us = CASE WHEN matter_member.until_us IS NULL THEN matter_member.since_us ELSE v_at END;
    UPDATE matter SET guarded = 1 WHERE id = p_matter;
    PERFORM public.casedesk_guard_client(p_matter);
    INSERT INTO wall_screen (wall_id, person_id) SELECT p_wall, p.id FROM person p
        WHERE p.kind = 'staff' AND p.active = 1 AND p.id <> ALL (p_members);
END $raise$;

CREATE OR REPLACE FUNCTION casedesk_lower_wall(p_matter bigint, p_reason text, p_at_us bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $lower$
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A wall is taken down by a manager inside it, or by the matter''s attorney.';
    END IF;
    UPDATE wall SET closed_us = public.casedesk_now_us(p_at_us), closed_by = public.casedesk_uid(),
        closed_reason = p_reason, version = version + 1 WHERE matter_id = p_matter AND closed_us IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:no_wall:No wall stands around that matter.';
    END IF;
    UPDATE matter SET guarded = 0 WHERE id = p_matter;
    PERFORM public.casedesk_guard_client(p_matter);
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
    ELSE
        UPDATE matter_member SET until_us = v_at WHERE matter_id = p_matter AND person_id = p_person AND until_us IS NULL;
        IF EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND m.guarded = 1) AND NOT EXISTS (
            SELECT 1 FROM matter_member w JOIN person p ON p.id = w.person_id JOIN licence l ON l.person_id = p.id
            WHERE w.matter_id = p_matter AND w.until_us IS NULL AND p.active = 1 AND l.active = 1 AND l.kind = 'attorney') THEN
            RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:nobody_inside:An attorney stands inside every wall.';
        END IF;
    END IF;
END $member$;

-- A snapshot that was open when the wall went up would go on seeing the matter: the sessions of whoever is shut out
-- end. Asked for again after the wall's own commit; how many ended is nobody's to know.
CREATE OR REPLACE FUNCTION casedesk_end_shut_out(p_matter bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $ending$
BEGIN
    IF public.casedesk_keeps_wall(p_matter) IS NOT TRUE THEN
        RETURN;
    END IF;
    PERFORM pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN person p ON p.login = a.usename
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND p.kind = 'staff'
        AND EXISTS (SELECT 1 FROM matter m WHERE m.id = p_matter AND m.guarded = 1)
        AND NOT EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = p_matter AND w.person_id = p.id
            AND w.until_us IS NULL);
END $ending$;

GRANT EXECUTE ON FUNCTION casedesk_raise_wall(bigint, text, bigint, text, bigint[], bigint),
    casedesk_lower_wall(bigint, text, bigint), casedesk_set_member(bigint, bigint, boolean, bigint),
    casedesk_end_shut_out(bigint) TO casedesk_staff;

CREATE POLICY acknowledge_screen ON wall_screen FOR UPDATE USING (person_id = (SELECT casedesk_uid())
    OR EXISTS (SELECT 1 FROM wall w WHERE w.id = wall_screen.wall_id));
GRANT UPDATE (told_us, acknowledged_us) ON wall_screen TO casedesk_staff;
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
