"""Who may know of what: walls, conflict checks and what was decided about them, consents, and name keys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from casedesk.models.columns import (
    instant,
    integer,
    link,
    maybe_instant,
    maybe_link,
    maybe_txt,
    one_of,
    pk,
    txt,
    txt_or,
)
from casedesk.models.enums import ConflictState, ConsentKind

OPEN_WALL = sql("closed_us IS NULL")


class Wall(SQLModel, table=True):
    """An ethical wall around a matter, from the day it is raised to the day it is taken down, with the reason.

    Who may pass it stands in `matter_member`; who was screened, and told so, in `wall_screen`.
    """

    __tablename__ = "wall"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="raised_for_a_reason"),
        CheckConstraint(
            "closed_us IS NULL OR (closed_by IS NOT NULL AND closed_reason <> '')",
            name="taken_down_for_a_reason",
        ),
        Index("wall_standing", "matter_id", unique=True, sqlite_where=OPEN_WALL, postgresql_where=OPEN_WALL),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id")
    reason: str = txt()
    opened_us: int = instant()
    opened_by: int = link("person.id")
    closed_us: int | None = maybe_instant()
    closed_by: int | None = maybe_link("person.id")
    closed_reason: str = txt_or("")
    version: int = integer(1)


class WallScreen(SQLModel, table=True):
    """A person screened from a walled matter: when they were told, when they acknowledged it."""

    __tablename__ = "wall_screen"
    wall_id: int = link("wall.id", primary_key=True)
    person_id: int = link("person.id", primary_key=True)
    told_us: int | None = maybe_instant()
    acknowledged_us: int | None = maybe_instant()


class NameKey(SQLModel, table=True):
    """One way in which a name of the record can be found again.

    `how` is the kind of key (`word`, `plain`, `skeleton`, `sound`); keys are computed by `casedesk.matching`, never
    by the store, and are the same on both.
    """

    __tablename__ = "name_key"
    __table_args__ = (
        Index("name_key_found", "how", "key"),
        CheckConstraint("how IN ('word', 'plain', 'skeleton', 'sound')", name="how_known"),
    )
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id", index=True)
    how: str = txt()
    # Compared byte by byte on both stores: the beginnings of words are a range of keys, in no language's order.
    key: str = Field(sa_type=Text().with_variant(Text(collation="C"), "postgresql"))
    name: str = txt()


class ConflictCheck(SQLModel, table=True):
    """A search for conflicts, at a matter's opening or when somebody joins it, and what was decided of it."""

    __tablename__ = "conflict_check"
    __table_args__ = (
        one_of("state", ConflictState),
        CheckConstraint(
            "state = 'open' OR (decided_us IS NOT NULL AND reason <> '')", name="decided_for_a_reason"
        ),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    about: str = txt()
    names: str = txt_or("[]")
    asked_by: int = link("person.id")
    asked_us: int = instant()
    state: str = txt_or("open")
    decided_by: int | None = maybe_link("person.id")
    decided_us: int | None = maybe_instant()
    reason: str = txt_or("")
    version: int = integer(1)


class ConflictHit(SQLModel, table=True):
    """A name found again in another matter. It is read by those who may see `matter_id`, where it was found."""

    __tablename__ = "conflict_hit"
    __table_args__ = (Index("conflict_hit_of_check", "check_id"),)
    id: int = pk()
    check_id: int = link("conflict_check.id")
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    asked_name: str = txt()
    found_name: str = txt()
    how: str = txt()
    likeness: int = integer()


class Consent(SQLModel, table=True):
    """A party's word in writing: to joint representation, to a conflict, to what one of a family may know."""

    __tablename__ = "consent"
    __table_args__ = (one_of("kind", ConsentKind),)
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    check_id: int | None = maybe_link("conflict_check.id")
    kind: str = txt()
    terms: str = txt()
    document_id: int | None = maybe_link("document.id")
    signed_on: str | None = maybe_txt()
    recorded_by: int = link("person.id")
    recorded_us: int = instant()
    withdrawn_us: int | None = maybe_instant()
    version: int = integer(1)
