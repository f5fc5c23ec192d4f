"""The live filter: the language of `task list --where` in every section, completed as one types, and never a lost row."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import papers, queue, queue_pages, tasks
from casedesk.desk.reading import prepare, prepare_bytes
from casedesk.screens import saved
from casedesk.screens.queue import QueueScreen
from casedesk.screens.saved import SavedSection
from casedesk.screens.widgets.question import QuestionInput, is_unfinished, suggest
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

WORDS = {
    "owner": ("@me", "aokafor", "mduarte"),
    "kind": ("hearing", "noid", "rfe", "rfe_draft", "rfe_intake"),
    "state": ("acknowledged", "in_progress", "new", "on_hold", "waiting"),
    "type": ("asylum", "h1b"),
    "priority": ("emergency", "high", "low", "standard"),
    "due": ("today", "tomorrow", "today+3d"),
}


@pytest.fixture
def received(firm: FirmFixture, rfe: Path) -> FirmFixture:
    """Three tasks of an RFE on Rosa's matter, and the same of a paper nobody knows."""
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    firm.desk("bcole").write(papers.receive, prepare_bytes(make_rfe(receipt="WAC2112345678"), "second.pdf"))
    return firm


def _queue(seat: Seat) -> QueueScreen:
    screen = seat.app.screen
    assert isinstance(screen, QueueScreen)
    return screen


def _refs(seat: Seat) -> list[str]:
    return [row.ref for row in _queue(seat).rows.rows]


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("ow", "owner:"),
        ("owner:", "owner:@me"),
        ("owner:md", "owner:mduarte"),
        ("owner:@me ", "owner:@me due<="),
        ("owner:@me d", "owner:@me due<="),
        ("due<=tom", "due<=tomorrow"),
        ("due<=today", "due<=today+3d"),
        ("-st", "-state:"),
        ("-state:wa", "-state:waiting"),
        ("smith kind:r", "smith kind:rfe"),
        ("kind:rfe", "kind:rfe_draft"),
        ("status:ne", "status:new"),
        ("", None),
        ("smith", None),
        ('"owner:', None),
        ("type:asylum", None),
    ],
)
def test_the_last_word_is_completed(typed: str, whole: str | None) -> None:
    assert suggest(typed, WORDS) == whole


def test_a_word_on_its_way_to_a_field_asks_nothing_yet() -> None:
    on_the_way = ("o", "owne", "owner", "-", "-du", "owner:", "kind:rf", "state:wai", "due<=tod", "smith ki")
    meant = ("", "smith", "owner ", "owner:@me", "kind:rfe", "kind:rx", "due<=today", "form:I", "matter:M-2")
    assert [each for each in on_the_way if not is_unfinished(each, WORDS)] == []
    assert [each for each in meant if is_unfinished(each, WORDS)] == []


def test_every_section_answers_as_the_command_line_does(received: FirmFixture) -> None:
    """The section's own scope and the question, in the same order: mine, waiting and team, by words and by fields."""
    desk = received.desk("mduarte")
    scopes = {"1": "mine", "2": "unacknowledged", "4": "waiting", "5": "team"}

    async def scene() -> None:
        met = 0
        async with sit(desk) as seat:
            for asked in (
                "kind:rfe",
                "rosa",
                "owner:@me due<=today+7d",
                "-kind:rfe",
                "state:new intake",
                "due<today",
            ):
                await seat.press("slash")
                await seat.type(asked)
                await seat.press("enter")
                for key, scope in scopes.items():
                    await seat.press(key)
                    wanted = desk.read(queue.queue, scope=scope, where=asked)
                    assert _refs(seat) == [task.ref for task in wanted], (asked, scope)
                    met += bool(wanted)
                await seat.press("escape")
        assert met >= 10, "most questions find something, or nothing would be proved"

    play(scene())


def test_what_is_wrong_or_unfinished_takes_no_row_away(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("inovak"), (120, 40)) as seat:
            await seat.press("5")
            every = _refs(seat)
            assert len(every) > 2
            await seat.press("slash")
            await seat.type("kind:rfe")
            good = _refs(seat)
            assert 0 < len(good) < len(every)
            for typed, said in (
                (" owner:nobody", "There is no person 'nobody'."),
                (" due<=soon", "'soon' is no day. Write it like today+3d, tomorrow or 2026-11-30."),
                (' "half', "is not finished. Close its quotes"),
                (" state:gone", "There is no state 'gone'."),
            ):
                await seat.type(typed)
                await seat.sees(said)
                assert _refs(seat) == good, typed
                await seat.press(*["backspace"] * len(typed))
                assert said not in seat.words()
                await seat.until(lambda: _refs(seat) == good)
            for character in " owner:":
                await seat.type(character)
                assert _refs(seat) == good
            await seat.press(*["backspace"] * len(" owner:"))
            await seat.type(" staet:")
            await seat.sees("There is no field 'staet'. Did you mean state?")
            await seat.press("enter")
            assert _queue(seat).is_asking, "what is not finished cannot be kept"
            await seat.press("escape")
            await seat.until(lambda: _refs(seat) == every)
            assert seat.app.focused is _queue(seat).rows
            assert _queue(seat).text == ""

    play(scene())


