-- Signing keys: enrolled by their own person, confirmed by another, revoked by their own person or a manager. What may
-- follow what, and who is qualified, stands in `guards/keys.py`; who opened which key, in `30_signing.sql`.
CREATE POLICY enrol_key ON signing_key FOR INSERT WITH CHECK (person_id = (SELECT casedesk_uid())
    AND (active = 0 OR cosigned_by = (SELECT casedesk_uid())));
CREATE POLICY confirm_key ON signing_key FOR UPDATE USING (active = 0 AND revoked_us IS NULL
    AND (SELECT casedesk_is_inside()))
    WITH CHECK (active = 1 AND cosigned_by = (SELECT casedesk_uid()) AND person_id <> (SELECT casedesk_uid()));
CREATE POLICY revoke_key ON signing_key FOR UPDATE USING (person_id = (SELECT casedesk_uid())
    OR (SELECT casedesk_is_manager()))
    WITH CHECK (active = 0 AND (revoked_by IS NULL OR revoked_by = (SELECT casedesk_uid()))
        AND (person_id = (SELECT casedesk_uid()) OR (SELECT casedesk_is_manager())));
GRANT INSERT ON signing_key TO casedesk_staff;
GRANT UPDATE (active, revoked_us, revoked_by, revoked_reason, cosigned_by, cosigned_us, cosign_statement, cosignature)
    ON signing_key TO casedesk_staff;

-- A key is made, confirmed and revoked now, by the server's clock.
DO $when$
DECLARE v_column text;
BEGIN
    FOREACH v_column IN ARRAY ARRAY['enrolled_us', 'cosigned_us', 'revoked_us'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS casedesk_now_%s ON signing_key', v_column);
        EXECUTE format('CREATE TRIGGER casedesk_now_%s BEFORE INSERT OR UPDATE ON signing_key FOR EACH ROW'
            ' EXECUTE FUNCTION casedesk_done_now(%L)', v_column, v_column);
    END LOOP;
END $when$;
