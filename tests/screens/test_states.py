"""The palette: every state's glyph, word and tone stand in one table; no screen draws one of its own beside it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from casedesk import screens
from casedesk.screens.drawing import TONES
from casedesk.screens.lastfilter import LastFilter
from casedesk.screens.states import SIGNS, STATES, glyph, known, state

GLYPHS = {shown for shown, _ in SIGNS.values() if not shown.isascii()} - {"–", "→"}
"""Those that are nothing but a state's; a dash and an arrow have other uses as well."""
_BEGINS = re.compile(r"^\s*(?:[–→?] |! [a-z])")
"""A literal that begins as a state does. "! The store is gone." is a sentence: it begins with a capital or a name."""


def drawn_beside(source: str) -> list[str]:
    """The literals of a module that hold a state's glyph, or begin with one."""
    literals = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    documentation = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return [
        text for text in literals if text not in documentation and (GLYPHS & set(text) or _BEGINS.match(text))
    ]


def test_no_screen_draws_a_state_of_its_own() -> None:
    own = {
        path.name: found
        for path in Path(screens.__path__[0]).rglob("*.py")
        if path.name != "states.py" and (found := drawn_beside(path.read_text("utf-8")))
    }
    assert own == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "✔ done"', 1),
        ('x = f"{n} ○"', 1),
        ('x = "! late"', 1),
        ('"""A page: "✔ done"."""', 0),
        ('x = f"! {sentence}"', 0),
        ('x = "! The store does not answer."', 0),
        ('x = "10 – 12"', 0),
    ],
)
def test_a_glyph_in_the_source_is_found(source: str, found: int) -> None:
    assert len(drawn_beside(source)) == found


def test_every_state_has_a_sign_a_word_and_a_tone_of_ours() -> None:
    for name, (sign, word, tone) in STATES.items():
        assert sign in SIGNS, name
        assert word, name
        assert tone in {"", *TONES}, name
    assert {sign for sign, _, _ in STATES.values()} == set(SIGNS)


def test_what_is_told_apart_by_a_glyph_is_told_apart_in_ascii() -> None:
    """Each glyph has a twin of its own, one cell wide as it is; the words beside it do not change."""
    shown, twins = zip(*SIGNS.values(), strict=True)
    assert len(set(twins)) == len(set(shown)) == len(SIGNS)
    assert all(cell_len(each) == 1 for each in (*shown, *twins))
    assert all(each.isascii() for each in twins)
    only = LastFilter(ascii_only=True)
    for name in STATES:
        text, _ = state(name)
        (drawn,) = only.apply([Segment(text)], Color(0, 0, 0))
        assert drawn.text == SIGNS[STATES[name].sign][1] + text[1:]
        assert drawn.text.isascii()


def test_no_two_states_of_one_thing_look_alike_without_their_colour() -> None:
    seen: dict[tuple[str, str], str] = {}
    for name in STATES:
        said = (name.partition(".")[0], state(name)[0])
        if said != ("task", "● new"):
            assert said not in seen, (name, seen.get(said))
        seen[said] = name


def test_a_word_from_outside_is_drawn_and_one_nobody_knows_has_no_glyph() -> None:
    assert state("task.waiting", "client\x1b[2J") == ("◷ client\ufffd[2J", "dim")
    assert known("message", "half_sent") == ("half sent", "")
    assert known("message", "sent") == ("✔ sent", "good")
    assert glyph("told.new") == "●"
