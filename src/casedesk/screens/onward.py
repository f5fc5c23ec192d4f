"""Next: the task that comes first, and why it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casedesk.desk import tasks
from casedesk.desk.views.work import TaskView

if TYPE_CHECKING:
    from casedesk.screens.base import DeskScreen

LOOKED_AT = 200
RESTING = {"waiting", "on_hold"}


def open_next(screen: DeskScreen, after: str = "") -> None:
    """Open what comes first among the person's own tasks and say why it is next; `after` the one in front, whose place
    the next one takes."""

    def found(rows: tuple[TaskView, ...]) -> None:
        order = [row for row in rows if row.status not in RESTING or row.ref == after]
        refs = [row.ref for row in order]
        place = refs.index(after) + 1 if after in refs else 0
        following = [row for row in (*order[place:], *order[:place]) if row.ref != after]
        if not following:
            other = "else " if after else ""
            screen.desk_app.tell(
                f"Nothing {other}waits for you. ⟨queue.section_5⟩ in the queue shows the team's work."
            )
            return
        if after:
            screen.desk_app.pop_screen()
        screen.desk_app.open_hit("task", following[0].ref)
        screen.desk_app.tell(screen.names.say(why(following[0])))

    screen.read("next", lambda: screen.desk.read(tasks.queue, scope="mine", limit=LOOKED_AT), found)


def why(task: TaskView) -> str:
    """ "Next: T-1F3K9A RFE response: USCIS due in 9 days (+20), RFE (+30)"."""
    reasons = ", ".join(task.rank_reason)
    return f"Next: {task.ref} {task.title}: {reasons}." if reasons else f"Next: {task.ref} {task.title}."
