"""Walls as they are read: by those inside with everything, by those screened with the matter's number alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casedesk.desk import asked
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.refusal import NotFound


@dataclass(frozen=True)
class MemberView:
    """Somebody who was admitted, and until when."""

    person: str
    since: datetime
    added_by: str | None
    until: datetime | None


@dataclass(frozen=True)
class ScreenedView:
    """Somebody outside: when they were told, and when they said that they had read it."""

    person: str
    told_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class WallView:
    """A wall as those inside see it, or whoever has just raised it."""

    id: str
    ref: str
    matter: str
    reason: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    closed_reason: str
    inside: tuple[MemberView, ...]
    screened: tuple[ScreenedView, ...]


@dataclass(frozen=True)
class ScreenView:
    """What a person may know of a matter they are screened from."""

    wall: str
    matter: str
    since: datetime
    until: datetime | None
    told_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class SightView:
    """Somebody's sight of a matter as it is now; `wall` is None where none stands."""

    matter: str
    person: str
    inside: bool
    wall: str | None


def listing(
    turn: Turn, *, every: bool = False, limit: int = 50, after: str | None = None
) -> tuple[WallView, ...]:
    """The walls this person may see, the newest first; with `every` those that were taken down as well."""
    last = None
    if after is not None:
        last = turn.uow.need("wall", after, "wall.find", ref=after.strip().upper(), id=id_of(after))
    rows = turn.uow.all(
        "wall.listing",
        every=int(every),
        after_us=None if last is None else last.opened_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(view(turn, row) for row in rows)


def show(turn: Turn, name: str) -> WallView:
    """A wall by its own ref or id, or the newest of a matter. Raises `NotFound`."""
    return view(turn, find(turn, name))


def find(turn: Turn, name: str) -> Any:
    """The row of a wall, as `show`."""
    found = turn.uow.one("wall.find", ref=name.strip().upper(), id=id_of(name))
    if found is not None:
        return found
    row = turn.matter(name)
    walls = turn.uow.all("wall.of_matter", matter_id=row.id)
    if not walls:
        raise NotFound("wall", row.ref, f"None stands around it; see `casedesk matter show {row.ref}`.")
    return walls[0]


def view(turn: Turn, wall: Any) -> WallView:
    """A wall's row with who is inside and who is screened; of one that was taken down, who was at its end."""
    inside = _inside(turn, wall) if wall.closed_us is None else _inside_at_the_end(turn, wall)
    within = {member.person for member in inside}
    screened = [
        ScreenedView(turn.handle(s.person_id), at(s.told_us), at(s.acknowledged_us))
        for s in turn.uow.all("wall.screens", wall_id=wall.id)
    ]
    return WallView(
        id=opaque(wall.id),
        ref=wall.ref,
        matter=wall.matter_ref,
        reason=wall.reason,
        opened_at=instant(wall.opened_us),
        opened_by=turn.handle(wall.opened_by),
        closed_at=at(wall.closed_us),
        closed_by=turn.handle(wall.closed_by) or None,
        closed_reason=wall.closed_reason,
        inside=tuple(sorted(inside, key=lambda member: member.person)),
        screened=tuple(sorted((s for s in screened if s.person not in within), key=lambda s: s.person)),
    )


def changes(turn: Turn, wall: Any) -> Sequence[Any]:
    """What the trail says of a wall, in order: raised, people in and out, papers that came in outside, taken down."""
    return turn.uow.all(
        "wall.changes",
        matter_id=wall.matter_id,
        wall=wall.ref,
        opened_us=wall.opened_us,
        closed_us=wall.closed_us,
    )


def _inside(turn: Turn, wall: Any) -> list[MemberView]:
    return [
        MemberView(turn.handle(m.person_id), instant(m.since_us), turn.handle(m.added_by), None)
        for m in turn.uow.all("wall.members", matter_id=wall.matter_id)
        if m.until_us is None
    ]


def _inside_at_the_end(turn: Turn, wall: Any) -> list[MemberView]:
    """From the trail: who is admitted to a matter stands in one row a person, and a newer wall writes it anew."""
    inside: dict[str, MemberView] = {}
    for entry in changes(turn, wall):
        said = json.loads(entry.payload)
        came: list[str] = []
        if entry.action == "wall.raised":
            came = said["inside"]
        elif entry.action == "wall.admitted":
            came = [said["person"]]
        elif entry.action == "wall.ended":
            inside.pop(said["person"], None)
        for handle in came:
            inside[handle] = MemberView(handle, instant(entry.at_us), entry.actor, at(wall.closed_us))
    return list(inside.values())


def screens(turn: Turn) -> tuple[ScreenView, ...]:
    """The matters that the actor is or was screened from, by their numbers, the newest first."""
    return tuple(
        ScreenView(
            wall=row.wall_ref,
            matter=row.matter_ref,
            since=instant(row.opened_us),
            until=at(row.closed_us),
            told_at=at(row.told_us),
            acknowledged_at=at(row.acknowledged_us),
        )
        for row in turn.uow.all("wall.my_screens", person_id=turn.actor.id)
    )
