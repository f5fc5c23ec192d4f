-- The wrapped signing key is read by its own person only; everybody may read the public half.
CREATE OR REPLACE FUNCTION casedesk_my_signing_keys()
RETURNS TABLE (key_id text, wrapped bytea, salt bytea, memory_kib bigint, passes bigint, lanes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT k.key_id, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM signing_key k
      WHERE k.person_id = public.casedesk_uid() AND k.active = 1 $$;

-- A signature cannot be checked here, but that the signer's passphrase opened the key just now can: the desk shows a
-- token of the opened key with the signing, for this transaction only, and it is never stored.
CREATE OR REPLACE FUNCTION sign_off_fresh() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fresh$
DECLARE v_token text := current_setting('casedesk.token', true);
BEGIN
    IF v_token IS NULL OR v_token !~ '^[0-9a-f]{64}$' OR NOT EXISTS (
        SELECT 1 FROM signing_key k WHERE k.key_id = NEW.key_id AND k.person_id = NEW.signer_id AND k.active = 1
        AND k.token_sha256 = encode(sha256(decode(v_token, 'hex')), 'hex')) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001',
            MESSAGE = 'casedesk:not_authenticated:A sign-off takes the signer''s passphrase, typed for it.';
    END IF;
    RETURN NEW;
END $fresh$;
DROP TRIGGER IF EXISTS sign_off_fresh ON sign_off;
CREATE TRIGGER sign_off_fresh AFTER INSERT ON sign_off FOR EACH ROW EXECUTE FUNCTION sign_off_fresh();

GRANT EXECUTE ON FUNCTION casedesk_my_signing_keys() TO casedesk_staff;

-- Challenges are read and written by the functions above alone.
CREATE POLICY nobody ON sign_challenge FOR SELECT USING (false);
