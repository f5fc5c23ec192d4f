"""Draft ready: a version is handed in, the packet assembled around it, and the attorney's content review opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import assembling, engine, gate, tasks, vault, working
from casedesk.desk.assembling import Piece, Plan
from casedesk.desk.desk import prepared_by
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn
from casedesk.desk.views.gate import Submitted
from casedesk.models import lifecycle
from casedesk.models.enums import ReviewKind, TaskState
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.routing.playbooks import Playbook

Sign = tuple[tuple[str, str, str], ...]
"""Signatures by hand that the filing needs: form, part, person."""


def _plan(turn: Turn, task: str, files: tuple[Prepared, ...]) -> tuple[Plan, bytes | None]:
    row = _refuse(turn, task, files)
    packet = turn.uow.one("gate.packet_of_task", task_id=row.id)
    previous = None
    if packet is not None and packet.assembled_document_id is not None:
        previous = vault.get(turn, packet.assembled_document_id)
    run, playbook = engine.playbook_of(turn, row.run_id)
    pieces = _pieces(turn, row, run, playbook, packet, files)
    return Plan(
        packet_id=turn.uow.new_id() if packet is None else packet.id,
        packet_ref=turn.uow.new_ref("P", "packet") if packet is None else packet.ref,
        title=f"{playbook.title} response, {row.matter_ref}" if run.playbook == "rfe" else playbook.title,
        based_on=None if packet is None else packet.sha256,
        pieces=pieces,
    ), previous


def _pieces(
    turn: Turn, row: Any, run: Any, playbook: Playbook, packet: Any, files: tuple[Prepared, ...]
) -> list[Piece]:
    """The original notice first, then the drafts and forms, the pages signed by hand for an earlier version, and the
    papers behind the checklist as exhibits: the task's own, after those of the steps that collect documents."""
    pieces: list[Piece] = []
    if run.notice_id is not None:
        notice = turn.uow.need("notice", "", "document.notice", id=run.notice_id)
        pieces.append(assembling.from_vault(turn, notice.document_id, "notice"))
    letter = False
    for prepared in files:
        form = prepared.reading.recognition.form
        if (
            form is not None
            and prepared.reading.admission.media_type == "application/pdf"
            and _is_form(prepared)
        ):
            role = "form"
        elif not letter and not prepared.reading.admission.media_type.startswith("image/"):
            role, letter = "draft", True
        else:
            role = "exhibit"
        pieces.append(assembling.from_file(turn, prepared, role))
    for slot in () if packet is None else turn.uow.all("gate.signed_scans", packet_id=packet.id):
        name = f"{slot.form} {slot.part}, signed"
        pieces.append(assembling.from_vault(turn, slot.document_id, "signed", name=name))
    collecting = {s.id for s in playbook.step if s.documents}
    collected = [s.id for s in turn.uow.all("engine.run_steps", run_id=row.run_id) if s.step in collecting]
    lists = dict.fromkeys([*sorted(collected), row.id])
    for item in (i for task_id in lists for i in turn.uow.all("task.items", task_id=task_id)):
        if item.document_id is not None:
            pieces.append(assembling.from_vault(turn, item.document_id, "exhibit", name=item.text[:120]))
    return assembling.once(pieces)


def _is_form(prepared: Prepared) -> bool:
    """A government form is told by its printed edition, not by a form number somebody's letter mentions."""
    return any(str(e.field) == "edition" for e in prepared.reading.recognition.evidence)


def _refuse(turn: Turn, task: str, files: tuple[Prepared, ...]) -> Any:
    """Everything that stands against a submission; raises `Refusal`, naming it."""
    row = tasks.row_of(turn, task)
    if not tasks.is_gate(turn, row):
        drafting = (
            None if row.run_id is None else turn.uow.one("task.packet_of", task_id=row.id, run_id=row.run_id)
        )
        where = (
            "the drafting task of this matter" if drafting is None else f"the drafting task of {drafting.ref}"
        )
        raise Refusal(
            "not_a_drafting_task", f"{row.ref} ({row.title}) takes no draft.", f"Submit it on {where}."
        )
    if TaskState(row.state) not in lifecycle.OPEN_TASK_STATES:
        raise Refusal("task_closed", f"{row.ref} is done; its packet is signed off.", "")
    if not files:
        raise Refusal("no_file", "A draft is at least one file.", f"casedesk draft submit {row.ref} FILE...")
    tasks.refuse_open_items(turn, row)
    return row


