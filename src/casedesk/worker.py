"""The worker as a service of the person who is signed in, without a screen and without administrator rights.

One plan a system: a `systemd --user` unit on Linux, a launch agent on macOS, a task of the Task Scheduler on Windows. The
program itself is `casedesk worker`, which sweeps with the very code an open desk runs. No secret stands in what is
written: the store's key and the password come from where opening a desk finds them.
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from xml.sax.saxutils import escape

from casedesk.refusal import Refusal

NAME = "casedesk-worker"
LABEL = "com.casedesk.worker"
KEPT_ENVIRONMENT = ("PGPASSFILE", "CASEDESK_STATE", "CASEDESK_KEY_FILE", "XDG_DATA_HOME")
"""What of this terminal's surroundings the worker needs too: paths, never a secret."""

Run = Callable[[Sequence[str]], int]
"""Runs a command and gives its exit status; 127 where the command is not there."""


@dataclass(frozen=True)
class Plan:
    """What makes the worker a service here: one file, and the commands that start and stop it.

    `probe` must succeed before anything is written; `hint` is what the person may still want to do.
    """

    kind: str
    file: Path
    data: bytes
    probe: tuple[str, ...]
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    hint: str = ""

    @property
    def text(self) -> str:
        """The file's words."""
        return self.data.decode("utf-16" if self.data[:2] == b"\xff\xfe" else "utf-8")


@dataclass(frozen=True)
class Here:
    """The machine as an entry point found it: `system` as `sys.platform` names it, `uid` None where there is none."""

    system: str
    home: Path
    uid: int | None
    environment: Mapping[str, str] = field(default_factory=dict)


def plan(here: Here, command: Sequence[str]) -> Plan:
    """How `command` becomes a service on this system. Raises `Refusal` for root, and for a system we know no way on."""
    if here.uid == 0:
        raise Refusal(
            "not_as_root",
            "The worker is no service of the administrator: it would own files that you cannot read.",
            "Run this as the person who uses casedesk.",
        )
    kept = {name: here.environment[name] for name in KEPT_ENVIRONMENT if here.environment.get(name)}
    if here.system.startswith("linux"):
        return _systemd(here, command, kept)
    if here.system == "darwin":
        return _launchd(here, command, kept)
    if here.system == "win32":
        return _task_scheduler(here, command)
    raise Refusal(
        "no_service_manager",
        f"casedesk knows no way to start a service on {here.system}.",
        "Start `casedesk worker` from your own session.",
    )


def install(made: Plan, run: Run) -> tuple[str, ...]:
    """Write the file and start the worker; what was done, in sentences. Raises `Refusal`; then nothing is left behind."""
    if run(made.probe):
        raise Refusal(
            "no_service_manager",
            f"{made.kind} does not answer for you here (`{' '.join(made.probe)}`).",
            "Start `casedesk worker` from your own session, or see it with --print.",
        )
    before = made.file.read_bytes() if made.file.exists() else None
    made.file.parent.mkdir(parents=True, exist_ok=True)
    made.file.write_bytes(made.data)
    said = [f"{'Wrote' if before is None else 'Replaced'} {made.file}."]
    if before is not None:
        for command in made.stop:
            run(command)
    for command in made.start:
        status = run(command)
        if status:
            if before is None:
                made.file.unlink()
            else:
                made.file.write_bytes(before)
            raise Refusal(
                "not_started",
                f"`{' '.join(command)}` ended with status {status}; what was written is taken back.",
                "Run it by hand to see what it says.",
            )
        said.append(f"Ran `{' '.join(command)}`.")
    said.append(f"The worker runs now, and whenever you sign in ({made.kind}).")
    if made.hint:
        said.append(made.hint)
    return tuple(said)


def uninstall(made: Plan, run: Run) -> tuple[str, ...]:
    """Stop the worker and take its file away; what was done. Raises `Refusal` where none is installed."""
    if not made.file.exists():
        raise Refusal("not_installed", f"No worker is installed here ({made.file}).", "")
    said = []
    for command in made.stop:
        status = run(command)
        said.append(f"Ran `{' '.join(command)}`" + ("." if not status else f" (status {status})."))
    made.file.unlink()
    return (*said, f"Removed {made.file}.")


def ran(command: Sequence[str]) -> int:
    """Runs one of the system's own commands, its output thrown away."""
    try:
        done = subprocess.run(  # noqa: S603 - the commands of `plan`
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return 127
    return done.returncode


# -- Linux ----------------------------------------------------------------------------------------------------------


def _systemd(here: Here, command: Sequence[str], kept: Mapping[str, str]) -> Plan:
    config = here.environment.get("XDG_CONFIG_HOME") or str(here.home / ".config")
    surroundings = "".join(f'Environment="{name}={_unit(value)}"\n' for name, value in kept.items())
    words = (
        "[Unit]\nDescription=casedesk worker: timers and seals\n\n"
        f"[Service]\nExecStart={' '.join(_quoted(word) for word in command)}\n{surroundings}"
        "Restart=always\nRestartSec=30\nUMask=0077\nNoNewPrivileges=true\n\n"
        "[Install]\nWantedBy=default.target\n"
    )
    service = f"{NAME}.service"
    return Plan(
        kind="systemd --user",
        file=Path(config) / "systemd" / "user" / service,
        data=words.encode(),
        probe=("systemctl", "--user", "show-environment"),
        start=(("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", service)),
        stop=(("systemctl", "--user", "disable", "--now", service),),
        hint="It stops when you sign out, unless you say `loginctl enable-linger` once.",
    )


def _unit(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def _quoted(word: str) -> str:
    return f'"{_unit(word).replace("$", "$$")}"'


# -- macOS ----------------------------------------------------------------------------------------------------------


def _launchd(here: Here, command: Sequence[str], kept: Mapping[str, str]) -> Plan:
    file = here.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{here.uid}"
    agent = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(kept),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": 30,
        "ProcessType": "Background",
        "Umask": 0o077,
    }
    return Plan(
        kind="launchd",
        file=file,
        data=plistlib.dumps(agent),
        probe=("launchctl", "print", domain),
        start=(("launchctl", "bootstrap", domain, str(file)),),
        stop=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
    )


# -- Windows --------------------------------------------------------------------------------------------------------


def _task_scheduler(here: Here, command: Sequence[str]) -> Plan:
    folder = here.environment.get("LOCALAPPDATA")
    base = Path(folder) if folder else here.home / "AppData" / "Local"
    file = base / "casedesk" / f"{NAME}.xml"
    program, *arguments = command
    # Without a console window; a trigger at sign-in takes an administrator, one that comes every five minutes does not.
    windowless = PureWindowsPath(program)
    if windowless.name.lower() == "python.exe":
        windowless = windowless.with_name("pythonw.exe")
    words = f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>casedesk worker: timers and seals</Description></RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Repetition><Interval>PT5M</Interval></Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author"><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(str(windowless))}</Command>
      <Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
    return Plan(
        kind="Task Scheduler",
        file=file,
        data=b"\xff\xfe" + words.encode("utf-16-le"),
        probe=("schtasks", "/Query", "/FO", "LIST"),
        start=(
            ("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", NAME),
        ),
        stop=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/TN", NAME, "/F")),
    )
