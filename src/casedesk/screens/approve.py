"""Approve for filing: the attorney's own act. Hard to do by accident, and nothing is lost when it is refused.

Cancel has the focus; keys are ignored for the first 400 ms; the key that opened it never does anything in it until
another one was pressed; the matter number is typed and the passphrase asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from casedesk.desk import reviews
from casedesk.desk.views.gate import ReviewView, SignedOff
from casedesk.refusal import Refusal
from casedesk.screens.asking import Listens, ask
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, part, some
from casedesk.screens.keymap import bound
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.words import POLICIES, changed_pages, title_of
from casedesk.security.text import safe

DEAF_SECONDS = 0.4


class ApproveScreen(Listens, ModalScreen[None]):
    """Signs through the desk; closes when it is signed, or by cancel."""

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [
            Binding("escape", "cancel", "Cancel", show=False, id="approve.cancel"),
            Binding("tab,down", "go(1)", "Next", show=False, id="approve.next"),
            Binding("shift+tab,up", "go(-1)", "Previous", show=False, id="approve.previous"),
        ]
    )

    def __init__(
        self, screen: DeskScreen, review: ReviewView, moment: Moment, points: tuple[str, ...]
    ) -> None:
        super().__init__()
        self._screen = screen
        self._review = review
        self._moment = moment
        self._points = points
        self._opener = screen.desk_app.last_key
        self._ticks = screen.desk_app.ticks
        self._opened = self._ticks()
        self._busy = False

    def deaf(self, key: str) -> bool:
        """True for a key that must not do anything yet: the first 400 ms, and the key that opened this."""
        if self._ticks() - self._opened < DEAF_SECONDS:
            return True
        if key == self._opener:
            return True
        self._opener = ""
        return False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            about = Pane()
            about.show(self._about())
            yield about
            with Horizontal(classes="field"):
                yield self._label("Matter number")
                yield Input(id="confirm", placeholder=safe(f"type it: {self._review.matter}"))
            with Horizontal(classes="field"):
                yield self._label("Passphrase")
                yield Input(id="passphrase", password=True)
            yield Pane(id="says")
            with Horizontal(classes="field"):
                yield Button("Cancel", id="cancel")
                yield Button("approve", id="approve")

    def _label(self, text: str) -> Pane:
        pane = Pane()
        pane.show([[part(text, "dim")]])
        return pane

    def _about(self) -> Iterable[Line]:
        review, moment = self._review, self._moment
        sha = f"{review.packet_sha256[:8]} … {review.packet_sha256[-8:]}"
        when = moment.instant(review.second_reviewed_at)
        names = self._screen.names
        second = f"{names.short(review.second_reviewer)}, {when}" if review.second_reviewer else "none"
        return (
            [part("Approve for filing", "strong")],
            [part(f"I have reviewed this filing and approve it for submission to {review.agency}.")],
            [
                part(
                    f"{title_of(review)}, {some(review.pages, 'page')}, {some(len(review.documents), 'document')}"
                )
            ],
            [part("sha-256  ", "dim"), part(sha, "strong")],
            [part(f"prepared by {names.short(review.preparer)} · second review {second}")],
            [part(f"{review.matter} {review.caption}")],
            [part(changed_pages(review).capitalize())],
            [part(POLICIES.get(review.policy, review.policy), "dim")],
        )

    def on_mount(self) -> None:
        self._screen.desk_app.hush()
        self.query_one("#cancel", Button).focus()
        says = "⟨approve.next⟩ goes on to the fields; enter on approve signs; ⟨approve.cancel⟩ cancels"
        self._say(self._screen.desk_app.keymap.spell(says), "dim")

    def _say(self, sentence: str, tone: str) -> None:
        self.query_one("#says", Pane).show([[part(sentence, tone)]])

    def action_go(self, by: int) -> None:
        """From cancel to the fields and on to approve, whatever stands left or right of it."""
        order = ("cancel", "confirm", "passphrase", "approve")
        here = self.focused.id if self.focused is not None else None
        place = order.index(here) if here in order else 0
        self.query_one(f"#{order[(place + by) % len(order)]}").focus()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        self.query_one("#approve" if event.input.id == "passphrase" else "#passphrase").focus()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        if not self._busy:
            self.dismiss(None)

    @on(Button.Pressed, "#approve")
    def _approve(self) -> None:
        confirm = self.query_one("#confirm", Input).value.strip()
        passphrase = self.query_one("#passphrase", Input).value
        if self._busy:
            return
        if not confirm or not passphrase:
            missing = "#passphrase" if confirm else "#confirm"
            self._say("! Type the matter number and your passphrase first.", "alert")
            self.query_one(missing, Input).focus()
            return
        self._busy = True
        self._say("Signing …", "dim")
        desk, review, points = self._screen.desk, self._review, self._points

        def work() -> SignedOff:
            return desk.write(
                reviews.sign_off, review.id, confirm=confirm, passphrase=passphrase, points=points
            )

        ask(self, "sign", work, self._signed, self._refused, alone=False)

    def _signed(self, signed: SignedOff) -> None:
        app = self._screen.desk_app
        self.dismiss(None)
        app.tell(
            f"Approved for filing: {title_of(self._review)}, {self._review.caption}, {self._moment.time(signed.signed_at)}."
        )
        app.changed()

    def _refused(self, refusal: Refusal) -> None:
        self._busy = False
        self._say(f"! {self._screen.desk_app.refused(refusal)}", "alert")
        typed = "passphrase" in refusal.code or refusal.code == "proof_stale"
        wrong = "#passphrase" if typed else "#confirm"
        self.query_one(wrong, Input).focus()
