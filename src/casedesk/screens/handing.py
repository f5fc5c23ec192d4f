"""What several screens ask the same way: put a task to wait, write a note on a matter."""

from __future__ import annotations

from datetime import date, timedelta

from casedesk.desk import notes, tasks
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal
from casedesk.screens.base import DeskScreen
from casedesk.screens.moments import DAYS, MONTHS, legal
from casedesk.screens.widgets.prompt import Answers, Field, prompt


def wait(screen: DeskScreen, task: TaskView) -> None:
    """Waiting on whom, and the day to ask again: nothing waits without one."""
    today = screen.moment.today if screen.moment else None
    proposed = _working(today + timedelta(days=7)) if today else None

    def act(answers: Answers) -> TaskView:
        wake = a_day(answers["wake"], today)
        return screen.desk.write(tasks.wait, task.ref, on=answers["on"], wake=wake, note=answers["note"])

    prompt(
        screen,
        f"Wait: {task.ref} {task.title}",
        (
            Field("on", "Waiting on", "choice", "client, agency, translator …", choices=_WAITED_FOR),
            Field("wake", "Ask again on", "day", hint="26 Nov, Thu, +7", value=legal(proposed)),
            Field("note", "Note", required=False),
        ),
        act,
        lambda done: f"{done.ref} waits on {done.waiting_on}.",
        verb="wait",
    )


_WAITED_FOR = ("client", "agency", "translator", "employer", "colleague")


def note(screen: DeskScreen, matter: str) -> None:
    """A note on the matter, for the firm's eyes."""
    prompt(
        screen,
        f"Note on {matter}",
        (Field("body", "Note"),),
        lambda answers: screen.desk.write(notes.note, matter, answers["body"]),
        lambda _done: f"Noted on {matter}.",
    )


def a_day(text: str, today: date | None) -> date:
    """ "2026-11-30", "30 Nov", "30 Nov 2026", "Thu" (the next one), "+7". Raises `Refusal` for what is not a day.

    A day and a month without a year is the next such day from `today` on. Never 11/12: it may be two days.
    """
    words = text.replace(",", " ").casefold().split()
    try:
        if today is not None and len(words) == 1 and words[0].startswith("+"):
            return today + timedelta(days=int(words[0][1:]))
        if today is not None and len(words) == 1 and words[0][:3] in _DAYS:
            return today + timedelta(days=(_DAYS.index(words[0][:3]) - today.weekday() - 1) % 7 + 1)
        if len(words) in {2, 3}:
            first, second = words[:2]
            day, name = (first, second) if first.isdigit() else (second, first)
            year = int(words[2]) if len(words) == 3 else (today.year if today else 0)
            found = date(year, _MONTHS.index(name[:3]) + 1, int(day))
            past = today is not None and len(words) == 2 and found < today
            return found.replace(year=year + 1) if past else found
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Refusal("bad_date", f"{text!r} is not a day.", "Write it as 30 Nov 2026.") from None


def _working(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


_DAYS = tuple(name.casefold() for name in DAYS)
_MONTHS = tuple(name.casefold() for name in MONTHS)
