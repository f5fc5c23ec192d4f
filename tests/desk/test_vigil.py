"""What the sweep knows of itself: gaps without a worker, clocks that were set, builds that were left behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from casedesk.desk import vigil
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal, StoreUnavailable
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.rfe import run_rfe

HOUR_US = 3_600_000_000


def said(firm: FirmFixture, handle: str = "mduarte") -> list[str]:
    return list(firm.desk(handle).read(vigil.auditor))


def test_a_night_without_a_worker_is_said_at_sign_in(firm: FirmFixture) -> None:
    run_rfe(firm, until="received")  # intake: reminded at 13:40 on Monday, reassigned at 09:40 on Tuesday
    firm.clock.set(datetime(2026, 11, 9, 18, 0, tzinfo=UTC))
    assert firm.desk("desk").sweep().fired == 0
    firm.clock.set(datetime(2026, 11, 9, 18, 9, tzinfo=UTC))
    firm.desk("desk").sweep()
    assert firm.desk("desk").read(gaps) == []
    assert said(firm) == []

    firm.clock.set(datetime(2026, 11, 10, 14, 0, tzinfo=UTC))
    assert said(firm) != []  # nothing fired yet, and it is said
    assert firm.desk("desk").sweep().fired == 1
    assert said(firm) == ["13:09-09:00 no worker; 1 timer fired 19 h late; none lost."]
    assert firm.desk("desk").sweep().fired == 0
    assert len(firm.desk("desk").read(gaps)) == 1
    firm.clock.advance(hours=25)
    firm.desk("desk").sweep()
    assert not any("13:09" in sentence for sentence in said(firm))


def gaps(turn: Turn) -> list[int]:
    return [row.fired for row in turn.uow.all("timer.gaps", since_us=0)]


def test_what_fires_late_behind_a_wall_is_counted_nowhere(firm: FirmFixture) -> None:
    if not firm.shared:
        pytest.skip("No wall stands in a local store with several people.")
    from casedesk.desk import walls

    rfe = run_rfe(firm, until="received")
    firm.desk("desk").sweep()
    firm.desk("jreyes").write(walls.raise_wall, rfe.matter, "a friend", out=("tfinn",))
    firm.clock.advance(days=1)
    assert firm.desk("desk").sweep().fired > 0
    assert firm.desk("desk").read(gaps) == []


def test_a_service_worker_that_is_missing_is_said_on_a_shared_store(firm: FirmFixture) -> None:
    run_rfe(firm, until="received")
    firm.desk("mduarte").sweep()
    words = said(firm)
    assert words == (
        ["No service worker has swept yet: desks fire what their people may see, what is behind walls waits."]
        if firm.shared
        else []
    )
    firm.desk("desk").sweep()
    assert said(firm) == []


def test_a_build_that_the_store_left_behind_stands_down(firm: FirmFixture) -> None:
    run_rfe(firm, until="received")
    worker = firm.desk("desk")
    firm.clock.advance(days=1)
    before = worker.read(armed)
    assert before
    raise_floor(firm, 99)
    with pytest.raises(StoreUnavailable, match="stands down"):
        worker.sweep()
    assert worker.read(armed) == before


def armed(turn: Turn) -> int:
    return int(turn.uow.scalar("care.armed_timers"))


def raise_floor(firm: FirmFixture, floor: int) -> None:
    """What `migrate` of a later casedesk does, as the store's owner."""
    sql = f"UPDATE engine_meta SET value = '{floor}' WHERE key = 'floor'"
    if firm.owned is not None:
        import psycopg

        with psycopg.connect(firm.owned.owner_url, autocommit=True) as owner:
            assert owner.execute(sql.encode()).rowcount == 1
        return
    from tests.faults.conftest import sqlite_driver

    file = sqlite_driver().connect(firm.store, isolation_level=None)
    assert file.execute(sql).rowcount == 1
    file.close()


# -- clocks that were set, on a local store --------------------------------------------------------------------------


