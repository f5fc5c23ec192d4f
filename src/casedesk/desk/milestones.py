"""The milestones of a matter: which its type has, when each was reached, and the word to the client that comes of it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from casedesk import resources
from casedesk.desk import asked, compose, notes
from casedesk.desk.apply import About
from casedesk.desk.turn import Turn, at, day, instant, opaque
from casedesk.refusal import Refusal
from casedesk.routing.vocabulary import MATTER_TYPES
from casedesk.store.unit_of_work import as_json

SHIPPED = "milestones/milestones.toml"
TEMPLATE = "milestone_reached"
REACHED = "milestone.reached"

Known = Literal["filing_delivered", "form_received", "biometrics", "interview", "hearing"]


class Milestone(BaseModel):
    """`say` are the words proposed to the client, by language; none: nothing is proposed. `known` is what of the record
    shows by itself that it was reached."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z_]{1,40}$")
    title: str = Field(min_length=1, max_length=80)
    say: Mapping[str, str] = Field(default_factory=dict)
    known: Known | None = None


class OfTypes(BaseModel):
    """Which milestones matters of these types have, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    types: tuple[str, ...]
    milestones: tuple[str, ...]


class Milestones(BaseModel):
    """Every milestone, and the line of them for each type of matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: StrictInt
    title: str
    effective_from: date
    milestone: tuple[Milestone, ...]
    of: tuple[OfTypes, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known = {m.id for m in self.milestone}
        types = [t for line in self.of for t in line.types]
        unknown = {name for line in self.of for name in line.milestones} - known
        if unknown or len(known) < len(self.milestone):
            raise ValueError(f"Unknown, or standing twice: {', '.join(sorted(unknown)) or 'a milestone'}.")
        if sorted(types) != sorted(MATTER_TYPES):
            raise ValueError("Every type of matter has one line of milestones.")
        silent = [m.id for m in self.milestone if m.say and "en" not in m.say]
        if silent:
            raise ValueError(f"{silent[0]} has words for the client, and none in English.")
        return self

    def for_type(self, matter_type: str) -> tuple[Milestone, ...]:
        """The milestones of a type of matter, in order."""
        by_id = {m.id: m for m in self.milestone}
        line = next(each for each in self.of if matter_type in each.types)
        return tuple(by_id[name] for name in line.milestones)


@dataclass(frozen=True)
class MilestoneView:
    """`on` is None for one not reached yet; `set_by` is None where the record itself shows it."""

    id: str
    matter: str
    milestone: str
    title: str
    on: date | None
    note: str
    set_by: str | None
    set_at: datetime | None
    message: str | None


@cache
def shipped() -> Milestones:
    """The milestones that ship with the program, read once."""
    return Milestones.model_validate(tomllib.loads(resources.read_text(SHIPPED)))


def listing(turn: Turn, matter: str) -> tuple[MilestoneView, ...]:
    """A matter's milestones in the order of its type, reached or not. What somebody set counts before the record."""
    row = turn.matter(matter)
    reached = {said["milestone"]: (event, said) for event, said in _reached(turn, row.id)}
    words = {opaque(n.id): n.body for n in turn.uow.all("milestone.notes", matter_id=row.id)}
    return tuple(_view(turn, row, each, reached.get(each.id), words) for each in shipped().for_type(row.type))


def reach(
    turn: Turn,
    matter: str,
    milestone: str,
    *,
    on: date | None = None,
    note: str = "",
    message: bool = True,
    request_id: str | None = None,
) -> MilestoneView:
    """A milestone was reached, today where nobody says on which day; set again it is corrected, and writes to nobody.

    Where the milestone has words for the client a message is proposed, unless `message` is False: it awaits its release
    as any other. Raises `Refusal` for one that matters of this type do not have, and for a day to come.
    """
    row = turn.matter(matter)
    name = asked.slug(milestone)
    mine = {m.id: m for m in shipped().for_type(row.type)}
    if name not in mine:
        raise asked.unknown(milestone, f"milestone of a matter of type {row.type}", mine)
    before = None if request_id is None else turn.uow.one("engine.event_of_request", request_id=request_id)
    if before is not None:
        return _one(turn, matter, name)
    reached = turn.today if on is None else on
    if reached > turn.today:
        raise Refusal("future", f"{reached} is still to come.", "Give the day on which it was reached.")
    first = name not in {said["milestone"] for _, said in _reached(turn, row.id)}
    words = asked.optional(note, "The note")
    noted = notes.note(turn, row.ref, f"{mine[name].title}: {words}").id if words else None
    ref = _propose(turn, row, mine[name], reached) if message and first and mine[name].say else None
    event_id = turn.uow.new_id()
    turn.uow.insert(
        "event",
        id=event_id,
        trigger=REACHED,
        subject=opaque(row.id),
        matter_id=row.id,
        actor_id=turn.actor.id,
        at_us=turn.now_us,
        request_id=request_id or f"milestone:{opaque(event_id)}",
        correlation=opaque(event_id),
        outcome=as_json(
            {
                "n": len(_reached(turn, row.id)) + 1,
                "milestone": name,
                "on": reached.isoformat(),
                "note": noted,
                "message": ref,
            }
        ),
    )
    turn.uow.audit("matter.milestone", mine[name].title, matter_id=row.id, on=reached.isoformat())
    return _one(turn, matter, name)


# --- within


def _one(turn: Turn, matter: str, name: str) -> MilestoneView:
    return next(view for view in listing(turn, matter) if view.milestone == name)


def _reached(turn: Turn, matter_id: int) -> list[tuple[Any, dict[str, Any]]]:
    """What was set, in the order in which it was."""
    rows = turn.uow.all("milestone.reached", matter_id=matter_id)
    return sorted(((r, json.loads(r.outcome)) for r in rows), key=lambda pair: pair[1]["n"])


def _propose(turn: Turn, row: Any, milestone: Milestone, reached: date) -> str | None:
    """The message's ref; None where it cannot be made, which is on the trail."""
    from casedesk.documents.letters import TemplateFault

    about = About(event_id=0, subject=opaque(row.id), matter_id=row.id, matter_ref=row.ref)
    party = turn.uow.one("engine.client_party", matter_id=row.id, form_id=None)
    language = str(row.language if party is None else party.language)[:2]
    words = milestone.say.get(language, milestone.say["en"])
    try:
        return compose.prepare(
            turn, TEMPLATE, "staff", about, more={"milestone": words, "reached_on": reached}
        )
    except TemplateFault as fault:
        turn.uow.audit("message.not_made", row.ref, matter_id=row.id, template=TEMPLATE, field=fault.field)
        return None


def _view(
    turn: Turn,
    row: Any,
    milestone: Milestone,
    found: tuple[Any, dict[str, Any]] | None,
    words: dict[str, str],
) -> MilestoneView:
    identity = f"{opaque(row.id)}/{milestone.id}"
    if found is None:
        on = None if milestone.known is None else _known(turn, row.id, milestone.known)
        return MilestoneView(identity, row.ref, milestone.id, milestone.title, on, "", None, None, None)
    event, said = found
    return MilestoneView(
        id=identity,
        matter=row.ref,
        milestone=milestone.id,
        title=milestone.title,
        on=date.fromisoformat(said["on"]),
        note=words.get(said["note"] or "", "").removeprefix(f"{milestone.title}: "),
        set_by=turn.handle(event.actor_id),
        set_at=instant(event.at_us),
        message=said["message"],
    )


def _known(turn: Turn, matter_id: int, known: Known) -> date | None:
    """The day on which the record itself shows it."""
    if known == "form_received":
        return day(turn.uow.scalar("milestone.form_received", matter_id=matter_id))
    if known == "filing_delivered":
        moment = at(turn.uow.scalar("milestone.filing_delivered", matter_id=matter_id))
    else:
        moment = at(turn.uow.scalar("milestone.attended", matter_id=matter_id, kind=known))
    return None if moment is None else turn.calendar.today(moment)
