"""Papers come in: into the vault, recognised, matched to their form and matter, and answered by the rules.

What matches nothing, or too much, is received all the same: it goes to a person, with owner, window and, where a date
is printed, a provisional deadline. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casedesk.desk import appointment_notices, engine, family, paper_views, sight, vault
from casedesk.desk.apply import About, Applied
from casedesk.desk.notice_dates import add_deadline, remind
from casedesk.desk.paper_views import evidence, iso, reading_json
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.papers import DocumentView, Received
from casedesk.documents.recognise import Recognition
from casedesk.models.enums import NOTICE_KINDS, DocumentKind
from casedesk.refusal import NotFound, Refusal
from casedesk.store.unit_of_work import as_json


@dataclass(frozen=True)
class Match:
    """Where a paper belongs, or why a person must say it."""

    matter_id: int | None = None
    matter_ref: str | None = None
    form_id: int | None = None
    form: str | None = None
    warnings: tuple[str, ...] = ()
    by_receipt: bool = False


def is_notice(found: Recognition, match: Match) -> bool:
    """A recognised notice, or a paper that carries the receipt number of one of our forms: a person reads it."""
    return found.kind in NOTICE_KINDS or match.by_receipt


def receive(
    turn: Turn, prepared: Prepared, *, matter: str | None = None, confidential_to: str | None = None
) -> Received:
    """Take a file in. The same bytes again give the first document's id and change nothing.

    Other bytes of the same notice (kind, receipt number, notice date) are kept as `duplicate_of`, with no second
    task. With `confidential_to` it is that party's own from the beginning. Raises `NotFound` for a matter that is not
    there.
    """
    uow = turn.uow
    named = None if matter is None else turn.matter(matter).id
    before = uow.one("document.received_before", sha256=prepared.sha256, beside=named)
    if before is not None:
        if confidential_to is not None:
            family.confide(turn, before.ref, confidential_to)
        return paper_views.again(turn, before)
    found = prepared.reading.recognition
    match = _match(turn, found, matter)
    if confidential_to is not None and match.matter_id is None:
        raise Refusal("no_matter", "A paper that is one party's own belongs to a matter.", "Name the matter.")
    if match.matter_id is None:
        turn.require_inside("Receiving a paper of no known matter")
    twin = find_twin(turn, found, match.matter_id)
    reading = prepared.reading
    stored = vault.put(
        turn,
        data=prepared.data,
        name=prepared.name,
        media_type=reading.admission.media_type,
        pages=reading.pages_count or 0,
        origin="received",
        matter_id=match.matter_id,
        kind=found.kind,
        flags=[str(f) for f in reading.flags],
        next_step=reading.next_step or "",
        reading=reading_json(found),
        duplicate_of=None if twin is None else twin.document_id,
    )
    uow.audit(
        "document.received",
        stored.ref,
        matter_id=match.matter_id,
        sha256=stored.sha256,
        kind=found.kind.value,
        bytes=stored.bytes,
    )
    if confidential_to is not None:
        family.confide(turn, stored.ref, confidential_to)
    about = About(
        event_id=engine.begin(
            turn,
            "notice.received" if is_notice(found, match) else "document.received",
            opaque(stored.document_id),
            matter_id=match.matter_id,
            # Not by the bytes: a copy that somebody received where this person may not look would answer here.
            request_id=f"document:{opaque(stored.document_id)}",
        ),
        subject=opaque(stored.document_id),
        matter_id=match.matter_id,
        matter_ref=match.matter_ref,
        form_id=match.form_id,
        document_id=stored.document_id,
    )
    done = route(turn, about, found, match, twin)
    from casedesk.desk import request_papers

    ticked = request_papers.came(turn, match.matter_id, stored.document_id, stored.ref, prepared.name, found)
    warnings = (*match.warnings, *ticked)
    return paper_views.received(turn, stored.document_id, found, match.matter_ref, warnings, done, twin)


def route(
    turn: Turn,
    about: About,
    found: Recognition,
    match: Match,
    twin: Any,
    *,
    received_day: str | None = None,
) -> Applied:
    """Write notice and deadline, and ask the rules; a duplicate notice opens no second task.

    `received_day` is the ISO day on which the firm got the paper, today when not said.
    """
    notice = is_notice(found, match)
    if notice:
        about.notice_id = _notice(turn, about, found, twin, received_day or turn.today.isoformat())
        if twin is None:
            _note_receipt(turn, found, match)
    if twin is not None:
        turn.uow.audit(
            "notice.duplicate", about.subject, matter_id=about.matter_id, of=opaque(twin.document_id)
        )
        return Applied()
    due = None
    if notice:
        due = add_deadline(turn, about, found)
    snapshot = engine.facts(
        turn,
        about,
        fields={
            "document.kind": found.kind.value,
            "document.matched": match.matter_id is not None,
            "form.form": match.form or found.form,
        },
        items=found.requested_items,
        agency_due=None if due is None else due[0],
        internal_due=None if due is None else due[1],
    )
    done = engine.happened(turn, "notice.received" if notice else "document.received", about, snapshot)
    remind(turn, about)
    if notice:
        appointment_notices.appoint(turn, about, found)
    return done


def _match(turn: Turn, found: Recognition, matter: str | None) -> Match:
    """By receipt number, else by the matter a person named; never by likeness."""
    uow = turn.uow
    warnings = list(found.warnings)
    forms: Sequence[Any] = ()
    if found.receipt_number is not None:
        forms = uow.all("document.forms_by_receipt", receipt_number=found.receipt_number)
    if matter is not None:
        row = turn.matter(matter)
        form = next((f for f in forms if f.matter_id == row.id), None)
        if forms and form is None:
            raise Refusal(
                "other_matter",
                f"The notice's receipt number {found.receipt_number} belongs to another matter than {row.ref}.",
                "Receive it without --matter, or look at the number again.",
            )
        if form is None and found.form is not None:
            named = uow.all("document.forms_named", matter_id=row.id, form=found.form)
            form = named[0] if len(named) == 1 else None
        return Match(row.id, row.ref, getattr(form, "id", None), getattr(form, "form", None), tuple(warnings))
    # Where a number stands in front of a wall and behind it, people on both sides look in front of it.
    forms = [f for f in forms if not f.guarded] or forms
    if len({f.matter_id for f in forms}) == 1:
        form = forms[0]
        return Match(form.matter_id, form.matter_ref, form.id, form.form, tuple(warnings), by_receipt=True)
    if forms:
        warnings.append(f"Several matters of ours have the receipt number {found.receipt_number}.")
    elif found.receipt_number is not None:
        warnings.append(f"No form of ours has the receipt number {found.receipt_number}; match it by hand.")
    elif found.receipt_numbers:
        warnings.append("The notice shows more than one receipt number; match it by hand.")
    else:
        warnings.append("No receipt number was read; match it by hand.")
    if found.a_number is not None:
        near = uow.all("document.matters_of_a_number", a_number=found.a_number)
        if len(near) == 1 and not family.keeps_itself(turn, near[0].id):
            warnings.append(f"Its A-number is on {near[0].ref}.")
    return Match(warnings=tuple(warnings))


def find_twin(turn: Turn, found: Recognition, matter_id: int | None) -> Any:
    """The notice that came in before with this kind, receipt number and date; of a walled matter one behind its wall."""
    if found.kind not in NOTICE_KINDS or found.receipt_number is None or found.notice_date is None:
        return None
    return turn.uow.one(
        "document.same_notice",
        kind=found.kind.value,
        receipt_number=found.receipt_number,
        notice_date=found.notice_date.isoformat(),
        matter_id=matter_id,
        behind=int(sight.guarded(turn, matter_id)),
    )


def _notice(turn: Turn, about: About, found: Recognition, twin: Any, received_day: str) -> int:
    notice_id = turn.uow.new_id()
    turn.uow.insert(
        "notice",
        id=notice_id,
        document_id=about.document_id,
        matter_id=about.matter_id,
        form_id=about.form_id,
        kind=found.kind.value,
        receipt_number=found.receipt_number,
        notice_date=iso(found.notice_date),
        received_day=received_day,
        printed_due=as_json([d.isoformat() for d in found.response_due]),
        requested_items=as_json(list(found.requested_items)),
        served=None if found.served is None else found.served.value,
        confidence=round(found.confidence * 100),
        evidence=as_json([evidence(e) for e in found.evidence]),
        duplicate_of=None if twin is None else twin.id,
    )
    return notice_id


def _note_receipt(turn: Turn, found: Recognition, match: Match) -> None:
    """A receipt notice for a form that had no number yet gives it one."""
    if found.kind is DocumentKind.RECEIPT and match.form_id is not None and found.receipt_number is not None:
        touched = turn.uow.run(
            "document.set_receipt",
            id=match.form_id,
            receipt_number=found.receipt_number,
            received=iso(found.received_date),
            today=turn.today.isoformat(),
        )
        if touched:
            turn.uow.audit(
                "form.receipted",
                match.form or "",
                matter_id=match.matter_id,
                receipt_number=found.receipt_number,
            )


def match(turn: Turn, document: str, matter: str, *, form: str | None = None) -> Received:
    """A person says where an unmatched paper belongs; the rules are asked again, with the matter known.

    A matter that has the paper already keeps it as a duplicate, with no second task.
    """
    from casedesk.desk import triage

    uow = turn.uow
    row = paper_views.row_of(turn, document)
    triage.refuse_decided(turn, row)
    if row.matter_id is not None:
        raise Refusal("matched", f"{row.ref} belongs to {row.matter_ref} already.", "Look at it there.")
    target = turn.matter(matter)
    found = paper_views.recognition(row)
    twin = _held_already(turn, row, found, target.id)
    picked = None
    wanted = form or found.form
    if wanted is not None:
        named = uow.all("document.forms_named", matter_id=target.id, form=wanted)
        if form is not None and not named:
            raise NotFound("form", form, f"See `casedesk matter form list {target.ref}`.")
        picked = named[0] if len(named) == 1 else None
    uow.run(
        "document.set_matter",
        id=row.id,
        matter_id=target.id,
        duplicate_of=None if twin is None else twin.document_id,
    )
    matched = Match(target.id, target.ref, getattr(picked, "id", None), getattr(picked, "form", None))
    event_id = engine.begin(
        turn,
        "notice.received",
        opaque(row.id),
        matter_id=target.id,
        request_id=f"match:{row.id}:{target.id}:{triage.next_seq(turn, row.id)}",
    )
    about = About(
        event_id=event_id,
        subject=opaque(row.id),
        matter_id=target.id,
        matter_ref=target.ref,
        form_id=matched.form_id,
        document_id=row.id,
    )
    uow.audit("document.matched", row.ref, matter_id=target.id)
    triage.matched(turn, row.id)
    due = None
    notice = uow.one("document.notice_of", document_id=row.id)
    if notice is not None:
        about.notice_id = notice.id
        uow.run(
            "document.match_notice",
            id=notice.id,
            matter_id=target.id,
            form_id=matched.form_id,
            duplicate_of=None if twin is None else twin.id,
        )
        uow.run("engine.supersede_provisional", notice_id=notice.id)
        if twin is None:
            _note_receipt(turn, found, matched)
            due = add_deadline(turn, about, found)
    # Everybody reads that task; a matter behind a wall is not named there.
    _settle_matching(turn, row.id, "matched" if target.guarded else f"matched to {target.ref}")
    if twin is not None:
        uow.audit("notice.duplicate", about.subject, matter_id=target.id, of=opaque(twin.document_id))
        return paper_views.received(turn, row.id, found, target.ref, (), Applied(), twin)
    snapshot = engine.facts(
        turn,
        about,
        fields={
            "document.kind": found.kind.value,
            "document.matched": True,
            "form.form": matched.form or found.form,
        },
        items=found.requested_items,
        agency_due=None if due is None else due[0],
        internal_due=None if due is None else due[1],
    )
    trigger = "notice.received" if notice is not None else "document.received"
    done = engine.happened(turn, trigger, about, snapshot)
    remind(turn, about)
    if notice is not None:
        appointment_notices.appoint(turn, about, found)
    from casedesk.desk import request_papers

    ticked = request_papers.came(turn, target.id, row.id, row.ref, row.name, found)
    return paper_views.received(turn, row.id, found, target.ref, ticked, done, None)


def _held_already(turn: Turn, row: Any, found: Recognition, matter_id: int) -> Any:
    """What a matter has of a paper already: the same bytes, else the same notice."""
    kept = turn.uow.one("document.held", matter_id=matter_id, sha256=row.sha256)
    if kept is not None:
        return kept
    twin = find_twin(turn, found, matter_id)
    return twin if twin is not None and twin.matter_id == matter_id else None


def _settle_matching(turn: Turn, document_id: int, how: str) -> None:
    """The task that asked where the paper belongs is done by saying it."""
    from casedesk.desk import tasks

    for task in turn.uow.all("task.match_tasks", document_id=document_id):
        tasks.finish_by_act(turn, task.id, how)


def listing(
    turn: Turn,
    *,
    matter: str | None = None,
    limit: int = 50,
    after: str | None = None,
    unmatched: bool = False,
    aside: bool = False,
) -> tuple[DocumentView, ...]:
    """Documents, newest first; `unmatched` are those that wait in the inbox, `aside` those that are junk or split."""
    last = None if after is None else paper_views.row_of(turn, after)
    rows = turn.uow.all(
        "document.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        unmatched=int(unmatched),
        aside=int(aside),
        before_us=None if last is None else last.received_us,
        before_id=0 if last is None else last.id,
        limit=limit,
    )
    return tuple(paper_views.view(turn, row) for row in rows)


def show(turn: Turn, document: str) -> DocumentView:
    """One document, with the words each value was read from."""
    return paper_views.view(turn, paper_views.row_of(turn, document))


def data(turn: Turn, document: str) -> tuple[str, bytes]:
    """A document's name and bytes. Raises `Refusal` when the vault's bytes are not those received."""
    import hashlib

    row = paper_views.row_of(turn, document)
    sight.looked(turn, row.matter_id)
    content = vault.get(turn, row.id)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Refusal(
            "bytes_changed", f"The bytes of {row.ref} are not those that were received.", "Tell the manager."
        )
    return row.name, content
