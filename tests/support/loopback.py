"""A network inside the machine that breaks when a test says so. Nothing here leaves 127.0.0.1."""

from __future__ import annotations

import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

HOST = "127.0.0.1"


def closed_port() -> int:
    """A port on 127.0.0.1 where nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return cast(int, probe.getsockname()[1])


class Relay:
    """A TCP relay in front of a server: what a client sees when the network goes away and comes back.

    `cut()` breaks every open connection and refuses new ones, `mend()` lets new ones through again; the port stays.
    """

    def __init__(self, port: int, host: str = HOST) -> None:
        self._target = (host, port)
        self._up = threading.Event()
        self._up.set()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                relay._serve(cast(socket.socket, self.request))

        self._server = _Threaded((HOST, 0), Handler)
        self.port: int = self._server.server_address[1]

    def cut(self) -> None:
        """Every connection ends here and now, in the middle of whatever it was saying."""
        with self._lock:
            self._up.clear()
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections get through again."""
        self._up.set()

    def __enter__(self) -> Relay:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, client: socket.socket) -> None:
        if not self._up.is_set():
            return
        with suppress(OSError), socket.create_connection(self._target) as server:
            with self._lock:
                if not self._up.is_set():  # cut while we were connecting
                    return
                self._open |= {client, server}
            try:
                _pump(client, server)
            finally:
                with self._lock:
                    self._open -= {client, server}


def _pump(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as waiting:
        waiting.register(one, selectors.EVENT_READ, other)
        waiting.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in waiting.select():
                data = cast(socket.socket, key.fileobj).recv(65536)
                if not data:
                    return
                key.data.sendall(data)


@dataclass
class Postbox:
    """What a mail server was given. `hang_up` drops the next message's connection after its text, unacknowledged."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    hang_up: bool = False
    refuse: bool = False


@contextmanager
def mail_server() -> Iterator[Postbox]:
    """A mail server without TLS that keeps what it is given; `refuse` makes it turn every sender away."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                _talk(self, box)

    server = _Threaded((HOST, 0), Handler)
    box = Postbox(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()


def _talk(line: socketserver.StreamRequestHandler, box: Postbox) -> None:
    def say(text: str) -> None:
        line.wfile.write(text.encode() + b"\r\n")

    to: list[str] = []
    say("220 loopback")
    while said := line.rfile.readline():
        words = said.decode(errors="replace").strip()
        verb = words[:4].upper()
        if verb == "MAIL" and box.refuse:
            say("550 not from you")
        elif verb == "RCPT":
            to.append(words.partition(":")[2].strip(" <>"))
            say("250 ok")
        elif verb == "DATA":
            say("354 go on")
            text = b"".join(iter(lambda: _unstuffed(line.rfile.readline()), b""))
            box.messages.append(message_from_bytes(text.replace(b"\r\n", b"\n"), policy=policy.default))
            box.recipients.append(to)
            to = []
            if box.hang_up:
                box.hang_up = False
                return
            say("250 kept")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")


def _unstuffed(line: bytes) -> bytes:
    """One line of a message's text with its stuffed dot removed; nothing at the end of the message."""
    if line == b".\r\n":
        return b""
    return line[1:] if line.startswith(b".") else line


class _Threaded(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
