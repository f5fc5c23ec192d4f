-- of_matter: notes, strategy notes and calls of a matter, newest first
SELECT n.id, n.author_id, n.at_us, n.body, 'note' AS kind, p.name AS confidential_to
FROM note n LEFT JOIN party p ON p.id = n.confidential_to WHERE n.matter_id = :matter_id
UNION ALL
SELECT id, author_id, at_us, body, 'strategy', CAST(NULL AS text) FROM strategy_note WHERE matter_id = :matter_id
UNION ALL
SELECT c.id, c.author_id, c.at_us, c.body, CASE WHEN c.direction = 'in' THEN 'call_in' ELSE 'call_out' END, p.name
FROM call c LEFT JOIN party p ON p.id = c.confidential_to WHERE c.matter_id = :matter_id
ORDER BY 3 DESC, 1 DESC LIMIT :limit

-- last_contact: the newest word between the firm and the client: a call, or a message that went out
SELECT at_us, what, person_id FROM (
    SELECT at_us, CASE WHEN direction = 'in' THEN 'call from client' ELSE 'call to client' END AS what,
        author_id AS person_id FROM call WHERE matter_id = :matter_id
    UNION ALL
    SELECT sent_us, 'message to client', sent_by FROM message WHERE matter_id = :matter_id AND state = 'sent'
) contact ORDER BY at_us DESC LIMIT 1
