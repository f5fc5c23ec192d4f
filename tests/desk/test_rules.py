"""The rules asked about on a real store: why a task is whose it is, why a rule did not fire, and the firm's own lint."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import matters, notes, papers, people, rules, tasks
from casedesk.desk.house import House
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.desk.views.papers import Received
from casedesk.models.identifiers import opaque
from casedesk.refusal import NotFound, Refusal
from tests.support.broken_rules import HERE
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

RECEIPT = "IOE0912345678"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    """Rosa's matter, with her pending I-485."""
    opened = firm.desk("mduarte").write(
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
    return opened.ref


def came_in(firm: FirmFixture, receipt: str = RECEIPT) -> Received:
    notice = make_rfe(
        receipt=receipt,
        notice_date=date(2026, 11, 2),
        due=date(2027, 1, 28),
        form="I-485",
        name="IBARRA, ROSA",
    )
    return firm.desk("tfinn").write(papers.receive, prepare_bytes(notice, "I-797E.pdf"))


def ref(got: Received, kind: str) -> str:
    return str(next(t["ref"] for t in got.tasks if t["kind"] == kind))


# --- why


def test_why_tells_the_rule_the_people_and_the_count(firm: FirmFixture, matter: str) -> None:
    firm.desk("jreyes").write(people.absence, "mduarte", date(2026, 11, 9), date(2026, 11, 13), cover="lchen")
    got = came_in(firm)
    told = firm.desk("tfinn").read(rules.why, ref(got, "rfe_intake"))
    assert (told.owner, told.trigger) == ("lchen", "notice.received")
    assert told.because == "notice.received: rule rfe-received fired."
    fired = {r.id for r in told.rules if r.fired}
    assert fired == {"rfe-received"}
    looked_at = {c.person: c for c in told.candidates}
    assert (looked_at["lchen"].chosen, looked_at["mduarte"].chosen) == (True, False)
    assert looked_at["mduarte"].reason == "away until 2026-11-13"
    assert any("RFE intake, due" in line for line in told.arithmetic)
    assert told.same_rules


def test_why_of_a_later_step_names_the_playbook(firm: FirmFixture, matter: str) -> None:
    got = came_in(firm)
    okafor = firm.desk("aokafor")
    triage = ref(got, "rfe_triage")
    for item in ("complexity", "strategy", "ask"):
        okafor.write(tasks.tick, triage, item)
    okafor.write(tasks.complete, triage)
    row = firm.desk("mduarte").read(
        lambda turn: turn.uow.conn.exec_driver_sql("SELECT ref FROM task WHERE kind = 'rfe_evidence'").one()
    )
    told = firm.desk("mduarte").read(rules.why, row.ref)
    assert told.because == "task.completed: step evidence of playbook rfe could be worked on, after triage."
    assert told.rules == ()
    assert [c.person for c in told.candidates if c.chosen] == ["mduarte"]


def test_why_of_a_paper_of_no_known_matter(firm: FirmFixture) -> None:
    got = came_in(firm, "IOE0999999999")
    told = firm.desk("tfinn").read(rules.why, ref(got, "match_notice"))
    assert told.because == "notice.received: rule notice-unmatched fired."
    assert [c.person for c in told.candidates if c.chosen] == ["tfinn"]


def test_why_of_a_task_made_by_hand(firm: FirmFixture, matter: str) -> None:
    logged = firm.desk("mduarte").write(notes.call, matter, "Call back Tuesday.", callback="aokafor")
    assert logged.task is not None
    told = firm.desk("mduarte").read(rules.why, logged.task)
    assert (told.event, told.because, told.candidates) == (None, "Made by hand.", ())


# --- why not


def test_why_not_names_the_condition_and_the_smallest_change(firm: FirmFixture, matter: str) -> None:
    got = came_in(firm)
    desk = firm.desk("mduarte")
    event = desk.read(rules.why, ref(got, "rfe_intake")).event
    assert event is not None
    for name in (event, got.ref, got.document):
        told = desk.read(rules.why_not, "receipt-received", name)
        assert (told.fired, told.event) == (False, event)
        assert told.reasons == ("Not met: document.kind is receipt; it is rfe.",)
        assert told.changes == ({"field": "document.kind", "was": "rfe", "to": "receipt"},)
    assert desk.read(rules.why_not, "rfe-received", event).fired


def test_what_is_not_there_is_named_with_the_nearest(firm: FirmFixture, matter: str) -> None:
    got = came_in(firm)
    desk = firm.desk("mduarte")
    with pytest.raises(NotFound) as rule:
        desk.read(rules.why_not, "reciept-received", got.ref)
    assert rule.value.next == "Did you mean receipt-received?"
    with pytest.raises(NotFound, match="event"):
        desk.read(rules.why_not, "receipt-received", "D-000000")
    with pytest.raises(NotFound, match="task"):
        desk.read(rules.why, "T-000000")


def test_an_event_nobody_asked_a_rule_about_says_so(firm: FirmFixture, matter: str) -> None:
    firm.desk("mduarte").write(matters.close_matter, matter, "Withdrawn by the client")
    row = firm.desk("mduarte").read(
        lambda turn: turn.uow.conn.exec_driver_sql(
            "SELECT id FROM event WHERE trigger = 'matter.status_changed'"
        ).one()
    )
    with pytest.raises(Refusal) as caught:
        firm.desk("mduarte").read(rules.why_not, "rfe-received", opaque(row.id))
    assert caught.value.code == "nothing_decided"


def test_asking_writes_nothing(firm: FirmFixture, matter: str) -> None:
    got = came_in(firm)
    desk = firm.desk("mduarte")

    def count() -> list[int]:
        def counted(turn: Turn) -> list[int]:
            tables = ("event", "decision", "task", "audit", "outbox")
            asked = (turn.uow.conn.exec_driver_sql(f"SELECT count(*) FROM {t}") for t in tables)
            return [int(a.scalar_one()) for a in asked]

        return desk.read(counted)

    before = count()
    desk.read(rules.why, ref(got, "rfe_intake"))
    desk.read(rules.why_not, "receipt-received", got.ref)
    desk.read(rules.lint)
    desk.read(rules.listing)
    assert count() == before


# --- the set


def test_the_listing_says_what_is_in_force_today(firm: FirmFixture) -> None:
    here = firm.desk("mduarte").read(rules.listing)
    assert {r.id for r in here} >= {"rfe-received", "notice-unmatched"}
    assert all(r.in_force for r in here)
    assert [r.priority for r in here] == sorted((r.priority for r in here), reverse=True)
    assert all(r.in_force is None and r.reads.startswith("When ") for r in rules.listing(House()))


def test_the_firms_own_people_are_proved_too(firm: FirmFixture) -> None:
    assert firm.desk("mduarte").read(rules.lint) == ()
    manager = firm.desk("jreyes")
    manager.write(people.absence, "mduarte", date(2026, 12, 1), date(2026, 12, 9), cover="bcole")
    manager.write(people.absence, "bcole", date(2026, 12, 7), date(2026, 12, 11), cover="mduarte")
    (found,) = manager.read(rules.lint)
    assert found.id == "cover-circle"
    assert set(found.rule.split(", ")) == {"mduarte", "bcole"}
    assert set(found.witness["away"]) == {"mduarte", "bcole"}


def test_a_firm_of_one_cannot_resolve_with_that_one_away(sole_firm: FirmFixture) -> None:
    found = sole_firm.desk("jreyes").read(rules.lint)
    assert {f.id for f in found} >= {"owner-absent"}
    assert all(f.witness["shows"] for f in found)


def test_files_take_the_place_of_what_ships() -> None:
    name = "no_owner_kind.toml"
    (found,) = rules.lint(House(), {name: (HERE / name).read_bytes()})
    assert (found.id, found.rule) == ("no-owner", "a paper of kind dol")
    alone = rules.lint(House(), {name: (HERE / name).read_bytes()}, alone=True)
    assert {f.id for f in alone} == {"unknown-playbook"}


def test_a_file_that_is_no_text_is_a_finding() -> None:
    (found,) = rules.lint(House(), {"x.toml": b'[[rule]]\nid = "\xff"\n'})
    assert (found.id, found.witness["line"]) == ("does-not-load", 2)
    with pytest.raises(Refusal, match=r"x\.toml, line 2"):
        rules.canonical("x.toml", b'[[rule]]\nid = "\xff"\n')


def test_the_shipped_cases_come_as_written() -> None:
    ran = rules.run_cases(House())
    assert len(ran) >= 5
    assert all(case.ok for case in ran), [case.missing for case in ran]


def test_a_case_that_does_not_come_says_what_came_instead() -> None:
    text = b"""
[[case]]
title = "Wrong on every count"
trigger = "notice.received"
facts = { "document.kind" = "receipt", "document.matched" = true, "case.type" = "H-1B" }
fires = ["rfe-received"]
expect = [{ task = "receipt_check", owner = "lead_attorney" }, { message = "receipt_received" }, { priority = "high" }]
no_other_task = true
"""
    (case,) = rules.run_cases(House(), {"mine.toml": text})
    assert not case.ok
    assert case.fired == ("receipt-received",)
    assert case.missing[0] == "Fired: receipt-received; written: rfe-received."
    assert "task receipt_check for primary_paralegal" in case.missing[1]
    assert len(case.missing) == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"document.kind"', '"document.knid"', "document.kind"),
        ('"receipt"', '"reciept"', "receipt"),
        ("lead_attorney", "lead_atorney", "lead_attorney"),
        ("task =", "tsak =", "task"),
        ("notice.received", "notice.recieved", "notice.received"),
    ],
)
def test_a_mistake_in_a_case_is_named_with_the_nearest(old: str, new: str, says: str) -> None:
    text = """
[[case]]
title = "A case"
trigger = "notice.received"
facts = { "document.kind" = "receipt" }
expect = [{ task = "receipt_check", owner = "lead_attorney" }]
"""
    with pytest.raises(Refusal) as caught:
        rules.run_cases(House(), {"mine.toml": text.replace(old, new).encode()})
    assert "mine.toml, line" in caught.value.message
    assert caught.value.next == f"Nearest known name: {says}."


def test_the_canonical_form_keeps_chains_and_cases() -> None:
    from casedesk import resources

    for name in ("rules/notices.toml", "rules/chains.toml"):
        once = rules.canonical(name, resources.read_text(name).encode())
        assert rules.canonical(name, once.encode()) == once
        assert ("[[case]]" in once) is (name == "rules/notices.toml")
        assert ("[[chain]]" in once) is (name == "rules/chains.toml")
    with pytest.raises(Refusal, match="playbook"):
        rules.canonical("rfe.toml", resources.read_text("playbooks/rfe.toml").encode())
