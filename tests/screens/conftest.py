"""A local firm with one matter and one Request for Evidence in it, for every test of the screens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from casedesk.desk import matters
from casedesk.screens import queue
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.notices import make_rfe


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PREVIEW_PAUSE", 0.001)


@pytest.fixture
def firm(store_path: Path, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    """Seven people under the three-person policy on a local store, with Rosa Ibarra's adjustment of status."""
    made = local_firm(store_path, manual_clock)
    desk = made.desk("mduarte")
    desk.store.randbits = random.Random(3).getrandbits
    matter = desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-485",),
        receipt="IOE0912345678",
    )
    desk.write(matters.contact_rule, matter.ref, "Call her cell only; never leave word with the employer.")
    yield made
    made.close()


@pytest.fixture
def rfe(tmp_path: Path) -> Path:
    """A Request for Evidence on Rosa's I-485 as a file."""
    path = tmp_path / "rfe.pdf"
    path.write_bytes(make_rfe())
    return path
