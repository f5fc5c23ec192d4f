"""Scenario G10, Monday meeting: the docket of a fortnight on letter paper, five hours into other hands, and a week later
it held; told on both stores.

Manager I. Novak; attorneys A. Okafor and L. Chen; paralegals M. Duarte, who has too much, and B. Cole. New York.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from casedesk.desk import (
    appointments,
    deadlines,
    docket,
    docket_files,
    matters,
    papers,
    people,
    rules,
    tasks,
    trail,
)
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import NotAllowed, Refusal
from casedesk.reports import workload
from tests.support.firm import FirmFixture
from tests.support.rfe import CASTS, prepared, run_rfe

REASON = "Maria is over her hours until Wednesday; Ben knows the file"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A morning or afternoon of November in New York."""
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


def hours(firm: FirmFixture) -> dict[str, float]:
    """Open hours of each person, as the manager's page has them."""
    found = firm.desk("inovak").read(workload.report)
    return {line.group: line.open_hours for line in found.lines}


def test_a_monday_meeting(firm: FirmFixture) -> None:
    duarte, novak, cole = firm.desk("mduarte"), firm.desk("inovak"), firm.desk("bcole")

    # The week before: an RFE for Okafor, dates and appointments of Chen's, a paper of nobody's, and a leave.
    rfe = run_rfe(firm, until="drafting", cast=CASTS[ReviewPolicy.THREE_PERSON])
    anna = duarte.write(
        matters.open_matter, "naturalization", "Lindqvist, Anna", paralegal="bcole", attorney="lchen"
    ).ref
    duarte.write(deadlines.add, anna, "Answer to the field office", date(2026, 11, 27))
    talk = duarte.write(
        appointments.add, anna, "interview", at(18, 10), place="26 Federal Plaza", person="lchen"
    )
    prints = duarte.write(appointments.add, anna, "biometrics", at(20, 9))
    duarte.write(appointments.confirm, prints.ref)
    loose = firm.desk("tfinn").write(papers.receive, prepared("A letter", "Whose?", "loose.pdf"))
    novak.write(people.absence, "lchen", date(2026, 11, 25), date(2026, 11, 27), cover="jreyes")

    # Monday 16 November, nine o'clock.
    firm.clock.set(at(16, 9))
    firm.desk("desk").sweep()
    view = novak.read(docket.docket)
    assert (view.since, view.until) == (date(2026, 11, 16), date(2026, 11, 29))
    data = novak.read(docket_files.paper, view)
    pages = PdfReader(io.BytesIO(data)).pages
    assert {(page.mediabox.width, page.mediabox.height) for page in pages} == {(612, 792)}
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for said in (
        "docket from Mon 2026-11-16 to Sun 2026-11-29",
        "Mon 2026-11-16 09:00, as inovak may see it",
        "Li Chen",  # by attorney
        "Fri 2026-11-20 Fri 2026-11-27 Answer to the field office",  # our date, the agency's
        f"{anna} Lindqvist, Anna",
        "bcole",  # the owner
        "to be checked by a second person",  # the state, in words
        f"Not confirmed yet Appointment When What Matter Owner {talk.ref}",
        f"In the inbox, of no matter yet Paper Kind Received Who says where it belongs {loose.ref}",
        "Away Person From Until Cover lchen Wed 2026-11-25 Fri 2026-11-27 jreyes",
    ):
        assert said in words, (said, words)
    assert f"{prints.ref} " not in words.partition("Not confirmed yet")[2]

    # Duarte has five hours that Cole could do: the drafting and the evidence.
    theirs = {
        t.kind: t
        for t in novak.read(tasks.queue, scope="all", text=rfe.matter)
        if t.kind in ("rfe_draft", "rfe_evidence")
    }
    assert {t.owner for t in theirs.values()} == {"mduarte"}
    before = hours(firm)
    with pytest.raises(NotAllowed, match="for a manager"):
        cole.write(tasks.reassign, theirs["rfe_draft"].ref, to="bcole", reason=REASON)
    with pytest.raises(Refusal, match="has a reason"):
        novak.write(tasks.reassign, theirs["rfe_draft"].ref, to="bcole", reason=" ")
    for task in theirs.values():
        novak.write(tasks.reassign, task.ref, to="bcole", reason=REASON)
    after = hours(firm)
    assert (before["mduarte"] - after["mduarte"], after["bcole"] - before["bcole"]) == (5.0, 5.0)

    # He takes it up; the worker sweeps all week.
    for ref in (t.ref for t in theirs.values()):
        cole.write(tasks.start, ref)
    for day in (17, 18, 19, 20, 23):
        firm.clock.set(at(day, 9))
        firm.desk("desk").sweep()

    # A week later it held, and why says by whom it was moved, when, and for which reason.
    for task in theirs.values():
        why = novak.read(rules.why, task.ref)
        assert (why.owner, why.owner_reason) == ("bcole", "reassigned by inovak")
        assert [(m.of, m.to, m.by, m.how, m.reason) for m in why.moves] == [
            ("mduarte", "bcole", "inovak", "reassigned", REASON)
        ]
        assert why.moves[0].at == at(16, 9)
    assert hours(firm) == after
    assert firm.desk("jreyes").read(trail.verify).ok
