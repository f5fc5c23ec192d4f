"""How this machine signs in to the mail server: a password or a token from its keyring, renewed when it runs out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from casedesk.channels import mail, oauth
from casedesk.channels.redirect import Landing
from casedesk.channels.trouble import Fate, Trouble
from casedesk.desk.settings import MailSettings
from casedesk.refusal import Refusal
from casedesk.security.channel_keys import ChannelKeys
from casedesk.store.unit_of_work import micros

EARLY: Final = timedelta(minutes=5)
"""A token is renewed so long before it runs out."""

SIGN_IN_SECONDS: Final = 600.0


def server(found: MailSettings) -> mail.Server:
    return mail.Server(found.host, found.port, found.security, found.ca_file)


def registration(found: MailSettings, secret: str = "") -> oauth.Registration:
    return oauth.Registration(
        found.provider,
        found.client_id,
        found.tenant,
        found.authority,
        secret,
        found.ca_file,
        # A sign-in server of the firm's own may stand inside; the two that everybody uses do not.
        private=bool(found.authority),
    )


def login(found: MailSettings, keys: ChannelKeys, now: datetime) -> mail.Login | None:
    """What to sign in with, None where this machine has nothing, or nothing is needed. Raises `Trouble` when a token
    cannot be renewed."""
    if found.auth == "none":
        return None
    kept = keys.find(found.secret_name)
    if kept is None:
        return None
    if found.auth == "password":
        return mail.Login(found.user, kept)
    try:
        held = json.loads(kept)
        refresh, secret, access, until = (
            str(held["refresh"]),
            str(held["secret"]),
            str(held["access"]),
            int(held["until_us"]),
        )
    except (ValueError, KeyError, TypeError):
        raise Trouble(
            Fate.CLOSED, "What the keyring holds is no token: `casedesk channel mail login`."
        ) from None
    if until <= micros(now + EARLY):
        tokens = oauth.refreshed(registration(found, secret), refresh)
        _keep(found, keys, tokens, secret, now)
        access = tokens.access
    return mail.Login(found.user, access, "xoauth2")


def keep_password(found: MailSettings, keys: ChannelKeys, password: str) -> str:
    """Keep the mail server's password; says where. Raises `Refusal("empty")`, and what keeping raises."""
    if not password:
        raise Refusal("empty", "The password is empty.", "Type it, or give it with --password-stdin.")
    return keys.keep(found.secret_name, password)


def sign_in(
    found: MailSettings,
    keys: ChannelKeys,
    now: datetime,
    *,
    show: Callable[[str], None],
    wait: Callable[[float], None],
    secret: str = "",
) -> str:
    """Have a person sign in at Microsoft or Google, and keep the tokens; says where. `show` tells the person what to do,
    `wait` sleeps so many seconds, `secret` is the registration's where it has one (Google's desktop programs).

    Raises `Refusal("not_signed_in")`, and what keeping raises.
    """
    told = registration(found, secret)
    try:
        if found.provider == "google":
            with Landing() as landing:
                asked = oauth.consent(told, landing.url, found.user)
                show(
                    f"Open this address in a browser of this machine and sign in as {found.user}:\n{asked.url}"
                )
                tokens = oauth.redeemed(told, asked, landing.code(asked.state, SIGN_IN_SECONDS))
        else:
            device = oauth.begin(told)
            show(f"Open {device.where}, type {device.user_code}, and sign in as {found.user}.")
            tokens = oauth.collect(told, device, wait)
    except Trouble as trouble:
        raise Refusal(
            "not_signed_in", trouble.sentence, "Try again, or ask whoever keeps the firm's accounts."
        ) from None
    return _keep(found, keys, tokens, secret, now)


def _keep(found: MailSettings, keys: ChannelKeys, tokens: oauth.Tokens, secret: str, now: datetime) -> str:
    until = micros(now + timedelta(seconds=tokens.seconds))
    held = {"refresh": tokens.refresh, "access": tokens.access, "until_us": until, "secret": secret}
    return keys.keep(found.secret_name, json.dumps(held))
