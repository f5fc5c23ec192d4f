"""The firm and its people: offices, roles, licences, teams, absences, review policy, signing keys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import SQLModel

from casedesk.models.columns import (
    blob,
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
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role


class EngineMeta(SQLModel, table=True):
    """What this store is: its id, schema, floor for builds, demo mark, manual clock of tests."""

    __tablename__ = "engine_meta"
    key: str = txt(primary_key=True)
    value: str = txt()


class Transition(SQLModel, table=True):
    """The lifecycle tables of `models.lifecycle`, as rows the store's guards read."""

    __tablename__ = "transition"
    machine: str = txt(primary_key=True)
    before: str = txt(primary_key=True)
    after: str = txt(primary_key=True)


class Firm(SQLModel, table=True):
    __tablename__ = "firm"
    id: int = pk()
    name: str = txt()
    zone: str = txt()
    phone: str = txt_or("")
    version: int = integer(1)


class FirmPolicy(SQLModel, table=True):
    """The review policy over time; the newest row counts. Loosening needs an attorney's signature."""

    __tablename__ = "firm_policy"
    __table_args__ = (
        one_of("policy", ReviewPolicy),
        CheckConstraint("eyes IN (1, 2, 3) AND eyes_before IN (1, 2, 3)", name="eyes_known"),
        CheckConstraint(
            "(policy = 'sole' AND eyes = 1) OR (policy = 'two-person' AND eyes = 2)"
            " OR (policy = 'three-person' AND eyes = 3)",
            name="eyes_are_the_policys",
        ),
        CheckConstraint("eyes >= eyes_before OR signature IS NOT NULL", name="loosening_is_signed"),
        ForeignKeyConstraint(
            ["licence_id", "set_by", "licence_kind"], ["licence.id", "licence.person_id", "licence.kind"]
        ),
        CheckConstraint("signature IS NULL OR licence_kind = 'attorney'", name="signed_by_an_attorney"),
        UniqueConstraint("seq"),
    )
    id: int = pk()
    seq: int = integer()
    policy: str = txt()
    eyes: int = integer()
    eyes_before: int = integer()
    set_by: int | None = maybe_link("person.id")
    set_us: int = instant()
    reason: str = txt_or("")
    licence_id: int | None = maybe_link("licence.id")
    licence_kind: str | None = maybe_txt()
    signature: str | None = maybe_txt()


class Office(SQLModel, table=True):
    """Opening hours as JSON, weekday (0 Monday) to [opens, closes]."""

    __tablename__ = "office"
    id: int = pk()
    name: str = txt()
    zone: str = txt()
    hours: str = txt()
    address: str = txt_or("")


class Person(SQLModel, table=True):
    """Someone who works at the desk, or the desk's own worker (`kind` service).

    `outside`: a person of another house (`organisation`) who sees only the matters they are a member of; somebody of
    the firm answers for them (`answers_for_id`).
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("kind IN ('staff', 'service')", name="kind_known"),
        *flags("active", "outside"),
    )
    id: int = pk()
    handle: str = txt(unique=True)
    name: str = txt()
    login: str | None = maybe_txt(unique=True)
    kind: str = txt_or("staff")
    active: int = flag(1)
    email: str = txt_or("")
    phone: str = txt_or("")
    languages: str = txt_or("[]")
    skills: str = txt_or("[]")
    capacity_hours: int = integer(40)
    office_id: int | None = maybe_link("office.id")
    created_us: int = instant()
    version: int = integer(1)
    outside: int = flag()
    organisation: str = txt_or("")
    answers_for_id: int | None = maybe_link("person.id")
    zone: str = txt_or("")
    hours: str = txt_or("")


class PersonRole(SQLModel, table=True):
    __tablename__ = "person_role"
    __table_args__ = (one_of("role", Role),)
    person_id: int = link("person.id", primary_key=True)
    role: str = txt(primary_key=True)


class Licence(SQLModel, table=True):
    """What qualifies a person to sign or to give a second review, and until when.

    `scope` of an accredited representative: `full` before DHS and EOIR, `dhs` (partial) before DHS alone
    (8 CFR 1292.1(a)(4)). For everybody else it is `full`. `granted_by` put it on record; nobody at the firm's founding.
    """

    __tablename__ = "licence"
    __table_args__ = (
        one_of("kind", LicenceKind),
        *flags("active"),
        UniqueConstraint("id", "person_id", "kind"),
        CheckConstraint("scope IN ('full', 'dhs')", name="scope_known"),
    )
    id: int = pk()
    person_id: int = link("person.id", index=True)
    kind: str = txt()
    number: str = txt_or("")
    jurisdiction: str = txt_or("")
    expires: str | None = maybe_txt()
    active: int = flag(1)
    scope: str = txt_or("full")
    granted_by: int | None = maybe_link("person.id")


class Team(SQLModel, table=True):
    __tablename__ = "team"
    id: int = pk()
    name: str = txt(unique=True)


class TeamMember(SQLModel, table=True):
    __tablename__ = "team_member"
    team_id: int = link("team.id", primary_key=True)
    person_id: int = link("person.id", primary_key=True)


class Absence(SQLModel, table=True):
    """Away from `first_day` to `last_day`, both included; `cover_id` works in the meantime."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("cover_id IS NULL OR cover_id <> person_id", name="cover_is_someone_else"),
    )
    id: int = pk()
    person_id: int = link("person.id", index=True)
    first_day: str = txt()
    last_day: str = txt()
    cover_id: int | None = maybe_link("person.id")
    note: str = txt_or("")
    cancelled_us: int | None = maybe_instant()


class SigningKey(SQLModel, table=True):
    """A signer's Ed25519 key; the private half is wrapped by the signer's passphrase (Argon2id, AES-GCM).

    A new key waits (`active` 0, not revoked) until another qualified person signs for it (`cosigned_by`).
    """

    __tablename__ = "signing_key"
    __table_args__ = (*flags("active"), UniqueConstraint("key_id", "person_id"))
    key_id: str = txt(primary_key=True)
    person_id: int = link("person.id", index=True)
    public_key: bytes = blob()
    wrapped: bytes = blob()
    salt: bytes = blob()
    memory_kib: int = integer()
    passes: int = integer()
    lanes: int = integer()
    token_sha256: str = txt()
    active: int = flag(1)
    enrolled_us: int = instant()
    revoked_us: int | None = maybe_instant()
    replaces: str | None = maybe_txt()
    cosigned_by: int | None = maybe_link("person.id")
    cosigned_us: int | None = maybe_instant()
    cosign_statement: str = txt_or("")
    cosignature: str = txt_or("")
    revoked_by: int | None = maybe_link("person.id")
    revoked_reason: str = txt_or("")


class SignChallenge(SQLModel, table=True):
    """A question to which only an opened signing key knows the answer; asked for one signing and good for 120 s.

    `session` is the server's name of the connection that asked, empty on a local store.
    """

    __tablename__ = "sign_challenge"
    nonce: str = txt(primary_key=True)
    person_id: int = link("person.id", index=True)
    session: str = txt_or("")
    asked_us: int = instant()
    used_us: int | None = maybe_instant()
