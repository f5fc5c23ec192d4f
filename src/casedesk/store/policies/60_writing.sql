-- What the desk writes in the course of work, by anyone who may see the row.
DO $writing$
DECLARE
    v_table text; v_row text[]; v_column text;
    of_matter text[] := ARRAY['matter_owner', 'matter_link', 'party', 'contact_rule', 'form', 'original_held', 'notice',
        'playbook_run', 'task', 'deadline', 'appointment', 'message', 'packet', 'review', 'signature_slot', 'decision',
        'timer'];
    changed text[] := ARRAY['form', 'notice', 'playbook_run', 'task', 'deadline', 'appointment', 'signature_slot',
        'timer', 'matter_owner', 'party', 'original_held'];
    -- table, parent, column in the child: a row is added to what one may see.
    of_parent text[][] := ARRAY[['task_item', 'task', 'task_id'], ['review_point', 'review', 'review_id'],
        ['blob_chunk', 'document_version', 'version_id'], ['document_key', 'document_version', 'version_id']];
BEGIN
    FOREACH v_table IN ARRAY of_matter LOOP
        EXECUTE format('CREATE POLICY add_row ON %I FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL AND'
            ' ((matter_id IS NULL AND NOT (SELECT casedesk_is_outside()))'
            ' OR EXISTS (SELECT 1 FROM matter m WHERE m.id = %I.matter_id)))', v_table, v_table);
        EXECUTE format('GRANT INSERT ON %I TO casedesk_staff', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY changed LOOP
        -- No wider than reading: how many rows an UPDATE touches would tell of rows that cannot be read.
        EXECUTE format('CREATE POLICY change_row ON %I FOR UPDATE USING ((matter_id IS NULL AND (SELECT'
            ' casedesk_is_inside())) OR EXISTS (SELECT 1 FROM matter m WHERE m.id = %I.matter_id)) WITH CHECK'
            ' ((matter_id IS NULL AND (SELECT casedesk_is_inside())) OR EXISTS (SELECT 1 FROM matter m'
            ' WHERE m.id = %I.matter_id))', v_table, v_table, v_table);
        FOR v_column IN SELECT attname FROM pg_attribute WHERE attrelid = v_table::regclass AND attnum > 0
            AND NOT attisdropped AND attname NOT IN ('id', 'ref') LOOP
            EXECUTE format('GRANT UPDATE (%I) ON %I TO casedesk_staff', v_column, v_table);
        END LOOP;
    END LOOP;
    FOREACH v_row SLICE 1 IN ARRAY of_parent LOOP
        EXECUTE format('CREATE POLICY add_row ON %I FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM %I x'
            ' WHERE x.id = %I.%I))', v_row[1], v_row[2], v_row[1], v_row[3]);
        EXECUTE format('GRANT INSERT ON %I TO casedesk_staff', v_row[1]);
    END LOOP;
END $writing$;

-- Acts that carry a name carry one's own.
CREATE POLICY add_matter ON matter FOR INSERT WITH CHECK (opened_by = (SELECT casedesk_uid()) AND guarded = 0
    AND NOT (SELECT casedesk_is_outside()));
CREATE POLICY change_matter ON matter FOR UPDATE USING ((guarded = 0 AND (SELECT casedesk_is_inside()))
    OR (SELECT casedesk_is_service()) OR casedesk_member(id));
GRANT INSERT ON matter TO casedesk_staff;
GRANT UPDATE (caption, language, priority, status, closed_us, version, circumstances) ON matter TO casedesk_staff;
CREATE POLICY add_client ON client FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL AND guarded = 0);
CREATE POLICY change_client ON client FOR UPDATE USING ((guarded = 0 AND (SELECT casedesk_is_inside()))
    OR EXISTS (SELECT 1 FROM matter m WHERE m.client_id = client.id));
GRANT INSERT ON client TO casedesk_staff;
GRANT UPDATE (name, kind, language, phone, email, address, version) ON client TO casedesk_staff;
CREATE POLICY count_matter ON matter_number FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY count_on_matter ON matter_number FOR UPDATE USING ((SELECT casedesk_uid()) IS NOT NULL);
GRANT INSERT, UPDATE (last) ON matter_number TO casedesk_staff;

CREATE POLICY add_document ON document FOR INSERT WITH CHECK (received_by = (SELECT casedesk_uid())
    AND ((matter_id IS NULL AND (SELECT casedesk_is_inside()))
        OR EXISTS (SELECT 1 FROM matter m WHERE m.id = document.matter_id)));
