"""Scenario G9: a hearing, told on both stores.

G9 A hearing. EOIR notice for T. Bekele: individual hearing Wed 2027-02-10 13:00, Newark, Judge Field, Okafor. Filing
date 30 days before: Mon 2027-01-11; clash with a 13:30 interview shown to Okafor and manager; moved by the court to
14 April: invitations updated (SEQUENCE 1), old dates superseded, nothing lost.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import appointments, deadlines, matters, papers, tells, trail
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.documents.render import text_to_pdf
from tests.support import ical
from tests.support.firm import FirmFixture

NEWARK = ZoneInfo("America/New_York")
COURT = "970 Broad Street, Room 1200, Newark, NJ 07102"


def notice(dated: str, when: str) -> bytes:
    return text_to_pdf(
        "NOTICE OF HEARING IN REMOVAL PROCEEDINGS",
        [
            "United States Department of Justice\nExecutive Office for Immigration Review\nImmigration Court",
            "In the matter of: BEKELE, TESFAYE   A-Number: A212345678",
            f"Date: {dated}",
            "Please take notice that the above captioned case has been scheduled for an INDIVIDUAL hearing before the"
            f" Immigration Court on {when} at {COURT}.",
            "Judge: FIELD",
            "Failure to appear may result in an order of removal in absentia.",
        ],
    ).data


def told(desk: Desk) -> list[str]:
    return [tell.subject for tell in desk.read(tells.listing, 100)]


def has_mail(turn: Turn) -> None:
    for handle in ("aokafor", "mduarte"):
        turn.uow.update("person", turn.person(handle).id, email=f"{handle}@reyes-okafor.example")


def invitations(firm: FirmFixture, handle: str, uid_begins: str) -> list[ical.Part]:
    """What was put up for one person's calendar, as an independent reader reads it, oldest first."""

    def rows(turn: Turn) -> list[Any]:
        keys = [
            (uid, person, sequence)
            for uid, person, sequence in turn.uow.conn.exec_driver_sql(
                "SELECT uid, person_id, sequence FROM invitation ORDER BY sequence"
            )
            if person == turn.person(handle).id and uid.startswith(uid_begins)
        ]
        found = [
            turn.uow.conn.exec_driver_sql(
                "SELECT calendar, method, subject, body, address, person_id, key FROM delivery ORDER BY created_us, key"
            ).all()
        ]
        mine = [row for row in found[0] if row.person_id == turn.person(handle).id]
        return [
            row
            for row in mine
            if any(f"UID:{uid}" in row.calendar.replace("\r\n ", "") for uid, _, _ in keys)
        ]

    out = []
    # An invitation's row is read by whom it is for.
    for row in firm.desk(handle).read(rows):
        calendar = ical.read(row.calendar)
        assert calendar.one("METHOD").value == row.method
        assert row.address == f"{handle}@reyes-okafor.example"
        assert "Bekele" not in row.subject + row.body + row.calendar
        out.append(calendar)
    return sorted(out, key=lambda c: int(c.all("VEVENT")[0].one("SEQUENCE").value))


