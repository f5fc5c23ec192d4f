"""Matters: opened with owners and a number, known by every name they have, closed when nothing is open."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from casedesk.desk import deadlines, matters, notes, tells, trail
from casedesk.desk.views.matters import MatterView
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


def _ibarra(firm: FirmFixture) -> MatterView:
    return firm.desk(PARALEGAL).write(
        matters.open_matter,
        "Adjustment of status",
        "Rosa Ibarra",
        language="es",
        a_number="12-345-678",
        phone="(212) 555-0147",
        receipt="ioe 09-123-45678",
    )


def test_a_matter_opens_with_its_number_party_form_and_owners(firm: FirmFixture) -> None:
    opened = _ibarra(firm)
    assert opened.ref == "M-2026-0001"
    assert (opened.type, opened.client, opened.status) == ("adjustment_of_status", "Rosa Ibarra", "open")
    assert opened.a_number == "A012345678"
    assert opened.receipt_numbers == ("IOE0912345678",)
    assert [(f.form, f.party, f.status) for f in opened.forms] == [("I-485", "Rosa Ibarra", "pending")]
    assert [(p.role, p.language) for p in opened.parties] == [("beneficiary", "es")]
    assert opened.owners["primary_paralegal"] != opened.owners["secondary_paralegal"]
    assert set(opened.owners) == {
        "primary_paralegal",
        "secondary_paralegal",
        "lead_attorney",
        "supervising_attorney",
    }


def test_numbers_count_up_within_a_year_and_begin_again_in_the_next(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    refs = [desk.write(matters.open_matter, "other", f"Client {i}").ref for i in range(3)]
    firm.clock.advance(days=80)
    refs.append(desk.write(matters.open_matter, "other", "Client of January").ref)
    assert refs == ["M-2026-0001", "M-2026-0002", "M-2026-0003", "M-2027-0001"]


def test_new_matters_do_not_all_go_to_one_person(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    first = desk.write(matters.open_matter, "other", "Client one")
    firm.clock.advance(minutes=1)
    second = desk.write(matters.open_matter, "other", "Client two")
    assert first.owners["primary_paralegal"] != second.owners["primary_paralegal"]


def test_why_each_owner_was_chosen_is_on_the_trail_and_the_client_is_not(firm: FirmFixture) -> None:
    opened = _ibarra(firm)
    told = firm.desk(PARALEGAL).read(trail.export, opened.ref)
    entries = told["entries"]
    assert isinstance(entries, list)
    first = json.loads(entries[0]["payload"])
    assert entries[0]["action"] == "matter.opened"
    assert all(owner["why"] and owner["person"] for owner in first["owners"].values())
    assert "Ibarra" not in json.dumps(told, default=str)
    # The number as it was given: three digits alone stand by chance in some hash.
    assert "555-0147" not in json.dumps(entries, default=str)


def test_the_same_request_opens_one_matter(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    one = desk.write(matters.open_matter, "other", "Ada Okonjo", request_id="gesture-1")
    two = desk.write(matters.open_matter, "other", "Ada Okonjo", request_id="gesture-1")
    assert one.id == two.id
    assert len(desk.read(matters.listing)) == 1


def test_a_matter_answers_to_ref_receipt_and_id_in_any_case(firm: FirmFixture) -> None:
    opened = _ibarra(firm)
    desk = firm.desk(ATTORNEY)
    for name in ("m-2026-0001", "IOE-09-123-45678", opened.id, opened.id.lower()):
        assert desk.read(matters.show, name).ref == opened.ref
    with pytest.raises(NotFound, match="M-2026-0099"):
        desk.read(matters.show, "M-2026-0099")


def test_a_client_of_the_firm_is_used_again(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(matters.open_matter, "other", "Ada Okonjo", phone="212 555 0101")
    ref = desk.read(lambda turn: turn.uow.conn.exec_driver_sql("SELECT ref FROM client").scalar_one())
    again = desk.write(matters.open_matter, "naturalization", str(ref).lower())
    assert (again.client, again.parties[0].phone) == ("Ada Okonjo", "212 555 0101")
    with pytest.raises(NotFound):
        desk.write(matters.open_matter, "other", "C-000000")


def test_named_owners_are_taken_and_an_attorney_needs_a_licence(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    opened = desk.write(matters.open_matter, "other", "Ada Okonjo", paralegal=COLLEAGUE, attorney=ATTORNEY)
    assert opened.owners["primary_paralegal"] == COLLEAGUE
    assert opened.owners["lead_attorney"] == ATTORNEY
    assert opened.owners["secondary_paralegal"] != COLLEAGUE
    with pytest.raises(NotAllowed, match="no licence"):
        desk.write(matters.open_matter, "other", "Ada Okonjo", attorney=PARALEGAL)
    with pytest.raises(NotFound, match="nobody"):
        desk.write(matters.set_owner, opened.ref, "primary_paralegal", "nobody")
    changed = desk.write(matters.set_owner, opened.ref, "Primary paralegal", PARALEGAL)
    assert changed.owners["primary_paralegal"] == PARALEGAL


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"type": "h1bb"}, "no matter type"),
    ({"priority": "urgent"}, "no priority"),
    ({"client": "  "}, "empty"),
    ({"client": "A\0B"}, "cannot be kept"),
    ({"a_number": "12"}, "no A-number"),
    ({"form": ("visa",)}, "no form"),
    ({"receipt": "IOE1"}, "no receipt number"),
    ({"receipt": "IOE0912345678"}, "belongs to a form"),
    ({"language": "español"}, "no language"),
)


def test_what_does_not_fit_is_refused_in_a_sentence_and_nothing_is_opened(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    for values, words in WRONG:
        asked: dict[str, Any] = {"type": "other", "client": "Ada Okonjo"} | values
        with pytest.raises(Refusal, match=words) as refused:
            desk.write(matters.open_matter, **asked)
        assert refused.value.next, words
    assert desk.read(matters.listing) == ()


def test_a_receipt_number_stands_on_one_form_only(firm: FirmFixture) -> None:
    opened = _ibarra(firm)
    desk = firm.desk(PARALEGAL)
    other = desk.write(matters.open_matter, "other", "Ada Okonjo")
    with pytest.raises(Refusal, match=opened.ref):
        desk.write(matters.form_add, other.ref, "I-765", receipt_number="IOE0912345678")


def test_forms_are_named_as_on_the_paper_and_told_apart(firm: FirmFixture) -> None:
    opened = _ibarra(firm)
    desk = firm.desk(PARALEGAL)
    desk.write(matters.form_add, opened.ref, "i765", received=date(2026, 11, 2), channel="electronic")
    desk.write(matters.form_add, opened.ref, "I-765")
    with pytest.raises(Refusal, match="2 forms I-765"):
        desk.write(matters.form_status, opened.ref, "I-765", "filed")
    checked = desk.write(matters.form_status, opened.ref, "i-485", "Case Was Received")
    assert (checked.status, checked.checked) == ("Case Was Received", date(2026, 11, 9))
    with pytest.raises(Refusal, match="still to come"):
        desk.write(matters.form_status, opened.ref, "I-485", "Approved", checked=date(2026, 12, 1))
    forms = desk.read(matters.form_list, opened.ref)
    assert [f.form for f in forms] == ["I-485", "I-765", "I-765"]
    assert {f.channel for f in forms} == {"paper", "electronic"}


def test_a_link_is_seen_from_both_sides(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    one = _ibarra(firm)
    two = desk.write(matters.open_matter, "adjustment_of_status", "Luis Ibarra")
    linked = desk.write(matters.link, one.ref, two.ref, "derivative")
    assert [(k["matter"], k["relation"]) for k in linked.links] == [(two.ref, "derivative")]
    back = desk.read(matters.show, two.ref)
    assert [(k["matter"], k["relation"]) for k in back.links] == [(one.ref, "principal")]
    with pytest.raises(Refusal, match="linked already"):
        desk.write(matters.link, two.ref, one.ref, "related")
    with pytest.raises(Refusal, match="itself"):
        desk.write(matters.link, one.ref, one.ref, "related")
    with pytest.raises(Refusal, match="no relation"):
        desk.write(matters.link, one.ref, two.ref, "cousin twice removed")


def test_the_card_tells_contact_rules_waiting_and_last_contact(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    opened = _ibarra(firm)
    party = desk.write(matters.party_add, opened.ref, "interpreter", "Ana Ruiz", language="es")
    desk.write(matters.contact_rule, opened.ref, "Call the mobile only, leave no voicemail.")
    firm.clock.advance(minutes=1)
    card = desk.write(matters.contact_rule, opened.ref, "Mornings.", party="ana ruiz")
    assert card.contact_rules == ("Call the mobile only, leave no voicemail.", "Ana Ruiz: Mornings.")
    assert party.id in {p.id for p in card.parties}
    desk.write(notes.call, opened.ref, "Asked about travel.")
    assert desk.read(matters.show, opened.ref).last_contact == f"2026-11-09 call from client, {PARALEGAL}"


def test_a_matter_is_not_closed_over_open_work(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    opened = _ibarra(firm)
    due = desk.write(deadlines.add, opened.ref, "Answer the court", date(2026, 12, 1))
    with pytest.raises(Refusal, match=due.ref):
        desk.write(matters.close_matter, opened.ref, "withdrawn")
    desk.write(deadlines.met, due.ref)
    closed = desk.write(matters.close_matter, opened.ref, "withdrawn")
    assert closed.status == "closed"
    with pytest.raises(Refusal, match="closed already"):
        desk.write(matters.close_matter, opened.ref, "again")
    assert desk.read(matters.listing) == ()
    assert [m.ref for m in desk.read(matters.listing, status=None)] == [opened.ref]


def test_a_list_goes_on_where_it_ended(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    for i in range(5):
        desk.write(matters.open_matter, "other", f"Client {i}")
        firm.clock.advance(seconds=i % 2)
    seen: list[str] = []
    after: str | None = None
    while page := desk.read(matters.listing, limit=2, after=after):
        seen += [m.ref for m in page]
        after = page[-1].id
    assert sorted(seen) == [f"M-2026-{n:04d}" for n in range(1, 6)]
    assert seen == [m.ref for m in desk.read(matters.listing)]
    assert [m.client for m in desk.read(matters.listing, text="client 3")] == ["Client 3"]
    with pytest.raises(Refusal, match="at least one"):
        desk.read(matters.listing, limit=0)


def test_the_story_is_newest_first_with_acts_calls_and_notes(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    opened = _ibarra(firm)
    firm.clock.advance(minutes=5)
    desk.write(notes.note, opened.ref, "Original passport is in the safe.")
    firm.clock.advance(minutes=5)
    desk.write(notes.call, opened.ref, "Asked about travel.", callback=ATTORNEY)
    story = desk.read(matters.timeline, opened.ref)
    assert [e.at for e in story] == sorted((e.at for e in story), reverse=True)
    told = [(e.what, e.detail) for e in story]
    assert ("note", "Original passport is in the safe.") in told
    assert ("call in", "Asked about travel.") in told
    assert story[-1].actor == PARALEGAL
    assert "matter opened" in [e.what for e in story]
    assert len(desk.read(matters.timeline, opened.ref, limit=2)) == 2
    assert [t.subject for t in firm.desk(ATTORNEY).read(tells.listing)]