def test_tab_and_the_right_arrow_take_what_is_suggested(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("slash")
            await seat.type("ki")
            box = seat.app.focused
            assert isinstance(box, QuestionInput)
            await seat.press("tab")
            assert box.value == "kind:"
            await seat.type("rfe_i")
            await seat.until(lambda: box._suggestion == "kind:rfe_intake")
            await seat.press("right")
            assert box.value == "kind:rfe_intake"
            await seat.type(" owner:aok")
            await seat.press("tab")
            assert box.value == "kind:rfe_intake owner:aokafor"

    play(scene())


def test_a_dropped_filter_leaves_the_cursor_on_its_task(
    received: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the first page does not reach down to it."""
    monkeypatch.setattr(queue_pages, "PAGE", 1)

    async def scene() -> None:
        async with sit(received.desk("inovak")) as seat:
            await seat.press("5", "end")
            last = _queue(seat).rows.current_id
            await seat.press("home", "slash")
            await seat.type(_queue(seat).rows.rows[-1].ref)
            await seat.press("enter")
            await seat.until(lambda: len(_queue(seat).rows.rows) == 1)
            assert _queue(seat).rows.current_id == last
            await seat.press("escape")
            await seat.until(lambda: len(_queue(seat).rows.rows) > 2)
            assert _queue(seat).rows.current_id == last

    play(scene())


def test_marks_are_counted_among_what_the_filter_hides(received: FirmFixture) -> None:
    """Three marked, two of them in what is asked for: one is hidden, and in another section all that are not in it."""

    async def scene() -> None:
        async with sit(received.desk("inovak"), (120, 40)) as seat:
            await seat.press("5")
            rows = _queue(seat).rows.rows
            wanted = [row for row in rows if row.kind.startswith("rfe")][:2]
            other = next(row for row in rows if not row.kind.startswith("rfe"))
            _queue(seat).rows.marks |= {wanted[0].id, wanted[1].id, other.id}
            await seat.press("slash")
            await seat.type("kind:rfe")
            await seat.press("enter")
            await seat.sees("3 marked (1 hidden by the filter)")
            await seat.press("escape", "6")
            await seat.sees("3 marked (3 not in this section)")
            await seat.press("5")
            await seat.until(lambda: "marked (" not in seat.words())
            assert "3 marked" in seat.words()

    play(scene())


def test_the_reviews_are_asked_by_their_own_date_and_their_tasks_words(received: FirmFixture) -> None:
    """Without a review there is nothing to find, and the question stands in the sentence that says so."""

    async def scene() -> None:
        async with sit(received.desk("aokafor")) as seat:
            await seat.press("6", "slash")
            await seat.type("due<=today+7d")
            await seat.sees("Nothing here holds “due<=today+7d”.")

    play(scene())


def test_a_question_is_saved_as_a_section_shown_and_removed(
    received: FirmFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is held, not the rows: a task that comes later stands in it, counted on its tab."""
    monkeypatch.setenv("CASEDESK_CONFIG", str(tmp_path / "config.toml"))

    async def scene() -> None:
        async with sit(received.desk("mduarte"), (120, 40)) as seat:
            await seat.press("s")
            assert seat.told() == ["save section: no filter is set"]
            await seat.press("7")
            await seat.sees("No section is saved there. / asks, s keeps it as a section.")
            await seat.press("X")
            assert seat.told() == ["remove section: it came with the desk"]
            await seat.press("slash")
            await seat.type("kind:rfe_intake")
            await seat.press("enter", "s")
            await seat.fill("Intakes")
            await seat.sees("Saved as Intakes. 7 shows it. It asks kind:rfe_intake of everybody's tasks.")
            assert saved.read() == ((SavedSection(name="Intakes", where="kind:rfe_intake"),), ())
            await seat.sees("[Intakes 1]")
            assert _queue(seat).text == ""
            received.desk("bcole").write(
                papers.receive, prepare_bytes(make_rfe(notice_date=date(2026, 11, 3)), "later.pdf")
            )
            await seat.sees("[Intakes 2]")
            assert len(_refs(seat)) == 2
            await seat.press("1", "7")
            assert len(_refs(seat)) == 2
            await seat.press("X")
            await seat.sees("Removed Intakes. It asked kind:rfe_intake; its tasks are where they were.")
            assert "Intakes" not in seat.lines()[1]
            assert saved.read() == ((), ())

    play(scene())


def test_sections_of_the_file_stand_behind_the_shipped_ones(received: FirmFixture) -> None:
    """On 80 columns too: the one that is shown is always seen, and a person who is gone is said in its place."""
    own = (
        SavedSection(name="Mine and new", where="owner:@me state:new"),
        SavedSection(name="Of somebody gone", where="owner:nobody"),
        SavedSection(name="Waiting on anybody", where="state:waiting"),
    )

    async def scene() -> None:
        async with sit(received.desk("mduarte"), sections=own) as seat:
            await seat.press("7")
            await seat.sees("[Mine and new 1]")
            new = received.desk("mduarte").read(tasks.queue, scope="all", where="owner:@me state:new")
            assert _refs(seat) == [task.ref for task in new]
            await seat.press("8")
            await seat.sees("There is no person 'nobody'.")
            await seat.sees("[Of somebody gone !]")
            await seat.press("9")
            await seat.sees("[Waiting on anybody 0]")
            await seat.sees("No open task is like that now.")
            await seat.press("right")
            await seat.sees("[Mine 1]")

    play(scene())
