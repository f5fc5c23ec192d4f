"""Bytes that are hashed and signed: one value, one spelling, on every machine and in every version.

Golden vectors in the tests pin both forms. They never change; a new form gets a new domain tag.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

_DEEPEST: Final = 64

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


class NotCanonical(ValueError):
    """The value has no canonical form; the message says which part and why."""


def canonical_json(value: object) -> bytes:
    """The canonical JSON of `value`: keys sorted by code point, no spaces, ASCII with lower-case `\\u` escapes.

    Made of None, bool, int, str, list, tuple and dict with str keys, at most 64 deep. Floats are refused (their
    spelling differs between programs), and lone surrogates (two of them would spell like one whole character).
    Raises NotCanonical.
    """
    _check(value, "value", 0)
    return _ENCODER.encode(value).encode("ascii")


def _check(value: object, where: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise NotCanonical(f"{where[:80]} lies more than {_DEEPEST} levels deep.")
    if isinstance(value, str):
        utf8(value, where)
    elif isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{where} has a key of type {type(key).__name__}; keys are text.")
            utf8(key, f"a key of {where}")
            _check(member, f"{where}.{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):
            _check(member, f"{where}[{index}]", depth + 1)
    elif value is not None and not isinstance(value, int):
        raise NotCanonical(f"{where} is of type {type(value).__name__}, which has no canonical form.")


def utf8(text: str, where: str) -> bytes:
    """The UTF-8 bytes of `text`; raises NotCanonical, naming `where`, when it holds a lone surrogate."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(f"{where} holds half a surrogate pair, which is not text.") from None


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of `data` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def length_prefixed(*fields: str) -> bytes:
    """The fields as netstrings, one after the other: `<length of the UTF-8 bytes>:<UTF-8 bytes>,` each.

    No two different lists of fields give the same bytes. Raises NotCanonical for a lone surrogate.
    """
    parts: list[bytes] = []
    for index, field in enumerate(fields):
        data = utf8(field, f"field {index}")
        parts += (str(len(data)).encode("ascii"), b":", data, b",")
    return b"".join(parts)
