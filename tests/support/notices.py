"""Synthetic notices in many layouts, as PDF bytes that are the same every time.

The wording follows the labels of the public I-797 family; every person is invented and every page says SYNTHETIC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from fpdf import FPDF

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

DATE_FORMATS: dict[str, Callable[[date], str]] = {
    "long": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "short_month": lambda day: f"{MONTHS[day.month - 1][:3]}. {day.day}, {day.year}",
    "slashes": lambda day: f"{day.month:02}/{day.day:02}/{day.year}",
    "short_slashes": lambda day: f"{day.month}/{day.day}/{day.year % 100:02}",
    "military": lambda day: f"{day.day:02} {MONTHS[day.month - 1][:3].upper()} {day.year}",
    "iso": lambda day: day.isoformat(),
    "capitals": lambda day: f"{MONTHS[day.month - 1].upper()} {day.day}, {day.year}",
}

RECEIPT_FORMATS: dict[str, Callable[[str], str]] = {
    "plain": lambda number: number,
    "dashes": lambda number: f"{number[:3]}-{number[3:5]}-{number[5:8]}-{number[8:]}",
    "spaces": lambda number: f"{number[:3]} {number[3:7]} {number[7:10]} {number[10:]}",
    "one_dash": lambda number: f"{number[:3]}-{number[3:]}",
    "ocr": lambda number: number[:3] + number[3:].replace("0", "O", 1).replace("1", "l", 1),
}

DEFAULT_ITEMS = (
    "A copy of your birth certificate issued by the civil authority of your place of birth, with a certified English "
    "translation.",
    "Evidence of your inspection and admission or parole into the United States, such as a copy of your Form I-94.",
    "A completed Form I-693, Report of Immigration Medical Examination and Vaccination Record, in a sealed envelope.",
)

MARKERS: dict[str, Callable[[int], str]] = {
    "number": lambda at: f"{at + 1}.",
    "parenthesis": lambda at: f"({at + 1})",
    "letter": lambda at: f"{chr(97 + at)}.",
    "bullet": lambda at: "\xb7",
    "dash": lambda at: "-",
}

NOT_A_BENEFIT = "THIS NOTICE DOES NOT GRANT ANY IMMIGRATION STATUS OR BENEFIT."


@dataclass(frozen=True)
class Notice:
    """What a layout prints: headings, the frame's labels with values, paragraphs, and the list if there is one."""

    code: str
    title: str
    frame: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    items: tuple[str, ...]
    after: tuple[str, ...]
    due: tuple[tuple[str, str], ...] = ()
    marker: str = "number"
    letter_opening: tuple[str, ...] = ()
    date_line: str = ""
    extra: tuple[str, ...] = field(default=())


