from __future__ import annotations

import hashlib
import subprocess
import sys
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from casedesk.documents import fonts
from casedesk.documents.assemble import Assembled, NotAssemblable, Part, assemble, tab_letters
from casedesk.documents.assemble_limited import assemble_limited
from casedesk.documents.manifest import (
    Manifest,
    ManifestEntry,
    canonical_bytes,
    manifest_sha256,
    parse_manifest,
)
from casedesk.documents.render import text_to_pdf

SHA = hashlib.sha256(b"").hexdigest()


def pdf(words: str, pages: int = 1) -> bytes:
    return text_to_pdf("", ["\n".join([f"{words} page {n}"] + [""] * 42) for n in range(1, pages + 1)]).data


def part(
    name: str, role: str = "draft", data: bytes | None = None, tab: str | None = None, kind: str = "pdf"
) -> Part:
    return Part(f"D-{name}", 1, name, role, tab, pdf(name) if data is None else data, kind)


def saved(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page_texts(packet: Assembled) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(packet.data)).pages]


def rendering(data: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]
    image: Image.Image = document[page].render(scale=1).to_pil().convert("L")
    return image


def form(value: str | None, *, drawn: bool = False, regenerate: bool = False, **more: object) -> bytes:
    """A page with one text field "Name" and one check box, as a form filler leaves them."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("Name"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (100, 700, 400, 720))),
            NameObject("/DA"): TextStringObject("/Helv 0 Tf 0 g"),
        }
    )
    if value is not None:
        field[NameObject("/V")] = TextStringObject(value)
    if drawn:
        picture = DecodedStreamObject()
        picture.set_data(b"/Tx BMC q BT /Helv 12 Tf 2 5 Td (DRAWN) Tj ET Q EMC")
        picture[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, 300, 20)))
        field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(picture)})
    for key, entry in more.items():
        field[NameObject(f"/{key}")] = entry
    helvetica = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    reference = writer._add_object(field)
    page[NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([reference]),
            NameObject("/NeedAppearances"): BooleanObject(regenerate),
            NameObject("/DR"): DictionaryObject(
                {NameObject("/Font"): DictionaryObject({NameObject("/Helv"): writer._add_object(helvetica)})}
            ),
        }
    )
    return saved(writer)


def check_box(mark: str | None, value: str | None, *, pictured: bool = True) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    box = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Btn"),
            NameObject("/T"): TextStringObject("Yes box"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (100, 700, 120, 720))),
        }
    )
    if mark is not None:
        box[NameObject("/AS")] = NameObject(mark)
    if value is not None:
        box[NameObject("/V")] = NameObject(value)
    if pictured:
        states = DictionaryObject()
        for name, content in (("/Yes", b"0 g 0 0 20 20 re f"), ("/Off", b"")):
            picture = DecodedStreamObject()
            picture.set_data(content)
            picture[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, 20, 20)))
            states[NameObject(name)] = writer._add_object(picture)
        box[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(box)])
    return saved(writer)


def is_marked(packet: Assembled) -> bool:
    return min(rendering(packet.data).crop((100, 72, 120, 92)).tobytes()) < 100


def test_the_notice_is_page_one_and_exhibits_stand_behind_their_tabs() -> None:
    packet = assemble(
        "K-1",
        "RFE response",
        [
            part("Birth certificate", "exhibit"),
            part("Cover letter", "draft", pdf("Cover letter", 2)),
            part("Tax transcript", "exhibit"),
            part("Notice", "notice"),
        ],
    )
    texts = page_texts(packet)
    assert [
        next(word for word in ("Exhibit", "Notice", "Cover", "Birth", "Tax") if word in text)
        for text in texts
    ] == [
        "Notice",
        "Cover",
        "Cover",
        "Exhibit",
        "Birth",
        "Exhibit",
        "Tax",
    ]
    assert "Exhibit A" in texts[3]
    assert "Birth certificate" in texts[3]
    assert [(entry.role, entry.tab, entry.pages) for entry in packet.manifest.entries] == [
        ("notice", None, 1),
        ("draft", None, 2),
        ("exhibit", "A", 1),
        ("exhibit", "B", 1),
    ]
    assert packet.manifest.pages == len(texts) == 7
    assert packet.manifest.assembled_sha256 == hashlib.sha256(packet.data).hexdigest()
    assert packet.manifest.assembled_bytes == len(packet.data)
    assert packet.manifest.entries[0].sha256 == hashlib.sha256(pdf("Notice")).hexdigest()
    assert packet.warnings == ()


def test_every_document_has_its_bookmark() -> None:
    packet = assemble("K-1", "T", [part("Notice", "notice"), part("Passport of Nguyễn", "exhibit")])
    reader = PdfReader(BytesIO(packet.data))
    marks = [(str(item.title), reader.get_destination_page_number(item)) for item in reader.outline]  # type: ignore[union-attr, arg-type]
    assert marks == [("Notice", 0), ("Exhibit A - Passport of Nguyễn", 1)]


def test_given_tabs_are_kept_and_the_rest_take_free_letters() -> None:
    packet = assemble(
        "K-1", "T", [part("one", "exhibit"), part("two", "exhibit", tab="A"), part("three", "exhibit")]
    )
    assert [entry.tab for entry in packet.manifest.entries] == ["B", "A", "C"]
    with pytest.raises(NotAssemblable, match="tab A is taken"):
        assemble("K-1", "T", [part("one", "exhibit", tab="A"), part("two", "exhibit", tab="A")])
    assert [tab_letters(number) for number in (1, 26, 27, 52, 53, 703)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]


_TWICE = """
import hashlib, sys, time
from datetime import datetime
if sys.argv[1] == "later":
    real = time.time
    time.time = lambda: real() + 40 * 86400
    time.localtime = lambda *_: time.gmtime(real() + 40 * 86400)
