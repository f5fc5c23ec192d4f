"""Messages to clients: read, released, copied out, and marked as sent. Nothing goes out that nobody released."""

from __future__ import annotations

from typing import Any

from casedesk.desk import asked, cards
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.desk.views import MessageView
from casedesk.models.enums import MessageState
from casedesk.refusal import Refusal

_S = MessageState
_NEXT = {
    _S.APPROVED: "Copy it, send it, and mark it sent.",
    _S.SENT: "",
    _S.CANCELLED: "",
    _S.AWAITING_APPROVAL: "Approve it first.",
}


def listing(
    turn: Turn,
    *,
    matter: str | None = None,
    state: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> tuple[MessageView, ...]:
    """Messages, newest first; of one matter, or in one state."""
    last = None if after is None else _row(turn, after)
    rows = turn.uow.all(
        "message.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        state=None if state is None else asked.one_of(state, MessageState, "message state").value,
        after_us=None if last is None else last.created_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(_view(turn, row) for row in rows)


def show(turn: Turn, ref: str) -> MessageView:
    """One message in full, with the contact rules that bind whoever sends it."""
    return _view(turn, _row(turn, ref))


def approve(turn: Turn, ref: str) -> MessageView:
    """Release a message. After an RFE, NOID, NOIR or denial an attorney does it, else anybody of the staff."""
    row = _row(turn, ref)
    if row.state != _S.AWAITING_APPROVAL:
        raise _not_now(row, "approved")
    if row.release == "attorney":
        turn.require_licence(f"Releasing {row.ref} to the client")
    turn.uow.update(
        "message",
        row.id,
        row.version,
        state=_S.APPROVED.value,
        approved_by=turn.actor.id,
        approved_us=turn.now_us,
    )
    turn.uow.audit("message.approved", row.ref, matter_id=row.matter_id, release=row.release)
    return show(turn, row.ref)


def copy(turn: Turn, ref: str) -> str:
    """The words of a released message, for the clipboard. That they were taken out is on the record."""
    row = _row(turn, ref)
    if row.state not in (_S.APPROVED, _S.SENT):
        raise _not_now(row, "copied")
    turn.uow.audit("message.copied", row.ref, matter_id=row.matter_id)
    return f"{row.subject}\n\n{row.body}" if row.subject else str(row.body)


def sent(turn: Turn, ref: str, via: str) -> MessageView:
    """It went out, and how ("email", "letter", "handed over")."""
    row = _row(turn, ref)
    if row.state not in (_S.APPROVED, _S.FAILED, _S.UNKNOWN):
        raise _not_now(row, "sent")
    way = asked.words(via, "How it was sent", most=80)
    turn.uow.update(
        "message",
        row.id,
        row.version,
        state=_S.SENT.value,
        sent_by=turn.actor.id,
        sent_us=turn.now_us,
        sent_via=way,
    )
    turn.uow.audit("message.sent", row.ref, matter_id=row.matter_id, via=way, template=row.template)
    return show(turn, row.ref)


def _row(turn: Turn, ref: str) -> Any:
    return turn.uow.need("message", ref, "message.find", ref=ref.strip().upper(), id=id_of(ref))


def _not_now(row: Any, what: str) -> Refusal:
    state = MessageState(row.state)
    said = state.value.replace("_", " ")
    return Refusal("message_state", f"{row.ref} is {said}; it cannot be {what} now.", _NEXT.get(state, ""))


def _view(turn: Turn, row: Any) -> MessageView:
    rules = turn.uow.all("message.contact_rules", matter_id=row.matter_id, party_id=row.party_id)
    return MessageView(
        id=opaque(row.id),
        ref=row.ref,
        matter=row.matter_ref,
        to=row.recipient,
        channel=row.channel,
        language=row.language,
        template=row.template,
        state=row.state,
        subject=row.subject,
        body=row.body,
        release=row.release,
        fallback=bool(row.fallback),
        contact_rules=cards.contact_rules(rules),
        created=instant(row.created_us),
    )
