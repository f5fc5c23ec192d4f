"""The inbox decided, a paper at a time: junk, split, and each of them, and a match, taken back.

Nothing is deleted. What is set aside leaves the inbox and stays on record; taking it back asks the rules again, so that
a paper that waits always waits with somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casedesk.desk import asked, calling_off, deadline_timers, engine, paper_views, papers, tasks, vault
from casedesk.desk.apply import About
from casedesk.desk.desk import prepared_by
from casedesk.desk.notice_dates import add_deadline, remind
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.papers import DocumentView, Received
from casedesk.models import lifecycle
from casedesk.models.enums import DocumentKind, TaskState
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk

MOST_PARTS = 50


@dataclass(frozen=True)
class Cut:
    """A split as it was prepared: the parts' first pages and their files."""

    document_id: int
    seq: int
    firsts: tuple[int, ...]
    pages: int
    parts: tuple[Prepared, ...]


@dataclass(frozen=True)
class Split:
    """A paper and what it was cut into."""

    whole: DocumentView
    parts: tuple[Received, ...]


def junk(turn: Turn, document: str, reason: str = "") -> DocumentView:
    """Set a paper aside: it leaves the inbox, its provisional date falls and the task that asked for it is done.

    Raises `Refusal` for a paper that has a matter, and for one that was set aside already.
    """
    row = _waiting(turn, document)
    why = asked.optional(reason, "The reason")
    _decide(turn, row.id, "junk", reason=why)
    _lay_down(turn, row, "set aside as junk")
    turn.uow.audit("document.junk", row.ref, reason=why)
    return paper_views.view(turn, paper_views.row_of(turn, row.ref))


def _cut(desk: Desk, document: str, at: Sequence[int]) -> Cut:
    from casedesk.documents.child import ParseFailed
    from casedesk.documents.split import split_pdf

    row, data, seq = desk.read(_whole, document)
    pages = sorted(set(at))
    if not pages:
        raise Refusal("no_page", "No page is named.", "Name the page on which the next paper begins.")
    wrong = [page for page in pages if not 2 <= page <= row.pages]
    if wrong:
        raise Refusal(
            "no_such_page",
            f"{row.ref} has {row.pages} pages; a paper cannot begin anew on page {wrong[0]}.",
            f"Name a page from 2 to {row.pages}." if row.pages > 1 else "It is one page.",
        )
    if len(pages) >= MOST_PARTS:
        raise Refusal("too_many_parts", f"That is more than {MOST_PARTS} parts.", "Split it in two steps.")
    firsts = (1, *pages)
    named = [_named(row.name, *span) for span in _spans(firsts, row.pages)]
    titles = [f"{row.ref}, pages {first} to {last}, cut {seq}" for first, last in _spans(firsts, row.pages)]
    try:
        parts = split_pdf(data, firsts, titles)
    except ParseFailed as failed:
        raise Refusal(
            "not_split",
            f"{row.ref} {row.name} cannot be split: {failed.reason}",
            "Split it with another program and receive the parts.",
        ) from failed
    prepared = tuple(prepare_bytes(part, name) for part, name in zip(parts, named, strict=True))
    return Cut(row.id, seq, firsts, row.pages, prepared)


@prepared_by(_cut)
def split(turn: Turn, document: str, at: Sequence[int], ready: Cut) -> Split:
    """Cut a PDF of no matter before each page of `at` (counted from 1); the parts are papers of their own.

    Each part names the whole, is recognised, matched and answered by the rules as any paper that comes in. The whole
    leaves the inbox and is kept. Raises `Refusal` for what is no PDF, a page it has not, and a paper with a matter.
    """
    row = _waiting(turn, document)
    if next_seq(turn, row.id) != ready.seq:
        raise Refusal("moved", f"{row.ref} was decided by somebody else meanwhile.", "Look at it again.")
    _decide(turn, row.id, "split")
    turn.uow.run("document.stand_aside", document_id=row.id)
    received = []
    for part, (first, last) in zip(ready.parts, _spans(ready.firsts, ready.pages), strict=True):
        done = papers.receive(turn, part)
        part_row = paper_views.row_of(turn, done.ref)
        _decide(turn, part_row.id, "part", whole_id=row.id, first_page=first, last_page=last)
        turn.uow.audit(
            "document.part", done.ref, matter_id=part_row.matter_id, of=row.ref, first=first, last=last
        )
        received.append(done)
    refs = [each.ref for each in received]
    _lay_down(turn, row, f"split into {len(refs)} papers")
    turn.uow.audit("document.split", row.ref, at=list(ready.firsts[1:]))
    return Split(paper_views.view(turn, paper_views.row_of(turn, row.ref)), tuple(received))


