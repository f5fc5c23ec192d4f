"""Scenario G7: M. Duarte is away 7 to 18 December, L. Chen covers; told on both stores.

23 open tasks: the sheet lists 9; three lack notes and must get them; an RFE arriving on 9 December goes to Chen and `why`
says so; back on 21 December seven were done for her, two return with notes; her acknowledgement rate is untouched.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casedesk.desk import handover, papers, people, rules, tasks, tells, timers, trail
from casedesk.desk.apply import About, open_task
from casedesk.desk.turn import Turn
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import Refusal
from casedesk.reports import kpi
from casedesk.routing.effects import OpenTask, PlannedTimer
from tests.support.firm import FirmFixture
from tests.support.rfe import CASTS, notice, open_matter

FIRST, LAST = date(2026, 12, 7), date(2026, 12, 18)
SAID = "A note for whoever goes on."


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A December morning or afternoon in New York."""
    return datetime(2026, 12, day, hour + 5, minute, tzinfo=UTC)


def opened(turn: Turn, title: str, due: datetime, *, window: datetime | None = None) -> str:
    """A task of mduarte's."""
    timer = PlannedTimer("ack", 1, due, "unacknowledged", "remind", ("task.owner",), clock="business")
    effect = OpenTask(
        key=title,
        kind="call_back",
        title=title,
        playbook=None,
        playbook_version=None,
        step=None,
        owner=turn.person("mduarte").id,
        owner_reason="for the story",
        candidates=(),
        acknowledge_by=window,
        due=due,
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=0.5,
        items=(),
        timers=(timer,) if window else (),
    )
    return open_task(turn, effect, About(event_id=0, subject="story"))["ref"]


def rate(firm: FirmFixture) -> tuple[object, ...]:
    """Duarte's acknowledgement rate over the quarter."""
    return firm.desk("inovak").read(duartes_rate)


def duartes_rate(turn: Turn) -> tuple[object, ...]:
    report = kpi.report(turn, since=date(2026, 10, 1), until=date(2026, 12, 31), by="person")
    return tuple(g.acknowledgement_rate for g in report.groups if g.group == "mduarte")


def test_a_vacation(firm: FirmFixture) -> None:
    duarte, chen, worker = firm.desk("mduarte"), firm.desk("lchen"), firm.desk("desk")
    open_matter(firm, CASTS[ReviewPolicy.THREE_PERSON])

    # Friday 4 December: 23 open tasks. Five are begun, two of them with a note; four fall due before Wednesday 23rd.
    firm.clock.set(at(3, 9))
    begun = [duarte.write(opened, f"Begun {n}", at(31, 15) + timedelta(days=n)) for n in range(5)]
    far = [duarte.write(opened, f"Next year {n}", at(31, 15) + timedelta(days=n)) for n in range(14)]
    firm.clock.set(at(4, 9))
    near = [
        duarte.write(opened, "Due on the 9th", at(9, 15), window=at(7, 11)),
        duarte.write(opened, "Due on the 18th", at(18, 15), window=at(7, 12)),
        duarte.write(opened, "Due on the 21st", at(21, 15)),
        duarte.write(opened, "Due on the 22nd", at(22, 17)),
    ]
    early = duarte.write(opened, "Acknowledged in time", at(4, 16), window=at(4, 13))
    duarte.write(tasks.acknowledge, early)
    duarte.write(tasks.complete, early)
    for ref in begun:
        duarte.write(tasks.start, ref)
    firm.desk("inovak").write(tasks.reassign, begun[0], to="bcole", reason="for a moment")
    firm.desk("bcole").write(tasks.hand_off, begun[0], to="mduarte", note="The form is half filled in.")
    duarte.write(tasks.start, begun[0])
    assert len(duarte.read(tasks.queue)) == 23
    firm.clock.set(at(4, 13, 30))
    before = rate(firm)
    assert before

    # Her absence opens the sheet.
    with pytest.raises(Refusal, match="for a manager"):
        firm.desk("bcole").write(people.absence, "mduarte", FIRST, LAST, cover="lchen")
    duarte.write(people.absence, "mduarte", FIRST, LAST, cover="lchen", note="Leave")
    sheet = duarte.write(handover.note, "mduarte", {begun[1]: SAID})
    assert (sheet.until, sheet.cover, sheet.closed) == (date(2026, 12, 22), "lchen", False)
    assert sorted(line.task for line in sheet.lines) == sorted([*begun, *near])
    assert sorted(sheet.missing) == sorted(begun[2:])
    with pytest.raises(Refusal, match="not on the sheet"):
        duarte.write(handover.note, "mduarte", {far[0]: SAID})
    with pytest.raises(Refusal, match="is empty"):
        duarte.write(handover.note, "mduarte", {begun[2]: " "})
    with pytest.raises(Refusal, match="for a manager"):
        chen.write(handover.note, "mduarte", {begun[2]: SAID})
    half = duarte.write(handover.note, "mduarte", {begun[2]: SAID, begun[3]: SAID})
    assert (half.closed, half.missing) == (False, (begun[4],))
    assert duarte.write(handover.note, "mduarte", {begun[4]: SAID}).closed
    worker.sweep()
    assert len(duarte.read(tasks.queue)) == 23  # she is still here

    # Monday 7 December: the nine are Chen's, each with its note; the fourteen wait for her.
    firm.clock.set(at(7, 9))
    worker.sweep()
    assert {line.where for line in chen.read(handover.show, "mduarte").lines} == {"covered"}
    theirs = {t.ref: t for t in chen.read(tasks.queue)}
    assert sorted(theirs) == sorted([*begun, *near])
    assert {t.status for t in theirs.values()} == {"new"}
    assert "covers Maria Duarte, away until 2026-12-18" in theirs[near[0]].owner_reason
    assert theirs[begun[0]].handoff_note == "The form is half filled in."
    assert {theirs[ref].handoff_note for ref in begun[1:]} == {SAID}
    assert sorted(t.ref for t in duarte.read(tasks.queue)) == sorted(far)
    (told,) = [t for t in chen.read(tells.listing) if "with you until" in t.subject]
    assert told.subject == "9 tasks of mduarte with you until 2026-12-18"
    worker.sweep()
    assert len([t for t in chen.read(tells.listing) if "with you until" in t.subject]) == 1

    # One window she meets for Duarte, one she misses.
    chen.write(tasks.acknowledge, near[0])
    firm.clock.set(at(7, 15))
    worker.sweep()
    chen.write(tasks.acknowledge, near[1])

    # Wednesday 9 December: an RFE comes in.
    firm.clock.set(at(9, 10))
    got = firm.desk("tfinn").write(papers.receive, notice())
    (intake,) = [t for t in got.tasks if t["kind"] == "rfe_intake"]
    assert intake["owner"] == "lchen"
    why = chen.read(rules.why, intake["ref"])
    assert "covers Maria Duarte, away until 2026-12-18" in why.owner_reason
    (passed,) = [c for c in why.candidates if c.person == "mduarte"]
    assert (passed.chosen, passed.reason) == (False, "away until 2026-12-18")
    chen.write(tasks.acknowledge, intake["ref"])

    # Seven are done for her; one waits for the client, one is on the desk.
    for ref in [*near, *begun[:3]]:
        chen.write(tasks.complete, ref)
    chen.write(tasks.wait, begun[3], on="client", wake=date(2026, 12, 28), note="Asked twice.")
    chen.write(tasks.start, begun[4])

    # Monday 21 December: she is back.
    firm.clock.set(at(21, 9))
    worker.sweep()
    sheet = duarte.read(handover.show, "mduarte")
    assert (sheet.done, sheet.returned, len(sheet.lines)) == (7, 2, 9)
    mine = {t.ref: t for t in duarte.read(tasks.queue)}
    assert sorted(mine) == sorted([*far, *begun[3:]])
    assert (mine[begun[3]].status, mine[begun[3]].handoff_note) == ("waiting", "Asked twice.")
    assert (mine[begun[4]].status, mine[begun[4]].handoff_note) == ("new", SAID)
    assert "covered by lchen" in mine[begun[4]].owner_reason
    assert any(t.subject == "2 tasks back with you" for t in duarte.read(tells.listing))
    assert [t.ref for t in chen.read(tasks.queue)] == [intake["ref"]]
    firm.clock.set(at(31, 16))
    assert rate(firm) == before
    assert firm.desk("jreyes").read(trail.verify).ok


