-- find: a document by ref or id
SELECT d.id, d.ref, d.matter_id, d.origin, d.kind, d.name, d.sha256, d.bytes, d.media_type, d.flags, d.next_step,
    d.reading, d.duplicate_of, d.received_us, d.received_by, d.confidential_to, v.pages, m.ref AS matter_ref,
    (SELECT t.act FROM triage t WHERE t.document_id = d.id ORDER BY t.seq DESC LIMIT 1) AS decided,
    (SELECT w.ref FROM triage t JOIN document w ON w.id = t.whole_id WHERE t.document_id = d.id) AS part_of,
    p.name AS confidential_name
FROM document d JOIN document_version v ON v.document_id = d.id AND v.version = 1
LEFT JOIN matter m ON m.id = d.matter_id LEFT JOIN party p ON p.id = d.confidential_to
WHERE d.ref = :ref OR d.id = :id

-- received_before: the document received with these very bytes: the matter's own, else one not kept from that matter
SELECT d.id, d.ref, d.matter_id, d.kind, d.name, d.sha256, d.flags, d.next_step, d.duplicate_of, m.ref AS matter_ref
FROM document d LEFT JOIN matter m ON m.id = d.matter_id
WHERE d.sha256 = :sha256 AND d.origin = 'received' AND NOT EXISTS (SELECT 1 FROM matter_link l
    WHERE l.matter_id = CAST(:beside AS bigint) AND l.other_id = d.matter_id AND l.hidden = 1)
ORDER BY CASE WHEN d.matter_id = CAST(:beside AS bigint) THEN 0 WHEN d.matter_id IS NOT NULL THEN 1 ELSE 2 END,
    CASE WHEN d.duplicate_of IS NULL THEN 0 ELSE 1 END, d.received_us, d.id LIMIT 1

-- version: one version of a document
SELECT v.id, v.document_id, d.ref, v.version, v.sha256, v.bytes, v.pages, v.name, v.media_type
FROM document_version v JOIN document d ON d.id = v.document_id
WHERE v.document_id = :document_id AND v.version = :version

-- chunks: the bytes of a version, in order
SELECT c.seq, c.data FROM blob_chunk c JOIN document_version v ON v.id = c.version_id
WHERE v.document_id = :document_id AND v.version = :version ORDER BY c.seq

-- key: the data key of a version, or when it was destroyed; no row for a paper from before there were keys
SELECT k.data_key, k.destroyed_us, d.ref FROM document_key k JOIN document_version v ON v.id = k.version_id
JOIN document d ON d.id = v.document_id WHERE v.document_id = :document_id AND v.version = :version

-- listing: a matter's documents, or everybody's, newest first
SELECT d.id, d.ref, d.matter_id, d.origin, d.kind, d.name, d.sha256, d.bytes, d.media_type, d.flags, d.next_step,
    d.reading, d.duplicate_of, d.received_us, d.received_by, v.pages, m.ref AS matter_ref,
    (SELECT t.act FROM triage t WHERE t.document_id = d.id ORDER BY t.seq DESC LIMIT 1) AS decided,
    (SELECT w.ref FROM triage t JOIN document w ON w.id = t.whole_id WHERE t.document_id = d.id) AS part_of,
    p.name AS confidential_name
FROM document d JOIN document_version v ON v.document_id = d.id AND v.version = 1
LEFT JOIN matter m ON m.id = d.matter_id LEFT JOIN party p ON p.id = d.confidential_to
WHERE (CAST(:matter_id AS bigint) IS NULL OR d.matter_id = :matter_id)
    AND (:unmatched = 0 OR (d.matter_id IS NULL AND d.origin = 'received' AND NOT EXISTS (SELECT 1 FROM triage t
        WHERE t.document_id = d.id AND t.act IN ('junk', 'split', 'joined') AND NOT EXISTS (SELECT 1 FROM triage l
            WHERE l.document_id = t.document_id AND l.seq > t.seq))))
    AND (:aside = 0 OR EXISTS (SELECT 1 FROM triage t WHERE t.document_id = d.id AND t.act IN ('junk', 'split')
        AND NOT EXISTS (SELECT 1 FROM triage l WHERE l.document_id = t.document_id AND l.seq > t.seq)))
    AND (CAST(:before_us AS bigint) IS NULL OR d.received_us < :before_us
        OR (d.received_us = :before_us AND d.id < :before_id))
ORDER BY d.received_us DESC, d.id DESC LIMIT :limit

-- set_matter: give an unmatched paper its matter
UPDATE document SET matter_id = :matter_id, duplicate_of = COALESCE(:duplicate_of, duplicate_of)
WHERE id = :id AND matter_id IS NULL

-- held: these very bytes in a matter, with the notice read from them
SELECT n.id, d.id AS document_id, d.matter_id FROM document d LEFT JOIN notice n ON n.document_id = d.id
WHERE d.matter_id = :matter_id AND d.sha256 = :sha256 AND d.origin = 'received' AND d.duplicate_of IS NULL LIMIT 1

