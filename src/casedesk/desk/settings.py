"""The firm's settings: what it settled, when and who; the newest word of a key counts. No secret stands here.

Set by managers, each change on the trail. The mail server's settings are read together as one `MailSettings`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from casedesk.desk import asked
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal

LONGEST = 400
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PLAIN = re.compile(r"[!-~]{1,200}")

MAIL_KEYS = (
    "mail.host",
    "mail.port",
    "mail.security",
    "mail.from",
    "mail.auth",
    "mail.user",
    "mail.provider",
    "mail.client_id",
    "mail.tenant",
    "mail.authority",
    "mail.ca_file",
)


@dataclass(frozen=True)
class MailSettings:
    """How this firm's mail goes out. `auth`: password, xoauth2, none; `security`: starttls, tls. `since_us`: since when
    there is a server at all."""

    host: str
    port: int
    security: str
    sender: str
    auth: str
    user: str
    provider: str
    client_id: str
    tenant: str
    authority: str
    ca_file: str
    since_us: int

    @property
    def secret_name(self) -> str:
        """What its password or token is kept under. Server and registration are in it: a changed setting finds no secret,
        so that nobody has one sent elsewhere by changing where mail goes."""
        parts = [self.auth, self.host, str(self.port), self.user]
        if self.auth == "xoauth2":
            parts += [self.provider, self.client_id, self.tenant, self.authority]
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
        return f"mail:{digest}"


def value(turn: Turn, key: str, default: str = "") -> str:
    """One setting as it stands."""
    row = turn.uow.one("setting.one", key=key)
    return default if row is None else str(row.value)


def put(turn: Turn, changes: Mapping[str, str]) -> int:
    """Settle what is not so already; how many keys changed. Managers only. Raises `NotAllowed`, and `Refusal` for a
    value no setting may have."""
    turn.require_manager("Changing the firm's settings")
    changed = 0
    for key, new in sorted(changes.items()):
        if len(new) > LONGEST or not new.isprintable():
            raise Refusal("bad_setting", f"{key} cannot be {new[:40]!r}.", "Write one line of plain text.")
        row = turn.uow.one("setting.one", key=key)
        before = "" if row is None else str(row.value)
        if before == new and row is not None:
            continue
        keep(turn, key, new)
        turn.uow.audit("setting.changed", key, before=before, now=new)
        changed += 1
    return changed


def keep(turn: Turn, key: str, value: str) -> None:
    """Write the newest word of a key; whoever calls has looked at it, and puts it on the trail."""
    before = turn.uow.one("setting.one", key=key)
    turn.uow.insert(
        "firm_setting",
        id=turn.uow.new_id(),
        key=key,
        seq=1 if before is None else before.seq + 1,
        value=value,
        set_by=turn.actor.id,
        set_us=turn.now_us,
    )


def mail(turn: Turn) -> MailSettings | None:
    """The mail server as it stands, None where the firm has none."""
    rows = {row.key: row for row in turn.uow.all("setting.now")}
    found = {key: str(row.value) for key, row in rows.items()}
    if not found.get("mail.host") or not found.get("mail.from"):
        return None
    return MailSettings(
        host=found["mail.host"],
        port=int(found.get("mail.port") or 587),
        security=found.get("mail.security") or "starttls",
        sender=found["mail.from"],
        auth=found.get("mail.auth") or "password",
        user=found.get("mail.user") or found["mail.from"],
        provider=found.get("mail.provider") or "microsoft",
        client_id=found.get("mail.client_id", ""),
        tenant=found.get("mail.tenant") or "organizations",
        authority=found.get("mail.authority", ""),
        ca_file=found.get("mail.ca_file", ""),
        since_us=rows["mail.host"].set_us,
    )


CALENDAR_NAMES = "calendar.names"
"""`yes` lets clients' names into calendars and invitations."""


def names_in_calendars(turn: Turn) -> bool:
    """Whether this firm lets clients' names into calendars, which lie outside the desk; not until it says so."""
    return value(turn, CALENDAR_NAMES) == "yes"


def let_names_into_calendars(turn: Turn, let: bool) -> bool:
    """Settle whether clients' names may stand in calendars; what is in a calendar already stays until it changes.

    Managers only. Raises `NotAllowed`.
    """
    put(turn, {CALENDAR_NAMES: "yes" if let else "no"})
    turn.uow.flush()
    return names_in_calendars(turn)


def set_mail(turn: Turn, changes: Mapping[str, str]) -> MailSettings | None:
    """Change how mail goes out; keys as in `MAIL_KEYS`. An empty `mail.host` stops mail.

    Raises `NotAllowed` for who is no manager, `Refusal("demo_sends_nothing")` at a demo, `Refusal("bad_setting")`.
    """
    turn.require_manager("Changing how mail goes out")
    if turn.uow.scalar("meta.get", key="demo") == "1":
        raise Refusal(
            "demo_sends_nothing", "A demo cannot send mail.", "Make a firm of your own: `casedesk init`."
        )
    for key, new in changes.items():
        _check(key, new)
    put(turn, changes)
    turn.uow.flush()
    found = mail(turn)
    if found is not None and found.auth == "xoauth2" and not found.client_id:
        raise Refusal(
            "client_id_missing",
            "Signing in by token takes the firm's own app registration.",
            "Name it with --client-id, and for Microsoft --tenant.",
        )
    return found


def _check(key: str, new: str) -> None:
    """One mail setting's own shape; what is empty is taken back."""
    if key not in MAIL_KEYS:
        raise Refusal("bad_setting", f"There is no setting {key}.", "")
    if not new:
        return
    closed = {
        "mail.security": ("starttls", "tls"),
        "mail.auth": ("password", "xoauth2", "none"),
        "mail.provider": ("microsoft", "google"),
    }
    if key in closed:
        good = new in closed[key]
        wanted = ", ".join(closed[key])
    elif key == "mail.port":
        good, wanted = new.isascii() and new.isdigit() and 0 < int(new) < 65536, "a number from 1 to 65535"
    elif key == "mail.host":
        good, wanted = bool(_HOST.fullmatch(new)), "a host's name"
    elif key == "mail.from":
        good, wanted = bool(asked.MAIL_ADDRESS.fullmatch(new)), "one address, name@example.com"
    elif key == "mail.authority":
        good, wanted = bool(_PLAIN.fullmatch(new)) and new.startswith("https://"), "an https address"
    elif key == "mail.tenant":
        good, wanted = bool(_HOST.fullmatch(new)), "a tenant's id or domain"
    elif key == "mail.ca_file":
        good, wanted = new.isprintable(), "a file's path"
    else:
        good, wanted = bool(_PLAIN.fullmatch(new)), "plain letters without blanks"
    if not good:
        raise Refusal("bad_setting", f"{key} cannot be {new[:40]!r}.", f"It takes {wanted}.")
