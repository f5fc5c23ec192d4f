"""The status round: receipts nobody has looked up for a while, and what a look at the agency's page brings about.

The person opens the page and pastes its words; they are recognised, kept, and the next look is set. What the page says
came by mail and is not here yet becomes a task with a follow-up; what is still pending, a message for the client that
somebody releases.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from casedesk.calendars.business import OutsideCalendar
from casedesk.desk import asked, compose, deadline_count, deadline_timers, engine, tasks
from casedesk.desk.apply import About
from casedesk.desk.deadline_confirm import tell_owners
from casedesk.desk.deadline_rows import enter
from casedesk.desk.house import House
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.turn import day as day_of
from casedesk.desk.views.dates import StatusCheckView, StatusDueView
from casedesk.documents.status_text import FINAL, QUIET, Means, Shown, Status, load_statuses, read_status
from casedesk.models.enums import DeadlineState, Filing
from casedesk.refusal import NotFound, Refusal
from casedesk.routing.vocabulary import Trigger

ROUND_DAYS = 14
"""A receipt that was not looked up for so long is on the list; so far ahead lies the next look."""

FOLLOW_UP_DAYS = 10
"""When somebody asks again for a paper that the page says was sent."""

PLAYBOOKS = {Means.RFE: "rfe_not_here", Means.INTENT: "intent_not_here"}
"""What begins when the page says that a paper was sent."""

DATE_KIND = "rfe_awaited"
MESSAGE = "status_update"

_CARDS = frozenset({"I-485", "I-751", "I-765", "I-90", "I-131", "I-821D", "N-400", "N-600"})
"""After their approval a card or a certificate comes, and is watched for."""

_LONGEST = 8_000


def due(turn: Turn, *, limit: int = 50, after: str | None = None) -> tuple[StatusDueView, ...]:
    """The receipts to look up, the oldest look first; those at their end are left out."""
    since = (turn.today - timedelta(days=ROUND_DAYS)).isoformat()
    ended = _ended(turn.house)
    rows = [
        row
        for row in turn.uow.all("status.due", today=turn.today.isoformat(), since=since)
        if not _at_its_end(row, ended)
    ]
    if after is not None:
        names = [(row.receipt_number, opaque(row.id)) for row in rows]
        wanted = after.strip().upper()
        place = next((n for n, known in enumerate(names) if wanted in known), None)
        if place is None:
            raise NotFound("receipt", after, "See `casedesk status list`.")
        rows = rows[place + 1 :]
    return tuple(_due(turn, row) for row in rows[: asked.page(limit)])


def record(turn: Turn, receipt: str, words: str, *, message: bool = True) -> StatusCheckView:
    """Keep a look at the agency's page: the words pasted, what they were read as, and when to look again.

    "Request for Evidence Was Sent" opens a task with a follow-up in ten days and, where the page says on which day, a
    provisional date counted from it without days for mail. A status that asks nothing of the client proposes a message
    in their language, unless `message` is False or one waits already. Raises `Refusal` for words of another receipt.
    """
    number = asked.receipt(receipt)
    form = turn.uow.one("status.form", receipt_number=number)
    if form is None:
        raise NotFound("form with receipt number", number, "See `casedesk matter form list MATTER`.")
    text = asked.words(words, "The text", most=_LONGEST)
    shown = read_status(text, statuses(turn.house))
    if shown.receipts and number not in shown.receipts:
        raise Refusal(
            "other_receipt",
            f"That text is about {' and '.join(shown.receipts)}, not {number}.",
            "Open the page of the right number.",
        )
    again = _next_look(turn, form, shown.status)
    check_id = _keep(turn, form, text, shown, again)
    about = About(
        event_id=0,
        subject=opaque(form.id),
        matter_id=form.matter_id,
        matter_ref=form.matter_ref,
        form_id=form.id,
    )
    task = ref = deadline = None
    means = Means.UNKNOWN if shown.status is None else shown.status.means
    if means in PLAYBOOKS:
        deadline = _awaited(turn, form, about, shown) if means is Means.RFE else None
        task = _watch(turn, form, about, means)
    elif means in QUIET and message:
        ref = _propose_message(turn, form, about)
    elif means not in QUIET and shown.status is not None:
        tell_owners(
            turn,
            form.matter_id,
            number,
            f"Status of {form.form} of {form.matter_ref}: {shown.status.title}",
        )
    return StatusCheckView(
        id=opaque(check_id),
        receipt_number=number,
        form=form.form,
        matter=form.matter_ref,
        read_as="" if shown.status is None else shown.status.title,
        means=means.value,
        on=shown.on,
        next_check=again,
        task=task,
        deadline=deadline,
        message=ref,
    )


def paper_came(turn: Turn, form_id: int | None) -> None:
    """The paper that was waited for is here: its own date takes the place of the provisional one, the task is done."""
    if form_id is None:
        return
    for row in turn.uow.all("status.awaited_date", form_id=form_id, kind=DATE_KIND):
        turn.uow.update("deadline", row.id, state=DeadlineState.SUPERSEDED.value)
        deadline_timers.stand_down(turn, row.id, "the paper came")
    if turn.actor.kind != "staff":
        # Behind a wall the worker takes the paper in; it ends nobody's task, whoever has this one does.
        return
    for task in turn.uow.all("status.awaited_task", form_id=form_id):
        tasks.finish_by_act(turn, task.id, "the paper came")


@cache
def statuses(house: House) -> tuple[Status, ...]:
    """What the agency's page can say, read once a process."""
    return load_statuses(house.read_template("status/uscis.toml"))


