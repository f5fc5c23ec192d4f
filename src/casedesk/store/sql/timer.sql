-- due: the armed timers that are due, oldest first (on SQLite the pen is ours already)
SELECT id, matter_id, task_id, subject_id, chain, step, generation, fire_at_us, condition, action, targets FROM timer
WHERE state = 'armed' AND fire_at_us <= :now_us ORDER BY fire_at_us, id LIMIT :limit

-- due.postgresql: claim due timers; what another worker holds is passed over
SELECT id, matter_id, task_id, subject_id, chain, step, generation, fire_at_us, condition, action, targets FROM timer
WHERE state = 'armed' AND fire_at_us <= :now_us ORDER BY fire_at_us, id LIMIT :limit FOR UPDATE SKIP LOCKED

-- due_one: one due timer, for a sweep that goes one by one (on SQLite the pen is ours already)
SELECT id, matter_id, task_id, subject_id, chain, step, generation, fire_at_us, condition, action, targets FROM timer
WHERE id = :id AND state = 'armed' AND fire_at_us <= :now_us

-- due_one.postgresql: claim one due timer
SELECT id, matter_id, task_id, subject_id, chain, step, generation, fire_at_us, condition, action, targets FROM timer
WHERE id = :id AND state = 'armed' AND fire_at_us <= :now_us FOR UPDATE SKIP LOCKED

-- due_ids: which timers are due
SELECT id FROM timer WHERE state = 'armed' AND fire_at_us <= :now_us ORDER BY fire_at_us, id LIMIT :limit

-- stood_down: what a timer waited for had happened before it fired
UPDATE timer SET state = 'cancelled', outcome = :outcome WHERE id = :id AND state = 'armed'

-- fired: a timer did its work
UPDATE timer SET state = 'fired', fired_us = :now_us, late_us = :late_us, outcome = :outcome
WHERE id = :id AND state = 'armed'

-- next: when the next armed timer is due
SELECT min(fire_at_us) AS at FROM timer WHERE state = 'armed'

-- overdue: armed timers in the past beyond the tolerance
SELECT count(*) AS n, min(fire_at_us) AS oldest FROM timer WHERE state = 'armed' AND fire_at_us < :before_us

-- beat: a worker's heartbeat
INSERT INTO heartbeat (worker, person_id, build, at_us, fired, skew_us, schema_no)
VALUES (:worker, :person_id, :build, :at_us, :fired, :skew_us, :schema_no)
ON CONFLICT (worker) DO UPDATE SET at_us = excluded.at_us, build = excluded.build, fired = heartbeat.fired + excluded.fired,
    skew_us = excluded.skew_us, schema_no = excluded.schema_no

-- outstanding: a task's open items, for a summary
SELECT code, text FROM task_item WHERE task_id = :task_id AND state = 'open' ORDER BY position

-- running: a task's clocks of office time that have not come to their moment
SELECT id, fire_at_us FROM timer
WHERE task_id = :task_id AND state = 'armed' AND clock = 'business' AND fire_at_us > :now_us ORDER BY id

-- running.postgresql: the same; one that a sweep holds has come to its moment
SELECT id, fire_at_us FROM timer
WHERE task_id = :task_id AND state = 'armed' AND clock = 'business' AND fire_at_us > :now_us ORDER BY id FOR UPDATE SKIP LOCKED

-- pause: a clock of office time stops, and keeps what it had left
UPDATE timer SET state = 'cancelled', outcome = 'paused', left_us = :left_us WHERE id = :id AND state = 'armed'

-- paused: a task's stopped clocks
SELECT id, left_us, condition FROM timer
WHERE task_id = :task_id AND state = 'cancelled' AND outcome = 'paused' AND left_us IS NOT NULL ORDER BY id

-- go_on: a stopped clock runs again from now, with what it had left
UPDATE timer SET state = 'armed', outcome = '', left_us = NULL, fire_at_us = :fire_at_us
WHERE id = :id AND state = 'cancelled' AND outcome = 'paused'

-- of_task: every timer of a task, in the order of its chains
SELECT id, chain, step, generation, fire_at_us, condition, action, targets, clock, state, fired_us, late_us, outcome, left_us
FROM timer WHERE task_id = :task_id ORDER BY chain, step, generation

-- last_beat: when any worker last swept, by the time it went by
SELECT max(at_us - skew_us) AS at FROM heartbeat

-- last_service_beat: when a worker under the service login last swept
SELECT max(h.at_us) AS at FROM heartbeat h JOIN person p ON p.id = h.person_id WHERE p.kind = 'service'

-- last_skew: how far ahead the last sweep found the clock
SELECT at_us, skew_us FROM heartbeat ORDER BY at_us DESC LIMIT 1

-- trust_clock: the clock is right again
UPDATE heartbeat SET skew_us = 0 WHERE skew_us <> 0

-- hold_beats: hold the heartbeats, so that of several workers that come back one writes what was missed (on SQLite the pen is ours)
SELECT worker FROM heartbeat ORDER BY worker

-- hold_beats.postgresql: hold the heartbeats, so that of several workers that come back one writes what was missed
SELECT worker FROM heartbeat ORDER BY worker FOR UPDATE

-- late_now: armed timers whose moment passed before an instant, in front of walls
SELECT count(*) AS n, min(t.fire_at_us) AS oldest FROM timer t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.state = 'armed' AND t.fire_at_us < :before_us AND COALESCE(m.guarded, 0) = 0

-- gaps: stretches without a worker that ended since an instant and made something late
SELECT from_us, until_us, fired, worst_us FROM worker_gap WHERE until_us >= :since_us AND fired > 0
ORDER BY until_us DESC LIMIT 3

-- last_entry: the newest instant on the record
SELECT max(at_us) AS at FROM audit

-- end_idlers.postgresql: end the sessions that sit idle in a transaction, holding what they locked
SELECT casedesk_end_idlers() AS ended

-- end_idlers.sqlite: a local store has no sessions
SELECT 0 AS ended

-- later_steps: steps of the same chain that have still to come
SELECT count(*) AS n FROM timer WHERE subject_id = :subject_id AND chain = :chain AND generation = :generation
    AND step > :step AND (state = 'armed' OR (state = 'cancelled' AND outcome = 'paused'))

-- rest: when the next timer is due, and when this worker last swept
SELECT (SELECT min(fire_at_us) FROM timer WHERE state = 'armed') AS next,
    (SELECT at_us FROM heartbeat WHERE worker = :worker) AS beat
