"""The space of facts against brute force: boxes hold exactly the facts under which conditions hold, no more, no less."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedesk.routing.conditions import Node
from casedesk.routing.rules import When, compile_when
from casedesk.routing.space import Box, Space, TooManyStates, cut, space_of
from casedesk.routing.vocabulary import FIELDS, IMPLIES, Trigger, Value

ASKED = ("document.matched", "matter.priority", "matter.language", "deadline.days_left")

choices = st.fixed_dictionaries(
    {},
    optional={
        "document.matched": st.booleans() | st.sampled_from([{"exists": True}, {"exists": False}]),
        "matter.priority": st.sampled_from(["high", {"not": ["high", "low"]}, {"in": ["low", "standard"]}]),
        "matter.language": st.sampled_from(["es", {"not": "es"}, {"in": ["es", "fr"]}]),
        "deadline.days_left": st.sampled_from(
            [3, {"at_least": 3}, {"at_most": 4, "at_least": 2}, {"not": [3]}]
        ),
    },
)
whens = st.recursive(
    choices,
    lambda inner: st.builds(
        lambda own, kind, members: {**own, kind: members},
        choices,
        st.sampled_from(["any", "all"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


def nodes_of(when: dict[str, Any]) -> tuple[Node, ...]:
    return compile_when(When.model_validate(when))


def everything(space: Space) -> list[dict[str, Value | None]]:
    """Every combination of the fields asked about, walked through."""
    return [
        dict(zip(ASKED, values, strict=True)) for values in product(*(space.values[name] for name in ASKED))
    ]


def inside(space: Space, box: Box, fields: dict[str, Value | None]) -> bool:
    return all(mask & space.only(name, [fields.get(name)]) for name, mask in box.items() if name in fields)


@settings(max_examples=60)
@given(whens)
def test_a_region_is_where_the_conditions_hold(when: dict[str, Any]) -> None:
    nodes = nodes_of(when)
    space = space_of(nodes)
    region = space.region(nodes, {})
    for fields in everything(space):
        held = all(n.holds(fields) for n in nodes)
        assert held is any(inside(space, box, fields) for box in region)


@settings(max_examples=40)
@given(whens, whens)
def test_what_is_outside_is_the_rest_of_the_box(one: dict[str, Any], other: dict[str, Any]) -> None:
    mine, theirs = nodes_of(one), nodes_of(other)
    space = space_of((*mine, *theirs))
    region = space.region(theirs, {})
    for box in space.region(mine, {})[:3]:
        rest = list(space.outside(box, region))
        for fields in everything(space):
            expected = inside(space, box, fields) and not all(n.holds(fields) for n in theirs)
            # Each fact lies in at most one part: the parts do not overlap.
            assert sum(inside(space, part, fields) for part in rest) == int(expected)


@settings(max_examples=40)
@given(whens)
def test_an_example_lies_in_its_box(when: dict[str, Any]) -> None:
    nodes = nodes_of(when)
    space = space_of(nodes)
    for world in space.worlds(Trigger.DEADLINE_APPROACHING):
        for box in space.region(nodes, world.box)[:4]:
            fields = space.example(box, world)
            assert all(n.holds(fields) for n in nodes)


def test_boxes_that_do_not_meet_have_nothing_in_common() -> None:
    assert cut({"matter.type": 0b01}, {"matter.type": 0b10}) is None
    assert cut({"matter.type": 0b11}, {"matter.type": 0b10, "form.form": 1}) == {
        "matter.type": 0b10,
        "form.form": 1,
    }


@pytest.mark.parametrize("trigger", list(Trigger))
def test_every_trigger_has_a_world_and_knows_only_known_fields(trigger: Trigger) -> None:
    space = space_of(())
    worlds = space.worlds(trigger)
    assert worlds
    assert {w.trigger for w in worlds} == {
        trigger,
        *(t for t, implied in IMPLIES.items() if trigger in implied),
    }
    for world in worlds:
        assert set(world.box) <= set(FIELDS)
        assert world.has_matter is ("matter.type" in space.example(world.box, world))


def test_a_paper_of_no_known_matter_knows_no_matter() -> None:
    space = space_of(())
    for world in space.worlds(Trigger.NOTICE_RECEIVED):
        fields = space.example(world.box, world)
        assert fields["document.matched"] is world.has_matter


def test_conditions_without_end_are_given_up_not_walked_through() -> None:
    group = {"any": [{"matter.priority": {"not": "low"}}, {"matter.language": {"not": "es"}}]}
    nodes = nodes_of({"all": [group] * 40})
    with pytest.raises(TooManyStates):
        space_of(nodes).region(nodes, {})
