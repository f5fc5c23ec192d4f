"""Notices the recogniser was not written against: other drawing orders, other frames, other wordings; and traps.

Every sample carries what a careful paralegal would read from it. People, companies and numbers are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casedesk.models.enums import DocumentKind
from tests.support.unseen_paper import Manner, Paper


@dataclass(frozen=True)
class Truth:
    """What is to be read; `items` are the papers asked for, sub-items within their item."""

    kind: DocumentKind
    receipt: str | None = None
    notice_date: date | None = None
    due: tuple[date, ...] = ()
    form: str | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    name: str
    pdf: bytes
    truth: Truth


@dataclass(frozen=True)
class Matter:
    """One matter's notice: the form, its people, what is asked for. An item may carry sub-items."""

    form: str
    printed_form: str
    title: str
    petitioner: str
    beneficiary: str
    alien: str
    items: tuple[tuple[str, tuple[str, ...]], ...]
    story: str


MATTERS = (
    Matter(
        "I-129",
        "I-129, Petition for a Nonimmigrant Worker",
        "PETITION FOR A NONIMMIGRANT WORKER",
        "LARKSPUR ROBOTICS, INC.",
        "OYELARAN, TUNDE",
        "A 204 118 773",
        (
            (
                "A detailed statement of the duties of the offered position, the percentage of time spent on each duty, "
                "and the minimum education required to perform it.",
                (),
            ),
            (
                "Evidence that the position is a specialty occupation, which may include:",
                (
                    "job postings of similar companies in your industry;",
                    "letters from industry associations.",
                ),
            ),
            (
                "Copies of the beneficiary's diploma and transcripts, with an evaluation of foreign credentials.",
                (),
            ),
            ("An organizational chart showing the reporting lines of the proffered position", ()),
        ),
        "You filed this petition to classify the beneficiary as an H-1B temporary worker in a specialty occupation.",
    ),
    Matter(
        "I-130",
        "Form I-130, Petition for Alien Relative",
        "PETITION FOR ALIEN RELATIVE",
        "Marchetti, Elena",
        "Sousa, Rafael",
        "A219-447-010",
        (
            ("Joint bank account statements covering the period of your marriage.", ()),
            ("A lease, deed or mortgage that names both you and the beneficiary.", ()),
            (
                "Two affidavits of people who know your marriage at first hand. Each affidavit must give the full name, "
                "address, date and place of birth of the person who makes it.",
                (),
            ),
            ("Photographs of you and the beneficiary together, with dates and places noted on the back.", ()),
            ("Certified copy of the divorce decree that ended the beneficiary's first marriage", ()),
        ),
        "You seek to classify the beneficiary as the spouse of a citizen under section 201(b) of the Act.",
    ),
    Matter(
        "I-140",
        "I140 IMMIGRANT PETITION FOR ALIEN WORKER",
        "IMMIGRANT PETITION FOR ALIEN WORKER",
        "Halvorsen Orchards LLC",
        "Quispe Mamani, Nestor",
        "A098 765 432",
        (
            ("Annual reports, federal tax returns or audited financial statements for 2024 and 2025.", ()),
            (
                "Letters from former employers that state:",
                (
                    "the name, address and title of the writer;",
                    "a specific description of the duties performed;",
                    "the dates of employment.",
                ),
            ),
            ("Copies of the beneficiary's Forms W-2 for each year since the priority date.", ()),
        ),
        "The petition rests on a labor certification accepted on April 14, 2024, which is the priority date.",
    ),
    Matter(
        "I-765",
        "I-765 Application for Employment Authorization",
        "APPLICATION FOR EMPLOYMENT AUTHORIZATION",
        "",
        "NGUYEN THI HOA",
        "A087654321",
        (
            ("Two identical color passport-style photographs taken within 30 days of filing.", ()),
            ("A copy of your last Employment Authorization Document, front and back.", ()),
            ("Evidence that your Form I-485 is still pending.", ()),
        ),
        "You asked for employment authorization under category (c)(9).",
    ),
    Matter(
        "N-400",
        "N400, Application For Naturalization",
        "APPLICATION FOR NATURALIZATION",
        "",
        "Abdullahi, Farah",
        "A# 061-223-984",
        (
            ("Certified court dispositions for every arrest you listed in Part 9.", ()),
            ("IRS tax transcripts for the last five years", ()),
            (
                "Evidence of child support payments:",
                ("the court order;", "proof of payment, such as canceled checks or a state agency printout."),
            ),
            ("Proof of registration with Selective Service or a status information letter.", ()),
        ),
        "You were interviewed on August 19, 2026 at the field office.",
    ),
)

