"""A list of clients as the desk would bring it in: every row read, every cell that will not do named. Pure.

A cell that says who it is (name, type, A-number) holds its whole row back until it is mended; any other that will
not do is left out of the row, and named with sheet, row, column, what it holds and what to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from casedesk.desk import importing_cells as cells
from casedesk.desk.importing_cells import BadCell
from casedesk.desk.importing_columns import FIELDS, Column, assign, field_of
from casedesk.documents.spreadsheet import Broken, Cell, Formula, Sheet, Spreadsheet
from casedesk.matching.folding import fold
from casedesk.refusal import Refusal
from casedesk.security.canonical import canonical_json

T = TypeVar("T")
HEADING_ROWS = 20
"""How far down a sheet its headings are looked for."""

_PAST_DATES = frozenset({"born", "priority_date", "received"})
_DATES = frozenset({*_PAST_DATES, "expires", "due"})


@dataclass(frozen=True, slots=True)
class Settled:
    """What is said once for the whole file: `order` of days in figures, and what rows without the cell are given."""

    today: date
    columns: Mapping[str, str] = field(default_factory=dict)
    order: str | None = None
    type: str | None = None
    language: str = "en"
    people: Mapping[str, str] = field(default_factory=dict)
    """Handles by folded handle and folded name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that will not do. `holds` is what stands in it; `held` says that its whole row waits for it."""

    sheet: str
    row: int
    column: str
    heading: str
    holds: str
    why: str
    next: str
    held: bool

    def sentence(self) -> str:
        at = f"{self.sheet}, row {self.row}, column {self.column}"
        named = f" ({self.heading})" if self.heading else ""
        return f"{at}{named}: {self.holds!r} {self.why}. {self.next}"


@dataclass(frozen=True, slots=True)
class Due:
    """A date to keep, as its column names it."""

    title: str
    day: date
    authority: str
    column: str


@dataclass(slots=True)
class Row:
    """One row as it would be brought in. `forms` are form and receipt number; `held`: why it would not be."""

    sheet: str
    number: int
    client: str = ""
    type: str = ""
    language: str = ""
    priority: str = "standard"
    a_number: str | None = None
    born: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    caption: str | None = None
    paralegal: str | None = None
    attorney: str | None = None
    forms: tuple[tuple[str, str | None], ...] = ()
    receipts: tuple[str, ...] = ()
    received: date | None = None
    priority_date: date | None = None
    expires: date | None = None
    due: tuple[Due, ...] = ()
    held: str = ""
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What makes this row the same wherever it stands, and whatever else in it was mended since."""
        who = [fold(self.client), self.a_number, str(self.born or ""), self.type, sorted(self.receipts)]
        return hashlib.sha256(canonical_json(who)).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet: which row has its headings, what its columns are, and how each writes days in figures (by the sign
    between them); `left_out` says why nothing of it comes in."""

    name: str
    heading_row: int
    columns: tuple[Column, ...]
    orders: Mapping[str, Mapping[str, str]]
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole file as it would be brought in."""

    file: str
    sha256: str
    sheets: tuple[SheetPlan, ...]
    rows: tuple[Row, ...]


def plan(book: Spreadsheet, settled: Settled) -> Plan:
    """Read every row. Raises `Refusal` where no sheet has a column of names, or a column named by hand is not there."""
    sheets: list[SheetPlan] = []
    rows: list[Row] = []
    for sheet in book.sheets:
        about = _headings(sheet, settled.columns)
        sheets.append(about)
        if not about.left_out:
            rows.extend(_rows(sheet, about, settled))
    _all_columns_found(sheets, settled.columns)
    if all(sheet.left_out for sheet in sheets):
        raise Refusal(
            "no_names",
            f"No sheet of {book.name} has a column of client names.",
            "Name it with --column 'HEADING=client'.",
        )
    _twice(rows)
    return Plan(book.name, book.sha256, tuple(sheets), tuple(rows))


# --- headings


def _headings(sheet: Sheet, by_hand: Mapping[str, str]) -> SheetPlan:
    if sheet.hidden:
        return SheetPlan(sheet.name, 0, (), {}, "it is hidden; show it in the spreadsheet to bring it in")
    best: tuple[int, int, tuple[Column, ...]] | None = None
    for number, row in sheet.rows[:HEADING_ROWS]:
        columns = assign([_heading(cell) for cell in row], by_hand)
        known = {column.field for column in columns} - {None}
        named = known >= {"client"} or known >= {"first", "last"}
        if named and (best is None or len(known) > best[0]):
            best = (len(known), number, columns)
    if best is None:
        return SheetPlan(sheet.name, 0, (), {}, "none of its columns holds client names")
    _, number, columns = best
    body = [row for at, row in sheet.rows if at > number]
    orders = {
        column.letter: order
        for place, column in enumerate(columns)
        if column.field in _DATES
        and (order := cells.order_of(row[place] for row in body if place < len(row)))
    }
    return SheetPlan(sheet.name, number, columns, orders)


