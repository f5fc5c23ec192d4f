-- head: the last entry of a stream
SELECT seq, hash FROM audit_head WHERE stream = :stream

-- set_head: move the head to the entry just written (SQLite; on PostgreSQL the server does it)
INSERT INTO audit_head (stream, matter_id, seq, hash) VALUES (:stream, :matter_id, :seq, :hash)
ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash

-- append.postgresql: let the server extend the chain; it writes actor, time, sequence and previous hash
SELECT casedesk_append_audit(:stream, CAST(:matter_id AS bigint), CAST(:at_us AS bigint), :action, :subject, :payload)

-- append.sqlite: never run on SQLite, where the store computes the chain itself
SELECT 1 WHERE 1 = 0

-- heads: every stream's head, for verify
SELECT stream, seq, hash FROM audit_head ORDER BY stream

-- stream: one stream's entries in order, a page at a time
SELECT stream, seq, matter_id, prev, hash, at_us, actor, action, subject, payload FROM audit
WHERE stream = :stream AND seq > :after ORDER BY seq LIMIT :limit

-- newest: the newest entries this person may read
SELECT stream, seq, matter_id, hash, at_us, actor, action, subject, payload FROM audit
WHERE (CAST(:matter_id AS bigint) IS NULL OR matter_id = :matter_id)
AND (CAST(:before_us AS bigint) IS NULL OR at_us < :before_us)
ORDER BY at_us DESC, stream, seq DESC LIMIT :limit

-- count: how many entries this person may read
SELECT count(*) AS n FROM audit
