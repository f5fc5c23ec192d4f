-- last_seal: the newest seal over the trail
SELECT seq, hash FROM seal ORDER BY seq DESC LIMIT 1

-- last: when the store was last backed up, as far as this person may read it
SELECT at_us, actor, payload FROM audit WHERE stream = 'store' AND action = 'store.backed_up' ORDER BY seq DESC LIMIT 1

-- founded: the first entry of the store's own stream
SELECT at_us FROM audit WHERE stream = 'store' AND seq = 1

-- set_mark: one mark of the store, new or in place of the one before
INSERT INTO engine_meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
