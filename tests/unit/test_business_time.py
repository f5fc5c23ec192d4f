"""Business time: the sentences of the design, then laws that hold over every change of clocks 2015 to 2035."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from casedesk.calendars.business import (
    BusinessCalendar,
    OutsideCalendar,
    Unit,
    WrongAmount,
    compile_calendar,
)
from casedesk.calendars.federal import federal_holidays

NEW_YORK = ZoneInfo("America/New_York")
FIRST, LAST = date(2015, 1, 1), date(2035, 12, 31)


@cache
def office(
    zone: str = "America/New_York", opens: int = 9, closes: int = 18, days: int = 5
) -> BusinessCalendar:
    hours: Mapping[int, tuple[time, time]] = {d: (time(opens), time(closes)) for d in range(days)}
    return compile_calendar(zone, hours, federal_holidays(), FIRST, LAST)


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    "start, hours, end",
    [
        ("2026-11-09 16:00", 4, "2026-11-10 11:00"),
        ("2026-11-09 16:00", 2, "2026-11-09 18:00"),
        ("2026-11-06 17:00", 2, "2026-11-09 10:00"),
        ("2026-11-07 12:00", 1, "2026-11-09 10:00"),
        ("2026-11-09 05:00", 0.5, "2026-11-09 09:30"),
        ("2026-11-10 17:00", 2, "2026-11-12 10:00"),  # Veterans Day between
        ("2026-11-07 12:00", 0, "2026-11-07 12:00"),
    ],
)
def test_hours_are_office_hours(start: str, hours: float, end: str) -> None:
    assert office().add_hours(ny(start), hours) == ny(end)


@pytest.mark.parametrize(
    "start, hours, end",
    [
        ("2026-11-10 11:00", 4, "2026-11-09 16:00"),
        ("2026-11-09 10:00", 1, "2026-11-09 09:00"),
        ("2026-11-07 12:00", 2, "2026-11-06 16:00"),
    ],
)
def test_hours_backwards(start: str, hours: float, end: str) -> None:
    assert office().subtract_hours(ny(start), hours) == ny(end)


@pytest.mark.parametrize(
    "start, days, end",
    [
        ("2026-11-09 09:40", 1, "2026-11-10 09:40"),
        ("2026-11-06 16:30", 1, "2026-11-09 16:30"),
        ("2026-10-30 16:30", 1, "2026-11-02 16:30"),  # the clocks went back on Sunday
        ("2026-11-07 12:00", 1, "2026-11-10 09:00"),  # Saturday counts from Monday's opening
        ("2026-11-09 18:30", 1, "2026-11-11 09:00"),
        ("2026-11-09 18:00", 1, "2026-11-10 18:00"),
        ("2026-11-07 12:00", 0, "2026-11-09 09:00"),
        ("2026-11-10 09:40", -1, "2026-11-09 09:40"),
        ("2026-11-07 12:00", -1, "2026-11-05 18:00"),
    ],
)
def test_a_day_is_the_same_time_on_the_next_business_day(start: str, days: int, end: str) -> None:
    plain = compile_calendar("America/New_York", {d: (time(9), time(18)) for d in range(5)}, (), FIRST, LAST)
    assert plain.add_days(ny(start), days) == ny(end)


def test_a_day_is_moved_into_shorter_hours() -> None:
    hours = {0: (time(9), time(18)), 1: (time(10), time(15)), 2: (time(9), time(18))}
    calendar = compile_calendar("America/New_York", hours, (), FIRST, LAST)
    assert calendar.add_days(ny("2026-11-09 16:00"), 1) == ny("2026-11-10 15:00")
    assert calendar.add_days(ny("2026-11-09 09:15"), 1) == ny("2026-11-10 10:00")


@pytest.mark.parametrize(
    "start, end",
    [
        ("2026-03-07 15:00", "2026-03-08 15:00"),
        ("2026-03-07 02:30", "2026-03-08 03:30"),  # half past two does not exist there
        ("2026-03-08 15:00", "2026-03-09 15:00"),
        ("2026-10-31 15:00", "2026-11-01 15:00"),
    ],
)
def test_a_day_where_the_clocks_change_in_office_hours(start: str, end: str) -> None:
    always = {d: (time(0), time(23)) for d in range(7)}
    calendar = compile_calendar("America/New_York", always, (), FIRST, LAST)
    assert calendar.add_days(ny(start), 1) == ny(end)


def test_elapsed_hours_are_real_and_calendar_days_are_local() -> None:
    before_spring = ny("2026-03-07 15:00")
    assert office().add(before_spring, 24, Unit.ELAPSED_HOURS) == ny("2026-03-08 16:00")
    assert office().add(before_spring, 1, Unit.CALENDAR_DAYS) == ny("2026-03-08 15:00")
    assert office().add(before_spring, 1, Unit.BUSINESS_HOURS) == ny("2026-03-09 10:00")
    assert office().add(before_spring, 1, Unit.BUSINESS_DAYS) == ny("2026-03-10 09:00")


@pytest.mark.parametrize("unit", [Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS])
def test_days_are_whole(unit: Unit) -> None:
    with pytest.raises(WrongAmount, match="whole number"):
        office().add(ny("2026-11-09 10:00"), 1.5, unit)


@pytest.mark.parametrize("hours", [float("nan"), float("inf")])
def test_hours_are_numbers(hours: float) -> None:
    with pytest.raises(WrongAmount):
        office().add_hours(ny("2026-11-09 10:00"), hours)


def test_days_of_thanksgiving_week() -> None:
    calendar = office()
    thanksgiving = date(2026, 11, 26)
    assert not calendar.is_business_day(thanksgiving)
    assert calendar.next_business_day(date(2026, 11, 25)) == date(2026, 11, 27)
    assert calendar.previous_business_day(date(2026, 11, 27)) == date(2026, 11, 25)
    assert calendar.roll_forward(thanksgiving) == date(2026, 11, 27)
    assert calendar.roll_back(thanksgiving) == date(2026, 11, 25)
    assert calendar.roll_back(date(2026, 11, 25)) == date(2026, 11, 25)
    assert calendar.end_of_business(thanksgiving) == ny("2026-11-25 18:00")
    assert calendar.start_of_business(thanksgiving) == ny("2026-11-27 09:00")
    assert calendar.end_of_business(date(2026, 11, 27)) == ny("2026-11-27 18:00")


def test_staff_timers_counted_backwards_land_in_office_hours() -> None:
    calendar = office()
    assert calendar.at_or_before_business(ny("2026-11-09 08:00")) == ny("2026-11-06 18:00")
    assert calendar.at_or_before_business(ny("2026-11-09 09:00")) == ny("2026-11-09 09:00")
    assert calendar.at_or_before_business(ny("2026-11-09 21:00")) == ny("2026-11-09 18:00")


def test_today_is_the_office_s_day() -> None:
    assert office().today(datetime(2026, 11, 10, 3, tzinfo=UTC)) == date(2026, 11, 9)
    assert office().local(datetime(2026, 11, 10, 3, tzinfo=UTC)).hour == 22


def test_outside_the_compiled_days_nothing_is_guessed() -> None:
    calendar = office()
    with pytest.raises(OutsideCalendar, match="2015-01-01 to 2035-12-31"):
        calendar.is_business_day(date(2036, 1, 1))
    with pytest.raises(OutsideCalendar):
        calendar.add_days(ny("2035-12-28 10:00"), 2)
    with pytest.raises(OutsideCalendar):
        calendar.add_hours(ny("2035-12-31 17:00"), 2)
    with pytest.raises(OutsideCalendar):
        calendar.subtract_hours(ny("2015-01-02 09:30"), 1)
    with pytest.raises(OutsideCalendar):
        calendar.previous_business_day(date(2015, 1, 2))
    with pytest.raises(OutsideCalendar):
        calendar.at_or_before_business(ny("2015-01-02 08:00"))
    with pytest.raises(OutsideCalendar):
        calendar.add(ny("2035-12-31 17:00"), 24, Unit.ELAPSED_HOURS)
    with pytest.raises(OutsideCalendar):
        calendar.between(datetime(2014, 1, 1, tzinfo=UTC), ny("2026-01-05 10:00"))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        office().add_hours(datetime(2026, 11, 9, 10), 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    "hours, message",
    [({0: (time(18), time(9))}, "opens at 18:00"), ({7: (time(9), time(18))}, "not a weekday")],
)
def test_hours_that_cannot_be_are_refused(hours: Mapping[int, tuple[time, time]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compile_calendar("America/New_York", hours, (), FIRST, LAST)
    with pytest.raises(ValueError, match="before it begins"):
        compile_calendar("America/New_York", {}, (), LAST, FIRST)


# Laws. Zones with changes of clocks at 2:00, at midnight, of half an hour, in the southern hemisphere, and with none.
ZONES = [
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Honolulu",
]
OFFICES = st.builds(
    office, st.sampled_from(ZONES), st.integers(5, 10), st.integers(14, 23), st.sampled_from([5, 7])
)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Every hour of 2016 to 2034 after which the zone's offset differs, by looking."""
    tz = ZoneInfo(zone)
    found = []
    day = datetime(2016, 1, 1, tzinfo=UTC)
    while day.year < 2035:
        after = day + timedelta(days=1)
        if day.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset():
            found.append(day)
        day = after
    return tuple(found)


