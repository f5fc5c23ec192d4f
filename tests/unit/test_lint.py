"""The linter as a prover: the shipped set is sound, every broken set is found, and every witness shows its fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import pytest

from casedesk.calendars.business import OutsideCalendar
from casedesk.models.enums import OwnerKind
from casedesk.routing import lint as lint_module
from casedesk.routing.chains import fire, plan
from casedesk.routing.decide import decide
from casedesk.routing.decision import Decision
from casedesk.routing.effects import Alert, ArmChain, Assign, Contradiction, OpenTask, QueueMessage
from casedesk.routing.errors import RuleError
from casedesk.routing.library import Library, load_library
from casedesk.routing.lint import lint, lint_texts
from casedesk.routing.lint_bench import Bench, Finding
from casedesk.routing.lint_gates import leaves
from casedesk.routing.lint_rules import check_rules
from casedesk.routing.progress import progress
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.rules import RuleSet, compile_rules
from casedesk.routing.strategies import resolve
from casedesk.routing.witness import MODEL_FIRM, Stage, morning, office_on
from tests.support.broken_rules import BROKEN_TEMPLATES, GOOD_TEMPLATE, Broken, broken_sets, circle_of_cover
from tests.support.routing import TEMPLATES, event, shipped, shipped_texts
from tests.unit.test_rules import SAMPLE

SETS = broken_sets()
UNPROVED = {"too-complex"}
"""What only says that nothing could be proved has a case to look at, and no fault to show."""


@cache
def messages() -> Mapping[str, str]:
    folder = TEMPLATES / "messages"
    return {f"{p.parent.name}/{p.stem}": p.read_text("utf-8") for p in sorted(folder.glob("*/*.toml"))}


def found_in(broken: Broken) -> tuple[Finding, ...]:
    return lint_texts(shipped_texts(), instead={broken.name: broken.text}, messages=messages())


def library_of(broken: Broken) -> Library:
    return load_library(shipped_texts(), instead={broken.name: broken.text})


# --- what is found


def test_the_shipped_set_has_no_finding() -> None:
    assert lint_texts(shipped_texts(), messages=messages()) == ()


def test_there_are_more_than_twenty_broken_sets() -> None:
    assert len(SETS) > 40


@pytest.mark.parametrize("broken", SETS, ids=lambda b: b.name)
def test_every_broken_set_is_found_and_nothing_else(broken: Broken) -> None:
    found = found_in(broken)
    assert {(f.id, f.rule) for f in found} == broken.expected
    assert all(f.message and f.witness.shows and f.witness.plain() for f in found)


@pytest.mark.parametrize("name", BROKEN_TEMPLATES)
def test_a_broken_template_is_found(name: str) -> None:
    assert lint(shipped(), messages={**messages(), "en/word": GOOD_TEMPLATE}) == ()
    (found,) = lint(shipped(), messages={**messages(), "en/word": BROKEN_TEMPLATES[name]})
    assert (found.id, found.rule, found.witness.ask) == ("template-field", "en/word", "render")


def test_a_circle_of_cover_is_found_with_where_the_work_goes() -> None:
    roster = circle_of_cover()
    (found,) = lint(shipped(), rosters=[roster])
    assert (found.id, found.rule) == ("cover-circle", "primary_paralegal, secondary_paralegal")
    assert found.witness.facts is not None
    pick = resolve(found.witness.owners, found.witness.facts, reserved=False)
    assert pick.person not in (1, 2)
    assert "covers" not in pick.reason
    there = {**roster, 2: replace(roster[2], present=True)}
    assert lint(shipped(), rosters=[there]) == ()


def test_a_new_version_leaves_the_old_one_in_force_until_its_day() -> None:
    broken = next(b for b in SETS if b.name == "no_owner_later.toml")
    (found,) = found_in(broken)
    assert found.witness.now is not None
    assert found.witness.now.date() == date(2027, 6, 1)
    versions = {r.version: r for r in library_of(broken).rules.rules if r.id == "notice-to-read"}
    assert versions[2].effective_until == versions[3].effective_from


def test_a_paper_template_that_is_not_there_is_found_only_where_they_are_known() -> None:
    text = shipped_texts()["rules/notices.toml"].replace(
        'kind = "filing_rejected"', 'kind = "filing_rejected"\ntemplate = "refiling_leter"'
    )
    texts = {**shipped_texts(), "rules/notices.toml": text}
    assert lint(load_library(texts)) == ()
    (found,) = lint(load_library(texts), papers=["refiling_letter"])
    assert (found.id, found.rule) == ("unknown-template", "filing-rejected")
    assert "refiling_letter" in found.message


def test_owners_are_resolved_in_the_firm_that_is_handed_in() -> None:
    nobody_licensed = {p.id: replace(p, licensed=False) for p in MODEL_FIRM.values()}
    found = lint(shipped(), stage=Stage(nobody_licensed))
    assert {f.id for f in found} == {"no-owner"}
    assert "rfe:triage" in {f.rule for f in found}


def test_findings_do_not_depend_on_the_order_of_files_or_rules() -> None:
    broken = next(b for b in SETS if b.name == "contradiction_priority.toml")
    library = library_of(broken)
    turned = Library(compile_rules(reversed(library.rules.rules)), library.playbooks, library.chains)
    assert lint(library) == lint(turned)
    assert lint(library)


@pytest.mark.parametrize(
    ("kind", "title", "out"),
    [
        ("rfe_file", "Response", True),
        ("response", "Ship RFE response", True),
        ("send_copy", "A copy for the client's employer", True),
        ("filing_rejected", "Filing rejected: decide what to send again", False),
        ("rfe_draft", "Draft RFE response", False),
    ],
)
def test_what_counts_as_leaving_the_firm(kind: str, title: str, out: bool) -> None:
    assert leaves(kind, title) is out


PROVED: dict[str, tuple[str, ...]] = {
    "a kind of work no rule owns": (
        "no_owner_kind",
        "no_owner_unmatched",
        "no_owner_rejected",
        "no_owner_later",
    ),
    "a rule that never fires, or adds nothing": ("unreachable_exclude", "shadowed_twin", "shadowed_by_two"),
    "two rules that contradict": ("contradiction_owner", "contradiction_priority", "contradiction_task"),
    "an owner who does not resolve under every single absence": ("owner_absent", "no_owner_skill"),
    "a chain whose delays do not grow": ("chain_equal", "chain_backwards", "chain_units"),
    "a chain that ends at nobody": ("chain_nobody", "chain_unarmed"),
    "a reassignment that restarts its own chain": ("chain_restart", "chain_restart_assign", "chain_circle"),
    "a due date that does not fit inside the agency's window": (
        "window_due",
        "window_before",
        "window_buffer",
    ),
    "a path to filed or sent without a gate": (
        "gate_rule",
        "gate_after_draft",
        "gate_either",
        "gate_missing",
    ),
    "a template with a blocked or missing field": ("template_early", "template_nobody", "unknown_template"),
    "an unknown field": ("unknown_field", "unknown_operator", "unknown_value"),
    "an unknown name": ("unknown_chain", "unknown_playbook", "unknown_role", "unknown_trigger"),
}
"""What the linter must find, and the broken sets here that have the fault; circles of cover are people's, not a file's."""


@pytest.mark.parametrize("fault", PROVED)
def test_each_fault_the_linter_must_find_has_broken_sets_of_its_own(fault: str) -> None:
    there = {b.name.removesuffix(".toml"): b for b in SETS}
    for name in PROVED[fault]:
        assert there[name].expected, name


def test_every_finding_the_linter_names_has_a_broken_set() -> None:
    """Its docstring lists the findings; each is shown by a file here, or by the two made of people and of words."""
    listed = set(
        re.findall(r"`([a-z]+(?:-[a-z]+)*)`", (lint_module.__doc__ or "").partition("Findings, by id:")[2])
    )
    shown = {id for b in SETS for id, _ in b.expected}
    assert {"no-owner", "endless", "too-complex"} <= listed
    assert listed - shown == {"cover-circle", "unknown-template"}


# --- what each witness shows


def decided(library: Library, finding: Finding, rules: RuleSet | None = None) -> Decision:
    w = finding.witness
    assert w.event is not None
    assert w.facts is not None
    assert w.now is not None
    office = office_on(w.now.date())
    rules = rules or library.rules
    return decide(w.event, w.facts, rules, library.playbooks, library.chains, office, w.now)


def opened(decision: Decision) -> dict[str, OpenTask]:
    return {e.key: e for e in decision.effects if isinstance(e, OpenTask)}


def contradicts(library: Library, finding: Finding) -> bool:
    named = set(finding.rule.split(", "))
    return any(
        isinstance(e, Contradiction) and named <= set(e.rules) for e in decided(library, finding).effects
    )


def adds_nothing(library: Library, finding: Finding) -> bool:
    rest = compile_rules(r for r in library.rules.rules if r.id != finding.rule)
    whole = decided(library, finding)
    return finding.rule in whole.trace.fired and whole.effects == decided(library, finding, rest).effects


def never_opens(library: Library, finding: Finding) -> bool:
    w = finding.witness
    if w.ask == "decide":
        return finding.rule not in decided(library, finding).trace.fired
    return finding.rule.partition(":")[2] not in progressed(library, finding)


def progressed(library: Library, finding: Finding) -> set[str | None]:
    w = finding.witness
    assert w.event is not None
    assert w.facts is not None
    assert w.now is not None
    (book,) = (b for b in library.playbooks.all if b.id == finding.rule.partition(":")[0])
    done = progress(
        w.event,
        book,
        w.facts,
        library.chains,
        office_on(w.now.date()),
        w.now,
        done=w.done,
        happened=w.happened,
    )
    assert "packet.signed_off" not in {*w.happened, w.event.trigger}
    return {e.step for e in done.effects if isinstance(e, OpenTask)}


def goes_out(library: Library, finding: Finding) -> bool:
    if finding.witness.ask == "progress":
        return finding.rule.partition(":")[2] in progressed(library, finding)
    decision = decided(library, finding)
    assert finding.rule in decision.trace.fired
    staff = any(
        getattr(a, "release", "") == "staff"
        for c in decision.trace.asked
        if c.id == finding.rule
        for a in c.rule.then
    )
    overruled = staff and any(
        isinstance(e, QueueMessage) and e.release == "attorney" for e in decision.effects
    )
    return overruled or any(leaves(t.kind, t.title) for t in opened(decision).values())


def unowned(library: Library, finding: Finding) -> bool:
    w = finding.witness
    if w.ask == "decide" and w.nearest is None:
        return not opened(decided(library, finding))
    if w.ask == "decide":
        kinds = {s.kind for b in library.playbooks.all for s in b.step}
        return w.nearest in kinds and w.nearest not in finding.message.partition("kind ")[2][:12]
    assert w.facts is not None
    pick = resolve(w.owners, w.facts, reserved=w.reserved)
    named = resolve(w.owners[:1], w.facts, reserved=w.reserved)
    return pick.reason.startswith("fallback") or (w.reserved and not named.candidates[-1].chosen)


def absent(library: Library, finding: Finding) -> bool:
    assert finding.witness.facts is not None
    everybody = {p.id: replace(p, present=True) for p in finding.witness.facts.people.values()}
    there = resolve(finding.witness.owners, replace(finding.witness.facts, people=everybody), reserved=False)
    return unowned(library, finding) and not there.reason.startswith("fallback")


def does_not_grow(library: Library, finding: Finding) -> bool:
    chain = library.chains[finding.rule]
    w = finding.witness
    assert w.now is not None
    assert w.facts is not None
    timers = plan(
        chain.id,
        chain.steps,
        Reckoning(office_on(w.now.date()), w.now),
        acknowledge=True,
        agency_due=w.facts.agency_due,
        internal_due=w.facts.internal_due,
    )
    moments = [t.fire_at for t in timers]
    return any(b <= a for a, b in pairwise(moments))


def hands(library: Library, finding: Finding) -> list[int | None]:
    """The owners of a task under a chain to which nobody listens."""
    w = finding.witness
    assert w.facts is not None
    owners: list[int | None] = [w.facts.owners[OwnerKind.PRIMARY_PARALEGAL]]
    for step in library.chains[finding.rule].steps:
        firing = fire(step.do, step.to, w.facts, owner=owners[-1], reserved=False)
        owners.append(firing.owner.person if firing.owner else None)
    return [o for o in owners if o is not None]


def goes_round(library: Library, finding: Finding) -> bool:
    owners = hands(library, finding)
    return len(set(owners)) < len(owners)


def ends_at_nobody(library: Library, finding: Finding) -> bool:
    last = library.chains[finding.rule].steps[-1]
    assert finding.witness.facts is not None
    owner = hands(library, finding)[-1]
    told = fire(last.do, last.to, finding.witness.facts, owner=owner, reserved=False).tell
    return {p.person for p in told} <= {owner}


def never_armed(library: Library, finding: Finding) -> bool:
    (rule,) = (r for r in library.rules.rules if r.id == finding.rule)
    facts, now = finding.witness.facts, finding.witness.now
    assert facts is not None
    assert now is not None
    office = office_on(now.date())
    asked = decide(
        event(rule.trigger, at=now),
        facts,
        compile_rules([rule]),
        library.playbooks,
        library.chains,
        office,
        now,
    )
    (task,) = opened(asked).values()
    return task.timers == ()


def restarts(library: Library, finding: Finding) -> bool:
    effects = decided(library, finding).effects
    armed = any(isinstance(e, ArmChain) and any(t.action == "reassign" for t in e.timers) for e in effects)
    return armed or any(isinstance(e, Assign) for e in effects)


def comes_back(library: Library, finding: Finding) -> bool:
    facts = finding.witness.facts
    assert facts is not None
    first = kind = facts.fields["task.kind"]
    for _ in range(8):
        assert isinstance(kind, str)
        again = replace(facts, fields={**facts.fields, "task.kind": kind})
        asked = replace(finding, witness=replace(finding.witness, facts=again))
        kind = next(iter(opened(decided(library, asked))))
        if kind == first:
            return True
    return False


def does_not_fit(library: Library, finding: Finding) -> bool:
    """With the agency's date the work is due otherwise than it says, or it cannot be counted at all."""
    w = finding.witness
    assert w.facts is not None
    assert w.facts.agency_due is not None
    assert w.now is not None
    office = office_on(w.now.date())
    try:
        capped = opened(decided(library, finding))
        free = replace(
            finding, witness=replace(w, facts=replace(w.facts, agency_due=None, internal_due=None))
        )
        open_ended = opened(decided(library, free))
    except OutsideCalendar:
        return True
    if w.facts.internal_due is not None and w.facts.internal_due < office.today(w.now):
        return all(t.arrived_late or t.due <= w.now for t in capped.values())
    # Clipped at our own date, or (counted back from the agency's) left to its floor alone.
    return any(capped[k].due < open_ended[k].due for k in capped) or any(
        capped[k].due == open_ended[k].due for k in capped if "plan" in k
    )


