"""The DOCX a draft was written in: kept beside the packet, compared version by version, never filed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casedesk.desk import papers
from tests.cli.conftest import Office
from tests.recipes.test_ten_minutes import drafting, pages
from tests.screens.seat import sit
from tests.support.docx import deleted, docx, inserted, paragraph


def test_the_words_of_each_version_are_compared(office: Office, tmp_path: Path) -> None:
    """The packet holds the PDF alone; what differs in the DOCX stands behind its name, marked changes told as such."""
    pdf = tmp_path / "response.pdf"
    pdf.write_bytes(pages(2))

    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    draft = drafting(office.firm, "Ibarra, Rosa", "IOE0912345678")
    alone = office.tries("mduarte", "draft", "submit", draft, written("only.docx", docx("Dear officer,")))
    assert alone.code == "not_assemblable"
    first = written("response v1.docx", docx("Dear officer,", "She lives at 14 Elm St."))
    one = office.does("mduarte", "draft", "submit", draft, pdf, first)
    shown = office.does("aokafor", "review", "show", one["review"], "--looked", "--differences")
    assert shown["differences"] == []
    assert [each["name"] for each in shown["documents"]] == ["I-797E.pdf", "response.pdf"]
    kept = office.firm.desk("mduarte").read(papers.listing, matter=shown["matter"])
    assert "response v1.docx" in {each.name for each in kept}

    second = written(
        "response v2.docx",
        docx("Dear officer,", paragraph("She lives at 14 Elm ", deleted("St"), inserted("Street"), ".")),
    )
    office.clock.advance(minutes=5)
    two = office.does("mduarte", "draft", "submit", draft, pdf, second)
    assert office.does("aokafor", "review", "show", two["review"], "--differences")["differences"] == [
        "response v2.docx   still marked as changed: 1 inserted, 1 deleted",
        "response v2.docx - She lives at 14 Elm St.",
        "response v2.docx + She lives at 14 Elm {-St-}{+Street+}.",
    ]
    said = office.says("aokafor", "review", "show", two["review"], "--differences")
    assert "response v2.docx + She lives at 14 Elm {-St-}{+Street+}." in said.out

    async def scene() -> None:
        async with sit(office.firm.desk("aokafor"), (120, 40)) as seat:
            seat.app.open_hit("review", two["review"])
            await seat.sees("{+Street+}")

    asyncio.run(scene())

    third = written("notes.docx", docx("Quite another file"))
    three = office.does("mduarte", "draft", "submit", draft, pdf, third, written("more.docx", docx("More")))
    lines = office.does("aokafor", "review", "show", three["review"], "--differences")["differences"]
    # Her last look was at the second version, and there are two files now: each is told by its name.
    assert lines == ["notes.docx   new", "more.docx   new", "response v2.docx   no longer there"]
