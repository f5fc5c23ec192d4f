"""The docket's rows: what each holds, how it is drawn in a line, and what is said of it below the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from casedesk.desk.docket import AwayLine, ClashLine, Docket, UnownedLine
from casedesk.desk.docket import Line as Dated
from casedesk.desk.views.dates import DeadlineView
from casedesk.screens.drawing import Line, Part, cell, part
from casedesk.screens.moments import Moment, legal
from casedesk.screens.names import Names
from casedesk.screens.states import state
from casedesk.screens.words import kind_of

WIDE = 100


@dataclass(frozen=True)
class DateRow:
    """A date, a hearing or an appointment; `attorney` by name."""

    id: str
    line: Dated
    attorney: str
    clashes: tuple[ClashLine, ...] = ()


@dataclass(frozen=True)
class ClashRow:
    """Somebody at two places; `matter` is the first one's."""

    id: str
    clash: ClashLine
    one: Dated | None
    other: Dated | None


@dataclass(frozen=True)
class PaperRow:
    id: str
    paper: UnownedLine


@dataclass(frozen=True)
class AwayRow:
    id: str
    away: AwayLine


Row = DateRow | ClashRow | PaperRow | AwayRow


def dates(view: Docket) -> tuple[DateRow, ...]:
    """Every date and appointment of the docket, the earliest first."""
    rows = [
        DateRow(
            line.ref,
            line,
            group.name,
            tuple(clash for clash in view.clashes if line.ref in (clash.one, clash.other)),
        )
        for group in view.groups
        for line in group.lines
    ]
    return tuple(sorted(rows, key=lambda row: (row.line.day, row.line.ref)))


def clashes(view: Docket) -> tuple[ClashRow, ...]:
    lines = {line.ref: line for group in view.groups for line in group.lines}
    return tuple(
        ClashRow(f"{c.person}/{c.one}/{c.other}", c, lines.get(c.one), lines.get(c.other))
        for c in view.clashes
    )


def papers(view: Docket) -> tuple[PaperRow, ...]:
    return tuple(PaperRow(paper.ref, paper) for paper in view.unowned)


def away(view: Docket) -> tuple[AwayRow, ...]:
    return tuple(AwayRow(f"{each.person}/{each.first_day}", each) for each in view.absences)


def of_whom(rows: Iterable[DateRow], view: Docket, handle: str) -> tuple[DateRow, ...]:
    """What is somebody's: they own it, or they are the matter's attorney."""
    theirs = {line.ref for group in view.groups if group.attorney == handle for line in group.lines}
    return tuple(row for row in rows if row.line.owner == handle or row.line.ref in theirs)


def matter_of(row: Row) -> str | None:
    match row:
        case DateRow():
            return row.line.matter
        case ClashRow():
            return next((each.matter for each in (row.one, row.other) if each and each.matter), None)
    return None


def is_to_come(line: Dated, moment: Moment) -> bool:
    return line.at is not None and line.at > moment.now


def standing(line: Dated, moment: Moment) -> Part:
    """The state in a glyph and a word or two; the whole sentence stands below the list."""
    said = line.state
    if line.at is not None:
        if said == "confirmed":
            return state("docket.confirmed")
        if said == "not confirmed":
            return state("docket.unconfirmed")
        return state("docket.no_outcome") if "nobody said" in said else (said, "dim")
    if said.startswith("missed"):
        return state("docket.missed")
    if "disagree" in said:
        return state("docket.two_dates")
    if line.internal_due is not None and line.internal_due < moment.today:
        return state("docket.past")
    return state("docket.to_check" if "second person" in said else "docket.open")


# -- a line -----------------------------------------------------------------------------------------------------------


def draw(row: Row, moment: Moment, names: Names, width: int) -> Line:
    match row:
        case DateRow():
            return _dated(row, moment, names, width)
        case ClashRow():
            clash = row.clash
            return [
                _column("docket.two_places", 15),
                cell(names.short(clash.person), 16, "strong"),
                cell(f"{clash.one} and {clash.other}", 25),
                part(names.say(clash.when), "dim"),
            ]
        case PaperRow():
            paper = row.paper
            return [
                _column("paper.no_matter", 15),
                cell(paper.ref, 11, "strong"),
                cell(kind_of(paper.kind), 14),
                cell(moment.instant(paper.received), 18, "dim"),
                part(
                    names.short(paper.owner) or "nobody says where it belongs", "" if paper.owner else "warn"
                ),
            ]
        case AwayRow():
            gone = row.away
            return [
                cell(names.short(gone.person), 18, "strong"),
                cell(f"{moment.due(gone.first_day)} to {moment.due(gone.last_day)}", 30),
                *_cover(gone, names),
            ]


def _column(name: str, width: int) -> Part:
    mark, tone = state(name)
    return cell(mark, width, tone)


