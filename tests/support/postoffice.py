"""A mail server on loopback that speaks TLS and checks logins, by the book (RFC 5321, 3207, 4954) and not with our code.

It keeps what it is given, and every line that it was told before TLS. A test makes it refuse, hang up, or go quiet.
"""

from __future__ import annotations

import base64
import binascii
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from tests.support.loopback import HOST
from tests.support.tls import Root


@dataclass
class PostOffice:
    """What the server was given, and how it is to behave.

    `arrived` counts the messages that came, for a test that waits for one. `logins` are passwords by user, `tokens` the access tokens it takes. `refuse_to` answers 550 to those recipients,
    `busy` 451 to every sender; `hang_up` drops the line after the next message's text, unacknowledged.
    """

    port: int
    ca: Path
    starttls: bool = True
    logins: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    refuse_to: set[str] = field(default_factory=set)
    busy: bool = False
    hang_up: bool = False
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    connections: int = 0
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.messages]


class _Threaded(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away from a bad certificate is what some tests are about."""


@contextmanager
def post_office(folder: Path, *, host: str = "localhost", implicit: bool = False) -> Iterator[PostOffice]:
    """A server whose certificate is made out to `host`; `implicit` speaks TLS from the first byte."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = Root.make(folder, "post-root")
    certificate, key = root.server(folder, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            office.connections += 1
            with (
                suppress(OSError),
                closing(_Talk(cast(socket.socket, self.request), context, office)) as talk,
            ):
                talk.run(implicit)

    server = _Threaded((HOST, 0), Handler)
    office = PostOffice(server.server_address[1], root.file)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()


class _Talk:
    """One client's conversation."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, office: PostOffice) -> None:
        self.office, self.context = office, context
        self.secure = False
        self.user = ""
        self.to: list[str] = []
        self.sock = sock
        self.file = sock.makefile("rb")

    def close(self) -> None:
        self.file.close()
        self.sock.close()

    def _speak_tls(self) -> None:
        self.file.close()
        self.sock = self.context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")
        self.secure = True

    def say(self, line: str) -> None:
        self.sock.sendall(line.encode() + b"\r\n")

    def hear(self) -> str:
        line = self.file.readline()
        if not line:
            raise ConnectionError
        words = line.decode("utf-8", "replace").rstrip("\r\n")
        if not self.secure:
            self.office.in_the_clear.append(words)
        return words

    def run(self, implicit: bool) -> None:
        if implicit:
            self._speak_tls()
        self.say("220 loopback ESMTP")
        while True:
            words = self.hear()
            verb, _, rest = words.partition(" ")
            match verb.upper():
                case "EHLO":
                    self._greet()
                case "STARTTLS":
                    self.say("220 go on")
                    self._speak_tls()
                case "AUTH":
                    self._sign_in(rest)
                case "MAIL":
                    self._sender()
                case "RCPT":
                    self._recipient(rest.partition(":")[2].strip().strip("<>"))
                case "DATA":
                    if self._data():
                        return
                case "RSET":
                    self.to = []
                    self.say("250 ok")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("502 what?")

    def _greet(self) -> None:
        more = []
        if not self.secure and self.office.starttls:
            more.append("STARTTLS")
        if self.secure and self.office.logins:
            more.append("AUTH PLAIN LOGIN XOAUTH2")
        elif self.secure and self.office.tokens:
            more.append("AUTH XOAUTH2")
        lines = ["loopback", *more]
        for line in lines[:-1]:
            self.say(f"250-{line}")
        self.say(f"250 {lines[-1]}")

    def _sign_in(self, rest: str) -> None:
        mechanism, _, first = rest.partition(" ")
        try:
            said = base64.b64decode(first).decode()
        except (binascii.Error, UnicodeDecodeError):
            said = ""
        if mechanism.upper() == "XOAUTH2":
            parts = dict(p.split("=", 1) for p in said.split("\x01") if "=" in p)
            token = parts.get("auth", "").removeprefix("Bearer ")
            if token in self.office.tokens:
                self.user = parts["user"]
            else:
                self.say("334 " + base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode())
                assert self.hear() == "", "a refused token is answered by an empty line"
        elif mechanism.upper() == "PLAIN":
            _, user, password = [*said.split("\0"), "", ""][:3]
            if user and self.office.logins.get(user) == password:
                self.user = user
        if self.user:
            self.office.signed_in.append(self.user)
        self.say("235 welcome" if self.user else "535 no")

    def _sender(self) -> None:
        if (self.office.logins or self.office.tokens) and not self.user:
            self.say("530 sign in first")
        else:
            self.say("451 busy" if self.office.busy else "250 ok")

    def _recipient(self, to: str) -> None:
        if to in self.office.refuse_to:
            self.say("550 no such mailbox")
            return
        self.to.append(to)
        self.say("250 ok")

    def _data(self) -> bool:
        """Take one message; whether the line is dropped then."""
        if not self.to:
            self.say("503 to whom?")
            return False
        self.say("354 go on")
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            lines.append(line[1:] if line.startswith(b".") else line)
        text = b"".join(lines)
        self.office.raw.append(text)
        self.office.messages.append(message_from_bytes(text, policy=policy.default))
        self.office.recipients.append(self.to)
        self.to = []
        self.office.arrived.release()
        if self.office.hang_up:
            self.office.hang_up = False
            self.sock.shutdown(socket.SHUT_RDWR)
            return True
        self.say("250 kept")
        return False
