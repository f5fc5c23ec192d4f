"""P9: one decision with the shipped set and with 200 rules more, and the linter over those 200.

A decision asks only the rules of its trigger. The floor of the larger set is the shipped one: what 200 rules more cost.
The linter stands beside the reading of the same files, without which there is nothing to prove.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.support.routing import event, office, rosa, shipped, shipped_texts

from benchmarks.harness import Benchmark, Goal, Side
from casedesk.models.enums import DocumentKind
from casedesk.routing.decide import decide
from casedesk.routing.library import Library, load_library
from casedesk.routing.lint import lint
from casedesk.routing.vocabulary import MATTER_TYPES

RULES = 200
BATCH = 200
"""Decisions in one timed run."""


def benchmarks() -> list[Benchmark]:
    """A notice decided, and a set proved."""
    own = {"own.toml": _written()}
    library = load_library(shipped_texts(), instead=own)
    few, many = partial(_decide, shipped()), partial(_decide, library)
    return [
        Benchmark(
            "P9",
            f"decide one notice, {RULES} rules",
            Side("the shipped set", few, batch=BATCH),
            Side(f"{RULES} rules more", many, batch=BATCH),
            Goal(10),
        ),
        Benchmark(
            "P9",
            f"lint, {RULES} rules and the shipped set",
            Side("reading them", lambda _: load_library(shipped_texts(), instead=own)),
            Side("proving them", lambda _: lint(library)),
            pairs=3,
        ),
    ]


def _decide(library: Library, _: Any) -> None:
    happened, facts = event(), rosa()
    for _turn in range(BATCH):
        decide(happened, facts, library.rules, library.playbooks, library.chains, office(), happened.at)


def _written() -> str:
    pairs = [(kind, matter) for matter in sorted(MATTER_TYPES) for kind in DocumentKind][:RULES]
    return "\n".join(_rule(number, kind, matter) for number, (kind, matter) in enumerate(pairs))


def _rule(number: int, kind: str, matter: str) -> str:
    return f"""
[[rule]]
id = "r{number}"
title = "Look at it, {number}"
version = 1
trigger = "notice.received"

[rule.when]
"document.kind" = "{kind}"
"document.matched" = true
"matter.type" = "{matter}"

[[rule.then]]
do = "create_task"
title = "Look at it, {number}"
kind = "look_{number}"
owner = ["matter.primary_paralegal", "role:operations_manager", "role:managing_partner"]
due = {{ amount = 2, unit = "businessDays" }}
chain = "default"
"""
