-- Supervision and training; seals, exports, holds, erasures.
CREATE POLICY delegate ON supervision FOR INSERT WITH CHECK (given_by = (SELECT casedesk_uid()) AND checked_us IS NULL
    AND EXISTS (SELECT 1 FROM task t WHERE t.id = supervision.task_id));
CREATE POLICY supervise ON supervision FOR UPDATE USING (supervisor_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM task t WHERE t.id = supervision.task_id))
    WITH CHECK (checked_by = (SELECT casedesk_uid()));
GRANT INSERT ON supervision TO casedesk_staff;
GRANT UPDATE (checked_by, checked_us, outcome, remarks, version) ON supervision TO casedesk_staff;
CREATE POLICY acknowledge_training ON training FOR INSERT WITH CHECK (recorded_by = (SELECT casedesk_uid())
    AND (person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_manager())));
GRANT INSERT ON training TO casedesk_staff;

-- The service login sees every stream's end, so it alone seals a shared store.
CREATE POLICY seal_trail ON seal FOR INSERT WITH CHECK ((SELECT casedesk_is_service()));
CREATE POLICY seal_heads ON seal_head FOR INSERT WITH CHECK ((SELECT casedesk_is_service()));
CREATE POLICY make_seal_key ON seal_key FOR INSERT WITH CHECK (holder_id = (SELECT casedesk_uid())
    AND (SELECT casedesk_is_service()));
CREATE POLICY retire_seal_key ON seal_key FOR UPDATE USING ((SELECT casedesk_is_service()));
GRANT INSERT ON seal, seal_head, seal_key TO casedesk_service;
GRANT UPDATE (retired_us) ON seal_key TO casedesk_service;

CREATE POLICY record_export ON export_record FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid())
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = export_record.matter_id)));
GRANT INSERT ON export_record TO casedesk_staff;
CREATE POLICY put_hold ON legal_hold FOR INSERT WITH CHECK (opened_by = (SELECT casedesk_uid())
    AND (EXISTS (SELECT 1 FROM matter m WHERE m.id = legal_hold.matter_id)
        OR EXISTS (SELECT 1 FROM client c WHERE c.id = legal_hold.client_id)));
CREATE POLICY lift_hold ON legal_hold FOR UPDATE USING ((SELECT casedesk_is_manager()) AND (EXISTS (SELECT 1 FROM matter m
    WHERE m.id = legal_hold.matter_id) OR EXISTS (SELECT 1 FROM client c WHERE c.id = legal_hold.client_id)))
    WITH CHECK (closed_by = (SELECT casedesk_uid()));
GRANT INSERT ON legal_hold TO casedesk_staff;
GRANT UPDATE (closed_us, closed_by, closed_reason, version) ON legal_hold TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY ask_erasure ON erasure FOR INSERT WITH CHECK (asked_by = (SELECT casedesk_uid()) AND done_us IS NULL
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = erasure.matter_id));
CREATE POLICY carry_out_erasure ON erasure FOR UPDATE USING ((SELECT casedesk_is_manager())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = erasure.matter_id)) WITH CHECK (done_by = (SELECT casedesk_uid()));
GRANT INSERT ON erasure TO casedesk_operations_manager, casedesk_managing_partner, casedesk_attorney;
GRANT UPDATE (done_by, done_us, papers) ON erasure TO casedesk_operations_manager, casedesk_managing_partner;
