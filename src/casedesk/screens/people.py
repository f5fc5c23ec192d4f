"""The firm's people: who is here, how many hours of work each has, who is away when, and who covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import docket, handover, people
from casedesk.desk.docket import AwayLine
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import PersonView
from casedesk.desk.views.work import HandoverSheet
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, bar, cell, part, some
from casedesk.screens.handing import a_day
from casedesk.screens.moments import Moment, legal
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import ROLES, plain

MANAGING = {"operations_manager", "managing_partner"}
AHEAD = timedelta(days=365)
BAR = 12
WIDE = 100


@dataclass(frozen=True)
class Staff:
    """Everybody, and every absence of the year ahead."""

    people: tuple[PersonView, ...]
    away: tuple[AwayLine, ...]


def staff(turn: Turn) -> Staff:
    """What the screen shows, read in one transaction."""
    there = tuple(each for each in people.listing(turn) if each.active)
    return Staff(there, docket.absences(turn, turn.today, turn.today + AHEAD))


def takes_a_manager(screen: DeskScreen, handle: str) -> str:
    """Why this person may not settle somebody's absence, "" where they may: one's own, or as a manager."""
    me = screen.desk_app.rights.handle
    if handle == me:
        return ""
    own = next((each for each in screen.names.people if each.handle == me), None)
    return "" if own is not None and MANAGING & set(own.roles) else "somebody else's, takes a manager"


def _not_to_settle(screen: PeopleScreen) -> str:
    row = screen.rows.current
    return "nobody here" if row is None else takes_a_manager(screen, row.handle)


def _not_away(screen: PeopleScreen) -> str:
    row = screen.rows.current
    if row is None:
        return "nobody here"
    return "" if screen.absences(row.handle) else "no absence ahead"


def _not_to_cover(screen: PeopleScreen) -> str:
    return _not_away(screen) or _not_to_settle(screen)


def _not_under_way(screen: PeopleScreen) -> str:
    row = screen.rows.current
    if row is not None and row.present:
        return "is here"
    return _not_to_cover(screen)


class PeopleScreen(DeskScreen):
    """One line a person. `wanted` is whose line the cursor begins on."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "sheet", "enter", "hand-over sheet", "What goes to the cover, with the notes on it", _not_away
        ),
        Action("absence", "a", "add absence", "Away from a day to a day, and who covers", _not_to_settle),
        Action("cover", "c", "name the cover", "Who works for somebody who is away", _not_to_cover),
        Action("returned", "b", "is back", "The absence ends, what is still open comes back", _not_under_way),
        Action(
            "text",
            "tab",
            "to the details",
            "Between the list and the details",
            footer=False,
            binding="desk.onward",
        ),
    )
    NAME = "people"
    PLACE = "People"

    def __init__(self, wanted: str = "") -> None:
        super().__init__()
        self.wanted = wanted
        self.staff = Staff((), ())
        self.rows: RowList[PersonView] = RowList(lambda row: row.handle, self._draw, empty="Nobody.")

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self._title()
        self.rows.focus()

    def _title(self) -> None:
        here = sum(each.present for each in self.staff.people)
        gone = len(self.staff.people) - here
        told = f"   {here} here, {gone} away" if self.staff.people else ""
        self.query_one("#title", Pane).show([[part("People", "strong"), part(told, "dim")]])

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk = self.desk

        def work() -> tuple[Staff, Moment]:
            return desk.read(staff), Moment(desk.now(), desk.zone)

        self.read("people", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[Staff, Moment]) -> None:
        self.staff, self.moment = found
        self.rows.fill(self.staff.people)
        if self.wanted:
            self.rows.go_to(self.wanted)
            self.wanted = ""
        self._title()

    def absences(self, handle: str) -> tuple[AwayLine, ...]:
        """Somebody's absences under way and ahead, the next first."""
        return tuple(each for each in self.staff.away if each.person == handle)

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: PersonView, width: int) -> Line:
        over = row.open_hours > row.capacity_hours
        share = row.open_hours / row.capacity_hours if row.capacity_hours else None
        wide = width >= WIDE
        tone = "alert" if over else "accent"
        roles = ", ".join(ROLES.get(role, plain(role)) for role in row.roles)
        line = [cell(row.name, 22, "strong")]
        if wide:
            line.append(cell(roles, 30, "dim"))
            line += [*bar(row.open_hours, share, BAR, tone), part(" ")]
        line.append(
            cell(
                f"{row.open_hours:.0f} of {row.capacity_hours:.0f} h{' over' if over else ''}",
                17,
                tone if over else "",
            )
        )
        line.append(
            cell(
                self._presence(row),
                max(0, width - sum(len(text) for text, _ in line)),
                "" if row.present else "warn",
            )
        )
        return line  # fmt: skip

    def _presence(self, row: PersonView) -> str:
        """ "here", "here; away from Mon 16 Nov", "away until Wed 18 Nov, covering: M. Duarte"."""
        moment = self.moment
        ahead = self.absences(row.handle)
        if moment is None:
            return ""
        if not row.present:
            until = f" until {moment.due(row.away_until)}" if row.away_until else ""
            cover = f", covering: {self.names.short(row.cover)}" if row.cover else ", nobody covers"
            return f"{state('person.away')[0]}{until}{cover}"
        return state("person.here")[0] + (f"; away from {moment.due(ahead[0].first_day)}" if ahead else "")

    @on(RowList.Moved)
    def _moved(self) -> None:
        row = self.rows.current
        self.query_one("#read", ScrollPane).show([] if row is None else self._about(row))
        self.renew_keys()

    def _about(self, row: PersonView) -> list[Line]:
        roles = ", ".join(ROLES.get(role, plain(role)) for role in row.roles) or "no role"
        lines: list[Line] = [
            [part(row.name, "strong"), part(f"   {row.handle}", "dim")],
            [cell("Roles", 12, "dim"), part(roles)],
            [cell("Work", 12, "dim"), part(_work(row))],
        ]
        said = (("Languages", row.languages), ("Skills", row.skills), ("Licences", row.licences))
        lines += [[cell(name, 12, "dim"), part(", ".join(what))] for name, what in said if what]
        if row.organisation:
            lines.append([cell("Outside", 12, "dim"), part(row.organisation)])
        for each in self.absences(row.handle):
            cover = f"covering: {self.names.short(each.cover)}" if each.cover else "nobody covers"
            lines.append(
                [
                    cell("Away", 12, "dim"),
                    part(f"{legal(each.first_day)} to {legal(each.last_day)}, "),
                    part(cover, "" if each.cover else "warn"),
                ]
            )
        return lines + [[part(f"! {self.names.say(warning)}", "warn")] for warning in row.warnings]

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_text(self) -> None:
        self.focus_next()

    def do_sheet(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("handover", row.handle)

    def do_absence(self) -> None:
        row, today = self.rows.current, self.moment.today if self.moment else None
        if row is None:
            return
        handle, names = row.handle, self.names

        def act(answers: Answers) -> HandoverSheet:
            cover = names.whom(answers["cover"]) if answers["cover"] else None
            first, last = a_day(answers["first"], today), a_day(answers["last"], today)
            self.desk.write(people.absence, handle, first, last, cover=cover, note=answers["note"])
            return self.desk.read(handover.show, handle)

        prompt(
            self,
            f"Absence of {row.name}",
            (
                Field("first", "First day", "day", hint="16 Nov, Mon, +7"),
                Field("last", "Last day", "day", hint="the last day away"),
                Field("cover", "Covering", "choice", "nobody", False, choices=names.choices()),
                Field("note", "Note", required=False),
            ),
            act,
            lambda sheet: _sheet_told(sheet, names.short(handle)),
            about=[[part(names.listed(), "dim")]],
        )

    def do_cover(self) -> None:
        row, names = self.rows.current, self.names
        if row is None:
            return
        handle = row.handle
        prompt(
            self,
            f"Who covers for {row.name}",
            (Field("cover", "Covering", "choice", choices=names.choices()),),
            lambda answers: self.desk.write(people.cover, handle, names.whom(answers["cover"])),
            lambda done: f"{names.short(done.handle)} has a cover.",
            about=[[part(names.listed(), "dim")]],
        )

    def do_returned(self) -> None:
        row = self.rows.current
        if row is None:
            return
        handle = row.handle

        def said(sheet: HandoverSheet) -> str:
            return f"{self.names.short(handle)} is back; {some(sheet.returned, 'task')} came back."

        self.write(lambda: self.desk.write(handover.back, handle), said)


def _sheet_told(sheet: HandoverSheet, who: str) -> str:
    lacks = (
        f" {some(len(sheet.missing), 'begun task')} without a note: enter opens the sheet."
        if sheet.missing
        else ""
    )
    return (
        f"{who} is away from {legal(sheet.first)} to {legal(sheet.last)};"
        f" {some(len(sheet.lines), 'task')} on the hand-over sheet.{lacks}"
    )  # fmt: skip


def _work(row: PersonView) -> str:
    weeks = f" ({row.ramp})" if row.ramp else ""
    return f"{row.open_hours:g} h open of {row.capacity_hours:g} h a week{weeks}"
