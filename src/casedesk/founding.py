"""Founding a firm: the first rows of a new store, on SQLite or PostgreSQL.

Beside `bootstrap`, the only place that makes stores. `demo`, `init` and the tests found their firms through here, so
that no firm begins in a state another could not have.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.desk.desk import WORKER
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.security.store_key import Custody, StoreKey
    from casedesk.store.store import Store
    from casedesk.store.unit_of_work import UnitOfWork

Clock = Callable[[], datetime]
Confirm = Callable[["StoreKey"], str]
"""Hands the recovery copy to a person and gives what is on record of it (`confirmed`, `written`); a `Refusal` stops."""

SERVICE = WORKER

EYES = {ReviewPolicy.THREE_PERSON: 3, ReviewPolicy.TWO_PERSON: 2, ReviewPolicy.SOLE: 1}
WEEK = {str(day): ("09:00", "17:30") for day in range(5)}


@dataclass(frozen=True)
class Founder:
    """One of the firm's first people. With a `passphrase` a signing key is enrolled for them.

    A licence is its kind, number and jurisdiction, and its last day where it has one.
    """

    handle: str
    name: str
    roles: tuple[Role, ...]
    licences: tuple[tuple[LicenceKind, str, str] | tuple[LicenceKind, str, str, date | None], ...] = ()
    languages: tuple[str, ...] = ("en",)
    skills: tuple[str, ...] = ()
    capacity_hours: int = 40
    email: str = ""
    passphrase: str | None = None
    remind: str = ""
    """What comes by mail (`desk.preferences.MAIL`); empty leaves it as it is for everybody."""


@dataclass(frozen=True)
class FirmPlan:
    """What a firm begins with. `policy` None: three-person where three qualified people are active, then two, then one.

    `key_memory_kib` is what guessing a signing passphrase costs; tests make it cheap.
    """

    name: str
    zone: str
    people: tuple[Founder, ...]
    phone: str = ""
    address: str = ""
    policy: ReviewPolicy | None = None
    sits_here: str | None = None
    hours: Mapping[str, tuple[str, str]] = field(default_factory=lambda: dict(WEEK))
    key_memory_kib: int = 65536
    marks: Mapping[str, str] = field(default_factory=dict)


def fitting_policy(people: tuple[Founder, ...]) -> ReviewPolicy:
    """The strictest review policy these people can carry."""
    qualified = sum(1 for p in people if p.licences)
    if len(people) == 1:
        return ReviewPolicy.SOLE
    return (
        ReviewPolicy.THREE_PERSON
        if qualified >= 3 or (len(people) >= 3 and qualified >= 2)
        else ReviewPolicy.TWO_PERSON
    )


def found_local(
    path: Path, plan: FirmPlan, *, clock: Clock | None = None, key: StoreKey | None = None
) -> None:
    """Make a local store with this firm in it, encrypted with `key`, or plain without one (the demo, and tests).

    Raises `Refusal` when something is there already; a crash leaves nothing.
    """
    from casedesk.store import migrate

    def fill(store: Store) -> None:
        store.found(lambda uow: _first_rows(uow, plan, shared=False))

    migrate.create_local(path, fill, marks=_marks(plan, clock), clock=clock, key=key)


def init_local(
    path: Path, plan: FirmPlan, custody: Custody, confirm: Confirm, *, clock: Clock | None = None
) -> None:
    """Make an encrypted store with this firm in it: its key is kept and read back, and its recovery copy is in a
    person's hands, before there is a store that needs them.

    Raises `Refusal`, `NoSafeKeyring` or `StoreUnavailable` when the place, the keyring or the key file will not do,
    or `confirm` does; then neither key nor store is left.
    """
    from casedesk.security import store_key
    from casedesk.store import migrate, places

    places.check(path)
    migrate.check_free(path)
    if custody.file is not None:
        places.check_key_file(custody.file, path)
    key = store_key.keep(store_key.StoreKey.new(), custody)
    try:
        marked = {**plan.marks, "recovery": confirm(key)}
        found_local(path, replace(plan, marks=marked), clock=clock, key=key)
    except BaseException:
        if not path.exists():
            with contextlib.suppress(Refusal):
                store_key.forget(key)
        raise


def init_shared(
    url: str,
    plan: FirmPlan,
    keep: Callable[[Mapping[str, str]], Callable[[], None]],
    *,
    password: str | None = None,
    clock: Clock | None = None,
) -> None:
    """Make a shared store as its owner, whose `password` is None where libpq finds it.

    `keep` is given the logins' passwords first, keeps them, and returns what takes them away again, should no store
    come of it. Raises what `found_shared` and `keep` raise.
    """
    from casedesk.security.scram import random_password
    from casedesk.store import migrate

    passwords = {login: random_password() for login in _logins(plan)}
    known = passwords if password is None else {**passwords, owner_of(url): password}
    with closing(_as_owner(url, password, clock)) as store:
        # Before a password is kept: what is kept already may be that of the firm that is there.
        migrate.check_database(store)
    take_away = keep(known)
    try:
        found_shared(url, plan, password=password, passwords=passwords, clock=clock)
    except BaseException:
        take_away()
        raise


def owner_of(url: str) -> str:
    """The login in a database's address. Raises `WrongUsage` where there is none: its owner makes a shared store."""
    from casedesk.store import postgres

    login = postgres.parse_url(url, None).username
    if login is None:
        raise WrongUsage(
            "who", "A shared store is made by its owner.", "Write postgresql://OWNER@host:port/name."
        )
    return login


