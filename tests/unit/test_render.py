from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from casedesk import resources
from casedesk.documents import fonts
from casedesk.documents.render import (
    NotConvertible,
    RenderedPdf,
    cover_sheet,
    tab_sheet,
    text_file_to_pdf,
    text_to_pdf,
    wrap,
)
from casedesk.documents.render_image import image_to_pdf
from casedesk.refusal import Refusal


def text_of(rendered: RenderedPdf) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(rendered.data)).pages)


def picture(
    kind: str, mode: str = "RGB", orientation: int | None = None, size: tuple[int, int] = (120, 60)
) -> bytes:
    """White with a red corner up left; other modes grey."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    image = Image.linear_gradient("L").convert("I;16") if mode == "I;16" else image.convert(mode)
    out = BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
        exif[0x010F] = "SecretCamera"
    image.save(out, {"jpeg": "JPEG", "png": "PNG"}[kind], exif=exif)
    return out.getvalue()


def open_rendering(data: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]


def red_corner(rendered: RenderedPdf) -> str:
    """Where the red corner stands on the rendered page: two of t, b, l, r."""
    page = open_rendering(rendered.data)[0].render(scale=0.5).to_pil().convert("RGB")
    red = [
        (x, y)
        for x in range(page.width)
        for y in range(page.height)
        if (lambda pixel: pixel[0] > 200 and pixel[1] < 90)(page.getpixel((x, y)))
    ]
    middle = (sum(x for x, _ in red) / len(red), sum(y for _, y in red) / len(red))
    return ("t" if middle[1] < page.height / 2 else "b") + ("l" if middle[0] < page.width / 2 else "r")


@pytest.mark.parametrize(
    "name",
    ["Nguyễn Thị Ánh", "Οδυσσέας", "Дмитрий", "Łukasz Żółć", "王小明", "김민수", "José Ñandú", "გიორგი"],
)
def test_names_of_clients_are_printed_and_found_again(name: str) -> None:
    rendered = text_to_pdf("Letter", [f"To {name}, with regards."])
    assert name in text_of(rendered)
    assert rendered.missing_glyphs == ()


def test_decomposed_accents_print_as_one_letter() -> None:
    rendered = text_to_pdf("", ["Nguye\u0302\u0303n"])
    assert "Nguyễn" in text_of(rendered)
    assert rendered.missing_glyphs == ()


def test_a_character_without_a_glyph_is_visible_and_reported() -> None:
    rendered = text_to_pdf("Title", ["Name: \U00012000 हि \x07"])
    assert rendered.missing_glyphs == ("\x07", "ह", "ि", "\U00012000")
    assert text_of(rendered).count(fonts.REPLACEMENT) == 4


def test_direction_overrides_do_not_reach_paper() -> None:
    assert fonts.clean("ab\u202ecd\u200b") == ("abcd", ())


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    runs = fonts.set_line("محمد", right_to_left=True)
    assert [hex(ord(character)) for character in runs[0].text] == ["0xfeaa", "0xfee4", "0xfea4", "0xfee3"]
    lam_alef = fonts.set_line("لا", right_to_left=True)
    assert lam_alef[0].text == "\ufefb"


def test_numbers_inside_arabic_keep_their_order() -> None:
    assert "1387" in fonts.set_line("سنة 1387", right_to_left=True)[0].text


def test_a_long_word_is_broken_and_nothing_is_lost() -> None:
    lines = wrap("aaaa bbbbbbbbbbbbbbbbbb cc", 10.0, lambda text: float(len(text)))
    assert all(len(line) <= 10 for line in lines)
    assert "".join(lines).replace(" ", "") == "aaaa" + "b" * 18 + "cc"


def test_chinese_breaks_between_characters_but_not_before_a_stop() -> None:
    lines = wrap("王小明住在纽约。他写信", 7.0, lambda text: float(len(text)))
    assert lines == ["王小明住在纽", "约。他写信"]


def test_long_text_fills_numbered_pages() -> None:
    rendered = text_to_pdf("Declaration", [f"Paragraph {number}. " + "word " * 60 for number in range(60)])
    text = text_of(rendered)
    assert rendered.pages == len(PdfReader(BytesIO(rendered.data)).pages) > 3
    assert f"2 / {rendered.pages}" in text
    assert "Paragraph 59." in text


def test_the_same_input_gives_the_same_bytes_and_no_date() -> None:
    first, again = (tab_sheet("Exhibit A", "Birth certificate of José") for _ in range(2))
    assert first.data == again.data
    info = PdfReader(BytesIO(first.data)).metadata
    assert info is not None
    assert info.producer == "casedesk"
    assert str(info["/CreationDate"]).startswith("D:2000")


def test_sheets_say_what_follows() -> None:
    assert "Exhibit A" in text_of(tab_sheet("Exhibit A", "Birth certificate"))
    cover = text_of(cover_sheet("Response", [("Receipt number", "IOE0912345678")], note="By courier"))
    for words in ("Response", "Receipt number", "IOE0912345678", "By courier"):
        assert words in cover


@pytest.mark.parametrize(
    "data", ["año\nline two".encode(), "año\r\nline two".encode("utf-16"), "año\nline two".encode("cp1252")]
)
def test_text_files_of_any_usual_encoding(data: bytes) -> None:
    text = text_of(text_file_to_pdf("note.txt", data))
    assert "año" in text
    assert "line two" in text


def test_a_binary_file_is_no_text() -> None:
    with pytest.raises(NotConvertible, match=r"note\.txt"):
        text_file_to_pdf("note.txt", b"PK\x03\x04\x00\x00")


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (5, "tl"), (6, "tr"), (7, "br"), (8, "bl")],
)
def test_a_photograph_stands_the_way_it_was_held(orientation: int, corner: str) -> None:
    rendered = image_to_pdf(picture("jpeg", orientation=orientation), "jpeg")
    assert red_corner(rendered) == corner
    width, height = PdfReader(BytesIO(rendered.data)).pages[0].mediabox[2:]
    assert (width > height) == (orientation < 5)


def test_a_photograph_keeps_its_own_bytes_but_not_its_notes() -> None:
    data = picture("jpeg", orientation=6)
    rendered = image_to_pdf(data, "jpeg")
    assert b"SecretCamera" in data
    assert b"SecretCamera" not in rendered.data
    assert data[data.index(b"\xff\xda") :] in rendered.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_usual_kind(mode: str) -> None:
    source = picture("png", mode)
    rendered = image_to_pdf(source, "png")
    assert rendered.data == image_to_pdf(source, "png").data
    if mode in ("RGB", "RGBA", "P"):
        assert red_corner(rendered) == "tl"


def test_a_cmyk_photograph_is_no_negative() -> None:
    out = BytesIO()
    Image.new("CMYK", (40, 40), (0, 0, 0, 0)).save(out, "JPEG")
    page = open_rendering(image_to_pdf(out.getvalue(), "jpeg").data)[0].render(scale=0.2).to_pil()
    assert min(page.convert("L").tobytes()) > 200


def test_transparent_becomes_white_paper() -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    page = open_rendering(image_to_pdf(out.getvalue(), "png").data)[0].render(scale=0.2).to_pil()
    assert min(page.convert("L").tobytes()) > 200


def test_heic_is_refused_with_the_next_step() -> None:
    with pytest.raises(NotConvertible, match=r"IMG_1\.heic") as refused:
        image_to_pdf(b"\x00\x00\x00\x18ftypheic", "heic", name="IMG_1.heic")
    assert refused.value.next == "Save it as PDF and submit it again."


@pytest.mark.parametrize("damage", [b"", b"not a picture", picture("jpeg")[:200], picture("png")[:60]])
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_damaged_picture_is_refused(damage: bytes, kind: str) -> None:
    with pytest.raises(NotConvertible, match=r"scan\.jpg"):
        image_to_pdf(damage, kind, name="scan.jpg")


def test_shipped_files_are_found_and_stay_inside_their_folder() -> None:
    assert "DejaVuSans.ttf" in resources.list_names("fonts")
    assert any(name.startswith("LICENSE") for name in resources.list_names("fonts"))
    assert resources.list_names("no/such/folder") == []
    with pytest.raises(ValueError, match="leaves"):
        resources.read_text("../../pyproject.toml")
    with pytest.raises(FileNotFoundError):
        resources.read_text("messages/en/nothing.toml")


def test_an_installed_package_has_its_own_templates_and_a_bare_one_says_so(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "casedesk"
    package.mkdir(parents=True)
    with pytest.raises(Refusal) as refused:
        resources._find(package)
    assert refused.value.code == "resources_missing"
    (package / "_templates").mkdir()
    assert resources._find(package) == package / "_templates"
