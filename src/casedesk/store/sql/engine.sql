-- event_of_request: what the same gesture did before
SELECT id, trigger, subject, matter_id, outcome FROM event WHERE request_id = :request_id

-- set_outcome: what the event led to
UPDATE event SET outcome = :outcome WHERE id = :id

-- playbook_version: whether a playbook's version is on record
SELECT id FROM playbook_version WHERE playbook = :playbook AND version = :version

-- playbooks: the playbooks' versions on record
SELECT playbook, version FROM playbook_version

-- rule_set: whether a rule set is on record
SELECT id FROM rule_set WHERE sha256 = :sha256

-- run: one playbook under way
SELECT id, matter_id, form_id, notice_id, deadline_id, playbook, version, triage, happened, closed_us
FROM playbook_run WHERE id = :id

-- open_run: whether a playbook is under way in a matter
SELECT id FROM playbook_run WHERE matter_id = :matter_id AND playbook = :playbook AND closed_us IS NULL LIMIT 1

-- run_steps: the steps of a run and how they stand
SELECT step, state, kind, id FROM task WHERE run_id = :run_id

-- set_happened: what befell the run
UPDATE playbook_run SET happened = :happened WHERE id = :id

-- set_triage: the attorney's word on the run
UPDATE playbook_run SET triage = :triage WHERE id = :id

-- close_run: the run is at its end
UPDATE playbook_run SET closed_us = :now_us WHERE id = :id AND closed_us IS NULL

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

-- cancel_timers.postgresql: the same; one that a sweep holds stands down by itself when it sees the task
UPDATE timer SET state = 'cancelled', outcome = :why WHERE id IN (
    SELECT id FROM timer WHERE task_id = :task_id AND state = 'armed' FOR UPDATE SKIP LOCKED)

-- cancel_unacknowledged: the acknowledgement timers of a task
UPDATE timer SET state = 'cancelled', outcome = 'acknowledged'
WHERE task_id = :task_id AND state = 'armed' AND condition = 'unacknowledged'

-- cancel_unacknowledged.postgresql: the same; waiting for one that a sweep holds would be a deadlock
UPDATE timer SET state = 'cancelled', outcome = 'acknowledged' WHERE id IN (
    SELECT id FROM timer WHERE task_id = :task_id AND state = 'armed' AND condition = 'unacknowledged'
    FOR UPDATE SKIP LOCKED)

-- supersede_provisional: the provisional date of a notice gives way to the matter's own
UPDATE deadline SET state = 'superseded', version = version + 1 WHERE notice_id = :notice_id AND state = 'provisional'

-- deadline_of_document: the newest deadline of the notice read from a document
SELECT l.id, l.ref, l.agency_due, l.internal_due FROM deadline l JOIN notice n ON n.id = l.notice_id
WHERE n.document_id = :document_id ORDER BY l.created_us DESC, l.id LIMIT 1

-- deadline_met: met at delivery
UPDATE deadline SET state = 'met', met_us = :met_us, met_on = :met_on, met_by = :met_by, version = version + 1
WHERE id = :id AND state IN ('open', 'provisional', 'conflict', 'missed')

-- deadline_reopen: a rejected filing keeps no date
UPDATE deadline SET state = 'open', met_us = NULL, met_on = NULL, met_by = NULL, version = version + 1 WHERE id = :id AND state = 'met'

-- set_form_status: what the agency's page says, and the day it was looked at
UPDATE form SET status = :status, checked = :today, version = version + 1 WHERE id = :id

-- drop_wakes: the wake-up timers of a wait that is taken back
UPDATE timer SET state = 'cancelled', outcome = 'taken back'
WHERE task_id = :task_id AND chain = 'wake' AND state = 'armed' AND generation = :generation

-- drop_wakes.postgresql: the same; one that a sweep holds stands down by itself when it sees the task
UPDATE timer SET state = 'cancelled', outcome = 'taken back' WHERE id IN (
    SELECT id FROM timer WHERE task_id = :task_id AND chain = 'wake' AND state = 'armed' AND generation = :generation
    FOR UPDATE SKIP LOCKED)

-- reopen_run: the run goes on, as if what happened had not
UPDATE playbook_run SET closed_us = NULL, happened = :happened WHERE id = :id

-- rearm_timers: what an undone gesture had cancelled runs again
UPDATE timer SET state = 'armed', outcome = '' WHERE task_id = :task_id AND state = 'cancelled' AND outcome = :why
    AND fired_us IS NULL
