"""A spreadsheet of clients becomes matters, one row a transaction; the same rows again create nothing; all of it is
undone at once.

Each matter that came in is an event whose request id is made of what the row says, so that a program killed in the
middle is simply run again, two that run at once bring a row in once, and a row that was mended elsewhere is the same
row. Nothing of the record is ever deleted: undoing drops the dates, cancels the work, closes the matter as imported
in error and says so on the trail; who worked on a matter since keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casedesk.desk import asked, calling_off, deadline_timers, deadlines, forms, matters
from casedesk.desk.closing import CLOSED, Ending
from casedesk.desk.deadline_rows import Day, enter, own_date
from casedesk.desk.importing_columns import Column, said_by_hand
from casedesk.desk.importing_plan import Plan, Problem, Row, Settled, SheetPlan, plan
from casedesk.desk.turn import Turn
from casedesk.matching.folding import fold
from casedesk.models.enums import DeadlineState, MatterStatus
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.routing.vocabulary import MATTER_TYPES, slug
from casedesk.store.unit_of_work import as_json

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.documents.spreadsheet import Spreadsheet

ORDERS = ("mdy", "dmy")
UNCONFIRMED = "imported, unconfirmed"
"""What stands with every date that came out of a spreadsheet, until a second person confirms it."""


@dataclass(frozen=True)
class Line:
    """What became of one row: `state` is `new` (it would be, or is, brought in), `there` (it is on record) or `held`."""

    sheet: str
    row: int
    client: str
    type: str
    language: str
    a_number: str | None
    forms: tuple[str, ...]
    dates: tuple[str, ...]
    state: str
    matter: str | None
    said: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """The whole report. `batch` undoes it; None where nothing was written. `columns` say what each was taken for."""

    file: str
    batch: str | None
    dry_run: bool
    sheets: tuple[SheetPlan, ...]
    rows: tuple[Line, ...]
    problems: tuple[Problem, ...]

    def count(self, state: str) -> int:
        return sum(1 for row in self.rows if row.state == state)


@dataclass(frozen=True)
class Undone:
    """What undoing one import did: the matters closed as imported in error, and those that were kept, with the reason."""

    batch: str
    withdrawn: tuple[str, ...]
    kept: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Spreadsheet:
    """A spreadsheet from disk, read within limits. Raises `Refusal` in words that name the file."""
    from casedesk.documents.child import ParseFailed
    from casedesk.documents.limits import SHEET_FILE_BYTES
    from casedesk.documents.spreadsheet import read_spreadsheet

    try:
        if not path.is_file():
            raise Refusal("no_file", f"There is no file {path}.", "Check the name.")
        with path.open("rb") as file:
            data = file.read(SHEET_FILE_BYTES + 1)
    except OSError as error:
        raise Refusal(
            "unreadable", f"{path} cannot be read: {error.strerror}.", "Check its rights."
        ) from error
    try:
        return read_spreadsheet(data, path.name)
    except ParseFailed as failed:
        hint = {
            "old_format": "Open it in the spreadsheet program and save it as XLSX without a password.",
            "too_large": "Bring it in in parts.",
            "too_many_rows": "Bring it in in parts.",
            "too_many_columns": "Delete the columns that are not about clients.",
            "bomb": "Do not open it; ask for the list itself.",
        }.get(failed.code, "Save it anew as XLSX or CSV.")
        raise Refusal(failed.code, f"{path.name} was not brought in. {failed.reason}", hint) from failed


def planned(
    turn: Turn,
    book: Spreadsheet,
    *,
    columns: Sequence[str] = (),
    dates: str | None = None,
    type: str | None = None,
    language: str = "en",
) -> Plan:
    """Every row as it would be brought in, with what is said by hand. Raises `Refusal`, `WrongUsage`."""
    kind = None if type is None else slug(type)
    if kind is not None and kind not in MATTER_TYPES:
        raise asked.unknown(str(type), "matter type", MATTER_TYPES)
    if dates is not None and dates not in ORDERS:
        raise asked.unknown(dates, "order of dates", ORDERS)
    people = {
        fold(name): person.handle for person in turn.people.values() for name in (person.handle, person.name)
    }
    return plan(
        book,
        Settled(turn.today, said_by_hand(columns), dates, kind, asked.language(language), people),
    )


def look(turn: Turn, a_plan: Plan) -> tuple[Line, ...]:
    """The report of a dry run: what each row would come to, with nothing written."""
    return tuple(_line(row, *_stands(turn, row)) for row in a_plan.rows)


def bring_in(desk: Desk, a_plan: Plan, rows: Callable[[Sequence[Row]], Iterator[Row]] = iter) -> Imported:
    """Bring every row in, each in a transaction of its own; run again, it goes on where it was stopped.

    `rows` goes through them, for a bar. A row that the desk refuses is reported, and the next one follows.
    """
    batch = desk.write(_begin, a_plan)
    lines = []
    for row in rows(a_plan.rows):
        if row.held:
            lines.append(_line(row, "held", None, row.held))
            continue
        try:
            lines.append(desk.write(_bring, a_plan, row, batch))
        except Refusal as refusal:
            if refusal.exit_status == 3:
                raise
            lines.append(_line(row, "held", None, refusal.sentence()))
    return report(a_plan, tuple(lines), batch)


def report(a_plan: Plan, lines: tuple[Line, ...], batch: str | None) -> Imported:
    """The lines of a plan with what its cells hold that will not do."""
    problems = tuple(problem for row in a_plan.rows for problem in row.problems)
    return Imported(a_plan.file, batch, batch is None, a_plan.sheets, lines, problems)


def undo(desk: Desk, batch: str) -> Undone:
    """Undo one import: exactly the matters it brought in, each in a transaction of its own. Run again, it goes on.

    Raises `NotFound` for no such import, `NotAllowed` for one that is another's to undo.
    """
    name = batch.strip().upper()
    withdrawn: list[str] = []
    kept: dict[str, str] = {}
    for ref in desk.read(_of_batch, name):
        why = desk.write(_withdraw, name, ref)
        if why:
            kept[ref] = why
        else:
            withdrawn.append(ref)
    desk.write(_end, name, len(withdrawn), len(kept))
    return Undone(name, tuple(sorted(withdrawn)), kept)


# --- one row


def _stands(turn: Turn, row: Row) -> tuple[str, str | None, str]:
    """Whether a row is on record: its state, its matter, and a sentence."""
    if row.held:
        return "held", None, row.held
    _, ref = _generation(turn, row.key)
    if ref is not None:
        return "there", ref, f"is {ref}, imported before"
    if row.a_number is not None:
        known = turn.uow.scalar("import.known", a_number=row.a_number, type=row.type)
        if known is not None:
            return "there", known, f"is {known}, which has its A-number and type"
    return "new", None, "to be brought in"


def _generation(turn: Turn, key: str) -> tuple[int, str | None]:
    """How often this row was brought in and undone, and the matter it is now."""
    times = 0
    while True:
        event = turn.uow.one("engine.event_of_request", request_id=f"import:{key}:{times}")
        if event is None:
            return times, None
        undone = turn.uow.one("engine.event_of_request", request_id=f"import-undone:{key}:{times}")
        if undone is None:
            return times, str(json.loads(event.outcome)["matter"])
        times += 1


def _bring(turn: Turn, a_plan: Plan, row: Row, batch: str) -> Line:
    state, ref, said = _stands(turn, row)
    if state != "new":
        return _line(row, state, ref, said)
    times, _ = _generation(turn, row.key)
    view = matters.open_matter(
        turn,
        row.type,
        row.client,
        language=row.language,
        priority=row.priority,
        caption=row.caption,
        a_number=row.a_number,
        born=row.born,
        phone=row.phone,
        email=row.email,
        address=row.address,
        paralegal=row.paralegal,
        attorney=row.attorney,
    )
    matter = turn.matter(view.ref)
    for name, number in row.forms:
        forms.form_add(
            turn,
            view.ref,
            name,
            receipt_number=number,
            received=row.received,
            priority_date=row.priority_date,
        )
        if row.expires is not None:
            forms.form_change(turn, view.ref, name, expires=row.expires)
    for due in row.due:
        day = Day(
            due.day,
            own_date(turn, due.day),
            f"{UNCONFIRMED}: {a_plan.file}, {row.sheet}, row {row.number}, column {due.column}",
        )
        deadline_id, _ = enter(
            turn,
            day,
            DeadlineState.PROVISIONAL,
            "imported",
            matter_id=matter.id,
            title=due.title,
            kind="other",
            authority=due.authority,
        )
        deadline_timers.arm(turn, deadline_id)
    where = {"matter": view.ref, "sheet": row.sheet, "row": row.number, "key": row.key}
    _event(turn, "matter.imported", batch, f"import:{row.key}:{times}", matter.id, where)
    # Last, so that whatever follows it on the matter's trail is work that a person has put in since.
    turn.uow.audit(
        "matter.imported",
        view.ref,
        matter_id=matter.id,
        batch=batch,
        file=a_plan.sha256,
        sheet=row.sheet,
        row=row.number,
    )
    return _line(row, "new", view.ref, f"brought in as {view.ref}")


def _line(row: Row, state: str, ref: str | None, said: str) -> Line:
    return Line(
        row.sheet,
        row.number,
        row.client,
        row.type,
        row.language,
        row.a_number,
        tuple(form if number is None else f"{form} {number}" for form, number in row.forms),
        tuple(f"{due.day} {due.title} ({due.authority}; {UNCONFIRMED})" for due in row.due),
        state,
        ref,
        said,
        tuple(row.notes),
    )


# --- one import


def _begin(turn: Turn, a_plan: Plan) -> str:
    """The import of this file: the one under way, which goes on, or a new one."""
    turn.require_inside("Bringing in a list of matters")
    times = 0
    while True:
        request = f"import-file:{a_plan.sha256}:{times}"
        event = turn.uow.one("engine.event_of_request", request_id=request)
        if event is None:
            break
        batch = str(event.subject)
        if turn.uow.one("engine.event_of_request", request_id=f"import-ended:{batch}") is None:
            return batch
        times += 1
    batch = turn.uow.new_ref("IM", "event")
    _event(turn, "import.begun", batch, request, None, {"file": a_plan.sha256, "rows": len(a_plan.rows)})
    turn.uow.audit("import.begun", batch, file=a_plan.sha256, rows=len(a_plan.rows))
    return batch


def _event(
    turn: Turn, trigger: str, batch: str, request_id: str, matter_id: int | None, outcome: dict[str, Any]
) -> None:
    turn.uow.insert(
        "event",
        id=turn.uow.new_id(),
        trigger=trigger,
        subject=batch,
        matter_id=matter_id,
        actor_id=turn.actor.id,
        at_us=turn.now_us,
        request_id=request_id,
        correlation=batch,
        outcome=as_json(outcome),
    )


def _opening(turn: Turn, batch: str) -> Any:
    row = turn.uow.one("import.opening", subject=batch)
    if row is None:
        raise NotFound("import", batch, "Its name, IM-..., stands at the end of its report.")
    if row.actor_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed(
            "not_yours",
            f"{batch} was brought in by {turn.handle(row.actor_id)}.",
            "Ask them, or a manager.",
        )
    return row


def _of_batch(turn: Turn, batch: str) -> tuple[str, ...]:
    _opening(turn, batch)
    return tuple(row.ref for row in turn.uow.all("import.batch", subject=batch))


def _withdraw(turn: Turn, batch: str, ref: str) -> str:
    """Close one matter as imported in error; the reason where it is kept instead. One that is undone already is no
    trouble."""
    _opening(turn, batch)
    row = next(found for found in turn.uow.all("import.batch", subject=batch) if found.ref == ref)
    undone = row.request_id.replace("import:", "import-undone:", 1)
    if turn.uow.one("engine.event_of_request", request_id=undone) is not None:
        return ""
    act = turn.uow.one("import.worked_on", stream=f"matter:{row.id}")
    if act is not None:
        return f"{act.actor} has worked on it since ({act.action}); close it by hand"
    if row.status == MatterStatus.CLOSED:
        return "it is closed already"
    for date in turn.uow.all("import.dates", matter_id=row.id):
        deadlines.drop(turn, date.ref, f"imported in error ({batch})")
    for form in turn.uow.all("import.receipts", matter_id=row.id):
        # The number is free for the matter it belongs to; what stood here stays on the trail.
        turn.uow.update("form", form.id, form.version, receipt_number=None, status="imported in error")
        turn.uow.audit(
            "form.changed", form.form, matter_id=row.id, before=form.receipt_number, receipt_number=None
        )
    for task in turn.uow.all("matter.open_tasks", matter_id=row.id):
        calling_off.task(turn, task, row.id, f"imported in error ({batch})")
    turn.uow.run("matter.stop_timers", matter_id=row.id, why=CLOSED)
    turn.uow.update("matter", row.id, row.version, status=MatterStatus.CLOSED.value, closed_us=turn.now_us)
    _event(turn, "matter.import_undone", batch, undone, row.id, {"matter": ref})
    how = Ending.IMPORTED_IN_ERROR.value
    turn.uow.audit("matter.closed", ref, matter_id=row.id, reason="imported in error", how=how, batch=batch)
    return ""


def _end(turn: Turn, batch: str, withdrawn: int, kept: int) -> None:
    request = f"import-ended:{batch}"
    if turn.uow.one("engine.event_of_request", request_id=request) is None:
        _event(turn, "import.undone", batch, request, None, {"withdrawn": withdrawn, "kept": kept})
        turn.uow.audit("import.undone", batch, withdrawn=withdrawn, kept=kept)


__all__ = ["Column", "Imported", "Line", "Undone", "bring_in", "look", "planned", "read", "report", "undo"]
