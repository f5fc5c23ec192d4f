"""A list of any length in a window of a few pages: the rows around the cursor are at hand, the others are read on the way.

Keys never wait: a movement past what is at hand is finished when its page arrives, and the keys after it in their order.
Whatever page comes when, the rows stand as they would in one list that holds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from textual import events

from casedesk.desk.paging import Page, Place, Way
from casedesk.screens.widgets.rows import Draw, RowList

T = TypeVar("T")
R = TypeVar("R", covariant=True)

MOST = 400
"""Rows at hand; what is farthest from the cursor goes first."""


class Pages(Protocol[R]):
    """Where the rows come from, read in a thread. A page may be empty and still name a place to look on from."""

    def first(self) -> Page[R]: ...

    def last(self) -> Page[R]: ...

    def after(self, place: Place) -> Page[R]: ...

    def before(self, place: Place) -> Page[R]: ...

    def around(self, place: Place) -> Page[R]:
        """The rows on both sides of a place and the one on it, at least a screen of each where there are so many."""
        ...


Read = Callable[[Callable[[], Page[T]], Callable[[Page[T]], None]], None]
"""Runs the first in a thread and hands what it found to the second on the loop; a newer call replaces an older one."""


class PagedList(RowList[T]):
    """`place` says where a row stands, `read` asks the pages. A new list begins with `show`; `renew` reads the rows around
    the cursor again, and nothing else."""

    def __init__(
        self,
        key: Callable[[T], str],
        draw: Draw[T],
        *,
        place: Callable[[T], Place],
        read: Read[T],
        empty: str,
        id: str | None = None,
        most: int = MOST,
    ) -> None:
        super().__init__(key, draw, empty=empty, id=id)
        self.place = place
        self.pages: Pages[T] | None = None
        self._read = read
        self._most = most
        self._above: Place | None = None
        self._below: Place | None = None
        self._asked: Way | None = None
        self._fresh = False
        self._edge = 0
        self._owed = 0
        self._later: list[Callable[[], None]] = []

    # -- which rows ---------------------------------------------------------------------------------------------

    def show(self, pages: Pages[T], page: Page[T] | None = None) -> None:
        """Another list, from its top. Where its first `page` is known already, the cursor stays on its row if that is in
        it; nothing of the old list stands under the new one's name in any case."""
        self.pages = pages
        self._edge = self._owed = 0
        self._later.clear()
        self._fresh = True
        if page is not None:
            self._asked = None
            self._take(page, "first")
            return
        self._above = self._below = None
        self.fill(())
        self.state, self._says = "loading", "Reading …"
        self._ask("first")

    def renew(self) -> None:
        """Read again what stands around the cursor."""
        self.wait()
        row = self.current
        if row is None or self._fresh or self._edge:
            self._ask("last" if self._edge > 0 else "first")
        else:
            self._ask("around", self.place(row))

    def fail(self, sentence: str, retry: str) -> None:
        self._asked, self._edge, self._owed = None, 0, 0
        self._above = self._below = None
        self._later.clear()
        super().fail(sentence, retry)

    # -- pages that arrive --------------------------------------------------------------------------------------

    def _ask(self, way: Way, place: Place | None = None) -> None:
        pages = self.pages
        if pages is None:
            return
        self._asked = way

        def work() -> Page[T]:
            if place is None:
                return pages.last() if way == "last" else pages.first()
            return {"after": pages.after, "before": pages.before, "around": pages.around}[way](place)

        def arrived(page: Page[T]) -> None:
            if self._asked == way and self.pages is pages:
                self._asked = None
                self._take(page, way)

        self._read(work, arrived)

    def _take(self, page: Page[T], way: Way) -> None:
        before = self.current_id
        if way == "around" and self._is_past(page):
            self.renew()
            return
        match way:
            case "after":
                self._append(page)
            case "before":
                self._prepend(page)
            case _:
                self._replace(page)
        if self._below is None and self.start is not None:
            self.total = self.start + len(self.rows)
        self.state = "filled" if self.rows else "loading" if self._searching else "empty"
        self._says = "Looking further …" if self._searching else self.empty
        self._settle()
        self._go_on()
        if way not in ("after", "before") or self.current_id != before:
            self.post_message(self.Moved(self))
        self._want()

    def _is_past(self, page: Page[T]) -> bool:
        """Whether the cursor has left, meanwhile, what was read around it."""
        row = self.current
        if row is None or not page.rows or self.key(row) in {self.key(each) for each in page.rows}:
            return False
        stands = self.place(row)
        above = page.above is not None and stands < self.place(page.rows[0])
        return above or (page.below is not None and stands > self.place(page.rows[-1]))

    def _replace(self, page: Page[T]) -> None:
        row, line, whole = self.current, self._index - self._top, self._whole
        known = {self.key(each): number for number, each in enumerate(page.rows)}
        here = known.get("" if row is None else self.key(row))
        if self._edge:
            here = 0 if self._edge < 0 else len(page.rows) - 1
        self._above, self._below, self.start = page.above, page.below, page.start
        self.total = page.total
        if here is None and row is not None and not self._fresh:
            stood = self.place(row)
            here = (
                self._index if whole and self._whole else sum(self.place(each) < stood for each in page.rows)
            )
        self.rows = list(page.rows)
        self._index = max(0, min(here or 0, len(self.rows) - 1))
        self._top = self._index - (0 if self._edge < 0 else line)
        self._edge, self._fresh = 0, False

    def _append(self, page: Page[T]) -> None:
        known = {self.key(each) for each in self.rows}
        self.rows += [each for each in page.rows if self.key(each) not in known]
        self._below = page.below
        gone = min(len(self.rows) - self._most, self._index - self._margin)
        if gone > 0:
            del self.rows[:gone]
            self._index -= gone
            self._top -= gone
            self._above = self.place(self.rows[0])
            self.start = None if self.start is None else self.start + gone

    def _prepend(self, page: Page[T]) -> None:
        known = {self.key(each) for each in self.rows}
        new = [each for each in page.rows if self.key(each) not in known]
        self.rows = new + self.rows
        self._index += len(new)
        self._top += len(new)
        self._above = page.above
        self.start = (
            0 if page.above is None else None if self.start is None else max(0, self.start - len(new))
        )
        keep = max(self._most, self._index + 1 + self._margin)
        if len(self.rows) > keep:
            del self.rows[keep:]
            self._below = self.place(self.rows[-1])

    @property
    def _whole(self) -> bool:
        return self._above is None and self._below is None

    @property
    def _searching(self) -> bool:
        return not self.rows and not self._whole

    @property
    def _margin(self) -> int:
        return max(5, self.size.height)

    def _want(self) -> None:
        """Read on where the cursor comes near the end of what is at hand."""
        if self._asked not in (None, "after", "before") or (self._asked is not None and not self._owed):
            return
        near_end = self._index >= len(self.rows) - self._margin
        if self._below is not None and (self._owed > 0 or (near_end and not self._owed)):
            way: Way = "after"
        elif self._above is not None and (self._owed < 0 or self._index < self._margin):
            way = "before"
        else:
            return
        if way != self._asked:
            self._ask(way, self._below if way == "after" else self._above)

    # -- moving -------------------------------------------------------------------------------------------------

    def _now(self, act: Callable[[], None]) -> None:
        """At once; behind the keys before it where one of those still waits for its page."""
        if self._waits:
            self._later.append(act)
        else:
            act()

    def _go_on(self) -> None:
        if self._owed:
            owed, self._owed = self._owed, 0
            self._go(self._index + owed)
        while self._later and not self._waits:
            self._later.pop(0)()

    @property
    def _waits(self) -> bool:
        return bool(self._fresh or self._edge or self._owed or self._searching)

    def _go(self, number: int) -> None:
        last = max(0, len(self.rows) - 1)
        if number > last and self._below is not None:
            self._owed = number - last
        elif number < 0 and self._above is not None:
            self._owed = number
        super()._go(number)
        if self._owed:
            self._want()
        else:
            # What is at hand is drawn first: a thread that reads would make its paint wait.
            self.call_after_refresh(self._want)

    def action_move(self, by: int) -> None:
        self._now(lambda: super(PagedList, self).action_move(by))

    def action_page(self, by: int) -> None:
        self._now(lambda: super(PagedList, self).action_page(by))

    def action_half(self, by: int) -> None:
        self._now(lambda: super(PagedList, self).action_half(by))

    def action_edge(self, which: int) -> None:
        self._now(lambda: self._to_edge(which))

    def _to_edge(self, which: int) -> None:
        if (self._above if which < 0 else self._below) is None:
            super().action_edge(which)
        else:
            self._edge = which
            self._ask("first" if which < 0 else "last")

    def action_choose(self) -> None:
        self._now(super().action_choose)

    def toggle_mark(self) -> None:
        self._now(super().toggle_mark)

    def on_click(self, event: events.Click) -> None:
        self._now(lambda: self._go(self._top + event.y))

    # -- drawing ------------------------------------------------------------------------------------------------

    def _thumb(self, y: int) -> str:
        if self.total is not None or self._whole:
            return super()._thumb(y)
        height = self.size.height
        size = max(1, height // 10)
        at_top = self._above is None and self._top == 0
        at_end = self._below is None and self._top >= len(self.rows) - height
        first = 0 if at_top else height - size if at_end else (height - size) // 2
        return "┃" if first <= y < first + size else "│"
