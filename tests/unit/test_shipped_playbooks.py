"""Every playbook that ships: it loads, its work has owners, what is reserved stays reserved, and nothing is around a gate."""

from __future__ import annotations

import pytest

from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.effects import OpenTask
from casedesk.routing.errors import RuleError, UnknownName
from casedesk.routing.facts import Facts
from casedesk.routing.library import load_library, load_playbook
from casedesk.routing.lint_gates import reach
from casedesk.routing.opening import open_step
from casedesk.routing.playbooks import Playbook, Step, actionable, head_of
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.strategies import parse_spec
from casedesk.routing.vocabulary import MATTER_TYPES
from tests.support.routing import FIRM as PEOPLE
from tests.support.routing import TEMPLATES, event, ny, office, rosa, shipped, shipped_texts, tasks

NOW = ny(2026, 11, 10, 11, 0)
BOOKS = {b.id: b for b in shipped().playbooks.all}

OF_TYPES = {
    "marriage_green_card": "marriage_green_card",
    "h1b": "h1b",
    "l1a": "l1a",
    "e2": "e2",
    "naturalization": "n400",
    "asylum": "asylum",
    "u_visa": "u_visa",
    "sijs": "sijs",
    "i751": "i751",
    "daca_renewal": "daca_renewal",
    "o1": "o1",
    "perm": "perm",
}
EVENTS = {
    "notice_receipt",
    "rfe",
    "notice_intent",
    "biometrics",
    "interview",
    "hearing",
    "notice_approval",
    "notice_denial",
    "notice_rejection",
    "notice_transfer",
    "filing_assembly",
    "closing",
}
STEPS = [(b, s) for b in BOOKS.values() for s in b.step]


def opened(book: Playbook, step: Step, facts: Facts) -> OpenTask:
    return open_step(step, book, facts, shipped().chains, Reckoning(office(), NOW))


def test_the_practice_is_covered() -> None:
    assert set(OF_TYPES) <= MATTER_TYPES
    assert {*OF_TYPES.values(), *EVENTS} <= set(BOOKS)
    for kind, name in OF_TYPES.items():
        assert BOOKS[name].matter_types == (kind,)
        assert BOOKS[name].gate is not None


@pytest.mark.parametrize("name", sorted({*OF_TYPES.values(), *EVENTS} - {"notice_receipt", "rfe"}))
def test_a_playbook_says_by_which_law_and_that_an_attorney_reads_it_first(name: str) -> None:
    assert BOOKS[name].source
    text = (TEMPLATES / "playbooks" / f"{name}.toml").read_text("utf-8")
    assert text.splitlines()[1].startswith("# An attorney of the firm reads this playbook")


@pytest.mark.parametrize(("book", "step"), STEPS, ids=lambda v: v.id)
def test_every_step_opens_with_an_owner_and_a_reserved_one_with_a_licence(book: Playbook, step: Step) -> None:
    for spec in step.owner:
        parsed = parse_spec(spec)
        assert parsed.owner in set(OwnerKind) or parsed.role in set(Role) or parsed.pool != "role"
    for away in (None, *PEOPLE):
        task = opened(book, step, rosa(people={p: q for p, q in PEOPLE.items() if p != away}))
        assert task.owner is not None
        assert task.due > NOW
        if step.reserved:
            assert PEOPLE[task.owner].licensed
        assert [i.id for i in task.items if i.required] or not task.items
    names = [i.id for i in opened(book, step, rosa()).items]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("book", BOOKS.values(), ids=lambda b: b.id)
def test_its_steps_open_one_after_the_other_to_the_end(book: Playbook) -> None:
    done: set[str] = set()
    happened: set[str] = set()
    order: list[str] = []
    triggers = ["packet.signed_off", "filing.delivered"]
    while True:
        now = [s.id for s in actionable(book, done, happened) if s.id not in done]
        if not now:
            if not triggers:
                break
            happened.add(triggers.pop(0))
            continue
        order += now
        done |= set(now)
    assert set(order) == {s.id for s in book.step}
    # Nothing that leaves the firm opens while nothing is signed off.
    assert "file" not in {s.id for s in reach(book, signed=False)}


@pytest.mark.parametrize(("kind", "name"), OF_TYPES.items())
def test_opening_a_matter_starts_the_playbook_of_its_type_where_it_is_asked_for(kind: str, name: str) -> None:
    def ask(begins: bool) -> set[str]:
        from casedesk.routing.decide import decide

        facts = rosa(
            fields={"matter.type": kind, "matter.playbook": begins, "matter.status": "open"},
            agency_due=None,
            internal_due=None,
        )
        lib = shipped()
        told = event("matter.opened", at=NOW)
        decision = decide(told, facts, lib.rules, lib.playbooks, lib.chains, office(), NOW)
        return {str(t.step) for t in tasks(decision.effects).values()}

    assert ask(True) == {s.id for s in actionable(BOOKS[name], set(), set())} == {"checklist", "eligibility"}
    assert ask(False) == set()


def test_a_checklist_says_who_brings_what_and_the_edge_cases_hold_nobody_up() -> None:
    book = BOOKS["marriage_green_card"]
    items = {i.id: i for i in opened(book, book.find("checklist"), rosa()).items}
    assert items["medical"].wants_file
    assert items["medical"].hint is not None
    assert items["medical"].hint.startswith("Somebody else brings the original.")
    assert "certified translation" in str(items["birth"].hint)
    assert not items["joint_sponsor"].required
    assert not items["edge-1"].required
    assert items["fields"].required
    filing = {i.id: i for i in opened(book, book.find("file"), rosa()).items}
    assert str(filing["channel"].hint).startswith("Usually on paper or online.")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "birth"', 'id = "photos"', "The line photos stands twice"),
        ('brings = "third_party"', 'brings = "neighbour"', "brings"),
        ('channel = "paper_or_online"', 'channel = "pigeon"', "channel"),
    ],
)
def test_a_mistake_in_a_list_of_papers_is_named(old: str, new: str, says: str) -> None:
    text = shipped_texts()["playbooks/marriage_green_card.toml"]
    assert old in text
    with pytest.raises(RuleError) as caught:
        load_playbook("m.toml", text.replace(old, new))
    assert says in caught.value.message


def test_the_desk_reads_a_playbook_when_it_is_asked_for_and_gets_the_same() -> None:
    texts = shipped_texts()
    books = {n: t for n, t in texts.items() if n.startswith("playbooks/") and n.endswith(".toml")}
    rules = {n: t for n, t in texts.items() if n.startswith("rules/")}
    later = load_library(rules, later=books)
    assert [head_of(b) for b in shipped().playbooks.all] == list(later.playbooks.heads)
    assert later.playbooks.all == shipped().playbooks.all
    assert later.rules.sha256 == shipped().rules.sha256
    assert later.chains == shipped().chains

    # Only the one asked for is read: another's mistake is found when it is its turn, by file and name.
    broken = {**books, "playbooks/e2.toml": books["playbooks/e2.toml"].replace('"default"', '"defualt"', 1)}
    found = load_library(rules, later=broken).playbooks
    assert found.current("h1b", NOW.date()) == BOOKS["h1b"]
    with pytest.raises(RuleError, match="defualt") as mistake:
        found.current("e2", NOW.date())
    assert (mistake.value.file, mistake.value.nearest) == ("playbooks/e2.toml", "default")
    with pytest.raises(RuleError, match="stands twice"):
        load_library(rules, later={**books, "playbooks/e2-again.toml": books["playbooks/e2.toml"]})
    with pytest.raises(UnknownName, match="h1b version 9"):
        found.get("h1b", 9)
