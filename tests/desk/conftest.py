"""A firm on both stores: every test that asks for `firm` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casedesk.founding import FirmPlan
from tests.support.clock import ManualClock
from tests.support.firm import REYES, FirmFixture, local_firm, plan, shared_firm
from tests.support.postgres import PgServer


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    """Seven people under the three-person policy, Monday 2026-11-09 09:40 in New York."""
    yield from _made(request, store_path, manual_clock, plan())


@pytest.fixture(params=["sqlite", "postgresql"])
def sole_firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    """Julia Reyes alone, under the one-person policy."""
    yield from _made(request, store_path, manual_clock, plan((REYES,)))


def _made(
    request: pytest.FixtureRequest, path: Path, clock: ManualClock, the_plan: FirmPlan
) -> Iterator[FirmFixture]:
    if request.param == "sqlite":
        made = local_firm(path, clock, the_plan)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, clock, the_plan)
    yield made
    made.close()
    server.drop(owned)
