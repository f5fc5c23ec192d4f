"""What an edit would have changed: recorded events decided again, on a real store, with nothing written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casedesk.desk import playbooks, rules_install, rules_replay, walls
from casedesk.desk.rules_replay import ReplayView
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from tests.desk.test_rules_install import CHAIN, came_in, local, opened, own
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import OwnedDb

__all__ = ["local"]

MOVED = """
[[rule]]
id = "rfe-look"
title = "Somebody else reads"
version = 2
trigger = "notice.received"
effective_from = 2027-01-01

[rule.when]
"document.kind" = "rfe"
"document.matched" = true

[[rule.then]]
do = "create_task"
title = "Read the RFE aloud"
kind = "rfe_aloud"
owner = ["matter.secondary_paralegal", "role:operations_manager"]
due = { amount = 3, unit = "businessDays" }
chain = "default"
"""


def replayed(firm: FirmFixture, text: str, who: str = "jreyes", **more: Any) -> ReplayView:
    files = {"try.toml": text.encode()} if text else {}
    return firm.desk(who).read(rules_replay.replay, files, timedelta(days=90), **more)


def rows(firm: FirmFixture) -> list[int]:
    def counted(turn: Turn) -> list[int]:
        tables = ("event", "decision", "task", "timer", "audit", "outbox", "rule_set", "rule_install", "seen")
        asked = (turn.uow.conn.exec_driver_sql(f"SELECT count(*) FROM {t}") for t in tables)
        return [int(a.scalar_one()) for a in asked]

    return firm.desk("jreyes").read(counted)


def test_an_edit_names_the_tasks_it_would_move(firm: FirmFixture) -> None:
    opened(firm)
    firm.desk("jreyes").write(rules_install.install, own())
    task = next(t["ref"] for t in came_in(firm).tasks if t["kind"] == "rfe_aloud")
    before = rows(firm)
    told = replayed(firm, MOVED)
    assert rows(firm) == before
    assert (told.moved, told.changed, told.unread) == ((task,), 1, 0)
    by_what = {c.what: c for c in told.changes}
    assert (by_what["owner"].was, by_what["owner"].now) == ("aokafor", "bcole")
    assert (by_what["owner"].task, by_what["owner"].state, by_what["owner"].title) == (
        task,
        "new",
        "Read the RFE aloud",
    )
    assert (by_what["due"].was, by_what["due"].now) == ("Tue 2026-11-10 17:30", "Fri 2026-11-13 17:30")
    assert (told.due_changed, told.owners_lost, told.opened, told.not_opened) == (1, 0, 0, 0)
    # Without the firm's own the task would not be there at all.
    gone = replayed(firm, "")
    assert [(c.what, c.task) for c in gone.changes] == [("not_opened", task)]
    same = replayed(firm, own()["own.toml"].decode())
    assert (same.changes, same.events) == ((), told.events)


def test_other_chains_count_the_escalations_of_a_playbooks_own_steps_too(local: FirmFixture) -> None:
    ref = opened(local)
    came_in(local)
    local.desk("mduarte").write(playbooks.begin, ref, "hearing")
    told = replayed(local, CHAIN)
    assert {c.what for c in told.changes} == {"escalations"}
    assert told.escalations_fewer > 0
    assert told.escalations_more == 0
    # One opened by a rule, and one that a playbook opened with none.
    assert {c.trigger for c in told.changes} == {"notice.received", "schedule"}
    assert all(c.task is not None for c in told.changes)
    assert replayed(local, CHAIN, pilot="h1b").changes == ()


def test_a_contradiction_is_counted(local: FirmFixture) -> None:
    opened(local)
    local.desk("jreyes").write(rules_install.install, own())
    came_in(local)
    two = MOVED + MOVED.replace("rfe-look", "rfe-other").replace("secondary", "primary")
    told = replayed(local, two)
    assert told.contradictions == 1
    assert any(c.what == "contradiction" and "rfe-look and rfe-other" in c.now for c in told.changes)


def test_how_far_back(local: FirmFixture) -> None:
    opened(local)
    came_in(local)
    whole = replayed(local, MOVED)
    assert (whole.opened, whole.moved) == (1, ())
    assert [(c.what, c.task, c.now) for c in whole.changes] == [("opened", None, "bcole")]
    local.clock.advance(days=91)
    assert replayed(local, MOVED).events == 0
    since = local.desk("jreyes").read(rules_replay.replay, {"t.toml": MOVED.encode()}, date(2026, 11, 9))
    assert since.events == whole.events
    with pytest.raises(Refusal):
        replayed(local, "[[rule]]")


def test_what_stands_behind_a_wall_is_replayed_by_those_inside_alone(pg_database: OwnedDb) -> None:
    firm = shared_firm(pg_database, ManualClock())
    ref = opened(firm)
    came_in(firm)
    inside = ("mduarte", "aokafor", "bcole", "jreyes")
    firm.desk("jreyes").write(walls.raise_wall, ref, "A former client", inside=inside, reassign_to="mduarte")
    assert replayed(firm, MOVED).opened == 1
    assert replayed(firm, MOVED, "lchen").events == 0
    firm.close()
