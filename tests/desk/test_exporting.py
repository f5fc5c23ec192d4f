"""What leaves the desk is on record before it does: who took what out, for whom, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from casedesk.desk import exporting, matters, trail
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
