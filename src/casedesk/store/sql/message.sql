-- _messages: a message's columns
SELECT g.id, g.ref, g.matter_id, g.party_id, g.recipient, g.channel, g.language, g.template, g.subject, g.body,
    g.fallback, g.release, g.state, g.created_us, g.sent_us, g.version, g.address, m.ref AS matter_ref
FROM message g JOIN matter m ON m.id = g.matter_id

-- find: a message by ref or id
{_messages} WHERE g.ref = :ref OR g.id = :id

-- listing: messages to clients, newest first
{_messages}
WHERE (CAST(:matter_id AS bigint) IS NULL OR g.matter_id = :matter_id)
AND (CAST(:state AS text) IS NULL OR g.state = :state)
AND (CAST(:after_us AS bigint) IS NULL OR g.created_us < :after_us
    OR (g.created_us = :after_us AND g.id < :after_id))
ORDER BY g.created_us DESC, g.id DESC LIMIT :limit
