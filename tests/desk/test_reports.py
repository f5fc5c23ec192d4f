"""The firm's figures: what they say of known weeks, and that a second, slow count of everything says the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from casedesk.desk import closures, deadlines, hours, matters, notes, people, tasks, walls
from casedesk.documents.archive import csv_bytes
from casedesk.refusal import Refusal
from casedesk.reports import compare, cycle, forecast, kpi, quality, workload
from casedesk.reports import deadlines as dates
from casedesk.reports.figures import Figure
from tests.support import slow_kpi
from tests.support.firm import FirmFixture
from tests.support.histories import live
from tests.support.reports import of, same
from tests.support.rfe import run_rfe


def opened(firm: FirmFixture) -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            "adjustment_of_status",
            "Ibarra, Rosa",
            paralegal="mduarte",
            attorney="aokafor",
        )
        .ref
    )


def call_back(firm: FirmFixture, matter: str, who: str) -> str:
    """A new task of four hours' window, and whose it is."""
    before = {task.ref for task in firm.desk("inovak").read(tasks.queue, scope="all")}
    firm.desk("mduarte").write(notes.call, matter, "about travel", callback=who)
    (ref,) = {task.ref for task in firm.desk("inovak").read(tasks.queue, scope="all")} - before
    return ref


def acknowledged(firm: FirmFixture, who: str = "inovak") -> dict[str, tuple[float | None, int]]:
    """The acknowledgement rate of the firm ("") and of each person."""
    view = firm.desk(who).read(kpi.report, by="person")
    told = {group.group: group.acknowledgement_rate for group in view.groups}
    return {name: (f.value, f.n) for name, f in {"": view.acknowledgement_rate, **told}.items() if f.n}


def test_where_nothing_was_measured_there_is_no_figure(firm: FirmFixture) -> None:
    view = firm.desk("inovak").read(kpi.report)
    assert {name: (figure.value, figure.n) for name, figure in of(view).items()} == dict.fromkeys(
        kpi.NAMES, (None, 0)
    )
    for figure in of(view).values():
        assert figure.definition.endswith(".")
        assert figure.definition.count(". ") == 0
    assert (view.until - view.since).days == 29


def test_a_window_counts_when_it_has_ended_and_for_whoever_acknowledged(firm: FirmFixture) -> None:
    matter = opened(firm)
    first, second = call_back(firm, matter, "aokafor"), call_back(firm, matter, "lchen")
    firm.desk("aokafor").write(tasks.acknowledge, first)
    assert acknowledged(firm) == {}
    firm.clock.advance(hours=5)
    assert acknowledged(firm) == {"": (0.5, 2), "aokafor": (1.0, 1), "lchen": (0.0, 1)}
    # Too late is not in time, and undone is not done.
    firm.desk("lchen").write(tasks.acknowledge, second)
    firm.desk("aokafor").write(tasks.undo, first)
    assert acknowledged(firm) == {"": (0.0, 2), "aokafor": (0.0, 1), "lchen": (0.0, 1)}


def test_who_is_away_is_not_blamed_and_the_cover_is_counted(firm: FirmFixture) -> None:
    matter = opened(firm)
    one, two = call_back(firm, matter, "aokafor"), call_back(firm, matter, "aokafor")
    today = date(2026, 11, 9)
    firm.desk("inovak").write(people.absence, "aokafor", today, today, cover="lchen")
    firm.desk("lchen").write(tasks.acknowledge, one)
    firm.clock.advance(hours=5)
    assert acknowledged(firm) == {"": (0.5, 2), "lchen": (0.5, 2)}
    assert firm.desk("inovak").read(tasks.show, two).task.status == "new"


def test_nobody_is_blamed_where_nobody_covered(firm: FirmFixture) -> None:
    matter = opened(firm)
    call_back(firm, matter, "aokafor")
    today = date(2026, 11, 9)
    firm.desk("inovak").write(people.absence, "aokafor", today, today)
    firm.clock.advance(hours=5)
    assert acknowledged(firm) == {"": (0.0, 1), "nobody": (0.0, 1)}


def test_work_that_changed_hands_unless_it_was_taken_back(firm: FirmFixture) -> None:
    matter = opened(firm)
    one, two = call_back(firm, matter, "aokafor"), call_back(firm, matter, "bcole")
    firm.desk("bcole").write(tasks.hand_off, two, to="mduarte", note="away soon")
    firm.desk("inovak").write(tasks.reassign, one, to="lchen", reason="load")

    def rates() -> dict[str, tuple[float | None, int]]:
        view = firm.desk("inovak").read(kpi.report, by="person")
        return {g.group: (g.reassignment_rate.value, g.reassignment_rate.n) for g in view.groups}

    assert rates() == {"aokafor": (1.0, 1), "bcole": (1.0, 1)}
    firm.clock.advance(minutes=1)
    firm.desk("inovak").write(tasks.undo, one)
    assert rates() == {"aokafor": (0.0, 1), "bcole": (1.0, 1)}
    firm.clock.advance(hours=40)
    firm.desk("inovak").sweep()
    assert rates()["aokafor"] == (1.0, 1)  # nobody acknowledged it: it was escalated


