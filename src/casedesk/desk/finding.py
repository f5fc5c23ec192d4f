"""Anything by name: matters, their people and numbers, the firm's people, tasks.

Names are compared without case and accents in Python, over at most `MOST` rows of each kind (the open and newest
matters first): no index of either store knows both foldings, and a firm's names fit in one read. Every word of the
question must occur. Numbers are compared by their digits: an A-number or a receipt number whole or by its last four
or more, a telephone number by four or more digits in a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from casedesk.desk import asked
from casedesk.desk.turn import Turn
from casedesk.desk.views import Hit
from casedesk.models.identifiers import show_receipt

MOST = 20_000
FEWEST_DIGITS = 4

_NUMBER = re.compile(r"[A-Za-z]{0,3}[\s#-]*[0-9][0-9\s().+#-]*")
_TASK_REF = re.compile(r"T-[0-9A-Z]{1,6}", re.IGNORECASE)


@dataclass
class _Question:
    """What was typed, made comparable once."""

    text: str
    words: tuple[str, ...] = ()
    letters: str = ""
    digits: str = ""

    def __post_init__(self) -> None:
        self.words = tuple(asked.fold(self.text).split())
        if _NUMBER.fullmatch(self.text.strip()):
            bare = re.sub(r"[^0-9A-Za-z]", "", self.text).upper()
            self.letters = bare.rstrip("0123456789")
            self.digits = bare[len(self.letters) :]

    def named(self, hay: str) -> bool:
        return all(word in hay for word in self.words)

    def part_of(self, ref: str) -> bool:
        """A part of a matter's number, "2026-00" or "0042"; fewer than four characters are no number yet."""
        return len(self.words) == 1 and len(self.words[0]) >= FEWEST_DIGITS and self.words[0] in ref

    def numbered(self, number: str | None) -> bool:
        """A printed number: the whole of it, its beginning with its letters, or its last four digits or more."""
        if number is None or len(self.digits) < FEWEST_DIGITS:
            return False
        if self.letters:
            return number.startswith(self.letters + self.digits) or (
                self.letters == "A" and number[0] == "A" and number[1:].lstrip("0") == self.digits.lstrip("0")
            )
        return number.endswith(self.digits)

    def dialled(self, phone: str) -> bool:
        if self.letters or len(self.digits) < FEWEST_DIGITS or not phone:
            return False
        return self.digits in re.sub(r"\D", "", phone)


@dataclass
class _Found:
    """Matters by id with how well they fit (0 is best), and the lines that say why."""

    rank: dict[int, int] = field(default_factory=dict)
    hits: dict[int, Hit] = field(default_factory=dict)

    def add(self, matter_id: int, rank: int, hit: Hit) -> None:
        if matter_id not in self.rank or rank < self.rank[matter_id]:
            self.rank[matter_id], self.hits[matter_id] = rank, hit


def find(turn: Turn, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """The best `limit` answers: a ref or number that fits whole first, then beginnings of names, then the rest."""
    question = _Question(text)
    if not question.words:
        return ()
    most = asked.page(limit)
    matters = _matters(turn, question)
    ranked = [(matters.rank[key], i, matters.hits[key]) for i, key in enumerate(matters.rank)]
    ranked += [(rank, -1, hit) for rank, hit in (*_people(turn, question), *_tasks(turn, question, most))]
    ranked.sort(key=lambda found: found[:2])
    return tuple(hit for _, _, hit in ranked[:most])


def matters_named(turn: Turn, text: str) -> frozenset[int]:
    """The ids of the matters that `find` would name for `text`."""
    return frozenset(_matters(turn, _Question(text)).rank)


def _matters(turn: Turn, question: _Question) -> _Found:
    found = _Found()
    parties = turn.uow.all("find.parties", most=MOST)
    names: dict[int, list[str]] = {}
    for row in parties:
        names.setdefault(row.matter_id, []).append(asked.fold(row.name))
    for row in turn.uow.all("find.matters", most=MOST):
        rank = _matter_rank(question, row, names.get(row.id, []))
        if rank is not None:
            state = "" if row.status == "open" else f" · {row.status.replace('_', ' ')}"
            line = f"{row.caption} · {row.type.replace('_', ' ')}{state}"
            found.add(row.id, rank, Hit("matter", row.ref, line))
    for row in parties:
        rank = _party_rank(question, row)
        if rank is not None:
            caption = "" if row.caption == row.name else f" · {row.caption}"
            number = f" · {row.a_number}" if rank == 1 else ""
            line = f"{row.name} · {row.role.replace('_', ' ')}{caption}{number}"
            found.add(row.matter_id, rank, Hit("party", row.ref, line))
    if len(question.digits) >= FEWEST_DIGITS:
        for row in turn.uow.all("find.receipts", most=MOST):
            if question.numbered(row.receipt_number):
                line = f"{row.caption} · {row.form} {show_receipt(row.receipt_number)}"
                found.add(row.matter_id, 1, Hit("matter", row.ref, line))
    return found


def _matter_rank(question: _Question, row: Any, names: list[str]) -> int | None:
    """How well a matter fits, 0 best; None when it does not."""
    ref = row.ref.lower()
    if question.words == (ref,):
        return 0
    caption = asked.fold(row.caption)
    own = caption if row.client == row.caption else f"{caption} {asked.fold(row.client)}"
    if row.email:
        own = f"{own} {row.email.lower()}"
    if question.named(own):
        return 2 if any(word.startswith(question.words[0]) for word in re.findall(r"\w+", own)) else 4
    if question.dialled(row.phone):
        return 3
    together = len(question.words) > 1 and question.named(" ".join([own, *names]))
    return 5 if together or question.part_of(ref) else None


def _party_rank(question: _Question, row: Any) -> int | None:
    if question.numbered(row.a_number):
        return 1
    if question.named(asked.fold(row.name)) or question.dialled(row.phone):
        return 3
    return 3 if row.email and question.named(row.email.lower()) else None


def _people(turn: Turn, question: _Question) -> list[tuple[int, Hit]]:
    found = []
    for row in turn.uow.all("person.everyone"):
        if row.active and question.named(asked.fold(f"{row.handle} {row.name} {row.email}")):
            roles = ", ".join(sorted(r.replace("_", " ") for r in turn.people[row.id].roles))
            rank = 1 if question.words == (row.handle,) else 3
            found.append((rank, Hit("person", row.handle, f"{row.name} · {roles}")))
    return found


def _tasks(turn: Turn, question: _Question, limit: int) -> list[tuple[int, Hit]]:
    wanted = question.text.strip().upper()
    if not _TASK_REF.fullmatch(wanted):
        return []
    rows = turn.uow.all("find.tasks", first=wanted, beyond=f"{wanted}~", limit=limit)
    return [
        (
            0,
            Hit(
                "task", row.ref, f"{row.title} · {row.caption or 'no matter'} · {row.state.replace('_', ' ')}"
            ),
        )
        for row in rows
    ]
