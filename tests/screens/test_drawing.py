"""Columns stand where they should, whoever is named: wide, combining, joined, from right to left, very long."""

from __future__ import annotations

from unicodedata import bidirectional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from casedesk.screens.drawing import ANCHOR, cell, hung, part, spread
from casedesk.security.text import safe
from tests.support.hostile import HOSTILE, unsafe_characters

NAMES = (
    "王小明",
    "김민준",
    "山田 太郎",
    "محمد بن سلمان",
    "דוד כהן",
    "דוד 12",
    "عمر ٤٢",
    "Nguyễn Thị Hồng",
    "Nguye\u0302\u0303n",
    "👩\u200d👩\u200d👧 Rosa",
    "🇲🇽 Luz",
    "می\u200cخواهم",
    "क्\u200dष",
    "Fernández-Villaverde y Castellanos de la Torre, María de los Ángeles",
    "x" * 500,
    "",
)
NAMED = st.one_of(st.sampled_from(NAMES), st.sampled_from(sorted(HOSTILE.values())), st.text(max_size=60))


def _strong(text: str) -> list[str]:
    return [each for each in map(bidirectional, text) if each in {"L", "R", "AL", "EN", "AN"}]


@given(text=NAMED, width=st.integers(0, 40))
def test_a_column_is_as_wide_as_it_is_said_to_be(text: str, width: int) -> None:
    shown, _ = cell(text, width)
    assert cell_len(shown) == width
    assert unsafe_characters(shown) == []


@given(text=NAMED, width=st.integers(1, 40))
def test_what_runs_from_right_to_left_ends_with_its_column(text: str, width: int) -> None:
    """To whoever arranges the line the last letter of the column runs from left to right: a date after it stays there."""
    shown, _ = cell(text, width)
    strong = _strong(shown)
    if {"R", "AL", "AN"} & set(strong):
        assert shown.endswith(ANCHOR)
        assert strong[-1] == "L"


@given(names=st.lists(NAMED, min_size=2, max_size=6))
def test_the_column_after_a_name_begins_in_one_cell_for_all(names: list[str]) -> None:
    starts = set()
    for name in names:
        before, after = cell(name, 18)[0], cell("17 Nov", 8)[0]
        starts.add(cell_len((before + after)[: (before + after).rindex("17 Nov")]))
    assert starts == {18}


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_at_the_right_edge_stays_there(name: str) -> None:
    line = spread([part("T-1F3K9A "), part(name)], [part("12 new")], 40)
    text = "".join(words for words, _ in line)
    assert cell_len(text) == 40
    assert text.endswith("12 new")
    before = _strong(text.removesuffix("12 new"))
    assert before[-1] == "L" or not {"R", "AL"} & set(before)


def test_the_anchor_is_drawn_as_a_blank_and_is_no_control_character() -> None:
    assert (cell_len(ANCHOR), bidirectional(ANCHOR)) == (1, "L")
    assert safe(ANCHOR) == ANCHOR
    assert unsafe_characters(ANCHOR) == []


@given(text=NAMED, width=st.integers(12, 60), label=st.integers(0, 9))
def test_a_long_line_loses_no_letter_and_goes_on_under_its_text(text: str, width: int, label: int) -> None:
    head = [cell("Rule", label, "dim")] if label else []
    lines = hung([*head, part(text, "strong")], width)
    assert all(sum(cell_len(words) for words, _ in line) <= width for line in lines)
    drawn = "".join(words for line in lines for words, tone in line if tone == "strong")
    assert drawn.replace(" ", "") == safe(text).replace(" ", "")
    if label > 4 and len(lines) > 1:
        indent = label + len(safe(text)) - len(safe(text).lstrip(" "))
        if indent <= width // 2:
            assert all(not "".join(words for words, _ in line)[:label].strip() for line in lines[1:])
