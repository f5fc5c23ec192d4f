"""A web server on loopback, with TLS or without: it keeps what is posted to it and answers as the test says.

`SignIn` is a sign-in server of the OAuth device code and of refreshed tokens, by RFC 8628 and RFC 6749, not with our code.
"""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from tests.support.loopback import HOST
from tests.support.tls import Root


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}


Answer = Callable[[Posted], tuple[int, bytes]]


@dataclass
class WebServer:
    """`answer` says what a post gets; `posted` is everything that came."""

    port: int
    ca: Path | None
    answer: Answer = lambda _posted: (200, b"")
    location: str = ""
    posted: list[Posted] = field(default_factory=list)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away from a bad certificate is what some tests are about."""


@contextmanager
def web_server(folder: Path | None = None, *, host: str = "localhost") -> Iterator[WebServer]:
    """With a `folder` for its certificate it speaks TLS as `host`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            came = Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            made.posted.append(came)
            status, words = made.answer(came)
            self.send_response(status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing on the test's own output."""

    server = _Server((HOST, 0), Handler)
    ca = None
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = Root.make(folder, "root")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*root.server(folder, host))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        ca = root.file
    made = WebServer(server.server_address[1], ca)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class SignIn:
    """`pending` looks are answered "not yet"; then the person has signed in, or `denied`. Each access token is new, and
    stands in `good`."""

    client_id: str
    pending: int = 1
    slow_down: bool = False
    denied: bool = False
    every: int = 5
    refresh: str = "canary-refresh-1"
    good: set[str] = field(default_factory=set)
    given: int = 0

    def __call__(self, came: Posted) -> tuple[int, bytes]:
        said = self._said(came)
        return (400 if "error" in said else 200), json.dumps(said).encode()

    def _said(self, came: Posted) -> dict[str, object]:
        form = came.form
        if form.get("client_id") != self.client_id:
            return {"error": "invalid_client", "error_description": f"what {came.body!r} says"}
        if came.path.endswith("/devicecode"):
            return {
                "device_code": "canary-device-code",
                "user_code": "WDJB-MJHT",
                "verification_uri": "https://login.example/device",
                "expires_in": 60,
                "interval": self.every,
            }
        if form["grant_type"] == "refresh_token":
            return self._tokens() if form["refresh_token"] == self.refresh else {"error": "invalid_grant"}
        if form["grant_type"] == "authorization_code":
            return self._tokens() if form["code"] == "canary-code" else {"error": "invalid_grant"}
        if form["device_code"] != "canary-device-code":
            return {"error": "bad_verification_code"}
        if self.denied:
            return {"error": "authorization_declined"}
        if self.slow_down:
            self.slow_down = False
            return {"error": "slow_down"}
        if self.pending:
            self.pending -= 1
            return {"error": "authorization_pending"}
        return self._tokens()

    def _tokens(self) -> dict[str, object]:
        self.given += 1
        token = f"canary-access-{self.given}"
        self.good.add(token)
        return {
            "token_type": "Bearer",
            "access_token": token,
            "refresh_token": self.refresh,
            "expires_in": 3600,
        }