class _Page(FPDF):
    def __init__(self, code: str, *, size: float = 10) -> None:
        super().__init__(format="letter", unit="pt")
        self.code = code
        self.set_creation_date(datetime(2020, 1, 1, tzinfo=UTC))
        self.set_margins(54, 50, 54)
        self.set_auto_page_break(True, 60)
        self.size = size
        self.add_page()
        self.face()

    def face(self, *, bold: bool = False, size: float | None = None) -> None:
        self.set_font("helvetica", "B" if bold else "", size or self.size)

    def footer(self) -> None:
        self.set_y(-40)
        self.set_font("helvetica", "", 7)
        self.cell(250, 10, f"Form {self.code} (Rev. 08/31/16)   SYNTHETIC SAMPLE")
        self.cell(0, 10, f"Page {self.page_no()} of 2", align="R")

    def header_block(self) -> None:
        self.face(bold=True)
        self.say("Department of Homeland Security")
        self.say("U.S. Citizenship and Immigration Services")
        self.say(f"{self.code}, Notice of Action")
        self.ln(6)

    def say(self, text: str, *, align: str = "L", bold: bool = False, size: float | None = None) -> None:
        self.face(bold=bold, size=size)
        self.multi_cell(0, (size or self.size) * 1.25, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def para(self, text: str, *, align: str = "J") -> None:
        self.say(text, align=align)
        self.ln(self.size * 0.6)

    def listed(self, notice: Notice) -> None:
        for at, item in enumerate(notice.items):
            self.face()
            self.set_x(self.l_margin + 14)
            self.cell(22, self.size * 1.25, MARKERS[notice.marker](at))
            self.multi_cell(0, self.size * 1.25, item, align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(2)
        if notice.items:
            self.ln(self.size * 0.5)

    def body(self, notice: Notice) -> None:
        for text in notice.before:
            self.para(text)
        self.listed(notice)
        for text in (*notice.after, *notice.extra):
            self.para(text)


def _grid(pdf: _Page, pairs: Sequence[tuple[str, str]], columns: int, *, border: int = 1) -> None:
    width = pdf.epw / columns
    for start in range(0, len(pairs), columns):
        row = pairs[start : start + columns]
        top = pdf.get_y()
        lowest = top
        for at, (label, value) in enumerate(row):
            left = pdf.l_margin + at * width
            pdf.set_xy(left, top)
            pdf.face(bold=True, size=pdf.size - 1)
            pdf.cell(width, pdf.size * 1.3, label)
            pdf.set_xy(left, top + pdf.size * 1.3)
            pdf.face()
            pdf.multi_cell(width, pdf.size * 1.25, value, align="L")
            lowest = max(lowest, pdf.get_y())
        if border:
            for at in range(len(row)):
                pdf.rect(pdf.l_margin + at * width, top, width, lowest - top + 3)
        pdf.set_xy(pdf.l_margin, lowest + 3)
    pdf.ln(8)


def _lines(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=13)
    pdf.ln(6)
    for label, value in (*notice.frame, *notice.due):
        pdf.say(f"{label}: {value}")
    pdf.ln(8)
    pdf.body(notice)
    return pdf


def _boxed(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title, bold=True, align="C", size=14)
    _grid(pdf, notice.frame, 3)
    pdf.body(notice)
    if notice.due:
        _grid(pdf, notice.due, 2)
    return pdf


def _columns(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=13)
    pdf.ln(6)
    half = (len(notice.frame) + 1) // 2
    top = pdf.get_y()
    for side, pairs in enumerate((notice.frame[:half], notice.frame[half:])):
        pdf.set_y(top)
        for label, value in pairs:
            pdf.set_x(pdf.l_margin + side * 260)
            pdf.face(bold=True)
            pdf.cell(100, 14, f"{label}:")
            pdf.face()
            pdf.cell(150, 14, value[:30], new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(top + 14 * half + 10)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}", bold=True)
    pdf.body(notice)
    return pdf


def _letter(notice: Notice) -> _Page:
    pdf = _Page(notice.code, size=11)
    pdf.say("U.S. Department of Homeland Security")
    pdf.say("U.S. Citizenship and Immigration Services")
    pdf.ln(14)
    pdf.say(notice.date_line)
    pdf.ln(14)
    for text in notice.letter_opening:
        pdf.say(text)
    pdf.ln(10)
    pdf.say(notice.title, bold=True)
    pdf.ln(8)
    pdf.para("Dear Sir or Madam:")
    pdf.body(notice)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}", bold=True)
    return pdf


def _second_page(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=13)
    pdf.ln(8)
    pdf.body(notice)
    pdf.add_page()
    _grid(pdf, notice.frame, 3)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}", bold=True)
    return pdf


def _broken(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=13)
    pdf.ln(4)
    for label, value in (*notice.frame, *notice.due):
        top = pdf.get_y()
        pdf.face(bold=True)
        pdf.multi_cell(70, 12, "\n".join(label.rsplit(" ", 1)), align="L", new_x="RIGHT", new_y="TOP")
        pdf.set_xy(pdf.l_margin + 90, top)
        pdf.face()
        pdf.multi_cell(300, 12, value, align="L")
        pdf.set_xy(pdf.l_margin, top + 32)
    pdf.body(notice)
    return pdf


def _capitals(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    pdf.say(notice.title.upper(), bold=True, size=12)
    _grid(pdf, [(label.upper(), value) for label, value in notice.frame], 2, border=0)
    for label, value in notice.due:
        pdf.say(f"{label.upper()} {value}", bold=True)
    pdf.ln(6)
    for text in notice.before:
        pdf.para(text.upper(), align="L")
    pdf.listed(notice)
    for text in (*notice.after, *notice.extra):
        pdf.para(text.upper(), align="L")
    return pdf


def _table(notice: Notice) -> _Page:
    pdf = _Page(notice.code, size=9)
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=12)
    for label, value in (*notice.frame, *notice.due):
        pdf.face(bold=True)
        pdf.cell(130, 16, label, border=1)
        pdf.face()
        pdf.cell(0, 16, value, border=1, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)
    pdf.body(notice)
    return pdf


