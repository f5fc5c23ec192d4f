"""One promise, two stores: what a use-case writes, refuses, chains and reads back is the same on both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError

from casedesk.bootstrap import open_desk
from casedesk.models.identifiers import from_opaque, opaque
from casedesk.refusal import Conflict, NotFound, Refusal
from casedesk.security.audit_hash import GENESIS, entry_hash
from casedesk.store.store import TRIES, Store
from casedesk.store.unit_of_work import UnitOfWork, instant, micros
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, keyed_firm, local_firm, shared_firm
from tests.support.hostile import STORABLE
from tests.support.postgres import PgServer


@pytest.fixture(scope="module", params=["sqlite", "sqlcipher", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmFixture]:
    if request.param != "postgresql":
        make = local_firm if request.param == "sqlite" else keyed_firm
        made = make(tmp_path_factory.mktemp("both") / "desk" / "firm.db", ManualClock())
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, ManualClock())
    yield made
    made.close()
    server.drop(owned)


@pytest.fixture
def store(firm: FirmFixture) -> Store:
    return firm.desk("mduarte").store


def add_client(uow: UnitOfWork, name: str = "Ibarra, Rosa") -> int:
    client_id = uow.new_id()
    uow.insert("client", id=client_id, ref=uow.new_ref("C", "client"), name=name, created_us=uow.now_us)
    return client_id


def ask(uow: UnitOfWork, sql: str, **params: Any) -> Any:
    """What a query of the test's own answers, with what the unit of work has written so far."""
    uow.flush()
    return uow.conn.execute(text(sql), params)


def entries(uow: UnitOfWork) -> int:
    count: int = ask(uow, "SELECT count(*) FROM audit").scalar_one()
    return count


def name_of(store: Store, client_id: int) -> str | None:
    def look(uow: UnitOfWork) -> str | None:
        row = ask(uow, "SELECT name FROM client WHERE id = :i", i=client_id).first()
        return None if row is None else str(row[0])

    return store.read(look)


# -- the unit of work ---------------------------------------------------------------------------------------------


def test_what_returns_is_there(store: Store) -> None:
    assert name_of(store, store.write(add_client)) == "Ibarra, Rosa"


def test_what_raises_leaves_nothing_not_even_its_entry(store: Store) -> None:
    made: list[int] = []

    def half(uow: UnitOfWork) -> NoReturn:
        made.append(add_client(uow))
        uow.audit("client.added", "x")
        uow.flush_audit()
        raise Refusal("no", "No.")

    before = store.read(entries)
    with pytest.raises(Refusal, match="No"):
        store.write(half)
    assert name_of(store, made[0]) is None
    assert store.read(entries) == before


def test_reading_writes_nothing(store: Store) -> None:
    assert name_of(store, store.read(add_client)) is None


def test_the_loser_of_two_changes_sees_both(store: Store) -> None:
    client_id = store.write(add_client)
    store.write(lambda uow: uow.update("client", client_id, 1, name="First"))
    with pytest.raises(Conflict) as conflict:
        store.write(lambda uow: uow.update("client", client_id, 1, name="Second"))
    assert conflict.value.mine == {"name": "Second"}
    assert name_of(store, client_id) == "First"


class _Again(Exception):
    sqlstate = "40001"


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_lost_race_is_run_again(store: Store, sqlstate: str) -> None:
    runs: list[int] = []

    def races(uow: UnitOfWork) -> int:
        runs.append(add_client(uow, "Racer"))
        if len(runs) < TRIES:
            lost = _Again("lost")
            lost.sqlstate = sqlstate
            raise OperationalError("x", {}, lost)
        return runs[-1]

    kept = store.write(races)
    assert len(runs) == TRIES
    assert [name_of(store, i) for i in runs] == [None] * (TRIES - 1) + ["Racer"]
    assert kept == runs[-1]


def test_what_loses_every_time_is_a_refusal(store: Store) -> None:
    runs: list[int] = []

    def loses(uow: UnitOfWork) -> NoReturn:
        runs.append(1)
        raise OperationalError("x", {}, _Again("lost"))

    with pytest.raises(Refusal):
        store.write(loses)
    assert len(runs) == TRIES


