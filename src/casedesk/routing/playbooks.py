"""Playbooks: the steps of a kind of work, the review it must pass, and what may be done next.

A matter keeps the version it began with; only the steps that can be done now become tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictInt, model_validator

from casedesk.models.enums import ReviewKind
from casedesk.routing.errors import UnknownName
from casedesk.routing.schema import (
    DueSpec,
    Item,
    Owner,
    Owners,
    Sentence,
    Slug,
    Strict,
    Title,
    Work,
    refuse_unknown,
)
from casedesk.routing.vocabulary import MATTER_TYPES, Trigger

COVERS = ("accuracy", "completeness", "consistency", "law")

Days = Annotated[StrictInt, Field(ge=1, le=365)]

REMIND_DAYS: tuple[int, ...] = (30, 14, 7, 3, 1)
"""How many days before the firm's own date people are reminded, where a playbook says nothing else."""


class Raci(Strict):
    """Who does the step, who answers for it, who is asked, who is told: for people to read."""

    responsible: tuple[Owner, ...] = ()
    accountable: tuple[Owner, ...] = ()
    consulted: tuple[Owner, ...] = ()
    informed: tuple[Owner, ...] = ()


class Paper(Strict):
    """One paper a step needs: who brings it, in which form, whether what is not in English comes with a certified
    translation (8 CFR 103.2(b)(3)), and when it runs out."""

    id: Slug
    text: Sentence
    brings: Literal["client", "employer", "firm", "agency", "third_party"] = "client"
    form: Literal["original", "copy", "certified_copy"] = "copy"
    translation: bool = True
    expires: Sentence | None = None
    required: bool = True

    @property
    def hint(self) -> str:
        """What the line of the checklist says beside the paper's name."""
        words = f"{_BRINGS[self.brings]} brings {_FORMS[self.form]}."
        if self.translation:
            words += " What is not in English has a certified translation (8 CFR 103.2(b)(3))."
        return words + (f" {self.expires}" if self.expires else "")


_BRINGS = {
    "client": "The client",
    "employer": "The employer",
    "firm": "The firm",
    "agency": "The agency",
    "third_party": "Somebody else",
}
_FORMS = {"original": "the original", "copy": "a copy", "certified_copy": "a certified copy"}


class Step(Work):
    """One step: opens when every step in `after` is done and, where `on` is given, one of those events has happened.

    `items_from = "requested_items"` puts one required line per paper the notice asks for before the step's own items.
    `gate`: the step hands in drafts for review. `owner_when_complex` owns it instead when triage said complex.
    `ends_on`: an event that does what the step asked for, so that its task is done by it.

    On the checklist `documents` come after what the notice asks for, each with the file that proves it, then the
    step's items, then one line for the `fields` to be recorded and one for `channel` and `address`, to be looked up
    again on the day; last, never required, the known `edge` cases. `source` says by which rules the step stands.
    """

    id: Slug
    kind: Slug
    after: tuple[Slug, ...] = ()
    on: tuple[Trigger, ...] = ()
    ends_on: tuple[Trigger, ...] = ()
    owner_when_complex: Owners | None = None
    items_from: Literal["requested_items"] | None = None
    gate: bool = False
    raci: Raci = Field(default_factory=Raci)
    documents: Annotated[tuple[Paper, ...], Field(max_length=60)] = ()
    fields: Annotated[tuple[Title, ...], Field(max_length=40)] = ()
    channel: Literal["paper", "online", "paper_or_online", "court", "consulate", "flag"] | None = None
    address: Sentence | None = None
    edge: Annotated[tuple[Sentence, ...], Field(max_length=20)] = ()
    source: tuple[Sentence, ...] = ()

    @model_validator(mode="after")
    def _lines_once(self) -> Self:
        names = [line.id for line in self.checklist()]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"The line {twice[0]} stands twice on the checklist of step {self.id}.")
        return self

    def checklist(self) -> tuple[Item, ...]:
        """Every line of the step's checklist, in order; what a notice asks for is not known here."""
        lines = [
            Item(id=p.id, text=p.text, required=p.required, wants_file=True, hint=p.hint)
            for p in self.documents
        ]
        lines += self.items
        if self.fields:
            lines.append(Item(id="fields", text=f"Recorded and checked: {', '.join(self.fields)}"))
        if self.channel is not None or self.address is not None:
            how = "" if self.channel is None else f"Usually {_CHANNELS[self.channel]}. "
            text = "Channel, address, fee and edition are looked up on the day it goes out"
            lines.append(Item(id="channel", text=text, hint=f"{how}{self.address or ''}".strip()))
        lines += [Item(id=f"edge-{n}", text=t, required=False) for n, t in enumerate(self.edge, start=1)]
        return tuple(lines)