def cannot_start(library: Library, finding: Finding) -> bool:
    return any(
        isinstance(e, Alert) and "could not start" in e.about for e in decided(library, finding).effects
    )


def cannot_be_made(library: Library, finding: Finding) -> bool:
    decision = decided(library, finding)
    return finding.rule in decision.trace.fired and any(isinstance(e, QueueMessage) for e in decision.effects)


def does_not_load(library: Library | None, finding: Finding) -> bool:
    return finding.witness.ask == "read" and finding.witness.file == finding.rule


SHOWN: dict[str, Callable[[Library, Finding], bool]] = {
    "contradiction": contradicts,
    "shadowed": adds_nothing,
    "unreachable": never_opens,
    "no-gate": goes_out,
    "no-owner": unowned,
    "owner-absent": absent,
    "chain-delays": does_not_grow,
    "chain-circle": goes_round,
    "chain-end": ends_at_nobody,
    "chain-unarmed": never_armed,
    "chain-restart": restarts,
    "endless": comes_back,
    "due-window": does_not_fit,
    "playbook-unavailable": cannot_start,
    "template-field": cannot_be_made,
}


@pytest.mark.parametrize("broken", SETS, ids=lambda b: b.name)
def test_every_witness_shows_its_fault(broken: Broken) -> None:
    for finding in found_in(broken):
        if finding.witness.ask == "read":
            with pytest.raises(RuleError) as caught:
                load_library(shipped_texts(), instead={broken.name: broken.text}, messages=["rfe_received"])
            assert (caught.value.file, caught.value.line) == (finding.witness.file, finding.witness.line)
            assert finding.witness.line is not None
        elif finding.id not in UNPROVED:
            assert SHOWN[finding.id](library_of(broken), finding), finding.message


