"""Why a task stands where it stands: every point has its reason, and nothing starves."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from casedesk.desk.ranking import CIRCUMSTANCES, KINDS, LONGEST, PRIORITY, THREATS, rank
from casedesk.models.enums import Circumstance, Priority
from casedesk.store.unit_of_work import as_json, micros
from tests.support.routing import ny, office

NOW = ny(2026, 11, 10, 11, 0)


def row(**more: object) -> SimpleNamespace:
    plain: dict[str, object] = {
        "state": "acknowledged",
        "due_us": micros(NOW + timedelta(days=60)),
        "created_us": micros(NOW),
        "agency_due": None,
        "authority": None,
        "priority": "standard",
        "matter_priority": None,
        "matter_type": "other",
        "circumstances": "[]",
        "kind": "call_back",
        "acknowledge_by_us": None,
        "waiting_on": None,
    }
    return SimpleNamespace(**{**plain, **more})


def ranked(task: SimpleNamespace, now: datetime = NOW) -> tuple[int, tuple[str, ...]]:
    return rank(task, now, now.date(), office())


def test_every_word_there_is_counts_and_says_so() -> None:
    assert set(THREATS) | set(CIRCUMSTANCES) == {c.value for c in Circumstance}
    assert set(PRIORITY) == {p.value for p in Priority}
    detained = row(
        circumstances=as_json(["child_ages_out", "criminal_history", "detained"]),
        matter_type="removal_defense",
        matter_priority="high",
    )
    assert ranked(detained) == (
        155,
        (
            "detained (+60)",
            "high priority (+30)",
            "criminal history (+25)",
            "a child ages out (+20)",
            "removal proceedings (+20)",
        ),
    )


def test_the_matter_as_it_is_today_outweighs_what_it_was_when_the_task_opened() -> None:
    assert ranked(row(priority="low", matter_priority="emergency"))[1] == ("emergency (+100)",)
    assert ranked(row(priority="high"))[1] == ("high priority (+30)",)


tasks = st.builds(
    row,
    state=st.sampled_from(["new", "acknowledged", "in_progress"]),
    due_us=st.integers(0, 60).map(lambda n: micros(NOW + timedelta(days=n))),
    agency_due=st.sampled_from([None, "2026-11-01", "2026-11-12"]),
    matter_priority=st.sampled_from(list(PRIORITY)),
    matter_type=st.sampled_from(["other", "removal_defense"]),
    circumstances=st.lists(st.sampled_from([*THREATS, *CIRCUMSTANCES]), unique=True).map(as_json),
    kind=st.sampled_from([*KINDS, "call_back"]),
    acknowledge_by_us=st.sampled_from([None, 1]),
)


@given(tasks)
def test_the_reasons_add_up_to_the_rank(task: SimpleNamespace) -> None:
    score, reasons = ranked(task)
    assert score == sum(int(words.rpartition("(")[2].rstrip(")")) for words in reasons)


@given(tasks, st.sampled_from(list(PRIORITY)))
def test_low_priority_never_starves(newcomer: SimpleNamespace, level: str) -> None:
    left = row(
        matter_priority=level,
        due_us=micros(NOW - timedelta(days=LONGEST)),
        created_us=micros(NOW - timedelta(days=LONGEST + 10)),
    )
    assert ranked(left)[0] > ranked(newcomer)[0]
