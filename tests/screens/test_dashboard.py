"""The dashboard: hours beside hours, what is stuck, the five figures with n and definition, and who may not see it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from casedesk.desk import closures, deadlines, notes, people, tasks
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.reports import kpi, stuck
from casedesk.screens.drawing import bar
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


@pytest.fixture
def busy(firm: FirmFixture) -> FirmFixture:
    """Calls to answer, one of them put to wait for the client; a date past; somebody away; a closure."""
    duarte, novak = firm.desk("mduarte"), firm.desk("inovak")
    calls = [duarte.write(notes.call, MATTER, "Call back.", callback="mduarte").task for _ in range(3)]
    assert calls[0]
    duarte.write(tasks.acknowledge, calls[0])
    duarte.write(tasks.wait, calls[0], on="client", wake=date(2026, 12, 1))
    duarte.write(deadlines.add, MATTER, "Answer", date(2026, 11, 16))
    novak.write(people.absence, "bcole", date(2026, 11, 16), date(2026, 11, 18), cover="mduarte")
    novak.write(closures.add, date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving")
    firm.clock.advance(days=3)
    return firm


@pytest.mark.parametrize("size", [(80, 24), (120, 60)])
def test_hours_what_is_stuck_and_who_is_away(busy: FirmFixture, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with sit(busy.desk("inovak"), size) as seat:
            await seat.press("F")
            await seat.sees("hours due by Wed 25 Nov beside hours available")
            assert "M. Duarte" in seat.words()
            assert " of " in seat.words()
            if size[1] == 60:
                words = seat.words()
                assert "◷ waits for client 1 task the oldest 3 days" in words
                assert "! past due M. Duarte 2 tasks" in words
                assert "! own date past A. Okafor 1 date the oldest 3 days" in words
                assert "B. Cole Mon 16 Nov to Wed 18 Nov covering: M. Duarte" in words
                assert "the whole firm Thu 26 Nov to Fri 27 Nov closed: Thanksgiving" in words
                assert "Worker last sweep never" in words
            await seat.press("right_square_bracket")
            await seat.sees("hours due by Wed 9 Dec")
            assert all(len(line) <= size[0] for line in seat.lines())

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("due", "load", "blocks"),
    [(0.2, 0.0, 1), (0.0, 0.0, 0), (40.0, 0.5, 10), (90.0, 1.13, 20), (1.0, None, 20)],
)
def test_the_bar_is_as_long_as_the_load(due: float, load: float | None, blocks: int) -> None:
    """A load that rounds to nothing is one block, not a full bar."""
    drawn = "".join(text for text, _ in bar(due, load, 20, "accent"))
    assert (drawn.count("█"), len(drawn)) == (blocks, 20)


def test_each_figure_has_its_n_and_on_a_key_what_it_counts(busy: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(busy.desk("jreyes"), (120, 80)) as seat:
            await seat.press("F")
            await seat.sees("acknowledged in time")
            figures = busy.desk("jreyes").read(kpi.report)
            rate = figures.acknowledgement_rate
            assert rate.value is not None
            assert f"{rate.value:.1%} n {rate.n}" in seat.words()
            assert "review, median not measured n 0" in seat.words()
            assert kpi.REVIEWED[:60] not in seat.words()
            await seat.press("d")
            for definition in (kpi.ACKNOWLEDGED, kpi.REVIEWED, kpi.MISSED, kpi.REASSIGNED, kpi.TOLD):
                assert definition[:60] in seat.words()
            await seat.press("d")
            assert kpi.REVIEWED[:60] not in seat.words()

    asyncio.run(scene())


def test_the_figures_are_counted_when_the_page_is_opened_and_by_hand(
    busy: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others write renews the load and what is stuck; the figures would take a large firm half a minute each time."""
    counted = []
    report = kpi.report

    def counting(turn: Turn) -> kpi.Kpi:
        counted.append(turn.now)
        return report(turn)

    monkeypatch.setattr(kpi, "report", counting)

    async def scene() -> None:
        async with sit(busy.desk("inovak"), (120, 60)) as seat:
            await seat.press("F")
            await seat.sees("d says what counts")
            assert len(counted) == 1
            busy.desk("mduarte").write(notes.call, MATTER, "Call back.", callback="mduarte")
            assert "3 tasks" in seat.words()
            seat.app.changed()
            await seat.sees("4 tasks")
            assert len(counted) == 1
            await seat.press("f5")
            await seat.sees("d says what counts")
            assert len(counted) == 2

    asyncio.run(scene())


def test_who_is_from_outside_gets_a_sentence_and_nothing_else(busy: FirmFixture) -> None:
    """The layer below refuses: only a shared store takes in people from outside, so one is made one here."""

    def from_outside(turn: Turn) -> None:
        turn.uow.update(
            "person",
            turn.person("bcole").id,
            outside=1,
            organisation="Help LLC",
            answers_for_id=turn.actor.id,
        )

    async def scene() -> None:
        async with sit(busy.desk("bcole")) as seat:
            await seat.press("F")
            await seat.sees("Load hours due by")
            busy.desk("inovak").write(from_outside)
            await seat.press("f5")
            await seat.sees("! Reading the firm's figures stays with the firm's own people.")
            assert "Load" not in seat.words()
            assert seat.app.screen.board is None  # type: ignore[attr-defined]
            await seat.press("d")
            assert "Load" not in seat.words()

    asyncio.run(scene())


def test_what_waits_and_what_is_late_is_counted(busy: FirmFixture) -> None:
    found = {
        (heap.what, heap.of): (heap.count, heap.days) for heap in busy.desk("inovak").read(stuck.report).lines
    }
    assert found[stuck.WAITS, "client"] == (1, 3)
    assert found[stuck.OWN_DATE, "aokafor"] == (1, 3)
    assert found[stuck.LATE, "mduarte"][0] == 2
    assert (stuck.AGENCY_DATE, "aokafor") not in found
    busy.clock.advance(days=6)
    later = busy.desk("inovak").read(stuck.report, by="person").lines
    assert ("aokafor", stuck.AGENCY_DATE, 1) in {(heap.group, heap.what, heap.count) for heap in later}
    assert stuck.OWN_DATE not in {heap.what for heap in later}
    with pytest.raises(Refusal):
        busy.desk("inovak").read(stuck.report, by="weather")
