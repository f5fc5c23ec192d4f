"""Plain tables: aligned, clipped on a terminal only, and harmless."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from casedesk.cli.paper import Paper

HEADS = ("TASK", "WHAT", "OWNER")


def test_columns_are_aligned_and_empty_ones_left_out() -> None:
    rows = [("T-1", "Read", ""), ("T-22", "Nguyễn 漢字", "")]
    assert list(Paper().table(HEADS, rows)) == ["TASK  WHAT", "T-1   Read", "T-22  Nguyễn 漢字"]


def test_a_pipe_cuts_nothing() -> None:
    assert "x" * 500 in list(Paper().table(HEADS, [("T-1", "x" * 500, "ana")], give=("WHAT",)))[1]


LONG = st.tuples(st.text(max_size=20), st.integers(1, 40)).map(lambda drawn: drawn[0] * drawn[1])


@given(LONG, st.text(max_size=30), st.integers(40, 120))
def test_a_line_fits_the_terminal(what: str, owner: str, width: int) -> None:
    lines = Paper(width=width).table(HEADS, [("T-1F3K9A", what, owner)], give=("WHAT", "OWNER"))
    assert all(cell_len(line) <= width for line in lines)


def test_instants_stand_on_the_offices_clock() -> None:
    paper = Paper("America/New_York")
    assert paper.at(datetime(2026, 11, 9, 14, 40, tzinfo=UTC)) == "2026-11-09 09:40"
    assert paper.at_zone(datetime(2026, 7, 9, 14, 40, tzinfo=UTC)) == "Thu 2026-07-09 10:40 EDT"
    assert paper.day(date(2026, 11, 30)) == "Mon 2026-11-30"
    assert paper.at(None) == paper.day(None) == ""


def test_facts_leave_out_what_is_unknown() -> None:
    assert list(Paper().facts([("a", None), ("bb", "x"), ("c", ()), ("d", ("y", "z"))])) == [
        "bb  x",
        "d   y, z",
    ]
