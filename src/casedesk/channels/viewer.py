"""A file shown by the system's own program for its kind; where the system has none at hand, that is said, not hidden."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from casedesk.channels.trouble import Fate, Trouble

VIEWER: Final = "CASEDESK_VIEWER"
"""The environment's name for a viewer's command; the file is put behind it, and the viewer ends when it is closed."""
SECONDS = 3.0
"""How long the system's opener is listened to for a word that it failed."""


def show(path: Path, ended: Callable[[], None], *, environment: Mapping[str, str] = os.environ) -> bool:
    """Have the file shown; comes back at once. `ended` is called, from another thread, when the viewer was closed; True
    where that can be known: the system's opener goes away while its viewer stays. Raises `Trouble(NEVER)`.
    """
    command, is_viewer = _command(environment)
    if command is None:
        raise Trouble(Fate.NEVER, "No viewer can be opened from here.")
    try:
        opened = subprocess.Popen(  # noqa: S603  (the person's own viewer, or the system's opener by its full path)
            [*command, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        raise Trouble(Fate.NEVER, f"{command[0]} cannot be started.") from None

    def watch() -> None:
        opened.wait()
        if is_viewer:
            ended()

    if not is_viewer:
        try:
            status = opened.wait(SECONDS)
        except subprocess.TimeoutExpired:
            status = 0
        if status:
            raise Trouble(Fate.NEVER, f"{Path(command[0]).name} knows no program for it.")
    threading.Thread(target=watch, daemon=True).start()
    return is_viewer


def is_waited_for(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the person named a viewer, which ends when it is closed."""
    return bool(environment.get(VIEWER, "").strip())


def _command(environment: Mapping[str, str]) -> tuple[list[str] | None, bool]:
    """The command before the file, and whether it is the viewer itself rather than what opens one."""
    named = environment.get(VIEWER, "").strip()
    if named:
        return shlex.split(named, posix=os.name == "posix"), True
    if _far_away(environment):
        return None, False
    if sys.platform == "win32":
        # What `start` and a double click do; cmd would read signs in the file's name.
        tool = shutil.which("rundll32")
        return (None if tool is None else [tool, "url.dll,FileProtocolHandler"]), False
    tools = ("open",) if sys.platform == "darwin" else ("xdg-open", "wslview")
    found = next(filter(None, map(shutil.which, tools)), None)
    return (None if found is None else [found]), False


def _far_away(environment: Mapping[str, str]) -> bool:
    """Whether no screen of this machine is before the person: a viewer would open where nobody, or somebody else, sits.

    Where a Linux session has no display, `xdg-open` would start a reader of web pages in this very terminal.
    """
    display = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))
    if sys.platform in ("win32", "darwin"):
        return not display and any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    return not display