# --- within


def _ended(house: House) -> frozenset[str]:
    return frozenset(s.title for s in statuses(house) if s.means in FINAL)


def _at_its_end(row: Any, ended: frozenset[str]) -> bool:
    if row.case_status in ended:
        return True
    return row.case_status.startswith("Case Was Approved") and row.form not in _CARDS


def _due(turn: Turn, row: Any) -> StatusDueView:
    last = day_of(row.checked)
    return StatusDueView(
        id=opaque(row.id),
        receipt_number=row.receipt_number,
        form=row.form,
        matter=row.matter_ref,
        caption=row.caption,
        status=row.case_status or row.status,
        checked=last,
        next_check=day_of(row.next_check),
        days=None if last is None else (turn.today - last).days,
    )


def _next_look(turn: Turn, form: Any, status: Status | None) -> date | None:
    """When to look again: never at its end, else in the round's time, on a day the office works."""
    if status is not None:
        ended = status.means in FINAL or (status.means is Means.APPROVED and form.form not in _CARDS)
        if ended:
            return None
    days = FOLLOW_UP_DAYS if status is not None and status.means in PLAYBOOKS else ROUND_DAYS
    return _working_day(turn, turn.today + timedelta(days=days))


def _working_day(turn: Turn, day: date) -> date:
    try:
        return turn.calendar.roll_forward(day)
    except OutsideCalendar:
        return day


def _keep(turn: Turn, form: Any, text: str, shown: Shown, again: date | None) -> int:
    check_id = turn.uow.new_id()
    read_as = "" if shown.status is None else shown.status.title
    turn.uow.insert(
        "status_check",
        id=check_id,
        form_id=form.id,
        matter_id=form.matter_id,
        on_day=turn.today.isoformat(),
        words=text,
        read_as=read_as,
        next_check=asked.iso(again),
        by_id=turn.actor.id,
        at_us=turn.now_us,
    )
    said = {} if shown.status is None else {"status": read_as, "case_status": read_as}
    turn.uow.update(
        "form", form.id, form.version, checked=turn.today.isoformat(), next_check=asked.iso(again), **said
    )
    turn.uow.audit(
        "status.checked",
        form.receipt_number,
        matter_id=form.matter_id,
        form=opaque(form.id),
        read_as=read_as,
        before=form.case_status,
        next_check=asked.iso(again),
    )
    return check_id


def _watch(turn: Turn, form: Any, about: About, means: Means) -> str:
    """The task that the paper is waited for: once a form."""
    waits = turn.uow.one("status.awaited_task", form_id=form.id)
    if waits is not None:
        return str(waits.ref)
    row = None
    if about.deadline_id is not None:
        row = turn.uow.need("deadline", "", "deadline.whole", id=about.deadline_id)
    about.event_id = engine.begin(
        turn, Trigger.SCHEDULE, about.subject, matter_id=form.matter_id, request_id=None
    )
    done = engine.start(
        turn,
        PLAYBOOKS[means],
        about,
        agency_due=None if row is None else date.fromisoformat(row.agency_due),
        internal_due=None if row is None else date.fromisoformat(row.internal_due),
    )
    return done.tasks[0]["ref"]


def _awaited(turn: Turn, form: Any, about: About, shown: Shown) -> str | None:
    """The longest time to answer, counted from the day the page names: it runs although the paper is not here."""
    known = turn.uow.one("status.awaited_date", form_id=form.id, kind=DATE_KIND)
    if known is not None:
        about.deadline_id = known.id
        return str(known.ref)
    if shown.on is None or shown.on > turn.today:
        return None
    from casedesk.desk.notice_dates import RFE_RULES_BY_FORM

    counted = deadline_count.count(turn, RFE_RULES_BY_FORM.get(form.form, "D-01"), shown.on)
    about.deadline_id, ref = enter(
        turn,
        counted.day,
        DeadlineState.PROVISIONAL,
        "by_status",
        matter_id=form.matter_id,
        form_id=form.id,
        kind=DATE_KIND,
        title="RFE response, paper not here yet",
        authority=counted.authority,
        filing=Filing.PAPER.value,
        critical=1,
    )
    deadline_timers.arm(turn, about.deadline_id)
    return ref


def _propose_message(turn: Turn, form: Any, about: About) -> str | None:
    held = turn.uow.one(
        "status.message_held", matter_id=form.matter_id, template=MESSAGE, naming=f"%{form.form}%"
    )
    return None if held is not None else compose.queue(turn, MESSAGE, "staff", about)
