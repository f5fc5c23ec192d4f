"""How an opened signing key shows itself to a server that must not learn it, nor accept the same answer twice.

The SCRAM manner (RFC 5802): the server asks with a nonce of its own and keeps the token's hash alone. The answer is the
token, masked by an HMAC of the nonce under that hash: the server unmasks it and hashes what comes out. What stood on the
wire or in a log opens nothing, neither again nor for another nonce.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

FRESH_US: Final = 120_000_000
"""How old a second authentication may be when the act it is for is written: 120 seconds."""

_HEX64: Final = re.compile(r"[0-9a-f]{64}")


def answer(token: str, nonce: str) -> str:
    """The answer of whoever holds `token` (64 hexadecimal digits) to `nonce`, in hexadecimal."""
    bare = bytes.fromhex(token)
    return _xor(bare, _mask(hashlib.sha256(bare).digest(), nonce)).hex()


def answers(proof: str, nonce: str, token_sha256: str) -> bool:
    """Whether `proof` is the answer to `nonce` of the token whose SHA-256 this is; anything malformed is False."""
    if not _HEX64.fullmatch(proof) or not _HEX64.fullmatch(token_sha256):
        return False
    kept = bytes.fromhex(token_sha256)
    token = _xor(bytes.fromhex(proof), _mask(kept, nonce))
    return hmac.compare_digest(hashlib.sha256(token).digest(), kept)


def _mask(kept: bytes, nonce: str) -> bytes:
    return hmac.digest(kept, nonce.encode("utf-8"), "sha256")


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))
