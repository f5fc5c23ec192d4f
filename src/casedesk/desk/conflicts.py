"""Conflict checks: who else bears a name, when a matter opens, when somebody joins it, and when somebody asks.

Names are compared with the clients and parties of every matter, the closed ones too (former clients, ABA Model Rule
1.9), and with the firm's own people (Rule 1.7(a)(2)). A check holds up nothing, because people call in emergencies: one
that found something opens a task, stands on the card, and is a point of the content review until an attorney or a
manager decided it. What was found behind a wall is told to those behind it, and to nobody else (`75_conflicts.sql`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casedesk.desk import asked, hours, sight
from casedesk.desk.apply import About, managers, open_task, tell
from casedesk.desk.tasks import finish_by_act
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.desk.views.matters import ConflictHitView, ConflictView
from casedesk.matching import names
from casedesk.models.enums import ConflictState, ConsentKind, MatterStatus, OwnerKind, PartyRole
from casedesk.refusal import Conflict, NotAllowed, NotFound, Refusal
from casedesk.routing.chains import arm
from casedesk.routing.effects import OpenTask
from casedesk.store.unit_of_work import as_json

DECIDE_HOURS = 0.5
DECIDE_BY_DAYS = 1
ACKNOWLEDGE_HOURS = 4
"""A check that found something is decided by the same time of the next business day."""

WORKER = "desk"
POINT = "conflict-check"
"""The code of the content review's point about a check that nobody has decided."""

_WITH_INTERESTS = frozenset(PartyRole) - {PartyRole.EMPLOYER_CONTACT, PartyRole.INTERPRETER}


@dataclass(frozen=True)
class Asked:
    """Somebody whose name is looked for; `client_id` is the client they are, whose own matters are no conflict."""

    name: str
    role: str = ""
    a_number: str | None = None
    born: str | None = None
    client_id: int | None = None


def of_matter(turn: Turn, matter: Any, about: str, people: Sequence[Asked]) -> None:
    """The check that every opening and every new party brings with it; `matter` has id, ref and priority."""
    _search(turn, matter, about, people)


def check(
    turn: Turn,
    name: str,
    *,
    a_number: str | None = None,
    born: date | None = None,
    matter: str | None = None,
) -> ConflictView:
    """A check by hand, before a matter is opened or on one there is; on record like any other."""
    row = None if matter is None else turn.matter(matter)
    person = Asked(
        asked.words(name, "The name"),
        a_number=None if a_number is None else asked.a_number(a_number),
        born=asked.iso(born),
    )
    return show(turn, _search(turn, row, "asked for by hand", (person,)))


