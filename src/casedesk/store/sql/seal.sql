-- last: the newest seal
SELECT seq, prev, root, at_us, key_id, hash, signature FROM seal ORDER BY seq DESC LIMIT 1

-- walk: the seals in their order, a page at a time
SELECT seq, prev, root, at_us, key_id, hash, signature FROM seal WHERE seq > :after ORDER BY seq LIMIT :limit

-- one: one seal by its number
SELECT seq, prev, root, at_us, key_id, hash, signature FROM seal WHERE seq = :seq

-- by_hash: one seal by its hash
SELECT seq, prev, root, at_us, key_id, hash, signature FROM seal WHERE hash = :hash

-- entries: how many entries of the trail the newest seal is over, for whoever seals
SELECT entries FROM seal ORDER BY seq DESC LIMIT 1

-- since: whether there were entries since an instant, and how many up to a bound
SELECT count(*) AS n FROM (SELECT 1 AS one FROM audit WHERE at_us >= :since_us LIMIT :limit) x

-- moved: the streams whose end is not the one last sealed
SELECT x.stream, x.matter_id, x.seq, x.hash, x.sealed FROM (
    SELECT h.stream, h.matter_id, h.seq, h.hash,
        COALESCE((SELECT s.seq FROM seal_head s WHERE s.stream = h.stream ORDER BY s.seq DESC LIMIT 1), 0) AS sealed
    FROM audit_head h) x
WHERE x.seq > x.sealed ORDER BY x.stream

-- keys: every key that ever sealed this store
SELECT key_id, public_key, holder_id, made_us, retired_us FROM seal_key ORDER BY made_us, key_id

-- hold_keys: the keys in force (on SQLite the pen is ours already)
SELECT key_id FROM seal_key WHERE retired_us IS NULL ORDER BY key_id

-- hold_keys.postgresql: the keys in force, held, so that one worker seals at a time
SELECT key_id FROM seal_key WHERE retired_us IS NULL ORDER BY key_id FOR UPDATE

-- add_key: a new key's public half; a second worker with the same key changes nothing
INSERT INTO seal_key (key_id, public_key, holder_id, made_us) VALUES (:key_id, :public_key, :holder_id, :now_us)
ON CONFLICT (key_id) DO NOTHING

-- retire_keys: from now on this key seals alone
UPDATE seal_key SET retired_us = :now_us WHERE retired_us IS NULL AND key_id <> :key_id

-- heads: the ends that seals hold and this person may see, seal by seal, a page at a time
SELECT seal_seq, stream, seq, hash, path FROM seal_head WHERE (seal_seq, stream) > (:seal_seq, :stream)
ORDER BY seal_seq, stream LIMIT :limit

-- unheld: the first sealed end whose entry is not there, or is another
SELECT s.stream, s.seq, s.seal_seq FROM seal_head s LEFT JOIN audit a ON a.stream = s.stream AND a.seq = s.seq
WHERE s.stream <> 'blind' AND (a.hash IS NULL OR a.hash <> s.hash) ORDER BY s.stream, s.seq LIMIT 1

-- held_before: the last end of a stream that was sealed before an entry
SELECT COALESCE(max(seq), 0) AS seq FROM seal_head WHERE stream = :stream AND seq < :seq

-- latest: each stream's newest sealed end, and what stands there now, a page at a time (CROSS JOIN: no page sorts the rest)
SELECT h.stream, s.seq, s.hash, s.path, s.seal_seq, l.root, a.hash AS entry_hash
FROM audit_head h CROSS JOIN seal_head s
JOIN seal l ON l.seq = s.seal_seq LEFT JOIN audit a ON a.stream = s.stream AND a.seq = s.seq
WHERE h.stream > :stream AND s.stream = h.stream
    AND s.seq = (SELECT max(x.seq) FROM seal_head x WHERE x.stream = h.stream)
ORDER BY h.stream LIMIT :limit

-- latest_of: one stream's newest sealed end, with its seal and that seal's key
SELECT s.seq AS head_seq, s.hash AS head_hash, s.path, l.seq, l.prev, l.root, l.at_us, l.key_id, l.hash, l.signature,
    k.public_key
FROM seal_head s JOIN seal l ON l.seq = s.seal_seq JOIN seal_key k ON k.key_id = l.key_id
WHERE s.stream = :stream ORDER BY s.seq DESC LIMIT 1

-- untold: a matter of which nothing stands on the trail, not even its opening
SELECT m.id FROM matter m WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.matter_id = m.id AND a.seq = 1)
ORDER BY m.id LIMIT 1

-- readable: how many sealed entries a person may read: of matters without a wall or inside it, and of the firm
SELECT COALESCE(sum(x.seq), 0) AS n FROM (SELECT h.stream, h.matter_id, max(h.seq) AS seq FROM seal_head h
    WHERE h.stream <> 'blind' GROUP BY h.stream, h.matter_id) x
WHERE x.matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = x.matter_id AND m.guarded = 0)
    OR EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = x.matter_id AND w.person_id = :person_id
        AND w.until_us IS NULL)

-- told: whether a person was told something of this kind since an instant
SELECT id FROM outbox WHERE person_id = :person_id AND created_us >= :since_us AND about = :about LIMIT 1

-- reads_all.postgresql: whether the actor reads every stream, whatever wall stands
SELECT casedesk_reads_all() AS everything

-- reads_all.sqlite: a local store is one trust domain
SELECT 1 AS everything

-- entry_before: whether an entry is older than an instant
SELECT 1 AS one FROM audit WHERE at_us < :before_us LIMIT 1
