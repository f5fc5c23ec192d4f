"""Spreadsheets as law firms keep them: the messy one of the mission, and others as a test wants them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

HEADINGS = (
    "Client Name",
    "A #",
    "Case Type",
    "Forms",
    "Receipt #s",
    "Language",
    "DOB",
    "RFE due",
    "Phone",
    "Paralegal",
    "Notes",
)

FIRST: Sequence[Sequence[Any]] = (
    # Row 1 is a title, row 2 empty, row 3 the headings: the rows below begin at 4.
    (
        "Rosa Ibáñez Ñandú",
        78451236,
        "AOS",
        "I-130; I-485",
        "IOE0912345678, IOE-09-123-45679",
        "Spanish",
        "1988-03-04",
        46356,
        "+1 212 555 0101",
        "mduarte",
        "call after 5",
    ),
    (
        "王 秀英",
        "A078-451-237",
        "I-485",
        "I-485",
        "EAC2690123456",
        "Chinese",
        date(1979, 5, 6),
        "11/30/26",
        "212-555-0102",
        "Maria Duarte",
        "",
    ),
    (
        "Nguyễn Văn An",
        "A 078 451 238",
        "naturalization",
        "",
        "",
        "Vietnamese",
        "5/6/79",
        "30-Nov-26",
        2125550103,
        "",
        "",
    ),
    ("Omar Haddad", "", "asylum", "", "", "Arabic", "", "TBD", "", "", ""),
    (
        "Ana Pérez",
        "78451239",
        "family petition",
        "I-130",
        "IOE0912345680; pending",
        "es",
        "",
        "=H4+30",
        "",
        "nobody",
        "",
    ),
    ("José Cruz", "", "daca", "", "IOE0912345681\nIOE0912345682", "Klingon!", "", "", "", "", ""),
    ("Maria Lopez", "", "u visa", "", "", "es", "", "", "", "", ""),
    ("Maria Lopez", "", "u visa", "", "", "es", "", "", "", "", "the same?"),
    ("=1+1", "78451240", "asylum", "", "", "en", "", "", "", "", ""),
    ("Li Na", "12", "asylum", "", "", "en", "", "", "", "", ""),
    ("Ivan Petrov", "", "", "", "", "ru", "", "", "", "", ""),
)

SECOND: Sequence[Sequence[Any]] = (
    ("Apellidos", "Nombres", "A Number", "Matter Type", "Hearing", "Idioma"),
    ("Okonkwo", "Chidi", "A078451241", "removal defense", "02/10/2027", "English"),
    ("Díaz", "Luz", None, "asylum", "13.12.2026", "Español"),
    ("Kim", "Min-jun", None, "e2", "04/05/27", "Korean"),
)


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """An XLSX file of these sheets, in their order."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def messy() -> bytes:
    """Two sheets of clients and one of something else: numbers as text and text as numbers, days in five ways, a
    formula, two identical people, a name with a tilde and one in Chinese."""
    return workbook(
        {
            "Clients 2026": [("Open matters, Reyes LLP",), (), HEADINGS, *FIRST],
            "Corte": SECOND,
            "To do": [("buy paper",), ("call the landlord",)],
        }
    )
