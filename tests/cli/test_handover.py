"""`casedesk handover` and the worker as a service, as a person types them."""

from __future__ import annotations

import sys

import pytest

from tests.cli.conftest import Office
from tests.support.rfe import run_rfe


def test_a_sheet_is_shown_written_on_and_given_back(local_office: Office) -> None:
    office = local_office
    ref = run_rfe(office.firm, until="received").intake
    assert office.tries("mduarte", "handover", "mduarte").code == "not_away"
    office.does("mduarte", "task", "start", ref)
    away = ("--from", "2026-11-10", "--to", "2026-11-13", "--cover", "lchen")
    office.does("mduarte", "person", "absence", "mduarte", *away)
    shown = office.says("mduarte", "handover", "mduarte")
    assert shown.status == 0
    assert f"A note is missing on {ref}." in shown.out
    assert office.says("mduarte", "handover", "mduarte", "--note", f"{ref}").status == 2
    done = office.does("mduarte", "handover", "mduarte", "--note", f"{ref}=The original is in the safe.")
    assert (done["closed"], done["missing"]) == (True, [])
    office.clock.advance(days=1)
    office.does("inovak", "worker", "--once")
    assert office.does("lchen", "task", "show", ref)["owner"] == "lchen"
    office.clock.advance(days=1)
    back = office.does("mduarte", "handover", "mduarte", "--back")
    assert back["returned"] == 1
    task = office.does("mduarte", "task", "show", ref)
    assert (task["owner"], task["handoff_note"]) == ("mduarte", "The original is in the safe.")


def test_the_service_is_shown_before_it_is_installed(
    local_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("os.getuid", lambda: 1000)
    shown = local_office.says("inovak", "worker", "--print")
    assert shown.status == 0
    assert f'"--store" "{local_office.firm.store}"' in shown.out
    assert "$ systemctl --user enable --now casedesk-worker.service" in shown.out
    assert local_office.tries("inovak", "worker", "--uninstall", "--install").code == "one_of"
    monkeypatch.setattr("os.getuid", lambda: 0)
    assert local_office.tries("inovak", "worker", "--install").code == "not_as_root"
