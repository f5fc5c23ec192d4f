"""What changed since one was last here, and what one was told, in a plain terminal: the twins of two screens."""

from __future__ import annotations

from datetime import timedelta

from casedesk.desk import matters, notes, tasks
from tests.cli.conftest import Office


def test_what_others_did_since_i_was_here(office: Office) -> None:
    duarte = office.firm.desk("mduarte")
    matter = duarte.write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", paralegal="mduarte", attorney="aokafor"
    ).ref
    assert office.does("mduarte", "changed") == []
    assert "the desk has not been left once" in office.says("mduarte", "changed").out
    began = office.clock.now()
    went = duarte.write(notes.call, matter, "asked about travel", callback="mduarte").task
    assert went is not None
    office.clock.advance(minutes=5)
    office.firm.desk("inovak").write(tasks.reassign, went, to="bcole", reason="two hearings")
    office.clock.advance(minutes=5)

    (row,) = office.does(
        "mduarte", "changed", "--since", (began - timedelta(days=1)).date().isoformat(), "--seen"
    )
    assert (row["kind"], row["task"], row["matter"], row["who"], row["to"], row["why"]) == (
        "away", went, matter, "inovak", "bcole", "two hearings",
    )  # fmt: skip
    assert office.does("mduarte", "changed") == []
    said = office.says("mduarte", "changed").out
    assert said.startswith("Since Mon 2026-11-09 09:50 EST nothing changed.")
    moment = began.isoformat().replace("+00:00", "Z")
    again = office.says("mduarte", "changed", "--since", moment).out
    assert "gone to others" in again
    assert "two hearings" in again
    assert office.does("mduarte", "changed", "--since", office.clock.now().isoformat()) == []
    assert office.tries("mduarte", "changed", "--since", "yesterday").status == 2


def test_what_i_was_told(office: Office) -> None:
    duarte = office.firm.desk("mduarte")
    assert office.does("bcole", "told") == []
    assert office.says("bcole", "told").out == "Nothing was told to you yet.\n"
    matter = duarte.write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", paralegal="mduarte", attorney="aokafor"
    ).ref
    duarte.write(notes.call, matter, "asked about travel", callback="bcole")
    (told,) = office.does("bcole", "told", "--seen")
    assert (told["seen"], told["matter"]) == (False, matter)
    assert told["task"].startswith("T-")
    (read,) = office.does("bcole", "told")
    assert read == {**told, "seen": True}
    assert told["subject"] in office.says("bcole", "told").out
