"""Confidentiality inside a family: matters kept from one another, and what one party alone may be told of.

A link has two directions. Where one is hidden, nothing of the other matter stands on that side: no line on its card,
in its story, its exports, in a search made from it. Staff who may see both find both by name; a wall is what keeps
people out (`desk/walls`), a hidden link is what keeps one client's matter out of another's papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import asked, cards
from casedesk.desk.turn import Turn, id_of, opaque
from casedesk.models.enums import LicenceKind
from casedesk.refusal import NotAllowed, Refusal

if TYPE_CHECKING:
    from casedesk.desk.views.matters import Hit
    from casedesk.desk.views.papers import DocumentView

RELATIONS = {
    "spouse": "spouse",
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "principal": "derivative",
    "derivative": "principal",
    "employer": "employee",
    "employee": "employer",
    "predecessor": "successor",
    "successor": "predecessor",
    "family": "family",
    "corporate": "corporate",
    "related": "related",
}
"""What a linked matter is to this one, and what this one is to it."""


def link(turn: Turn, ref: str, other: str, relation: str, *, hide_from: tuple[str, ...] = ()) -> str:
    """Two matters of one family or company: `other` is the `relation` of `ref`; returns the first's ref.

    Both sides are kept and seen, but for those in `hide_from`: the other matter is not shown there.
    """
    one, two = turn.matter(ref), turn.matter(other)
    forth = asked.slug(relation)
    if forth not in RELATIONS:
        raise asked.unknown(relation, "relation", RELATIONS)
    if one.id == two.id:
        raise Refusal("itself", f"{one.ref} cannot be linked to itself.", "Name another matter.")
    if turn.uow.one("family.link", matter_id=one.id, other_id=two.id) is not None:
        raise Refusal(
            "already_there",
            f"{one.ref} and {two.ref} are linked already.",
            "To keep one from the other, give --hide-from without a relation.",
        )
    hidden = _sides(turn, one, two, hide_from)
    for here, there, what in ((one, two, forth), (two, one, RELATIONS[forth])):
        turn.uow.insert(
            "matter_link", matter_id=here.id, other_id=there.id, relation=what, hidden=int(here.id in hidden)
        )
        if here.id not in hidden and here.guarded >= there.guarded:
            # A matter may be kept from others later; its number in their trail would stay for good.
            turn.uow.audit("matter.linked", here.ref, matter_id=here.id, other=opaque(there.id))
    return str(one.ref)


def show_or_hide(
    turn: Turn, ref: str, other: str, *, hide_from: tuple[str, ...] = (), show_on: tuple[str, ...] = ()
) -> str:
    """Keep one of two linked matters from the other's side, or show it there again; returns the first's ref.

    The entry stands in the trail of the matter that is kept, never where it is kept from.
    """
    one, two = turn.matter(ref), turn.matter(other)
    known = turn.uow.one("family.link", matter_id=one.id, other_id=two.id)
    if known is None or not (hide_from or show_on):
        raise Refusal(
            "which_relation",
            f"What {two.ref} is to {one.ref} was not said.",
            "Say it with --relation, or keep one from the other with --hide-from.",
        )
    for hidden, names in ((1, hide_from), (0, show_on)):
        for side in _sides(turn, one, two, names):
            here, there = (one, two) if side == one.id else (two, one)
            if turn.uow.run("family.hide", matter_id=here.id, other_id=there.id, hidden=hidden):
                turn.uow.audit(
                    "matter.kept_from" if hidden else "matter.shown_on",
                    there.ref,
                    matter_id=there.id,
                    other=opaque(here.id),
                )
    return str(one.ref)


def kept_from(turn: Turn, matter_id: int) -> frozenset[str]:
    """The numbers of the matters that are kept from this one: what names them is left out on its side."""
    return frozenset(row.ref for row in turn.uow.all("family.kept_from", matter_id=matter_id))


def names_any(text: str, refs: frozenset[str]) -> bool:
    """Whether a text names one of these matters."""
    return any(ref in text.upper() for ref in refs) if refs else False


def keeps_itself(turn: Turn, matter_id: int) -> bool:
    """Whether a matter is kept from another or walled off: nothing that comes in unasked names it."""
    return turn.uow.one("family.keeps_itself", matter_id=matter_id) is not None


def find_beside(turn: Turn, text: str, beside: str, limit: int = 20) -> tuple[Hit, ...]:
    """What `finding.find` answers, seen from a matter: without what is kept from that one."""
    from casedesk.desk import finding

    kept = kept_from(turn, turn.matter(beside).id)
    found = [hit for hit in finding.find(turn, text, asked.MOST_ROWS) if not _of(turn, hit, kept)]
    return tuple(found[: asked.page(limit)])


# -- one party's own ----------------------------------------------------------------------------------------------


def party_of(turn: Turn, matter: Any, name: str | None) -> int | None:
    """The party a note or call is confidential to. None for nobody in particular."""
    return None if name is None else cards.party_named(turn, matter, name)


def confide(turn: Turn, document: str, party: str) -> DocumentView:
    """A paper is one party's own from now on. Another party than before takes an attorney or a manager."""
    from casedesk.desk import papers

    row, matter = _placed(turn, document)
    party_id = cards.party_named(turn, matter, party)
    if row.confidential_to not in (None, party_id):
        _may_open(turn, row)
    if row.confidential_to != party_id:
        turn.uow.run("family.confide", id=row.id, party_id=party_id)
        turn.uow.audit("document.confided", row.ref, matter_id=matter.id, party=opaque(party_id))
    return papers.show(turn, row.ref)


def share(turn: Turn, document: str, reason: str) -> DocumentView:
    """A paper is no longer one party's own: an attorney or a manager says so, and why."""
    from casedesk.desk import papers

    row, matter = _placed(turn, document)
    if row.confidential_to is None:
        raise Refusal("not_confidential", f"{row.ref} is nobody's alone.")
    _may_open(turn, row)
    why = asked.words(reason, "The reason")
    turn.uow.run("family.confide", id=row.id, party_id=None)
    turn.uow.audit("document.shared", row.ref, matter_id=matter.id, reason=why)
    return papers.show(turn, row.ref)


# --- within


def _sides(turn: Turn, one: Any, two: Any, names: tuple[str, ...]) -> set[int]:
    """Which of two matters are named. Raises `Refusal` for a third."""
    found: set[int] = set()
    for name in names:
        row = turn.matter(name)
        if row.id not in (one.id, two.id):
            raise Refusal(
                "other_matter", f"{row.ref} is neither {one.ref} nor {two.ref}.", "Name one of the two."
            )
        found.add(int(row.id))
    return found


def _of(turn: Turn, hit: Hit, kept: frozenset[str]) -> bool:
    if hit.kind != "task":
        return hit.ref in kept
    return bool(kept) and turn.uow.need("task", hit.ref, "task.find", ref=hit.ref, id=0).matter_ref in kept


def _placed(turn: Turn, document: str) -> tuple[Any, Any]:
    row = turn.uow.need(
        "document", document, "document.find", ref=document.strip().upper(), id=id_of(document)
    )
    if row.matter_id is None:
        raise Refusal("no_matter", f"{row.ref} belongs to no matter yet.", "Match it to its matter first.")
    return row, turn.matter(opaque(row.matter_id))


def _may_open(turn: Turn, row: Any) -> None:
    licensed = turn.actor.licence(LicenceKind.ATTORNEY, on=turn.today.isoformat())
    if licensed is None and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed",
            f"That {row.ref} is one party's own is for an attorney or a manager to lift.",
            "Ask the attorney.",
        )