_MONTHS = [
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
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _ordinal(number: int) -> str:
    return f"{number}{'th' if 10 < number % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


DATES: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{_MONTHS[day.month - 1]} {_ordinal(day.day)}, {day.year}",
    lambda day: f"{day.month:02}-{day.day:02}-{day.year}",
    lambda day: f"{_MONTHS[day.month - 1][:3]} {day.day} {day.year}",
    lambda day: f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{day.month:02}/{day.day:02}/{day.year}",
    lambda day: f"{_MONTHS[day.month - 1]} {day.day:02}, {day.year}",
    lambda day: f"{_MONTHS[day.month - 1][:3].upper()} {day.day:02}, {day.year}",
    lambda day: f"{day.day:02}-{_MONTHS[day.month - 1][:3]}-{day.year}",
    lambda day: f"the {_ordinal(day.day)} day of {_MONTHS[day.month - 1]}, {day.year}",
    lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
)
PLAIN_DATES = DATES[:9]

RECEIPTS: tuple[tuple[str, str], ...] = (
    ("EAC-26-012-34567", "EAC2601234567"),
    ("IOE 09-1234-5678", "IOE0912345678"),
    ("IOE0931 557 204", "IOE0931557204"),
    ("WAC 26 044 50123", "WAC2604450123"),
    ("SRC-26-101-50077", "SRC2610150077"),
    ("LIN2690233118", "LIN2690233118"),
    ("MSC-26-9-077-1142", "MSC2690771142"),
    ("IOE-0944120087", "IOE0944120087"),
    ("NBC*26*021*44190", "NBC2602144190"),
    ("YSC-26-902-11765", "YSC2690211765"),
    ("I0E 0912 345 67O", "IOE0912345670"),
)

RECEIPT_LABELS = (
    "Receipt #",
    "Case Number",
    "Receipt No.:",
    "RECEIPT NUMBER",
    "Receipt Number:",
    "Case Receipt No",
    "USCIS Receipt #:",
)

DUE_LABELS = (
    "DUE DATE: ",
    "Response Due: ",
    "RESPONSE DUE DATE ",
    "Respond no later than: ",
    "Your response is due by: ",
    "Deadline to Respond: ",
    "RFE Response Deadline: ",
    "Reply By: ",
)
DUE_SENTENCES = (
    "Your response must be received in this office by {day}.",
    "We must receive everything listed above on or before {day}, or we will decide on the record.",
    "You must submit the requested evidence no later than {day}. No extension of this period may be granted.",
    "Please ensure that your complete response reaches this office by close of business on {day}.",
    "You have until {day} to answer this request.",
    "The deadline for submitting your response is {day}; see 8 CFR 103.2(b)(8)(iv).",
    "Your evidence, together with this notice on top, is due at the address below not later than {day}.",
    "This office must have your response in hand by 5:00 p.m. on {day}.",
    "Responses received after {day} will not be considered.",
    "USCIS must receive your response to this RFE by {day}, as explained below.",
)
PERIOD_SENTENCE = (
    "You must respond within 84 days of the date of this notice (87 days if the notice was mailed to you)."
)

MARKERS: tuple[Callable[[int], str], ...] = (
    lambda at: f"{at + 1}.",
    lambda at: f"{('I', 'II', 'III', 'IV', 'V', 'VI')[at]}.",
    lambda at: f"{chr(65 + at)}.",
    lambda at: "•",
    lambda at: f"({chr(97 + at)})",
    lambda at: f"{at + 1})",
    lambda at: "–",
    lambda at: f"({('i', 'ii', 'iii', 'iv', 'v', 'vi')[at]})",
    lambda at: f"Item {at + 1}:",
    lambda at: "*",
)
INTROS = (
    "Please submit the following evidence:",
    "To continue, USCIS needs the documents listed here.",
    "Provide each of the following:",
    "EVIDENCE REQUESTED",
    "You did not include sufficient evidence. Therefore, you must send:",
    "The following is required to establish eligibility:",
)
PLACE = "PLACE THIS COVERSHEET ON TOP OF YOUR RESPONSE. Submit all of the requested materials together at one time."
FAILURE = (
    "If you submit only some of the requested evidence, USCIS will decide on the record. Failure to submit evidence "
    "that closes a material line of inquiry is a ground for denying the benefit request."
)
DISCLAIMER = "THIS NOTICE DOES NOT GRANT ANY IMMIGRATION STATUS OR BENEFIT."
OFFICE_BLOCK = (
    "Texas Service Center",
    "U.S. CITIZENSHIP & IMMIGRATION SVC",
    "6046 N Belt Line Rd STE 172",
    "Irving TX 75038-0015",
)
LAWYER = (
    "c/o MIRIAM OKONKWO-STRAND",
    "STRAND & OKONKWO PLLC",
    "4410 BIRCH HOLLOW RD STE 9",
    "SPRINGFIELD IL 62704",
)


