"""The reviews that wait for somebody, a page at a time, and as a question asks for them."""

from __future__ import annotations

from types import SimpleNamespace

from casedesk.desk import asked, reviews
from casedesk.desk.paging import Page, Place, Way, of_list
from casedesk.desk.queue_asked import question
from casedesk.desk.turn import Turn, id_of
from casedesk.desk.views.gate import ReviewView
from casedesk.store.unit_of_work import micros


def page(
    turn: Turn, *, where: str = "", way: Way = "first", place: Place | None = None, limit: int = 50
) -> Page[ReviewView]:
    """The actor's open reviews by due instant. What is asked is asked of the reviewed task, but of the review's own date,
    owner and number. Raises as `queue_asked.question` does."""
    asked_for = question(turn, where)
    waiting = reviews.listing(turn, mine=True, limit=asked.MOST_ROWS)
    if asked_for.terms:
        waiting = tuple(review for review in waiting if asked_for.holds(_facts(turn, review)))
    return of_list(waiting, place_of, way, place, limit)


def place_of(review: ReviewView) -> Place:
    return micros(review.due), id_of(review.id)


def _facts(turn: Turn, review: ReviewView) -> SimpleNamespace:
    row = turn.uow.need("task", review.task, "task.find", ref=review.task, id=None)
    own = {
        "title": f"{row.title} {review.title} {review.ref} {review.kind}",
        "due_us": micros(review.due),
        "owner_id": turn.actor.id,
    }
    return SimpleNamespace(**{**row._asdict(), **own})
