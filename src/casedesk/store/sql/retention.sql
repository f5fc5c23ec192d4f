-- closed: closed matters, with what stands in the way of erasing them, the longest closed first
SELECT m.id, m.ref, m.type, m.caption, m.closed_us,
    (SELECT count(*) FROM legal_hold h WHERE h.closed_us IS NULL AND (h.matter_id = m.id OR h.client_id = m.client_id)) AS holds,
    (SELECT e.ref FROM erasure e WHERE e.matter_id = m.id AND e.done_us IS NULL ORDER BY e.asked_us LIMIT 1) AS asked
FROM matter m WHERE m.status = 'closed' AND m.closed_us IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.matter_id = m.id AND e.done_us IS NOT NULL)
ORDER BY m.closed_us, m.id

-- holds_on: the holds that stand on a matter or its client
SELECT h.id, h.ref, h.reason FROM legal_hold h JOIN matter m ON m.id = :matter_id
WHERE h.closed_us IS NULL AND (h.matter_id = m.id OR h.client_id = m.client_id) ORDER BY h.opened_us

-- holds: every hold one may see, the standing ones first
SELECT h.id, h.ref, h.reason, h.opened_us, h.opened_by, h.closed_us, h.closed_by, h.closed_reason,
    m.ref AS matter_ref, c.ref AS client_ref FROM legal_hold h
LEFT JOIN matter m ON m.id = h.matter_id LEFT JOIN client c ON c.id = h.client_id
ORDER BY CASE WHEN h.closed_us IS NULL THEN 0 ELSE 1 END, h.opened_us DESC, h.id

-- hold: one hold by ref or id
SELECT h.id, h.ref, h.closed_us, h.version, h.matter_id, h.client_id FROM legal_hold h WHERE h.ref = :ref OR h.id = :id

-- lift: a hold ends
UPDATE legal_hold SET closed_us = :now_us, closed_by = :closed_by, closed_reason = :reason, version = version + 1
WHERE id = :id AND closed_us IS NULL

-- find: one erasure by ref or id
SELECT e.id, e.ref, e.matter_id, e.reason, e.asked_by, e.asked_us, e.done_by, e.done_us, e.papers, m.ref AS matter_ref
FROM erasure e JOIN matter m ON m.id = e.matter_id WHERE e.ref = :ref OR e.id = :id

-- listing: every erasure, asked for or done, the newest first
SELECT e.id, e.ref, e.matter_id, e.reason, e.asked_by, e.asked_us, e.done_by, e.done_us, e.papers, m.ref AS matter_ref
FROM erasure e JOIN matter m ON m.id = e.matter_id ORDER BY e.asked_us DESC, e.id

-- open_of: an erasure that was asked for and not carried out
SELECT e.ref FROM erasure e WHERE e.matter_id = :matter_id AND e.done_us IS NULL

-- papers: how many papers an erasure will take
SELECT count(*) AS n FROM document_version v JOIN document d ON d.id = v.document_id WHERE d.matter_id = :matter_id

-- carry_out: an erasure is done; the store itself takes the papers and the words
UPDATE erasure SET done_us = :now_us, done_by = :done_by, papers = :papers WHERE id = :id AND done_us IS NULL