@dataclass(frozen=True)
class Plan:
    """What one sample prints: the choices that differ between samples."""

    matter: Matter
    receipt: str
    notice: date
    due: date
    say: Callable[[date], str]
    label: str
    due_label: str | None
    due_sentence: str | None
    marker: Callable[[int], str]
    intro: str

    @property
    def due_day(self) -> str:
        return self.say(self.due)

    @property
    def notice_day(self) -> str:
        return self.say(self.notice)

    @property
    def sentence(self) -> str:
        return (self.due_sentence or PERIOD_SENTENCE).format(day=self.due_day)


def _label(label: str) -> str:
    return label if label.endswith((":", "#", "# ")) else f"{label}:"


def _list(paper: Paper, plan: Plan, *, indent: float = 0, hang: float = 24, bold_first: bool = False) -> None:
    for at, (item, below) in enumerate(plan.matter.items):
        sign = plan.marker(at)
        step = max(hang, 8 + 5.6 * len(sign))
        paper.put(sign, paper.left + indent, bold=bold_first)
        paper.say(item, x=paper.left + indent + step)
        for number, part in enumerate(below):
            sub = (
                "o"
                if sign in "•–*"
                else f"{chr(97 + number)}."
                if not sign.strip("().").isalpha()
                else f"{number + 1}."
            )
            paper.put(sub, paper.left + indent + step + 10)
            paper.say(part, x=paper.left + indent + step + 30)
        paper.down(0.4)


def _body(paper: Paper, plan: Plan, *, hang: float = 24, due_first: bool = False) -> None:
    if due_first:
        paper.say(plan.sentence)
        paper.down(0.5)
    paper.say(plan.matter.story)
    paper.down(0.5)
    paper.say(plan.intro, bold=plan.intro.isupper())
    paper.down(0.5)
    _list(paper, plan, hang=hang)
    paper.down(0.4)
    if not due_first:
        paper.say(plan.sentence)
        paper.down(0.5)
    paper.say(PLACE)
    paper.down(0.4)
    paper.say(FAILURE)


# --- requests for evidence -------------------------------------------------------------------------------------


def _no_borders(plan: Plan) -> Paper:
    """Four cells a row, labels above values, nothing drawn around them."""
    paper = Paper()
    paper.line("Department of Homeland Security", bold=True)
    paper.line("U.S. Citizenship and Immigration Services")
    paper.put("I-797E, Notice of Action", paper.right, y=60, bold=True, end=True)
    paper.down(1)
    cells = (
        (plan.label, plan.receipt, "CASE TYPE", plan.matter.printed_form),
        ("NOTICE DATE", plan.notice_day, "PAGE", "1 of 1"),
        (
            "PETITIONER",
            plan.matter.petitioner or "n/a",
            "BENEFICIARY",
            f"{plan.matter.alien} {plan.matter.beneficiary}",
        ),
    )
    for first, value, second, other in cells:
        paper.put(first, 60, size=7)
        paper.put(second, 300, size=7)
        paper.down(1.2)
        paper.put(value, 60)
        paper.put(other, 300)
        paper.down(1.9)
    paper.center("REQUEST FOR EVIDENCE")
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", bold=True)
    paper.down(0.6)
    _body(paper, plan)
    return paper


def _dotted(plan: Plan) -> Paper:
    """Leaders between labels and values, serif, two pages with the header again."""
    paper = Paper(font="serif", size=11)
    paper.running = [("U.S. Citizenship and Immigration Services", 60), (f"{plan.label} {plan.receipt}", 400)]
    paper.center("U.S. Department of Homeland Security")
    paper.center("Notice of Action (Form I-797E)")
    paper.down(1)
    paper.leaders("Type of Case", plan.matter.printed_form)
    paper.leaders(plan.label.rstrip(": "), plan.receipt)
    paper.leaders("Notice Date", plan.notice_day)
    if plan.due_label:
        paper.leaders(plan.due_label.rstrip(": "), plan.due_day)
    if plan.matter.petitioner:
        paper.leaders("Petitioner", plan.matter.petitioner)
    paper.leaders("Beneficiary" if plan.matter.petitioner else "Applicant", plan.matter.beneficiary)
    paper.leaders("A-Number", plan.matter.alien)
    paper.down(1)
    paper.center("Request for Initial Evidence")
    paper.down(1)
    paper.foot = 520
    _body(paper, plan)
    return paper


