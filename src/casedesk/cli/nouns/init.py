"""`casedesk init`: a firm of one's own, on an encrypted file or on a PostgreSQL database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.ask import line
from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.founding import FirmPlan, Founder
    from casedesk.security.store_key import Custody, StoreKey

app = noun("Make a firm of your own.")

ANYWHERE = "America/New_York"
"""The zone where the machine does not say its own."""


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
    """Make a firm with you in it. What is not given is asked for; with --no-input nothing is asked.

    A local store is one encrypted file. Its key is kept in the system's keyring, or with --key-file in a file; its
    recovery copy is for you to keep. A shared store is made by the owner of an empty database.

    Example: casedesk init --name "Reyes LLP" --person "Julia Reyes" --licence attorney:4411223:NY
    """
    session = of(ctx)
    session.require_writing()
    asked = _Asked(session, name, person, handle, role, licence, zone, passphrase_stdin)
    url = postgres or (session.store if session.store and "://" in session.store else None)
    if url is None:
        said = _local(session, asked, directory, recovery_out, key_prompt=key_prompt)
    else:
        said = _shared(session, asked, url, pgpass_out)
    session.say(said, _made)


class _Asked:
    """What a firm begins with: taken from the options, else asked for, else as most firms have it."""

    def __init__(
        self,
        session: Session,
        name: str | None,
        person: str | None,
        handle: str | None,
        roles: list[str] | None,
        licences: list[str] | None,
        zone: str | None,
        passphrase_stdin: bool,
    ) -> None:
        self.session = session
        self.name, self.person, self.handle, self.zone = name, person, handle, zone
        self.roles, self.licences = roles, licences
        self.passphrase_stdin = passphrase_stdin

    def plan(self) -> FirmPlan:
        """Raises `Refusal` or `WrongUsage` for what is missing or will not do."""
        from casedesk.desk import asked
        from casedesk.founding import FirmPlan

        firm = asked.words(self._answer(self.name, "The firm's name", "--name"), "The firm's name")
        founder = self._founder()
        zone = _known_zone(self._answer(self.zone, "Time zone", "--zone", _own_zone()))
        return FirmPlan(name=firm, zone=zone, people=(founder,), sits_here=founder.handle)

    def _founder(self) -> Founder:
        from casedesk.cli.words import licence as read_licence
        from casedesk.desk import asked
        from casedesk.founding import Founder
        from casedesk.models.enums import SIGNING_LICENCES, LicenceKind, Role

        name = asked.words(self._answer(self.person, "Your name", "--person"), "Your name")
        handle = asked.handle(self._answer(self.handle, "Your handle", "--handle", _short(name)))
        given = self.licences
        if given is None and self.session.may_ask:
            typed = line(self.session, "Your licence, as attorney:NUMBER:NY, or nothing")
            given = [typed] if typed else []
        licences = tuple(
            (
                asked.one_of(kind, LicenceKind, "licence"),
                asked.words(number, "The licence's number"),
                asked.words(place, "The jurisdiction"),
                last,
            )
            for kind, number, place, last in map(read_licence, given or [])
        )
        signs = any(kind in SIGNING_LICENCES for kind, *_ in licences)
        usual = "managing_partner" + (", attorney" if signs else "")
        roles = self.roles or self._answer(None, "Your roles", "--role", usual).split(",")
        return Founder(
            handle,
            name,
            tuple(dict.fromkeys(asked.one_of(each, Role, "role") for each in roles)),
            licences=licences,
            passphrase=self._passphrase(name, handle) if signs else None,
        )

    def _passphrase(self, *names: str) -> str | None:
        """The signing passphrase; None where nobody gives one now: the key is enrolled later."""
        from casedesk.cli.ask import secret
        from casedesk.security.signing import check_passphrase

        if not self.passphrase_stdin and not self.session.may_ask:
            return None
        try:
            typed = secret(
                self.session,
                "Signing passphrase (nothing: enrol a key later)",
                from_stdin=self.passphrase_stdin,
                twice=True,
            )
        except Refusal as refusal:
            if self.passphrase_stdin or refusal.code != "secret_missing":
                raise
            return None
        check_passphrase(typed, names=names)
        return typed

    def _answer(self, given: str | None, question: str, option: str, usual: str = "") -> str:
        if given is not None:
            return given
        shown = f"{question} [{usual}]" if usual else question
        answer = line(self.session, shown) or usual
        if not answer:
            raise WrongUsage("missing", f"A firm needs {option}.", "See casedesk init --help.")
        return answer


def _local(
    session: Session, asked: _Asked, directory: Path | None, out: Path | None, *, key_prompt: bool
) -> dict[str, Any]:
    from casedesk import bootstrap
    from casedesk.cli.recovery import check_way, hand_over
    from casedesk.founding import fitting_policy, init_local
    from casedesk.security import store_key

    if directory is not None and session.store is not None:
        raise WrongUsage("usage", "--dir and --store both name a place.", "Give one of them.")
    custody = _custody(session.key_file or bootstrap.named_key_file(), key_prompt=key_prompt)
    store_key.check_custody(custody)
    check_way(session, out)
    path = (directory / "firm.db") if directory else Path(session.store or bootstrap.default_store())
    path = Path(os.path.abspath(path.expanduser()))
    now = (session.clock or bootstrap.host_clock)()

    written: list[str] = []

    def confirm(key: StoreKey) -> str:
        written.append(hand_over(session, key, path, out, now))
        return written[0]

    plan = asked.plan()
    try:
        init_local(path, plan, custody, confirm, clock=session.clock)
    except BaseException:
        if written and out is not None and not path.exists():
            out.unlink(missing_ok=True)
        raise
    return _said(plan, fitting_policy(plan.people).value, str(path)) | {
        "key": str(custody),
        "recovery": None if out is None else str(out),
    }


def _custody(file: Path | None, *, key_prompt: bool) -> Custody:
    from casedesk.security import store_key

    if key_prompt:
        return store_key.ASKED
    return store_key.KEYRING if file is None else store_key.in_file(file)


def _shared(session: Session, asked: _Asked, url: str, out: Path | None) -> dict[str, Any]:
    from casedesk import bootstrap
    from casedesk.founding import fitting_policy, init_shared
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
    plan = asked.plan()

    def keep(passwords: Mapping[str, str]) -> Callable[[], None]:
        if out is None:
            return bootstrap.keep_passwords(url, passwords)
        hand_out(out, pgpass(url, passwords))
        return lambda: out.unlink(missing_ok=True)

    init_shared(url, plan, keep, password=owner, clock=session.clock)
    return _said(plan, fitting_policy(plan.people).value, bootstrap.without_login(url)) | {
        "key": None,
        "passwords": "the system's keyring" if out is None else str(out),
    }


def _said(plan: FirmPlan, policy: str, store: str) -> dict[str, Any]:
    (founder,) = plan.people
    signs = founder.passphrase is not None
    return {
        "store": store,
        "firm": plan.name,
        "person": founder.handle,
        "policy": policy,
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


def _short(name: str) -> str:
    """The first letter of the first name and the last name, in plain letters."""
    from casedesk.desk.asked import fold

    words = ["".join(c for c in fold(word) if c.isascii() and c.isalnum()) for word in name.split()]
    words = [word for word in words if word]
    return (words[0][0] + words[-1])[:31] if len(words) > 1 else "".join(words)[:31]


def _own_zone() -> str:
    """The machine's own zone, where it says one."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        _, found, named = os.path.realpath("/etc/localtime").partition("zoneinfo/")
        named = named if found else ""
    try:
        return _known_zone(named) if "/" in named else ANYWHERE
    except Refusal:
        return ANYWHERE


def _known_zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise Refusal(
            "bad_zone", f"There is no time zone {name!r}.", "Write it like America/Chicago or Asia/Manila."
        ) from None
    return name
