"""A matter as the desk shows it: rows of the store made into views."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from casedesk.desk import asked, sight
from casedesk.desk.turn import Turn, at, day, instant, opaque
from casedesk.desk.views.dates import DeadlineView, ProposalView
from casedesk.desk.views.matters import FormView, MatterView, NoteView, PartyView, WallLine
from casedesk.refusal import NotFound

OPEN_DATES = ("provisional", "open", "conflict")
PRINCIPAL = ("beneficiary", "respondent", "petitioner", "employer")
"""Whose A-number a matter is known by, where more than one party has one."""


def matter(turn: Turn, row: Any, *, full: bool = False) -> MatterView:
    """The card of a matter; `full` reads its parties, links and what is going on as well."""
    uow = turn.uow
    if full:
        sight.looked(turn, row.id)
    parties = uow.all("party.of_matter", matter_id=row.id)
    forms = uow.all("form.of_matter", matter_id=row.id)
    dates = tuple(deadline(turn, d) for d in uow.all("deadline.of_matter", matter_id=row.id))
    ahead = [d.internal_due for d in dates if d.state in OPEN_DATES]
    return MatterView(
        id=opaque(row.id),
        ref=row.ref,
        type=row.type,
        client=row.client_name,
        a_number=_a_number(parties),
        receipt_numbers=tuple(f.receipt_number for f in forms if f.receipt_number is not None),
        status=row.status,
        priority=row.priority,
        owners={kind.value: turn.handle(person) for kind, person in sorted(turn.owners(row.id).items())},
        deadlines=dates,
        forms=tuple(form(turn, f) for f in forms),
        contact_rules=contact_rules(uow.all("matter.contact_rules", matter_id=row.id)),
        caption=row.caption,
        language=row.language,
        opened=instant(row.opened_us),
        parties=tuple(party(p) for p in parties),
        links=_links(turn, row.id) if full else (),
        next_date=min(ahead, default=None),
        waiting=_waiting(turn, row.id) if full else None,
        last_contact=_last_contact(turn, row.id) if full else None,
        open_points=_open_points(turn, row.id) if full else (),
        wall=_wall(turn, row) if full and row.guarded else None,
        circumstances=tuple(json.loads(row.circumstances)),
    )


def party(row: Any) -> PartyView:
    return PartyView(
        id=opaque(row.id),
        role=row.role,
        name=row.name,
        a_number=row.a_number,
        language=row.language,
        phone=row.phone,
        email=row.email,
        born=day(row.born),
        address=row.address,
        represented=row.client_id is not None,
    )


def form(turn: Turn, row: Any) -> FormView:
    g28 = None
    if row.g28_by is not None:
        g28 = turn.handle(row.g28_by) + (f" on {row.g28_on}" if row.g28_on else "")
    return FormView(
        form=row.form,
        party=row.party,
        receipt_number=row.receipt_number,
        status=row.status,
        checked=day(row.checked),
        expires=day(row.expires),
        g28=g28,
        id=opaque(row.id),
        received=day(row.received),
        priority_date=day(row.priority_date),
        channel=row.channel,
        next_check=day(row.next_check),
        case_status=row.case_status,
        category=row.category,
        chargeability=row.chargeability,
    )


def deadline(turn: Turn, row: Any) -> DeadlineView:
    return DeadlineView(
        id=opaque(row.id),
        ref=row.ref,
        matter=row.matter_ref,
        caption=row.caption,
        kind=row.kind,
        title=row.title,
        authority=row.authority,
        agency_due=date.fromisoformat(row.agency_due),
        internal_due=date.fromisoformat(row.internal_due),
        state=row.state,
        rule=row.rule,
        rule_version=row.rule_version,
        citation=row.citation,
        confidence=row.confidence,
        steps=tuple(json.loads(row.steps)),
        sentence=row.sentence,
        arrived_late=bool(row.arrived_late),
        confirmed_by=turn.handle(row.confirmed_by) or None,
        met_on=day(row.met_on),
        trigger=day(row.trigger_on),
        served=row.served,
        filing=row.filing,
        opens=day(row.opens),
        critical=bool(row.critical),
        tickler=bool(row.tickler),
        follows=row.follows_ref,
        proposed=proposal(row),
        superseded_by=row.superseded_by,
    )


def proposal(row: Any) -> ProposalView | None:
    """What a change of rule, or of the date it follows, would make of a date; None where nothing is proposed."""
    found = json.loads(row.proposed) if row.proposed else {}
    if "due" not in found:
        return None
    return ProposalView(
        deadline=row.ref,
        matter=row.matter_ref,
        old=date.fromisoformat(row.agency_due),
        new=date.fromisoformat(found["due"]),
        why=found["sentence"],
        citation=found["citation"],
        confidence=found["confidence"],
        steps=tuple(found["steps"]),
    )


def note(turn: Turn, row: Any, matter_ref: str) -> NoteView:
    return NoteView(
        id=opaque(row.id),
        matter=matter_ref,
        author=turn.handle(row.author_id),
        at=instant(row.at_us),
        body=row.body,
        kind=row.kind,
        confidential_to=row.confidential_to,
    )


def contact_rules(rows: Iterable[Any]) -> tuple[str, ...]:
    """What may be said to whom, a party's own rules with the name."""
    return tuple(row.rule if row.party is None else f"{row.party}: {row.rule}" for row in rows)


