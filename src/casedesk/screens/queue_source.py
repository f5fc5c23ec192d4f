"""Where the rows of the queue come from: one page of the desk's a call, for a section and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.desk import queue_pages, review_pages
from casedesk.desk.desk import Desk
from casedesk.desk.paging import Page, Place, Way
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.work import TaskView
from casedesk.screens.sections import Section

QueueRow = TaskView | ReviewView


@dataclass(frozen=True)
class QueuePages:
    """The pages of one section under one filter."""

    desk: Desk
    section: Section
    text: str = ""

    def first(self) -> Page[QueueRow]:
        return self._page("first", None, 50)

    def last(self) -> Page[QueueRow]:
        return self._page("last", None)

    def after(self, place: Place) -> Page[QueueRow]:
        return self._page("after", place)

    def before(self, place: Place) -> Page[QueueRow]:
        return self._page("before", place)

    def around(self, place: Place) -> Page[QueueRow]:
        return self._page("around", place)

    def place(self, row: QueueRow) -> Place:
        """Where a row of this section stands."""
        if isinstance(row, ReviewView):
            return review_pages.place_of(row)
        return queue_pages.place_of(row, self.section.scope or "")

    def _page(self, way: Way, place: Place | None, limit: int = 100) -> Page[QueueRow]:
        where, scope = self.section.asks(self.text), self.section.scope
        if scope is None:
            return self.desk.read(review_pages.page, where=where, way=way, place=place, limit=limit)
        return self.desk.read(
            queue_pages.section_page, scope=scope, where=where, way=way, place=place, limit=limit
        )
