-- counts: how many matters and tasks the store holds, and how many of these are open
SELECT (SELECT count(*) FROM matter) AS matters, (SELECT count(*) FROM task) AS tasks, (SELECT count(*) FROM task
    WHERE state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS open_tasks

-- refs: every ref of a task or a client, so that none is given again
SELECT ref FROM task UNION ALL SELECT ref FROM client

-- numbers: the last matter number of each year
SELECT year, last FROM matter_number

-- set_number: from now on matters of this year are numbered after this one
INSERT INTO matter_number (year, last) VALUES (:year, :last) ON CONFLICT (year) DO UPDATE SET last = excluded.last
