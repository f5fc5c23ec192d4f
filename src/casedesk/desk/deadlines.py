"""Dates that matter: entered by one person, by hand or by a rule, confirmed by another, met on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.desk import asked, cards, deadline_count, deadline_timers, forms, sight
from casedesk.desk.deadline_confirm import confirm as confirm
from casedesk.desk.deadline_rows import BUFFER_DAYS as BUFFER_DAYS
from casedesk.desk.deadline_rows import Day, enter, own_date, row_of
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import DeadlineView
from casedesk.models.enums import DeadlineState, Filing, Served
from casedesk.refusal import Refusal, WrongUsage

_S = DeadlineState


def add(
    turn: Turn,
    matter: str,
    title: str,
    agency_due: date,
    *,
    kind: str = "other",
    authority: str = "USCIS",
    citation: str = "",
    form: str | None = None,
    critical: bool = False,
    tickler: bool = False,
    follows: str | None = None,
) -> DeadlineView:
    """A date nobody's notice set. It is provisional until a second person confirms it.

    The firm's own date lies a week earlier, on the business day before where that is none. A `critical` one is
    confirmed by a second count, a `tickler` outlives its closed matter, one that `follows` another date is proposed to
    move with it. Refuses a date the office's calendar does not reach.
    """
    row = turn.matter(matter)
    own = own_date(turn, agency_due)
    day = Day(
        agency_due,
        own,
        f"entered by hand by {turn.actor.handle}; the internal date is {BUFFER_DAYS} days earlier",
        citation=asked.optional(citation, "The citation"),
        trigger_on=None if follows is None else date.fromisoformat(_first(turn, follows).agency_due),
    )
    return _entered(
        turn,
        row,
        day,
        "by_hand",
        title=asked.words(title, "The title"),
        kind=asked.slug(asked.words(kind, "The kind", most=60)),
        authority=asked.words(authority, "The authority", most=60),
        form=form,
        critical=critical,
        tickler=tickler,
        follows=follows,
    )


def add_by_rule(
    turn: Turn,
    matter: str,
    rule: str,
    trigger: date | None = None,
    *,
    served: Served | None = None,
    filing: Filing = Filing.PAPER,
    until: date | None = None,
    filed: date | None = None,
    printed: date | None = None,
    title: str | None = None,
    form: str | None = None,
    critical: bool = False,
    tickler: bool = False,
    follows: str | None = None,
) -> DeadlineView:
    """A date as a rule counts it, with its citation, its steps and how far the rule is checked.

    Without `trigger` it is counted from the date it `follows`. A date that the notice `printed` wins; one later than
    the rule allows is a conflict. Raises `Refusal` for a rule there is none of, and for one that is no date.
    """
    row = turn.matter(matter)
    if trigger is None:
        if follows is None:
            raise WrongUsage(
                "no_trigger",
                f"{rule} is counted from a day.",
                "Give it with --from, or name the date it --follows.",
            )
        trigger = date.fromisoformat(_first(turn, follows).agency_due)
    counted = deadline_count.count(
        turn, rule, trigger, served=served, filing=filing, until=until, filed=filed, printed=printed
    )
    return _entered(
        turn,
        row,
        counted.day,
        "by_rule",
        title=counted.title if title is None else asked.words(title, "The title"),
        kind=counted.kind,
        authority=counted.authority,
        form=form,
        critical=critical,
        tickler=tickler,
        follows=follows,
        conflict=counted.conflict,
        served="" if served is None else served.value,
        filing=filing.value,
    )


def show(turn: Turn, ref: str) -> DeadlineView:
    """One date, with its count."""
    row = row_of(turn, ref)
    sight.looked(turn, row.matter_id)
    return cards.deadline(turn, row)


def listing(
    turn: Turn,
    *,
    matter: str | None = None,
    ticklers: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> tuple[DeadlineView, ...]:
    """Dates still open, the nearest first; of one matter all of them; with `ticklers` those alone."""
    last = None if after is None else row_of(turn, after)
    rows = turn.uow.all(
        "deadline.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        ticklers=int(ticklers),
        after_due=None if last is None else last.agency_due,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(cards.deadline(turn, row) for row in rows)


def met(turn: Turn, ref: str, on: date | None = None) -> DeadlineView:
    """What was due has been done, on that day. A packet's deadline is met at delivery, and never by hand before.

    One that was set missed because nobody had said so is met when somebody says on which day.
    """
    row = row_of(turn, ref)
    if row.state == _S.MISSED and on is None:
        raise WrongUsage("which_day", f"{row.ref} was set missed.", "Say with --on on which day it was met.")
    if row.state not in (*cards.OPEN_DATES, _S.MISSED):
        raise closed(row, "met")
    when = turn.today if on is None else on
    if when > turn.today:
        raise Refusal("future", f"{when} is still to come.", "Say the day it was done.")
    # A date counted backwards, from a hearing say, is met before the day it is counted from.
    if row.trigger_on is not None and when.isoformat() < row.trigger_on <= row.agency_due:
        raise Refusal(
            "before_it_began",
            f"{row.ref} counts from {row.trigger_on}: it was not met on {when}, before that.",
            "Say the day it was done.",
        )
    packet = turn.uow.scalar("deadline.pending_packet", deadline_id=row.id)
    if packet is not None:
        raise Refusal(
            "met_at_delivery",
            f"{row.ref} is met when {packet} is delivered: shipped is not received.",
            f"Record it with `casedesk filing deliver {packet}`.",
        )
    turn.uow.update(
        "deadline",
        row.id,
        row.version,
        state=_S.MET.value,
        met_on=when.isoformat(),
        met_us=turn.now_us,
        met_by=turn.actor.id,
    )
    turn.uow.audit(
        "deadline.met",
        row.ref,
        matter_id=row.matter_id,
        on=when.isoformat(),
        agency_due=row.agency_due,
        before=row.state,
        how="by_hand",
    )
    deadline_timers.stand_down(turn, row.id, "met")
    return cards.deadline(turn, row_of(turn, row.ref))


def drop(turn: Turn, ref: str, reason: str) -> DeadlineView:
    """Nobody will act by that date any more, and why: it is neither met nor missed, and reminds of nothing.

    That a critical date is let go by is a legal judgment: it takes somebody with a licence.
    """
    row = row_of(turn, ref)
    if row.state not in (*cards.OPEN_DATES, _S.MISSED):
        raise closed(row, "dropped")
    turn.require_inside("Dropping a date")
    if row.critical:
        turn.require_licence(f"Letting the critical date {row.ref} go by", row.matter_id)
    why = asked.words(reason, "The reason")
    turn.uow.update(
        "deadline",
        row.id,
        row.version,
        state=_S.SUPERSEDED.value,
        proposed="",
        sentence=f"Dropped by {turn.actor.handle}: {why}",
    )
    turn.uow.audit(
        "deadline.dropped",
        row.ref,
        matter_id=row.matter_id,
        agency_due=row.agency_due,
        before=row.state,
        reason=why,
    )
    deadline_timers.stand_down(turn, row.id, "dropped")
    return cards.deadline(turn, row_of(turn, row.ref))


def closed(row: Any, act: str) -> Refusal:
    """The refusal of an act on a date that does not stand any more."""
    return Refusal(
        "deadline_closed", f"{row.ref} is {row.state}; it cannot be {act}.", "See `casedesk deadline list`."
    )


# --- within


def _entered(
    turn: Turn,
    matter: Any,
    day: Day,
    how: str,
    *,
    title: str,
    kind: str,
    authority: str,
    form: str | None,
    critical: bool,
    tickler: bool,
    follows: str | None,
    conflict: bool = False,
    **columns: str,
) -> DeadlineView:
    deadline_id, ref = enter(
        turn,
        day,
        _S.CONFLICT if conflict else _S.PROVISIONAL,
        how,
        matter_id=matter.id,
        form_id=None if form is None else int(forms.find(turn, matter, form).id),
        title=title,
        kind=kind,
        authority=authority,
        critical=int(critical),
        tickler=int(tickler),
        follows_id=None if follows is None else _first(turn, follows).id,
        **columns,
    )
    deadline_timers.arm(turn, deadline_id)
    return cards.deadline(turn, row_of(turn, ref))


def _first(turn: Turn, follows: str) -> Any:
    """The date that another one follows; it must still be ahead. Raises `NotFound`, `Refusal`."""
    row = row_of(turn, follows)
    if row.state not in cards.OPEN_DATES:
        raise closed(row, "followed")
    return row


__all__ = [
    "BUFFER_DAYS",
    "add",
    "add_by_rule",
    "closed",
    "confirm",
    "drop",
    "listing",
    "met",
    "show",
]
