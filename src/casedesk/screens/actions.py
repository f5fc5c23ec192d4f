"""What can be done on a screen, said once: the footer, the help and the palette are made from it, and so are the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding, BindingType

Reason = Callable[[Any], str]


def always(_screen: Any) -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """`when` gives "" where the action may be done, else the reason why not: a key is dimmed, never hidden.

    `act` names the act of the authority matrix it is (or finds it for the screen), so that what this person may not do
    at all says so: the same rights the store grants. `keys` are separated by commas, the first is the one shown. `footer` says whether the last line names it, `loud`
    whether it says there why not; the others say it when they are pressed, and in the help.
    """

    id: str
    keys: str
    label: str
    description: str
    when: Reason = always
    footer: bool = True
    loud: bool = False
    act: str | Reason = ""

    def why_not(self, screen: Any) -> str:
        """Why it may not be done on this screen now, "" where it may: not this person's to do, or not now."""
        act = self.act if isinstance(self.act, str) else self.act(screen)
        return screen.desk_app.rights.reason(act) or self.when(screen)

    @property
    def key(self) -> str:
        """The shown key, as a person reads it."""
        first = self.keys.split(",")[0]
        return _SHOWN.get(first, first)


_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "f1": "F1",
    "right": "→",
    "left": "←",
    "f5": "F5",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """The keys of a screen's actions, each named by its id so that a key map can move it."""
    return [
        Binding(
            action.keys,
            f"do('{action.id}')",
            action.label,
            show=False,
            tooltip=action.description,
            id=action.id,
        )
        for action in actions
    ]
