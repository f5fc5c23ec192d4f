"""The record on the screen: the audit of a matter says where it lay longest; a record that was rewritten is said aloud."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casedesk.desk import notes, papers
from casedesk.desk.reading import prepare
from tests.screens.seat import sit
from tests.support.firm import FirmFixture
from tests.support.forger import Forger
from tests.support.keeping import by_its_owner, machine, seal

MATTER = "M-2026-0001"
CHANGED = "The record was changed behind the desk's back."


def test_the_audit_of_a_matter_says_where_it_lay_longest(firm: FirmFixture, rfe: Path) -> None:
    async def story() -> None:
        firm.desk("tfinn").write(papers.receive, prepare(rfe))
        firm.clock.advance(hours=5)
        async with sit(firm.desk("mduarte"), size=(100, 30)) as seat:
            seat.app.open_hit("audit", MATTER)
            await seat.sees(f"Audit of {MATTER} lay longest: T-")
            await seat.sees("5 h of office time")

    asyncio.run(story())


def test_a_record_that_is_not_the_one_last_seen_is_said_aloud_and_work_goes_on(
    firm: FirmFixture, tmp_path: Path
) -> None:
    desk = firm.desk("mduarte")
    desk.write(notes.note, MATTER, "One.")
    seal(firm, tmp_path)
    kept = machine(firm, tmp_path, "mduarte")

    async def sees(words: str) -> None:
        async with sit(desk, keeping=kept) as seat:
            await seat.sees(words)
            assert bool(seat.told()) == (words == CHANGED)

    asyncio.run(sees("Nothing waits for you"))
    key = machine(firm, tmp_path).keys.find()
    assert key is not None
    forger = Forger(by_its_owner(firm), key.sealer, desk.store.meta["store_id"], shared=False)
    rows = {table: [dict(row) for row in true] for table, true in forger.true.items()}
    rows["seal_head"][0]["hash"] = "0" * 64
    forger.write(rows)
    asyncio.run(sees(CHANGED))


def test_the_desks_own_clockwork_seals_a_local_store(firm: FirmFixture, tmp_path: Path) -> None:
    kept = machine(firm, tmp_path, "mduarte")

    async def story() -> None:
        async with sit(firm.desk("mduarte"), keeping=kept, clockwork=True) as seat:
            await seat.until(
                lambda: kept.memory.last(firm.desk("mduarte").store.meta["store_id"]) is not None
            )

    asyncio.run(story())
    assert kept.verify().seals == 1
