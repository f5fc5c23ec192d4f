"""`casedesk channel`: the ways out of the desk: mail, webhooks, notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.desk import Desk
    from casedesk.desk.settings import MailSettings
    from casedesk.desk.views.care import Check
    from casedesk.desk.views.telling import ChannelView
    from casedesk.security.channel_keys import ChannelKeys

app = noun("The ways out of the desk: mail, webhooks, notices; what works here.")
mail = noun("The firm's mail server, and this machine's login to it.")
app.add_typer(mail, name="mail")


@mail.command("set")
def set_(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="The server; empty stops mail.")] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help="587 for starttls, 465 for tls.")] = None,
    security: Annotated[
        str | None, typer.Option(metavar="HOW", help="starttls or tls; nothing is ever sent without.")
    ] = None,
    sender: Annotated[str | None, typer.Option("--from", metavar="ADDRESS", help="The sender.")] = None,
    auth: Annotated[str | None, typer.Option(metavar="HOW", help="password, xoauth2 or none.")] = None,
    user: Annotated[str | None, typer.Option(metavar="USER", help="The login, where not the sender.")] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="NAME", help="microsoft or google, for xoauth2.")
    ] = None,
    client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The firm's own app registration, for xoauth2.")
    ] = None,
    tenant: Annotated[str | None, typer.Option(metavar="ID", help="Microsoft's id of the firm.")] = None,
    authority: Annotated[
        str | None, typer.Option(metavar="URL", help="Another sign-in server (a national cloud's).")
    ] = None,
    ca_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trust these certificates instead of the system's.")
    ] = None,
) -> None:
    """Set how the firm's mail goes out; what is not named stays. Managers only.

    Example: casedesk channel mail set --host smtp.office365.com --from desk@firm.example --auth xoauth2
    """
    from casedesk.desk import settings

    given = {
        "mail.host": host,
        "mail.port": None if port is None else str(port),
        "mail.security": security,
        "mail.from": sender,
        "mail.auth": auth,
        "mail.user": user,
        "mail.provider": provider,
        "mail.client_id": client_id,
        "mail.tenant": tenant,
        "mail.authority": authority,
        "mail.ca_file": ca_file,
    }
    session = of(ctx)
    with session.desk() as desk:
        changes = {key: value for key, value in given.items() if value is not None}
        found = desk.write(settings.set_mail, changes)
    session.say(_settings(found), _facts)


@mail.command("login")
def login(
    ctx: typer.Context,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="The password is stdin's first line.")
    ] = False,
    secret_stdin: Annotated[
        bool,
        typer.Option("--secret-stdin", help="The app registration's secret (Google) is stdin's first line."),
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take this machine's login away.")] = False,
) -> None:
    """Sign this machine in to the mail server; the password or the tokens go into its keyring (or --key-file).

    Example: casedesk channel mail login
    """
    import time

    from casedesk.desk import mail_login, settings
    from casedesk.refusal import Refusal

    session = of(ctx)
    session.require_writing()
    with session.desk() as desk:
        keys = _keys(session, desk)
        found = desk.read(settings.mail)
        if desk.demo:
            raise Refusal(
                "demo_sends_nothing", "A demo cannot send mail.", "Make a firm of your own: `casedesk init`."
            )
        if found is None:
            raise Refusal(
                "no_mail_server",
                "The firm has no mail server.",
                "A manager names it: `casedesk channel mail set --host HOST --from ADDRESS`.",
            )
        if forget:
            keys.forget(found.secret_name)
            where = ""
        elif found.auth == "none":
            raise Refusal("no_login_needed", f"{found.host} takes mail without a login.", "")
        elif found.auth == "password":
            password = _secret(session, f"Password of {found.user} at {found.host}", password_stdin)
            where = mail_login.keep_password(found, keys, password)
        else:
            app_secret = ""
            if found.provider == "google":
                app_secret = _secret(session, "Secret of the app registration", secret_stdin)
            where = mail_login.sign_in(
                found, keys, desk.now(), show=_show, wait=time.sleep, secret=app_secret
            )
    said = f"Kept in {where}." if where else "This machine has no login for mail any more."
    session.say({"user": found.user, "host": found.host, "kept": where}, lambda _v, _p: [said])


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the ways out, whether each is set up, and whether it works from this machine.

    Example: casedesk channel list
    """
    from casedesk.desk import outlets

    session = of(ctx)
    with session.desk() as desk:
        rows = window(outlets.listing(desk, _key_file(session)), limit, after)
    session.say_rows(rows, limit, _table, "There is no way out.")


@app.command("test")
def test(
    ctx: typer.Context,
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to; else your own address.")
    ] = None,
) -> None:
    """Send a test mail now, and say what happened.

    Example: casedesk channel test
    """
    from casedesk.desk import outlets

    session = of(ctx)
    with session.desk() as desk:
        check = outlets.send_test(desk, desk.now(), to=to, key_file=_key_file(session))
    session.status = 0 if check.ok else 1
    session.say(check, _said)


def _keys(session: Session, desk: Desk) -> ChannelKeys:
    from casedesk.desk.sending import keys_of

    return keys_of(desk, _key_file(session))


def _key_file(session: Session) -> Path | None:
    from casedesk.bootstrap import named_key_file

    return session.key_file or named_key_file()


def _secret(session: Session, what: str, from_stdin: bool) -> str:
    from casedesk.cli.ask import secret

    return secret(session, what, from_stdin=from_stdin)


def _show(words: str) -> None:
    """What the person who signs in must do stands on stderr, whoever reads the result."""
    import sys

    from casedesk.security.text import safe

    sys.stderr.write("".join(f"{safe(line)}\n" for line in words.splitlines()))
    sys.stderr.flush()


def _settings(found: MailSettings | None) -> dict[str, object]:
    if found is None:
        return {"host": None}
    return {
        "host": found.host,
        "port": found.port,
        "security": found.security,
        "from": found.sender,
        "auth": found.auth,
        "user": found.user,
        "provider": found.provider if found.auth == "xoauth2" else None,
        "client_id": found.client_id or None,
        "tenant": found.tenant if found.auth == "xoauth2" else None,
        "authority": found.authority or None,
        "ca_file": found.ca_file or None,
    }


def _facts(found: dict[str, object], paper: Paper) -> Iterator[str]:
    if not found["host"]:
        yield "The firm has no mail server."
        return
    yield from paper.facts(list(found.items()))


def _table(rows: Sequence[ChannelView], paper: Paper) -> Iterator[str]:
    heads = ["channel", "set up", "works here", "detail"]
    words = {True: "yes", False: "no"}
    yield from paper.table(
        heads, [[r.channel, words[r.set_up], words[r.ready], r.detail] for r in rows], give=["detail"]
    )


def _said(check: Check, paper: Paper) -> Iterator[str]:
    yield check.detail[0].upper() + check.detail[1:] + "."
    if check.fix:
        yield check.fix
