"""The hash that chains one audit entry to the one before it, in Python and in PostgreSQL alike.

A stream's first entry has `prev_hex` = `GENESIS`; every other the hash of its predecessor. Both stores keep the
payload as the exact text that was hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

from casedesk.security.canonical import length_prefixed, sha256_hex

DOMAIN: Final = "casedesk.audit.1"
"""The domain tag: no other bytes of ours that are hashed begin with it, and a changed form gets a new number."""

GENESIS: Final = "0" * 64
"""What stands as the previous hash in the first entry of a stream."""


def entry_bytes(
    *,
    store_id: str,
    stream: str,
    seq: int,
    prev_hex: str,
    at_us: int,
    actor: str,
    action: str,
    subject: str,
    payload: str,
    domain: str = DOMAIN,
) -> bytes:
    """What is hashed: domain and the nine fields in this order, as netstrings, integers in decimal.

    `at_us` is microseconds since the epoch, `prev_hex` 64 lower-case hexadecimal digits, `payload` canonical JSON as
    text. Raises `canonical.NotCanonical` when a field holds a lone surrogate.
    """
    return length_prefixed(
        domain, store_id, stream, str(int(seq)), prev_hex, str(int(at_us)), actor, action, subject, payload
    )


def entry_hash(
    *,
    store_id: str,
    stream: str,
    seq: int,
    prev_hex: str,
    at_us: int,
    actor: str,
    action: str,
    subject: str,
    payload: str,
    domain: str = DOMAIN,
) -> str:
    """The SHA-256 of `entry_bytes` of the same arguments, as 64 lower-case hexadecimal digits."""
    return sha256_hex(
        entry_bytes(
            store_id=store_id,
            stream=stream,
            seq=seq,
            prev_hex=prev_hex,
            at_us=at_us,
            actor=actor,
            action=action,
            subject=subject,
            payload=payload,
            domain=domain,
        )
    )


MISSING: Final = "an entry is missing"
ASTRAY: Final = "it does not follow the entry before it"
CHANGED: Final = "what it says is not what was written"


class Chain:
    """One stream's chain, for many entries of it: the same hashes as `entry_hash`, in a third of its time.

    The fields are spelled in one piece: nearly every entry is ASCII, where characters are bytes. Any other is spelled
    field by field.
    """

    __slots__ = ("_begin", "_store_id", "_stream")

    def __init__(self, store_id: str, stream: str) -> None:
        self._store_id, self._stream = store_id, stream
        self._begin = f"{len(DOMAIN)}:{DOMAIN},{len(store_id)}:{store_id},{len(stream)}:{stream},"

    def digest(
        self, seq: int, prev_hex: str, at_us: int, actor: str, action: str, subject: str, payload: str
    ) -> str:
        """The hash of one entry, as 64 lower-case hexadecimal digits; `prev_hex` is 64 digits too.

        Raises `canonical.NotCanonical`.
        """
        number, at = str(seq), str(at_us)
        text = (
            f"{self._begin}{len(number)}:{number},64:{prev_hex},{len(at)}:{at},{len(actor)}:{actor},"
            f"{len(action)}:{action},{len(subject)}:{subject},{len(payload)}:{payload},"
        )
        if text.isascii():
            return sha256(text.encode("ascii")).hexdigest()
        return entry_hash(
            store_id=self._store_id,
            stream=self._stream,
            seq=seq,
            prev_hex=prev_hex,
            at_us=at_us,
            actor=actor,
            action=action,
            subject=subject,
            payload=payload,
        )

    def follow(self, seq: int, prev_hex: str, entries: Iterable[Sequence[Any]]) -> tuple[int, str, str]:
        """Walk the entries that come after number `seq` with hash `prev_hex` (64 digits): the last one that holds, as
        number and hash, and what is wrong with the next one, "" when all of them hold.

        An entry is `(stream, seq, prev, hash, at_us, actor, action, subject, payload)`.
        """
        begin = self._begin
        for _, number, prev, mark, at_us, actor, action, subject, payload in entries:
            if number != seq + 1:
                return seq, prev_hex, MISSING
            if prev != prev_hex:
                return seq, prev_hex, ASTRAY
            # As `digest` has it, written out: a call for each entry costs a tenth of the whole.
            n, at = str(number), str(at_us)
            text = (
                f"{begin}{len(n)}:{n},64:{prev},{len(at)}:{at},{len(actor)}:{actor},"
                f"{len(action)}:{action},{len(subject)}:{subject},{len(payload)}:{payload},"
            )
            if text.isascii():
                found = sha256(text.encode("ascii")).hexdigest()
            else:
                found = self.digest(number, prev, at_us, actor, action, subject, payload)
            if found != mark:
                return seq, prev_hex, CHANGED
            seq, prev_hex = number, mark
        return seq, prev_hex, ""


def _netstring_sql(text: str) -> str:
    return f"octet_length(convert_to({text}, 'UTF8'))::text || ':' || {text} || ','"


ENTRY_BYTES_SQL: Final = (
    "convert_to(\n    "
    + "\n    || ".join(
        _netstring_sql(text)
        for text in (
            f"'{DOMAIN}'::text",
            "store_id",
            "stream",
            "seq::text",
            "prev_hex",
            "at_us::text",
            "actor",
            "action",
            "subject",
            "payload",
        )
    )
    + ",\n    'UTF8')"
)
"""`entry_bytes` as a PostgreSQL expression (bytea), for a query, view or PL/pgSQL function.

Its free names are those of the arguments: `seq` and `at_us` bigint, all others text; bring them into scope as columns
(`FROM (SELECT ...) AS entry(store_id, stream, ...)`) or as variables of the function. NULL in any of them makes it
NULL, so the columns are NOT NULL. Core PostgreSQL only (11 or newer), no extension, no search path beyond pg_catalog.
"""

ENTRY_HASH_SQL: Final = f"encode(sha256({ENTRY_BYTES_SQL}), 'hex')"
"""`entry_hash` as a PostgreSQL expression (text) over the same names."""
