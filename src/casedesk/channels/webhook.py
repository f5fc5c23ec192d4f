"""Telling another program of the firm's: JSON, signed, with the second it was signed in.

`X-Casedesk-Signature: t=SECONDS,v1=HEX` where HEX is HMAC-SHA256, under the webhook's key, of `SECONDS.BODY`. Whoever
receives it computes the same, compares in constant time, and refuses what is older than a few minutes.
`X-Casedesk-Delivery` is the same however often one thing is tried.
"""

from __future__ import annotations

import hashlib
import hmac

from casedesk.channels import http
from casedesk.channels.trouble import Fate, Trouble

_AGAIN = frozenset({408, 425, 429})


def signature(key: bytes, seconds: int, body: bytes) -> str:
    """The signature's header for a body signed at `seconds` since 1970."""
    digest = hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def send(
    url: str, body: bytes, key: bytes, *, seconds: int, delivery: str, private: bool, ca_file: str = ""
) -> None:
    """Post one body. Raises `Trouble`: what may be tried again is `LATER`, a plain no is `NEVER`."""
    headers = {
        "Content-Type": "application/json",
        "X-Casedesk-Signature": signature(key, seconds, body),
        "X-Casedesk-Delivery": delivery,
    }
    try:
        status = http.post(url, body, headers, private=private, ca_file=ca_file).status
    except Trouble as trouble:
        # One program that does not answer stands in no other's way.
        fate = Fate.LATER if trouble.fate is Fate.CLOSED else trouble.fate
        raise Trouble(fate, trouble.sentence) from None
    if 200 <= status < 300:
        return
    fate = Fate.LATER if status >= 500 or status in _AGAIN else Fate.NEVER
    raise Trouble(fate, f"The webhook answered {status}.")
