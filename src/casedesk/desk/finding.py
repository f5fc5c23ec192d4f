"""Anything by name: matters, their people and numbers, the firm's people, tasks.

A name is found by the beginnings of its words, without case and accents, in Latin letters or its own: every word of
the question must begin one of a matter's. The store looks them up among the keys of names (`name_key`), on a shared
store with a function that sees no more than whoever asks. Numbers are compared by their digits: an A-number or a
receipt number whole or by its last four or more, a telephone number by four or more digits in a row; a mail address by
any part of it with its @. A task is found by how its ref begins, one's own open ones by words of their titles too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from casedesk.desk import asked, roster
from casedesk.desk.turn import Turn
from casedesk.desk.views.matters import Hit
from casedesk.matching import folding
from casedesk.models.identifiers import show_receipt
from casedesk.store.unit_of_work import as_json

FEWEST_DIGITS = 4
MOST_OWN = 500
"""So many of somebody's open tasks are looked through for their titles, nearest first."""
LAST = 9
"""The rank of what is found by its title alone: behind every name."""

_NUMBER = re.compile(r"[A-Za-z]{0,3}[\s#-]*[0-9][0-9\s().+#-]*")
_PART_OF_A_REF = re.compile(r"[m0-9-]{4,}")
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

    def params(self) -> dict[str, str]:
        """What the store is asked: beginnings of words, a part of a matter's number, digits, a part of an address."""
        typed = self.text.strip().lower()
        return {
            "words": as_json(list(dict.fromkeys(folding.words(self.text)))),
            "ref": typed if _PART_OF_A_REF.fullmatch(typed) else "",
            "letters": self.letters,
            "digits": self.digits if len(self.digits) >= FEWEST_DIGITS else "",
            "mail": typed if "@" in typed and len(typed) >= FEWEST_DIGITS else "",
        }


def find(turn: Turn, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """The best `limit` answers: a ref or number that fits whole first, then names, then the rest."""
    question = _Question(text)
    if not question.words:
        return ()
    most = asked.page(limit)
    rows = turn.uow.all("find.matters", **question.params(), most=most)
    ranked = [(row.rank, place, _hit(row)) for place, row in enumerate(rows)]
    ranked += [(rank, -1, hit) for rank, hit in (*_people(turn, question), *_tasks(turn, question, most))]
    ranked.sort(key=lambda found: found[:2])
    return tuple(hit for _, _, hit in ranked[:most])


def matters_named(turn: Turn, text: str) -> frozenset[int]:
    """The ids of the matters that `find` would name for `text`, however many."""
    return frozenset(row.matter_id for row in turn.uow.all("find.named", **_Question(text).params()))


def _hit(row: Any) -> Hit:
    if row.receipt_number is not None:
        return Hit("matter", row.ref, f"{row.caption} · {row.form} {show_receipt(row.receipt_number)}")
    if row.party is not None:
        caption = "" if row.caption == row.party else f" · {row.caption}"
        number = f" · {row.a_number}" if row.rank == 1 else ""
        return Hit("party", row.ref, f"{row.party} · {row.role.replace('_', ' ')}{caption}{number}")
    state = "" if row.status == "open" else f" · {row.status.replace('_', ' ')}"
    return Hit("matter", row.ref, f"{row.caption} · {row.type.replace('_', ' ')}{state}")


def _people(turn: Turn, question: _Question) -> list[tuple[int, Hit]]:
    found = []
    for row in roster.on_file(turn):
        if row.active and question.named(asked.fold(f"{row.handle} {row.name} {row.email}")):
            roles = ", ".join(sorted(r.replace("_", " ") for r in turn.staff[row.id].roles))
            rank = 1 if question.words == (row.handle,) else 3
            found.append((rank, Hit("person", row.handle, f"{row.name} · {roles}")))
    return found


def _tasks(turn: Turn, question: _Question, limit: int) -> list[tuple[int, Hit]]:
    """Any task by how its ref begins; one's own open ones by their titles too, beside whose they are."""
    wanted = question.text.strip().upper()
    if _TASK_REF.fullmatch(wanted):
        rows = turn.uow.all("find.tasks", first=wanted, beyond=f"{wanted}~", limit=limit)
        return [(0, _task_hit(row)) for row in rows]
    own = turn.uow.all("find.own_tasks", owner_id=turn.actor.id, limit=MOST_OWN)
    return [(LAST, _task_hit(row)) for row in own if _is_meant(question, row)][:limit]


def _is_meant(question: _Question, row: Any) -> bool:
    title = asked.fold(row.title)
    return question.named(f"{title} {asked.fold(row.caption or '')}") and any(
        word in title for word in question.words
    )


def _task_hit(row: Any) -> Hit:
    return Hit("task", row.ref, f"{row.title} · {row.caption or 'no matter'} · {row.state.replace('_', ' ')}")
