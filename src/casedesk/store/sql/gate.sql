-- _packet: a packet with its newest state
SELECT k.id, k.ref, k.matter_id, k.form_id, k.run_id, k.task_id, k.deadline_id, k.title, k.agency, k.created_us,
    m.ref AS matter_ref, m.caption, n.id AS manifest_id, n.seq, n.version, n.sha256, n.assembled_sha256,
    n.assembled_bytes, n.assembled_document_id, n.pages, n.preparer_id, n.assembled_us, n.changed_pages
FROM packet k JOIN matter m ON m.id = k.matter_id
LEFT JOIN manifest n ON n.packet_id = k.id AND n.seq = (SELECT max(x.seq) FROM manifest x WHERE x.packet_id = k.id)

-- packet: a packet by ref or id, or by the ref or id of its filing
{_packet}
WHERE k.ref = :ref OR k.id = :id OR k.id IN (SELECT f.packet_id FROM filing f WHERE f.ref = :ref OR f.id = :id)

-- packet_of_task: the packet of a drafting task
{_packet}
WHERE k.task_id = :task_id ORDER BY k.created_us DESC LIMIT 1

-- packets: a matter's packets, or all, newest first
{_packet}
WHERE (CAST(:matter_id AS bigint) IS NULL OR k.matter_id = :matter_id) ORDER BY k.created_us DESC, k.id LIMIT :limit

-- manifest: one state of a packet
SELECT id, packet_id, seq, version, sha256, assembled_sha256, assembled_bytes, assembled_document_id, pages, body,
    changed_pages, preparer_id, assembled_us FROM manifest WHERE packet_id = :packet_id AND sha256 = :sha256

-- manifest_before: the state of a packet before this one
SELECT id, version, sha256, assembled_document_id FROM manifest WHERE packet_id = :packet_id AND seq = :seq - 1

-- lines: the documents of a manifest, in order
SELECT position, document_id, version, sha256, name, role, tab, pages FROM manifest_document
WHERE manifest_id = :manifest_id ORDER BY position

-- submissions: what was handed in on a task, the newest first
SELECT outcome FROM event WHERE subject = :task AND trigger = 'task.draft_ready' ORDER BY at_us DESC, id DESC

-- last_draft: the newest draft of a packet
SELECT id, ref, version, submitted_by, submitted_us FROM draft WHERE packet_id = :packet_id ORDER BY version DESC LIMIT 1

-- supersede: open reviews that newer bytes have overtaken
UPDATE review SET state = 'superseded' WHERE packet_id = :packet_id AND state = 'open'

-- _review: a review with what a person needs to see of it
SELECT v.id, v.ref, v.kind, v.packet_id, v.manifest_sha256, v.matter_id, v.task_id, v.version, v.owner_id,
    v.owner_reason, v.state, v.opened_us, v.due_us, v.decided_by, v.decided_us, v.licence_id, k.ref AS packet_ref,
    k.title, k.agency, k.run_id, m.ref AS matter_ref, m.caption, t.ref AS task_ref, n.id AS manifest_id, n.seq,
    n.pages, n.preparer_id, n.assembled_us, n.assembled_document_id, n.changed_pages, n.body
FROM review v JOIN packet k ON k.id = v.packet_id JOIN matter m ON m.id = v.matter_id JOIN task t ON t.id = v.task_id
JOIN manifest n ON n.packet_id = v.packet_id AND n.sha256 = v.manifest_sha256

-- review: a review by ref or id
{_review}
WHERE v.ref = :ref OR v.id = :id

-- reviews: reviews in a state, by due instant, a keyset page
{_review}
WHERE (CAST(:owner_id AS bigint) IS NULL OR v.owner_id = :owner_id)
    AND (CAST(:state AS text) IS NULL OR v.state = :state)
    AND (v.due_us > :after_us OR (v.due_us = :after_us AND v.id > :after_id))
ORDER BY v.due_us, v.id LIMIT :limit

-- waiting: how many reviews wait for each person, and when they got the last; in front of walls
SELECT v.owner_id, count(*) AS number, max(v.opened_us) AS last_us FROM review v
WHERE v.state = 'open' AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = v.matter_id AND m.guarded = 1)
GROUP BY v.owner_id

-- lock_review: hold the review while deciding it
SELECT id, state FROM review WHERE id = :id

