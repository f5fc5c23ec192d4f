"""`casedesk task`: the queue, and work on its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of
from casedesk.cli.words import After, Limit, TaskRef, aware, moment
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.work import ItemView, TaskDetail, TaskView

app = noun("The queue, and work on its tasks.")

Scope = Literal["mine", "team", "all", "unacknowledged", "waiting", "due"]
ItemRef = Annotated[
    str, typer.Argument(metavar="ITEM", help="A checklist item's id, as task show prints it.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    mine: Annotated[
        bool, typer.Option("--mine", help="My tasks; what is listed unless something else is asked.")
    ] = False,
    team: Annotated[bool, typer.Option("--team", help="My team's tasks.")] = False,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's tasks.")] = False,
    unacknowledged: Annotated[
        bool, typer.Option("--unacknowledged", help="Mine that wait for an acknowledgement.")
    ] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Mine that wait on somebody.")] = False,
    due: Annotated[bool, typer.Option("--due", help="What is due soon.")] = False,
    text: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only where this stands in title, matter or client.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="EXPR",
            help="As it asks, of everybody's: owner:@me due<=today+3d kind:rfe -state:waiting smith",
        ),
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List the queue, the most pressing first, and why each stands where it does.

    Example: casedesk task list --where 'owner:@me due<=today+3d kind:rfe "smith"'
    """
    from casedesk.desk import queue

    asked: dict[Scope, bool] = {
        "mine": mine,
        "team": team,
        "all": everybody,
        "unacknowledged": unacknowledged,
        "waiting": waiting,
        "due": due,
    }
    session = of(ctx)
    scope = "all" if where is not None and not any(asked.values()) else _one(asked)
    with session.desk() as desk:
        rows = desk.read(queue.queue, scope=scope, limit=limit, after=after, text=text, where=where or "")
    nothing = "Nothing waits here. Try casedesk task list --all."
    session.say_rows(rows, limit, _table, nothing if where is None else "No open task is like that.")


@app.command()
def show(ctx: typer.Context, task: TaskRef) -> None:
    """Show a task: its dates, its checklist, and what may be done with it now.

    Example: casedesk task show T-1F3K9A
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        detail = desk.read(tasks.show, task)
    if session.json:
        from casedesk.cli.encode import merged, plain

        rest = plain(detail)
        session.say(merged(rest.pop("task"), rest), lambda _, __: ())
    else:
        session.say(detail, _detail)


@app.command()
def ack(ctx: typer.Context, task: TaskRef) -> None:
    """Acknowledge a task: I have it.

    Example: casedesk task ack T-1F3K9A
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.acknowledge, task)
    _said(session, view)


@app.command()
def start(ctx: typer.Context, task: TaskRef) -> None:
    """Start work on a task; that acknowledges it too.

    Example: casedesk task start T-1F3K9A
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.start, task)
    _said(session, view)


@app.command()
def wait(
    ctx: typer.Context,
    task: TaskRef,
    on: Annotated[str, typer.Option(help="On whom: client, USCIS, an employer.")],
    until: Annotated[
        datetime, typer.Option(parser=moment, metavar="DATE", help="When to ask again: a date or an instant.")
    ],
    note: Annotated[str, typer.Option(help="A word about it.")] = "",
) -> None:
    """Put a task aside while somebody else has to act, until a day.

    Example: casedesk task wait T-1F3K9A --on client --until 2026-11-20
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        wake = aware(until, desk.zone)
        view = desk.write(tasks.wait, task, on=on, wake=wake, note=note)
    _said(session, view)


@app.command()
def hold(
    ctx: typer.Context,
    task: TaskRef,
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Put a task on hold for a reason; `task start` goes on with it. Its dates run on.

    Example: casedesk task hold T-1F3K9A --reason "The client decides first"
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.hold, task, reason=reason)
    _said(session, view)


@app.command("hand-off")
def hand_off(
    ctx: typer.Context,
    task: TaskRef,
    to: Annotated[str, typer.Option(metavar="HANDLE", help="Who gets it.")],
    note: Annotated[str, typer.Option(help="What that person must know.")],
) -> None:
    """Hand a task of mine to somebody, with a note.

    Example: casedesk task hand-off T-1F3K9A --to lchen --note "Birth certificate is with the translator"
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.hand_off, task, to=to, note=note)
    _said(session, view)


@app.command()
def reassign(
    ctx: typer.Context,
    task: TaskRef,
    to: Annotated[str, typer.Option(metavar="HANDLE", help="Who gets it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Give somebody's task to somebody else, with a reason.

    Example: casedesk task reassign T-1F3K9A --to lchen --reason "Workload"
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.reassign, task, to=to, reason=reason)
    _said(session, view)


@app.command()
def complete(ctx: typer.Context, task: TaskRef) -> None:
    """Complete a task; refused while a required item is open.

    Example: casedesk task complete T-1F3K9A
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.complete, task)
    _said(session, view)


