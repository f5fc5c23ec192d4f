"""A chain's clocks: office time stands still while a task waits, dates run on, a new owner does not start it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casedesk.desk import tasks, tells, timers, trail
from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe


def _triage(firm: FirmFixture) -> str:
    """The attorney's triage: reminded after one business day, an alert after two, and 72 h before the agency's date."""
    return run_rfe(firm, until="received").triage


def clocks(turn: Turn, ref: str) -> dict[tuple[str, int], Any]:
    """A task's timers by chain and step."""
    task = turn.uow.need("task", ref, "task.find", ref=ref, id=0)
    rows = turn.uow.all("timer.of_task", task_id=task.id)
    return {(row.chain, row.step): row for row in rows}


def at(firm: FirmFixture, ref: str, step: int) -> tuple[str, datetime, int | None]:
    row = firm.desk("inovak").read(clocks, ref)["triage", step]
    return row.state, instant(row.fire_at_us), row.left_us


def test_a_wait_stops_office_time_and_keeps_what_was_left(copied: FirmFixture) -> None:
    firm = copied
    ref = _triage(firm)  # Monday 09:40 in New York
    okafor = firm.desk("aokafor")
    (_, remind, _), (_, alert, _), (_, before_date, _) = (at(firm, ref, step) for step in (1, 2, 3))
    firm.clock.set(datetime(2026, 11, 9, 19, 40, tzinfo=UTC))  # five office hours later
    okafor.write(tasks.wait, ref, on="client", wake=date(2026, 11, 16))
    state, _, left = at(firm, ref, 1)
    assert (state, left) == ("cancelled", timedelta(hours=3.5) // timedelta(microseconds=1))
    assert at(firm, ref, 3) == ("armed", before_date, None)

    # Two days on, past both moments: nothing of the chain fires.
    firm.clock.set(alert + timedelta(hours=2))
    firm.desk("desk").write(timers.sweep)
    assert not [t for t in okafor.read(tells.listing) if "Still open" in t.subject]

    # She goes on on Friday at ten: three and a half hours are left of the first step.
    firm.clock.set(datetime(2026, 11, 13, 15, 0, tzinfo=UTC))
    okafor.write(tasks.start, ref)
    assert at(firm, ref, 1) == ("armed", datetime(2026, 11, 13, 18, 30, tzinfo=UTC), None)
    firm.clock.set(datetime(2026, 11, 13, 18, 29, tzinfo=UTC))
    assert firm.desk("desk").write(timers.sweep).fired == 0
    firm.clock.advance(minutes=2)
    assert firm.desk("desk").write(timers.sweep).fired == 1
    assert any("Still open" in t.subject for t in okafor.read(tells.listing))
    assert remind < alert < before_date


def test_a_wait_that_wakes_by_itself_goes_on_from_there(copied: FirmFixture) -> None:
    firm = copied
    ref = _triage(firm)
    okafor = firm.desk("aokafor")
    firm.clock.advance(hours=1)
    okafor.write(tasks.wait, ref, on="client", wake=date(2026, 11, 16))
    firm.clock.set(datetime(2026, 11, 16, 14, 0, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert okafor.read(tasks.show, ref).task.status == "in_progress"
    assert at(firm, ref, 1)[:2] == ("armed", datetime(2026, 11, 16, 21, 30, tzinfo=UTC))


def test_a_hold_and_its_undoing_stop_and_start_the_clocks(copied: FirmFixture) -> None:
    firm = copied
    ref = _triage(firm)
    okafor = firm.desk("aokafor")
    with pytest.raises(Refusal, match="for a manager"):
        firm.desk("bcole").write(tasks.hold, ref, reason="no papers")
    with pytest.raises(Refusal, match="has a reason"):
        okafor.write(tasks.hold, ref, reason=" ")
    _, remind, _ = at(firm, ref, 1)
    assert okafor.write(tasks.hold, ref, reason="The client decides first.").status == "on_hold"
    assert at(firm, ref, 1)[0] == "cancelled"
    okafor.write(tasks.undo, ref)
    assert at(firm, ref, 1) == ("armed", remind, None)
    okafor.write(tasks.hold, ref, reason="The client decides first.")
    firm.clock.advance(days=1)
    okafor.write(tasks.start, ref)
    # Eight and a half hours from Tuesday 09:40; Wednesday is Veterans Day.
    assert at(firm, ref, 1)[:2] == ("armed", datetime(2026, 11, 12, 14, 40, tzinfo=UTC))


def test_a_task_that_waits_from_its_first_minute_counts_none(copied: FirmFixture) -> None:
    firm = copied
    run_rfe(firm, until="drafting")
    (ref,) = [t.ref for t in firm.desk("mduarte").read(tasks.queue, scope="waiting")]
    rows = firm.desk("inovak").read(clocks, ref)
    business = [row for row in rows.values() if row.clock == "business"]
    assert all((row.state, row.outcome) == ("cancelled", "paused") for row in business)
    assert {row.state for row in rows.values() if row.clock != "business"} == {"armed"}


def test_a_new_owner_does_not_start_the_chain_again(copied: FirmFixture) -> None:
    firm = copied
    ref = run_rfe(firm, until="received").intake
    firm.clock.set(datetime(2026, 11, 10, 14, 41, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)  # reminded, then reassigned
    owner = firm.desk("inovak").read(tasks.show, ref).task.owner
    assert owner != "mduarte"
    before = firm.desk("inovak").read(clocks, ref)
    firm.desk(owner).write(tasks.hand_off, ref, to="tfinn", note="Yours after all.")
    firm.desk("inovak").write(tasks.reassign, ref, to="mduarte", reason="hers")
    after = firm.desk("inovak").read(clocks, ref)
    assert after == before
    firm.clock.advance(days=2)
    firm.desk("desk").write(timers.sweep)
    entries = firm.desk("jreyes").read(trail.listing, limit=200)
    actions = [e.action for e in entries if e.subject == ref]
    assert actions.count("escalation.remind") == actions.count("escalation.reassign") == 1
