"""Days the office is shut, and people with hours of their own: what is counted from now on knows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casedesk.desk import appointments, closures, deadlines, hours, matters, notes, tasks, trail
from casedesk.desk.desk import Desk
from casedesk.models.identifiers import new_id
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.routing.facts import Facts, facts_from_json, facts_json
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.rfe import run_rfe

NEW_YORK = ZoneInfo("America/New_York")
TOMORROW, THURSDAY = date(2026, 11, 10), date(2026, 11, 12)
"""Tuesday and Thursday of the week the firm stands in; Wednesday is Veterans Day."""


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def opened(firm: FirmFixture) -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            "adjustment_of_status",
            "Ibarra, Rosa",
            paralegal="mduarte",
            attorney="aokafor",
        )
        .ref
    )


def call_back(firm: FirmFixture, matter: str, who: str) -> str:
    """The task of a promised call."""
    firm.desk("mduarte").write(notes.call, matter, "about travel", callback=who)
    (task,) = firm.desk(who).read(tasks.queue, scope="mine")
    return task.ref


def is_open(desk: Desk, day: date) -> bool:
    return desk.read(lambda turn: turn.calendar.is_business_day(day))


def test_what_is_counted_after_a_closure_goes_past_it(firm: FirmFixture) -> None:
    matter = opened(firm)
    assert is_open(firm.desk("mduarte"), TOMORROW)
    view = firm.desk("inovak").write(closures.add, TOMORROW, TOMORROW, "Burst pipe")
    assert (view.first, view.last, view.office, view.by, view.inside) == (
        TOMORROW,
        TOMORROW,
        None,
        "inovak",
        (),
    )
    assert not is_open(firm.desk("mduarte"), TOMORROW)
    task = firm.desk("aokafor").read(tasks.show, call_back(firm, matter, "aokafor")).task
    # Four hours from Monday 09:40 end on Monday; the day after tomorrow is Veterans Day, so a day ends on Thursday.
    assert task.due.astimezone(NEW_YORK).date() == THURSDAY


def test_what_was_counted_before_is_shown_and_not_moved(firm: FirmFixture) -> None:
    matter = opened(firm)
    ref = call_back(firm, matter, "aokafor")
    before = firm.desk("aokafor").read(tasks.show, ref).task
    assert before.due.astimezone(NEW_YORK).date() == TOMORROW
    due = firm.desk("mduarte").write(deadlines.add, matter, "Reply brief", date(2026, 11, 19))
    assert due.internal_due == THURSDAY
    view = firm.desk("inovak").write(closures.add, TOMORROW, THURSDAY, "Burst pipe")
    found = {(line.what, line.ref): line for line in view.inside}
    assert found["task", ref].at == before.due
    assert found["task", ref].who == "aokafor"
    assert found["task", ref].matter == matter
    assert found["date", due.ref].on == THURSDAY
    assert ("agency_date", due.ref) not in found
    assert {what for what, of in found if of == ref} == {"task", "reminder"}
    assert firm.desk("aokafor").read(tasks.show, ref).task.due == before.due
    assert firm.desk("mduarte").read(deadlines.listing)[0].internal_due == THURSDAY
    (listed,) = firm.desk("bcole").read(closures.listing)
    assert listed.inside == view.inside


def test_appointments_and_their_reminders_are_shown_as_well(firm: FirmFixture) -> None:
    """A closure moves no hearing, and the reminder of one does not wait until the office opens."""
    matter = opened(firm)
    hearing = firm.desk("aokafor").write(
        appointments.add, matter, "interview", ny("2026-11-19 10:00"), person="aokafor", place="Newark"
    )
    view = firm.desk("inovak").write(closures.add, TOMORROW, date(2026, 11, 20), "Storm")
    found = {line.what: line for line in view.inside if line.ref == hearing.ref}
    assert (found["appointment"].at, found["appointment"].who) == (hearing.at, "aokafor")
    assert found["reminder"].who == "aokafor"
    assert found["reminder"].title.startswith("appointment")


def test_a_cancelled_closure_is_none(firm: FirmFixture) -> None:
    desk = firm.desk("inovak")
    ref = desk.write(closures.add, TOMORROW, THURSDAY, "Burst pipe").ref
    assert desk.write(closures.cancel, ref).cancelled
    assert is_open(desk, TOMORROW)
    assert desk.read(closures.listing) == ()
    assert [view.ref for view in desk.read(closures.listing, every=True)] == [ref]
    acts = [entry.action for entry in desk.read(trail.listing, limit=50)]
    assert [act for act in acts if act.startswith("closure.")] == ["closure.cancelled", "closure.added"]
    with pytest.raises(Refusal, match="cancelled already"):
        desk.write(closures.cancel, ref)
    assert desk.write(closures.add, TOMORROW, TOMORROW, "Burst pipe again").reason == "Burst pipe again"


@pytest.mark.parametrize(
    "first, last, reason, code",
    [
        (THURSDAY, TOMORROW, "x", "days_in_order"),
        (date(2026, 11, 2), date(2026, 11, 3), "x", "past"),
        (TOMORROW, date(2027, 11, 20), "x", "too_long"),
        (date(2090, 1, 1), date(2090, 1, 2), "x", "date_out_of_range"),
        (TOMORROW, TOMORROW, " ", "empty"),
    ],
)
def test_closures_that_cannot_be(local: FirmFixture, first: date, last: date, reason: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        local.desk("inovak").write(closures.add, first, last, reason)
    assert refused.value.code == code


@pytest.fixture
def local(store_path: Path, manual_clock: ManualClock) -> FirmFixture:
    return local_firm(store_path, manual_clock)


def test_a_day_is_shut_once_and_by_a_manager(firm: FirmFixture) -> None:
    with pytest.raises(NotAllowed):
        firm.desk("mduarte").write(closures.add, TOMORROW, TOMORROW, "Sunny")
    ref = firm.desk("jreyes").write(closures.add, TOMORROW, THURSDAY, "Burst pipe").ref
    with pytest.raises(NotAllowed):
        firm.desk("mduarte").write(closures.cancel, ref)
    with pytest.raises(Refusal, match=ref) as refused:
        firm.desk("inovak").write(closures.add, THURSDAY, date(2026, 11, 13), "Burst pipe")
    assert refused.value.code == "shut_already"


def test_an_office_that_is_shut_shuts_no_other(local: FirmFixture) -> None:
    desk = local.desk("inovak")
    week = '{"0":["09:00","17:00"],"1":["09:00","17:00"]}'
    west = new_id()
    desk.store.write(
        lambda uow: uow.insert("office", id=west, name="West", zone="America/Los_Angeles", hours=week)
    )
    cole = desk.read(lambda turn: turn.person("bcole").id)
    desk.store.write(lambda uow: uow.update("person", cole, office_id=west))
    with pytest.raises(NotFound, match="East"):
        desk.write(closures.add, TOMORROW, TOMORROW, "Burst pipe", office="East")
    view = desk.write(closures.add, TOMORROW, TOMORROW, "Burst pipe", office="west")
    assert view.office == "West"
    assert is_open(desk, TOMORROW)
    assert not is_open(local.desk("bcole"), TOMORROW)
    # The whole firm can still be shut for longer around it.
    assert desk.write(closures.add, THURSDAY, THURSDAY, "Move").office is None


MORNINGS = {"wednesday": "09:00-13:00", "friday": "09:00-13:00"}


def test_a_window_begins_when_somebody_who_works_part_time_is_next_there(firm: FirmFixture) -> None:
    matter = opened(firm)
    view = firm.desk("inovak").write(hours.put, "aokafor", MORNINGS)
    assert view.own
    # Wednesday is Veterans Day: she is there on Friday.
    assert view.there_next == ny("2026-11-13 09:00")
    ref = call_back(firm, matter, "aokafor")
    task = firm.desk("aokafor").read(tasks.show, ref).task
    assert task.acknowledge_by == ny("2026-11-13 13:00")
    # What is due stays due by the office's days.
    assert task.due.astimezone(NEW_YORK).date() == TOMORROW
    assert firm.desk("inovak").sweep().fired == 0
    firm.clock.advance(days=1)
    assert firm.desk("inovak").sweep().fired == 0


def test_a_notice_for_somebody_who_works_part_time(firm: FirmFixture) -> None:
    """The playbook's window, and the chain's, begin on Friday; what the agency counts does not wait for anybody."""
    before = run_rfe(firm, until="received")
    asked = firm.desk("mduarte").read(tasks.show, before.intake).task
    assert asked.acknowledge_by == ny("2026-11-10 09:40")
    firm.desk("inovak").write(hours.put, "mduarte", MORNINGS)
    after = run_rfe(firm, until="received", receipt="IOE0987654321")
    late = firm.desk("mduarte").read(tasks.show, after.intake).task
    assert late.owner == asked.owner == "mduarte"
    assert late.acknowledge_by == ny("2026-11-16 09:00")
    assert (late.internal_due, late.due) == (asked.internal_due, asked.due)


def test_the_facts_of_a_decision_keep_when_somebody_is_next_there(local: FirmFixture) -> None:
    local.desk("inovak").write(hours.put, "aokafor", MORNINGS)
    people = local.desk("inovak").read(lambda turn: dict(turn.people))
    facts = Facts(people=people)
    assert facts_from_json(facts_json(facts)).people == people
    told = {person.handle: person.next_there for person in people.values()}
    assert told["aokafor"] == ny("2026-11-13 09:00")
    assert told["bcole"] is None


def test_while_they_are_there_the_window_runs_at_once(firm: FirmFixture) -> None:
    matter = opened(firm)
    firm.desk("inovak").write(hours.put, "aokafor", {"monday": "09:00-13:00"})
    task = firm.desk("aokafor").read(tasks.show, call_back(firm, matter, "aokafor")).task
    assert task.acknowledge_by == firm.clock.now() + timedelta(hours=4)


def test_hours_are_shown_and_put_back(firm: FirmFixture) -> None:
    manager = firm.desk("inovak")
    assert not manager.read(hours.show, "bcole").own
    manager.write(hours.put, "bcole", {"monday": "08:00-12:30"}, zone="America/Denver")
    view = firm.desk("bcole").read(hours.show, "bcole")
    assert (dict(view.week), view.zone) == ({"monday": "08:00-12:30"}, "America/Denver")
    # 09:40 in New York is 07:40 in Denver.
    assert view.there_next == datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    moved = manager.write(hours.put, "bcole", {}, zone="America/New_York")
    assert (dict(moved.week), moved.there_next) == ({"monday": "08:00-12:30"}, None)
    back = manager.write(hours.put, "bcole", {}, office=True)
    assert (back.own, back.zone, len(back.week)) == (False, "America/New_York", 5)
    with pytest.raises(NotAllowed):
        firm.desk("bcole").write(hours.put, "bcole", {"monday": "10:00-11:00"})


@pytest.mark.parametrize(
    "week, zone, code",
    [
        ({"monday": "9-13"}, None, "bad_hours"),
        ({"monday": "13:00-09:00"}, None, "bad_hours"),
        ({"monday": "09:00"}, None, "bad_hours"),
        ({"someday": "09:00-13:00"}, None, "no_day"),
        ({"monday": "09:00-13:00"}, "America/Springfield", "unknown_zone"),
        ({"monday": "09:00-13:00"}, "../etc/passwd", "unknown_zone"),
        ({}, None, "no_hours"),
    ],
)
def test_hours_that_are_none(local: FirmFixture, week: dict[str, str], zone: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        local.desk("inovak").write(hours.put, "bcole", week, zone=zone)
    assert refused.value.code == code
