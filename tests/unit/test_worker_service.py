"""The worker as a service on three systems: what is written, what is run, and that nothing stays of what failed."""

from __future__ import annotations

import os
import plistlib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from casedesk import worker
from casedesk.refusal import Refusal

COMMAND = ("/opt/py 3/bin/python", "-m", "casedesk", "--store", '/home/ana/100% "ours"/$firm.db', "worker")
SYSTEMS = ("linux", "darwin", "win32")


class Shell:
    """What was run, and which command fails."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.ran: list[str] = []

    def __call__(self, command: Sequence[str]) -> int:
        words = " ".join(command)
        self.ran.append(words)
        return 1 if self.fails and self.fails in words else 0


def here(system: str, home: Path, uid: int | None = 1000, **environment: str) -> worker.Here:
    return worker.Here(system, home, None if system == "win32" else uid, environment)


@pytest.mark.parametrize("system", SYSTEMS)
def test_installing_and_taking_away_leaves_nothing(tmp_path: Path, system: str) -> None:
    made = worker.plan(here(system, tmp_path), COMMAND)
    shell = Shell()
    said = worker.install(made, shell)
    assert made.file.is_relative_to(tmp_path)
    assert said[0] == f"Wrote {made.file}."
    assert len(shell.ran) == 1 + len(made.start)
    again = worker.install(made, shell)
    assert again[0] == f"Replaced {made.file}."
    gone = worker.uninstall(made, shell)
    assert gone[-1] == f"Removed {made.file}."
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    with pytest.raises(Refusal, match="No worker is installed"):
        worker.uninstall(made, shell)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_does_not_start_is_taken_back(tmp_path: Path, system: str) -> None:
    made = worker.plan(here(system, tmp_path), COMMAND)
    with pytest.raises(Refusal, match="taken back"):
        worker.install(made, Shell(" ".join(made.start[-1])))
    assert not made.file.exists()
    with pytest.raises(Refusal, match="does not answer"):
        worker.install(made, Shell(made.probe[-1]))
    assert not made.file.exists()


def test_nothing_is_a_service_of_root(tmp_path: Path) -> None:
    for system in ("linux", "darwin"):
        with pytest.raises(Refusal, match="administrator"):
            worker.plan(here(system, tmp_path, 0), COMMAND)
    with pytest.raises(Refusal, match="haiku"):
        worker.plan(here("haiku", tmp_path), COMMAND)


def test_the_unit_starts_the_very_words(tmp_path: Path) -> None:
    made = worker.plan(here("linux", tmp_path, PGPASSFILE="/home/ana/pass", PGPASSWORD="secret"), COMMAND)
    line = next(line for line in made.text.splitlines() if line.startswith("ExecStart="))
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line.partition("=")[2])]
    assert tuple(words) == COMMAND
    assert 'Environment="PGPASSFILE=/home/ana/pass"' in made.text
    assert "secret" not in made.text
    assert made.file == tmp_path / ".config" / "systemd" / "user" / "casedesk-worker.service"
    assert "WantedBy=default.target" in made.text


def test_the_agent_starts_the_very_words(tmp_path: Path) -> None:
    made = worker.plan(here("darwin", tmp_path), COMMAND)
    agent = plistlib.loads(made.data)
    assert tuple(agent["ProgramArguments"]) == COMMAND
    assert agent["KeepAlive"] is True
    assert made.start == (("launchctl", "bootstrap", "gui/1000", str(made.file)),)


def test_the_task_runs_without_a_window_or_rights(tmp_path: Path) -> None:
    command = (r"C:\Py\python.exe", "-m", "casedesk", "--store", r"C:\our firm\a&b.db", "worker")
    made = worker.plan(here("win32", tmp_path, LOCALAPPDATA=str(tmp_path / "local")), command)
    task = ElementTree.fromstring(made.text.partition("?>")[2])
    name = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    found = {e.tag.removeprefix(name): e.text for e in task.iter()}
    assert found["Command"] == r"C:\Py\pythonw.exe"
    assert found["Arguments"] == r'-m casedesk --store "C:\our firm\a&b.db" worker'
    assert (found["RunLevel"], found["LogonType"]) == ("LeastPrivilege", "InteractiveToken")
    assert (found["MultipleInstancesPolicy"], found["ExecutionTimeLimit"]) == ("IgnoreNew", "PT0S")
    assert "LogonTrigger" not in made.text  # that one takes an administrator
    assert made.data[:2] == b"\xff\xfe"


def test_a_command_that_is_not_there_is_a_status() -> None:
    assert worker.ran((sys.executable, "-c", "raise SystemExit(3)")) == 3
    assert worker.ran((os.path.join(os.sep, "no", "such", "command"),)) == 127
