"""The tabs of the queue: the shipped ones, and behind them the questions a person has saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from casedesk.desk.views.work import QueueCounts
from casedesk.screens import drawing
from casedesk.screens.drawing import Part, part
from casedesk.screens.saved import SavedSection


@dataclass(frozen=True)
class Section:
    """One tab: `scope` is what the desk is asked for, None for the reviews; `where` what a saved one asks besides."""

    title: str
    scope: str | None
    count: str
    empty: str
    where: str = ""

    @property
    def is_saved(self) -> bool:
        return bool(self.where)

    @property
    def is_everybodys(self) -> bool:
        return self.scope in {"team", "all"}

    def asks(self, text: str) -> str:
        """What the section and the filter ask together."""
        return f"{self.where} {text}".strip()


SHIPPED = (
    Section(
        "Mine",
        "mine",
        "mine",
        "Nothing waits for you. ⟨queue.section_5⟩ shows the team's work, ⟨queue.inbox⟩ the inbox.",
    ),
    Section(
        "Unacknowledged",
        "unacknowledged",
        "unacknowledged",
        "Everything has been acknowledged. ⟨queue.section_1⟩ goes back.",
    ),
    Section(
        "Due this week",
        "due",
        "due_this_week",
        "Nothing of yours is due this week. ⟨queue.section_1⟩ goes back.",
    ),
    Section("Waiting", "waiting", "waiting", "Nothing is waiting on anybody. ⟨queue.section_1⟩ goes back."),
    Section("Team", "team", "team", "Nobody has open work. ⟨queue.inbox⟩ receives a notice."),
    Section("Reviews", None, "reviews", "No review waits for you. ⟨queue.section_1⟩ goes back."),
)
SHORT = {"Unacknowledged": "Unack'd", "Due this week": "Due"}


def with_saved(saved: Iterable[SavedSection]) -> tuple[Section, ...]:
    """The shipped sections and those a person saved."""
    own = (
        Section(
            each.name,
            "all",
            "",
            "No open task is like that now. ⟨queue.section_5⟩ shows all, ⟨queue.forget_section⟩ removes the section.",
            each.where,
        )
        for each in saved
    )
    return (*SHIPPED, *own)


def tabs(
    sections: Sequence[Section],
    here: int,
    counts: QueueCounts | None,
    saved: dict[str, str],
    width: int,
    room: int,
) -> list[Part]:
    """The line of tabs with their counts; where they do not all fit into `room`, those on the left give way until the one
    that is shown is seen."""
    titles = []
    for section in sections:
        if section.is_saved:
            count = saved.get(section.title, "")
        else:
            count = "" if counts is None else str(getattr(counts, section.count))
        title = section.title if width >= 100 else SHORT.get(section.title, section.title)
        titles.append(f"{title} {count}".strip())
    first = 0
    while first < here and sum(cell_len(title) + 3 for title in titles[first : here + 1]) > room - 2:
        first += 1
    front: list[Part] = [part("‹ ", "dim")] if first else []
    return [*front, *drawing.tabs(titles[first:], here - first)]
