"""Absences: what somebody leaves to their cover, with a note on what is begun, and what comes back to them.

The sheet is opened with the absence and lists what falls due inside it plus two business days, and what is in progress.
It is closed once each begun task has a note. On the first day the work goes to the cover (to somebody else who may do it,
where the cover is away too, has no licence for it, or stands outside its wall), sheet closed or not; what still comes up
during the absence follows. After the last day what is still open comes back with its note. What the cover acknowledges is
the cover's, and counts neither for nor against whoever is away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from casedesk.desk import authority, pausing, sight
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.work import HandoverLine, HandoverSheet
from casedesk.models import lifecycle
from casedesk.models.enums import OwnerKind, TaskState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.routing.facts import Facts
from casedesk.routing.strategies import Pick, resolve
from casedesk.store.unit_of_work import micros

DAYS_AFTER = 2
"""Business days after the last day away, for which the work is handed over too: nobody comes back to what is due."""

_FOR_THE_ABSENT = "matter.primary_paralegal"
"""The owner spec under which the absent person is asked for, so that their cover, and that one's, are found."""

_OPEN = ("matter.secondary_paralegal", "matter.lead_attorney", "role:operations_manager")
_RESERVED = ("matter.lead_attorney", "matter.supervising_attorney", "licensed")


# -- the sheet ------------------------------------------------------------------------------------------------------


def open_sheet(turn: Turn, absence_id: int) -> HandoverSheet:
    """Write the lines of an absence's sheet, or add to them what came since."""
    absence = turn.uow.need("absence", "", "handover.one", id=absence_id)
    new = _add_lines(turn, absence)
    sheet = _sheet(turn, absence)
    if new:
        who = turn.handle(absence.person_id)
        turn.uow.audit("handover.opened", who, first=absence.first_day, last=absence.last_day)
    return sheet


def show(turn: Turn, name: str) -> HandoverSheet:
    """The sheet of the absence under way or ahead, else of the last one. Raises `Refusal` for somebody who is not away."""
    return _sheet(turn, _absence(turn, name))


def note(turn: Turn, name: str, notes: Mapping[str, str]) -> HandoverSheet:
    """What the cover must know of tasks, by ref; the sheet says what still lacks a note, and is closed when nothing does.

    One's own sheet, or a manager's word on anybody's. Raises `Refusal` for a task that is not on the sheet.
    """
    absence = _absence(turn, name)
    _own_or_manager(turn, absence.person_id)
    _add_lines(turn, absence)
    lines = {row.ref: row for row in turn.uow.all("handover.lines", absence_id=absence.id)}
    before = _missing(list(lines.values()))
    for ref, words in notes.items():
        line = lines.get(ref.strip().upper())
        if line is None:
            on_it = ", ".join(lines) or "nothing"
            raise Refusal("not_on_the_sheet", f"{ref} is not on the sheet.", f"On it: {on_it}.")
        if not words.strip():
            raise Refusal(
                "note_missing", f"The note on {line.ref} is empty.", "Say what is done, and what is next."
            )
        turn.uow.update("handover", line.id, line.version, note=words.strip())
        if line.owner_id == line.to_id and line.covering_for_id == line.from_id:
            turn.uow.update("task", line.task_id, handoff_note=words.strip())
        turn.uow.audit("handover.note", line.ref, matter_id=line.matter_id)
    sheet = _sheet(turn, absence)
    if before and not sheet.missing:
        turn.uow.audit("handover.closed", sheet.person, first=absence.first_day, last=absence.last_day)
    return sheet


def back(turn: Turn, name: str) -> HandoverSheet:
    """Somebody is back, today or before: an absence under way ends, and what is still open comes back with its note.

    Raises `Refusal` where nothing was handed over, and for an absence that has not begun.
    """
    absence = _absence(turn, name)
    _own_or_manager(turn, absence.person_id)
    first, last = date.fromisoformat(absence.first_day), date.fromisoformat(absence.last_day)
    if first > turn.today:
        raise Refusal(
            "not_away_yet",
            f"{turn.handle(absence.person_id)} is away from {first} on, not today.",
            "Report another absence in its place: `casedesk person absence`.",
        )
    if last >= turn.today:
        if first == turn.today:
            turn.uow.run("handover.call_off", id=absence.id, now_us=turn.now_us)
        else:
            yesterday = turn.today - timedelta(days=1)
            turn.uow.run("handover.shorten", id=absence.id, last_day=yesterday.isoformat())
        turn.uow.audit("person.back", turn.handle(absence.person_id), before=absence.last_day)
        from casedesk.desk.roster import forget

        forget(turn)
    give_back(turn, absence.id)
    return _sheet(turn, turn.uow.need("absence", "", "handover.one", id=absence.id))