def _heading(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _all_columns_found(sheets: Sequence[SheetPlan], by_hand: Mapping[str, str]) -> None:
    from casedesk.desk.importing_columns import bare

    there = {name for s in sheets for c in s.columns for name in (bare(c.heading), c.letter.lower())}
    for name in by_hand:
        if name not in there:
            known = ", ".join(dict.fromkeys(c.heading for s in sheets for c in s.columns if c.heading))
            raise Refusal(
                "no_column", f"No column is headed {name!r}.", f"There are: {known}." if known else ""
            )


# --- rows


def _rows(sheet: Sheet, about: SheetPlan, settled: Settled) -> Iterator[Row]:
    for number, values in sheet.rows:
        if number > about.heading_row:
            yield _Reader(sheet, about, settled, number, values).row


class _Reader:
    """Reads one row."""

    def __init__(
        self, sheet: Sheet, about: SheetPlan, settled: Settled, number: int, values: Sequence[Cell]
    ) -> None:
        self.sheet, self.about, self.settled = sheet, about, settled
        self.row = Row(sheet.name, number)
        self.given: dict[str, list[tuple[Column, Cell]]] = {}
        for column, value in zip(about.columns, values, strict=False):
            if column.field is not None and value is not None:
                self.given.setdefault(column.field, []).append((column, value))
        self._read()

    def _read(self) -> None:
        row = self.row
        row.client = self._client()
        row.a_number = self._one("a_number", cells.a_number, None, holds_back=True)
        row.born = self._one("born", lambda cell: self._day("born", cell), None)
        row.forms = tuple((form, None) for form in self._forms())
        row.type = self._type()
        row.language = self._one("language", cells.language, "")
        if not row.language:
            row.language = self.settled.language
            row.notes.append(f"language {row.language}, as said for rows without one")
        row.priority = self._one("priority", cells.priority, "standard")
        row.phone = self._one("phone", lambda cell: cells.text(cell, phone=True), "")
        row.email = self._one("email", cells.email, "")
        row.address = self._one("address", cells.text, "")
        row.caption = self._one("caption", cells.text, None)
        row.paralegal = self._one("paralegal", self._person, None)
        row.attorney = self._one("attorney", self._person, None)
        self._receipts()
        self._form_dates()
        self._due()

    def _client(self) -> str:
        whole = self._one("client", cells.text, "", holds_back=True)
        if not whole:
            halves = [self._one(half, cells.text, "", holds_back=True) for half in ("first", "last")]
            whole = " ".join(half for half in halves if half)
        if not whole and not self.row.held:
            self.row.held = "it names no client"
        return whole

    def _forms(self) -> list[str]:
        from casedesk.desk import asked

        def read(word: str) -> str:
            try:
                return asked.form_name(word)
            except Refusal as refusal:
                raise BadCell("is no form", refusal.next) from None

        return list(dict.fromkeys(self._each("form", read)))

    def _type(self) -> str:
        said = self._one("type", cells.matter_type, "", holds_back=True)
        if said or self.row.held:
            return said
        spoken = {kind for form, _ in self.row.forms if (kind := cells.FORM_TYPE.get(form))}
        if len(spoken) == 1:
            found = spoken.pop()
            self.row.notes.append(f"type {found}, from its form")
            return found
        if self.settled.type is not None:
            self.row.notes.append(f"type {self.settled.type}, as said for rows without one")
            return self.settled.type
        self.row.held = "it says no type of matter; write one, or give --type for rows without"
        return ""

    def _person(self, cell: Cell) -> str:
        found = self.settled.people.get(fold(cells.text(cell)))
        if found is None:
            raise BadCell("is nobody of the firm", "Write a handle or full name of `casedesk person list`.")
        return found

    def _receipts(self) -> None:
        from casedesk.desk.matters import MAIN_FORM

        numbers = tuple(dict.fromkeys(self._each("receipt", cells.receipt)))
        self.row.receipts = numbers
        if not numbers:
            return
        forms = [form for form, _ in self.row.forms]
        main = MAIN_FORM.get(self.row.type)
        if not forms and len(numbers) == 1 and main is not None:
            self.row.forms = ((main, numbers[0]),)
            self.row.notes.append(f"the receipt number stands on {main}, the usual form of its type")
        elif len(forms) == len(numbers):
            self.row.forms = tuple(zip(forms, numbers, strict=True))
            if len(forms) > 1:
                self.row.notes.append("forms and receipt numbers go together in the order they stand")
        else:
            column, cell = self.given["receipt"][0]
            self._bad(
                column,
                cell,
                BadCell(
                    f"gives {len(numbers)} receipt number{'s' * (len(numbers) != 1)} and the row"
                    f" {len(forms) or 'no'} form{'s' * (len(forms) != 1)}, so that nobody knows which belongs to which",
                    "Write as many forms in the same order, or add each with `casedesk matter form add`.",
                ),
            )

    def _form_dates(self) -> None:
        found = {}
        for name in ("received", "priority_date", "expires"):
            day = self._one(name, partial(self._day, name), None)
            if day is None:
                continue
            if len(self.row.forms) != 1:
                column, cell = self.given[name][0]
                self._bad(
                    column,
                    cell,
                    BadCell(
                        f"belongs to one form, and the row has {len(self.row.forms) or 'none'}",
                        "Enter it with `casedesk matter form change`.",
                    ),
                )
                continue
            found[name] = day
        self.row.received = found.get("received")
        self.row.priority_date = found.get("priority_date")
        self.row.expires = found.get("expires")

    def _due(self) -> None:
        found = []
        for column, cell in self.given.get("due", ()):
            day = self._cell(column, cell, partial(self._day, "due", column=column), None)
            if day is None:
                continue
            if day < self.settled.today:
                self._bad(
                    column,
                    cell,
                    BadCell(f"is {day}, a day that is over", "If it was met, note so on the matter."),
                )
                continue
            title = column.heading if field_of(column.heading) == "due" else f"{column.heading} (imported)"
            court = {"hearing", "court", "audiencia"} & set(fold(column.heading).split())
            found.append(Due(title[:200], day, "court" if court else "USCIS", column.letter))
        self.row.due = tuple(found)

    def _day(self, field: str, cell: Cell, column: Column | None = None) -> date:
        if isinstance(cell, bool):
            raise BadCell("is no day", "Write it like 2026-11-30.")
        where = column or self.given[field][0][0]
        orders = self.about.orders.get(where.letter, {})
        if self.settled.order is not None:
            orders = dict.fromkeys("/.- ", self.settled.order)
        return cells.day(
            cell,
            orders=orders,
            today=self.settled.today,
            past=field in _PAST_DATES,
            epoch_1904=self.sheet.epoch_1904,
        )

    # -- one cell

    def _one(self, field: str, read: Callable[[Cell], T], without: T, *, holds_back: bool = False) -> T:
        for column, cell in self.given.get(field, ()):
            return self._cell(column, cell, read, without, holds_back=holds_back)
        return without

    def _cell(
        self,
        column: Column,
        cell: Cell,
        read: Callable[[Cell], T],
        without: T,
        *,
        holds_back: bool = False,
    ) -> T:
        try:
            return read(cell)
        except BadCell as bad:
            self._bad(column, cell, bad, holds_back=holds_back)
            return without

    def _each(self, field: str, read: Callable[[str], str]) -> Iterable[str]:
        for column, cell in self.given.get(field, ()):
            words: tuple[str, ...] = self._cell(column, cell, cells.parts, ())
            for word in words:
                try:
                    yield read(word)
                except BadCell as bad:
                    self._bad(column, word, bad)

    def _bad(self, column: Column, cell: Cell, bad: BadCell, *, holds_back: bool = False) -> None:
        holds = cell.text if isinstance(cell, Formula | Broken) else str(cell)
        self.row.problems.append(
            Problem(
                self.row.sheet,
                self.row.number,
                column.letter,
                column.heading,
                holds if len(holds) <= 80 else holds[:79] + "…",
                bad.why,
                bad.next,
                holds_back,
            )
        )
        if holds_back and not self.row.held:
            self.row.held = f"its {column.heading or column.letter} {bad.why}"


def _twice(rows: Sequence[Row]) -> None:
    """Two rows that nothing tells apart are one, and the second is named; two of one name are said to be two.

    An A-number under two names waits for somebody who knows whose it is: it is one person's.
    """
    first: dict[str, Row] = {}
    names: dict[str, Row] = {}
    numbers: dict[str, Row] = {}
    for row in rows:
        if row.held:
            continue
        same = first.setdefault(row.key, row)
        if same is not row:
            row.held = (
                f"nothing tells it from {same.sheet}, row {same.number}; if they are two people, write the A-number"
                " or the birth date of each"
            )
            continue
        owner = row if row.a_number is None else numbers.setdefault(row.a_number, row)
        if fold(owner.client) != fold(row.client):
            row.held = (
                f"{row.a_number} is {owner.client}'s in {owner.sheet}, row {owner.number}; mend the number, or write the"
                " name alike"
            )
            continue
        other = names.setdefault(fold(row.client), row)
        if other is not row:
            row.notes.append(f"the same name as {other.sheet}, row {other.number}, and another matter")


__all__ = ["FIELDS", "Due", "Plan", "Problem", "Row", "Settled", "SheetPlan", "plan"]
