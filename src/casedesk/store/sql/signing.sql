-- mine.sqlite: a person's signing key in force, wrapped
SELECT k.key_id, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM signing_key k
WHERE k.person_id = :person_id AND k.active = 1 ORDER BY k.enrolled_us DESC

-- mine.postgresql: the signing key of whoever is signed in, wrapped; nobody else can read it
SELECT k.key_id, k.wrapped, k.salt, k.memory_kib, k.passes, k.lanes FROM casedesk_my_signing_keys() k
WHERE CAST(:person_id AS bigint) IS NOT NULL

-- key: the public half of a key
SELECT key_id, person_id, public_key, active, enrolled_us, revoked_us FROM signing_key WHERE key_id = :key_id

-- keys_of: a person's keys, newest first
SELECT key_id, active, enrolled_us, revoked_us FROM signing_key WHERE person_id = :person_id
ORDER BY enrolled_us DESC, key_id

-- revoke: a key signs nothing any more; what it signed stays
UPDATE signing_key SET active = 0, revoked_us = :now_us WHERE key_id = :key_id AND active = 1
