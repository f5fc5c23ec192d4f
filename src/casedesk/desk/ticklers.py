"""Dates that outlive a matter: a card expires, a window opens, a stay ends. Made from an approval where its days are known.

A tickler reminds and is never missed; it stays when its matter is closed, until somebody met or dropped it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casedesk.desk import deadline_count, deadline_timers
from casedesk.desk.apply import About
from casedesk.desk.deadline_rows import BUFFER_DAYS, Day, enter
from casedesk.desk.turn import Turn
from casedesk.documents.recognise import Recognition
from casedesk.documents.recognise_validity import CONDITIONAL, RESIDENT_SINCE, VALID_UNTIL
from casedesk.models.enums import DeadlineState
from casedesk.refusal import Refusal

_CARD = {"I-765": "D-31", "I-821D": "D-65.closes", "I-90": "D-69", "I-751": "D-69"}
"""Whose approval gives a card, and the rule of its renewal."""

_STAYS = ("I-129", "I-539", "I-102")
"""Whose approval gives a stay with an end (Form I-94)."""

_RESIDENCE = ("I-485", "I-751", "I-829")


def of_approval(turn: Turn, about: About, found: Recognition) -> tuple[str, ...]:
    """What an approval's days bring about, each once; returns the refs. Nothing where no matter or no day is known."""
    if about.matter_id is None:
        return ()
    said = {e.field: e.value for e in found.evidence}
    form = found.form or ""
    until = _day(said.get(VALID_UNTIL))
    refs: list[str | None] = []
    if until is not None and about.form_id is not None:
        turn.uow.update("form", about.form_id, expires=until.isoformat())
        turn.uow.audit("form.expires", form, matter_id=about.matter_id, on=until.isoformat())
    if until is not None and form in _CARD:
        refs.append(_window(turn, about, _CARD[form], until, f"Card of Form {form} expires"))
    elif until is not None and form in _STAYS:
        refs.append(_end_of_stay(turn, about, until))
    since = _day(said.get(RESIDENT_SINCE)) or (found.notice_date if form == "I-485" else None)
    if since is not None and form in _RESIDENCE:
        refs += _residence(turn, about, since, conditional=CONDITIONAL in said and form == "I-485")
    return tuple(ref for ref in refs if ref is not None)


# --- within


def _residence(turn: Turn, about: About, since: date, *, conditional: bool) -> list[str | None]:
    refs = [_counted(turn, about, "D-30.5y", since, "naturalization")]
    if conditional:
        refs.append(_counted(turn, about, "D-28.closes", since, "remove_conditions"))
    return refs


def _counted(turn: Turn, about: About, rule: str, since: date, kind: str) -> str | None:
    try:
        counted = deadline_count.count(turn, rule, since)
    except Refusal:
        return None
    return _put(turn, about, counted.day, kind, counted.title, counted.authority)


def _window(turn: Turn, about: About, rule: str, until: date, title: str) -> str | None:
    """The card's own last day, with the day on which its renewal may be filed first."""
    try:
        counted = deadline_count.count(turn, rule, until)
    except Refusal:
        return None
    opens = counted.day.opens or counted.day.agency_due
    day = replace(
        counted.day,
        opens=opens,
        agency_due=until,
        internal_due=deadline_count.own(turn, until, BUFFER_DAYS),
        sentence=f"The card expires on {until.isoformat()}; its renewal may be filed from {opens.isoformat()}"
        f" ({counted.day.citation}).",
    )
    return _put(turn, about, day, "card_expiry", title, counted.authority)


def _end_of_stay(turn: Turn, about: About, until: date) -> str | None:
    day = Day(
        agency_due=until,
        internal_due=deadline_count.own(turn, until, BUFFER_DAYS),
        sentence=f"The notice gives a stay until {until.isoformat()}; the I-94 in hand decides.",
        citation="8 CFR 214.1(a)(3); Form I-94",
        confidence="P",
        trigger_on=until,
    )
    return _put(turn, about, day, "end_of_stay", "Authorized stay ends (Form I-94)", "USCIS")


def _put(turn: Turn, about: About, day: Day, kind: str, title: str, authority: str) -> str | None:
    trigger = None if day.trigger_on is None else day.trigger_on.isoformat()
    known = turn.uow.one(
        "deadline.known_tickler",
        matter_id=about.matter_id,
        kind=kind,
        trigger_on=trigger,
        form_id=about.form_id,
    )
    if known is not None:
        return None
    deadline_id, ref = enter(
        turn,
        day,
        DeadlineState.OPEN,
        "of_approval",
        matter_id=about.matter_id,
        form_id=about.form_id,
        notice_id=about.notice_id,
        kind=kind,
        title=title,
        authority=authority,
        tickler=1,
    )
    deadline_timers.arm(turn, deadline_id)
    return ref


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
