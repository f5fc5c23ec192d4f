"""`apply` is the only place that writes what the engine decided: runs, tasks, timers, messages, tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casedesk.desk import compose, pausing, rules_force, sight
from casedesk.desk.turn import Turn, opaque
from casedesk.models.enums import Role
from casedesk.routing.decision import Decision, trace_json
from casedesk.routing.effects import (
    Alert,
    ArmChain,
    Assign,
    Contradiction,
    Notify,
    OpenTask,
    PlannedTimer,
    QueueMessage,
    SetDue,
    SetPriority,
    StartPlaybook,
)
from casedesk.store.unit_of_work import as_json, micros

if TYPE_CHECKING:
    from casedesk.routing.playbooks import Head


@dataclass
class About:
    """What the decided event is about; a playbook that starts fills in `run_id`."""

    event_id: int
    subject: str
    matter_id: int | None = None
    matter_ref: str | None = None
    form_id: int | None = None
    notice_id: int | None = None
    document_id: int | None = None
    deadline_id: int | None = None
    run_id: int | None = None
    priority: str = "standard"
    appointment_id: int | None = None


@dataclass
class Applied:
    """What was written. `changed` names what was done to things that stood there before."""

    decision_id: int = 0
    tasks: list[dict[str, str]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def apply(turn: Turn, decision: Decision, about: About) -> Applied:
    """Write every effect, the decision with its trace, and one audit entry for each fact."""
    done = Applied(decision_id=turn.uow.new_id())
    for effect in decision.effects:
        match effect:
            case StartPlaybook():
                _start(turn, effect, about)
                done.changed.append(f"the playbook {effect.playbook} has begun")
            case OpenTask():
                done.tasks.append(open_task(turn, effect, about))
            case Notify():
                tell(turn, effect.person, effect.about, "notify", about, by=effect.by)
            case QueueMessage():
                _message(turn, effect, about, done)
            case Alert() | Contradiction():
                _alarm(turn, effect, about)
            case Assign() | SetDue() | SetPriority() | ArmChain():
                _change(turn, effect, about)
                done.changed.append(_words(effect, about))
    record(turn, decision, about, done)
    return done


def _message(turn: Turn, effect: QueueMessage, about: About, done: Applied) -> None:
    ref = compose.queue(turn, effect.template, effect.release, about)
    if ref is not None:
        done.messages.append(ref)
        return
    for person in managers(turn, about.matter_id):
        tell(
            turn,
            person,
            f"The client's message {effect.template} could not be made; write it by hand.",
            "alarm",
            about,
        )


def record(turn: Turn, decision: Decision, about: About, done: Applied) -> None:
    """Keep the decision: facts, rules' hash, candidates and arithmetic, as they were."""
    trace = trace_json(decision)
    facts = trace.pop("facts")
    keep_rules(turn, trace["rules_sha256"])
    turn.uow.insert(
        "decision",
        id=done.decision_id,
        event_id=about.event_id,
        matter_id=about.matter_id,
        facts=as_json(facts),
        rule_set_sha256=trace["rules_sha256"],
        trace=as_json(trace),
        at_us=turn.now_us,
    )


def keep_rules(turn: Turn, sha256: str) -> None:
    """The rule set a decision names stands on record, word for word, from the first decision it made."""
    house = turn.house
    if not sha256 or sha256 in house.rules_on_record:
        return
    if turn.uow.one("engine.rule_set", sha256=sha256) is not None:
        house.rules_on_record.add(sha256)
        return
    turn.uow.insert(
        "rule_set",
        id=turn.uow.new_id(),
        sha256=sha256,
        body=as_json(house.texts_of[sha256]),
        installed_us=turn.now_us,
    )


def keep_library(turn: Turn) -> None:
    """Put the rules in force and the playbooks on record, before any of them is needed."""
    for library in rules_force.libraries(turn):
        keep_rules(turn, library.rules.sha256)
    _keep_playbooks(turn)


def library_missing(turn: Turn) -> bool:
    """Whether `keep_library` has anything to do."""
    names = {library.rules.sha256 for library in rules_force.libraries(turn)} - turn.house.rules_on_record
    unknown = any(turn.uow.one("engine.rule_set", sha256=name) is None for name in names)
    return unknown or bool(_off_record(turn))


def _off_record(turn: Turn) -> list[Head]:
    on_record = {(row.playbook, row.version) for row in turn.uow.all("engine.playbooks")}
    return [h for h in turn.library.playbooks.heads if (h.id, h.version) not in on_record]


