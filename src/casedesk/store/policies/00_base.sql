-- PostgreSQL only: who may read and write which row. Applied by the store's owner after every migration, in the order
-- of the files' numbers; idempotent. Identity is session_user; a person's login belongs to `casedesk_staff` through the
-- group of each role. The owner is no superuser. The service login reads everything and can sign, ship and delete
-- nothing. What a login may change is granted column by column: a grant on a whole table would also let it lock the
-- table against everybody else.

DO $base$
DECLARE v_table text; v_rule text;
BEGIN
    FOR v_table IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table);
        FOR v_rule IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = v_table LOOP
            EXECUTE format('DROP POLICY %I ON %I', v_rule, v_table);
        END LOOP;
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, casedesk_staff, casedesk_service,'
            ' casedesk_intake_specialist, casedesk_paralegal, casedesk_senior_associate, casedesk_attorney,'
            ' casedesk_operations_manager, casedesk_managing_partner', v_table);
    END LOOP;
    -- Who has no place in the firm does not come in at all, and nobody fills the server with tables of their own.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO casedesk_staff, casedesk_service', current_database());
END $base$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO casedesk_staff, casedesk_service;

CREATE SEQUENCE IF NOT EXISTS casedesk_change;
REVOKE ALL ON SEQUENCE casedesk_change FROM PUBLIC;
GRANT USAGE, SELECT ON SEQUENCE casedesk_change TO casedesk_staff, casedesk_service;