def test_an_early_return_and_a_cover_who_is_away(firm: FirmFixture) -> None:
    duarte, worker = firm.desk("mduarte"), firm.desk("desk")
    firm.clock.set(at(4, 9))
    ref = duarte.write(opened, "Due on the 9th", at(9, 15))
    duarte.write(tasks.start, ref)
    with pytest.raises(Refusal, match="is not away"):
        duarte.read(handover.show, "mduarte")
    duarte.write(people.absence, "mduarte", FIRST, LAST, cover="lchen")
    with pytest.raises(Refusal, match="not today"):
        duarte.write(handover.back, "mduarte")
    # Nobody wrote the note, and the cover is ill: the cover's cover has it, and the managers hear of the missing note.
    firm.desk("lchen").write(people.absence, "lchen", FIRST, FIRST, cover="bcole")
    firm.clock.set(at(7, 9))
    worker.sweep()
    assert duarte.read(tasks.show, ref).task.owner == "bcole"
    assert any("without a note" in t.subject for t in firm.desk("inovak").read(tells.listing))
    # The day after, Chen is back; the task is Duarte's, so it stays where it is until she is.
    firm.clock.set(at(8, 9))
    worker.sweep()
    assert duarte.read(tasks.show, ref).task.owner == "bcole"
    sheet = duarte.write(handover.back, "mduarte")
    assert (sheet.last, sheet.returned) == (date(2026, 12, 7), 1)
    assert duarte.read(tasks.show, ref).task.owner == "mduarte"
    worker.sweep()
    assert duarte.read(tasks.show, ref).task.owner == "mduarte"
    actions = [e.action for e in firm.desk("jreyes").read(trail.listing) if e.subject == ref]
    assert (actions.count("task.covered"), actions.count("task.returned")) == (1, 1)


def test_reserved_work_goes_to_somebody_with_a_licence(firm: FirmFixture) -> None:
    open_matter(firm, CASTS[ReviewPolicy.THREE_PERSON])
    firm.clock.set(at(4, 9))
    got = firm.desk("tfinn").write(papers.receive, notice())
    (triage,) = [t["ref"] for t in got.tasks if t["kind"] == "rfe_triage"]
    firm.desk("aokafor").write(people.absence, "aokafor", FIRST, LAST, cover="bcole")
    firm.clock.set(at(7, 9))
    firm.desk("desk").sweep()
    owner = firm.desk("inovak").read(tasks.show, triage).task.owner
    assert owner in {"lchen", "jreyes"}
    assert firm.desk("desk").write(timers.sweep).failed == 0
