"""Behind walls: what the service login does for matters whose people were not asked.

A notice of a walled matter may reach somebody outside the wall. To them its number is unknown, and everything they
can see stays as it does with any unknown number: the paper lies in the inbox, and its task asks where it belongs. Behind
the wall the service keeps the matter's own copy of it, and asks the rules there. So nothing that is outside moves, and
nothing that moves is outside; what the service writes here no open desk hears of (`Desk.write_unheard`).

Only the service login can do this, and only on a shared store: on a local one everybody sees everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from casedesk.desk import apply, engine, paper_views, papers, pausing, sight, vault
from casedesk.desk.apply import About, tell
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.models.enums import OwnerKind

MOST = 100
"""What one sweep does of each kind; the next one goes on."""


@dataclass(frozen=True)
class Job:
    """One thing that waits, done in a transaction of its own; `give_up` says so inside where it cannot be done."""

    do: Callable[[Turn], None]
    give_up: Callable[[Turn, str], None] | None = None


def jobs(turn: Turn) -> tuple[Job, ...]:
    """What waits for the service behind walls; for every other login nothing."""
    if turn.actor.kind != "service":
        return ()
    found = [Job(apply.keep_library)] if apply.library_missing(turn) else []
    for row in turn.uow.all("wall.waiting", limit=MOST):
        paper = {"document_id": row.document_id, "matter_id": row.matter_id}
        found.append(Job(partial(_take_in, **paper), partial(_give_up, **paper)))
    for row in turn.uow.all("wall.twice", limit=MOST):
        found.append(Job(partial(_warn, matter_id=row.matter_id, receipt_number=row.receipt_number)))
    for row in turn.uow.all("wall.newcomers", limit=MOST):
        found.append(Job(partial(_screen, newcomer=row)))
    for row in turn.uow.all("wall.orphans", limit=MOST):
        found.append(Job(partial(_work_left, matter_id=row.matter_id, person_id=row.person_id)))
    return tuple(found)


# -- papers -----------------------------------------------------------------------------------------------------------


def _take_in(turn: Turn, *, document_id: int, matter_id: int) -> None:
    """Keep the matter's own copy of a paper that came in outside, once, and ask the rules about it there."""
    waits = turn.uow.one("wall.waiting_one", document_id=document_id, matter_id=matter_id)
    if waits is None:
        return
    paper = turn.uow.need("document", "", "document.find", ref="", id=document_id)
    _came_in_outside(turn, paper, waits)
    if turn.uow.one("document.held", matter_id=matter_id, sha256=paper.sha256) is not None:
        _tell_inside(turn, waits, f"{paper.ref} came in outside the wall; the matter has it already")
        return
    found = paper_views.recognition(paper)
    form = turn.uow.need("form", "", "engine.form", id=waits.form_id)
    match = papers.Match(matter_id, waits.matter_ref, form.id, form.form, by_receipt=True)
    twin = papers.find_twin(turn, found, matter_id)
    stored = vault.put(
        turn,
        data=vault.get(turn, document_id),
        name=paper.name,
        media_type=paper.media_type,
        pages=paper.pages,
        origin="received",
        matter_id=matter_id,
        kind=paper.kind,
        flags=json.loads(paper.flags),
        next_step=paper.next_step,
        reading=json.loads(paper.reading),
        duplicate_of=None if twin is None else twin.document_id,
    )
    turn.uow.audit(
        "document.received",
        stored.ref,
        matter_id=matter_id,
        sha256=stored.sha256,
        kind=paper.kind,
        bytes=stored.bytes,
        of=paper.ref,
    )
    about = About(
        event_id=engine.begin(
            turn,
            "notice.received" if papers.is_notice(found, match) else "document.received",
            opaque(stored.document_id),
            matter_id=matter_id,
            request_id=f"document:{opaque(stored.document_id)}",
        ),
        subject=opaque(stored.document_id),
        matter_id=matter_id,
        matter_ref=waits.matter_ref,
        form_id=form.id,
        document_id=stored.document_id,
    )
    day = turn.calendar.today(instant(paper.received_us)).isoformat()
    papers.route(turn, about, found, match, twin, received_day=day)
    _tell_inside(turn, waits, f"{paper.ref} came in outside the wall; the matter's copy is {stored.ref}")


