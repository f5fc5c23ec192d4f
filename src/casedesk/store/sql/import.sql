-- known: an open matter in front of walls that has this A-number and type already
SELECT m.ref FROM party p JOIN matter m ON m.id = p.matter_id
WHERE p.a_number = :a_number AND m.type = :type AND m.status <> 'closed' AND m.guarded = 0
ORDER BY m.opened_us, m.id LIMIT 1

-- batch: what one import brought in, in the order it came
SELECT e.request_id, e.outcome, e.at_us, m.id, m.ref, m.caption, m.status, m.version FROM event e JOIN matter m ON m.id = e.matter_id
WHERE e.subject = :subject AND e.trigger = 'matter.imported' ORDER BY e.at_us, e.id

-- opening: when an import began, and whose it is
SELECT id, actor_id, at_us, outcome FROM event WHERE subject = :subject AND trigger = 'import.begun'

-- worked_on: what a person did in a matter since it was imported
SELECT a.actor, a.action FROM audit a WHERE a.stream = :stream AND a.actor <> 'desk' AND a.seq > (
    SELECT max(i.seq) FROM audit i WHERE i.stream = :stream AND i.action = 'matter.imported')
ORDER BY a.seq LIMIT 1

-- dates: the dates of a matter that still stand
SELECT ref FROM deadline WHERE matter_id = :matter_id AND state IN ('provisional', 'open', 'conflict', 'missed') ORDER BY id

-- receipts: the receipt numbers of a matter
SELECT id, form, receipt_number, version FROM form WHERE matter_id = :matter_id AND receipt_number IS NOT NULL ORDER BY id
