"""A person's own keys held against the desk's: what can be taken, and a sentence for what cannot.

What cannot be taken is left out, so that whoever has a mistake in the file still has a desk whose every key works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from casedesk.refusal import Refusal
from casedesk.screens import config, keyboard
from casedesk.screens.config import KeySettings
from casedesk.screens.keyboard import Known, Place
from casedesk.screens.keymap import ARROWS, KeyMap, is_key, maps, normal, shown

_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""What a terminal cannot tell apart: both are one byte."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one binding, in a sentence. `code`: map, unknown, key, never, conflict, file."""

    code: str
    id: str
    message: str


def effective(
    settings: KeySettings | None = None, name: str | None = None
) -> tuple[KeyMap, tuple[Finding, ...]]:
    """The map in force and what was found. `settings` are those of the file where none are given, `name` the map to
    take instead of the one it names. The screens are loaded only where somebody has keys of their own."""
    found: list[Finding] = []
    if settings is None:
        try:
            settings = config.read().keys
        except Refusal as refusal:
            settings = KeySettings()
            found.append(Finding("file", "", refusal.message))
    wanted = name or settings.map
    if wanted not in maps():
        near = _near(wanted, maps())
        found.append(Finding("map", "", f"There is no key map {wanted!r}{near}; the desk takes {ARROWS}."))
        wanted = ARROWS
    if not settings.bind:
        return KeyMap(wanted, maps()[wanted]), tuple(found)
    own = dict(_usable(settings.bind, found))
    while True:
        keymap = KeyMap(wanted, {**maps()[wanted], **own})
        clashing = list(conflicts(keymap))
        blamed = {each for _, pair in clashing for each in pair if each in own}
        for finding, pair in clashing:
            found += [replace(finding, id=each) for each in pair if each in own][:1]
        if not blamed:
            return keymap, tuple(dict.fromkeys(found))
        own = {binding: keys for binding, keys in own.items() if binding not in blamed}


def conflicts(keymap: KeyMap) -> Iterator[tuple[Finding, tuple[str, str]]]:
    """Two bindings that one key of one screen would mean, each pair once. Two that share a key as they come (enter on a
    list, and opening what is there) mean the same and are none."""
    said: set[tuple[str, str, str]] = set()
    for title, one, other in _pairs():
        for key in _split(keymap.keys(one.id)):
            alike = key in _split(one.own) and key in _split(other.own)
            if alike or key not in _split(keymap.keys(other.id)) or (one.id, other.id, key) in said:
                continue
            said.add((one.id, other.id, key))
            what = f"{one.label!r} ({one.id}) and {other.label!r} ({other.id})"
            finding = Finding("conflict", one.id, f"{title}: {shown(key)} would be both {what}.")
            yield finding, (one.id, other.id)


def never_arrives(key: str) -> str:
    """Why a key does not reach a program in every terminal, "" for one that does."""
    *modifiers, last = key.split("+")
    if key in _SAME:
        return f"a terminal sends it as {_SAME[key]}"
    if {"super", "hyper", "meta"} & set(modifiers):
        return "the window system keeps it"
    if "shift" in modifiers and len(last) == 1:
        return (
            f"it is {last.upper()}, write that"
            if "ctrl" not in modifiers
            else f"a terminal sends ctrl+{last}"
        )
    if modifiers and last[0] == "f" and last[1:].isdigit():
        return "few terminals send a function key with another"
    if modifiers and last in {"enter", "escape", "space", "backspace"}:
        return f"a terminal sends {last}"
    if "ctrl" in modifiers and (last in {"tab", "comma", "full_stop"} or last.isdigit()):
        return f"a terminal sends {shown(last)}, or nothing"
    return ""


def _usable(bind: Mapping[str, str], found: list[Finding]) -> Iterator[tuple[str, str]]:
    """The ids there are with keys there are, as the terminal reports them; the others are found."""
    known = {each.id: place for place in keyboard.places() for each in place.keys}
    for binding, keys in bind.items():
        if binding not in known:
            near = _near(binding, known)
            found.append(Finding("unknown", binding, f"There is no key called {binding!r}{near}."))
            continue
        wrong = [why for key in _split(normal(keys)) if (why := _wrong(binding, known[binding], key))]
        found += [Finding(code, binding, f"{binding}: {why}.") for code, why in wrong]
        if not wrong:
            yield binding, normal(keys)


def _wrong(binding: str, place: Place, key: str) -> tuple[str, str] | None:
    if not is_key(key):
        return "key", f"{key!r} is no key"
    never = never_arrives(key)
    if never:
        return "never", f"{shown(key)} never arrives, {never}"
    if (place.name in keyboard.TYPED or binding == "app.quit") and len(shown(key)) == 1 and key not in _MOVES:
        return "never", f"{shown(key)} would be typed into a field"
    return None


_MOVES = {"up", "down", "left", "right"}


def _pairs() -> Iterator[tuple[str, Known, Known]]:
    """Every two bindings that can be listened for at once, with the screen they meet on."""
    of: dict[str, list[Known]] = {}
    for place in keyboard.places():
        of.setdefault(place.kind, []).extend(place.keys)
    everywhere = [*of["app"], *of["everywhere"]]
    yield from (("Every screen", *pair) for pair in _two(everywhere))
    yield from (("Every screen", mine, each) for mine in everywhere for each in of["widget"])
    for place in keyboard.places():
        if place.kind in {"app", "everywhere"}:
            continue
        yield from ((_title(place), *pair) for pair in _two(place.keys))
        if place.kind != "widget":
            around = everywhere if place.kind == "screen" else of["app"]
            yield from (
                (_title(place), mine, each) for mine in place.keys for each in (*around, *of["widget"])
            )


def _two(keys: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    return ((one, other) for place, one in enumerate(keys) for other in keys[place + 1 :])


def _title(place: Place) -> str:
    return place.title[0].upper() + place.title[1:]


def _split(keys: str) -> list[str]:
    return keys.split(",")


def _near(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f", the nearest is {near[0]!r}" if near else ""
