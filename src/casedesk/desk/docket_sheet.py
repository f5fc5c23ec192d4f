"""The docket on letter paper, for the Monday meeting."""

from __future__ import annotations

from casedesk.desk.docket import Docket, Line
from casedesk.documents.render import RenderedPdf
from casedesk.documents.table_sheet import Table, table_sheet

_HEADS = ("Our date", "Agency's date", "What", "Matter", "Owner", "State")
_SHARES = (1.2, 1.2, 2.6, 2.2, 1.0, 1.8)


def sheet(view: Docket, firm: str, made: str) -> RenderedPdf:
    """The whole docket as a PDF; `firm` is who prints it, `made` when and by whom, in words."""
    tables = [
        Table(group.name, _HEADS, _SHARES, [_cells(line) for line in group.lines]) for group in view.groups
    ]
    if not tables:
        tables = [Table("Dates and appointments", _HEADS, _SHARES, [], "Nothing falls due in these days.")]
    titles = {line.ref: line for group in view.groups for line in group.lines}
    tables += [
        Table(
            "At two places at once",
            ("Person", "Appointment", "and", "When"),
            (1, 1, 1, 2),
            [(c.person, c.one, c.other, c.when) for c in view.clashes],
            "Nobody.",
        ),
        Table(
            "Not confirmed yet",
            ("Appointment", "When", "What", "Matter", "Owner"),
            (1, 1.2, 2, 2, 1),
            [
                (ref, titles[ref].said, titles[ref].title, titles[ref].matter or "", titles[ref].owner or "")
                for ref in view.unconfirmed
                if ref in titles
            ],
            "Every appointment is confirmed.",
        ),
        Table(
            "In the inbox, of no matter yet",
            ("Paper", "Kind", "Received", "Who says where it belongs"),
            (1, 1, 1, 2),
            [(u.ref, u.kind, f"{u.received:%Y-%m-%d}", u.owner or "nobody") for u in view.unowned],
            "Nothing.",
        ),
        Table(
            "Away",
            ("Person", "From", "Until", "Cover"),
            (1, 1, 1, 2),
            [
                (a.person, f"{a.first_day:%a %Y-%m-%d}", f"{a.last_day:%a %Y-%m-%d}", a.cover or "nobody")
                for a in view.absences
            ],
            "Nobody.",
        ),
    ]
    return table_sheet(
        f"{firm}: docket from {view.since:%a %Y-%m-%d} to {view.until:%a %Y-%m-%d}", made, tables
    )


def _cells(line: Line) -> tuple[str, ...]:
    what = f"{line.title}\n{line.ref}" + (f"\n{line.place}" if line.place else "")
    ours = line.said if line.internal_due is None else f"{line.internal_due:%a %Y-%m-%d}"
    theirs = "" if line.agency_due is None else f"{line.agency_due:%a %Y-%m-%d}"
    return (
        ours,
        theirs,
        what,
        " ".join(filter(None, (line.matter, line.caption))) or "no matter yet",
        line.owner or "nobody",
        line.state,
    )
