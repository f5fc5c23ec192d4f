"""A full week, told on both stores: what comes in spills to the backup, then to the lead, and `why` says whose week
is full.

Rosa's matter is M. Duarte's; B. Cole stands behind her, A. Okafor leads. Duarte's week fills with other matters.
"""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import matters, people, rules, tasks
from casedesk.desk import papers as inbox
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.rules import WhyView
from casedesk.desk.views.papers import Received
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

RECEIPT = "IOE0912345678"


def fill(firm: FirmFixture, handle: str) -> str:
    """Matters are given to somebody until their week is full; what the last opening said of it."""
    novak, said = firm.desk("inovak"), ""
    while (now := novak.read(people.show, handle)).open_hours < now.capacity_hours:
        opened = novak.write(
            matters.open_matter,
            "e2",
            f"Investor of {handle}, {now.open_hours:g}",
            paralegal=handle,
            attorney="jreyes",
            playbook=True,
        )
        said = next(line for line in opened.load if line.startswith(handle))
    return said


def rfe(firm: FirmFixture, day: int) -> Received:
    notice = make_rfe(
        receipt=RECEIPT,
        notice_date=date(2026, 11, day),
        due=date(2027, 1, 28),
        form="I-485",
        name="IBARRA, ROSA",
    )
    return firm.desk("tfinn").write(inbox.receive, prepare_bytes(notice, f"I-797E-{day}.pdf"))


def why(firm: FirmFixture, got: Received, kind: str) -> WhyView:
    return firm.desk("inovak").read(rules.why, next(t["ref"] for t in got.tasks if t["kind"] == kind))


def test_a_full_week_spills_to_the_backup_then_to_the_lead(firm: FirmFixture) -> None:
    novak = firm.desk("inovak")
    novak.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        secondary="bcole",
        attorney="aokafor",
        form=("I-485",),
        receipt=RECEIPT,
    )
    # With room in her week the paper is hers, and nobody else was asked.
    first = why(firm, rfe(firm, 2), "rfe_intake")
    assert (first.owner, [c.person for c in first.candidates]) == ("mduarte", ["mduarte"])

    # Her week fills; the opening that filled it says so.
    said = fill(firm, "mduarte")
    assert said.endswith("over capacity")
    spilled = why(firm, rfe(firm, 3), "rfe_intake")
    assert spilled.owner == "bcole"
    reasons = {c.person: c.reason for c in spilled.candidates}
    hours = f"{novak.read(people.show, 'mduarte').open_hours:g} of 40 hours open"
    assert reasons["bcole"] == f"secondary paralegal of the matter; Maria Duarte is over capacity, {hours}"
    assert reasons["mduarte"] == f"over capacity: {hours}"
    assert {c.person for c in spilled.candidates if c.chosen} == {"bcole"}
    mine = {t.ref: t for t in firm.desk("bcole").read(tasks.queue)}
    assert {t.kind for t in mine.values()} >= {"rfe_intake"}

    # The backup's week fills as well: the lead takes it.
    fill(firm, "bcole")
    third = why(firm, rfe(firm, 4), "rfe_intake")
    assert third.owner == "aokafor"
    told = {c.person: c.reason for c in third.candidates}
    assert told["aokafor"].startswith("lead attorney of the matter; Maria Duarte is over capacity")
    # Judgment stays with its licence, however full anybody's week.
    assert why(firm, rfe(firm, 5), "rfe_triage").owner == "aokafor"

    # A manager sees who is full, and moves work with a reason; without one it stays.
    task = third.task
    with pytest.raises(Refusal):
        novak.write(tasks.reassign, task, to="lchen", reason=" ")
    moved = novak.write(tasks.reassign, task, to="lchen", reason="Everybody on the matter is full this week.")
    assert moved.owner == "lchen"