def test_the_model_office_is_open_when_witnesses_play() -> None:
    for broken in SETS[:5]:
        for finding in found_in(broken):
            if finding.witness.ask == "decide" and finding.witness.now is not None:
                day = finding.witness.now.date()
                assert finding.witness.now == morning(day)
                assert office_on(day).is_business_day(day)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", set()),
        ('{"assign": "case.primaryParalegal", "dueInDays": 3}', '{"dueInDays": 3}', set()),
        ('"dueInDays": 3', '"dueInDays": 120', {"due-window"}),
        ('"RFE"', '"transfer"', set()),
        ('"document.type": "RFE", ', "", {"contradiction"}),
    ],
)
def test_the_published_sample_is_proved_as_well(old: str, new: str, expected: set[str]) -> None:
    sample = SAMPLE.replace(old, new, 1) if old else SAMPLE
    if "contradiction" in expected:
        sample = sample.replace('"Draft RFE Response"', '"RFE intake"')
    found = lint_texts(shipped_texts(), instead={"sample.json": sample}, messages=messages())
    assert {f.id for f in found} == expected


@pytest.mark.parametrize("left", [0, 5, 40, 80])
def test_a_set_too_tangled_to_prove_says_so(left: int) -> None:
    bench = Bench(shipped())
    bench.space.left = left
    found = list(check_rules(bench))
    assert {f.id for f in found} == {"too-complex"}
    assert all(f.message and f.witness.plain() for f in found)
