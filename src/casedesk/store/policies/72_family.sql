-- A link is read, made and changed by who may see both of its ends: to whom the other matter is closed, it does not exist.
DROP POLICY IF EXISTS read_of_matter ON matter_link;
DROP POLICY IF EXISTS add_row ON matter_link;
CREATE POLICY read_link ON matter_link FOR SELECT USING (
    EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.matter_id)
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.other_id));
CREATE POLICY add_link ON matter_link FOR INSERT WITH CHECK (
    EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.matter_id)
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.other_id));

-- What a conflict check found is read by who may see where it was found and what it was asked for.
DROP POLICY IF EXISTS read_of_matter ON conflict_hit;
CREATE POLICY read_hit ON conflict_hit FOR SELECT USING (
    EXISTS (SELECT 1 FROM matter m WHERE m.id = conflict_hit.matter_id)
    AND EXISTS (SELECT 1 FROM conflict_check c WHERE c.id = conflict_hit.check_id));

-- Who is represented in a walled matter is known there alone, from the moment they are.
CREATE OR REPLACE FUNCTION casedesk_guard_party() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $party$
BEGIN
    IF NEW.client_id IS NOT NULL AND EXISTS (SELECT 1 FROM matter m WHERE m.id = NEW.matter_id AND m.guarded = 1) THEN
        PERFORM public.casedesk_guard_client(NEW.matter_id);
    END IF;
    RETURN NULL;
END $party$;
DROP TRIGGER IF EXISTS casedesk_guard_party ON party;
CREATE TRIGGER casedesk_guard_party AFTER INSERT OR UPDATE ON party FOR EACH ROW EXECUTE FUNCTION casedesk_guard_party();

-- What a party of a family asked to be kept for them alone.
GRANT UPDATE (confidential_to) ON document TO casedesk_staff;
