"""The few column shapes every table is made of.

Ids are random 63-bit integers (a leakproof comparison, a small index, nothing to guess); instants are integer
microseconds since 1970 in UTC; legal dates are ISO text (`YYYY-MM-DD`); flags are 0 or 1; vocabularies are text
held by a CHECK. The same on both stores, so that one statement reads both.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, LargeBinary, Text
from sqlmodel import Field

Int64 = BigInteger().with_variant(Integer(), "sqlite")


def pk() -> Any:
    """A random 63-bit id, made by the desk, never by the store."""
    return Field(primary_key=True, sa_type=Int64, sa_column_kwargs={"autoincrement": False})


def link(target: str, *, index: bool = False, primary_key: bool = False) -> Any:
    """A required foreign key; the record never cascades a delete."""
    return Field(sa_type=Int64, sa_column_args=[ForeignKey(target)], index=index, primary_key=primary_key)


def maybe_link(target: str, *, index: bool = False) -> Any:
    return Field(default=None, sa_type=Int64, sa_column_args=[ForeignKey(target)], nullable=True, index=index)


def instant() -> Any:
    return Field(sa_type=Int64)


def maybe_instant() -> Any:
    return Field(default=None, sa_type=Int64, nullable=True)


def integer(default: int = 0) -> Any:
    return Field(default=default, sa_type=Int64, sa_column_kwargs={"server_default": str(default)})


def txt(*, unique: bool = False, index: bool = False, primary_key: bool = False) -> Any:
    return Field(sa_type=Text, unique=unique, index=index, primary_key=primary_key)


def maybe_txt(*, unique: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_type=Text, nullable=True, unique=unique, index=index)


def txt_or(default: str) -> Any:
    return Field(default=default, sa_type=Text, sa_column_kwargs={"server_default": default})


def flag(default: int = 0) -> Any:
    """0 or 1; the table adds the CHECK through `flags`."""
    return Field(default=default, sa_type=Integer, sa_column_kwargs={"server_default": str(default)})


def blob() -> Any:
    return Field(sa_type=LargeBinary)


def one_of(column: str, vocabulary: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    """The CHECK that holds a text column to its vocabulary."""
    words = ", ".join(f"'{member.value}'" for member in vocabulary)
    rule = f"{column} IN ({words})"
    if nullable:
        rule = f"{column} IS NULL OR {rule}"
    return CheckConstraint(rule, name=f"{column}_known")


def flags(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{column} IN (0, 1)", name=f"{column}_flag") for column in columns]
