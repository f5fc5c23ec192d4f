"""What leaves the desk is on record before it does: who took what out, for whom, and why."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from casedesk.desk import appointments, deadlines, exporting, matters, status_round, trail
from casedesk.desk.turn import Turn
from casedesk.refusal import NotFound
from tests.support.firm import FirmFixture
from tests.support.lasting import lasting_firm

PARALEGAL, ATTORNEY, MANAGER = "mduarte", "aokafor", "inovak"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmFixture]:
    yield from lasting_firm(request, tmp_path_factory.mktemp("firm"))


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return (
        firm.desk(PARALEGAL)
        .write(matters.open_matter, "other", "Ada Okonjo", paralegal=PARALEGAL, attorney=ATTORNEY)
        .ref
    )


def _record(turn: Turn, matter: str | None, data: bytes, reason: str = "") -> str:
    matter_id = None if matter is None else turn.matter(matter).id
    return exporting.record(turn, what="trail", data=data, matter_id=matter_id, reason=reason)


def test_a_hand_out_is_on_record_with_its_hash_and_its_entry(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(_record, matter, b"the bytes", "for the carrier")
    (found,) = desk.read(exporting.listing, matter=matter)
    digest = hashlib.sha256(b"the bytes").hexdigest()
    assert (found.ref, found.what, found.person, found.reason) == (ref, "trail", PARALEGAL, "for the carrier")
    assert (found.matter, found.sha256, found.bytes) == (matter, digest, 9)
    entry = desk.read(trail.listing, matter=matter)[0]
    assert (entry.action, entry.subject, entry.payload["sha256"]) == ("matter.exported", ref, digest)


def test_records_are_paged_and_what_is_of_no_matter_is_a_managers(firm: FirmFixture, matter: str) -> None:
    made = []
    firm.clock.advance(seconds=1)
    for n in range(3):
        made.append(firm.desk(PARALEGAL).write(_record, matter, bytes([n])))
        firm.clock.advance(seconds=1)
    store = firm.desk(ATTORNEY).write(_record, None, b"everything")
    first = firm.desk(PARALEGAL).read(exporting.listing, limit=2, matter=matter)
    rest = firm.desk(PARALEGAL).read(exporting.listing, limit=2, matter=matter, after=first[-1].ref)
    assert [x.ref for x in (*first, *rest)] == made[::-1]
    for reader in (ATTORNEY, MANAGER):
        assert [x.ref for x in firm.desk(reader).read(exporting.listing, limit=1)] == [store]
    assert firm.desk(MANAGER).read(trail.listing, limit=1)[0].action == "store.exported"
    with pytest.raises(NotFound):
        firm.desk(PARALEGAL).read(exporting.listing, after="X-NOTHER")


def test_a_matters_file_holds_all_that_is_known_of_its_dates(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    opened = desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Adeyemi, Grace",
        paralegal=PARALEGAL,
        attorney=ATTORNEY,
        form=("I-485",),
        receipt="IOE0911111111",
    )
    day = firm.clock.now().date()
    at = datetime.combine(day + timedelta(days=30), datetime.min.time()).replace(hour=9)
    made = desk.write(
        appointments.add, opened.ref, "hearing", at, judge="Field", title="Bond hearing", minutes=90
    )
    desk.write(appointments.confirm, made.ref)
    later = at + timedelta(days=7)
    desk.write(appointments.reschedule, made.ref, later, by="court", reason="The judge is away.")
    due = desk.write(deadlines.add_by_rule, opened.ref, "D-08", day, critical=True)
    desk.write(status_round.record, "IOE0911111111", "Case Was Received")
    _, data = desk.write(exporting.matter_file, opened.ref)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        facts = json.loads(archive.read(f"{opened.ref}/matter.json"))
    (shown,) = facts["appointments"]
    assert (shown["title"], shown["judge"], shown["minutes"], shown["person"]) == (
        "Bond hearing",
        "Field",
        90,
        ATTORNEY,
    )
    (acts,) = facts["appointment_acts"]
    assert (acts["appointment"], acts["created_by"], acts["moved"][0]["reason"]) == (
        made.ref,
        PARALEGAL,
        "The judge is away.",
    )
    dated = {row["ref"]: row for row in facts["deadlines"]}
    assert (dated[due.ref]["critical"], dated[due.ref]["trigger_on"]) == (1, day.isoformat())
    assert dated[due.ref]["steps"][0].startswith(day.isoformat())
    assert next(row["appointment"] for row in facts["deadlines"] if row["rule"] == "D-54") == made.ref
    (looked,) = facts["status_checks"]
    assert (looked["receipt_number"], looked["words"], looked["by"]) == (
        "IOE0911111111",
        "Case Was Received",
        PARALEGAL,
    )


def test_what_presses_in_a_matter_stands_in_the_firms_file_and_in_no_partys_copy(firm: FirmFixture) -> None:
    """Whose illness or record it is, the matter does not say."""
    desk = firm.desk(PARALEGAL)
    opened = desk.write(matters.open_matter, "asylum", "Sato, Yui", circumstances=("serious_illness",))
    (party, *_) = desk.read(matters.show, opened.ref).parties
    told = []
    for whose in (None, party.id):
        _, data = desk.write(exporting.matter_file, opened.ref, party=whose)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told.append(json.loads(archive.read(f"{opened.ref}/matter.json")))
            if whose is not None:
                assert all(b"serious_illness" not in archive.read(name) for name in archive.namelist())
    assert told[0]["matter"]["circumstances"] == ["serious_illness"]
    assert "circumstances" not in told[1]["matter"]
