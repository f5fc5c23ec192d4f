"""The lines of the queue: a task, a review, and what the preview says of a review."""

from __future__ import annotations

from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.work import TaskView
from casedesk.screens.drawing import Line, Part, cell, part, some
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names
from casedesk.screens.states import state
from casedesk.screens.words import REVIEW_KINDS, agency_label, changed_pages, task_state, title_of

WIDE = 100
DUE = 18
AGENCY = 17
OWNER = 13


def task_line(row: TaskView, moment: Moment, width: int, owner: str | None = None) -> Line:
    """State, ref, title, client, what is due when; matter, form and the agency's date where there is room.

    `owner` is said where tasks of several people stand, in place of the matter (wide) or the ref.
    """
    state, tone = task_state(row, moment)
    due, due_tone = _due(row, moment)
    wide = width >= WIDE
    first = 12 if wide else 10
    parts = [cell(state, first, tone)]
    left = width - first - DUE
    if owner is None or wide:
        parts.append(cell(row.ref, 10, "dim"))
        left -= 10
    if owner is not None:
        parts += [cell(owner, OWNER - 1, "strong"), part(" ")]
        left -= OWNER
    left -= (7 + AGENCY if wide else 0) + (13 if wide and owner is None else 0)
    title = left * 11 // 20
    parts += [cell(row.title, title - 1), part(" ")]
    if wide and owner is None:
        parts.append(cell(row.matter or "no matter", 13, "dim"))
    parts += [cell(row.caption or "no matter", left - title - 1), part(" ")]
    if wide:
        parts.append(cell(row.form or "", 7, "dim"))
    parts.append(cell(due, DUE, due_tone))
    if wide:
        parts.append(cell(_agency(row, moment), AGENCY))
    return parts


def review_line(row: ReviewView, moment: Moment, width: int) -> Line:
    """Which review, whose matter, how long it is and takes, due when; the ref and what it is where there is room."""
    late = row.due < moment.now
    mark, tone = state(f"review.{'late' if late else 'open'}", REVIEW_KINDS.get(row.kind, row.kind))
    wide = width >= WIDE
    length = f"{row.pages} p, {row.minutes} min"
    left = width - 22 - 15 - DUE - (10 + 13 if wide else 0)
    title = left // 2 if wide else 0
    parts = [cell(mark, 22, tone)]
    if wide:
        parts += [
            cell(row.ref, 10, "dim"),
            cell(f"{title_of(row)}, version {row.version}", title - 1),
            part(" "),
            cell(row.matter, 13, "dim"),
        ]
    return [
        *parts,
        cell(row.caption or row.matter, left - title - 1),
        part(" "),
        cell(length, 15, "dim"),
        cell(f"due {moment.soon(row.due)}", DUE, tone),
    ]


def _due(task: TaskView, moment: Moment) -> Part:
    if task.status == "waiting":
        if task.wake_up:
            return f"ask again {moment.near(moment.local_day(task.wake_up))}", "dim"
        return ("in review" if task.waiting_on == "review" else "waiting"), "dim"
    if task.status == "new" and task.acknowledge_by:
        tone = "alert" if task.acknowledge_by < moment.now else "warn"
        return f"ack by {moment.soon(task.acknowledge_by)}", tone
    tone = "alert" if task.due < moment.now or moment.is_today(task.due) else ""
    return f"due {moment.due(moment.local_day(task.due))}", tone


def _agency(row: TaskView, moment: Moment) -> str:
    if row.agency_due is None:
        return ""
    near = moment.near(row.agency_due)
    full = f"{agency_label(row)} {near}"
    return full if len(full) < AGENCY else f"{agency_label(row).removesuffix(' due')} {near}"


def review_preview(review: ReviewView, moment: Moment, names: Names) -> list[Line]:
    open_points = sum(point.answer is None for point in review.points)
    return [
        [part(f"{review.ref}  ", "dim"), part(f"{title_of(review)}, version {review.version}", "strong")],
        [part(f"{review.matter} {review.caption} · prepared by {names.short(review.preparer)}")],
        [
            part(
                f"{some(review.pages, 'page')} · {some(open_points, 'open point')} · about {some(review.minutes, 'minute')}"
            )
        ],
        [part(changed_pages(review).capitalize())],
        [part(f"Due {moment.instant(review.due)}")],
    ]
