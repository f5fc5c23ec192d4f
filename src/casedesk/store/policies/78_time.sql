-- Closures, settings, hand-over sheets, checks of a status, and what is sent outside the desk.
CREATE POLICY shut ON closure FOR INSERT WITH CHECK (created_by = (SELECT casedesk_uid()) AND (SELECT casedesk_is_manager()));
CREATE POLICY open_again ON closure FOR UPDATE USING ((SELECT casedesk_is_manager()));
GRANT INSERT, UPDATE (cancelled_us, version) ON closure TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY set_firm ON firm_setting FOR INSERT WITH CHECK (set_by = (SELECT casedesk_uid()) AND (SELECT casedesk_is_manager()));
GRANT INSERT ON firm_setting TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY install_rules ON rule_install FOR INSERT WITH CHECK (installed_by = (SELECT casedesk_uid())
    AND (SELECT casedesk_is_manager()));
GRANT INSERT ON rule_install TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY add_webhook ON webhook FOR INSERT WITH CHECK (created_by = (SELECT casedesk_uid()) AND (SELECT casedesk_is_manager()));
CREATE POLICY change_webhook ON webhook FOR UPDATE USING ((SELECT casedesk_is_manager()));
GRANT INSERT, UPDATE (active, version) ON webhook TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY enter_bulletin ON visa_bulletin FOR INSERT WITH CHECK (entered_by = (SELECT casedesk_uid())
    AND (SELECT casedesk_is_inside()));
GRANT INSERT ON visa_bulletin TO casedesk_staff;

CREATE POLICY read_own ON preference FOR SELECT USING (person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_inside())
    OR (SELECT casedesk_is_service()));
CREATE POLICY prefer ON preference FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY prefer_now ON preference FOR UPDATE USING (person_id = (SELECT casedesk_uid()));
GRANT SELECT ON preference TO casedesk_staff, casedesk_service;
GRANT INSERT, UPDATE (mail, quiet_from, quiet_until, digest_at, desktop, invitations, version) ON preference
    TO casedesk_staff;

CREATE POLICY hand_over ON handover FOR INSERT WITH CHECK (by_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM task t WHERE t.id = handover.task_id AND t.matter_id IS NOT DISTINCT FROM handover.matter_id));
CREATE POLICY take_back ON handover FOR UPDATE USING (EXISTS (SELECT 1 FROM task t WHERE t.id = handover.task_id));
GRANT INSERT, UPDATE (note, to_id, returned_us, version) ON handover TO casedesk_staff;
CREATE POLICY check_status ON status_check FOR INSERT WITH CHECK (by_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = status_check.matter_id));
GRANT INSERT ON status_check TO casedesk_staff;

CREATE POLICY decide_paper ON triage FOR INSERT WITH CHECK (by_id = (SELECT casedesk_uid())
    AND (SELECT casedesk_is_inside()) AND EXISTS (SELECT 1 FROM document d WHERE d.id = triage.document_id)
    AND (whole_id IS NULL OR EXISTS (SELECT 1 FROM document w WHERE w.id = triage.whole_id)));
GRANT INSERT ON triage TO casedesk_staff;

-- What goes outside is read by whom it is for and by the login that sends it; a manager settles what is unknown.
CREATE POLICY read_delivery ON delivery FOR SELECT USING ((SELECT casedesk_is_service())
    OR ((person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_manager()))
        AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = delivery.matter_id OFFSET 0))));
CREATE POLICY send ON delivery FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = delivery.matter_id)));
CREATE POLICY sending ON delivery FOR UPDATE USING ((SELECT casedesk_is_service())
    OR ((person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_manager()))
        AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = delivery.matter_id))));
GRANT SELECT, INSERT ON delivery TO casedesk_staff, casedesk_service;
GRANT UPDATE (state, due_us, attempts, claimed_by, claimed_us, sent_us, error, settled_by) ON delivery
    TO casedesk_staff, casedesk_service;
CREATE POLICY invite ON invitation FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = invitation.matter_id)));
GRANT INSERT ON invitation TO casedesk_staff, casedesk_service;
CREATE POLICY rested ON worker_gap FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
GRANT INSERT ON worker_gap TO casedesk_staff, casedesk_service;

-- The worker pauses and arms, hands work over, moves dates that follow others, and counts its heartbeat.
GRANT INSERT, UPDATE (to_id, returned_us, version) ON handover TO casedesk_service;
GRANT UPDATE (left_us, fire_at_us) ON timer TO casedesk_service;
GRANT UPDATE (covering_for_id) ON task TO casedesk_service;
GRANT UPDATE (state, version) ON deadline TO casedesk_service;
GRANT UPDATE (expires) ON form TO casedesk_service;
GRANT UPDATE (skew_us, schema_no) ON heartbeat TO casedesk_staff, casedesk_service;
GRANT UPDATE (zone, hours, office_id) ON person TO casedesk_operations_manager, casedesk_managing_partner;
CREATE POLICY open_office ON office FOR INSERT WITH CHECK ((SELECT casedesk_is_manager()));
CREATE POLICY change_office ON office FOR UPDATE USING ((SELECT casedesk_is_manager()));
GRANT INSERT, UPDATE (name, zone, hours, address) ON office TO casedesk_operations_manager, casedesk_managing_partner;

-- A notice of a walled matter sets an appointment there, or moves one; reminders hold it while they fire.
GRANT INSERT ON appointment TO casedesk_service;
GRANT UPDATE (at_us, zone, place, judge, minutes, sequence, moved, status, confirmed_by, confirmed_us, notice_id, version)
    ON appointment TO casedesk_service;
-- Words that name a time which no longer stands are taken back; the service releases and sends none.
GRANT UPDATE (state, version) ON message TO casedesk_service;
CREATE POLICY service_takes_back ON message AS RESTRICTIVE FOR UPDATE TO casedesk_service
    USING (state <> 'sent') WITH CHECK (state = 'cancelled');
