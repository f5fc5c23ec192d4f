"""The lines of the queue: a task, a review, and what the preview says of a review."""

from __future__ import annotations

from datetime import date

from casedesk.desk.views import ReviewView, TaskView
from casedesk.screens.drawing import Line, Part, cell, part, some
from casedesk.screens.moments import MONTHS, Moment
from casedesk.screens.words import REVIEW_KINDS, agency_label, task_state


def task_line(row: TaskView, moment: Moment, width: int) -> Line:
    """State, ref, title, client, what is due when; matter, form and the agency's date where there is room."""
    state, tone = task_state(row, moment)
    due, due_tone = _due(row, moment)
    parts = [cell(state, 10, tone), cell(row.ref, 10, "dim")]
    wide = width >= 100
    left = width - 20 - 18 - (13 + 7 + 17 if wide else 0)
    title = left * 11 // 20
    agency = f"{agency_label(row)} {_short(row.agency_due)}" if row.agency_due else ""
    parts += [cell(row.title, title - 1), part(" ")]
    if wide:
        parts.append(cell(row.matter or "no matter", 13, "dim"))
    parts += [cell(row.caption or "", left - title - 1), part(" ")]
    if wide:
        parts.append(cell(row.form or "", 7, "dim"))
    parts.append(cell(due, 18, due_tone))
    if wide:
        parts.append(cell(agency, 17))
    return parts


def review_line(row: ReviewView, moment: Moment, width: int) -> Line:
    """Which review, of what, whose matter, due when."""
    late = row.due < moment.now
    due = f"due {moment.soon(row.due)}"
    left = width - 22 - 10 - 16
    title = left // 2
    return [
        cell(("! " if late else "○ ") + REVIEW_KINDS.get(row.kind, row.kind), 22, "alert" if late else ""),
        cell(row.ref, 10, "dim"),
        cell(f"{row.title}, version {row.version}", title),
        part(" "),
        cell(f"{row.matter} {row.caption}", left - title - 2),
        part(" "),
        cell(due, 16, "alert" if late else ""),
    ]


def _due(task: TaskView, moment: Moment) -> Part:
    if task.status == "waiting":
        return (
            f"ask again {moment.day(moment.local_day(task.wake_up))}" if task.wake_up else "waiting"
        ), "dim"
    if task.status == "new" and task.acknowledge_by:
        tone = "alert" if task.acknowledge_by < moment.now else "warn"
        return f"ack by {moment.soon(task.acknowledge_by)}", tone
    tone = "alert" if task.due < moment.now or moment.is_today(task.due) else ""
    return f"due {moment.day(moment.local_day(task.due))}", tone


def _short(day: date | None) -> str:
    return "" if day is None else f"{day.day} {MONTHS[day.month - 1]}"


def review_preview(review: ReviewView, moment: Moment) -> list[Line]:
    open_points = sum(point.answer is None for point in review.points)
    changed = ", ".join(map(str, review.changed_pages)) or "none"
    since = f" since {review.changed_since}" if review.changed_since else ""
    return [
        [part(f"{review.ref}  {review.title}, version {review.version}", "strong")],
        [part(f"{review.matter} {review.caption} · prepared by {review.preparer}")],
        [
            part(
                f"{some(review.pages, 'page')} · {some(open_points, 'open point')} · about {some(review.minutes, 'minute')}"
            )
        ],
        [part(f"Pages changed{since}: {changed}")],
        [part(f"Due {moment.instant(review.due)}")],
    ]
