"""What the linter proves about what leaves the firm: no way to a filing or a message around the gate."""

from __future__ import annotations

from collections.abc import Iterator

from casedesk.models.enums import NO_AUTOMATIC_MESSAGE
from casedesk.routing.effects import QueueMessage as Queued
from casedesk.routing.lint_bench import Bench, Finding
from casedesk.routing.playbooks import Playbook, Step
from casedesk.routing.rules import CreateTask, QueueMessage
from casedesk.routing.vocabulary import Trigger, slug
from casedesk.routing.witness import Witness, model_event, morning

LEAVING = frozenset(
    {"deliver", "efile", "file", "lodge", "mail", "refile", "send", "serve", "ship", "submit", "upload"}
)
"""Verbs of work by which something leaves the firm: first or last in its kind, or first in its title."""

SIGNED = Trigger.PACKET_SIGNED_OFF
_AFTER_GATE = frozenset(
    {
        SIGNED,
        Trigger.FILING_SHIPPED,
        Trigger.FILING_DELIVERED,
        Trigger.FILING_RECEIPTED,
        Trigger.FILING_REJECTED,
    }
)
# A rejected packet comes back; sending it again takes a sign-off again.
_SENDING = frozenset({SIGNED})


def leaves(kind: str, title: str) -> bool:
    """True for work by which something leaves the firm."""
    words = slug(kind).split("_")
    return bool(LEAVING & {words[0], words[-1], slug(title).split("_")[0]})


def check_gates(bench: Bench) -> Iterator[Finding]:
    """Work that files or sends without a sign-off before it, steps that never open, messages nobody qualified releases."""
    names = sorted({b.id for b in bench.library.playbooks.all})
    for book in (b for n in names if (b := bench.book(n)) is not None):
        yield from _around(bench, book)
        yield from _stranded(bench, book)
        yield from _told_by_staff(bench, book)
    for rule in bench.rules:
        for action in rule.rule.then:
            if isinstance(action, CreateTask) and leaves(action.task_kind, action.title):
                yield from _ungated(bench, rule.id, action)
            elif isinstance(action, QueueMessage) and action.release == "staff":
                yield from _released(bench, rule.id)


def reach(book: Playbook, *, signed: bool) -> list[Step]:
    """The steps that can open, in the order in which they do; without `signed`, while nothing is ever signed off."""
    opened: list[Step] = []
    while True:
        done = {s.id for s in opened}
        gated = signed and any(s.gate for s in opened)
        fresh = [
            s
            for s in book.step
            if s.id not in done
            and set(s.after) <= done
            and (not s.on or any(gated or t not in _AFTER_GATE for t in s.on))
        ]
        if not fresh:
            return opened
        opened.extend(fresh)


def _around(bench: Bench, book: Playbook) -> Iterator[Finding]:
    opened = reach(book, signed=False)
    for step in opened:
        if leaves(step.kind, step.title):
            before = _before(book, step)
            done = tuple(s.id for s in book.step if s.id in before)
            happened = tuple(t for t in step.on if t not in _AFTER_GATE)[:1]
            trigger = happened[0] if happened else Trigger.TASK_COMPLETED
            yield Finding(
                "no-gate",
                "error",
                f"{book.id}:{step.id}",
                _progress(
                    bench, trigger, done, happened, f"Step {step.id} opens, and nothing was signed off."
                ),
                f"Step {step.id} of playbook {book.id} sends something out and opens without a sign-off.",
            )


def _before(book: Playbook, step: Step) -> set[str]:
    """Every step that must be done before this one."""
    before = set(step.after)
    # Steps stand in working order, so one walk backwards finds them all.
    for earlier in reversed(book.step):
        if earlier.id in before:
            before |= set(earlier.after)
    return before


def _stranded(bench: Bench, book: Playbook) -> Iterator[Finding]:
    opened = {s.id for s in reach(book, signed=True)}
    for step in book.step:
        if step.id not in opened:
            done = tuple(s.id for s in book.step if s.id in opened)
            yield Finding(
                "unreachable",
                "error",
                f"{book.id}:{step.id}",
                _progress(
                    bench,
                    Trigger.TASK_COMPLETED,
                    done,
                    (),
                    f"Step {step.id} does not open, whatever is done.",
                ),
                f"Step {step.id} of playbook {book.id} never opens: no step before it hands in drafts to sign off.",
            )
            return


def _progress(
    bench: Bench, trigger: str, done: tuple[str, ...], happened: tuple[str, ...], shows: str
) -> Witness:
    now = morning(bench.base)
    facts = bench.stage.facts({}, matter=True)
    return Witness("progress", shows, model_event(trigger, now), facts, now, done=done, happened=happened)


def _ungated(bench: Bench, rule_id: str, action: CreateTask) -> Iterator[Finding]:
    for rule in (r for r in bench.rules if r.id == rule_id and action in r.rule.then):
        if rule.rule.trigger in _SENDING:
            continue
        day = bench.day(rule)
        for case in bench.cases(rule)[:1] if day is not None else ():
            fields = bench.space.example(case.region[0], case.world)
            tried = bench.ask([rule], case.world, fields, day or bench.base)
            if tried is not None and action.task_kind in tried.tasks:
                yield Finding(
                    "no-gate",
                    "error",
                    rule_id,
                    tried.witness(f"Task {action.task_kind} opens, and nothing was signed off."),
                    f"Rule {rule_id} opens {action.title!r}, which sends something out, without a sign-off.",
                )


def _released(bench: Bench, rule_id: str) -> Iterator[Finding]:
    """Staff may not release a word after a denial, NOID, NOIR or RFE: the engine overrules the rule."""
    strict = bench.space.only("document.kind", NO_AUTOMATIC_MESSAGE)
    for rule in (r for r in bench.rules if r.id == rule_id):
        day = bench.day(rule)
        for case, box in bench.where(rule, {"document.kind": strict}) if day is not None else ():
            fields = bench.space.example(box, case.world)
            tried = bench.ask([rule], case.world, fields, day or bench.base)
            if tried is not None and any(
                isinstance(e, Queued) and e.release == "attorney" for e in tried.decision.effects
            ):
                kind = fields["document.kind"]
                yield Finding(
                    "no-gate",
                    "error",
                    rule_id,
                    tried.witness(
                        f"After a {kind} the message waits for the attorney, whatever the rule says."
                    ),
                    f"Rule {rule_id} lets staff release a message after a {kind}; an attorney releases it.",
                )
                return


def _told_by_staff(bench: Bench, book: Playbook) -> Iterator[Finding]:
    if all(m.release == "attorney" for m in book.message):
        return
    for rule, case in bench.starts(book.id):
        strict = bench.space.only("document.kind", NO_AUTOMATIC_MESSAGE)
        box = next((b for b in case.region if b.get("document.kind", 0) & strict), None)
        if box is not None:
            now = morning(bench.day(rule) or bench.base)
            fields = bench.space.example({**box, "document.kind": box["document.kind"] & strict}, case.world)
            facts = bench.stage.facts(fields, matter=case.world.has_matter)
            on = next(m.on for m in book.message if m.release == "staff")
            yield Finding(
                "no-gate",
                "error",
                book.id,
                Witness(
                    "progress",
                    "The message waits for the attorney, whatever the playbook says.",
                    model_event(on, now),
                    facts,
                    now,
                ),
                f"Playbook {book.id} lets staff release a message after a {fields['document.kind']}.",
            )
            return
