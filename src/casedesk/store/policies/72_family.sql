-- A link is read, made and changed by who may see both of its ends: to whom the other matter is closed, it does not exist.
DROP POLICY IF EXISTS read_of_matter ON matter_link;
DROP POLICY IF EXISTS add_row ON matter_link;
CREATE POLICY read_link ON matter_link FOR SELECT USING (
    EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.matter_id)
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.other_id));
CREATE POLICY add_link ON matter_link FOR INSERT WITH CHECK (
    EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.matter_id)
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = matter_link.other_id));

-- What a party of a family asked to be kept for them alone.
GRANT UPDATE (confidential_to) ON document TO casedesk_staff;
