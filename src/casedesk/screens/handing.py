"""What several screens ask the same way: hand a task on, put it to wait, note a call or a note on a matter."""

from __future__ import annotations

from datetime import date, timedelta

from casedesk.desk import notes, people, tasks
from casedesk.desk.views import NoteView, PersonView, TaskView
from casedesk.refusal import Refusal
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import part
from casedesk.screens.widgets.prompt import Answers, Field, prompt


def _with_people(screen: DeskScreen, go_on: object) -> None:
    assert callable(go_on)
    screen.read("people", lambda: screen.desk.read(people.listing), go_on)


def hand_off(screen: DeskScreen, task: TaskView) -> None:
    """Ask to whom, and for the note without which nothing changes hands."""

    def asked(found: tuple[PersonView, ...]) -> None:
        def act(answers: Answers) -> TaskView:
            return screen.desk.write(tasks.hand_off, task.ref, to=answers["to"], note=answers["note"])

        prompt(
            screen,
            f"Hand off {task.ref} {task.title}",
            (_person(found), Field("note", "Note", hint="what is done, what is next, what to mind")),
            act,
            lambda done: f"{done.ref} is with {done.owner} now.",
            verb="hand off",
            about=[[part(_present(found), "dim")]],
        )

    _with_people(screen, asked)


def reassign(screen: DeskScreen, task: TaskView) -> None:
    """Ask to whom and why; the reason stands in the record."""

    def asked(found: tuple[PersonView, ...]) -> None:
        def act(answers: Answers) -> TaskView:
            return screen.desk.write(tasks.reassign, task.ref, to=answers["to"], reason=answers["reason"])

        prompt(
            screen,
            f"Reassign {task.ref} {task.title}",
            (_person(found), Field("reason", "Reason")),
            act,
            lambda done: f"{done.ref} is with {done.owner} now.",
            verb="reassign",
            about=[[part(_present(found), "dim")]],
        )

    _with_people(screen, asked)


def wait(screen: DeskScreen, task: TaskView) -> None:
    """Waiting on whom, and the day to ask again: nothing waits without one."""
    proposed = screen.moment.today + timedelta(days=7) if screen.moment else None

    def act(answers: Answers) -> TaskView:
        wake = a_day(answers["wake"])
        return screen.desk.write(tasks.wait, task.ref, on=answers["on"], wake=wake, note=answers["note"])

    prompt(
        screen,
        f"Wait: {task.ref} {task.title}",
        (
            Field("on", "Waiting on", "choice", "client, agency, translator …", choices=_WAITED_FOR),
            Field("wake", "Ask again on", hint="YYYY-MM-DD", value=proposed.isoformat() if proposed else ""),
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


def call(screen: DeskScreen, matter: str) -> None:
    """A call with the client; naming who calls back makes a task for that person."""

    def asked(found: tuple[PersonView, ...]) -> None:
        def act(answers: Answers) -> NoteView:
            direction = "out" if answers["direction"].lower().startswith("o") else "in"
            back = answers["callback"] or None
            return screen.desk.write(notes.call, matter, answers["body"], direction=direction, callback=back)

        prompt(
            screen,
            f"Call on {matter}",
            (
                Field("body", "What was said"),
                Field("callback", "Calls back", "choice", "nobody", False, choices=_handles(found)),
                Field("direction", "In or out", "choice", value="in", choices=("in", "out")),
            ),
            act,
            lambda done: (
                f"Call noted on {matter}." + (f" {done.task} is for the call back." if done.task else "")
            ),
            about=[[part(_present(found), "dim")]],
        )

    _with_people(screen, asked)


def a_day(text: str) -> date:
    """Raises `Refusal` for what is not a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad_date", f"{text!r} is not a date.", "Write it as 2026-11-30.") from None


def _person(found: tuple[PersonView, ...]) -> Field:
    return Field("to", "To", "choice", "a handle; tab completes", choices=_handles(found))


def _handles(found: tuple[PersonView, ...]) -> tuple[str, ...]:
    return tuple(person.handle for person in found if person.active)


def _present(found: tuple[PersonView, ...]) -> str:
    return "  ".join(
        each.handle
        + ("" if each.present else f" (away, covered by {each.cover})" if each.cover else " (away)")
        for each in found
        if each.active
    )
