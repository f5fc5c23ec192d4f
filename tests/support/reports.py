"""The five figures of a report held against the slow count of the same store."""

from __future__ import annotations

import pytest

from casedesk.reports import kpi
from casedesk.reports.figures import Figure
from tests.support import slow_kpi


def of(view: kpi.Kpi | kpi.Group) -> dict[str, Figure]:
    return {name: getattr(view, name) for name in kpi.NAMES}


def same(view: kpi.Kpi, slow: slow_kpi.Slow, *, nearly: bool = False) -> None:
    """Every figure of the firm and of each person, by both counts. `nearly`: on a shared store an entry of the trail
    stands a moment beside its row."""
    _agree(of(view), slow.figures(view.since, view.until), nearly)
    people = slow.of_person(view.since, view.until)
    assert {group.group for group in view.groups} == set(people)
    for group in view.groups:
        _agree(of(group), people[group.group], nearly)


def _agree(one: dict[str, Figure], two: slow_kpi.Told, nearly: bool) -> None:
    for name, figure in one.items():
        value, n = two[name]
        assert figure.n == n, name
        if value is None or not nearly:
            assert figure.value == value, name
        else:
            assert figure.value == pytest.approx(value, abs=0.02), name
