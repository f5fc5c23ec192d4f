-- matters: every matter's names, the open and newest first
SELECT m.id, m.ref, m.caption, m.status, m.type, c.name AS client, c.phone, c.email
FROM matter m JOIN client c ON c.id = m.client_id
ORDER BY CASE WHEN m.status = 'closed' THEN 1 ELSE 0 END, m.opened_us DESC, m.id LIMIT :most

-- parties: every party's names and numbers
SELECT p.matter_id, m.ref, m.caption, p.role, p.name, p.a_number, p.phone, p.email
FROM party p JOIN matter m ON m.id = p.matter_id ORDER BY m.opened_us DESC, p.id LIMIT :most

-- receipts: every receipt number
SELECT f.matter_id, m.ref, m.caption, f.form, f.receipt_number
FROM form f JOIN matter m ON m.id = f.matter_id WHERE f.receipt_number IS NOT NULL
ORDER BY m.opened_us DESC, f.id LIMIT :most

-- tasks: tasks whose ref begins so
SELECT t.ref, t.title, t.state, m.ref AS matter_ref, m.caption FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.ref >= :first AND t.ref < :beyond ORDER BY t.ref LIMIT :limit
