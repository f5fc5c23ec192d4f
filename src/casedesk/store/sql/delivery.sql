-- find: one delivery, by id or by the key that names it
SELECT id, key, channel, matter_id, task_id, person_id, webhook_id, about, address, subject, body, calendar, method,
    state, due_us, attempts, claimed_by, claimed_us, sent_us, error, created_us, settled_by
FROM delivery WHERE id = :id OR key = :key

-- claim: the next thing that may go now by one of these ways (on SQLite the pen is ours already)
SELECT {_claim} LIMIT 1

-- claim.postgresql: the same; what another worker holds is passed over
SELECT {_claim} LIMIT 1 FOR UPDATE OF d SKIP LOCKED

-- _claim: what is claimed, for everybody, or for one person alone (an app's own worker on a shared store)
d.id, d.key, d.channel, d.matter_id, d.task_id, d.outbox_id, d.person_id, d.webhook_id, d.about, d.address, d.subject,
    d.body, d.calendar, d.method, d.attempts, d.created_us
FROM delivery d WHERE d.state IN ('queued', 'sending') AND d.state = 'queued' AND d.due_us <= :now_us
    AND ((:mail = 1 AND d.channel IN ('email', 'invitation')) OR (:webhook = 1 AND d.channel = 'webhook')
        OR (d.channel = 'desktop' AND d.person_id = CAST(:seat AS bigint)))
    AND (CAST(:mine AS bigint) IS NULL OR d.person_id = :mine)
ORDER BY d.due_us, d.id

-- claimed: it is being sent, by whom
UPDATE delivery SET state = 'sending', claimed_by = :by, claimed_us = :now_us, attempts = attempts + 1
WHERE id = :id AND state = 'queued'

-- sent: it went
UPDATE delivery SET state = 'sent', sent_us = :now_us, error = '' WHERE id = :id AND state = 'sending'

-- later: it did not go, and is tried again
UPDATE delivery SET state = 'queued', due_us = :due_us, error = :error WHERE id = :id AND state = 'sending'

-- held: it could not even be tried
UPDATE delivery SET due_us = :due_us, attempts = attempts + 1, error = :error WHERE id = :id AND state = 'queued'

-- over: it does not go any more
UPDATE delivery SET state = :state, error = :error WHERE id = :id AND state IN ('queued', 'sending')

-- stale: what has been on its way for so long that whoever sent it is gone
SELECT id, key, channel, matter_id, task_id, person_id, about FROM delivery
WHERE state IN ('queued', 'sending') AND state = 'sending' AND claimed_us < :before_us
    AND (CAST(:mine AS bigint) IS NULL OR person_id = :mine) ORDER BY id LIMIT :limit

-- due: what may go now, a row each way
SELECT d.channel, count(*) AS n FROM delivery d WHERE d.state IN ('queued', 'sending') AND d.state = 'queued'
    AND d.due_us <= :now_us AND (CAST(:mine AS bigint) IS NULL OR d.person_id = :mine) GROUP BY d.channel ORDER BY d.channel

-- waiting: what may go now by mail, while nothing goes that way
SELECT id, matter_id, task_id, person_id, attempts FROM delivery WHERE state IN ('queued', 'sending') AND state = 'queued'
    AND due_us <= :now_us AND channel IN ('email', 'invitation') AND (CAST(:mine AS bigint) IS NULL OR person_id = :mine)
ORDER BY due_us, id LIMIT :limit

-- listing: what was to go outside, newest first; of one person, or of everybody
SELECT d.id, d.key, d.channel, d.about, d.state, d.due_us, d.attempts, d.sent_us, d.error, d.created_us, p.handle,
    w.ref AS webhook_ref, t.ref AS task_ref, m.ref AS matter_ref, s.handle AS settled_by
FROM delivery d LEFT JOIN person p ON p.id = d.person_id LEFT JOIN webhook w ON w.id = d.webhook_id
    LEFT JOIN task t ON t.id = d.task_id LEFT JOIN matter m ON m.id = d.matter_id LEFT JOIN person s ON s.id = d.settled_by
WHERE (CAST(:person_id AS bigint) IS NULL OR d.person_id = :person_id) AND (:state = '' OR d.state = :state)
    AND NOT (d.about = 'digest.daily' AND d.state = 'cancelled')
    AND (CAST(:id AS bigint) IS NULL OR d.id = :id)
    AND (d.matter_id IS NULL OR EXISTS (SELECT 1 FROM matter x WHERE x.id = d.matter_id AND (x.guarded = 0
        OR EXISTS (SELECT 1 FROM matter_member y WHERE y.matter_id = x.id AND y.person_id = :me AND y.until_us IS NULL))))
ORDER BY d.created_us DESC, d.id DESC LIMIT :limit

-- settled: a person says what became of it
UPDATE delivery SET state = :state, due_us = :due_us, error = :error, settled_by = :by
WHERE id = :id AND state IN ('unknown', 'failed')

-- recipient: whom a claimed row is for, and whether they have read in the app meanwhile what it repeats
SELECT p.email, p.active, o.seen_us FROM person p LEFT JOIN outbox o ON o.id = CAST(:outbox_id AS bigint)
WHERE p.id = :person_id

-- service_beat: the last sweep under the service login
SELECT h.worker, h.at_us FROM heartbeat h JOIN person p ON p.id = h.person_id WHERE p.kind = 'service'
ORDER BY h.at_us DESC LIMIT 1

-- add: put up for sending, once a key (to name the key would ask of PostgreSQL that whoever puts it up may read the row)
INSERT INTO delivery (id, key, channel, matter_id, task_id, outbox_id, person_id, webhook_id, about, address, subject, body,
    calendar, method, state, error, due_us, created_us)
VALUES (:id, :key, :channel, :matter_id, :task_id, :outbox_id, :person_id, :webhook_id, :about, :address, :subject, :body,
    :calendar, :method, :state, :error, :due_us, :created_us)
ON CONFLICT DO NOTHING