CREATE POLICY match_document ON document FOR UPDATE USING ((matter_id IS NULL AND (SELECT casedesk_is_inside()))
    OR EXISTS (SELECT 1 FROM matter m WHERE m.id = document.matter_id));
CREATE POLICY add_version ON document_version FOR INSERT WITH CHECK (created_by = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM document d WHERE d.id = document_version.document_id));
GRANT INSERT ON document, document_version TO casedesk_staff;
GRANT UPDATE (matter_id, kind, duplicate_of) ON document TO casedesk_staff;

CREATE POLICY tick_item ON task_item FOR UPDATE USING (EXISTS (SELECT 1 FROM task t WHERE t.id = task_item.task_id))
    WITH CHECK (state = 'open' OR done_by = (SELECT casedesk_uid()));
GRANT UPDATE (state, note, reason, document_id, done_by, done_us, version) ON task_item TO casedesk_staff;

CREATE POLICY add_draft ON draft FOR INSERT WITH CHECK (submitted_by = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM packet k WHERE k.id = draft.packet_id));
CREATE POLICY add_manifest ON manifest FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL
    AND EXISTS (SELECT 1 FROM packet k WHERE k.id = manifest.packet_id));
CREATE POLICY add_manifest_document ON manifest_document FOR INSERT WITH CHECK (
    EXISTS (SELECT 1 FROM manifest x WHERE x.id = manifest_document.manifest_id));
CREATE POLICY decide_review ON review FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = review.matter_id))
    WITH CHECK (state IN ('open', 'superseded') OR decided_by = (SELECT casedesk_uid()));
CREATE POLICY answer_point ON review_point FOR UPDATE USING (EXISTS (SELECT 1 FROM review v
    WHERE v.id = review_point.review_id AND v.state = 'open') AND EXISTS (SELECT 1 FROM licence l
    WHERE l.person_id = (SELECT casedesk_uid()) AND l.active = 1));
CREATE POLICY look_add ON review_look FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM packet k WHERE k.id = review_look.packet_id));
CREATE POLICY look_again ON review_look FOR UPDATE USING (person_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM packet k WHERE k.id = review_look.packet_id));
CREATE POLICY sign ON sign_off FOR INSERT WITH CHECK (signer_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = sign_off.matter_id));
CREATE POLICY ship ON filing FOR INSERT WITH CHECK (shipped_by = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = filing.matter_id));
CREATE POLICY deliver ON filing FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = filing.matter_id));
GRANT INSERT ON draft, manifest, manifest_document, sign_off, filing, review_look TO casedesk_staff;
GRANT UPDATE (state, owner_id, owner_reason, decided_by, decided_us, licence_id, licence_kind) ON review TO casedesk_staff;
GRANT UPDATE (answer, comment) ON review_point TO casedesk_staff;
GRANT UPDATE (manifest_sha256, at_us) ON review_look TO casedesk_staff;
GRANT UPDATE (state, delivered_us, receipt_number, receipted_us, rejected_us, reason, version) ON filing TO casedesk_staff;

CREATE POLICY release_message ON message FOR UPDATE USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = message.matter_id))
    WITH CHECK (state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL);
GRANT UPDATE (state, approved_by, approved_us, sent_by, sent_us, sent_via, body, subject, address, channel, version)
    ON message TO casedesk_staff;
CREATE POLICY write_strategy ON strategy_note FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = strategy_note.matter_id));
CREATE POLICY write_note ON note FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = note.matter_id));
CREATE POLICY write_call ON call FOR INSERT WITH CHECK (author_id = (SELECT casedesk_uid())
    AND EXISTS (SELECT 1 FROM matter m WHERE m.id = call.matter_id));
GRANT INSERT ON strategy_note, note, call TO casedesk_staff;
CREATE POLICY add_event ON event FOR INSERT WITH CHECK (actor_id = (SELECT casedesk_uid())
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = event.matter_id)));
CREATE POLICY end_event ON event FOR UPDATE USING (actor_id = (SELECT casedesk_uid())
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = event.matter_id)));
GRANT INSERT ON event TO casedesk_staff, casedesk_service;
GRANT UPDATE (outcome) ON event TO casedesk_staff, casedesk_service;
CREATE POLICY tell ON outbox FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = outbox.matter_id)));
CREATE POLICY told ON outbox FOR UPDATE USING ((SELECT casedesk_is_service()) OR (person_id = (SELECT casedesk_uid())
    AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = outbox.matter_id))));