def _dated(row: DateRow, moment: Moment, names: Names, width: int) -> Line:
    line, wide = row.line, width >= WIDE
    shown, tone = standing(line, moment)
    day = moment.due(line.internal_due) if line.internal_due else _short(line, moment)
    agency = f"{_authority(line)} {moment.near(line.agency_due)}" if line.agency_due else line.place
    last = 24 if wide else 0
    room = width - 13 - 16 - 13 - last - (13 if wide else 0)
    title = room * 3 // 5
    return [
        cell(day, 13, "alert" if tone == "alert" else "strong"),
        cell(shown, 16, tone),
        cell(
            state("docket.clash", _title(line))[0] if row.clashes else _title(line),
            title - 1,
            "warn" if row.clashes else "",
        ),
        part(" "),
        cell(line.matter or "no matter", 13, "dim") if wide else part(""),
        cell(line.caption or "", room - title - 1),
        part(" "),
        cell(names.short(line.owner) or "nobody", 13, "" if line.owner else "warn"),
        cell(agency, last, "dim") if wide else part(""),
    ]


def _title(line: Dated) -> str:
    """What it is, without the authority that stands beside it."""
    return line.title.rpartition(" (")[0] or line.title if line.at is None else line.title


def _authority(line: Dated) -> str:
    who = line.title.rpartition(" (")[2].removesuffix(")")
    return "court due" if who.upper() in {"EOIR", "BIA", "COURT", "IJ"} else f"{who} due"


def _cover(gone: AwayLine, names: Names) -> Line:
    if gone.cover:
        return [part(f"covering: {names.short(gone.cover)}")]
    return [part("nobody covers", "warn")]


def _short(line: Dated, moment: Moment) -> str:
    """The day and the hour by the clock of the place: "17 Nov 13:00"."""
    day, hour = _there(line)
    return line.when if day is None else f"{moment.near(day)} {hour}"


def _there(line: Dated) -> tuple[date | None, str]:
    try:
        at = datetime.fromisoformat(line.when)
    except ValueError:
        return None, ""
    return at.date(), f"{at:%H:%M}"


def _clock(day: date, hour: str, line: Dated) -> str:
    """ "17 Nov 2026 13:00", with the clock's name where it shows another hour than the office's."""
    return f"{legal(day)} {hour} {line.zone}".strip()


# -- below the list -----------------------------------------------------------------------------------------------------


def preview(row: Row | None, moment: Moment, names: Names, detail: DeadlineView | None) -> list[Line]:
    match row:
        case None:
            return []
        case DateRow() if row.line.at is not None:
            return _appointment(row, moment, names)
        case DateRow():
            return _date(row, moment, names, detail)
        case ClashRow():
            both = [each for each in (row.one, row.other) if each is not None]
            return [
                [part(f"{names.full(row.clash.person)} is to be at two places", "strong")],
                *([cell(each.ref, 14, "dim"), part(_whole(each))] for each in both),
            ]
        case PaperRow():
            return [
                [part(f"{row.paper.ref} belongs to no matter yet", "strong")],
                [part("enter opens the inbox, where it is matched.", "dim")],
            ]
        case AwayRow():
            return [
                [part(f"{names.full(row.away.person)} is away", "strong")],
                [
                    part(f"{legal(row.away.first_day)} to {legal(row.away.last_day)}   "),
                    *_cover(row.away, names),
                ],
            ]


def _whole(line: Dated) -> str:
    day, hour = _there(line)
    when = line.when if day is None else _clock(day, hour, line)
    return "  ".join(filter(None, (when, line.title, line.place, line.caption, line.matter)))


def _head(row: DateRow) -> list[Line]:
    line = row.line
    return [
        [part(f"{line.ref}  {line.title}", "strong")],
        [part(" · ".join(filter(None, (line.caption, line.matter, row.attorney))))],
    ]


def _appointment(row: DateRow, moment: Moment, names: Names) -> list[Line]:
    line = row.line
    day, hour = _there(line)
    when = line.when if day is None else f"{_clock(day, hour, line)} by the clock of the place"
    left = "" if day is None else moment.left(day)
    shown, tone = standing(line, moment)
    lines = [
        *_head(row),
        [cell("When", 14, "dim"), part(when, "strong"), part(f"   {left}", "dim")],
        [cell("Where", 14, "dim"), part(line.place or "no place on record")],
        [cell("State", 14, "dim"), part(shown if line.state in {"confirmed", "not confirmed"} else line.state, tone)],
    ]  # fmt: skip
    for clash in row.clashes:
        other = clash.other if clash.one == line.ref else clash.one
        words = f"{names.short(clash.person)} is to be at {other} meanwhile"
        lines.append([_column("docket.clash", 14), part(words, "alert")])
    return lines


def _date(row: DateRow, moment: Moment, names: Names, detail: DeadlineView | None) -> list[Line]:
    line = row.line
    lines = [*_head(row)]
    if line.agency_due is not None:
        left = moment.left(line.agency_due)
        lines.append(
            [cell(_authority(line), 14, "dim"), part(legal(line.agency_due), "strong"), part(f"   {left}", "dim")]
        )  # fmt: skip
    lines += [
        [cell("Internal", 14, "dim"), part(legal(line.internal_due))],
        [cell("State", 14, "dim"), part(line.state, standing(line, moment)[1])],
    ]
    if detail is not None:
        critical = [part("   critical: a second person counts it", "warn")] if detail.critical else []
        lines.append(
            [cell("Rule", 14, "dim"), part(f"{detail.rule or 'by hand'} {detail.citation}"), *critical]
        )
        if detail.confirmed_by:
            lines.append([cell("Confirmed", 14, "dim"), part(f"by {names.short(detail.confirmed_by)}")])
        elif detail.sentence:
            lines.append([cell("Printed", 14, "dim"), part(names.say(detail.sentence))])
    return lines
