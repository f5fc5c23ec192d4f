"""A new marriage case, told on both stores: its checklist is there with why, the steps follow each other.

Lena Brandt, wife of a citizen; paralegal M. Duarte, attorney A. Okafor. A new matter begins with the checklist of the
paralegal and the attorney's judgment; the forms open when both are done; nothing else is in anybody's queue.
"""

from __future__ import annotations

import pytest

from casedesk.desk import matters, playbooks, rules, tasks
from casedesk.desk.desk import Desk
from casedesk.desk.views.work import TaskView
from casedesk.refusal import NotAllowed, Refusal
from tests.support.firm import FirmFixture


def opened(firm: FirmFixture, type: str = "Marriage green card", playbook: bool = True) -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            type,
            "Brandt, Lena",
            paralegal="mduarte",
            secondary="bcole",
            attorney="aokafor",
            playbook=playbook,
        )
        .ref
    )


def here(desk: Desk, matter: str) -> dict[str, TaskView]:
    return {t.kind: t for t in desk.read(tasks.queue, scope="all") if t.matter == matter}


def through(desk: Desk, task: TaskView) -> None:
    for item in desk.read(tasks.show, task.ref).checklist:
        if item.required and item.state == "open":
            desk.write(tasks.tick, task.ref, item.id)
    desk.write(tasks.complete, task.ref)


def test_a_marriage_case_from_its_opening_to_the_forms(firm: FirmFixture) -> None:
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    matter = opened(firm)

    # Two things can be done today, and only they are in anybody's queue.
    now = here(duarte, matter)
    assert {kind: task.owner for kind, task in now.items()} == {
        "mgc_checklist": "mduarte",
        "mgc_eligibility": "aokafor",
    }
    listed = {i.id: i for i in duarte.read(tasks.show, now["mgc_checklist"].ref).checklist}
    assert {"marriage", "medical", "support", "fields"} <= set(listed)
    why = duarte.read(rules.why, now["mgc_checklist"].ref)
    assert "opened-marriage-green-card" in why.because

    # The attorney's judgment is hers: nobody without a licence ticks it.
    with pytest.raises(NotAllowed):
        duarte.write(tasks.tick, now["mgc_eligibility"].ref, "admission")
    through(duarte, now["mgc_checklist"])
    assert set(here(duarte, matter)) == {"mgc_eligibility"}
    through(okafor, now["mgc_eligibility"])

    # The forms open with the gate before them: they end by a draft handed in, not by a tick.
    then = here(duarte, matter)
    assert {kind: task.owner for kind, task in then.items()} == {"mgc_draft": "mduarte"}
    after = duarte.read(rules.why, then["mgc_draft"].ref)
    assert "after checklist and eligibility" in after.because
    with pytest.raises(Refusal, match="handing in a draft"):
        duarte.write(tasks.complete, then["mgc_draft"].ref)


def test_a_matter_under_way_begins_nothing_until_somebody_begins_it(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    matter = opened(firm, "naturalization", playbook=False)
    assert here(duarte, matter) == {}
    with pytest.raises(Refusal, match="not meant for"):
        duarte.write(playbooks.begin, matter, "h1b")
    for paper in ("rfe", "hearring"):
        with pytest.raises(Refusal, match="no playbook to begin by hand"):
            duarte.write(playbooks.begin, matter, paper)
    begun = duarte.write(playbooks.begin, matter, "n400")
    assert [t.kind for t in begun] == ["n400_checklist", "n400_eligibility"]
    assert set(here(duarte, matter)) == {"n400_checklist", "n400_eligibility"}
    with pytest.raises(Refusal, match="under way"):
        duarte.write(playbooks.begin, matter, "n400")
    assert len(duarte.write(playbooks.begin, matter, "n400", again=True)) == 2


def test_a_hearing_and_the_closing_are_begun_by_hand(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    matter = opened(firm, "other")
    assert here(duarte, matter) == {}
    assert {t.kind: t.owner for t in duarte.write(playbooks.begin, matter, "hearing")} == {
        "hearing_confirm": "mduarte",
        "hearing_strategy": "aokafor",
    }
    assert {t.kind for t in duarte.write(playbooks.begin, matter, "closing")} == {
        "closing_check",
        "closing_decide",
    }
