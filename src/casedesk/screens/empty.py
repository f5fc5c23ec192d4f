"""The empty desk is a page: a firm without a matter is told what it can begin with, and what the desk does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casedesk.desk import deadlines, importing, matters, preferences, settings
from casedesk.desk.importing import Imported
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.matters import MatterView
from casedesk.models.enums import Priority
from casedesk.routing.vocabulary import MATTER_TYPES
from casedesk.screens.actions import Action
from casedesk.screens.handing import a_day
from casedesk.screens.widgets.prompt import Answers, Field, prompt

if TYPE_CHECKING:
    from casedesk.screens.base import DeskScreen

ACTIONS = (
    Action(
        "new_matter", "A", "add a matter", "Add a matter: a client and a type, thirty seconds", footer=False
    ),
    Action("bring_in", "L", "bring in a list", "Bring in a spreadsheet of clients", footer=False),
    Action("write_date", "E", "write a date", "Write a date on a matter", footer=False),
)
"""What an empty desk begins with; the keys stay when it is full."""


def page(turn: Turn) -> str:
    """What a firm without a matter reads in place of rows; "" for one that has any."""
    if matters.listing(turn, limit=1, status="all"):
        return ""
    mine, mail = preferences.show(turn), settings.mail(turn)
    digest = f"At {mine.digest_at} it sends you the day's digest by mail."
    if mail is None or mine.mail == "none":
        digest = "It sends no mail yet: casedesk channel mail set, casedesk preference set."
    return "\n".join(
        (
            f"A new desk, {turn.actor.name.split()[0]}: no matter is on it yet.",
            "",
            "⟨queue.new_matter⟩   Add a matter: a client and a type, thirty seconds.",
            "⟨queue.bring_in⟩   Bring in a list: a spreadsheet of clients, tried before it writes.",
            "⟨queue.inbox⟩   Drop in a notice: the desk reads what, whose, and due when.",
            "⟨queue.write_date⟩   Write a date: it reminds you before, in the office's time.",
            "",
            "Tonight, while this desk is open or casedesk worker runs: nothing is due. It looks every minute at what"
            f" comes near, hands over the work of who is away, and keeps the record whole. {digest}",
        )
    )


def new_matter(screen: DeskScreen) -> None:
    """A matter in a client's name and a type; the rest is added on its card."""

    def act(answers: Answers) -> MatterView:
        return screen.desk.write(
            matters.open_matter,
            answers["type"],
            answers["client"],
            language=answers["language"] or "en",
            priority=answers["priority"] or Priority.STANDARD,
            playbook=answers["steps"].strip().lower() in {"y", "yes"},
        )

    prompt(
        screen,
        "Add a matter",
        (
            Field("client", "Client", hint="the full name"),
            Field(
                "type",
                "Type",
                "choice",
                "asylum, h1b, ...; tab completes",
                choices=tuple(sorted(MATTER_TYPES)),
            ),
            Field("language", "Language", required=False, hint="en, es, zh; empty: en"),
            Field("priority", "Priority", "choice", "empty: standard", False, choices=tuple(Priority)),
            Field("steps", "Begin its steps", required=False, hint="yes; empty for one under way"),
        ),
        act,
        lambda view: f"{view.ref} {view.client} is open.",
        verb="open it",
    )


def bring_in(screen: DeskScreen) -> None:
    """A spreadsheet: tried without writing first; "yes" in the second field brings it in."""

    def act(answers: Answers) -> Imported:
        desk, book = screen.desk, importing.read(answers.path("file"))
        plan = desk.read(importing.planned, book, type=answers["type"] or None)
        if answers["sure"].strip().lower() not in {"y", "yes"}:
            return importing.report(plan, desk.read(importing.look, plan), None)
        return importing.bring_in(desk, plan)

    prompt(
        screen,
        "Bring in a list",
        (
            Field("file", "File", "path", "clients.xlsx"),
            Field("type", "Type of rows that say none", required=False, hint="asylum, h1b, ..."),
            Field("sure", "Bring them in", required=False, hint="empty tries it first; yes writes"),
        ),
        act,
        _brought,
        verb="go",
    )


def _brought(said: Imported) -> str:
    new, there, held = (said.count(state) for state in ("new", "there", "held"))
    bad = f" {len(said.problems)} cells named by casedesk matter import." if said.problems else ""
    if said.batch is None:
        return f"A try: {new} would come in, {there} are there, {held} held back.{bad} ⟨queue.bring_in⟩ with yes writes."
    return f"{new} came in, {there} were there, {held} held back.{bad} All of it back: --undo {said.batch}."


def write_date(screen: DeskScreen) -> None:
    """A date of a matter by hand; a second person confirms it."""

    today = screen.moment.today if screen.moment else None

    def act(answers: Answers) -> DeadlineView:
        day = a_day(answers["day"], today)
        return screen.desk.write(deadlines.add, answers["matter"], answers["title"], day)

    prompt(
        screen,
        "Write a date",
        (
            Field("matter", "Matter", hint="M-2026-0001"),
            Field("title", "What is due"),
            Field("day", "Day", "day", "30 Nov, 2026-11-30, +30"),
        ),
        act,
        lambda due: f"{due.ref}: {due.agency_due}, ours {due.internal_due}.",
        verb="write it",
    )
