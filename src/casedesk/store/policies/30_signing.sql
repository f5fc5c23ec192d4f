-- The wrapped signing key is read by its own person only; everybody may read the public half.
CREATE OR REPLACE FUNCTION casedesk_my_signing_keys()
RETURNS TABLE (key_id text, wrapped bytea, salt bytea, memory_kib bigint, passes bigint, lanes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT k.key_id, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM signing_key k
      WHERE k.person_id = public.casedesk_uid() AND k.active = 1 $$;

-- A signature cannot be checked here, but that the signer's passphrase opened the key just now can. In the SCRAM manner
-- (RFC 5802): the server asks with a nonce, for one session and two minutes; the client answers with the opened key's
-- token, masked by an HMAC of the nonce; the server keeps the token's hash alone. An answer opens nothing a second time,
-- so whoever reads the server's log, or the wire, has nothing.

-- HMAC-SHA-256 (RFC 2104) of a key of at most one block: core PostgreSQL has no pgcrypto.
CREATE OR REPLACE FUNCTION casedesk_hmac_sha256(p_key bytea, p_message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $hmac$
DECLARE v_inner bytea := decode(repeat('36', 64), 'hex'); v_outer bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0 .. length(p_key) - 1 LOOP
        v_inner := set_byte(v_inner, i, get_byte(v_inner, i) # get_byte(p_key, i));
        v_outer := set_byte(v_outer, i, get_byte(v_outer, i) # get_byte(p_key, i));
    END LOOP;
    RETURN sha256(v_outer || sha256(v_inner || p_message));
END $hmac$;

-- When this session began. It runs with the caller's own eyes: the tables' owner is shown nothing of another login's
-- session, and would bind a question to NULL.
CREATE OR REPLACE FUNCTION casedesk_session_start() RETURNS numeric LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT extract(epoch FROM a.backend_start) FROM pg_stat_activity a WHERE a.pid = pg_backend_pid() $$;

-- A question for whoever is signed in, in this session. The time is the server's own even in a store with a clock of
-- its own. `p_start` is `casedesk_session_start()`; a false one makes a question that no session can answer.
CREATE OR REPLACE FUNCTION casedesk_ask_challenge(p_start numeric) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $ask$
DECLARE
    v_me bigint := public.casedesk_uid(); v_now bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    v_nonce text := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
BEGIN
    IF v_me IS NULL OR p_start IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:session_unknown:The server does not know this session; nothing is signed in it.';
    END IF;
    DELETE FROM sign_challenge WHERE nonce IN (SELECT c.nonce FROM sign_challenge c WHERE c.person_id = v_me
        AND c.asked_us < v_now - 3600000000 FOR UPDATE SKIP LOCKED);
    INSERT INTO sign_challenge (nonce, person_id, session, asked_us)
        VALUES (v_nonce, v_me, pg_backend_pid()::text || ' ' || p_start::text, v_now);
    RETURN v_nonce;
END $ask$;

-- Refuses unless the answer shown in this transaction is that of a key in force of whoever is signed in (`p_key`, or any
-- where that is NULL), to a question of this session, asked two minutes ago at most, and never answered before.
CREATE OR REPLACE FUNCTION casedesk_check_proof(p_key text, p_start numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $check$
DECLARE
    v_me bigint := public.casedesk_uid(); v_now bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    v_shown text := current_setting('casedesk.proof', true); v_nonce text; v_proof bytea; v_token bytea; v_mask bytea;
    v_kept bytea; v_opened boolean := false;
BEGIN
    IF v_shown ~ '^[0-9a-f]{64}:[0-9a-f]{64}$' THEN
        v_nonce := left(v_shown, 64);
        v_proof := decode(right(v_shown, 64), 'hex');
        FOR v_kept IN SELECT decode(k.token_sha256, 'hex') FROM signing_key k WHERE k.person_id = v_me AND k.active = 1
            AND (p_key IS NULL OR k.key_id = p_key) AND k.token_sha256 ~ '^[0-9a-f]{64}$' LOOP
            v_mask := public.casedesk_hmac_sha256(v_kept, convert_to(v_nonce, 'UTF8'));
            v_token := v_proof;
            FOR i IN 0 .. 31 LOOP
                v_token := set_byte(v_token, i, get_byte(v_proof, i) # get_byte(v_mask, i));
            END LOOP;
            v_opened := v_opened OR sha256(v_token) = v_kept;
        END LOOP;
    END IF;
    -- Builds before this one showed the token itself, which a log could give away; that is taken no more.
    IF v_opened IS NOT TRUE AND current_setting('casedesk.token', true) <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:program_too_old:This casedesk is too old to sign on this store; install the newer one.';
    END IF;
    IF v_opened IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_authenticated:This takes the passphrase of your own signing key, typed for it.';
    END IF;
    UPDATE sign_challenge SET used_us = v_now WHERE nonce = v_nonce AND person_id = v_me AND used_us IS NULL
        AND session IS NOT DISTINCT FROM (pg_backend_pid()::text || ' ' || p_start::text)
        AND asked_us BETWEEN v_now - 120000000 AND v_now;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:proof_stale:That passphrase was typed more than two minutes ago, in another session, or for something else.';
    END IF;
END $check$;

-- What takes a proof. The trigger's argument names the column with the key that answers; without one, any in force.
CREATE OR REPLACE FUNCTION casedesk_proved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $proved$
BEGIN
    PERFORM public.casedesk_check_proof(to_jsonb(NEW) ->> TG_ARGV[0], public.casedesk_session_start());
    RETURN NEW;
END $proved$;

DROP TRIGGER IF EXISTS sign_off_fresh ON sign_off;
DROP FUNCTION IF EXISTS sign_off_fresh();
DROP TRIGGER IF EXISTS signing_proved ON sign_off;
CREATE TRIGGER signing_proved AFTER INSERT ON sign_off FOR EACH ROW EXECUTE FUNCTION casedesk_proved('key_id');
DROP TRIGGER IF EXISTS signing_proved ON firm_policy;
CREATE TRIGGER signing_proved AFTER INSERT ON firm_policy FOR EACH ROW WHEN (NEW.signature IS NOT NULL)
    EXECUTE FUNCTION casedesk_proved();
-- Before the row: its old key is retired by the row itself.
DROP TRIGGER IF EXISTS signing_proved ON signing_key;
CREATE TRIGGER signing_proved BEFORE INSERT ON signing_key FOR EACH ROW WHEN (NEW.replaces IS NOT NULL)
    EXECUTE FUNCTION casedesk_proved('replaces');
DROP TRIGGER IF EXISTS signing_proved_again ON signing_key;
CREATE TRIGGER signing_proved_again BEFORE UPDATE ON signing_key FOR EACH ROW WHEN (NEW.active > OLD.active)
    EXECUTE FUNCTION casedesk_proved();

GRANT EXECUTE ON FUNCTION casedesk_my_signing_keys(), casedesk_session_start(), casedesk_ask_challenge(numeric),
    casedesk_check_proof(text, numeric) TO casedesk_staff;

-- Questions are read and written by the functions above alone.
CREATE POLICY nobody ON sign_challenge FOR SELECT USING (false);
