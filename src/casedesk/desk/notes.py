"""What was said and thought: notes, strategy notes, telephone calls. Written once."""

from __future__ import annotations

from casedesk.desk import asked, cards
from casedesk.desk.apply import About, open_task
from casedesk.desk.turn import Matter, Turn, opaque
from casedesk.desk.views import NoteView
from casedesk.refusal import WrongUsage
from casedesk.routing.chains import arm
from casedesk.routing.effects import OpenTask
from casedesk.routing.facts import PersonFacts

CALL_BACK_HOURS = 0.5
CALL_BACK_BY_DAYS = 1
"""A promised call is due at the same time of the next business day."""

ACKNOWLEDGE_HOURS = 4


def note(turn: Turn, matter: str, body: str) -> NoteView:
    """Anybody's note on a matter. The trail says that it was written, not what."""
    return _write(turn, "note", "note.added", matter, body)


def strategy(turn: Turn, matter: str, body: str) -> NoteView:
    """An attorney's note; all of the matter's staff may read it."""
    turn.require_licence("A strategy note")
    return _write(turn, "strategy_note", "strategy.added", matter, body)


def call(
    turn: Turn, matter: str, body: str, *, direction: str = "in", callback: str | None = None
) -> NoteView:
    """A telephone call. `callback` is who promised to call back; it opens a task of theirs, or of their cover."""
    way = direction.strip().lower()
    if way not in ("in", "out"):
        raise WrongUsage("direction", f"A call is in or out, not {direction!r}.", "Say in or out.")
    row = turn.matter(matter)
    # Before anything is written: a person nobody knows refuses the whole call.
    caller = None if callback is None else _present(turn, turn.person(callback))
    call_id = turn.uow.new_id()
    turn.uow.insert(
        "call",
        id=call_id,
        matter_id=row.id,
        author_id=turn.actor.id,
        direction=way,
        body=asked.words(body, "The note of the call", most=asked.LONGEST_TEXT),
        at_us=turn.now_us,
    )
    turn.uow.audit("call.logged", row.ref, matter_id=row.id, call=opaque(call_id), direction=way)
    task = None if caller is None else _call_back(turn, row, caller)
    return NoteView(
        id=opaque(call_id),
        matter=row.ref,
        author=turn.actor.handle,
        at=turn.now,
        body=body.strip(),
        kind=f"call_{way}",
        task=task,
    )


def listing(turn: Turn, matter: str, *, limit: int = 200) -> tuple[NoteView, ...]:
    """Notes, strategy notes and calls of a matter, newest first."""
    row = turn.matter(matter)
    rows = turn.uow.all("note.of_matter", matter_id=row.id, limit=asked.page(limit))
    return tuple(cards.note(turn, found, row.ref) for found in rows)


def _write(turn: Turn, table: str, action: str, matter: str, body: str) -> NoteView:
    row = turn.matter(matter)
    note_id = turn.uow.new_id()
    text = asked.words(body, "The note", most=asked.LONGEST_TEXT)
    turn.uow.insert(
        table, id=note_id, matter_id=row.id, author_id=turn.actor.id, body=text, at_us=turn.now_us
    )
    turn.uow.audit(action, row.ref, matter_id=row.id, note=opaque(note_id))
    return NoteView(
        id=opaque(note_id),
        matter=row.ref,
        author=turn.actor.handle,
        at=turn.now,
        body=text,
        kind="note" if table == "note" else "strategy",
    )


def _present(turn: Turn, person: PersonFacts) -> tuple[PersonFacts, str]:
    """The person asked for, or who covers for them; somebody away without cover gets it all the same."""
    reason = f"promised to call back, said {turn.actor.handle}"
    seen = {person.id}
    who = person
    while not who.present and who.cover is not None and who.cover not in seen and who.cover in turn.people:
        who = turn.people[who.cover]
        seen.add(who.id)
    if who.present and who is not person:
        return who, f"covers {person.name}"
    return person, reason


def _call_back(turn: Turn, matter: Matter, caller: tuple[PersonFacts, str]) -> str:
    person, reason = caller
    effect = OpenTask(
        key="call_back",
        kind="call_back",
        title="Call the client back",
        playbook=None,
        playbook_version=None,
        step=None,
        owner=person.id,
        owner_reason=reason,
        candidates=(),
        acknowledge_by=turn.calendar.add_hours(turn.now, ACKNOWLEDGE_HOURS),
        due=turn.calendar.add_days(turn.now, CALL_BACK_BY_DAYS),
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=CALL_BACK_HOURS,
        items=(),
        timers=arm(
            turn.house.library.chains["default"],
            turn.now,
            calendar=turn.calendar,
            acknowledge=True,
            agency_due=None,
            internal_due=None,
        ),
    )
    about = About(
        event_id=0,
        subject=opaque(matter.id),
        matter_id=matter.id,
        matter_ref=matter.ref,
        priority=matter.priority,
    )
    return open_task(turn, effect, about)["ref"]
