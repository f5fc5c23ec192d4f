from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from casedesk.documents.assemble import NotAssemblable, Part, assemble
from casedesk.documents.differences import (
    LineChange,
    PageChanges,
    PageText,
    changed_pages,
    compare_limited,
    text_changes,
)
from casedesk.documents.render import text_to_pdf


def one(words: str) -> bytes:
    return text_to_pdf("", [words]).data


def document(*pages: str | bytes) -> bytes:
    """A PDF of these pages: words, or a one-page PDF."""
    writer = PdfWriter()
    for page in pages:
        writer.append(BytesIO(one(page) if isinstance(page, str) else page))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def resaved(data: bytes) -> bytes:
    """The same pages as another program writes them: other order, other compression, other identifiers."""
    writer = PdfWriter()
    reader = PdfReader(BytesIO(data))
    for page in reversed(reader.pages):
        writer.insert_page(page, 0)
    for page in writer.pages:
        page.compress_content_streams()
    writer.generate_file_identifiers()
    writer.metadata = {"/Producer": "another program"}
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def photograph(*dots: int) -> bytes:
    """A large grey picture with neighbouring dots of these shades: too fine to show when it is drawn."""
    from casedesk.documents.render_image import image_to_pdf

    out = BytesIO()
    image = Image.new("L", (4000, 4000), 128)
    for step, shade in enumerate(dots):
        image.putpixel((2001 + step, 2002), shade)
    image.save(out, "PNG")
    return image_to_pdf(out.getvalue(), "png").data


def test_the_same_file_and_the_same_pages_in_another_file_are_identical() -> None:
    data = document("one", "two", "three")
    assert changed_pages(data, data) == PageChanges(3, (), (), ())
    assert changed_pages(data, resaved(data)) == PageChanges(3, (), (), ())
    assert text_changes(data, resaved(data)) == ()


def test_a_replaced_page_is_named_by_its_number() -> None:
    changes = changed_pages(document("one", "two", "three"), document("one", "TWO", "three"))
    assert changes == PageChanges(2, (2,), (), ())
    assert changes.sentence() == "2 of 3 pages identical, 1 replaced"


def test_an_inserted_page_does_not_make_the_rest_look_changed() -> None:
    old = document("one", "two", "three")
    assert changed_pages(old, document("zero", "one", "two", "three")) == PageChanges(3, (), (1,), ())
    assert changed_pages(old, resaved(document("zero", "one", "two", "three"))) == PageChanges(
        3, (), (1,), ()
    )
    assert changed_pages(old, document("one", "three")) == PageChanges(2, (), (), (2,))
    assert changed_pages(old, document("four", "five")) == PageChanges(0, (1, 2), (), (3,))


def test_many_equal_pages_are_still_told_apart_from_a_new_one() -> None:
    writer = PdfWriter()
    for _ in range(250):
        writer.add_blank_page(612, 792)
    out = BytesIO()
    writer.write(out)
    changes = changed_pages(out.getvalue(), document("one", out.getvalue()))
    assert changes == PageChanges(250, (), (1,), ())


def test_a_change_in_a_photograph_too_fine_to_see_is_a_change() -> None:
    old, new = document("one", photograph(127, 129)), document("one", photograph(129, 127))
    assert changed_pages(old, new) == PageChanges(1, (2,), (), ())
    assert text_changes(old, new) == (PageText(2, 2, ()),)


def test_a_signed_page_in_a_packet_is_the_only_one_to_look_at() -> None:
    def packet(signed: str) -> bytes:
        parts = [
            Part("N", 1, "Notice", "notice", None, one("Notice")),
            Part("S", 1, "Signature page", "signed", None, one(signed)),
            Part("E", 1, "Birth certificate", "exhibit", None, one("Birth")),
        ]
        return assemble("K-1", "Response", parts).data

    changes, text = compare_limited(packet("Signature: ________"), packet("Signature: R. Ibarra"))
    assert changes == PageChanges(3, (2,), (), ())
    assert text == (
        PageText(2, 2, (LineChange("-", "Signature: ________"), LineChange("+", "Signature: R. Ibarra"))),
    )


def test_lines_of_added_and_removed_pages_are_shown() -> None:
    assert text_changes(document("one"), document("one", "two")) == (
        PageText(None, 2, (LineChange("+", "two"),)),
    )
    assert text_changes(document("one", "two"), document("one")) == (
        PageText(2, None, (LineChange("-", "two"),)),
    )


def test_a_changed_field_value_is_a_change() -> None:
    from tests.unit.test_assemble import form

    assert changed_pages(form("Rosa"), form("Luis")) == PageChanges(0, (1,), (), ())
    assert changed_pages(form("Rosa"), form("Rosa")) == PageChanges(1, (), (), ())


def test_a_file_that_cannot_be_read_is_named() -> None:
    for compare in (changed_pages, compare_limited):
        with pytest.raises(NotAssemblable) as refused:
            compare(one("one"), b"nothing")
        assert refused.value.name == "The newer version"
