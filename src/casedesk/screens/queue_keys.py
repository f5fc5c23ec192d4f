"""What can be done on the queue, and why not where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casedesk.desk.views.work import TaskView
from casedesk.screens import empty
from casedesk.screens.actions import Action

if TYPE_CHECKING:
    from casedesk.screens.queue import QueueScreen


def _no_task(screen: QueueScreen) -> str:
    return "" if isinstance(screen.rows.current, TaskView) else "no task here"


def _nothing_to_give(screen: QueueScreen) -> str:
    return "" if screen.rows.marks else _no_task(screen)


def _nothing_to_undo(screen: QueueScreen) -> str:
    return "" if screen.desk_app.gesture else _no_task(screen)


def _no_row(screen: QueueScreen) -> str:
    return "" if screen.rows.current is not None else "nothing here"


def _nothing_to_acknowledge(screen: QueueScreen) -> str:
    if screen.rows.marks:
        return ""
    row = screen.rows.current
    if not isinstance(row, TaskView):
        return "no task here"
    return "" if row.status == "new" else "done already"


def _nothing_asked(screen: QueueScreen) -> str:
    return "" if screen.text else "no filter is set"


def _not_saved(screen: QueueScreen) -> str:
    return "" if screen.sections[screen.section].is_saved else "it came with the desk"


ACTIONS = (
    Action("open", "enter", "open", "Open the task or the review", _no_row),
    Action(
        "acknowledge", "a", "acknowledge", "I have seen it (of all marked tasks)", _nothing_to_acknowledge
    ),
    Action("mark", "space", "mark", "Mark several for one key", _no_task),
    Action(
        "hand_off", "h", "hand off", "Give the task, or all that are marked, with a note", _nothing_to_give
    ),
    Action("why", "w", "why", "Why it stands here, why it is yours, how the dates were counted", _no_row),
    Action("next", "n", "next", "Open what comes first among your tasks, and say why"),
    Action("filter", "slash", "filter", "Show only what is asked for: kind:rfe due<=today+3d smith"),
    Action("matter", "m", "matter card", "The card of its matter", _no_row, footer=False),
    Action("undo", "z", "undo", "Take back the last gesture", _nothing_to_undo, footer=False),
    Action(
        "reassign",
        "r",
        "reassign",
        "Move the task, or all that are marked, with a reason",
        _nothing_to_give,
        footer=False,
        act="reassign_task",
    ),
    Action("matters", "t", "matters", "One line a matter with its next step; again: the tasks", footer=False),
    Action("inbox", "I", "inbox", "Receive papers, match what nobody knows", footer=False),
    Action("told", "N", "news", "What you were told: reminders, hand-offs, escalations", footer=False),
    Action("messages", "M", "messages", "What is to be said to clients", footer=False),
    Action("docket", "D", "docket", "Dates, hearings and appointments of the days ahead", footer=False),
    Action("dashboard", "F", "dashboard", "Load, what is stuck, the firm's figures", footer=False),
    Action("status", "S", "status round", "Receipts to look up on the agency's page", footer=False),
    Action("people", "P", "people", "Who is here, hours, absences and their hand-over sheets", footer=False),
    Action("rules", "R", "rules", "The routing rules in plain English", footer=False),
    Action(
        "rules_why",
        "W",
        "which rule",
        "Which rules opened this task, and which did not",
        _no_task,
        footer=False,
    ),
    Action("section_1", "1", "mine", "Your tasks", footer=False),
    Action("section_2", "2", "unacknowledged", "Not acknowledged by anybody yet", footer=False),
    Action("section_3", "3", "due", "Due this week", footer=False),
    Action("section_4", "4", "waiting", "Waiting on somebody", footer=False),
    Action("section_5", "5", "team", "Everybody's open tasks", footer=False),
    Action("section_6", "6", "reviews", "Reviews and approvals that wait for you", footer=False),
    Action("section_7", "7", "first saved", "The first section you saved", footer=False),
    Action("section_8", "8", "second saved", "The second section you saved", footer=False),
    Action(
        "section_9", "9", "third saved", "The third section you saved; → goes to the others", footer=False
    ),
    Action("section_next", "right", "next section", "The section to the right", footer=False),
    Action("section_previous", "left", "previous section", "The section to the left", footer=False),
    Action(
        "save_section",
        "s",
        "save section",
        "Keep the filter in force as a section",
        _nothing_asked,
        footer=False,
    ),
    Action(
        "forget_section",
        "X",
        "remove section",
        "Remove the saved section shown here",
        _not_saved,
        footer=False,
    ),
    *empty.ACTIONS,
)
