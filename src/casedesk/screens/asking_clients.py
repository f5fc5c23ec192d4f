"""What is asked where a client is spoken with: a call and who calls back, what they should bring, how far it has come."""

from __future__ import annotations

from datetime import date

from casedesk.desk import milestones, notes, requests
from casedesk.desk.milestones import MilestoneView
from casedesk.desk.requests import RequestView
from casedesk.desk.views.matters import NoteView
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, part, some
from casedesk.screens.giving import with_people
from casedesk.screens.handing import a_day
from casedesk.screens.moments import Moment, legal
from casedesk.screens.names import Names
from casedesk.screens.states import known, state
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.words import plain

SEVERAL = "; between two"


def call(screen: DeskScreen, matter: str) -> None:
    """A call with the client: what they asked, what they were told; naming who calls back makes a task for that person."""

    def asked(names: Names) -> None:
        def act(answers: Answers) -> NoteView:
            direction = "out" if answers["direction"].lower().startswith("o") else "in"
            back = names.whom(answers["callback"]) if answers["callback"] else None
            by = _day(screen, answers["by"]) if answers["callback"] else None
            told = f"; told: {answers['told']}" if answers["told"] else ""
            return screen.desk.write(
                notes.call, matter, answers["body"] + told, direction=direction, callback=back, by=by
            )

        prompt(
            screen,
            f"Call on {matter}",
            (
                Field("body", "About"),
                Field("told", "Told them", required=False),
                Field("callback", "Calls back", "choice", "nobody", False, choices=names.choices()),
                Field("by", "By", "day", "the next business day; Thu, 26 Nov, +2", False),
                Field("direction", "In or out", "choice", value="in", choices=("in", "out")),
            ),
            act,
            lambda done: " ".join((f"Call noted on {matter}.", *_for(done.task), *done.warnings)),
            about=[[part(names.listed(), "dim")]],
        )

    with_people(screen, asked)


def of_task(screen: DeskScreen, task: str) -> None:
    """What a task needs of the client; proposed is what its playbook has the client bring."""

    def asked(lines: tuple[str, ...]) -> None:
        _ask(screen, task, Field("items", "Lines", value=", ".join(lines), required=False))

    screen.read("usual", lambda: screen.desk.read(requests.usual, task), asked)


def of_matter(screen: DeskScreen, matter: str) -> None:
    """What a matter needs of the client, on a task of its own."""
    _ask(screen, matter)


def no_longer(screen: DeskScreen, what: str, text: str) -> None:
    """A request, or one thing of it, is no longer asked for."""
    prompt(
        screen,
        "Ask for it no longer",
        (Field("reason", "Reason", hint="it stands in the record; the checklist stays as it is"),),
        lambda answers: screen.desk.write(requests.close, what, answers["reason"]),
        lambda done: f"{done.ref} no longer asks for it.",
        verb="ask no longer",
        about=[[part(text)]],
    )


def milestone(screen: DeskScreen, matter: str) -> None:
    """Set one of the matter's milestones."""

    def asked(line: tuple[MilestoneView, ...]) -> None:
        def act(answers: Answers) -> MilestoneView:
            wanted = answers["milestone"].casefold()
            name = next((m.milestone for m in line if m.title.casefold() == wanted), answers["milestone"])
            on = _day(screen, answers["on"])
            return screen.desk.write(milestones.reach, matter, name, on=on, note=answers["note"])

        ahead = tuple(m.title for m in line if m.on is None)
        prompt(
            screen,
            f"Milestone of {matter}",
            (
                Field("milestone", "Reached", "choice", "tab completes", value=ahead[0] if ahead else "",
                      choices=tuple(m.title for m in line)),
                Field("on", "On", "day", "today; 26 Nov", False),
                Field("note", "Note", required=False),
            ),
            act,
            lambda done: f"{done.title}, {legal(done.on)}."
            + (f" {done.message} to the client is to be released." if done.message else ""),
            about=_line(line),
        )  # fmt: skip

    screen.read("milestones", lambda: screen.desk.read(milestones.listing, matter), asked)


def request_lines(view: RequestView, moment: Moment) -> list[Line]:
    """A request in two lines: what is asked for and what came in; when it was asked and is asked again."""
    things = "   ".join(known("asked", item.state, item.words or item.text)[0] for item in view.items)
    there = sum(item.state == "in" for item in view.items)
    when = f"asked {moment.day(view.asked)}" if view.asked else "not asked yet"
    again = f", ask again {moment.day(view.ask_again)}" if view.ask_again else ""
    letters = ", ".join(f"{m['ref']} {_letter(m['state'])}" for m in view.messages)
    return [
        [part(things)],
        [part(f"{when}{again} · {there} of {some(len(view.items), 'thing')} in · {letters}", "warn")],
    ]


# --- within


def _ask(screen: DeskScreen, where: str, *first: Field) -> None:
    def act(answers: Answers) -> RequestView:
        lines = answers.texts.get("items", "")
        return screen.desk.write(
            requests.send,
            where,
            tuple(filter(None, (each.strip() for each in lines.split(",")))),
            papers=_several(answers["papers"]),
            questions=_several(answers["questions"]),
            again=_day(screen, answers["again"]),
        )

    prompt(
        screen,
        f"Ask the client for {where}",
        (
            *first,
            Field("papers", "Papers" if not first else "More papers", hint=SEVERAL, required=False),
            Field("questions", "Questions", hint=SEVERAL, required=False),
            Field("again", "Ask again", "day", "by the playbook or the firm; 26 Nov, +14", False),
        ),
        act,
        lambda done: " ".join(
            (f"{done.ref} to {done.to} is to be released; {done.task} waits.", *done.warnings)
        ),
        verb="ask",
    )


def _for(task: str | None) -> tuple[str, ...]:
    return () if task is None else (f"{task} is for the call back.",)


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in text.split(";"))))


def _day(screen: DeskScreen, text: str) -> date | None:
    return a_day(text, screen.moment.today if screen.moment else None) if text else None


def _letter(state: str) -> str:
    return {"awaiting_approval": "to be released", "approved": "to be sent"}.get(state, plain(state))


def _line(line: tuple[MilestoneView, ...]) -> list[Line]:
    return [
        [
            part(
                "   ".join(state(f"milestone.{'reached' if m.on else 'to_come'}", m.title)[0] for m in line),
                "dim",
            )
        ]
    ]