def test_two_writers_lose_nothing(firm: FirmFixture) -> None:
    """Two desks count one matter number up, twenty times each."""
    year = 1999

    def count(handle: str) -> None:
        for _ in range(20):
            firm.desk(handle).store.write(lambda uow: uow.scalar("matter.next_number", year=year))

    firm.desk("mduarte"), firm.desk("bcole")
    threads = [threading.Thread(target=count, args=(h,)) for h in ("mduarte", "bcole")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = firm.desk("mduarte").store
    last = store.read(
        lambda uow: ask(uow, "SELECT last FROM matter_number WHERE year = :y", y=year).scalar_one()
    )
    assert last == 40


def test_a_deadlock_is_run_again_for_real(firm: FirmFixture) -> None:
    """PostgreSQL ends one of two writers that hold what the other wants; the use-case runs again and both are done."""
    if not firm.shared:
        return  # one pen: two writers never hold rows against each other
    one, other = firm.desk("mduarte").store, firm.desk("bcole").store
    a, b = one.write(add_client), one.write(add_client)
    met = threading.Barrier(2, timeout=10)

    def cross(store: Store, first: int, second: int) -> None:
        runs: list[int] = []

        def both(uow: UnitOfWork) -> None:
            runs.append(1)
            uow.update("client", first, phone="1")
            if len(runs) == 1:
                met.wait()
            uow.update("client", second, phone="2")

        store.write(both)
        done.append(len(runs))

    done: list[int] = []
    threads = [
        threading.Thread(target=cross, args=(one, a, b)),
        threading.Thread(target=cross, args=(other, b, a)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert 1 in done
    assert 1 < max(done) <= TRIES


# -- what is stored is what was given -----------------------------------------------------------------------------


@pytest.mark.parametrize("payload", sorted(STORABLE))
def test_hostile_text_comes_back_unchanged(store: Store, payload: str) -> None:
    words = STORABLE[payload]

    def there_and_back(uow: UnitOfWork) -> Any:
        client_id = add_client(uow, words)
        return ask(uow, "SELECT name FROM client WHERE id = :i", i=client_id).scalar_one()

    assert store.write(there_and_back) == words


def test_hostile_text_is_chained_alike(store: Store) -> None:
    """An entry's payload, subject and all, hashes to the same on both stores: Python recomputes PostgreSQL's."""

    def write(uow: UnitOfWork) -> None:
        for name, words in STORABLE.items():
            uow.audit("test.said", words[:200], name=name, words=words)

    store.write(write)


def test_the_chain_is_the_one_python_computes(firm: FirmFixture) -> None:
    store = firm.desk("jreyes").store
    rows = store.read(lambda uow: ask(uow, "SELECT * FROM audit WHERE stream = 'store' ORDER BY seq").all())
    assert len(rows) > len(STORABLE)
    prev = GENESIS
    for seq, row in enumerate(rows, start=1):
        assert (row.seq, row.prev) == (seq, prev)
        prev = entry_hash(
            store_id=store.meta["store_id"],
            stream=row.stream,
            seq=row.seq,
            prev_hex=row.prev,
            at_us=row.at_us,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            payload=row.payload,
        )
        assert row.hash == prev
    assert store.read(lambda uow: uow.one("audit.head", stream="store")) == (len(rows), prev)


def test_who_and_when_stand_in_the_entry(firm: FirmFixture) -> None:
    store = firm.desk("mduarte").store
    store.write(lambda uow: uow.audit("test.here", "subject"))
    row = firm.desk("jreyes").store.read(
        lambda uow: ask(uow, "SELECT * FROM audit WHERE action = 'test.here' ORDER BY seq DESC").first()
    )
    assert row is not None
    assert (row.actor, instant(row.at_us)) == ("mduarte", firm.clock.now())


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 3, 8, 6, 59, 59, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_instants_to_the_microsecond(store: Store, moment: datetime) -> None:
    assert instant(micros(moment)) == moment
    stored = store.read(lambda uow: ask(uow, "SELECT CAST(:t AS bigint)", t=micros(moment)).scalar_one())
    assert instant(int(stored)) == moment


def test_legal_dates_are_days(firm: FirmFixture) -> None:
    """A date is text, sorts as it reads, and comes back the day it was."""
    days = [date(1, 1, 1), date(1999, 12, 31), date(2026, 2, 28), date(2028, 2, 29), date(9999, 12, 31)]

    def there_and_back(uow: UnitOfWork) -> list[str]:
        person = uow.actor.id
        for day in days:
            uow.insert(
                "absence",
                id=uow.new_id(),
                person_id=person,
                first_day=day.isoformat(),
                last_day=day.isoformat(),
                note="conformance",
            )
        rows = ask(uow, "SELECT first_day FROM absence WHERE note = 'conformance' ORDER BY first_day").all()
        return [row[0] for row in rows]

    assert [date.fromisoformat(d) for d in firm.desk("mduarte").store.read(there_and_back)] == days


def test_ids_are_of_63_bits_and_refs_are_of_nobody_else(store: Store) -> None:
    greatest = 2**63 - 1

    def there_and_back(uow: UnitOfWork) -> tuple[int, str]:
        uow.insert("client", id=greatest, ref="C-GREATEST", name="x", created_us=1)
        taken = uow.new_ref("C", "client")
        uow.insert("client", id=uow.new_id(), ref=taken, name="x", created_us=1)
        row = ask(uow, "SELECT id FROM client WHERE ref = 'C-GREATEST'").scalar_one()
        return int(row), taken

    found, ref = store.read(there_and_back)
    assert found == greatest
    assert from_opaque(opaque(found)) == greatest
    assert ref.startswith("C-")


def test_a_ref_somebody_has_is_not_given_again(store: Store) -> None:
    bits = iter([7] * 6 + [7] * 6 + [9] * 60)
    first = store.write(add_client)
    assert first

    def two(uow: UnitOfWork) -> tuple[str, str]:
        uow.randbits = lambda _n: next(bits)
        one = uow.new_ref("C", "client")
        uow.insert("client", id=1, ref=one, name="x", created_us=1)
        return one, uow.new_ref("C", "client")

    one, other = store.read(two)
    assert one != other


def test_what_is_not_there_is_said_with_the_name_given(store: Store) -> None:
    with pytest.raises(NotFound, match="There is no task 'T-NONE'"):
        store.read(lambda uow: uow.need("task", "T-NONE", "task.find", ref="T-NONE", id=0))


def test_a_constraint_becomes_a_sentence(firm: FirmFixture) -> None:
    store = firm.desk("inovak").store

    def twice(uow: UnitOfWork) -> None:
        uow.insert("person", id=uow.new_id(), handle="mduarte", name="x", created_us=uow.now_us)

    with pytest.raises(Refusal) as refused:
        store.write(twice)
    assert refused.value.code in {"handle_taken", "already_there"}


def test_the_clock_stands_still_within_one_gesture(firm: FirmFixture) -> None:
    store = firm.desk("mduarte").store

    def twice(uow: UnitOfWork) -> tuple[datetime, datetime]:
        before = uow.now
        firm.clock.advance(seconds=5)
        return before, uow.now

    first, second = store.read(twice)
    assert first == second
    assert store.read(lambda uow: uow.now) == first + timedelta(seconds=5)


def test_an_unknown_login_is_nobody(firm: FirmFixture) -> None:
    with pytest.raises(Refusal):
        open_desk(firm.store, "zz-nobody", clock=firm.clock, password="none").read(lambda turn: turn.actor)


def test_the_dialects_agree_on_bigint() -> None:
    """Every number of the record is 64 bits wide on PostgreSQL; SQLite's integers always are."""
    from casedesk.models.columns import Int64

    assert Int64.compile(dialect=postgresql.dialect()) == "BIGINT"  # type: ignore[no-untyped-call]
