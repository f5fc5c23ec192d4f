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
