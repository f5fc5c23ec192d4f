"""Everything a login can read of a shared store, and its shape: the same whatever the random ids are.

Two stores whose shapes are equal for a login cannot be told apart by it. The shape is found by colouring: a random name
(an id, a ref, a hash) is known by the rows it stands in, these by the other names in them, and so on.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable

import psycopg

from casedesk.models.tables import METADATA
from tests.support.firm import FirmFixture

NAME = re.compile(
    r"\b(?:[0-9]{17,19}|[0-9a-f]{64}|[0-7][0-9A-HJKMNP-TV-Z]{12}|[0-7][0-9a-hjkmnp-tv-z]{12}|[A-Z]{1,2}-[0-9A-HJKMNP-TV-Z]{6})\b"
)
"""Random names: ids as numbers and as people see them, hashes, refs. Instants are numbers of sixteen digits."""
ROUNDS = 6

Row = tuple[str, str]
"""A table's name, and a row of it as text."""


def long_ids(seed: str) -> Callable[[int], int]:
    """Random bits that repeat, the first one set: every id has nineteen digits, and no other number has."""
    source = random.Random(seed)
    return lambda bits: source.getrandbits(bits) | 1 << (bits - 1)


def rows(firm: FirmFixture, who: str) -> list[Row]:
    """Every row of every table that a login reads, column by column as far as it may."""
    assert firm.owned is not None
    found: list[Row] = []
    with psycopg.connect(firm.owned.login_url(who, firm.passwords[who])) as conn:
        for table in sorted(METADATA.tables):
            columns = [
                name
                for (name,) in conn.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                    " AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum",
                    (table,),
                ).fetchall()
            ]
            if columns:
                # What is encrypted is random; a paper's hash stands beside it.
                whole = ", ".join(f"length({c})" if c in ("data", "data_key") else c for c in columns)
                for row in conn.execute(f"SELECT {whole} FROM {table}".encode()).fetchall():
                    pairs = zip(columns, row, strict=True)
                    found.append((table, "|".join(f"{c}={v}" for c, v in pairs)))
    return found


def shape(found: list[Row]) -> Counter[str]:
    """The rows with every random name replaced by its colour."""
    parsed = [_parts(f"{table}:{text}") for table, text in found]
    colours: dict[str, str] = {}
    for _ in range(ROUNDS):
        seen: dict[str, list[str]] = defaultdict(list)
        for words, names in parsed:
            whole = _woven(words, [colours.get(name, "") for name in names])
            for here in set(names):
                marks = ["here" if name == here else "" for name in names]
                seen[here].append(f"{whole}<{''.join(f'{mark},' for mark in marks)}")
        colours = {name: _hash(sorted(places)) for name, places in seen.items()}
    return Counter(_woven(words, [colours[name] for name in names]) for words, names in parsed)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """What stands between the random names, and the names; long words by their hash."""
    words = [w if len(w) < 400 else f"{w[:80]} {_hash([w])}" for w in NAME.split(text)]
    return words, NAME.findall(text)


def _woven(words: list[str], colours: list[str]) -> str:
    return "".join(f"{word}[{colour}]" for word, colour in zip(words, [*colours, ""], strict=True))


def nameless(text: str) -> str:
    """A text without its random names."""
    return NAME.sub("[]", text)


def _hash(places: list[str]) -> str:
    return hashlib.sha256("\n".join(places).encode()).hexdigest()[:16]