def _small(notice: Notice) -> _Page:
    pdf = _Page(notice.code, size=6.5)
    pdf.header_block()
    _grid(pdf, notice.frame, 4)
    pdf.say(f"Notice Type: {notice.title}", bold=True)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}")
    pdf.body(notice)
    return pdf


def _due_later(notice: Notice) -> _Page:
    pdf = _Page(notice.code)
    pdf.header_block()
    _grid(pdf, notice.frame, 2)
    pdf.say(notice.title, bold=True, align="C", size=12)
    for text in notice.before:
        pdf.para(text)
    pdf.listed(notice)
    pdf.add_page()
    for text in (*notice.after, *notice.extra):
        pdf.para(text)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}", bold=True)
    return pdf


def _cover(notice: Notice) -> _Page:
    pdf = _Page("cover sheet", size=12)
    pdf.say("HOJA DE PORTADA - MUESTRA SINT\xc9TICA", bold=True)
    pdf.para(
        "Adjunto encontrar\xe1 el aviso que recibi\xf3 nuestra clienta por correo. Por favor ll\xe1menme."
    )
    pdf.code = notice.code
    pdf.size = 10
    pdf.add_page()
    pdf.header_block()
    pdf.say(notice.title, bold=True, size=13)
    _grid(pdf, notice.frame, 3)
    for label, value in notice.due:
        pdf.say(f"{label}: {value}", bold=True)
    pdf.body(notice)
    return pdf


def _header_row(notice: Notice) -> _Page:
    pdf = _Page(notice.code, size=9)
    pdf.say("THE UNITED STATES OF AMERICA", bold=True, align="C")
    pdf.say(f"{notice.code} | NOTICE OF ACTION | U.S. CITIZENSHIP AND IMMIGRATION SERVICES", align="C")
    pdf.ln(4)
    pdf.say(notice.title, bold=True, align="C", size=12)
    for pairs in (notice.frame[:3], notice.frame[3:6], (*notice.frame[6:], *notice.due)):
        if not pairs:
            continue
        width = pdf.epw / len(pairs)
        pdf.face(bold=True)
        for label, _ in pairs:
            pdf.cell(width, 13, label, border=1, align="C")
        pdf.ln()
        pdf.face()
        for _, value in pairs:
            pdf.cell(width, 13, value[:34], border=1, align="C")
        pdf.ln()
    pdf.ln(6)
    pdf.body(notice)
    return pdf


LAYOUTS: dict[str, Callable[[Notice], _Page]] = {
    "lines": _lines,
    "boxed": _boxed,
    "columns": _columns,
    "letter": _letter,
    "second_page": _second_page,
    "broken": _broken,
    "capitals": _capitals,
    "table": _table,
    "small": _small,
    "due_later": _due_later,
    "cover": _cover,
    "header_row": _header_row,
}


def _frame(
    *,
    receipt: str,
    form: str,
    form_title: str,
    notice_date: str,
    received_date: str,
    priority_date: str | None,
    name: str,
    role: str,
    a_number: str | None,
) -> tuple[tuple[str, str], ...]:
    pairs = [
        ("Receipt Number", receipt),
        ("Case Type", f"{form.replace('-', '')} - {form_title.upper()}"),
        ("Received Date", received_date),
        ("Notice Date", notice_date),
        (role, f"{a_number} {name}" if a_number else name),
    ]
    if priority_date is not None:
        pairs.insert(3, ("Priority Date", priority_date))
    return tuple(pairs)


