-- mine.sqlite: a person's signing key in force, wrapped
SELECT k.key_id, k.public_key, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM signing_key k
WHERE k.person_id = :person_id AND k.active = 1 ORDER BY k.enrolled_us DESC, k.key_id LIMIT 1

-- mine.postgresql: the signing key of whoever is signed in, wrapped; nobody else can read it
SELECT w.key_id, k.public_key, w.wrapped, w.salt, w.memory_kib, w.passes, w.lanes
FROM casedesk_my_signing_keys() w JOIN signing_key k ON k.key_id = w.key_id
WHERE k.person_id = :person_id ORDER BY k.enrolled_us DESC, k.key_id LIMIT 1

-- waiting_of: a person's key that nobody has confirmed yet
SELECT key_id, enrolled_us FROM signing_key
WHERE person_id = :person_id AND active = 0 AND revoked_us IS NULL ORDER BY enrolled_us DESC, key_id

-- licences: a person's live licences to sign, the attorney's first
SELECT id, kind, number, jurisdiction, scope FROM licence WHERE person_id = :person_id AND active = 1
AND kind IN ('attorney', 'accredited_representative') AND (expires IS NULL OR expires >= :day)
ORDER BY CASE kind WHEN 'attorney' THEN 0 ELSE 1 END, scope DESC, id

-- licence: one licence, whatever became of it
SELECT id, kind, number, jurisdiction, scope FROM licence WHERE id = :id

-- _key: the public half of a key, and who stands behind it
SELECT k.key_id, k.person_id, k.public_key, k.active, k.enrolled_us, k.revoked_us, k.revoked_by, k.revoked_reason,
    k.replaces, k.cosigned_by, k.cosigned_us, k.cosign_statement, k.cosignature FROM signing_key k

-- key: one key
{_key}
WHERE k.key_id = :key_id

-- keys_of: a person's keys, newest first
{_key}
WHERE k.person_id = :person_id ORDER BY k.enrolled_us DESC, k.key_id

-- listing: everybody's keys, by whose they are, newest first
{_key}
JOIN person p ON p.id = k.person_id ORDER BY p.handle, k.enrolled_us DESC, k.key_id

-- founded: when the firm was founded
SELECT set_us FROM firm_policy WHERE seq = 1

-- cosigners: who else may confirm somebody's key: a live licence, and a key in force
SELECT p.id, p.handle FROM person p WHERE p.id <> :person_id AND p.active = 1 AND p.outside = 0
AND EXISTS (SELECT 1 FROM signing_key k WHERE k.person_id = p.id AND k.active = 1)
AND EXISTS (SELECT 1 FROM licence l WHERE l.person_id = p.id AND l.active = 1
    AND l.kind IN ('attorney', 'accredited_representative') AND (l.expires IS NULL OR l.expires >= :day))
ORDER BY p.handle

-- cosign: a colleague answers for a key that waits; from now on it signs
UPDATE signing_key SET active = 1, cosigned_by = :cosigned_by, cosigned_us = :now_us, cosign_statement = :statement,
    cosignature = :signature WHERE key_id = :key_id AND active = 0 AND revoked_us IS NULL

-- revoke: a key signs nothing any more; what it signed stays
UPDATE signing_key SET active = 0, revoked_us = :now_us, revoked_by = :revoked_by, revoked_reason = :reason
WHERE key_id = :key_id AND revoked_us IS NULL

-- signed_by: the live sign-offs made with a key, and whether their packets have left
SELECT s.id, s.packet_id, k.ref AS packet_ref, k.matter_id, k.task_id, f.ref AS filing_ref FROM sign_off s
JOIN packet k ON k.id = s.packet_id LEFT JOIN filing f ON f.packet_id = s.packet_id
WHERE s.key_id = :key_id AND s.live = 1 ORDER BY k.ref

-- ask_challenge.postgresql: the server asks a question of its own, for this session
SELECT casedesk_ask_challenge(casedesk_session_start()) AS nonce

-- ask_challenge.sqlite: the same question, asked by the desk
INSERT INTO sign_challenge (nonce, person_id, asked_us) VALUES (:nonce, :person_id, :now_us) RETURNING nonce

-- answer_challenge.postgresql: show the server the answer; it checks it when the act is written
SELECT set_config('casedesk.proof', CAST(:nonce AS text) || ':' || CAST(:proof AS text), true) AS shown,
    CAST(NULL AS text) AS token_sha256

-- answer_challenge.sqlite: a question is answered once, in time; what the answer must fit
UPDATE sign_challenge SET used_us = :now_us WHERE nonce = :nonce AND person_id = :person_id AND used_us IS NULL
AND asked_us BETWEEN :since_us AND :now_us
RETURNING nonce AS shown, (SELECT k.token_sha256 FROM signing_key k WHERE k.key_id = :key_id) AS token_sha256
