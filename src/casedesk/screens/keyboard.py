"""Every key of the desk, screen by screen: what `casedesk keys` prints, and what a key map is checked against."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen

from casedesk import screens
from casedesk.screens.base import DeskScreen

TYPED = ("prompt", "palette", "match", "approve")
"""Where every letter belongs to a field."""


@dataclass(frozen=True)
class Known:
    """One binding: its id, what it does in words, and the keys it came with."""

    id: str
    label: str
    own: str


Kind = Literal["app", "everywhere", "screen", "dialog", "widget"]


@dataclass(frozen=True)
class Place:
    """One screen, dialog or widget, by the name its ids begin with. A widget has its keys first where it has the focus;
    a dialog takes all keys but the app's."""

    name: str
    title: str
    kind: Kind
    keys: tuple[Known, ...]


@cache
def places() -> tuple[Place, ...]:
    """What works everywhere first, then the screens, the dialogs and what stands in them."""
    found: dict[str, Place] = {}
    for node in _classes():
        bindings = [each for each in node.__dict__.get("BINDINGS", ()) if isinstance(each, Binding)]
        known = tuple(Known(each.id or "", each.description, each.key) for each in bindings)
        if known:
            name = known[0].id.partition(".")[0]
            title = "every screen" if node is DeskScreen else getattr(node, "PLACE", _TITLES.get(name, name))
            found[name] = Place(name, title, _kind(node), known)
    order = ("app", "everywhere", "screen", "dialog", "widget")
    return tuple(
        sorted(
            found.values(),
            key=lambda place: (order.index(place.kind), place.name not in {"queue", "task"}, place.title),
        )
    )


def _kind(node: type[DOMNode]) -> Kind:
    if node is DeskScreen:
        return "everywhere"
    for kind, parent in _KINDS:
        if issubclass(node, parent):
            return kind
    return "widget"


_KINDS: tuple[tuple[Kind, type[DOMNode]], ...] = (
    ("app", App),
    ("dialog", ModalScreen),
    ("screen", DeskScreen),
)
_TITLES = {
    "app": "casedesk",
    "rows": "lists",
    "pane": "texts",
    "prompt": "questions",
    "palette": "the finder",
    "match": "which matter",
    "approve": "Approve for filing",
    "why": "why",
    "help": "the help",
}


def _classes() -> Iterator[type[DOMNode]]:
    for each in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        module = importlib.import_module(each.name)
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, DOMNode) and thing.__module__ == module.__name__:
                yield thing