def _assemble(desk: Desk, /, task: str, files: tuple[Prepared, ...], **_: Any) -> Plan:
    inside = working.apart(files)[0]
    plan, previous = desk.read(_plan, task, inside)
    return assembling.assemble(plan, previous)


@prepared_by(_assemble)
def submit(
    turn: Turn,
    task: str,
    files: tuple[Prepared, ...],
    *,
    note: str = "",
    sign: Sign = (),
    request_id: str | None = None,
    ready: Plan,
) -> Submitted:
    """Hand in a version. Whoever submits it is its preparer; the attorney's content review opens. A DOCX beside a PDF
    is kept as the working file of the version, and stays out of the packet.

    Refuses, naming it, while a required item is open, and what cannot go into a packet. Open reviews of an older
    version are superseded, a live sign-off is voided by the store.
    """
    uow = turn.uow
    row = _refuse(turn, task, files)
    packet = uow.one("gate.packet_of_task", task_id=row.id)
    run, playbook = engine.playbook_of(turn, row.run_id)
    if packet is None:
        uow.insert(
            "packet",
            id=ready.packet_id,
            ref=ready.packet_ref,
            matter_id=row.matter_id,
            form_id=run.form_id,
            run_id=row.run_id,
            task_id=row.id,
            deadline_id=run.deadline_id,
            title=ready.title,
            agency=playbook.agency,
            created_us=turn.now_us,
        )
    last = uow.one("gate.last_draft", packet_id=ready.packet_id)
    version = 1 if last is None else last.version + 1
    draft_ref = uow.new_ref("V", "draft")
    uow.insert(
        "draft",
        id=uow.new_id(),
        ref=draft_ref,
        packet_id=ready.packet_id,
        task_id=row.id,
        version=version,
        submitted_by=turn.actor.id,
        submitted_us=turn.now_us,
        note=note,
    )
    uow.run("gate.supersede", packet_id=ready.packet_id)
    digest = assembling.keep(turn, ready, matter_id=row.matter_id, version=version, preparer_id=turn.actor.id)
    uow.audit(
        "draft.submitted", draft_ref, matter_id=row.matter_id, version=version, sha256=digest, task=row.ref
    )
    kept = gate.packet_of(turn, ready.packet_ref)
    for form, part, person in sign:
        add_slot(turn, kept, form, part, person)
    event_id = engine.begin(turn, "task.draft_ready", row.ref, matter_id=row.matter_id, request_id=request_id)
    written_in = working.apart(files)[1]
    working.keep(turn, event_id, version, written_in, matter_id=row.matter_id, task=row.ref)
    review, owner = gate.open_review(turn, kept, ReviewKind.CONTENT, task_id=row.id)
    _wait_for_review(turn, row)
    return Submitted(
        draft=draft_ref,
        version=version,
        packet=ready.packet_ref,
        packet_sha256=digest,
        review=review,
        review_owner=turn.handle(owner),
        pages=kept.pages,
        warnings=(*ready.warnings, *_without_paper(turn, row)),
    )


def _without_paper(turn: Turn, row: Any) -> list[str]:
    """A requested paper that was ticked with nothing attached makes no exhibit; the drafter and the attorney hear it."""
    return [
        f"No paper is attached to {item.code} ({item.text}); it makes no exhibit."
        for item in turn.uow.all("task.items", task_id=row.id)
        if item.wants_file and item.state == "done" and item.document_id is None
    ]


def add_slot(turn: Turn, packet: Any, form: str, part: str, person: str) -> str:
    """A place somebody signs by hand; returns its ref."""
    ref = turn.uow.new_ref("S", "signature_slot")
    turn.uow.insert(
        "signature_slot",
        id=turn.uow.new_id(),
        ref=ref,
        packet_id=packet.id,
        matter_id=packet.matter_id,
        form=form,
        part=part,
        person=person,
    )
    turn.uow.audit("signature.needed", ref, matter_id=packet.matter_id, packet=packet.ref, form=form)
    return ref


def _wait_for_review(turn: Turn, row: Any) -> None:
    """While the attorney reads, the drafting task waits on her; the review's own timer wakes people when it is due."""
    turn.uow.update(
        "task",
        row.id,
        state=TaskState.WAITING,
        acknowledged_us=row.acknowledged_us or turn.now_us,
        waiting_on="review",
        waiting_since_us=turn.now_us,
        wake_up_us=None,
    )
    turn.uow.run("engine.cancel_unacknowledged", task_id=row.id)
