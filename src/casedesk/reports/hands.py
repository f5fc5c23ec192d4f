"""Whose a task was and when it was acknowledged, read from the trail: how a task stands now does not say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casedesk.desk.turn import Turn, instant

REASSIGNED = frozenset({"task.handed_off", "task.reassigned", "task.escalated", "task.assigned"})
"""What counts as changing hands. Work delegated under supervision, or done for somebody away, does not."""

GIVEN = frozenset({"task.handed_off", "task.reassigned", "task.delegated"})
"""What somebody does with a gesture of their own, and can take back."""

MOMENT_US = 60_000_000
"""On a shared store an entry's time is the server's own, a moment beside the row's."""


@dataclass(eq=False)
class Move:
    """Into other hands: how, by whom, and whose it was before."""

    action: str
    by: str
    of: str


@dataclass
class Story:
    """One task: in whose hands since when, and its first acknowledgement (instant and person), if it has one."""

    owners: list[tuple[int, str]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    acknowledged: tuple[int, str] | None = None

    def owner_at(self, at_us: int) -> str:
        """Whose it was at a moment."""
        return next((who for since, who in reversed(self.owners) if since <= at_us), "")

    @property
    def first_owner(self) -> str:
        return self.owners[0][1] if self.owners else ""

    def take(self, entry: Any) -> None:
        said = json.loads(entry.payload)
        action = entry.action
        if action == "task.opened":
            self.owners.append((entry.at_us, str(said.get("owner", ""))))
        elif action == "task.undone":
            self._undo(entry, str(said.get("gesture", "")))
            if said.get("unacknowledged"):
                self.acknowledged = None
        elif action in ("task.acknowledged", "task.done"):
            # Finishing acknowledges what nobody had acknowledged.
            self.acknowledged = self.acknowledged or (entry.at_us, entry.actor)
        elif (to := said.get("to") or (said.get("owner") if action == "task.assigned" else None)) is not None:
            self.moves.append(Move(action, entry.actor, self.owner_at(entry.at_us)))
            self.owners.append((entry.at_us, str(to)))

    def _undo(self, entry: Any, gesture: str) -> None:
        if gesture == "ack":
            self.acknowledged = None
        elif gesture == "give":
            # Whoever gave it takes it back, wherever it went from there.
            mine = [move for move in self.moves if move.by == entry.actor and move.action in GIVEN]
            if mine:
                self.moves.remove(mine[-1])
                self.owners.append((entry.at_us, mine[-1].of))

    @property
    def reassigned(self) -> bool:
        """Whether it changed hands, undone changes left out."""
        return any(move.action in REASSIGNED for move in self.moves)


def stories(turn: Turn, since_us: int) -> Mapping[str, Story]:
    """The tasks on the trail since a moment, by ref. A task that was opened before it is not among them."""
    found: dict[str, Story] = {}
    for entry in turn.uow.all("report.hands", from_us=since_us - MOMENT_US):
        if entry.action == "task.opened":
            found[entry.subject] = Story()
        story = found.get(entry.subject)
        if story is not None:
            story.take(entry)
    return found


class Absences:
    """Who was away on which day of a stretch of days, and who covered."""

    def __init__(self, turn: Turn, first: date, last: date) -> None:
        self._turn = turn
        self._rows = turn.uow.all("report.absences", first_day=first.isoformat(), last_day=last.isoformat())

    def answers(self, handle: str, at_us: int) -> str:
        """Who answers for somebody's work at a moment: they, or whoever covered while they were away, or nobody."""
        day = self._turn.calendar.today(instant(at_us)).isoformat()
        for row in self._rows:
            if row.handle == handle and row.first_day <= day <= row.last_day:
                return row.cover or ""
        return handle
