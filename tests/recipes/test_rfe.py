"""Scenario G1: a Request for Evidence from the inbox to the agency's door, told on both stores.

Rosa Ibarra, I-485 IOE0912345678, Spanish; paralegal M. Duarte, attorney A. Okafor, reviewer L. Chen. New York, office
hours 9:00 to 17:30; the notice of 2 November comes in on Monday 9 November 2026, 09:40.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casedesk.desk import (
    deadlines,
    drafts,
    filings,
    matters,
    messages,
    packets,
    papers,
    reviews,
    tasks,
    tells,
    timers,
    trail,
)
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.notices import make_rfe
from tests.support.rfe import run_rfe

NEW_YORK = ZoneInfo("America/New_York")
RECEIPT = "IOE0912345678"


def local(when: datetime | None) -> str:
    assert when is not None
    return when.astimezone(NEW_YORK).strftime("%a %d %b %H:%M")


def letter(words: str) -> bytes:
    return text_to_pdf(
        "Response to the Request for Evidence", [words, "Enclosed please find the evidence."]
    ).data


@pytest.fixture
def rosa(firm: FirmFixture) -> str:
    """Rosa's matter, with her pending I-485."""
    opened = firm.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        priority="high",
        a_number="A078451236",
        phone="212-555-0142",
        paralegal="mduarte",
        secondary="bcole",
        attorney="aokafor",
        supervisor="jreyes",
        form=("I-485",),
        receipt=RECEIPT,
    )
    return opened.ref


def notice(due: date = date(2027, 1, 28)) -> bytes:
    return make_rfe(
        receipt=RECEIPT, notice_date=date(2026, 11, 2), due=due, form="I-485", name="IBARRA, ROSA"
    )


