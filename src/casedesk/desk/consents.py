"""What parties agreed to in writing: to be represented together, in spite of a conflict, to what the other may know.

A matter in which the firm represents two or more parties rests on the informed consent of each, confirmed in writing
(ABA Model Rule 1.7(b)(4), and comments 29 to 33 on common representation). A consent that is missing holds up no work
by itself: it stands on the card, and the attorney answers for it as a point of the content review.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.desk import asked, cards
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, at, day, id_of, instant, opaque
from casedesk.desk.views.matters import ConsentView
from casedesk.models.enums import ConsentKind, OwnerKind
from casedesk.refusal import NotFound, Refusal

JOINT_POINT = "joint-representation"
"""The code of the content review's point about consents that are missing."""


def add(
    turn: Turn,
    matter: str,
    party: str,
    kind: str,
    terms: str,
    *,
    document: str | None = None,
    signed_on: date | None = None,
) -> ConsentView:
    """What a party agreed to, in their words or ours, with the signed paper when it is in the matter."""
    row = turn.matter(matter)
    party_id = cards.party_named(turn, row, party)
    which = asked.one_of(kind, ConsentKind, "kind of consent")
    if signed_on is not None and signed_on > turn.today:
        raise Refusal("future", f"{signed_on} is still to come.", "Give the day on which it was signed.")
    paper = None if document is None else _paper(turn, row, document)
    ref = turn.uow.new_ref("CS", "consent")
    turn.uow.insert(
        "consent",
        id=turn.uow.new_id(),
        ref=ref,
        matter_id=row.id,
        party_id=party_id,
        kind=which.value,
        terms=asked.words(terms, "What was agreed to", most=asked.LONGEST_TEXT),
        document_id=paper,
        signed_on=asked.iso(signed_on),
        recorded_by=turn.actor.id,
        recorded_us=turn.now_us,
    )
    turn.uow.audit("consent.recorded", ref, matter_id=row.id, kind=which.value, party=opaque(party_id))
    return _view(turn, _find(turn, row, ref))


def withdraw(turn: Turn, matter: str, consent: str, reason: str) -> ConsentView:
    """A party takes their word back. It stays on record; the matter's attorneys are told at once.

    When two clients' interests part, whoever goes on for either decides it first (Model Rules 1.7, 1.9, 1.16).
    """
    row = turn.matter(matter)
    found = _find(turn, row, consent)
    if found.withdrawn_us is not None:
        raise Refusal("already_withdrawn", f"{found.ref} was withdrawn already.")
    why = asked.words(reason, "The reason")
    turn.uow.update("consent", found.id, found.version, withdrawn_us=turn.now_us)
    turn.uow.audit("consent.withdrawn", found.ref, matter_id=row.id, kind=found.kind, reason=why)
    about = About(event_id=0, subject=found.ref, matter_id=row.id, matter_ref=row.ref)
    for person in _attorneys(turn, row.id):
        tell(
            turn, person, f"{row.ref}: consent {found.ref} was withdrawn; interests may part", "alarm", about
        )
    return _view(turn, _find(turn, row, found.ref))


def listing(turn: Turn, matter: str) -> tuple[ConsentView, ...]:
    """A matter's consents, the withdrawn ones too, in the order in which they were recorded."""
    row = turn.matter(matter)
    return tuple(_view(turn, found) for found in turn.uow.all("consent.of_matter", matter_id=row.id))


def missing(turn: Turn, matter_id: int) -> tuple[str, ...]:
    """Where a firm represents several parties of a matter: a sentence for each whose consent is not on file.

    Represented is who has a client's row of their own, and whoever a form's G-28 is on file for.
    """
    rows = turn.uow.all("consent.represented", matter_id=matter_id)
    if len({(row.client_id is None, row.client_id or row.id) for row in rows}) < 2:
        return ()
    return tuple(
        f"joint representation: {row.name} withdrew the consent"
        if row.withdrawn
        else f"joint representation: consent of {row.name} missing"
        for row in rows
        if not row.standing
    )


def review_points(turn: Turn, matter_id: int | None) -> tuple[tuple[str, str], ...]:
    """The point that the content review asks beside the playbook's own: code and text, none where nothing is open."""
    open_points = () if matter_id is None else missing(turn, matter_id)
    if not open_points:
        return ()
    said = "; ".join(open_points)
    return ((JOINT_POINT, f"{said[0].upper()}{said[1:]}. May the work go on all the same?"),)


# --- within


def _attorneys(turn: Turn, matter_id: int) -> list[int]:
    owners = turn.owners(matter_id)
    found = [owners.get(kind) for kind in (OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY)]
    return list(dict.fromkeys(person for person in found if person is not None)) or managers(turn)


def _paper(turn: Turn, matter: Any, document: str) -> int:
    row = turn.uow.need(
        "document", document, "document.find", ref=document.strip().upper(), id=id_of(document)
    )
    if row.matter_id != matter.id:
        raise Refusal(
            "other_matter",
            f"{row.ref} is no paper of {matter.ref}.",
            "Receive the signed paper for this matter.",
        )
    return int(row.id)


def _find(turn: Turn, matter: Any, consent: str) -> Any:
    row = turn.uow.one("consent.find", matter_id=matter.id, ref=consent.strip().upper(), id=id_of(consent))
    if row is None:
        raise NotFound("consent", consent, f"See `casedesk matter consent list {matter.ref}`.")
    return row


def _view(turn: Turn, row: Any) -> ConsentView:
    return ConsentView(
        id=opaque(row.id),
        ref=row.ref,
        matter=row.matter_ref,
        party=row.party,
        kind=row.kind,
        terms=row.terms,
        document=row.document_ref,
        signed_on=day(row.signed_on),
        recorded_by=turn.handle(row.recorded_by),
        recorded_at=instant(row.recorded_us),
        withdrawn_at=at(row.withdrawn_us),
    )
