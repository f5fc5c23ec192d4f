"""A newcomer's first weeks, told on both stores: work comes slowly, and every answer says which week it is.

Ben Cole begins on Monday 9 November and is to have a quarter of a week's work in his first week, half in his second,
three quarters in his third. Maria Duarte has been there for years.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from casedesk.desk import matters, people, ramps, rules, rules_install, tasks, trail
from casedesk.refusal import NotAllowed, Refusal
from casedesk.reports import workload
from tests.support.firm import FirmFixture

MONDAY = date(2026, 11, 9)

LOOK = """
[[rule]]
id = "look-into"
title = "A new matter makes a task"
version = 1
trigger = "matter.opened"
when = { "matter.type" = "other" }

[[rule.then]]
do = "create_task"
title = "Look into it"
kind = "look_into"
owner = ["role:paralegal"]
due = { amount = 2, unit = "businessDays" }
hours = 2
chain = "default"
acknowledge = { amount = 1, unit = "businessDays" }
"""


def look(firm: FirmFixture, count: int) -> list[str]:
    """So many matters come in; the refs of the tasks they make, in order."""
    novak = firm.desk("inovak")
    made = [
        novak.write(matters.open_matter, "other", f"Client {n}", attorney="aokafor").ref for n in range(count)
    ]
    tasks_of = {t.matter: t.ref for t in novak.read(tasks.queue, scope="all", limit=500)}
    return [tasks_of[ref] for ref in made]


def test_a_newcomer_gets_a_growing_share_and_why_says_so(firm: FirmFixture) -> None:
    novak, cole = firm.desk("inovak"), firm.desk("bcole")
    firm.desk("jreyes").write(rules_install.install, {"own.toml": LOOK.encode()})
    began = novak.write(ramps.put, "bcole", MONDAY)
    assert (began.shares, began.week, began.hours, began.full_hours) == ((25, 50, 75), 1, 10.0, 40.0)

    # The first week: ten hours of forty, so one in five.
    asked = [novak.read(rules.why, ref) for ref in look(firm, 10)]
    assert Counter(why.owner for why in asked) == {"mduarte": 8, "bcole": 2}
    chosen = next(c for why in asked for c in why.candidates if c.chosen and c.person == "bcole")
    assert chosen.reason.endswith("of 10 hours open (week 1 here: 25% of 40)")
    passed = [c for why in asked for c in why.candidates if c.person == "bcole" and not c.chosen]
    assert passed[-1].reason == "not the least loaded: 4 of 10 hours open (week 1 here: 25% of 40)"
    shown = novak.read(people.show, "bcole")
    assert (shown.open_hours, shown.capacity_hours, shown.ramp) == (4.0, 10.0, "week 1 here: 25% of 40")

    # The report of the days ahead counts the share of each week: four days of two hours, then five of four.
    lines = {x.group: x for x in novak.read(workload.report, until=date(2026, 11, 22)).lines}
    assert lines["bcole"].available_hours == 4 * 2 + 5 * 4
    assert lines["mduarte"].available_hours == 9 * 8

    # The fourth week: all of his hours count, and nobody has to remember to say so.
    firm.clock.advance(days=21)
    later = novak.read(ramps.show, "bcole")
    assert (later.week, later.hours) == (None, 40.0)
    assert novak.read(people.show, "bcole").ramp == ""
    after = [novak.read(rules.why, ref) for ref in look(firm, 6)]
    assert Counter(why.owner for why in after) == {"bcole": 6}  # the backlog evens out first
    assert all("week" not in c.reason for why in after for c in why.candidates)

    # It is on the trail, by whom and how.
    said = [e for e in novak.read(trail.listing, limit=200) if e.action == "person.ramp"]
    assert [(e.actor, e.subject) for e in said] == [("inovak", "bcole")]
    assert cole.read(ramps.show, "bcole").shares == (25, 50, 75)


def test_a_matter_is_given_by_the_hours_that_count(firm: FirmFixture) -> None:
    """The owners of new matters are found by the same measure, and their reason names the week."""
    novak = firm.desk("inovak")
    novak.write(ramps.put, "mduarte", MONDAY, "10,20")
    opened = novak.write(matters.open_matter, "e2", "Investor 0", attorney="aokafor", playbook=True)
    second = novak.write(matters.open_matter, "e2", "Investor 1", attorney="aokafor", playbook=True)
    assert {opened.owners["primary_paralegal"], second.owners["primary_paralegal"]} == {"bcole", "mduarte"}
    full = next(x for x in (*opened.load, *second.load) if x.startswith("mduarte"))
    assert "of 4 hours open (week 1 here: 10% of 40)" in full
    more = [
        novak.write(matters.open_matter, "e2", f"Investor {n}", attorney="aokafor", playbook=True).owners
        for n in range(2, 8)
    ]
    assert Counter(each["primary_paralegal"] for each in more)["bcole"] == 6


def test_weeks_are_the_firms_and_a_managers_to_set(firm: FirmFixture) -> None:
    novak, finn = firm.desk("inovak"), firm.desk("tfinn")
    assert novak.read(ramps.firm_weeks) == (25, 50, 75)
    assert novak.write(ramps.set_firm_weeks, "40, 80%") == (40, 80)
    assert novak.write(ramps.put, "bcole", date(2026, 11, 16)).shares == (40, 80)
    # Before the first day nothing counts; work goes to whoever is here.
    early = novak.read(ramps.show, "bcole")
    assert (early.week, early.hours) == (0, 0.0)
    assert novak.read(people.show, "bcole").ramp == "begins 2026-11-16"
    # What is under way keeps its weeks when the firm's change.
    novak.write(ramps.set_firm_weeks, "50")
    assert novak.read(ramps.show, "bcole").shares == (40, 80)
    assert novak.write(ramps.end, "bcole").hours == 40.0
    with pytest.raises(Refusal, match="not in their first weeks"):
        novak.write(ramps.end, "bcole")
    for act in (
        lambda: finn.write(ramps.put, "bcole", MONDAY),
        lambda: finn.write(ramps.set_firm_weeks, "50"),
        lambda: finn.write(ramps.end, "bcole"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Refusal, match="A ramp grows") as caught:
        novak.write(ramps.put, "bcole", MONDAY, "50,25")
    assert caught.value.next == "Say --weeks 25,50,75: percents of the hours, by week."


def test_nobody_who_has_not_begun_is_given_a_matter(firm: FirmFixture) -> None:
    novak = firm.desk("inovak")
    novak.write(ramps.put, "bcole", date(2026, 11, 16))
    for n in range(3):
        opened = novak.write(matters.open_matter, "other", f"Client {n}", attorney="aokafor")
        assert opened.owners["primary_paralegal"] == "mduarte"
