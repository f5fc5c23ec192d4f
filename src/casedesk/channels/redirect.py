"""The answer of a browser sign-in, taken on a loopback port that is open for that one answer."""

from __future__ import annotations

import hmac
import http.server
import socketserver
from types import TracebackType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from casedesk.channels.trouble import Fate, Trouble

HOST: Final = "127.0.0.1"
MOST_KNOCKS: Final = 20
"""A browser also asks for a page's icon, and others of this machine may knock; so many are listened to."""


class Landing:
    """A loopback port that waits for one answer; use it as a context manager."""

    def __init__(self) -> None:
        self._path = ""
        landing = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                landing._path = self.path
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"casedesk has heard you. You may close this page.\n")

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing: the line it would print holds the code."""

        self._server = socketserver.TCPServer((HOST, 0), Handler)

    @property
    def url(self) -> str:
        """Where the browser is to come back to."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def code(self, state: str, seconds: float) -> str:
        """The code that came back with our own `state`. Raises `Trouble` when none does in `seconds`, or a no."""
        self._server.timeout = seconds
        for _ in range(MOST_KNOCKS):
            self._path = ""
            self._server.handle_request()
            if not self._path:
                break
            said = parse_qs(urlsplit(self._path).query)
            if not hmac.compare_digest("".join(said.get("state", [])).encode(), state.encode()):
                continue
            if "code" in said:
                return said["code"][0]
            raise Trouble(Fate.CLOSED, "The person who signs in said no.")
        raise Trouble(Fate.CLOSED, "Nobody signed in in time.")

    def __enter__(self) -> Landing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()
