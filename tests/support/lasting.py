"""A firm that lasts for all the tests of one file: making one costs more than what most of them do in it.

Such tests open matters of their own and use names and papers that no other test of the file uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer


def lasting_firm(request: pytest.FixtureRequest, folder: Path) -> Iterator[FirmFixture]:
    """For a fixture with `scope="module"` and `params=["sqlite", "postgresql"]`."""
    clock = ManualClock()
    if request.param == "sqlite":
        made = local_firm(folder / "desk" / "casedesk.db", clock)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, clock)
    yield made
    made.close()
    server.drop(owned)
