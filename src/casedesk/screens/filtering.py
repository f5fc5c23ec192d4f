"""A list with a live filter: what is typed is asked while it is typed, and the last good answer stays until the next.

A question that is wrong, or not finished, says so at the right of its line and takes no row away. Enter keeps what is
asked, escape drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from casedesk.desk import query_words
from casedesk.desk.paging import Page
from casedesk.desk.query import parse
from casedesk.refusal import Refusal
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import part
from casedesk.screens.widgets.paged import PagedList, Pages
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.widgets.question import QuestionInput, Words
from casedesk.screens.words import LANGUAGES, refused


class FilterLine(Horizontal):
    """The question, and at its right what is wrong with it."""

    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; }
    FilterLine.asked { display: block; }
    FilterLine QuestionInput { width: 1fr; }
    FilterLine Pane { width: auto; max-width: 60%; background: $panel; }
    """

    def __init__(self, placeholder: str) -> None:
        super().__init__(id="filter")
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        yield QuestionInput(placeholder=self._placeholder, id="question")
        yield Pane(id="question-says")


class FilteredScreen(DeskScreen):
    """A screen with one `rows` that `pages_for` a question fills. `text` is the question in force."""

    rows: PagedList[Any]

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._wanted = ""
        self._dropped = 0

    @property
    def is_asking(self) -> bool:
        """Whether a question is being typed."""
        return self._line.has_class("asked")

    # -- what a screen of this kind says of itself --------------------------------------------------------------

    def pages_for(self, text: str) -> Pages[Any]:
        """The rows that `text` asks for, where the screen stands now."""
        raise NotImplementedError

    def aside(self, text: str) -> Callable[[Page[Any]], Callable[[], None]]:
        """What is read in the same thread as a page, and then taken in on the loop before the rows are."""
        raise NotImplementedError

    def draw_head(self) -> None:
        """What stands above the rows."""
        raise NotImplementedError

    # -- reading ------------------------------------------------------------------------------------------------

    def filter_line(self) -> FilterLine:
        return FilterLine(
            self.spell("kind:rfe due<=today+3d smith · tab completes, enter keeps it, ⟨~desk.back⟩ drops it")
        )

    def show_rows(self) -> None:
        """Begin the list anew, from its top."""
        self.rows.show(self.pages_for(self.text))

    def read_page(self, work: Callable[[], Page[Any]], then: Callable[[Page[Any]], None]) -> None:
        """How the rows read their pages."""
        self._read("rows", work, then, self.text, self.failing(self.rows))

    def _read(
        self,
        group: str,
        work: Callable[[], Page[Any]],
        then: Callable[[Page[Any]], None],
        text: str,
        failed: Callable[[Refusal], None],
    ) -> None:
        beside = self.aside(text)

        def both() -> tuple[Page[Any], Callable[[], None]]:
            page = work()
            return page, beside(page)

        def arrived(found: tuple[Page[Any], Callable[[], None]]) -> None:
            page, take_in = found
            take_in()
            then(page)
            self.draw_head()

        self.read(group, both, arrived, failed)

    # -- asking -------------------------------------------------------------------------------------------------

    @property
    def _line(self) -> FilterLine:
        return self.query_one(FilterLine)

    @property
    def _question(self) -> QuestionInput:
        return self.query_one(QuestionInput)

    def do_filter(self) -> None:
        self._line.add_class("asked")
        self._question.focus()
        self.draw_head()
        people = self.names.people

        def words() -> Words:
            return {
                **self.desk.read(query_words.words),
                "owner": ("@me", *sorted(each.handle for each in people if each.active)),
                "language": tuple(LANGUAGES),
            }

        def known(found: Words) -> None:
            self._question.words = found

        self.read("words", words, known)

    @on(Input.Changed, "#question")
    def _typed(self, event: Input.Changed) -> None:
        typed = event.value.strip()
        if self._question.is_unfinished(event.value):
            self._say("")
        else:
            self.ask_for(typed)

    @on(Input.Submitted, "#question")
    def _keep(self) -> None:
        if self.ask_for(self._question.value.strip()):
            self._line.remove_class("asked")
            self.rows.focus()
            self.draw_head()

    def ask_for(self, text: str) -> bool:
        """Ask `text` now; the rows change when its answer is there, and not at all when it is refused. False for what
        cannot even be read."""
        self._wanted = text
        if text == self.text:
            self._dropped += 1
            self._say("")
            return True
        try:
            parse(text)
        except Refusal as refusal:
            self._wrong(refusal)
            return False
        pages, row, dropped = self.pages_for(text), self.rows.current, self._dropped
        # What is dropped leaves the cursor on its row, wherever that stands among all the others.
        place = self.rows.place(row) if row is not None and not text else None

        def answered(page: Page[Any]) -> None:
            if dropped != self._dropped:
                return
            if text == self._wanted:
                self._say("")
            self.text = text
            self.rows.show(pages, page)

        self._read(
            "ask",
            lambda: pages.first() if place is None else pages.around(place),
            answered,
            text,
            self._wrong,
        )
        return True

    def _wrong(self, refusal: Refusal) -> None:
        if self.is_asking:
            # As it was refused: a day in it shows how to write one.
            self._say(refused(refusal))
        else:
            self.desk_app.refuse(refusal)

    def _say(self, sentence: str) -> None:
        self.query_one("#question-says", Pane).show([[part(sentence, "warn")]] if sentence else [])

    def drop_filter(self) -> bool:
        """Away with what is asked and typed; False when there was nothing."""
        if not self.is_asking and not self.text:
            return False
        self._dropped += 1
        self._question.value = ""
        self._line.remove_class("asked")
        self.rows.focus()
        self.ask_for("")
        self.draw_head()
        return True
