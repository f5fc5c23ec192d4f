"""How long work takes, step by step of each playbook, and each playbook as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from casedesk.desk.turn import Turn
from casedesk.reports import period as periods
from casedesk.reports.figures import Groups, Seen, Sheet, by_of
from casedesk.reports.kpi import business_hours

DAY_US: Final = 24 * 3_600_000_000
WHOLE: Final = "(whole)"

DEFINITION: Final = (
    "Steps of playbooks finished in the period, counted for whoever finished them, and whole playbooks that came to"
    " their end in it, counted for the matter's lead attorney: the median of the days by the clock, and of the office's"
    " business hours, from opening to end, waiting included."
)


@dataclass(frozen=True)
class Line:
    """One step of a playbook, or the whole of it; `n` were finished."""

    group: str
    playbook: str
    step: str
    n: int
    median_days: float
    median_business_hours: float
    longest_days: float


@dataclass(frozen=True)
class Cycle:
    since: date
    until: date
    by: str | None
    definition: str
    lines: tuple[Line, ...]


_Key = tuple[str, str, str]


def report(
    turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None
) -> Cycle:
    """Steps finished in the last thirty days, unless said otherwise, in the playbook's order."""
    divided = by_of(by)
    period = periods.back(turn, since, until)
    groups = None if divided is None else Groups(turn, divided)
    found: dict[_Key, list[tuple[int, int]]] = {}

    def add(who: str | None, kind: str | None, playbook: str, step: str, began: int, ended: int) -> None:
        for name in ("",) if groups is None else groups.of(Seen(who or "", kind or "", 0)):
            found.setdefault((name, playbook, step), []).append((began, ended))

    for row in turn.uow.all("report.steps_done", from_us=period.from_us, until_us=period.until_us):
        add(row.handle, row.type, row.playbook, row.step, row.created_us, row.done_us)
    for row in turn.uow.all("report.runs_done", from_us=period.from_us, until_us=period.until_us):
        add(row.handle, row.type, row.playbook, WHOLE, row.started_us, row.closed_us)
    places = {
        (playbook.id, step.id): place
        for playbook in turn.library.playbooks.all
        for place, step in enumerate(playbook.step)
    }
    ordered = sorted(found, key=lambda key: (key[0], key[1], places.get((key[1], key[2]), 999), key[2]))
    return Cycle(
        period.since,
        period.until,
        None if divided is None else divided.value,
        DEFINITION,
        tuple(_line(turn, key, found[key]) for key in ordered),
    )


def sheet(view: Cycle) -> Sheet:
    """A line a step."""
    return Sheet(
        ("group", "playbook", "step", "n", "median days", "median business hours", "longest days"),
        tuple(
            (
                line.group,
                line.playbook,
                line.step,
                line.n,
                line.median_days,
                line.median_business_hours,
                line.longest_days,
            )
            for line in view.lines
        ),
    )


def _line(turn: Turn, key: _Key, spans: list[tuple[int, int]]) -> Line:
    days = [(ended - began) / DAY_US for began, ended in spans]
    hours = [business_hours(turn.calendar, began, ended) for began, ended in spans]
    return Line(*key, len(spans), round(median(days), 2), round(median(hours), 2), round(max(days), 2))
