"""Chains: what is armed, at which minute, and whom a timer reaches when it fires."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from casedesk.routing.chains import arm, fire
from casedesk.routing.effects import PlannedTimer
from tests.support.routing import CHEN, DUARTE, FIRM, OKAFOR, REYES, ny, office, rosa, shipped

MONDAY = ny(2026, 11, 9, 9, 40)


def armed(
    at: datetime, agency: date | None, internal: date | None, *, acknowledge: bool = True
) -> tuple[PlannedTimer, ...]:
    chain = shipped().chains["default"]
    return arm(
        chain, at, calendar=office(), acknowledge=acknowledge, agency_due=agency, internal_due=internal
    )


def test_the_default_chain_reminds_reassigns_and_alerts_before_the_date() -> None:
    remind, reassign, alert = armed(MONDAY, date(2027, 1, 28), date(2027, 1, 21))
    assert (remind.action, remind.fire_at) == ("remind", ny(2026, 11, 9, 13, 40))
    assert (reassign.action, reassign.fire_at) == ("reassign", ny(2026, 11, 10, 9, 40))
    assert (alert.action, alert.condition) == ("alert", "incomplete")
    # Thursday's close less 72 real hours is Monday's close.
    assert alert.fire_at == ny(2027, 1, 25, 17, 30)
    assert [t.step for t in (remind, reassign, alert)] == [1, 2, 3]
    assert not any(t.late for t in (remind, reassign, alert))


def test_the_deadline_clock_lands_in_office_hours_at_or_before_its_moment() -> None:
    alert = armed(MONDAY, date(2026, 12, 9), None)[-1]
    # Wednesday 17:30 less 72 hours is Sunday 17:30: Friday's close comes before it.
    assert alert.fire_at == ny(2026, 12, 4, 17, 30)


def test_inside_the_last_72_hours_the_alert_fires_at_once_and_says_late() -> None:
    alert = armed(MONDAY, date(2026, 11, 10), date(2026, 11, 10))[-1]
    assert (alert.fire_at, alert.late) == (MONDAY, True)


def test_an_acknowledgement_window_never_runs_past_the_internal_date() -> None:
    remind, reassign, _ = armed(ny(2026, 11, 9, 15, 0), date(2026, 11, 30), date(2026, 11, 9))
    assert remind.fire_at == ny(2026, 11, 9, 17, 30)
    assert reassign.fire_at == ny(2026, 11, 9, 17, 30)


def test_without_an_acknowledgement_or_a_date_those_steps_are_left_out() -> None:
    assert [t.step for t in armed(MONDAY, date(2027, 1, 28), None, acknowledge=False)] == [3]
    assert [t.step for t in armed(MONDAY, None, None)] == [1, 2]


def test_a_date_beyond_the_calendar_arms_nothing_and_one_before_it_fires_at_once() -> None:
    assert [t.step for t in armed(MONDAY, date(2090, 1, 1), date(2090, 1, 1))] == [1, 2]
    past = armed(MONDAY, date(1990, 1, 1), date(1990, 1, 1))
    assert [t.late for t in past] == [False, False, True]
    assert past[-1].fire_at == MONDAY


def test_reassignment_goes_to_the_secondary_and_never_back_to_the_owner() -> None:
    step = shipped().chains["default"].steps[1]
    firing = fire(step.do, step.to, rosa(), owner=DUARTE, reserved=False)
    assert firing.owner is not None
    assert firing.owner.person == CHEN
    assert [p.person for p in firing.tell] == [CHEN]
    again = fire(step.do, step.to, rosa(), owner=CHEN, reserved=False)
    assert again.owner is not None
    assert again.owner.person == OKAFOR


def test_reserved_work_is_not_reassigned_to_unlicensed_staff() -> None:
    step = shipped().chains["default"].steps[1]
    firing = fire(step.do, step.to, rosa(), owner=DUARTE, reserved=True)
    assert firing.owner is not None
    assert firing.owner.person == OKAFOR


def test_an_alert_reaches_every_target_and_present_people_in_place_of_absent_ones() -> None:
    step = shipped().chains["default"].steps[2]
    assert [p.person for p in fire(step.do, step.to, rosa(), owner=DUARTE, reserved=False).tell] == [
        REYES,
        OKAFOR,
    ]
    people = {i: replace(p, present=i == CHEN) for i, p in FIRM.items()}
    away = fire(step.do, step.to, rosa(people=people), owner=DUARTE, reserved=False)
    assert [p.person for p in away.tell] == [CHEN]


@pytest.mark.parametrize(("present", "reached"), [(True, DUARTE), (False, CHEN)])
def test_a_reminder_reaches_the_owner_or_her_cover(present: bool, reached: int) -> None:
    people = {**FIRM, DUARTE: replace(FIRM[DUARTE], present=present, cover=CHEN)}
    firing = fire("remind", ("task.owner",), rosa(people=people), owner=DUARTE, reserved=False)
    assert firing.owner is None
    assert [p.person for p in firing.tell] == [reached]
