"""Clients, matters, their parties and forms, and what is known and said about them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from casedesk.models.columns import (
    flag,
    flags,
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
from casedesk.models.enums import MatterStatus, OwnerKind, PartyRole, Priority

GUARDED = sql("guarded = 1")


class Client(SQLModel, table=True):
    __tablename__ = "client"
    id: int = pk()
    ref: str = txt(unique=True)
    name: str = txt()
    kind: str = txt_or("person")
    language: str = txt_or("en")
    phone: str = txt_or("")
    email: str = txt_or("")
    address: str = txt_or("")
    guarded: int = flag()
    created_us: int = instant()
    version: int = integer(1)


class Matter(SQLModel, table=True):
    """One representation. `caption` is how the firm calls it: "Ibarra, Rosa", "Acme Corp. / Nguyen".

    `guarded` is kept by the store from the walls around the matter, never by a client program. `circumstances` are what
    makes it pressing (`Circumstance`), as a JSON list in order.
    """

    __tablename__ = "matter"
    __table_args__ = (
        one_of("status", MatterStatus),
        one_of("priority", Priority),
        *flags("guarded"),
        Index("matter_newest", "opened_us", "id"),
        Index("matter_guarded", "id", sqlite_where=GUARDED, postgresql_where=GUARDED),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    type: str = txt()
    caption: str = txt()
    client_id: int = link("client.id", index=True)
    language: str = txt_or("en")
    priority: str = txt_or("standard")
    status: str = txt_or("open")
    guarded: int = flag()
    office_id: int | None = maybe_link("office.id")
    opened_us: int = instant()
    opened_by: int | None = maybe_link("person.id")
    closed_us: int | None = maybe_instant()
    version: int = integer(1)
    circumstances: str = txt_or("[]")


class MatterNumber(SQLModel, table=True):
    """The counter behind `M-2026-0042`, one row a year."""

    __tablename__ = "matter_number"
    year: int = pk()
    last: int = integer()


class MatterOwner(SQLModel, table=True):
    __tablename__ = "matter_owner"
    __table_args__ = (one_of("kind", OwnerKind),)
    matter_id: int = link("matter.id", primary_key=True)
    kind: str = txt(primary_key=True)
    person_id: int = link("person.id", index=True)


class MatterGiven(SQLModel, table=True):
    """When each person last became this owner of a matter that no wall stood around, kept by the store itself."""

    __tablename__ = "matter_given"
    __table_args__ = (one_of("kind", OwnerKind),)
    person_id: int = link("person.id", primary_key=True)
    kind: str = txt(primary_key=True)
    last_us: int = integer()


class MatterMember(SQLModel, table=True):
    """Who may see a guarded matter, and which matters a person from outside sees; from when, and until when."""

    __tablename__ = "matter_member"
    matter_id: int = link("matter.id", primary_key=True)
    person_id: int = link("person.id", primary_key=True)
    since_us: int = integer()
    added_by: int | None = maybe_link("person.id")
    until_us: int | None = maybe_instant()


class MatterLink(SQLModel, table=True):
    """Family and corporate links; both directions are stored.

    A direction that is `hidden` is not shown on `matter_id`'s side: the other matter is kept from this one.
    """

    __tablename__ = "matter_link"
    __table_args__ = (CheckConstraint("matter_id <> other_id", name="not_itself"), *flags("hidden"))
    matter_id: int = link("matter.id", primary_key=True)
    other_id: int = link("matter.id", primary_key=True)
    relation: str = txt()
    hidden: int = flag()


class Party(SQLModel, table=True):
    __tablename__ = "party"
    __table_args__ = (one_of("role", PartyRole),)
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    client_id: int | None = maybe_link("client.id")
    role: str = txt()
    name: str = txt()
    a_number: str | None = maybe_txt(index=True)
    born: str | None = maybe_txt()
    language: str = txt_or("en")
    phone: str = txt_or("")
    email: str = txt_or("")
    address: str = txt_or("")
    version: int = integer(1)


class ContactRule(SQLModel, table=True):
    """What may be said to whom, and how: "call the mobile only, leave no voicemail".

    `rule` is the sentence people read. A rule that binds the desk says what it does (`binds`: `never` or `only` this
    `channel`, or `use` this `value` for it); an empty `binds` is a word to people alone. It ends, it is not deleted.
    """

    __tablename__ = "contact_rule"
    __table_args__ = (
        CheckConstraint("binds IN ('', 'never', 'only', 'use')", name="binds_known"),
        CheckConstraint(
            "channel IN ('', 'any', 'mail', 'email', 'phone', 'text', 'voicemail', 'in_person')",
            name="channel_known",
        ),
    )
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    rule: str = txt()
    set_by: int | None = maybe_link("person.id")
    set_us: int = instant()
    binds: str = txt_or("")
    channel: str = txt_or("")
    value: str = txt_or("")
    ended_us: int | None = maybe_instant()
    ended_by: int | None = maybe_link("person.id")


class Form(SQLModel, table=True):
    """One form of a matter, with its own party, receipt number, dates, status and G-28."""

    __tablename__ = "form"
    __table_args__ = (
        # A wall keeps from others that a number is known; that no two open matters share one is a guard's to hold.
        Index(
            "form_receipt_once",
            "matter_id",
            "receipt_number",
            unique=True,
            sqlite_where=sql("receipt_number IS NOT NULL"),
            postgresql_where=sql("receipt_number IS NOT NULL"),
        ),
        Index("form_by_receipt", "receipt_number"),
        Index("form_by_party", "party_id"),
        CheckConstraint("channel IN ('paper', 'electronic')", name="channel_known"),
    )
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    form: str = txt()
    receipt_number: str | None = maybe_txt()
    received: str | None = maybe_txt()
    priority_date: str | None = maybe_txt()
    status: str = txt_or("preparing")
    checked: str | None = maybe_txt()
    expires: str | None = maybe_txt()
    g28_by: int | None = maybe_link("person.id")
    g28_on: str | None = maybe_txt()
    channel: str = txt_or("paper")
    version: int = integer(1)
    next_check: str | None = maybe_txt()
    case_status: str = txt_or("")
    category: str = txt_or("")
    chargeability: str = txt_or("")


class StrategyNote(SQLModel, table=True):
    """Attorneys write, staff read."""

    __tablename__ = "strategy_note"
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    author_id: int = link("person.id")
    body: str = txt()
    at_us: int = instant()


class Note(SQLModel, table=True):
    """A note on the matter. With `confidential_to` it is one party's own, and kept from the others of a family."""

    __tablename__ = "note"
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    author_id: int = link("person.id")
    body: str = txt()
    at_us: int = instant()
    confidential_to: int | None = maybe_link("party.id")


class Call(SQLModel, table=True):
    __tablename__ = "call"
    __table_args__ = (CheckConstraint("direction IN ('in', 'out')", name="direction_known"),)
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    author_id: int = link("person.id")
    direction: str = txt_or("in")
    body: str = txt()
    at_us: int = instant()
    confidential_to: int | None = maybe_link("party.id")


class OriginalHeld(SQLModel, table=True):
    """An original paper in the firm's keeping: what, where, since when, given back when."""

    __tablename__ = "original_held"
    id: int = pk()
    matter_id: int = link("matter.id", index=True)
    document_id: int | None = maybe_link("document.id")
    what: str = txt()
    kept_at: str = txt()
    held_us: int = instant()
    returned_us: int | None = maybe_instant()
