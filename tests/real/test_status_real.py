"""Every status text of the agency is recognised, with its heading and without; run where the shared data lies."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from casedesk import resources
from casedesk.documents.status_text import load_statuses, read_status

DATA = Path(os.environ.get("CASEDESK_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
TEXTS = DATA / "status" / "uscis_case_status_templates.json"
VALUES = {
    "date": "November 3, 2026",
    "receipt_number": "IOE0912345678",
    "form_long_name": "Form I-485, Application to Register Permanent Residence or Adjust Status",
}


def test_every_status_text() -> None:
    if not TEXTS.is_file():
        pytest.skip(f"The shared data is not here ({TEXTS}); set CASEDESK_REAL_DATA to its folder.")
    statuses = load_statuses(resources.read_text("status/uscis.toml"))
    means = {status.title: status.means for status in statuses}
    alone = []
    for heading, body in json.loads(TEXTS.read_text("utf-8")).items():
        title = heading.strip()
        if title == "(none)":
            continue
        text = re.sub(r"\{(\w+)\}", lambda found: VALUES.get(found[1], "January 5, 2027"), body)
        shown = read_status(f"Case Status Online\n\n{title}\n\n{text}\n", statuses)
        assert shown.status is not None, title
        assert shown.status.title == title
        without = read_status(text, statuses).status
        if without is None or without.means is not means[title]:
            alone.append(title)
    alone.sort()
    # What a heading alone tells apart, or nothing does: a person reads it.
    assert alone == [
        "Case Was Rejected Because It Was Improperly Filed",
        "Case Was Reopened",
        "Form G-28 Was Rejected Because It Was Improperly Filed",
    ]