def found_shared(
    url: str,
    plan: FirmPlan,
    *,
    password: str | None = None,
    clock: Clock | None = None,
    passwords: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Make the store in an empty database, as its owner, with a login for each person and for the worker.

    With `passwords`, of every login, they are a firm's own; without, they are drawn, and a demo or a test may draw
    them again. Returns the password of every login. Raises `Refusal` when the database holds a store, or the server
    has a login of that name that is not ours.
    """
    from casedesk.security.scram import random_password, scram_verifier
    from casedesk.store import migrate

    known = dict(passwords or {login: random_password() for login in _logins(plan)})
    about = migrate.DEMO_LOGIN if passwords is None else migrate.FIRM_LOGIN

    def fill(uow: UnitOfWork) -> None:
        _first_rows(uow, plan, shared=True)
        for person in plan.people:
            groups = [f"casedesk_{role}" for role in person.roles]
            verifier = scram_verifier(known[person.handle])
            migrate.make_login(uow.conn, person.handle, verifier, groups, about=about)
        worker = scram_verifier(known[WORKER])
        migrate.make_login(uow.conn, WORKER, worker, ["casedesk_service"], about=about)

    with closing(_as_owner(url, password, clock)) as store:
        migrate.create_shared(store, fill, marks=_marks(plan, clock))
    return known


def _as_owner(url: str, password: str | None, clock: Clock | None) -> Store:
    from casedesk.store import postgres
    from casedesk.store.store import Store

    owner_of(url)
    address = postgres.parse_url(url, None)
    return Store(
        engine=postgres.make_engine(address, password),
        dialect=postgres.PostgresDialect(),
        label=f"{address.host or 'local'}/{address.database}",
        clock=clock,
    )


def _logins(plan: FirmPlan) -> list[str]:
    return [*(person.handle for person in plan.people), WORKER]


def take_off_marks(store: Store, marks: tuple[str, ...]) -> None:
    """Take marks off a store, as its owner: a demo whose history is made gives up the clock it was made by."""

    def clear(uow: UnitOfWork) -> None:
        for mark in marks:
            uow.run("meta.clear", key=mark)

    store.found(clear)


def _marks(plan: FirmPlan, clock: Clock | None) -> dict[str, str]:
    marks = dict(plan.marks)
    if clock is not None:
        marks["manual_clock"] = "1"
    if plan.sits_here is not None:
        marks["sits_here"] = plan.sits_here
    return marks


def _first_rows(uow: UnitOfWork, plan: FirmPlan, *, shared: bool) -> None:
    from casedesk.store.unit_of_work import as_json

    uow.insert("firm", id=uow.new_id(), name=plan.name, zone=plan.zone, phone=plan.phone)
    office_id = uow.new_id()
    hours = {day: list(span) for day, span in plan.hours.items()}
    uow.insert(
        "office", id=office_id, name="Main office", zone=plan.zone, hours=as_json(hours), address=plan.address
    )
    policy = plan.policy or fitting_policy(plan.people)
    uow.insert(
        "firm_policy",
        id=uow.new_id(),
        seq=1,
        policy=policy.value,
        eyes=EYES[policy],
        eyes_before=EYES[policy],
        set_us=uow.now_us,
        reason="the firm's founding",
    )
    for person in plan.people:
        _person(uow, person, office_id, plan.key_memory_kib, shared=shared)
    uow.insert(
        "person",
        id=uow.new_id(),
        handle=WORKER,
        name="the desk's worker",
        kind="service",
        login=WORKER if shared else None,
        office_id=office_id,
        created_us=uow.now_us,
    )
    uow.audit("firm.founded", plan.name, people=len(plan.people), policy=policy.value)


def _person(uow: UnitOfWork, person: Founder, office_id: int, memory_kib: int, *, shared: bool) -> None:
    from casedesk.store.unit_of_work import as_json

    person_id = uow.new_id()
    uow.insert(
        "person",
        id=person_id,
        handle=person.handle,
        name=person.name,
        login=person.handle if shared else None,
        email=person.email,
        languages=as_json(list(person.languages)),
        skills=as_json(list(person.skills)),
        capacity_hours=person.capacity_hours,
        office_id=office_id,
        created_us=uow.now_us,
    )
    if person.remind:
        from casedesk.desk.preferences import DEFAULTS

        uow.insert("preference", person_id=person_id, **{**DEFAULTS, "mail": person.remind})
    for role in person.roles:
        uow.insert("person_role", person_id=person_id, role=role.value)
    for kind, number, jurisdiction, *last in person.licences:
        uow.insert(
            "licence",
            id=uow.new_id(),
            person_id=person_id,
            kind=kind.value,
            number=number,
            jurisdiction=jurisdiction,
            expires=last[0].isoformat() if last and last[0] is not None else None,
        )
    if person.passphrase is not None:
        from casedesk.security.signing import enrol

        key = enrol(person.passphrase, names=(person.name, person.handle), memory_kib=memory_kib)
        uow.insert(
            "signing_key",
            key_id=key.key_id,
            person_id=person_id,
            public_key=key.public_key,
            wrapped=key.wrapped,
            salt=key.salt,
            memory_kib=key.memory_kib,
            passes=key.passes,
            lanes=key.lanes,
            token_sha256=key.token_sha256,
            enrolled_us=uow.now_us,
        )