@st.composite
def office_and_instant(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    """Instants anywhere, half of them within three days of a change of clocks."""
    calendar = draw(OFFICES)
    near = changes(calendar.zone)
    close_by: bool = draw(st.booleans())
    if near and close_by:
        return calendar, draw(st.sampled_from(near)) + timedelta(minutes=draw(st.integers(-4320, 4320)))
    minutes = draw(st.integers(0, 19 * 365 * 24 * 60))
    return calendar, datetime(2016, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)


HOURS = st.integers(0, 60 * 200).map(lambda minutes: minutes / 60)


def is_open(calendar: BusinessCalendar, instant: datetime) -> bool:
    day = calendar.today(instant)
    return calendar.is_business_day(day) and (
        calendar.start_of_business(day) <= instant <= calendar.end_of_business(day)
    )


@given(office_and_instant(), HOURS, st.integers(0, 60 * 24 * 30))
def test_monotone(start: tuple[BusinessCalendar, datetime], hours: float, later: int) -> None:
    calendar, instant = start
    other = instant + timedelta(minutes=later)
    assert calendar.add_hours(instant, hours) <= calendar.add_hours(other, hours)
    assert calendar.subtract_hours(instant, hours) <= calendar.subtract_hours(other, hours)
    assert calendar.add_hours(instant, hours) >= instant
    assert calendar.subtract_hours(instant, hours) <= instant
    days = round(hours) % 40
    assert calendar.add_days(instant, days) <= calendar.add_days(other, days)
    assert calendar.add_days(instant, -days) <= calendar.add_days(other, -days)
    assert calendar.at_or_before_business(instant) <= calendar.at_or_before_business(other)


@given(office_and_instant(), st.integers(0, 12_000), st.integers(0, 12_000))
@example((office(), ny("2026-11-01 00:30")), 90, 540)
def test_additive(start: tuple[BusinessCalendar, datetime], first: int, second: int) -> None:
    calendar, instant = start
    stepped = calendar.add_hours(calendar.add_hours(instant, first / 60), second / 60)
    assert stepped == calendar.add_hours(instant, (first + second) / 60)
    back = calendar.subtract_hours(calendar.subtract_hours(instant, first / 60), second / 60)
    assert back == calendar.subtract_hours(instant, (first + second) / 60)


@given(office_and_instant(), st.integers(1, 60), st.integers(1, 60))
def test_days_are_additive(start: tuple[BusinessCalendar, datetime], first: int, second: int) -> None:
    calendar, instant = start
    stepped = calendar.add_days(calendar.add_days(instant, first), second)
    assert stepped == calendar.add_days(instant, first + second)


@given(office_and_instant(), HOURS)
def test_between_is_the_inverse_of_adding(start: tuple[BusinessCalendar, datetime], hours: float) -> None:
    calendar, instant = start
    span = timedelta(hours=hours)
    assert abs(calendar.between(instant, calendar.add_hours(instant, hours)) - span) < timedelta(
        milliseconds=1
    )
    assert abs(calendar.between(calendar.subtract_hours(instant, hours), instant) - span) < timedelta(
        milliseconds=1
    )


@given(office_and_instant(), st.integers(1, 12_000))
def test_subtracting_undoes_adding(start: tuple[BusinessCalendar, datetime], minutes: int) -> None:
    calendar, instant = start
    assume(is_open(calendar, instant) and instant < calendar.end_of_business(calendar.today(instant)))
    assert calendar.subtract_hours(calendar.add_hours(instant, minutes / 60), minutes / 60) == instant


@given(office_and_instant(), st.integers(-60, 60))
def test_going_back_as_many_days_undoes_it(start: tuple[BusinessCalendar, datetime], days: int) -> None:
    calendar, instant = start
    assume(is_open(calendar, instant))
    there = calendar.add_days(instant, days)
    assert calendar.add_days(there, -days) == instant
    assert calendar.local(there).time() == calendar.local(instant).time()


@given(office_and_instant(), st.integers(1, 12_000))
def test_business_hours_end_inside_business_hours(
    start: tuple[BusinessCalendar, datetime], minutes: int
) -> None:
    calendar, instant = start
    assert is_open(calendar, calendar.add_hours(instant, minutes / 60))
    assert is_open(calendar, calendar.subtract_hours(instant, minutes / 60))
    assert is_open(calendar, calendar.at_or_before_business(instant))


@given(office_and_instant(), st.integers(0, 60 * 24 * 20))
def test_between_is_signed_and_is_what_the_clock_on_the_wall_says(
    start: tuple[BusinessCalendar, datetime], minutes: int
) -> None:
    calendar, instant = start
    other = instant + timedelta(minutes=minutes)
    slow = timedelta()
    day = calendar.today(instant)
    while day <= calendar.today(other):
        if calendar.is_business_day(day):
            opens, closes = calendar.start_of_business(day), calendar.end_of_business(day)
            slow += max(timedelta(), min(closes, other) - max(opens, instant))
        day += timedelta(days=1)
    assert calendar.between(instant, other) == slow
    assert calendar.between(other, instant) == -slow


# Every change of clocks from 2015 to 2035, one by one: with zones of half an hour and of three quarters, southern ones,
# one that sets its clocks back for Ramadan, and some that stopped changing them on the way.
CHANGING = [
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]
AROUND = [timedelta(minutes=m) for m in (-1620, -90, -30, -1, 0, 1, 30, 90, 1620)]


@cache
def every_change(zone: str) -> list[datetime]:
    """The very minutes at which a zone's clocks changed, 2015 to 2035."""
    tz = ZoneInfo(zone)

    def offset(minute: int) -> timedelta | None:
        return (datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(tz).utcoffset()

    found, day = [], 0
    for day in range(0, 21 * 365 * 24 * 60, 24 * 60):
        low, high = day, day + 24 * 60
        if offset(low) == offset(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        found.append(datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=high))
    return found


@pytest.mark.parametrize("zone", CHANGING)
def test_the_laws_hold_around_every_change_of_clocks(zone: str) -> None:
    long = compile_calendar(
        zone, {d: (time(0, 30), time(23, 30)) for d in range(7)}, (), date(2014, 1, 1), date(2036, 12, 31)
    )
    short = compile_calendar(
        zone, {d: (time(9), time(18)) for d in range(5)}, (), date(2014, 1, 1), date(2036, 12, 31)
    )
    for change in every_change(zone):
        for calendar in (long, short):
            last: dict[float, datetime] = {}
            for instant in (change + by for by in AROUND):
                for hours in (0.5, 4, 24):
                    span = timedelta(hours=hours)
                    there = calendar.add_hours(instant, hours)
                    assert calendar.between(instant, there) == span, (zone, change, instant)
                    assert calendar.between(calendar.subtract_hours(instant, hours), instant) == span
                    half = calendar.add_hours(calendar.add_hours(instant, hours / 2), hours / 2)
                    assert half == there
                    assert there >= last.get(hours, there)
                    last[hours] = there
                if is_open(calendar, instant):
                    next_day = calendar.add_days(instant, 1)
                    wall, there_wall = calendar.local(instant), calendar.local(next_day)
                    assert there_wall.date() == calendar.next_business_day(wall.date())
                    opens = calendar.start_of_business(there_wall.date())
                    if opens < next_day < calendar.end_of_business(there_wall.date()):
                        # The same time, unless it does not exist there and the clock has gone past it.
                        moved = there_wall.replace(tzinfo=None) - wall.replace(tzinfo=None)
                        off = moved - (there_wall.date() - wall.date())
                        assert off in (timedelta(), timedelta(minutes=30), timedelta(hours=1))


def test_the_zones_do_change_their_clocks() -> None:
    counted = {zone: len(every_change(zone)) for zone in CHANGING}
    assert counted["America/New_York"] == counted["Europe/Berlin"] == 42
    assert counted["Australia/Lord_Howe"] == 42
    assert min(counted.values()) >= 9, counted
    assert counted["Africa/Casablanca"] > 30


def test_seventy_two_hours_before_a_legal_date_count_from_the_close_of_the_office_s_day() -> None:
    calendar = office()
    due = date(2026, 11, 30)  # the Monday after Thanksgiving
    exact = calendar.end_of_business(due) - timedelta(hours=72)
    assert exact == ny("2026-11-27 18:00")
    # A date on which the office is shut ends with the last close before it.
    assert calendar.end_of_business(date(2026, 11, 29)) == ny("2026-11-27 18:00")
    # Staff hear of it inside office hours: 72 hours before a Thursday lie on Monday, before a Monday on Friday.
    assert calendar.at_or_before_business(
        calendar.end_of_business(date(2026, 11, 19)) - timedelta(hours=72)
    ) == ny("2026-11-16 18:00")


@pytest.mark.parametrize("hours", [1, 24, 48, 63.5])
def test_a_reminder_of_monday_nine_o_clock_comes_by_friday_s_last_hour(hours: float) -> None:
    calendar = office()
    before = calendar.at_or_before_business(ny("2026-11-16 09:00") - timedelta(hours=hours))
    assert before <= ny("2026-11-13 18:00")
    assert is_open(calendar, before)


def test_the_table_of_holidays_is_the_librarys_and_not_asked_at_run_time() -> None:
    import subprocess
    import sys

    import holidays

    public = holidays.country_holidays("US", years=range(1990, 2062), categories=("public",))
    assert {day for day in public if 1990 <= day.year <= 2060} == set(federal_holidays())
    script = (
        "import sys; import casedesk.desk.house, casedesk.calendars.deadlines; casedesk.desk.house.House()"
        ".calendar('America/New_York', {'0': ('09:00', '18:00')}, __import__('datetime').date(2026, 11, 9));"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
