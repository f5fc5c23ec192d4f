"""A surge, told on both stores: 80 E-2 matters in one month over six paralegals, evenly spread, none late to acknowledge.

A company brings its people: four matters a working day, twenty days. Each paralegal acknowledges in the morning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casedesk.desk import matters, tasks, timers
from casedesk.founding import Founder
from casedesk.models.enums import Role
from tests.support.clock import ManualClock
from tests.support.firm import NOVAK, OKAFOR, FirmFixture, local_firm, plan, shared_firm
from tests.support.postgres import PgServer

A_DAY = 4
SIX = tuple(Founder(f"para{n}", f"Paralegal {n}", (Role.PARALEGAL,)) for n in range(6))


@pytest.fixture(params=["sqlite", "postgresql"])
def six(request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    people = plan((*SIX, OKAFOR, NOVAK))
    if request.param == "sqlite":
        made = local_firm(store_path, manual_clock, people)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, manual_clock, people)
    yield made
    made.close()
    server.drop(owned)


def test_a_surge_is_spread_evenly_and_nobody_is_late(
    six: FirmFixture, effort: Callable[[int, int], int]
) -> None:
    novak, worker = six.desk("inovak"), six.desk("desk")
    owners: Counter[str] = Counter()
    wanted = effort(12, 80)
    for n in range(wanted):
        opened = novak.write(matters.open_matter, "e2", f"Investor {n}", attorney="aokafor", playbook=True)
        owners[opened.owners["primary_paralegal"]] += 1
        if n % A_DAY < A_DAY - 1:
            continue
        # The next working morning: everybody takes up what came in.
        six.clock.advance(days=1 if six.clock.now().weekday() < 4 else 3)
        for handle in (*(p.handle for p in SIX), "aokafor"):
            desk = six.desk(handle)
            for task in desk.read(tasks.queue, scope="unacknowledged", limit=200):
                done = desk.write(tasks.acknowledge, task.ref)
                assert done.acknowledge_by is not None
                assert done.acknowledged_at is not None
                assert done.acknowledged_at <= done.acknowledge_by, done.ref
        worker.sweep()

    assert sum(owners.values()) == wanted
    assert max(owners.values()) - min(owners.get(p.handle, 0) for p in SIX) <= 1, owners
    held = Counter(
        t.owner for t in novak.read(tasks.queue, scope="all", limit=500) if t.kind == "e2_checklist"
    )
    assert held == owners
    assert worker.write(timers.sweep).failed == 0
    moved = novak.read(
        lambda turn: turn.uow.conn.exec_driver_sql(
            "SELECT count(*) FROM audit WHERE action IN ('task.escalated', 'escalation.reassign')"
        ).scalar_one()
    )
    assert moved == 0
