"""`casedesk keys`: the map in force with no store in sight, and status 1 where a person's own keys are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("CASEDESK_CONFIG", str(file))
    return file


def test_it_prints_the_map_by_screen(run: Run, config: Path) -> None:
    ran = run("keys")
    assert (ran.status, ran.err) == (0, "")
    assert "  a      acknowledge       queue.acknowledge" in ran.out.splitlines()
    assert f"Map: arrows. Yours: {config}" in ran.out
    ran = run("keys", "--map", "vim")
    assert any(
        line.split() == ["H", "hand", "off", "queue.hand_off", "moved"] for line in ran.out.splitlines()
    )


def test_json_names_ids_keys_and_findings(run: Run, config: Path) -> None:
    config.write_text(
        '[keys]\nmap = "vim"\n[keys.bind]\nqueue.undo = "a"\ntask.tick = ["x", "space"]\n', "utf-8"
    )
    ran = run("keys", "--json")
    assert ran.status == 1
    said = ran.json
    assert (said["map"], said["config"]) == ("vim", str(config))
    keys = {each["id"]: each for screen in said["screens"] for each in screen["keys"]}
    assert keys["task.tick"] == {"id": "task.tick", "keys": ["x", "space"], "does": "tick", "moved": True}
    assert keys["queue.undo"]["keys"] == ["z"]
    assert keys["queue.section_next"]["keys"] == ["right", "l"]
    assert [(each["code"], each["id"]) for each in said["findings"]] == [("conflict", "queue.undo")]
    assert "! Queue: a would be both 'acknowledge'" in run("keys").out


def test_a_map_there_is_not_is_wrong_usage_and_a_bad_file_a_finding(run: Run, config: Path) -> None:
    assert run("keys", "--map", "emacs").status == 2
    config.write_text("[keys]\ncolour = 1\n", "utf-8")
    ran = run("keys")
    assert ran.status == 1
    assert "keys.colour, which is not known" in ran.out
