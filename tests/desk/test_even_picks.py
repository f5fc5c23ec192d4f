"""Who is picked among several where no task is opened: reviews, and what an absence hands over. Told on both stores."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import gate, handover, people, reviews, tasks
from casedesk.desk.apply import About, open_task
from casedesk.desk.turn import Turn
from casedesk.models.enums import ReviewKind
from casedesk.routing.effects import OpenTask
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe


def test_reviews_go_round_although_they_are_no_tasks(firm: FirmFixture) -> None:
    """Neither L. Chen nor J. Reyes has a task: the second reviews of three packets do not all go to one of them."""
    rfe = run_rfe(firm, until="second")

    def another(turn: Turn) -> str:
        packet = gate.packet_of(turn, rfe.packet)
        _, owner = gate.open_review(turn, packet, ReviewKind.SECOND, task_id=packet.task_id)
        return turn.handle(owner)

    first = firm.desk("aokafor").read(reviews.show, rfe.reviews["second"]).owner
    asked = [first]
    for _ in range(3):
        firm.clock.advance(minutes=1)
        asked.append(firm.desk("mduarte").write(another))
    assert sorted(asked) == ["jreyes", "jreyes", "lchen", "lchen"]
    assert asked[0] != asked[1]


@pytest.mark.own_logins
def test_what_an_absence_hands_over_is_shared_out(firm: FirmFixture) -> None:
    """M. Duarte is away with nobody to cover for her: six calls about no matter go to the two operations managers."""
    novak, duarte, today = firm.desk("inovak"), firm.desk("mduarte"), date(2026, 11, 9)
    firm.desk("jreyes").write(people.role, "bcole", "operations_manager")
    for number in range(6):
        duarte.write(_call, f"Call back {number}")
    duarte.write(people.absence, "mduarte", today, date(2026, 11, 13))
    (absence,) = [row for what, row in novak.read(handover.pending) if what == "hand over"]
    assert firm.desk("desk").write(handover.hand_over, absence) == 6
    owners = sorted(task.owner for task in novak.read(tasks.queue, scope="all"))
    assert owners == ["bcole"] * 3 + ["inovak"] * 3


def _call(turn: Turn, title: str) -> str:
    due = turn.calendar.end_of_business(turn.today)
    effect = OpenTask(
        key=title,
        kind="call_back",
        title=title,
        playbook=None,
        playbook_version=None,
        step=None,
        owner=turn.person("mduarte").id,
        owner_reason="for the story",
        candidates=(),
        acknowledge_by=None,
        due=due,
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=0.5,
        items=(),
        timers=(),
    )
    return open_task(turn, effect, About(event_id=0, subject="story"))["ref"]
