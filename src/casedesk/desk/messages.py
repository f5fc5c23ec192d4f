"""Messages to clients: read, released, copied out, and marked as sent. Nothing goes out that nobody released."""

from __future__ import annotations

from typing import Any

from casedesk.desk import asked, cards, contact, request_rows
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.desk.views.telling import MessageView
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
    """Release a message. After an RFE, NOID, NOIR or denial an attorney does it, else anybody of the staff.

    Where it goes is asked again now: a rule of contact set since it was prepared binds it as any other.
    """
    row = _row(turn, ref)
    turn.require_inside("Releasing a message to a client")
    if row.state != _S.AWAITING_APPROVAL:
        raise _not_now(row, "approved")
    if row.release == "attorney":
        turn.require_licence(f"Releasing {row.ref} to the client")
    found = _reach(turn, row, contact.channel_of(row.channel))
    turn.uow.update(
        "message",
        row.id,
        row.version,
        state=_S.APPROVED.value,
        approved_by=turn.actor.id,
        approved_us=turn.now_us,
        address=found.address,
    )
    turn.uow.audit("message.approved", row.ref, matter_id=row.matter_id, release=row.release)
    return show(turn, row.ref)


def way(turn: Turn, ref: str, channel: str) -> MessageView:
    """A message that has not gone yet goes by another way ("mail", "phone"); one that a rule forbids is refused."""
    row = _row(turn, ref)
    if row.state in (_S.SENT, _S.CANCELLED):
        raise _not_now(row, "sent another way")
    chosen = contact.channel_of(channel)
    if chosen not in contact.CHANNELS:
        raise asked.unknown(channel, "way to the client", contact.CHANNELS)
    found = _reach(turn, row, chosen)
    turn.uow.update(
        "message", row.id, row.version, channel=contact.in_a_message(chosen), address=found.address
    )
    turn.uow.audit("message.way", row.ref, matter_id=row.matter_id, channel=chosen)
    return show(turn, row.ref)


def copy(turn: Turn, ref: str) -> str:
    """The words of a released message, for the clipboard. That they were taken out is on the record."""
    row = released(turn, ref)
    turn.uow.audit("message.copied", row.ref, matter_id=row.matter_id, channel=row.channel)
    return f"{row.subject}\n\n{row.body}" if row.subject else str(row.body)


def released(turn: Turn, ref: str) -> Any:
    """A message whose words may leave now, by its way and to its address as they are now. Raises `Refusal`."""
    row = _row(turn, ref)
    if row.state not in (_S.APPROVED, _S.SENT):
        raise _not_now(row, "copied")
    found = _reach(turn, row, contact.channel_of(row.channel))
    if row.state != _S.SENT and found.address != row.address:
        turn.uow.update("message", row.id, row.version, address=found.address)
        row = _row(turn, ref)
    return row


def sent(turn: Turn, ref: str, via: str) -> MessageView:
    """It went out, and how ("email", "letter", "handed over").

    Refused where a rule of contact forbids that way, and where a rule sends it elsewhere than it was released for.
    """
    row = _row(turn, ref)
    turn.require_inside("Sending a message to a client")
    if row.state not in (_S.APPROVED, _S.FAILED, _S.UNKNOWN):
        raise _not_now(row, "sent")
    how = asked.words(via, "How it was sent", most=80)
    went = contact.channel_of(how)
    found = _reach(turn, row, went)
    if went == contact.channel_of(row.channel) and found.address != row.address:
        raise Refusal(
            "address_changed",
            f"Since {row.ref} was released, the address it goes to has changed.",
            f"Take it out again, casedesk message copy {row.ref}, and send it there.",
        )
    turn.uow.update(
        "message",
        row.id,
        row.version,
        state=_S.SENT.value,
        sent_by=turn.actor.id,
        sent_us=turn.now_us,
        sent_via=how,
        **({"channel": contact.in_a_message(went), "address": found.address} if went else {}),
    )
    turn.uow.audit("message.sent", row.ref, matter_id=row.matter_id, via=how, template=row.template)
    request_rows.went_out(turn, row)
    return show(turn, row.ref)


def _row(turn: Turn, ref: str) -> Any:
    return turn.uow.need("message", ref, "message.find", ref=ref.strip().upper(), id=id_of(ref))


def _reach(turn: Turn, row: Any, channel: str) -> contact.Reach:
    """Where a message goes by a channel, now. Raises `Refusal` naming the rule that forbids it."""
    return contact.require(turn, row.ref, row.matter_id, row.party_id, channel)


def _not_now(row: Any, what: str) -> Refusal:
    state = MessageState(row.state)
    said = state.value.replace("_", " ")
    return Refusal("message_state", f"{row.ref} is {said}; it cannot be {what} now.", _NEXT.get(state, ""))


def _view(turn: Turn, row: Any) -> MessageView:
    rules = contact.in_force(turn, row.matter_id, row.party_id)
    channel = contact.channel_of(row.channel)
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
        address=row.address,
        refused=""
        if row.state in (_S.SENT, _S.CANCELLED)
        else contact.refusal_of(row.recipient, rules, channel),
    )
