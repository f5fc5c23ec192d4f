"""Anything by name: matters, parties, numbers, people, tasks."""

from __future__ import annotations

import pytest

from casedesk.desk import finding, matters, notes
from casedesk.desk.desk import Desk
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY = "mduarte", "aokafor"


@pytest.fixture
def desk(firm: FirmFixture) -> Desk:
    desk = firm.desk(PARALEGAL)
    desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        a_number="A012345678",
        phone="+1 (212) 555-0147",
        receipt="IOE0912345678",
    )
    acme = desk.write(
        matters.open_matter, "h1b", "Acme Corp.", caption="Acme Corp. / Nguyen", form=("I-129",)
    )
    desk.write(matters.party_add, acme.ref, "beneficiary", "Nguyễn Thị Hòa", a_number="87654321")
    desk.write(matters.open_matter, "other", "Paredes, Lucía")
    return desk


MEANT = {
    "ibar": ("matter", "M-2026-0001"),
    "IBARRA rosa": ("matter", "M-2026-0001"),
    "m-2026-0002": ("matter", "M-2026-0002"),
    "0003": ("matter", "M-2026-0003"),
    "lucia": ("matter", "M-2026-0003"),
    "LUCÍA": ("matter", "M-2026-0003"),
    "acme nguyen": ("matter", "M-2026-0002"),
    "nguyen thi hoa": ("party", "M-2026-0002"),
    "5678": ("party", "M-2026-0001"),
    "A12345678": ("party", "M-2026-0001"),
    "a-087-654-321": ("party", "M-2026-0002"),
    "IOE-09-123-45678": ("matter", "M-2026-0001"),
    "ioe0912": ("matter", "M-2026-0001"),
    "555 0147": ("matter", "M-2026-0001"),
    "2125550147": ("matter", "M-2026-0001"),
}
NOWHERE = ("", "  ", "zzz", "9999", "%", "_", "A12", "IOE09123456789999", "ibarra acme")


def test_the_first_answer_is_the_one_meant_and_each_matter_is_named_once(desk: Desk) -> None:
    found = {text: desk.read(finding.find, text) for text in MEANT}
    assert {text: (hits[0].kind, hits[0].ref) for text, hits in found.items() if hits} == MEANT
    for hits in found.values():
        assert len({hit.ref for hit in hits}) == len(hits)


def test_what_is_nowhere_is_not_found(desk: Desk) -> None:
    assert {text: desk.read(finding.find, text) for text in NOWHERE} == dict.fromkeys(NOWHERE, ())


def test_people_and_tasks_are_found_too(firm: FirmFixture, desk: Desk) -> None:
    hits = desk.read(finding.find, ATTORNEY)
    assert ("person", ATTORNEY) in [(h.kind, h.ref) for h in hits]
    logged = desk.write(notes.call, "M-2026-0001", "Call back.", callback=ATTORNEY)
    assert logged.task is not None
    for typed in (logged.task, logged.task.lower(), logged.task[:5]):
        assert [(h.kind, h.ref) for h in desk.read(finding.find, typed)] == [("task", logged.task)]


def test_no_more_than_asked_for(desk: Desk) -> None:
    assert len(desk.read(finding.find, "m-2026", limit=2)) == 2
    assert len(desk.read(finding.find, "m-2026")) == 3


def test_a_closed_matter_is_found_and_says_so(desk: Desk) -> None:
    desk.write(matters.close_matter, "M-2026-0003", "done")
    assert "closed" in desk.read(finding.find, "paredes")[0].line


def test_ones_own_tasks_are_found_by_words_of_their_titles(firm: FirmFixture, desk: Desk) -> None:
    logged = desk.write(notes.call, "M-2026-0001", "Call back.", callback=ATTORNEY)
    caption = desk.read(finding.find, "M-2026-0001")[0].line.split(",")[0].split()[0]
    mine = firm.desk(ATTORNEY)
    for typed in ("call ba", f"call {caption}"):
        assert ("task", logged.task) in [(h.kind, h.ref) for h in mine.read(finding.find, typed)], typed
    assert "task" not in {h.kind for h in mine.read(finding.find, caption)}
    assert "task" not in {h.kind for h in firm.desk("bcole").read(finding.find, "call ba")}
