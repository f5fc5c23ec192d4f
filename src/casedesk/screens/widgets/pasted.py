"""Fields that lose nothing of what is pasted: an ordinary one keeps the first line of it and drops the rest unsaid."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from casedesk.security.text import safe


class LineInput(Input):
    """A paste of several lines becomes one, where the cursor stands. It submits nothing."""

    def _on_paste(self, event: events.Paste) -> None:
        self.replace(_one_line(event.text), *self.selection)
        event.stop()
        event.prevent_default()


class PastedInput(Input):
    """For a page that is pasted: shown on one line, kept as it was, with its line breaks; it takes the place of what
    stood there."""

    def __init__(self, text: str, *, id: str, placeholder: str) -> None:
        self._whole = text
        self._shown = _one_line(text)
        super().__init__(self._shown, id=id, placeholder=placeholder, select_on_focus=False)

    @property
    def words(self) -> str:
        """The text as it was pasted, or what was made of it by hand."""
        return self._whole if self.value == self._shown else self.value

    def _on_paste(self, event: events.Paste) -> None:
        self._whole, self._shown = event.text, _one_line(event.text)
        self.value = self._shown
        self.cursor_position = 0
        event.stop()
        event.prevent_default()


def _one_line(text: str) -> str:
    return safe(" ".join(text.split()))
