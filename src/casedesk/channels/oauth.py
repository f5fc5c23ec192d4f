"""Signing in to Microsoft 365 and to Google with the firm's own app registration, so that mail goes out by token.

Microsoft: the device code (RFC 8628). Google gives that flow no mail scope, so there it is the sign-in of installed
programs: an answer on a loopback port, with PKCE (RFC 8252, RFC 7636). No token is ever printed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from casedesk.channels import http
from casedesk.channels.trouble import Fate, Trouble

MICROSOFT: Final = "https://login.microsoftonline.com"
GOOGLE: Final = "https://oauth2.googleapis.com"
GOOGLE_CONSENT: Final = "https://accounts.google.com/o/oauth2/v2/auth"

_SCOPES: Final = {
    "microsoft": "https://outlook.office.com/SMTP.Send offline_access",
    "google": "https://mail.google.com/",
}
_SAID: Final = {
    "access_denied": "the person who signs in said no",
    "authorization_declined": "the person who signs in said no",
    "expired_token": "the code has run out; begin again",
    "invalid_grant": "the sign-in is no longer good; run `casedesk channel mail login`",
    "invalid_client": "the client id or its secret is not known there",
    "unauthorized_client": "the app registration does not allow this kind of sign-in",
    "invalid_scope": "the app registration may not send mail",
}


@dataclass(frozen=True)
class Registration:
    """The firm's own app registration. `authority` is the sign-in server; `secret` is Google's, for desktop programs."""

    provider: str
    client_id: str
    tenant: str = "organizations"
    authority: str = ""
    secret: str = field(default="", repr=False)
    ca_file: str = ""
    private: bool = False

    def url(self, what: str) -> str:
        """The address of `devicecode` or `token`."""
        if self.provider == "google":
            return f"{self.authority or GOOGLE}/{what}"
        return f"{self.authority or MICROSOFT}/{self.tenant}/oauth2/v2.0/{what}"

    @property
    def scope(self) -> str:
        return _SCOPES[self.provider]


@dataclass(frozen=True)
class Device:
    """What a person types, and where; `code` is ours alone. `seconds` until it runs out, `every` between two looks."""

    user_code: str
    where: str
    seconds: int
    every: int
    code: str = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """`seconds`: how long the access token is good for."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


def begin(registration: Registration) -> Device:
    """Ask for a device code. Raises `Trouble`."""
    said = _ask(
        registration, "devicecode", {"client_id": registration.client_id, "scope": registration.scope}
    )
    try:
        return Device(
            user_code=str(said["user_code"]),
            where=str(said["verification_uri"]),
            seconds=int(said.get("expires_in", 900)),
            every=max(1, int(said.get("interval", 5))),
            code=str(said["device_code"]),
        )
    except (KeyError, ValueError):
        raise _refused(said) from None


def collect(registration: Registration, device: Device, wait: Callable[[float], None]) -> Tokens:
    """Look until the person has signed in; `wait` sleeps so many seconds. Raises `Trouble` when they did not in time."""
    every, left = device.every, device.seconds
    form = {
        "client_id": registration.client_id,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device.code,
    }
    while left > 0:
        wait(every)
        left -= every
        said = _ask(registration, "token", form)
        if "access_token" in said:
            return _tokens(said, "")
        if said.get("error") == "slow_down":
            every += 5
        elif said.get("error") != "authorization_pending":
            raise _refused(said)
    raise _refused({"error": "expired_token"})


def refreshed(registration: Registration, refresh: str) -> Tokens:
    """A new access token; the refresh token may be a new one as well. Raises `Trouble`."""
    form = {
        "client_id": registration.client_id,
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "scope": registration.scope,
    }
    if registration.secret:
        form["client_secret"] = registration.secret
    return _tokens(_ask(registration, "token", form), refresh)


@dataclass(frozen=True)
class Consent:
    """An address to open in a browser; what comes back on the loopback port is taken by `redeemed`."""

    url: str
    state: str
    redirect: str
    verifier: str = field(repr=False)


def consent(registration: Registration, redirect: str, user: str) -> Consent:
    """The first half of Google's sign-in, answered at `redirect`."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": registration.client_id,
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": registration.scope,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "state": state,
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": user,
    }
    return Consent(f"{GOOGLE_CONSENT}?{urlencode(asked)}", state, redirect, verifier)


def redeemed(registration: Registration, asked: Consent, code: str) -> Tokens:
    """The second half: the code that came back, for tokens. Raises `Trouble`."""
    form = {
        "client_id": registration.client_id,
        "client_secret": registration.secret,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.redirect,
        "code_verifier": asked.verifier,
    }
    return _tokens(_ask(registration, "token", form), "")


def _ask(registration: Registration, what: str, form: dict[str, str]) -> dict[str, Any]:
    answer = http.post(
        registration.url(what),
        urlencode(form).encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        ca_file=registration.ca_file,
        private=registration.private,
    )
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Trouble(Fate.CLOSED, f"The sign-in server gave no answer that we understand ({answer.status}).")
    return said


def _tokens(said: dict[str, Any], refresh: str) -> Tokens:
    try:
        found = Tokens(
            str(said["access_token"]),
            str(said.get("refresh_token") or refresh),
            int(said.get("expires_in", 3600)),
        )
    except (KeyError, ValueError):
        raise _refused(said) from None
    if not found.refresh:
        raise Trouble(Fate.CLOSED, "The sign-in server gave nothing to sign in again with.")
    return found


def _refused(said: dict[str, Any]) -> Trouble:
    why = _SAID.get(str(said.get("error")), "it gave no reason that we know")
    return Trouble(Fate.CLOSED, f"The sign-in server refused: {why}.")