def make_rfe(
    *,
    layout: str = "boxed",
    receipt: str = "IOE0912345678",
    receipt_format: str = "dashes",
    notice_date: date = date(2026, 11, 2),
    due: date | None = date(2027, 1, 28),
    due_wording: str = "label",
    received_date: date = date(2026, 3, 9),
    priority_date: date | None = None,
    items: Sequence[str] = DEFAULT_ITEMS,
    marker: str = "number",
    name: str = "IBARRA, ROSA",
    role: str = "Applicant",
    a_number: str | None = "A078 451 236",
    form: str = "I-485",
    form_title: str = "Application to Register Permanent Residence or Adjust Status",
    date_format: str = "long",
    title: str = "REQUEST FOR EVIDENCE",
    extra: Sequence[str] = (),
) -> bytes:
    """An I-797E. `due_wording`: `label`, `sentence`, `both`, or `period` (days only, no printed date)."""
    say = DATE_FORMATS[date_format]
    number = RECEIPT_FORMATS[receipt_format](receipt)
    frame = _frame(
        receipt=number,
        form=form,
        form_title=form_title,
        notice_date=say(notice_date),
        received_date=say(received_date),
        priority_date=say(priority_date) if priority_date else None,
        name=name,
        role=role,
        a_number=a_number,
    )
    after = [
        "Place this notice on top of your response. Submit all requested materials at one time. "
        "Failure to respond to this request may result in the denial of your case.",
        f"On {say(date(2019, 5, 6))}, a petition with receipt number LIN1990055555 was approved for you. If you claim "
        f"section 245(i), show that a petition was filed on or before {say(date(2001, 4, 30))}. {NOT_A_BENEFIT}",
    ]
    due_pairs: tuple[tuple[str, str], ...] = ()
    if due is not None and due_wording in {"label", "both"}:
        due_pairs = (("Response Due Date", say(due)),)
    if due is not None and due_wording in {"sentence", "both"}:
        after.insert(
            0,
            f"Your response must be received in this office, with all requested evidence, on or before {say(due)}.",
        )
    if due_wording == "period":
        after.insert(
            0,
            "You must submit the requested information within eighty-four (84) days from the date of this notice.",
        )
    notice = Notice(
        code="I-797E",
        title=title,
        frame=frame,
        before=(
            f"USCIS received your Form {form} on {say(received_date)}. Additional information is needed before a "
            "decision can be made. The evidence you sent is not sufficient. Although your petition has been approved, "
            "visa availability and eligibility must be shown again.",
            "Please submit the following evidence:",
        ),
        items=tuple(items),
        after=tuple(after),
        due=due_pairs,
        marker=marker,
        letter_opening=(
            f"{name}",
            "1200 Example Street, Springfield, IL 62701",
            "",
            f"RE: Form {form}, Receipt Number: {number}",
        ),
        date_line=say(notice_date),
        extra=tuple(extra),
    )
    return bytes(LAYOUTS[layout](notice).output())


def make_receipt(
    *,
    layout: str = "boxed",
    receipt: str = "IOE0912345678",
    receipt_format: str = "plain",
    notice_date: date = date(2026, 3, 12),
    received_date: date = date(2026, 3, 9),
    priority_date: date | None = None,
    name: str = "IBARRA, ROSA",
    role: str = "Applicant",
    a_number: str | None = "A078 451 236",
    form: str = "I-485",
    form_title: str = "Application to Register Permanent Residence or Adjust Status",
    date_format: str = "long",
    title: str = "Receipt Notice",
    extra: Sequence[str] = (),
) -> bytes:
    """An I-797C receipt."""
    say = DATE_FORMATS[date_format]
    number = RECEIPT_FORMATS[receipt_format](receipt)
    notice = Notice(
        code="I-797C",
        title=title,
        frame=_frame(
            receipt=number,
            form=form,
            form_title=form_title,
            notice_date=say(notice_date),
            received_date=say(received_date),
            priority_date=say(priority_date) if priority_date else None,
            name=name,
            role=role,
            a_number=a_number,
        ),
        before=(
            NOT_A_BENEFIT,
            'This notice confirms that USCIS received your application or petition ("this case") as shown above. '
            "If any of the above information is incorrect, please immediately call 800-375-5283.",
        ),
        items=(),
        after=(
            "Amount received: $1,440.00. This notice does not grant any immigration status or benefit, nor is it "
            "evidence that this case is still pending.",
            "If we need more from you, we will send a Request for Evidence. If this case has been approved or denied, "
            "you will be notified. We will notify you separately about any other case you filed, such as "
            "receipt number MSC2190054321.",
        ),
        letter_opening=(
            f"{name}",
            "1200 Example Street, Springfield, IL 62701",
            "",
            f"RE: Form {form}, Receipt Number: {number}",
        ),
        date_line=say(notice_date),
        extra=tuple(extra),
    )
    return bytes(LAYOUTS[layout](notice).output())
