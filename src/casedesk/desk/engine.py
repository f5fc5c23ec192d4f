"""Something happened: one event, one frozen set of facts, one decision, applied in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casedesk.desk import authority
from casedesk.desk.apply import About, Applied, apply
from casedesk.desk.turn import Turn, opaque
from casedesk.models.enums import Priority
from casedesk.refusal import NotFound
from casedesk.routing.decide import decide
from casedesk.routing.decision import Decision
from casedesk.routing.effects import Assign, OpenTask, StartPlaybook
from casedesk.routing.facts import Event, Facts
from casedesk.routing.playbooks import Playbook
from casedesk.routing.progress import progress
from casedesk.routing.vocabulary import Trigger
from casedesk.store.unit_of_work import as_json

if TYPE_CHECKING:
    from casedesk.routing.library import Library


def begin(turn: Turn, trigger: str, subject: str, *, matter_id: int | None, request_id: str | None) -> int:
    """Write the event; its request id makes the same gesture twice one event (the store's unique key)."""
    event_id = turn.uow.new_id()
    turn.uow.insert(
        "event",
        id=event_id,
        trigger=trigger,
        subject=subject,
        matter_id=matter_id,
        actor_id=turn.actor.id,
        at_us=turn.now_us,
        request_id=request_id or f"gesture:{opaque(event_id)}",
        correlation=opaque(event_id),
    )
    return event_id


def facts(
    turn: Turn,
    about: About,
    *,
    fields: Mapping[str, Any] | None = None,
    items: tuple[str, ...] = (),
    agency_due: date | None = None,
    internal_due: date | None = None,
) -> Facts:
    """The snapshot of one event: the matter, its owners, the people as they are now, the dates."""
    known: dict[str, Any] = dict(fields or {})
    language = None
    if about.matter_id is not None:
        matter = turn.uow.need(
            "matter", about.matter_ref or "", "matter.find", ref="", id=about.matter_id, receipt=None
        )
        about.matter_ref, about.priority, language = matter.ref, matter.priority, matter.language
        known |= {
            "matter.type": matter.type,
            "matter.priority": matter.priority,
            "matter.language": matter.language,
            "matter.status": matter.status,
        }
    people = authority.people_of(turn, about.matter_id)
    return Facts(
        fields=known,
        owners=turn.owners(about.matter_id),
        people=people,
        kept_inside=authority.kept_inside(turn, people),
        requested_items=items,
        agency_due=agency_due,
        internal_due=internal_due,
        client_language=language,
    )


def happened(turn: Turn, trigger: str, about: About, snapshot: Facts) -> Applied:
    """Ask the rules what `trigger` means and write the answer."""
    library = _library(turn, snapshot)
    event = Event(trigger=trigger, subject=about.subject, at=turn.now, correlation=opaque(about.event_id))
    decision = _decided(
        turn,
        about,
        snapshot,
        lambda facts: decide(
            event, facts, library.rules, library.playbooks, library.chains, turn.calendar, turn.now
        ),
    )
    done = apply(turn, decision, about)
    _finish(turn, about, done)
    return done


def _decided(turn: Turn, about: About, snapshot: Facts, decide_by: Callable[[Facts], Decision]) -> Decision:
    """The decision; where it picks among several by load or by turn, made again with the picks held, by the counts as
    they are now: two events at once never choose by the same stale count."""
    decision = decide_by(snapshot)
    among = any(effect.among for effect in decision.effects if isinstance(effect, OpenTask | Assign))
    if turn.holds_picks or not among:
        return decision
    turn.hold_picks()
    return decide_by(replace(snapshot, people=authority.people_of(turn, about.matter_id)))


def announce(
    turn: Turn,
    trigger: Trigger,
    matter_id: int,
    ref: str,
    request_id: str | None,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Something befell a matter: one event, and the rules are asked where any of them asks about it."""
    event_id = begin(turn, trigger, opaque(matter_id), matter_id=matter_id, request_id=request_id)
    if turn.asks(trigger):
        about = About(event_id=event_id, subject=opaque(matter_id), matter_id=matter_id, matter_ref=ref)
        happened(turn, trigger, about, facts(turn, about, fields=fields))


def _library(turn: Turn, snapshot: Facts) -> Library:
    """The rules in force for what the facts are about."""
    kind = snapshot.fields.get("matter.type")
    return turn.library_for(None if kind is None else str(kind))


def playbook_of(turn: Turn, run_id: int) -> tuple[Any, Playbook]:
    """A run and the very version of the playbook it began with."""
    run = turn.uow.need("playbook run", opaque(run_id), "engine.run", id=run_id)
    return run, turn.library.playbooks.get(run.playbook, run.version)


def about_run(turn: Turn, run: Any, *, event_id: int, subject: str) -> About:
    """What a run is about, for the effects of its next steps."""
    notice = None if run.notice_id is None else turn.uow.one("document.notice", id=run.notice_id)
    return About(
        event_id=event_id,
        subject=subject,
        matter_id=run.matter_id,
        form_id=run.form_id,
        notice_id=run.notice_id,
        document_id=None if notice is None else notice.document_id,
        deadline_id=run.deadline_id,
        run_id=run.id,
    )


def run_facts(turn: Turn, run: Any, about: About) -> Facts:
    """The facts of a run under way, dates and requested papers included."""
    fields: dict[str, Any] = {"task.playbook": run.playbook}
    items: tuple[str, ...] = ()
    agency_due = internal_due = None
    if run.notice_id is not None:
        notice = turn.uow.need("notice", "", "document.notice", id=run.notice_id)
        fields |= {"document.kind": notice.kind, "document.matched": notice.matter_id is not None}
        items = tuple(json.loads(notice.requested_items))
    if run.deadline_id is not None:
        deadline = turn.uow.need("deadline", "", "engine.deadline", id=run.deadline_id)
        agency_due = date.fromisoformat(deadline.agency_due)
        internal_due = date.fromisoformat(deadline.internal_due)
    if run.form_id is not None:
        fields["form.form"] = turn.uow.need("form", "", "engine.form", id=run.form_id).form
    if run.triage is not None:
        fields["triage.complexity"] = run.triage
    return facts(turn, about, fields=fields, items=items, agency_due=agency_due, internal_due=internal_due)


def start(
    turn: Turn,
    playbook: str,
    about: About,
    *,
    agency_due: date | None = None,
    internal_due: date | None = None,
) -> Applied:
    """Begin a playbook that no rule began, with its first steps; `about.event_id` is the event it began with."""
    book = turn.library.playbooks.current(playbook, turn.today)
    if book is None:
        raise NotFound("playbook", playbook, "See `casedesk rules list`.")
    event = Event(
        trigger=Trigger.SCHEDULE, subject=about.subject, at=turn.now, correlation=opaque(about.event_id)
    )
    snapshot = facts(
        turn, about, fields={"task.playbook": playbook}, agency_due=agency_due, internal_due=internal_due
    )
    library = _library(turn, snapshot)
    decision = _decided(
        turn,
        about,
        snapshot,
        lambda facts: progress(event, book, facts, library.chains, turn.calendar, turn.now, done=()),
    )
    begun = replace(decision, effects=(StartPlaybook(book.id, book.version), *decision.effects))
    done = apply(turn, begun, about)
    _finish(turn, about, done)
    return done


def advance(
    turn: Turn, run_id: int | None, trigger: str, subject: str, *, request_id: str | None = None
) -> Applied:
    """A step is done, or something befell the run: open what can be worked on now, and ask the rules as well."""
    if run_id is None:
        return Applied()
    run, playbook = playbook_of(turn, run_id)
    event_id = begin(turn, trigger, subject, matter_id=run.matter_id, request_id=request_id)
    about = about_run(turn, run, event_id=event_id, subject=subject)
    snapshot = run_facts(turn, run, about)
    happenings = {*json.loads(run.happened), trigger}
    steps = turn.uow.all("engine.run_steps", run_id=run_id)
    library = _library(turn, snapshot)
    event = Event(trigger=trigger, subject=subject, at=turn.now, correlation=opaque(event_id))
    decision = _decided(
        turn,
        about,
        snapshot,
        lambda facts: progress(
            event,
            playbook,
            facts,
            library.chains,
            turn.calendar,
            turn.now,
            done={s.step for s in steps if s.state == "done"},
            opened={s.step for s in steps},
            happened=happenings,
        ),
    )
    turn.uow.run("engine.set_happened", id=run_id, happened=as_json(sorted(happenings)))
    done = apply(turn, decision, about)
    if library.rules.asked(trigger):
        more = happened(turn, trigger, about, snapshot)
        done.tasks += more.tasks
        done.messages += more.messages
        done.changed += more.changed
    _finish(turn, about, done)
    _close(turn, run_id, playbook)
    return done


def _close(turn: Turn, run_id: int, playbook: Playbook) -> None:
    """A run ends when every step was opened and none of its tasks is open."""
    steps = turn.uow.all("engine.run_steps", run_id=run_id)
    if {s.id for s in playbook.step} <= {s.step for s in steps} and all(
        s.state in ("done", "cancelled") for s in steps
    ):
        turn.uow.run("engine.close_run", id=run_id, now_us=turn.now_us)


def _finish(turn: Turn, about: About, done: Applied) -> None:
    turn.uow.run_later(
        "engine.set_outcome",
        id=about.event_id,
        outcome=as_json({"decision": opaque(done.decision_id), "tasks": [t["ref"] for t in done.tasks]}),
    )


PRIORITY_ORDER = {p.value: i for i, p in enumerate(Priority)}