from casedesk.documents.assemble import Part, assemble
from casedesk.documents.render import text_to_pdf
from tests.unit.test_assemble import form, pdf, part
packet = assemble("K-1", "RFE response", [
    part("Notice", "notice"), part("Form", "form", form("José Ñandú 王", regenerate=True)),
    part("Photograph note", "exhibit", "año".encode(), kind="text"), part("Second", "exhibit")])
print(hashlib.sha256(packet.data).hexdigest())
"""


def test_another_day_and_another_process_give_the_same_bytes() -> None:
    seen = set()
    for day, seed, zone in (("today", "1", "UTC"), ("later", "77", "Asia/Tokyo")):
        run = subprocess.run(
            [sys.executable, "-c", _TWICE, day],
            env={
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "PATH": "",
                "PYTHONPATH": ":".join(filter(None, sys.path)),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(run.stdout.strip())
    assert len(seen) == 1
    assert len(seen.pop()) == 64


def test_different_documents_give_different_bytes_and_manifests() -> None:
    first = assemble("K-1", "T", [part("a", data=pdf("one"))])
    second = assemble("K-1", "T", [part("a", data=pdf("two"))])
    assert first.data != second.data
    assert manifest_sha256(first.manifest) != manifest_sha256(second.manifest)
    identifiers = [PdfReader(BytesIO(packet.data)).trailer["/ID"] for packet in (first, second)]
    assert identifiers[0] != identifiers[1]


@pytest.mark.parametrize("regenerate", [True, False])
def test_a_filled_value_without_a_picture_is_drawn(regenerate: bool) -> None:
    packet = assemble("K-1", "T", [part("form", "form", form("Nguyễn Thị Ánh", regenerate=regenerate))])
    assert "Nguyễn Thị Ánh" in page_texts(packet)[0]
    assert min(rendering(packet.data).crop((100, 72, 400, 92)).tobytes()) < 100


def test_a_value_with_its_picture_keeps_it_unless_the_form_says_it_is_stale() -> None:
    kept = assemble("K-1", "T", [part("form", "form", form("Value", drawn=True))])
    assert "DRAWN" in page_texts(kept)[0]
    assert "Value" not in page_texts(kept)[0]
    assert kept.warnings == ('form: page 1: the picture and the value of "Name" differ.',)
    assert assemble("K-1", "T", [part("form", "form", form("Drawn", drawn=True))]).warnings == ()
    fresh = assemble("K-1", "T", [part("form", "form", form("Value", drawn=True, regenerate=True))])
    assert "Value" in page_texts(fresh)[0]
    assert "DRAWN" not in page_texts(fresh)[0]


def test_two_forms_with_the_same_field_names_keep_their_own_values() -> None:
    packet = assemble(
        "K-1", "T", [part("one", "form", form("Rosa Ibarra")), part("two", "form", form("Luis Ibarra"))]
    )
    first, second = page_texts(packet)
    assert ("Rosa" in first, "Luis" in first) == (True, False)
    assert ("Rosa" in second, "Luis" in second) == (False, True)


def test_a_value_longer_than_its_box_is_shrunk_or_said_to_be_too_long() -> None:
    shrunk = assemble(
        "K-1", "T", [part("form", "form", form("A name of some forty letters, more or less " * 2))]
    )
    assert shrunk.warnings == ()
    too_long = assemble("K-1", "T", [part("form", "form", form("word " * 200))])
    assert too_long.warnings == ('form: page 1: the text of "Name" is longer than its box.',)


def test_a_value_in_several_lines_and_one_in_cells() -> None:
    lines = form(
        "first line\nsecond line",
        Ff=NumberObject(1 << 12),
        Rect=ArrayObject(map(FloatObject, (100, 600, 400, 720))),
    )
    text = page_texts(assemble("K-1", "T", [part("form", "form", lines)]))[0]
    assert "first line" in text
    assert "second line" in text
    cells = form("123456789", Ff=NumberObject(1 << 24), MaxLen=NumberObject(9))
    drawn = "".join(page_texts(assemble("K-1", "T", [part("form", "form", cells)]))[0].split())
    assert drawn == "123456789"


def test_a_hidden_value_does_not_go_out() -> None:
    packet = assemble("K-1", "T", [part("form", "form", form("secret", F=NumberObject(2)))])
    assert "secret" not in page_texts(packet)[0]


def test_a_character_no_font_has_is_reported_by_document() -> None:
    packet = assemble("K-1", "T", [part("form", "form", form("हि Rosa"))])
    assert packet.missing_glyphs == ("ह", "ि")
    assert packet.warnings == (
        "form: no font of ours has U+0939 U+093F; a replacement sign stands in its place.",
    )
    assert fonts.REPLACEMENT in page_texts(packet)[0]


@pytest.mark.parametrize(
    ("mark", "value", "marked", "warned"),
    [
        ("/Yes", "/Yes", True, False),
        ("/Off", "/Off", False, False),
        (None, "/Yes", True, True),
        ("/Off", "/Yes", True, True),
        ("/Yes", "/Off", True, True),
        (None, None, False, False),
    ],
)
def test_a_check_box_that_was_ticked_is_ticked_on_paper(
    mark: str | None, value: str | None, marked: bool, warned: bool
) -> None:
    packet = assemble("K-1", "T", [part("form", "form", check_box(mark, value))])
    assert is_marked(packet) is marked
    assert bool(packet.warnings) is warned


def test_a_ticked_box_without_any_picture_gets_a_cross() -> None:
    assert is_marked(assemble("K-1", "T", [part("form", "form", check_box("/Yes", "/Yes", pictured=False))]))
    assert not is_marked(
        assemble("K-1", "T", [part("form", "form", check_box("/Off", "/Off", pictured=False))])
    )


def test_pictures_lie_where_the_form_put_them() -> None:
    """An appearance with a matrix and a box of its own is fitted into its rectangle."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    picture = DecodedStreamObject()
    picture.set_data(b"0 g 10 10 5 10 re f")
    picture[NameObject("/BBox")] = ArrayObject(map(FloatObject, (10, 10, 20, 20)))
    picture[NameObject("/Matrix")] = ArrayObject(map(FloatObject, (0, 1, -1, 0, 0, 0)))
    stamp = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (100, 600, 200, 700))),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(picture)}),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])
    image = rendering(assemble("K-1", "T", [part("stamped", data=saved(writer))]).data)
    # Turned a quarter to the left, the left half of the picture becomes the lower half of the rectangle.
    assert image.getpixel((150, 792 - 625)) == 0
    assert image.getpixel((150, 792 - 675)) == 255
    assert image.getpixel((95, 792 - 625)) == 255


