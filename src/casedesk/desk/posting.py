"""What goes by post: a released message as a letter, and the label on its envelope. Both ask where it goes as they are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casedesk.desk import cards, contact, messages
from casedesk.desk.turn import Turn, opaque
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.desk.contact import Reach


@dataclass(frozen=True)
class Posted:
    """Something for the envelope: whose it is, its lines as they are printed, and the PDF."""

    to: str
    lines: tuple[str, ...]
    pdf: bytes


def letter(turn: Turn, ref: str) -> Posted:
    """A released message as a letter on the firm's paper, with the address it goes to now.

    Raises `Refusal` for one that is not released, that goes another way, or that a rule of contact holds back.
    """
    from casedesk.documents.letters import Letterhead, RenderedMessage, letter_pdf

    row, found = _by_mail(turn, ref)
    firm = turn.uow.need("firm", "", "firm.firm")
    head = Letterhead(firm.name, (*contact.address_lines(turn.office.address), *filter(None, (firm.phone,))))
    lines = (row.recipient, *contact.address_lines(found.address))
    made = letter_pdf(
        RenderedMessage(row.subject, row.body, row.language, bool(row.fallback)),
        head,
        dated=turn.today,
        recipient=lines,
        read_text=turn.house.read_template,
    )
    turn.uow.audit("message.printed", row.ref, matter_id=row.matter_id)
    return Posted(row.recipient, lines, made.data)


def message_label(turn: Turn, ref: str) -> Posted:
    """The label for a released letter's envelope."""
    row, found = _by_mail(turn, ref)
    return _label(turn, row.matter_id, row.matter_ref, found, row.recipient)


def matter_label(turn: Turn, matter: str, party: str | None = None) -> Posted:
    """A label for a party of a matter; without one for whom its messages go to.

    Raises `Refusal` where a rule of contact forbids mail, and where no address is on record.
    """
    row = turn.matter(matter)
    party_id = None if party is None else cards.party_named(turn, row, party)
    found = contact.require(turn, f"A label of {row.ref}", row.id, party_id, "mail")
    return _label(turn, row.id, row.ref, found, found.name)


# --- within


def _by_mail(turn: Turn, ref: str) -> tuple[Any, Reach]:
    row = messages.released(turn, ref)
    if row.channel != "letter":
        raise Refusal(
            "other_way",
            f"{row.ref} goes by {contact.WORDS.get(row.channel, row.channel)}, not by mail.",
            f"Say so first: casedesk message way {row.ref} mail.",
        )
    found = contact.require(turn, row.ref, row.matter_id, row.party_id, "mail")
    _known(found)
    return row, found


def _known(found: Reach) -> None:
    if not found.address:
        raise Refusal(
            "no_address",
            f"No mailing address of {found.name} is on record.",
            "Add it with `matter party change`.",
        )


def _label(turn: Turn, matter_id: int, ref: str, found: Reach, name: str) -> Posted:
    """The recipient and nothing else: whoever sees an envelope learns neither who writes nor what it is about."""
    from casedesk.documents.render import Block, compose

    _known(found)
    lines = (name, *contact.address_lines(found.address))
    made = compose(name, [Block(line, size=14.0, after=0.0) for line in lines], lang="en")
    party = None if found.party_id is None else opaque(found.party_id)
    turn.uow.audit("label.made", ref, matter_id=matter_id, party=party)
    return Posted(name, lines, made.data)
