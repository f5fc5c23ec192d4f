"""Reviews: every point answered, returned with a comment tied to a point, or approved by somebody who may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from casedesk.desk import assembling, engine, gate, looks, sight, vault, working
from casedesk.desk.apply import About, tell
from casedesk.desk.signoff import sign_off
from casedesk.desk.turn import Turn, at, id_of, opaque
from casedesk.desk.views.gate import ManifestLine, PointView, ReviewView
from casedesk.models.enums import LicenceKind, ReviewKind, ReviewPolicy, ReviewState, TaskState
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.store.unit_of_work import instant

__all__ = ["approve", "differences", "listing", "looked", "send_back", "show", "sign_off", "take_over"]

PAGES_A_MINUTE = 6
"""How fast an attorney reads a packet she has not seen; only an estimate, for choosing what fits in ten minutes."""


def listing(
    turn: Turn, *, mine: bool = False, state: str | None = "open", limit: int = 50, after: str | None = None
) -> tuple[ReviewView, ...]:
    """Reviews by due instant."""
    last = None if after is None else row_of(turn, after)
    rows = turn.uow.all(
        "gate.reviews",
        owner_id=turn.actor.id if mine else None,
        state=state,
        after_us=-1 if last is None else last.due_us,
        after_id=0 if last is None else last.id,
        limit=limit,
    )
    return tuple(_view(turn, row, tuple(json.loads(row.changed_pages))) for row in rows)


def show(turn: Turn, ref: str, *, looked: bool = False) -> ReviewView:
    """A review with its points and the pages that differ from what this person last looked at before.

    With `looked` this look is remembered (only in a writing turn).
    """
    row = row_of(turn, ref)
    sight.looked(turn, row.matter_id)
    changed, since = _changed(turn, row)
    if looked:
        looks.note(turn, row)
    return _view(turn, row, changed, since)


def looked(turn: Turn, ref: str) -> None:
    """Remember that the actor has looked at a review."""
    looks.note(turn, row_of(turn, ref))


def _baseline(turn: Turn, row: Any) -> tuple[Any, str]:
    """The state to compare with, and what it is: at sign-off what she reviewed, else her last look, else v - 1."""
    if row.kind == ReviewKind.SIGNOFF:
        content = turn.uow.one("gate.approved", packet_id=row.packet_id, kind=ReviewKind.CONTENT)
        if content is not None:
            found = turn.uow.one("gate.manifest", packet_id=row.packet_id, sha256=content.manifest_sha256)
            return found, "the version reviewed"
    before = looks.before(turn, row)
    if before is not None:
        return before, "your last look"
    return None, f"version {row.version - 1}" if row.version > 1 else ""


def _changed(turn: Turn, row: Any) -> tuple[tuple[int, ...], str]:
    base, since = _baseline(turn, row)
    if base is None:
        return tuple(json.loads(row.changed_pages)), since
    if base.sha256 == row.manifest_sha256:
        return (), since
    old = vault.get(turn, base.assembled_document_id)
    new = vault.get(turn, row.assembled_document_id)
    return assembling.changed(old, new, row.pages), since


def differences(turn: Turn, ref: str) -> tuple[str, ...]:
    """The lines that differ, page by page: "p. 3 - old", "p. 3 + new"; then those of the working files, behind their
    names. Nothing for a first version."""
    from casedesk.documents.assemble import NotAssemblable
    from casedesk.documents.child import ParseFailed
    from casedesk.documents.differences import compare_limited

    row = row_of(turn, ref)
    sight.looked(turn, row.matter_id)
    base, _ = _baseline(turn, row)
    if base is None:
        base = turn.uow.one("gate.manifest_before", packet_id=row.packet_id, seq=row.seq)
    if base is None or base.sha256 == row.manifest_sha256:
        return ()
    old, new = vault.get(turn, base.assembled_document_id), vault.get(turn, row.assembled_document_id)
    try:
        pages, texts = compare_limited(old, new)
    except (NotAssemblable, ParseFailed):
        return (
            "The two versions cannot be compared; look at every page.",
            *working.differences(turn, row.task_ref, base.version, row.version),
        )
    out: list[str] = []
    for page in texts:
        number = page.new_page if page.new_page is not None else page.old_page
        if not page.lines and page.old_page is not None and page.new_page is not None:
            out.append(f"p. {number}   changed in its pictures")
        out += [f"p. {number} {line.sign} {line.text}" for line in page.lines]
    out += [f"p. {number}   new" for number in pages.added]
    return (*out, *working.differences(turn, row.task_ref, base.version, row.version))


def row_of(turn: Turn, ref: str) -> Any:
    return turn.uow.need("review", ref, "gate.review", ref=ref.strip().upper(), id=id_of(ref))


def open_row(turn: Turn, ref: str) -> Any:
    """The review, held, and still open. Raises `Refusal`."""
    row = row_of(turn, ref)
    turn.uow.one("gate.lock_review", id=row.id)
    row = row_of(turn, ref)
    if row.state != ReviewState.OPEN:
        raise Refusal("review_closed", f"{row.ref} is {row.state}.", "See `casedesk review list`.")
    return row


def qualified(turn: Turn, row: Any) -> tuple[int, LicenceKind]:
    """The actor's qualification for this review. Raises `NotAllowed`, naming what is missing or who may not."""
    kind = ReviewKind(row.kind)
    licence = (
        turn.reviewing_licence(row.matter_id)
        if kind is ReviewKind.SECOND
        else turn.signing_licence(row.matter_id)
    )
    if licence is None:
        what = (
            "a qualified reviewer"
            if kind is ReviewKind.SECOND
            else "an attorney or accredited representative"
        )
        raise NotAllowed(
            "not_qualified",
            f"{row.ref} takes {what}; {turn.actor.handle} is {'not one' if kind is ReviewKind.SECOND else 'neither'}.",
            "Leave it to its owner.",
        )
    if gate.policy(turn) is ReviewPolicy.THREE_PERSON and row.preparer_id == turn.actor.id:
        raise NotAllowed(
            "preparer",
            f"You prepared version {row.version} of {row.packet_ref}; somebody else reviews it.",
            "Ask another attorney to take it over.",
        )
    return licence


