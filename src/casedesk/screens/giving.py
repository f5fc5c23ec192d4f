"""Tasks into other hands, one or all that are marked: one dialog, one reason, one undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casedesk.desk import tasks
from casedesk.desk.turn import Turn
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, part, some
from casedesk.screens.names import Names
from casedesk.screens.widgets.prompt import Answers, Field, prompt

SHOWN = 4
"""So many of the marked tasks are named in the dialog; the others are counted."""


@dataclass(frozen=True)
class Given:
    """What came of giving several tasks: those that went, and for each that stayed why."""

    tasks: tuple[TaskView, ...]
    stayed: tuple[Refusal, ...] = ()


def with_people(screen: DeskScreen, go_on: Callable[[Names], None]) -> None:
    """Ask at once where the people are known: a question that opens late loses what is typed ahead."""
    app = screen.desk_app
    if app.names.people:
        go_on(app.names)
    else:
        screen.read("people", app.know_people, go_on)


def hand_off(
    screen: DeskScreen,
    known: Sequence[TaskView],
    ids: Sequence[str] = (),
    then: Callable[[], None] | None = None,
) -> None:
    """Ask to whom, and for the note without which nothing changes hands."""

    def give(turn: Turn, ref: str, to: str, words: str) -> TaskView:
        return tasks.hand_off(turn, ref, to=to, note=words)

    note = Field("words", "Note", hint="what is done, what is next, what to mind")
    _ask(screen, "Hand off", known, ids, note, give, then)


def reassign(
    screen: DeskScreen,
    known: Sequence[TaskView],
    ids: Sequence[str] = (),
    then: Callable[[], None] | None = None,
) -> None:
    """Ask to whom and why; the reason stands in the record of each."""

    def give(turn: Turn, ref: str, to: str, words: str) -> TaskView:
        return tasks.reassign(turn, ref, to=to, reason=words)

    _ask(screen, "Reassign", known, ids, Field("words", "Reason"), give, then)


def _ask(
    screen: DeskScreen,
    what: str,
    known: Sequence[TaskView],
    ids: Sequence[str],
    words: Field,
    give: Callable[[Turn, str, str, str], TaskView],
    then: Callable[[], None] | None,
) -> None:
    """`known` are tasks to give whose lines are there, `ids` those and others that a filter hides."""
    wanted = tuple(ids) or tuple(task.id for task in known)
    one = known[0] if len(wanted) == 1 and known else None
    title = f"{what} {one.ref} {one.title}" if one else f"{what} {some(len(wanted), 'marked task')}"

    def asked(names: Names) -> None:
        def act(answers: Answers) -> Given:
            return _give(screen, wanted, names.whom(answers["to"]), answers["words"], give)

        def done(given: Given) -> None:
            screen.desk_app.gesture = tuple(task.ref for task in given.tasks)
            if then is not None:
                then()

        prompt(
            screen,
            title,
            (Field("to", "To", "choice", "a name; tab completes", choices=names.choices()), words),
            act,
            lambda given: _said(screen, given),
            verb=what.lower(),
            about=[*(() if one else _listed(known, len(wanted))), [part(names.listed(), "dim")]],
            then=done,
        )

    with_people(screen, asked)


def take_back(screen: DeskScreen, refs: Sequence[str]) -> Given:
    """One undo for all of a gesture: each for itself, one with which somebody has gone on keeps no other."""
    return _each(refs, lambda ref: screen.desk.write(tasks.undo, ref))


def taken_back(screen: DeskScreen, given: Given) -> str:
    """What came of it, as a sentence."""
    which = given.tasks[0].ref if len(given.tasks) == 1 else f"{len(given.tasks)} tasks"
    return f"Taken back on {which}.{_stayed(screen, given)}"


def _give(
    screen: DeskScreen,
    ids: tuple[str, ...],
    to: str,
    words: str,
    give: Callable[[Turn, str, str, str], TaskView],
) -> Given:
    return _each(ids, lambda each: screen.desk.write(give, each, to, words))


def _each(refs: Sequence[str], act: Callable[[str], TaskView]) -> Given:
    """Each for itself: one that may not go keeps no other. Raises the first refusal where none went."""
    went: list[TaskView] = []
    stayed: list[Refusal] = []
    for each in refs:
        try:
            went.append(act(each))
        except StoreUnavailable:
            raise
        except Refusal as refusal:
            stayed.append(refusal)
    if not went:
        raise stayed[0]
    return Given(tuple(went), tuple(stayed))


def _said(screen: DeskScreen, given: Given) -> str:
    whose = screen.names.short(given.tasks[0].owner)
    which = given.tasks[0].ref if len(given.tasks) == 1 else f"{len(given.tasks)} tasks"
    undo = screen.keymap.key(f"{screen.NAME}.undo")
    said = f"{which} {'is' if len(given.tasks) == 1 else 'are'} with {whose} now. {undo} takes it back."
    return said + _stayed(screen, given)


def _stayed(screen: DeskScreen, given: Given) -> str:
    return f" {len(given.stayed)} stayed: {screen.names.say(given.stayed[0].message)}" if given.stayed else ""


def _listed(known: Sequence[TaskView], count: int) -> list[Line]:
    lines: list[Line] = [
        [part(f"  {task.ref} {task.title}"), part(f"  {task.caption or ''}", "dim")] for task in known[:SHOWN]
    ]
    rest = count - len(lines)
    return [*lines, [part(f"  and {rest} more", "dim")]] if rest else lines
