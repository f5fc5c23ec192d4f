"""What each person has open, and when they were given what, kept in step with every task and matter: nobody adds up the
firm's tasks, or goes through its matters, to pick an owner."""

from __future__ import annotations

from casedesk.store.guards.said import Consequence

OPEN = "{row}.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')"
_FRONT = "NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = {row}.matter_id AND m.guarded = 1)"

_WAS, _IS = OPEN.format(row="OLD"), OPEN.format(row="NEW")
_MOVED = (
    f"(({_WAS}) <> ({_IS}) OR OLD.owner_id <> NEW.owner_id OR OLD.hours_tenths <> NEW.hours_tenths"
    " OR COALESCE(OLD.matter_id, 0) <> COALESCE(NEW.matter_id, 0))"
)
_ON_TOP = (
    " ON CONFLICT (person_id) DO UPDATE SET hours_tenths = open_work.hours_tenths + excluded.hours_tenths,"
    " last_us = CASE WHEN excluded.last_us > open_work.last_us THEN excluded.last_us ELSE open_work.last_us END"
)
_ADD = (
    "INSERT INTO open_work (person_id, hours_tenths, last_us)"
    f" VALUES (NEW.owner_id, NEW.hours_tenths, NEW.created_us){_ON_TOP}"
)
_LATER = (
    " ON CONFLICT (person_id, kind) DO UPDATE SET"
    " last_us = CASE WHEN excluded.last_us > matter_given.last_us THEN excluded.last_us ELSE matter_given.last_us END"
)
_GIVEN = (
    "INSERT INTO matter_given (person_id, kind, last_us) SELECT NEW.person_id, NEW.kind, m.opened_us FROM matter m"
    f" WHERE m.id = NEW.matter_id AND m.guarded = 0{_LATER}"
)
_TASKS_OF_MATTER = f"FROM task t WHERE t.matter_id = NEW.id AND {OPEN.format(row='t')}"

CONSEQUENCES_FOR_LOAD = (
    Consequence("task", "INSERT", "load_given", f"{_IS} AND {_FRONT.format(row='NEW')}", _ADD),
    Consequence(
        "task",
        "UPDATE",
        "load_taken_off",
        f"{_MOVED} AND {_WAS} AND {_FRONT.format(row='OLD')}",
        "UPDATE open_work SET hours_tenths = hours_tenths - OLD.hours_tenths WHERE person_id = OLD.owner_id",
    ),
    Consequence("task", "UPDATE", "load_put_on", f"{_MOVED} AND {_IS} AND {_FRONT.format(row='NEW')}", _ADD),
    Consequence(
        "matter",
        "UPDATE",
        "load_behind_a_wall",
        "OLD.guarded = 0 AND NEW.guarded = 1",
        f"UPDATE open_work SET hours_tenths = hours_tenths - (SELECT COALESCE(sum(t.hours_tenths), 0) {_TASKS_OF_MATTER}"
        f" AND t.owner_id = open_work.person_id) WHERE person_id IN (SELECT t.owner_id {_TASKS_OF_MATTER})",
    ),
    Consequence(
        "matter",
        "UPDATE",
        "load_before_a_wall",
        "OLD.guarded = 1 AND NEW.guarded = 0",
        "INSERT INTO open_work (person_id, hours_tenths, last_us) SELECT t.owner_id, sum(t.hours_tenths),"
        f" max(t.created_us) {_TASKS_OF_MATTER} GROUP BY t.owner_id{_ON_TOP}",
    ),
    Consequence("matter_owner", "INSERT", "matter_given_first", "1 = 1", _GIVEN),
    Consequence("matter_owner", "UPDATE", "matter_given_on", "NEW.person_id <> OLD.person_id", _GIVEN),
)

RECOUNT = (
    "UPDATE open_work SET hours_tenths = 0",
    "INSERT INTO open_work (person_id, hours_tenths, last_us)"
    f" SELECT t.owner_id, sum(CASE WHEN {OPEN.format(row='t')} THEN t.hours_tenths ELSE 0 END), max(t.created_us)"
    f" FROM task t WHERE {_FRONT.format(row='t')} GROUP BY t.owner_id{_ON_TOP}",
    "INSERT INTO matter_given (person_id, kind, last_us) SELECT o.person_id, o.kind, max(m.opened_us) FROM matter_owner o"
    f" JOIN matter m ON m.id = o.matter_id WHERE m.guarded = 0 GROUP BY o.person_id, o.kind{_LATER}",
)
"""Count everything anew, after rows came in with no guard in their way. When somebody was given work last stays where
what is counted knows less."""