def take_over(turn: Turn, ref: str) -> ReviewView:
    """Another qualified person takes an open review in one step."""
    row = open_row(turn, ref)
    qualified(turn, row)
    before = turn.handle(row.owner_id)
    turn.uow.run("gate.take_over", id=row.id, owner_id=turn.actor.id, why=f"taken over from {before}")
    turn.uow.audit("review.taken_over", row.ref, matter_id=row.matter_id, of=before)
    return show(turn, row.ref)


def send_back(
    turn: Turn, ref: str, comments: Mapping[str, str], *, request_id: str | None = None
) -> ReviewView:
    """Return a version with comments, each tied to a point that is answered no. The preparer goes on with the draft."""
    row = open_row(turn, ref)
    licence = qualified(turn, row)
    if not comments or not all(words.strip() for words in comments.values()):
        raise Refusal("comment_missing", "A return names a point and says why.", "Use --point ID=no:COMMENT.")
    known = {p.code: p for p in turn.uow.all("gate.points", review_id=row.id)}
    for code, words in comments.items():
        if code not in known:
            raise NotFound("point", code, f"The points are: {', '.join(known)}.")
        turn.uow.run("gate.answer", review_id=row.id, code=code, answer="no", comment=words.strip())
    _decide(turn, row, ReviewState.RETURNED, licence)
    turn.uow.run("gate.supersede", packet_id=row.packet_id)
    turn.uow.audit(
        "review.returned", row.ref, matter_id=row.matter_id, kind=row.kind, points=sorted(comments)
    )
    turn.uow.update(
        "task",
        row.task_id,
        state=TaskState.IN_PROGRESS,
        waiting_on=None,
        waiting_since_us=None,
        wake_up_us=None,
    )
    engine.begin(turn, "review.returned", row.ref, matter_id=row.matter_id, request_id=request_id)
    about = About(event_id=0, subject=row.ref, matter_id=row.matter_id)
    tell(
        turn,
        row.preparer_id,
        f"Returned with {len(comments)} comment{'' if len(comments) == 1 else 's'}: {row.packet_ref}",
        "returned",
        about,
        task_id=row.task_id,
    )
    return show(turn, row.ref)


