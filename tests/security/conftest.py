"""The same story on both stores, standing at every stage; PostgreSQL on a server of its own, whose logins live as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PgServer, PgUnavailable
from tests.support.rfe import PgStages, Rfe, sqlite_stage

At = Callable[..., Rfe]


@pytest.fixture(scope="session")
def pg_stages() -> Iterator[PgStages]:
    try:
        server = PgServer.start()
    except PgUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield PgStages.walk(server)
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[At]:
    """`at("signed")` is the story at that stage; with `fresh=True` a store in which something may stay."""
    opened: list[tuple[Rfe, bool]] = []

    def stand(stage: str, *, fresh: bool = False) -> Rfe:
        if request.param == "sqlite":
            rfe = sqlite_stage(stage, tmp_path)
        else:
            rfe = request.getfixturevalue("pg_stages").stage(stage, fresh=fresh)
        opened.append((rfe, fresh))
        return rfe

    yield stand
    for rfe, fresh in opened:
        rfe.firm.close()
        if fresh and rfe.firm.owned is not None:
            request.getfixturevalue("pg_stages").server.drop(rfe.firm.owned)
