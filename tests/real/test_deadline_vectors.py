"""Every vector computed by others equals our date; run where the shared data lies beside the checkout."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from casedesk.calendars.deadlines import RuleBook, compute, load_rules
from casedesk.calendars.federal import executive_closures, federal_holidays
from casedesk.models.enums import Filing, Served

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CASEDESK_REAL_DATA", ROOT.parent / "shared" / "data"))
VECTORS = DATA / "vectors" / "deadlines.csv"
HOLIDAYS = DATA / "holidays" / "us_federal_2015_2035.csv"


def rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        pytest.skip(f"The shared data is not here ({path}); set CASEDESK_REAL_DATA to its folder.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def book() -> RuleBook:
    folder = ROOT / "data" / "templates" / "deadlines"
    return load_rules({path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))})


def test_every_vector(book: RuleBook) -> None:
    wrong = []
    for row in rows(VECTORS):
        words = row["options"].split()
        given = dict(zip(words[::2], words[1::2], strict=True))
        result = compute(
            book,
            row["deadline"],
            date.fromisoformat(row["from"]),
            served=Served(given["--served"]) if "--served" in given else None,
            filing=Filing(given.get("--filing", "paper")),
            until=date.fromisoformat(given["--until"]) if "--until" in given else None,
            filed=date.fromisoformat(given["--filed"]) if "--filed" in given else None,
        )
        raw = result.raw.isoformat() if result.raw else ""
        if (raw, result.due.isoformat()) != (row["raw"], row["due"]):
            wrong.append(f"{row['id']}: {raw} {result.due} instead of {row['raw']} {row['due']}")
        assert result.citation
        assert result.steps
    assert wrong == []


def test_the_table_of_holidays() -> None:
    found = rows(HOLIDAYS)
    legal = {date.fromisoformat(row["date"]) for row in found if row["kind"].startswith("statutory")}
    assert {day for day in federal_holidays() if 2015 <= day.year <= 2035} == legal
    others = {row["date"]: row["name"] for row in found if not row["kind"].startswith("statutory")}
    assert {day.isoformat() for day in executive_closures()} == {
        day for day, name in others.items() if "half-day" not in name
    }
