"""The linter as a prover: what is wrong with a set of rules, playbooks and chains, each fault with a witness.

Every finding was tried: its witness are concrete facts that show the fault when they are given to `decide`, `progress`,
`resolve` or `plan`. Findings, by id:

- `does-not-load`, `unknown-...`: a file that cannot be read, with line and nearest name;
- `no-owner`, `owner-absent`, `cover-circle`: work that nobody owns, or not with one person away;
- `shadowed`, `unreachable`, `contradiction`, `playbook-unavailable`, `too-complex`: rules among each other;
- `chain-delays`, `chain-end`, `chain-circle`, `chain-unarmed`, `chain-restart`, `endless`: escalations and loops;
- `due-window`: work that the agency's time to answer has no room for;
- `no-gate`: a way to filed or sent around the gate;
- `template-field`, `unknown-template`: words for clients that cannot be made, or must not be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from casedesk.routing.errors import RuleError
from casedesk.routing.facts import PersonFacts
from casedesk.routing.library import Library, load_library, read_file
from casedesk.routing.lint_bench import Bench, Finding
from casedesk.routing.lint_chains import check_chains, check_windows
from casedesk.routing.lint_gates import check_gates
from casedesk.routing.lint_owners import check_owners, cover_circles
from casedesk.routing.lint_rules import check_rules
from casedesk.routing.lint_templates import check_templates
from casedesk.routing.witness import Stage, Witness, morning

MOST_FINDINGS = 500
"""A list longer than this helps nobody; the rest shows when these are mended."""


def lint(
    library: Library,
    *,
    stage: Stage | None = None,
    rosters: Iterable[Mapping[int, PersonFacts]] = (),
    messages: Mapping[str, str] | None = None,
    papers: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Every finding about the set, errors first, at most `MOST_FINDINGS`; empty for a sound one.

    `stage` is the firm the owners are resolved in (by default a model firm with one person for each part), `rosters`
    the people as they will be on days to come, whose covers are checked too. `messages` are the texts of the client
    messages by `language/name`, `papers` the names of the paper templates; None leaves either unchecked.
    """
    bench = Bench(library, stage or Stage(), messages, papers)
    found: dict[tuple[str, str, str], Finding] = {}
    people = [bench.stage.people, *rosters]
    now = morning(bench.base)
    for finding in (
        *check_rules(bench),
        *check_owners(bench),
        *(f for roster in people for f in cover_circles(roster, now)),
        *check_chains(bench),
        *check_windows(bench),
        *check_gates(bench),
        *check_templates(bench),
    ):
        found.setdefault((finding.id, finding.rule, finding.message), finding)
    ordered = sorted(found.values(), key=lambda f: (f.severity != "error", f.id, f.rule, f.message))
    return tuple(ordered[:MOST_FINDINGS])


def lint_texts(
    texts: Mapping[str, str],
    *,
    instead: Mapping[str, str] | None = None,
    stage: Stage | None = None,
    messages: Mapping[str, str] | None = None,
    papers: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """As `lint`, for files; what stands in `instead` takes the place of what has the same id in `texts`.

    A file that does not load is a finding, one for each such file; nothing more is proved until all of them load.
    """
    broken = [f for name, text in sorted({**texts, **(instead or {})}.items()) if (f := _unread(name, text))]
    if broken:
        return tuple(broken)
    names = None if messages is None else {name.rpartition("/")[2] for name in messages}
    try:
        library = load_library(texts, instead=instead, messages=names)
    except RuleError as error:
        return (as_finding(error),)
    return lint(library, stage=stage, messages=messages, papers=papers)


def as_finding(error: RuleError) -> Finding:
    """A file that does not load, as a finding: the witness is the place."""
    witness = Witness("read", str(error), file=error.file, line=error.line, nearest=error.nearest)
    return Finding(_code(error), "error", error.file, witness, str(error))


def _unread(name: str, text: str) -> Finding | None:
    try:
        read_file(name, text)
    except RuleError as error:
        return as_finding(error)
    return None


def _code(error: RuleError) -> str:
    found = re.search(r"There is no ([a-z_. ]+?) '(role:)?", error.message)
    if found is None:
        return "unknown-trigger" if error.message.startswith("trigger: Input should be") else "does-not-load"
    what = "value" if "." in found[1] else found[1].replace(" ", "-")
    return "unknown-role" if found[2] else f"unknown-{what}"
