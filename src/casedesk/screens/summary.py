"""What a task is, in a few lines: who it is for, why it stands here, its dates with their citation, its checklist."""

from __future__ import annotations

from collections.abc import Sequence

from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.work import TaskDetail, TaskView
from casedesk.screens.drawing import Line, Part, cell, hung, paragraphs, part, spread
from casedesk.screens.moments import Moment, legal
from casedesk.screens.words import agency_label, authority_label, deadline_state, item_state, plain
from casedesk.security.text import clip

LABEL = 14
ITEM = 28


def task_lines(
    task: TaskView,
    moment: Moment,
    width: int,
    detail: TaskDetail | None = None,
    dates: Sequence[DeadlineView] = (),
) -> list[Line]:
    """The preview of a task; what is not read yet is simply not there."""
    heading = spread(
        [part(f"{task.ref}  ", "dim"), part(task.title, "strong")], [part(plain(task.status), "dim")], width
    )
    who = " · ".join(
        filter(
            None,
            (task.matter or "no matter yet", task.caption, task.form, plain(task.priority), task.language),
        )
    )
    lines: list[Line] = [heading, [part(who)]]
    reasons = ", ".join(task.rank_reason)
    if reasons:
        lines += hung([cell("Why here", LABEL, "dim"), part(reasons)], width)
    lines += date_lines(task, moment, dates)
    if task.handoff_note:
        lines.append([cell("Handed over", LABEL, "dim"), part(task.handoff_note)])
    if detail is not None and detail.checklist:
        lines += _checklist(detail, width)
    return lines


def date_lines(task: TaskView, moment: Moment, dates: Sequence[DeadlineView]) -> list[Line]:
    """ "USCIS due" with its citation, then the internal date."""
    if task.agency_due is None:
        return []
    deadline = next((each for each in dates if each.agency_due == task.agency_due), None)
    label = agency_label(task) if deadline is None else authority_label(deadline)
    due: list[Part] = [
        cell(label, LABEL, "dim"),
        part(f"{legal(task.agency_due)}  {moment.left(task.agency_due)}", "strong"),
    ]
    if deadline is not None:
        due.append(part(f"   {deadline.citation}", "dim"))
        state, tone = deadline_state(deadline)
        if deadline.state != "open":
            due.append(part(f"   {state}", tone))
    lines: list[Line] = [due]
    if task.internal_due is not None:
        earlier = (task.agency_due - task.internal_due).days
        late = part("   arrived late", "alert") if task.arrived_late else part("")
        printed = "" if deadline is None else deadline.sentence.split(":")[0]
        sentence = part(f"   {printed}", "dim")
        lines.append(
            [
                cell("Internal", LABEL, "dim"),
                part(f"{legal(task.internal_due)}  {earlier} days earlier"),
                late,
                sentence,
            ]
        )
    return lines


def _checklist(detail: TaskDetail, width: int) -> list[Line]:
    # Short enough that one line holds two or more: what is left says more here than one item's every word.
    text = "  ".join(
        f"{item_state(item)[0][0]} {clip(item.text, ITEM)}".replace(" ", "\N{NO-BREAK SPACE}")
        for item in sorted(detail.checklist, key=lambda item: item.state != "open")
    )
    wrapped = paragraphs(text, max(20, width - LABEL))[:2]
    return [
        [
            cell("Checklist" if number == 0 else "", LABEL, "dim"),
            part(line.replace("\N{NO-BREAK SPACE}", " ")),
        ]
        for number, line in enumerate(wrapped)
    ]