def _right_edge(plan: Plan) -> Paper:
    """Labels left, values flush right; rotated words up the margin."""
    paper = Paper(size=9)
    paper.put("SYNTHETIC - FORM I-797E (REV. 01/15/26)", 30, y=600, upward=True)
    paper.line("USCIS", bold=True)
    paper.line("Request for Additional Evidence", bold=True)
    paper.down(1)
    for label, value in (
        (plan.label, plan.receipt),
        ("Date of Notice", plan.notice_day),
        ("Form Type", plan.matter.printed_form),
        (plan.due_label or "Class", plan.due_day if plan.due_label else "H1B"),
        ("Beneficiary", plan.matter.beneficiary),
    ):
        paper.put(_label(label.strip()), 60)
        paper.put(value, 540, end=True)
        paper.down(1.5)
    paper.down(1)
    _body(paper, plan)
    return paper


def _letter(plan: Plan) -> Paper:
    """A letter: addresses, date, a subject block, the number in it."""
    paper = Paper(font="serif", size=11)
    for row in OFFICE_BLOCK:
        paper.put(row, 380)
        paper.down()
    paper.line(plan.notice_day)
    paper.down(0.8)
    for row in LAWYER:
        paper.line(row)
    paper.down(0.8)
    if plan.matter.petitioner:
        paper.line(f"RE: {plan.matter.petitioner} / {plan.matter.beneficiary}")
    else:
        paper.line(f"RE: {plan.matter.beneficiary}, {plan.matter.alien}")
    paper.line(f"Form {plan.matter.form}", 84)
    paper.line(f"{_label(plan.label)} {plan.receipt}", 84)
    paper.down(1)
    paper.center("REQUEST FOR EVIDENCE")
    paper.down(0.6)
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", bold=True)
        paper.down(0.4)
    paper.line("Dear Sir or Madam:")
    paper.down(0.5)
    _body(paper, plan)
    paper.down(1)
    paper.line("Sincerely,")
    paper.line("Service Center Director")
    return paper


def _coversheet(plan: Plan) -> Paper:
    """A coversheet to send back, with the due date in a box; the notice follows and says it again."""
    paper = Paper()
    paper.center("RFE COVERSHEET", size=16)
    paper.center("*IOE*0426*9911*2203*", bold=False)
    paper.down(2)
    paper.line("Return this page with your response, on top of all documents.", bold=True)
    paper.down(1)
    paper.line(f"{_label(plan.label)} {plan.receipt}")
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", bold=True)
    paper.line("0042 7719 3305 1180 2260 09")
    paper.turn()
    paper.line("U.S. Citizenship and Immigration Services")
    paper.center("REQUEST FOR EVIDENCE (I-797E)")
    paper.line("Page 2 of 2", 490)
    paper.line(f"{_label(plan.label)} {plan.receipt}")
    paper.line(f"Notice Date: {plan.notice_day}")
    paper.line(f"Case Type: {plan.matter.printed_form}")
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", bold=True)
    paper.down(1)
    _body(paper, plan)
    return paper


def _values_first(plan: Plan) -> Paper:
    """Labels in small caps to the left; their values drawn first, in a column of their own."""
    paper = Paper()
    paper.put("NOTICE OF ACTION", 60, y=60, bold=True, size=14)
    rows = [
        ("Receipt Number", plan.receipt),
        ("Notice Date", plan.notice_day),
        ("Case Type", plan.matter.printed_form),
        (
            "Applicant" if not plan.matter.petitioner else "Petitioner",
            plan.matter.petitioner or plan.matter.beneficiary,
        ),
        ("Notice Type", "Request for Evidence"),
    ]
    if plan.due_label:
        rows.append(("Response Due Date", plan.due_day))
    for at, (_, value) in enumerate(rows):
        paper.put(value, 220, y=95 + 17 * at)
    for at, (label, _) in enumerate(rows):
        paper.y = 95 + 17 * at
        paper.small_caps(label, 60)
    paper.y = 95 + 17 * len(rows) + 14
    _body(paper, plan)
    return paper


