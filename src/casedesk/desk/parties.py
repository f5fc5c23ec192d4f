"""The people of a matter as they change: another number, another address, represented from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casedesk.desk import asked, cards, contact
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.matters import PartyView
from casedesk.models.enums import PartyRole
from casedesk.refusal import Refusal


def party_change(
    turn: Turn,
    ref: str,
    party: str,
    *,
    language: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    address: str | None = None,
    represented: bool = False,
) -> PartyView:
    """What is generally known of a party of this matter, changed; in no other matter of theirs.

    Where a rule of contact says where something goes it goes on to go there, and the answer says so.
    """
    row = turn.matter(ref)
    found = turn.uow.need(
        "party", party, "party.find", matter_id=row.id, id=cards.party_named(turn, row, party)
    )
    changed: dict[str, Any] = {}
    for name, given, what in (
        ("phone", phone, "The phone number"),
        ("email", email, "The mail address"),
        ("address", address, "The address"),
    ):
        if given is not None:
            changed[name] = asked.optional(given, what)
    if language is not None:
        changed["language"] = asked.language(language)
    if represented and found.client_id is None:
        changed["client_id"] = new_client(turn, found.name, PartyRole(found.role), found.language)
    if not changed:
        raise Refusal(
            "nothing_to_change", f"Nothing was said that changes {found.name}.", "Give what is new."
        )
    turn.uow.update("party", found.id, found.version, **changed)
    # What changed, not to what: the trail is read by more people than the card.
    turn.uow.audit("party.changed", row.ref, matter_id=row.id, party=opaque(found.id), fields=sorted(changed))
    view = cards.party(turn.uow.need("party", party, "party.find", matter_id=row.id, id=found.id))
    return replace(view, contact_rules=_standing(turn, row.id, found.id, changed))


def new_client(turn: Turn, name: str, role: PartyRole, language: str) -> int:
    """A party's own client row: who they are, and nothing of where they are reached; that is each matter's own."""
    client_id = turn.uow.new_id()
    turn.uow.insert(
        "client",
        id=client_id,
        ref=turn.uow.new_ref("C", "client"),
        name=name,
        kind="company" if role is PartyRole.EMPLOYER else "person",
        language=language,
        created_us=turn.now_us,
    )
    return client_id


def _standing(turn: Turn, matter_id: int, party_id: int, changed: dict[str, Any]) -> tuple[str, ...]:
    """The rules that say where something goes, whatever was changed just now."""
    rules = contact.in_force(turn, matter_id, party_id)
    return cards.contact_rules(
        r for r in rules if r.binds == "use" and contact.FIELD.get(r.channel) in changed
    )
