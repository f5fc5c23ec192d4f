"""DOCX files as word processors write them, and as those who mean harm do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def part(body: str, root: str = "document", *, space: str = WORD, before: str = "") -> str:
    """One part of the file: what stands in its root."""
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:{root} xmlns:w="{space}" {compatible}>{body}</w:{root}>'


def run(words: str, properties: str = "", tag: str = "t") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:{tag} xml:space="preserve">{words}</w:{tag}></w:r>'


def paragraph(*inside: str) -> str:
    return f"<w:p>{''.join(run(each) if not each.startswith('<') else each for each in inside)}</w:p>"


def inserted(words: str) -> str:
    return f'<w:ins w:id="1" w:author="Ana" w:date="2026-11-09T10:00:00Z">{run(words)}</w:ins>'


def deleted(words: str) -> str:
    return f'<w:del w:id="2" w:author="Ana" w:date="2026-11-09T10:00:00Z">{run(words, tag="delText")}</w:del>'


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in cells)}</w:tr>"


def docx(*paragraphs: str, parts: Mapping[str, str | bytes] = {}, space: str = WORD) -> bytes:
    """A DOCX whose body has these; what is no element is a paragraph of words. `parts` are added, or put in place."""
    body = "".join(each if each.startswith("<") else paragraph(each) for each in paragraphs)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": part(f"<w:body>{body}</w:body>", space=space),
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()