@app.command()
def undo(ctx: typer.Context, task: TaskRef) -> None:
    """Take back my last act on a task.

    Example: casedesk task undo T-1F3K9A
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.undo, task)
    _said(session, view)


@app.command()
def tick(
    ctx: typer.Context,
    task: TaskRef,
    item: ItemRef,
    note: Annotated[str | None, typer.Option(help="A word about it.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="The paper that goes with it.")] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Refuse when the item has changed since.")
    ] = None,
) -> None:
    """Tick a checklist item; that starts the task, and acknowledges it.

    Example: casedesk task tick T-1F3K9A original --note "Original is in safe 2"
    """
    from casedesk.desk import tasks
    from casedesk.desk.reading import prepare

    session = of(ctx)
    prepared = prepare(file) if file else None
    with session.desk() as desk:
        view = desk.write(tasks.tick, task, item, note=note, prepared=prepared, version=version)
    session.say(view, _item)


@app.command()
def untick(ctx: typer.Context, task: TaskRef, item: ItemRef) -> None:
    """Take a tick back.

    Example: casedesk task untick T-1F3K9A original
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.untick, task, item)
    session.say(view, _item)


@app.command()
def waive(
    ctx: typer.Context,
    task: TaskRef,
    item: ItemRef,
    reason: Annotated[str, typer.Option(help="Why it is not needed.")],
) -> None:
    """Waive a checklist item, by someone who may, with a reason.

    Example: casedesk task waive T-1F3K9A translations --reason "All papers are in English"
    """
    from casedesk.desk import tasks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(tasks.waive, task, item, reason=reason)
    session.say(view, _item)


def _one(asked: dict[Scope, bool]) -> Scope:
    scopes = [scope for scope, wanted in asked.items() if wanted]
    if len(scopes) > 1:
        named = " and ".join(f"--{scope}" for scope in scopes)
        raise WrongUsage("usage", f"{named} cannot be asked for together.", "Ask for one of them.")
    return scopes[0] if scopes else "mine"


def _said(session: Session, view: TaskView) -> None:
    session.say(view, lambda view, paper: _facts(view, paper))


def _table(rows: Sequence[TaskView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("TASK", "WHAT", "MATTER", "CLIENT", "STATE", "OWNER", "DUE", "AGENCY DUE", "DONE", "WHY HERE"),
        [
            (
                view.ref,
                view.title,
                view.matter or "no matter yet",
                view.caption or "",
                _state(view, paper),
                view.owner,
                paper.at(view.due),
                str(view.agency_due or ""),
                f"{view.items_done}/{view.items_total}" if view.items_total else "",
                "; ".join(view.rank_reason),
            )
            for view in rows
        ],
        give=("WHAT", "CLIENT", "STATE", "WHY HERE"),
    )


def _state(view: TaskView, paper: Paper) -> str:
    state = view.status.replace("_", " ")
    if view.waiting_on and view.status == "waiting":
        state += f" on {view.waiting_on}"
        state += f", ask again {paper.at(view.wake_up)}" if view.wake_up else ""
    return state


def _facts(view: TaskView, paper: Paper, *beside: tuple[str, object]) -> Iterator[str]:
    yield f"{view.ref}  {view.title}"
    acknowledged = f"{paper.at_zone(view.acknowledged_at)}" if view.acknowledged_at else ""
    yield from paper.facts(
        [
            ("matter", "  ".join(filter(None, (view.matter or "no matter yet", view.caption, view.form)))),
            ("state", _state(view, paper)),
            ("owner", f"{view.owner}: {view.owner_reason}" if view.owner_reason else view.owner),
            ("acknowledged", acknowledged),
            ("acknowledge by", "" if acknowledged else paper.at_zone(view.acknowledge_by)),
            ("due", paper.at_zone(view.due)),
            ("our date", paper.day(view.internal_due)),
            (f"{view.agency or 'agency'} due", paper.day(view.agency_due)),
            ("arrived", "late: our date had passed already" if view.arrived_late else ""),
            ("priority", view.priority),
            ("reserved", "an attorney's work" if view.reserved else ""),
            ("hand-off note", view.handoff_note),
            *beside,
            ("why here", "; ".join(view.rank_reason)),
        ]
    )


_MARKS = {"open": "[ ]", "done": "[x]", "waived": "[-]"}


def _item(view: ItemView, paper: Paper) -> Iterator[str]:
    words = [_MARKS.get(view.state, f"[{view.state}]"), f"{view.id}:", view.text]
    said = [
        "" if view.required else "optional",
        "attorney's" if view.reserved else "",
        f"waived: {view.reason}" if view.state == "waived" else "",
        f"note: {view.note}" if view.note else "",
        f"document {view.document}" if view.document else "",
        f"by {view.done_by} {paper.at(view.done_at)}" if view.done_by and view.state != "open" else "",
        view.hint if view.state == "open" else "",
    ]
    yield " ".join(words) + "".join(f" ({word})" for word in said if word)


def _detail(detail: TaskDetail, paper: Paper) -> Iterator[str]:
    under = detail.supervisor and f"{detail.supervisor} ({detail.supervision}, {detail.supervised})"
    yield from _facts(
        detail.task,
        paper,
        ("packet", detail.packet),
        ("reviews", detail.reviews),
        ("under", under),
        ("instructions", detail.instructions),
    )
    if detail.checklist:
        yield ""
        yield "Checklist"
        for item in detail.checklist:
            yield from (f"  {line}" for line in _item(item, paper))
    yield ""
    yield f"You may: {', '.join(detail.allowed)}" if detail.allowed else "You may look, nothing else."
