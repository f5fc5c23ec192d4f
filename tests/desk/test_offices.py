"""Offices: another one, its hours and clock, who works there; what was counted before stays where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from casedesk.desk import hours, matters, notes, offices, tasks, trail
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

WEEK = {str(day): ("09:00", "17:30") for day in range(5)}
MAIN = "Main office"


@pytest.mark.own_logins
def test_another_office_moves_nobody_until_a_manager_says_so(firm: FirmFixture) -> None:
    novak, finn = firm.desk("inovak"), firm.desk("tfinn")
    (before,) = finn.read(offices.listing)
    made = novak.write(offices.add, "Austin", "America/Chicago", WEEK, address="1 Elm Street, Austin")
    assert (made.name, made.zone, made.week["friday"], made.people) == (
        "Austin",
        "America/Chicago",
        "09:00-17:30",
        0,
    )
    # By name Austin comes first; nobody works there for all that, the worker neither.
    assert [(o.name, o.people) for o in finn.read(offices.listing)] == [("Austin", 0), (MAIN, before.people)]
    for who in (finn, firm.desk("desk")):
        assert who.read(lambda turn: turn.office.name) == MAIN
    placed = novak.write(offices.place, "tfinn", "austin")
    assert (placed.zone, placed.own) == ("America/Chicago", False)
    assert finn.read(lambda turn: turn.calendar.zone) == "America/Chicago"
    assert [(o.name, o.people) for o in finn.read(offices.listing)] == [
        ("Austin", 1),
        (MAIN, before.people - 1),
    ]
    done = [entry.action for entry in firm.desk("jreyes").read(trail.listing, limit=10)]
    assert {"office.added", "person.office"} <= set(done)


@pytest.mark.own_logins
def test_new_hours_hold_for_what_is_counted_from_then_on(firm: FirmFixture) -> None:
    duarte, novak, okafor = firm.desk("mduarte"), firm.desk("inovak"), firm.desk("aokafor")
    matter = duarte.write(
        matters.open_matter, "other", "Ibarra, Rosa", paralegal="mduarte", attorney="aokafor"
    ).ref

    def call_back(asked: str) -> datetime:
        before = {row.ref for row in okafor.read(tasks.queue, scope="mine")}
        duarte.write(notes.call, matter, asked, callback="aokafor")
        (task,) = [row for row in okafor.read(tasks.queue, scope="mine") if row.ref not in before]
        return task.due

    first = call_back("about travel")
    late = dict.fromkeys(WEEK, ("12:00", "20:00"))
    view = novak.write(offices.change, MAIN, week=late, rename="New York")
    assert (view.name, view.week["monday"]) == ("New York", "12:00-20:00")
    assert okafor.read(hours.show, "aokafor").week["monday"] == "12:00-20:00"
    second = call_back("about work")
    assert {row.due for row in okafor.read(tasks.queue, scope="mine")} == {first, second}
    assert second != first


@pytest.mark.own_logins
def test_what_no_office_can_be(firm: FirmFixture) -> None:
    novak = firm.desk("inovak")

    def code(act: object, *given: object, **more: object) -> str:
        with pytest.raises(Refusal) as refused:
            novak.write(act, *given, **more)  # type: ignore[arg-type]
        return refused.value.code

    assert code(offices.add, "main OFFICE", "America/Chicago", WEEK) == "office_taken"
    assert code(offices.add, "Austin", "America/Austin", WEEK) == "unknown_zone"
    assert code(offices.add, "Austin", " ", WEEK) == "unknown_zone"
    assert code(offices.add, "Austin", "America/Chicago", {}) == "no_hours"
    assert code(offices.add, " ", "America/Chicago", WEEK) == "empty"
    assert code(offices.change, MAIN) == "nothing_given"
    with pytest.raises(NotFound):
        novak.write(offices.place, "tfinn", "Austin")
    asked: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (offices.add, ("Austin", "America/Chicago", WEEK)),
        (offices.change, (MAIN,)),
        (offices.place, ("tfinn", MAIN)),
    )
    for act, given in asked:
        with pytest.raises(NotAllowed):
            firm.desk("mduarte").write(act, *given)
