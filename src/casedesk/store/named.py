"""Named SQL: every statement the desk runs stands in `store/sql/`, with its purpose above it.

A file holds statements headed `-- name: purpose in one line`; `task.by_ref` is the statement `by_ref` of
`task.sql`. A statement both stores read the same stands once; one that differs has a `.sqlite` or `.postgresql`
suffix after its name. What several statements of a file share stands once, under a name that begins with an
underscore, and is taken in by `{_name}`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

FOLDER = Path(__file__).with_name("sql")
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)(?!:)")
_HEAD = re.compile(r"^-- ([a-z_][a-z_0-9]*(?:\.(?:sqlite|postgresql))?): (.+)$", re.MULTILINE)


@cache
def load(noun: str) -> dict[str, str]:
    """The statements of one file, by name."""
    source = (FOLDER / f"{noun}.sql").read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(source))
    ends = [h.start() for h in heads[1:]] + [len(source)]
    found = {
        h.group(1): source[h.end() : end].strip().rstrip(";") for h, end in zip(heads, ends, strict=True)
    }
    shared = {name: words for name, words in found.items() if name.startswith("_")}
    for name, words in found.items():
        for fragment, body in shared.items():
            words = words.replace(f"{{{fragment}}}", body)
        found[name] = words
    return {name: words for name, words in found.items() if name not in shared}


@cache
def statement(name: str, dialect: str) -> TextClause:
    """The statement `noun.name` for a dialect. Raises KeyError for a name that does not stand in its file."""
    noun, _, rest = name.partition(".")
    statements = load(noun)
    found = statements.get(f"{rest}.{dialect}") or statements.get(rest)
    if found is None:
        raise KeyError(f"no statement {name!r} for {dialect} in store/sql/{noun}.sql")
    return text(found)


@cache
def words(name: str, dialect: str) -> str:
    """The same statement as the driver reads it, with its parameters by name.

    What runs with every event goes to the driver as it stands: compiling it as a `TextClause` costs three times more
    than running it on SQLite.
    """
    return driver_words(statement(name, dialect).text, dialect)


def driver_words(sql: str, dialect: str) -> str:
    """SQL with `:name` parameters, in the driver's own style."""
    if dialect != "postgresql":
        return sql
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


@cache
def insert(table: str, columns: tuple[str, ...], dialect: str) -> str:
    """The driver's words for one new row with these columns."""
    holders = ", ".join(f":{column}" for column in columns)
    return driver_words(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holders})", dialect)


def names() -> list[str]:
    """Every statement's full name, without dialect suffix, for the tests that explain each on both stores."""
    out: set[str] = set()
    for path in sorted(FOLDER.glob("*.sql")):
        out.update(f"{path.stem}.{key.split('.')[0]}" for key in load(path.stem))
    return sorted(out)
