"""`casedesk init`: a firm of one's own, on an encrypted file or on a PostgreSQL database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns.init_answers import STORE, Answers, Given
from casedesk.cli.session import Session, of
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.founding import FirmPlan
    from casedesk.security.store_key import Custody, StoreKey

app = noun("Make a firm of your own.")


@app.command("init")
def init_(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(metavar="FIRM", help="The firm's name.")] = None,
    person: Annotated[str | None, typer.Option(metavar="NAME", help="Your full name.")] = None,
    handle: Annotated[str | None, typer.Option(metavar="H", help="Your handle, such as jreyes.")] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="managing_partner, attorney, ...; may be given again.")
    ] = None,
    licence: Annotated[
        list[str] | None,
        typer.Option(
            "--licence",
            "--license",
            metavar="KIND:NUMBER:JURISDICTION",
            help="attorney:123456:NY; :YYYY-MM-DD may follow as its expiry; may be given again.",
        ),
    ] = None,
    review_policy: Annotated[
        str | None,
        typer.Option(metavar="POLICY", help="sole, two-person or three-person: who stands behind a filing."),
    ] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="HOURS", help="Office hours: 'Mon-Fri 09:00-17:30'.")
    ] = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Time zone: America/New_York.")] = None,
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="D", help="The folder of a local store.")
    ] = None,
    recovery_out: Annotated[
        Path | None,
        typer.Option(
            "--recovery-out", metavar="FILE", help="Write the key's recovery copy to this new file."
        ),
    ] = None,
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where reminders and invitations go too; none.")
    ] = None,
    remind: Annotated[
        str | None, typer.Option(metavar="HOW", help="Which by mail: none, digest, urgent or all.")
    ] = None,
    key_prompt: Annotated[
        bool, typer.Option("--key-prompt", help="Keep the key nowhere; it is asked for at each start.")
    ] = False,
    passphrase_stdin: Annotated[
        bool, typer.Option("--passphrase-stdin", help="Your signing passphrase is stdin's first line.")
    ] = False,
    postgres: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A shared store: postgresql://OWNER@host/db, an empty database."),
    ] = None,
    pgpass_out: Annotated[
        Path | None,
        typer.Option("--pgpass-out", metavar="FILE", help="Write the logins' passwords to this new file."),
    ] = None,
) -> None:
    """Make a firm with you in it. What is not given is asked for, in eight questions; with --no-input nothing is.

    A local store is one encrypted file. Its key is kept in the system's keyring, or with --key-file in a file; its
    recovery copy is for you to keep. A shared store is made by the owner of an empty database.

    Example: casedesk init --name "Reyes LLP" --person "Julia Reyes" --licence attorney:4411223:NY
    """
    from casedesk import bootstrap

    session = of(ctx)
    session.require_writing()
    if directory is not None and (session.store or postgres) is not None:
        raise WrongUsage("usage", "--dir and --store both name a place.", "Give one of them.")
    named = postgres or session.store or (None if directory is None else str(directory / STORE))
    answers = Answers(
        session,
        Given(
            name,
            person,
            handle,
            role,
            licence,
            review_policy,
            hours,
            zone,
            named,
            recovery_out,
            email,
            remind,
            passphrase_stdin,
        ),
    )
    custody = _custody(session.key_file or bootstrap.named_key_file(), key_prompt=key_prompt)
    if named is None or "://" not in named:
        _check_way(session, custody, recovery_out)
    plan = answers.plan()
    place = answers.place(Path(bootstrap.default_store()))
    if "://" in place:
        said = _shared(session, answers, plan, place, pgpass_out)
    else:
        said = _local(session, answers, plan, place, custody)
    session.say(said, _made)


def _check_way(session: Session, custody: Custody, out: Path | None) -> None:
    """Before anything is asked: is there somewhere for the key, and for its recovery copy?"""
    from casedesk.cli.recovery import check_way
    from casedesk.security import store_key

    store_key.check_custody(custody)
    check_way(session, out)


def _local(
    session: Session, answers: Answers, plan: FirmPlan, place: str, custody: Custody
) -> dict[str, Any]:
    from casedesk import bootstrap
    from casedesk.cli.recovery import hand_over
    from casedesk.founding import init_local

    path = Path(os.path.abspath(Path(place).expanduser()))
    out = answers.recovery()
    plan = _reminded(answers, plan)
    now = (session.clock or bootstrap.host_clock)()
    written: list[str] = []

    def confirm(key: StoreKey) -> str:
        written.append(hand_over(session, key, path, out, now))
        return written[0]

    try:
        init_local(path, plan, custody, confirm, clock=session.clock)
    except BaseException:
        if written and out is not None and not path.exists():
            out.unlink(missing_ok=True)
        raise
    return _said(plan, str(path)) | {"key": str(custody), "recovery": None if out is None else str(out)}


def _reminded(answers: Answers, plan: FirmPlan) -> FirmPlan:
    (founder,) = plan.people
    return replace(plan, people=(answers.reminded(founder),))


def _custody(file: Path | None, *, key_prompt: bool) -> Custody:
    from casedesk.security import store_key

    if key_prompt:
        return store_key.ASKED
    return store_key.KEYRING if file is None else store_key.in_file(file)


def _shared(session: Session, answers: Answers, plan: FirmPlan, url: str, out: Path | None) -> dict[str, Any]:
    from casedesk import bootstrap
    from casedesk.founding import init_shared
    from casedesk.security.handed import hand_out, pgpass
    from casedesk.security.secrets import NoSafeKeyring, keyring_name

    if out is None:
        try:
            keyring_name()
        except NoSafeKeyring as error:
            raise NoSafeKeyring(
                error.code,
                error.message,
                "Unlock or install the system keyring, or let the passwords be written with --pgpass-out FILE.",
            ) from None
    owner = bootstrap.owners_password(url, session.prompt())
    plan = _reminded(answers, plan)

    def keep(passwords: Mapping[str, str]) -> Callable[[], None]:
        if out is None:
            return bootstrap.keep_passwords(url, passwords)
        hand_out(out, pgpass(url, passwords))
        return lambda: out.unlink(missing_ok=True)

    init_shared(url, plan, keep, password=owner, clock=session.clock)
    return _said(plan, bootstrap.without_login(url)) | {
        "key": None,
        "passwords": "the system's keyring" if out is None else str(out),
    }


def _said(plan: FirmPlan, store: str) -> dict[str, Any]:
    (founder,) = plan.people
    signs = founder.passphrase is not None
    return {
        "store": store,
        "firm": plan.name,
        "person": founder.handle,
        "policy": None if plan.policy is None else plan.policy.value,
        "email": founder.email or None,
        "signing_key": signs,
    }


def _made(said: dict[str, Any], paper: Paper) -> Iterator[str]:
    shared = said["key"] is None
    yield f"{said['firm']} is founded, with {said['person']} in it, under the {said['policy']} review policy."
    yield from paper.facts(
        [
            ("store", said["store"]),
            ("key", said["key"]),
            ("recovery copy", said.get("recovery")),
            ("passwords", said.get("passwords")),
            ("open it", _opening(said)),
            ("next", "casedesk person add --help" if said["signing_key"] else "casedesk signing enrol"),
            ("mail", "casedesk channel mail set --help, before anything goes out" if said["email"] else None),
            ("your list", "casedesk matter import FILE --dry-run"),
        ]
    )
    if shared:
        yield "Each person has a login of their own there, and the server keeps its walls between them."
        return
    yield "The file is one trust domain: whoever runs programs as this user of the system can read it, key and all."
    yield "Roles are workflow in it, not a wall. Several people with matters to wall off need a shared store."


def _opening(said: dict[str, Any]) -> str:
    by = f" --as {said['person']}" if said["key"] is None else ""
    return f'casedesk --store "{said["store"]}"{by}'
