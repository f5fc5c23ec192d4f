"""A paper or packet on the screen by a command: it waits until the viewer is closed, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Office
from tests.support.rfe import run_rfe
from tests.support.viewers import Viewer


def test_a_paper_and_a_packet_are_shown_and_leave_nothing(
    local_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rfe = run_rfe(local_office.firm, until="content")
    listed = local_office.does("mduarte", "document", "list", "--matter", rfe.matter)
    paper = next(each for each in listed if each["kind"] == "rfe")
    refused = local_office.tries("mduarte", "document", "view", paper["ref"])
    assert refused.code == "nobody_looks"
    viewer = Viewer.made(tmp_path / "viewer")
    monkeypatch.setenv("CASEDESK_VIEWER", viewer.command)
    shown = local_office.does("mduarte", "document", "view", paper["ref"])
    assert shown == {"ref": paper["ref"], "opened": True, "removed": True}
    said = local_office.says("aokafor", "packet", "view", rfe.packet)
    assert said.out == f"{rfe.packet}: its copy is removed.\n"
    assert f"{rfe.packet} is opened in the viewer." in said.err
    first, second = viewer.seen()
    assert first["sha256"] == paper["sha256"]
    assert second["sha256"] != first["sha256"]
    assert not Path(first["path"]).exists()
    assert not list(Path(os.environ["CASEDESK_COPIES"]).glob("desk-*"))
    assert local_office.tries("mduarte", "document", "view", "D-000000").code == "not_found"
