-- _deadlines: a deadline's columns
SELECT d.id, d.ref, d.matter_id, d.kind, d.title, d.authority, d.agency_due, d.internal_due, d.state, d.rule,
    d.rule_version, d.citation, d.confidence, d.steps, d.sentence, d.arrived_late, d.confirmed_by, d.met_on,
    d.created_by, d.version, m.ref AS matter_ref, m.caption
FROM deadline d

-- find: a deadline by ref or id
{_deadlines} LEFT JOIN matter m ON m.id = d.matter_id WHERE d.ref = :ref OR d.id = :id

-- of_matter: a matter's dates, the nearest first, those that are past work last
{_deadlines} JOIN matter m ON m.id = d.matter_id WHERE d.matter_id = :matter_id
ORDER BY CASE WHEN d.state IN ('provisional', 'open', 'conflict') THEN 0 ELSE 1 END, d.agency_due, d.id

-- listing: the dates that are still ahead or missed, the nearest first; a matter's own all of them
{_deadlines} LEFT JOIN matter m ON m.id = d.matter_id
WHERE ((CAST(:matter_id AS bigint) IS NULL AND d.state IN ('provisional', 'open', 'conflict'))
    OR d.matter_id = :matter_id)
AND (CAST(:after_due AS text) IS NULL OR d.agency_due > :after_due
    OR (d.agency_due = :after_due AND d.id > :after_id))
ORDER BY d.agency_due, d.id LIMIT :limit

-- pending_packet: the packet that answers a deadline and has not been delivered
SELECT k.ref FROM packet k WHERE k.deadline_id = :deadline_id AND NOT EXISTS (SELECT 1 FROM filing f
    WHERE f.packet_id = k.id AND f.state IN ('delivered', 'receipted')) ORDER BY k.created_us DESC LIMIT 1
