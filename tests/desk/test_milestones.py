"""Milestones of a matter: set with a day, told, proposed to the client where words stand for it; on both stores."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casedesk.desk import appointments, matters, messages, milestones, trail
from casedesk.refusal import NotFound, Refusal
from casedesk.routing.vocabulary import MATTER_TYPES
from tests.support.firm import FirmFixture


def test_every_type_of_matter_has_its_line() -> None:
    for kind in MATTER_TYPES:
        line = milestones.shipped().for_type(kind)
        assert line[0].id == "retained"
        assert "decision" in {m.id for m in line}
    # Nobody but the attorney tells a client of a decision, and every word has its Spanish.
    said = {m.id: m for m in milestones.shipped().milestone}
    assert not said["decision"].say
    assert all(set(m.say) in ({"en", "es"}, set()) for m in said.values())


def test_a_milestone_is_set_told_and_proposed(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    matter = desk.write(
        matters.open_matter, "naturalization", "Okonjo, Ada", language="es", phone="212-555-0100"
    ).ref
    assert {m.on for m in desk.read(milestones.listing, matter)} == {None}
    view = desk.write(
        milestones.reach,
        matter,
        "Interview",
        on=date(2026, 11, 6),
        note="The officer asked for the tax returns.",
    )
    assert (view.title, view.on, view.set_by) == ("Interview held", date(2026, 11, 6), "mduarte")
    assert view.note == "The officer asked for the tax returns."
    assert view.message is not None
    letter = desk.read(messages.show, view.message)
    assert (letter.state, letter.language, letter.release) == ("awaiting_approval", "es", "staff")
    assert "El 6 de noviembre de 2026" in letter.body
    assert "Su entrevista tuvo lugar." in letter.body
    # Corrected, it writes to nobody a second time.
    again = desk.write(milestones.reach, matter, "interview", on=date(2026, 11, 5), request_id="a gesture")
    assert (again.on, again.message) == (date(2026, 11, 5), None)
    assert desk.write(milestones.reach, matter, "interview", request_id="a gesture").on == date(2026, 11, 5)
    assert desk.write(milestones.reach, matter, "documents-complete", message=False).message is None
    assert desk.write(milestones.reach, matter, "decision").message is None
    assert len(desk.read(messages.listing, matter=matter)) == 1
    told = [(e.what, e.detail) for e in desk.read(matters.timeline, matter)]
    assert ("milestone", "Interview held on 2026-11-06") in told
    assert any(what == "note" and "tax returns" in detail for what, detail in told)
    reached = [m.milestone for m in desk.read(milestones.listing, matter) if m.on is not None]
    assert reached == ["documents_complete", "interview", "decision"]
    with pytest.raises(Refusal, match="still to come"):
        desk.write(milestones.reach, matter, "oath", on=date(2026, 11, 10))
    with pytest.raises(Refusal, match="no milestone of a matter of type naturalization 'lca'"):
        desk.write(milestones.reach, matter, "lca")
    with pytest.raises(NotFound):
        desk.write(milestones.reach, "M-2030-0001", "filed")
    assert firm.desk("jreyes").read(trail.verify).ok


def test_what_the_record_shows_by_itself(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    matter = desk.write(
        matters.open_matter, "i751", "Okonjo, Ada", form=("I-751",), attorney="aokafor", paralegal="mduarte"
    ).ref
    when = datetime(2026, 11, 11, 14, tzinfo=UTC)
    ref = desk.write(appointments.add, matter, "biometrics", when, place="26 Federal Plaza").ref
    firm.clock.advance(hours=72)
    desk.write(appointments.outcome, ref, "attended")
    (found,) = [m for m in desk.read(milestones.listing, matter) if m.on is not None]
    assert (found.milestone, found.on, found.set_by, found.message) == (
        "biometrics",
        date(2026, 11, 11),
        None,
        None,
    )
