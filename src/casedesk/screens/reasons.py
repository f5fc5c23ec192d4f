"""Why an act on a task may not be done now, in the words of the last line: "" where it may.

`reserved` and `waiving` name the act of the authority matrix that the item under the cursor asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedesk.screens.task import TaskScreen


def item(screen: TaskScreen) -> str:
    return "" if screen.rows.current is not None else "no item here"


def open_item(screen: TaskScreen) -> str:
    item = screen.rows.current
    if item is None:
        return "no item here"
    return "" if item.state == "open" else f"it is {item.state}"


def reserved(screen: TaskScreen) -> str:
    item = screen.rows.current
    return "reserved_step" if item is not None and item.reserved else ""


def waiving(screen: TaskScreen) -> str:
    return reserved(screen) or "waive_step"


def may(verb: str, otherwise: str) -> Callable[[TaskScreen], str]:
    def when(screen: TaskScreen) -> str:
        if screen.detail is None:
            return "reading"
        return "" if verb in screen.detail.allowed else otherwise

    return when


def submit(screen: TaskScreen) -> str:
    if screen.detail is None:
        return "reading"
    if "draft submit" in screen.detail.allowed:
        return ""
    open_items = sum(item.required and item.state == "open" for item in screen.detail.checklist)
    if screen.detail.reviews:
        return "in review"
    return f"{open_items} open" if open_items else "not on this task"


def complete(screen: TaskScreen) -> str:
    if screen.detail is None:
        return "reading"
    if "complete" in screen.detail.allowed:
        return ""
    open_items = sum(item.required and item.state == "open" for item in screen.detail.checklist)
    if open_items:
        return f"{open_items} open"
    return "done" if screen.detail.task.status == "done" else "ends with a draft"


def no_matter(screen: TaskScreen) -> str:
    return "" if screen.detail is not None and screen.detail.task.matter else "no matter yet"
