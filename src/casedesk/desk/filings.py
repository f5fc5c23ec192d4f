"""What left and what arrived. Shipped is not received: a deadline is met at delivery, and re-opened by a rejection."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casedesk.desk import deadline_timers, engine, gate, packets, signoff, tasks
from casedesk.desk.turn import Turn, at, id_of, opaque
from casedesk.desk.views.gate import FilingView
from casedesk.models import lifecycle
from casedesk.models.enums import FilingState
from casedesk.models.identifiers import normalise_receipt
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import instant, micros


def ship(
    turn: Turn, packet: str, *, carrier: str, tracking: str, request_id: str | None = None
) -> FilingView:
    """Hand the packet to a carrier. The vault's bytes are hashed again; refuses without a live sign-off of them."""
    if not carrier.strip() or not tracking.strip():
        raise Refusal(
            "tracking_missing",
            "A shipment has a carrier and a tracking number.",
            "Give --carrier and --tracking.",
        )
    return _leave(turn, packet, FilingState.SHIPPED, "paper", carrier.strip(), tracking.strip(), request_id)


def upload(turn: Turn, packet: str, *, confirmation: str = "", request_id: str | None = None) -> FilingView:
    """Submit the packet online; `deliver` records the agency's confirmation."""
    return _leave(
        turn, packet, FilingState.UPLOADED, "electronic", "online", confirmation.strip(), request_id
    )


def _leave(
    turn: Turn,
    packet: str,
    state: FilingState,
    channel: str,
    carrier: str,
    tracking: str,
    request_id: str | None,
) -> FilingView:
    turn.require_inside("Shipping a packet")
    uow = turn.uow
    row = gate.packet_of(turn, packet)
    if uow.one("filing.find", ref=row.ref, id=0) is not None:
        raise Refusal(
            "already_shipped",
            f"{row.ref} has left the firm already.",
            f"casedesk filing list --matter {row.matter_ref}",
        )
    signed = signoff.verify_live(turn, row)
    slots = uow.all("gate.open_slots", packet_id=row.id)
    if slots:
        raise Refusal(
            "signatures_missing",
            f"{row.ref} waits for a signature: {slots[0].form} {slots[0].part}, {slots[0].person}.",
            f"Record it with `casedesk signature back {slots[0].ref} --file SCAN`.",
        )
    checked = packets.check(turn, row)
    if not checked.ok:
        raise Refusal(
            "bytes_changed",
            f"{row.ref} does not leave: {checked.problem}",
            f"casedesk packet verify {row.ref}",
        )
    filing_id, ref = uow.new_id(), uow.new_ref("F", "filing")
    uow.insert(
        "filing",
        id=filing_id,
        ref=ref,
        packet_id=row.id,
        matter_id=row.matter_id,
        manifest_sha256=row.sha256,
        sign_off_id=signed.id,
        state=state,
        channel=channel,
        carrier=carrier,
        tracking=tracking,
        shipped_us=turn.now_us,
        shipped_by=turn.actor.id,
    )
    uow.audit(
        f"filing.{state}", ref, matter_id=row.matter_id, packet=row.ref, sha256=row.sha256, carrier=carrier
    )
    _tick_shipping(turn, row, f"{carrier} {tracking}".strip())
    engine.advance(turn, row.run_id, "filing.shipped", ref, request_id=request_id)
    return _view(turn, _find(turn, ref))


def _tick_shipping(turn: Turn, packet: Any, note: str) -> None:
    """The shipping task's line about the carrier is answered by shipping; the rest of its list stays a person's."""
    task = turn.uow.one("task.of_run_step", run_id=packet.run_id, step="file")
    if task is None:
        return
    for item in turn.uow.all("task.items", task_id=task.id):
        if item.code == "carrier" and item.state == "open":
            tasks.tick(turn, task.ref, item.code, note=note)
    if not turn.uow.all("task.open_items", task_id=task.id):
        tasks.finish_by_act(turn, task.id, note)


def deliver(
    turn: Turn, name: str, *, on: datetime | None = None, request_id: str | None = None
) -> FilingView:
    """The agency has it: the deadline is met, on that day at the office, and the client's message is prepared.

    `on` is when the carrier says it arrived; never before it left nor after now.
    """
    row = _open(turn, name)
    moment = on or turn.now
    if not row.shipped_us <= micros(moment) <= turn.now_us:
        raise Refusal(
            "delivery_time",
            f"{row.ref} arrived after it left and not later than now.",
            "Check the carrier's time.",
        )
    if row.delivered_us is not None:
        raise Refusal("delivered", f"{row.ref} is delivered already.", "")
    _step(turn, row, FilingState.DELIVERED, delivered_us=micros(moment))
    day = turn.calendar.today(moment).isoformat()
    due = _date_answered(turn, row)
    if due is not None:
        turn.uow.run("engine.deadline_met", id=due, met_us=micros(moment), met_on=day, met_by=turn.actor.id)
        turn.uow.audit("deadline.met", row.ref, matter_id=row.matter_id, on=day)
        deadline_timers.stand_down(turn, due, "met")
    task = turn.uow.one("task.of_run_step", run_id=row.run_id, step="file")
    turn.uow.audit("filing.delivered", row.ref, matter_id=row.matter_id, on=day)
    if task is not None and not turn.uow.all("task.open_items", task_id=task.id):
        tasks.finish_by_act(turn, task.id, f"delivered {day}")
    engine.advance(turn, row.run_id, "filing.delivered", row.ref, request_id=request_id)
    return _view(turn, _find(turn, row.ref))


