"""Running the cases written beside the rules, in the model firm and its office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from casedesk.calendars.business import BusinessCalendar, OutsideCalendar
from casedesk.routing.case_schema import Case, Expected
from casedesk.routing.decide import decide
from casedesk.routing.effects import Effect, Notify, OpenTask, QueueMessage, SetPriority, StartPlaybook
from casedesk.routing.facts import Facts
from casedesk.routing.library import Library
from casedesk.routing.witness import MODEL_FIRM, Stage, model_event, morning, office_on

_BY_HANDLE = {p.handle: p.id for p in MODEL_FIRM.values()}


@dataclass(frozen=True)
class Outcome:
    """How a case went: `missing` says, a sentence each, what did not come as written."""

    title: str
    ok: bool
    missing: tuple[str, ...]
    fired: tuple[str, ...]


def run_cases(library: Library, cases: Iterable[Case]) -> tuple[Outcome, ...]:
    """Every case against these rules, in order. The same every time: nothing but the case is asked."""
    return tuple(_run(library, case) for case in cases)


def facts_of(case: Case) -> Facts:
    """The facts of a case: the model firm's, its matter's owners only where the paper belongs to a matter."""
    names = {name.replace("case.", "matter.") for name in case.facts}
    matter = case.facts.get("document.matched") is not False or any(n.startswith("matter.") for n in names)
    facts = Stage().facts(
        dict(case.facts), matter=matter, agency_due=case.agency_due, internal_due=case.internal_due
    )
    gone = {_BY_HANDLE[h] for h in case.away}
    people = {p.id: replace(p, present=p.id not in gone) for p in MODEL_FIRM.values()}
    return replace(facts, people=people, client_language=case.client_language)


def _run(library: Library, case: Case) -> Outcome:
    now = morning(case.on)
    office = office_on(case.on)
    try:
        decision = decide(
            model_event(case.trigger, now),
            facts_of(case),
            library.rules,
            library.playbooks,
            library.chains,
            office,
            now,
        )
    except (OutsideCalendar, OverflowError) as error:
        return Outcome(case.title, False, (f"It cannot be counted: {error}",), ())
    fired = decision.trace.fired
    missing: list[str] = []
    if case.fires is not None and set(case.fires) != set(fired):
        missing.append(f"Fired: {_listed(fired)}; written: {_listed(case.fires)}.")
    for expected in case.expect:
        if not any(_is(expected, effect, office) for effect in decision.effects):
            missing.append(f"Expected {_said(expected)}; came: {_listed(map(_told, decision.effects))}.")
    if case.no_other_task:
        wanted = {e.task for e in case.expect}
        missing += [
            f"Task {e.key} opened, which is not expected."
            for e in decision.effects
            if isinstance(e, OpenTask) and e.key not in wanted
        ]
    return Outcome(case.title, not missing, tuple(missing), fired)


def _is(expected: Expected, effect: Effect, office: BusinessCalendar) -> bool:
    match effect:
        case OpenTask():
            return (
                effect.key == expected.task
                and (expected.owner is None or effect.owner == _BY_HANDLE[expected.owner])
                and (expected.due is None or office.today(effect.due) == expected.due)
            )
        case StartPlaybook():
            return effect.playbook == expected.playbook
        case Notify():
            return expected.notify is not None and effect.person == _BY_HANDLE[expected.notify]
        case QueueMessage():
            return effect.template == expected.message
        case SetPriority():
            return effect.priority == expected.priority
        case _:
            return False


def _said(expected: Expected) -> str:
    given = expected.model_dump(exclude_none=True)
    return ", ".join(f"{name} {value}" for name, value in given.items())


def _told(effect: Effect) -> str:
    match effect:
        case OpenTask():
            owner = "nobody" if effect.owner is None else MODEL_FIRM[effect.owner].handle
            return f"task {effect.key} for {owner}"
        case StartPlaybook():
            return f"playbook {effect.playbook}"
        case Notify():
            return f"notify {MODEL_FIRM[effect.person].handle}"
        case QueueMessage():
            return f"message {effect.template}"
        case SetPriority():
            return f"priority {effect.priority}"
        case _:
            return type(effect).__name__


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
