"""The forms of a matter: each with its own party, receipt number, dates and status."""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.desk import asked, bulletin, cards, family
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.matters import FormView
from casedesk.refusal import NotFound, Refusal, WrongUsage

CHANNELS = ("paper", "electronic")


def form_add(
    turn: Turn,
    ref: str,
    form: str,
    *,
    receipt_number: str | None = None,
    party: str | None = None,
    channel: str = "paper",
    received: date | None = None,
    priority_date: date | None = None,
    category: str = "",
    chargeability: str = "",
) -> FormView:
    """One more form of a matter. A receipt number stands on one form only; with one the form is pending."""
    row = turn.matter(ref)
    name = asked.form_name(form)
    way = asked.slug(channel)
    if way not in CHANNELS:
        raise asked.unknown(channel, "channel", CHANNELS)
    number = None if receipt_number is None else asked.receipt(receipt_number)
    if number is not None:
        _not_taken(turn, row, number)
    form_id = turn.uow.new_id()
    turn.uow.insert(
        "form",
        id=form_id,
        matter_id=row.id,
        party_id=_for(turn, row, party),
        form=name,
        receipt_number=number,
        received=asked.iso(received),
        priority_date=asked.iso(priority_date),
        status="preparing" if number is None else "pending",
        channel=way,
        category=bulletin.name(category, "category") if category else "",
        chargeability=bulletin.name(chargeability, "area of chargeability") if chargeability else "",
    )
    turn.uow.audit(
        "form.added", name, matter_id=row.id, form=opaque(form_id), receipt_number=number, channel=way
    )
    return _view(turn, row.id, form_id)


def form_change(
    turn: Turn,
    ref: str,
    form: str,
    *,
    priority_date: date | None = None,
    category: str | None = None,
    chargeability: str | None = None,
    expires: date | None = None,
) -> FormView:
    """Set what the Visa Bulletin is asked with, and until when a card or stay is valid; what is left out stays."""
    row = turn.matter(ref)
    found = find(turn, row, form)
    values: dict[str, str] = {}
    if priority_date is not None:
        values["priority_date"] = priority_date.isoformat()
    if category is not None:
        values["category"] = bulletin.name(category, "category")
    if chargeability is not None:
        values["chargeability"] = bulletin.name(chargeability, "area of chargeability")
    if expires is not None:
        values["expires"] = expires.isoformat()
    if not values:
        raise WrongUsage(
            "nothing_to_change", f"Nothing is said of {found.form}.", "Give at least one option."
        )
    turn.uow.update("form", found.id, found.version, **values)
    turn.uow.audit("form.changed", found.form, matter_id=row.id, form=opaque(found.id), **values)
    return _view(turn, row.id, found.id)


def form_status(turn: Turn, ref: str, form: str, status: str, checked: date | None = None) -> FormView:
    """What the agency says of a form, and the day it was looked up (today when not said)."""
    row = turn.matter(ref)
    found = find(turn, row, form)
    day = turn.today if checked is None else checked
    if day > turn.today:
        raise Refusal("future", f"{day} is still to come.", "Give the day you looked.")
    turn.uow.update(
        "form",
        found.id,
        found.version,
        status=asked.words(status, "The status", most=120),
        checked=day.isoformat(),
    )
    turn.uow.audit(
        "form.status", found.form, matter_id=row.id, form=opaque(found.id), checked=day.isoformat()
    )
    return _view(turn, row.id, found.id)


def form_list(turn: Turn, ref: str) -> tuple[FormView, ...]:
    """A matter's forms, by name."""
    row = turn.matter(ref)
    return tuple(cards.form(turn, f) for f in turn.uow.all("form.of_matter", matter_id=row.id))


def _view(turn: Turn, matter_id: int, form_id: int) -> FormView:
    rows = turn.uow.all("form.of_matter", matter_id=matter_id)
    return next(cards.form(turn, row) for row in rows if row.id == form_id)


def find(turn: Turn, matter: Any, form: str) -> Any:
    """One of a matter's forms, by name, receipt number or id."""
    wanted = form.strip().upper()
    rows = turn.uow.all("form.of_matter", matter_id=matter.id)
    exact = [r for r in rows if wanted in (opaque(r.id), r.receipt_number)]
    found = exact or [r for r in rows if r.form.replace("-", "") == wanted.replace("-", "").replace(" ", "")]
    if not found:
        raise NotFound("form", form, f"See `casedesk matter form list {matter.ref}`.")
    if len(found) > 1:
        raise WrongUsage(
            "which_form",
            f"{matter.ref} has {len(found)} forms {found[0].form}.",
            "Name it by its receipt number or id: "
            + ", ".join(r.receipt_number or opaque(r.id) for r in found),
        )
    return found[0]


def _for(turn: Turn, matter: Any, name: str | None) -> int | None:
    """The party a form is for: the one named, else the client's own."""
    if name is not None:
        return cards.party_named(turn, matter, name)
    rows = turn.uow.all("party.of_matter", matter_id=matter.id)
    return next((int(r.id) for r in rows if r.client_id == matter.client_id), None)


def _not_taken(turn: Turn, matter: Any, number: str) -> None:
    other = turn.uow.one("matter.find", ref="", id=0, receipt=number)
    if other is not None:
        where = "another matter" if other.ref in family.kept_from(turn, matter.id) else other.ref
        raise Refusal(
            "receipt_taken", f"{number} stands on a form of {where} already.", "Look at the number again."
        )
