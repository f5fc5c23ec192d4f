"""Nothing from outside reaches a terminal as anything but ink; names of people stay names."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from casedesk.security.text import REPLACEMENT, clip, csv_cell, safe, safe_json
from tests.support import hostile
from tests.support.hostile import HOSTILE, unsafe_characters

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
nasty_text = st.lists(
    st.sampled_from(
        [*"aI王\u0301\u0300\u20dd\u200c\u200d\u200b\u202e\ud800\x1b\n\r\t\x85", "م", "ی", "क", "्", "ি", "র"]
    )
).map("".join)


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_every_hostile_payload_is_only_drawn(payload: str, multiline: bool) -> None:
    shown = safe(payload, multiline=multiline)
    assert unsafe_characters(shown, multiline=multiline) == []
    assert safe(shown, multiline=multiline) == shown
    shown.encode("utf-8")


@given(any_text | nasty_text, st.booleans())
@example("क" + "्" * 8 + "\u200d" + "्", False)
def test_any_text_at_all_is_only_drawn_and_a_second_pass_changes_nothing(text: str, multiline: bool) -> None:
    shown = safe(text, multiline=multiline)
    assert unsafe_characters(shown, multiline=multiline) == []
    assert safe(shown, multiline=multiline) == shown


def test_the_check_itself_finds_what_it_looks_for() -> None:
    obeyed = [
        "escape_colour",
        "c1_csi",
        "bidi_override",
        "zero_width",
        "tag_characters",
        "nul",
        "surrogates",
        "newline",
    ]
    assert all(unsafe_characters(HOSTILE[name]) for name in obeyed)
    assert len(HOSTILE) >= 27


@pytest.mark.parametrize(
    "name",
    [
        "cjk",
        "right_to_left",
        "persian",
        "indic",
        "vietnamese",
        "quotes",
        "template",
        "unknown_closing_tag",
        "long",
        "empty",
    ],
)
def test_names_as_people_write_them_are_left_alone(name: str) -> None:
    assert safe(HOSTILE[name]) == HOSTILE[name]


def test_plain_ascii_is_the_same_object() -> None:
    text = "Ibarra, Rosa " * 3
    assert safe(text) is text


def test_what_a_terminal_obeys_is_replaced_where_people_see_it() -> None:
    assert safe("a\x1b[31m") == f"a{REPLACEMENT}[31m"
    assert safe("a\u202eb") == f"a{REPLACEMENT}b"
    assert safe("é\x9b31m\x7f") == f"é{REPLACEMENT}31m{REPLACEMENT}"
    assert safe("\ud800") == REPLACEMENT


def test_what_takes_no_room_is_left_out() -> None:
    assert safe(hostile.ZERO_WIDTH) == "Ibarra, Rosa"
    assert safe(hostile.TAG_CHARACTERS) == "Ibarra"
    assert safe(hostile.VARIATION_SELECTORS) == "Ibarra"
    assert safe(hostile.INVISIBLE_LETTERS) == ""


def test_line_breaks_of_every_kind_are_spaces_or_one_newline() -> None:
    text = "a\nb\r\nc\rd\u2028e\x85f"
    assert safe(text) == "a b c d e f"
    assert safe(text, multiline=True) == "a\nb\nc\nd\ne\nf"
    assert safe("a\r\nb\rc\x0cd\te") == "a b c d e"


def test_joiners_stay_only_between_letters_that_join() -> None:
    assert safe("a\u200db") == "ab"
    assert safe("می\u200c") == "می"
    assert safe("م\u200cक") == "مक"
    assert safe("👩\u200d👧") == "👩👧"


def test_a_storm_of_marks_is_calmed_and_none_stands_first() -> None:
    shown = safe(hostile.COMBINING_STORM)
    assert sum(unicodedata.combining(character) > 0 for character in shown) <= 3
    assert safe(hostile.MARKS_FIRST) == "Ibarra"
    assert safe("é\n\u0301x", multiline=True) == "é\nx"


@given(any_text | nasty_text | st.sampled_from(list(HOSTILE.values())), st.integers(-1, 40))
def test_a_clipped_text_never_exceeds_its_cells(text: str, width: int) -> None:
    shown = clip(text, width)
    assert cell_len(shown) <= max(width, 0)
    assert unsafe_characters(shown) == []


def test_clipping_cuts_only_what_does_not_fit() -> None:
    assert clip("Ibarra", 6) == "Ibarra"
    assert clip("Ibarra", 5) == "Ibar…"
    assert clip("王小明", 6) == "王小明"
    assert clip("王小明", 5) == "王小…"
    assert clip("王小明", 4) == "王…"
    assert clip("e\u0301e\u0301e\u0301", 2) == "e\u0301…"


@pytest.mark.parametrize(
    "payload", ["=1+1", "+1+cmd|'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "\ufeff=1", "＝1", "\n@x"]
)
def test_cells_that_begin_like_a_formula_are_defused(payload: str) -> None:
    assert csv_cell(payload).startswith("'")


@pytest.mark.parametrize("text", ["Ibarra", "-5", "+12025550100", "-1,234.50", "a=b", "", "two\nlines"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert csv_cell(text) == text


@given(any_text | st.sampled_from(list(HOSTILE.values())))
def test_json_is_printable_ascii_and_loses_nothing(text: str) -> None:
    printed = safe_json({"name": text})
    assert printed.isascii()
    assert printed.isprintable()
    assert json.loads(printed) == json.loads(json.dumps({"name": text}))