def _keep_playbooks(turn: Turn) -> None:
    """Every playbook, with the first that is needed: one that came to stand there alone would tell everybody that
    somewhere, behind a wall perhaps, it was begun."""
    for playbook in _off_record(turn):
        text, digest = turn.house.playbook_text(playbook.id)
        turn.uow.insert(
            "playbook_version",
            id=turn.uow.new_id(),
            playbook=playbook.id,
            version=playbook.version,
            sha256=digest,
            body=text,
            effective_from=turn.today.isoformat(),
            installed_us=turn.now_us,
        )


def _start(turn: Turn, effect: StartPlaybook, about: About) -> None:
    uow = turn.uow
    if uow.one("engine.playbook_version", playbook=effect.playbook, version=effect.version) is None:
        _keep_playbooks(turn)
    about.run_id = uow.new_id()
    uow.insert(
        "playbook_run",
        id=about.run_id,
        matter_id=about.matter_id,
        form_id=about.form_id,
        notice_id=about.notice_id,
        document_id=about.document_id,
        deadline_id=about.deadline_id,
        playbook=effect.playbook,
        version=effect.version,
        started_us=turn.now_us,
    )
    uow.audit(
        "playbook.started",
        about.matter_ref or about.subject,
        matter_id=about.matter_id,
        playbook=effect.playbook,
        version=effect.version,
    )


def open_task(turn: Turn, effect: OpenTask, about: About) -> dict[str, str]:
    """Write one task with its checklist and timers, and tell its owner."""
    uow = turn.uow
    task_id, ref = uow.new_id(), uow.new_ref("T", "task")
    owner = effect.owner if effect.owner is not None else _somebody(turn, about.matter_id)
    waiting = effect.wake_up is not None
    uow.insert(
        "task",
        id=task_id,
        ref=ref,
        matter_id=about.matter_id,
        run_id=about.run_id,
        notice_id=about.notice_id,
        deadline_id=about.deadline_id if effect.internal_due or effect.agency_due else None,
        kind=effect.kind,
        title=effect.title,
        step=effect.step or "",
        owner_id=owner,
        owner_reason=effect.owner_reason,
        state="waiting" if waiting else "new",
        # Where nobody may own reserved work a manager holds it; its reserved items stay closed to her.
        reserved=int(effect.reserved and effect.owner is not None),
        priority=about.priority,
        hours_tenths=round(effect.hours * 10),
        acknowledge_by_us=None if effect.acknowledge_by is None else micros(effect.acknowledge_by),
        due_us=micros(effect.due),
        internal_due=None if effect.internal_due is None else effect.internal_due.isoformat(),
        agency_due=None if effect.agency_due is None else effect.agency_due.isoformat(),
        arrived_late=int(effect.arrived_late),
        waiting_on=effect.waiting_on,
        waiting_since_us=turn.now_us if waiting else None,
        wake_up_us=None if effect.wake_up is None else micros(effect.wake_up),
        created_us=turn.next_assigned_us if effect.among else turn.now_us,
    )
    uow.insert_many(
        "task_item",
        [
            {
                "id": uow.new_id(),
                "task_id": task_id,
                "position": position,
                "code": item.id,
                "text": item.text,
                "hint": item.hint or "",
                "required": int(item.required),
                "reserved": int(item.reserved),
                "wants_file": int(item.wants_file),
            }
            for position, item in enumerate(effect.items, start=1)
        ],
    )
    timers = list(effect.timers)
    if effect.wake_up is not None:
        timers.append(wake_timer(effect.wake_up))
    arm(turn, timers, task_id=task_id, matter_id=about.matter_id, generation=1, resting=waiting)
    uow.audit(
        "task.opened",
        ref,
        matter_id=about.matter_id,
        kind=effect.kind,
        owner=turn.handle(owner),
        why=effect.owner_reason,
        due_us=micros(effect.due),
        **({"on": effect.waiting_on or ""} if waiting else {}),
    )
    if owner != turn.actor.id:
        tell(turn, owner, f"{effect.title}: {ref}", "assigned", about, task_id=task_id)
    return {
        "id": opaque(task_id),
        "ref": ref,
        "title": effect.title,
        "kind": effect.kind,
        "owner": turn.handle(owner),
    }


def wake_timer(at: datetime) -> PlannedTimer:
    """Every wait wakes up: one timer, kept as a chain of its own."""
    return PlannedTimer("wake", 1, at, "incomplete", "remind", ("task.owner",))