def _two_columns(plan: Plan) -> Paper:
    """The lawyer's address at the left of the frame, a footer with the form and its page."""
    paper = Paper(size=9.5)
    paper.center("Form I-797E, Request for Evidence", size=13)
    paper.center(DISCLAIMER, size=8)
    top = paper.y + 10
    paper.y = top
    for row in LAWYER:
        paper.line(row)
    paper.y = top
    for label, value in (
        (plan.label, plan.receipt),
        ("Notice Date", plan.notice_day),
        ("Form", plan.matter.form),
        ("A-Number", plan.matter.alien),
    ):
        paper.line(f"{_label(label)} {value}", 340)
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", 340, bold=True)
    paper.down(1.6)
    _body(paper, plan, hang=30)
    paper.put("Form I-797E (Rev. 08/31/25) N", 60, y=750, size=7)
    paper.put("Page 1 of 1", 552, y=750, size=7, end=True)
    return paper


def _stated(plan: Plan) -> Paper:
    """No frame: the number and the date are told in sentences, and older papers are quoted."""
    paper = Paper(font="serif", size=11.5)
    paper.center("U.S. Citizenship and Immigration Services")
    paper.center("REQUEST FOR EVIDENCE")
    paper.down(1)
    paper.line(f"Notice Date: {plan.notice_day}")
    paper.say(f"Your Receipt Number is {plan.receipt}. It concerns your Form {plan.matter.form}.")
    paper.down(0.6)
    paper.say(
        "On March 12, 2026, USCIS sent you a Receipt Notice on Form I-797C for this filing. An earlier petition, receipt "
        "number LIN1990055555, was approved on June 3, 2019 and expired on June 2, 2022."
    )
    paper.down(0.6)
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", bold=True)
        paper.down(0.5)
    _body(paper, plan)
    return paper


def _broken_number(plan: Plan) -> Paper:
    """A narrow frame: the number and long values run over two lines."""
    paper = Paper(size=10)
    paper.line("I-797E | NOTICE OF ACTION", bold=True)
    paper.down(0.5)
    parts = plan.receipt.rpartition("-") if "-" in plan.receipt else plan.receipt.rpartition(" ")
    top = paper.y
    for at, (label, rows) in enumerate(
        (
            (
                plan.label.rstrip(":# ") if plan.label != "Receipt #" else "Receipt #",
                (parts[0] + parts[1].strip(), parts[2]) if parts[0] else (plan.receipt,),
            ),
            ("Case Type", tuple(plan.matter.printed_form.split(" ", 2))),
            ("Notice Date", (plan.notice_day,)),
            ("Beneficiary", (plan.matter.beneficiary,)),
        )
    ):
        paper.y = top
        x = (60, 180, 300, 430)[at]
        paper.line(label, x, bold=True)
        for row in rows:
            paper.line(row, x)
    paper.y = top + 70
    paper.center("Request for Evidence")
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}")
    paper.down(0.6)
    _body(paper, plan, due_first=True)
    return paper


def _last_page_box(plan: Plan) -> Paper:
    """Everything about the answer in a box at the end of the last page; the list runs over the page break."""
    paper = Paper(font="serif", size=12)
    paper.running = [("USCIS Form I-797E", 60), (plan.receipt, 300), ("Page 2 of 2", 490)]
    paper.line("Department of Homeland Security")
    paper.line("U.S. Citizenship and Immigration Services", bold=True)
    paper.put("Page 1 of 2", 490, y=60)
    paper.down(0.6)
    paper.line(f"{_label(plan.label)} {plan.receipt}")
    paper.line(f"Notice Date: {plan.notice_day}")
    paper.line(f"Case Type: {plan.matter.printed_form}")
    paper.down(0.6)
    paper.center("REQUEST FOR EVIDENCE")
    paper.down(0.6)
    paper.say(plan.matter.story)
    paper.down(0.4)
    paper.say(plan.intro)
    paper.down(0.4)
    paper.foot = paper.y + 55
    _list(paper, plan)
    paper.foot = 740
    paper.y = max(paper.y + 20, 560)
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}", 120, bold=True)
    paper.say(plan.sentence, x=120, right=480)
    paper.say(PLACE, x=120, right=480)
    return paper


