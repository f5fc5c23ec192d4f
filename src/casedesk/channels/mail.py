"""Mail over SMTP, always inside TLS: by STARTTLS or from the first byte. No login is ever spoken in the clear.

A message is handed over in one piece and counts as sent when the server says so. If the line breaks between the two,
nobody knows, and `Trouble` says `UNSURE`; the message's id is the same however often it is tried.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from casedesk.channels import tls
from casedesk.channels.trouble import Fate, Trouble

SECONDS = 15.0
"""How long one answer of a server is waited for."""

_CALLED = "[127.0.0.1]"
"""What we call ourselves: this machine's own name is nobody's to know, and looking it up may take a minute."""

_STOPS = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Server:
    """Where mail is handed over. `security` is `starttls` or `tls`; `ca_file` names whom to trust, else the system's."""

    host: str
    port: int
    security: str
    ca_file: str = ""


@dataclass(frozen=True)
class Login:
    """`kind`: `password` or `xoauth2`; `secret` is the password or the access token, and is never printed."""

    user: str
    secret: str = field(repr=False)
    kind: str = "password"


def message(
    *,
    sender: str,
    to: str,
    subject: str,
    body: str,
    message_id: str,
    at: datetime,
    calendar: str = "",
    method: str = "",
) -> EmailMessage:
    """One mail. `calendar` is an invitation's text and `method` its iTIP method; `message_id` has its angle brackets.

    Raises `Trouble(NEVER)` for an address or a subject that would not be one header.
    """
    made = EmailMessage(policy=policy.SMTP)
    try:
        made["From"] = Address("casedesk", addr_spec=sender)
        made["To"] = Address(addr_spec=to)
        made["Subject"] = subject
        made["Message-ID"] = message_id
    except (ValueError, IndexError):
        raise Trouble(Fate.NEVER, "The address or the subject does not fit into a mail's head.") from None
    made["Date"] = format_datetime(at)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(body)
    if calendar:
        made.add_alternative(calendar, subtype="calendar", params={"method": method or "REQUEST"})
    return made


class Line:
    """An open, verified, signed-in connection; made by `line`."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail over. Raises `Trouble`; after `UNSURE` and `CLOSED` the line is not to be used again."""
        to = str(mail["To"].addresses[0].addr_spec)
        sender = str(mail["From"].addresses[0].addr_spec)
        try:
            self._expect(self._smtp.mail(sender), 250, "the sender")
            self._expect(self._smtp.rcpt(to), 250, "the recipient")
            self._expect(self._smtp.docmd("DATA"), 354, "a message")
        except Trouble:
            self._begin_again()
            raise
        except (smtplib.SMTPServerDisconnected, OSError):
            raise Trouble(Fate.CLOSED, "The mail server hung up before it was given anything.") from None
        try:
            self._smtp.send(_stuffed(mail.as_bytes()))
            answer = self._smtp.getreply()
        except (smtplib.SMTPServerDisconnected, OSError):
            raise Trouble(
                Fate.UNSURE, "The line broke after the message was handed over, before the server's word."
            ) from None
        self._expect(answer, 250, "the message")

    def _expect(self, answer: tuple[int, bytes], wanted: int, what: str) -> None:
        code = answer[0]
        if code == wanted or (wanted == 250 and code in {251, 252}):
            return
        if code == 421 or code == -1:
            raise Trouble(Fate.CLOSED, f"The mail server takes nothing just now ({code}).")
        if code == 530:
            raise Trouble(Fate.CLOSED, "The mail server wants a login before it takes mail (530).")
        fate = Fate.NEVER if code >= 500 else Fate.LATER
        raise Trouble(fate, f"The mail server refused {what} ({code}).")

    def _begin_again(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()


@contextmanager
def line(server: Server, login: Login | None) -> Iterator[Line]:
    """A connection to hand mail over on, closed at the end. Raises `Trouble(CLOSED)` where none may be had.

    Without TLS, or with a certificate that does not verify, nothing is said, least of all a password.
    """
    smtp = _connected(server)
    try:
        if login is not None:
            _sign_in(smtp, login)
        yield Line(smtp)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    context = tls.context(server.ca_file)
    where = f"{server.host}:{server.port}"
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=_CALLED, timeout=SECONDS, context=context
            )
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=_CALLED, timeout=SECONDS)
    except OSError as error:
        raise _unreachable(error, server) from None
    try:
        smtp.ehlo_or_helo_if_needed()
        if smtp.starttls(context=context)[0] != 220:
            raise Trouble(Fate.CLOSED, f"{where} does not begin TLS when asked; nothing was said to it.")
        smtp.ehlo()
    except Trouble:
        smtp.close()
        raise
    except smtplib.SMTPNotSupportedError:
        smtp.close()
        raise Trouble(Fate.CLOSED, f"{where} offers no STARTTLS; nothing was said to it.") from None
    except OSError as error:
        smtp.close()
        raise _unreachable(error, server) from None
    return smtp


def _unreachable(error: OSError, server: Server) -> Trouble:
    if isinstance(error, smtplib.SMTPException):
        return Trouble(Fate.CLOSED, f"{server.host}:{server.port} hung up, or does not speak SMTP there.")
    return tls.unreachable(error, server.host, server.port)


def _sign_in(smtp: smtplib.SMTP, login: Login) -> None:
    try:
        if login.kind == "xoauth2":
            if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
                raise Trouble(Fate.CLOSED, "The mail server offers no login by token (XOAUTH2).")
            words = f"user={login.user}\x01auth=Bearer {login.secret}\x01\x01"
            # A refused token is answered by a challenge, and the challenge by an empty line.
            smtp.auth("XOAUTH2", lambda challenge=None: words if challenge is None else "")
        else:
            smtp.login(login.user, login.secret)
    except smtplib.SMTPAuthenticationError as error:
        what = "token" if login.kind == "xoauth2" else "password"
        raise Trouble(
            Fate.CLOSED, f"The mail server refused the {what} of {login.user} ({error.smtp_code})."
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Trouble(Fate.CLOSED, "The mail server offers no login that we know.") from None
    except UnicodeEncodeError:
        raise Trouble(Fate.CLOSED, "The login has letters that SMTP cannot carry.") from None
    except (smtplib.SMTPException, OSError):
        raise Trouble(Fate.CLOSED, "The mail server hung up at the login.") from None


def _stuffed(text: bytes) -> bytes:
    """The message as it goes over the line: dots at a line's beginning doubled, and the end that no text can fake."""
    lines = b"\r\n".join(text.splitlines())
    return _STOPS.sub(b"..", lines) + b"\r\n.\r\n"
