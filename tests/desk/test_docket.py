"""The docket: by attorney, with what is not settled yet; on paper, as a table and as a calendar of one's own."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from pypdf import PdfReader

from casedesk.desk import appointments, deadlines, docket, docket_files, matters, papers, people
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from tests.support import ical
from tests.support.firm import FirmFixture


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def open_matter(
    firm: FirmFixture, client: str, kind: str = "removal_defense", attorney: str = "aokafor"
) -> str:
    return (
        firm.desk("mduarte")
        .write(matters.open_matter, kind, client, paralegal="mduarte", attorney=attorney)
        .ref
    )


def test_one_view_of_what_falls_due(firm: FirmFixture) -> None:
    duarte, novak = firm.desk("mduarte"), firm.desk("inovak")
    bekele = open_matter(firm, "Bekele, Tesfaye")
    anna = open_matter(firm, "Lindqvist, Anna", "naturalization", "lchen")
    hearing = duarte.write(
        appointments.add, bekele, "hearing", when("2026-11-17T13:00"), judge="Field", hearing="master"
    )
    talk = duarte.write(
        appointments.add, bekele, "interview", when("2026-11-17T14:00"), place="26 Federal Plaza"
    )
    prints = duarte.write(appointments.add, anna, "biometrics", when("2026-11-12T09:00"))
    far = duarte.write(appointments.add, anna, "interview", when("2027-03-01T09:00"))
    gone = duarte.write(appointments.add, anna, "other", when("2026-11-13T09:00"))
    duarte.write(appointments.outcome, gone.ref, "cancelled")
    duarte.write(appointments.confirm, prints.ref)
    near = duarte.write(deadlines.add, bekele, "Reply brief", date(2026, 11, 24), authority="EOIR")
    later = duarte.write(deadlines.add, anna, "Answer", date(2027, 2, 1))
    loose = prepare_bytes(text_to_pdf("A letter", ["Nobody knows whose."]).data, "loose.pdf")
    paper = firm.desk("tfinn").write(papers.receive, loose)
    novak.write(people.absence, "mduarte", date(2026, 11, 16), date(2026, 11, 18), cover="bcole")

    view = novak.read(docket.docket)
    assert (view.since, view.until) == (date(2026, 11, 9), date(2026, 11, 22))
    lines = {line.ref: line for group in view.groups for line in group.lines}
    assert [(group.attorney, group.name) for group in view.groups] == [
        ("aokafor", "Adaeze Okafor"),
        ("lchen", "Li Chen"),
    ]
    assert {hearing.ref, talk.ref, prints.ref, near.ref} <= lines.keys()
    assert not {far.ref, gone.ref, later.ref} & lines.keys()
    assert (lines[near.ref].agency_due, lines[near.ref].internal_due) == (
        date(2026, 11, 24),
        date(2026, 11, 17),
    )
    assert lines[near.ref].owner == "mduarte"
    assert "second person" in lines[near.ref].state
    assert (lines[hearing.ref].what, lines[hearing.ref].state) == ("hearing", "not confirmed")
    assert lines[hearing.ref].title == "Master hearing, Judge Field"
    assert lines[prints.ref].state == "confirmed"
    assert [(c.person, {c.one, c.other}) for c in view.clashes] == [("aokafor", {hearing.ref, talk.ref})]
    assert set(view.unconfirmed) == {hearing.ref, talk.ref}
    assert [u.ref for u in view.unowned] == [paper.ref]
    assert view.unowned[0].owner == "tfinn"
    assert [(a.person, a.cover) for a in view.absences] == [("mduarte", "bcole")]

    # What should have been settled stands there until it is, whatever the days.
    firm.clock.advance(days=9)
    after = novak.read(docket.docket, since=date(2026, 11, 18), until=date(2026, 11, 19))
    states = {line.ref: line.state for group in after.groups for line in group.lines}
    assert states[hearing.ref] == "over, nobody said what came of it"
    assert states[near.ref].endswith("our date is past")
    with pytest.raises(Refusal) as order:
        novak.read(docket.docket, since=date(2026, 11, 19), until=date(2026, 11, 18))
    assert order.value.code == "days_in_order"
    with pytest.raises(Refusal) as long:
        novak.read(docket.docket, since=date(2026, 11, 19), until=date(2028, 11, 18))
    assert long.value.code == "too_long"


def test_the_docket_as_files(firm: FirmFixture) -> None:
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    bekele = open_matter(firm, "Bekele, Tesfaye")
    anna = open_matter(firm, "=cmd|' /C calc'!A0", "naturalization", "lchen")
    for day in range(10, 21):
        duarte.write(
            appointments.add,
            bekele,
            "interview",
            when(f"2026-11-{day}T11:00"),
            place="26 Federal Plaza, New York",
        )
    duarte.write(appointments.add, anna, "biometrics", when("2026-11-12T09:00"))
    duarte.write(deadlines.add, bekele, "Reply brief", date(2026, 11, 24), authority="EOIR")
    view = okafor.read(docket.docket)

    data = okafor.read(docket_files.paper, view)
    pages = PdfReader(io.BytesIO(data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert {(page.mediabox.width, page.mediabox.height) for page in pages} == {(612, 792)}
    assert len(pages) == 2
    assert "Page 2" in text
    for words in ("Adaeze Okafor", "Tue 2026-11-24", "Tue 2026-11-17", "not confirmed", "Nobody.", "mduarte"):
        assert words in text, words

    rows = list(csv.reader(io.StringIO(docket_files.table(view))))
    assert rows[0][:3] == ["section", "attorney", "ref"]
    assert {row[0] for row in rows[1:]} == {"date", "appointment"}
    assert not [cell for row in rows for cell in row if cell.startswith("=")]

    # One's own dates only: Okafor's matters, not Chen's.
    calendar = ical.read(okafor.read(docket_files.calendar, view).decode())
    said = [event.one("SUMMARY").text for event in calendar.all("VEVENT")]
    assert calendar.one("METHOD").value == "PUBLISH"
    assert len([s for s in said if s == f"Interview {bekele}"]) == 11
    assert f"Due: A date {bekele}" in said  # what was typed may hold a name, and stays in the desk
    assert not [s for s in said if anna in s or "Bekele" in s]


def test_another_clock_than_the_offices_is_named(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    bekele = open_matter(firm, "Bekele, Tesfaye")
    duarte.write(appointments.add, bekele, "interview", when("2026-11-12T09:00"), zone="America/Chicago")
    duarte.write(appointments.add, bekele, "interview", when("2026-11-13T09:00"), zone="America/Detroit")
    view = duarte.read(docket.docket)
    said = [line.said for group in view.groups for line in group.lines]
    assert said == ["2026-11-12 09:00 CST", "2026-11-13 09:00"]
    assert "2026-11-12 09:00 CST" in docket_files.table(view)
    text = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(duarte.read(docket_files.paper, view))).pages
    )
    assert text.split().count("CST") == 2
