"""Legal dates: the counting rules, each shown on the rule it decides."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.calendars.deadlines import Kind, NotComputable, RuleBook, UnknownRule, compute, load_rules
from casedesk.calendars.federal import (
    executive_closures,
    is_federal_business_day,
    is_federal_holiday,
    is_federal_office_open,
)
from casedesk.models.enums import Confidence, Filing, Served

FOLDER = Path(__file__).resolve().parents[2] / "data" / "templates" / "deadlines"
BOOK: RuleBook = load_rules({p.name: p.read_text(encoding="utf-8") for p in sorted(FOLDER.glob("*.toml"))})
DATED = [rule.full_name for rule in BOOK.rules if rule.kind is not Kind.STATEMENT]


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_the_rfe_of_the_story() -> None:
    found = compute(BOOK, "D-01", day("2026-09-03"), served=Served.MAIL)
    assert (found.raw, found.due, found.conservative) == (
        day("2026-11-29"),
        day("2026-11-30"),
        day("2026-11-30"),
    )
    assert found.internal_due == day("2026-11-23")
    assert found.period_days == 87
    assert found.confidence is Confidence.VERIFIED
    assert "8 CFR 103.2(b)(8)(iv)" in found.citation
    assert found.steps[1:4] == (
        "2026-09-03 + 84 days = 2026-11-26",
        "+3 days, served by mail (8 CFR 103.8(b)) = 2026-11-29",
        "Sunday, runs to Monday 2026-11-30 (8 CFR 1.2)",
    )


@pytest.mark.parametrize(
    "rule, trigger, served, due",
    [
        ("D-01", "2026-11-02", Served.MAIL, "2027-01-28"),
        ("D-01", "2026-11-02", Served.ELECTRONIC, "2027-01-25"),
        ("D-01", "2026-11-02", Served.PERSONAL, "2027-01-25"),
        ("D-01", "2026-11-02", None, "2027-01-25"),
        ("D-01", "2026-04-07", Served.MAIL, "2026-07-06"),  # the observed holiday, Friday 3 July
        ("D-02", "2026-11-02", Served.ABROAD, "2026-12-16"),
        ("D-03", "2026-11-02", Served.MAIL, "2026-12-07"),  # Saturday 5 December
        ("D-04", "2026-11-02", Served.MAIL, "2026-12-07"),
        ("D-04", "2026-11-02", Served.ABROAD, "2026-12-07"),  # no period of its own abroad: that of mail
        ("D-05", "2026-11-02", Served.PERSONAL, "2026-12-02"),
        ("D-08", "2026-11-03", Served.MAIL, "2026-12-07"),
        ("D-09", "2026-11-03", Served.MAIL, "2026-11-23"),  # 18 days: Saturday
        ("D-10", "2026-11-03", Served.MAIL, "2026-12-07"),
        ("D-11", "2026-11-03", Served.MAIL, "2026-12-07"),
        ("D-12", "2026-11-03", Served.MAIL, "2026-12-07"),
        ("D-13", "2026-11-03", Served.MAIL, "2026-12-03"),
        ("D-14", "2026-03-10", Served.MAIL, "2026-04-09"),  # never days for mail
        ("D-15", "2026-11-03", None, "2026-11-24"),
        ("D-16", "2026-11-03", None, "2026-11-24"),
        ("D-16.appellee", "2026-11-24", None, "2026-12-15"),
        ("D-17", "2026-11-03", Served.MAIL, "2026-12-03"),
        ("D-18", "2026-11-03", Served.MAIL, "2027-02-01"),
        ("D-19.reopen", "2026-01-05", None, "2026-04-06"),  # Sunday 5 April
        ("D-20", "2026-01-05", None, "2026-07-06"),
        ("D-22", "2026-11-03", None, "2026-11-24"),
        ("D-23", "2026-01-05", Served.MAIL, "2026-02-04"),
        ("D-24", "2025-05-12", None, "2026-05-12"),
        ("D-25.earliest_filing", "2026-01-05", None, "2026-06-04"),
        ("D-28.closes", "2024-08-15", None, "2026-08-17"),  # Saturday
        ("D-30.3y", "2023-06-10", None, "2026-03-12"),
        ("D-38", "2026-08-31", None, "2026-02-28"),
        ("D-40", "2026-08-31", None, "2025-08-31"),
        ("D-41.access-file", "2026-11-25", None, "2026-11-27"),
        ("D-43.closes", "2026-01-12", None, "2026-07-11"),
        ("D-43.opens", "2026-01-12", None, "2026-02-11"),
        ("D-44.posted", "2026-11-23", None, "2026-12-08"),
        ("D-45", "2007-07-16", None, "2008-01-14"),
        ("D-48", "2025-12-18", None, "2026-01-14"),
        ("D-52.court", "2026-06-29", None, "2026-07-06"),
        ("D-54", "2027-02-10", None, "2027-01-11"),
        ("D-54@15-day", "2027-02-10", None, "2027-01-26"),
        ("D-55", "2026-08-05", None, "2026-07-21"),
        ("D-58.conclusion", "2021-10-12", None, "2021-12-13"),  # Monsalvo
        ("D-58.pre-conclusion", "2026-11-03", None, "2027-03-03"),
        ("D-62.petition", "2026-10-31", None, "2027-02-28"),
        ("D-63", "2026-08-31", None, "2027-02-28"),
        ("D-64", "2005-12-15", None, "2026-12-14"),
        ("d-68", "2026-11-03", None, "2026-12-03"),
    ],
)
def test_dates(rule: str, trigger: str, served: Served | None, due: str) -> None:
    assert compute(BOOK, rule, day(trigger), served=served).due == day(due)


def test_paper_rolls_and_electronic_does_not() -> None:
    paper = compute(BOOK, "D-01", day("2026-09-03"), served=Served.MAIL, filing=Filing.PAPER)
    electronic = compute(BOOK, "D-01", day("2026-09-03"), served=Served.MAIL, filing=Filing.ELECTRONIC)
    assert (paper.due, electronic.due) == (day("2026-11-30"), day("2026-11-29"))
    assert "Sunday; an electronic filing does not run on (8 CFR 1.2)" in electronic.steps


def test_courts_roll_electronic_filings_too() -> None:
    found = compute(BOOK, "D-14", day("2026-06-03"), served=Served.ELECTRONIC, filing=Filing.ELECTRONIC)
    assert found.due == day("2026-07-06")


def test_not_knowing_how_it_was_served_adds_nothing_and_says_so() -> None:
    steps = compute(BOOK, "D-01", day("2026-11-02")).steps
    assert "Way of service not known: no days added (+3 by mail, 8 CFR 103.8(b))" in steps


def test_an_executive_closure_moves_no_client_date_but_is_no_day_to_plan_for() -> None:
    found = compute(BOOK, "D-01", day("2024-10-14"), served=Served.MAIL)
    assert found.due == day("2025-01-09")
    assert found.conservative == day("2025-01-08")
    assert any("closure, no legal holiday" in step for step in found.steps)


@pytest.mark.parametrize(
    "rule, trigger, served, conservative",
    [
        ("D-01", "2026-06-01", Served.ABROAD, "2026-08-27"),  # only the 3 days are beyond doubt
        ("D-12", "2026-08-05", Served.MAIL, "2026-09-04"),  # days for mail are practice, not text
        ("D-24", "2024-02-29", None, "2025-02-28"),
        ("D-45", "2026-01-12", None, "2026-07-10"),  # the roll is policy
        ("D-51", "2026-06-24", None, "2026-07-02"),
        ("D-54", "2026-08-03", None, "2026-07-02"),
        ("D-38", "2026-08-31", None, "2026-03-01"),  # for a first day the later reading is the safe one
        ("D-28.closes", "2024-02-29", None, "2026-02-27"),
    ],
)
def test_the_conservative_date(rule: str, trigger: str, served: Served | None, conservative: str) -> None:
    assert compute(BOOK, rule, day(trigger), served=served).conservative == day(conservative)


def test_days_abroad_lower_the_confidence() -> None:
    assert compute(BOOK, "D-01", day("2026-06-01"), served=Served.ABROAD).confidence is Confidence.MEMORY


def test_the_buffer_is_the_playbook_s_and_lands_on_an_open_day() -> None:
    # Seven days before Thursday 2026-12-03 is Thanksgiving; ten before it Monday 23 November.
    assert compute(BOOK, "D-17", day("2026-11-03")).internal_due == day("2026-11-25")
    assert compute(BOOK, "D-17", day("2026-11-03"), buffer_days=10).internal_due == day("2026-11-23")
    assert compute(BOOK, "D-28.opens", day("2024-08-15")).internal_due == day("2026-05-18")


def test_asylum_counts_from_1997_at_the_earliest() -> None:
    assert compute(BOOK, "D-24", day("1995-06-01")).due == day("1998-04-01")


def test_the_grace_period_ends_with_the_validity() -> None:
    assert compute(BOOK, "D-36", day("2026-03-13"), until=day("2027-09-30")).due == day("2026-05-12")
    cut = compute(BOOK, "D-36", day("2026-03-13"), until=day("2026-04-01"))
    assert (cut.raw, cut.due, cut.conservative) == (day("2026-05-12"), day("2026-04-01"), day("2026-04-01"))
    assert any("was not given" in step for step in compute(BOOK, "D-36", day("2026-03-13")).steps)


def test_the_day_of_filing_decides_the_automatic_extension() -> None:
    extended = compute(BOOK, "D-32", day("2025-11-15"), filed=day("2025-10-29"))
    assert (extended.rule, extended.due) == ("D-32", day("2027-05-09"))
    for asked in ("D-32", "D-33"):
        ended = compute(BOOK, asked, day("2025-11-15"), filed=day("2025-10-30"))
        assert (ended.rule, ended.due) == ("D-33", day("2025-11-15"))
    assert compute(BOOK, "D-33", day("2025-11-15"), filed=day("2025-10-29")).rule == "D-32"
    with pytest.raises(NotComputable, match="say when it was filed"):
        compute(BOOK, "D-32", day("2025-11-15"))
    with pytest.raises(NotComputable, match="not timely"):
        compute(BOOK, "D-32", day("2025-09-15"), filed=day("2025-10-29"))


def test_a_vacated_version_is_computed_only_by_name() -> None:
    assert compute(BOOK, "D-14", day("2026-06-03")).version == "30-day"
    for name in ("D-14@10-day", "bia-10d"):
        vacated = compute(BOOK, name, day("2026-06-03"))
        assert (vacated.version, vacated.due) == ("10-day", day("2026-06-15"))
        assert "vacated" in vacated.steps[0]


def test_a_rule_does_not_reach_back_before_it_began() -> None:
    with pytest.raises(NotComputable, match="begins on 2026-05-29"):
        compute(BOOK, "D-27", day("2026-05-28"))
    assert compute(BOOK, "D-27", day("2026-06-01")).due == day("2026-07-01")


@pytest.mark.parametrize(
    "rule", ["D-06", "D-07", "D-21", "D-39", "D-42", "D-49", "D-50", "D-57", "D-66", "D-70", "D-71"]
)
def test_statements_are_no_dates(rule: str) -> None:
    with pytest.raises(NotComputable, match=f"{rule} is no computable date: .+\\(.+\\)"):
        compute(BOOK, rule, day("2026-11-02"))


@pytest.mark.parametrize(
    "name, nearest",
    [
        ("D-72", "D-"),
        ("D-19", "D-19.reconsider"),
        ("D-28.open", "D-28.opens"),
        ("D-14@20-day", "D-14@30-day"),
    ],
)
def test_an_unknown_rule_names_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UnknownRule) as caught:
        compute(BOOK, name, day("2026-11-02"))
    assert caught.value.nearest[0].startswith(nearest)
    assert caught.value.nearest[0] in str(caught.value)


@pytest.mark.parametrize("trigger", [date.max, date.min, date(2061, 1, 1)])
def test_beyond_the_table_of_holidays_nothing_is_guessed(trigger: date) -> None:
    with pytest.raises(NotComputable, match="cannot be computed"):
        compute(BOOK, "D-01", trigger)


def test_a_filing_is_in_time_or_late() -> None:
    assert (
        "Filed 2026-11-30: in time" in compute(BOOK, "D-17", day("2026-11-03"), filed=day("2026-11-30")).steps
    )
    assert "Filed 2026-12-04: late" in compute(BOOK, "D-17", day("2026-11-03"), filed=day("2026-12-04")).steps


TRIGGERS = st.dates(day("2005-01-01"), day("2034-12-31"))
SERVED = st.none() | st.sampled_from(Served)


@given(st.sampled_from(DATED), TRIGGERS, SERVED, st.sampled_from(Filing), st.integers(0, 60))
def test_laws_of_every_rule(
    name: str, trigger: date, served: Served | None, filing: Filing, buffer: int
) -> None:
    found = compute(BOOK, name, trigger, served=served, filing=filing, buffer_days=buffer)
    rule = BOOK.find(name, trigger)
    if found.kind is Kind.OPENS:
        assert found.raw is None or found.due == found.raw
        assert found.conservative >= found.due
        assert found.internal_due >= found.conservative
    else:
        assert found.raw is None or found.due >= found.raw
        assert found.conservative <= found.due
        assert found.internal_due <= found.due - timedelta(days=buffer)
        assert is_federal_office_open(found.internal_due)
    if found.due != found.raw and found.raw is not None:
        assert not is_federal_business_day(found.raw)
        assert is_federal_business_day(found.due)
        assert not any(
            is_federal_business_day(found.raw + timedelta(days=n))
            for n in range((found.due - found.raw).days)
        )
    if found.kind is Kind.FILING and filing is Filing.PAPER:
        assert is_federal_office_open(found.conservative)
    assert found.citation == rule.citation
    assert f"{trigger.isoformat()} is day 0" in " ".join(found.steps)


@given(st.sampled_from(DATED), TRIGGERS, SERVED)
def test_a_later_trigger_is_never_due_earlier(name: str, trigger: date, served: Served | None) -> None:
    today, tomorrow = (
        compute(BOOK, name, trigger + timedelta(days=n), served=served, filing=Filing.PAPER) for n in (0, 1)
    )
    assert today.due <= tomorrow.due
    assert today.conservative <= tomorrow.conservative
    assert today.internal_due <= tomorrow.internal_due


def test_observed_holidays_and_closures() -> None:
    assert is_federal_holiday(day("2026-07-03"))
    assert is_federal_holiday(day("2021-12-31"))  # New Year's Day 2022 was a Saturday
    assert not is_federal_holiday(day("2025-12-24"))
    assert is_federal_business_day(day("2025-12-24"))
    assert not is_federal_office_open(day("2025-12-24"))
    assert day("2015-12-24") not in executive_closures()  # a half day


@pytest.mark.parametrize(
    ("rule", "reachable", "due"),
    [
        ("D-14", "2026-07-08", "2026-07-08"),  # Monday 6 July was lost, Wednesday it worked again
        ("D-14", "2026-07-11", "2026-07-13"),  # back on a Saturday
        ("D-14", "2026-07-01", "2026-07-06"),  # over before the last day: nothing moves
        ("D-08", "2026-07-08", "2026-07-03"),  # no filing with that system
    ],
)
def test_an_outage_of_the_court_s_filing_system_extends_its_last_day(
    rule: str, reachable: str, due: str
) -> None:
    found = compute(
        BOOK,
        rule,
        day("2026-06-03"),
        filing=Filing.ELECTRONIC,
        reachable=day(reachable),
        served=Served.PERSONAL,
    )
    assert found.due == day(due)
    plain = compute(BOOK, rule, day("2026-06-03"), filing=Filing.ELECTRONIC, served=Served.PERSONAL)
    assert found.conservative == plain.conservative  # nobody plans for it
    assert len(found.steps) >= len(plain.steps)


@pytest.mark.parametrize(
    ("rule", "trigger", "served", "filing", "raw", "due"),
    [
        # Leap days and month ends.
        ("D-24", "2023-02-28", None, Filing.PAPER, "2024-02-28", "2024-02-28"),
        ("D-24", "2024-02-28", None, Filing.PAPER, "2025-02-28", "2025-02-28"),
        (
            "D-59",
            "2024-02-29",
            None,
            Filing.PAPER,
            "2025-03-01",
            "2025-03-01",
        ),  # a Saturday; no filing, no roll
        ("D-28.opens", "2024-02-29", None, Filing.PAPER, "2025-12-01", "2025-12-01"),
        ("D-62.petition", "2027-10-31", None, Filing.PAPER, "2028-02-29", "2028-02-29"),
        ("D-63", "2026-03-31", None, Filing.PAPER, "2026-09-30", "2026-09-30"),
        ("D-69", "2027-08-31", None, Filing.PAPER, "2027-02-28", "2027-02-28"),
        ("D-38", "2028-08-31", None, Filing.PAPER, "2028-02-29", "2028-02-29"),
        ("D-64", "2004-02-29", None, Filing.PAPER, "2025-02-28", "2025-02-28"),
        # Days abroad, and rolling once: 98 days end on Labor Day.
        ("D-01", "2026-06-01", Served.ABROAD, Filing.PAPER, "2026-09-07", "2026-09-08"),
        ("D-01", "2026-06-01", Served.ABROAD, Filing.ELECTRONIC, "2026-09-07", "2026-09-07"),
        # Observed holidays: New Year's Day 2028 is a Saturday, shut on Friday 31 December 2027.
        ("D-08", "2027-11-28", Served.MAIL, Filing.PAPER, "2027-12-31", "2028-01-03"),
        ("D-08", "2027-11-28", Served.ELECTRONIC, Filing.PAPER, "2027-12-28", "2027-12-28"),
        # Executive closures are no legal holidays.
        ("D-04", "2025-11-21", Served.MAIL, Filing.PAPER, "2025-12-24", "2025-12-24"),
        ("D-04", "2025-11-23", Served.MAIL, Filing.PAPER, "2025-12-26", "2025-12-26"),
        # Backwards from a hearing, and forwards onto the day after Labor Day.
        ("D-55", "2026-09-22", None, Filing.ELECTRONIC, "2026-09-07", "2026-09-08"),
        # Opening windows stand on weekends and holidays.
        ("D-31", "2027-01-14", None, Filing.PAPER, "2026-07-18", "2026-07-18"),
        ("D-30.3y", "2023-10-02", None, Filing.PAPER, "2026-07-04", "2026-07-04"),
        ("D-14.fee-waiver", "2026-11-13", Served.MAIL, Filing.ELECTRONIC, "2026-11-28", "2026-11-30"),
        # Open federal days: received on the eve of a closure.
        ("D-48.15", "2025-12-23", None, Filing.PAPER, None, "2026-01-20"),
        ("D-48.30", "2026-10-09", None, Filing.PAPER, None, "2026-11-24"),
    ],
)
def test_edges(
    rule: str, trigger: str, served: Served | None, filing: Filing, raw: str | None, due: str
) -> None:
    found = compute(BOOK, rule, day(trigger), served=served, filing=filing)
    assert (found.raw and found.raw.isoformat(), found.due.isoformat()) == (raw, due)
    assert found.steps
    assert found.citation