def arm(
    turn: Turn,
    timers: list[PlannedTimer],
    *,
    task_id: int,
    matter_id: int | None,
    generation: int,
    subject_id: int | None = None,
    resting: bool = False,
) -> None:
    """Write the timers of a task; `subject_id` where they watch something else than the task itself. Those of a task
    that is `resting` (it waits, or is on hold) count no office time until it goes on."""
    turn.uow.insert_many(
        "timer",
        [
            {
                "id": turn.uow.new_id(),
                "matter_id": matter_id,
                "task_id": task_id,
                "subject_id": task_id if subject_id is None else subject_id,
                "chain": timer.chain,
                "step": timer.step,
                "generation": generation,
                "fire_at_us": micros(timer.fire_at),
                "condition": timer.condition,
                "action": timer.action,
                "targets": as_json(list(timer.targets)),
                "clock": timer.clock,
                **(pausing.stopped(turn, timer) if resting else pausing.RUNNING),
            }
            for timer in timers
        ],
    )


def tell(
    turn: Turn,
    person: int,
    subject: str,
    about_what: str,
    about: About,
    *,
    by: datetime | None = None,
    task_id: int | None = None,
    body: str = "",
) -> None:
    """Tell somebody in the firm, unless they may not see what it is about. The row is the delivery; it carries no
    client data.

    A rule that asks for e-mail is told in the app as any other is; what of it also leaves by mail is the person's own
    preference, and the worker's to put up (`reminding`).
    """
    if about.matter_id is not None and person in sight.shut_out(turn, about.matter_id):
        return
    row_id = turn.uow.new_id()
    turn.uow.insert(
        "outbox",
        id=row_id,
        matter_id=about.matter_id,
        task_id=task_id,
        person_id=person,
        channel="in_app",
        about=about_what,
        subject=subject,
        body=body,
        message_id=f"<{opaque(row_id).lower()}@{turn.uow.store_id[:12]}.casedesk>",
        state="delivered",
        by_us=None if by is None else micros(by),
        created_us=turn.now_us,
    )


def _alarm(turn: Turn, effect: Alert | Contradiction, about: About) -> None:
    turn.uow.audit("engine.alarm", about.subject, matter_id=about.matter_id, about=effect.about)
    if isinstance(effect, Contradiction):
        return
    people = [effect.person] if effect.person is not None else managers(turn, about.matter_id)
    for person in people:
        tell(turn, person, effect.about, "alarm", about)


def managers(turn: Turn, matter_id: int | None = None) -> list[int]:
    """Everybody who manages, present or not, and may see the matter; where nobody does both, everybody who may see it."""
    wanted = {Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER}
    out = sight.shut_out(turn, matter_id)
    inside = [p for p in turn.staff.values() if p.id not in out]
    return [p.id for p in inside if p.roles & wanted] or [p.id for p in inside]


def _somebody(turn: Turn, matter_id: int | None) -> int:
    return (managers(turn, matter_id) or list(turn.staff))[0]


def _change(turn: Turn, effect: Assign | SetDue | SetPriority | ArmChain, about: About) -> None:
    uow = turn.uow
    if isinstance(effect, SetPriority):
        if about.matter_id is not None:
            uow.run("matter.set_priority", id=about.matter_id, priority=effect.priority)
            uow.audit(
                "matter.priority", about.matter_ref or "", matter_id=about.matter_id, priority=effect.priority
            )
        return
    task: Any = uow.need("task", effect.subject, "task.find", ref=effect.subject, id=0)
    if isinstance(effect, Assign):
        if effect.owner is not None and effect.owner != task.owner_id:
            uow.update("task", task.id, owner_id=effect.owner, owner_reason=effect.reason, state="new")
            pausing.follow(turn, task.id, task.state, "new")
            tell(turn, effect.owner, f"{task.title}: {task.ref}", "assigned", about, task_id=task.id)
            uow.audit("task.assigned", task.ref, matter_id=about.matter_id, owner=turn.handle(effect.owner))
    elif isinstance(effect, SetDue):
        uow.update("task", task.id, due_us=micros(effect.due))
        uow.audit("task.due", task.ref, matter_id=about.matter_id, due_us=micros(effect.due))
    else:
        arm(
            turn,
            list(effect.timers),
            task_id=task.id,
            matter_id=about.matter_id,
            generation=task.generation,
            resting=task.state in pausing.RESTING,
        )


def _words(effect: Assign | SetDue | SetPriority | ArmChain, about: About) -> str:
    """What an effect changed, in the words of a refusal."""
    match effect:
        case SetPriority():
            return f"the priority of {about.matter_ref or about.subject} was set"
        case Assign():
            return f"{effect.subject} changed hands"
        case SetDue():
            return f"the due day of {effect.subject} was set"
        case _:
            return f"reminders of {effect.subject} were set"
