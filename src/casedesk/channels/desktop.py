"""A notice on this desktop, by what the system itself has for it; where it has nothing, that is said, not hidden."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys

from casedesk.channels.trouble import Fate, Trouble

SECONDS = 10.0

_TOAST = """\
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1)
$lines = $xml.GetElementsByTagName('text')
[void]$lines.Item(0).AppendChild($xml.CreateTextNode($title))
[void]$lines.Item(1).AppendChild($xml.CreateTextNode($words))
$toast = New-Object Windows.UI.Notifications.ToastNotification $xml
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('casedesk').Show($toast)
"""


def notice(title: str, words: str) -> None:
    """Show a notice; neither text carries client data. Raises `Trouble(NEVER)` where this system shows none."""
    command, given = _command(title, words)
    if command is None:
        raise Trouble(Fate.NEVER, "This system has nothing that shows a notice.")
    try:
        done = subprocess.run(  # noqa: S603  (the system's own notifier, found by its full path)
            command, input=given, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise Trouble(Fate.NEVER, "The system's notifier did not answer.") from None
    if done.returncode != 0:
        raise Trouble(Fate.NEVER, f"The system's notifier ended with status {done.returncode}.")


def available() -> bool:
    """Whether this system has a notifier."""
    return _command("", "")[0] is not None


def _command(title: str, words: str) -> tuple[list[str] | None, bytes]:
    """The notifier's command line and what it is given on stdin; words stand there rather than in arguments where the
    system allows it, because every program of this machine reads arguments."""
    if sys.platform == "darwin":
        tool = shutil.which("osascript")
        script = f"display notification {_apple(words)} with title {_apple(title)}"
        return (None if tool is None else [tool, "-"]), script.encode()
    if sys.platform == "win32":
        tool = shutil.which("powershell")
        values = f"$title = {_shell(title)}\n$words = {_shell(words)}\n"
        return (None if tool is None else [tool, "-NoProfile", "-NonInteractive", "-Command", "-"]), (
            values + _TOAST
        ).encode()
    tool = shutil.which("notify-send")
    return (None if tool is None else [tool, "--app-name=casedesk", "--", title, words]), b""


def _apple(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shell(words: str) -> str:
    """Text for PowerShell as base64: no quoting to get wrong."""
    held = base64.b64encode(words.encode()).decode()
    return f"[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{held}'))"
