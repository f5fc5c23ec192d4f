"""Appointments: what is refused and why, clocks of other places, reminders, who hears of what, and calendars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from casedesk.demo import notices
from casedesk.desk import (
    appointments,
    deadlines,
    matters,
    messages,
    papers,
    people,
    preferences,
    queue,
    settings,
    tells,
)
from casedesk.desk.desk import WORKER, Desk
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import AppointmentView
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from tests.support import ical
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture
from tests.support.keeping import Copies

NEW_YORK = ZoneInfo("America/New_York")
RECEIPT = "IOE0912345678"


@pytest.fixture
def shared(copies: Copies, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    """A store of several logins."""
    made = copies.copy(manual_clock)
    yield made
    made.close()


@pytest.fixture
def rosa(firm: FirmFixture) -> str:
    return open_matter(firm)


def open_matter(firm: FirmFixture, client: str = "Ibarra, Rosa", **more: Any) -> str:
    given = {"paralegal": "mduarte", "secondary": "bcole", "attorney": "aokafor", "supervisor": "jreyes"}
    return (
        firm.desk("mduarte")
        .write(matters.open_matter, "adjustment_of_status", client, **{**given, **more})
        .ref
    )


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def add(
    firm: FirmFixture, matter: str, at: str = "2026-12-02T09:00", kind: str = "biometrics", **more: Any
) -> AppointmentView:
    return firm.desk("mduarte").write(appointments.add, matter, kind, when(at), **more)


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.message.endswith((".", "?"))
    return refused.value.code


def told(desk: Desk) -> list[str]:
    """What somebody heard, the lines of a digest each."""
    said: list[str] = []
    for tell in desk.read(tells.listing, 200):
        said += tell.body.splitlines() if tell.body and "things need you" in tell.subject else [tell.subject]
    return said


def timers(desk: Desk, ref: str, state: str = "armed") -> list[tuple[int, datetime]]:
    def read(turn: Turn) -> list[tuple[int, datetime]]:
        rows = turn.uow.conn.exec_driver_sql(
            "SELECT r.step, r.fire_at_us, r.state, a.ref FROM timer r JOIN appointment a ON a.id = r.subject_id"
            " WHERE r.chain = 'appointment' ORDER BY r.fire_at_us, r.step"
        ).all()
        return [
            (row.step, datetime.fromtimestamp(row.fire_at_us / 1_000_000, NEW_YORK))
            for row in rows
            if row.ref == ref and row.state == state
        ]

    return desk.read(read)


def sent(desk: Desk) -> list[Any]:
    """What was put up for calendars, as far as this person may read it."""

    def read(turn: Turn) -> list[Any]:
        words = (
            "SELECT calendar, method, subject, body, key, person_id FROM delivery WHERE channel = 'invitation'"
            " ORDER BY created_us, key"
        )
        return list(turn.uow.conn.exec_driver_sql(words))

    return desk.read(read)


def mailbox(firm: FirmFixture, *handles: str) -> None:
    def write(turn: Turn) -> None:
        for handle in handles:
            turn.uow.update("person", turn.person(handle).id, email=f"{handle}@firm.example")

    firm.desk("inovak").write(write)


# -- what is refused --------------------------------------------------------------------------------------------------


def test_each_refusal_has_its_own_reason(firm: FirmFixture, rosa: str) -> None:
    duarte = firm.desk("mduarte")
    assert code(lambda: add(firm, rosa, "2026-11-09T09:00")) == "past"
    assert code(lambda: add(firm, rosa, kind="dentist")) == "unknown"
    assert code(lambda: add(firm, rosa, zone="America/Newark")) == "unknown_zone"
    assert code(lambda: add(firm, rosa, "2027-03-14T02:30")) == "no_such_time"
    assert code(lambda: add(firm, rosa, minutes=0)) == "minutes"
    assert code(lambda: add(firm, rosa, party="Nobody")) == "not_found"
    assert code(lambda: add(firm, rosa, person="nobody")) == "not_found"
    assert code(lambda: add(firm, rosa, kind="hearing", hearing="grand")) == "unknown"
    assert duarte.read(appointments.listing, matter=rosa) == ()

    made = add(firm, rosa)

    def move(at: str, **more: Any) -> Callable[[], object]:
        given = {"by": "client", "reason": "She is ill.", **more}
        return lambda: duarte.write(appointments.reschedule, made.ref, when(at), **given)

    assert code(move("2026-12-02T09:00")) == "same_time"
    assert code(move("2026-11-01T09:00")) == "past"
    assert code(move("2026-12-09T09:00", by="her mother")) == "unknown"
    assert code(move("2026-12-09T09:00", reason=" ")) == "empty"
    assert code(lambda: duarte.write(appointments.outcome, made.ref, "no_show")) == "not_yet"
    assert code(lambda: duarte.write(appointments.outcome, made.ref, "forgotten")) == "unknown"
    duarte.write(appointments.confirm, made.ref)
    assert code(lambda: duarte.write(appointments.confirm, made.ref)) == "already_confirmed"
    assert code(lambda: duarte.read(appointments.show, "AP-000000")) == "not_found"

    # Once its time has come it is moved no more; what came of it is said once.
    firm.clock.set(datetime(2026, 12, 2, 14, tzinfo=UTC))
    assert code(move("2026-12-09T09:00")) == "too_late"
    duarte.write(appointments.outcome, made.ref, "attended")
    for act in (
        move("2026-12-09T09:00"),
        lambda: duarte.write(appointments.confirm, made.ref),
        lambda: duarte.write(appointments.outcome, made.ref, "no_show"),
    ):
        assert code(act) == "appointment_closed"


# -- clocks -----------------------------------------------------------------------------------------------------------


def test_an_appointment_is_local_at_its_place(firm: FirmFixture, rosa: str) -> None:
    west = add(firm, rosa, "2026-12-02T13:00", "interview", zone="america/los_angeles", place="San Francisco")
    assert west.zone == "America/Los_Angeles"
    assert west.at == datetime(2026, 12, 2, 21, tzinfo=UTC)
    # The clocks go back on 1 November 2027: of the hour that comes twice the first is meant.
    twice = add(firm, rosa, "2027-11-07T01:30", "other")
    assert twice.at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert add(firm, rosa, "2026-12-02T13:00-06:00", "other").at == datetime(2026, 12, 2, 19, tzinfo=UTC)


def test_a_notice_of_a_court_far_away(firm: FirmFixture) -> None:
    matter = (
        firm.desk("mduarte")
        .write(matters.open_matter, "removal_defense", "Bekele, T.", paralegal="mduarte", attorney="aokafor")
        .ref
    )
    paper = text_to_pdf(
        "NOTICE OF HEARING IN REMOVAL PROCEEDINGS",
        [
            "Executive Office for Immigration Review",
            "Date: November 6, 2026",
            "Your case has been scheduled for a MASTER hearing on February 10, 2027 at 1:00 P.M. at 630 Sansome Street,"
            " San Francisco, CA 94111.",
        ],
    ).data
    firm.desk("mduarte").write(papers.receive, prepare_bytes(paper, "notice.pdf"), matter=matter)
    (hearing,) = firm.desk("mduarte").read(appointments.listing, matter=matter)
    assert (hearing.title, hearing.zone) == ("Master hearing", "America/Los_Angeles")
    assert hearing.at == datetime(2027, 2, 10, 21, tzinfo=UTC)
    assert hearing.filing_date is None


# -- reminders --------------------------------------------------------------------------------------------------------


def test_a_monday_is_reminded_of_on_friday(firm: FirmFixture, rosa: str) -> None:
    """Counted backwards for staff: at or before the last business hour before (ENGINE 5)."""
    made = add(firm, rosa, "2026-12-14T09:00")
    assert timers(firm.desk("mduarte"), made.ref) == [
        (1, datetime(2026, 12, 7, 9, tzinfo=NEW_YORK)),
        (2, datetime(2026, 12, 11, 9, tzinfo=NEW_YORK)),
        (3, datetime(2026, 12, 11, 16, 30, tzinfo=NEW_YORK)),
        (4, datetime(2026, 12, 11, 16, 30, tzinfo=NEW_YORK)),
        (5, datetime(2026, 12, 14, 11, 30, tzinfo=NEW_YORK)),
    ]


def test_what_lies_behind_is_not_armed_and_thanksgiving_is_no_business_day(
    firm: FirmFixture, rosa: str
) -> None:
    firm.clock.set(datetime(2026, 11, 24, 15, tzinfo=UTC))
    made = add(firm, rosa, "2026-11-27T09:00")
    assert timers(firm.desk("mduarte"), made.ref) == [
        (3, datetime(2026, 11, 25, 9, tzinfo=NEW_YORK)),
        (4, datetime(2026, 11, 25, 16, 30, tzinfo=NEW_YORK)),
        (5, datetime(2026, 11, 27, 11, 30, tzinfo=NEW_YORK)),
    ]


def test_moving_arms_anew_an_outcome_ends_it_and_confirming_stills_one(firm: FirmFixture, rosa: str) -> None:
    duarte = firm.desk("mduarte")
    made = add(firm, rosa)
    assert len(timers(duarte, made.ref)) == 5
    duarte.write(
        appointments.reschedule, made.ref, when("2026-12-16T09:00"), by="agency", reason="Their letter."
    )
    assert len(timers(duarte, made.ref, "cancelled")) == 5
    assert [at.day for _, at in timers(duarte, made.ref)] == [9, 11, 14, 15, 16]
    duarte.write(appointments.confirm, made.ref)
    firm.clock.set(datetime(2026, 12, 14, 15, tzinfo=UTC))
    duarte.sweep()
    said = [words for words in told(duarte) if made.ref in words and words.startswith("To come")]
    assert len(said) == 2
    assert not [words for words in said if "not confirmed" in words]
    # Nobody says what came of it: it is asked. Then it is over, and nothing fires any more.
    firm.clock.set(datetime(2026, 12, 16, 17, tzinfo=UTC))
    duarte.sweep()
    assert [words for words in told(duarte) if words.startswith(f"What came of it? Biometrics {made.ref}")]
    other = add(firm, rosa, "2026-12-20T10:00", "interview")
    duarte.write(appointments.outcome, other.ref, "cancelled")
    assert timers(duarte, other.ref) == []
    assert timers(duarte, made.ref) == []


def test_somebody_away_is_reminded_through_their_cover(firm: FirmFixture, rosa: str) -> None:
    novak, cole = firm.desk("inovak"), firm.desk("bcole")
    made = add(firm, rosa)
    novak.write(people.absence, "mduarte", date(2026, 11, 24), date(2026, 12, 5), cover="bcole")
    firm.clock.set(datetime(2026, 11, 25, 15, tzinfo=UTC))
    novak.sweep()
    assert [words for words in told(cole) if made.ref in words and words.startswith("To come")]
    assert not [w for w in told(firm.desk("mduarte")) if made.ref in w and w.startswith("To come")]


# -- what came of it --------------------------------------------------------------------------------------------------


def test_a_no_show_is_the_attorneys_the_same_day(firm: FirmFixture, rosa: str) -> None:
    okafor = firm.desk("aokafor")
    made = add(firm, rosa)
    firm.clock.set(datetime(2026, 12, 2, 15, tzinfo=UTC))
    firm.desk("mduarte").write(appointments.outcome, made.ref, "no_show", note="She overslept.")
    (task,) = [t for t in okafor.read(queue.queue, limit=50) if t.kind == "no_show"]
    assert task.owner == "aokafor"
    assert task.due.astimezone(NEW_YORK) == datetime(2026, 12, 2, 17, 30, tzinfo=NEW_YORK)
    assert [w for w in told(okafor) if w.startswith(f"Biometrics {made.ref}") and "no show" in w]


def test_with_the_attorney_away_it_is_the_covers(firm: FirmFixture, rosa: str) -> None:
    firm.desk("inovak").write(people.absence, "aokafor", date(2026, 12, 1), date(2026, 12, 4), cover="lchen")
    made = add(firm, rosa)
    # After the office has shut there is an hour left.
    firm.clock.set(datetime(2026, 12, 2, 23, tzinfo=UTC))
    firm.desk("mduarte").write(appointments.outcome, made.ref, "no_show")
    (task,) = [t for t in firm.desk("lchen").read(queue.queue, limit=50) if t.kind == "no_show"]
    assert task.due == datetime(2026, 12, 3, 0, tzinfo=UTC)


# -- clashes ----------------------------------------------------------------------------------------------------------


def test_one_person_at_two_places(firm: FirmFixture, rosa: str) -> None:
    first = add(firm, rosa, "2026-12-02T13:00", "interview", minutes=60)
    apart = add(firm, rosa, "2026-12-02T14:00", "interview")
    assert apart.clash == ()
    over = add(firm, rosa, "2026-12-02T13:30", "other", person="aokafor")
    assert set(over.clash) == {first.ref, apart.ref}
    elsewhere = add(firm, rosa, "2026-12-02T13:30", "other", person="lchen")
    assert elsewhere.clash == ()
    novak = firm.desk("inovak")
    assert len([w for w in told(novak) if "two places" in w]) == 2
    firm.desk("mduarte").write(appointments.outcome, over.ref, "cancelled")
    assert firm.desk("mduarte").read(appointments.show, first.ref).clash == ()


# -- notices ----------------------------------------------------------------------------------------------------------


def asc(dated: date, at: str) -> bytes:
    about = notices.About(RECEIPT, "I-485", "IBARRA, ROSA", dated, date(2026, 8, 3))
    return notices.biometrics(about, at)


def test_a_later_notice_moves_an_older_one_does_not(firm: FirmFixture) -> None:
    matter = open_matter(firm, form=("I-485",), receipt=RECEIPT)
    duarte = firm.desk("mduarte")

    def receive(dated: date, at: str) -> AppointmentView:
        paper = prepare_bytes(asc(dated, f"{at}, Application Support Center, Queens"), "notice.pdf")
        duarte.write(papers.receive, paper)
        (only,) = duarte.read(appointments.listing, matter=matter)
        return only

    first = receive(date(2026, 11, 6), "December 2, 2026 at 9:00 AM")
    again = receive(date(2026, 11, 7), "December 2, 2026 at 9:00 AM")
    assert (again.ref, again.sequence) == (first.ref, 0)
    moved = receive(date(2026, 11, 8), "December 9, 2026 at 10:00 AM")
    assert (moved.ref, moved.sequence, moved.at) == (first.ref, 1, datetime(2026, 12, 9, 15, tzinfo=UTC))
    assert moved.moved[0]["by"] == "agency"
    older = receive(date(2026, 11, 5), "December 1, 2026 at 9:00 AM")
    assert (older.sequence, older.at) == (1, moved.at)
    assert [w for w in told(firm.desk("aokafor")) if "older notice" in w and first.ref in w]


def test_an_unmatched_notice_makes_its_appointment_when_it_is_matched(firm: FirmFixture, rosa: str) -> None:
    duarte = firm.desk("mduarte")
    paper = prepare_bytes(asc(date(2026, 11, 6), "December 2, 2026 at 9:00 AM, Queens"), "notice.pdf")
    got = duarte.write(papers.receive, paper)
    assert got.matter is None
    assert duarte.read(appointments.listing) == ()
    duarte.write(papers.match, got.document, rosa)
    (made,) = duarte.read(appointments.listing, matter=rosa)
    assert made.at == datetime(2026, 12, 2, 14, tzinfo=UTC)


def test_no_word_to_the_client_goes_out_by_itself(firm: FirmFixture) -> None:
    matter = open_matter(firm, form=("I-485",), receipt=RECEIPT)
    duarte = firm.desk("mduarte")
    paper = prepare_bytes(asc(date(2026, 11, 6), "December 2, 2026 at 9:00 AM, Queens"), "notice.pdf")
    duarte.write(papers.receive, paper)
    (made,) = duarte.read(appointments.listing, matter=matter)
    (letter,) = [m for m in duarte.read(messages.listing, matter=matter) if m.template == "biometrics"]
    assert letter.state == "awaiting_approval"
    duarte.write(messages.approve, letter.ref)
    duarte.write(appointments.outcome, made.ref, "cancelled")
    assert duarte.read(messages.show, letter.ref).state == "cancelled"


# -- calendars --------------------------------------------------------------------------------------------------------


def test_who_is_invited_and_what_they_read(firm: FirmFixture, rosa: str) -> None:
    okafor, novak = firm.desk("aokafor"), firm.desk("inovak")
    mailbox(firm, "aokafor", "mduarte", "bcole")
    firm.desk("mduarte").write(preferences.change, invitations=False)
    made = add(
        firm,
        rosa,
        "2026-12-02T09:00",
        "interview",
        place="26 Federal Plaza, \u202e\x1b[31mNew York\r\nX-EVIL:1",
    )
    (row,) = [r for r in sent(novak) if made.id.lower() in r.key]
    calendar = ical.read(row.calendar)
    (event,) = calendar.all("VEVENT")
    assert "X-EVIL" not in event.lines
    assert not {"\u202e", "\x1b", "\n"} & set(event.one("LOCATION").text)
    assert "Ibarra" not in row.calendar + row.subject + row.body
    assert event.one("CLASS").value == "PRIVATE"
    assert ical.moment(calendar, event.one("DTEND")) == datetime(2026, 12, 2, 15, tzinfo=UTC)
    # The same again is nothing new: confirming changes no calendar.
    okafor.write(appointments.confirm, made.ref)
    assert len(sent(novak)) == 1
    # The firm lets names into calendars; from now on they stand there.
    firm.desk("jreyes").write(settings.put, {"calendar.names": "yes"})
    okafor.write(
        appointments.reschedule, made.ref, when("2026-12-03T09:00"), by="agency", reason="A letter of theirs."
    )
    last = ical.read(sent(novak)[-1].calendar)
    assert last.all("VEVENT")[0].one("SUMMARY").text == f"Interview {rosa}, Ibarra, Rosa"
    okafor.write(appointments.outcome, made.ref, "cancelled")
    methods = [(r.method, ical.read(r.calendar).all("VEVENT")[0].one("SEQUENCE").value) for r in sent(novak)]
    assert methods == [("REQUEST", "0"), ("REQUEST", "1"), ("CANCEL", "2")]


def test_a_title_typed_by_hand_leaves_the_desk_only_where_names_may(firm: FirmFixture, rosa: str) -> None:
    duarte, novak = firm.desk("mduarte"), firm.desk("inovak")
    mailbox(firm, "mduarte")
    typed = add(firm, rosa, "2026-12-02T09:00", "interview", title="Rosa Ibarra, second interview")
    add(firm, rosa, "2026-12-04T09:00", "hearing", hearing="master", title="Master hearing")
    duarte.write(deadlines.add, rosa, "Ibarra medical", date(2027, 1, 4), authority="Dr. Ibarra's office")
    duarte.write(deadlines.add_by_rule, rosa, "D-08", date(2026, 11, 3), title="Appeal of Rosa Ibarra")
    outside = sent(novak)
    assert all("Ibarra" not in row.calendar + row.subject + row.body for row in outside)
    assert sorted(row.subject for row in outside) == [
        f"Due: A date {rosa}",
        f"Due: Appeal to the AAO (Form I-290B) {rosa}",
        f"Interview {rosa}",
        f"Master hearing {rosa}",
    ]
    assert typed.title == "Rosa Ibarra, second interview"
    firm.desk("jreyes").write(settings.let_names_into_calendars, True)
    duarte.write(
        appointments.reschedule,
        typed.ref,
        when("2026-12-03T09:00"),
        by="agency",
        reason="A letter of theirs.",
    )
    assert f"Rosa Ibarra, second interview {rosa}, Ibarra, Rosa" in {row.subject for row in sent(novak)}


def test_somebody_without_an_address_is_not_invited(firm: FirmFixture, rosa: str) -> None:
    add(firm, rosa, "2026-12-02T09:00", "interview")
    assert sent(firm.desk("inovak")) == []


def told_of(firm: FirmFixture) -> Counter[tuple[str, str, str]]:
    """Whom each row for a calendar is for, its method, and what it is about."""
    novak = firm.desk("inovak")
    handles = {row.id: row.handle for row in novak.read(lambda turn: turn.uow.all("person.names"))}
    return Counter((handles[row.person_id], row.method, row.subject) for row in sent(novak))


def test_a_new_owner_has_what_is_ahead_and_the_old_one_no_more(firm: FirmFixture, rosa: str) -> None:
    duarte, jreyes = firm.desk("mduarte"), firm.desk("jreyes")
    mailbox(firm, "mduarte", "lchen")
    add(firm, rosa, "2026-12-02T09:00", "biometrics")
    done = duarte.write(deadlines.add, rosa, "Medical report", date(2026, 12, 14))
    duarte.write(deadlines.add, rosa, "Proof of income", date(2027, 1, 4))
    duarte.write(deadlines.met, done.ref, date(2026, 11, 9))
    before = told_of(firm)
    jreyes.write(matters.set_owner, rosa, "primary_paralegal", "lchen")
    changed = told_of(firm)
    ahead = (f"Biometrics {rosa}", f"Due: A date {rosa}")
    assert changed - before == Counter(
        [("lchen", "REQUEST", what) for what in ahead]
        + [("mduarte", "CANCEL", f"No longer yours: {what}") for what in ahead]
    )
    # The same owner again is nothing new.
    jreyes.write(matters.set_owner, rosa, "primary_paralegal", "lchen")
    assert told_of(firm) == changed


def test_whom_a_wall_will_shut_out_loses_the_entry_to_whoever_takes_over(shared: FirmFixture) -> None:
    from casedesk.desk import walls

    mailbox(shared, "mduarte", "lchen")
    matter = open_matter(shared, secondary="lchen")
    add(shared, matter, "2026-12-02T09:00", "biometrics")
    inside = ("aokafor", "jreyes", "lchen")
    shared.desk("jreyes").write(
        walls.raise_wall, matter, "A former client", inside=inside, reassign_to="lchen"
    )
    owner = shared.owned
    assert owner is not None
    with psycopg.connect(owner.owner_url) as conn:
        rows = conn.execute(
            "SELECT p.handle, i.method FROM invitation i JOIN person p ON p.id = i.person_id ORDER BY i.sequence, 1"
        ).fetchall()
    assert rows == [("lchen", "REQUEST"), ("mduarte", "REQUEST"), ("mduarte", "CANCEL")]


# -- walls ------------------------------------------------------------------------------------------------------------


def test_a_walled_notice_is_set_behind_its_wall(shared: FirmFixture) -> None:
    """It reaches somebody outside: the service sets the appointment inside, and nobody outside learns of it."""
    from casedesk.desk import docket, walls

    mailbox(shared, "aokafor", "mduarte", "bcole")
    matter = open_matter(shared, secondary="lchen", form=("I-485",), receipt=RECEIPT)
    inside = ("aokafor", "jreyes", "lchen", "mduarte")
    shared.desk("jreyes").write(
        walls.raise_wall, matter, "Her former husband's counsel works here", inside=inside
    )
    cole, okafor, novak = shared.desk("bcole"), shared.desk("aokafor"), shared.desk("inovak")
    open_one = cole.write(
        matters.open_matter, "naturalization", "Okonjo, Ada", paralegal="bcole", attorney="aokafor"
    ).ref
    paper = prepare_bytes(asc(date(2026, 11, 6), "December 2, 2026 at 9:00 AM, Queens"), "notice.pdf")
    cole.write(papers.receive, paper)
    shared.desk(WORKER).sweep()

    (made,) = okafor.read(appointments.listing, matter=matter)
    assert made.at == datetime(2026, 12, 2, 14, tzinfo=UTC)
    hearing = okafor.write(appointments.add, matter, "interview", when("2026-12-02T13:00"))
    clash = cole.write(appointments.add, open_one, "interview", when("2026-12-02T13:30"))
    # Outside nothing of it is seen, not even that Okafor is elsewhere; inside it is, and the managers outside hear nothing.
    assert clash.clash == ()
    assert okafor.read(appointments.show, clash.ref).clash == (hearing.ref,)
    for outside in (cole, novak):
        assert [a.matter for a in outside.read(appointments.listing)] == [open_one]
        assert code(lambda desk=outside: desk.read(appointments.show, made.ref)) == "not_found"  # type: ignore[misc]
        seen = outside.read(docket.docket, until=date(2026, 12, 10))
        assert {line.matter for group in seen.groups for line in group.lines} == {open_one}
        assert seen.clashes == ()
    # Who may see both moves the open one: the managers outside hear nothing of where Okafor is meanwhile.
    okafor.write(
        appointments.reschedule, clash.ref, when("2026-12-02T13:45"), by="agency", reason="A letter."
    )
    assert [w for w in told(okafor) if "two places" in w]
    assert not [w for w in told(novak) if "two places" in w]
    # A second notice moves it there; words that name the old day are taken back, which is all the service may do to them.
    cole.write(
        papers.receive,
        prepare_bytes(asc(date(2026, 11, 7), "December 2, 2026 at 10:00 AM, Queens"), "second.pdf"),
    )
    shared.desk(WORKER).sweep()
    assert okafor.read(appointments.show, made.ref).sequence == 1
    letters = {m.state: m for m in okafor.read(messages.listing, matter=matter) if m.template == "biometrics"}
    assert set(letters) == {"awaiting_approval", "cancelled"}
    waiting = letters["awaiting_approval"]
    okafor.write(messages.approve, waiting.ref)

    def as_sent(turn: Turn) -> None:
        turn.uow.update(
            "message", turn.uow.need("message", "", "message.find", ref=waiting.ref, id=0).id, state="sent"
        )

    assert code(lambda: shared.desk(WORKER).write(as_sent)) == "not_allowed"
    assert okafor.read(messages.show, waiting.ref).state == "approved"
    # Reminders behind the wall are the service's to fire; those outside do not hear them.
    shared.clock.set(datetime(2026, 12, 1, 22, tzinfo=UTC))
    shared.desk(WORKER).sweep()
    assert [w for w in told(shared.desk("mduarte")) if made.ref in w and w.startswith("To come")]
    for outside in (cole, novak):
        assert not [w for w in told(outside) if made.ref in w or hearing.ref in w]
        assert not [row for row in sent(outside) if matter in row.calendar]
    assert [w for w in told(okafor) if hearing.ref in w and f"clashes with {clash.ref}" in w]