def undo(turn: Turn, document: str) -> DocumentView:
    """Take back what was last decided about a paper: that it is junk, that it was split, which matter it belongs to,
    whether a person said so or its receipt number.

    It waits in the inbox again, with a new task for whoever matches papers. Raises `Refusal` once somebody has worked on
    what came of it, for a match behind an ethical wall, and where nothing was decided.
    """
    row = paper_views.row_of(turn, document)
    last = turn.uow.one("document.triage", document_id=row.id)
    act = "" if last is None else last.act
    if act == "split":
        _join(turn, row)
    elif row.matter_id is not None and row.origin == "received":
        act = "matched"
        _unmatch(turn, row)
    elif act != "junk":
        raise Refusal("nothing_to_undo", f"Nothing was decided about {row.ref} that can be taken back.", "")
    _decide(turn, row.id, "back")
    turn.uow.audit("document.back", row.ref, undone=act)
    _ask_again(turn, paper_views.row_of(turn, row.ref))
    return paper_views.view(turn, paper_views.row_of(turn, row.ref))


def matched(turn: Turn, document_id: int) -> None:
    """Note that a person gave a paper its matter, so that it can be taken back."""
    _decide(turn, document_id, "matched")


# --- within


def _whole(turn: Turn, document: str) -> tuple[Any, bytes, int]:
    row = _waiting(turn, document)
    if row.media_type != "application/pdf":
        raise Refusal("not_pdf", f"{row.ref} {row.name} is no PDF.", "Only a PDF can be split here.")
    return row, vault.get(turn, row.id), next_seq(turn, row.id)


def _waiting(turn: Turn, document: str) -> Any:
    """A paper that waits in the inbox."""
    turn.require_inside("Deciding about a paper of no known matter")
    row = paper_views.row_of(turn, document)
    if row.matter_id is not None:
        raise Refusal("matched", f"{row.ref} belongs to {row.matter_ref} already.", "Look at it there.")
    if row.origin != "received":
        raise Refusal("not_received", f"{row.ref} did not come in from outside.", "")
    refuse_decided(turn, row)
    return row


def refuse_decided(turn: Turn, row: Any) -> None:
    """Raises `Refusal` for a paper that was set aside, split, or put together with its whole again."""
    last = turn.uow.one("document.triage", document_id=row.id)
    gone = {"junk": "set aside as junk", "split": "split", "joined": "put together again"}
    if last is not None and last.act in gone:
        what = gone[last.act]
        step = (
            "Look at the whole."
            if last.act == "joined"
            else f"`casedesk document undo {row.ref}` takes it back."
        )
        raise Refusal("decided", f"{row.ref} is {what} already.", step)


def next_seq(turn: Turn, document_id: int) -> int:
    """The number of the next decision about a paper, from 1."""
    last = turn.uow.one("document.triage", document_id=document_id)
    return 1 if last is None else int(last.seq) + 1


def _decide(turn: Turn, document_id: int, act: str, **more: Any) -> None:
    turn.uow.insert(
        "triage",
        id=turn.uow.new_id(),
        document_id=document_id,
        seq=next_seq(turn, document_id),
        act=act,
        by_id=turn.actor.id,
        at_us=turn.now_us,
        **more,
    )


def _spans(firsts: Sequence[int], pages: int) -> list[tuple[int, int]]:
    ends = [*(first - 1 for first in firsts[1:]), pages]
    return list(zip(firsts, ends, strict=True))


def _named(name: str, first: int, last: int) -> str:
    """ "scan.pdf" cut at its third page: "scan, page 1-2.pdf"."""
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return f"{stem}, page {first}.pdf" if first == last else f"{stem}, page {first}-{last}.pdf"


def _lay_down(turn: Turn, row: Any, how: str) -> None:
    """What a paper of no matter set going ends with the decision about it."""
    for due in turn.uow.all("document.dates_of", document_id=row.id):
        if due.state == "provisional":
            turn.uow.update("deadline", due.id, due.version, state="superseded")
            deadline_timers.stand_down(turn, due.id, how)
    for task in turn.uow.all("task.match_tasks", document_id=row.id):
        tasks.finish_by_act(turn, task.id, how)


