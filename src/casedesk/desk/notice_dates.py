"""The dates a notice sets: the agency's, printed and counted, and the firm's own earlier one."""

from __future__ import annotations

from datetime import date

from casedesk.calendars.deadlines import ComputedDeadline, compute
from casedesk.calendars.printed import DueDecision, DueState, NoDate, arrived_late, internal_due, reconcile
from casedesk.calendars.rules_data import DeadlineError
from casedesk.desk.apply import About
from casedesk.desk.turn import Turn
from casedesk.documents.recognise import Recognition
from casedesk.models.enums import DocumentKind, Served
from casedesk.store.unit_of_work import as_json

RESPONSE_RULES = {DocumentKind.RFE: "D-01", DocumentKind.NOID: "D-04", DocumentKind.NOIR: "D-05"}
"""The rule that sets the longest time to answer, by notice (law/deadlines: 8 CFR 103.2(b)(8)(iv), 103.8(b))."""


RFE_RULES_BY_FORM = {"I-539": "D-02", "I-601A": "D-03"}


TITLES = {
    DocumentKind.RFE: "RFE response",
    DocumentKind.NOID: "NOID response",
    DocumentKind.NOIR: "NOIR response",
}


BUFFER_DAYS = 7


def add_deadline(turn: Turn, about: About, found: Recognition) -> tuple[date, date] | None:
    """The agency's date and our earlier one; None for a notice that sets none.

    The printed date wins; the counted one stands beside it with rule, citation, count and confidence. Of a notice of
    no known matter the date is provisional. (8 CFR 103.2(b)(8)(iv); 103.8(b); 1.2.)
    """
    computed = _computed(turn, found)
    if computed is None and (not found.response_due or found.kind not in RESPONSE_RULES):
        return None
    try:
        decided = reconcile(computed, found.response_due, found.notice_date, turn.today)
    except NoDate:
        return None
    internal = internal_due(decided.agency_due, BUFFER_DAYS, turn.calendar.is_business_day)
    late = arrived_late(internal, turn.today)
    uow = turn.uow
    about.deadline_id, ref = uow.new_id(), uow.new_ref("DL", "deadline")
    uow.insert(
        "deadline",
        id=about.deadline_id,
        ref=ref,
        matter_id=about.matter_id,
        form_id=about.form_id,
        notice_id=about.notice_id,
        kind=f"{found.kind.value}_response",
        title=TITLES.get(found.kind, "Response"),
        authority="USCIS",
        agency_due=decided.agency_due.isoformat(),
        internal_due=internal.isoformat(),
        rule=None if computed is None else computed.rule,
        rule_version=None if computed is None else computed.version,
        citation="" if computed is None else computed.citation,
        confidence=None if computed is None else computed.confidence.value,
        steps=as_json([] if computed is None else list(computed.steps)),
        sentence=decided.sentence,
        printed=as_json([d.isoformat() for d in found.response_due]),
        state=_state(about, decided),
        arrived_late=int(late),
        created_us=turn.now_us,
        created_by=turn.actor.id,
    )
    uow.audit(
        "deadline.added",
        ref,
        matter_id=about.matter_id,
        agency_due=decided.agency_due.isoformat(),
        internal_due=internal.isoformat(),
        rule=None if computed is None else f"{computed.rule}@{computed.version}",
        how=decided.state.value,
    )
    return decided.agency_due, internal


def _state(about: About, decided: DueDecision) -> str:
    if about.matter_id is None:
        return "provisional"
    return "conflict" if decided.state is DueState.CONFLICT else "open"


def _computed(turn: Turn, found: Recognition) -> ComputedDeadline | None:
    rule = RESPONSE_RULES.get(found.kind)
    if found.kind is DocumentKind.RFE and found.form is not None:
        rule = RFE_RULES_BY_FORM.get(found.form, rule)
    if rule is None or found.notice_date is None:
        return None
    try:
        # Notices come by mail unless they say otherwise; without the three days a mailed date would look too late.
        return compute(
            turn.house.deadline_rules,
            rule,
            found.notice_date,
            served=found.served or Served.MAIL,
            buffer_days=BUFFER_DAYS,
        )
    except DeadlineError:
        return None
