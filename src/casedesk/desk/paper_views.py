"""Papers as they are shown, and what was read from them as it is kept."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from casedesk.desk.apply import Applied
from casedesk.desk.turn import Turn, at, id_of, opaque
from casedesk.desk.views.papers import DocumentView, EvidenceView, Received
from casedesk.documents.recognise import Recognition
from casedesk.models.enums import DocumentKind, Served


def row_of(turn: Turn, document: str) -> Any:
    """A document's row by ref or id. Raises `NotFound`."""
    return turn.uow.need(
        "document", document, "document.find", ref=document.strip().upper(), id=id_of(document)
    )


def view(turn: Turn, row: Any) -> DocumentView:
    """A document as it is shown, with the words each value was read from."""
    reading = json.loads(row.reading)
    return DocumentView(
        id=opaque(row.id),
        ref=row.ref,
        name=row.name,
        kind=row.kind,
        origin=row.origin,
        matter=row.matter_ref,
        sha256=row.sha256,
        bytes=row.bytes,
        pages=row.pages,
        media_type=row.media_type,
        received_at=at(row.received_us) or turn.now,
        received_by=turn.handle(row.received_by),
        flags=tuple(json.loads(row.flags)),
        next=row.next_step,
        evidence=tuple(EvidenceView(**e) for e in reading.get("evidence", [])),
        receipt_number=reading.get("receipt_number"),
        confidential_to=row.confidential_name,
        part_of=row.part_of,
        decided=row.decided,
    )


def again(turn: Turn, before: Any) -> Received:
    """The same bytes once more: what became of them when they came in first."""
    row = row_of(turn, before.ref)
    tasks = tuple(
        {"id": opaque(t.id), "ref": t.ref, "title": t.title, "kind": t.kind, "owner": turn.handle(t.owner_id)}
        for t in turn.uow.all("document.tasks_of", document_id=row.id)
    )
    decision = turn.uow.scalar("document.decision_of", subject=opaque(row.id))
    return _shaped(turn, row, recognition(row), row.matter_ref, tasks, decision, True, row.duplicate_of, ())


def received(
    turn: Turn,
    document_id: int,
    found: Recognition,
    matter: str | None,
    warnings: tuple[str, ...],
    done: Applied,
    twin: Any,
) -> Received:
    """What became of a paper that has just come in, or found its matter."""
    row = row_of(turn, opaque(document_id))
    twin_id = None if twin is None else twin.document_id
    decision = done.decision_id or None
    return _shaped(turn, row, found, matter, tuple(done.tasks), decision, False, twin_id, warnings)


def _shaped(
    turn: Turn,
    row: Any,
    found: Recognition,
    matter: str | None,
    tasks: tuple[dict[str, str], ...],
    decision: int | None,
    duplicate: bool,
    duplicate_of: int | None,
    warnings: tuple[str, ...],
) -> Received:
    due = turn.uow.one("engine.deadline_of_document", document_id=row.id)
    return Received(
        document=opaque(row.id),
        ref=row.ref,
        name=row.name,
        sha256=row.sha256,
        kind=row.kind,
        receipt_number=found.receipt_number,
        matter=matter,
        dates={
            "notice_date": iso(found.notice_date),
            "received_date": iso(found.received_date),
            "priority_date": iso(found.priority_date),
            "response_due": iso(found.response_due[0]) if found.response_due else None,
            "agency_due": None if due is None else due.agency_due,
            "internal_due": None if due is None else due.internal_due,
        },
        confidence=round(found.confidence, 2),
        evidence=tuple(EvidenceView(**evidence(e)) for e in found.evidence),
        duplicate=duplicate,
        duplicate_of=None if duplicate_of is None else opaque(duplicate_of),
        decision=None if decision is None else opaque(decision),
        tasks=tasks,
        flags=tuple(json.loads(row.flags)),
        next=row.next_step,
        warnings=warnings,
    )


def evidence(found: Any) -> dict[str, Any]:
    """A value with the words it was read from, as it is kept."""
    return {
        "field": found.field,
        "value": str(found.value),
        "words": found.words,
        "page": found.page,
    }


def reading_json(found: Recognition) -> dict[str, Any]:
    """What was read from a paper, as it is kept with it."""
    return {
        "kind": found.kind.value,
        "confidence": round(found.confidence * 100),
        "receipt_number": found.receipt_number,
        "receipt_numbers": list(found.receipt_numbers),
        "notice_date": iso(found.notice_date),
        "received_date": iso(found.received_date),
        "priority_date": iso(found.priority_date),
        "response_due": [d.isoformat() for d in found.response_due],
        "form": found.form,
        "a_number": found.a_number,
        "requested_items": list(found.requested_items),
        "served": None if found.served is None else found.served.value,
        "evidence": [evidence(e) for e in found.evidence],
        "warnings": list(found.warnings),
    }


def recognition(row: Any) -> Recognition:
    """What was read when the paper came in; it is not read again, so that a newer reader changes no past."""
    from casedesk.documents.recognise import Evidence

    kept = json.loads(row.reading)
    if not kept:
        return Recognition(DocumentKind(row.kind), 0.0)
    return Recognition(
        kind=DocumentKind(kept["kind"]),
        confidence=kept["confidence"] / 100,
        receipt_number=kept["receipt_number"],
        receipt_numbers=tuple(kept["receipt_numbers"]),
        notice_date=_day(kept["notice_date"]),
        received_date=_day(kept["received_date"]),
        priority_date=_day(kept["priority_date"]),
        response_due=tuple(date.fromisoformat(d) for d in kept["response_due"]),
        form=kept["form"],
        a_number=kept["a_number"],
        requested_items=tuple(kept["requested_items"]),
        served=None if kept["served"] is None else Served(kept["served"]),
        evidence=tuple(Evidence(**e) for e in kept["evidence"]),
        warnings=tuple(kept["warnings"]),
    )


def iso(day: date | None) -> str | None:
    """A legal date as the record keeps it."""
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
