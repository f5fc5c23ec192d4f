"""Pictures of the desk, few and last: what a person sees is asserted in words elsewhere. `just snapshots` renews them."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from casedesk.desk import papers, reviews
from casedesk.desk.reading import prepare
from casedesk.screens.app import DeskApp
from tests.screens.seat import Seat
from tests.screens.test_guards import REVIEW
from tests.support.firm import FirmFixture

Compare = Callable[..., bool]


@pytest.fixture
def app(firm: FirmFixture, rfe: Path) -> DeskApp:
    """Maria's desk after one Request for Evidence; the refs are always the same."""
    desk = firm.desk("mduarte")
    desk.store.randbits = random.Random(7).getrandbits
    desk.write(papers.receive, prepare(rfe))
    return DeskApp(desk, clockwork=False)


def keys(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, DeskApp)
        seat = Seat(pilot.app, pilot)
        await seat.settle()
        if keys:
            await seat.press(*keys)

    return press


def test_queue_on_a_large_terminal(app: DeskApp, snap_compare: Compare) -> None:
    """One row "▲ new RFE intake" with client, form and both dates in columns; below it why it stands here, USCIS due
    in bold with its citation, the internal date, the checklist; the tabs with their counts above; keys at the foot."""
    assert snap_compare(app, terminal_size=(120, 40), run_before=keys())


def test_queue_on_a_small_light_terminal(app: DeskApp, snap_compare: Compare) -> None:
    """The same on white: dark letters, short tab names, no matter number or form in the row, nothing cut mid-word
    at the right edge but by "…"."""
    app.theme = "casedesk-light"
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys())


def test_matter_card(app: DeskApp, snap_compare: Compare) -> None:
    """The contact rule in the first lines and in another colour; the form with status and last check; next date in
    bold with what it is; the story newest first."""
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys("m"))


def test_approve_for_filing(
    firm: FirmFixture, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box over a dimmed review: the sentence that is signed, pages and documents, first and last eight of the
    hash, who prepared and who reviewed; two empty fields; Cancel has the focus (reversed), approve has not."""
    monkeypatch.setattr(reviews, "show", lambda _turn, _ref, looked=False: REVIEW)
    monkeypatch.setattr(reviews, "differences", lambda _turn, _ref: ())
    app = DeskApp(firm.desk("aokafor"), clockwork=False)

    async def open_it(pilot: Pilot[Any]) -> None:
        await keys()(pilot)
        app.open_hit("review", "R-1")
        await keys("y", "o")(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=open_it)
