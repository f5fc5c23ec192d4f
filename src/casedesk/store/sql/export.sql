-- listing: what was handed out, newest first: of one matter, or all that this person may read of
SELECT x.id, x.ref, x.what, x.person_id, x.at_us, x.reason, x.sha256, x.bytes, m.ref AS matter_ref, p.name AS party
FROM export_record x LEFT JOIN matter m ON m.id = x.matter_id LEFT JOIN party p ON p.id = x.party_id
WHERE (CAST(:matter_id AS bigint) IS NULL OR x.matter_id = :matter_id)
AND (m.id IS NOT NULL OR x.person_id = :me OR :manager = 1)
AND (CAST(:after_us AS bigint) IS NULL OR x.at_us < :after_us OR (x.at_us = :after_us AND x.id < :after_id))
ORDER BY x.at_us DESC, x.id DESC LIMIT :limit

-- find: one record of something handed out
SELECT id, at_us FROM export_record WHERE ref = :ref OR id = :id

-- matter: what a matter is
SELECT m.ref, m.type, m.caption, c.name AS client, m.language, m.priority, m.status, m.opened_us, m.closed_us,
    m.circumstances
FROM matter m JOIN client c ON c.id = m.client_id WHERE m.id = :matter_id

-- parties: the people and companies of a matter
SELECT p.id AS party_id, p.role, p.name, p.a_number, p.born, p.language, p.phone, p.email, p.address
FROM party p WHERE p.matter_id = :matter_id ORDER BY p.role, p.name, p.id

-- forms: a matter's forms, each with whose it is
SELECT f.party_id, p.name AS party, f.form, f.receipt_number, f.received, f.priority_date, f.status, f.checked, f.expires,
    f.g28_by, f.g28_on, f.channel
FROM form f LEFT JOIN party p ON p.id = f.party_id WHERE f.matter_id = :matter_id ORDER BY f.form, f.id

-- deadlines: a matter's dates
SELECT f.party_id, d.ref, d.kind, d.title, d.authority, d.agency_due, d.internal_due, d.state, d.rule, d.rule_version,
    d.citation, d.sentence, d.met_on, d.confidence, d.steps, d.printed, d.trigger_on, d.served, d.filing, d.opens,
    d.critical, d.tickler, d.arrived_late, d.confirmed_us, d.confirmed_by, d.met_us, d.met_by, d.created_us, d.created_by,
    a.ref AS appointment
FROM deadline d LEFT JOIN appointment a ON a.id = d.appointment_id LEFT JOIN form f ON f.id = d.form_id WHERE d.matter_id = :matter_id ORDER BY d.agency_due, d.id

-- appointments: hearings, interviews, fingerprints
SELECT a.party_id, a.ref, a.kind, a.title, a.at_us, a.zone, a.minutes, a.place, a.judge, a.language, a.person_id, a.status,
    a.confirmed_us, a.outcome, a.outcome_us
FROM appointment a WHERE a.matter_id = :matter_id ORDER BY a.at_us, a.id

-- appointment_acts: who set, confirmed and moved each of them, why, and who said what came of it
SELECT a.ref AS appointment, a.sequence, a.moved, a.created_us, a.created_by, a.confirmed_us, a.confirmed_by, a.outcome_us,
    a.outcome_by
FROM appointment a WHERE a.matter_id = :matter_id ORDER BY a.at_us, a.id

-- status_checks: each look at the agency's page for a receipt, and the words that stood there
SELECT f.form, f.receipt_number, s.on_day, s.words, s.read_as, s.next_check, s.by_id, s.at_us
FROM status_check s JOIN form f ON f.id = s.form_id WHERE s.matter_id = :matter_id ORDER BY s.at_us, s.id

-- handovers: what was handed to a cover in an absence, with the note, and what came back
SELECT t.ref AS task, h.from_id, h.to_id, h.note, h.by_id, h.at_us, h.returned_us
FROM handover h JOIN task t ON t.id = h.task_id WHERE h.matter_id = :matter_id ORDER BY h.at_us, h.id

-- notices: what was read from the agencies' notices
SELECT f.party_id, x.confidential_to, x.ref AS document, n.kind, n.receipt_number, n.notice_date, n.received_day,
    n.printed_due, n.requested_items, n.served
FROM notice n JOIN document x ON x.id = n.document_id LEFT JOIN form f ON f.id = n.form_id
WHERE n.matter_id = :matter_id ORDER BY n.received_day, n.id

-- messages: what a matter's people were told, or are to be told
SELECT g.party_id, g.ref, g.recipient, g.channel, g.address, g.language, g.template, g.subject, g.body, g.state,
    g.created_us, g.approved_by, g.approved_us, g.sent_by, g.sent_us, g.sent_via
FROM message g WHERE g.matter_id = :matter_id ORDER BY g.created_us, g.id

-- filings: what went to the agencies
SELECT f.party_id, l.ref, k.title, k.agency, l.state, l.channel, l.carrier, l.tracking, l.shipped_us, l.delivered_us,
    l.receipt_number, l.receipted_us, l.rejected_us
FROM filing l JOIN packet k ON k.id = l.packet_id LEFT JOIN form f ON f.id = k.form_id
WHERE l.matter_id = :matter_id ORDER BY l.shipped_us, l.id

-- consents: what parties agreed to
SELECT c.party_id, p.name AS party, c.ref, c.kind, c.terms, x.ref AS document, c.signed_on, c.recorded_by, c.recorded_us,
    c.withdrawn_us
