"""The trail: whole, in order, and every change of it found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import matters, notes, trail
from casedesk.desk.desk import Desk
from casedesk.refusal import NotAllowed, NotFound, WrongUsage
from tests.support.firm import FirmFixture
from tests.support.keeping import Ask, by_its_owner, seal

LAST = -1
PARALEGAL, ATTORNEY, MANAGER = "mduarte", "aokafor", "inovak"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    for body in ("One.", "Two.", "Three."):
        firm.clock.advance(seconds=1)
        desk.write(notes.note, ref, body)
    return ref


@pytest.fixture
def tamper(firm: FirmFixture, request: pytest.FixtureRequest) -> Ask:
    return by_its_owner(firm, lambda: request.getfixturevalue("copies"))


def _stream(desk: Desk, matter: str) -> str:
    return str(desk.read(trail.export, matter)["stream"])


def _entries(desk: Desk, matter: str) -> int:
    return len(desk.read(trail.export, matter)["entries"])


def test_an_untouched_trail_verifies_for_everybody(firm: FirmFixture, matter: str) -> None:
    for handle in (PARALEGAL, ATTORNEY, MANAGER):
        verdict = firm.desk(handle).read(trail.verify)
        assert (verdict.ok, verdict.first_bad) == (True, None)
        assert verdict.entries >= 4


@pytest.mark.parametrize("column", ["payload", "actor"])
def test_a_changed_word_is_found_and_named(firm: FirmFixture, matter: str, tamper: Ask, column: str) -> None:
    desk = firm.desk(PARALEGAL)
    stream = _stream(desk, matter)
    tamper(f"UPDATE audit SET {column} = '{{}}' WHERE stream = '{stream}' AND seq = 2")
    verdict = desk.read(trail.verify)
    assert not verdict.ok
    assert verdict.first_bad is not None
    assert (verdict.first_bad["stream"], verdict.first_bad["seq"]) == (stream, 2)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("DELETE FROM audit WHERE stream = '{s}' AND seq = 2", 2),
        ("DELETE FROM audit WHERE stream = '{s}' AND seq = {n}", LAST),
        ("DELETE FROM audit WHERE stream = '{s}'", 1),
        ("UPDATE audit_head SET seq = seq - 1 WHERE stream = '{s}'", LAST),
        ("DELETE FROM audit_head WHERE stream = '{s}'", LAST),
        ("UPDATE audit SET at_us = at_us + 1 WHERE stream = '{s}' AND seq = 1", 1),
    ],
)
def test_what_is_missing_is_found(
    firm: FirmFixture, matter: str, tamper: Ask, statement: str, seq: int
) -> None:
    desk = firm.desk(PARALEGAL)
    stream, last = _stream(desk, matter), _entries(desk, matter)
    tamper(statement.format(s=stream, n=last))
    verdict = desk.read(trail.verify)
    assert verdict.first_bad is not None
    found = (verdict.ok, verdict.first_bad["stream"], verdict.first_bad["seq"])
    assert found == (False, stream, last if seq == LAST else seq)


def test_the_head_moves_with_every_entry(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(MANAGER)
    before = desk.read(trail.head)
    assert desk.read(trail.head) == before
    desk.write(notes.note, matter, "Four.")
    after = desk.read(trail.head)
    assert int(str(after["entries"])) == int(str(before["entries"])) + 1
    assert after["hash"] != before["hash"]


def test_an_exported_trail_verifies_alone_and_no_field_of_it_can_be_changed(
    firm: FirmFixture, matter: str
) -> None:
    exported = json.loads(json.dumps(firm.desk(PARALEGAL).read(trail.export, matter)))
    assert trail.verify_export(exported).ok
    assert trail.verify_export(exported).entries == len(exported["entries"]) >= 4
    assert trail.verify_export(exported).seals == 0
    for field in ("seq", "prev", "hash", "at_us", "actor", "action", "subject", "payload"):
        changed = json.loads(json.dumps(exported))
        entry = changed["entries"][1]
        entry[field] = entry[field] + 1 if isinstance(entry[field], int) else entry[field] + "0"
        assert not trail.verify_export(changed).ok, field
    for field, value in (
        ("store", "x"),
        ("stream", "x"),
        ("head", None),
        ("entries", exported["entries"][:-1]),
    ):
        assert not trail.verify_export(exported | {field: value}).ok, field
    for nonsense in ({}, {**exported, "entries": [{}]}, {**exported, "entries": 5}):
        with pytest.raises(WrongUsage):
            trail.verify_export(nonsense)


def test_an_exported_trail_proves_that_it_was_sealed(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    made = seal(firm, tmp_path)
    desk = firm.desk(PARALEGAL)
    desk.write(notes.note, matter, "After the seal.")
    exported = json.loads(json.dumps(desk.read(trail.export, matter)))
    for against in (None, made.hash):
        verdict = trail.verify_export(exported, against)
        assert (verdict.ok, verdict.entries, verdict.seals) == (True, len(exported["entries"]), 1)
    another = trail.verify_export(exported, "0" * 64)
    assert another.first_bad is not None
    assert "another one than was kept" in str(another.first_bad["problem"])
    bent: list[tuple[str, Any]] = [
        ("path", "L" + "0" * 64),
        ("path", "no path"),
        ("public_key", "00" * 32),
        ("head", {"seq": 1, "hash": exported["sealed"]["head"]["hash"]}),
        ("head", {"seq": 99, "hash": exported["sealed"]["head"]["hash"]}),
        *(
            ("seal", exported["sealed"]["seal"] | {name: value})
            for name, value in (
                ("seq", 9),
                ("prev", "1" * 64),
                ("root", "1" * 64),
                ("at_us", 1),
                ("key_id", "x"),
                ("hash", "1" * 64),
                ("signature", "00"),
            )
        ),
    ]
    for name, value in bent:
        changed = exported | {"sealed": exported["sealed"] | {name: value}}
        assert not trail.verify_export(changed).ok, (name, value)
    with pytest.raises(WrongUsage):
        trail.verify_export(exported | {"sealed": {}})
    without = exported | {"sealed": None}
    assert trail.verify_export(without).ok
    assert not trail.verify_export(without, made.hash).ok


def test_a_trail_handed_out_is_on_record_with_the_hash_of_its_bytes(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    found = desk.write(trail.hand_out, matter, reason="The client asked for the file.")
    assert trail.verify_export(json.loads(found.data)).ok
    assert (found.matter, found.entries) == (matter, _entries(desk, matter) - 1)
    (entry, *_) = desk.read(trail.listing, matter=matter)
    assert (entry.action, entry.subject, entry.payload["reason"]) == (
        "matter.exported",
        found.record,
        "The client asked for the file.",
    )
    assert entry.payload["sha256"] == hashlib.sha256(found.data).hexdigest()


def test_the_trail_is_read_by_who_acted_what_and_when(firm: FirmFixture, matter: str) -> None:
    manager = firm.desk(MANAGER)
    firm.clock.advance(hours=1)
    later = firm.clock.now()
    manager.write(notes.note, matter, "The manager's.")
    firm.desk(PARALEGAL).write(notes.note, matter, "Late.")
    acts = [
        (e.actor, e.action) for e in manager.read(trail.listing, matter=matter, action="note", since=later)
    ]
    assert acts == [(PARALEGAL, "note.added"), (MANAGER, "note.added")]
    assert {e.actor for e in manager.read(trail.listing, actor=" MDuarte ")} == {PARALEGAL}
    assert manager.read(trail.listing, action="not") == ()
    before = manager.read(trail.listing, matter=matter, until=later)
    assert [e.seq for e in before] == list(range(_entries(manager, matter) - 2, 0, -1))
    assert [e.action for e in manager.read(trail.listing, action="note.added", limit=2)] == ["note.added"] * 2
    # One's own acts, of all matters; a colleague's are a manager's to read.
    mine = firm.desk(PARALEGAL).read(trail.listing, actor=PARALEGAL)
    assert {e.actor for e in mine} == {PARALEGAL}
    assert len(mine) >= 5
    with pytest.raises(NotAllowed):
        firm.desk(PARALEGAL).read(trail.listing, actor=MANAGER)


def test_a_matter_whose_trail_is_gone_is_missed(firm: FirmFixture, matter: str, tamper: Ask) -> None:
    stream = _stream(firm.desk(PARALEGAL), matter)
    tamper(
        f"DELETE FROM audit WHERE stream = '{stream}'", f"DELETE FROM audit_head WHERE stream = '{stream}'"
    )
    for handle in (PARALEGAL, MANAGER):
        bad = firm.desk(handle).read(trail.verify).first_bad
        assert bad is not None
        assert (bad["stream"], bad["seq"]) == (stream, 1)


def test_the_head_names_the_newest_seal(firm: FirmFixture, matter: str, tmp_path: Path) -> None:
    before = firm.desk(MANAGER).read(trail.head)
    assert (before["seal"], before["seal_hash"]) == (None, None)
    made = seal(firm, tmp_path)
    after = firm.desk(MANAGER).read(trail.head)
    assert (after["seal"], after["seal_hash"], after["sealed_at"]) == (made.seq, made.hash, made.at)
    # Staff see the ends of what they may see, and their own.
    mine = firm.desk(PARALEGAL).read(trail.head)
    assert mine["seal_hash"] == made.hash
    if firm.shared:
        assert int(str(mine["entries"])) < int(str(after["entries"]))


def test_the_firms_trail_is_a_managers_a_matters_everybodys(firm: FirmFixture, matter: str) -> None:
    with pytest.raises(NotAllowed, match="manager"):
        firm.desk(PARALEGAL).read(trail.listing)
    mine = firm.desk(PARALEGAL).read(trail.listing, matter=matter)
    assert [e.seq for e in mine] == list(range(_entries(firm.desk(PARALEGAL), matter), 0, -1))
    assert {e.actor for e in mine} == {PARALEGAL}
    assert len(firm.desk(MANAGER).read(trail.listing)) >= 4


def test_the_list_goes_on_where_it_ended(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(MANAGER)
    whole = desk.read(trail.listing, limit=1000)
    seen: list[Any] = []
    before: str | None = None
    while page := desk.read(trail.listing, limit=3, before=before):
        seen += page
        before = f"{page[-1].stream}#{page[-1].seq}"
    assert seen == list(whole)
    assert [e.seq for e in desk.read(trail.listing, matter=matter, before=3)] == [2, 1]
    with pytest.raises(WrongUsage):
        desk.read(trail.listing, before="yesterday")
    with pytest.raises(NotFound):
        desk.read(trail.listing, matter=matter, before=99)


def test_pages_of_a_matters_trail_are_read_both_ways_and_know_where_they_stand(
    firm: FirmFixture, matter: str
) -> None:
    desk = firm.desk(PARALEGAL)
    for number in range(9):
        desk.write(matters.contact_rule, matter, f"Rule {number}.")
    whole = [entry.seq for entry in desk.read(trail.listing, matter=matter, limit=1000)]
    assert len(whole) > 9
    down: list[int] = []
    page = desk.read(trail.matter_page, matter, limit=4)
    while True:
        assert (page.total, page.start) == (len(whole), len(down) if page.rows else None)
        down += [entry.seq for entry in page.rows]
        if page.below is None:
            break
        page = desk.read(trail.matter_page, matter, way="after", place=page.below, limit=4)
    up: list[int] = []
    page = desk.read(trail.matter_page, matter, way="last", limit=4)
    while True:
        up = [*(entry.seq for entry in page.rows), *up]
        if page.above is None:
            break
        page = desk.read(trail.matter_page, matter, way="before", place=page.above, limit=4)
    assert down == up == whole
    middle = desk.read(trail.matter_page, matter, way="around", place=(-whole[5],), limit=2)
    assert [entry.seq for entry in middle.rows] == whole[4:8]
    assert middle.start == 4
    with pytest.raises(NotFound):
        desk.read(trail.matter_page, matter, way="after")
