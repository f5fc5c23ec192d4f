-- _rules: a rule of contact, with the party it is about
SELECT r.id, r.matter_id, r.party_id, r.rule, r.binds, r.channel, r.value, r.set_by, r.set_us, r.ended_us, r.ended_by,
    p.name AS party
FROM contact_rule r LEFT JOIN party p ON p.id = r.party_id

-- in_force: the rules that hold for a party of a matter, the matter's own and that party's; for nobody named, all of them
{_rules}
WHERE r.matter_id = :matter_id AND r.ended_us IS NULL
    AND (CAST(:party_id AS bigint) IS NULL OR r.party_id IS NULL OR r.party_id = :party_id)
ORDER BY r.set_us, r.id

-- listing: a matter's rules in the order in which they were set, the ended ones only when asked for
{_rules}
WHERE r.matter_id = :matter_id AND (:ended = 1 OR r.ended_us IS NULL) ORDER BY r.set_us, r.id

-- rule: one rule of a matter
{_rules}
WHERE r.matter_id = :matter_id AND r.id = :id

-- end: a rule ends once
UPDATE contact_rule SET ended_us = :now_us, ended_by = :by WHERE id = :id AND ended_us IS NULL

-- party: where a party of a matter is reached when no rule says otherwise
SELECT id, name, language, phone, email, address FROM party WHERE matter_id = :matter_id AND id = :id
