"""The dates a notice sets: the agency's, printed and counted, and the firm's own earlier one."""

from __future__ import annotations

from datetime import date

from casedesk.calendars.deadlines import ComputedDeadline, compute
from casedesk.calendars.printed import DueDecision, DueState, NoDate, internal_due, reconcile
from casedesk.calendars.rules_data import DeadlineError
from casedesk.desk import deadline_timers, status_round, ticklers
from casedesk.desk.apply import About
from casedesk.desk.deadline_rows import Day, enter
from casedesk.desk.turn import Turn
from casedesk.documents.recognise import Recognition
from casedesk.models.enums import DeadlineState, DocumentKind, Filing, Served

RESPONSE_RULES = {
    DocumentKind.RFE: "D-01",
    DocumentKind.NOID: "D-04",
    DocumentKind.NOIR: "D-05",
    DocumentKind.IJ_DECISION: "D-14",
    DocumentKind.BIA_DECISION: "D-23",
}
"""The rule that sets the longest time to answer, by notice (8 CFR 103.2(b)(8)(iv), 103.8(b), 1003.38(b); INA 242(b)(1))."""

RFE_RULES_BY_FORM = {"I-539": "D-02", "I-601A": "D-03"}

DENIAL_RULE = "D-10"
"""Against every denial of USCIS a motion may be filed, in the time an appeal has as well (8 CFR 103.5(a)(1)(i))."""

DENIAL_RULES_BY_FORM = {"N-400": "D-12", "I-130": "D-13"}
"""Where the answer goes elsewhere: a hearing (8 CFR 336.2(a)), the Board (8 CFR 1003.3(a)(2))."""

TITLES = {
    DocumentKind.RFE: "RFE response",
    DocumentKind.NOID: "NOID response",
    DocumentKind.NOIR: "NOIR response",
    DocumentKind.DENIAL: "Appeal or motion against the denial, if it is to be made",
    DocumentKind.IJ_DECISION: "Appeal to the Board, if it is to be made",
    DocumentKind.BIA_DECISION: "Petition for review, if it is to be made",
}

BUFFER_DAYS = 7


def add_deadline(turn: Turn, about: About, found: Recognition) -> tuple[date, date] | None:
    """The agency's date and our earlier one; None for a notice that sets none.

    The printed date wins; the counted one stands beside it with rule, citation, count and confidence. Of a notice of
    no known matter the date is provisional. Each is critical: a second person confirms it by a count of their own.
    (8 CFR 103.2(b)(8)(iv); 103.8(b); 1.2.) What an approval sets ends with no answer: see `ticklers`.
    """
    if found.kind is DocumentKind.APPROVAL:
        ticklers.of_approval(turn, about, found)
        return None
    if found.kind in (DocumentKind.RFE, DocumentKind.NOID, DocumentKind.NOIR):
        status_round.paper_came(turn, about.form_id)
    rule = _rule(found)
    computed = None if rule is None else _computed(turn, found, rule)
    if rule is None or (computed is None and not found.response_due):
        return None
    try:
        decided = reconcile(computed, found.response_due, found.notice_date, turn.today)
    except NoDate:
        return None
    internal = internal_due(decided.agency_due, BUFFER_DAYS, turn.calendar.is_business_day)
    day = Day(
        agency_due=decided.agency_due,
        internal_due=internal,
        sentence=decided.sentence,
        rule=None if computed is None else computed.rule,
        rule_version=None if computed is None else computed.version,
        citation="" if computed is None else computed.citation,
        confidence=None if computed is None else computed.confidence.value,
        steps=() if computed is None else computed.steps,
        printed=found.response_due,
        trigger_on=None if computed is None else computed.trigger,
    )
    about.deadline_id, _ = enter(
        turn,
        day,
        _state(about, decided),
        decided.state.value,
        matter_id=about.matter_id,
        form_id=about.form_id,
        notice_id=about.notice_id,
        kind=f"{found.kind.value}_response",
        title=TITLES.get(found.kind, "Response"),
        authority=_authority(found),
        served="" if computed is None else (found.served or Served.MAIL).value,
        filing=Filing.PAPER.value,
        critical=1,
    )
    return decided.agency_due, internal


def remind(turn: Turn, about: About) -> None:
    """Arm the reminders of a notice's date, once the playbook that answers it is under way."""
    if about.deadline_id is not None:
        deadline_timers.arm(turn, about.deadline_id)


def _state(about: About, decided: DueDecision) -> DeadlineState:
    if about.matter_id is None:
        return DeadlineState.PROVISIONAL
    return DeadlineState.CONFLICT if decided.state is DueState.CONFLICT else DeadlineState.OPEN


def _rule(found: Recognition) -> str | None:
    form = found.form or ""
    if found.kind is DocumentKind.RFE:
        return RFE_RULES_BY_FORM.get(form, RESPONSE_RULES[DocumentKind.RFE])
    if found.kind is DocumentKind.DENIAL:
        return DENIAL_RULES_BY_FORM.get(form, DENIAL_RULE)
    return RESPONSE_RULES.get(found.kind)


def _authority(found: Recognition) -> str:
    if found.kind is DocumentKind.BIA_DECISION:
        return "court of appeals"
    return "EOIR" if found.kind is DocumentKind.IJ_DECISION else "USCIS"


def _computed(turn: Turn, found: Recognition, rule: str) -> ComputedDeadline | None:
    if found.notice_date is None:
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
