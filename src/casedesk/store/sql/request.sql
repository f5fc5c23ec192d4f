-- _events: what became of requests for information
SELECT e.id, e.trigger, e.subject, e.correlation, e.matter_id, e.actor_id, e.at_us, e.outcome FROM event e

-- of_matter: what was asked of the people of a matter, and what became of it
{_events} WHERE e.matter_id = :matter_id
    AND e.trigger IN ('request.sent', 'request.out', 'request.again', 'request.closed', 'request.answered')

-- of_request: one request and what became of it, by the id of its first message
{_events} WHERE e.subject = :subject
    AND e.trigger IN ('request.sent', 'request.out', 'request.again', 'request.closed', 'request.answered')

-- letters: the first messages of requests, newest first
SELECT g.id, g.ref, g.matter_id, g.created_us FROM message g WHERE g.template = 'information_request'
AND (CAST(:matter_id AS bigint) IS NULL OR g.matter_id = :matter_id)
AND (CAST(:after_us AS bigint) IS NULL OR g.created_us < :after_us
    OR (g.created_us = :after_us AND g.id < :after_id))
ORDER BY g.created_us DESC, g.id DESC LIMIT :limit

-- last_wake: the newest of a task's wake-up timers in its generation
SELECT max(step) AS step FROM timer WHERE subject_id = :task_id AND chain = 'wake' AND generation = :generation

-- collecting: open tasks of a matter on whose checklists papers are open
SELECT t.id, t.ref, t.title FROM task t WHERE t.matter_id = :matter_id
    AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND EXISTS (SELECT 1 FROM task_item i WHERE i.task_id = t.id AND i.state = 'open' AND i.wants_file = 1)
ORDER BY t.due_us, t.id