def annotated(subtype: str, **more: object) -> bytes:
    writer = PdfWriter()
    writer.append(BytesIO(pdf("Base")))
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject(subtype),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (100, 600, 120, 620))),
        }
    )
    for key, entry in more.items():
        note[NameObject(f"/{key}")] = entry
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return saved(writer)


def test_comments_and_attachments_stay_behind_and_are_counted() -> None:
    commented = annotated("/Text", Contents=TextStringObject("internal: weak point"))
    packet = assemble(
        "K-1", "T", [part("draft", data=commented), part("other", data=annotated("/FileAttachment"))]
    )
    assert packet.warnings == ("draft: 1 comment left out.", "other: 1 attachment or recording left out.")
    assert b"weak point" not in packet.data


def live_pdf() -> bytes:
    """A PDF with everything that acts: scripts, launches, attachments, XFA, actions, associated files."""
    writer = PdfWriter()
    writer.append(BytesIO(pdf("Live")))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('BOO')")}
    )
    writer.root_object[NameObject("/Names")] = DictionaryObject(
        {
            NameObject("/JavaScript"): DictionaryObject(
                {NameObject("/Names"): ArrayObject([TextStringObject("n"), script])}
            )
        }
    )
    writer.add_attachment("evil.exe", b"MZ-attachment")
    page = writer.pages[0]
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("LAUNCHED.exe")}
    )
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
    page[NameObject("/A")] = launch
    writer.root_object[NameObject("/OpenAction")] = launch
    xfa = DecodedStreamObject()
    xfa.set_data(b"<xdp>XFA-DATA</xdp>")
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/XFA"): writer._add_object(xfa)}
    )
    attached = DecodedStreamObject()
    attached.set_data(b"ASSOCIATED-FILE")
    attached[NameObject("/Type")] = NameObject("/EmbeddedFile")
    private = DecodedStreamObject()
    private.set_data(b"PRIVATE-DATA")
    picture = DecodedStreamObject()
    picture.set_data(b"0 0 1 1 re f")
    picture[NameObject("/Subtype")] = NameObject("/Form")
    picture[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, 1, 1)))
    picture[NameObject("/AF")] = ArrayObject([writer._add_object(attached)])
    picture[NameObject("/Parent")] = page.indirect_reference
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(picture)})
    resources[NameObject("/Properties")] = DictionaryObject(
        {NameObject("/P0"): DictionaryObject({NameObject("/AF"): writer._add_object(private)})}
    )
    return saved(writer)


