"""Training: what each acknowledged, or was trained in, in which edition, and until when it counts."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from casedesk.desk import asked, authority
from casedesk.desk.turn import Turn, day, instant, opaque
from casedesk.desk.views.people import CourseView, TrainingView
from casedesk.models.enums import LicenceKind
from casedesk.refusal import NotAllowed
from casedesk.routing.authority import Course


def courses(turn: Turn) -> tuple[CourseView, ...]:
    """The courses of the authority matrix, the acts that ask for each, and whether one's own counts today."""
    matrix = authority.matrix(turn)
    mine = standing(turn, turn.actor.id)
    return tuple(
        CourseView(
            id=course.id,
            title=course.title,
            edition=course.edition,
            months=course.months,
            given=course.given,
            acts=tuple(
                [act.title for act in matrix.act if course.id in act.training]
                + (["Supervising delegated work"] if course.id in matrix.supervisors else [])
            ),
            mine=not mine.get(course.id, "x"),
        )
        for course in matrix.course
    )


def listing(turn: Turn, name: str | None = None) -> tuple[TrainingView, ...]:
    """What is on record, newest first: one's own, or, within the firm, anybody's."""
    person_id = None if name is None else turn.person(name).id
    if turn.actor.outside and person_id not in (None, turn.actor.id):
        turn.require_inside("Looking up somebody's training")
    rows = turn.uow.all("supervision.trainings", person_id=turn.actor.id if turn.actor.outside else person_id)
    return tuple(_view(turn, row) for row in rows)


def acknowledge(turn: Turn, course: str) -> TrainingView:
    """One's own word to have read and understood a course's edition in force. Raises `NotAllowed` for one the firm
    gives, which somebody else records."""
    found = _course(turn, course)
    if found.given and len(turn.people) > 1:
        raise NotAllowed(
            "given_by_the_firm",
            f"{found.title} is given by the firm; nobody acknowledges it for themselves.",
            f"A manager records it: casedesk training add {turn.actor.handle} {found.id}",
        )
    return _record(turn, turn.actor.id, turn.actor.handle, found)


def add(turn: Turn, name: str, course: str) -> TrainingView:
    """A manager records that somebody took a course in its edition in force."""
    turn.require_manager("Recording somebody's training")
    person = turn.person(name)
    if person.id == turn.actor.id and len(turn.people) > 1:
        raise NotAllowed(
            "own_training",
            "Nobody records their own training.",
            "Acknowledge it with `casedesk training acknowledge`, or ask another manager.",
        )
    return _record(turn, person.id, person.handle, _course(turn, course))


def standing(turn: Turn, person_id: int) -> dict[str, str]:
    """Each course of the matrix with why it does not count for somebody today, "" where it does."""
    rows = turn.uow.all("supervision.trainings", person_id=person_id)
    return {c.id: _why_not(turn, c, rows) for c in authority.matrix(turn).course}


def lacking(turn: Turn, person_id: int, wanted: Iterable[str]) -> list[str]:
    """The sentences of what somebody lacks of the `wanted` courses."""
    names = {c.id: c.title for c in authority.matrix(turn).course}
    have: Mapping[str, str] = standing(turn, person_id)
    return [f"{names[name]}: {have[name]}" for name in wanted if have.get(name)]


def missing(turn: Turn) -> tuple[tuple[str, str], ...]:
    """Who gives second reviews by the firm's training alone and has none that counts, each with a sentence.

    A warning, no bar: the reviewer's licence is the firm's word that they are qualified, and it has a last day.
    """
    act = authority.matrix(turn).find("second_review")
    if act is None or not act.training or LicenceKind.REVIEWER not in act.licences:
        return ()
    rows = turn.uow.all("supervision.reviewers", today=turn.today.isoformat())
    return tuple(
        (row.handle, f"no training that counts for second review ({'; '.join(lacks)})")
        for row in rows
        if (lacks := lacking(turn, row.id, act.training))
    )


# --- within


def _record(turn: Turn, person_id: int, handle: str, course: Course) -> TrainingView:
    expires = None if course.months is None else _months_on(turn.today, course.months)
    row_id = turn.uow.new_id()
    turn.uow.insert(
        "training",
        id=row_id,
        person_id=person_id,
        course=course.id,
        edition=course.edition,
        acknowledged_us=turn.now_us,
        expires=asked.iso(expires),
        recorded_by=turn.actor.id,
    )
    turn.uow.audit(
        "training.recorded", handle, course=course.id, edition=course.edition, expires=asked.iso(expires)
    )
    rows = turn.uow.all("supervision.trainings", person_id=person_id)
    return _view(turn, next(row for row in rows if row.id == row_id))


def _course(turn: Turn, name: str) -> Course:
    matrix = authority.matrix(turn)
    found = matrix.course_of(asked.slug(name))
    if found is None:
        raise asked.unknown(name, "course", [c.id for c in matrix.course])
    return found


def _why_not(turn: Turn, course: Course, rows: Iterable[Any]) -> str:
    """Nothing where a record of a course counts, else why the newest does not."""
    reasons = [_row_why_not(turn, course, row) for row in rows if row.course == course.id]
    return "" if "" in reasons else next(iter(reasons), "not on record")


def _row_why_not(turn: Turn, course: Course | None, row: Any) -> str:
    if course is None:
        return "not asked for any more"
    if row.edition != course.edition:
        return f"acknowledged in edition {row.edition}, edition {course.edition} is in force"
    if row.expires is not None and row.expires < turn.today.isoformat():
        return f"expired on {row.expires}"
    if course.given and row.recorded_by == row.person_id and len(turn.people) > 1:
        return "said by themselves alone"
    return ""


def _months_on(from_day: date, months: int) -> date:
    """The same day so many months later, the month's last where there is none."""
    year, month = divmod(from_day.year * 12 + from_day.month - 1 + months, 12)
    return date(year, month + 1, min(from_day.day, calendar.monthrange(year, month + 1)[1]))


def _view(turn: Turn, row: Any) -> TrainingView:
    course = authority.matrix(turn).course_of(row.course)
    why_not = _row_why_not(turn, course, row)
    return TrainingView(
        id=opaque(row.id),
        person=row.handle,
        course=row.course,
        title=row.course if course is None else course.title,
        edition=row.edition,
        acknowledged_at=instant(row.acknowledged_us),
        expires=day(row.expires),
        recorded_by=turn.handle(row.recorded_by),
        counts=not why_not,
        why_not=why_not,
    )


__all__ = ["acknowledge", "add", "courses", "lacking", "listing", "missing", "standing"]