# -- what the sweep does ----------------------------------------------------------------------------------------------


def pending(turn: Turn) -> tuple[tuple[str, int], ...]:
    """What there is to do for today's absences: ("hand over" or "give back", the absence's id)."""
    today = turn.today.isoformat()
    begun = [
        ("hand over", row.id)
        for row in turn.uow.all("handover.under_way", today=today)
        if any(_heir(turn, row.person_id, task)[0] != row.person_id for task in _falling(turn, row))
    ]
    return (*begun, *(("give back", row.id) for row in turn.uow.all("handover.over", today=today)))


def hand_over(turn: Turn, absence_id: int) -> int:
    """What is due while somebody is away goes to their cover; how many tasks did. Each goes once."""
    absence = turn.uow.need("absence", "", "handover.one", id=absence_id)
    if absence.cancelled_us is not None:
        return 0
    _add_lines(turn, absence)
    lines = {row.task_id: row for row in turn.uow.all("handover.lines", absence_id=absence.id)}
    given: dict[int, list[Any]] = {}
    for task in _falling(turn, absence):
        turn.uow.one("task.lock", id=task.id)
        now = turn.uow.one("task.find", ref="", id=task.id)
        line = lines.get(task.id)
        if now is None or line is None or now.owner_id != absence.person_id:
            continue
        heir, reason = _heir(turn, absence.person_id, task, giving=True)
        if heir == absence.person_id:
            continue
        _give(turn, task, now.state, heir, reason, absence, line)
        given.setdefault(heir, []).append(line)
    for heir, theirs in given.items():
        _tell(turn, heir, theirs, f"of {turn.handle(absence.person_id)} with you until {absence.last_day}")
    bare = [line for theirs in given.values() for line in _lacking(theirs)]
    if bare:
        for manager in managers(turn):
            _tell(turn, manager, bare, "handed over without a note", about_what="alarm")
    return sum(len(theirs) for theirs in given.values())


def give_back(turn: Turn, absence_id: int) -> int:
    """What is still open of what was handed over comes back; how many tasks did. Waits while the person is away still."""
    absence = turn.uow.need("absence", "", "handover.one", id=absence_id)
    person = turn.people.get(absence.person_id)
    if person is not None and not person.present:
        return 0
    returned: list[Any] = []
    for line in turn.uow.all("handover.lines", absence_id=absence.id):
        if line.returned_us is not None:
            continue
        turn.uow.one("task.lock", id=line.task_id)
        now = turn.uow.one("task.find", ref="", id=line.task_id)
        covered = line.covering_for_id == line.from_id and line.owner_id != line.from_id
        if now is None:
            continue
        open_ = TaskState(now.state) in lifecycle.OPEN_TASK_STATES
        if covered and open_ and person is not None and person.id not in sight.shut_out(turn, line.matter_id):
            reason = f"back from an absence, covered by {turn.handle(line.owner_id)}"
            _take_over(turn, line, now.state, person.id, reason, covering_for=None, note=now.handoff_note)
            turn.uow.audit(
                "task.returned",
                line.ref,
                matter_id=line.matter_id,
                to=person.handle,
                of=turn.handle(line.owner_id),
            )
            returned.append(line)
        turn.uow.update("handover", line.id, line.version, returned_us=turn.now_us)
    if returned and person is not None:
        _tell(turn, person.id, returned, "back with you")
    return len(returned)


# --- within


def _absence(turn: Turn, name: str) -> Any:
    person = turn.person(name)
    found = turn.uow.one("handover.absence", person_id=person.id, today=turn.today.isoformat())
    if found is None:
        raise Refusal(
            "not_away",
            f"{person.handle} is not away, and was not.",
            "Report the absence first: `casedesk person absence`.",
        )
    return found


def _own_or_manager(turn: Turn, person_id: int) -> None:
    if person_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed", "Somebody else's hand-over sheet is for a manager.", "Ask the operations manager."
        )


def _until(turn: Turn, absence: Any) -> date:
    """The last day of the sheet: two business days after the last day away."""
    last = date.fromisoformat(absence.last_day)
    for _ in range(DAYS_AFTER):
        last = turn.calendar.next_business_day(last)
    return last


def _falling(turn: Turn, absence: Any) -> Sequence[Any]:
    until_us = micros(turn.calendar.end_of_business(_until(turn, absence)))
    return turn.uow.all("handover.falling", person_id=absence.person_id, until_us=until_us)


