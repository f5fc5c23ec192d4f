-- People from outside see the matters they are admitted to, and the whole record of each. What they neither read nor do
-- there stands here, as rules that restrict every other rule: no client or owner made, nothing released or shipped in
-- the firm's name, and of the firm's people their names, roles, languages, hours and days. That there is no inbox for
-- them stands with the rules of each table.

DO $outside$
DECLARE v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['client', 'matter_number', 'matter_owner', 'matter_link', 'filing', 'consent',
        'conflict_check', 'legal_hold', 'firm_policy'] LOOP
        EXECUTE format('CREATE POLICY add_inside ON %I AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT casedesk_is_inside()))',
            v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['client', 'matter_number', 'matter_owner', 'matter_link', 'filing', 'consent',
        'conflict_check', 'message'] LOOP
        EXECUTE format('CREATE POLICY change_inside ON %I AS RESTRICTIVE FOR UPDATE USING ((SELECT casedesk_is_inside()))',
            v_table);
    END LOOP;
END $outside$;
CREATE POLICY read_inside ON matter_number AS RESTRICTIVE FOR SELECT USING ((SELECT casedesk_is_inside()));
CREATE POLICY read_own ON training AS RESTRICTIVE FOR SELECT USING (person_id = (SELECT casedesk_uid())
    OR (SELECT casedesk_is_inside()));

-- Somebody from outside is in no role's group: what a column of the firm's people says beyond their work is granted to
-- those groups alone.
REVOKE SELECT ON person, licence, absence FROM casedesk_staff;
GRANT SELECT (id, handle, name, login, kind, active, languages, skills, capacity_hours, office_id, created_us, version,
    outside, zone, hours) ON person TO casedesk_staff;
GRANT SELECT (id, person_id, kind, expires, active, scope) ON licence TO casedesk_staff;
GRANT SELECT (id, person_id, first_day, last_day, cover_id, cancelled_us) ON absence TO casedesk_staff;
GRANT SELECT ON person, licence, absence TO casedesk_intake_specialist, casedesk_paralegal, casedesk_senior_associate,
    casedesk_attorney, casedesk_operations_manager, casedesk_managing_partner;

-- Work is delegated by those who answer for it: a manager, or somebody with a licence.
CREATE POLICY delegate_by ON supervision AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT casedesk_is_manager())
    OR (SELECT casedesk_is_licensed()));
-- It is checked by whoever it stands under, or by one of the matter's attorneys in their place.
CREATE POLICY supervise_instead ON supervision FOR UPDATE USING (EXISTS (SELECT 1 FROM matter_owner o
        WHERE o.matter_id = supervision.matter_id AND o.person_id = (SELECT casedesk_uid())
        AND o.kind IN ('lead_attorney', 'supervising_attorney')))
    WITH CHECK (checked_by = (SELECT casedesk_uid()));
