"""When and where somebody is to be, as notices print it; what is doubtful gives no appointment, and a warning."""

from __future__ import annotations

import pytest

from casedesk.calendars.places import zone_of
from casedesk.documents.recognise import recognise
from casedesk.models.enums import DocumentKind

ASC = """U.S. Citizenship and Immigration Services
ASC Appointment Notice
Receipt Number: IOE0912345678
Notice Date: November 10, 2026
PLEASE APPEAR AT THE BELOW APPLICATION SUPPORT CENTER AT THE DATE AND TIME SPECIFIED
{}
"""
COURT = """Executive Office for Immigration Review
NOTICE OF HEARING IN REMOVAL PROCEEDINGS
Date: November 9, 2026
{}
"""


def values(text: str) -> dict[str, str]:
    return {evidence.field: evidence.value for evidence in recognise(text).evidence}


@pytest.mark.parametrize(
    "words, at",
    [
        ("04/20/2027 8:00 AM", "2027-04-20T08:00"),
        ("04/20/2027 08:00AM", "2027-04-20T08:00"),
        ("Date and Time: 12:30 PM on Tuesday, April 20, 2027", "2027-04-20T12:30"),
        ("Tuesday, April 20, 2027 at 12:05 a.m., 27-35 Jackson Avenue", "2027-04-20T00:05"),
        ("APRIL 20, 2027 13:45", "2027-04-20T13:45"),
        ("Appointment Date: April 20, 2027 Appointment Time: 9 AM", "2027-04-20T09:00"),
    ],
)
def test_a_day_with_its_hour(words: str, at: str) -> None:
    assert values(ASC.format(words))["appointment_at"] == at


@pytest.mark.parametrize(
    "words",
    [
        "Bring this notice on April 20, 2027.",
        "The center is open 8:00 AM to 4:00 PM.",
        "April 20, 2027 at 9:00 AM\n\nor\n\nApril 27, 2027 at 9:00 AM",
        "Your appointment previously scheduled for April 20, 2027 at 9:00 AM is cancelled.",
        "October 1, 2026 at 9:00 AM",
        "April 20, 2027 at 1:00",
    ],
)
def test_nothing_is_guessed(words: str) -> None:
    said = recognise(ASC.format(words))
    assert said.kind is DocumentKind.BIOMETRICS
    assert "appointment_at" not in {evidence.field for evidence in said.evidence}
    assert any("by hand" in warning for warning in said.warnings)


def test_the_former_day_is_told_apart() -> None:
    said = values(
        COURT.format(
            "Your individual hearing previously scheduled for February 10, 2027 at 1:00 PM has been rescheduled. It"
            " will be held before Immigration Judge Field on April 14, 2027 at 1:00 PM at 970 Broad Street, Newark, NJ"
            " 07102."
        )
    )
    assert said["appointment_at"] == "2027-04-14T13:00"
    assert said["appointment_place"] == "970 Broad Street, Newark, NJ 07102"
    assert (said["hearing"], said["judge"]) == ("individual", "Field")


def test_two_judges_give_none_and_so_do_two_kinds_of_hearing() -> None:
    said = values(
        COURT.format(
            "Your individual hearing is on April 14, 2027 at 1:00 PM. Your master hearing was held before.\n"
            "Judge: FIELD\n\nJudge: MARSH"
        )
    )
    assert said["appointment_at"] == "2027-04-14T13:00"
    assert not {"hearing", "judge"} & said.keys()


def test_biometrics_that_are_used_again() -> None:
    said = recognise(ASC.format("USCIS is able to reuse your previously captured fingerprints."))
    assert "biometrics_reuse" in {evidence.field for evidence in said.evidence}
    assert not [warning for warning in said.warnings if "by hand" in warning]
    # A day that is printed all the same is not passed over.
    both = values(
        ASC.format("If we are able to reuse your previously captured prints we say so.\n\n04/20/2027 8:00 AM")
    )
    assert both["appointment_at"] == "2027-04-20T08:00"
    assert "biometrics_reuse" not in both


def test_other_papers_set_no_appointment() -> None:
    receipt = "U.S. Citizenship and Immigration Services\nReceipt Notice\nReceipt Number: IOE0912345678\nNotice Date: November 10, 2026\nCall us before November 20, 2026 at 9:00 AM."
    assert "appointment_at" not in values(receipt)


@pytest.mark.parametrize(
    "place, zone",
    [
        ("970 Broad Street, Room 1200, Newark, NJ 07102", "America/New_York"),
        ("630 Sansome Street, San Francisco CA 94111-2280", "America/Los_Angeles"),
        ("525 West Van Buren, Chicago, IL 60607", "America/Chicago"),
        ("El Paso, TX 79925", None),
        ("Queens", None),
        ("Newark, NJ 07102 or San Francisco, CA 94111", None),
    ],
)
def test_the_clock_of_a_place(place: str, zone: str | None) -> None:
    assert zone_of(place) == zone
