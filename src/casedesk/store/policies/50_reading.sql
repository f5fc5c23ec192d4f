-- Every readable table has row security and one policy for reading. `OFFSET 0` keeps the server from reading every
-- matter into a hash before the first row: a queue's page asks of fifty rows (1.8 x the page without policies, at any
-- size), where the hash made it twenty times at a million tasks.
DO $reading$
DECLARE
    v_table text; v_read text;
    firm_wide text[] := ARRAY['engine_meta', 'transition', 'firm', 'firm_policy', 'office', 'person', 'person_role',
        'licence', 'team', 'team_member', 'absence', 'signing_key', 'playbook_version', 'rule_set', 'heartbeat',
        'matter_number', 'seen', 'training', 'seal_key', 'closure', 'firm_setting', 'visa_bulletin', 'webhook', 'worker_gap',
        'rule_install'];
    of_matter text[] := ARRAY['matter_owner', 'matter_link', 'party', 'contact_rule', 'form', 'strategy_note', 'note',
        'call', 'original_held', 'document', 'notice', 'playbook_run', 'task', 'deadline', 'appointment', 'message',
        'packet', 'review', 'signature_slot', 'sign_off', 'filing', 'event', 'decision', 'timer', 'supervision',
        'conflict_check', 'handover', 'invitation', 'status_check'];
    -- A row without a matter is nobody's to see by that: these tables always have one, or another rule below.
    of_known_matter text[] := ARRAY['wall', 'name_key', 'conflict_hit', 'consent', 'erasure'];
    -- table, parent, column in the child, column in the parent
    of_parent text[][] := ARRAY[
        ['document_version', 'document', 'document_id', 'id'], ['blob_chunk', 'document_version', 'version_id', 'id'],
        ['task_item', 'task', 'task_id', 'id'], ['review_point', 'review', 'review_id', 'id'],
        ['manifest', 'packet', 'packet_id', 'id'], ['draft', 'packet', 'packet_id', 'id'],
        ['review_look', 'packet', 'packet_id', 'id'], ['manifest_document', 'manifest', 'manifest_id', 'id'],
        ['document_key', 'document_version', 'version_id', 'id'], ['triage', 'document', 'document_id', 'id']];
    v_row text[];
