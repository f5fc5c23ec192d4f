"""Priority dates against the Visa Bulletin, which the firm enters each month (INA 203; D-71).

A number is available when the priority date lies before the cut-off of the chart; `C` is current, `U` unavailable.
Which chart USCIS accepts for filing in a month is the firm's to know; both are kept apart.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from casedesk.desk import asked
from casedesk.desk.apply import About, tell
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.dates import BulletinEntered, BulletinView, VisaNumberView
from casedesk.models.enums import OwnerKind
from casedesk.refusal import NotFound, Refusal

CHARTS = ("final_action", "filing")
EVERYWHERE = "ALL"
"""All areas of chargeability that have no column of their own."""

CITATION = "INA 203; Visa Bulletin"
CURRENT, UNAVAILABLE = "C", "U"

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_NAME = re.compile(r"[A-Z0-9][A-Z0-9 _-]{0,39}")
_CHART_WORDS = {"final_action": "final action dates", "filing": "dates for filing"}


def enter(
    turn: Turn, month: str, chart: str, category: str, chargeability: str, cutoff: str
) -> BulletinEntered:
    """Put one cell of a month's bulletin on record; entered again it is a correction, and both stay.

    The owners of every form whose priority date becomes current by it, or is current no more, are told. Raises
    `Refusal` for a month, chart or cut-off that is none.
    """
    turn.require_inside("Entering the Visa Bulletin")
    if not _MONTH.fullmatch(month.strip()):
        raise Refusal("bad_month", f"{month!r} is no month.", "Write it as 2026-12.")
    which = asked.slug(chart)
    if which not in CHARTS:
        raise asked.unknown(chart, "chart", CHARTS)
    key = {
        "month": month.strip(),
        "chart": which,
        "category": name(category, "category"),
        "chargeability": name(chargeability, "area of chargeability"),
    }
    value = _cutoff(cutoff)
    before = turn.uow.one("bulletin.cell", **key)
    if before is not None and before.cutoff == value:
        raise Refusal("entered", f"{value} stands there already.", "See `casedesk bulletin list`.")
    turn.uow.insert(
        "visa_bulletin",
        id=turn.uow.new_id(),
        **key,
        cutoff=value,
        seq=1 if before is None else before.seq + 1,
        entered_by=turn.actor.id,
        entered_us=turn.now_us,
    )
    turn.uow.audit(
        "bulletin.entered",
        f"{key['month']} {key['chart']} {key['category']} {key['chargeability']}",
        cutoff=value,
        before=None if before is None else before.cutoff,
    )
    cell = turn.uow.need("cell", month, "bulletin.cell", **key)
    return BulletinEntered(_cell(turn, cell), _changed(turn, key, before))


def listing(
    turn: Turn, *, month: str | None = None, limit: int = 50, after: str | None = None
) -> tuple[BulletinView, ...]:
    """The cells on record as they stand last, the newest month first."""
    rows = [_cell(turn, row) for row in turn.uow.all("bulletin.listing", month=month)]
    if after is not None:
        ids = [row.id for row in rows]
        if after.strip().upper() not in ids:
            raise NotFound("cell", after, "See `casedesk bulletin list`.")
        rows = rows[ids.index(after.strip().upper()) + 1 :]
    return tuple(rows[: asked.page(limit)])


def standing(turn: Turn, *, chart: str = "final_action") -> tuple[VisaNumberView, ...]:
    """Every form that waits for a number, against the newest month on record for it; those without one are left out."""
    which = asked.slug(chart)
    if which not in CHARTS:
        raise asked.unknown(chart, "chart", CHARTS)
    found = []
    for form in turn.uow.all("bulletin.forms", category=None):
        cell = _newest(turn, form, which, "9999-12")
        if cell is not None:
            found.append(_number(form, which, cell.month, cell.cutoff, ""))
    return tuple(found)


def available(priority_date: date, cutoff: str) -> bool:
    """Whether a number is available: the priority date lies before the cut-off, never on it (INA 203; D-71)."""
    if cutoff in (CURRENT, UNAVAILABLE):
        return cutoff == CURRENT
    return priority_date < date.fromisoformat(cutoff)


def name(text: str, what: str) -> str:
    """A category or an area as the bulletin writes it: `F2A`, `MEXICO`."""
    found = " ".join(text.upper().split())
    if not _NAME.fullmatch(found):
        raise Refusal(
            "bad_name", f"{text!r} is no {what}.", "Write it as the bulletin does: F2A, MEXICO, ALL."
        )
    return found


# --- within


def _cutoff(text: str) -> str:
    found = text.strip().upper()
    if found in (CURRENT, UNAVAILABLE):
        return found
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        raise Refusal(
            "bad_cutoff", f"{text!r} is no cut-off.", "Give a day like 2024-08-15, C or U."
        ) from None


def _changed(turn: Turn, key: dict[str, str], corrected: Any) -> tuple[VisaNumberView, ...]:
    """The forms whose standing this cell changes, told to their owners. A month before the newest changes nothing."""
    found = []
    for form in turn.uow.all("bulletin.forms", category=key["category"]):
        now = _newest(turn, form, key["chart"], "9999-12")
        if now is None or now.month != key["month"] or now.area != key["chargeability"]:
            continue
        earlier = corrected.cutoff if corrected is not None else _earlier(turn, form, key)
        priority = date.fromisoformat(form.priority_date)
        was = earlier is not None and available(priority, earlier)
        current = available(priority, now.cutoff)
        if was == current:
            continue
        number = _number(form, key["chart"], now.month, now.cutoff, "current" if current else "retrogressed")
        found.append(number)
        _tell(turn, form, number)
    return tuple(found)


def _earlier(turn: Turn, form: Any, key: dict[str, str]) -> str | None:
    year, month = (int(part) for part in key["month"].split("-"))
    before = f"{year - (month == 1):04d}-{12 if month == 1 else month - 1:02d}"
    cell = _newest(turn, form, key["chart"], before)
    return None if cell is None else str(cell.cutoff)


class _Cell:
    def __init__(self, row: Any, area: str) -> None:
        self.month: str = row.month
        self.cutoff: str = row.cutoff
        self.area = area


def _newest(turn: Turn, form: Any, chart: str, until: str) -> _Cell | None:
    """The newest cell for a form: of its own area, else of all areas; in one month its own area rules."""
    cells = []
    for area in dict.fromkeys((form.chargeability or EVERYWHERE, EVERYWHERE)):
        row = turn.uow.one(
            "bulletin.newest", chart=chart, category=form.category, chargeability=area, until=until
        )
        if row is not None:
            cells.append(_Cell(row, area))
    return max(cells, key=lambda cell: (cell.month, cell.area != EVERYWHERE), default=None)


def _tell(turn: Turn, form: Any, number: VisaNumberView) -> None:
    verb = "is current" if number.current else "is current no more (the bulletin went back)"
    words = (
        f"Priority date {verb}: Form {number.form} of {number.matter}, {number.category} {number.chargeability},"
        f" {number.priority_date} against {number.cutoff}, {_CHART_WORDS[number.chart]} of {number.month} ({CITATION})"
    )
    turn.uow.audit(
        "form.priority_date",
        number.form,
        matter_id=form.matter_id,
        form=number.id,
        current=number.current,
        cutoff=number.cutoff,
        month=number.month,
        chart=number.chart,
    )
    owners = turn.owners(form.matter_id)
    people = [owners.get(OwnerKind.PRIMARY_PARALEGAL), owners.get(OwnerKind.LEAD_ATTORNEY)]
    about = About(event_id=0, subject=number.id, matter_id=form.matter_id)
    for person in dict.fromkeys(p for p in people if p is not None):
        tell(turn, person, words, "alert", about)


def _number(form: Any, chart: str, month: str, cutoff: str, changed: str) -> VisaNumberView:
    priority = date.fromisoformat(form.priority_date)
    return VisaNumberView(
        id=opaque(form.id),
        matter=form.matter_ref,
        caption=form.caption,
        form=form.form,
        category=form.category,
        chargeability=form.chargeability or EVERYWHERE,
        priority_date=priority,
        chart=chart,
        month=month,
        cutoff=cutoff,
        current=available(priority, cutoff),
        changed=changed,
        citation=CITATION,
    )


def _cell(turn: Turn, row: Any) -> BulletinView:
    return BulletinView(
        id=opaque(row.id),
        month=row.month,
        chart=row.chart,
        category=row.category,
        chargeability=row.chargeability,
        cutoff=row.cutoff,
        entered_by=turn.handle(row.entered_by),
    )
