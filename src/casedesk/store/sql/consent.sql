-- _consents: a party's word in writing
SELECT c.id, c.ref, c.matter_id, c.party_id, c.kind, c.terms, c.document_id, c.signed_on, c.recorded_by, c.recorded_us,
    c.withdrawn_us, c.version, p.name AS party, d.ref AS document_ref, m.ref AS matter_ref
FROM consent c JOIN matter m ON m.id = c.matter_id LEFT JOIN party p ON p.id = c.party_id
LEFT JOIN document d ON d.id = c.document_id

-- of_matter: a matter's consents, in the order in which they were recorded
{_consents}
WHERE c.matter_id = :matter_id ORDER BY c.recorded_us, c.id

-- find: one consent
{_consents}
WHERE c.matter_id = :matter_id AND (c.ref = :ref OR c.id = :id)

-- represented: the parties of a matter whom the firm represents, by a client's row or a G-28, and their consent to it
WITH represented AS (
    SELECT p.id, p.name, p.role, p.client_id FROM party p WHERE p.matter_id = :matter_id AND (p.client_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM form f WHERE f.party_id = p.id AND f.g28_by IS NOT NULL)))
SELECT r.id, r.name, r.role, r.client_id,
    (SELECT count(*) FROM consent c WHERE c.matter_id = :matter_id AND c.party_id = r.id
        AND c.kind = 'joint_representation' AND c.withdrawn_us IS NULL) AS standing,
    (SELECT count(*) FROM consent c WHERE c.matter_id = :matter_id AND c.party_id = r.id
        AND c.kind = 'joint_representation' AND c.withdrawn_us IS NOT NULL) AS withdrawn
FROM represented r ORDER BY r.role, r.name, r.id
