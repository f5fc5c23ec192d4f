"""Accidents that cannot happen: the approval's deaf moment, keys that never arrive, words that a paralegal never sees."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Button, Input

from casedesk import screens
from casedesk.desk import papers, reviews
from casedesk.desk.reading import prepare
from casedesk.desk.views.gate import PointView, ReviewView
from casedesk.refusal import Refusal
from casedesk.screens.approve import ApproveScreen
from casedesk.screens.base import DeskScreen
from casedesk.screens.saving import save_new
from casedesk.screens.widgets.paths import complete
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture


def _modules() -> list[Any]:
    found = pkgutil.walk_packages(screens.__path__, "casedesk.screens.")
    return [importlib.import_module(each.name) for each in found]


def _nodes() -> list[type[DOMNode]]:
    return [
        thing
        for module in _modules()
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, DOMNode) and thing.__module__ == module.__name__
    ]


def test_no_key_of_ours_is_one_that_never_arrives() -> None:
    for node in _nodes():
        for binding in Binding.make_bindings(node.__dict__.get("BINDINGS", [])):
            assert binding.key not in {"ctrl+i", "ctrl+j", "ctrl+m", "ctrl+h"}, node


def test_every_action_has_its_method_and_no_key_is_given_twice() -> None:
    for node in _nodes():
        if not issubclass(node, DeskScreen) or node is DeskScreen:
            continue
        keys: dict[str, str] = {}
        for action in node.ACTIONS:
            assert callable(getattr(node, f"do_{action.id}")), (node, action.id)
            assert action.description
            for key in action.keys.split(","):
                assert keys.setdefault(key, action.id) == action.id, (node, key)


def test_no_word_of_the_workshop_reaches_the_screen() -> None:
    forbidden = re.compile(r"\b(chain|seal|stream|generation|statutory|four eyes)\b", re.I)
    for path in Path(screens.__path__[0]).rglob("*.py"):
        for sentence in re.findall(
            r'part\(f?"([^"]*)"|Action\(([^)]*)\)|empty="([^"]*)"', path.read_text("utf-8")
        ):
            assert not forbidden.search(" ".join(sentence)), (path.name, sentence)


REVIEW = ReviewView(
    id="r1", ref="R-1", kind="signoff", task="t", matter="M-2026-0001", version=2, packet_sha256="9f3c41aa" + "0" * 48
    + "07be22d1", points=(PointView("law", "The law allows it", None, ""),), changed_pages=(1, 3), owner="mduarte",
    due=datetime(2026, 11, 10, tzinfo=UTC), state="open", packet="P-1", title="RFE response", caption="Ibarra, Rosa",
    pages=64, minutes=9, preparer="mduarte", second_reviewer="lchen",
    second_reviewed_at=datetime(2026, 11, 9, 14, 0, tzinfo=UTC), policy="three-person",
)  # fmt: skip


class Ticks:
    """Seconds that stand still until they are told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reached the desk's sign-off; the first try is refused for its passphrase."""
    calls: list[dict[str, Any]] = []

    def sign_off(_turn: Any, _review: str, **typed: Any) -> None:
        calls.append(typed)
        raise Refusal("wrong_passphrase", "That is not your passphrase.", "Type it again.")

    monkeypatch.setattr(reviews, "show", lambda _turn, _ref, looked=False: REVIEW)
    monkeypatch.setattr(reviews, "differences", lambda _turn, _ref: ())
    monkeypatch.setattr(reviews, "sign_off", sign_off)
    return calls


async def _open_approval(seat: Seat) -> ApproveScreen:
    seat.app.open_hit("review", "R-1")
    await seat.sees("Approval for filing")
    await seat.press("y", "o")
    screen = seat.app.screen
    assert isinstance(screen, ApproveScreen)
    return screen