def test_nothing_that_acts_embeds_or_points_elsewhere_gets_in() -> None:
    source = live_pdf()
    for trace in (b"BOO", b"MZ-attachment", b"LAUNCHED", b"XFA-DATA", b"ASSOCIATED-FILE", b"PRIVATE-DATA"):
        assert trace in source
    packet = assemble("K-1", "T", [part("live", data=source)])
    assert "Live page 1" in page_texts(packet)[0]
    for trace in (
        b"BOO",
        b"MZ-attachment",
        b"LAUNCHED",
        b"XFA-DATA",
        b"ASSOCIATED-FILE",
        b"PRIVATE-DATA",
        b"/JS",
        b"/JavaScript",
        b"/Launch",
        b"/AcroForm",
        b"/EmbeddedFile",
        b"/OpenAction",
        b"/AA ",
        b"/AF ",
        b"/Annots",
    ):
        assert trace not in packet.data, trace


def test_layers_print_as_their_print_state_says() -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    layers = []
    for name, state in (("Print only", "/ON"), ("Screen only", "/OFF")):
        usage = DictionaryObject(
            {NameObject("/Print"): DictionaryObject({NameObject("/PrintState"): NameObject(state)})}
        )
        layer = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/OCG"),
                NameObject("/Name"): TextStringObject(name),
                NameObject("/Usage"): usage,
            }
        )
        layers.append(writer._add_object(layer))
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Properties"): DictionaryObject(
                {NameObject("/L0"): layers[0], NameObject("/L1"): layers[1]}
            )
        }
    )
    content = DecodedStreamObject()
    content.set_data(b"/OC /L0 BDC 0 g 100 600 50 50 re f EMC /OC /L1 BDC 0 g 300 600 50 50 re f EMC")
    page[NameObject("/Contents")] = writer._add_object(content)
    event = DictionaryObject(
        {NameObject("/Event"): NameObject("/Print"), NameObject("/OCGs"): ArrayObject(layers)}
    )
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {
            NameObject("/OCGs"): ArrayObject(layers),
            NameObject("/D"): DictionaryObject(
                {
                    NameObject("/BaseState"): NameObject("/OFF"),
                    NameObject("/ON"): ArrayObject([layers[1]]),
                    NameObject("/AS"): ArrayObject([event]),
                }
            ),
        }
    )
    image = rendering(assemble("K-1", "T", [part("layered", data=saved(writer))]).data)
    assert image.getpixel((125, 792 - 625)) == 0
    assert image.getpixel((325, 792 - 625)) == 255


