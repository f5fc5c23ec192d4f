"""The docket by keys: what it shows, how it is widened, what is confirmed and settled there, and its paper."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from casedesk.desk import appointments, deadlines, matters, papers, people
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


@dataclass
class Filled:
    """A firm with a clash, two dates, a paper of no matter and an absence in the fortnight."""

    firm: FirmFixture
    hearing: str
    talk: str
    answer: str
    brief: str
    far: str


@pytest.fixture
def filled(firm: FirmFixture) -> Filled:
    duarte = firm.desk("mduarte")

    def at(matter: str, kind: str, when: str, **more: Any) -> str:
        # Its own seed: what the rules draw besides leaves the refs in the pictures alone.
        duarte.store.randbits = random.Random(when).getrandbits
        return duarte.write(appointments.add, matter, kind, datetime.fromisoformat(when), **more).ref

    bekele = duarte.write(
        matters.open_matter, "removal_defense", "Bekele, Tesfaye", paralegal="mduarte", attorney="aokafor"
    ).ref
    hearing = at(
        bekele,
        "hearing",
        "2026-11-17T13:00",
        judge="Field",
        hearing="master",
        place="26 Federal Plaza, New York",
    )
    talk = at(MATTER, "interview", "2026-11-17T14:00", place="USCIS Queens")
    far = at(MATTER, "biometrics", "2026-12-20T09:00", zone="America/Los_Angeles")
    answer = duarte.write(deadlines.add, MATTER, "Answer to the office", date(2026, 11, 20)).ref
    brief = duarte.write(
        deadlines.add, bekele, "Reply brief", date(2026, 11, 24), authority="EOIR", critical=True
    ).ref
    loose = prepare_bytes(text_to_pdf("A letter", ["Nobody knows whose."]).data, "loose.pdf")
    firm.desk("tfinn").write(papers.receive, loose)
    firm.desk("inovak").write(
        people.absence, "bcole", date(2026, 11, 16), date(2026, 11, 18), cover="mduarte"
    )
    return Filled(firm, hearing, talk, answer, brief, far)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_days_ahead_with_what_is_not_settled(filled: Filled, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with sit(filled.firm.desk("inovak"), size) as seat:
            await seat.press("D")
            await seat.sees("[All 4]")
            wide = size[0] == 120
            assert ("Unconfirmed 2" if wide else "Unconf'd 2") in seat.words()
            assert "Mine 0 " in seat.words()
            assert "Clashes 1 Inbox 1 Away 1" in seat.words()
            assert ("14 days, until 22 Nov 2026" if wide else "14 d") in seat.words()
            first = next(line for line in seat.lines() if "Answer to the" in line)
            assert "Fri 13 Nov" in first
            assert "○ to be checked" in first
            assert ("USCIS due 20 Nov" in first) == wide
            assert "Ibarra, Rosa · M-2026-0001 · Adaeze Okafor" in seat.words()
            assert "USCIS due 20 Nov 2026 in 11 days" in seat.words()
            await seat.press("down", "down")
            assert "17 Nov 2026 13:00 by the clock of the place" in seat.words()
            assert f"A. Okafor is to be at {filled.talk} meanwhile" in seat.words()
            await seat.press("4")
            await seat.sees(f"! two places A. Okafor {filled.hearing} and {filled.talk}")
            await seat.press("right")
            await seat.sees("○ no matter")
            await seat.press("right")
            await seat.sees("B. Cole Mon 16 Nov to Wed 18 Nov covering: M. Duarte")
            assert all(len(line) <= size[0] for line in seat.lines())

    play(scene())


def test_more_days_show_more_and_never_fewer_than_a_week(filled: Filled) -> None:
    async def scene() -> None:
        async with sit(filled.firm.desk("inovak"), (120, 40)) as seat:
            await seat.press("D")
            assert "Biometrics" not in seat.text()
            await seat.press("right_square_bracket")
            await seat.press("right_square_bracket")
            await seat.sees("56 days, until 3 Jan 2027")
            assert "Biometrics" in seat.text()
            await seat.press("G")
            assert "20 Dec 2026 09:00 PST by the clock of the place" in seat.words()
            for _ in range(3):
                await seat.press("left_square_bracket")
            await seat.sees("7 days, until 15 Nov 2026")
            await seat.press("left_square_bracket")
            await seat.sees("fewer days: a week is the least")

    play(scene())


def test_an_appointment_is_confirmed_and_its_outcome_recorded(filled: Filled) -> None:
    firm = filled.firm

    async def before() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("D", "3")
            await seat.sees("Master hearing")
            await seat.press("c")
            await seat.sees(f"{filled.hearing} Master hearing is confirmed.")
            await seat.sees("[Unconf'd 1]")
            await seat.press("o")
            await seat.fill("attended", "")
            await seat.sees("which is still to come")
            await seat.press("escape", "1")

    play(before())
    assert firm.desk().read(appointments.show, filled.hearing).status == "confirmed"
    firm.clock.advance(days=9)

    async def after() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("D")
            await seat.sees("! no outcome")
            await seat.press("down", "down", "c")
            await seat.sees("confirm: its time is past")
            await seat.press("o")
            await seat.fill("no sh", "")
            await seat.sees("no outcome 'no sh'")
            await seat.press("escape", "o", "ctrl+u")
            await seat.fill("attended", "The next one is in March.")
            await seat.sees(f"{filled.hearing}: attended.")

    play(after())
    assert firm.desk().read(appointments.show, filled.hearing).outcome == "attended"


def test_a_critical_date_is_confirmed_with_a_second_count_by_somebody_else(filled: Filled) -> None:
    firm = filled.firm

    async def herself() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("D", "c")
            await seat.press("enter")
            await seat.sees("cannot confirm it.")
            await seat.press("escape")

    async def another() -> None:
        async with sit(firm.desk("lchen")) as seat:
            await seat.press("D", "c", "enter")
            await seat.sees(f"{filled.answer} is confirmed: 20 Nov 2026.")
            await seat.press("down")
            await seat.sees("critical: a second person counts it")
            await seat.press("c", "enter")
            await seat.sees("Your count: this is still needed.")
            await seat.fill("25 Nov")
            await seat.sees("two dates now, the earlier rules, 24 Nov 2026.")
            await seat.sees("! two dates")

    play(herself())
    play(another())
    assert firm.desk().read(deadlines.show, filled.answer).confirmed_by == "lchen"
    assert firm.desk().read(deadlines.show, filled.brief).state == "conflict"


def test_the_matter_and_the_inbox_are_one_key_away_and_the_docket_is_printed(
    filled: Filled, tmp_path: Path
) -> None:
    out = tmp_path / "docket.pdf"

    async def scene() -> None:
        async with sit(filled.firm.desk("inovak")) as seat:
            await seat.press("ctrl+p")
            await seat.type("hearings and app")
            await seat.press("enter")
            await seat.sees("[All 4]")
            await seat.press("enter")
            await seat.sees("Ibarra, Rosa")
            assert seat.app.screen.PLACE == "Matter card"  # type: ignore[attr-defined]
            await seat.press("escape", "5", "enter")
            await seat.sees("Papers without a matter")
            await seat.press("escape", "6", "enter")
            await seat.sees("Ben Cole: paralegal")
            await seat.press("p", "ctrl+u")
            await seat.fill(str(out))
            await seat.sees("Written to")
            await seat.press("p", "ctrl+u")
            await seat.fill(str(out))
            await seat.sees("is there already")

    play(scene())
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    assert "Reply brief" in text
