"""Scenario G4: a solo's first fifteen minutes, by the command line, from an empty folder to an invitation in the mail.

G4 A solo's first fifteen minutes. `init` in an empty folder (PowerShell line included), first matter, a spreadsheet
imported, a first date, ending with an invitation in a loopback mailbox whose UID survives a change of date.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casedesk.cli import main
from tests.support import ical
from tests.support.clock import ManualClock
from tests.support.postoffice import PostOffice, post_office
from tests.support.sheets import workbook

SENDER, MINE, PASSWORD = "desk@reyes.example", "julia@reyes.example", "a word for the mail"


def calendars(server: PostOffice) -> list[ical.Part]:
    """Every calendar that lies in the mailbox, the oldest first, as an independent reader reads it."""
    return [
        ical.read(part.get_content())
        for mail in server.messages
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]


def event(calendar: ical.Part) -> ical.Part:
    (found,) = calendar.all("VEVENT")
    return found


def test_a_solos_first_fifteen_minutes(
    tmp_path: Path,
    manual_clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folders = {name: tmp_path / name for name in ("new firm", "keys", "safe")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    monkeypatch.setenv("CASEDESK_KEY_FILE", str(folders["keys"] / "stores"))
    monkeypatch.setenv("CASEDESK_STORE", str(folders["new firm"] / "firm.db"))
    monkeypatch.delenv("CASEDESK_PERSON", raising=False)
    begun = manual_clock.now()

    def tries(*words: object, stdin: str = "") -> tuple[int, Any]:
        """One line that she types; a minute goes by with it."""
        manual_clock.advance(minutes=1)
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        status = main([*map(str, words), "--json", "--no-input"], clock=manual_clock)
        return status, json.loads(capsys.readouterr().out)

    def does(*words: object, stdin: str = "") -> Any:
        status, said = tries(*words, stdin=stdin)
        assert status == 0, said
        return said

    # An empty folder becomes a firm.
    made = does(
        *("init", "--name", "Law Office of Julia Reyes", "--person", "Julia Reyes"),
        *("--licence", "attorney:4411223:NY", "--review-policy", "sole", "--hours", "Mon-Fri 09:00-17:30"),
        *("--zone", "America/New_York", "--dir", folders["new firm"], "--email", MINE, "--remind", "urgent"),
        *("--recovery-out", folders["safe"] / "recovery.txt"),
    )
    assert (made["person"], made["policy"]) == ("jreyes", "sole")
    assert does("matter", "list") == []

    # Her first matter, and the list that she has kept so far: tried first, then brought in, then again.
    first = does("matter", "open", "--type", "asylum", "--client", "Ana Pérez", "--language", "es")
    sheet = folders["new firm"] / "clients.xlsx"
    sheet.write_bytes(
        workbook(
            {
                "Clients": [
                    ("Name", "A #", "Case Type", "Receipt", "Next deadline"),
                    ("Rosa Ibáñez", 78451236, "AOS", "IOE0912345678", 46380),
                    ("王 秀英", "A078-451-237", "asylum", None, "TBD"),
                ]
            }
        )
    )
    dry = does("matter", "import", sheet, "--dry-run")
    assert (dry["batch"], dry["new"], len(dry["problems"])) == (None, 2, 1)
    brought = does("matter", "import", sheet)
    assert [row["matter"] for row in brought["rows"]] == ["M-2026-0002", "M-2026-0003"]
    assert brought["problems"][0]["holds"] == "TBD"
    assert does("matter", "import", sheet)["new"] == 0
    assert len(does("matter", "list")) == 3
    (imported,) = does("deadline", "list")
    assert (imported["matter"], imported["agency_due"]) == ("M-2026-0002", "2026-12-24")
    assert (imported["title"], imported["state"]) == ("Next deadline", "provisional")

    with post_office(tmp_path / "office") as server:
        server.logins[SENDER] = PASSWORD
        does(
            *("channel", "mail", "set", "--host", "localhost", "--port", server.port),
            *("--from", SENDER, "--ca-file", server.ca),
        )
        does("channel", "mail", "login", "--password-stdin", stdin=f"{PASSWORD}\n")

        # Her first date, and it is in her calendar.
        due = does("deadline", "add", first["ref"], "--title", "Asylum declaration", "--due", "2026-12-15")
        does("worker", "--once")
        uids = {event(c).one("UID").value for c in calendars(server)}
        (sent,) = [c for c in calendars(server) if event(c).one("SUMMARY").text.endswith(first["ref"])]
        was = event(sent)
        assert sent.one("METHOD").value == "REQUEST"
        assert ical.day(was.one("DTSTART")) == date.fromisoformat(due["internal_due"])
        assert manual_clock.now() - begun < timedelta(minutes=15)
        assert server.recipients[-1] == [MINE]
        assert not any("Pérez" in str(mail) for mail in server.messages), "no client's name goes out"

        # The date moves, and it is the same entry of the same calendar.
        moved = does("deadline", "move", due["ref"], "--date", "2026-12-22", "--reason", "extension granted")
        does("worker", "--once")
        now = event(calendars(server)[-1])
        assert now.one("UID").value == was.one("UID").value
        assert now.one("UID").value in uids
        assert int(now.one("SEQUENCE").value) > int(was.one("SEQUENCE").value)
        assert ical.day(now.one("DTSTART")) == date.fromisoformat(moved["internal_due"])

    # And all of the list is taken back, with her own matter left alone.
    gone = does("matter", "import", "--undo", brought["batch"])
    assert gone["withdrawn"] == ["M-2026-0002", "M-2026-0003"]
    assert [row["ref"] for row in does("matter", "list")] == [first["ref"]]
    assert does("audit", "verify")["ok"] is True