class Ticks:
    """Seconds that nobody sets."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticking(store_path: object, manual_clock: ManualClock) -> tuple[FirmFixture, Ticks]:
    from pathlib import Path

    firm = local_firm(Path(str(store_path)), manual_clock)
    ticks = Ticks()
    firm.desk("mduarte").ticks = ticks
    return firm, ticks


def passes(firm: FirmFixture, ticks: Ticks, **by: float) -> None:
    """Time really passes."""
    firm.clock.advance(**by)
    ticks.at += timedelta(**by).total_seconds()


def test_a_clock_set_a_day_forward_makes_nothing_fire_early(ticking: tuple[FirmFixture, Ticks]) -> None:
    firm, ticks = ticking
    run_rfe(firm, until="received")
    desk = firm.desk("mduarte")
    assert desk.sweep().fired == 0
    passes(firm, ticks, minutes=5)
    firm.clock.advance(days=1)  # somebody sets the clock
    assert desk.sweep().fired == 0
    (sentence,) = said(firm)
    assert "set 24 h forward" in sentence
    # Another process is no wiser, and obeys.
    again = FirmFixture(firm.store, firm.clock, shared=False)
    again.desk("mduarte").ticks = ticks
    assert again.desk("mduarte").sweep().fired == 0
    again.close()
    passes(firm, ticks, hours=3, minutes=54)
    assert desk.sweep().fired == 0
    passes(firm, ticks, minutes=2)  # four office hours have really passed
    assert desk.sweep().fired == 1
    firm.clock.advance(days=-1)  # it is set right
    assert desk.sweep().fired == 0
    assert not any("forward" in s for s in said(firm))
    passes(firm, ticks, days=3)
    assert desk.sweep().fired >= 1  # nothing was lost
    firm.close()


def test_a_clock_that_was_put_right_is_believed_when_a_person_says_so(
    ticking: tuple[FirmFixture, Ticks],
) -> None:
    firm, _ = ticking
    run_rfe(firm, until="received")
    desk = firm.desk("mduarte")
    desk.sweep()
    firm.clock.advance(days=1)
    assert desk.sweep().fired == 0
    desk.clock_is_right()
    assert desk.sweep().fired > 0
    assert said(firm)[-1:] == [] or "forward" not in said(firm)[-1]
    firm.close()


def test_a_clock_set_an_hour_back_loses_nothing(ticking: tuple[FirmFixture, Ticks]) -> None:
    firm, ticks = ticking
    run_rfe(firm, until="received")
    desk = firm.desk("mduarte")
    passes(firm, ticks, hours=3, minutes=59)
    assert desk.sweep().fired == 0
    firm.clock.advance(hours=-1)
    passes(firm, ticks, minutes=2)
    assert desk.sweep().fired == 0
    passes(firm, ticks, minutes=58)
    assert desk.sweep().fired == 0
    passes(firm, ticks, minutes=2)
    assert desk.sweep().fired == 1
    firm.close()


def test_a_clock_behind_the_record_is_said(ticking: tuple[FirmFixture, Ticks]) -> None:
    firm, _ = ticking
    firm.clock.advance(hours=2)
    run_rfe(firm, until="received")
    assert said(firm) == []
    firm.clock.advance(hours=-1)
    (sentence,) = said(firm)
    assert "1 h behind the last entry of the record" in sentence
    assert "Nothing is lost" in sentence
    firm.close()


def test_the_servers_clock_needs_nobodys_word(firm: FirmFixture) -> None:
    if not firm.shared:
        firm.desk("mduarte").clock_is_right()
        return
    with pytest.raises(Refusal, match="server's clock"):
        firm.desk("mduarte").clock_is_right()


def test_the_service_worker_ends_what_sits_idle_on_locks(firm: FirmFixture) -> None:
    """That the server's function is called, by the service login alone; it ends nothing younger than a minute."""
    heard: list[str] = []
    for handle in ("desk", "mduarte"):
        desk = firm.desk(handle)
        before = len(heard)
        event.listen(
            desk.store.engine, "before_cursor_execute", lambda _c, _k, words, *_: heard.append(words)
        )
        desk.sweep()
        called = [words for words in heard[before:] if "casedesk_end_idlers" in words]
        assert len(called) == (1 if firm.shared and handle == "desk" else 0)
