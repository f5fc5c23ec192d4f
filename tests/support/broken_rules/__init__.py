"""Broken sets of rules, one fault each. The first line of a file names what the linter must find, and where.

A file takes the place of whatever has the same id in the shipped set. Faults that no file of rules can hold (a circle of
cover, a template's text) stand at the end of this one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from casedesk.routing.facts import PersonFacts
from casedesk.routing.witness import MODEL_FIRM

HERE = Path(__file__).parent


class Broken(NamedTuple):
    """One broken set: its file, and what must be found (the finding's id, and in which rule), nothing else."""

    name: str
    text: str
    expected: frozenset[tuple[str, str]]


def broken_sets() -> list[Broken]:
    """Every file here."""
    return [_read(p.name, p.read_text("utf-8")) for p in sorted(HERE.glob("*.toml"))]


def _read(name: str, text: str) -> Broken:
    pairs = (said.partition(" in ") for said in text.partition("\n")[0].lstrip("# ").split("; "))
    return Broken(name, text, frozenset((id, rule) for id, _, rule in pairs))


def circle_of_cover() -> dict[int, PersonFacts]:
    """Two paralegals, both away, each covering for the other."""
    one, other = MODEL_FIRM[1], MODEL_FIRM[2]
    return {
        **MODEL_FIRM,
        1: replace(one, present=False, cover=2),
        2: replace(other, present=False, cover=1),
    }


GOOD_TEMPLATE = """
subject = "{{ firm }}: a word"
needs = ["firm", "client", "items"]
body = '''
Dear {{ client }}, bring {% for item in items %}{{ loop.index }}. {{ item }}{% endfor %} to {{ firm }}.
'''
"""

BROKEN_TEMPLATES: dict[str, str] = {
    "blocked": GOOD_TEMPLATE.replace("Dear {{ client }}", "Dear {{ client }} ({{ a_number }})"),
    "blocked, and said so": GOOD_TEMPLATE.replace('"items"]', '"items", "ssn"]'),
    "undeclared": GOOD_TEMPLATE.replace('"items"]', "]").replace("{{ client }}", "you"),
    "unknown": GOOD_TEMPLATE.replace('"items"]', '"items", "clinet"]'),
    "subject": GOOD_TEMPLATE.replace("a word", "{{ client }}"),
    "inside": GOOD_TEMPLATE.replace("{{ client }}", "{{ client.__class__ }}"),
    "no body": GOOD_TEMPLATE.replace("body", "text"),
}