def _refuse_begun(turn: Turn, row: Any) -> None:
    """What people have begun is not taken from under their hands."""
    for task in turn.uow.all("document.work_of", document_id=row.id):
        if task.kind != "match_notice" and task.state not in (TaskState.NEW, TaskState.CANCELLED):
            raise _moved_on(row, f"{task.ref}, with {turn.handle(task.owner_id)}, has been taken up")
    for due in turn.uow.all("document.dates_of", document_id=row.id):
        if due.confirmed_us is not None or due.state in ("met", "missed"):
            raise _moved_on(
                row, f"the date {due.ref} was {due.state if due.state != 'open' else 'confirmed'}"
            )
    for held in turn.uow.all("document.letters_of", document_id=row.id):
        if held.state != "awaiting_approval":
            raise _moved_on(row, f"message {held.ref} was released")
    for appointment in turn.uow.all("document.appointments_of", document_id=row.id):
        raise _moved_on(row, f"the appointment {appointment.ref} was set from it")


def _moved_on(row: Any, what: str) -> Refusal:
    return Refusal(
        "moved_on", f"It cannot be taken back: {what}.", f"Settle that first, then try {row.ref} again."
    )


def _take_back_work(turn: Turn, row: Any, why: str) -> None:
    for task in turn.uow.all("document.work_of", document_id=row.id):
        if TaskState(task.state) in lifecycle.OPEN_TASK_STATES:
            calling_off.task(turn, task, task.matter_id, why)
    for due in turn.uow.all("document.dates_of", document_id=row.id):
        turn.uow.update("deadline", due.id, due.version, state="superseded")
        deadline_timers.stand_down(turn, due.id, why)
    for held in turn.uow.all("document.letters_of", document_id=row.id):
        calling_off.letter(turn, held, row.matter_id, why)


def _join(turn: Turn, row: Any) -> None:
    parts = turn.uow.all("document.parts", whole_id=row.id)
    for part in parts:
        if part.matter_id is not None:
            raise _moved_on(row, f"its part {part.ref} has a matter")
        last = turn.uow.one("document.triage", document_id=part.id)
        if last is not None and last.act == "split":
            raise _moved_on(row, f"its part {part.ref} was split itself")
        _refuse_begun(turn, part)
    for part in parts:
        _take_back_work(turn, part, "the split was taken back")
        turn.uow.run("document.stand_aside", document_id=part.id)
        _decide(turn, part.id, "joined")
        turn.uow.audit("document.joined", part.ref, to=row.ref)
    turn.uow.run("document.stand_again", document_id=row.id)


def _unmatch(turn: Turn, row: Any) -> None:
    """Out of the matter again, with everything the match set going, while none of it was touched."""
    turn.require_inside("Taking a paper out of its matter")
    matter = turn.matter(row.matter_ref)
    if matter.guarded:
        raise Refusal(
            "behind_a_wall",
            f"An ethical wall stands around {row.matter_ref}: {row.ref} stays behind it.",
            "Match a paper of another matter there by receiving it again.",
        )
    if row.confidential_to is not None:
        raise Refusal("confided", f"{row.ref} is kept for one party.", "Share it first.")
    if DocumentKind(row.kind) is DocumentKind.RECEIPT:
        raise Refusal(
            "receipt_taken",
            f"{row.ref} gave its form a receipt number.",
            "Put the form right: see `casedesk matter form --help`.",
        )
    _refuse_begun(turn, row)
    _take_back_work(turn, row, "the match was taken back")
    turn.uow.run("document.take_from_matter", id=row.id)
    turn.uow.run("document.unmatch_notice", document_id=row.id)
    turn.uow.audit("document.unmatched", row.ref, matter_id=row.matter_id)


def _ask_again(turn: Turn, row: Any) -> None:
    """The rules are asked about a paper of no matter once more: somebody gets the task of matching it."""
    found = paper_views.recognition(row)
    notice = turn.uow.one("document.notice_of", document_id=row.id)
    trigger = "document.received" if notice is None else "notice.received"
    about = About(
        event_id=engine.begin(turn, trigger, opaque(row.id), matter_id=None, request_id=None),
        subject=opaque(row.id),
        document_id=row.id,
    )
    due = None
    if notice is not None:
        about.notice_id = notice.id
        due = add_deadline(turn, about, found)
    snapshot = engine.facts(
        turn,
        about,
        fields={"document.kind": found.kind.value, "document.matched": False, "form.form": found.form},
        items=found.requested_items,
        agency_due=None if due is None else due[0],
        internal_due=None if due is None else due[1],
    )
    engine.happened(turn, trigger, about, snapshot)
    remind(turn, about)
