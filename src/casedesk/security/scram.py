"""Passwords of PostgreSQL logins, turned into SCRAM verifiers before they leave this machine.

The server accepts a verifier in place of a password (`ALTER ROLE ... PASSWORD 'SCRAM-SHA-256$...'`), so that the
password itself never crosses the wire nor stands in the server's log. RFC 5802, RFC 7677, RFC 4013.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stringprep
import unicodedata
from collections.abc import Callable
from typing import Final

FEWEST_ITERATIONS: Final = 4096
"""What RFC 7677 asks for at least, and what PostgreSQL uses itself."""

_SALT_BYTES: Final = 16
_PASSWORD_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105
_PASSWORD_GROUPS: Final = 5

_PROHIBITED: Final[tuple[Callable[[str], bool], ...]] = (
    stringprep.in_table_a1,
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def scram_verifier(password: str, *, salt: bytes | None = None, iterations: int = FEWEST_ITERATIONS) -> str:
    """`SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, the last three in base64, as PostgreSQL keeps it.

    `salt` is drawn afresh when None. The password is prepared as libpq prepares it, so that the login works from
    every client. Raises ValueError for an empty password, one with NUL or a lone surrogate, or too few iterations.
    """
    if not password or "\0" in password:
        raise ValueError("A password has at least one character and no NUL.")
    if iterations < FEWEST_ITERATIONS:
        raise ValueError(f"A SCRAM verifier takes at least {FEWEST_ITERATIONS} iterations.")
    salt = os.urandom(_SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password).encode("utf-8"), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"


def prepared(password: str) -> str:
    """The password after SASLprep (RFC 4013), or as it is where SASLprep prohibits it: libpq does the same."""
    if password.isascii():
        return password
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in password
        if not stringprep.in_table_b1(character)
    )
    text = unicodedata.normalize("NFKC", mapped)
    if not text or any(table(character) for character in text for table in _PROHIBITED):
        return password
    return text if _directions_agree(text) else password


def _directions_agree(text: str) -> bool:
    right_to_left = [stringprep.in_table_d1(character) for character in text]
    if not any(right_to_left):
        return True
    return right_to_left[0] and right_to_left[-1] and not any(map(stringprep.in_table_d2, text))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def random_password(choose: Callable[[str], str] = secrets.choice) -> str:
    """A new password of 125 random bits: five groups of five digits and capitals, none easily misread."""
    return "-".join(
        "".join(choose(_PASSWORD_ALPHABET) for _ in range(_PASSWORD_GROUPS)) for _ in range(_PASSWORD_GROUPS)
    )
