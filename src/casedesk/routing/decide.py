"""The only place that thinks: `decide(event, facts, ...) -> Decision`. No store, no clock, no network.

All rules of one event see the same frozen facts; their effects merge, whatever order the rules stand in. Two rules
that ask for different things are a contradiction: neither is done, the work goes to the fallback owner, and an alert
says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from casedesk.calendars.business import BusinessCalendar
from casedesk.models.enums import NO_AUTOMATIC_MESSAGE
from casedesk.routing.chains import plan, route
from casedesk.routing.decision import Decision, Trace, asked_fields
from casedesk.routing.effects import (
    Alert,
    ArmChain,
    Assign,
    Contradiction,
    Effect,
    Notify,
    OpenTask,
    QueueMessage,
    Release,
    SetDue,
    SetPriority,
    StartPlaybook,
)
from casedesk.routing.facts import Event, Facts
from casedesk.routing.opening import FALLBACK, open_created, open_step
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.strategies import Pick, resolve

if TYPE_CHECKING:
    from casedesk.routing import rules as r
    from casedesk.routing.playbooks import Playbook, Playbooks
    from casedesk.routing.schema import Chain

_Key = tuple[int | str, ...]
_PLAYBOOK, _TASK, _ASSIGN, _DUE, _PRIORITY, _CHAIN, _NOTIFY, _MESSAGE, _ALERT = range(9)
"""The order in which effects stand in a decision."""


def decide(
    event: Event,
    facts: Facts,
    rules: r.RuleSet,
    playbooks: Playbooks,
    chains: Mapping[str, Chain],
    calendar: BusinessCalendar,
    now: datetime,
) -> Decision:
    """What the event means: deterministic, and the same for the same rules in any order.

    `now` (aware UTC) is when windows begin; `calendar` is the office's. Raises `OutsideCalendar` when `now` or a
    window counted from it leaves the compiled calendar; legal dates beyond it arm nothing.
    """
    reckoning = Reckoning(calendar, now)
    fields, today = asked_fields(event, facts), reckoning.today
    fired = [c for c in rules.able(event.trigger, fields) if c.fires(today, fields)]
    wanted = _Wanted(event, facts, chains, reckoning)
    for compiled in fired:
        for action in compiled.rule.then:
            wanted.add(compiled, action, playbooks)
    asked = rules.asked(event.trigger)
    return finish(event, facts, wanted.merged(), reckoning, rules.sha256, asked, tuple([c.id for c in fired]))


def finish(
    event: Event,
    facts: Facts,
    effects: list[Effect],
    reckoning: Reckoning,
    sha256: str = "",
    asked: tuple[r.CompiledRule, ...] = (),
    fired: tuple[str, ...] = (),
) -> Decision:
    """Close a decision: an alert for every task that nobody can own, and the trace."""
    for effect in list(effects):
        if isinstance(effect, OpenTask) and effect.owner is None:
            effects.append(alert(facts, f"{effect.title}: {effect.owner_reason}."))
        elif isinstance(effect, Assign) and effect.owner is None:
            effects.append(alert(facts, f"Task {effect.subject}: {effect.reason}."))
    arithmetic = tuple(reckoning.lines)
    trace = Trace(
        event, facts, reckoning.now, reckoning.today, sha256, asked, fired, arithmetic, reckoning.calendar
    )
    return Decision(tuple(effects), trace)


def alert(facts: Facts, about: str) -> Alert:
    """An alarm to the fallback owner."""
    return Alert(resolve(FALLBACK, facts, reserved=False).person, about)


def message(template: str, release: Release, facts: Facts) -> QueueMessage:
    """A client message; after a denial, NOID, NOIR or RFE only the attorney releases it, whatever the rule says."""
    strict = facts.fields.get("document.kind") in NO_AUTOMATIC_MESSAGE
    return QueueMessage(template, "client", "attorney" if strict else release)


class _Wanted:
    """The effects the fired rules ask for, by what they are about."""

    def __init__(self, event: Event, facts: Facts, chains: Mapping[str, Chain], reckoning: Reckoning) -> None:
        self.event = event
        self.facts = facts
        self.chains = chains
        self.reckoning = reckoning
        self.asks: dict[_Key, list[tuple[str, Effect]]] = {}
        self.started: dict[str, list[Effect]] = {}

    def add(self, compiled: r.CompiledRule, action: r.Action, playbooks: Playbooks) -> None:
        """Ask for one action of a rule."""
        for effect in self._effects(compiled, action, playbooks):
            self.asks.setdefault(_key(effect), []).append((compiled.id, effect))

    def merged(self) -> list[Effect]:
        """One effect for each thing, contradictions replaced by their error, fallback and alert."""
        effects: list[Effect] = []
        for key in sorted(self.asks):
            asks = self.asks[key]
            if len(asks) == 1:
                effects.append(asks[0][1])
            else:
                effects.extend(self._merge(asks))
        return effects

    def _effects(self, compiled: r.CompiledRule, action: r.Action, playbooks: Playbooks) -> Iterable[Effect]:
        match action.do:
            case "start_playbook":
                return self._start(action, playbooks, compiled.id)
            case "create_task":
                return (open_created(action, compiled.id, self.facts, self.chains, self.reckoning),)
            case "notify":
                return self._notify(compiled, action)
            case "queue_message":
                return (message(action.template, action.release, self.facts),)
            case "set_priority":
                return (SetPriority(str(action.priority)),)
            case "assign":
                return (self._assign(action),)
            case "set_due":
                return (self._set_due(action),)
            case "start_chain":
                return (self._arm(action),)

    def _start(self, action: r.StartPlaybook, playbooks: Playbooks, rule: str) -> list[Effect]:
        if action.playbook not in self.started:
            book = playbooks.current(action.playbook, self.reckoning.today)
            self.started[action.playbook] = self._begin(book, action.playbook, rule)
        return self.started[action.playbook]

    def _begin(self, book: Playbook | None, name: str, rule: str) -> list[Effect]:
        matter_type = self.facts.fields.get("matter.type")
        if book is None or (book.matter_types and matter_type not in book.matter_types):
            why = "no version of it is in force" if book is None else f"it is not meant for {matter_type}"
            return [alert(self.facts, f"Rule {rule} could not start playbook {name}: {why}.")]
        return [
            StartPlaybook(book.id, book.version),
            *[open_step(s, book, self.facts, self.chains, self.reckoning) for s in book.first_steps],
        ]

    def _notify(self, compiled: r.CompiledRule, action: r.Notify) -> Iterator[Effect]:
        about = action.about or compiled.title
        by = self.reckoning.after(f"{about}, told by", action.within)
        for spec in action.who:
            person = resolve([spec], self.facts, reserved=False).person
            if person is None:
                yield alert(self.facts, f"{about}: nobody could be told ({spec}).")
            else:
                yield Notify(person, by, about, action.method, action.counts_as_told)

    def _assign(self, action: r.Assign) -> Assign:
        inside = self.facts.fields.get("task.kind") in self.facts.kept_inside
        pick: Pick = resolve(action.owner, self.facts, reserved=action.reserved, inside=inside)
        return Assign(
            self.event.subject, pick.person, pick.reason, pick.candidates, action.reserved, pick.among
        )

    def _set_due(self, action: r.SetDue) -> SetDue:
        facts = self.facts
        cap = facts.internal_due or facts.agency_due
        due = self.reckoning.due(
            "due", action.due, internal_due=facts.internal_due, agency_due=facts.agency_due, cap=cap
        )
        return SetDue(self.event.subject, due)

    def _arm(self, action: r.StartChain) -> ArmChain:
        chain = route(action.chain, self.facts, self.chains) or action.chain
        timers = plan(
            chain,
            self.chains[chain].steps,
            self.reckoning,
            acknowledge=True,
            agency_due=self.facts.agency_due,
            internal_due=self.facts.internal_due,
        )
        return ArmChain(self.event.subject, chain, timers)

    def _merge(self, asks: list[tuple[str, Effect]]) -> list[Effect]:
        first = asks[0][1]
        effects = [e for _, e in asks]
        if all(e is first or e == first for e in effects):
            return [first]
        if isinstance(first, Notify):
            return [
                min((e for e in effects if isinstance(e, Notify)), key=lambda n: (n.by, n.counts_as_told))
            ]
        if isinstance(first, QueueMessage):
            return [replace(first, release="attorney")]
        return self._contradiction(first, effects, tuple(sorted({rule for rule, _ in asks})))

    def _contradiction(self, first: Effect, effects: list[Effect], names: tuple[str, ...]) -> list[Effect]:
        about = _about(first)
        told = alert(
            self.facts,
            f"Rules {' and '.join(names)} contradict each other about {about}; neither was applied.",
        )
        error = Contradiction(about, names)
        tasks = [e for e in effects if isinstance(e, OpenTask)]
        if tasks:
            return [error, self._fallback(tasks), told]
        if isinstance(first, Assign):
            reserved = any(e.reserved for e in effects if isinstance(e, Assign))
            pick = resolve(FALLBACK, self.facts, reserved=reserved)
            why = f"fallback, rules contradict each other: {pick.reason}"
            return [
                error,
                Assign(first.subject, pick.person, why, pick.candidates, reserved, pick.among),
                told,
            ]
        return [error, told]

    def _fallback(self, tasks: list[OpenTask]) -> OpenTask:
        # The strictest of everything asked, so that nothing is lost while a person sorts it out.
        tasks = sorted(tasks, key=lambda t: (t.due, t.title, str(t.step), str(t)))
        reserved = any(t.reserved for t in tasks)
        pick = resolve(FALLBACK, self.facts, reserved=reserved)
        windows = [t.acknowledge_by for t in tasks if t.acknowledge_by is not None]
        items = {i.id: i for t in tasks for i in t.items}
        return tasks[0]._replace(
            owner=pick.person,
            owner_reason=f"fallback, rules contradict each other: {pick.reason}",
            candidates=pick.candidates,
            among=pick.among,
            acknowledge_by=min(windows, default=None),
            reserved=reserved,
            items=tuple(items.values()),
            timers=max((t.timers for t in tasks), key=len),
        )


def _key(effect: Effect) -> _Key:
    match effect:
        case OpenTask():
            return (_TASK, effect.key)
        case StartPlaybook():
            return (_PLAYBOOK, effect.playbook)
        case Notify():
            return (_NOTIFY, str(effect.person), effect.about, effect.method)
        case QueueMessage():
            return (_MESSAGE, effect.template, effect.to)
        case Assign():
            return (_ASSIGN, effect.subject)
        case SetDue():
            return (_DUE, effect.subject)
        case SetPriority():
            return (_PRIORITY,)
        case ArmChain():
            return (_CHAIN, effect.subject, effect.chain)
        case Alert() | Contradiction():
            return (_ALERT, effect.about)


def _about(effect: Effect) -> str:
    match effect:
        case OpenTask():
            return f"task {effect.key}"
        case Assign():
            return "the owner of the task"
        case SetDue():
            return "the due date of the task"
        case SetPriority():
            return "the priority of the matter"
        case _:
            return type(effect).__name__
