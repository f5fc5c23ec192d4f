"""What `--json` prints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from casedesk.cli.encode import document, merged, plain
from casedesk.models.enums import Confidence


@dataclass(frozen=True)
class Inner:
    day: date | None


@dataclass(frozen=True)
class Outer:
    at: datetime
    inner: tuple[Inner, ...]
    words: dict[str, object]
    mark: Confidence


def test_a_view_becomes_its_fields() -> None:
    view = Outer(
        datetime(2026, 11, 9, 9, 40, tzinfo=timezone(timedelta(hours=-5))),
        (Inner(date(2026, 11, 30)), Inner(None)),
        {"a": 1, "path": Path("x")},
        Confidence.VERIFIED,
    )
    assert plain(view) == {
        "at": "2026-11-09T14:40:00Z",
        "inner": [{"day": "2026-11-30"}, {"day": None}],
        "words": {"a": 1, "path": "x"},
        "mark": "V",
    }


def test_an_instant_keeps_its_fraction_and_needs_a_zone() -> None:
    assert plain(datetime(2026, 1, 1, microsecond=5, tzinfo=UTC)) == "2026-01-01T00:00:00.000005Z"
    with pytest.raises(ValueError, match="zone"):
        plain(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_document_is_ascii_and_reads_back() -> None:
    said = document({"name": "Nguyễn \x1b[2J\u202e"})
    assert said.isascii()
    assert said.isprintable()
    assert json.loads(said) == {"name": "Nguyễn \x1b[2J\u202e"}


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain(b"x")
    with pytest.raises(ValueError, match="JSON"):
        document(float("nan"))


def test_merged_keys_the_later_says() -> None:
    assert merged({"a": 1, "b": 1}, {"b": 2}) == {"a": 1, "b": 2}
    with pytest.raises(TypeError, match="no keys"):
        merged([1])