def test_figures_by_type_office_and_team(firm: FirmFixture) -> None:
    call_back(firm, opened(firm), "aokafor")
    desk = firm.desk("inovak")
    office = desk.read(lambda turn: turn.office.name)
    for by, names in (("type", ["adjustment_of_status"]), ("office", [office]), ("team", ["nobody"])):
        view = desk.read(kpi.report, by=by)
        assert (view.by, [group.group for group in view.groups]) == (by, names)
        assert view.groups[0].reassignment_rate.n == 1


def test_dates_missed_met_late_and_arrived_late(firm: FirmFixture) -> None:
    matter = opened(firm)
    desk = firm.desk("aokafor")
    due = date(2026, 11, 20)
    refs = [desk.write(deadlines.add, matter, title, due).ref for title in ("kept", "late", "missed")]
    desk.write(deadlines.add, matter, "here too late", date(2026, 11, 10))
    desk.write(deadlines.met, refs[0])
    view = desk.read(kpi.report)
    assert view.missed_deadlines.n == 0
    firm.clock.advance(days=12)  # Saturday the 21st
    desk.write(deadlines.met, refs[1])
    view = desk.read(kpi.report, by="person")
    assert (view.missed_deadlines.value, view.missed_deadlines.n) == (2.0, 3)
    assert [group.group for group in view.groups] == ["aokafor"]
    (line,) = desk.read(dates.report).lines
    assert (line.due, line.met, line.met_late, line.missed, line.open) == (3, 1, 1, 1, 0)
    assert (line.arrived_late, line.arrived_late_met, line.own_date_missed) == (1, 0, 2)
    (ahead,) = desk.read(dates.report, since=due, until=date(2026, 12, 30), by="person").lines
    assert (ahead.group, ahead.authority, ahead.due) == ("aokafor", "USCIS", 3)


def test_an_rfe_to_the_end(firm: FirmFixture) -> None:
    """Submitted, approved an hour later, delivered: its review, its steps, and no return."""
    firm.clock.advance(days=3)  # a Thursday, and the draft is handed in on a Wednesday
    run_rfe(firm, until="delivered")
    desk = firm.desk("jreyes")
    view = desk.read(kpi.report)
    assert (view.median_review_hours.value, view.median_review_hours.n) == (1.0, 1)
    told = desk.read(quality.report, by="person")
    assert [(line.group, line.kind, line.decided, line.returned) for line in told.lines] == [
        ("mduarte", "content", 1, 0),
        ("mduarte", "second", 1, 0),
        ("mduarte", "signoff", 1, 0),
    ]
    steps = desk.read(cycle.report).lines
    assert ("intake", 1) in {(line.step, line.n) for line in steps}
    assert all(line.median_days >= 0 and line.longest_days >= line.median_days for line in steps)
    same(desk.read(kpi.report, by="person"), slow_kpi.read(desk), nearly=firm.shared)


def test_the_load_is_what_is_due_by_the_hours_people_are_there(firm: FirmFixture) -> None:
    matter = opened(firm)
    call_back(firm, matter, "bcole")
    manager = firm.desk("inovak")

    def load(who: str) -> workload.Load:
        week = manager.read(workload.report, until=date(2026, 11, 15)).lines
        return next(line for line in week if line.group == who)

    # Monday to Friday without Veterans Day: four days of eight hours.
    assert load("bcole").available_hours == 32.0
    assert (load("bcole").tasks, load("bcole").open_hours) == (1, load("bcole").due_hours)
    assert load("bcole").load == round(load("bcole").due_hours / 32, 2)
    manager.write(hours.put, "bcole", {"monday": "09:00-13:00", "thursday": "09:00-11:30"})
    assert load("bcole").available_hours == 6.5
    manager.write(people.absence, "bcole", date(2026, 11, 12), date(2026, 11, 30))
    assert load("bcole").available_hours == 4.0
    manager.write(closures.add, date(2026, 11, 10), date(2026, 11, 10), "Storm")
    assert (load("bcole").available_hours, load("lchen").available_hours) == (4.0, 24.0)
    by_type = manager.read(workload.report, by="type").lines
    assert [(line.group, line.available_hours, line.load) for line in by_type] == [
        ("adjustment_of_status", None, None)
    ]
    by_office = manager.read(workload.report, until=date(2026, 11, 15), by="office").lines
    assert [line.available_hours for line in by_office] == [24.0 * 6 + 4.0]


def test_the_forecast_counts_what_is_there(firm: FirmFixture) -> None:
    matter = opened(firm)
    call_back(firm, matter, "bcole")
    due = firm.desk("aokafor").write(deadlines.add, matter, "Brief", date(2026, 11, 24))
    found = {week.begins: week for week in firm.desk("inovak").read(forecast.report).weeks}
    assert found[date(2026, 11, 9)].tasks == 1
    assert found[date(2026, 11, 23)].agency_dates == 1
    own = due.internal_due - timedelta(days=due.internal_due.weekday())
    assert found[own].own_dates == 1
    assert sum(week.agency_dates + week.own_dates for week in found.values()) == 2
    # Overdue work stands in the first week.
    firm.clock.advance(days=10)
    found = {week.begins: week for week in firm.desk("inovak").read(forecast.report).weeks}
    assert found[date(2026, 11, 19)].tasks == 1


