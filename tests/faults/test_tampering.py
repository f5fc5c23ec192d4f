"""The database's owner rewrites the record and makes everything fit: against one seal kept outside, all of it is found.

And the honest control: with nothing kept outside, a forger who holds the seal key leaves nothing to be found.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from casedesk.desk import matters, notes, seals, trail
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.forger import ACTS, SEALS, Forger, Forgery
from tests.support.keeping import Ask, by_its_owner, machine, seal

MANAGER, PARALEGAL = "inovak", "mduarte"
STREAMS, REMEMBERED = 3, 3


@pytest.fixture
def ask(firm: FirmFixture, request: pytest.FixtureRequest) -> Ask:
    return by_its_owner(firm, lambda: request.getfixturevalue("copies"))


@pytest.fixture
def forger(firm: FirmFixture, ask: Ask, tmp_path: Path) -> Forger:
    """Three matters written on between five seals; the forger has the worker's key as well."""
    desk = firm.desk(PARALEGAL)
    refs = [desk.write(matters.open_matter, "other", f"Client {n}").ref for n in range(STREAMS)]
    for round_ in range(5):
        for ref in refs[: 1 + round_ % STREAMS]:
            desk.write(notes.note, ref, f"Note {round_}.")
        seal(firm, tmp_path / "worker")
        if round_ == REMEMBERED - 1:
            for handle in (MANAGER, PARALEGAL):
                assert machine(firm, tmp_path / handle, handle).sign_in() == ""
    for ref in refs:
        desk.write(notes.note, ref, "After the last seal.")
    key = machine(firm, tmp_path / "worker").keys.find()
    assert key is not None
    return Forger(ask, key.sealer, firm.desk(MANAGER).store.meta["store_id"], firm.shared)


def test_every_forgery_is_found_against_a_remembered_seal(
    firm: FirmFixture, forger: Forger, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    """Found by the manager's machine, which remembers one seal: with the seal or the stream named, whatever was done."""
    tries = effort(5, 200) if firm.shared else effort(20, 1000)
    chance = random.Random(20261109)
    missed: list[Forgery] = []
    tried: Counter[tuple[str, str]] = Counter()
    for _ in range(tries):
        done = forger.forge(chance, under=REMEMBERED)
        verdict = machine(firm, tmp_path / MANAGER, MANAGER).verify()
        bad = verdict.first_bad
        named = bad is not None and (bad["stream"] == done.stream or bad.get("seal") is not None)
        if verdict.ok or not named:
            missed.append(done)
        tried[done.act, done.seals] += 1
    forger.restore()
    assert missed == []
    assert sum(tried.values()) == tries
    if tries >= 200:
        assert len(tried) == len(ACTS) * len(SEALS)
    assert machine(firm, tmp_path / MANAGER, MANAGER).verify().ok


def test_what_each_kind_of_forgery_is_told_as(firm: FirmFixture, forger: Forger, tmp_path: Path) -> None:
    """The first bad thing names the stream and the seal; a sign-in and `doctor` say it too."""
    wanted = {
        ("change", "left"): "not what seal",
        ("change", "ends"): "is not one that seal",
        ("change", "stolen"): "not the one this machine saw",
        ("change", "other"): "not the one this machine saw",
        ("whole stream", "left"): "not what seal",
        ("whole stream", "ends"): "an end of a stream is missing",
    }
    for (act, how), words in wanted.items():
        chance = _Only(act, how)
        done = forger.forge(chance, under=REMEMBERED)
        mine = machine(firm, tmp_path / MANAGER, MANAGER)
        bad = mine.verify().first_bad
        assert bad is not None, done
        assert words in str(bad["problem"]), (done, bad)
        assert isinstance(bad["seal"], int)
        if how == "left":
            assert bad["stream"] == done.stream
            assert int(str(bad["seq"])) <= done.seq
        if (act, how) != ("whole stream", "ends"):
            assert "changed behind the desk's back" in mine.sign_in()
            check = {c.id: c for c in mine.checks()}["memory"]
            assert not check.ok
    forger.restore()
    assert machine(firm, tmp_path / MANAGER, MANAGER).sign_in() == ""


class _Only(random.Random):
    """Chance that always picks one act and one way with the seals."""

    def __init__(self, act: str, how: str) -> None:
        super().__init__(7)
        self._picks = [act, how]

    def choice(self, seq):  # type: ignore[no-untyped-def]
        for pick in self._picks:
            if pick in seq:
                return pick
        return super().choice(seq)


def test_without_a_remembered_seal_a_stolen_key_leaves_nothing_to_find(
    firm: FirmFixture, forger: Forger, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    """The control: what the record shows by itself. A matter whose whole trail is gone is missed; nothing else of what
    was sealed anew."""
    tries = effort(12, 50) if firm.shared else effort(12, 500)
    chance = random.Random(1)
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for _ in range(tries):
        done = forger.forge(chance, under=5)
        gone = done.act == "whole stream" or (done.act == "cut off" and done.seq == 1)
        kind = f"{done.seals}, trail gone" if gone else done.seals
        tried[kind] += 1
        found[kind] += not firm.desk(MANAGER).read(trail.verify).ok
    forger.restore()
    sealed_anew = {"stolen", "other"}
    assert {kind: found[kind] for kind in tried} == {
        kind: 0 if kind in sealed_anew else n for kind, n in tried.items()
    }
    assert sealed_anew & tried.keys()


def test_a_store_put_back_from_an_old_copy_is_told_as_such(
    firm: FirmFixture, ask: Ask, tmp_path: Path
) -> None:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    first = seal(firm, tmp_path / "worker")
    key = machine(firm, tmp_path / "worker").keys.find()
    assert key is not None
    old = Forger(ask, key.sealer, desk.store.meta["store_id"], firm.shared)
    desk.write(notes.note, ref, "One.")
    newest = seal(firm, tmp_path / "worker")
    mine = machine(firm, tmp_path / "mine", PARALEGAL)
    assert mine.sign_in() == ""
    old.restore()
    assert "older than what this machine has seen" in mine.sign_in()
    bad = mine.verify().first_bad
    assert bad is not None
    assert bad["seal"] == newest.seq
    assert "the store is older than what this machine saw" in str(bad["problem"])
    # Whoever seals does not bless it: nothing is sealed, and the managers hear of it.
    firm.clock.advance(minutes=20)
    said = machine(firm, tmp_path / "worker").after_sweep()
    assert "older than what this machine has seen" in said
    assert desk.read(seals.last) == first
    # A machine that saw no more than the copy holds goes on.
    assert machine(firm, tmp_path / "other", PARALEGAL).sign_in() == ""
    # Work that goes on from the copy makes another history, which is told from the first one by its seals.
    mine.accept("The backup of yesterday was put back.")
    assert mine.sign_in() == ""
    machine(firm, tmp_path / "worker").accept("The backup of yesterday was put back.")
    seal(firm, tmp_path / "worker")
    assert machine(firm, tmp_path / "mine", PARALEGAL).verify().ok


def test_a_record_that_does_not_hold_is_not_sealed_again(
    firm: FirmFixture, forger: Forger, tmp_path: Path
) -> None:
    before = firm.desk(MANAGER).read(seals.last)
    forger.forge(_Only("change", "left"), under=REMEMBERED)
    firm.clock.advance(minutes=20)
    worker = machine(firm, tmp_path / "worker")
    assert "changed behind the desk's back" in worker.after_sweep()
    assert firm.desk(MANAGER).read(seals.last) == before
    with pytest.raises(Refusal, match="reason"):
        worker.accept("")
