"""A firm on both stores: every test that asks for `firm` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    """Seven people under the three-person policy, Monday 2026-11-09 09:40 in New York."""
    if request.param == "sqlite":
        made = local_firm(store_path, manual_clock)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, manual_clock)
    yield made
    made.close()
    server.drop(owned)
