-- all: what the store says of itself, but for the long list of its shape
SELECT key, value FROM engine_meta WHERE key <> 'fingerprint'

-- get: one mark
SELECT value FROM engine_meta WHERE key = :key

-- bump.postgresql: tell every open desk that something changed; a sequence moves without waiting for anybody
SELECT nextval('casedesk_change')

-- bump.sqlite: never run on SQLite, where the number stands in the file's header
SELECT 1 WHERE 1 = 0

-- clear: take one mark off
DELETE FROM engine_meta WHERE key = :key

-- set: put a mark on, in the place of one of that name
INSERT INTO engine_meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
