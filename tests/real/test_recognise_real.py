"""The government's own blank forms and status texts: admitted, readable, and never taken for a notice."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from casedesk.documents.reading import read_document
from casedesk.documents.recognise import recognise
from casedesk.documents.sniff import Flag
from casedesk.models.enums import DocumentKind

DATA = Path(os.environ.get("CASEDESK_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
EDITIONS = {
    "g-28": ("G-28", "09/17/18"),
    "i-129": ("I-129", "01/20/25"),
    "i-130": ("I-130", "04/01/24"),
    "i-131": ("I-131", "01/20/25"),
    "i-140": ("I-140", "06/07/24"),
    "i-290b": ("I-290B", "05/31/24"),
    "i-485": ("I-485", "01/20/25"),
    "i-589": ("I-589", "01/20/25"),
    "i-765": ("I-765", "01/20/25"),
    "i-765-2025-08-21": ("I-765", "08/21/25"),
    "i-864": ("I-864", "10/17/24"),
    "n-400": ("N-400", "01/20/25"),
}


@pytest.mark.parametrize("stem", EDITIONS)
def test_a_real_blank_form_is_kept_and_is_no_notice(stem: str) -> None:
    path = DATA / "forms" / f"{stem}.pdf"
    if not path.exists():
        pytest.skip(f"The real form {stem}.pdf is not in CASEDESK_REAL_DATA.")
    reading = read_document(path.read_bytes(), path.name)
    assert not {Flag.LOCKED, Flag.DAMAGED, Flag.NO_TEXT, Flag.TOO_LARGE_TO_READ} & set(reading.flags)
    assert reading.recognition.kind is DocumentKind.OTHER
    number, edition = EDITIONS[stem]
    assert reading.recognition.form == number
    assert [found.value for found in reading.recognition.evidence if found.field == "edition"] == [edition]
    assert reading.recognition.receipt_number is None
    assert reading.recognition.warnings == ()


def test_status_texts_are_no_notices() -> None:
    path = DATA / "status" / "uscis_case_status_templates.json"
    if not path.exists():
        pytest.skip("The real case-status texts are not in CASEDESK_REAL_DATA.")
    slots = {
        "{receipt_number}": "IOE0912345678",
        "{date}": "November 2, 2026",
        "{form_long_name}": "Form I-485, Application to Register Permanent Residence or Adjust Status",
        "{notice_deadline}": "January 4, 2027",
        "{location_name}": "Texas Service Center",
    }
    taken = {}
    for title, text in json.loads(path.read_text("utf-8")).items():
        filled = text
        for slot, value in slots.items():
            filled = filled.replace(slot, value)
        found = recognise(filled)
        assert found.receipt_number in (None, "IOE0912345678")
        if found.kind is not DocumentKind.OTHER:
            taken[title] = found.kind
    assert taken == {}