def test_a_hearing(firm: FirmFixture) -> None:
    duarte, okafor, novak = firm.desk("mduarte"), firm.desk("aokafor"), firm.desk("inovak")
    novak.write(has_mail)
    bekele = duarte.write(
        matters.open_matter,
        "removal_defense",
        "Bekele, Tesfaye",
        language="am",
        a_number="A212345678",
        paralegal="mduarte",
        attorney="aokafor",
        supervisor="jreyes",
    ).ref

    # The court's notice comes in and sets the hearing.
    paper = prepare_bytes(notice("November 6, 2026", "February 10, 2027 at 1:00 P.M."), "hearing notice.pdf")
    received = duarte.write(papers.receive, paper, matter=bekele)
    assert received.kind == "hearing"
    (hearing,) = duarte.read(appointments.listing, matter=bekele)
    assert hearing.at == datetime(2027, 2, 10, 13, tzinfo=NEWARK)
    assert (hearing.title, hearing.judge, hearing.person) == ("Individual hearing", "Field", "aokafor")
    assert hearing.place == COURT

    # Papers are filed thirty days before: Monday 11 January, and a week earlier by our own date.
    (filing,) = [d for d in duarte.read(deadlines.listing, matter=bekele) if d.kind == "hearing_filing"]
    assert (filing.ref, filing.agency_due) == (hearing.filing_date, date(2027, 1, 11))
    assert (filing.rule, filing.rule_version, filing.authority) == ("D-54", "30-day", "EOIR")
    assert (filing.internal_due, filing.state) == (date(2027, 1, 4), "open")
    assert "3.1(b)(2)" in filing.citation
    assert any("-30" in step or "30 days" in step for step in filing.steps)

    # The hearing and the firm's own date are in Okafor's calendar, without Bekele's name.
    (first,) = invitations(firm, "aokafor", f"appointment-{hearing.id.lower()}")
    (event,) = first.all("VEVENT")
    assert first.one("METHOD").value == "REQUEST"
    assert event.one("SEQUENCE").value == "0"
    assert event.one("SUMMARY").text == f"Individual hearing {bekele}"
    assert event.one("LOCATION").text == COURT
    assert ical.moment(first, event.one("DTSTART")) == hearing.at
    assert event.one("ATTENDEE").value == "mailto:aokafor@reyes-okafor.example"
    assert event.one("ORGANIZER").value.startswith("mailto:")
    assert event.all("VALARM")
    (own,) = invitations(firm, "aokafor", "date-")
    assert ical.day(own.all("VEVENT")[0].one("DTSTART")) == date(2027, 1, 4)
    assert len(invitations(firm, "mduarte", f"appointment-{hearing.id.lower()}")) == 1

    # An interview of another client's at 13:30 the same day clashes: Okafor and the manager hear of it, both show it.
    other = duarte.write(
        matters.open_matter, "naturalization", "Lindqvist, Anna", paralegal="mduarte", attorney="aokafor"
    ).ref
    interview = duarte.write(
        appointments.add,
        other,
        "interview",
        datetime.fromisoformat("2027-02-10T13:30"),
        place="26 Federal Plaza",
    )
    assert interview.clash == (hearing.ref,)
    assert okafor.read(appointments.show, hearing.ref).clash == (interview.ref,)
    for desk in (okafor, novak):
        (words,) = [w for w in told(desk) if "two places" in w]
        assert hearing.ref in words
        assert interview.ref in words

    # The court moves it to 14 April by a new notice: the ref stays, and the clash is gone.
    firm.clock.advance(days=7)
    moved = prepare_bytes(notice("November 16, 2026", "April 14, 2027 at 1:00 P.M."), "hearing notice 2.pdf")
    duarte.write(papers.receive, moved, matter=bekele)
    (now,) = duarte.read(appointments.listing, matter=bekele)
    assert (now.ref, now.at) == (hearing.ref, datetime(2027, 4, 14, 13, tzinfo=NEWARK))
    assert (now.sequence, now.clash, now.status) == (1, (), "scheduled")
    assert [(m["by"], datetime.fromisoformat(m["at"])) for m in now.moved] == [("court", hearing.at)]

    # The old filing date is superseded, not gone; the new one is counted from the new day.
    dates = {d.ref: d for d in duarte.read(deadlines.listing, matter=bekele) if d.kind == "hearing_filing"}
    assert dates[filing.ref].state == "superseded"
    assert dates[filing.ref].agency_due == date(2027, 1, 11)
    assert now.filing_date is not None
    new = dates[now.filing_date]
    assert (new.agency_due, new.state) == (date(2027, 3, 15), "open")
    assert len(dates) == 2

    # The calendars follow: the same entries, SEQUENCE 1.
    second = invitations(firm, "aokafor", f"appointment-{hearing.id.lower()}")
    (event,) = second[-1].all("VEVENT")
    assert [c.all("VEVENT")[0].one("SEQUENCE").value for c in second] == ["0", "1"]
    assert len({c.all("VEVENT")[0].one("UID").value for c in second}) == 1
    assert ical.moment(second[-1], event.one("DTSTART")) == now.at
    assert event.one("DTSTART").value == "20270414T130000"
    days = invitations(firm, "aokafor", "date-")
    assert [ical.day(c.all("VEVENT")[0].one("DTSTART")) for c in days] == [date(2027, 1, 4), date(2027, 3, 8)]
    assert len({c.all("VEVENT")[0].one("UID").value for c in days}) == 1

    # Nothing is lost: both notices, both times and both dates are on the trail.
    said = [entry.action for entry in okafor.read(trail.listing, matter=bekele, limit=200)]
    for action, times in (
        ("document.received", 2),
        ("appointment.added", 1),
        ("appointment.moved", 1),
        ("deadline.superseded", 1),
    ):
        assert said.count(action) == times, action
    assert said.count("deadline.added") == 2

    # The reminders of February do not come any more; those of April do.
    firm.clock.set(datetime(2027, 2, 9, 18, tzinfo=UTC))
    okafor.sweep()
    assert not [w for w in told(okafor) if hearing.ref in w and w.startswith("To come")]
    # Filed in time, the date leaves the calendars.
    firm.clock.set(datetime(2027, 3, 10, 18, tzinfo=UTC))
    duarte.write(deadlines.met, new.ref)
    assert [c.one("METHOD").value for c in invitations(firm, "aokafor", "date-")][1:] == ["REQUEST", "CANCEL"]
    firm.clock.set(datetime(2027, 4, 7, 18, tzinfo=UTC))
    okafor.sweep()
    bodies = [f"{t.subject}\n{t.body}" for t in okafor.read(tells.listing, 100)]
    assert [b for b in bodies if f"Individual hearing {hearing.ref}, Wed 14 Apr 2027 13:00" in b]

    # Called off: the entry is taken out of every calendar.
    duarte.write(appointments.outcome, hearing.ref, "cancelled", note="The court terminated the proceedings.")
    last = invitations(firm, "aokafor", f"appointment-{hearing.id.lower()}")[-1]
    assert last.one("METHOD").value == "CANCEL"
    assert last.all("VEVENT")[0].one("SEQUENCE").value == "2"
    assert last.all("VEVENT")[0].one("STATUS").value == "CANCELLED"


def test_no_hearing_nothing_is_due_before_it(firm: FirmFixture) -> None:
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    firm.desk("inovak").write(has_mail)
    bekele = duarte.write(
        matters.open_matter, "removal_defense", "Bekele, Tesfaye", paralegal="mduarte", attorney="aokafor"
    ).ref
    hearing = duarte.write(
        appointments.add, bekele, "hearing", datetime.fromisoformat("2027-02-10T13:00"), place=COURT
    )
    (filing,) = duarte.read(deadlines.listing, matter=bekele)
    assert filing.state == "provisional"
    assert filing.confirmed_by is None
    duarte.write(appointments.outcome, hearing.ref, "cancelled", note="The court terminated the proceedings.")
    assert [d.state for d in duarte.read(deadlines.listing, matter=bekele)] == ["superseded"]
    assert [c.one("METHOD").value for c in invitations(firm, "aokafor", "date-")] == ["REQUEST", "CANCEL"]
    assert okafor.read(appointments.show, hearing.ref).filing_date is None
