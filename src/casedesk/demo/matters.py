"""Taking the forty matters over: each entered by its paralegal with its people, forms, rules and papers held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from casedesk.demo.cast import FormPlan, MatterPlan
from casedesk.desk import matters, notes
from casedesk.desk.turn import Turn, id_of, opaque
from casedesk.desk.views.matters import FormView, MatterView


def enter(
    turn: Turn, plan: MatterPlan, number: int, second: str, day: Callable[[int], date], client: str
) -> MatterView:
    """Open one matter with everything the firm knows of it. `client` is a name, or the id of a client it has; `day`
    gives the business day so many days before the demo's present."""
    opened = matters.open_matter(
        turn,
        plan.type,
        client,
        language=plan.language,
        priority=plan.priority,
        caption=plan.caption or plan.client,
        a_number=plan.a_number,
        phone=f"212-555-01{number:02d}",
        email=f"client{number:02d}@mail.example",
        address=f"{100 + number} Example Avenue, Queens, NY 11372",
        paralegal=plan.paralegal,
        secondary=second,
        attorney=plan.attorney,
        supervisor="aokafor" if plan.attorney == "jreyes" else "jreyes",
    )
    for role, name, language in plan.parties:
        matters.party_add(turn, opened.ref, role, name, language=language)
    for form in plan.forms:
        received = None if form.received is None else day(form.received)
        added = matters.form_add(
            turn,
            opened.ref,
            form.form,
            receipt_number=form.receipt,
            channel=form.channel,
            received=received,
        )
        _details(turn, opened, added, form, plan.attorney, day)
    for rule in plan.rules:
        matters.contact_rule(turn, opened.ref, rule)
    for what, where in plan.originals:
        _hold(turn, opened, what, where)
    if plan.note:
        notes.note(turn, opened.ref, plan.note)
    return opened


def client_of(turn: Turn, ref: str) -> str:
    """The id of a matter's client, for the next matter of the same one."""
    return opaque(turn.matter(ref).client_id)


def _details(
    turn: Turn, matter: MatterView, form: FormView, plan: FormPlan, attorney: str, day: Callable[[int], date]
) -> None:
    """Until when a form's benefit runs, and whose G-28 is on file with it."""
    known: dict[str, Any] = {}
    if plan.expires is not None:
        known["expires"] = day(-plan.expires).isoformat()
    if plan.received is not None:
        known["g28_by"] = turn.person(attorney).id
        known["g28_on"] = day(plan.received).isoformat()
    if known:
        turn.uow.update("form", id_of(form.id), **known)
        turn.uow.audit(
            "form.details", form.form, matter_id=id_of(matter.id), form=form.id, fields=sorted(known)
        )


def _hold(turn: Turn, matter: MatterView, what: str, where: str) -> None:
    """An original paper taken into the firm's keeping."""
    turn.uow.insert(
        "original_held",
        id=turn.uow.new_id(),
        matter_id=id_of(matter.id),
        what=what,
        kept_at=where,
        held_us=turn.now_us,
    )
    turn.uow.audit("original.held", matter.ref, matter_id=id_of(matter.id))