def test_an_rfe_from_door_to_door(firm: FirmFixture, rosa: str) -> None:
    duarte, okafor, chen = firm.desk("mduarte"), firm.desk("aokafor"), firm.desk("lchen")

    # It comes in, is recognised, matched and answered.
    got = firm.desk("tfinn").write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    assert (got.kind, got.receipt_number, got.matter) == ("rfe", RECEIPT, rosa)
    assert got.dates["notice_date"] == "2026-11-02"
    assert got.dates["agency_due"] == "2027-01-28"
    assert got.dates["internal_due"] == "2027-01-21"
    assert {e.field for e in got.evidence} >= {"kind", "receipt_number", "notice_date", "response_due"}
    opened = {t["kind"]: t for t in got.tasks}
    assert opened["rfe_intake"]["owner"] == "mduarte"
    assert opened["rfe_triage"]["owner"] == "aokafor"

    intake = duarte.read(tasks.show, opened["rfe_intake"]["ref"])
    assert local(intake.task.acknowledge_by) == "Tue 10 Nov 09:40"
    triage = okafor.read(tasks.show, opened["rfe_triage"]["ref"])
    assert local(triage.task.due)[:10] == "Tue 10 Nov"
    told = okafor.read(tells.listing)
    assert any("Request for Evidence" in t.subject for t in told)

    # Rosa's letter waits for the attorney, in Spanish, with the three papers.
    (held,) = duarte.read(messages.listing, matter=rosa)
    assert (held.template, held.language, held.state) == ("rfe_received", "es", "awaiting_approval")
    words = okafor.read(messages.show, held.ref).body
    assert "1." in words
    assert "3." in words
    with pytest.raises(Refusal, match="attorney"):
        duarte.write(messages.approve, held.ref)
    okafor.write(messages.approve, held.ref)
    duarte.write(messages.sent, held.ref, "mail")

    # Intake is acknowledged and done; triage is the attorney's alone.
    firm.clock.advance(hours=1)
    duarte.write(tasks.acknowledge, intake.task.ref)
    for item in intake.checklist:
        duarte.write(tasks.tick, intake.task.ref, item.id)
    duarte.write(tasks.complete, intake.task.ref)
    with pytest.raises(Refusal, match="attorney"):
        duarte.write(tasks.tick, triage.task.ref, "complexity", note="simple")
    with pytest.raises(Refusal, match="neither"):
        firm.desk("inovak").write(tasks.reassign, triage.task.ref, to="mduarte", reason="busy")
    for item in triage.checklist:
        okafor.write(tasks.tick, triage.task.ref, item.id, note="simple")
    okafor.write(tasks.complete, triage.task.ref)

    # The checklist opens: one line a requested paper; collecting waits on the client and will wake up.
    (collect,) = [t for t in duarte.read(tasks.queue, scope="waiting") if t.kind == "rfe_evidence"]
    assert (collect.status, collect.waiting_on) == ("waiting", "client")
    (draft,) = [t for t in duarte.read(tasks.queue) if t.kind == "rfe_draft"]
    shown = duarte.read(tasks.show, draft.ref)
    evidence = [i for i in shown.checklist if i.wants_file]
    assert len(evidence) == 3
    v1 = prepare_bytes(letter("Rosa has resided at 14 Elm St since 2019."), "response.pdf")
    with pytest.raises(Refusal, match="evidence-1"):
        duarte.write(drafts.submit, draft.ref, (v1,))
    firm.clock.set(datetime(2026, 12, 14, 15, 0, tzinfo=UTC))
    for n, item in enumerate(evidence):
        paper = prepare_bytes(text_to_pdf("Paper", [f"Synthetic paper {n}"]).data, f"paper-{n}.pdf")
        duarte.write(tasks.tick, draft.ref, item.id, prepared=paper)
    for item in shown.checklist:
        if not item.wants_file:
            duarte.write(tasks.tick, draft.ref, item.id)

    # Content review: returned once with a comment on a point, answered by version 2.
    sent = duarte.write(drafts.submit, draft.ref, (v1,))
    assert (sent.version, sent.review_owner) == (1, "aokafor")
    with pytest.raises(Refusal):
        duarte.write(reviews.approve, sent.review)
    back = okafor.write(
        reviews.send_back, sent.review, {"accuracy": "Since when exactly, and which exhibit?"}
    )
    assert back.state == "returned"
    v2 = prepare_bytes(
        letter("Rosa has resided at 14 Elm Street since March 2019 (Exhibit C)."), "response.pdf"
    )
    again = duarte.write(drafts.submit, draft.ref, (v2,), sign=(("G-28", "Part 4", "Rosa Ibarra"),))
    assert again.version == 2
    assert again.packet == sent.packet
    assert again.packet_sha256 != sent.packet_sha256
    seen = okafor.read(reviews.show, again.review)
    assert seen.changed_pages
    assert len(seen.changed_pages) < seen.pages
    assert seen.documents[0].role == "notice"
    assert any("March 2019" in line for line in okafor.read(reviews.differences, again.review))
    okafor.write(reviews.approve, again.review)

    # One page is signed by hand; only then the second review opens.
    from casedesk.desk import signatures

    assert not [r for r in chen.read(reviews.listing) if r.kind == "second"]
    (slot,) = duarte.read(signatures.listing, packet=again.packet)
    duarte.write(signatures.sent, slot.ref)
    scan = prepare_bytes(
        text_to_pdf("Signed", ["G-28 Part 4, signed in ink (synthetic scan)"]).data, "scan.pdf"
    )
    duarte.write(signatures.back, slot.ref, scan)
    (second,) = [r for r in chen.read(reviews.listing) if r.kind == "second"]
    assert second.owner not in {"mduarte", "aokafor"}
    reviewer = firm.desk(second.owner)
    with pytest.raises(Refusal, match="takes a qualified reviewer"):
        duarte.write(reviews.approve, second.ref)
    reviewer.write(reviews.approve, second.ref)

    # Sign-off: number and passphrase; only what differs from her review is shown.
    (final,) = [r for r in okafor.read(reviews.listing) if r.kind == "signoff"]
    shown_final = okafor.read(reviews.show, final.ref)
    assert len(shown_final.changed_pages) == 1
    with pytest.raises(Refusal, match="no live sign-off"):
        duarte.write(filings.ship, again.packet, carrier="FedEx", tracking="7712")
    with pytest.raises(Refusal, match="passphrase"):
        okafor.write(reviews.sign_off, final.ref, confirm=rosa, passphrase="wrong horse battery staple")
    with pytest.raises(Refusal, match="matter"):
        okafor.write(reviews.sign_off, final.ref, confirm="M-2026-9999", passphrase=PASSPHRASE)
    signed = okafor.write(reviews.sign_off, final.ref, confirm=rosa, passphrase=PASSPHRASE)
    assert (signed.live, signed.policy, signed.signer) == (True, "three-person", "aokafor")
    assert duarte.read(tasks.show, collect.ref).task.status == "done"

    # The very bytes leave, arrive, and meet the deadline.
    checked, data = duarte.read(packets.assemble, again.packet)
    assert checked.ok
    assert data.startswith(b"%PDF")
    firm.clock.set(datetime(2027, 1, 18, 16, 0, tzinfo=UTC))
    shipped = duarte.write(filings.ship, again.packet, carrier="FedEx", tracking="7712")
    assert (shipped.state, shipped.deadline_state) == ("shipped", "open")
    firm.clock.set(datetime(2027, 1, 20, 15, 31, tzinfo=UTC))
    arrived = duarte.write(filings.deliver, again.packet)
    assert (arrived.state, arrived.deadline_state) == ("delivered", "met")
    (due,) = [d for d in duarte.read(deadlines.listing, matter=rosa) if d.kind == "rfe_response"]
    assert due.met_on == date(2027, 1, 20)

    # The receipt is watched, the client told, and the trail holds.
    watch = [t for t in duarte.read(tasks.queue, scope="all") if t.kind == "rfe_watch"]
    assert len(watch) == 1
    done = duarte.write(filings.receipt, again.packet)
    assert (done.state, done.receipt_number) == ("receipted", RECEIPT)
    assert not [t for t in duarte.read(tasks.queue, scope="all") if t.kind == "rfe_watch"]
    told_client = [
        m for m in duarte.read(messages.listing, matter=rosa) if m.template == "rfe_response_delivered"
    ]
    assert [(m.language, m.state) for m in told_client] == [("es", "awaiting_approval")]
    verdict = firm.desk("jreyes").read(trail.verify)
    assert verdict.ok
    assert verdict.entries > 30