-- lock_review.postgresql: hold the review while deciding it
SELECT id, state FROM review WHERE id = :id FOR UPDATE

-- points: a review's points
SELECT code, text, answer, comment FROM review_point WHERE review_id = :review_id ORDER BY position

-- answer: answer one point
UPDATE review_point SET answer = :answer, comment = :comment WHERE review_id = :review_id AND code = :code

-- decide: close a review, by a person with this qualification
UPDATE review SET state = :state, decided_by = :decided_by, decided_us = :decided_us, licence_id = :licence_id,
    licence_kind = :licence_kind WHERE id = :id AND state = 'open'

-- take_over: another qualified person takes an open review
UPDATE review SET owner_id = :owner_id, owner_reason = :why WHERE id = :id AND state = 'open'

-- approved: the newest approved review of a kind on a packet
SELECT id, ref, version, manifest_sha256, decided_by, decided_us FROM review
WHERE packet_id = :packet_id AND kind = :kind AND state = 'approved' ORDER BY decided_us DESC LIMIT 1

-- looked: what this person last saw of a packet
SELECT manifest_sha256, at_us FROM review_look WHERE packet_id = :packet_id AND person_id = :person_id

-- look_before: what a look at a review said of the one before
SELECT outcome FROM event WHERE subject = :review AND trigger = 'review.looked' AND actor_id = :actor_id
ORDER BY at_us DESC LIMIT 1

-- look: note what this person sees now
INSERT INTO review_look (packet_id, person_id, manifest_sha256, at_us) VALUES (:packet_id, :person_id, :sha256, :at_us)
ON CONFLICT (packet_id, person_id) DO UPDATE SET manifest_sha256 = excluded.manifest_sha256, at_us = excluded.at_us

-- open_slots: the signatures that are not back yet
SELECT id, ref, form, part, person, state FROM signature_slot WHERE packet_id = :packet_id AND state <> 'back'

-- _slot: a signature slot
SELECT s.id, s.ref, s.packet_id, s.matter_id, s.form, s.part, s.person, s.replaces_id, s.state, s.sent_us, s.back_us,
    s.document_id, s.version, k.ref AS packet_ref, m.ref AS matter_ref
FROM signature_slot s JOIN packet k ON k.id = s.packet_id JOIN matter m ON m.id = s.matter_id

-- slot: a slot by ref or id
{_slot}
WHERE s.ref = :ref OR s.id = :id

-- slots_of: slots of a packet
{_slot}
WHERE s.packet_id = :packet_id AND (CAST(:state AS text) IS NULL OR s.state = :state)
ORDER BY k.created_us DESC, s.form, s.part, s.id LIMIT :limit

-- slots: slots of a matter, or all
{_slot}
WHERE (CAST(:matter_id AS bigint) IS NULL OR s.matter_id = :matter_id)
    AND (CAST(:state AS text) IS NULL OR s.state = :state)
ORDER BY k.created_us DESC, s.form, s.part, s.id LIMIT :limit

-- signed_scans: the scans that came back, for the packet
SELECT s.id, s.document_id, s.form, s.part, s.person, s.replaces_id FROM signature_slot s
WHERE s.packet_id = :packet_id AND s.state = 'back' ORDER BY s.form, s.part, s.id

-- live_sign_off: the live sign-off of a packet
SELECT s.id, s.packet_id, s.manifest_sha256, s.review_id, s.content_review_id, s.second_review_id, s.signer_id, s.key_id,
    s.policy, s.statement, s.signature, s.signed_us, s.preparer_id, s.assembled_us, s.second_reviewer_id, s.second_us,
    c.decided_by AS content_reviewer_id, c.decided_us AS content_us, k.public_key, k.active AS key_active
FROM sign_off s JOIN signing_key k ON k.key_id = s.key_id JOIN review c ON c.id = s.content_review_id WHERE s.packet_id = :packet_id AND s.live = 1

-- voided_sign_off: the newest sign-off of a packet that no longer holds, and why
SELECT voided_reason, voided_us FROM sign_off WHERE packet_id = :packet_id AND live = 0 ORDER BY voided_us DESC, id LIMIT 1

-- last_sign_off: the signer's sign-off before this one
SELECT statement FROM sign_off WHERE signer_id = :signer_id ORDER BY signed_us DESC, id LIMIT 1
