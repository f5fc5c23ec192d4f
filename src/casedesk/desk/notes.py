"""What was said and thought: notes, strategy notes, telephone calls. Written once."""

from __future__ import annotations

from datetime import date, datetime

from casedesk.desk import asked, cards, contact, family, standing_in
from casedesk.desk.apply import About, open_task
from casedesk.desk.turn import Matter, Turn, opaque
from casedesk.desk.views.matters import NoteView
from casedesk.refusal import Refusal, WrongUsage
from casedesk.routing.chains import arm
from casedesk.routing.effects import OpenTask
from casedesk.routing.facts import PersonFacts

CALL_BACK_HOURS = 0.5
CALL_BACK_BY_DAYS = 1
"""A promised call is due at the same time of the next business day."""

ACKNOWLEDGE_HOURS = 4


def note(turn: Turn, matter: str, body: str, *, confidential_to: str | None = None) -> NoteView:
    """Anybody's note on a matter. The trail says that it was written, not what.

    With `confidential_to` it is one party's own: it leaves the desk towards nobody else.
    """
    return _write(turn, "note", "note.added", matter, body, confidential_to)


def strategy(turn: Turn, matter: str, body: str) -> NoteView:
    """An attorney's note; all of the matter's staff may read it."""
    turn.require_licence("A strategy note", turn.matter(matter).id)
    return _write(turn, "strategy_note", "strategy.added", matter, body)


def call(
    turn: Turn,
    matter: str,
    body: str,
    *,
    direction: str = "in",
    callback: str | None = None,
    by: date | None = None,
    party: str | None = None,
    confidential_to: str | None = None,
) -> NoteView:
    """A telephone call, with a party of the matter. `callback` is who promised to call back; it opens a task of
    theirs, or of their cover, due on the day `by`, else at the same time of the next business day.

    A call that was made is on record whatever the rules say; where one of them speaks against calling this party (now,
    or when the promise is kept) the answer warns of it.
    """
    way = direction.strip().lower()
    if way not in ("in", "out"):
        raise WrongUsage("direction", f"A call is in or out, not {direction!r}.", "Say in or out.")
    row = turn.matter(matter)
    due = _promised(turn, by)
    # Before anything is written: a person nobody knows refuses the whole call.
    promised = f"promised to call back, said {turn.actor.handle}"
    caller = None if callback is None else standing_in.present(turn, turn.person(callback), row.id, promised)
    party_id = None if party is None else cards.party_named(turn, row, party)
    own = family.party_of(turn, row, confidential_to)
    call_id = turn.uow.new_id()
    turn.uow.insert(
        "call",
        id=call_id,
        matter_id=row.id,
        party_id=party_id,
        author_id=turn.actor.id,
        confidential_to=own,
        direction=way,
        body=asked.words(body, "The note of the call", most=asked.LONGEST_TEXT),
        at_us=turn.now_us,
    )
    turn.uow.audit("call.logged", row.ref, matter_id=row.id, call=opaque(call_id), direction=way)
    task = None if caller is None else _call_back(turn, row, caller, due)
    return NoteView(
        id=opaque(call_id),
        matter=row.ref,
        author=turn.actor.handle,
        at=turn.now,
        body=body.strip(),
        kind=f"call_{way}",
        task=task,
        confidential_to=None if own is None else cards.party_name(turn, row, own),
        warnings=_warnings(turn, row.id, party_id) if way == "out" or task is not None else (),
    )


def listing(turn: Turn, matter: str, *, limit: int = 200) -> tuple[NoteView, ...]:
    """Notes, strategy notes and calls of a matter, newest first."""
    row = turn.matter(matter)
    rows = turn.uow.all("note.of_matter", matter_id=row.id, limit=asked.page(limit))
    return tuple(cards.note(turn, found, row.ref) for found in rows)


def _warnings(turn: Turn, matter_id: int, party_id: int | None) -> tuple[str, ...]:
    """What speaks against calling a party, and the number that a rule says is the one to call."""
    found = contact.reach(turn, matter_id, party_id, "phone")
    if found.refused_because:
        return (f"A rule of contact speaks against calling {found.refused_because}",)
    safe = contact.safe_addresses(contact.in_force(turn, matter_id, found.party_id), "phone")
    return (f"Call {found.name} at {safe[0]} only.",) if safe else ()


def _write(
    turn: Turn, table: str, action: str, matter: str, body: str, confidential_to: str | None = None
) -> NoteView:
    row = turn.matter(matter)
    note_id = turn.uow.new_id()
    text = asked.words(body, "The note", most=asked.LONGEST_TEXT)
    own = family.party_of(turn, row, confidential_to)
    turn.uow.insert(
        table,
        id=note_id,
        matter_id=row.id,
        author_id=turn.actor.id,
        body=text,
        at_us=turn.now_us,
        **({"confidential_to": own} if own is not None else {}),
    )
    turn.uow.audit(action, row.ref, matter_id=row.id, note=opaque(note_id))
    return NoteView(
        id=opaque(note_id),
        matter=row.ref,
        author=turn.actor.handle,
        at=turn.now,
        body=text,
        kind="note" if table == "note" else "strategy",
        confidential_to=None if own is None else cards.party_name(turn, row, own),
    )


def _promised(turn: Turn, by: date | None) -> datetime:
    """When a promised call is due."""
    if by is None:
        return turn.calendar.add_days(turn.now, CALL_BACK_BY_DAYS)
    if by < turn.today:
        raise Refusal("past", f"{by} is over.", "Give the day on which the client is called back.")
    day = by if turn.calendar.is_business_day(by) else turn.calendar.previous_business_day(by)
    return max(turn.calendar.end_of_business(max(day, turn.today)), turn.now)


def _call_back(turn: Turn, matter: Matter, caller: tuple[PersonFacts, str], due: datetime) -> str:
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
        acknowledge_by=turn.calendar.add_hours(person.next_there or turn.now, ACKNOWLEDGE_HOURS),
        due=due,
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=CALL_BACK_HOURS,
        items=(),
        timers=arm(
            turn.library.chains["default"],
            turn.now,
            calendar=turn.calendar,
            acknowledge=True,
            agency_due=None,
            internal_due=None,
            there=person.next_there,
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
