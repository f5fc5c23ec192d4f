"""Closing a matter: finished when nothing is open, or ended before that, which settles what still was.

The firm's dates do not decide how long it answers for a client: before the court a representative stays until the
judge lets them go (8 CFR 1003.17(b)), and whoever leaves takes steps that protect the client, the dates that still run
among them (ABA Model Rule 1.16(d)). So a date that runs is let go by nobody but somebody with a licence, with a reason,
and a date that is the client's own (a card expires, a window opens) stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from casedesk.desk import appointment_acts, asked, calling_off, deadlines, engine
from casedesk.desk.apply import About, tell
from casedesk.desk.cards import matter as card
from casedesk.desk.turn import Turn
from casedesk.desk.views.matters import MatterView
from casedesk.models.enums import MatterStatus, OwnerKind
from casedesk.refusal import NotAllowed, Refusal
from casedesk.routing.vocabulary import Trigger


class Ending(StrEnum):
    """How a matter comes to its end. `FINISHED` leaves nothing open; every other one settles what is."""

    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    NO_CONTACT = "no_contact"
    IMPORTED_IN_ERROR = "imported_in_error"
    DUPLICATE = "duplicate"


ON_THEIR_WAY = frozenset({"filing", "message"})
"""What nobody can take back: a paper sent and not delivered, words released to the client and not sent."""

DATES = frozenset({"deadline", "appointment"})

CLOSED = "matter closed"
"""The word that timers and reviews carry which its closing stopped."""


def close_matter(
    turn: Turn,
    ref: str,
    reason: str,
    *,
    how: str = Ending.FINISHED.value,
    dates: str | None = None,
    request_id: str | None = None,
) -> MatterView:
    """The representation is over.

    As `finished` it is refused while a task, a date, an appointment, a paper or a letter on its way is open. By any
    other ending the tasks are cancelled with the reason, their timers and chains stop, open reviews and letters that
    nobody released are withdrawn, and running playbooks end; each with its entry on the trail, and whoever had the work
    hears of it. Dates that still run, and appointments ahead, are let go only with `dates`, the reason of somebody with
    a licence that reaches the matter. Ticklers stay.
    """
    row = turn.matter(ref)
    if row.status == MatterStatus.CLOSED:
        raise Refusal("already_closed", f"{row.ref} is closed already.")
    why = asked.words(reason, "The reason")
    ending = asked.one_of(how, Ending, "ending")
    holding = turn.uow.all("matter.open_work", matter_id=row.id, now_us=turn.now_us)
    if ending is Ending.FINISHED:
        if holding:
            raise _open(
                row, holding, "Finish it first; `--how withdrawn` (or another ending) cancels what is open."
            )
        settled: dict[str, Any] = {}
    else:
        settled = _settle(turn, row, holding, f"{ending.replace('_', ' ')}: {why}", dates)
    row = turn.matter(row.ref)
    turn.uow.update("matter", row.id, row.version, status=MatterStatus.CLOSED.value, closed_us=turn.now_us)
    turn.uow.audit("matter.closed", row.ref, matter_id=row.id, reason=why, how=ending.value, **settled)
    engine.announce(turn, Trigger.MATTER_STATUS_CHANGED, row.id, row.ref, request_id)
    return card(turn, turn.matter(row.ref), full=True)


def _settle(turn: Turn, row: Any, holding: Sequence[Any], why: str, dates: str | None) -> dict[str, Any]:
    turn.require_inside("Closing a matter over open work")
    leaving = [h for h in holding if h.what in ON_THEIR_WAY]
    if leaving:
        raise _open(row, leaving, "Record first what became of it.")
    running = [h for h in holding if h.what in DATES]
    if running and (dates is None or not dates.strip()):
        raise _open(
            row,
            running,
            f"An attorney says with --dates what becomes of {'it' if len(running) == 1 else 'them'}"
            " and how the client was told.",
        )
    if running:
        turn.require_licence(f"Letting go a date of {row.ref} that still runs", row.id)
    tasks = turn.uow.all("matter.open_tasks", matter_id=row.id)
    _refuse_others_work(turn, row, tasks)
    _cancel_tasks(turn, row, tasks, why)
    gone = asked.words(dates, "The reason") if running and dates else ""
    for held in (h for h in running if h.what == "appointment"):
        found = turn.uow.need("appointment", held.ref, "appointment.find", ref=held.ref, id=0)
        appointment_acts.close(turn, found, "cancelled", f"{CLOSED}: {gone}")
    # Called off, a hearing takes the dates counted from it with it; what stands after that is dropped here.
    still = [
        h for h in turn.uow.all("matter.open_work", matter_id=row.id, now_us=turn.now_us) if h.what in DATES
    ]
    for held in still:
        deadlines.drop(turn, held.ref, f"{CLOSED}: {gone}")
    reviews = turn.uow.all("matter.open_reviews", matter_id=row.id)
    if reviews:
        turn.uow.run("matter.supersede_reviews", matter_id=row.id)
        for review in reviews:
            turn.uow.audit("review.withdrawn", review.ref, matter_id=row.id, because=CLOSED)
    letters = turn.uow.all("matter.held_messages", matter_id=row.id)
    for letter in letters:
        calling_off.letter(turn, letter, row.id, CLOSED)
    turn.uow.run("matter.close_runs", matter_id=row.id, now_us=turn.now_us)
    turn.uow.run("matter.stop_timers", matter_id=row.id, why=CLOSED)
    return {
        "tasks": [t.ref for t in tasks],
        "dates": [h.ref for h in running],
        "reviews": [r.ref for r in reviews],
        "messages": [m.ref for m in letters],
        **({"dates_why": gone} if gone else {}),
    }


def _refuse_others_work(turn: Turn, row: Any, tasks: Sequence[Any]) -> None:
    """Who may take work from others may cancel it: a manager and the matter's attorneys; one's own, anybody."""
    leads = turn.owners(row.id)
    attorneys = {leads.get(OwnerKind.LEAD_ATTORNEY), leads.get(OwnerKind.SUPERVISING_ATTORNEY)}
    if turn.actor.is_manager or turn.actor.id in attorneys:
        return
    others = [t for t in tasks if t.owner_id != turn.actor.id]
    if others:
        raise NotAllowed(
            "not_allowed",
            f"{row.ref} has open work of others: {others[0].ref}, with {turn.handle(others[0].owner_id)}."
            " Cancelling it is for a manager or the matter's attorney.",
            "Ask one of them to close it.",
        )


def _cancel_tasks(turn: Turn, row: Any, tasks: Sequence[Any], why: str) -> None:
    for task in tasks:
        calling_off.task(turn, task, row.id, why, outcome=CLOSED)
    for person in sorted({t.owner_id for t in tasks} - {turn.actor.id}):
        theirs = [t for t in tasks if t.owner_id == person]
        about = About(event_id=0, subject=row.ref, matter_id=row.id, matter_ref=row.ref)
        more = "" if len(theirs) == 1 else f" and {len(theirs) - 1} more"
        tell(
            turn,
            person,
            f"Cancelled, {row.ref} is closed: {theirs[0].title} {theirs[0].ref}{more}",
            "closed",
            about,
        )


def _open(row: Any, holding: Sequence[Any], next_step: str) -> Refusal:
    first = holding[0]
    more = "" if len(holding) == 1 else f", and {len(holding) - 1} more"
    return Refusal(
        "open_work", f"{row.ref} still has an open {first.what}: {first.ref} {first.title}{more}.", next_step
    )
