"""Everything that was done on a matter, in order, with who and when; above it, where it lay longest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import delays, trail
from casedesk.desk.delays import Gap
from casedesk.desk.desk import Desk
from casedesk.desk.paging import Page, Place, Way
from casedesk.desk.views.record import AuditView
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.paged import PagedList
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList


@dataclass(frozen=True)
class AuditPages:
    """The pages of one matter's trail, the newest entry first."""

    desk: Desk
    matter: str

    def first(self) -> Page[AuditView]:
        return self._page("first")

    def last(self) -> Page[AuditView]:
        return self._page("last")

    def after(self, place: Place) -> Page[AuditView]:
        return self._page("after", place)

    def before(self, place: Place) -> Page[AuditView]:
        return self._page("before", place)

    def around(self, place: Place) -> Page[AuditView]:
        return self._page("around", place)

    def _page(self, way: Way, place: Place | None = None) -> Page[AuditView]:
        return self.desk.read(trail.matter_page, self.matter, way=way, place=place)


class AuditScreen(DeskScreen):
    """The trail of one matter, of any length; the newest entry first, the others are read on the way."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (Action("matter", "m", "matter card", "The card of the matter"),)
    NAME = "audit"
    PLACE = "Audit"

    def __init__(self, matter: str) -> None:
        super().__init__()
        self.matter = matter
        self.rows: PagedList[AuditView] = PagedList(
            lambda entry: f"{entry.stream}/{entry.seq}",
            self._draw,
            place=trail.place_of,
            read=self._read_page,
            empty="Nothing has been done on it yet.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="entry")

    def on_mount(self) -> None:
        self._head(None)
        self.rows.focus()

    def load(self) -> None:
        if self.rows.pages is None:
            self.rows.show(AuditPages(self.desk, self.matter))
        else:
            self.rows.renew()
        self.read("gap", lambda: self.desk.read(delays.longest, self.matter), self._head)

    def _read_page(
        self, work: Callable[[], Page[AuditView]], then: Callable[[Page[AuditView]], None]
    ) -> None:
        def both() -> tuple[Page[AuditView], Moment]:
            return work(), Moment(self.desk.now(), self.desk.zone)

        def arrived(found: tuple[Page[AuditView], Moment]) -> None:
            page, self.moment = found
            then(page)

        self.read("rows", both, arrived, self.failing(self.rows))

    def _head(self, gap: Gap | None) -> None:
        title = part(f"Audit of {self.matter}", "strong")
        self.query_one("#title", Pane).show([[title, part(self._longest(gap), "dim")]])

    def _longest(self, gap: Gap | None) -> str:
        """The longest time in which nobody did anything, in office hours where the calendar reaches so far back."""
        if gap is None:
            return ""
        minutes, unit = gap.business_minutes, " of office time"
        if minutes is None:
            minutes, unit = gap.elapsed_minutes, ""
        span = f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"
        who = ", ".join(self.names.short(handle) for handle in gap.who)
        return f"   lay longest: {gap.task} with {who}, {span}{unit}"

    def _draw(self, entry: AuditView, width: int) -> Line:
        when = self.moment.instant(entry.at) if self.moment else ""
        return [
            cell(entry.seq, 6, "dim"),
            cell(when, 18, "dim"),
            cell(self.names.short(entry.actor), 14),
            cell(entry.action, 24, "strong"),
            part(entry.subject),
        ]

    @on(RowList.Moved)
    def _show(self) -> None:
        entry = self.rows.current
        lines: list[Line] = []
        if entry is not None:
            facts = "  ".join(f"{name}={value}" for name, value in entry.payload.items())
            lines = [[part(facts)], [part(f"hash {entry.hash}", "dim")]]
        self.query_one("#entry", Pane).show(lines)

    def do_matter(self) -> None:
        self.desk_app.open_hit("matter", self.matter)
