-- link: one direction of a link between two matters
SELECT relation, hidden FROM matter_link WHERE matter_id = :matter_id AND other_id = :other_id

-- hide: whether the other matter is kept from this one's side
UPDATE matter_link SET hidden = :hidden WHERE matter_id = :matter_id AND other_id = :other_id AND hidden <> :hidden

-- kept_from: the matters of the family that are kept from this one
SELECT m.id, m.ref FROM matter_link l JOIN matter m ON m.id = l.other_id
WHERE l.matter_id = :matter_id AND l.hidden = 1 ORDER BY m.ref

-- keeps_itself: whether a matter is kept from another of its family, or has a wall around it
SELECT 1 AS kept FROM matter m WHERE m.id = :matter_id AND (m.guarded = 1
    OR EXISTS (SELECT 1 FROM matter_link l WHERE l.other_id = m.id AND l.hidden = 1))

-- confide: a paper is one party's own, or nobody's in particular
UPDATE document SET confidential_to = :party_id WHERE id = :id

-- owner: the party whose own a paper is
SELECT p.id, p.name, p.language, p.email, p.phone, p.address FROM document d JOIN party p ON p.id = d.confidential_to
WHERE d.id = :id

-- of_others: the papers in a packet's state that are the own of another party than this one
SELECT x.document_id FROM manifest_document x JOIN document d ON d.id = x.document_id
WHERE x.manifest_id = :manifest_id AND d.confidential_to IS NOT NULL AND d.confidential_to <> :party_id