_CHANNELS = {
    "paper": "on paper",
    "online": "online",
    "paper_or_online": "on paper or online",
    "court": "with the court (ECAS)",
    "consulate": "with the consulate",
    "flag": "in the Labor Department's FLAG system",
}


class Point(Strict):
    """One question of a review, answered yes or no with a comment."""

    id: Slug
    text: Sentence
    reviewer: ReviewKind
    covers: Literal["accuracy", "completeness", "consistency", "law"]


class ReviewSpec(Strict):
    """Who does a review, and by when."""

    owner: Owners
    due: DueSpec
    hours: float = Field(default=0.5, gt=0, le=100)


class Gate(Strict):
    """The three reviews and their points; the content review covers accuracy, completeness, consistency and law."""

    content: ReviewSpec
    second: ReviewSpec
    signoff: ReviewSpec
    points: tuple[Point, ...]

    @model_validator(mode="after")
    def _covered(self) -> Self:
        for kind in ReviewKind:
            names = [p.id for p in self.points if p.reviewer is kind]
            if not names or len(set(names)) < len(names):
                raise ValueError(f"The {kind} review needs at least one point, and no point id twice.")
        missing = set(COVERS) - {p.covers for p in self.points if p.reviewer is ReviewKind.CONTENT}
        if missing:
            raise ValueError(f"The content review leaves out: {', '.join(sorted(missing))}.")
        return self

    def review(self, kind: ReviewKind) -> ReviewSpec:
        """The specification of one of the three reviews."""
        return {
            ReviewKind.CONTENT: self.content,
            ReviewKind.SECOND: self.second,
            ReviewKind.SIGNOFF: self.signoff,
        }[kind]

    def points_of(self, kind: ReviewKind) -> tuple[Point, ...]:
        """The points one reviewer answers, in order."""
        return tuple(p for p in self.points if p.reviewer is kind)


class ClientMessage(Strict):
    """A message queued when `on` happens to a matter in this playbook."""

    on: Trigger
    template: Slug
    to: Literal["client"] = "client"
    release: Literal["attorney", "staff"] = "attorney"


