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
INSERT INTO heartbeat (worker, person_id, build, at_us, fired) VALUES (:worker, :person_id, :build, :at_us, :fired)
ON CONFLICT (worker) DO UPDATE SET at_us = excluded.at_us, build = excluded.build, fired = heartbeat.fired + excluded.fired

-- fired_late: what fired late since an instant
SELECT count(*) AS n, max(late_us) AS worst FROM timer
WHERE state = 'fired' AND fired_us >= :since_us AND late_us > :tolerance_us

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
