"""What changed between two versions of a DOCX, in every part that has words; and files made to hurt whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casedesk.documents.child import ParseFailed
from casedesk.documents.differences_docx import DocxChanges, compare_docx_limited, docx_changes
from casedesk.documents.docx_lines import lines_of
from casedesk.documents.limits import OFFICE_TEXT_BYTES
from tests.support.docx import STRICT, deleted, docx, inserted, paragraph, part, row, run


def said(old: bytes, new: bytes) -> list[str]:
    return [f"{line.sign} {line.text}" for line in docx_changes(old, new).lines]


def test_paragraphs_that_differ_and_nothing_else() -> None:
    old = docx("To the officer:", "She lives at 14 Elm St.", "Sincerely,")
    new = docx("To the officer:", "She lives at 14 Elm Street.", "Exhibit C is attached.", "Sincerely,")
    assert said(old, new) == [
        "- She lives at 14 Elm St.",
        "+ She lives at 14 Elm Street.",
        "+ Exhibit C is attached.",
    ]
    assert said(old, old) == []
    assert compare_docx_limited(old, new) == docx_changes(old, new)


def test_how_a_word_is_drawn_and_cut_into_runs_is_no_change() -> None:
    old = docx(paragraph("She lives at ", run("14 Elm", "<w:b/>"), " Street."))
    assert said(old, docx("She lives at 14 Elm Street.")) == []
    assert said(old, docx("She lives at 14 Elm Street.", space=STRICT)) == []


def test_rows_headers_footers_and_notes_say_what_they_are() -> None:
    def made(number: str) -> bytes:
        return docx(
            f"<w:tbl>{row('Exhibit', 'Pages')}{row('C', number)}</w:tbl>",
            parts={
                "word/header1.xml": part(paragraph(f"Header {number}"), "hdr"),
                "word/footer2.xml": part(paragraph(f"Footer {number}"), "ftr"),
                "word/footnotes.xml": part(f"<w:footnote>{paragraph(f'See {number} CFR.')}</w:footnote>", "footnotes"),
                "word/endnotes.xml": part(f"<w:endnote>{paragraph(f'End {number}')}</w:endnote>", "endnotes"),
                "word/comments.xml": part(f"<w:comment>{paragraph(f'Ask {number}')}</w:comment>", "comments"),
                "word/media/image1.png": number.encode(),
            },
        )  # fmt: skip

    found = docx_changes(made("8"), made("9"))
    assert [f"{line.sign} {line.text}" for line in found.lines] == [
        "- [header] Header 8", "+ [header] Header 9", "- C | 8", "+ C | 9", "- [footnote] See 8 CFR.",
        "+ [footnote] See 9 CFR.", "- [endnote] End 8", "+ [endnote] End 9", "- [footer] Footer 8",
        "+ [footer] Footer 9", "- [comment] Ask 8", "+ [comment] Ask 9",
    ]  # fmt: skip
    assert found.pictures
    assert not docx_changes(made("8"), made("8")).pictures


def test_what_is_still_marked_as_changed_is_told_as_such() -> None:
    new = docx(paragraph("She lives at ", deleted("14 Elm St"), inserted("14 Elm Street"), "."))
    found = docx_changes(docx("She lives at 14 Elm St."), new)
    assert [line.text for line in found.lines] == [
        "She lives at 14 Elm St.",
        "She lives at {-14 Elm St-}{+14 Elm Street+}.",
    ]
    assert (found.inserted, found.deleted) == (1, 1)


def test_words_that_the_page_does_not_show_are_told() -> None:
    hidden = paragraph("Visible.", run(" Pay twice.", "<w:vanish/>"), run(" Seen.", '<w:vanish w:val="0"/>'))
    assert lines_of(docx(hidden)).lines == ["Visible.{hidden: Pay twice.} Seen."]


def test_breaks_notes_and_boxes() -> None:
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + paragraph("In the box") + "</w:txbxContent>"
        "</mc:Choice><mc:Fallback><w:txbxContent>"
        + paragraph("In the box")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    )
    lines = lines_of(
        docx(
            paragraph("A", "<w:r><w:tab/></w:r>", "B", '<w:r><w:footnoteReference w:id="2"/></w:r>'),
            paragraph("Around ", box, "it"),
            "<w:tbl><w:tr><w:tc>"
            + f"<w:tbl>{row('in', 'side')}</w:tbl>"
            + paragraph("out")
            + "</w:tc></w:tr></w:tbl>",
            "",
        )
    ).lines
    assert lines == ["A B[note]", "In the box", "Around it", "in | side / out"]


def test_a_long_paragraph_is_cut_down_to_what_differs() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    assert said(docx(words), docx(words.replace("word30", "another"))) == [
        "- … word24 word25 word26 word27 word28 word29 word30 word31 word32 word33 word34 word35 word36 …",
        "+ … word24 word25 word26 word27 word28 word29 another word31 word32 word33 word34 word35 word36 …",
    ]
    assert said(docx(words), docx(f"{words} more"))[1] == "+ … word54 word55 word56 word57 word58 word59 more"


def test_ten_thousand_paragraphs_each_another_or_all_the_same() -> None:
    many = [f"Paragraph {n} of the letter." for n in range(10_000)]
    changed = [*many[:5_000], "This one is new.", *many[5_001:]]
    assert said(docx(*many), docx(*changed)) == [
        "- Paragraph 5000 of the letter.",
        "+ This one is new.",
    ]
    other = docx_changes(docx(*many), docx(*[f"Otherwise {n}" for n in range(10_000)]))
    assert (len(other.lines), other.more) == (2_000, 18_000)
    alike = compare_docx_limited(docx(*["x"] * 10_000), docx("a", *["x"] * 9_998, "b"))
    assert {line.text for line in alike.lines} <= {"a", "b", "x"}


HARM: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "unpacks to a monstrous size": (
        lambda: docx(
            parts={"word/document.xml": part("<w:body>" + " " * (OFFICE_TEXT_BYTES + 1) + "</w:body>")}
        ),
        {"bomb"},
    ),
    "many parts that together do": (
        lambda: docx(
            "a", parts={f"word/header{n}.xml": part(" " * (OFFICE_TEXT_BYTES // 4), "hdr") for n in range(5)}
        ),
        {"bomb"},
    ),
    "entities that grow": (
        lambda: docx(
            parts={
                "word/document.xml": part(
                    paragraph("&b;"),
                    before='<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
                )
            }
        ),
        {"bomb"},
    ),
    "an entity from another file": (
        lambda: docx(
            parts={
                "word/footnotes.xml": part(
                    paragraph("&p;"),
                    "footnotes",
                    before='<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]>',
                )
            }
        ),
        {"bomb"},
    ),
    "an undeclared entity": (lambda: docx(parts={"word/document.xml": part(paragraph("&p;"))}), {"damaged"}),
    "more parts than a letter": (
        lambda: docx("a", parts={f"word/x{n}": b"" for n in range(10_001)}),
        {"bomb"},
    ),
    "no letter in it": (lambda: docx().replace(b"word/document.xml", b"word/documemt.xml"), {"damaged"}),
    "half of it": (lambda: docx("a letter" * 99)[:200], {"damaged"}),
    "no zip": (lambda: b"PK\x03\x04 and no more", {"damaged"}),
    "not closed": (lambda: docx(parts={"word/document.xml": part("<w:body>")}), {"damaged"}),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_file_made_to_hurt_is_refused_by_the_child(harm: str) -> None:
    make, codes = HARM[harm]
    with pytest.raises(ParseFailed) as failed:
        compare_docx_limited(docx("a"), make())
    assert failed.value.code in codes


def test_elements_nested_a_hundred_thousand_deep_end_in_an_answer() -> None:
    deep = "<w:p><w:r>" * 100_000 + "<w:t>down here</w:t>" + "</w:r></w:p>" * 100_000
    assert [line.text for line in compare_docx_limited(docx("a"), docx("a", deep)).lines] == ["down here"]


def test_controls_do_not_get_through() -> None:
    found = lines_of(docx("Rosa\u202e\u200b Ibarra\u0085"))
    assert found.lines == ["Rosa Ibarra"]


def test_nothing_changed_is_nothing() -> None:
    assert docx_changes(docx(), docx()) == DocxChanges(())
