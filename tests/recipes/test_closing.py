"""A matter ends before its work does, told on both stores: what was open is settled, and nobody's queue keeps any of it.

Rosa Ibarra goes to another firm while a Request for Evidence runs. Paralegal M. Duarte, attorney A. Okafor, manager
I. Novak.
"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from casedesk.desk import (
    appointments,
    deadlines,
    matters,
    messages,
    reviews,
    tasks,
    tells,
    timers,
    trail,
)
from casedesk.desk.desk import Desk
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import instant
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe

EVERYBODY = ("mduarte", "aokafor", "lchen", "bcole", "jreyes", "inovak", "tfinn")


def count(desk: Desk, sql: str) -> int:
    return int(desk.read(lambda turn: turn.uow.conn.execute(text(sql)).scalar_one()))


def test_withdrawn_while_a_request_runs(firm: FirmFixture) -> None:
    rosa = run_rfe(firm, until="content").matter
    duarte, okafor, novak = firm.desk("mduarte"), firm.desk("aokafor"), firm.desk("inovak")
    card = duarte.write(
        deadlines.add_by_rule, rosa, "D-31", date(2027, 6, 30), tickler=True, title="EAD", form="I-485"
    )
    (live,) = [d for d in duarte.read(deadlines.listing, matter=rosa) if d.state == "open"]
    assert {t.kind for t in duarte.read(tasks.queue, scope="all")} == {"rfe_draft", "rfe_evidence"}
    assert len(okafor.read(reviews.listing)) == 1

    # Finished it is not; and a date that runs is not the paralegal's, nor the manager's, to let go.
    with pytest.raises(Refusal, match="still has an open") as open_:
        duarte.write(matters.close_matter, rosa, "done")
    assert "--how withdrawn" in open_.value.next
    with pytest.raises(Refusal, match=live.ref) as running:
        novak.write(matters.close_matter, rosa, "to another firm", how="withdrawn")
    assert "--dates" in running.value.next
    with pytest.raises(NotAllowed, match="still runs takes an attorney"):
        novak.write(matters.close_matter, rosa, "to another firm", how="withdrawn", dates="told by letter")
    with pytest.raises(Refusal, match="no ending"):
        okafor.write(matters.close_matter, rosa, "to another firm", how="gone")
    assert duarte.read(matters.show, rosa).status == "open"

    closed = okafor.write(
        matters.close_matter, rosa, "to another firm", how="withdrawn", dates="new counsel has the file"
    )
    assert closed.status == "closed"

    # Nothing of it is left in a queue, a review list, among the letters or the timers.
    for handle in EVERYBODY:
        desk = firm.desk(handle)
        counts = desk.read(tasks.counts)
        assert (counts.mine, counts.reviews) == (0, 0), handle
        assert desk.read(tasks.queue) == ()
    assert duarte.read(tasks.queue, scope="all") == ()
    assert okafor.read(reviews.listing) == ()
    assert {m.state for m in duarte.read(messages.listing, matter=rosa)} <= {"cancelled", "sent"}
    assert duarte.read(deadlines.show, live.ref).state == "superseded"
    assert "new counsel has the file" in duarte.read(deadlines.show, live.ref).sentence
    left = "SELECT count(*) FROM timer WHERE state = 'armed' AND chain <> 'deadline'"
    assert count(okafor, left) == 0
    assert count(okafor, "SELECT count(*) FROM playbook_run WHERE closed_us IS NULL") == 0
    assert any("Cancelled, " in t.subject and rosa in t.subject for t in duarte.read(tells.listing))
    said = {entry.action for entry in okafor.read(trail.listing, matter=rosa, limit=100)}
    assert {"task.cancelled", "deadline.dropped", "review.withdrawn", "matter.closed"} <= said

    # The card's date is Rosa's own: it outlives the matter, and alone is still spoken of.
    assert duarte.read(deadlines.show, card.ref).state == "provisional"
    firm.clock.advance(days=400)
    fired = firm.desk("desk").write(timers.sweep).fired
    assert fired == count(
        okafor, "SELECT count(*) FROM timer WHERE state = 'fired' AND fired_us >= 1800000000000000"
    )
    assert duarte.read(deadlines.show, live.ref).state == "superseded"
    assert okafor.read(trail.verify).ok

    # Closed is closed: what was cancelled does not come back.
    cancelled = okafor.read(trail.listing, matter=rosa, action="task.cancelled")
    assert len(cancelled) == 2
    ref = cancelled[0].subject
    for act in (tasks.start, tasks.acknowledge, tasks.undo):
        with pytest.raises(Refusal):
            duarte.write(act, ref)


def test_an_import_in_error_is_the_managers_to_close(firm: FirmFixture) -> None:
    duarte, novak = firm.desk("mduarte"), firm.desk("inovak")
    twice = duarte.write(
        matters.open_matter, "h1b", "Acme Corp.", paralegal="mduarte", attorney="aokafor", playbook=True
    ).ref
    assert len(duarte.read(tasks.queue, scope="all")) == 2
    with pytest.raises(NotAllowed, match="open work of others"):
        duarte.write(matters.close_matter, twice, "we have it already", how="imported in error")
    novak.write(matters.close_matter, twice, "we have it already", how="imported in error")
    assert duarte.read(tasks.queue, scope="all") == ()
    assert count(novak, "SELECT count(*) FROM timer WHERE state = 'armed'") == 0


def test_what_is_on_its_way_is_settled_first_and_an_appointment_is_called_off(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="shipped")
    okafor, duarte = firm.desk("aokafor"), firm.desk("mduarte")
    with pytest.raises(Refusal, match="open filing") as shipped:
        okafor.write(matters.close_matter, rfe.matter, "no answer", how="no_contact", dates="told twice")
    assert "what became of it" in shipped.value.next

    other = duarte.write(matters.open_matter, "asylum", "Bekele, T.", attorney="aokafor").ref
    ahead = instant(okafor.read(lambda turn: turn.now_us) + 30 * 86_400_000_000)
    made = duarte.write(appointments.add, other, "interview", ahead, place="Newark")
    with pytest.raises(Refusal, match=made.ref):
        okafor.write(matters.close_matter, other, "no answer", how="no_contact")
    okafor.write(matters.close_matter, other, "no answer", how="no_contact", dates="told by letter")
    assert duarte.read(appointments.show, made.ref).outcome == "cancelled"