def _give_up(turn: Turn, why: str, *, document_id: int, matter_id: int) -> None:
    """A paper that cannot be taken in by itself is said to the people inside, once."""
    waits = turn.uow.one("wall.waiting_one", document_id=document_id, matter_id=matter_id)
    if waits is None:
        return
    paper = turn.uow.need("document", "", "document.find", ref="", id=document_id)
    _came_in_outside(turn, paper, waits, failed=why)
    _tell_inside(
        turn, waits, f"{paper.ref} came in outside the wall and could not be taken in; match it by hand"
    )


def _came_in_outside(turn: Turn, paper: Any, waits: Any, **more: Any) -> None:
    """Who outside has had the paper in their hands is part of the wall's record; it also says that this one is done."""
    turn.uow.audit(
        "document.received_outside",
        paper.ref,
        matter_id=waits.matter_id,
        by=turn.handle(paper.received_by),
        sha256=paper.sha256,
        **more,
    )


# -- numbers, and people who joined ---------------------------------------------------------------------------------


def _warn(turn: Turn, *, matter_id: int, receipt_number: str) -> None:
    """Somebody outside gave a form of another matter the number of one behind the wall: those inside sort it out."""
    matter = turn.uow.need("matter", "", "matter.find", ref="", id=matter_id, receipt=None)
    others = [row.ref for row in turn.uow.all("wall.elsewhere", receipt_number=receipt_number)]
    turn.uow.audit("form.receipt_elsewhere", receipt_number, matter_id=matter_id, others=others)
    words = f"A receipt number of {matter.ref} stands on a form of {', '.join(others)} as well"
    for person in _inside(turn, matter_id):
        tell(turn, person, words, "alarm", About(event_id=0, subject=matter.ref, matter_id=matter_id))


def _screen(turn: Turn, *, newcomer: Any) -> None:
    """Somebody who joined after the wall went up is screened as everybody outside is, and told."""
    turn.uow.insert(
        "wall_screen", wall_id=newcomer.wall_id, person_id=newcomer.person_id, told_us=turn.now_us
    )
    turn.uow.audit(
        "wall.screened", newcomer.ref, matter_id=newcomer.matter_id, person=turn.handle(newcomer.person_id)
    )
    words = f"You are screened from {newcomer.matter_ref}: leave it alone, and acknowledge {newcomer.ref}"
    tell(turn, newcomer.person_id, words, "wall", About(event_id=0, subject=""))


def _work_left(turn: Turn, *, matter_id: int, person_id: int) -> None:
    """Somebody left whose place was closed by people outside: their tasks go to one who may sign, the rest is said."""
    matter = turn.uow.need("matter", "", "matter.find", ref="", id=matter_id, receipt=None)
    handle = turn.handle(person_id)
    held = [h for h in turn.uow.all("wall.holding", matter_id=matter_id) if h.person_id == person_id]
    named = ", ".join(h.ref or h.name.replace("_", " ") for h in held)
    turn.uow.audit("wall.work_left", handle, matter_id=matter_id, held=named)
    there = [p for p in turn.people.values() if p.id not in sight.shut_out(turn, matter_id)]
    heir = next((p for p in sorted(there, key=lambda p: not p.present) if p.licensed), None)
    about = About(event_id=0, subject=matter.ref, matter_id=matter_id)
    for task in held:
        if task.what == "task" and heir is not None:
            reason = f"{handle} left the firm"
            turn.uow.run(
                "task.add_generation", id=task.id, owner_id=heir.id, owner_reason=reason, note=task.note
            )
            pausing.go_on(turn, task.id, acknowledged=False)
            turn.uow.audit("task.reassigned", task.ref, matter_id=matter_id, to=heir.handle, of=handle)
            tell(turn, heir.id, f"{task.name}: {task.ref}, {reason}", "assigned", about, task_id=task.id)
    for person in _inside(turn, matter_id):
        tell(turn, person, f"{handle} left the firm and held of {matter.ref}: {named}", "alarm", about)


def _tell_inside(turn: Turn, waits: Any, words: str) -> None:
    about = About(event_id=0, subject=waits.matter_ref, matter_id=waits.matter_id)
    for person in _inside(turn, waits.matter_id):
        tell(turn, person, words, "wall", about)


def _inside(turn: Turn, matter_id: int) -> list[int]:
    """Whom to tell inside a wall: the matter's paralegal and attorney, else everybody there."""
    out = sight.shut_out(turn, matter_id)
    owners = turn.owners(matter_id)
    first = (owners.get(OwnerKind.PRIMARY_PARALEGAL), owners.get(OwnerKind.LEAD_ATTORNEY))
    there = [person for person in turn.people if person not in out]
    return [person for person in dict.fromkeys(first) if person in there] or there