def receipt(
    turn: Turn,
    name: str,
    *,
    number: str | None = None,
    status: str | None = None,
    request_id: str | None = None,
) -> FilingView:
    """The agency shows it as received. `number` defaults to the form's own; watching for it ends."""
    row = _open(turn, name)
    if row.delivered_us is None:
        raise Refusal(
            "not_delivered", f"{row.ref} is not delivered yet.", f"casedesk filing deliver {row.packet_ref}"
        )
    form = None if row.form_id is None else turn.uow.one("engine.form", id=row.form_id)
    receipt_number = None if form is None else form.receipt_number
    if number is not None:
        receipt_number = normalise_receipt(number)
        if receipt_number is None:
            raise Refusal(
                "bad_receipt",
                f"{number} is no receipt number: three letters, ten digits.",
                "Check the notice.",
            )
    _step(turn, row, FilingState.RECEIPTED, receipt_number=receipt_number, receipted_us=turn.now_us)
    turn.uow.audit("filing.receipted", row.ref, matter_id=row.matter_id, receipt_number=receipt_number)
    if form is not None:
        words = status or ("response received" if form.receipt_number else "received")
        turn.uow.run("engine.set_form_status", id=form.id, status=words, today=turn.today.isoformat())
    tasks.end_steps(turn, row.run_id, "filing.receipted", "the agency shows it as received")
    engine.advance(turn, row.run_id, "filing.receipted", row.ref, request_id=request_id)
    return _view(turn, _find(turn, row.ref))


def reject(turn: Turn, name: str, *, reason: str, request_id: str | None = None) -> FilingView:
    """The agency sent it back: it keeps no date, and the original one runs again (8 CFR 103.2(a)(7)(ii))."""
    row = _open(turn, name)
    if not reason.strip():
        raise Refusal("reason_missing", "A rejection has the agency's reason.", "Say it with --reason.")
    _step(turn, row, FilingState.REJECTED, rejected_us=turn.now_us, reason=reason.strip())
    turn.uow.audit("filing.rejected", row.ref, matter_id=row.matter_id)
    due = _date_answered(turn, row)
    if due is not None and turn.uow.run("engine.deadline_reopen", id=due):
        turn.uow.audit("deadline.reopened", row.ref, matter_id=row.matter_id)
        deadline_timers.arm(turn, due)
    engine.advance(turn, row.run_id, "filing.rejected", row.ref, request_id=request_id)
    return _view(turn, _find(turn, row.ref))


def show(turn: Turn, name: str) -> FilingView:
    return _view(turn, _find(turn, name))


def listing(turn: Turn, matter: str | None = None, limit: int = 50) -> tuple[FilingView, ...]:
    """Filings, newest first."""
    rows = turn.uow.all(
        "filing.listing", matter_id=None if matter is None else turn.matter(matter).id, limit=limit
    )
    return tuple(_view(turn, row) for row in rows)


def _find(turn: Turn, name: str) -> Any:
    return turn.uow.need("filing", name, "filing.find", ref=name.strip().upper(), id=id_of(name))


def _open(turn: Turn, name: str) -> Any:
    turn.require_inside("Recording what became of a filing")
    row = turn.uow.one("filing.find", ref=name.strip().upper(), id=id_of(name))
    if row is None:
        packet = gate.packet_of(turn, name)
        raise Refusal(
            "not_shipped", f"{packet.ref} has not left the firm.", f"casedesk filing ship {packet.ref}"
        )
    return row


def _date_answered(turn: Turn, row: Any) -> int | None:
    """The date a filing answers as it stands today: the packet names the one it was made for, which may have moved."""
    if row.deadline_id is None:
        return None
    found = turn.uow.one("deadline.live_of", id=row.deadline_id)
    return None if found is None else int(found.id)


def _step(turn: Turn, row: Any, state: FilingState, **values: Any) -> None:
    if not lifecycle.may("filing", FilingState(row.state), state):
        raise Refusal("no_such_step", f"{row.ref} is {row.state}; it cannot become {state}.", "")
    turn.uow.update("filing", row.id, row.version, state=state, **values)


def _view(turn: Turn, row: Any) -> FilingView:
    return FilingView(
        id=opaque(row.id),
        ref=row.ref,
        packet=row.packet_ref,
        matter=row.matter_ref,
        state=row.state,
        carrier=row.carrier,
        tracking=row.tracking,
        shipped_at=instant(row.shipped_us),
        delivered_at=at(row.delivered_us),
        receipt_number=row.receipt_number,
        reason=row.reason,
        deadline_state=row.deadline_state,
    )
