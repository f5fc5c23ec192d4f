"""A draft that came back: who returned it and what was said to which point, before the preparer begins again."""

from __future__ import annotations

from casedesk.desk import reviews, trail
from casedesk.desk.desk import Desk
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.work import TaskDetail
from casedesk.screens.drawing import Line, cell, paragraphs, part
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names

LOOK_BACK = 100
TRIES = 3
MOST_LINES = 6


def returned(desk: Desk, detail: TaskDetail) -> ReviewView | None:
    """The last review that sent this task's draft back, while the task waits for the next version; for threads."""
    task = detail.task
    if task.matter is None or detail.reviews or "draft submit" not in detail.allowed:
        return None
    entries = desk.read(trail.listing, matter=task.matter, limit=LOOK_BACK)
    refs = [entry.subject for entry in entries if entry.action == "review.returned"][:TRIES]
    for ref in refs:
        review = desk.read(reviews.show, ref)
        if review.task in {task.ref, task.id}:
            return review if review.state == "returned" else None
    return None


def lines(review: ReviewView, names: Names, moment: Moment, width: int, key: str) -> list[Line]:
    """ "Returned  by A. Okafor, today 12:04: v opens it", then each comment whole. `key` opens it."""
    who = names.short(review.decided_by)
    when = f", {moment.instant(review.decided_at)}" if review.decided_at else ""
    shown: list[Line] = [
        [
            cell("Returned", 14, "warn"),
            part(f"version {review.version} by {who}{when}; {key} opens it", "warn"),
        ]
    ]
    for point in review.points:
        if point.comment:
            wrapped = paragraphs(f"“{point.comment}”", max(20, width - 14))
            shown += [[cell("", 14), part(line)] for line in wrapped[:3]]
    return shown[:MOST_LINES]
