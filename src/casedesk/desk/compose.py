"""Words for a client: made from an approved template in their language, and held until somebody releases them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from casedesk.desk import contact
from casedesk.desk.turn import Turn
from casedesk.models.enums import OwnerKind
from casedesk.store.unit_of_work import as_json, instant

if TYPE_CHECKING:
    from casedesk.desk.apply import About


ITEMS_IN_NOTICE = {
    "en": "the papers listed in the enclosed letter",
    "es": "los documentos que figuran en la carta adjunta",
}


def queue(turn: Turn, template: str, release: str, about: About) -> str | None:
    """Prepare one message; returns its ref. It awaits approval, whoever may give it.

    A message that cannot be made (no telephone in the firm's record, say) stops nothing else: it is on the trail, and
    None is returned for the caller to raise the alarm.
    """
    from casedesk.documents.letters import TemplateFault

    if about.matter_id is None:
        return None
    try:
        return prepare(turn, template, release, about)
    except TemplateFault as fault:
        matter_ref = _matter(turn, about).ref
        turn.uow.audit(
            "message.not_made", matter_ref, matter_id=about.matter_id, template=template, field=fault.field
        )
        return None


def prepare(
    turn: Turn,
    template: str,
    release: str,
    about: About,
    *,
    to: int | None = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """The same, for the party `to` of the matter where one is named, with `more` values than the record knows.

    Raises `TemplateFault` where the message cannot be made; then nothing was written.
    """
    from casedesk.documents.letters import render_message

    uow = turn.uow
    matter = _matter(turn, about)
    party = _recipient(turn, about, to)
    recipient = party.name if party is not None else matter.client_name
    language = party.language if party is not None else matter.language
    values = _values(turn, about, party, recipient, matter.ref)
    values["items"] = values.get("items") or [ITEMS_IN_NOTICE.get(language[:2], ITEMS_IN_NOTICE["en"])]
    rendered = render_message(template, language, {**values, **(more or {})}, turn.house.read_template)
    # Nothing is released here: a rule that forbids every way holds the message back when somebody releases it.
    way = contact.reach(turn, matter.id, None if party is None else party.id)
    message_id, ref = uow.new_id(), uow.new_ref("MS", "message")
    uow.insert(
        "message",
        id=message_id,
        ref=ref,
        matter_id=about.matter_id,
        party_id=None if party is None else party.id,
        run_id=about.run_id,
        recipient=recipient,
        channel=contact.in_a_message(way.channel),
        address=way.address,
        language=rendered.language,
        template=template,
        subject=rendered.subject,
        body=rendered.body,
        fallback=int(rendered.fallback),
        enclosed=as_json([] if about.document_id is None else [str(about.document_id)]),
        release=release,
        created_us=turn.now_us,
    )
    uow.audit(
        "message.prepared",
        ref,
        matter_id=about.matter_id,
        template=template,
        language=rendered.language,
        release=release,
        **({"forbidden": True} if way.refused_because else {}),
    )
    return ref


def _matter(turn: Turn, about: About) -> Any:
    return turn.uow.need(
        "matter", str(about.matter_id), "matter.find", ref="", id=about.matter_id, receipt=None
    )


def _recipient(turn: Turn, about: About, to: int | None) -> Any:
    """Whom it is for: who is named, of a paper that is one party's own that party, else the party of the form, else the
    client's."""
    if to is not None:
        return turn.uow.need("party", "", "contact.party", matter_id=about.matter_id, id=to)
    if about.document_id is not None:
        own = turn.uow.one("family.owner", id=about.document_id)
        if own is not None:
            return own
    return turn.uow.one("engine.client_party", matter_id=about.matter_id, form_id=about.form_id)


def _values(turn: Turn, about: About, party: Any, recipient: str, matter_ref: str) -> dict[str, object]:
    """Every value a shipped template may ask for; a template names those it needs, and a missing one refuses."""
    uow = turn.uow
    firm = uow.need("firm", "", "firm.firm")
    owners = turn.owners(about.matter_id)
    contact = owners.get(OwnerKind.PRIMARY_PARALEGAL, turn.actor.id)
    values: dict[str, object] = {
        "firm": firm.name,
        "client": recipient,
        "contact": turn.names.get(contact, ("", firm.name))[1],
        "phone": firm.phone,
        "matter": matter_ref,
        "agency": "USCIS",
        "today": turn.today,
    }
    if about.form_id is not None:
        form = uow.need("form", "", "engine.form", id=about.form_id)
        values |= {"form": form.form, "receipt_number": form.receipt_number, "status": form.status}
        values["checked_on"] = turn.today
    if about.notice_id is not None:
        notice = uow.need("notice", "", "document.notice", id=about.notice_id)
        values["notice_date"] = _date(notice.notice_date or notice.received_day)
        values["items"] = json.loads(notice.requested_items)
        values["received_on"] = _date(notice.received_day)
    if about.deadline_id is not None:
        deadline = uow.need("deadline", "", "engine.deadline", id=about.deadline_id)
        values |= {
            "due": _date(deadline.agency_due),
            "bring_by": bring_by(turn, _date(deadline.internal_due)),
        }
    if about.appointment_id is not None:
        set_for = uow.need("appointment", "", "appointment.find", ref="", id=about.appointment_id)
        there = instant(set_for.at_us).astimezone(ZoneInfo(set_for.zone))
        values |= {"appointment_on": there.date(), "appointment_at": there.time(), "place": set_for.place}
    filing = uow.one("filing.of_run", run_id=about.run_id) if about.run_id is not None else None
    if filing is not None and filing.delivered_us is not None:
        values["delivered_on"] = turn.calendar.today(instant(filing.delivered_us))
        values["delivered"] = [line.name for line in _delivered(turn, filing, party)]
    return values


def bring_by(turn: Turn, internal: date) -> date:
    """When the client should bring papers: ten business days before our own date, never before the next one."""
    day = internal
    for _ in range(10):
        day = turn.calendar.previous_business_day(day)
    soonest = turn.calendar.next_business_day(turn.today)
    return max(day, soonest)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _delivered(turn: Turn, filing: Any, party: Any) -> Sequence[Any]:
    """The documents that went out, without those that are another party's own."""
    manifest = turn.uow.need(
        "manifest", "", "gate.manifest", packet_id=filing.packet_id, sha256=filing.manifest_sha256
    )
    others = turn.uow.all(
        "family.of_others", manifest_id=manifest.id, party_id=0 if party is None else party.id
    )
    kept = {row.document_id for row in others}
    return [
        line for line in turn.uow.all("gate.lines", manifest_id=manifest.id) if line.document_id not in kept
    ]
