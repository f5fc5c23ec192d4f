-- event_of_request: what the same gesture did before
SELECT id, trigger, subject, matter_id, outcome FROM event WHERE request_id = :request_id

-- set_outcome: what the event led to
UPDATE event SET outcome = :outcome WHERE id = :id

-- playbook_version: whether a playbook's version is on record
SELECT id FROM playbook_version WHERE playbook = :playbook AND version = :version

-- rule_set: whether a rule set is on record
SELECT id FROM rule_set WHERE sha256 = :sha256

-- run: one playbook under way
SELECT id, matter_id, form_id, notice_id, deadline_id, playbook, version, triage, happened, closed_us
FROM playbook_run WHERE id = :id

-- run_steps: the steps of a run and how they stand
SELECT step, state, kind, id FROM task WHERE run_id = :run_id

-- set_happened: what befell the run
UPDATE playbook_run SET happened = :happened WHERE id = :id

-- set_triage: the attorney's word on the run
UPDATE playbook_run SET triage = :triage WHERE id = :id

-- close_run: the run is at its end
UPDATE playbook_run SET closed_us = :now_us WHERE id = :id AND closed_us IS NULL

-- run_of_deadline: the run that answers a deadline
SELECT id FROM playbook_run WHERE deadline_id = :deadline_id

-- client_party: whom a message about a matter goes to: the party the form is for, else the client's own
SELECT p.id, p.name, p.language, p.email, p.phone, p.address FROM party p
LEFT JOIN form f ON f.id = :form_id AND f.party_id = p.id
WHERE p.matter_id = :matter_id AND p.role NOT IN ('interpreter', 'employer_contact', 'sponsor')
ORDER BY CASE WHEN f.id IS NOT NULL THEN 0 WHEN p.role IN ('beneficiary', 'respondent') THEN 1 ELSE 2 END, p.id LIMIT 1

-- form: one form
SELECT id, matter_id, form, party_id, receipt_number, status, channel FROM form WHERE id = :id

-- deadline: one deadline
SELECT id, ref, matter_id, form_id, notice_id, kind, title, authority, agency_due, internal_due, state, version
FROM deadline WHERE id = :id

-- cancel_timers: a task's timers that need not fire any more
UPDATE timer SET state = 'cancelled', outcome = :why WHERE task_id = :task_id AND state = 'armed'

-- cancel_unacknowledged: the acknowledgement timers of a task
UPDATE timer SET state = 'cancelled', outcome = 'acknowledged'
WHERE task_id = :task_id AND state = 'armed' AND condition = 'unacknowledged'