GRANT INSERT ON outbox TO casedesk_staff, casedesk_service;
GRANT UPDATE (state, seen_us) ON outbox TO casedesk_staff, casedesk_service;
CREATE POLICY beat ON heartbeat FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY beat_on ON heartbeat FOR UPDATE USING ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY saw ON seen FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid()));
CREATE POLICY saw_again ON seen FOR UPDATE USING (person_id = (SELECT casedesk_uid()));
GRANT INSERT ON heartbeat, seen TO casedesk_staff, casedesk_service;
GRANT UPDATE (build, at_us, fired) ON heartbeat TO casedesk_staff, casedesk_service;
GRANT UPDATE (at_us, detail) ON seen TO casedesk_staff, casedesk_service;

-- A playbook's version is put on record by whoever begins it first; written once.
CREATE POLICY record_playbook ON playbook_version FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
CREATE POLICY record_rules ON rule_set FOR INSERT WITH CHECK ((SELECT casedesk_uid()) IS NOT NULL);
GRANT INSERT ON playbook_version, rule_set TO casedesk_staff, casedesk_service;

-- Managers keep the people and the policy.
CREATE POLICY add_person ON person FOR INSERT WITH CHECK ((SELECT casedesk_is_manager()) AND kind = 'staff');
CREATE POLICY change_person ON person FOR UPDATE USING ((SELECT casedesk_is_manager()));
-- Roles are written with a new person; those of somebody who can sign in are given and taken by `casedesk_set_role`.
CREATE POLICY add_role ON person_role FOR INSERT WITH CHECK ((SELECT casedesk_is_manager())
    AND (role NOT IN ('operations_manager', 'managing_partner') OR (SELECT casedesk_is_partner()))
    AND NOT EXISTS (SELECT 1 FROM person p JOIN pg_roles r ON r.rolname = p.login WHERE p.id = person_role.person_id));
-- Nobody grants, renews or ends their own licence, unless they are the firm's only person.
CREATE POLICY add_licence ON licence FOR INSERT WITH CHECK ((SELECT casedesk_is_manager())
    AND (granted_by IS NULL OR granted_by = (SELECT casedesk_uid()))
    AND (person_id <> (SELECT casedesk_uid()) OR NOT EXISTS (SELECT 1 FROM person p WHERE p.kind = 'staff' AND p.active = 1
        AND p.id <> (SELECT casedesk_uid()))));
CREATE POLICY change_licence ON licence FOR UPDATE USING ((SELECT casedesk_is_manager())
    AND (person_id <> (SELECT casedesk_uid()) OR NOT EXISTS (SELECT 1 FROM person p WHERE p.kind = 'staff' AND p.active = 1
        AND p.id <> (SELECT casedesk_uid()))));
CREATE POLICY add_absence ON absence FOR INSERT WITH CHECK ((SELECT casedesk_is_manager())
    OR person_id = (SELECT casedesk_uid()));
CREATE POLICY change_absence ON absence FOR UPDATE USING ((SELECT casedesk_is_manager())
    OR person_id = (SELECT casedesk_uid()));
CREATE POLICY set_policy ON firm_policy FOR INSERT WITH CHECK (set_by = (SELECT casedesk_uid())
    AND ((SELECT casedesk_is_manager()) OR signature IS NOT NULL));
GRANT INSERT ON person, person_role, licence TO casedesk_operations_manager, casedesk_managing_partner;
GRANT UPDATE (name, email, phone, languages, skills, capacity_hours, version, outside, organisation,
    answers_for_id) ON person TO casedesk_operations_manager, casedesk_managing_partner;
GRANT UPDATE (expires, active) ON licence TO casedesk_operations_manager, casedesk_managing_partner;
GRANT INSERT, UPDATE (last_day, cover_id, note, cancelled_us) ON absence TO casedesk_staff;
GRANT INSERT ON firm_policy TO casedesk_staff;

-- The service login fires timers, and decides what arrives for matters behind a wall: it copies a paper there and asks
-- the rules. It has no right on sign_off, filing, draft, manifest, review, and changes no document.
GRANT INSERT ON document, document_version, document_key, blob_chunk, notice, deadline, playbook_run, task, task_item,
    timer, decision, message TO casedesk_service;
GRANT UPDATE (owner_id, owner_reason, state, acknowledged_us, acknowledged_by, handoff_note, due_us, wake_up_us, version)
    ON task TO casedesk_service;
GRANT UPDATE (state, fired_us, late_us, outcome) ON timer TO casedesk_service;
GRANT UPDATE (receipt_number, received, status, checked, version) ON form TO casedesk_service;
GRANT UPDATE (priority, version) ON matter TO casedesk_service;