def test_turned_and_cropped_pages_stay_as_they_were() -> None:
    writer = PdfWriter()
    writer.append(BytesIO(pdf("Turned")))
    writer.pages[0].rotate(90)
    writer.pages[0].cropbox.upper_right = (500, 700)
    packet = assemble("K-1", "T", [part("turned", data=saved(writer))])
    page = PdfReader(BytesIO(packet.data)).pages[0]
    assert page.rotation == 90
    assert [float(side) for side in page.cropbox] == [0.0, 0.0, 500.0, 700.0]


def test_photographs_and_texts_become_pages() -> None:
    photo = BytesIO()
    Image.new("RGB", (40, 60), "grey").save(photo, "JPEG")
    packet = assemble(
        "K-1",
        "T",
        [
            part("Photo", "exhibit", photo.getvalue(), kind="jpeg"),
            part("Note", "exhibit", "plain words, año".encode(), kind="text"),
        ],
    )
    assert packet.manifest.pages == 4
    assert "plain words, año" in page_texts(packet)[3]


def encrypted(password: str) -> bytes:
    writer = PdfWriter()
    writer.append(BytesIO(pdf("Secret form")))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    return saved(writer)


def test_a_form_encrypted_with_an_empty_password_goes_in_readable() -> None:
    packet = assemble("K-1", "T", [part("form", data=encrypted(""))])
    reader = PdfReader(BytesIO(packet.data))
    assert not reader.is_encrypted
    assert "Secret form page 1" in reader.pages[0].extract_text()


def dangling() -> bytes:
    """A page whose contents are an object that is not there."""
    return pdf("Gone").replace(b"/Contents 4 0 R", b"/Contents 99 0 R")


def bomb() -> bytes:
    import zlib

    deflated = zlib.compress(zlib.compress(b" " * 120_000_000, 9), 9)
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    content = DecodedStreamObject()
    content.set_data(b"BOMB")
    page[NameObject("/Contents")] = writer._add_object(content)
    data = saved(writer)
    replaced = b"<<\n/Filter [/FlateDecode /FlateDecode]\n/Length %d\n>>\nstream\n%b\nendstream" % (
        len(deflated),
        deflated,
    )
    start = data.index(b"<<\n/Length 4\n>>")
    end = data.index(b"endstream", start) + len(b"endstream")
    return data[:start] + replaced + data[end:]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged"),
        (b"not a pdf at all", "damaged"),
        (pdf("cut", 3)[:3000], "damaged|missing"),
        (encrypted("word"), "locked with a password"),
        (pdf("lost", 3).replace(b"/Count 3", b"/Count 4"), "pages of it are missing"),
        (dangling(), "contents of page 1 are missing"),
        (bomb(), "unpacks to more"),
    ],
)
def test_a_document_that_cannot_go_in_is_named_with_the_next_step(data: bytes, reason: str) -> None:
    with pytest.raises(NotAssemblable, match=reason) as refused:
        assemble("K-1", "T", [part("good"), part("Marriage certificate", data=data)])
    assert refused.value.name == "Marriage certificate"
    assert refused.value.next.endswith(".")


