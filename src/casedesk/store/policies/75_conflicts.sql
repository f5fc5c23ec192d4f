-- Conflict checks: names are found again across every wall, and what is found is read only by those who may see where.
CREATE POLICY key_name ON name_key FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM matter m WHERE m.id = name_key.matter_id));
GRANT INSERT ON name_key TO casedesk_staff, casedesk_service;
CREATE POLICY ask_conflicts ON conflict_check FOR INSERT WITH CHECK (asked_by = (SELECT casedesk_uid()) AND state = 'open'
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = conflict_check.matter_id));
CREATE POLICY decide_conflicts ON conflict_check FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m
    WHERE m.id = conflict_check.matter_id)) WITH CHECK (decided_by = (SELECT casedesk_uid()));
GRANT INSERT ON conflict_check TO casedesk_staff;
GRANT UPDATE (state, decided_by, decided_us, reason, version) ON conflict_check TO casedesk_staff;
