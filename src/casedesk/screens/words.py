"""States in a glyph and a word, as practitioners say them. Never a glyph alone, never a colour alone."""

from __future__ import annotations

from datetime import timedelta

from casedesk.desk.views import DeadlineView, FilingView, ItemView, MessageView, SlotView, TaskView
from casedesk.screens.drawing import Part
from casedesk.screens.moments import Moment

REVIEW_KINDS = {"content": "content review", "second": "second review", "signoff": "approval for filing"}
REVIEW_STATES = {
    "open": ("○", "open", ""),
    "approved": ("✔", "approved", "good"),
    "returned": ("✘", "returned", "warn"),
    "superseded": ("–", "replaced by a newer version", "dim"),
}
TASK_STATES = {
    "new": "new",
    "acknowledged": "acknowledged",
    "in_progress": "in progress",
    "waiting": "waiting",
    "on_hold": "on hold",
    "done": "done",
    "cancelled": "cancelled",
}
ROLES = {
    "intake_specialist": "intake specialist",
    "paralegal": "paralegal",
    "senior_associate": "senior associate",
    "attorney": "attorney",
    "operations_manager": "operations manager",
    "managing_partner": "managing partner",
}
POLICIES = {
    "three-person": "three-person policy: preparer, second reviewer and signer are different people",
    "two-person": "two-person policy: two different people among preparer, second reviewer and signer",
    "sole": "sole policy: a second pass over the finished packet after at least 30 minutes",
}


def plain(slug: str | None) -> str:
    """A slug as words: `adjustment_of_status` is "adjustment of status"."""
    return (slug or "").replace("_", " ")


def agency_label(task: TaskView) -> str:
    """ "USCIS due", "DOL due"; "court due" for the courts."""
    agency = task.agency or "USCIS"
    return "court due" if agency.upper() in {"EOIR", "BIA", "COURT", "IJ"} else f"{agency} due"


def authority_label(deadline: DeadlineView) -> str:
    authority = deadline.authority or "USCIS"
    return "court due" if authority.upper() in {"EOIR", "BIA", "COURT", "IJ"} else f"{authority} due"


def task_state(task: TaskView, moment: Moment) -> Part:
    """The first column of the queue: what most wants a person comes first."""
    if task.status in {"done", "cancelled"}:
        return ("✔ done" if task.status == "done" else "– off"), "dim"
    if task.status == "waiting":
        return f"◷ {task.waiting_on or 'waiting'}", "dim"
    if task.status == "on_hold":
        return "‖ on hold", "dim"
    if task.due < moment.now:
        return "! late", "alert"
    if task.due - moment.now < timedelta(days=1) and moment.is_today(task.due):
        return "! today", "alert"
    if task.status == "new":
        return ("▲ new", "warn") if task.acknowledge_by else ("● new", "accent")
    return f"◐ {task.items_done}/{task.items_total}", ""


def item_state(item: ItemView) -> Part:
    if item.state == "done":
        return "✔ done", "good"
    if item.state == "waived":
        return "– waived", "dim"
    return "○ open", ""


def deadline_state(deadline: DeadlineView) -> Part:
    return {
        "met": ("✔ met", "good"),
        "missed": ("! missed", "alert"),
        "conflict": ("! two dates, a second person settles it", "alert"),
        "provisional": ("○ provisional", "warn"),
        "superseded": ("– replaced", "dim"),
    }.get(deadline.state, ("○ open", ""))


def slot_state(slot: SlotView) -> Part:
    return {"back": ("✔ back", "good"), "sent": ("◷ sent", "warn")}.get(slot.state, ("○ needed", ""))


def message_state(message: MessageView) -> Part:
    return {
        "awaiting_approval": ("○ to release", "warn"),
        "approved": ("◐ released", "accent"),
        "sent": ("✔ sent", "good"),
        "failed": ("! failed", "alert"),
        "unknown": ("? unknown", "alert"),
        "cancelled": ("– cancelled", "dim"),
    }.get(message.state, (message.state, ""))


def filing_state(filing: FilingView) -> Part:
    return {
        "shipped": ("◷ shipped", "warn"),
        "uploaded": ("◷ uploaded", "warn"),
        "delivered": ("✔ delivered", "good"),
        "receipted": ("✔ receipt in", "good"),
        "rejected": ("! rejected", "alert"),
    }.get(filing.state, (filing.state, ""))