def test_approval_is_deaf_at_first_and_to_the_key_that_opened_it(
    firm: FirmFixture, signed: list[Any]
) -> None:
    ticks = Ticks()

    async def scene() -> None:
        async with sit(firm.desk("aokafor"), ticks=ticks) as seat:
            screen = await _open_approval(seat)
            assert isinstance(screen.focused, Button)
            assert screen.focused.id == "cancel"
            ticks.now += 0.39
            await seat.press("enter", "escape")
            assert seat.app.screen is screen
            ticks.now += 0.02
            await seat.press("tab", "o")
            assert screen.query_one("#confirm", Input).value == "o"
            await seat.press("escape")
            assert seat.app.screen is not screen
        assert signed == []

    asyncio.run(scene())


def test_the_opening_key_does_nothing_until_another_one_was_pressed(
    firm: FirmFixture, signed: list[Any]
) -> None:
    ticks = Ticks()

    async def scene() -> None:
        async with sit(firm.desk("aokafor"), ticks=ticks) as seat:
            screen = await _open_approval(seat)
            ticks.now += 5
            screen.query_one("#confirm", Input).focus()
            await seat.press("o", "o")
            assert screen.query_one("#confirm", Input).value == ""
            await seat.press("M", "o")
            assert screen.query_one("#confirm", Input).value == "Mo"
        assert signed == []

    asyncio.run(scene())


def test_approval_shows_what_is_signed_and_loses_nothing_when_refused(
    firm: FirmFixture, signed: list[Any]
) -> None:
    ticks = Ticks()

    async def scene() -> None:
        async with sit(firm.desk("aokafor"), ticks=ticks) as seat:
            screen = await _open_approval(seat)
            for words in (
                "I have reviewed this filing and approve it for submission to USCIS.",
                "RFE response, 64 pages",
                "9f3c41aa … 07be22d1",
                "prepared by M. Duarte · second review L. Chen, today 09:00",
                "three-person policy",
            ):
                assert words in seat.words()
            ticks.now += 1
            await seat.press("tab", "tab", "tab", "enter")
            assert "Type the matter number and your passphrase first." in seat.words()
            screen.query_one("#confirm", Input).focus()
            await seat.type("M-2026-0001")
            await seat.press("enter")
            await seat.type("four words of mine")
            assert "four words" not in seat.words()
            await seat.press("enter", "enter")
            await seat.sees("That is not your signing passphrase. Nothing was signed.")
            assert screen.query_one("#confirm", Input).value == "M-2026-0001"
            assert screen.query_one("#passphrase", Input).value == "four words of mine"
        assert [call["confirm"] for call in signed] == ["M-2026-0001"]

    asyncio.run(scene())


def test_review_answers_survive_a_refresh(firm: FirmFixture, signed: list[Any]) -> None:
    async def scene() -> None:
        async with sit(firm.desk("aokafor")) as seat:
            seat.app.open_hit("review", "R-1")
            await seat.sees("1 unanswered")
            await seat.press("y")
            await seat.press("f5")
            assert "✔ yes" in seat.text()
            assert "unanswered" not in seat.words()

    asyncio.run(scene())


def test_ascii_signs_only_when_asked_for(firm: FirmFixture, rfe: Path) -> None:
    firm.desk("mduarte").write(papers.receive, prepare(rfe))

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), ascii_only=True) as seat:
            assert "RFE intake" in seat.text()
            assert seat.text().isascii(), [line for line in seat.lines() if not line.isascii()]

    asyncio.run(scene())


