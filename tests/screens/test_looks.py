"""Without colour, with much room and with too little: what stands there is still told apart, and nothing is lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.style import Style

from casedesk.screens.approve import ApproveScreen
from tests.screens.photographed import ROSA, Rolls, photographed
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture

GLYPHS = "▲●◐◷○✔–!"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[tuple[FirmFixture, Rolls]]:
    with photographed(tmp_path / "desk") as made:
        yield made


def _styled(seat: Seat) -> list[tuple[str, Style]]:
    strips = seat.app.screen._compositor.render_strips()
    return [(text, style) for strip in strips for text, style, _ in strip if style is not None]


def _coloured(seat: Seat) -> list[str]:
    return [
        text
        for text, style in _styled(seat)
        if any(colour is not None and not colour.is_default for colour in (style.color, style.bgcolor))
    ]


def test_no_color_sends_no_colour_and_everything_is_still_told_apart(
    story: tuple[FirmFixture, Rolls], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor's line and the focused button stand the other way round, a list that is left is underlined, and every
    state has its glyph and its word."""
    monkeypatch.setenv("NO_COLOR", "1")
    firm, rolls = story

    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            assert _coloured(seat) == []
            first = seat.app.screen.rows.current.ref  # type: ignore[attr-defined]
            (cursor,) = {style.reverse for text, style in _styled(seat) if first in text} - {None, False}
            assert cursor
            rows = [line for line in seat.lines() if " T-" in line]
            assert all(re.search(rf"[{GLYPHS}] \S+ +T-", row) for row in rows[:-1])
            await seat.press("h")
            await seat.type("Ben")
            assert _coloured(seat) == []
            assert any(style.underline for text, style in _styled(seat) if "Ben" in text)
            assert any(style.reverse for text, style in _styled(seat) if text == " ")
        async with sit(firm.desk("aokafor")) as seat:
            seat.app.open_hit("review", rolls.review)
            await seat.sees("Approval for filing")
            await seat.press("y", "y", "o")
            assert seat.front() is ApproveScreen
            assert _coloured(seat) == []
            assert any(style.reverse for text, style in _styled(seat) if "Cancel" in text)
            assert not any(style.reverse for text, style in _styled(seat) if "approve" in text)

    asyncio.run(scene())


PLACES = ("task", "matter", "messages", "docket", "people", "told", "status", "audit", "dashboard", "rules")


def _refs(rolls: Rolls) -> dict[str, str]:
    return {"task": rolls.new, "matter": ROSA, "audit": ROSA}


def test_at_200_by_60_the_room_is_used(story: tuple[FirmFixture, Rolls]) -> None:
    """No line is longer than the screen, what is cut at 80 is said whole, and the footer takes one line."""
    firm, rolls = story

    async def scene() -> None:
        async with sit(firm.desk("jreyes"), (200, 60)) as seat:
            await seat.press("5")
            await seat.sees("[Team")
            assert "Interview: confirm with the client" in seat.words()
            assert "Fernández-Villaverde y Castellanos" in seat.words()
            for kind in PLACES:
                seat.app.open_hit(kind, _refs(rolls).get(kind, ""))
                await seat.settle()
                lines = seat.lines()
                assert len(lines) == 60
                assert "? keys" in lines[-1], kind
                cut = [
                    each
                    for each in lines[:30]
                    if "…" in each and "sha" not in each and "Fernández" not in each
                ]
                assert kind in {"dashboard", "rules"} or not cut, (kind, cut)
                seat.app.pop_screen()
                await seat.settle()

    asyncio.run(scene())


@pytest.mark.parametrize("size", [(72, 20), (60, 16)])
def test_a_little_too_small_is_cut_with_grace(
    story: tuple[FirmFixture, Rolls], size: tuple[int, int]
) -> None:
    """The first line says who, the cursor is on the screen, and the last line says how to see every key."""
    firm, rolls = story

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), size) as seat:
            for kind in ("", *PLACES):
                if kind:
                    seat.app.open_hit(kind, _refs(rolls).get(kind, ""))
                    await seat.settle()
                lines = seat.lines()
                assert "Maria Duarte" in lines[0], kind
                assert "? keys" in lines[-1], (kind, seat.text())
                if kind != "dashboard":
                    assert any(line.startswith("▌") for line in lines), (kind, seat.text())
                if kind:
                    seat.app.pop_screen()
                    await seat.settle()

    asyncio.run(scene())


@pytest.mark.parametrize("size", [(40, 12), (59, 24), (20, 5)])
def test_far_too_small_says_so_and_comes_back(
    story: tuple[FirmFixture, Rolls], size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with sit(story[0].desk("mduarte"), size) as seat:
            assert seat.lines()[0].startswith(f" ! {size[0]} by {size[1]} is too"), seat.text()
            await seat.press("down", "down", "question_mark", "escape")
            await seat.pilot.resize_terminal(80, 24)
            await seat.settle()
            assert seat.lines()[0].startswith(" Maria Duarte, paralegal")
            assert "too small" not in seat.words()

    asyncio.run(scene())
