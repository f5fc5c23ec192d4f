"""Matters: opening, showing, linking, closing, and the people of a matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from casedesk.desk import (
    asked,
    cards,
    conflicts,
    contact,
    engine,
    family,
    invitations,
    keying,
    owners,
    parties,
    pressing,
)
from casedesk.desk.closing import close_matter
from casedesk.desk.family import RELATIONS
from casedesk.desk.forms import form_add, form_list, form_status
from casedesk.desk.parties import party_change
from casedesk.desk.stories import timeline
from casedesk.desk.turn import Turn, id_of, opaque
from casedesk.desk.views.matters import MatterView, PartyView
from casedesk.models.enums import MatterStatus, OwnerKind, PartyRole, Priority
from casedesk.refusal import NotFound, Refusal
from casedesk.routing.vocabulary import MATTER_TYPES, Trigger, slug
from casedesk.store.unit_of_work import as_json

MAIN_FORM = {
    "adjustment_of_status": "I-485",
    "family_petition": "I-130",
    "h1b": "I-129",
    "l1a": "I-129",
    "e2": "I-129",
    "naturalization": "N-400",
    "asylum": "I-589",
    "employment_immigrant": "I-140",
    "u_visa": "I-918",
    "daca_renewal": "I-821D",
    "i751": "I-751",
    "marriage_green_card": "I-485",
    "o1": "I-129",
    "sijs": "I-360",
}
"""The form a receipt number belongs to when none is named."""

_EMPLOYMENT = frozenset({"h1b", "l1a", "o1", "perm", "employment_immigrant"})


def open_matter(
    turn: Turn,
    type: str,
    client: str,
    *,
    language: str = "en",
    priority: str = "standard",
    caption: str | None = None,
    a_number: str | None = None,
    born: date | None = None,
    phone: str = "",
    email: str = "",
    address: str = "",
    paralegal: str | None = None,
    secondary: str | None = None,
    attorney: str | None = None,
    supervisor: str | None = None,
    emergency: bool = False,
    form: tuple[str, ...] = (),
    receipt: str | None = None,
    playbook: bool = False,
    circumstances: tuple[str, ...] = (),
    request_id: str | None = None,
) -> MatterView:
    """Open a matter, choose its owners, and ask the rules what follows.

    `client` is a new client's name, or the ref (`C-...`) or id of one the firm has. The client becomes the matter's
    first party: petitioner of a family petition, employer of an employment matter without an A-number, respondent in
    removal, beneficiary elsewhere. A receipt number goes to the first form, else to the main form of the type.
    With `playbook` the rules are told that the work begins with it, so that the steps of its type open; without it the
    matter comes in under way (taken over, or filed long ago), and nothing is asked of anybody.
    """
    before = None if request_id is None else turn.uow.one("engine.event_of_request", request_id=request_id)
    if before is not None and before.matter_id is not None:
        return show(turn, opaque(before.matter_id))
    turn.require_inside("Opening a matter")
    kind = slug(type)
    if kind not in MATTER_TYPES:
        raise asked.unknown(type, "matter type", MATTER_TYPES)
    urgent = Priority.EMERGENCY if emergency else asked.one_of(priority, Priority, "priority")
    tongue = asked.language(language)
    number = None if a_number is None else asked.a_number(a_number)
    received = None if receipt is None else asked.receipt(receipt)
    names = [asked.form_name(f) for f in form] or _main_form(kind, received)
    people = owners.choose(
        turn,
        tongue,
        {
            OwnerKind.PRIMARY_PARALEGAL: paralegal,
            OwnerKind.SECONDARY_PARALEGAL: secondary,
            OwnerKind.LEAD_ATTORNEY: attorney,
            OwnerKind.SUPERVISING_ATTORNEY: supervisor,
        },
        court=owners.before_court(kind, names),
    )
    role = _role(kind, number)
    person = _client(turn, client, role, tongue, phone, email, address)
    pressed = pressing.words(circumstances)
    matter_id, ref = _insert(turn, kind, person, caption, tongue, urgent, pressed)
    for owner in people:
        turn.uow.insert("matter_owner", matter_id=matter_id, kind=owner.kind.value, person_id=owner.person)
    party_id = turn.uow.new_id()
    turn.uow.insert(
        "party",
        id=party_id,
        matter_id=matter_id,
        client_id=person["id"],
        role=role.value,
        name=person["name"],
        a_number=number,
        born=asked.iso(born),
        language=tongue,
        phone=person["phone"],
        email=person["email"],
        address=person["address"],
    )
    title = person["name"] if caption is None else caption
    keying.of_matter(turn, matter_id, title, person["name"], (person["name"],))
    keying.of_party(turn, matter_id, party_id, person["name"])
    turn.uow.audit(
        "matter.opened",
        ref,
        matter_id=matter_id,
        type=kind,
        priority=urgent.value,
        language=tongue,
        **({"circumstances": pressed} if pressed else {}),
        owners={owner.kind.value: {"person": owner.handle, "why": owner.reason} for owner in people},
    )
    for i, name in enumerate(names):
        form_add(turn, ref, name, receipt_number=received if i == 0 else None)
    who = conflicts.Asked(person["name"], role.value, number, asked.iso(born), person["id"])
    conflicts.of_matter(turn, turn.matter(ref), f"opening of {ref}", (who,))
    hours = {person.id: person.open_hours for person in turn.people.values()}
    engine.announce(turn, Trigger.MATTER_OPENED, matter_id, ref, request_id, {"matter.playbook": playbook})
    if not playbook and urgent is not Priority.EMERGENCY:
        return show(turn, ref)
    return replace(show(turn, ref), load=owners.load(turn, people, hours))


def listing(
    turn: Turn,
    *,
    limit: int = 50,
    after: str | None = None,
    status: str | None = "open",
    text: str | None = None,
) -> tuple[MatterView, ...]:
    """Matters, newest first. `status` None or "all" shows every one; `text` those that `find` would name."""
    wanted = None if status in (None, "all") else asked.one_of(str(status), MatterStatus, "status").value
    most = asked.page(limit)
    last = None if after is None else turn.matter(after)
    known: frozenset[int] | None = None
    if text is not None and text.strip():
        from casedesk.desk.finding import matters_named

        known = matters_named(turn, text)
    rows = turn.uow.all(
        "matter.listing",
        status=wanted,
        after_us=None if last is None else last.opened_us,
        after_id=None if last is None else last.id,
        limit=most if known is None else 100_000,
    )
    picked = [row for row in rows if known is None or row.id in known][:most]
    return tuple(cards.matter(turn, row) for row in picked)


def show(turn: Turn, ref: str) -> MatterView:
    """The matter's card, by ref, receipt number or id."""
    return cards.matter(turn, turn.matter(ref), full=True)


