-- find: a matter by its ref, its id, or the receipt number of one of its forms
SELECT m.id, m.ref, m.type, m.caption, m.client_id, m.language, m.priority, m.status, m.office_id, m.opened_us,
    m.version, c.name AS client_name
FROM matter m JOIN client c ON c.id = m.client_id
WHERE m.ref = :ref OR m.id = :id
    OR m.id IN (SELECT f.matter_id FROM form f WHERE f.receipt_number = CAST(:receipt AS text))

-- owners: who owns a matter, by kind
SELECT kind, person_id FROM matter_owner WHERE matter_id = :matter_id
