"""Mutated rule files: whatever is done to a file, it loads or is refused with a place, and is proved without a traceback."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache

import pytest

from casedesk.routing.errors import RuleError
from casedesk.routing.library import load_library, read_file
from casedesk.routing.lint import lint_texts
from casedesk.routing.playbooks import Playbook
from casedesk.routing.vocabulary import FIELDS, Trigger
from casedesk.routing.writing import canonical_file
from tests.support.broken_rules import broken_sets
from tests.support.routing import shipped_texts
from tests.unit.test_rules import SAMPLE

Random = random.Random
HOSTILE = (
    "\x00",
    "\ufeff",
    "\u202e",
    "𝕏",
    "'",
    '"""',
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\r",
    "9" * 400,
    "-1",
    "1e999",
    "nan",
)
WORDS = (
    *FIELDS,
    *Trigger,
    *(
        "role:paralegal",
        "licensed",
        "task.owner",
        "matter.lead_attorney",
        "businessDays",
        "any",
        "all",
        "exists",
    ),
    *(
        "rule",
        "chain",
        "case",
        "step",
        "then",
        "when",
        "true",
        "false",
        "0",
        "2026-02-30",
        "9999-12-31",
        "0001-01-01",
    ),
)


@cache
def seeds() -> tuple[tuple[str, str], ...]:
    own = [(name, text) for name, text in shipped_texts().items() if not name.endswith(".schema.json")]
    return (*own, *((b.name, b.text) for b in broken_sets()), ("sample.json", SAMPLE))


def mutated(text: str, rng: Random) -> str:
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(MUTATIONS)(text, rng)
    return text


def _place(text: str, rng: Random) -> int:
    return rng.randrange(len(text) + 1)


def _drop(text: str, rng: Random) -> str:
    at = _place(text, rng)
    return text[:at] + text[at + rng.randint(1, 40) :]


def _insert(text: str, rng: Random) -> str:
    at = _place(text, rng)
    return text[:at] + rng.choice(HOSTILE) + text[at:]


def _flip(text: str, rng: Random) -> str:
    at = _place(text, rng)
    return text[:at] + chr(rng.randrange(32, 0x2FF)) + text[at + 1 :]


def _swap_lines(text: str, rng: Random) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _repeat_lines(text: str, rng: Random) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    part = lines[at : at + rng.randint(1, 12)]
    return "\n".join([*lines[:at], *part * rng.randint(2, 6), *lines[at:]])


def _exchange_word(text: str, rng: Random) -> str:
    quoted = text.split('"')
    if len(quoted) < 3:
        return text
    quoted[rng.randrange(1, len(quoted), 2) if len(quoted) > 2 else 0] = rng.choice(WORDS)
    return '"'.join(quoted)


def _misspell(text: str, rng: Random) -> str:
    words = text.split(" ")
    at = rng.randrange(len(words))
    word = words[at]
    if len(word) > 3:
        cut = rng.randrange(1, len(word) - 1)
        words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


def _nest(text: str, rng: Random) -> str:
    depth = rng.choice((3, 20, 40))
    inner = '{ any = [{ "matter.type" = "asylum" }, ' * depth + '{ "matter.type" = "h1b" }' + "] }" * depth
    return (
        text
        + f"\n[[rule]]\nid='n{rng.randrange(99)}'\ntitle='N'\nversion=1\ntrigger='matter.opened'\n"
        + (f"when = {inner}\nthen = [{{ do = 'set_priority', priority = 'high' }}]\n")
    )


def _widen(text: str, rng: Random) -> str:
    """Conditions that branch without end."""
    group = '{ any = [{ "matter.type" = { not = "h1b" } }, { "matter.priority" = { not = "low" } }] }'
    return (
        text
        + f"\n[[rule]]\nid='w{rng.randrange(99)}'\ntitle='W'\nversion=1\ntrigger='notice.received'\n"
        + (
            f"when = {{ all = [{', '.join([group] * rng.randint(2, 60))}] }}\n"
            "then = [{ do = 'start_playbook', playbook = 'rfe' }]\n"
        )
    )


MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    _drop,
    _insert,
    _flip,
    _swap_lines,
    _repeat_lines,
    _exchange_word,
    _exchange_word,
    _misspell,
    _misspell,
    _nest,
    _widen,
)


def survives(name: str, text: str) -> str:
    """What became of a file; anything but these four is a traceback."""
    try:
        read = read_file(name, text)
    except RuleError as error:
        return "refused" if error.file == name and error.message else "refused without a place"
    if not isinstance(read, Playbook):
        once = canonical_file(read)
        assert canonical_file(read_file("again.toml", once)) == once  # type: ignore[arg-type]
    found = lint_texts(shipped_texts(), instead={name: text})
    assert all(f.witness.plain() and f.message for f in found)
    if any(f.witness.ask == "read" for f in found):
        with pytest.raises(RuleError):
            load_library(shipped_texts(), instead={name: text})
        return "does not fit"
    return "found" if found else "sound"


def run(count: int, seed: int) -> dict[str, int]:
    rng = random.Random(seed)
    ends: dict[str, int] = {}
    for number in range(count):
        name, text = rng.choice(seeds())
        broken = mutated(text, rng)
        try:
            end = survives(name, broken)
        except Exception as error:
            raise AssertionError(f"file {number} of seed {seed} ({name}): {error!r}\n{broken}") from error
        ends[end] = ends.get(end, 0) + 1
    return ends


def test_mutated_files_load_or_are_refused(effort: Callable[[int, int], int]) -> None:
    ends = run(effort(300, 10_000), 20261109)
    assert set(ends) <= {"refused", "does not fit", "found", "sound"}
    assert ends["refused"] > 20
    assert ends["sound"] + ends["found"] > 20


NAMES = [
    *(("field", name) for name in FIELDS if name != "event.trigger"),
    *(("trigger", t.value) for t in Trigger),
    *(
        ("owner", spec)
        for spec in ("role:paralegal", "role:operations_manager", "matter.lead_attorney", "licensed")
    ),
    *(("operator", op) for op in ("at_least", "at_most", "exists", "before")),
    *(("playbook", name) for name in ("notice_other", "notice_receipt")),
    *(("message", name) for name in ("rfe_received", "receipt_received")),
]


@pytest.mark.parametrize(("what", "name"), NAMES)
def test_an_unknown_name_suggests_the_nearest_with_file_and_line(what: str, name: str) -> None:
    rng = random.Random(name)
    for _ in range(6):
        at = rng.randrange(1, len(name) - 1)
        wrong = name[:at] + rng.choice(("", "x", name[at] * 2)) + name[at + 1 :]
        if wrong == name:
            continue
        text = _with(what, wrong)
        (found,) = lint_texts(
            shipped_texts(),
            instead={"mine.toml": text},
            messages={
                f"en/{m}": ""
                for m in ("biometrics", "rfe_received", "receipt_received", "rfe_response_delivered")
            },
        )
        assert found.witness.file == "mine.toml"
        assert found.witness.line is not None
        assert wrong in text.split("\n")[found.witness.line - 1]
        assert found.witness.nearest == name
        assert name in found.message


def _with(what: str, name: str) -> str:
    when = {"field": f"{json.dumps(name)} = 1", "operator": f'"deadline.days_left" = {{ {name} = 3 }}'}.get(
        what, ""
    )
    trigger = name if what == "trigger" else "notice.received"
    then = {
        "owner": f'do = "notify"\nwho = ["{name}"]\nwithin = {{ amount = 1, unit = "businessDays" }}',
        "playbook": f'do = "start_playbook"\nplaybook = "{name}"',
        "message": f'do = "queue_message"\ntemplate = "{name}"',
    }.get(what, 'do = "set_priority"\npriority = "high"')
    return (
        f'[[rule]]\nid = "r"\ntitle = "R"\nversion = 1\ntrigger = "{trigger}"\n'
        f"\n[rule.when]\n{when}\n\n[[rule.then]]\n{then}\n"
    )
