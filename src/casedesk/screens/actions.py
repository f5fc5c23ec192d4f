"""What can be done on a screen, said once: the footer, the help and the palette are made from it, and so are the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from textual.binding import Binding, BindingType

from casedesk.screens.keymap import bound, shown_keys

Reason = Callable[[Any], str]


def always(_screen: Any) -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """`when` gives "" where the action may be done, else the reason why not: a key is dimmed, never hidden.

    `act` names the act of the authority matrix it is (or finds it for the screen), so that what this person may not do
    at all says so: the same rights the store grants. `keys` are separated by commas, the first is the one shown; a key
    map may put others in their place, by `binding`, the id that is unique in the whole desk. `footer` says whether the
    last line names it, `loud` whether it says there why not; the others say it when they are pressed, and in the help.
    """

    id: str
    keys: str
    label: str
    description: str
    when: Reason = always
    footer: bool = True
    loud: bool = False
    act: str | Reason = ""
    binding: str = ""

    def why_not(self, screen: Any) -> str:
        """Why it may not be done on this screen now, "" where it may: not this person's to do, or not now."""
        act = self.act if isinstance(self.act, str) else self.act(screen)
        return screen.desk_app.rights.reason(act) or self.when(screen)

    @property
    def key(self) -> str:
        """The shown key, as a person reads it."""
        return shown_keys(self.keys)[0]


def named(screen: str, actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions with the ids of their bindings: `queue.acknowledge`, `task.tick`. One that has an id keeps it: its key
    is bound elsewhere already."""
    return tuple(replace(each, binding=each.binding or f"{screen}.{each.id}") for each in actions)


def bindings(screen: str, actions: Iterable[Action]) -> list[BindingType]:
    """The keys of a screen's own actions, each named so that a key map can move it."""
    return bound(
        Binding(
            action.keys,
            f"do('{action.id}')",
            action.label,
            show=False,
            tooltip=action.description,
            id=action.binding,
        )
        for action in actions
        if action.binding == f"{screen}.{action.id}"
    )
