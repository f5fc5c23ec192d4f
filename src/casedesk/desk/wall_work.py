"""What somebody holds of a matter they will not see: it goes to one who will, or the wall waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casedesk.desk import invitations, pausing, sight
from casedesk.desk.apply import About, tell
from casedesk.desk.turn import Turn
from casedesk.models.enums import OwnerKind
from casedesk.refusal import NotAllowed, Refusal
from casedesk.routing.facts import PersonFacts

OUR_ATTORNEYS = frozenset({OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY})


def hand_over(turn: Turn, row: Any, people: Iterable[int], reassign_to: str | None) -> None:
    """What those who will not see the matter hold of it goes to one who will, or is named in a refusal."""
    leaving = set(people)
    held = [h for h in turn.uow.all("wall.holding", matter_id=row.id) if h.person_id in leaving]
    if not held:
        return
    if reassign_to is None:
        first = ", ".join(f"{turn.handle(h.person_id)} {_what(h)}" for h in held[:3])
        more = f", and {len(held) - 3} more" if len(held) > 3 else ""
        raise Refusal(
            "shut_out_holds_work",
            f"Work of {row.ref} is with people who will not see it: {first}{more}.",
            "Reassign it first, or give --reassign-to HANDLE.",
        )
    to = turn.person(reassign_to)
    if to.id in leaving or (row.guarded and to.id in sight.shut_out(turn, row.id)):
        raise Refusal("not_inside", f"{to.handle} will not see {row.ref} either.", "Name somebody inside.")
    for work in held:
        _give(turn, row, work, to)
    # The wall does not stand yet: who is about to be shut out is told that what they had in their calendar is off.
    invitations.of_matter(turn, row.id)
    turn.uow.flush()


def _give(turn: Turn, row: Any, work: Any, to: PersonFacts) -> None:
    because = f"reassigned by {turn.actor.handle}, a wall"
    needs = work.reserved or work.name in OUR_ATTORNEYS or (work.what == "review" and work.name != "second")
    if (needs and not to.licensed) or (work.what == "review" and not (to.licensed or to.second_reviewer)):
        raise NotAllowed(
            "not_licensed",
            f"{to.handle} may not take over what {turn.handle(work.person_id)} {_what(work)}.",
            "Name an attorney.",
        )
    if work.what == "task":
        turn.uow.run("task.add_generation", id=work.id, owner_id=to.id, owner_reason=because, note=work.note)
        pausing.go_on(turn, work.id, acknowledged=False)
        about = About(event_id=0, subject=work.ref, matter_id=row.id)
        tell(turn, to.id, f"{work.name}: {work.ref}, {because}", "assigned", about, task_id=work.id)
        action = "task.reassigned"
    elif work.what == "review":
        turn.uow.run("gate.take_over", id=work.id, owner_id=to.id, why=because)
        action = "review.reassigned"
    else:
        turn.uow.run("matter.set_owner", matter_id=row.id, kind=work.name, person_id=to.id)
        action = "matter.owner"
    turn.uow.audit(
        action,
        work.ref or row.ref,
        matter_id=row.id,
        to=to.handle,
        of=turn.handle(work.person_id),
        kind=work.name,
    )


def _what(work: Any) -> str:
    if work.what == "owner":
        return f"is its {work.name.replace('_', ' ')}"
    return f"has {work.ref}"