def _add_lines(turn: Turn, absence: Any) -> int:
    there = {row.task_id for row in turn.uow.all("handover.lines", absence_id=absence.id)}
    new = [task for task in _falling(turn, absence) if task.id not in there]
    for task in new:
        before = turn.uow.scalar("handover.last_note", task_id=task.id, from_id=absence.person_id)
        turn.uow.insert(
            "handover",
            id=turn.uow.new_id(),
            absence_id=absence.id,
            task_id=task.id,
            matter_id=task.matter_id,
            from_id=absence.person_id,
            to_id=absence.cover_id or absence.person_id,
            note=before or task.handoff_note,
            by_id=turn.actor.id,
            at_us=turn.now_us,
        )
    return len(new)


def _lacking(lines: Sequence[Any]) -> list[Any]:
    return [line for line in lines if line.state == TaskState.IN_PROGRESS and not line.note]


def _missing(lines: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        line.ref for line in _lacking(lines) if line.returned_us is None and line.owner_id == line.from_id
    )


def _heir(turn: Turn, person_id: int, task: Any, *, giving: bool = False) -> tuple[int, str]:
    """Who works on a task while its owner is away, and why it is them. While `giving`, somebody chosen among several is
    chosen with the picks held, by the counts of now, what went before in this hand-over among them."""
    pick = _picked(turn, person_id, task)
    if giving and pick.among:
        turn.hold_picks()
        turn.weigh_anew()
        pick = _picked(turn, person_id, task)
    return (person_id if pick.person is None else pick.person), pick.reason


def _picked(turn: Turn, person_id: int, task: Any) -> Pick:
    people = authority.people_of(turn, task.matter_id)
    kept = authority.kept_inside(turn, people)
    owners = {**turn.owners(task.matter_id), OwnerKind.PRIMARY_PARALEGAL: person_id}
    return resolve(
        (_FOR_THE_ABSENT, *(_RESERVED if task.reserved else _OPEN)),
        Facts(owners=owners, people=people, kept_inside=kept),
        reserved=bool(task.reserved),
        inside=task.kind in kept,
    )


def _give(turn: Turn, task: Any, state: str, heir: int, reason: str, absence: Any, line: Any) -> None:
    first = task.covering_for_id or absence.person_id
    note = line.note or task.handoff_note
    _take_over(turn, line, state, heir, reason, covering_for=first, note=note)
    turn.uow.update("handover", line.id, line.version, to_id=heir)
    turn.uow.audit(
        "task.covered",
        task.ref,
        matter_id=task.matter_id,
        to=turn.handle(heir),
        of=turn.handle(absence.person_id),
        until=absence.last_day,
        why=reason,
    )


def _take_over(
    turn: Turn, line: Any, state: str, owner: int, reason: str, *, covering_for: int | None, note: str
) -> None:
    resting = TaskState(state) in pausing.RESTING
    turn.uow.run(
        "handover.cover",
        id=line.task_id,
        owner_id=owner,
        owner_reason=reason,
        covering_for_id=covering_for,
        note=note,
        state=state if resting else TaskState.NEW.value,
    )


def _tell(turn: Turn, person: int, lines: Sequence[Any], words: str, *, about_what: str = "assigned") -> None:
    """One message for everything in front of walls, one for each matter behind one."""
    heard: dict[int | None, list[Any]] = {}
    for line in lines:
        heard.setdefault(line.matter_id if sight.guarded(turn, line.matter_id) else None, []).append(line)
    for behind, theirs in heard.items():
        about = About(event_id=0, subject="hand-over", matter_id=behind)
        count = "1 task" if len(theirs) == 1 else f"{len(theirs)} tasks"
        body = "\n".join(f"{line.title}: {line.ref}" for line in theirs)
        tell(turn, person, f"{count} {words}", about_what, about, body=body)


def _sheet(turn: Turn, absence: Any) -> HandoverSheet:
    rows = turn.uow.all("handover.lines", absence_id=absence.id)
    lines = tuple(_line(turn, row) for row in rows)
    missing = _missing(rows)
    return HandoverSheet(
        person=turn.handle(absence.person_id),
        first=date.fromisoformat(absence.first_day),
        last=date.fromisoformat(absence.last_day),
        until=_until(turn, absence),
        cover=turn.handle(absence.cover_id) or None,
        closed=not missing,
        missing=missing,
        lines=lines,
        done=sum(line.where == "done" for line in lines),
        returned=sum(line.where == "back" for line in lines),
    )


def _line(turn: Turn, row: Any) -> HandoverLine:
    begun = row.state == TaskState.IN_PROGRESS
    if row.state in (TaskState.DONE, TaskState.CANCELLED):
        where = str(row.state)
    elif row.owner_id == row.from_id:
        where = "back" if row.returned_us is not None and row.to_id != row.from_id else "here"
    else:
        where = "covered"
    return HandoverLine(
        task=row.ref,
        title=row.title,
        matter=row.matter_ref,
        status=row.state,
        due=instant(row.due_us),
        owner=turn.handle(row.owner_id),
        needs_note=begun,
        note=row.note,
        where=where,
    )
