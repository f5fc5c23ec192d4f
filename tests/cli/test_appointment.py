"""`casedesk appointment` and `casedesk report docket` as they are typed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Office
from tests.support import ical

KEYS = {"id", "kind", "at", "place", "party", "status", "clash"}
MORE = {"ref", "matter", "person", "minutes", "judge", "language", "sequence"}


def test_an_appointment_from_beginning_to_end(office: Office, tmp_path: Path) -> None:
    matter = office.does("mduarte", "matter", "open", "--type", "naturalization", "--client", "Rosa Ibarra")[
        "ref"
    ]
    where = ("--place", "26 Federal Plaza", "--at", "2026-11-12T09:30", "--person", "aokafor")
    made = office.does("mduarte", "appointment", "add", matter, "--kind", "interview", *where)
    assert made.keys() >= KEYS | MORE
    assert (made["at"], made["status"], made["clash"]) == ("2026-11-12T14:30:00Z", "scheduled", [])
    assert (made["person"], made["sequence"], made["minutes"]) == ("aokafor", 0, 60)

    clash = office.does(
        "mduarte", "appointment", "add", matter, "--kind", "other", *where, "--title", "Talk", "--minutes", 15
    )
    assert clash["clash"] == [made["ref"]]
    assert (
        office.does("mduarte", "appointment", "outcome", clash["ref"], "cancelled")["status"] == "cancelled"
    )
    assert office.does("aokafor", "appointment", "confirm", made["ref"])["status"] == "confirmed"
    moved = office.does(
        *("mduarte", "appointment", "reschedule", made["ref"], "--at", "2026-11-13 10:00"),
        *("--by", "agency", "--reason", "The officer is ill."),
    )
    assert (moved["sequence"], moved["at"]) == (1, "2026-11-13T15:00:00Z")
    assert all(former[key].endswith("Z") for former in moved["moved"] for key in ("at", "moved_at"))
    listed = office.does("mduarte", "appointment", "list", "--matter", matter)
    assert [(a["ref"], a["status"]) for a in listed] == [
        (clash["ref"], "cancelled"),
        (made["ref"], "scheduled"),
    ]
    shown = office.says("mduarte", "appointment", "list").out
    assert "Fri 2026-11-13 10:00 EST" in shown
    assert clash["ref"] not in shown
    said = office.says("mduarte", "appointment", "confirm", made["ref"]).out
    assert "was Thu 2026-11-12 09:30 EST; moved for the agency: The officer is ill." in said

    for words, code in (
        (("outcome", made["ref"], "attended"), "not_yet"),
        (("reschedule", made["ref"], "--at", "2026-11-01T09:00", "--by", "court", "--reason", "x"), "past"),
        (("confirm", made["ref"]), "already_confirmed"),
    ):
        refused = office.tries("mduarte", "appointment", *words)
        assert (refused.status, refused.code) == (1, code)
    assert (
        office.tries("mduarte", "appointment", "add", matter, "--kind", "other", "--at", "2026-11-13").status
        == 2
    )

    # The docket: on the terminal, as CSV, as JSON, on paper, and as a calendar file.
    docket = office.does("aokafor", "report", "docket")
    assert docket["unconfirmed"] == []
    refs = [line["ref"] for group in docket["groups"] for line in group["lines"]]
    assert made["ref"] in refs
    assert made["ref"] in office.says("aokafor", "report", "docket").out
    assert office.says("aokafor", "report", "docket", "--format", "csv").out.startswith(
        "section,attorney,ref,"
    )
    sheet, calendar = tmp_path / "docket.pdf", tmp_path / "mine.ics"
    office.says("aokafor", "report", "docket", "--out", sheet, "--ics", calendar)
    assert sheet.read_bytes().startswith(b"%PDF-")
    events = ical.read(calendar.read_bytes().decode()).all("VEVENT")
    assert [event.one("SUMMARY").text for event in events] == [f"Interview {matter}"]
    assert office.tries(
        "aokafor", "report", "docket", "--since", "2026-12-01", "--until", "2026-11-01"
    ).code == ("days_in_order")