def link(
    turn: Turn,
    ref: str,
    other: str,
    relation: str | None = None,
    *,
    hide_from: tuple[str, ...] = (),
    show_on: tuple[str, ...] = (),
) -> MatterView:
    """Two matters of one family or company: `other` is the `relation` of `ref`. Both sides show it.

    On a side in `hide_from` nothing of the other matter is shown; `show_on` brings it back. For matters that are
    linked already, leave out `relation`.
    """
    if relation is None:
        return show(turn, family.show_or_hide(turn, ref, other, hide_from=hide_from, show_on=show_on))
    return show(turn, family.link(turn, ref, other, relation, hide_from=hide_from))


def party_add(
    turn: Turn,
    ref: str,
    role: str,
    name: str,
    *,
    a_number: str | None = None,
    born: date | None = None,
    language: str = "en",
    phone: str = "",
    email: str = "",
    address: str = "",
    represented: bool = False,
) -> PartyView:
    """One more person or company of a matter; `represented` says that the firm represents them too."""
    row = turn.matter(ref)
    kind = asked.one_of(role, PartyRole, "party role")
    party_id, called = turn.uow.new_id(), asked.words(name, "The name")
    number = None if a_number is None else asked.a_number(a_number)
    turn.uow.insert(
        "party",
        id=party_id,
        matter_id=row.id,
        client_id=parties.new_client(turn, called, kind, asked.language(language)) if represented else None,
        role=kind.value,
        name=called,
        a_number=number,
        born=asked.iso(born),
        language=asked.language(language),
        phone=asked.optional(phone, "The phone number"),
        email=asked.optional(email, "The mail address"),
        address=asked.optional(address, "The address"),
    )
    keying.of_party(turn, row.id, party_id, called)
    turn.uow.audit("party.added", row.ref, matter_id=row.id, party=opaque(party_id), role=kind.value)
    who = conflicts.Asked(called, kind.value, number, asked.iso(born))
    conflicts.of_matter(turn, row, f"{kind.value.replace('_', ' ')} joins {row.ref}", (who,))
    return cards.party(turn.uow.need("party", name, "party.find", matter_id=row.id, id=party_id))


