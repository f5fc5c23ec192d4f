-- _filing: a filing with its packet and matter
SELECT f.id, f.ref, f.packet_id, f.matter_id, f.manifest_sha256, f.sign_off_id, f.state, f.channel, f.carrier,
    f.tracking, f.shipped_us, f.shipped_by, f.delivered_us, f.receipt_number, f.receipted_us, f.rejected_us, f.reason,
    f.version, k.ref AS packet_ref, k.title, k.run_id, k.form_id, k.deadline_id, k.task_id, m.ref AS matter_ref,
    CASE WHEN l.state = 'superseded' THEN (SELECT max(n.state) FROM deadline n WHERE n.matter_id = l.matter_id
        AND n.state <> 'superseded' AND n.supersedes_id = COALESCE(l.supersedes_id, l.id)) ELSE l.state END AS deadline_state
FROM filing f JOIN packet k ON k.id = f.packet_id JOIN matter m ON m.id = f.matter_id
LEFT JOIN deadline l ON l.id = k.deadline_id

-- find: a filing by its ref or id, or by its packet's
{_filing}
WHERE f.id IN (SELECT x.id FROM filing x WHERE x.ref = :ref OR x.id = :id
    OR x.packet_id IN (SELECT y.id FROM packet y WHERE y.ref = :ref OR y.id = :id))

-- listing: filings, newest first
{_filing}
WHERE (CAST(:matter_id AS bigint) IS NULL OR f.matter_id = :matter_id) ORDER BY f.shipped_us DESC, f.id LIMIT :limit

-- of_run: the filing of a run
{_filing}
WHERE k.run_id = :run_id ORDER BY f.shipped_us DESC LIMIT 1
