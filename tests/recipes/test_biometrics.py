"""Scenario G6: biometrics in Spanish, told on both stores.

G6 Biometrics in Spanish, Wed 2 Dec 09:00: confirm, reschedule once (before the time), remind, attended, notice attached,
status updated; and the reuse notice, which makes no appointment.

Rosa Ibarra, I-485 IOE0912345678, Spanish; paralegal M. Duarte, attorney A. Okafor. New York, office hours 9:00 to 17:30.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from casedesk.demo import notices
from casedesk.demo.notices import About
from casedesk.desk import appointments, forms, matters, messages, papers, queue, tasks, tells
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture

NEW_YORK = ZoneInfo("America/New_York")
RECEIPT = "IOE0912345678"


def there(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def rosa(firm: FirmFixture) -> str:
    opened = firm.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        a_number="A078451236",
        phone="212-555-0142",
        paralegal="mduarte",
        secondary="bcole",
        attorney="aokafor",
        supervisor="jreyes",
        form=("I-485",),
        receipt=RECEIPT,
    )
    return opened.ref


def about(dated: date) -> About:
    return About(RECEIPT, "I-485", "IBARRA, ROSA", dated, date(2026, 8, 3))


def reminders(desk: Desk, ref: str) -> list[str]:
    """What somebody was reminded of an appointment; of a digest the lines."""
    said = [
        line for tell in desk.read(tells.listing, 100) for line in (tell.subject, *tell.body.splitlines())
    ]
    return [words for words in said if words.startswith("To come") and ref in words]


def test_biometrics_in_spanish(firm: FirmFixture, rosa: str) -> None:
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    paper = notices.biometrics(
        about(date(2026, 11, 6)),
        "Wednesday, December 2, 2026 at 9:00 AM, Application Support Center, 27-35 Jackson Avenue, Queens",
    )
    duarte.write(papers.receive, prepare_bytes(paper, "I-797C biometrics.pdf"))

    # The notice makes the appointment, on the clock of the place, with whose it is and in which language.
    (set_for,) = duarte.read(appointments.listing, matter=rosa)
    assert set_for.at == there(2026, 12, 2, 9)
    assert (set_for.kind, set_for.status, set_for.zone) == ("biometrics", "scheduled", "America/New_York")
    assert (set_for.party, set_for.language, set_for.person) == ("Ibarra, Rosa", "es", None)
    assert "27-35 Jackson Avenue" in set_for.place

    # Rosa's words are in Spanish, and wait for somebody to release them.
    (words,) = [m for m in duarte.read(messages.listing, matter=rosa) if m.template == "biometrics"]
    assert (words.language, words.state) == ("es", "awaiting_approval")
    assert "2 de diciembre de 2026" in words.body
    assert "9:00 a. m." in words.body

    # Rosa says that she will be there.
    confirmed = duarte.write(appointments.confirm, set_for.ref)
    assert (confirmed.status, confirmed.confirmed_by) == ("confirmed", "mduarte")
    with pytest.raises(Refusal) as twice:
        duarte.write(appointments.confirm, set_for.ref)
    assert twice.value.code == "already_confirmed"

    # She must travel: it is moved once, before its time. The ref stays, the old time too, and it is to be confirmed anew.
    moved = duarte.write(
        appointments.reschedule,
        set_for.ref,
        datetime.fromisoformat("2026-12-14T09:00"),
        by="client",
        reason="She travels until the 10th.",
    )
    assert (moved.ref, moved.at, moved.sequence) == (set_for.ref, there(2026, 12, 14, 9), 1)
    assert (moved.status, moved.confirmed_by) == ("scheduled", None)
    assert [(m["by"], datetime.fromisoformat(m["at"])) for m in moved.moved] == [("client", set_for.at)]

    # What named the old day is not sent to Rosa; words with the new one wait instead.
    letters = [m for m in duarte.read(messages.listing, matter=rosa) if m.template == "biometrics"]
    assert sorted((m.state, "14 de diciembre" in m.body) for m in letters) == [
        ("awaiting_approval", True),
        ("cancelled", False),
    ]

    # The reminders of the old day are gone. Monday 14 Dec 09:00: the last one comes with Friday's last business hour.
    firm.clock.set(there(2026, 12, 2, 8).astimezone(UTC))
    duarte.sweep()
    assert reminders(duarte, set_for.ref) == []
    firm.clock.set(there(2026, 12, 11, 16, 29).astimezone(UTC))
    duarte.sweep()
    assert len(reminders(duarte, set_for.ref)) == 2
    firm.clock.set(there(2026, 12, 11, 16, 30).astimezone(UTC))
    duarte.sweep()
    assert len(reminders(duarte, set_for.ref)) == 4
    assert all(
        "Mon 14 Dec 2026 09:00" in words and "not confirmed" in words
        for words in reminders(duarte, set_for.ref)
    )
    duarte.write(appointments.confirm, set_for.ref)

    # Nobody attends before the time; then she has been there, and what is left to do is a task.
    with pytest.raises(Refusal) as early:
        duarte.write(appointments.outcome, set_for.ref, "attended")
    assert early.value.code == "not_yet"
    firm.clock.set(there(2026, 12, 14, 11).astimezone(UTC))
    done = duarte.write(appointments.outcome, set_for.ref, "attended")
    assert (done.status, done.outcome) == ("attended", "attended")
    with pytest.raises(Refusal) as over:
        duarte.write(
            appointments.reschedule,
            set_for.ref,
            datetime.fromisoformat("2026-12-20T09:00"),
            by="client",
            reason="again",
        )
    assert over.value.code == "appointment_closed"

    # The stamped notice is attached, the status is brought up to date, and the work is done.
    (after,) = [t for t in duarte.read(queue.queue, limit=50) if t.kind == "appointment_after"]
    stamped = text_to_pdf(
        "Biometrics appointment notice, stamped", ["Biometrics taken on 14 December 2026."]
    ).data
    duarte.write(tasks.tick, after.ref, "proof", prepared=prepare_bytes(stamped, "stamped notice.pdf"))
    duarte.write(forms.form_status, rosa, "I-485", "Fingerprints were taken")
    duarte.write(tasks.tick, after.ref, "status")
    duarte.write(tasks.complete, after.ref)
    card = okafor.read(matters.show, rosa)
    assert [(f.status, f.checked) for f in card.forms] == [("Fingerprints were taken", date(2026, 12, 14))]
    assert "stamped notice.pdf" in [d.name for d in okafor.read(papers.listing, matter=rosa)]


def test_a_reuse_notice_makes_no_appointment(firm: FirmFixture, rosa: str) -> None:
    duarte = firm.desk("mduarte")
    paper = text_to_pdf(
        "Biometrics Reuse Notice",
        [
            "U.S. Citizenship and Immigration Services, I-797C, Notice of Action",
            f"Receipt Number: {RECEIPT}",
            "Notice Date: November 6, 2026",
            "USCIS is able to reuse your previously captured fingerprints and other biometrics. You do not need to"
            " appear at an Application Support Center.",
        ],
    ).data
    received = duarte.write(papers.receive, prepare_bytes(paper, "I-797C reuse.pdf"))
    assert received.kind == "biometrics"
    assert received.matter == rosa
    assert "biometrics_reuse" in [e.field for e in received.evidence]
    assert duarte.read(appointments.listing, matter=rosa) == ()
    # Somebody reads it all the same; nothing is said to the client of a day.
    assert [t["kind"] for t in received.tasks] == ["read_notice"]
    assert [m for m in duarte.read(messages.listing, matter=rosa) if m.template == "biometrics"] == []
