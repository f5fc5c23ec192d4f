"""A chain's clocks: office time stands still while a task waits, dates run on, a new owner does not start it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casedesk.desk import matters, papers, people, tasks, tells, timers, trail
from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import RECEIPT, notice, run_rfe


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


def test_a_wait_stops_office_time_and_keeps_what_was_left(firm: FirmFixture) -> None:
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


def test_a_wait_that_wakes_by_itself_goes_on_from_there(firm: FirmFixture) -> None:
    ref = _triage(firm)
    okafor = firm.desk("aokafor")
    firm.clock.advance(hours=1)
    okafor.write(tasks.wait, ref, on="client", wake=date(2026, 11, 16))
    firm.clock.set(datetime(2026, 11, 16, 14, 0, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert okafor.read(tasks.show, ref).task.status == "in_progress"
    assert at(firm, ref, 1)[:2] == ("armed", datetime(2026, 11, 16, 21, 30, tzinfo=UTC))


def test_a_hold_and_its_undoing_stop_and_start_the_clocks(firm: FirmFixture) -> None:
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


def test_a_task_that_waits_from_its_first_minute_counts_none(firm: FirmFixture) -> None:
    run_rfe(firm, until="drafting")
    (ref,) = [t.ref for t in firm.desk("mduarte").read(tasks.queue, scope="waiting")]
    rows = firm.desk("inovak").read(clocks, ref)
    business = [row for row in rows.values() if row.clock == "business"]
    assert all((row.state, row.outcome) == ("cancelled", "paused") for row in business)
    assert {row.state for row in rows.values() if row.clock != "business"} == {"armed"}


def test_a_new_owner_does_not_start_the_chain_again(firm: FirmFixture) -> None:
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


def test_an_emergency_goes_by_its_own_chain_and_ends_at_the_managers(firm: FirmFixture) -> None:
    refs = {}
    for priority, receipt in (("emergency", RECEIPT), ("standard", "IOE0912345686")):
        firm.desk("mduarte").write(
            matters.open_matter,
            "adjustment_of_status",
            f"Ibarra, {priority}",
            priority=priority,
            paralegal="mduarte",
            attorney="aokafor",
            form=("I-485",),
            receipt=receipt,
        )
        got = firm.desk("tfinn").write(papers.receive, notice(receipt))
        (refs[priority],) = [t["ref"] for t in got.tasks if t["kind"] == "rfe_intake"]
    chains = {p: {chain for chain, _ in firm.desk("inovak").read(clocks, ref)} for p, ref in refs.items()}
    assert chains == {"emergency": {"emergency"}, "standard": {"default"}}

    firm.clock.advance(hours=1, minutes=1)
    firm.desk("desk").sweep()
    for handle in ("mduarte", "aokafor"):
        heard = firm.desk(handle).read(tells.listing)
        assert any("Not acknowledged yet" in t.subject + t.body for t in heard)
    firm.clock.advance(hours=3)
    firm.desk("desk").sweep()
    alerts = [t for t in firm.desk("inovak").read(tells.listing) if refs["emergency"] in t.subject + t.body]
    assert any("items open (" in t.subject + t.body for t in alerts)
    # The last step of a chain, 72 h before the agency's date, is an alarm, and reaches somebody who is there.
    firm.desk("inovak").write(people.absence, "inovak", date(2027, 1, 20), date(2027, 1, 29))
    firm.clock.set(datetime(2027, 1, 25, 22, 31, tzinfo=UTC))
    firm.desk("desk").sweep()
    entries = firm.desk("jreyes").read(trail.listing, action="escalation.alert", limit=200)
    (last,) = [e for e in entries if e.subject == refs["standard"]]
    assert last.payload["last"] is True
    told = last.payload["told"]
    assert isinstance(told, list)
    assert told
    assert "inovak" not in told
    assert {"kind", "owner", "state", "late_us", "chain", "step"} <= set(last.payload)
