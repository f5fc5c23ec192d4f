"""One key opens the paper in front in the system's viewer; the viewers here are real programs, found as the system does."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from casedesk.desk import papers, reviews, tasks, viewing
from casedesk.desk.reading import prepare, prepare_bytes
from casedesk.screens.viewing import KEPT_SECONDS
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.rfe import Rfe, sqlite_stage
from tests.support.viewers import Viewer

POSIX = pytest.mark.skipif(os.name != "posix", reason="Only there is the system's opener a program on PATH.")


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """The person's own viewer, named in CASEDESK_VIEWER."""
    made = Viewer.made(tmp_path / "viewer")
    monkeypatch.setenv("CASEDESK_VIEWER", made.command)
    return made


def _as_the_systems(made: Viewer, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setenv("PATH", f"{made.as_opener()}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":9")
    return made


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """The system's opener, on PATH, with a display."""
    return _as_the_systems(Viewer.made(tmp_path / "opener"), monkeypatch)


@pytest.fixture
def at_review(tmp_path: Path) -> Iterator[Rfe]:
    rfe = sqlite_stage("content", tmp_path)
    yield rfe
    rfe.firm.close()


def _copies() -> list[Path]:
    return sorted(Path(os.environ["CASEDESK_COPIES"]).glob("desk-*/*/*"))


async def _seen(seat: Seat, viewer: Viewer, count: int) -> None:
    await seat.until(lambda: len(viewer.seen()) == count)


def test_a_review_opens_its_packet_and_each_of_its_documents(at_review: Rfe, viewer: Viewer) -> None:
    """v opens the packet; with the documents on view and the cursor on one, v and enter open that one."""
    review = at_review.reviews["content"]
    desk = at_review.firm.desk("aokafor")
    packet = desk.read(viewing.packet, at_review.packet).data

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            seat.app.open_hit("review", review)
            await seat.sees("v open")
            await seat.press("v")
            await seat.sees("is opened in the system's viewer")
            await _seen(seat, viewer, 1)
            await seat.until(lambda: not _copies())
            await seat.press("d", "tab", "enter")
            await _seen(seat, viewer, 2)
            await seat.press("p")
            await _seen(seat, viewer, 3)

    asyncio.run(scene())
    first, second, third = viewer.seen()
    assert first["sha256"] == hashlib.sha256(packet).hexdigest()
    assert second["sha256"] == third["sha256"] != first["sha256"]
    assert second["sha256"] in {each.sha256 for each in desk.read(reviews.show, review).documents}
    if os.name == "posix":
        assert {each["mode"] for each in viewer.seen()} == {0o400}
        assert {each["folder"] for each in viewer.seen()} == {0o700}
    assert {Path(each["path"]).name for each in viewer.seen()} == {"paper.pdf"}


def test_the_inbox_the_card_and_a_task_open_a_paper(firm: FirmFixture, rfe: Path, viewer: Viewer) -> None:
    desk = firm.desk("mduarte")
    got = desk.write(papers.receive, prepare(rfe))
    intake = next(task["ref"] for task in got.tasks if task["kind"] == "rfe_intake")
    item = desk.read(tasks.show, intake).checklist[0]
    scan = prepare_bytes(b"The original lies in drawer 4.", "drawer.txt")
    desk.write(tasks.tick, intake, item.id, prepared=scan)

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            await seat.press("I", "2", "p")
            await _seen(seat, viewer, 1)
            await seat.press("escape")
            seat.app.open_hit("matter", "M-2026-0001")
            await seat.sees("[Story]")
            await seat.press("p")
            await seat.sees("open paper: no paper on this line")
            await seat.press("right", "right", "down", "p")
            await _seen(seat, viewer, 2)
            await seat.press("enter")
            await _seen(seat, viewer, 3)
            await seat.press("escape")
            seat.app.open_hit("task", intake)
            await seat.sees("space tick")
            await seat.press("p")
            await _seen(seat, viewer, 4)
            await seat.press("down", "p")
            await seat.sees("open paper: no paper at this item")

    asyncio.run(scene())
    inbox, card, enter, task = (each["sha256"] for each in viewer.seen())
    assert card == enter
    assert {inbox, card} <= {got.sha256, scan.sha256}
    assert task == scan.sha256
    assert Path(viewer.seen()[-1]["path"]).name == "paper.txt"


@POSIX
def test_the_systems_opener_leaves_its_copy_until_it_is_old_or_the_desk_is_left(
    at_review: Rfe, opener: Viewer
) -> None:
    """Nobody hears when the opened viewer is closed: ten minutes later the copy goes, or with the desk."""
    now = [1000.0]

    async def scene() -> None:
        async with sit(at_review.firm.desk("aokafor"), ticks=lambda: now[0]) as seat:
            seat.app.open_hit("review", at_review.reviews["content"])
            await seat.sees("v open")
            await seat.press("v")
            await _seen(seat, opener, 1)
            assert [str(path) for path in _copies()] == [opener.seen()[0]["path"]]
            now[0] += KEPT_SECONDS - 1
            seat.app._expire_copies()
            assert len(_copies()) == 1
            now[0] += 2
            seat.app._expire_copies()
            assert _copies() == []
            await seat.press("v")
            await _seen(seat, opener, 2)
            assert len(_copies()) == 1

    asyncio.run(scene())
    assert _copies() == []


@POSIX
def test_where_no_viewer_is_at_hand_it_says_where_the_copy_lies(
    at_review: Rfe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over ssh there is no display, and nothing may open in this terminal; an opener that fails is told as well."""
    desk = at_review.firm.desk("aokafor")
    failing = Viewer.made(tmp_path / "failing", status=3)

    async def scene(says: str) -> None:
        async with sit(desk, (120, 40), ticks=lambda: 0.0) as seat:
            seat.app.open_hit("review", at_review.reviews["content"])
            await seat.sees("v open")
            await seat.press("v")
            await seat.sees(says)
            (copy,) = _copies()
            assert f"lies at {copy} until the desk is left" in seat.told()[-1]
            seat.app.copies.expire(1e9)
            assert copy.exists()
        assert _copies() == []

    monkeypatch.setenv("PATH", f"{failing.as_opener()}{os.pathsep}{os.environ['PATH']}")
    asyncio.run(scene("No viewer can be opened from here."))
    assert failing.seen() == []
    monkeypatch.setenv("DISPLAY", ":9")
    asyncio.run(scene("xdg-open knows no program for it."))
    monkeypatch.setenv("CASEDESK_VIEWER", str(tmp_path / "gone"))
    asyncio.run(scene("cannot be started."))


def test_a_dangerous_paper_is_opened_in_nothing(
    firm: FirmFixture, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the vault holds: bytes that are a program, or nobody's kind, are given to no program."""
    desk = firm.desk("mduarte")
    desk.write(papers.receive, prepare_bytes(b"{\\rtf1 a letter}", "letter.rtf"))

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            await seat.press("I", "p")
            await seat.sees("no program is opened for it")

    asyncio.run(scene())
    assert viewer.seen() == []
    assert _copies() == []


@POSIX
def test_what_a_killed_desk_left_is_gone_when_the_next_one_opens(firm: FirmFixture) -> None:
    root = Path(os.environ["CASEDESK_COPIES"])
    root.mkdir(parents=True, mode=0o700)
    left = root / "desk-left"
    (left / "a").mkdir(parents=True)
    (left / ".held").touch()
    (left / "a" / "paper.pdf").write_bytes(b"%PDF-")

    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.until(lambda: not left.exists())

    asyncio.run(scene())
