"""Scenario G8: the status round of a Friday, on both stores.

38 receipts were not looked up for 14 days. For each the page is opened and its words pasted; one of them says that a
Request for Evidence was sent, and its paper is not here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casedesk.desk import deadlines, forms, matters, messages, papers, status_round, tasks, tells, timers
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RFE = "IOE0912345605"

PAGE = """Case Status Online - Case Status Search

{title}

On {on}, {words} your Form {form}, Receipt Number {receipt}. Please follow the instructions in the notice.
If you move, go to www.uscis.gov/addresschange to give us your new mailing address.
"""


def page(receipt: str, form: str = "I-485") -> str:
    if receipt == RFE:
        return PAGE.format(
            title="Request for Evidence Was Sent",
            on="November 16, 2026",
            words="we sent a request for evidence for",
            form=form,
            receipt=receipt,
        )
    return PAGE.format(
        title="Case Was Received", on="March 3, 2026", words="we received", form=form, receipt=receipt
    )


@pytest.fixture
def receipts(firm: FirmFixture) -> list[str]:
    """38 pending receipts of two matters, and one that was looked up on Monday."""
    firm.clock.set(datetime(2026, 10, 30, 14, 0, tzinfo=UTC))
    duarte = firm.desk("mduarte")
    opened = [
        duarte.write(
            matters.open_matter,
            "adjustment_of_status",
            name,
            language=language,
            phone="212-555-0142",
            paralegal="mduarte",
            attorney="aokafor",
        ).ref
        for name, language in (("Ibarra, Rosa", "es"), ("Grant, Paul", "en"))
    ]
    numbers = [f"IOE09123456{n:02}" for n in range(39)]

    def pending(turn: Turn) -> None:
        for n, number in enumerate(numbers):
            forms.form_add(
                turn,
                opened[n % 2],
                "I-485" if n < 30 else "I-765",
                receipt_number=number,
                received=date(2026, 3, 1 + n % 20),
            )

    duarte.write(pending)
    firm.clock.set(datetime(2026, 11, 16, 14, 0, tzinfo=UTC))
    duarte.write(status_round.record, numbers[38], page(numbers[38], "I-765"), message=False)
    firm.clock.set(FRIDAY)
    return numbers[:38]


def test_the_round(firm: FirmFixture, receipts: list[str]) -> None:
    duarte = firm.desk("mduarte")
    listed = duarte.read(status_round.due)
    assert len(listed) == 38
    assert {row.receipt_number for row in listed} == set(receipts)
    assert [row.checked for row in listed[:3]] == [None, None, None]

    # The words of another page are not taken for this one's.
    with pytest.raises(Refusal, match="not IOE0912345605"):
        duarte.write(status_round.record, RFE, page("IOE0912345600"))

    done = {}
    for row in listed:
        done[row.receipt_number] = duarte.write(
            status_round.record, row.receipt_number, page(row.receipt_number, row.form)
        )
    assert duarte.read(status_round.due) == ()
    quiet = done["IOE0912345600"]
    assert (quiet.read_as, quiet.means, quiet.on) == ("Case Was Received", "pending", date(2026, 3, 3))
    assert quiet.next_check == date(2026, 12, 4)
    first = duarte.read(messages.listing, matter=quiet.matter)
    assert {m.language for m in first} == {"es"}
    assert {(m.template, m.state, m.release) for m in first} == {
        ("status_update", "awaiting_approval", "staff")
    }
    assert "Case Was Received" in duarte.read(messages.show, first[0].ref).body
    # One held message a form's name is enough until somebody has released it.
    assert len(first) == 2

    # The RFE: no message, a task that waits ten days, and a provisional date: no days for mail, the safe reading.
    rfe = done[RFE]
    assert (rfe.means, rfe.message, rfe.next_check) == ("rfe", None, date(2026, 11, 30))
    assert rfe.task is not None
    task = duarte.read(tasks.show, rfe.task).task
    assert (task.title, task.status, task.owner) == ("RFE sent, paper not here yet", "waiting", "mduarte")
    (due,) = [d for d in duarte.read(deadlines.listing, matter=rfe.matter) if d.ref == rfe.deadline]
    # 84 days from 16 November are Monday 8 February 2027.
    assert (due.state, due.agency_due, due.rule, due.critical) == (
        "provisional",
        date(2027, 2, 8),
        "D-01",
        True,
    )
    assert "Way of service not known" in " ".join(due.steps)

    # On the 30th somebody asks again, and the page is looked up again.
    firm.clock.set(datetime(2026, 11, 30, 15, 0, tzinfo=UTC))
    firm.desk("desk").write(timers.sweep)
    assert any(
        f"Ask again: {task.title}" in t.subject or "things need you" in t.subject
        for t in duarte.read(tells.listing)
    )
    assert [row.receipt_number for row in duarte.read(status_round.due)] == ["IOE0912345638", RFE]
    again = duarte.write(status_round.record, RFE, page(RFE))
    assert (again.task, again.deadline) == (rfe.task, rfe.deadline)

    # The paper comes: its own date stands, the task is done.
    notice = make_rfe(receipt=RFE, notice_date=date(2026, 11, 16), due=date(2027, 2, 11), form="I-485")
    firm.desk("tfinn").write(papers.receive, prepare_bytes(notice, "I-797E.pdf"))
    assert duarte.read(tasks.show, rfe.task).task.status == "done"
    states = {d.ref: (d.state, d.agency_due) for d in duarte.read(deadlines.listing, matter=rfe.matter)}
    assert states.pop(rfe.deadline or "")[0] == "superseded"
    assert set(states.values()) == {("open", date(2027, 2, 11))}


def test_words_that_fit_nothing_are_kept_for_a_person(firm: FirmFixture, receipts: list[str]) -> None:
    duarte = firm.desk("mduarte")
    seen = duarte.write(status_round.record, receipts[0], "The page could not be shown. Try again later.")
    assert (seen.read_as, seen.means, seen.message) == ("", "unknown", None)
    assert seen.next_check == date(2026, 12, 4)
    denied = duarte.write(
        status_round.record,
        receipts[1],
        "Case Was Denied\nOn November 12, 2026, we denied your Form I-485, Receipt Number IOE0912345601.",
    )
    # No message to the client on a denial; the attorney hears of it, and the receipt is at its end.
    assert (denied.means, denied.message, denied.next_check) == ("denied", None, None)
    told = [t.subject for t in firm.desk("aokafor").read(tells.listing)]
    assert any("Case Was Denied" in subject for subject in told)
    left = {row.receipt_number for row in duarte.read(status_round.due)}
    assert not left & {receipts[0], receipts[1]}
