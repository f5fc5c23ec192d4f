"""Scenario G2, twenty seconds: the client is on the phone, and the card says at once what one needs; told on both stores.

M. Duarte has ninety matters. Rosa Ibarra, Spanish, asks about travel; A. Okafor calls back on Thursday. New York.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from casedesk.desk import deadlines, finding, matters, messages, notes, requests, tasks, tells, trail
from casedesk.models.enums import ReviewPolicy
from tests.support.firm import FirmFixture
from tests.support.rfe import CASTS, open_matter

MATTERS = 90
RULE = "Call her cell only; never leave word with the employer."
SAID = "Asked about travel; told: do not leave"


def given(firm: FirmFixture, matter: str, *, others: int = MATTERS - 1) -> str:
    """Monday 16 November: the birth certificate was asked for on the 12th, the form last looked at on the 10th."""
    desk = firm.desk("mduarte")
    for number in range(others):
        desk.write(
            matters.open_matter,
            "naturalization",
            f"Client {number:02d}, Synthetic",
            paralegal="mduarte",
            attorney="aokafor",
        )
    firm.clock.set(datetime(2026, 11, 10, 15, tzinfo=UTC))
    desk.write(matters.form_status, matter, "I-485", "Case Was Received")
    desk.write(deadlines.add, matter, "Medical to hand in", date(2026, 12, 14))
    firm.clock.set(datetime(2026, 11, 12, 15, tzinfo=UTC))
    ref = desk.write(requests.send, matter, papers=("Birth certificate",)).ref
    desk.write(messages.approve, ref)
    desk.write(messages.sent, ref, "letter")
    firm.clock.set(datetime(2026, 11, 16, 16, 12, tzinfo=UTC))
    return ref


def test_twenty_seconds(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    matter = open_matter(firm, CASTS[ReviewPolicy.THREE_PERSON])
    duarte.write(matters.contact_rule, matter, RULE)
    given(firm, matter)
    assert len(duarte.read(matters.listing, limit=200)) == MATTERS

    # Four letters find her.
    assert [h.ref for h in duarte.read(finding.find, "ibar") if h.kind == "matter"] == [matter]

    # The card: who may be told what, each form, what is waited for, the next date, the last contact, the language.
    card = duarte.read(matters.show, matter)
    assert card.contact_rules == (RULE,)
    assert [(f.form, f.receipt_number, f.status, f.checked) for f in card.forms] == [
        ("I-485", "IOE0912345678", "Case Was Received", date(2026, 11, 10))
    ]
    # A fortnight after the 12th is Thanksgiving: the day after it.
    assert card.waiting == "client: Birth certificate, asked 2026-11-12, ask again on 2026-11-27"
    assert card.next_date is not None
    assert card.next_date < date(2026, 12, 14)
    assert card.last_contact == "2026-11-12 message to client, mduarte"
    assert card.language == "es"

    # The call, with what she was told, and who calls back by when.
    called = duarte.write(notes.call, matter, SAID, callback="aokafor", by=date(2026, 11, 19))
    first = duarte.read(matters.timeline, matter)[0]
    assert (first.what, first.detail, first.actor) == ("call in", SAID, "mduarte")
    assert first.at == datetime(2026, 11, 16, 16, 12, tzinfo=UTC)
    okafor = firm.desk("aokafor")
    assert called.task is not None
    back = okafor.read(tasks.show, called.task).task
    assert (back.title, back.owner, back.matter) == ("Call the client back", "aokafor", matter)
    assert back.due == datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
    assert any(called.task in t.subject for t in okafor.read(tells.listing))
    assert str(duarte.read(matters.show, matter).last_contact).startswith("2026-11-16 call from client")
    assert firm.desk("jreyes").read(trail.verify).ok
