"""A review, for ten minutes between hearings: the points at the left, what changed at the right, then one decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from casedesk.desk import packets, reviews, viewing
from casedesk.desk.views.gate import PointView, ReviewView
from casedesk.refusal import Refusal
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, paragraphs, part, some, spread
from casedesk.screens.moments import Moment
from casedesk.screens.saving import save_new
from casedesk.screens.states import state
from casedesk.screens.viewing import view
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import REVIEW_KINDS, changed_pages, review_state, title_of

Found = tuple[ReviewView, Moment]

YES, NO = "yes", "no"
LEAVING_SECONDS = 2.0
"""So long the desk's end waits for a look to be written down; a store that is gone holds nobody up."""


def _answerable(screen: ReviewScreen) -> str:
    if screen.review is None:
        return "reading"
    return "" if screen.review.state == "open" else review_state(screen.review)[0][2:]


def _reviewing(screen: ReviewScreen) -> str:
    kinds = {"content": "content_review", "second": "second_review", "signoff": "sign_off"}
    return "" if screen.review is None else kinds.get(screen.review.kind, "")


class ReviewScreen(DeskScreen):
    """Answers and comments are kept until the decision, also when this is left for a while; only the decision writes."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("yes", "y", "yes", "The point holds", _answerable),
        Action("no", "n", "no", "The point does not hold; say why", _answerable),
        Action("comment", "c", "comment", "Say something to the point", _answerable),
        Action(
            "send_back",
            "r",
            "return",
            "Return it with the comments",
            lambda s: s.why_not_return(),
            loud=True,
            act=_reviewing,
        ),
        Action(
            "approve",
            "o",
            "OK",
            "OK for signature, or Approve for filing",
            lambda s: s.why_not_approve(),
            loud=True,
            act=_reviewing,
        ),
        Action("differences", "d", "differences", "Differences, or the documents of the packet"),
        Action(
            "view", "v,p", "open", "Open the packet in the system's viewer, or the document under the cursor"
        ),
        Action("save", "V", "save a copy", "Write the packet to a file of your own", footer=False),
        Action(
            "take_over", "T", "take over", "Make this review yours", _answerable, footer=False, act=_reviewing
        ),
        Action("matter", "m", "matter card", "The card of its matter", footer=False),
        Action("packets", "P", "packet", "Packet, filing, what left and arrived", footer=False),
    )
    NAME = "review"
    PLACE = "Review"

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self.review: ReviewView | None = None
        self.changes: tuple[str, ...] | None = None
        self.showing_documents = False
        self._noted = False
        self.answers: dict[str, str] = {}
        self.comments: dict[str, str] = {}
        self.rows: RowList[PointView] = RowList(
            lambda point: point.id,
            self._draw,
            empty="This review asks nothing. ⟨review.approve⟩ approves it.",
            id="points",
        )
        self.side: RowList[tuple[int, Line]] = RowList(
            lambda row: str(row[0]), lambda row, _width: row[1], empty="No differences to show.", id="side"
        )

    def actions(self) -> tuple[Action, ...]:
        kind = self.review.kind if self.review is not None else ""
        label = {
            "content": "OK for signature",
            "second": "second review done",
            "signoff": "Approve for filing",
        }
        return tuple(
            replace(a, label=label.get(kind, a.label)) if a.id == "approve" else a for a in super().actions()
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="review")
        yield Rule()
        with Horizontal(classes="columns"):
            with Vertical(classes="left"):
                yield self.rows
            with Vertical(classes="right"):
                yield Pane(id="side-title")
                yield self.side
        yield Rule()
        yield Pane(id="point")

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self._show()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, ref = self.desk, self.ref

        def work() -> Found:
            return desk.read(reviews.show, ref), Moment(desk.now(), desk.zone)

        self.read("review", work, self._loaded, self.failing(self.rows))
        self.read(
            "differences",
            lambda: desk.read(reviews.differences, ref),
            self._compared,
            self.failing(self.side),
        )

    def _loaded(self, found: Found) -> None:
        self.review, self.moment = found
        self.ref = self.review.ref
        unsent = self.desk_app.unsent
        if self.review.state == "open":
            self.answers, self.comments = unsent.setdefault(self.review.id, (self.answers, self.comments))
        else:
            unsent.pop(self.review.id, None)
        for point in self.review.points:
            if point.answer in {YES, NO}:
                self.answers.setdefault(point.id, point.answer)
            if point.comment:
                self.comments.setdefault(point.id, point.comment)
        self.rows.fill(self.review.points)
        self._show()

    def _compared(self, changes: tuple[str, ...]) -> None:
        """Comparing pages may take longer than the points: they do not wait for it."""
        self.changes = changes
        if self.review is not None:
            self._show_side(self.review)

    # -- drawing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.review is None or self.moment is None:
            return
        review = self.review
        kind = REVIEW_KINDS.get(review.kind, review.kind)
        lines: list[Line] = [
            spread([part(f"{kind.capitalize()}: {title_of(review)}, version {review.version}", "strong")],
                   [review_state(review)], self.size.width - 2),
            [part(f"{review.matter} {review.caption} · prepared by {self.names.short(review.preparer)}{self._with()}")],
            *self._length(review, self.moment),
        ]  # fmt: skip
        self.query_one("#review", Pane).show(lines)
        self._show_side(review)
        self._show_point()

    def _length(self, review: ReviewView, moment: Moment) -> list[Line]:
        """How long it is and by when, then what changed: beside it where there is room, else whole on a line of its own."""
        much = f"{some(review.pages, 'page')} · about {review.minutes} min · due {moment.soon(review.due)}"
        changed = changed_pages(review)
        if len(much) + len(changed) + 3 <= self.size.width - 2:
            return [[part(f"{much} · "), part(changed, "dim")]]
        return [[part(much)], *([part(line, "dim")] for line in paragraphs(changed, self.size.width - 2))]

    def _with(self) -> str:
        """Whose review it is, when it is somebody else's."""
        header = self.desk_app.standing.header
        owner = self.names.full(self.review.owner) if self.review is not None else ""
        mine = header is not None and header.person == owner
        return "" if mine else f" · with {owner}"

    def _show_side(self, review: ReviewView) -> None:
        title = "Documents of the packet" if self.showing_documents else "Changes"
        self.query_one("#side-title", Pane).show([[part(title, "dim")]])
        if self.showing_documents:
            self.side.empty = "The packet lists no documents."
            rows: list[Line] = [
                [cell(each.tab or each.role, 10, "dim"), part(f"{each.name}  {each.pages} p.  "),
                 part(each.sha256[:8], "dim")]
                for each in review.documents
            ]  # fmt: skip
        else:
            first = review.version == 1 and not review.changed_since
            self.side.empty = (
                "The first version: nothing to compare it with." if first else "Nothing changed since then."
            ) + " ⟨review.differences⟩ shows the documents."
            if self.changes is None:
                self.side.wait()
                return
            width = max(20, self.side.size.width - 4)
            rows = [
                [part(words, _tone_of_change(line))]
                for line in self.changes
                for words in paragraphs(line, width)
            ]
        self.side.fill(list(enumerate(rows)))
        # Narrow, and nothing to say there: the points get the whole width.
        self.query_one(".right").display = bool(rows) or self.size.width >= 100

    @on(RowList.Moved)
    def _show_point(self) -> None:
        point = self.rows.current
        lines: list[Line] = []
        if point is not None:
            lines = [[part(line)] for line in paragraphs(point.text, max(20, self.size.width - 2))[:2]]
            comment = self.comments.get(point.id)
            if comment:
                lines.append([part("└ ", "dim"), part(f"“{comment}”", "warn")])
        self.query_one("#point", Pane).show(lines)
        self.renew_keys()

    def _draw(self, point: PointView, width: int) -> Line:
        answer = self.answers.get(point.id)
        mark = state(f"point.{answer or 'open'}")
        comment = "  “…”" if self.comments.get(point.id) else ""
        return [cell(mark[0], 8, mark[1]), cell(point.text, width - 8 - 6), part(comment, "warn")]

    # -- what may be done ---------------------------------------------------------------------------------------

    def _left(self) -> int:
        assert self.review is not None
        return sum(point.id not in self.answers for point in self.review.points)

    def why_not_return(self) -> str:
        reason = _answerable(self)
        if reason:
            return reason
        if self.review is not None and self.review.kind == "signoff" and not self.review.points:
            return "nothing to return"
        return "" if any(self.comments.values()) else "comment first"

    def why_not_approve(self) -> str:
        reason = _answerable(self)
        if reason:
            return reason
        left = self._left()
        if left:
            return f"{left} unanswered"
        against = sum(answer == NO for answer in self.answers.values())
        return f"{against} answered no" if against else ""

    # -- acts ---------------------------------------------------------------------------------------------------

    def _answer(self, answer: str) -> None:
        point = self.rows.current
        if point is None:
            return
        self.answers[point.id] = answer
        if answer == YES:
            self.rows.action_move(1)
        self.rows.refresh()
        self._show_point()
        if answer == NO:
            self.do_comment()

    def do_yes(self) -> None:
        self._answer(YES)

    def do_no(self) -> None:
        self._answer(NO)

    def do_comment(self) -> None:
        point = self.rows.current
        if point is None:
            return

        number = 1 + [each.id for each in self.rows.rows].index(point.id)

        def keep(text: str) -> str:
            self.comments[point.id] = text
            self.rows.refresh()
            self._show_point()
            return ""

        prompt(
            self,
            f"Comment on {self.ref}, point {number}",
            (Field("text", "Comment", value=self.comments.get(point.id, "")),),
            lambda answers: answers["text"],
            keep,
            verb="keep",
            about=[[part(point.text)]],
        )

    def do_send_back(self) -> None:
        review = self.review
        if review is None:
            return
        comments = {point: text for point, text in self.comments.items() if text}
        texts = {point.id: point.text for point in review.points}
        lines: list[Line] = []
        for point, text in comments.items():
            lines += [[part(texts.get(point, point))], [part(f"  “{text}”", "warn")]]
        preparer = self.names.full(review.preparer)
        prompt(
            self,
            f"Return to {preparer}",
            (),
            lambda _answers: self.desk.write(reviews.send_back, review.id, comments),
            lambda done: (
                f"Returned to {self.names.short(done.preparer)} with {some(len(comments), 'comment')}."
            ),
            verb="return",
            about=lines,
        )

    def do_approve(self) -> None:
        review, moment = self.review, self.moment
        if review is None or moment is None:
            return
        if review.kind == "signoff":
            from casedesk.screens.approve import ApproveScreen

            self.app.push_screen(ApproveScreen(self, review, moment, tuple(self.answers)))
            return
        points = tuple(point.id for point in review.points)
        word = "OK for signature" if review.kind == "content" else "Second review done"
        self.write(
            lambda: self.desk.write(reviews.approve, review.id, points),
            lambda done: f"{word}: {title_of(done)}, {done.caption}.",
        )

    def do_differences(self) -> None:
        self.showing_documents = not self.showing_documents
        if self.review is not None:
            self._show_side(self.review)

    def do_view(self) -> None:
        """The document under the cursor where the documents are walked through, else the packet as it is reviewed."""
        review, line = self.review, self.side.current
        if review is None:
            return
        if self.showing_documents and self.side.has_focus and line is not None:
            view(self, viewing.paper, review.documents[line[0]].document)
        else:
            view(self, viewing.packet, review.packet)

    @on(RowList.Chosen, "#side")
    def _view_document(self) -> None:
        if self.showing_documents:
            self.do_view()

    def do_save(self) -> None:
        review = self.review
        if review is None:
            return

        def act(answers: Answers) -> Path:
            _, data = self.desk.write(packets.assemble, review.packet)
            return save_new(answers.path("path"), data)

        prompt(self, "Save a copy to read", (Field("path", "To", "path", value=f"{review.packet}.pdf"),), act,
               lambda path: f"Written to {path}.")  # fmt: skip

    def do_take_over(self) -> None:
        ref = self.ref
        self.write(lambda: self.desk.write(reviews.take_over, ref), lambda done: f"{done.ref} is yours now.")

    def do_matter(self) -> None:
        if self.review is not None:
            self.desk_app.open_hit("matter", self.review.matter)

    def do_packets(self) -> None:
        if self.review is not None:
            self.desk_app.open_hit("packets", self.review.matter)

    def do_back(self) -> None:
        """What was looked at here is no longer "changed" when the next version comes."""
        note = self._look()
        if note is not None:
            self.desk_app.aside(note)
        super().do_back()

    def on_unmount(self) -> None:
        """Left with the whole desk: then nobody else would write it down."""
        note = self._look()
        if note is not None:
            writing = Thread(target=note, daemon=True)
            writing.start()
            writing.join(LEAVING_SECONDS)

    def _look(self) -> Callable[[], None] | None:
        """What writes the look down, once."""
        review, desk = self.review, self.desk
        if review is None or self._noted:
            return None
        self._noted = True

        def note() -> None:
            with suppress(Refusal):
                desk.write_unheard(reviews.looked, review.id)

        return note


def _tone_of_change(line: str) -> str:
    """By the sign behind the page or the file, whatever signs the words themselves have."""
    sign = re.search(r" ([+-]) ", line)
    return "" if sign is None else "good" if sign[1] == "+" else "warn"