def test_two_periods_beside_each_other(firm: FirmFixture) -> None:
    matter = opened(firm)
    call_back(firm, matter, "bcole")
    firm.clock.advance(days=10)
    again = call_back(firm, matter, "bcole")
    firm.desk("bcole").write(tasks.acknowledge, again)
    firm.clock.advance(hours=5)
    view = firm.desk("inovak").read(compare.report, since=date(2026, 11, 15), until=date(2026, 11, 19))
    assert (view.against_since, view.against_until) == (date(2026, 11, 10), date(2026, 11, 14))
    view = firm.desk("inovak").read(
        compare.report,
        since=date(2026, 11, 15),
        until=date(2026, 11, 19),
        against_since=date(2026, 11, 9),
        against_until=date(2026, 11, 9),
    )
    change = view.changes[0]
    assert (change.figure, change.before.value, change.value.value, change.difference) == (
        "acknowledgement_rate",
        0.0,
        1.0,
        1.0,
    )
    assert view.changes[1].difference is None


def test_behind_a_wall_nothing_is_counted_and_nothing_says_so(request: pytest.FixtureRequest) -> None:
    """Who is outside a wall is told the very same as if the matter were not there."""
    copies = request.getfixturevalue("copies")
    clock = request.getfixturevalue("manual_clock")
    firm: FirmFixture = copies.copy(clock)
    try:
        outside = firm.desk("inovak")

        def told() -> list[object]:
            reports = (kpi, workload, dates, quality, cycle, forecast)
            return [outside.read(module.report, by="person") for module in reports] + [
                outside.read(compare.report)
            ]

        matter = opened(firm)
        firm.desk("aokafor").write(
            walls.raise_wall,
            matter,
            "Her husband works here",
            inside=("aokafor", "mduarte"),
            reassign_to="aokafor",
        )
        firm.clock.advance(hours=6)
        before = told()
        call_back_inside = firm.desk("mduarte").write(notes.call, matter, "travel", callback="aokafor")
        assert call_back_inside.matter == matter
        firm.desk("aokafor").write(deadlines.add, matter, "Brief", date(2026, 11, 20))
        assert told() == before
        inside = firm.desk("aokafor").read(kpi.report)
        assert inside.reassignment_rate.n == 1
    finally:
        firm.close()
        assert firm.owned is not None
        copies.server.drop(firm.owned)


@pytest.mark.parametrize(
    "asked, code",
    [
        ({"since": date(2026, 11, 9), "until": date(2026, 11, 8)}, "days_in_order"),
        ({"since": date(1999, 1, 1)}, "date_out_of_range"),
        ({"by": "colour"}, "unknown"),
    ],
)
def test_periods_and_divisions_that_are_none(local: FirmFixture, asked: dict[str, object], code: str) -> None:
    for module in (kpi, workload, dates, quality, cycle):
        with pytest.raises(Refusal) as refused:
            local.desk("inovak").read(module.report, **asked)
        assert refused.value.code == code, module.__name__


@pytest.fixture
def local(store_path: Path, manual_clock: object) -> FirmFixture:
    from tests.support.clock import ManualClock
    from tests.support.firm import local_firm

    assert isinstance(manual_clock, ManualClock)
    return local_firm(store_path, manual_clock)


def test_a_spreadsheet_runs_nothing_of_a_report() -> None:
    """Names come from outside: a team or a point called like a formula stays a name."""
    figure = Figure(1.0, 1, "All of it.")
    group = kpi.Group('=HYPERLINK("http://x")', figure, figure, figure, figure, figure)
    view = kpi.Kpi(
        date(2026, 11, 1), date(2026, 11, 30), figure, figure, figure, figure, figure, "team", (group,)
    )
    sheet = kpi.sheet(view)
    rows = list(csv.reader(io.StringIO(csv_bytes(sheet.heads, sheet.rows).decode("utf-8-sig"))))
    assert rows[0] == list(sheet.heads)
    assert {row[0] for row in rows[6:]} == {"'" + '=HYPERLINK("http://x")'}


def test_on_random_histories_the_slow_count_says_the_same(
    effort: Callable[[int, int], int], tmp_path: Path, say: Callable[[str], None]
) -> None:
    measured = dict.fromkeys(kpi.NAMES, 0)
    for seed in range(effort(10, 100)):
        folder = tmp_path / str(seed)
        folder.mkdir(mode=0o700)
        firm = live(seed, folder)
        desk = firm.desk("inovak")
        view = desk.read(kpi.report, since=date(2026, 11, 1), by="person")
        same(view, slow_kpi.read(desk))
        for name, figure in of(view).items():
            measured[name] += figure.n
            assert (figure.value is None) == (figure.n == 0), (seed, name)
        firm.close()
    say(f"Observations of the five figures, counted twice alike: {measured}")
    # The histories are worth something only where they have something to measure.
    assert min(measured.values()) >= 4, measured