def _scanned(plan: Plan) -> Paper:
    """A typewriter face and the mistakes of a scanner: l for I, 0 for O, one word cut."""
    paper = Paper(font="mono", size=9)
    paper.line("U.S. Departrnent of Homeland Security")
    paper.line("l-797E, Notice of Action")
    paper.down(1)
    paper.line(f"Recelpt Number: {plan.receipt.replace('0', 'O', 1).replace('1', 'l', 1)}")
    paper.line(f"Notlce Date : {plan.notice_day}")
    paper.line(
        f"Case Type : {plan.matter.printed_form.replace('I', 'l', 1) if plan.matter.form[0] == 'I' else plan.matter.printed_form}"
    )
    paper.down(1)
    paper.line("REQUEST F0R EVIDENCE")
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}")
    paper.down(1)
    _body(paper, plan, hang=30)
    return paper


def _headed(plan: Plan) -> Paper:
    """Bold headings between the parts, each asking for something, then the list; the reply's address after it."""
    paper = Paper(size=10)
    paper.put("RFE", 60, bold=True, size=20)
    paper.put("U.S. Citizenship and Immigration Services", 552, end=True)
    paper.down(2.6)
    paper.line(f"{plan.label.rstrip(': ')}   {plan.receipt}")
    paper.line(f"Date   {plan.notice_day}")
    paper.line(f"Form   {plan.matter.printed_form}")
    paper.down(1)
    paper.line("What this notice is", bold=True)
    paper.say("This is a Request for Evidence. We cannot decide your case on what you have sent.")
    paper.down(0.6)
    paper.line("When to respond", bold=True)
    if plan.due_label:
        paper.line(f"{plan.due_label}{plan.due_day}")
    paper.say(plan.sentence)
    paper.down(0.6)
    paper.line("What to send", bold=True)
    paper.say(plan.intro)
    paper.down(0.4)
    _list(paper, plan)
    paper.down(0.6)
    paper.line("Where to send it", bold=True)
    for row in OFFICE_BLOCK:
        paper.line(row, 90)
    paper.down(0.6)
    paper.line("How to answer", bold=True)
    paper.say("You may choose one of three ways to respond:")
    paper.line("1. Submit all of the evidence at one time;", 78)
    paper.line("2. Submit some of it and ask for a decision on the record;", 78)
    paper.line("3. Withdraw the request.", 78)
    return paper


RFE_LAYOUTS: tuple[Callable[[Plan], Paper], ...] = (
    _no_borders,
    _dotted,
    _right_edge,
    _letter,
    _coversheet,
    _values_first,
    _two_columns,
    _stated,
    _broken_number,
    _last_page_box,
    _scanned,
    _headed,
)


def rfes() -> list[Sample]:
    """Five turns through the layouts, each with other dates, numbers, forms, lists and ways to say the due date."""
    samples = []
    manners = list(Manner)
    for number in range(5 * len(RFE_LAYOUTS)):
        layout = RFE_LAYOUTS[number % len(RFE_LAYOUTS)]
        turn = number // len(RFE_LAYOUTS)
        printed, receipt = RECEIPTS[(number * 3 + turn) % len(RECEIPTS)]
        if layout is _scanned and "*" in printed:
            printed = receipt
        period_only = number % 11 == 7
        labelled = number % 3 != 2 and not period_only
        due = date(2027, 1, 4 + number % 25)
        matter = MATTERS[(number + turn) % len(MATTERS)]
        say = DATES[(number * 2 + turn) % len(DATES)]
        if labelled or layout in (_letter,):
            say = PLAIN_DATES[(number * 2 + turn) % len(PLAIN_DATES)]
        plan = Plan(
            matter=matter,
            receipt=printed,
            notice=date(2026, 10, 5 + number % 26),
            due=due,
            say=say,
            label=RECEIPT_LABELS[(number + 2 * turn) % len(RECEIPT_LABELS)],
            due_label=DUE_LABELS[(number + turn) % len(DUE_LABELS)] if labelled else None,
            due_sentence=None
            if period_only or number % 6 == 1
            else DUE_SENTENCES[(number + turn) % len(DUE_SENTENCES)],
            marker=MARKERS[(number + turn) % len(MARKERS)],
            intro=INTROS[(number + turn) % len(INTROS)],
        )
        printed_due = plan.due_label is not None or plan.due_sentence is not None
        # A layout with its own label for the due date prints it whether or not a sentence does.
        truth = Truth(
            DocumentKind.RFE,
            receipt,
            plan.notice,
            (due,) if printed_due else (),
            matter.form,
            tuple(" ".join((item, *below)) for item, below in matter.items),
        )
        manner = manners[(number + turn) % len(manners)]
        samples.append(
            Sample(f"rfe{number:02}-{layout.__name__[1:]}-{manner}", layout(plan).pdf(manner), truth)
        )
    return samples
