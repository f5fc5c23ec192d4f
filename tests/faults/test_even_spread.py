"""Events at once: several programs (eight in the heavier run) give out work at one moment, spread even to one task."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casedesk.founding import Founder
from casedesk.models.enums import Role
from tests.faults.conftest import Outside
from tests.support.clock import ManualClock
from tests.support.firm import NOVAK, OKAFOR, FirmFixture, local_firm, plan, shared_firm
from tests.support.postgres import PgServer

ROOT = Path(__file__).parents[2]

SIX = tuple(
    Founder(f"para{n}", f"Paralegal {n}", (Role.PARALEGAL,), languages=("en", "es")) for n in range(6)
)


@pytest.fixture(params=["sqlite", "postgresql"])
def six(request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock) -> Iterator[Outside]:
    """Six paralegals alike, an attorney and a manager."""
    people = plan((*SIX, OKAFOR, NOVAK))
    server: PgServer | None = None
    if request.param == "sqlite":
        firm: FirmFixture = local_firm(store_path, manual_clock, people)
    else:
        server = request.getfixturevalue("pg_server")
        firm = shared_firm(server.new_owner_database(), manual_clock, people)
    made = Outside(firm, store_path.parent, server)
    yield made
    made.close()
    if server is not None and firm.owned is not None:
        server.drop(firm.owned)


@pytest.mark.parametrize(
    "owner", ["role:paralegal", pytest.param("role:paralegal[by=round_robin]", marks=pytest.mark.faults)]
)
def test_programs_spread_work_even_to_one_task(
    six: Outside, owner: str, effort: Callable[[int, int], int]
) -> None:
    programs_at_once, each = effort(4, 8), effort(4, 60)
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.spread_child", six.firm.store, "inovak", owner, str(each)],
            cwd=ROOT,
            env=six.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(programs_at_once)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
    assert [program.returncode for program in programs] == [0] * programs_at_once
    for counted in (
        "SELECT count(*) FROM task t JOIN person p ON p.id = t.owner_id WHERE t.kind = 'look_into' GROUP BY p.id",
        "SELECT count(*) FROM matter_owner WHERE kind = 'primary_paralegal' GROUP BY person_id",
    ):
        shares = [int(n) for (n,) in six.rows(counted)]
        assert sum(shares) == programs_at_once * each
        assert len(shares) == len(SIX)
        assert max(shares) - min(shares) <= 1, shares
