"""Messages to clients: nothing goes out that nobody released."""

from __future__ import annotations

import json

import pytest

from casedesk.desk import matters, messages, trail
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo").ref


def _prepared(desk: Desk, matter: str, release: str) -> str:
    """A message as the engine prepares it."""

    def prepare(turn: Turn) -> str:
        ref = turn.uow.new_ref("L", "message")
        turn.uow.insert(
            "message",
            id=turn.uow.new_id(),
            ref=ref,
            matter_id=turn.matter(matter).id,
            recipient="Ada Okonjo",
            template="rfe_received",
            subject="A letter from USCIS",
            body="Dear Ms. Okonjo,\nplease bring these papers.",
            release=release,
            created_us=turn.now_us,
        )
        return ref

    return desk.write(prepare)


def test_an_attorney_releases_then_it_is_copied_and_sent(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    ref = _prepared(desk, matter, "attorney")
    with pytest.raises(NotAllowed, match="attorney"):
        desk.write(messages.approve, ref)
    with pytest.raises(Refusal, match="awaiting approval"):
        desk.write(messages.copy, ref)
    with pytest.raises(Refusal, match="awaiting approval"):
        desk.write(messages.sent, ref, "email")
    assert firm.desk(ATTORNEY).write(messages.approve, ref.lower()).state == "approved"
    assert desk.write(messages.copy, ref).startswith("A letter from USCIS\n\nDear Ms. Okonjo")
    assert desk.write(messages.sent, ref, "letter").state == "sent"
    with pytest.raises(Refusal, match="is sent"):
        firm.desk(ATTORNEY).write(messages.approve, ref)
    with pytest.raises(Refusal, match="is sent"):
        desk.write(messages.sent, ref, "letter")


def test_a_message_of_no_weight_is_released_by_anybody(firm: FirmFixture, matter: str) -> None:
    ref = _prepared(firm.desk(PARALEGAL), matter, "staff")
    assert firm.desk(COLLEAGUE).write(messages.approve, ref).state == "approved"


def test_the_rules_of_contact_stand_beside_the_words(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(matters.contact_rule, matter, "Never by post.")
    ref = _prepared(desk, matter, "staff")
    assert desk.read(messages.show, ref).contact_rules == ("Never by post.",)


def test_messages_are_listed_by_matter_and_state(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    refs = []
    for _ in range(3):
        refs.append(_prepared(desk, matter, "staff"))
        firm.clock.advance(seconds=1)
    desk.write(messages.approve, refs[0])
    waiting = desk.read(messages.listing, matter=matter, state="awaiting approval")
    assert [m.ref for m in waiting] == [refs[2], refs[1]]
    first = desk.read(messages.listing, limit=1)
    rest = desk.read(messages.listing, after=first[0].ref)
    assert [m.ref for m in (*first, *rest)] == refs[::-1]
    with pytest.raises(Refusal, match="no message state"):
        desk.read(messages.listing, state="lost")
    with pytest.raises(NotFound):
        desk.read(messages.show, "L-000000")


def test_every_step_is_on_the_trail_and_the_words_are_not(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    ref = _prepared(desk, matter, "staff")
    desk.write(messages.approve, ref)
    desk.write(messages.copy, ref)
    desk.write(messages.sent, ref, "letter")
    told = desk.read(trail.export, matter)
    steps = [e["action"] for e in told["entries"] if e["subject"] == ref]
    assert steps == ["message.approved", "message.copied", "message.sent"]
    assert "bring these papers" not in json.dumps(told, default=str)
