-- all: what the store says of itself
SELECT key, value FROM engine_meta

-- get: one mark
SELECT value FROM engine_meta WHERE key = :key

-- set: write one mark
INSERT INTO engine_meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