class Playbook(Strict):
    """A versioned recipe. `matter_types` empty means every type; `buffer_days` is how far the internal date lies ahead,
    `remind_days` on which days before it people are reminded, `source` the law and the agency's pages it rests on."""

    id: Slug
    version: StrictInt = Field(ge=1)
    title: Title
    effective_from: date
    agency: Title
    matter_types: tuple[str, ...] = ()
    buffer_days: StrictInt = Field(default=7, ge=0, le=365)
    remind_days: Annotated[tuple[Days, ...], Field(min_length=1, max_length=20)] = REMIND_DAYS
    source: tuple[Sentence, ...] = ()
    step: Annotated[tuple[Step, ...], Field(min_length=1, max_length=200)]
    gate: Gate | None = None
    message: tuple[ClientMessage, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse_unknown("matter type", self.matter_types, MATTER_TYPES)
        before: list[str] = []
        for step in self.step:
            if step.id in before:
                raise ValueError(f"Step {step.id} stands twice.")
            # Steps stand in working order, so a circle of steps cannot be written.
            refuse_unknown(f"earlier step for {step.id}", step.after, before)
            before.append(step.id)
        if any(s.gate for s in self.step) and self.gate is None:
            raise ValueError("A step hands in drafts, but the playbook has no gate.")
        return self

    @cached_property
    def first_steps(self) -> tuple[Step, ...]:
        """The steps that open when it begins."""
        return tuple(s for s in self.step if not s.after and not s.on)

    def find(self, step: str) -> Step:
        """The step of that id. Raises `UnknownName`."""
        for each in self.step:
            if each.id == step:
                return each
        raise UnknownName("step", step, [s.id for s in self.step])


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a playbook before its steps are read."""

    id: str
    version: int
    effective_from: date


@dataclass(frozen=True)
class Playbooks:
    """Every version of every playbook at hand; each is read when it is first asked for.

    `heads` are sorted by id and version; `read` gives the playbook of one.
    """

    heads: tuple[Head, ...]
    read: Callable[[Head], Playbook]

    @property
    def all(self) -> tuple[Playbook, ...]:
        """Every one of them, read."""
        return tuple(self.read(head) for head in self.heads)

    @property
    def names(self) -> frozenset[str]:
        """The ids there are."""
        return frozenset(head.id for head in self.heads)

    def get(self, id: str, version: int) -> Playbook:
        """Exactly that version: what a running matter keeps. Raises `UnknownName`."""
        for head in self.heads:
            if head.id == id and head.version == version:
                return self.read(head)
        raise UnknownName(
            "playbook", f"{id} version {version}", {f"{h.id} version {h.version}" for h in self.heads}
        )

    def current(self, id: str, on: date) -> Playbook | None:
        """The newest version in force on that day, None before the first."""
        for head in self._newest_first.get(id, ()):
            if head.effective_from <= on:
                return self.read(head)
        return None

    @cached_property
    def _newest_first(self) -> Mapping[str, list[Head]]:
        found: dict[str, list[Head]] = {}
        for head in sorted(self.heads, key=lambda h: h.version, reverse=True):
            found.setdefault(head.id, []).append(head)
        return found


def collect(
    playbooks: Iterable[Playbook], later: Mapping[Head, Callable[[], Playbook]] | None = None
) -> Playbooks:
    """Put playbooks together, and those that are read `later`. Raises ValueError when one version stands twice."""
    known: dict[Head, Playbook] = {}
    ordered = sorted([*((head_of(b), b) for b in playbooks), *((h, None) for h in later or {})], key=_place)
    for (one, _), (other, _) in pairwise(ordered):
        if (one.id, one.version) == (other.id, other.version):
            raise ValueError(f"Playbook {one.id} version {one.version} stands twice.")
    known.update((head, book) for head, book in ordered if book is not None)

    def read(head: Head) -> Playbook:
        if head not in known:
            known[head] = (later or {})[head]()
        return known[head]

    return Playbooks(tuple(head for head, _ in ordered), read)


def head_of(playbook: Playbook) -> Head:
    """A playbook's own head."""
    return Head(playbook.id, playbook.version, playbook.effective_from)


def _place(entry: tuple[Head, Playbook | None]) -> tuple[str, int]:
    return entry[0].id, entry[0].version


def actionable(playbook: Playbook, done: Collection[str], happened: Collection[str]) -> tuple[Step, ...]:
    """The steps that can be worked on now, in order: not done, everything before them done, their event happened.

    `done` are step ids (waived counts as done), `happened` triggers that befell this matter since the playbook began.
    """
    return tuple(
        s
        for s in playbook.step
        if s.id not in done and set(s.after) <= set(done) and (not s.on or any(t in happened for t in s.on))
    )


def playbook_schema() -> dict[str, Any]:
    """The JSON Schema of a playbook file, as it is shipped beside the playbooks."""
    schema = Playbook.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "casedesk playbook"}