def contact_rule(turn: Turn, ref: str, rule: str, *, party: str | None = None) -> MatterView:
    """What may be said to whom, in words: shown above everything else. `contact.add` makes a rule that binds."""
    return show(turn, contact.say(turn, ref, rule, party=party).matter)


def set_owner(turn: Turn, ref: str, kind: str, person: str) -> MatterView:
    """Another standing owner, in whose calendar what is ahead stands from now on. Open work stays with whoever has it."""
    row = turn.matter(ref)
    turn.require_inside("Naming a matter's owners")
    which = asked.one_of(kind, OwnerKind, "owner")
    found = owners.fit(turn, which, person, row.id)
    before = turn.owners(row.id).get(which)
    turn.uow.run("matter.set_owner", matter_id=row.id, kind=which.value, person_id=found.id)
    turn.uow.audit(
        "matter.owner",
        row.ref,
        matter_id=row.id,
        kind=which.value,
        before=turn.handle(before) or None,
        after=found.handle,
    )
    invitations.of_matter(turn, row.id)
    return show(turn, row.ref)


# --- within


def _main_form(kind: str, receipt: str | None) -> list[str]:
    if receipt is None:
        return []
    if kind not in MAIN_FORM:
        raise Refusal(
            "which_form",
            f"A receipt number belongs to a form, and {kind} has no usual one.",
            "Name it with --form.",
        )
    return [MAIN_FORM[kind]]


def _role(kind: str, a_number: str | None) -> PartyRole:
    if kind == "family_petition":
        return PartyRole.PETITIONER
    if kind == "removal_defense":
        return PartyRole.RESPONDENT
    return PartyRole.EMPLOYER if kind in _EMPLOYMENT and a_number is None else PartyRole.BENEFICIARY


def _client(
    turn: Turn, client: str, role: PartyRole, language: str, phone: str, email: str, address: str
) -> dict[str, Any]:
    uow = turn.uow
    name = asked.words(client, "The client's name")
    known = uow.one("client.find", ref=name.upper(), id=id_of(name))
    if known is not None:
        return {
            "id": known.id,
            "name": known.name,
            "phone": phone or known.phone,
            "email": email or known.email,
            "address": address or known.address,
        }
    if name.upper().startswith("C-") and len(name) == 8:
        raise NotFound("client", name, "Give a name for a new client.")
    row: dict[str, Any] = {
        "id": uow.new_id(),
        "name": name,
        "phone": asked.optional(phone, "The phone number"),
        "email": asked.optional(email, "The mail address"),
        "address": asked.optional(address, "The address"),
    }
    uow.insert(
        "client",
        ref=uow.new_ref("C", "client"),
        kind="company" if role is PartyRole.EMPLOYER else "person",
        language=language,
        created_us=turn.now_us,
        **row,
    )
    return row


def _insert(
    turn: Turn,
    kind: str,
    client: dict[str, Any],
    caption: str | None,
    language: str,
    priority: Priority,
    pressed: list[str],
) -> tuple[int, str]:
    year = turn.today.year
    ref = f"M-{year}-{turn.uow.scalar('matter.next_number', year=year):04d}"
    matter_id = turn.uow.new_id()
    turn.uow.insert(
        "matter",
        id=matter_id,
        ref=ref,
        type=kind,
        caption=client["name"] if caption is None else asked.words(caption, "The caption"),
        client_id=client["id"],
        language=language,
        priority=priority.value,
        office_id=turn.office.id,
        opened_us=owners.given_us(turn),
        opened_by=turn.actor.id,
        circumstances=as_json(pressed),
    )
    return matter_id, ref


__all__ = [
    "MAIN_FORM",
    "RELATIONS",
    "close_matter",
    "contact_rule",
    "form_add",
    "form_list",
    "form_status",
    "link",
    "listing",
    "open_matter",
    "party_add",
    "party_change",
    "set_owner",
    "show",
    "timeline",
]
