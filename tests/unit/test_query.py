"""The small language that asks for tasks: what is written is read back, and a wrong word gets one sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.desk.query import DATES, NAMES, SIGNS, Term, day_of, parse, render
from casedesk.refusal import WrongUsage

TODAY = date(2026, 11, 9)
texts = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
days = st.sampled_from(("today", "tomorrow", "today+3d", "today-2w", "2026-11-30"))
terms = st.one_of(
    st.builds(Term, st.just(""), st.just(":"), texts, st.booleans()),
    st.builds(Term, st.sampled_from(NAMES), st.just(":"), texts, st.booleans()),
    st.builds(Term, st.sampled_from(DATES), st.sampled_from(SIGNS), days, st.booleans()),
)


@given(st.lists(terms, max_size=6))
def test_what_is_rendered_is_read_back(query: list[Term]) -> None:
    assert parse(render(query)) == tuple(query)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        read = parse(text)
    except WrongUsage as refusal:
        said = refusal.message and refusal.next
    else:
        said = "read"
        assert parse(render(read)) == read
    assert said


def test_the_example_of_the_contract() -> None:
    assert parse('owner:@me due<=today+3d kind:rfe "smith" -state:waiting') == (
        Term("owner", ":", "@me"),
        Term("due", "<=", "today+3d"),
        Term("kind", ":", "rfe"),
        Term("", ":", "smith"),
        Term("state", ":", "waiting", negated=True),
    )
    assert parse("status=new") == (Term("state", ":", "new"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ownr:@me", "owner"),
        ("ownr:", "owner"),
        ("owner:", "owner:@me"),
        ("smith -due<=", "-due<=today+3d"),
        ("smith -", "-state:waiting"),
        ("due<=soon", "today+3d"),
        ("owner<=me", "owner:me"),
        ('"smith', "quotes"),
        ('kind:""', "looked for"),
    ],
)
def test_a_wrong_word_gets_one_sentence_with_what_would_do(text: str, said: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        parse(text)
    assert said in refused.value.next
    assert refused.value.message.count(".") == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-09"),
        ("Today+3d", "2026-11-12"),
        ("today-1w", "2026-11-02"),
        ("tomorrow", "2026-11-10"),
        ("yesterday", "2026-11-08"),
        ("2026-11-30", "2026-11-30"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert day_of(text, TODAY) == date.fromisoformat(day)
