"""One HTTPS request at a time: no redirects, no proxy, and no address inside our own network unless it was allowed.

The address that was looked at is the one that is connected to, so that a name that answers differently the second
time leads nowhere else.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from casedesk.channels import tls
from casedesk.channels.trouble import Fate, Trouble

SECONDS = 20.0
MOST_BYTES = 64 * 1024
"""So much of an answer is read."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def address_of(url: str) -> SplitResult:
    """The parts of an address that may be posted to. Raises ValueError with the reason for any other."""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("it is no web address")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("an address holds no login and no #part")
    if any(letter.isspace() or ord(letter) < 33 or ord(letter) > 126 for letter in url):
        raise ValueError("it holds letters no address has")
    _ = parts.port
    return parts


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False, ca_file: str = ""
) -> Answer:
    """POST `body` and read the answer. `private` allows addresses inside, and plain HTTP there and nowhere else.

    Raises `Trouble`: `CLOSED` where nobody answers, `NEVER` where the address is one we do not talk to.
    """
    try:
        parts = address_of(url)
    except ValueError as why:
        raise Trouble(Fate.NEVER, f"That is no address to post to: {why}.") from None
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    sock = _connect(host, port, secure=secure, private=private)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        if secure:
            sock = tls.context(ca_file).wrap_socket(sock, server_hostname=host)
        connection.sock = sock
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers={"User-Agent": "casedesk", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(MOST_BYTES))
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, OSError):
            raise tls.unreachable(error, host, port) from None
        raise Trouble(Fate.CLOSED, f"{host}:{port} gave no answer that is HTTP.") from None
    finally:
        connection.close()
        with suppress(OSError):
            sock.close()


def _connect(host: str, port: int, *, secure: bool, private: bool) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Trouble(Fate.CLOSED, f"{host} has no address just now.") from None
    addresses = [str(entry[4][0]) for entry in found]
    inside = [address for address in addresses if not is_public(address)]
    if inside and not private:
        raise Trouble(Fate.NEVER, f"{host} is an address inside a network of our own, which was not allowed.")
    if not secure and len(inside) < len(addresses):
        raise Trouble(
            Fate.NEVER,
            f"{host} is outside and its address begins with http: nothing goes there in the clear.",
        )
    last: OSError = OSError()
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=SECONDS)
        except OSError as error:
            last = error
    raise tls.unreachable(last, host, port)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network: not loopback, private, link-local or reserved, nor one of
    those dressed up as IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(str(hidden))
    return ip.is_global and not ip.is_multicast


__all__ = ["Answer", "address_of", "is_public", "post"]