def listing(
    turn: Turn,
    *,
    state: str | None = "open",
    matter: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> tuple[ConflictView, ...]:
    """Checks, the newest first: the undecided ones, or of another state, or ("all") every one."""
    wanted = None if state in (None, "all") else asked.one_of(str(state), ConflictState, "state").value
    last = None if after is None else _row(turn, after)
    rows = turn.uow.all(
        "conflict.listing",
        state=wanted,
        matter_id=None if matter is None else turn.matter(matter).id,
        after_us=None if last is None else last.asked_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(_view(turn, row) for row in rows)


def show(turn: Turn, ref: str) -> ConflictView:
    """A check with what it found, as far as whoever asks may see where."""
    return _view(turn, _row(turn, ref))


def decide(turn: Turn, ref: str, outcome: str, reason: str, *, consent: str | None = None) -> ConflictView:
    """What an attorney or a manager decides: clear (nobody's interests touch), waived, or declined.

    Waived is a conflict that everybody affected consents to in writing (ABA Model Rules 1.7(b)(4), 1.9(a)): it takes a
    consent on record, of this matter or of one that was found.
    """
    row = _row(turn, ref)
    if turn.signing_licence() is None and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed",
            f"A conflict is decided by an attorney or a manager; {turn.actor.handle} is neither.",
            "Hand it to the attorney.",
        )
    which = asked.one_of(outcome, ConflictState, "decision")
    if which is ConflictState.OPEN:
        raise asked.unknown(outcome, "decision", [s for s in ConflictState if s is not ConflictState.OPEN])
    why = asked.words(reason, "The reason")
    paper = _consent(turn, row, consent)
    if which is ConflictState.WAIVED and paper is None:
        raise Refusal(
            "consent_missing",
            f"{row.ref} is waived with the written consent of those affected, and none was named.",
            "Record it with `casedesk matter consent add`, and name it with --consent.",
        )
    if row.state != ConflictState.OPEN:
        raise Refusal(
            "already_decided", f"{row.ref} was decided already: {row.state}.", "Ask for a new check."
        )
    done = turn.uow.run(
        "conflict.decide",
        id=row.id,
        state=which.value,
        decided_by=turn.actor.id,
        decided_us=turn.now_us,
        reason=why if paper is None else f"{why} (consent {paper})",
    )
    if done != 1:
        raise Conflict(f"Somebody else decided {row.ref} first.", mine=which.value, theirs=None)
    turn.uow.audit(
        "conflict.decided", row.ref, matter_id=row.matter_id, state=which.value, reason=why, consent=paper
    )
    for task in turn.uow.all("conflict.task", ref=row.ref):
        finish_by_act(turn, task.id, f"{row.ref} {which.value}")
    if row.asked_by != turn.actor.id and row.asked_by not in sight.shut_out(turn, row.matter_id):
        about = About(0, row.ref, matter_id=row.matter_id, matter_ref=row.matter_ref)
        tell(turn, row.asked_by, f"Conflict check {row.ref}: {which.value}", "conflict", about)
    return show(turn, row.ref)


def open_points(turn: Turn, matter_id: int) -> tuple[str, ...]:
    """A sentence for each of the matter's checks that found somebody very like and that nobody has decided."""
    return tuple(
        f"conflict check open: {row.ref}"
        for row in turn.uow.all("conflict.standing", matter_id=matter_id)
        if (row.likeness or 0) >= names.HIGH or json.loads(row.names)["people"]
    )


def review_points(turn: Turn, matter_id: int | None) -> tuple[tuple[str, str], ...]:
    """The point that the content review asks beside the playbook's own; none where no check is open."""
    found = () if matter_id is None else open_points(turn, matter_id)
    if not found:
        return ()
    said = "; ".join(found)
    return ((POINT, f"{said[0].upper()}{said[1:]}. May the work go on all the same?"),)


# --- within


def _search(turn: Turn, matter: Any | None, about: str, people: Sequence[Asked]) -> str:
    """Put the check on record, let the store find, and see to it that somebody decides; returns its ref."""
    uow = turn.uow
    check_id, ref = uow.new_id(), uow.new_ref("K", "conflict_check")
    matter_id = None if matter is None else matter.id
    colleagues = _colleagues(turn, people)
    uow.run(
        "conflict.ask",
        id=check_id,
        ref=ref,
        matter_id=matter_id,
        about=about,
        names=as_json({"searched": [_said(each) for each in people], "people": colleagues}),
        asked_by=turn.actor.id,
        at_us=turn.now_us,
    )
    uow.run(
        "conflict.search",
        check_id=check_id,
        matter_id=matter_id,
        asked=as_json([_wanted(n, each) for n, each in enumerate(people)]),
        keys=as_json(
            [
                [n, key.how, key.key, key.word]
                for n, each in enumerate(people)
                for key in names.wanted(each.name)
            ]
        ),
        colleagues=bool(colleagues),
    )
    hits = uow.all("conflict.hits", check_id=check_id)
    if not hits and not colleagues:
        # A shared store has done it already: there only the search itself may.
        uow.run("conflict.settle", id=check_id)
    uow.audit(
        "conflict.checked",
        ref,
        matter_id=matter_id,
        about=about,
        names=len(people),
        found=len(hits),
        colleagues=len(colleagues),
    )
    if hits or colleagues:
        _ask_for_a_decision(turn, matter, ref)
    return ref


def _said(each: Asked) -> dict[str, Any]:
    return {"name": each.name, "role": each.role, "a_number": each.a_number, "born": each.born}


def _wanted(n: int, each: Asked) -> dict[str, Any]:
    return {
        "n": n,
        "name": each.name,
        "words": names.heard_words(each.name),
        "long": names.heard_alone(each.name),
        "a_number": each.a_number,
        "born": each.born,
        "client": each.client_id,
    }


def _colleagues(turn: Turn, people: Sequence[Asked]) -> list[dict[str, Any]]:
    """People of the firm, who work there or did, with a name like one that is asked for."""
    found = []
    for each in people:
        for handle, name in sorted(turn.names.values()):
            alike = names.likeness(each.name, name)
            if alike.score and handle != WORKER:
                how = names.reason(alike.how, each.name, name)
                found.append(
                    {"asked": each.name, "person": handle, "name": name, "how": how, "likeness": alike.score}
                )
    return found


def _ask_for_a_decision(turn: Turn, matter: Any | None, ref: str) -> None:
    owner, why = _decider(turn, None if matter is None else matter.id)
    there = hours.start_of(turn, owner)
    effect = OpenTask(
        key="conflict_check",
        kind="conflict_check",
        title=f"Decide conflict check {ref}",
        playbook=None,
        playbook_version=None,
        step=ref,
        owner=owner,
        owner_reason=why,
        candidates=(),
        acknowledge_by=turn.calendar.add_hours(there, ACKNOWLEDGE_HOURS),
        due=turn.calendar.add_days(turn.now, DECIDE_BY_DAYS),
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=DECIDE_HOURS,
        items=(),
        timers=arm(
            turn.library.chains["default"],
            turn.now,
            calendar=turn.calendar,
            acknowledge=True,
            agency_due=None,
            internal_due=None,
            there=there,
        ),
    )
    about = About(event_id=0, subject=ref)
    if matter is not None:
        about = About(0, ref, matter_id=matter.id, matter_ref=matter.ref, priority=matter.priority)
    open_task(turn, effect, about)


def _decider(turn: Turn, matter_id: int | None) -> tuple[int, str]:
    """The matter's attorney who is there, else a manager."""
    owners = turn.owners(matter_id)
    for kind in (OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY):
        person = turn.people.get(owners.get(kind, 0))
        if person is not None and person.present:
            return person.id, kind.value.replace("_", " ")
    found = sorted(managers(turn), key=lambda person: (not turn.people[person].present, person))
    return found[0], "manager"


def _consent(turn: Turn, row: Any, consent: str | None) -> str | None:
    """The ref of the consent that was named: to a conflict, not taken back, of the check's matter or a found one."""
    if consent is None:
        return None
    paper = turn.uow.one("conflict.consent", ref=consent.strip().upper(), id=id_of(consent))
    if paper is None:
        raise NotFound("consent", consent, "See `casedesk matter consent list`.")
    matters = {row.matter_id, *(hit.matter_id for hit in turn.uow.all("conflict.hits", check_id=row.id))}
    if paper.kind != ConsentKind.CONFLICT or paper.withdrawn_us is not None or paper.matter_id not in matters:
        raise Refusal(
            "wrong_consent",
            f"{paper.ref} is no standing consent to this conflict.",
            "Name one of kind conflict, of this matter or one that was found, that was not withdrawn.",
        )
    return str(paper.ref)


def _row(turn: Turn, ref: str) -> Any:
    return turn.uow.need("conflict check", ref, "conflict.find", ref=ref.strip().upper(), id=id_of(ref))


def _view(turn: Turn, row: Any) -> ConflictView:
    kept = json.loads(row.names)
    hits = tuple(_hit(hit) for hit in turn.uow.all("conflict.hits", check_id=row.id))
    likest = [hit.likeness for hit in hits] + [each["likeness"] for each in kept["people"]]
    return ConflictView(
        id=opaque(row.id),
        ref=row.ref,
        matter=row.matter_ref,
        about=row.about,
        state=row.state,
        names=tuple(each["name"] for each in kept["searched"]),
        asked_by=turn.handle(row.asked_by),
        asked_at=instant(row.asked_us),
        likeness=max(likest, default=0),
        hits=hits,
        people=tuple(kept["people"]),
        decided_by=turn.handle(row.decided_by) or None,
        decided_at=at(row.decided_us),
        reason=row.reason,
    )


def _hit(row: Any) -> ConflictHitView:
    client = row.role is None or (row.client_id is not None)
    former = row.status == MatterStatus.CLOSED
    if client:
        standing = "former client" if former else "client"
    else:
        standing = (
            f"{row.role.replace('_', ' ')} where {row.client_name} {'was' if former else 'is'} the client"
        )
    return ConflictHitView(
        asked=row.asked_name,
        name=row.found_name,
        matter=row.ref,
        caption=row.caption,
        type=row.type,
        status=row.status,
        standing=standing,
        client=client,
        former=former,
        adverse=not client and row.role in _WITH_INTERESTS,
        linked=row.link,
        how=names.reason(row.how, row.asked_name, row.found_name),
        likeness=row.likeness,
    )
