"""What came back: versions returned in review, for which points, and what had to be opened again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casedesk.desk.turn import Turn
from casedesk.reports import period as periods
from casedesk.reports.figures import Groups, Seen, Sheet, by_of

DEFINITION: Final = (
    "Reviews decided in the period, each counted for whoever prepared the version, and the share of them that returned"
    " it; beside them, counted for whoever recorded it, tasks that were done and opened again, dates reopened by a"
    " rejection, and filings the agency sent back."
)


@dataclass(frozen=True)
class Line:
    """One kind of review within a group. `returns_per_review` is None where none was decided."""

    group: str
    kind: str
    decided: int
    returned: int
    returns_per_review: float | None


@dataclass(frozen=True)
class Point:
    """A point of a review, and how often a version was returned for it."""

    code: str
    text: str
    returned: int


@dataclass(frozen=True)
class Quality:
    since: date
    until: date
    by: str | None
    definition: str
    lines: tuple[Line, ...]
    points: tuple[Point, ...]
    tasks_reopened: int
    dates_reopened: int
    filings_rejected: int


def report(
    turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None
) -> Quality:
    """What came back in the last thirty days, unless said otherwise."""
    divided = by_of(by)
    period = periods.back(turn, since, until)
    span = {"from_us": period.from_us, "until_us": period.until_us}
    groups = None if divided is None else Groups(turn, divided)
    found: dict[tuple[str, str], list[Any]] = {}
    for row in turn.uow.all("report.decided", **span):
        for name in ("",) if groups is None else groups.of(Seen(row.handle or "", row.type, 0)):
            found.setdefault((name, row.kind), []).append(row)
    again = [_again(row) for row in turn.uow.all("report.again", **span)]
    return Quality(
        period.since,
        period.until,
        None if divided is None else divided.value,
        DEFINITION,
        tuple(_line(*key, rows) for key, rows in sorted(found.items())),
        tuple(Point(p.code, p.text, p.n) for p in turn.uow.all("report.returned_points", **span)),
        again.count("task"),
        again.count("date"),
        again.count("filing"),
    )


def sheet(view: Quality) -> Sheet:
    """A line a kind of review, a point, and a thing reopened."""
    lines = [
        (line.group, f"{line.kind} review", line.decided, line.returned, line.returns_per_review)
        for line in view.lines
    ]
    points = [("", f"returned for: {point.text}", None, point.returned, None) for point in view.points]
    again = [
        ("", "tasks reopened", None, view.tasks_reopened, None),
        ("", "dates reopened", None, view.dates_reopened, None),
        ("", "filings rejected", None, view.filings_rejected, None),
    ]
    return Sheet(("group", "what", "decided", "returned", "share"), (*lines, *points, *again))


def _line(group: str, kind: str, rows: list[Any]) -> Line:
    returned = sum(row.state == "returned" for row in rows)
    return Line(group, kind, len(rows), returned, round(returned / len(rows), 4) if rows else None)


def _again(row: Any) -> str:
    if row.action == "task.undone":
        return "task" if json.loads(row.payload).get("gesture") == "complete" else ""
    return {"task.reopened": "task", "deadline.reopened": "date", "filing.rejected": "filing"}[row.action]
