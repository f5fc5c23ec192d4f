"""What `doctor` finds, and what it says of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from casedesk.desk import care, matters, notes, vault
from casedesk.desk.views.care import Check
from tests.support.firm import FirmFixture
from tests.support.postgres import PgServer

PARALEGAL, ATTORNEY, MANAGER = "mduarte", "aokafor", "inovak"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    desk.write(
        lambda turn: vault.put(
            turn,
            data=b"the bytes of a paper",
            name="paper.txt",
            media_type="text/plain",
            pages=1,
            origin="received",
            matter_id=turn.matter(ref).id,
        )
    )
    return ref


@pytest.fixture
def harm(firm: FirmFixture, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Does what no use-case can: statements of whoever owns the file or the server, triggers left alone."""

    def run(*statements: str) -> None:
        if firm.owned is not None:
            server: PgServer = request.getfixturevalue("pg_server")
            server.execute("SET session_replication_role = replica", *statements, database=firm.owned.name)
            return
        with firm.desk(PARALEGAL).store.engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for statement in statements:
                conn.exec_driver_sql(statement)
            conn.exec_driver_sql("PRAGMA foreign_keys = ON")

    return run


def _bad(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {c.id: c for c in checks if not c.ok}


def test_a_sound_store_has_nothing_to_say(firm: FirmFixture, matter: str) -> None:
    for handle in (PARALEGAL, MANAGER):
        checks = firm.desk(handle).read(care.doctor)
        assert _bad(checks) == {}
        assert all(c.detail and not c.fix for c in checks)
        assert len({c.id for c in checks}) == len(checks)


@pytest.mark.own_logins
def test_open_hours_that_are_not_those_of_the_tasks_are_named(
    firm: FirmFixture, matter: str, harm: Callable[..., None]
) -> None:
    harm("INSERT INTO open_work (person_id, hours_tenths) SELECT id, 7 FROM person WHERE handle = 'bcole'")
    for handle in (PARALEGAL, MANAGER):
        bad = _bad(firm.desk(handle).read(care.doctor))
        assert list(bad) == ["load"]
        assert "bcole" in bad["load"].detail
        assert "casedesk migrate" in bad["load"].fix


@pytest.mark.skipif(os.name != "posix", reason="Only there a file has a mode.")
def test_a_file_others_can_read_is_named_with_the_remedy(firm: FirmFixture) -> None:
    if firm.shared:
        assert {c.id: c.ok for c in firm.desk(PARALEGAL).read(care.doctor)}["permissions"]
        return
    path = Path(firm.store)
    desk = firm.desk(PARALEGAL)
    desk.read(care.header)
    path.chmod(0o644)
    path.parent.chmod(0o755)
    Path(f"{path}-wal").chmod(0o640)
    bad = _bad(desk.read(care.doctor))
    assert list(bad) == ["permissions"]
    assert f"chmod 600 {path}-wal" in bad["permissions"].fix
    assert f"chmod 600 {path}" in bad["permissions"].fix
    assert f"chmod 700 {path.parent}" in bad["permissions"].fix


@pytest.mark.own_logins
def test_a_table_without_policies_is_named(firm: FirmFixture, harm: Callable[..., None]) -> None:
    if not firm.shared:
        pytest.skip("A local store is one trust domain: it has no row policies.")
    harm("ALTER TABLE note DISABLE ROW LEVEL SECURITY")
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert "note" in bad["permissions"].detail


@pytest.mark.own_logins
def test_a_guard_taken_away_is_named(firm: FirmFixture, harm: Callable[..., None]) -> None:
    name = "guard_filing_insert" if firm.shared else "guard_filing_insert_1"
    harm(f"DROP TRIGGER {name}" + (" ON filing" if firm.shared else ""))
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert list(bad) == ["guards"]
    assert name in bad["guards"].detail


@pytest.mark.own_logins
def test_a_guard_rewritten_to_let_everything_pass_is_found(
    firm: FirmFixture, harm: Callable[..., None]
) -> None:
    if firm.shared:
        harm("ALTER TABLE filing DISABLE TRIGGER guard_filing_insert")
    else:
        harm(
            "DROP TRIGGER guard_filing_insert_1",
            "CREATE TRIGGER guard_filing_insert_1 BEFORE INSERT ON filing WHEN (1 = 0) BEGIN SELECT 1; END",
        )
    assert "guards" in _bad(firm.desk(PARALEGAL).read(care.doctor))


@pytest.mark.own_logins
def test_a_paper_that_is_not_what_came_in_is_named(
    firm: FirmFixture, matter: str, harm: Callable[..., None]
) -> None:
    value = r"'\x00'::bytea" if firm.shared else "x'00'"
    drop = [] if firm.shared else [f"DROP TRIGGER guard_blob_chunk_update_{i}" for i in range(1)]
    harm(*drop, f"UPDATE blob_chunk SET data = {value}")
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert "1 of 1 papers" in bad["vault"].detail


@pytest.mark.own_logins
def test_a_link_to_nowhere_is_found(firm: FirmFixture, matter: str, harm: Callable[..., None]) -> None:
    if firm.shared:
        harm(
            "ALTER TABLE note DROP CONSTRAINT note_author_id_fkey",
            "ALTER TABLE note ADD CONSTRAINT note_author_id_fkey FOREIGN KEY (author_id) REFERENCES person (id)"
            " NOT VALID",
        )
    else:
        harm("INSERT INTO note (id, matter_id, author_id, body, at_us) VALUES (1, 2, 3, 'x', 4)")
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert "note" in bad["links"].detail


@pytest.mark.own_logins
def test_a_changed_trail_is_found(firm: FirmFixture, matter: str, harm: Callable[..., None]) -> None:
    drop = [] if firm.shared else ["DROP TRIGGER guard_audit_update_0"]
    harm(*drop, "UPDATE audit SET actor = 'nobody' WHERE matter_id IS NOT NULL")
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert "entry 1" in bad["audit"].detail


def test_timers_that_nobody_fired_are_counted(firm: FirmFixture, matter: str) -> None:
    firm.desk(PARALEGAL).write(notes.call, matter, "Call back.", callback=ATTORNEY)
    assert "timers" not in _bad(firm.desk(PARALEGAL).read(care.doctor))
    firm.clock.advance(days=4)
    bad = _bad(firm.desk(PARALEGAL).read(care.doctor))
    assert "2 timers are overdue" in bad["timers"].detail
    assert "worker --once" in bad["timers"].fix


def test_a_shared_store_that_nobody_sweeps_any_more_says_so(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(notes.call, matter, "Call back.", callback=ATTORNEY)
    desk.write(
        lambda turn: turn.uow.insert(
            "heartbeat", worker="desk", person_id=turn.actor.id, build="0", at_us=turn.now_us, fired=0
        )
    )
    fresh = {c.id: c for c in desk.read(care.doctor)}["worker"]
    assert fresh.ok
    assert "0 min ago" in fresh.detail
    firm.clock.advance(hours=2)
    stale = {c.id: c for c in desk.read(care.doctor)}["worker"]
    assert stale.ok is not firm.shared
    assert "2 h ago" in stale.detail


def test_the_first_line_says_who_where_and_under_which_policy(firm: FirmFixture) -> None:
    header = firm.desk(ATTORNEY).read(care.header)
    assert (header.firm, header.person, header.roles) == (
        "Reyes & Okafor LLP",
        "Adaeze Okafor",
        ("attorney",),
    )
    assert (header.zone, header.policy, header.demo) == ("America/New_York", "three-person", False)
    assert header.last_sweep is None
    assert header.store in firm.store
