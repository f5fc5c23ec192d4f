"""Who gets the work, and the sentence for each person who did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.models.enums import Role
from casedesk.routing.errors import UnknownName
from casedesk.routing.facts import PersonFacts
from casedesk.routing.strategies import known_specs, parse_spec, resolve
from tests.support.routing import BAUER, CHEN, DUARTE, FIRM, IMANI, OKAFOR, REYES, person, rosa

PRIMARY = ["matter.primary_paralegal"]


def firm(**changes: dict[str, Any]) -> dict[int, PersonFacts]:
    return {i: replace(p, **changes.get(p.handle, {})) for i, p in FIRM.items()}


def test_the_matter_owner_gets_the_work() -> None:
    pick = resolve(PRIMARY, rosa(), reserved=False)
    assert (pick.person, pick.reason) == (DUARTE, "primary paralegal of the matter")


def test_a_pick_says_itself_whether_other_counts_would_have_made_another() -> None:
    """What is picked by load or by turn is picked again with the counts held; the words of the reason do not decide."""
    full = firm(duarte={"open_hours": 35.0, "capacity_hours": 35.0})
    assert not resolve(PRIMARY, rosa(), reserved=False).among
    assert resolve(["role:paralegal"], rosa(), reserved=False).among
    assert resolve(["role:paralegal[by=round_robin]"], rosa(), reserved=False).among
    assert resolve(PRIMARY, rosa(people=full), reserved=False).among
    alone = {i: p for i, p in FIRM.items() if p.handle == "duarte"}
    assert not resolve(["role:paralegal"], rosa(people=alone), reserved=False).among


def test_an_absent_owner_gives_way_to_her_cover_and_the_reasons_say_so() -> None:
    people = firm(duarte={"present": False, "away_until": date(2026, 12, 18), "cover": CHEN})
    pick = resolve(PRIMARY, rosa(people=people), reserved=False)
    assert (pick.person, pick.reason) == (CHEN, "covers M. Duarte, away until 2026-12-18")
    assert [(c.handle, c.chosen, c.reason) for c in pick.candidates] == [
        ("chen", True, "covers M. Duarte, away until 2026-12-18"),
        ("duarte", False, "away until 2026-12-18"),
    ]


def test_a_full_week_spills_to_the_backup_then_the_lead_and_stays_where_nobody_has_room() -> None:
    full = {"open_hours": 35.0, "capacity_hours": 35.0}
    pick = resolve(PRIMARY, rosa(people=firm(duarte=full)), reserved=False)
    assert (pick.person, pick.reason) == (
        CHEN,
        "secondary paralegal of the matter; M. Duarte is over capacity, 35 of 35 hours open",
    )
    assert {c.handle: c.reason for c in pick.candidates}["duarte"] == "over capacity: 35 of 35 hours open"
    assert resolve(PRIMARY, rosa(people=firm(duarte=full, chen=full)), reserved=False).person == OKAFOR
    away = {**full, "present": False}
    assert resolve(PRIMARY, rosa(people=firm(duarte=full, chen=away)), reserved=False).person == OKAFOR
    everybody = resolve(PRIMARY, rosa(people=firm(duarte=full, chen=full, okafor=full)), reserved=False)
    assert (everybody.person, everybody.reason) == (DUARTE, "primary paralegal of the matter")
    # Judgment stays with a licence, however full the week.
    assert resolve(["matter.lead_attorney"], rosa(people=firm(okafor=full)), reserved=True).person == OKAFOR


def test_a_circle_of_covers_ends_at_the_next_owner() -> None:
    people = firm(
        duarte={"present": False, "cover": IMANI},
        imani={"present": False, "cover": DUARTE},
    )
    assert resolve(PRIMARY, rosa(people=people), reserved=False).person == CHEN


def test_without_cover_come_the_next_spec_the_secondary_and_the_lead() -> None:
    away = firm(duarte={"present": False})
    assert resolve([*PRIMARY, "role:intake_specialist"], rosa(people=away), reserved=False).person == IMANI
    assert resolve(PRIMARY, rosa(people=away), reserved=False).person == CHEN
    both = firm(duarte={"present": False}, chen={"walled_off": True})
    pick = resolve(PRIMARY, rosa(people=both), reserved=False)
    assert pick.person == OKAFOR
    assert {c.handle: c.reason for c in pick.candidates}["chen"] == "behind an ethical wall"


def test_an_unlicensed_cover_never_gets_reserved_work() -> None:
    people = firm(okafor={"present": False, "cover": DUARTE})
    pick = resolve(["matter.lead_attorney"], rosa(people=people), reserved=True)
    assert pick.person == BAUER
    assert {c.handle: c.reason for c in pick.candidates}["duarte"] == "no licence: the work is reserved"


def test_a_role_gives_the_work_to_the_least_loaded() -> None:
    pick = resolve(["role:paralegal"], rosa(), reserved=False)
    assert (pick.person, pick.reason) == (CHEN, "least loaded of 2, 10 of 35 hours open")
    full = firm(chen={"open_hours": 40.0})
    pick = resolve(["role:paralegal"], rosa(people=full), reserved=False)
    assert pick.person == DUARTE
    assert {c.handle: c.reason for c in pick.candidates}["chen"] == "over capacity: 40 of 35 hours open"


def test_equal_loads_go_to_the_least_recently_assigned_then_the_lowest_id() -> None:
    level = {"open_hours": 5.0, "last_assigned_us": 7}
    assert (
        resolve(["role:paralegal"], rosa(people=firm(duarte=level, chen=level)), reserved=False).person
        == DUARTE
    )
    later = firm(duarte={**level, "last_assigned_us": 8}, chen=level)
    assert resolve(["role:paralegal"], rosa(people=later), reserved=False).person == CHEN


def test_round_robin_asks_for_the_least_recently_assigned() -> None:
    people = firm(duarte={"last_assigned_us": 3}, chen={"last_assigned_us": 9})
    assert resolve(["role:paralegal[by=round_robin]"], rosa(people=people), reserved=False).person == DUARTE


def test_skill_and_language_narrow_and_a_hybrid_falls_through_to_the_next_spec() -> None:
    assert resolve(["role:paralegal[language=client]"], rosa(), reserved=False).person == DUARTE
    pick = resolve(["role:paralegal[skill=rfe]", "matter.lead_attorney"], rosa(), reserved=False)
    assert pick.person == OKAFOR
    assert {c.handle: c.reason for c in pick.candidates}["chen"] == "lacks the skill rfe"


def test_second_review_goes_to_the_qualified_only() -> None:
    pick = resolve(["reviewer"], rosa(), reserved=False, need="second_review", exclude=frozenset({CHEN}))
    assert pick.person in (OKAFOR, BAUER)


def test_the_fallback_is_the_operations_manager_then_the_managing_partner() -> None:
    nobody = rosa(owners={})
    pick = resolve(PRIMARY, nobody, reserved=False)
    assert pick.person == REYES
    assert pick.reason.startswith("fallback")
    assert resolve(PRIMARY, nobody, reserved=True).person == BAUER


def test_when_everybody_is_away_somebody_still_owns_it() -> None:
    people = {i: replace(p, present=False) for i, p in FIRM.items()}
    assert resolve(PRIMARY, rosa(people=people), reserved=False).person == REYES
    assert resolve(PRIMARY, rosa(people=people), reserved=True).person == BAUER


def test_nobody_is_said_in_words() -> None:
    pick = resolve(
        PRIMARY, rosa(people=firm(okafor={"licensed": False}, bauer={"licensed": False})), reserved=True
    )
    assert (pick.person, pick.reason) == (None, "nobody in the firm may take this work")
    assert not any(c.chosen for c in pick.candidates)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("matter.primary_paralegl", "matter.primary_paralegal"),
        ("role:paralegals", "role:paralegal"),
        ("role:paralegal[skil=rfe]", "skill="),
        ("role:paralegal[by=round_robbin]", "round_robin"),
        ("matter.lead_attorney[skill=rfe]", None),
        ("", None),
    ],
)
def test_an_unknown_owner_names_the_nearest(text: str, near: str | None) -> None:
    with pytest.raises(UnknownName) as caught:
        parse_spec(text)
    if near is not None:
        assert caught.value.nearest == near


people_strategy = st.lists(
    st.builds(
        lambda role, licensed, reviewer, hours, last, present, cover, walled: (
            role,
            licensed,
            reviewer,
            hours,
            last,
            present,
            cover,
            walled,
        ),
        st.sampled_from(list(Role)),
        st.booleans(),
        st.booleans(),
        st.floats(0, 60),
        st.integers(0, 3),
        st.booleans(),
        st.none() | st.integers(1, 6),
        st.booleans(),
    ),
    max_size=6,
)


@given(
    people_strategy,
    st.lists(st.sampled_from(known_specs()), max_size=3),
    st.booleans(),
    st.frozensets(st.integers(1, 6)),
)
def test_somebody_owns_it_whenever_anybody_may_and_never_one_who_may_not(
    drawn: list[tuple[Any, ...]], specs: list[str], reserved: bool, exclude: frozenset[int]
) -> None:
    people = {
        i: person(
            i,
            f"P. P{i}",
            role,
            licensed=licensed,
            second_reviewer=reviewer,
            open_hours=hours,
            last_assigned_us=last,
            present=present,
            cover=cover,
            walled_off=walled,
        )
        for i, (role, licensed, reviewer, hours, last, present, cover, walled) in enumerate(drawn, start=1)
    }
    facts = rosa(people=people)
    pick = resolve(specs, facts, reserved=reserved, exclude=exclude)
    may = {
        p.id
        for p in people.values()
        if p.id not in exclude and not p.walled_off and (p.licensed or not reserved)
    }
    assert (pick.person in may) if may else pick.person is None
    if any(people[i].present for i in may):
        assert pick.person is not None
        assert people[pick.person].present
    assert sum(c.chosen for c in pick.candidates) == (pick.person is not None)
    assert len({c.person for c in pick.candidates}) == len(pick.candidates)
    assert all(c.reason for c in pick.candidates)
    turned = rosa(people=dict(reversed(people.items())))
    assert resolve(specs, turned, reserved=reserved, exclude=exclude) == pick
