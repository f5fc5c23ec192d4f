"""The inbox decided: junk, split, and each decision taken back; nothing is deleted, and what waits waits with somebody."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from casedesk.desk import deadlines, docket, matters, papers, tasks, trail, triage
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe


def stack(*files: bytes) -> bytes:
    """Several papers in one scan."""
    writer = PdfWriter()
    for data in files:
        for page in PdfReader(io.BytesIO(data)).pages:
            writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def letter(words: str) -> bytes:
    return text_to_pdf("A letter", [words]).data


def take(desk: Desk, data: bytes, name: str = "scan.pdf") -> Any:
    return desk.write(papers.receive, prepare_bytes(data, name))


def waiting(desk: Desk) -> list[str]:
    return [row.ref for row in desk.read(papers.listing, unmatched=True)]


def matching(desk: Desk) -> list[str]:
    rows = desk.read(tasks.queue, scope="team", limit=50)
    return sorted(row.title for row in rows if row.kind == "match_notice")


def said(firm: FirmFixture, ref: str) -> list[str]:
    manager = firm.desk("inovak")
    return [row.action for row in manager.read(trail.listing, limit=200) if row.subject == ref]


def test_junk_leaves_the_inbox_and_comes_back_with_a_new_task(firm: FirmFixture) -> None:
    desk = firm.desk("tfinn")
    paper = take(desk, letter("Win a cruise"))
    assert waiting(desk) == [paper.ref]
    assert len(matching(desk)) == 1
    aside = desk.write(triage.junk, paper.ref, "advertising")
    assert aside.decided == "junk"
    assert waiting(desk) == []
    assert matching(desk) == []
    assert [row.ref for row in desk.read(papers.listing, aside=True)] == [paper.ref]
    with pytest.raises(Refusal, match="set aside as junk already"):
        desk.write(triage.junk, paper.ref)
    with pytest.raises(Refusal, match="set aside as junk already"):
        desk.write(papers.match, paper.ref, "M-2026-0001")
    desk.write(triage.undo, paper.ref)
    assert waiting(desk) == [paper.ref]
    assert len(matching(desk)) == 1
    assert desk.read(papers.listing, aside=True) == ()
    with pytest.raises(Refusal, match="Nothing was decided"):
        desk.write(triage.undo, paper.ref)
    assert said(firm, paper.ref) == ["document.back", "document.junk", "document.received"]


def test_a_scan_of_two_papers_is_cut_and_each_part_finds_its_own_way(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    matter = desk.write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", form=("I-485",), receipt="IOE0912345678"
    )
    rfe = make_rfe()
    pages = len(PdfReader(io.BytesIO(rfe)).pages)
    whole = take(desk, stack(letter("Whose is this?"), rfe))
    assert whole.matter == matter.ref
    with pytest.raises(Refusal, match="belongs to"):
        desk.write(triage.split, whole.ref, [2])
    desk.write(triage.undo, whole.ref)
    cut = desk.write(triage.split, whole.ref, [2])
    assert [part.matter for part in cut.parts] == [None, matter.ref]
    assert cut.whole.decided == "split"
    assert waiting(desk) == [cut.parts[0].ref]
    shown = [desk.read(papers.show, part.ref) for part in cut.parts]
    assert [view.part_of for view in shown] == [whole.ref, whole.ref]
    assert shown[0].name == "scan, page 1.pdf"
    assert shown[1].pages == pages
    assert any(task["title"] == "RFE intake" for task in cut.parts[1].tasks)
    title = PdfReader(io.BytesIO(desk.read(papers.data, shown[0].ref)[1])).metadata
    assert title is not None
    assert title.title == f"{whole.ref}, pages 1 to 1, cut 2"
    with pytest.raises(Refusal, match="has a matter"):
        desk.write(triage.undo, whole.ref)
    assert "document.split" in said(firm, whole.ref)


def test_a_split_taken_back_and_made_again(firm: FirmFixture) -> None:
    desk = firm.desk("tfinn")
    whole = take(desk, stack(letter("One"), letter("Two"), letter("Three")))
    first = desk.write(triage.split, whole.ref, [3, 2])
    assert len(first.parts) == 3
    assert len(matching(desk)) == 3
    assert len(desk.read(docket.docket).unowned) == 3
    desk.write(triage.undo, whole.ref)
    assert waiting(desk) == [whole.ref]
    assert len(matching(desk)) == 1
    with pytest.raises(Refusal, match="put together again"):
        desk.write(triage.junk, first.parts[0].ref)
    again = desk.write(triage.split, whole.ref, [2])
    assert len(again.parts) == 2
    assert sorted(waiting(desk)) == sorted(part.ref for part in again.parts)


def test_what_cannot_be_split_says_why(firm: FirmFixture) -> None:
    desk = firm.desk("tfinn")
    whole = take(desk, stack(letter("One"), letter("Two")))
    for at in ([1], [3], [0]):
        with pytest.raises(Refusal, match="has 2 pages"):
            desk.write(triage.split, whole.ref, at)
    with pytest.raises(Refusal, match="No page is named"):
        desk.write(triage.split, whole.ref, [])
    text = take(desk, b"Only words, nothing else to see here.\n", "note.txt")
    with pytest.raises(Refusal, match="is no PDF"):
        desk.write(triage.split, text.ref, [2])
    assert sorted(waiting(desk)) == sorted([text.ref, whole.ref])


def test_a_match_is_taken_back_until_somebody_took_it_up(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    matter = desk.write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", form=("I-485",), paralegal="mduarte"
    )
    paper = take(desk, make_rfe(), "rfe.pdf")
    assert paper.matter is None
    done = desk.write(papers.match, paper.ref, matter.ref)
    assert any(task["title"] == "RFE intake" for task in done.tasks)
    assert desk.read(deadlines.listing, matter=matter.ref)[0].state == "open"
    desk.write(triage.undo, paper.ref)
    assert waiting(desk) == [paper.ref]
    assert len(matching(desk)) == 1
    assert [d.state for d in desk.read(deadlines.listing, matter=matter.ref)] in ([], ["superseded"])
    open_there = [row for row in desk.read(tasks.queue, scope="team", limit=50) if row.matter == matter.ref]
    assert open_there == []
    again = desk.write(papers.match, paper.ref, matter.ref)
    intake = next(task["ref"] for task in again.tasks if task["title"] == "RFE intake")
    owner = desk.read(tasks.show, intake).task.owner
    firm.desk(owner).write(tasks.acknowledge, intake)
    with pytest.raises(Refusal, match="has been taken up"):
        desk.write(triage.undo, paper.ref)