BEGIN
    FOREACH v_table IN ARRAY firm_wide LOOP
        EXECUTE format('CREATE POLICY read_firm ON %I FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL)', v_table);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;
    REVOKE SELECT ON signing_key FROM casedesk_staff, casedesk_service;
    GRANT SELECT (key_id, person_id, public_key, active, enrolled_us, revoked_us, replaces, cosigned_by, cosigned_us,
        cosign_statement, cosignature, revoked_by, revoked_reason) ON signing_key TO casedesk_staff, casedesk_service;

    -- What each of the staff has open, and was given when, is the firm's own: nobody from outside weighs it.
    FOREACH v_table IN ARRAY ARRAY['open_work', 'matter_given'] LOOP
        EXECUTE format('CREATE POLICY read_inside ON %I FOR SELECT USING ((SELECT casedesk_is_inside()))', v_table);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;

    CREATE POLICY read_matter ON matter FOR SELECT USING (
        (guarded = 0 AND (SELECT casedesk_is_inside())) OR (SELECT casedesk_is_service()) OR casedesk_member(id));
    CREATE POLICY read_member ON matter_member FOR SELECT USING (
        (person_id = (SELECT casedesk_uid()) AND until_us IS NULL) OR (SELECT casedesk_is_service()));
    CREATE POLICY read_client ON client FOR SELECT USING (
        (guarded = 0 AND (SELECT casedesk_is_inside())) OR EXISTS (SELECT 1 FROM matter m WHERE m.client_id = client.id));
    GRANT SELECT ON matter, matter_member, client TO casedesk_staff, casedesk_service;

    FOREACH v_table IN ARRAY of_matter LOOP
        v_read := format('(%I.matter_id IS NULL AND (SELECT casedesk_is_inside())) OR EXISTS'
            ' (SELECT 1 FROM matter m WHERE m.id = %I.matter_id OFFSET 0)', v_table, v_table);
        EXECUTE format('CREATE POLICY read_of_matter ON %I FOR SELECT USING (%s)', v_table, v_read);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY of_known_matter LOOP
        EXECUTE format('CREATE POLICY read_of_matter ON %I FOR SELECT USING (EXISTS'
            ' (SELECT 1 FROM matter m WHERE m.id = %I.matter_id OFFSET 0))', v_table, v_table);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_table);
    END LOOP;
    FOREACH v_row SLICE 1 IN ARRAY of_parent LOOP
        v_read := format('EXISTS (SELECT 1 FROM %I x WHERE x.%I = %I.%I OFFSET 0)', v_row[2], v_row[4], v_row[1], v_row[3]);
        EXECUTE format('CREATE POLICY read_of_parent ON %I FOR SELECT USING (%s)', v_row[1], v_read);
        EXECUTE format('GRANT SELECT ON %I TO casedesk_staff, casedesk_service', v_row[1]);
    END LOOP;
    CREATE POLICY read_audit ON audit FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (
        (matter_id IS NOT NULL AND EXISTS (SELECT 1 FROM matter m WHERE m.id = audit.matter_id OFFSET 0))
        OR (matter_id IS NULL AND ((SELECT casedesk_is_manager()) OR (SELECT casedesk_is_service())
            OR actor = (SELECT p.handle FROM person p WHERE p.id = casedesk_uid())))));
    CREATE POLICY read_audit_head ON audit_head FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL AND (
        EXISTS (SELECT 1 FROM matter m WHERE m.id = audit_head.matter_id OFFSET 0)
        OR (matter_id IS NULL AND ((SELECT casedesk_is_manager()) OR (SELECT casedesk_is_service())
            OR stream = 'person:' || (SELECT casedesk_uid())))));
    CREATE POLICY read_outbox ON outbox FOR SELECT USING ((SELECT casedesk_is_service())
        OR (person_id = (SELECT casedesk_uid())
            AND (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = outbox.matter_id OFFSET 0))));
    GRANT SELECT ON audit, audit_head, outbox TO casedesk_staff, casedesk_service;
    -- What was handed out is read by those who may see the matter; what is of none by whoever did it, and managers.
    CREATE POLICY read_export ON export_record FOR SELECT USING (
        EXISTS (SELECT 1 FROM matter m WHERE m.id = export_record.matter_id OFFSET 0)
        OR (matter_id IS NULL AND ((SELECT casedesk_is_manager()) OR person_id = (SELECT casedesk_uid()))));
    CREATE POLICY read_hold ON legal_hold FOR SELECT USING (EXISTS (SELECT 1 FROM matter m WHERE m.id = legal_hold.matter_id)
        OR EXISTS (SELECT 1 FROM client c WHERE c.id = legal_hold.client_id));
    -- Somebody screened from a matter knows that they are, by their own row, and nothing of the matter.
    CREATE POLICY read_screen ON wall_screen FOR SELECT USING (person_id = (SELECT casedesk_uid())
        OR EXISTS (SELECT 1 FROM wall w WHERE w.id = wall_screen.wall_id));
    GRANT SELECT ON export_record, legal_hold, wall_screen TO casedesk_staff, casedesk_service;
    -- How many streams moved would say that a walled matter is being worked on: staff read a seal without its counts.
    CREATE POLICY read_seal ON seal FOR SELECT USING ((SELECT casedesk_uid()) IS NOT NULL);
    GRANT SELECT (seq, prev, root, at_us, key_id, hash, signature) ON seal TO casedesk_staff;
    GRANT SELECT ON seal TO casedesk_service;
    -- Nor at which place of the tree an end stands; the leaves that blind its size are for who reads every end.
    CREATE POLICY read_seal_head ON seal_head FOR SELECT USING ((SELECT casedesk_is_service())
        OR EXISTS (SELECT 1 FROM matter m WHERE m.id = seal_head.matter_id OFFSET 0)
        OR (matter_id IS NULL AND (stream = 'person:' || (SELECT casedesk_uid())
            OR (SELECT casedesk_is_manager()) AND (stream <> 'blind' OR (SELECT casedesk_reads_all())))));
    GRANT SELECT (seal_seq, stream, matter_id, seq, hash, path) ON seal_head TO casedesk_staff;
    GRANT SELECT ON seal_head TO casedesk_service;
END $reading$;
