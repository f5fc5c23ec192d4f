"""Which key does what: the keys the screens come with, and what a key map puts in their place.

Every binding of the desk has an id of its own (`queue.acknowledge`, `rows.down`). A map is data: ids and their keys. The
map `arrows` is what the screens come with; the others lie under `keys/` among the templates. A sentence on the screen
names a key as ⟨queue.undo⟩, and `spell` writes the key that works there; ⟨~desk.back⟩ is one that works while somebody
types.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from textual.binding import Binding, BindingType
from textual.keys import Keys, _character_to_key, key_to_character

from casedesk import resources

ARROWS = "arrows"
_ID = re.compile(r"⟨(~?)([a-z_]+\.[a-z0-9_]+)⟩")
_SHOWN = {_character_to_key(each): each for each in string.punctuation}
_SHOWN |= {"right": "→", "left": "←", "up": "↑", "down": "↓", "pageup": "pgup", "pagedown": "pgdn"}
_own: dict[str, str] = {}
"""The keys each binding came with, by its id: filled where a screen or a widget is made."""


def bound(bindings: Iterable[Binding]) -> list[BindingType]:
    """The bindings of a class, remembered by their ids; one without an id or with another's is a mistake of ours."""
    made = list(bindings)
    for each in made:
        if each.id is None or _own.setdefault(each.id, each.key) != each.key:
            raise ValueError(f"the binding of {each.key} has no id of its own: {each.id}")
    return list(made)


@cache
def maps() -> Mapping[str, Mapping[str, str]]:
    """The shipped maps by name, each the ids it moves and their keys."""
    found: dict[str, Mapping[str, str]] = {}
    for file in resources.list_names("keys"):
        data = tomllib.loads(resources.read_text(f"keys/{file}"))
        found[file.removesuffix(".toml")] = {name: normal(keys) for name, keys in data["keys"].items()}
    return found


def normal(keys: str) -> str:
    """Keys as the terminal reports them, with commas between: "?, space" is "question_mark,space"."""
    return ",".join(_normal(key.strip()) for key in keys.split(","))


def _normal(key: str) -> str:
    before, plus, last = key.rpartition("+")
    return before + plus + (_character_to_key(last) if len(last) == 1 else last)


def shown(key: str) -> str:
    """A key as a person reads it: "?", "→", "ctrl+p"."""
    if key in _SHOWN:
        return _SHOWN[key]
    before, plus, last = key.rpartition("+")
    if plus:
        return f"{before}+{shown(last)}"
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    character = key_to_character(key)
    return character if character and character.isprintable() and not character.isspace() else key


def shown_keys(keys: str) -> list[str]:
    """The keys of one binding as a person reads them, the first first."""
    return [shown(key) for key in keys.split(",")]


def is_key(key: str) -> bool:
    """Whether there is such a key, whatever a terminal makes of it."""
    *modifiers, last = key.split("+")
    if any(each not in {"ctrl", "shift", "alt", "meta", "super", "hyper"} for each in modifiers):
        return False
    there = last in _SHOWN or last in {each.value for each in Keys}
    return there or (bool(last) and key_to_character(last) is not None)


@dataclass(frozen=True)
class KeyMap:
    """The map in force: `moved` are the ids whose keys are others than the screens come with."""

    name: str = ARROWS
    moved: Mapping[str, str] = field(default_factory=dict)

    def keys(self, binding: str) -> str:
        """The keys that work for a binding, with commas between. Raises KeyError for an id that nothing has."""
        found = self.moved.get(binding) or _own.get(binding)
        if found is None:
            from casedesk.screens import keyboard

            # Its screen was not opened yet.
            keyboard.places()
            found = _own[binding]
        return found

    def key(self, binding: str, *, typing: bool = False) -> str:
        """The key to say for a binding; `typing`: one that no field takes for a letter, where there is one."""
        every = shown_keys(self.keys(binding))
        return next((each for each in every if len(each) > 1), every[0]) if typing else every[0]

    def spell(self, sentence: str) -> str:
        """The sentence with a key for each ⟨id⟩ in it; what is no id of ours stays as it is."""
        return _ID.sub(self._said, sentence) if "⟨" in sentence else sentence

    def _said(self, found: re.Match[str]) -> str:
        try:
            return self.key(found[2], typing=bool(found[1]))
        except KeyError:
            return found[0]
