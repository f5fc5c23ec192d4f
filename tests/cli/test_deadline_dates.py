"""Dates, the status round and the bulletin from the command line: what stays in their JSON, and what people read."""

from __future__ import annotations

from tests.cli.conftest import Office

PAGE = """Request for Evidence Was Sent
On November 2, 2026, we sent a request for evidence for your Form I-485, Receipt Number IOE0912345678.
"""


def test_a_critical_date_from_count_to_move(local_office: Office) -> None:
    office = local_office
    opened = office.does(
        "mduarte", "matter", "open", "--type", "adjustment_of_status", "--client", "Ada Okonjo",
        "--paralegal", "mduarte", "--attorney", "aokafor", "--form", "I-485", "--receipt", "IOE0912345678",
    )  # fmt: skip
    added = office.does(
        "mduarte", "deadline", "add", opened["ref"], "--rule", "D-08", "--from", "2026-11-03", "--served", "mail",
        "--critical",
    )  # fmt: skip
    assert (added["agency_due"], added["critical"], added["trigger"]) == ("2026-12-07", True, "2026-11-03")
    assert added["steps"]
    ref = added["ref"]
    later = office.does(
        "mduarte",
        "deadline",
        "add",
        opened["ref"],
        "--title",
        "Copy",
        "--due",
        "2026-12-09",
        "--follows",
        ref,
    )
    assert later["follows"] == ref
    assert office.tries("bcole", "deadline", "confirm", ref).code == "count_it_yourself"
    conflict = office.tries("bcole", "deadline", "confirm", ref, "--date", "2026-12-09")
    assert (conflict.status, conflict.json["state"]) == (1, "conflict")
    agreed = office.does("aokafor", "deadline", "confirm", ref, "--date", "2026-12-07")
    assert (agreed["state"], agreed["confirmed_by"]) == ("open", "aokafor")
    moved = office.does("mduarte", "deadline", "move", ref, "--date", "2026-12-14", "--reason", "extended")
    assert moved["agency_due"] == "2026-12-14"
    read = office.says("mduarte", "deadline", "show", later["ref"]).out
    assert "becomes Wed 2026-12-16" in read
    assert "8 CFR" in office.says("mduarte", "deadline", "show", moved["ref"]).out
    accepted = office.does("mduarte", "deadline", "accept", later["ref"])
    assert (accepted["agency_due"], accepted["follows"]) == ("2026-12-16", moved["ref"])
    assert office.does("mduarte", "deadline", "recompute") == {"differences": [], "applied": []}
    assert office.tries("mduarte", "deadline", "add", opened["ref"], "--title", "No day").code == "which_date"
    dropped = office.does("mduarte", "deadline", "drop", accepted["ref"], "--reason", "sent already")
    assert dropped["state"] == "superseded"

    # The round, and the month's bulletin.
    office.clock.advance(days=14)
    (due,) = office.does("mduarte", "status", "list")
    assert due["receipt_number"] == "IOE0912345678"
    seen = office.does("mduarte", "status", "record", due["receipt_number"], "--text", "-", stdin=PAGE)
    assert (seen["means"], seen["on"], seen["next_check"]) == ("rfe", "2026-11-02", "2026-12-03")
    assert seen["task"]
    assert office.does("mduarte", "status", "list") == []
    assert "14 days" in office.says("mduarte", "status", "list").out
    office.does(
        "mduarte", "matter", "form", "change", opened["ref"], "I-485", "--priority-date", "2024-07-01",
        "--category", "F2A",
    )  # fmt: skip
    entered = office.does(
        "mduarte",
        "bulletin",
        "enter",
        "2026-12",
        "--chart",
        "final_action",
        "--category",
        "F2A",
        "--cutoff",
        "C",
    )
    assert [number["changed"] for number in entered["changed"]] == ["current"]
    assert [cell["cutoff"] for cell in office.does("mduarte", "bulletin", "list")] == ["C"]
    assert [number["current"] for number in office.does("mduarte", "bulletin", "dates")] == [True]
    assert office.does("mduarte", "deadline", "list", "--ticklers") == []
