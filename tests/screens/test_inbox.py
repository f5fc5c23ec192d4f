"""The inbox by keys: accept, match, split, junk, each taken back, with the paper's own words beside the list."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from casedesk.desk import papers, triage
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.screens.matching import MatchScreen, parted
from tests.desk.test_triage import letter, stack
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

MATTER = "M-2026-0001"


@cache
def prepared() -> tuple[Prepared, ...]:
    """Three papers as they come in, read once for all tests."""
    return tuple(
        prepare_bytes(data, name)
        for name, data in (
            ("cruise.pdf", letter("Win a cruise")),
            ("letter.pdf", letter("My cousin moved")),
            ("scan.pdf", stack(letter("The lease of 14 Elm Street"), letter("The lease of 9 Oak Avenue"))),
        )
    )


@pytest.fixture
def post(firm: FirmFixture) -> FirmFixture:
    """Three papers wait: an advertisement, a letter about nothing known, and a scan of two letters."""
    desk = firm.desk("mduarte")
    for each in prepared():
        firm.clock.advance(minutes=1)
        desk.write(papers.receive, each)
    return firm


def waiting(firm: FirmFixture) -> list[str]:
    return [row.name for row in firm.desk("mduarte").read(papers.listing, unmatched=True)]


async def glanced(seat: Seat) -> None:
    await seat.until(lambda: "Reading its words" not in seat.words())
    await seat.settle()


def test_the_words_of_the_paper_stand_beside_the_list(post: FirmFixture) -> None:
    """At 120 columns the list is left and the paper right; at 80 the paper stands below."""

    async def scene(size: tuple[int, int], beside: bool) -> None:
        async with sit(post.desk("mduarte"), size) as seat:
            await seat.press("I")
            await glanced(seat)
            await seat.sees("The lease of 14 Elm Street")
            assert "page 1 of 2" in seat.words()
            first = next(line for line in seat.lines() if "scan.pdf" in line)
            assert ("2 pages" in first or "scan.pdf" in first[60:]) is beside
            assert all(len(line) <= size[0] for line in seat.lines())
            await seat.press("right_square_bracket")
            await seat.sees("9 Oak Avenue")
            await seat.press("right_square_bracket")
            await seat.sees("next page: no further page")

    asyncio.run(scene((120, 40), True))
    asyncio.run(scene((80, 24), False))


def test_junk_and_back_by_one_key_each(post: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(post.desk("mduarte")) as seat:
            await seat.press("I")
            await seat.press("down", "down", "x")
            await seat.sees("cruise.pdf is set aside as junk. z takes it back.")
            assert waiting(post) == ["scan.pdf", "letter.pdf"]
            await seat.press("3")
            await seat.sees("– junk")
            await seat.press("x")
            await seat.sees("junk: junk")
            await seat.press("z")
            await seat.sees("cruise.pdf waits in the inbox again.")
            await seat.sees("Nothing was set aside.")
            await seat.press("1", "x")
            await seat.sees("scan.pdf is set aside")
            await seat.press("z")
            await seat.sees("scan.pdf waits in the inbox again.")

    asyncio.run(scene())
    assert waiting(post) == ["scan.pdf", "letter.pdf", "cruise.pdf"]


def test_split_at_the_page_on_view_and_back(post: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(post.desk("mduarte"), (120, 40)) as seat:
            await seat.press("I")
            await glanced(seat)
            await seat.press("s")
            await seat.sees("split here: ] turns to where the next paper begins")
            await seat.press("right_square_bracket", "s")
            await seat.sees("is cut before page 2")
            await seat.sees("scan, page 1.pdf")
            assert sorted(waiting(post)) == [
                "cruise.pdf",
                "letter.pdf",
                "scan, page 1.pdf",
                "scan, page 2.pdf",
            ]
            assert seat.words().index("scan, page 1.pdf") < seat.words().index("scan, page 2.pdf")
            await seat.press("down")
            await glanced(seat)
            await seat.sees("cut from D-")
            await seat.press("z")
            await seat.sees("scan.pdf waits in the inbox again.")

    asyncio.run(scene())
    assert waiting(post) == ["scan.pdf", "letter.pdf", "cruise.pdf"]


def test_a_matter_is_found_while_one_types_and_a_match_is_taken_back(post: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(post.desk("mduarte")) as seat:
            await seat.press("I", "down", "m")
            assert isinstance(seat.app.screen, MatchScreen)
            await seat.sees("Type a client, an employer")
            await seat.type("nobody")
            await seat.sees("No matter is called “nobody”.")
            await seat.press(*["backspace"] * 6)
            await seat.type("ibar")
            await seat.sees(MATTER)
            await seat.press("enter")
            await seat.sees(f"letter.pdf: other, {MATTER}. z takes it back.")
            assert waiting(post) == ["scan.pdf", "cruise.pdf"]
            await seat.press("z")
            await seat.sees("letter.pdf waits in the inbox again.")

    asyncio.run(scene())
    assert waiting(post) == ["scan.pdf", "letter.pdf", "cruise.pdf"]


def test_a_form_behind_the_name_and_a_refusal_inside(post: FirmFixture) -> None:
    assert parted("ibarra i-485") == ("ibarra", "I-485")
    assert parted(MATTER) == (MATTER, None)
    assert parted("m-2026") == ("m-2026", None)

    async def scene() -> None:
        async with sit(post.desk("mduarte")) as seat:
            await seat.press("I", "m")
            await seat.type("ibarra i-131")
            await seat.sees(MATTER)
            await seat.press("enter")
            await seat.sees("There is no form")
            assert isinstance(seat.app.screen, MatchScreen)
            await seat.press("escape")
            assert not isinstance(seat.app.screen, MatchScreen)

    asyncio.run(scene())
    assert len(waiting(post)) == 3


def test_what_was_recognised_is_accepted_by_one_key(firm: FirmFixture) -> None:
    """An RFE that its receipt number brought to its matter, taken out again, is put back by `a`."""
    desk = firm.desk("mduarte")
    paper = desk.write(papers.receive, prepare_bytes(make_rfe(), "rfe.pdf"))
    assert paper.matter == MATTER
    desk.write(triage.undo, paper.ref)

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("I")
            await seat.sees(f"✔ {MATTER} Ibarra, Rosa IOE0912345678, its I-485")
            await seat.press("a")
            await seat.sees(f"rfe.pdf: RFE, {MATTER}. z takes it back.")

    asyncio.run(scene())
    assert waiting(firm) == []


def test_what_cannot_be_done_is_dimmed_with_its_reason(post: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(post.desk("mduarte")) as seat:
            await seat.press("I", "down")
            await glanced(seat)
            await seat.press("a")
            await seat.sees("accept: nothing recognised, m matches it")
            await seat.press("s")
            await seat.sees("split here: one page")
            assert "(a accept)" in seat.words()
            assert "(s split here)" in seat.words()

    asyncio.run(scene())
