-- listing: what was handed out, newest first: of one matter, or all that this person may read of
SELECT x.id, x.ref, x.what, x.person_id, x.at_us, x.reason, x.sha256, x.bytes, m.ref AS matter_ref, p.name AS party
FROM export_record x LEFT JOIN matter m ON m.id = x.matter_id LEFT JOIN party p ON p.id = x.party_id
WHERE (CAST(:matter_id AS bigint) IS NULL OR x.matter_id = :matter_id)
AND (m.id IS NOT NULL OR x.person_id = :me OR :manager = 1)
AND (CAST(:after_us AS bigint) IS NULL OR x.at_us < :after_us OR (x.at_us = :after_us AND x.id < :after_id))
ORDER BY x.at_us DESC, x.id DESC LIMIT :limit

-- find: one record of something handed out
SELECT id, at_us FROM export_record WHERE ref = :ref OR id = :id
