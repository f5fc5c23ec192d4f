"""Priority dates against the Visa Bulletin: what became current, what went back, and who hears of it."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import bulletin, forms, matters, tells
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    desk = firm.desk("mduarte")
    ref = desk.write(
        matters.open_matter, "family_petition", "Grant, Paul", paralegal="mduarte", attorney="aokafor"
    ).ref
    desk.write(
        forms.form_add,
        ref,
        "I-130",
        receipt_number="IOE0912345678",
        priority_date=date(2024, 7, 1),
        category="f2a",
        chargeability="Mexico",
    )
    return ref


def test_a_priority_date_becomes_current_and_goes_back(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")

    def enter(
        month: str, cutoff: str, area: str = "MEXICO", chart: str = "final_action"
    ) -> list[tuple[str, str]]:
        done = desk.write(bulletin.enter, month, chart, "F2A", area, cutoff)
        return [(number.matter, number.changed) for number in done.changed]

    # The cut-off itself is not before the cut-off (D-71).
    assert enter("2026-11", "2024-07-01") == []
    assert enter("2026-12", "2024-08-15") == [(matter, "current")]
    (told,) = [t.subject for t in firm.desk("aokafor").read(tells.listing) if "Priority date" in t.subject]
    assert "is current" in told
    assert "INA 203" in told
    assert "Grant" not in told
    # Another area's column, an older month and the other chart say nothing of it.
    assert enter("2026-12", "U", area="INDIA") == []
    assert enter("2026-12", "U", area="ALL") == []
    assert enter("2026-10", "U") == []
    assert enter("2026-12", "2024-06-01", chart="filing") == []
    assert enter("2027-01", "U") == [(matter, "retrogressed")]
    # Entered wrongly and put right: both stand on record, the later counts.
    assert enter("2027-01", "C") == [(matter, "current")]
    with pytest.raises(Refusal, match="stands there already"):
        enter("2027-01", "C")
    listed = desk.read(bulletin.listing, month="2027-01")
    assert [(cell.category, cell.chargeability, cell.cutoff) for cell in listed] == [("F2A", "MEXICO", "C")]
    (number,) = desk.read(bulletin.standing)
    assert (number.current, number.month, number.cutoff) == (True, "2027-01", "C")
    (other,) = desk.read(bulletin.standing, chart="filing")
    assert not other.current


def test_what_is_no_cell_is_refused(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk("mduarte")
    for month, chart, category, cutoff, said in (
        ("2026-13", "filing", "F2A", "C", "no month"),
        ("2026-12", "green", "F2A", "C", "no chart"),
        ("2026-12", "filing", "F2A!", "C", "no category"),
        ("2026-12", "filing", "F2A", "soon", "no cut-off"),
    ):
        with pytest.raises(Refusal, match=said):
            desk.write(bulletin.enter, month, chart, category, "ALL", cutoff)
    changed = desk.write(forms.form_change, matter, "I-130", category="F1", expires=date(2030, 1, 1))
    assert (changed.category, changed.chargeability, changed.expires) == ("F1", "MEXICO", date(2030, 1, 1))
    with pytest.raises(Refusal, match="Nothing is said"):
        desk.write(forms.form_change, matter, "I-130")
