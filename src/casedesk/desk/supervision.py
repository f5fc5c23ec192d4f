"""Delegated work: which task to whom, under whom, with what instructions, and what the supervisor found of it.

The law leaves the responsibility with the lawyer who delegates (ABA Model Rules 5.1 and 5.3): what may never be handed
on stands in the authority matrix, each delegation names the matrix it was given under, and none ends without a check.
"""

from __future__ import annotations

from typing import Any

from casedesk.desk import asked, authority, tasks, training
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.task_rows import row_of
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.desk.views.people import SupervisionView
from casedesk.models import lifecycle
from casedesk.models.enums import OwnerKind, SupervisionOutcome, TaskState
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.routing.authority import Act
from casedesk.routing.facts import PersonFacts
from casedesk.routing.strategies import hours_open

_ATTORNEYS = (OwnerKind.SUPERVISING_ATTORNEY, OwnerKind.LEAD_ATTORNEY)


def give(
    turn: Turn,
    task: str,
    *,
    to: str,
    under: str | None = None,
    instructions: str,
    request_id: str | None = None,
) -> SupervisionView:
    """Delegate a task: it becomes `to`'s, done as the instructions say, and checked by whoever it stands `under` (the
    matter's supervising attorney, else its lead attorney, when nobody is named).

    An attorney or a manager delegates. Raises `NotAllowed` for an act that is never delegated, for somebody whose role
    or training the matrix does not accept or who is from outside where the work stays in the firm, and for a
    supervisor without a licence that reaches the matter.
    """
    row = row_of(turn, task)
    if TaskState(row.state) not in lifecycle.OPEN_TASK_STATES:
        raise Refusal("task_closed", f"{row.ref} ({row.title}) is {row.state}.", "See `casedesk task list`.")
    _may_delegate(turn, row)
    act = authority.act_of(turn, row)
    _refuse_act(turn, row, act)
    people = authority.people_of(turn, row.matter_id)
    delegate = people[turn.person(to).id]
    supervisor = _supervisor(turn, row, people, under, delegate)
    authority.refuse_owner(turn, row, delegate)
    warnings = _refuse_delegate(turn, act, delegate)
    standing = turn.uow.one("supervision.open_of_task", task_id=row.id)
    if standing is not None:
        raise Refusal(
            "delegated_already",
            f"{row.ref} is with {turn.handle(standing.delegate_id)} under {turn.handle(standing.supervisor_id)}"
            f" already ({standing.ref}).",
            f"Check that first: casedesk delegate check {standing.ref} returned --remarks WORDS",
        )
    words = asked.words(instructions, "The instructions", most=asked.LONGEST_TEXT)
    _hand_over(turn, row, delegate, words, request_id)
    ref = _write(turn, row, act.id, delegate.id, supervisor.id, words)
    _tell(turn, supervisor.id, row, f"Under your supervision, with {delegate.handle}: {row.title} {row.ref}")
    return show(turn, ref, warnings=(*warnings, *_of_supervisor(turn, supervisor)))


def check(turn: Turn, ref: str, outcome: str, *, remarks: str = "") -> SupervisionView:
    """What the supervisor found: accepted, corrected (by themselves), returned (to be done again, and checked again),
    or escalated (the matter's lead attorney and the managers hear of it).

    The supervisor checks, or one of the matter's attorneys. Remarks are asked for unless it is accepted.
    """
    row = _open(turn, ref)
    found = asked.one_of(outcome, SupervisionOutcome, "outcome")
    _may_check(turn, row)
    said = asked.optional(remarks, "The remarks", most=asked.LONGEST_TEXT)
    if found is not SupervisionOutcome.ACCEPTED and not said:
        raise Refusal(
            "remarks_missing", f"{found.value.capitalize()} work has a word why.", "Say it with --remarks."
        )
    task = row_of(turn, row.task_ref)
    if found is SupervisionOutcome.RETURNED:
        _refuse_moved_on(turn, task)
    turn.uow.run(
        "supervision.check",
        id=row.id,
        checked_by=turn.actor.id,
        checked_us=turn.now_us,
        outcome=found.value,
        remarks=said,
    )
    turn.uow.audit(
        "delegation.checked", row.ref, matter_id=row.matter_id, task=row.task_ref, outcome=found.value
    )
    if found is SupervisionOutcome.RETURNED:
        _again(turn, row, task, said)
    elif found is SupervisionOutcome.ESCALATED:
        _alarm(turn, row, task, f"Escalated by {turn.actor.handle}")
    _tell(turn, row.delegate_id, task, f"Your work was {found.value}: {row.title} {row.task_ref} ({row.ref})")
    return show(turn, row.ref)


