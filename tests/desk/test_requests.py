"""What clients are asked for: asked in their language, followed up, each thing ticked as it comes in; on both stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from casedesk.desk import (
    contact,
    matters,
    messages,
    papers,
    request_rows,
    requests,
    retention,
    tasks,
    tells,
    timers,
    trail,
)
from casedesk.desk.desk import Desk
from casedesk.desk.views.work import TaskView
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import CASTS, notice, open_matter, prepared

CLIENT = "Grant, Ifeoma"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    """A marriage green card at its beginning: its checklist is open."""
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            "marriage_green_card",
            CLIENT,
            language="es",
            email="ifeoma@mail.example",
            paralegal="mduarte",
            attorney="aokafor",
            playbook=True,
        )
        .ref
    )


def collecting(desk: Desk, matter: str) -> TaskView:
    (found,) = [t for t in desk.read(tasks.queue, scope="all", text=matter) if t.kind == "mgc_checklist"]
    return found


def went(firm: FirmFixture, ref: str) -> None:
    """Released, and sent by mail."""
    firm.desk("aokafor").write(messages.approve, ref)
    firm.desk("mduarte").write(messages.sent, ref, "letter")


def heard(desk: Desk) -> str:
    return "\n".join(f"{t.subject}\n{t.body}" for t in desk.read(tells.listing, 50))


def test_a_paper_is_asked_for_comes_in_and_the_task_goes_on(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    task = collecting(desk, matter)
    view = desk.write(requests.send, task.ref, ("birth", "photos"), words={"birth": "Acta de nacimiento"})
    assert (view.state, view.asked, view.round) == ("awaiting_approval", None, 1)
    assert [(i.id, i.words, i.state) for i in view.items] == [
        ("birth", "Acta de nacimiento", "open"),
        ("photos", "", "open"),
    ]
    assert view.warnings == ("The letter is not in English, but these are: photos.",)
    letter = desk.read(messages.show, view.ref)
    assert (letter.language, letter.to, letter.release, letter.state) == (
        "es",
        CLIENT,
        "staff",
        "awaiting_approval",
    )
    assert "1. Acta de nacimiento\n2. Passport-style photos" in letter.body
    now = desk.read(tasks.show, task.ref).task
    assert (now.status, now.waiting_on) == ("waiting", "client")
    card = desk.read(matters.show, matter)
    assert card.waiting is not None
    assert card.waiting.startswith("client: birth certificate naming the parents, Passport-style photos, ")
    assert f"not asked yet: {view.ref} is to be released, ask again on 2026-11-23" in card.waiting

    # It goes out three days later: from then on the fortnight counts.
    firm.clock.advance(hours=72)
    went(firm, view.ref)
    view = desk.read(requests.show, task.ref)
    assert (view.state, view.asked, view.ask_again) == ("open", date(2026, 11, 12), date(2026, 11, 27))
    assert "asked 2026-11-12, ask again on 2026-11-27" in str(desk.read(matters.show, matter).waiting)

    # The photos are handed over: the task still waits for the certificate, and comes back with it.
    desk.write(tasks.tick, task.ref, "photos")
    assert desk.read(tasks.show, task.ref).task.status == "waiting"
    got = firm.desk("tfinn").write(
        papers.receive, prepared("Certificate", "A birth.", "birth-certificate.pdf"), matter=matter
    )
    assert got.warnings[-1] == (
        f"It was asked for: 'Applicant: birth certificate naming the parents, long form' of {task.ref} is ticked."
    )
    detail = desk.read(tasks.show, task.ref)
    (line,) = [i for i in detail.checklist if i.id == "birth"]
    assert (line.state, line.document, line.done_by) == ("done", got.ref, "tfinn")
    assert (detail.task.status, detail.task.waiting_on) == ("in_progress", None)
    assert f"Everything asked for is settled: {task.title} {task.ref}" in heard(desk)
    done = desk.read(requests.show, view.ref)
    assert (done.state, done.ask_again, [i.state for i in done.items]) == ("answered", None, ["in", "in"])
    assert desk.read(requests.listing) == ()
    assert [r.ref for r in desk.read(requests.listing, state="answered", matter=matter)] == [view.ref]
    acts = [e.action for e in desk.read(trail.listing, matter=matter, limit=100)]
    assert (acts.count("request.sent"), acts.count("request.answered")) == (1, 1)
    firm.clock.advance(hours=24 * 30)
    firm.desk("desk").sweep()
    assert desk.read(requests.show, view.ref).round == 1
    assert firm.desk("jreyes").read(trail.verify).ok


def test_without_a_name_it_is_what_the_client_brings(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    view = desk.write(requests.send, matter)
    asked = {i.id for i in view.items}
    assert {"birth", "photos", "status_petitioner", "fields"} <= asked
    assert not {"affidavits", "medical", "engagement", "edge-1"} & asked
    body = desk.read(messages.show, view.ref).body
    assert "Recorded and checked" not in body
    assert "last entry and I-94 number" in body
    with pytest.raises(Refusal, match="waits already for what"):
        desk.write(requests.send, matter)


def test_nobody_answers(firm: FirmFixture, matter: str) -> None:
    desk, worker = firm.desk("mduarte"), firm.desk("desk")
    task = collecting(desk, matter)
    first = desk.write(requests.send, task.ref, ("birth",), words={"birth": "Acta de nacimiento"})

    # The day to ask again comes, and the letter lies there: it is no follow-up that is missing.
    firm.clock.advance(hours=24 * 14 + 1)
    worker.sweep()
    assert desk.read(requests.show, first.ref).round == 1
    assert f"Not released yet: {first.ref}" in heard(desk)
    went(firm, first.ref)
    worker.sweep()
    firm.clock.advance(hours=24 * 3)
    worker.sweep()
    assert desk.read(requests.show, first.ref).round == 1
    assert desk.read(tasks.show, task.ref).task.status == "waiting"

    letters = [first.ref]
    for number in (2, 3, 4):
        firm.clock.advance(hours=24 * 18)
        worker.sweep()
        worker.sweep()
        view = desk.read(requests.show, first.ref)
        assert (view.round, view.state) == (number, "open")
        letters.append(view.messages[-1]["ref"])
        letter = desk.read(messages.show, letters[-1])
        assert (letter.template, letter.state) == ("information_request_again", "awaiting_approval")
        assert "1. Acta de nacimiento" in letter.body
        assert "El 23 de noviembre de 2026 le pedimos" in letter.body
        assert f"Ask again: {task.title} {task.ref}; {letters[-1]} is to be released" in heard(desk)
        assert desk.read(tasks.show, task.ref).task.status == "waiting"
        went(firm, letters[-1])
    firm.clock.advance(hours=24 * 18)
    worker.sweep()
    view = desk.read(requests.show, first.ref)
    assert (view.round, view.ask_again) == (4, None)
    assert desk.read(tasks.show, task.ref).task.status == "in_progress"
    assert f"Asked 4 times, and no answer: {task.title} {task.ref}" in heard(firm.desk("aokafor"))
    assert desk.read(timers.due_ids) == ()


def test_the_playbooks_own_wait_and_the_firms_days(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    with pytest.raises(NotAllowed, match="manager"):
        desk.write(request_rows.set_firm_days, 7)
    with pytest.raises(Refusal, match="no time to ask again"):
        firm.desk("inovak").write(request_rows.set_firm_days, 0)
    assert firm.desk("inovak").write(request_rows.set_firm_days, 7) == 7
    assert desk.write(requests.send, matter).ask_again == date(2026, 11, 16)
    assert desk.write(
        requests.send, matter, questions=("When did you last enter?",), again=date(2026, 11, 21)
    ).ask_again == date(2026, 11, 23)
    with pytest.raises(Refusal, match="later than now"):
        desk.write(requests.send, matter, papers=("Passport",), again=date(2026, 11, 9))

    # An RFE's evidence is waited for ten business days, and never past its own date; an attorney releases the letter.
    rfe = open_matter(firm, CASTS[ReviewPolicy.THREE_PERSON])
    got = firm.desk("tfinn").write(papers.receive, notice())
    (triage,) = [t["ref"] for t in got.tasks if t["kind"] == "rfe_triage"]
    for item in ("complexity", "strategy", "ask"):
        firm.desk("aokafor").write(tasks.tick, triage, item)
    firm.desk("aokafor").write(tasks.complete, triage)
    (evidence,) = [t for t in desk.read(tasks.queue, scope="all", text=rfe) if t.kind == "rfe_evidence"]
    view = desk.write(requests.send, evidence.ref, papers=("The lease since 2019",))
    assert view.ask_again == date(2026, 11, 24)
    assert desk.read(messages.show, view.ref).release == "attorney"
    with pytest.raises(NotAllowed):
        desk.write(messages.approve, view.ref)


def test_one_thing_or_all_of_it_is_asked_for_no_longer(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    task = collecting(desk, matter)
    view = desk.write(requests.send, task.ref, ("birth", "photos"), papers=("Her old passport",))
    assert [i.id for i in view.items] == ["birth", "photos", "asked-1"]
    with pytest.raises(Refusal, match="reason"):
        desk.write(requests.close, view.ref, " ")
    with pytest.raises(NotFound, match="open item 'passport'"):
        desk.write(requests.close, f"{view.ref}/passport", "None")
    one = desk.write(requests.close, f"{view.ref}/birth", "None was ever issued")
    assert next((i.state, i.reason) for i in one.items) == ("dropped", "None was ever issued")
    assert desk.read(tasks.show, task.ref).task.status == "waiting"
    # It is asked for no longer; that the filing needs it is still on the checklist.
    assert next(i for i in desk.read(tasks.show, task.ref).checklist if i.id == "birth").state == "open"
    desk.write(tasks.tick, task.ref, "photos")
    over = desk.write(requests.close, task.ref, "She has none")
    assert (over.state, over.messages[0]["state"]) == ("answered", "cancelled")
    assert desk.read(tasks.show, task.ref).task.status == "in_progress"
    with pytest.raises(Refusal, match="is answered"):
        desk.write(requests.close, view.ref, "again")


def test_a_matters_own_request(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("aokafor")
    view = desk.write(
        requests.send,
        matter,
        papers=("Green card, both sides",),
        questions=("Since when do you live on Elm Street?",),
        request_id="a gesture",
    )
    assert desk.write(requests.send, matter, papers=("Again",), request_id="a gesture").ref == view.ref
    detail = desk.read(tasks.show, view.task)
    assert (detail.task.owner, detail.task.kind, detail.task.status) == (
        "mduarte",
        "information_request",
        "waiting",
    )
    assert [(i.wants_file, i.required) for i in detail.checklist] == [(True, False), (False, False)]
    assert view.task in heard(firm.desk("mduarte"))
    # A paper of another name ticks nothing, nor do two that fit.
    firm.desk("tfinn").write(papers.receive, prepared("Lease", "A lease.", "lease.pdf"), matter=matter)
    assert [i.state for i in desk.read(requests.show, view.ref).items] == ["open", "open"]
    firm.desk("mduarte").write(tasks.tick, view.task, "asked-2", note="Since March 2019")
    firm.desk("mduarte").write(tasks.tick, view.task, "asked-1")
    assert desk.read(requests.show, view.ref).state == "answered"
    firm.desk("mduarte").write(tasks.complete, view.task)


def test_what_is_refused(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    task = collecting(desk, matter)
    refused: list[tuple[type[Refusal], str, Callable[[], object]]] = [
        (NotFound, "item 'bith'", lambda: desk.write(requests.send, task.ref, ("bith",))),
        (
            NotFound,
            "item asked for 'x'",
            lambda: desk.write(requests.send, task.ref, ("birth",), words={"x": "y"}),
        ),
        (Refusal, "is empty", lambda: desk.write(requests.send, task.ref, papers=(" ",))),
        (NotFound, "matter 'M-2030-0001'", lambda: desk.write(requests.send, "M-2030-0001")),
        (NotFound, "party", lambda: desk.write(requests.send, task.ref, ("birth",), to="Nobody")),
        (NotAllowed, "is with", lambda: firm.desk("tfinn").write(requests.send, task.ref, ("birth",))),
        (NotFound, "request", lambda: desk.read(requests.show, task.ref)),
        (Refusal, "state of a request", lambda: desk.read(requests.listing, state="gone")),
    ]
    for kind, words, act in refused:
        with pytest.raises(kind, match=words):
            act()
    desk.write(tasks.tick, task.ref, "birth")
    with pytest.raises(Refusal, match=r"birth of T-.* is done"):
        desk.write(requests.send, task.ref, ("birth",))
    other = desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    with pytest.raises(Refusal, match="No task of"):
        desk.write(requests.send, other)
    assert desk.read(requests.listing) == ()


def test_a_rule_of_contact_binds_a_request(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    view = desk.write(requests.send, matter, papers=("Passport",))
    assert (view.channel, view.warnings) == ("email", ())
    desk.write(contact.add, matter, "never", "email")
    view = desk.read(requests.show, view.ref)
    assert view.contact_rules == ("Never by e-mail.",)
    assert view.warnings[0].startswith("A rule of contact forbids the way it would go.")
    with pytest.raises(Refusal, match="may not leave this way"):
        desk.write(messages.approve, view.ref)


def test_undo_takes_a_request_back_until_it_is_released(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    task = collecting(desk, matter)
    view = desk.write(requests.send, task.ref, ("birth",))
    assert desk.write(tasks.undo, task.ref).status == task.status
    gone = desk.read(requests.show, view.ref)
    assert (gone.state, gone.messages[0]["state"]) == ("closed", "cancelled")
    firm.clock.advance(hours=24 * 20)
    firm.desk("desk").sweep()
    assert desk.read(requests.show, view.ref).round == 1
    view = desk.write(requests.send, task.ref, ("birth",))
    firm.desk("aokafor").write(messages.approve, view.ref)
    with pytest.raises(Refusal, match="has been released"):
        desk.write(tasks.undo, task.ref)


@pytest.mark.own_logins
def test_an_erasure_takes_what_was_asked(firm: FirmFixture) -> None:
    desk, attorney = firm.desk("mduarte"), firm.desk("aokafor")
    other = desk.write(
        matters.open_matter, "other", "Ada Okonjo", language="es", attorney="aokafor", paralegal="mduarte"
    ).ref
    words = {"asked-1": "Su pasaporte de soltera"}
    view = desk.write(requests.send, other, papers=("Passport",), words=words)
    desk.write(requests.close, view.ref, "not needed")
    attorney.write(matters.close_matter, other, "over", how="withdrawn")
    ref = attorney.write(retention.ask, other, "the client asked for it in writing").ref
    assert firm.desk("inovak").write(retention.carry_out, ref, confirm=other).papers == 0
    left = desk.read(requests.show, view.ref)
    assert (left.items, left.state) == ((), "closed")
    events = desk.read(lambda turn: list(turn.uow.all("request.of_request", subject=view.id)))
    assert [event.outcome for event in events if event.trigger == "request.sent"] == ["{}"]