@pytest.mark.parametrize("kind", ["docx", "heic", "xlsx"])
def test_a_file_without_pages_says_what_to_do(kind: str) -> None:
    with pytest.raises(NotAssemblable, match="photo") as refused:
        assemble("K-1", "T", [part("photo", data=b"x", kind=kind)])
    assert refused.value.next == "Save it as PDF and submit it again."


def test_a_dynamic_xfa_form_is_refused_and_not_filed_as_please_wait() -> None:
    writer = PdfWriter()
    writer.append(BytesIO(pdf("Please wait...")))
    writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    with pytest.raises(NotAssemblable, match="dynamic XFA"):
        assemble("K-1", "T", [part("xfa", data=saved(writer))])


def test_an_empty_packet_or_an_unknown_role_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        assemble("K-1", "T", [])
    with pytest.raises(ValueError, match="cover"):
        assemble("K-1", "T", [part("a", "cover")])


def test_the_child_gives_the_same_bytes_and_the_same_refusals() -> None:
    parts = [part("Notice", "notice"), part("Form", "form", form("हि")), part("Birth", "exhibit")]
    assert assemble_limited("K-1", "T", parts) == assemble("K-1", "T", parts)
    with pytest.raises(NotAssemblable, match="locked") as refused:
        assemble_limited("K-1", "T", [*parts, part("Locked one", data=encrypted("word"))])
    assert refused.value.name == "Locked one"


def test_the_child_dies_alone_and_the_culprit_is_named() -> None:
    with pytest.raises(NotAssemblable) as refused:
        assemble_limited("K-1", "T", [part("good"), part("bad", data=bomb())], memory_bytes=200 * 1024 * 1024)
    assert refused.value.name == "bad"
    with pytest.raises(NotAssemblable) as late:
        assemble_limited("K-1", "T", [part("good")], seconds=0.01)
    assert late.value.name == "good"


def golden() -> Manifest:
    entry = ManifestEntry("D-7", 2, "Acta de nacimiento, José", SHA, 0, 3, "exhibit", "A")
    return Manifest("K-3M9Q2A", (entry,), SHA, 1234, 9, "casedesk.assemble.1")


def test_the_manifest_has_one_spelling_for_ever() -> None:
    assert canonical_bytes(golden()) == (
        b'{"assembled_bytes":1234,"assembled_sha256":"'
        + SHA.encode()
        + b'","assembler":"casedesk.assemble.1",'
        b'"entries":[{"bytes":0,"document":"D-7","name":"Acta de nacimiento, Jos\\u00e9","pages":3,"role":"exhibit",'
        b'"sha256":"' + SHA.encode() + b'","tab":"A","version":2}],"format":"casedesk.manifest.1",'
        b'"packet":"K-3M9Q2A","pages":9}'
    )
    assert manifest_sha256(golden()) == hashlib.sha256(canonical_bytes(golden())).hexdigest()


def test_a_stored_manifest_reads_back_and_any_other_spelling_is_refused() -> None:
    stored = canonical_bytes(golden())
    assert parse_manifest(stored) == golden()
    for wrong in (
        stored + b" ",
        stored.replace(b'"pages":9', b'"pages": 9'),
        stored.replace(b"manifest.1", b"manifest.2"),
        stored.replace(b'"version":2', b'"version":2,"more":1'),
        stored.replace(b'"tab":"A",', b""),
        stored.replace(b'"role":"exhibit"', b'"role":"cover"'),
        stored.replace(SHA.encode(), b"00"),
        b"[]",
        b"{",
    ):
        with pytest.raises(ValueError):
            parse_manifest(wrong)
