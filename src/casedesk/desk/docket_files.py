"""The docket as files: on letter paper, as a calendar of one's own dates, as a table for a spreadsheet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from casedesk.desk import docket_sheet, invitations
from casedesk.desk.docket import Docket
from casedesk.desk.turn import Turn

_HEADS = (
    "section",
    "attorney",
    "ref",
    "what",
    "matter",
    "client",
    "owner",
    "internal_due",
    "agency_due",
    "at",
    "place",
    "state",
)


def paper(turn: Turn, view: Docket) -> bytes:
    """A docket as a PDF on US Letter paper."""
    firm = turn.uow.need("firm", "", "firm.firm").name
    made = f"{turn.calendar.local(turn.now):%a %Y-%m-%d %H:%M}, as {turn.actor.handle} may see it"
    return docket_sheet.sheet(view, firm, made).data


def calendar(turn: Turn, view: Docket) -> bytes:
    """The actor's own appointments and dates of those days, as a calendar file."""
    zone = ZoneInfo(turn.office.zone)
    first = datetime.combine(view.since, time(), zone)
    return invitations.own_calendar(
        turn, first, datetime.combine(view.until + timedelta(days=1), time(), zone)
    )


def table(view: Docket) -> str:
    """Every line of a docket as CSV, one section after the other. A cell a spreadsheet would run is defused."""
    from casedesk.documents.archive import csv_bytes

    rows: list[tuple[str, ...]] = [
        (
            line.what,
            group.attorney or "",
            line.ref,
            line.title,
            line.matter or "",
            line.caption or "",
            line.owner or "",
            "" if line.internal_due is None else line.internal_due.isoformat(),
            "" if line.agency_due is None else line.agency_due.isoformat(),
            "" if line.at is None else line.said,
            line.place,
            line.state,
        )
        for group in view.groups
        for line in group.lines
    ]
    rows += [
        ("clash", "", c.one, c.other, "", "", c.person, "", "", c.when, "", "two places")
        for c in view.clashes
    ]
    rows += [
        (
            "unowned",
            "",
            u.ref,
            u.kind,
            "",
            "",
            u.owner or "",
            "",
            "",
            f"{u.received:%Y-%m-%d}",
            "",
            "no matter yet",
        )
        for u in view.unowned
    ]
    rows += [
        (
            "absence",
            "",
            "",
            "away",
            "",
            "",
            a.person,
            "",
            "",
            f"{a.first_day} to {a.last_day}",
            "",
            f"cover {a.cover or 'nobody'}",
        )
        for a in view.absences
    ]
    return csv_bytes(_HEADS, rows).decode("utf-8-sig").replace("\r\n", "\n")
