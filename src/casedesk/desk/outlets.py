"""The ways out of the desk as they stand on this machine: what is set up, what works, and whether a sleeping laptop matters."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from casedesk.channels import desktop, mail
from casedesk.channels.trouble import Trouble
from casedesk.desk import deliveries, mail_login, settings, webhooks
from casedesk.desk.care import LATE
from casedesk.desk.desk import Desk
from casedesk.desk.preferences import show
from casedesk.desk.sending import keys_of
from casedesk.desk.settings import MailSettings
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views.care import Check
from casedesk.desk.views.telling import ChannelView, PreferenceView
from casedesk.refusal import Refusal

SLEEPING = "Reminders work while this laptop sleeps"


def listing(desk: Desk, key_file: Path | None = None) -> tuple[ChannelView, ...]:
    """Every way out: whether it is set up, and whether this machine can use it."""
    keys = keys_of(desk, key_file)
    found = desk.read(settings.mail)
    hooks = [hook for hook in desk.read(webhooks.listing) if hook.active]
    keyed = sum(keys.find(webhooks.secret_name(hook.ref)) is not None for hook in hooks)
    shows = desktop.available()
    return (
        ChannelView("in_app", True, True, "what people are told stands in the app; the row is the delivery"),
        _mail(desk, found, key_file),
        ChannelView(
            "webhook",
            bool(hooks),
            keyed == len(hooks) and bool(hooks) and not desk.demo,
            f"{len(hooks)} told, {keyed} keys on this machine",
        ),
        ChannelView(
            "desktop", shows, shows, "the system shows notices" if shows else "this system has no notifier"
        ),
    )


def _mail(desk: Desk, found: MailSettings | None, key_file: Path | None) -> ChannelView:
    if desk.demo:
        return ChannelView("mail", False, False, "a demo cannot send mail")
    if found is None:
        return ChannelView("mail", False, False, "no mail server; casedesk channel mail set")
    how = {"password": "a password", "xoauth2": f"a token of {found.provider}", "none": "no login"}[
        found.auth
    ]
    said = f"{found.host}:{found.port}, {found.security}, from {found.sender}, with {how}"
    ready = found.auth == "none" or keys_of(desk, key_file).find(found.secret_name) is not None
    return ChannelView("mail", True, ready, said if ready else f"{said}, which this machine does not have")


def send_test(desk: Desk, now: datetime, *, to: str | None = None, key_file: Path | None = None) -> Check:
    """Send one mail to the person who asks, or to an address of theirs, now; says what happened.

    Raises `Refusal`: `demo_sends_nothing`, `no_mail_server`, `no_mail_login`, `no_address`.
    """
    if desk.demo:
        raise Refusal(
            "demo_sends_nothing", "A demo cannot send mail.", "Make a firm of your own: `casedesk init`."
        )
    found = desk.read(settings.mail)
    if found is None:
        raise Refusal(
            "no_mail_server",
            "The firm has no mail server.",
            "Name it: `casedesk channel mail set --host HOST`.",
        )
    address = to or desk.read(_address)
    if not address:
        raise Refusal(
            "no_address",
            "You have no mail address on record.",
            "A manager sets it: `casedesk person email HANDLE ADDRESS`.",
        )
    number = desk.write(_tested, found.host)
    store_id = desk.store.meta["store_id"]
    try:
        login = mail_login.login(found, keys_of(desk, key_file), now)
        if login is None and found.auth != "none":
            raise Refusal(
                "no_mail_login",
                "This machine has no login for mail.",
                "Sign in: `casedesk channel mail login`.",
            )
        letter = mail.message(
            sender=found.sender,
            to=address,
            subject="casedesk: a test",
            body="Mail from casedesk reaches you here.\n",
            message_id=deliveries.message_id(f"test.{number}", store_id),
            at=now,
        )
        with mail.line(mail_login.server(found), login) as line:
            line.send(letter)
    except Trouble as trouble:
        fix = "Look at `casedesk channel list`, and at the mail server's own records."
        return Check("mail", False, f"the test mail to {address} did not go: {trouble.sentence}", fix)
    said = f"{found.host} took the test mail to {address} over TLS, id {letter['Message-ID']}"
    return Check("mail", True, f"{said}; whether it arrived is for you to see", "")


def doctor_test(desk: Desk, key_file: Path | None = None) -> Check:
    """`send_test` as one of the doctor's checks: what refuses it is what it found."""
    try:
        return send_test(desk, desk.now(), key_file=key_file)
    except Refusal as refusal:
        return Check("mail", False, refusal.message, refusal.next)


def reminders(desk: Desk, key_file: Path | None = None) -> str:
    """Whether a sleeping laptop keeps anybody from being reminded, in one sentence that begins with `SLEEPING`."""
    found = desk.read(settings.mail)
    why, address, worker = desk.read(_standing)
    # Under the service login somebody else's machine sends; then this one needs no login of its own.
    if not why and not worker:
        way = _mail(desk, found, key_file)
        why = "" if way.ready else "this machine has no login for mail"
    if desk.demo:
        why = "a demo cannot send mail"
    elif found is None:
        why = "the firm has no mail server, so that nothing leaves this machine"
    if why:
        return f"{SLEEPING}: no, because {why}."
    if worker:
        return f"{SLEEPING}: yes, by invitation to {address}, and by mail while {worker} runs elsewhere."
    return (
        f"{SLEEPING}: yes, by invitation to {address} (dates that were sent while it was awake); what escalates"
        " waits until it wakes."
    )


def _standing(turn: Turn) -> tuple[str, str, str]:
    """Why this person is not reminded ("" where nothing stands against it), their address, and the service worker that
    swept just now ("" where none did)."""
    mine: PreferenceView = show(turn)
    address = _address(turn)
    why = ""
    if not address:
        why = "you have no mail address on record"
    elif not mine.invitations:
        why = "you asked for no calendar invitations"
    beat: Any = turn.uow.one("delivery.service_beat") if turn.uow.dialect.name == "postgresql" else None
    fresh = beat is not None and turn.now - instant(beat.at_us) <= LATE
    return why, address, beat.worker if fresh else ""


def _address(turn: Turn) -> str:
    return str(turn.uow.need("person", turn.actor.handle, "preference.address", id=turn.actor.id).email)


def _tested(turn: Turn, host: str) -> str:
    number = opaque(turn.uow.new_id()).lower()
    turn.uow.audit_person("channel.tested", "mail", host=host, id=number)
    return number
