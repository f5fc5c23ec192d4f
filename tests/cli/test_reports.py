"""Closures, hours and reports as people and programs ask for them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import Office

REPORTS = ("kpi", "workload", "deadlines", "quality", "cycle", "forecast", "compare", "stuck")
FIVE = (
    "acknowledgement_rate",
    "median_review_hours",
    "missed_deadlines",
    "reassignment_rate",
    "client_latency_hours",
)


@pytest.fixture
def busy(local_office: Office) -> Office:
    """One matter, one call that somebody promised to return, and five hours later nobody has acknowledged it."""
    matter = local_office.does(
        "mduarte", "matter", "open", "--type", "adjustment_of_status", "--client", "Ibarra, Rosa"
    )["ref"]
    local_office.does("mduarte", "call", matter, "asked how it stands", "--callback", "aokafor")
    local_office.clock.advance(hours=5)
    return local_office


def test_the_five_figures_each_with_its_n_and_its_definition(busy: Office) -> None:
    told = busy.does("inovak", "report", "kpi")
    for name in FIVE:
        assert set(told[name]) == {"value", "n", "definition"}
    assert (told["acknowledgement_rate"]["value"], told["acknowledgement_rate"]["n"]) == (0.0, 1)
    assert (told["median_review_hours"]["value"], told["median_review_hours"]["n"]) == (None, 0)
    groups = busy.does("inovak", "report", "kpi", "--by", "person")["groups"]
    assert [group["group"] for group in groups] == ["aokafor"]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_a_table_json_or_csv(busy: Office, name: str) -> None:
    drawn = busy.says("inovak", "report", name)
    assert drawn.status == 0, drawn.err
    assert drawn.out.startswith("From ")
    by_flag = busy.does("inovak", "report", name)
    by_format = busy.says("inovak", "report", name, "--format", "json")
    assert json.loads(by_format.out) == by_flag
    sheet = busy.says("inovak", "report", name, "--format", "csv")
    rows = list(csv.reader(io.StringIO(sheet.out)))
    assert len({len(row) for row in rows}) == 1
    assert rows[0]
    assert busy.tries("inovak", "report", name, "--format", "csv").code == "two_formats"


def test_a_figure_of_nothing_is_no_nought(busy: Office) -> None:
    drawn = busy.says("inovak", "report", "kpi").out.splitlines()
    (line,) = [line for line in drawn if line.strip().startswith("median_review_hours  ")]
    assert line.split()[1:] == ["-", "0"]


def test_a_closure_from_end_to_end(busy: Office) -> None:
    days = ("--from", "2026-11-10", "--to", "2026-11-12")
    assert busy.tries("mduarte", "closure", "add", *days, "--reason", "Storm").code == "not_allowed"
    drawn = busy.says("inovak", "closure", "add", *days, "--reason", "Storm")
    assert "none was moved" in drawn.out
    assert "task due" in drawn.out
    (listed,) = busy.does("bcole", "closure", "list")
    assert {line["what"] for line in listed["inside"]} == {"task", "reminder"}
    assert busy.does("inovak", "closure", "cancel", listed["ref"])["cancelled"]
    assert busy.does("bcole", "closure", "list") == []
    assert busy.says("bcole", "closure", "list").out.startswith("No closure ahead.")
    assert len(busy.does("bcole", "closure", "list", "--all")) == 1


def test_somebodys_hours_from_end_to_end(busy: Office) -> None:
    told = busy.does(
        "inovak", "person", "hours", "bcole", "--monday", "09:00-13:00", "--zone", "America/Chicago"
    )
    assert told["week"] == {"monday": "09:00-13:00"}
    assert told["own"]
    drawn = busy.says("bcole", "person", "hours", "bcole").out
    assert "own hours, America/Chicago" in drawn
    assert busy.does("inovak", "person", "hours", "bcole", "--office")["own"] is False
    assert busy.tries("bcole", "person", "hours", "bcole", "--office").code == "not_allowed"


def test_an_office_from_end_to_end(busy: Office) -> None:
    asked = ("office", "add", "Austin", "--hours", "Mon-Thu 09:00-17:30, Fri 09:00-13:00", "--zone")
    assert busy.tries("mduarte", *asked, "America/Chicago").code == "not_allowed"
    assert busy.tries("inovak", *asked, "Texas").code == "unknown_zone"
    made = busy.does("inovak", *asked, "America/Chicago")
    assert (made["name"], made["week"]["friday"], made["people"]) == ("Austin", "09:00-13:00", 0)
    assert busy.does("inovak", "office", "place", "bcole", "Austin")["zone"] == "America/Chicago"
    busy.does(
        "inovak",
        "office",
        "change",
        "Austin",
        "--name",
        "Austin, Elm Street",
        "--hours",
        "Mon-Fri 10:00-16:00",
    )
    drawn = busy.says("bcole", "office", "list").out
    assert "Austin, Elm Street" in drawn
    assert "5 days, 10:00-16:00" in drawn
