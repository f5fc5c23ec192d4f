"""What stands in an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import typer

from casedesk.cli import words

NEW_YORK = "America/New_York"


def test_a_day_is_a_date_and_nothing_else() -> None:
    assert words.day("2026-11-30") == date(2026, 11, 30)
    for wrong in ("30.11.2026", "2026-13-01", "20261130", "2026-11-30T00:00", ""):
        with pytest.raises(typer.BadParameter, match="is not a date"):
            words.day(wrong)


def test_an_instant_without_a_zone_is_on_the_offices_clock() -> None:
    ten = datetime(2027, 1, 20, 15, 31, tzinfo=UTC)
    assert words.aware(words.moment("2027-01-20T15:31:00Z"), NEW_YORK) == ten
    assert words.aware(words.moment("2027-01-20 10:31"), NEW_YORK) == ten
    assert words.aware(words.moment("2027-01-20"), NEW_YORK) == date(2027, 1, 20)
    with pytest.raises(typer.BadParameter, match="neither a date"):
        words.moment("yesterday")


def test_a_day_as_an_instant_lies_within_it_and_todays_is_now() -> None:
    now = datetime(2027, 1, 20, 15, 31, tzinfo=UTC)
    assert words.within_day(date(2027, 1, 20), NEW_YORK, now) == now
    assert words.within_day(date(2027, 1, 19), NEW_YORK, now) == datetime(2027, 1, 20, 4, 59, tzinfo=UTC)
    # The clocks go back on that day.
    assert words.within_day(date(2026, 11, 1), NEW_YORK, now) == datetime(2026, 11, 2, 4, 59, tzinfo=UTC)


def test_a_point_may_carry_a_comment_with_colons_and_equals_signs() -> None:
    assert words.point("accuracy=no:Page 3: a=b is wrong") == ("accuracy", "no", "Page 3: a=b is wrong")
    assert words.point("law=YES") == ("law", "yes", "")
    for wrong in ("law", "law=", "law=maybe", "=yes"):
        with pytest.raises(typer.BadParameter):
            words.point(wrong)


def test_signatures_and_licences() -> None:
    assert words.signature("I-485:Part 10:Rosa Ibarra") == ("I-485", "Part 10", "Rosa Ibarra")
    assert words.licence("attorney:123:NY") == ("attorney", "123", "NY", None)
    assert words.licence("attorney:123:NY:2027-12-31") == ("attorney", "123", "NY", date(2027, 12, 31))
    for wrong in ("I-485:Part 10", "a::b", ""):
        with pytest.raises(typer.BadParameter):
            words.signature(wrong)
    for wrong in ("attorney:123", "attorney:123:NY:soon"):
        with pytest.raises(typer.BadParameter):
            words.licence(wrong)
