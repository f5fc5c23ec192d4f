-- document_of_run: the paper that began a playbook
SELECT document_id FROM playbook_run WHERE id = :run_id

-- decided_on_matter: what was decided about a matter up to an instant, the newest first
SELECT d.id, d.event_id, d.rule_set_sha256, d.facts, d.trace, e.trigger, e.subject, e.at_us, e.correlation
FROM event e JOIN decision d ON d.event_id = e.id
WHERE e.matter_id = :matter_id AND e.at_us <= :at_us ORDER BY e.at_us DESC, d.id LIMIT 50

-- decided_on_subject: what was decided about a thing, a paper of no known matter say, up to an instant, the newest first
SELECT d.id, d.event_id, d.rule_set_sha256, d.facts, d.trace, e.trigger, e.subject, e.at_us, e.correlation
FROM event e JOIN decision d ON d.event_id = e.id
WHERE e.subject = :subject AND e.at_us <= :at_us ORDER BY e.at_us DESC, d.id LIMIT 50

-- decided_on_event: what was decided on one event
SELECT d.id, d.event_id, d.rule_set_sha256, d.facts, d.trace, e.trigger, e.subject, e.at_us, e.correlation
FROM event e JOIN decision d ON d.event_id = e.id
WHERE e.id = :event_id ORDER BY d.id

-- event: one event
SELECT id, trigger, subject, at_us FROM event WHERE id = :id

-- newest_event: the newest event on which something was decided, by what it happened to
SELECT e.id, e.trigger, e.subject, e.at_us FROM event e
WHERE e.subject = :subject AND EXISTS (SELECT 1 FROM decision d WHERE d.event_id = e.id)
ORDER BY e.at_us DESC, e.id DESC LIMIT 1

-- absences_ahead: everybody's absences that are not over, with who covers
SELECT a.person_id, a.first_day, a.last_day, a.cover_id FROM absence a JOIN person p ON p.id = a.person_id
WHERE a.cancelled_us IS NULL AND a.last_day >= :today AND p.active = 1 ORDER BY a.first_day, a.id

-- installs: every version of the firm's own rules, the newest first
SELECT id, number, sha256, rule_set_sha256, effective_from, matter_type, in_place, installed_by, installed_us
FROM rule_install ORDER BY number DESC

-- install_body: the files of one version
SELECT body FROM rule_install WHERE id = :id

-- matter_type: of which type a matter is
SELECT type FROM matter WHERE id = :id

-- decisions_since: what was decided since an instant, in order, a page after another
SELECT d.id, d.event_id, d.rule_set_sha256, d.facts, e.trigger, e.subject, d.at_us, e.correlation, e.outcome, m.ref AS matter
FROM decision d JOIN event e ON e.id = d.event_id LEFT JOIN matter m ON m.id = d.matter_id
WHERE (d.at_us, d.id) > (:at_us, :last) ORDER BY d.at_us, d.id LIMIT :limit

-- task: a task an event opened
SELECT id, ref, kind, state, run_id, step FROM task WHERE ref = :ref
