"""Global options may stand anywhere, and nothing else is moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.cli.argv import SWITCHES, VALUED, Words, listed, sort
from casedesk.refusal import WrongUsage

GIVEN = [
    (["--json"], {"json": True}),
    (["--as", "ana"], {"person": "ana"}),
    (["--as=ana"], {"person": "ana"}),
    (["--store", "f.db"], {"store": "f.db"}),
    (["--store=f=g.db"], {"store": "f=g.db"}),
    (["--read-only"], {"read_only": True}),
    (["--no-input"], {"no_input": True}),
    (["--debug"], {"debug": True}),
]


@pytest.mark.parametrize(("option", "meant"), GIVEN)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_global_option_may_stand_anywhere(option: list[str], meant: dict[str, object], place: int) -> None:
    words = ["task", "ack", "T-1"]
    words[place:place] = option
    found = sort(words)
    assert found.rest == ("task", "ack", "T-1")
    assert {name: getattr(found, name) for name in meant} == meant


def test_what_stands_after_two_dashes_is_left_alone() -> None:
    found = sort(["note", "M-1", "--as", "ana", "--", "--json", "--as"])
    assert found == Words(rest=("note", "M-1", "--", "--json", "--as"), person="ana")


def test_a_value_written_with_an_equals_sign_is_no_global_option() -> None:
    assert sort(["task", "wait", "--note=--json"]).rest == ("task", "wait", "--note=--json")


@pytest.mark.parametrize(
    "words", [["--store"], ["task", "list", "--as"], ["--as", "--json"], ["--store", "--"], ["--store="]]
)
def test_a_global_option_without_its_value_is_wrong_usage(words: list[str]) -> None:
    with pytest.raises(WrongUsage, match="needs a value"):
        sort(words)


@given(st.lists(st.text(min_size=1).filter(lambda word: not word.startswith("--"))))
def test_words_that_are_no_global_options_keep_their_order(words: list[str]) -> None:
    assert sort(words) == Words(rest=tuple(words))


def test_the_help_lists_every_one_of_them() -> None:
    said = dict(listed())
    names = {name.split()[0] for name in said}
    assert names == {*VALUED, *SWITCHES, "--version"}
    assert all(said.values())