def approve(
    turn: Turn, ref: str, points: tuple[str, ...] | None = None, *, request_id: str | None = None
) -> ReviewView:
    """OK for signature (content), or the second review passed. `points` are answered yes; None answers all.

    Refuses while a point is open, for whom the firm's policy bars, and a second review before the OK for signature or
    while a signature is missing. A sign-off is approved by `sign_off` only.
    """
    row = open_row(turn, ref)
    if row.kind == ReviewKind.SIGNOFF:
        raise Refusal(
            "needs_a_signature",
            f"{row.ref} is a sign-off.",
            f"casedesk review approve {row.ref} --all-points-yes --confirm {row.matter_ref} --passphrase-stdin",
        )
    licence = qualified(turn, row)
    answer_yes(turn, row, points)
    if row.kind == ReviewKind.SECOND:
        _refuse_second(turn, row)
    _decide(turn, row, ReviewState.APPROVED, licence)
    turn.uow.audit(
        "review.approved", row.ref, matter_id=row.matter_id, kind=row.kind, sha256=row.manifest_sha256
    )
    engine.begin(turn, "review.approved", row.ref, matter_id=row.matter_id, request_id=request_id)
    packet = gate.packet_of(turn, row.packet_ref)
    if row.kind == ReviewKind.CONTENT:
        gate.after_content(turn, packet, task_id=row.task_id)
    else:
        gate.open_review(turn, packet, ReviewKind.SIGNOFF, task_id=row.task_id)
    return show(turn, row.ref)


def answer_yes(turn: Turn, row: Any, points: tuple[str, ...] | None) -> None:
    """Answer points yes. Raises `Refusal` naming the first that stays open."""
    known = [p.code for p in turn.uow.all("gate.points", review_id=row.id)]
    for code in known if points is None else points:
        if code not in known:
            raise NotFound("point", code, f"The points are: {', '.join(known)}.")
        turn.uow.run("gate.answer", review_id=row.id, code=code, answer="yes", comment="")
    left = [p for p in turn.uow.all("gate.points", review_id=row.id) if p.answer != "yes"]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise Refusal(
            "points_open",
            f"{row.ref} has unanswered points: {left[0].code} ({left[0].text}){more}.",
            "Answer them, or return the draft with a comment.",
        )


def _refuse_second(turn: Turn, row: Any) -> None:
    slots = turn.uow.all("gate.open_slots", packet_id=row.packet_id)
    if slots:
        raise Refusal(
            "signatures_missing",
            f"{row.packet_ref} waits for a signature: {slots[0].form} {slots[0].part}, {slots[0].person}.",
            f"Record it with `casedesk signature back {slots[0].ref} --file SCAN`.",
        )
    if gate.policy(turn) is ReviewPolicy.SOLE:
        from casedesk.models.gate_rules import SECOND_PASS_US

        ready_us = row.assembled_us + SECOND_PASS_US
        if turn.now_us < ready_us:
            when = turn.calendar.local(instant(ready_us)).strftime("%H:%M")
            raise Refusal(
                "second_pass_too_soon",
                f"In a one-person firm the second pass over {row.packet_ref} comes at least 30 minutes after assembly.",
                f"Look again from {when}.",
            )


def _decide(turn: Turn, row: Any, state: ReviewState, licence: tuple[int, LicenceKind]) -> None:
    looks.note(turn, row)
    turn.uow.run(
        "gate.decide",
        id=row.id,
        state=state,
        decided_by=turn.actor.id,
        decided_us=turn.now_us,
        licence_id=licence[0],
        licence_kind=licence[1],
    )


def _view(turn: Turn, row: Any, changed: tuple[int, ...], since: str = "") -> ReviewView:
    second = turn.uow.one("gate.approved", packet_id=row.packet_id, kind=ReviewKind.SECOND)
    return ReviewView(
        id=opaque(row.id),
        ref=row.ref,
        kind=row.kind,
        task=row.task_ref,
        matter=row.matter_ref,
        version=row.version,
        packet_sha256=row.manifest_sha256,
        points=tuple(
            PointView(p.code, p.text, p.answer, p.comment)
            for p in turn.uow.all("gate.points", review_id=row.id)
        ),
        changed_pages=changed,
        owner=turn.handle(row.owner_id),
        due=instant(row.due_us),
        state=row.state,
        packet=row.packet_ref,
        title=row.title,
        caption=row.caption,
        pages=row.pages,
        minutes=max(1, -(-len(changed) // PAGES_A_MINUTE)),
        preparer=turn.handle(row.preparer_id),
        second_reviewer=None if second is None else turn.handle(second.decided_by),
        second_reviewed_at=None if second is None else at(second.decided_us),
        policy=gate.policy(turn).value,
        agency=row.agency,
        decided_by=turn.handle(row.decided_by) or None,
        decided_at=at(row.decided_us),
        documents=tuple(
            ManifestLine(opaque(d.document_id), d.version, d.name, d.sha256, d.role, d.tab, d.pages)
            for d in turn.uow.all("gate.lines", manifest_id=row.manifest_id)
        ),
        changed_since=since,
    )
