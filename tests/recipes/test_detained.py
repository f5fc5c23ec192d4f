"""A detained caller, told on both stores: a name is enough, somebody is reached within the hour, and an attorney decides.

Tess Finn takes the call; paralegals M. Duarte (Spanish) and B. Cole, attorney A. Okafor, manager I. Novak. New York.
"""

from __future__ import annotations

import pytest

from casedesk.desk import matters, pressing, rules, tasks, tells, timers, trail
from casedesk.desk.desk import Desk
from casedesk.desk.views.work import TaskView
from casedesk.refusal import NotAllowed, Refusal
from tests.support.firm import FirmFixture


def queue(desk: Desk, scope: str = "mine") -> dict[str, TaskView]:
    return {t.kind: t for t in desk.read(tasks.queue, scope=scope)}


def heard(desk: Desk) -> str:
    return "\n".join(f"{t.subject}\n{t.body}" for t in desk.read(tells.listing, 50))


def called(firm: FirmFixture) -> str:
    """11:40 on a Monday: somebody's sister calls."""
    firm.clock.advance(hours=2)
    return (
        firm.desk("tfinn")
        .write(
            matters.open_matter,
            "other",
            "Okoro, Chidi",
            language="es",
            emergency=True,
            circumstances=("detained",),
            attorney="aokafor",
            secondary="bcole",
        )
        .ref
    )


def test_a_detained_caller(firm: FirmFixture) -> None:
    duarte, okafor, worker = firm.desk("mduarte"), firm.desk("aokafor"), firm.desk("desk")
    # What was in the queue before: ordinary work of the week.
    duarte.write(
        matters.open_matter, "h1b", "Acme Corp.", paralegal="mduarte", attorney="aokafor", playbook=True
    )
    ref = called(firm)

    # The one who speaks the client's language has it, the attorney has the judgment, and both are told.
    mine, hers = queue(duarte), queue(okafor)
    intake, decide = mine["emergency_intake"], hers["emergency_decide"]
    assert (intake.owner, decide.owner, decide.reserved) == ("mduarte", "aokafor", True)
    why = duarte.read(rules.why, intake.ref)
    assert "emergency-opened" in why.because
    assert intake.ref in heard(duarte)
    assert "Emergency" in heard(firm.desk("inovak"))

    # It stands above everything, and says why.
    assert next(t.kind for t in duarte.read(tasks.queue)) == "emergency_intake"
    assert intake.rank_reason[:3] == ("emergency (+100)", "detained (+60)", "due today (+50)")

    # An hour and two: nobody took it up, so it is reminded of, and then another's.
    firm.clock.advance(minutes=61)
    assert worker.write(timers.sweep).fired > 0
    assert f"Not acknowledged yet: {intake.title} {intake.ref}" in heard(duarte)
    okafor.write(tasks.acknowledge, decide.ref)
    firm.clock.advance(minutes=60)
    worker.write(timers.sweep)
    now = queue(firm.desk("bcole"))["emergency_intake"]
    assert (now.ref, now.owner) == (intake.ref, "bcole")

    # What the call brought out is on the card, on the trail, and in the rank of all that is open.
    with pytest.raises(Refusal, match="no circumstance"):
        duarte.write(pressing.circumstances, ref, add=("arrested",))
    card = duarte.write(pressing.circumstances, ref, add=("prior violations", "child-ages-out"))
    assert card.circumstances == ("child_ages_out", "detained", "prior_violations")
    assert {"prior violations (+25)", "a child ages out (+20)"} <= set(
        okafor.read(tasks.show, decide.ref).task.rank_reason
    )
    before = okafor.read(tasks.show, decide.ref).task.score
    released = duarte.write(pressing.circumstances, ref, remove=("detained",))
    assert "detained" not in released.circumstances
    assert okafor.read(tasks.show, decide.ref).task.score == before - 60
    duarte.write(pressing.priority, ref, "high", "released on bond")
    calm = okafor.read(tasks.show, decide.ref).task.rank_reason
    assert "high priority (+30)" in calm
    assert not any(reason.startswith("emergency") for reason in calm)
    acts = [e.action for e in okafor.read(trail.listing, matter=ref, limit=100)]
    assert acts.count("matter.circumstances") == 2
    assert acts.count("matter.priority") == 1

    # The judgment is the attorney's.
    with pytest.raises(NotAllowed):
        duarte.write(tasks.tick, decide.ref, "fear")
    assert okafor.read(trail.verify).ok


def test_a_list_of_the_queue_reads_no_rule(firm: FirmFixture) -> None:
    called(firm)
    okafor = firm.desk("aokafor")
    assert okafor.read(tasks.queue)
    assert "library" not in okafor.house.__dict__