-- notice_of: the notice read from a document
SELECT id, document_id, matter_id, form_id, kind, receipt_number, notice_date, received_day, printed_due,
    requested_items, served, confidence, evidence, duplicate_of FROM notice WHERE document_id = :document_id

-- notice: one notice
SELECT id, document_id, matter_id, form_id, kind, receipt_number, notice_date, received_day, printed_due,
    requested_items, served, confidence, evidence, duplicate_of FROM notice WHERE id = :id

-- same_notice: the notice already received with this kind, receipt number and date, in its own matter before another
SELECT n.id, n.document_id, n.matter_id FROM notice n LEFT JOIN matter m ON m.id = n.matter_id
WHERE n.kind = :kind AND n.receipt_number = :receipt_number AND n.notice_date = :notice_date
    AND n.duplicate_of IS NULL
    AND (n.matter_id = CAST(:matter_id AS bigint) OR (:behind = 0 AND (n.matter_id IS NULL OR m.guarded = 0)))
ORDER BY CASE WHEN n.matter_id = CAST(:matter_id AS bigint) THEN 0 WHEN n.matter_id IS NULL THEN 2 ELSE 1 END, n.id
LIMIT 1

-- match_notice: the notice has found its form and matter
UPDATE notice SET matter_id = :matter_id, form_id = :form_id, duplicate_of = COALESCE(:duplicate_of, duplicate_of)
WHERE id = :id

-- tasks_of: the tasks a document's notice opened
SELECT t.id, t.ref, t.title, t.kind, t.owner_id FROM task t JOIN notice n ON n.id = t.notice_id
WHERE n.document_id = :document_id ORDER BY t.created_us, t.kind, t.id

-- decision_of: the newest decision about a document
SELECT x.id FROM decision x JOIN event e ON e.id = x.event_id WHERE e.subject = :subject ORDER BY x.at_us DESC LIMIT 1

-- forms_by_receipt: the forms that have this receipt number, and their matters; several where a wall lies between them
SELECT f.id, f.matter_id, f.form, f.party_id, f.receipt_number, m.ref AS matter_ref, m.guarded
FROM form f JOIN matter m ON m.id = f.matter_id WHERE f.receipt_number = :receipt_number ORDER BY f.id

-- forms_named: a matter's forms of one kind
SELECT id, matter_id, form, party_id, receipt_number FROM form WHERE matter_id = :matter_id AND form = :form

-- matters_of_a_number: matters with a party of this A-number
SELECT DISTINCT m.id, m.ref FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.a_number = :a_number LIMIT 3

-- set_receipt: a receipt notice names the form's number
UPDATE form SET receipt_number = :receipt_number, received = COALESCE(:received, received), status = 'received',
    checked = :today, version = version + 1 WHERE id = :id AND receipt_number IS NULL

-- triage: what was last decided about a paper
SELECT t.id, t.document_id, t.seq, t.act, t.whole_id, t.first_page, t.last_page, t.reason, t.by_id, t.at_us
FROM triage t WHERE t.document_id = :document_id ORDER BY t.seq DESC LIMIT 1

-- parts: what a paper was cut into, cuts taken back left out
SELECT d.id, d.ref, d.matter_id, t.first_page, t.last_page FROM triage t JOIN document d ON d.id = t.document_id
WHERE t.whole_id = :whole_id AND NOT EXISTS (SELECT 1 FROM triage l WHERE l.document_id = d.id AND l.act = 'joined')
ORDER BY t.first_page, d.id

-- work_of: the tasks that a paper opened, with how far each is
SELECT t.id, t.ref, t.kind, t.state, t.owner_id, t.version, t.matter_id FROM task t JOIN playbook_run r ON r.id = t.run_id
WHERE r.document_id = :document_id ORDER BY t.created_us, t.id

-- dates_of: the dates that the notice read from a paper set
SELECT l.id, l.ref, l.state, l.confirmed_us, l.version FROM deadline l JOIN notice n ON n.id = l.notice_id
WHERE n.document_id = :document_id AND l.state IN ('open', 'provisional', 'conflict', 'met', 'missed') ORDER BY l.id

-- appointments_of: the appointments that the notice read from a paper set
SELECT a.id, a.ref FROM appointment a JOIN notice n ON n.id = a.notice_id WHERE n.document_id = :document_id ORDER BY a.id

-- letters_of: the words for a client that a paper called for
SELECT g.id, g.ref, g.state, g.version FROM message g JOIN playbook_run r ON r.id = g.run_id
WHERE r.document_id = :document_id AND g.state <> 'cancelled' ORDER BY g.id

-- take_from_matter: a match is taken back
UPDATE document SET matter_id = NULL, duplicate_of = NULL WHERE id = :id

-- unmatch_notice: its notice is of no matter again
UPDATE notice SET matter_id = NULL, form_id = NULL, duplicate_of = NULL WHERE document_id = :document_id

-- stand_aside: a notice whose paper was cut is no first of its kind: its parts may be
UPDATE notice SET duplicate_of = id WHERE document_id = :document_id AND duplicate_of IS NULL

-- stand_again: the cut was taken back
UPDATE notice SET duplicate_of = NULL WHERE document_id = :document_id AND duplicate_of = id
