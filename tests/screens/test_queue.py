"""The queue: what stands where, what stays where it is, and what is said when nothing can be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual import events

from casedesk.desk import forms, papers, queue_pages
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare, prepare_bytes
from casedesk.refusal import StoreUnavailable
from casedesk.screens.queue import QueueScreen
from casedesk.screens.widgets.prompt import Prompt
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


@pytest.fixture
def received(firm: FirmFixture, rfe: Path) -> FirmFixture:
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    return firm


def _queue(seat: Seat) -> QueueScreen:
    screen = seat.app.screen
    assert isinstance(screen, QueueScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_row_says_state_task_client_and_both_dates(received: FirmFixture, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte"), size) as seat:
            row = next(line for line in seat.lines() if "RFE intake" in line and "new" in line)
            assert "▲ new" in row
            assert "Ibarra, Rosa" in row
            assert "ack by Tue 09:40" in row
            assert ("USCIS due 28 Jan" in row) == (size[0] == 120)
            words = seat.words()
            assert "USCIS due 28 Jan 2027 in 80 days" in words
            assert "8 CFR 103.2(b)(8)(iv)" in words
            assert "Internal 21 Jan 2027 7 days earlier" in words
            assert "Maria Duarte, paralegal" in words
            assert all(len(line) <= size[0] for line in seat.lines())

    play(scene())


def test_an_empty_queue_says_what_to_do_next(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            assert "Nothing waits for you. 5 shows the team's work, I the inbox." in seat.words()

    play(scene())


class Broken(Desk):
    """A desk whose queue cannot be read until it is mended."""

    mended = False

    def read(self, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        if use_case is queue_pages.section_page and not self.mended:
            raise StoreUnavailable("store_gone", "The store does not answer.", "Look at the network.")
        return super().read(use_case, *args, **kwargs)


def test_a_queue_that_cannot_be_read_says_so_and_is_tried_again(received: FirmFixture) -> None:
    whole = received.desk("mduarte")
    desk = Broken(whole.store, whole.house)

    async def scene() -> None:
        async with sit(desk) as seat:
            assert "! The store does not answer. Look at the network. F5 tries again." in seat.words()
            assert "Nothing waits" not in seat.words()
            desk.mended = True
            await seat.press("f5")
            await seat.sees("RFE intake")

    play(scene())


def test_the_cursor_stays_on_its_task_when_somebody_else_writes(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("inovak")) as seat:
            await seat.press("5")
            await seat.sees("RFE triage")
            await seat.press("down")
            queue = _queue(seat)
            before = queue.rows.current_id
            other = received.desk("bcole")
            other.write(papers.receive, prepare_bytes(make_rfe(receipt="WAC2112345678"), "second.pdf"))
            await seat.until(lambda: len(queue.rows.rows) > 2)
            assert queue.rows.current_id == before

    play(scene())


def test_acknowledge_and_take_back(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("a")
            await seat.sees("Acknowledged T-")
            assert "◐ 0/3" in seat.text()
            assert "(a acknowledge)" in seat.words()
            await seat.press("z")
            await seat.sees("Taken back on T-")
            assert "▲ new" in seat.text()

    play(scene())


def test_marks_survive_a_refresh_and_say_what_the_filter_hides(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("space")
            await seat.press("f5")
            await seat.sees("1 marked")
            await seat.press("slash")
            await seat.type("nobody")
            await seat.sees("1 marked (1 hidden by the filter)")
            assert "Nothing here holds “nobody”." in seat.words()
            await seat.press("escape")
            await seat.sees("RFE intake")

    play(scene())


def test_a_key_that_may_not_be_pressed_says_why(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("a")
            assert seat.told() == ["acknowledge: no task here"]

    play(scene())


def test_a_hand_off_that_is_refused_keeps_what_was_typed(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("h")
            await seat.fill("nobody", "translation is with the client")
            await seat.sees("There is no person 'nobody'.")
            assert "translation is with the client" in seat.words()
            await seat.press("escape", "h")
            assert "translation is with the client" in seat.words()
            await seat.press("ctrl+u")
            await seat.type("bc")
            await seat.until(lambda: "bcole" in seat.app.focused._suggestion)  # type: ignore[union-attr]
            await seat.press("tab", "enter", "enter")
            await seat.sees("is with B. Cole now")

    play(scene())


def test_news_is_counted_in_the_first_line_and_seen_once_read(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("aokafor")) as seat:
            assert "new (N)" in seat.words()
            await seat.press("N")
            await seat.sees("● new")
            await seat.press("escape")
            await seat.until(lambda: "new (N)" not in seat.words())

    play(scene())


def test_the_clockwork_runs_with_the_app(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte"), clockwork=True) as seat:
            await seat.until(lambda: "swept 09:40" in seat.words())

    play(scene())


def test_offline_is_said_and_taken_back(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            seat.app._lost(StoreUnavailable("store_gone", "The store does not answer."))
            await seat.sees("! OFFLINE since 09:40")
            assert "RFE intake" in seat.words()
            await seat.until(lambda: "OFFLINE" not in seat.words())

    play(scene())


def test_what_the_filter_hides_is_acknowledged_with_the_rest_and_taken_back_with_one_key(
    received: FirmFixture,
) -> None:
    received.desk("bcole").write(
        papers.receive, prepare_bytes(make_rfe(notice_date=date(2026, 11, 3)), "second.pdf")
    )

    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.sees("Unack'd 2")
            await seat.press("space", "space", "slash")
            await seat.type("nobody")
            await seat.press("enter")
            await seat.sees("2 marked (2 hidden by the filter)")
            await seat.press("a")
            await seat.sees("Acknowledged 2 tasks. z takes it back.")
            await seat.sees("Unack'd 0")
            assert "marked" not in " ".join(seat.lines())
            await seat.press("z")
            await seat.sees("Taken back on 2 tasks.")
            await seat.sees("Unack'd 2")

    play(scene())


def test_escape_takes_marks_away(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("space")
            await seat.sees("1 marked")
            await seat.press("escape")
            assert "marked" not in seat.words()

    play(scene())


def test_the_team_is_shown_with_its_owners(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("inovak")) as seat:
            await seat.press("5")
            await seat.sees("RFE triage")
            assert "A. Okafor" in seat.text()
            assert "aokafor" not in seat.text()

    play(scene())


def test_one_passing_line_at_a_time_and_none_over_a_question(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("a")
            await seat.press("a", "a")
            assert seat.told() == ["acknowledge: done already"]
            await seat.press("h")
            assert seat.told() == []

    play(scene())


def test_keys_faster_than_a_question_and_its_suggestion_are_not_lost(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            seat.app.post_message(events.Key("h", "h"))
            while not isinstance(seat.app.screen, Prompt):
                await asyncio.sleep(0)
            for key in ("C", "h", "e", "tab"):
                seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await seat.settle()
            await seat.press("enter")
            await seat.type("done")
            await seat.press("enter")
            await seat.sees("is with L. Chen now")

    play(scene())


def test_a_file_that_is_not_there_is_said_at_once(received: FirmFixture, tmp_path: Path) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("I", "f")
            await seat.type(str(tmp_path / "x.pdf"))
            await seat.press("enter")
            await seat.sees("Check the name; tab completes it.")
            assert seat.app.focused is not None
            assert seat.app.focused.id == "files"

    play(scene())


def test_the_card_says_names_days_and_each_form_whole_on_a_small_terminal(received: FirmFixture) -> None:
    desk = received.desk("mduarte")
    desk.write(
        forms.form_status,
        "M-2026-0001",
        "I-485",
        "Request for Additional Evidence Was Sent",
        date(2026, 11, 6),
    )

    async def scene() -> None:
        async with sit(received.desk("mduarte")) as seat:
            await seat.press("m")
            await seat.sees("Request for Additional Evidence Was Sent, checked Fri 6 Nov")
            words = seat.words()
            assert "A. Okafor (lead attorney)" in words
            assert "Spanish last contact" in words
            assert "Next date 21 Jan 2027 in 73 days: RFE response, internal; USCIS due 28 Jan" in words
            assert "rfe_" not in words
            assert "nothing to open here" in seat.app.screen.nothing_to_open()  # type: ignore[attr-defined]

    play(scene())
