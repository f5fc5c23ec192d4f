"""Text from outside in every field of every screen: nothing reaches the terminal that it would obey, nothing crashes."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.color import Color

from casedesk.desk import (
    appointments,
    closures,
    filings,
    finding,
    packets,
    paper_text,
    papers,
    people,
    reviews,
    signatures,
)
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare, prepare_bytes
from casedesk.desk.views.gate import FilingView, ReviewView
from casedesk.documents.render import text_to_pdf
from casedesk.screens import places
from casedesk.screens.lastfilter import LastFilter
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.hostile import HOSTILE, unsafe_characters

KEPT = {"id", "ref", "matter", "packet", "zone", "stream", "packet_sha256", "sha256"}
"""What screens hand back to the desk, or compare."""

SLUGS = {"kind", "state", "status", "policy", "direction"}


class HostileDesk(Desk):
    """A desk whose every answer is full of hostile text; `shift` decides which payload meets which field."""

    shift = 0

    def read(self, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().read(use_case, *args, **kwargs)
        if use_case is reviews.differences:
            return tuple(HOSTILE.values())
        if use_case is finding.find:
            return tuple(dataclasses.replace(hit, line=self._payload(str(n))) for n, hit in enumerate(answer))
        return self._spoil(answer, "")

    @property
    def zone(self) -> str:
        return "America/New_York"

    def _payload(self, field: str) -> str:
        payloads = list(HOSTILE.values())
        return payloads[(sum(map(ord, field)) + self.shift) % len(payloads)]

    def _spoil(self, value: Any, field: str) -> Any:
        if isinstance(value, str):
            if field in KEPT:
                return value
            return value if field in SLUGS and self.shift % 2 else self._payload(field)
        if isinstance(value, tuple):
            return tuple(self._spoil(each, f"{field}{n}") for n, each in enumerate(value))
        if isinstance(value, dict):
            return {name: self._spoil(each, name) for name, each in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            spoiled = {
                each.name: self._spoil(getattr(value, each.name), each.name)
                for each in dataclasses.fields(value)
            }
            return dataclasses.replace(value, **spoiled)
        return value


@pytest.fixture
def hostile_desk(
    firm: FirmFixture, rfe: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], HostileDesk]:
    monkeypatch.setattr(paper_text, "_pages", lambda _data, _media: tuple(HOSTILE.values()))
    desk = firm.desk("mduarte")
    desk.write(papers.receive, prepare(rfe))
    _days_ahead(firm)

    def make(shift: int) -> HostileDesk:
        made = HostileDesk(desk.store, desk.house)
        made.shift = shift
        return made

    return make


def _days_ahead(firm: FirmFixture) -> None:
    """Something for every section of the docket and every part of the dashboard: a clash, a stray paper, an absence."""
    desk, manager = firm.desk("mduarte"), firm.desk("inovak")
    for hour in (13, 14):
        desk.write(
            appointments.add, MATTER, "hearing", datetime(2026, 11, 17, hour, tzinfo=UTC), hearing="master"
        )
    desk.write(papers.receive, prepare_bytes(text_to_pdf("A letter", ["Whose?"]).data, "loose.pdf"))
    manager.write(people.absence, "bcole", date(2026, 11, 16), date(2026, 11, 18), cover="mduarte")
    manager.write(closures.add, date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving")


@pytest.fixture(
    params=[
        pytest.param(True, marks=pytest.mark.faults, id="both-layers"),
        pytest.param(False, id="without-the-last-filter"),
    ]
)
def _layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(LastFilter, "apply", lambda _self, segments, _background: segments)


def _unsafe(seat: Seat) -> dict[int, list[str]]:
    found = {number: unsafe_characters(line) for number, line in enumerate(seat.lines())}
    return {number: bad for number, bad in found.items() if bad}


MATTER = "M-2026-0001"
PLACES = [
    *(("matter", MATTER), ("messages", ""), ("inbox", ""), ("audit", MATTER), ("packets", MATTER)),
    ("signatures", MATTER),
    ("told", ""),
    *(("docket", ""), ("dashboard", ""), ("status", "")),
    *(("people", ""), ("handover", "bcole"), ("rules", "")),
]
DEEPER = {
    "inbox": (["right_square_bracket"], ["2"], ["down"], ["3"], ["1"], ["m"], ["r"], ["escape"]),
    "people": (["down"], ["a"], ["end"]),
    "handover": (["n"], ["down"]),
    "rules": (["down"], ["2"], ["3"], ["w"], ["escape"], ["1"]),
    "docket": (["down"], ["3"], ["4"], ["5"], ["6"], ["1"]),
    "dashboard": (["end"], ["d"], ["end"]),
    "status": (["p"], ["escape"]),
}
"""Keys that bring more of a screen to light; each leads back to it."""


@pytest.mark.usefixtures("_layers")
def test_every_screen_is_full_of_it_and_stands(
    hostile_desk: Callable[[int], HostileDesk], effort: Callable[[int, int], int]
) -> None:
    rounds = effort(1, len(HOSTILE))
    for shift in range(0, len(HOSTILE), max(1, len(HOSTILE) // rounds)):
        asyncio.run(_look_everywhere(hostile_desk(shift)))


async def _look_everywhere(desk: HostileDesk) -> None:
    async with sit(desk) as seat:
        await _look(seat, "queue")
        for keys in (["w"], ["question_mark"], ["h"], ["ctrl+p", "r"]):
            await seat.press(*keys)
            await _look(seat, " ".join(keys))
            await seat.press("escape")
        await seat.press("enter")
        await _look(seat, "task")
        for keys in (["t"], ["w"], ["d"], ["u"]):
            await seat.press(*keys)
            await _look(seat, f"task {keys}")
            await seat.press("escape")
        await seat.press("escape")
        for kind, ref in PLACES:
            screen = places.screen_for(kind, ref)
            assert screen is not None
            seat.app.push_screen(screen)
            await seat.settle()
            await _look(seat, kind)
            if kind == "matter":
                for _ in range(6):
                    await seat.press("right")
                    await _look(seat, "matter section")
                await seat.press("l")
                await _look(seat, "call")
                await seat.press("escape")
            for keys in DEEPER.get(kind, ()):
                await seat.press(*keys)
                await _look(seat, f"{kind} {keys}")
            seat.app.pop_screen()
            await seat.settle()


async def _look(seat: Seat, where: str) -> None:
    await seat.settle()
    assert not _unsafe(seat), (where, _unsafe(seat))
    assert "went wrong inside" not in seat.words(), where


def _review() -> ReviewView:
    from casedesk.desk.views.gate import ManifestLine, PointView

    return ReviewView(
        id="r1", ref="R-1", kind="signoff", task="t", matter=MATTER, version=2, packet_sha256="ab" * 32,
        points=(PointView("law", "x", None, ""), PointView("facts", "x", "no", "x")), changed_pages=(1, 3),
        owner="x", due=datetime(2026, 11, 10, tzinfo=UTC), state="open", packet="P-1", title="x", caption="x",
        pages=64, minutes=9, preparer="x", second_reviewer="x", second_reviewed_at=datetime(2026, 11, 9, tzinfo=UTC),
        policy="x", agency="x", documents=(ManifestLine("d", 1, "x", "cd" * 32, "x", "x", 2),), changed_since="x",
    )  # fmt: skip


@pytest.mark.usefixtures("_layers")
def test_review_and_approval_with_hostile_text(
    hostile_desk: Callable[[int], HostileDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    review = _review()
    monkeypatch.setattr(reviews, "show", lambda _turn, _ref, looked=False: review)
    monkeypatch.setattr(reviews, "differences", lambda _turn, _ref: ())

    async def look(desk: HostileDesk) -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("review", "R-1")
            await _look(seat, "review")
            await seat.press("d")
            await _look(seat, "documents")
            await seat.press("n")
            await _look(seat, "comment")
            await seat.press("escape", "y", "y", "o")
            await _look(seat, "approve")

    for shift in (0, 7, 20, 33):
        asyncio.run(look(hostile_desk(shift)))


def test_lists_of_packets_and_slots_with_hostile_text(
    hostile_desk: Callable[[int], HostileDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    from casedesk.desk.views.gate import SlotView

    at = datetime(2026, 11, 9, tzinfo=UTC)
    filing = FilingView("f", "F-1", "P-1", MATTER, "rejected", "x", "x", at, at, "x", "x", "open")
    packet = {
        "id": "p",
        "packet": "P-1",
        "matter": MATTER,
        "title": "x",
        "version": 1,
        "sha256": "x",
        "pages": 2,
    }
    slot = SlotView("s", "S-1", "P-1", MATTER, "x", "x", "x", "sent", at, None)
    monkeypatch.setattr(packets, "listing", lambda _turn, _matter: (packet,))
    monkeypatch.setattr(filings, "listing", lambda _turn, _matter: (filing,))
    monkeypatch.setattr(signatures, "listing", lambda _turn, matter: (slot,))

    async def look(desk: HostileDesk) -> None:
        async with sit(desk) as seat:
            for kind in ("packets", "signatures"):
                seat.app.open_hit(kind, MATTER)
                await _look(seat, kind)
                await seat.press("down")
                await _look(seat, kind)

    for shift in (1, 11, 24):
        asyncio.run(look(hostile_desk(shift)))


@pytest.mark.usefixtures("_layers")
def test_a_toast_is_never_obeyed(hostile_desk: Callable[[int], HostileDesk]) -> None:
    async def look() -> None:
        async with sit(hostile_desk(0), toasts=True) as seat:
            texts = [text[:60] for text in HOSTILE.values()]
            for first in range(0, len(texts), 5):
                seat.app.tell(f"Kept: {' '.join(texts[first : first + 5])}")
                await seat.until(lambda: "Kept:" in seat.words())
                await _look(seat, str(first))
                seat.app.clear_notifications()

    asyncio.run(look())


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_the_last_filter_alone_lets_nothing_through_and_keeps_the_width(name: str) -> None:
    from rich.cells import cell_len

    text = HOSTILE[name]
    shown = LastFilter().apply([Segment(text)], Color(0, 0, 0))[0].text
    assert unsafe_characters(shown) == []
    assert cell_len(shown) == cell_len(text)