def test_no_color_is_honoured_and_states_keep_their_words(
    firm: FirmFixture, rfe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    firm.desk("mduarte").write(papers.receive, prepare(rfe))

    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            assert "▲ new" in seat.text()
            for strip in seat.app.screen._compositor.render_strips():
                for segment in strip:
                    for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                        if colour is not None and colour.triplet is not None:
                            assert len(set(colour.triplet)) == 1, segment

    asyncio.run(scene())


def test_help_lists_every_effective_key_and_why_one_is_not_open(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte"), (120, 60)) as seat:
            actions = seat.app.screen.actions()  # type: ignore[attr-defined]
            await seat.press("question_mark")
            words = seat.words()
            for action in actions:
                assert action.description in words
            assert "(not now: no task here)" in words

    asyncio.run(scene())


def test_the_palette_finds_a_matter_and_a_command(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibar")
            await seat.press("enter")
            await seat.sees("Call her cell only; never leave word with the employer.")
            await seat.press("ctrl+p")
            await seat.type("note a call")
            await seat.press("enter")
            await seat.sees("Call on M-2026-0001")

    asyncio.run(scene())


def test_a_call_is_noted_while_the_client_is_on_the_phone(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibar")
            await seat.press("enter")
            await seat.sees("I-485 IOE0912345678")
            await seat.press("l")
            await seat.fill("asked about travel", "do not leave", "aokafor", "Thu", "")
            await seat.sees("Call noted on M-2026-0001.")
            await seat.sees("asked about travel; told: do not leave")

    asyncio.run(scene())


def test_paths_complete_as_in_a_shell_and_never_name_what_a_terminal_obeys(tmp_path: Path) -> None:
    (tmp_path / "notice-front.pdf").touch()
    (tmp_path / "notice-back.pdf").touch()
    (tmp_path / "evil\x1b[2J.pdf").touch()
    (tmp_path / "scans").mkdir()
    base = f"{tmp_path}/"
    assert complete(base + "no") == base + "notice-"
    assert complete(base + "notice-f") == base + "notice-front.pdf"
    assert complete(base + "sc") == base + "scans/"
    assert complete(base + "ev") is None
    assert complete(base + "zzz") is None
    assert complete("") is None


def test_a_saved_packet_never_replaces_a_file(tmp_path: Path) -> None:
    path = save_new(tmp_path / "packet.pdf", b"%PDF")
    assert path.read_bytes() == b"%PDF"
    with pytest.raises(Refusal, match="is there already"):
        save_new(path, b"other")
    assert path.read_bytes() == b"%PDF"
    with pytest.raises(Refusal, match="cannot be written"):
        save_new(tmp_path / "nowhere" / "packet.pdf", b"")


def test_enter_before_the_finder_has_answered_opens_what_it_finds(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("ctrl+p")
            for key in ("i", "b", "a", "r", "enter"):
                seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await seat.sees("Call her cell only; never leave word with the employer.")

    asyncio.run(scene())


def test_comments_on_a_review_outlive_its_screen_and_leaving_asks_once(
    firm: FirmFixture, signed: list[Any]
) -> None:
    ticks = Ticks()

    async def scene() -> None:
        async with sit(firm.desk("aokafor"), ticks=ticks) as seat:
            seat.app.open_hit("review", "R-1")
            await seat.sees("1 unanswered")
            await seat.press("n")
            await seat.fill("which lease?")
            await seat.press("escape")
            await seat.sees("Nothing waits for you")
            seat.app.open_hit("review", "R-1")
            await seat.sees("“which lease?”")
            assert "✘ no" in seat.text()
            await seat.press("ctrl+q")
            await seat.sees("Review comments are not sent yet. ctrl+q again leaves without it.")
            assert seat.app.is_running
            await seat.pilot.press("ctrl+q")
            assert seat.app.return_code == 0
            assert seat.app.return_value == 0

    asyncio.run(scene())


def test_leaving_with_a_half_typed_note_asks_once(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            seat.app.open_hit("matter", "M-2026-0001")
            await seat.sees("Call her cell only")
            await seat.press("n", "ctrl+q")
            assert seat.app.return_value == 0
        async with sit(firm.desk("mduarte")) as seat:
            seat.app.open_hit("matter", "M-2026-0001")
            await seat.sees("Call her cell only")
            await seat.press("n")
            await seat.type("she moved")
            await seat.press("ctrl+q")
            await seat.sees("What is typed here is not saved.")
            assert "she moved" in seat.words()

    asyncio.run(scene())
