"""Seals: when they are made and by whom, what they hold, what each person can prove by them, and what they tell nobody."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casedesk.desk import matters, notes, seals, tells, trail
from casedesk.desk.keeping import of
from casedesk.desk.seal_check import Known
from casedesk.refusal import Refusal
from casedesk.security.seal_key import SealKeys
from casedesk.security.seals import sign
from casedesk.store.unit_of_work import micros
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.forger import Forger
from tests.support.keeping import WORKER, Ask, by_its_owner, machine, seal

PARALEGAL, ATTORNEY, MANAGER, SHUT_OUT = "mduarte", "aokafor", "inovak", "tfinn"


@pytest.fixture
def local(store_path: Path, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    """For what lies on this machine, whatever the store."""
    made = local_firm(store_path, manual_clock)
    _opened(made)
    yield made
    made.close()


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return _opened(firm)


@pytest.fixture
def ask(firm: FirmFixture, request: pytest.FixtureRequest) -> Ask:
    return by_its_owner(firm, lambda: request.getfixturevalue("copies"))


def _opened(firm: FirmFixture) -> str:
    return firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo").ref


def test_a_seal_holds_every_stream_that_moved_and_no_other(
    firm: FirmFixture, matter: str, tmp_path: Path, ask: Ask
) -> None:
    first = seal(firm, tmp_path)
    heads = set(ask("SELECT stream, seq, hash FROM audit_head"))
    held = "SELECT stream, seq, hash FROM seal_head WHERE seal_seq = {} AND stream <> 'blind'"
    # The key that seals was put on record with the first seal: an entry for the second.
    new_key = set(ask("SELECT stream, seq, hash FROM audit WHERE action = 'seal.key'"))
    assert {h for h in heads if h[0] != "store"} <= set(ask(held.format(1)))
    firm.desk(PARALEGAL).write(notes.note, matter, "One.")
    second = seal(firm, tmp_path)
    assert (first.seq, second.seq) == (1, 2)
    assert {row[0] for row in ask(held.format(2))} == {f"matter:{_id(firm, matter)}", "store"}
    assert new_key <= set(ask(held.format(2)))
    assert ask("SELECT entries FROM seal WHERE seq = 2") == ask("SELECT sum(seq) FROM audit_head")


def _id(firm: FirmFixture, matter: str) -> int:
    return int(firm.desk(PARALEGAL).read(lambda turn: turn.matter(matter).id))


def test_a_seal_is_due_after_a_quarter_of_an_hour_or_a_thousand_entries(
    firm: FirmFixture, matter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = machine(firm, tmp_path)
    seal(firm, tmp_path, minutes=0)
    firm.clock.advance(minutes=14, seconds=59)
    firm.desk(PARALEGAL).write(notes.note, matter, "One.")
    worker.after_sweep()
    assert _seals(firm) == 1
    firm.clock.advance(seconds=1)
    worker.after_sweep()
    assert _seals(firm) == 2
    monkeypatch.setattr(seals, "MOST_ENTRIES", 3)
    for n in range(3):
        worker.after_sweep()
        assert _seals(firm) == 2
        firm.clock.advance(seconds=1)
        firm.desk(PARALEGAL).write(notes.note, matter, f"Note {n}.")
    worker.after_sweep()
    assert _seals(firm) == 3
    # A clock that is set back does not stop the sealing until it has caught up.
    firm.clock.advance(days=-30)
    firm.desk(PARALEGAL).write(notes.note, matter, "From the past.")
    worker.after_sweep()
    assert _seals(firm) == 4


def test_two_workers_at_once_make_one_seal(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    """With one key in a file they share, as several service workers do."""
    folder = tmp_path / "both"
    machine(firm, folder).new_key()
    for n in range(1, 5):
        firm.clock.advance(minutes=16)
        firm.desk(PARALEGAL).write(notes.note, matter, f"Note {n}.")
        barrier = Barrier(2)

        def sweep(_: int, barrier: Barrier = barrier) -> str:
            worker = machine(firm, folder)
            barrier.wait()
            return worker.after_sweep()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(sweep, range(2))) == ["", ""]
        assert _seals(firm) == n
    assert firm.desk(MANAGER).read(trail.verify).ok


def _seals(firm: FirmFixture) -> int:
    last = firm.desk(MANAGER).read(seals.last)
    return 0 if last is None else last.seq


def test_nothing_new_makes_no_seal_on_a_local_store_and_one_on_a_shared(
    firm: FirmFixture, matter: str, tmp_path: Path
) -> None:
    seal(firm, tmp_path)
    seal(firm, tmp_path)  # over the entry of the new key
    firm.clock.advance(minutes=16)
    worker = machine(firm, tmp_path)
    assert worker.desk.as_worker().read(seals.due) == firm.shared
    worker.after_sweep()
    assert _seals(firm) == (3 if firm.shared else 2)
    assert firm.desk(MANAGER).read(trail.verify).ok


def test_on_a_shared_store_a_person_seals_nothing(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    firm.clock.advance(hours=2)
    for handle in (PARALEGAL, MANAGER):
        machine(firm, tmp_path / handle, handle).after_sweep()
    assert _seals(firm) == (0 if firm.shared else 1)
    if not firm.shared:
        return
    with (
        firm.desk(MANAGER).store.engine.connect() as conn,
        pytest.raises(Exception, match="permission denied"),
    ):
        conn.execute(
            text(
                "INSERT INTO seal (seq, prev, root, at_us, key_id, hash, signature) VALUES (1,'','',1,'','','')"
            )
        )


def test_everybody_verifies_and_counts_the_seals(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    seal(firm, tmp_path)
    firm.desk(PARALEGAL).write(notes.note, matter, "One.")
    last = seal(firm, tmp_path)
    for handle in (PARALEGAL, ATTORNEY, MANAGER, WORKER):
        verdict = firm.desk(handle).read(
            trail.verify, (Known(last.hash, "was kept", last.seq), Known(last.hash, "was kept"))
        )
        assert (verdict.ok, verdict.seals, verdict.first_bad) == (True, 2, None)


def test_staff_read_a_seal_without_its_counts_and_see_nothing_of_a_matter_behind_a_wall(
    firm: FirmFixture, matter: str, tmp_path: Path, ask: Ask
) -> None:
    if not firm.shared:
        pytest.skip("A local store is one trust domain: it has no walls.")
    walled = firm.desk(MANAGER).write(matters.open_matter, "other", "Bela Novak").ref
    wall = _id(firm, walled)
    seal(firm, tmp_path)
    inside = [row[0] for row in ask(f"SELECT person_id FROM matter_owner WHERE matter_id = {wall}")]
    with firm.desk(MANAGER).store.engine.connect() as conn:
        conn.execute(
            text("SELECT casedesk_raise_wall(7, 'W-TEST', :m, 'a screen', CAST(:i AS bigint[]), :now)"),
            {"m": wall, "i": inside, "now": micros(firm.clock.now())},
        )
        conn.commit()
    before = _seen(firm, SHUT_OUT)
    firm.desk(PARALEGAL).write(notes.note, walled, "Behind the wall.")
    seal(firm, tmp_path)
    after = _seen(firm, SHUT_OUT)
    assert after - before == set()
    assert (f"matter:{wall}",) in ask("SELECT DISTINCT stream FROM seal_head")
    for column in ("leaves", "entries"):
        with (
            firm.desk(PARALEGAL).store.engine.connect() as conn,
            pytest.raises(Exception, match="permission denied"),
        ):
            conn.execute(text(f"SELECT {column} FROM seal"))
    with firm.desk(MANAGER).store.engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM seal_head WHERE stream = 'blind'")).scalar_one() == 0
    for handle in (SHUT_OUT, MANAGER, PARALEGAL, WORKER):
        assert firm.desk(handle).read(trail.verify).ok, handle


def _seen(firm: FirmFixture, handle: str) -> set[tuple[Any, ...]]:
    """Every sealed end a person sees, but for the number of the seal."""
    with firm.desk(handle).store.engine.connect() as conn:
        rows = conn.execute(text("SELECT stream, matter_id, seq, hash FROM seal_head")).all()
    return {tuple(row) for row in rows}


# -- keys ---------------------------------------------------------------------------------------------------------


def test_another_key_retires_the_one_before_and_is_on_record(
    firm: FirmFixture, matter: str, tmp_path: Path, ask: Ask
) -> None:
    seal(firm, tmp_path / "a")
    second = seal(firm, tmp_path / "b")
    keys = ask("SELECT key_id, retired_us IS NULL FROM seal_key ORDER BY made_us")
    assert [bool(live) for _, live in keys] == [False, True]
    assert second.key == keys[1][0]
    entries = ask("SELECT subject, payload FROM audit WHERE action = 'seal.key' ORDER BY seq")
    assert entries == [
        (keys[0][0], '{"retired":[]}'),
        (keys[1][0], f'{{"retired":["{keys[0][0]}"]}}'),
    ]
    assert firm.desk(MANAGER).read(trail.verify).ok
    # The machine with the old key: on a local store it makes a new one, on a shared one it says what to do.
    firm.clock.advance(minutes=16)
    old = machine(firm, tmp_path / "a")
    said = old.after_sweep()
    if firm.shared:
        assert "was retired" in said
        assert _seals(firm) == 2
        old.new_key()
        assert old.after_sweep() == ""
    assert _seals(firm) == 3
    assert firm.desk(MANAGER).read(trail.verify).ok


def test_a_key_that_had_retired_seals_no_more_whoever_found_it(
    firm: FirmFixture, matter: str, tmp_path: Path, ask: Ask
) -> None:
    seal(firm, tmp_path / "a")
    old = machine(firm, tmp_path / "a").keys.find()
    assert old is not None
    seal(firm, tmp_path / "b")
    last = seal(firm, tmp_path / "b")
    forger = Forger(ask, old.sealer, firm.desk(MANAGER).store.meta["store_id"], firm.shared)
    (row,) = [row for row in forger.true["seal"] if row["seq"] == last.seq]
    made = sign(
        old.sealer, forger.store_id, seq=row["seq"], prev=row["prev"], root=row["root"], at_us=row["at_us"]
    )
    row |= {"key_id": made.key_id, "hash": made.hash, "signature": made.signature}
    forger.restore()
    bad = firm.desk(MANAGER).read(trail.verify).first_bad
    assert bad is not None
    assert (bad["seal"], "had retired" in str(bad["problem"])) == (last.seq, True)


def test_seals_and_their_keys_are_written_once(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    """By whoever seals, past the desk: the service login, or the file with its guards."""
    seal(firm, tmp_path / "a")
    seal(firm, tmp_path / "b")
    guarded = (
        "UPDATE seal_key SET retired_us = NULL WHERE retired_us IS NOT NULL",
        "UPDATE seal_key SET retired_us = retired_us + 1 WHERE retired_us IS NOT NULL",
        "UPDATE seal_key SET public_key = public_key || public_key",
        "UPDATE seal_key SET made_us = 1",
        "DELETE FROM seal_key",
        "UPDATE seal SET root = hash",
        "DELETE FROM seal",
        "UPDATE seal_head SET hash = stream",
        "DELETE FROM seal_head",
        "INSERT INTO seal SELECT seq + 2, hash, root, 0, 0, at_us, key_id, 'x', 'x' FROM seal WHERE seq = 2",
        "INSERT INTO seal SELECT seq + 1, root, root, 0, 0, at_us, key_id, 'x', 'x' FROM seal WHERE seq = 2",
    )
    for statement in guarded:
        engine = firm.desk(WORKER).store.engine
        with engine.connect() as conn, pytest.raises(DBAPIError, match=r"casedesk:|permission denied"):
            conn.exec_driver_sql(statement)
    assert firm.desk(MANAGER).read(trail.verify).ok


def test_the_key_lies_with_the_sealer_and_never_in_the_store(tmp_path: Path) -> None:
    keys = SealKeys("0af3", key_file=tmp_path / "keys")
    assert keys.find() is None
    made = keys.make()
    again = keys.find()
    assert again is not None
    assert again.sealer == made.sealer
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    other = SealKeys("0af4", key_file=tmp_path / "keys").make()
    assert other.sealer.key_id != made.sealer.key_id
    assert keys.find() == again
    (tmp_path / "keys").chmod(0o644)
    with pytest.raises(Refusal, match="can read the key file"):
        keys.find()
    (tmp_path / "keys").chmod(0o600)
    (tmp_path / "keys").write_text("seal:0af3 nonsense\n")
    with pytest.raises(Refusal, match="something else"):
        keys.find()
    with pytest.raises(Refusal, match="nowhere to keep"):
        SealKeys("0af3").make()


def test_without_a_keyring_a_local_key_lies_beside_the_store_and_doctor_says_so(
    firm: FirmFixture, matter: str, tmp_path: Path
) -> None:
    kept = of(firm.desk(WORKER if firm.shared else PARALEGAL), state=tmp_path)
    said = kept.after_sweep()
    checks = {check.id: check for check in kept.checks()}
    if firm.shared:
        assert "nowhere to keep the key" in said
        assert _seals(firm) == 0
        return
    assert said == ""
    beside = Path(f"{firm.store}.seal-key")
    assert beside.stat().st_mode & 0o777 == 0o600
    assert "can seal in its name" in checks["seals"].detail
    assert (checks["seals"].ok, checks["memory"].ok) == (True, True)


# -- what the managers hear ---------------------------------------------------------------------------------------


def test_once_a_day_the_managers_hear_the_seals_hash_and_nothing_of_a_client(
    firm: FirmFixture, matter: str, tmp_path: Path
) -> None:
    first = seal(firm, tmp_path)
    firm.desk(PARALEGAL).write(notes.note, matter, "One.")
    seal(firm, tmp_path)
    told = {h: _digests(firm, h) for h in (PARALEGAL, ATTORNEY, MANAGER, "jreyes")}
    assert {h: len(lines) for h, lines in told.items()} == {
        PARALEGAL: 0,
        ATTORNEY: 0,
        MANAGER: 1,
        "jreyes": 1,
    }
    assert first.hash in told[MANAGER][0]
    entries = firm.desk(MANAGER).read(trail.verify).entries
    assert f"{entries - 2} entries" in told[MANAGER][0]  # the new key's own, and the note, came after
    assert "Okonjo" not in told[MANAGER][0]
    firm.clock.advance(days=1)
    firm.desk(PARALEGAL).write(notes.note, matter, "Two.")
    seal(firm, tmp_path)
    assert len(_digests(firm, MANAGER)) == 2


def _digests(firm: FirmFixture, handle: str) -> list[str]:
    rows = firm.desk(handle).read(tells.listing, limit=100)
    return [row.subject for row in rows if row.subject.startswith("Seal ")]


# -- what this machine remembers ----------------------------------------------------------------------------------


def test_a_machine_remembers_the_newest_seal_it_saw(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    seal(firm, tmp_path / "worker")
    mine = machine(firm, tmp_path / "mine", PARALEGAL)
    assert mine.sign_in() == ""
    store_id = firm.desk(PARALEGAL).store.meta["store_id"]
    seen = mine.memory.last(store_id)
    assert seen is not None
    assert seen.seq == 1
    assert mine.memory.path.stat().st_mode & 0o777 == 0o600
    firm.desk(PARALEGAL).write(notes.note, matter, "One.")
    newest = seal(firm, tmp_path / "worker")
    assert mine.verify().ok
    seen = mine.memory.last(store_id)
    assert seen is not None
    assert (seen.seq, seen.hash) == (2, newest.hash)
    assert {c.id: c.ok for c in mine.checks()} == {"seals": True, "memory": True}


def test_a_damaged_memory_is_said_and_begun_anew_on_a_persons_word(
    local: FirmFixture, tmp_path: Path
) -> None:
    last = seal(local, tmp_path / "worker")
    mine = machine(local, tmp_path / "mine", PARALEGAL)
    for nonsense in ("", "{}", '{"format": "casedesk.seen.1", "stores": {"x": 1}, "places": {}}', "[1"):
        mine.memory.path.write_text(nonsense)
        assert "cannot be read" in mine.sign_in()
        with pytest.raises(Refusal, match="cannot be read"):
            mine.verify()
        assert {c.id: c.ok for c in mine.checks()}["memory"] is False
    with pytest.raises(Refusal, match="reason"):
        mine.accept(" ")
    assert mine.accept("The disk was replaced.") == last
    assert mine.sign_in() == ""
    (entry,) = local.desk(MANAGER).read(trail.listing, action="trail.accepted")
    assert (entry.actor, entry.payload["reason"]) == (PARALEGAL, "The disk was replaced.")


def test_another_store_in_the_place_of_the_one_it_knew_is_said(
    local: FirmFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = machine(local, tmp_path, PARALEGAL)
    assert mine.sign_in() == ""
    monkeypatch.setitem(mine.desk.store.meta, "store_id", "f" * 32)
    assert "Another store stands at" in mine.sign_in()
    with pytest.raises(Refusal, match="Another store"):
        mine.verify()
    monkeypatch.setitem(mine.desk.store.meta, "demo", "1")
    assert mine._other_store() == ""