FROM consent c LEFT JOIN party p ON p.id = c.party_id LEFT JOIN document x ON x.id = c.document_id
WHERE c.matter_id = :matter_id ORDER BY c.recorded_us, c.id

-- owners: who has the matter
SELECT kind, person_id FROM matter_owner WHERE matter_id = :matter_id ORDER BY kind

-- links: the matters it is linked to, as far as they are shown on its side
SELECT l.relation, m.ref AS matter FROM matter_link l JOIN matter m ON m.id = l.other_id
WHERE l.matter_id = :matter_id AND l.hidden = 0 ORDER BY l.relation, m.ref

-- contact_rules: who may be reached, how and where, and who said so
SELECT p.name AS party, r.rule, r.binds, r.channel, r.value, r.set_by, r.set_us, r.ended_by, r.ended_us
FROM contact_rule r LEFT JOIN party p ON p.id = r.party_id WHERE r.matter_id = :matter_id ORDER BY r.set_us, r.id

-- notes: notes on a matter
SELECT n.author_id, n.at_us, n.body, p.name AS confidential_to
FROM note n LEFT JOIN party p ON p.id = n.confidential_to WHERE n.matter_id = :matter_id ORDER BY n.at_us, n.id

-- strategy_notes: what attorneys noted
SELECT author_id, at_us, body FROM strategy_note WHERE matter_id = :matter_id ORDER BY at_us, id

-- calls: telephone calls
SELECT q.name AS party, c.author_id, c.direction, c.at_us, c.body, p.name AS confidential_to
FROM call c LEFT JOIN party p ON p.id = c.confidential_to LEFT JOIN party q ON q.id = c.party_id
WHERE c.matter_id = :matter_id ORDER BY c.at_us, c.id

-- tasks: the work on a matter
SELECT t.ref, t.kind, t.title, t.owner_id, t.owner_reason, t.state, t.priority, t.due_us, t.internal_due, t.agency_due,
    t.waiting_on, t.handoff_note, t.created_us, t.done_by, t.done_us
FROM task t WHERE t.matter_id = :matter_id ORDER BY t.created_us, t.id

-- task_items: the checklists of that work
SELECT t.ref AS task, i.code, i.text, i.required, i.state, i.note, i.reason, x.ref AS document, i.done_by, i.done_us
FROM task_item i JOIN task t ON t.id = i.task_id LEFT JOIN document x ON x.id = i.document_id
WHERE t.matter_id = :matter_id ORDER BY t.created_us, t.id, i.position

-- reviews: who reviewed what, and what was found
SELECT v.ref, v.kind, k.ref AS packet, v.version, v.manifest_sha256, v.owner_id, v.state, v.opened_us, v.decided_by,
    v.decided_us, v.licence_kind
FROM review v JOIN packet k ON k.id = v.packet_id WHERE v.matter_id = :matter_id ORDER BY v.opened_us, v.id

-- review_points: each point of those reviews
SELECT v.ref AS review, q.code, q.text, q.answer, q.comment FROM review_point q JOIN review v ON v.id = q.review_id
WHERE v.matter_id = :matter_id ORDER BY v.opened_us, v.id, q.position

-- sign_offs: what was approved for filing, word for word
SELECT k.ref AS packet, s.manifest_sha256, s.signer_id, s.signed_us, s.policy, s.statement, s.signature, s.key_id, s.live,
    s.voided_us, s.voided_reason
FROM sign_off s JOIN packet k ON k.id = s.packet_id WHERE s.matter_id = :matter_id ORDER BY s.signed_us, s.id

-- originals: original papers in the firm's keeping
SELECT what, kept_at, held_us, returned_us FROM original_held WHERE matter_id = :matter_id ORDER BY held_us, id

-- papers: every version of a matter's documents, with whose each is: by its notice's form, its packet's, its signature's
SELECT d.id, d.ref, d.origin, d.kind, v.name, d.confidential_to, p.name AS confidential_name, d.received_us, v.version,
    v.sha256, v.bytes, v.media_type,
    COALESCE((SELECT min(f.party_id) FROM notice n JOIN form f ON f.id = n.form_id WHERE n.document_id = d.id),
        (SELECT min(f.party_id) FROM manifest x JOIN packet k ON k.id = x.packet_id JOIN form f ON f.id = k.form_id
            WHERE x.assembled_document_id = d.id),
        (SELECT min(f.party_id) FROM signature_slot s JOIN packet k ON k.id = s.packet_id JOIN form f ON f.id = k.form_id
            WHERE s.document_id = d.id)) AS party_id
FROM document d JOIN document_version v ON v.document_id = d.id LEFT JOIN party p ON p.id = d.confidential_to
WHERE d.matter_id = :matter_id ORDER BY d.received_us, d.id, v.version

-- of_others: assembled packets with a paper in them that is another party's own
SELECT x.assembled_document_id AS id FROM manifest x JOIN packet k ON k.id = x.packet_id
WHERE k.matter_id = :matter_id AND EXISTS (SELECT 1 FROM manifest_document y JOIN document d ON d.id = y.document_id
    WHERE y.manifest_id = x.id AND d.confidential_to IS NOT NULL AND d.confidential_to <> :party_id)

-- end_of: how far a matter's trail goes
SELECT seq FROM audit_head WHERE stream = :stream
