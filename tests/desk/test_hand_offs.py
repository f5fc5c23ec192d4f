"""What a hand-off, a reassignment and a waived step need: a note, a reason, and somebody who may. Told on both stores."""

from __future__ import annotations

import pytest

from casedesk.desk import drafts, tasks
from casedesk.refusal import NotAllowed, Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import letter, run_rfe


def test_a_hand_off_carries_a_note_and_is_the_owners(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="received")
    duarte, finn = firm.desk("mduarte"), firm.desk("tfinn")
    for note in ("", " \n"):
        with pytest.raises(Refusal, match="carries a note"):
            duarte.write(tasks.hand_off, rfe.intake, to="bcole", note=note)
    with pytest.raises(NotAllowed, match="hand off"):
        finn.write(tasks.hand_off, rfe.intake, to="bcole", note="I take it.")
    assert duarte.read(tasks.show, rfe.intake).task.owner == "mduarte"
    given = duarte.write(tasks.hand_off, rfe.intake, to="bcole", note="The dates are checked.")
    assert (given.owner, given.status, given.handoff_note) == ("bcole", "new", "The dates are checked.")


def test_a_reassignment_has_a_reason_and_is_a_managers_or_the_attorneys(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="received")
    with pytest.raises(Refusal, match="has a reason"):
        firm.desk("inovak").write(tasks.reassign, rfe.intake, to="bcole", reason=" ")
    for handle in ("mduarte", "bcole", "lchen"):
        with pytest.raises(NotAllowed, match="manager or the matter's attorney"):
            firm.desk(handle).write(tasks.reassign, rfe.intake, to="bcole", reason="Her week is full.")
    with pytest.raises(NotAllowed, match="reserved to attorneys"):
        firm.desk("inovak").write(tasks.reassign, rfe.triage, to="bcole", reason="He has time.")
    moved = firm.desk("aokafor").write(tasks.reassign, rfe.intake, to="bcole", reason="Her week is full.")
    assert "Her week is full." in moved.owner_reason + (moved.handoff_note or "")


def test_a_step_is_waived_with_a_reason_by_who_may_and_never_skipped(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="drafting")
    duarte, novak, okafor = firm.desk("mduarte"), firm.desk("inovak"), firm.desk("aokafor")
    open_items = [i for i in duarte.read(tasks.show, rfe.drafting).checklist if i.required]
    with pytest.raises(Refusal, match=open_items[0].id):
        duarte.write(drafts.submit, rfe.drafting, (letter(1),))
    free = next(i for i in open_items if not i.reserved)
    with pytest.raises(NotAllowed, match="attorney or a manager"):
        duarte.write(tasks.waive, rfe.drafting, free.id, reason="No time.")
    with pytest.raises(Refusal, match="with a reason"):
        novak.write(tasks.waive, rfe.drafting, free.id, reason="  ")
    done = novak.write(tasks.waive, rfe.drafting, free.id, reason="The agency has it already.")
    assert (done.state, done.reason, done.done_by) == ("waived", "The agency has it already.", "inovak")
    triage = run_rfe_triage(firm)
    reserved = next(i for i in okafor.read(tasks.show, triage).checklist if i.reserved)
    with pytest.raises(NotAllowed, match="attorney or a manager"):
        novak.write(tasks.waive, triage, reserved.id, reason="It is simple.")
    assert okafor.write(tasks.waive, triage, reserved.id, reason="Decided on the phone.").state == "waived"


def run_rfe_triage(firm: FirmFixture) -> str:
    """The triage of another Request for Evidence, whose decision is reserved to a licence."""
    return run_rfe(firm, until="received", receipt="IOE0912345999").triage
