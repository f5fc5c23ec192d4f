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

-- head_of: one stream's head, to see whether it moved while the trail was read
SELECT stream, seq, hash FROM audit_head WHERE stream = :stream

-- walk: every entry this person may read, stream by stream, a page at a time
SELECT stream, seq, prev, hash, at_us, actor, action, subject, payload FROM audit
WHERE (stream, seq) > (:stream, :seq) ORDER BY stream, seq LIMIT :limit

-- page: the newest entries this person may read and asked for, before the one that was seen last
SELECT stream, seq, matter_id, hash, at_us, actor, action, subject, payload FROM audit
WHERE (CAST(:matter_id AS bigint) IS NULL OR matter_id = :matter_id)
AND (CAST(:actor AS text) IS NULL OR actor = :actor)
AND (CAST(:action AS text) IS NULL OR action = :action OR action LIKE :action || '.%')
AND (CAST(:since_us AS bigint) IS NULL OR at_us >= :since_us)
AND (CAST(:until_us AS bigint) IS NULL OR at_us < :until_us)
AND (CAST(:before_us AS bigint) IS NULL OR at_us < :before_us
    OR (at_us = :before_us AND (stream > :before_stream OR (stream = :before_stream AND seq < :before_seq))))
ORDER BY at_us DESC, stream, seq DESC LIMIT :limit

-- older: one stream's entries in front of a number, the newest first
SELECT stream, seq, matter_id, hash, at_us, actor, action, subject, payload FROM audit
WHERE stream = :stream AND seq < :seq ORDER BY seq DESC LIMIT :limit

-- newer: one stream's entries behind a number, the oldest first
SELECT stream, seq, matter_id, hash, at_us, actor, action, subject, payload FROM audit
WHERE stream = :stream AND seq > :seq ORDER BY seq LIMIT :limit

-- entry: one entry
SELECT stream, seq, at_us FROM audit WHERE stream = :stream AND seq = :seq

-- story: a matter's newest entries, without those whose own words are told beside them
SELECT seq, at_us, actor, action, subject, payload FROM audit
WHERE matter_id = :matter_id AND action NOT IN ('note.added', 'strategy.added', 'call.logged')
ORDER BY seq DESC LIMIT :limit

-- of_packet: the entries of a matter's trail that speak of one packet, its drafts, reviews and signatures
SELECT stream, seq, prev, hash, at_us, actor, action, subject, payload FROM audit WHERE stream = :stream
AND (subject = :ref OR payload LIKE :named OR subject IN (SELECT v.ref FROM review v WHERE v.packet_id = :packet_id
    UNION ALL SELECT d.ref FROM draft d WHERE d.packet_id = :packet_id
    UNION ALL SELECT s.ref FROM signature_slot s WHERE s.packet_id = :packet_id
    UNION ALL SELECT f.ref FROM filing f WHERE f.packet_id = :packet_id))
ORDER BY seq

-- hands: into whose hands a task went
SELECT seq, at_us, actor, action, payload FROM audit WHERE matter_id = :matter_id AND subject = :subject
AND action IN ('task.reassigned', 'task.handed_off', 'task.delegated', 'task.escalated', 'task.covered', 'task.returned')
ORDER BY seq
