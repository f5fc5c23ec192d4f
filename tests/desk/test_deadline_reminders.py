"""Reminders of dates: when, to whom, and that they stand down; told as stories, on both stores."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casedesk.calendars.rules_data import RuleBook, Standing
from casedesk.desk import (
    closures,
    deadline_moves,
    deadlines,
    filings,
    matters,
    papers,
    people,
    tasks,
    tells,
    timers,
    trail,
)
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from casedesk.routing.playbooks import REMIND_DAYS, collect
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe
from tests.support.rfe import RECEIPT, run_rfe

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def rosa(firm: FirmFixture) -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            "adjustment_of_status",
            "Ibarra, Rosa",
            language="es",
            phone="212-555-0142",
            paralegal="mduarte",
            secondary="bcole",
            attorney="aokafor",
            form=("I-485",),
            receipt=RECEIPT,
        )
        .ref
    )


def armed(desk: Desk) -> list[tuple[str, str]]:
    """The reminders of dates that are armed: what, and when on New York's clocks."""

    def read(turn: Turn) -> list[tuple[str, str]]:
        rows = turn.uow.all("deadline.armed", limit=100)
        return [
            (
                row.condition,
                datetime.fromtimestamp(row.fire_at_us / 1e6, UTC)
                .astimezone(NEW_YORK)
                .strftime("%a %d %b %H:%M"),
            )
            for row in rows
        ]

    return desk.read(read)


def rendered(words: str) -> bytes:
    return text_to_pdf("Notice of Action", words.strip().splitlines()).data


def heard(firm: FirmFixture, who: str) -> list[str]:
    return [line for t in firm.desk(who).read(tells.listing) for line in (t.subject, t.body) if line]


