"""Everything that was done on a matter, in order, with who and when; above it, where it lay longest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import delays, trail
from casedesk.desk.delays import Gap
from casedesk.desk.views.record import AuditView
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList

PAGE = 100


class AuditScreen(DeskScreen):
    """The trail of one matter; the newest entry first, older ones are read on the way down."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (Action("matter", "m", "matter card", "The card of the matter"),)
    NAME = "audit"
    PLACE = "Audit"

    def __init__(self, matter: str) -> None:
        super().__init__()
        self.matter = matter
        self.rows: RowList[AuditView] = RowList(
            lambda entry: f"{entry.stream}/{entry.seq}", self._draw, empty="Nothing has been done on it yet."
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
        self.rows.wait()
        desk, matter = self.desk, self.matter

        def work() -> tuple[tuple[AuditView, ...], Moment, Gap | None]:
            rows = desk.read(trail.listing, matter=matter, limit=PAGE)
            return rows, Moment(desk.now(), desk.zone), desk.read(delays.longest, matter)

        self.read("audit", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[AuditView, ...], Moment, Gap | None]) -> None:
        rows, self.moment, gap = found
        self.rows.fill(rows)
        self._head(gap)

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