def escalate(turn: Turn, ref: str, *, remarks: str) -> SupervisionView:
    """The delegate's own way up: something is wrong, and the supervisor, the matter's lead attorney and the managers
    hear of it now. The delegation stands, and is checked as any other."""
    row = _open(turn, ref)
    if turn.actor.id not in (row.delegate_id, row.supervisor_id) and not turn.actor.is_manager:
        raise NotAllowed(
            "not_yours",
            f"{row.ref} is with {turn.handle(row.delegate_id)} under {turn.handle(row.supervisor_id)}.",
            "They raise it, or a manager.",
        )
    said = asked.words(remarks, "What is wrong", most=asked.LONGEST_TEXT)
    task = row_of(turn, row.task_ref)
    turn.uow.audit("delegation.escalated", row.ref, matter_id=row.matter_id, task=row.task_ref, remarks=said)
    _alarm(turn, row, task, f"Raised by {turn.actor.handle}", row.supervisor_id)
    return show(turn, row.ref)


def listing(
    turn: Turn,
    *,
    scope: str = "supervising",
    matter: str | None = None,
    closed: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> tuple[SupervisionView, ...]:
    """Delegated work, newest first: what I supervise, what I was given ("mine"), or all that I may see ("all").

    Checked work is left out unless `closed`. What is done and waits for a check says so.
    """
    last = None if after is None else _row(turn, after)
    rows = turn.uow.all(
        "supervision.listing",
        supervisor_id=turn.actor.id if scope == "supervising" else None,
        delegate_id=turn.actor.id if scope == "mine" else None,
        matter_id=None if matter is None else turn.matter(matter).id,
        open_only=0 if closed else 1,
        after_us=None if last is None else last.given_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(_view(turn, row) for row in rows)


def show(turn: Turn, ref: str, *, warnings: tuple[str, ...] = ()) -> SupervisionView:
    """One piece of delegated work, by ref or id."""
    return _view(turn, _row(turn, ref), warnings)


def of_task(turn: Turn, task_id: int) -> SupervisionView | None:
    """The newest delegation of a task, None for one that was never delegated."""
    row = turn.uow.one("supervision.last_of_task", task_id=task_id)
    return None if row is None else _view(turn, row)


def task_done(turn: Turn, task: Any) -> None:
    """A task was finished: where it was delegated, its supervisor hears that it waits for the check."""
    row = turn.uow.one("supervision.open_of_task", task_id=task.id)
    if row is not None and row.supervisor_id != turn.actor.id:
        _tell(
            turn,
            row.supervisor_id,
            task,
            f"Done, and waits for your check: {row.title} {task.ref} ({row.ref})",
        )


# --- who may


def _may_delegate(turn: Turn, task: Any) -> None:
    if turn.signing_licence() is None and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed",
            f"Delegating {task.ref} under supervision is for an attorney or a manager.",
            "Hand your own work off with `casedesk task hand-off`.",
        )


def _refuse_act(turn: Turn, task: Any, act: Act) -> None:
    reserved = any(i.reserved and i.state == "open" for i in turn.uow.all("task.items", task_id=task.id))
    if act.delegate and not reserved:
        return
    what = act.title if not act.delegate else "a step reserved to attorneys"
    raise NotAllowed(
        "never_delegated",
        f"{task.ref} is never delegated: {what}.",
        f"It is done by {authority.who(act)} ({act.citation})."
        if not act.delegate
        else "The attorney decides the reserved step first.",
    )


def _supervisor(
    turn: Turn, task: Any, people: dict[int, PersonFacts], under: str | None, delegate: PersonFacts
) -> PersonFacts:
    owners = turn.owners(task.matter_id)
    standing = next((owners[kind] for kind in _ATTORNEYS if kind in owners), None)
    if under is None and standing not in people:
        raise Refusal(
            "no_supervisor",
            f"{task.ref} has no attorney to stand under.",
            "Name the supervising attorney with --under.",
        )
    person = people[turn.person(under).id if under is not None else standing or 0]
    if not person.licensed:
        scope = " before the court" if person.id in turn.partial else ""
        raise NotAllowed(
            "supervisor_unlicensed",
            f"{person.handle} has no licence{scope}, and supervises no delegated work of {task.ref}.",
            "Name an attorney, or a representative accredited for it.",
        )
    if person.walled_off:
        raise NotAllowed("behind_a_wall", f"{person.handle} does not see the matter of {task.ref}.", "")
    if person.id == delegate.id:
        raise Refusal(
            "supervises_herself", f"{person.handle} does not supervise their own work.", "Name somebody else."
        )
    return person


def _refuse_delegate(turn: Turn, act: Act, delegate: PersonFacts) -> list[str]:
    """Raises where the matrix does not accept the delegate; returns what speaks against them and does not bar them."""
    if not delegate.roles & set(act.to):
        names = ", ".join(role.replace("_", " ") for role in act.to)
        raise NotAllowed(
            "role_not_accepted",
            f"{act.title} is delegated to: {names}; {delegate.handle} is none of them.",
            "Choose somebody else.",
        )
    if delegate.walled_off:
        raise NotAllowed("behind_a_wall", f"{delegate.handle} does not see that matter.", "Choose another.")
    lacks = training.lacking(turn, delegate.id, act.training)
    if lacks and act.training_rule == "refuse":
        raise NotAllowed(
            "training_missing",
            f"{delegate.handle} lacks training for it: {'; '.join(lacks)}.",
            "They acknowledge it with `casedesk training acknowledge`.",
        )
    warnings = [f"{delegate.handle} lacks training: {each}" for each in lacks]
    if act.skills and not delegate.skills & set(act.skills):
        warnings.append(f"{delegate.handle} has none of the skills: {', '.join(act.skills)}")
    if delegate.capacity_hours and delegate.open_hours >= delegate.capacity_hours:
        warnings.append(f"{delegate.handle} is over capacity: {hours_open(delegate)}")
    return warnings


def _of_supervisor(turn: Turn, supervisor: PersonFacts) -> list[str]:
    lacks = training.lacking(turn, supervisor.id, authority.matrix(turn).supervisors)
    return [f"{supervisor.handle} lacks training: {each}" for each in lacks]


def _may_check(turn: Turn, row: Any) -> None:
    owners = turn.owners(row.matter_id)
    if turn.actor.id not in {row.supervisor_id, *(owners.get(kind) for kind in _ATTORNEYS)}:
        raise NotAllowed(
            "not_yours",
            f"{row.ref} stands under {turn.handle(row.supervisor_id)}, who checks it.",
            "Leave it to them, or to the matter's attorney.",
        )
    if turn.actor.id == row.delegate_id:
        raise NotAllowed("own_work", "Nobody checks their own delegated work.", "The supervisor does.")
    turn.require_licence("Checking delegated work", row.matter_id)


# --- writing


def _hand_over(turn: Turn, task: Any, delegate: PersonFacts, words: str, request_id: str | None) -> None:
    if task.owner_id == delegate.id:
        return
    if not delegate.present:
        raise Refusal("away", f"{delegate.handle} is away.", "Choose somebody who is here.")
    tasks.give(turn, task, delegate.handle, words, "task.delegated", "delegated by", request_id)


def _write(turn: Turn, task: Any, act: str, delegate_id: int, supervisor_id: int, words: str) -> str:
    ref = turn.uow.new_ref("DL", "supervision")
    turn.uow.insert(
        "supervision",
        id=turn.uow.new_id(),
        ref=ref,
        matter_id=task.matter_id,
        task_id=task.id,
        act=act,
        delegate_id=delegate_id,
        supervisor_id=supervisor_id,
        instructions=words,
        authority_sha256=turn.house.authority.sha256,
        given_by=turn.actor.id,
        given_us=turn.now_us,
    )
    turn.uow.audit(
        "delegation.given",
        ref,
        matter_id=task.matter_id,
        task=task.ref,
        act=act,
        to=turn.handle(delegate_id),
        under=turn.handle(supervisor_id),
        authority=turn.house.authority.sha256,
    )
    return ref


def _again(turn: Turn, row: Any, task: Any, remarks: str) -> None:
    """Returned work goes on, under the same supervisor, with the remarks as its instructions."""
    if task.state == TaskState.DONE:
        turn.uow.run("supervision.reopen", id=task.id)
        turn.uow.audit("task.reopened", task.ref, matter_id=row.matter_id, why=row.ref)
    ref = _write(turn, task, row.act, row.delegate_id, row.supervisor_id, remarks)
    turn.uow.audit("delegation.returned", row.ref, matter_id=row.matter_id, again=ref)


def _refuse_moved_on(turn: Turn, task: Any) -> None:
    if task.state == TaskState.CANCELLED:
        raise Refusal("task_closed", f"{task.ref} was cancelled.", "Accept, correct or escalate it.")
    if task.state != TaskState.DONE or task.run_id is None:
        return
    later = turn.uow.all("engine.run_steps", run_id=task.run_id)
    if any(step.id != task.id and step.state not in ("new", "cancelled") for step in later):
        raise Refusal(
            "moved_on", f"The work after {task.ref} has begun.", "Correct it, or escalate it, instead."
        )


def _alarm(turn: Turn, row: Any, task: Any, how: str, *also: int) -> None:
    lead = turn.owners(row.matter_id).get(OwnerKind.LEAD_ATTORNEY)
    people = {person for person in (lead, *managers(turn), *also) if person is not None}
    for person in sorted(people - {turn.actor.id}):
        _tell(turn, person, task, f"{how}: delegated work {row.ref}, {row.title} {row.task_ref}", "alarm")


def _tell(turn: Turn, person: int, task: Any, words: str, what: str = "delegated") -> None:
    if person != turn.actor.id:
        about = About(event_id=0, subject=task.ref, matter_id=task.matter_id)
        tell(turn, person, words, what, about, task_id=task.id)


# --- reading


def _row(turn: Turn, ref: str) -> Any:
    row = turn.uow.one("supervision.find", ref=ref.strip().upper(), id=id_of(ref))
    if row is None:
        raise NotFound("delegation", ref, "See `casedesk delegate list`.")
    return row


def _open(turn: Turn, ref: str) -> Any:
    row = _row(turn, ref)
    if row.checked_us is not None:
        raise Refusal(
            "checked_already",
            f"{row.ref} was {row.outcome} by {turn.handle(row.checked_by)} already.",
            "See `casedesk delegate list`.",
        )
    return row


def _view(turn: Turn, row: Any, warnings: tuple[str, ...] = ()) -> SupervisionView:
    return SupervisionView(
        id=opaque(row.id),
        ref=row.ref,
        task=row.task_ref,
        title=row.title,
        matter=row.matter_ref,
        caption=row.caption,
        act=row.act,
        delegate=turn.handle(row.delegate_id),
        supervisor=turn.handle(row.supervisor_id),
        instructions=row.instructions,
        given_by=turn.handle(row.given_by),
        given_at=instant(row.given_us),
        task_state=row.task_state,
        waiting=row.checked_us is None and row.task_state == TaskState.DONE,
        outcome=row.outcome,
        remarks=row.remarks,
        checked_by=turn.handle(row.checked_by) or None,
        checked_at=at(row.checked_us),
        authority_sha256=row.authority_sha256,
        warnings=warnings,
    )


__all__ = ["check", "escalate", "give", "listing", "of_task", "show", "task_done"]