def test_reminders_lie_before_our_own_date_on_mornings_the_office_works(firm: FirmFixture, rosa: str) -> None:
    duarte = firm.desk("mduarte")
    added = duarte.write(deadlines.add, rosa, "Brief", date(2027, 1, 25), authority="EOIR")
    # Our date is Friday 15 January; 14 days before is New Year's Day, so the Thursday before.
    assert added.internal_due == date(2027, 1, 15)
    assert armed(duarte) == [
        ("internal:30", "Wed 16 Dec 09:00"),
        ("internal:14", "Thu 31 Dec 09:00"),
        ("internal:7", "Fri 08 Jan 09:00"),
        ("internal:3", "Tue 12 Jan 09:00"),
        ("internal:1", "Thu 14 Jan 09:00"),
        ("due", "Fri 15 Jan 09:00"),
        ("agency", "Mon 25 Jan 09:00"),
        ("missed", "Tue 26 Jan 00:00"),
    ]
    # Both owners hear; the paralegal is away, so whoever covers for her does.
    firm.clock.set(datetime(2026, 12, 15, 15, 0, tzinfo=UTC))
    firm.desk("inovak").write(
        people.absence, "mduarte", date(2026, 12, 16), date(2026, 12, 18), cover="lchen"
    )
    firm.clock.set(datetime(2026, 12, 16, 14, 1, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert any(added.ref in line for line in heard(firm, "lchen"))
    assert any(added.ref in line for line in heard(firm, "aokafor"))
    assert not any(added.ref in line for line in heard(firm, "mduarte"))
    # Met: nothing more is said.
    duarte.write(deadlines.met, added.ref)
    assert armed(duarte) == []


def test_a_date_that_moved_is_reminded_of_on_its_new_day_and_missed_the_day_after(
    firm: FirmFixture, rosa: str
) -> None:
    duarte = firm.desk("mduarte")
    first = duarte.write(deadlines.add, rosa, "Brief", date(2026, 11, 20), authority="EOIR")
    moved = duarte.write(deadline_moves.move, first.ref, "extended by the court", to=date(2026, 12, 18))
    assert armed(duarte)[-2:] == [("agency", "Fri 18 Dec 09:00"), ("missed", "Sat 19 Dec 00:00")]
    firm.clock.set(datetime(2026, 12, 18, 20, 0, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert duarte.read(deadlines.show, moved.ref).state == "provisional"
    firm.clock.set(datetime(2026, 12, 19, 5, 1, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert duarte.read(deadlines.show, moved.ref).state == "missed"
    assert any("Missed, unless" in line for line in heard(firm, "inovak"))
    # Somebody had met it and not said so.
    met = duarte.write(deadlines.met, moved.ref, date(2026, 12, 17))
    assert (met.state, met.met_on) == ("met", date(2026, 12, 17))


def test_an_rfe_forwarded_late_in_thanksgiving_week(firm: FirmFixture, rosa: str) -> None:
    """The client kept the notice of 3 September in a drawer, and brought it on the Wednesday before Thanksgiving at
    16:40. It is due on Monday 30 November; the office is shut on Thursday, and this year on Friday as well."""
    firm.desk("inovak").write(
        closures.add, date(2026, 11, 27), date(2026, 11, 27), "the day after Thanksgiving"
    )
    firm.clock.set(datetime(2026, 11, 25, 21, 40, tzinfo=UTC))
    paper = make_rfe(
        receipt=RECEIPT,
        notice_date=date(2026, 9, 3),
        due=date(2026, 11, 30),
        form="I-485",
        name="IBARRA, ROSA",
    )
    firm.desk("tfinn").write(papers.receive, prepare_bytes(paper, "I-797E.pdf"))
    duarte = firm.desk("mduarte")
    (due,) = duarte.read(deadlines.listing, matter=rosa)
    # It is counted as arrived late: our own date lay on the Monday before.
    assert (due.internal_due, due.agency_due) == (date(2026, 11, 23), date(2026, 11, 30))
    assert due.arrived_late
    assert (due.state, due.critical, due.confirmed_by) == ("open", True, None)
    # Due now: whoever sweeps next says so, and it is said before the office closes that afternoon.
    assert armed(duarte)[0] == ("late", "Wed 25 Nov 16:40")
    firm.clock.advance(minutes=1)
    firm.desk("desk").write(timers.sweep)
    for who in ("mduarte", "aokafor", "inovak"):
        assert any("Arrived late, due now" in line and due.ref in line for line in heard(firm, who)), who
    # What is left lies on the last day itself: between are only days on which nobody works.
    assert armed(duarte) == [("agency:0", "Mon 30 Nov 09:00"), ("missed", "Tue 01 Dec 00:00")]
    late = [
        e for e in firm.desk("jreyes").read(trail.listing, matter=rosa) if e.action == "deadline.reminded"
    ]
    assert len(late) == 1


def test_on_a_wednesday_morning_there_is_still_an_alert_ahead_of_the_closure(
    firm: FirmFixture, rosa: str
) -> None:
    firm.clock.set(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    added = firm.desk("mduarte").write(deadlines.add, rosa, "Answer", date(2026, 11, 30))
    assert added.arrived_late
    # One and three days before Monday lie on closed days: both are said on Friday's morning, or before it.
    assert armed(firm.desk("mduarte"))[:2] == [("late", "Tue 24 Nov 10:00"), ("agency:1", "Fri 27 Nov 09:00")]


def test_a_playbook_says_on_which_days(firm: FirmFixture, rosa: str) -> None:
    assert REMIND_DAYS == (30, 14, 7, 3, 1)
    house = firm.desk("mduarte").house
    rfe = house.library.playbooks.get("rfe", 1)
    assert rfe.remind_days == REMIND_DAYS
    other = rfe.model_copy(update={"remind_days": (5, 2)})
    books = [other if book.id == "rfe" else book for book in house.library.playbooks.all]
    library = replace(house.library, playbooks=collect(books))
    paper = make_rfe(receipt=RECEIPT, notice_date=date(2026, 11, 2), due=date(2027, 1, 28), form="I-485")
    firm.desk("tfinn").house.__dict__["library"] = library
    firm.desk("tfinn").write(papers.receive, prepare_bytes(paper, "I-797E.pdf"))
    assert [what for what, _ in armed(firm.desk("mduarte"))] == [
        "internal:5",
        "internal:2",
        "due",
        "agency",
        "missed",
    ]


def test_a_change_of_rule_shows_each_difference_and_moves_nothing_by_itself(
    firm: FirmFixture, rosa: str
) -> None:
    duarte = firm.desk("mduarte")
    appeal = duarte.write(deadlines.add_by_rule, rosa, "D-14", date(2026, 11, 9), critical=True)
    kept = duarte.write(deadlines.add_by_rule, rosa, "D-08", date(2026, 11, 9))
    assert (appeal.agency_due, appeal.rule_version) == (date(2026, 12, 9), "30-day")
    assert duarte.write(deadline_moves.recompute) == ()
    # The stay of the vacatur: the ten days of 2026 are in force after all.
    book = duarte.house.deadline_rules
    ended = {"status": Standing.SUPERSEDED, "reason": "the ten days are in force again."}
    begun = {"status": Standing.IN_FORCE, "reason": ""}
    changed = RuleBook(
        rule.model_copy(update=ended if rule.version == "30-day" else begun) if rule.id == "D-14" else rule
        for rule in book.rules
    )
    duarte.house.__dict__["deadline_rules"] = changed
    (difference,) = duarte.write(deadline_moves.recompute)
    assert (difference.old, difference.new) == (date(2026, 12, 9), date(2026, 11, 19))
    assert difference.citation == "FR doc. 2026-02326 (Feb. 6, 2026)"
    assert "gave way to version 10-day" in difference.why
    assert "the ten days are in force again" in difference.why
    assert duarte.read(deadlines.show, appeal.ref).agency_due == date(2026, 12, 9)
    assert len(duarte.write(deadline_moves.recompute)) == 1
    accepted = duarte.write(deadline_moves.accept, appeal.ref)
    assert (accepted.agency_due, accepted.rule_version) == (date(2026, 11, 19), "10-day")
    # Critical: the new day is counted by a second person as well.
    assert (accepted.state, accepted.confirmed_by) == ("provisional", None)
    assert duarte.read(deadlines.show, kept.ref).state == "provisional"
    assert duarte.write(deadline_moves.recompute) == ()


def test_a_tickler_outlives_its_matter_and_is_never_missed(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    ref = duarte.write(
        matters.open_matter, "other", "Ada Okonjo", form=("I-765",), paralegal="mduarte", attorney="aokafor"
    ).ref
    card = duarte.write(
        deadlines.add_by_rule, ref, "D-31", date(2027, 6, 30), tickler=True, title="EAD renewal", form="I-765"
    )
    assert (card.opens, card.agency_due) == (date(2027, 1, 1), date(2027, 1, 1))
    assert armed(duarte) == [("opens:30", "Wed 02 Dec 09:00"), ("opens:0", "Thu 31 Dec 09:00")]
    assert duarte.write(matters.close_matter, ref, "approved").status == "closed"
    assert [d.ref for d in duarte.read(deadlines.listing, ticklers=True)] == [card.ref]
    firm.clock.set(datetime(2027, 3, 1, 15, 0, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert any("Filing window open since 2027-01-01" in line for line in heard(firm, "mduarte"))
    assert duarte.read(deadlines.show, card.ref).state == "provisional"
    ordinary = duarte.write(deadlines.add, ref, "Call the client", date(2027, 4, 1), tickler=True)
    firm.clock.advance(days=60)
    firm.desk("desk").write(timers.sweep)
    assert duarte.read(deadlines.show, ordinary.ref).state == "provisional"


def test_what_waits_says_that_nobody_has_counted_a_critical_date_yet(firm: FirmFixture, rosa: str) -> None:
    added = firm.desk("mduarte").write(deadlines.add_by_rule, rosa, "D-08", date(2026, 11, 9), critical=True)
    firm.clock.set(datetime(2026, 11, 25, 14, 1, tzinfo=UTC) + timedelta(days=1))
    firm.desk("desk").write(timers.sweep)
    assert any(added.ref in line and "nobody has confirmed it" in line for line in heard(firm, "aokafor"))
    assert json.dumps(heard(firm, "aokafor")).count("Ibarra") == 0


def test_an_answer_meets_the_date_that_took_its_date_s_place_and_a_rejection_opens_it_again(
    firm: FirmFixture,
) -> None:
    rfe = run_rfe(firm, until="signed")
    duarte = firm.desk("mduarte")
    (first,) = duarte.read(deadlines.listing, matter=rfe.matter)
    moved = duarte.write(deadline_moves.move, first.ref, "the printed day was misread", to=date(2027, 1, 21))
    file_task = next(t for t in duarte.read(tasks.queue, scope="all") if t.kind == "rfe_file")
    assert (file_task.agency_due, file_task.internal_due) == (date(2027, 1, 21), date(2027, 1, 14))
    with pytest.raises(Refusal, match="is met when"):
        duarte.write(deadlines.met, moved.ref)
    duarte.write(filings.ship, rfe.packet, carrier="FedEx", tracking="7712")
    assert armed(duarte)
    firm.clock.advance(days=1)
    done = duarte.write(filings.deliver, rfe.packet)
    assert done.deadline_state == "met"
    assert duarte.read(deadlines.show, moved.ref).state == "met"
    assert armed(duarte) == []
    firm.clock.advance(days=1)
    assert duarte.write(filings.reject, rfe.packet, reason="wrong fee").deadline_state == "open"
    assert duarte.read(deadlines.show, moved.ref).met_on is None
    assert armed(duarte)[-1] == ("missed", "Fri 22 Jan 00:00")


APPROVAL = """
I-797, Notice of Action
Receipt Number: IOE0912345678 || Notice Date: November 6, 2026
Case Type: {form}
Notice Type: Approval Notice
{says}
"""


def test_an_approval_sets_ticklers_and_a_denial_a_critical_date(firm: FirmFixture, rosa: str) -> None:
    finn, duarte = firm.desk("tfinn"), firm.desk("mduarte")
    finn.write(
        papers.receive,
        prepare_bytes(
            rendered(
                APPROVAL.format(
                    form="I-485 Application to Register Permanent Residence or Adjust Status",
                    says="The above application has been approved. You are a conditional permanent resident.\n"
                    "Resident since 11/06/2026.",
                )
            ),
            "approval.pdf",
        ),
    )
    found = {d.kind: d for d in duarte.read(deadlines.listing, ticklers=True)}
    assert set(found) == {"naturalization", "remove_conditions"}
    assert found["naturalization"].opens == date(2031, 8, 8)
    window = found["remove_conditions"]
    assert (window.opens, window.agency_due, window.state) == (date(2028, 8, 8), date(2028, 11, 6), "open")
    finn.write(
        papers.receive,
        prepare_bytes(
            rendered(
                APPROVAL.format(form="N-400", says="").replace("Approval Notice", "Denial Notice")
                + "Your application is hereby denied. We sent you this decision by mail."
            ),
            "denial.pdf",
        ),
        matter=rosa,
    )
    (due,) = [d for d in duarte.read(deadlines.listing, matter=rosa) if not d.tickler]
    # 30 days and 3 by mail from 6 November, in practice: Wednesday 9 December (D-12).
    assert (due.rule, due.agency_due, due.critical, due.kind) == (
        "D-12",
        date(2026, 12, 9),
        True,
        "denial_response",
    )
    assert due.confidence == "P"


def test_a_card_and_a_stay_are_watched_until_they_end(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    ref = duarte.write(
        matters.open_matter,
        "h1b",
        "Acme Corp",
        form=("I-765",),
        receipt=RECEIPT,
        paralegal="mduarte",
        attorney="aokafor",
    ).ref
    paper = rendered(
        APPROVAL.format(
            form="I-765 Application for Employment Authorization",
            says="The above application has been approved. Valid from 11/06/2026 to 11/05/2027.",
        )
    )
    firm.desk("tfinn").write(papers.receive, prepare_bytes(paper, "approval.pdf"))
    (card,) = duarte.read(deadlines.listing, matter=ref)
    assert (card.kind, card.opens, card.agency_due) == ("card_expiry", date(2027, 5, 9), date(2027, 11, 5))
    assert card.tickler
    assert card.rule == "D-31"
    (form,) = duarte.read(matters.form_list, ref)
    assert form.expires == date(2027, 11, 5)
