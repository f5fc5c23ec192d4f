-- _appointments: an appointment's columns
SELECT a.id, a.ref, a.matter_id, a.party_id, a.notice_id, a.kind, a.at_us, a.zone, a.place, a.status, a.version,
    a.person_id, a.minutes, a.title, a.judge, a.language, a.sequence, a.moved, a.confirmed_by, a.confirmed_us, a.outcome,
    a.outcome_us, a.outcome_by, a.created_by, m.ref AS matter_ref, m.caption, p.name AS party
FROM appointment a JOIN matter m ON m.id = a.matter_id LEFT JOIN party p ON p.id = a.party_id

-- find: an appointment by ref or id
{_appointments} WHERE a.ref = :ref OR a.id = :id

-- lock: hold an appointment while it is changed or a reminder of it fires (on SQLite the pen is ours already)
SELECT id FROM appointment WHERE id = :id

-- lock.postgresql: hold an appointment while it is changed or a reminder of it fires
SELECT id FROM appointment WHERE id = :id FOR UPDATE

-- listing: the appointments still to come or without an outcome, the next one first; a matter's own all of them
{_appointments}
WHERE ((CAST(:matter_id AS bigint) IS NULL AND a.outcome = '') OR a.matter_id = :matter_id)
AND (CAST(:after_us AS bigint) IS NULL OR a.at_us > :after_us OR (a.at_us = :after_us AND a.id > :after_id))
ORDER BY a.at_us, a.id LIMIT :limit

-- coming: a matter's appointments that are ahead and have no outcome
{_appointments}
WHERE a.matter_id = :matter_id AND a.outcome = '' AND a.at_us > :now_us ORDER BY a.at_us, a.id

-- between: the appointments that begin in a stretch of time and were not called off
{_appointments}
WHERE a.at_us >= :from_us AND a.at_us < :until_us AND a.outcome <> 'cancelled' ORDER BY a.at_us, a.id

-- clashes: other appointments at which the same person is somewhere else in that time
{_appointments}
WHERE a.person_id = :person_id AND a.id <> :id AND a.outcome = ''
AND a.at_us < :until_us AND a.at_us + a.minutes * 60000000 > :from_us ORDER BY a.at_us, a.id

-- same: the open appointments of a matter that a new notice may be about
{_appointments}
LEFT JOIN notice n ON n.id = a.notice_id
WHERE a.matter_id = :matter_id AND a.kind = :kind AND a.title = :title AND a.outcome = ''
AND (CAST(:form_id AS bigint) IS NULL OR n.form_id IS NULL OR n.form_id = :form_id) ORDER BY a.at_us, a.id

-- notice_date: the date on the notice an appointment was made from
SELECT n.notice_date FROM notice n WHERE n.id = :id

-- filing_dates: the dates counted from an appointment that still stand
SELECT id, ref, agency_due, internal_due, state, version, rule FROM deadline
WHERE appointment_id = :appointment_id AND state IN ('provisional', 'open', 'conflict') ORDER BY id

-- cancel_timers: reminders of an appointment that need not fire any more
UPDATE timer SET state = 'cancelled', outcome = :why
WHERE subject_id = :id AND chain = 'appointment' AND state = 'armed'

-- cancel_timers.postgresql: the same; one that a sweep holds stands down by itself when it sees the appointment
UPDATE timer SET state = 'cancelled', outcome = :why WHERE id IN (
    SELECT id FROM timer WHERE subject_id = :id AND chain = 'appointment' AND state = 'armed' FOR UPDATE SKIP LOCKED)

-- words_of: what a client would be told of an appointment's former time, not sent yet
SELECT id, ref, body, version FROM message
WHERE matter_id = :matter_id AND template = :template AND state IN ('awaiting_approval', 'approved')
