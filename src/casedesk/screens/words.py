"""States in a glyph and a word, as practitioners say them. Never a glyph alone, never a colour alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.gate import FilingView, ReviewView, SlotView
from casedesk.desk.views.telling import MessageView
from casedesk.desk.views.work import ItemView, TaskView
from casedesk.refusal import Refusal
from casedesk.screens.drawing import Part
from casedesk.screens.moments import Moment
from casedesk.screens.states import STATES, known, state

REVIEW_KINDS = {"content": "content review", "second": "second review", "signoff": "approval for filing"}
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


LANGUAGES = {
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "ht": "Haitian Creole",
    "hi": "Hindi",
    "ko": "Korean",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "so": "Somali",
    "tl": "Tagalog",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
KINDS = {
    "rfe": "RFE",
    "noid": "NOID",
    "noir": "NOIR",
    "ij_decision": "IJ decision",
    "bia_decision": "BIA decision",
    "aao_decision": "AAO decision",
    "dol": "DOL notice",
}
_SAID_HERE: Final = {
    "wrong_passphrase": ("That is not your signing passphrase.", "Nothing was signed."),
}
_NEXT_HERE: Final = {
    "already_shipped": "⟨task.packets⟩ on its task or matter shows where it is.",
    "bytes_changed": "⟨packets.verify⟩ says which document changed.",
    "comment_missing": "⟨review.comment⟩ says it to the point.",
    "gate": "⟨task.submit⟩ hands in the draft.",
    "needs_a_signature": "⟨review.approve⟩ opens Approve for filing.",
    "key_waits": "An attorney who has a key confirms it, outside the desk.",
    "no_signing_key": "A signing key is made once, outside the desk.",
    "not_delivered": "⟨packets.deliver⟩ notes the delivery first.",
    "not_shipped": "⟨packets.ship⟩ ships it first.",
    "not_signed_off": "Have it approved for filing first: ⟨queue.section_6⟩ in the queue lists reviews.",
    "signatures_missing": "⟨packets.signatures⟩ shows who still signs.",
    "wake_up_past": "Give a day ahead.",
}
_OF_THE_COMMAND_LINE: Final = re.compile(r"(?<![\w-])--[a-z]|\bcasedesk [a-z]")


def refused(refusal: Refusal) -> str:
    """A refusal as the desk says it: the next step in keys, never a command or an option of the command line."""
    if refusal.code in _SAID_HERE:
        return " ".join(_SAID_HERE[refusal.code])
    step = refusal.next
    if _OF_THE_COMMAND_LINE.search(step):
        step = _NEXT_HERE.get(refusal.code, "")
    return f"{refusal.message} {step}".strip()


def kind_of(slug: str | None) -> str:
    """A kind of notice as practitioners write it: "RFE", "interview"."""
    return KINDS.get(slug or "", plain(slug))


def title_of(review: ReviewView) -> str:
    """What is reviewed, without the matter's number: that stands beside it."""
    return review.title.removesuffix(f", {review.matter}")


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
    if task.status in {"done", "cancelled", "on_hold"}:
        return state(f"task.{task.status}")
    if task.status == "waiting":
        return state("task.waiting", task.waiting_on or "")
    if task.due < moment.now:
        return state("task.late")
    if task.due - moment.now < timedelta(days=1) and moment.is_today(task.due):
        return state("task.today")
    if task.status == "new":
        return state("task.asks" if task.acknowledge_by else "task.new")
    return state("task.begun", f"{task.items_done}/{task.items_total}" if task.items_total else "")


def item_state(item: ItemView) -> Part:
    return state(f"item.{item.state if item.state in {'done', 'waived'} else 'open'}")


def deadline_state(deadline: DeadlineView) -> Part:
    name = f"deadline.{deadline.state}"
    return state(name if name in STATES else "deadline.open")


def slot_state(slot: SlotView) -> Part:
    return state(f"slot.{slot.state if slot.state in {'back', 'sent'} else 'needed'}")


def message_state(message: MessageView) -> Part:
    return known("message", message.state)


def filing_state(filing: FilingView) -> Part:
    return known("filing", filing.state)


def review_state(review: ReviewView) -> Part:
    return known("review", review.state)


def changed_pages(review: ReviewView) -> str:
    """ "changed since version 1: pages 3, 7"; a first version is new from end to end and says so."""
    if review.version == 1 and not review.changed_since:
        return "first version: every page is new"
    since = f"changed since {review.changed_since}: " if review.changed_since else "changed: "
    if not review.changed_pages:
        return since + "nothing"
    pages = "page" if len(review.changed_pages) == 1 else "pages"
    more = " …" if len(review.changed_pages) > 12 else ""
    return f"{since}{pages} {', '.join(map(str, review.changed_pages[:12]))}{more}"