def test_the_same_bytes_again_change_nothing(firm: FirmFixture, rosa: str) -> None:
    desk = firm.desk("tfinn")
    first = desk.write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    before = firm.desk("jreyes").read(trail.verify).entries
    second = desk.write(papers.receive, prepare_bytes(notice(), "again.pdf"))
    assert second.document == first.document
    assert second.duplicate
    assert {t["ref"] for t in second.tasks} == {t["ref"] for t in first.tasks}
    assert firm.desk("jreyes").read(trail.verify).entries == before


def test_other_bytes_of_the_same_notice_open_no_second_task(firm: FirmFixture, rosa: str) -> None:
    desk = firm.desk("tfinn")
    first = desk.write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    copy = make_rfe(
        layout="letter", receipt=RECEIPT, notice_date=date(2026, 11, 2), due=date(2027, 1, 28), form="I-485"
    )
    second = desk.write(papers.receive, prepare_bytes(copy, "scan.pdf"))
    assert second.kind == "rfe"
    assert not second.duplicate
    assert second.duplicate_of == first.document
    assert second.tasks == ()


def test_a_notice_of_no_known_matter_is_a_task_with_a_provisional_date(firm: FirmFixture) -> None:
    desk = firm.desk("tfinn")
    got = desk.write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    assert got.matter is None
    assert got.warnings
    (task,) = got.tasks
    shown = desk.read(tasks.show, task["ref"])
    assert shown.task.owner == "tfinn"
    assert shown.task.acknowledge_by is not None
    assert shown.task.agency_due == date(2027, 1, 28)
    (due,) = desk.read(deadlines.listing)
    assert (due.state, due.agency_due) == ("provisional", date(2027, 1, 28))

    opened = firm.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        form=("I-485",),
        receipt=RECEIPT,
        paralegal="mduarte",
        attorney="aokafor",
    )
    matched = desk.write(papers.match, got.document, opened.ref)
    assert {t["kind"] for t in matched.tasks} >= {"rfe_intake", "rfe_triage"}
    states = {d.state for d in desk.read(deadlines.listing, matter=opened.ref)}
    assert "open" in states
    assert desk.read(tasks.show, task["ref"]).task.status == "done"


def test_nobody_acknowledges_and_the_chain_moves_on_once(firm: FirmFixture, rosa: str) -> None:
    desk, worker = firm.desk("tfinn"), firm.desk("desk")
    got = desk.write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    (ref,) = [t["ref"] for t in got.tasks if t["kind"] == "rfe_intake"]
    assert worker.write(timers.sweep).fired == 0
    firm.clock.advance(hours=4, minutes=1)
    assert worker.write(timers.sweep).fired == 1
    assert worker.write(timers.sweep).fired == 0
    assert any("Not acknowledged yet" in t.subject for t in firm.desk("mduarte").read(tells.listing))
    firm.clock.set(datetime(2026, 11, 10, 14, 41, tzinfo=UTC))
    worker.write(timers.sweep)
    now = desk.read(tasks.show, ref).task
    assert now.owner == "bcole"
    assert "nobody acknowledged" in now.owner_reason
    firm.clock.advance(minutes=5)
    assert worker.write(timers.sweep).fired == 0


def test_a_local_desk_escalates_in_the_workers_name(firm: FirmFixture, rosa: str) -> None:
    if firm.shared:
        pytest.skip("On the shared store the sweep acts under the login that runs it.")
    firm.desk("tfinn").write(papers.receive, prepare_bytes(notice(), "I-797E.pdf"))
    firm.clock.advance(hours=4, minutes=1)
    assert firm.desk("mduarte").sweep().fired == 1
    reminded = [
        e for e in firm.desk("jreyes").read(trail.listing, matter=rosa) if e.action == "escalation.remind"
    ]
    assert [e.actor for e in reminded] == ["desk"]


def test_a_review_nobody_decides_is_heard_of_when_it_is_due(firm: FirmFixture) -> None:
    run_rfe(firm, until="content")
    (open_review,) = firm.desk("aokafor").read(reviews.listing)
    firm.clock.set(open_review.due + timedelta(minutes=1))
    firm.desk("desk").write(timers.sweep)
    heard = " ".join(t.subject for t in firm.desk("inovak").read(tells.listing))
    assert "Review overdue" in heard or "things need you" in heard
    actions = [e.action for e in firm.desk("jreyes").read(trail.listing, matter=open_review.matter)]
    assert actions.count("escalation.review") == 1
    firm.desk("desk").write(timers.sweep)
    actions = [e.action for e in firm.desk("jreyes").read(trail.listing, matter=open_review.matter)]
    assert actions.count("escalation.review") == 1
