"""Synthetic notices of the agency, and the papers that answer them. Every page says SYNTHETIC.

A notice carries the labels of the I-797 family, so that the desk reads it as it would read a real one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casedesk.documents.render import HEIGHT, WIDTH, new_pdf

if TYPE_CHECKING:
    from fpdf import FPDF

SYNTHETIC = "SYNTHETIC SAMPLE - no person, number or date in it is real"

FORM_TITLES = {
    "I-129": "Petition for a Nonimmigrant Worker",
    "I-130": "Petition for Alien Relative",
    "I-140": "Immigrant Petition for Alien Workers",
    "I-485": "Application to Register Permanent Residence or Adjust Status",
    "I-765": "Application for Employment Authorization",
    "I-918": "Petition for U Nonimmigrant Status",
    "N-400": "Application for Naturalization",
}

REQUESTED = {
    "I-129": (
        "A detailed description of the duties of the offered position, with the share of time for each duty.",
        "Evidence that the position requires a bachelor's degree or higher in a specific specialty.",
        "A copy of the beneficiary's most recent pay records and Form W-2.",
    ),
    "I-130": (
        "Evidence that you and the beneficiary live together, such as a lease or a mortgage with both names.",
        "Joint financial records, such as bank statements or insurance policies with both names.",
    ),
    "I-140": (
        "Evidence of the petitioner's ability to pay the proffered wage from the priority date on.",
        "Letters from former employers that describe the beneficiary's experience.",
    ),
    "I-485": (
        "A copy of your birth certificate with a certified English translation.",
        "Evidence of your inspection and admission or parole into the United States, such as Form I-94.",
        "A completed Form I-693, Report of Immigration Medical Examination and Vaccination Record.",
    ),
    "I-918": (
        "A personal statement that describes the harm you suffered as a result of the crime.",
        "A copy of the police report or other record of the criminal activity.",
    ),
    "N-400": (
        "A copy of your Permanent Resident Card, front and back.",
        "Certified tax transcripts for the last five years.",
        "Certified court dispositions for every arrest or citation.",
    ),
}
"""What a Request for Evidence of each form asks for."""


@dataclass(frozen=True)
class About:
    """What stands in a notice's frame. `receipt` has 13 characters; dates are the agency's."""

    receipt: str
    form: str
    name: str
    notice_date: date
    received_date: date
    a_number: str | None = None


def rfe(about: About, due: date) -> bytes:
    """A Request for Evidence, Form I-797E, with the answer due on `due`."""
    items = REQUESTED[about.form]
    frame = [*_frame(about), ("Response Due Date", _long(due))]
    pdf = _notice("I-797E", "REQUEST FOR EVIDENCE", frame)
    _say(
        pdf,
        f"USCIS received your Form {about.form} on {_long(about.received_date)}. Additional information is needed before "
        "a decision can be made.",
        "Please submit the following evidence:",
    )
    for number, item in enumerate(items, start=1):
        _item(pdf, f"{number}.", item)
    _say(
        pdf,
        "Place this notice on top of your response. Submit all requested materials at one time. Failure to respond to "
        "this request may result in the denial of your case.",
        "THIS NOTICE DOES NOT GRANT ANY IMMIGRATION STATUS OR BENEFIT.",
    )
    return bytes(pdf.output())


def receipt(about: About) -> bytes:
    """A receipt notice, Form I-797C."""
    pdf = _notice("I-797C", "RECEIPT NOTICE", _frame(about))
    _say(
        pdf,
        'This notice confirms that USCIS received your application or petition ("this case") as shown above. If any of '
        "the above information is incorrect, please call 800-375-5283.",
        "This notice does not grant any immigration status or benefit, nor is it evidence that this case is still "
        "pending.",
    )
    return bytes(pdf.output())


def biometrics(about: About, at: str) -> bytes:
    """An appointment at an Application Support Center, Form I-797C; `at` is day, hour and place in words."""
    pdf = _notice("I-797C", "ASC APPOINTMENT NOTICE", _frame(about))
    _say(
        pdf,
        "To process your application, USCIS must capture your biometrics. Please appear at the below Application Support "
        "Center at the date and time shown.",
        at,
        "Bring this notice and a photo identification. If you cannot attend, reschedule before the appointment.",
    )
    return bytes(pdf.output())


def letter(title: str, paragraphs: Sequence[str]) -> bytes:
    """A draft of the firm's own: a cover letter, marked DRAFT until it is signed off."""
    pdf = _sheet(title, f"DRAFT - {SYNTHETIC}")
    pdf.set_font("helvetica", "B", 13)
    pdf.multi_cell(0, 18, title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)
    _say(pdf, *paragraphs)
    return bytes(pdf.output())


def scan(*lines: str) -> bytes:
    """A photograph of a paper, as clients send them: a PNG of 600 by 780 pixels."""
    from PIL import Image, ImageDraw

    page = Image.new("L", (600, 780), 244)
    draw = ImageDraw.Draw(page)
    draw.rectangle((24, 24, 576, 756), outline=120)
    draw.text((48, 48), SYNTHETIC, fill=90)
    for row, line in enumerate(lines):
        draw.text((48, 110 + 28 * row), line, fill=20)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _frame(about: About) -> list[tuple[str, str]]:
    number = about.receipt
    name = about.name if about.a_number is None else f"{about.a_number} {about.name}"
    return [
        ("Receipt Number", f"{number[:3]}-{number[3:5]}-{number[5:8]}-{number[8:]}"),
        ("Case Type", f"{about.form.replace('-', '')} - {FORM_TITLES[about.form].upper()}"),
        ("Received Date", _long(about.received_date)),
        ("Notice Date", _long(about.notice_date)),
        ("Petitioner" if about.form in ("I-129", "I-130", "I-140") else "Applicant", name.upper()),
    ]


def _notice(code: str, title: str, frame: Sequence[tuple[str, str]]) -> FPDF:
    pdf = _sheet(title, SYNTHETIC)
    _say(
        pdf,
        f"Department of Homeland Security\nU.S. Citizenship and Immigration Services\n{code}, Notice of Action",
    )
    pdf.set_font("helvetica", "B", 13)
    pdf.multi_cell(0, 18, title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    for label, value in frame:
        pdf.set_font("helvetica", "B", 10)
        pdf.cell(130, 17, label, border=1)
        pdf.set_font("helvetica", "", 10)
        pdf.cell(0, 17, value, border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    return pdf


def _sheet(title: str, foot: str) -> FPDF:
    # The sheet's own fonts: nothing is embedded, so that a notice is made in milliseconds.
    pdf = new_pdf(title, "en")
    pdf.set_margins(60, 54, 60)
    pdf.add_page()
    pdf.set_font("helvetica", "", 7)
    pdf.text(60, HEIGHT - 36, foot)
    pdf.text(WIDTH - 110, HEIGHT - 36, "Page 1 of 1")
    return pdf


def _say(pdf: FPDF, *paragraphs: str) -> None:
    pdf.set_font("helvetica", "", 10)
    for words in paragraphs:
        pdf.multi_cell(0, 13, words, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(7)


def _item(pdf: FPDF, marker: str, words: str) -> None:
    pdf.set_font("helvetica", "", 10)
    pdf.set_x(74)
    pdf.cell(22, 13, marker)
    pdf.multi_cell(0, 13, words, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _long(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
