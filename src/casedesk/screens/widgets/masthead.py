"""The first line: whose desk this is, which store, when the clockwork last ran, and whether the store is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.widgets import Static

from casedesk.desk.views.care import Header
from casedesk.screens.drawing import Part, cell, content, part, spread
from casedesk.screens.moments import Moment
from casedesk.screens.states import glyph
from casedesk.screens.words import ROLES, plain

if TYPE_CHECKING:
    from casedesk.screens.app import DeskApp


@dataclass(frozen=True)
class Standing:
    """What the first line says. `offline` is the instant since which the store has not answered, in words."""

    header: Header | None = None
    unread: int = 0
    moment: Moment | None = None
    offline: str = ""


LEAST = (60, 16)
"""Below it lines and panes are cut so short that the first line says so."""


class Masthead(Static):
    """Drawn again whenever the app learns something about its store."""

    DEFAULT_CSS = """
    Masthead { height: 1; background: $panel; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._standing = Standing()

    def show(self, standing: Standing) -> None:
        self._standing = standing
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width, (columns, rows) = self.size.width, self.app.size
        if width and (columns < LEAST[0] or rows < LEAST[1]):
            says = f"! {columns} by {rows} is too small: 80 by 24"
            self.update(content([[cell(says, width, "alert")]]))
        elif width:
            self.update(content([spread(self._left(width), self._right(width), width)]))

    def _news(self) -> str:
        """The key that shows what is new."""
        return cast("DeskApp", self.app).keymap.key("queue.told")

    def _left(self, width: int) -> list[Part]:
        header = self._standing.header
        if header is None:
            return [part("casedesk", "accent")]
        role = ROLES.get(header.roles[0], plain(header.roles[0])) if header.roles else "no role"
        gap = "   " if width >= 100 else "  "
        demo = [part("DEMO", "warn"), part(gap)] if header.demo else []
        name = [part("casedesk", "accent"), part(gap)] if width >= 100 else []
        return [*name, *demo, part(header.person, "strong"), part(f", {role}{gap}"), part(header.firm, "dim")]

    def _right(self, width: int) -> list[Part]:
        standing = self._standing
        if standing.offline:
            return [part(f"! OFFLINE since {standing.offline}", "alert")]
        if standing.header is None:
            return [part("opening the store …", "dim")]
        parts: list[Part] = []
        if width >= 110:
            parts.append(part(f"store: {_short(standing.header.store)}   ", "dim"))
        swept = standing.header.last_sweep
        if swept is None or standing.moment is None:
            parts.append(part("not swept yet", "dim"))
        elif standing.moment.is_today(swept):
            parts.append(part(f"swept {standing.moment.time(swept)}", "dim"))
        else:
            parts.append(part(f"swept {standing.moment.instant(swept)}", "warn"))
        if standing.unread:
            parts.append(part(f"   {glyph('told.new')} {standing.unread} new ({self._news()})", "accent"))
        return parts


def _short(store: str) -> str:
    return store if len(store) <= 30 else "…" + store[-29:]