def party_named(turn: Turn, matter: Any, name: str) -> int:
    """The id of one of a matter's parties, by name or id. Raises `NotFound`."""
    wanted = asked.fold(name.strip())
    for row in turn.uow.all("party.of_matter", matter_id=matter.id):
        if opaque(row.id) == name.strip().upper() or asked.fold(row.name) == wanted:
            return int(row.id)
    raise NotFound("party", name, f"See `casedesk matter show {matter.ref}`.")


def party_name(turn: Turn, matter: Any, party_id: int) -> str:
    """A party's name as the matter has it."""
    return str(turn.uow.need("party", "", "party.find", matter_id=matter.id, id=party_id).name)


def _a_number(parties: Iterable[Any]) -> str | None:
    known = [p for p in parties if p.a_number is not None]
    known.sort(key=lambda p: (PRINCIPAL.index(p.role) if p.role in PRINCIPAL else len(PRINCIPAL), p.id))
    return known[0].a_number if known else None


def _links(turn: Turn, matter_id: int) -> tuple[dict[str, str], ...]:
    rows = turn.uow.all("matter.links", matter_id=matter_id)
    return tuple({"matter": r.ref, "relation": r.relation, "caption": r.caption} for r in rows)


def _open_points(turn: Turn, matter_id: int) -> tuple[str, ...]:
    from casedesk.desk import conflicts, consents

    return (*consents.missing(turn, matter_id), *conflicts.open_points(turn, matter_id))


def _wall(turn: Turn, matter: Any) -> WallLine | None:
    walls = turn.uow.all("wall.of_matter", matter_id=matter.id)
    inside = [m for m in turn.uow.all("wall.members", matter_id=matter.id) if m.until_us is None]
    return WallLine(instant(walls[0].opened_us), len(inside)) if walls else None


def _waiting(turn: Turn, matter_id: int) -> str | None:
    """What the matter's people were asked for, else what its work waits for the longest."""
    from casedesk.desk import request_rows

    asked_for = request_rows.waiting(turn, matter_id)
    if asked_for:
        return "; ".join(asked_for)
    row = turn.uow.one("matter.waiting", matter_id=matter_id)
    if row is None:
        return None
    wake = at(row.wake_up_us)
    again = "" if wake is None else f", ask again on {turn.calendar.today(wake).isoformat()}"
    return f"{row.waiting_on}{again}"


def _last_contact(turn: Turn, matter_id: int) -> str | None:
    row = turn.uow.one("note.last_contact", matter_id=matter_id)
    if row is None:
        return None
    return f"{turn.calendar.today(instant(row.at_us)).isoformat()} {row.what}, {turn.handle(row.person_id)}"
