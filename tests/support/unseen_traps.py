"""More papers nobody planned for: receipts in many dresses, hard requests, and papers that only look like notices.

Each is written as it reads. `# ` a centred heading, `a || b` cells of a row, `>> ` set to the right edge, `==` a new
page, an indented line keeps its place, every other line is a paragraph.
"""

from __future__ import annotations

from datetime import date

from casedesk.models.enums import DocumentKind
from tests.support.unseen import Sample, Truth
from tests.support.unseen_paper import Manner, Paper

_RFE, _RECEIPT, _OTHER = DocumentKind.RFE, DocumentKind.RECEIPT, DocumentKind.OTHER


def paper_of(text: str, *, font: str = "sans", size: float = 10) -> Paper:
    """The written page, set."""
    paper = Paper(font=font, size=size)
    for row in text.strip("\n").splitlines():
        if row.startswith("=="):
            paper.turn()
        elif not row.strip():
            paper.down(0.7)
        elif row.startswith("# "):
            paper.center(row[2:])
        elif row.startswith(">> "):
            paper.put(row[3:], paper.right, end=True)
            paper.down()
        elif " || " in row:
            cells = row.split(" || ")
            for at, cell in enumerate(cells):
                paper.put(cell.strip(), paper.left + at * 492 / len(cells))
            paper.down()
        elif row.startswith("  "):
            indent = len(row) - len(row.lstrip())
            paper.say(row.strip(), x=paper.left + 6.0 * indent)
        else:
            paper.say(row)
    return paper


_CONFIRMS = (
    'This notice confirms that USCIS received your application or petition ("this case") as shown above. If any of the '
    "above information is incorrect, please immediately call 800-375-5283. This will help avoid future problems."
)
_LATER = (
    "We will send you a Request for Evidence (RFE), Form I-797E, or schedule an interview if we need anything else. Your "
    "response to a request must be received on or before the date it names. This notice does not grant any immigration "
    "status or benefit, nor is it evidence that this case is still pending."
)

RECEIPTS: tuple[tuple[str, Truth, str], ...] = (
    (
        f"""
# Department of Homeland Security
# I-797C, Notice of Action
# THIS NOTICE DOES NOT GRANT ANY IMMIGRATION STATUS OR BENEFIT.
Receipt Number || Case Type
IOE9112345670 || I485 - APPLICATION TO REGISTER PERMANENT RESIDENCE
Received Date || Priority Date || Applicant A098 765 432
03/09/2026 || 02/28/2026 || IBARRA, ROSA
Notice Date || Page || Beneficiary
03/12/2026 || 1 of 1 || IBARRA, ROSA

IBARRA, ROSA || Notice Type: Receipt Notice
c/o STRAND & OKONKWO PLLC || Amount received: $1,440.00 U.S.
4410 BIRCH HOLLOW RD || Section: Adjustment as direct beneficiary

{_CONFIRMS}
{_LATER}
""",
        Truth(_RECEIPT, "IOE9112345670", date(2026, 3, 12), (), "I-485"),
        "chart",
    ),
    (
        f"""
U.S. Citizenship and Immigration Services
>> March 12th, 2026
RE: Acknowledgement of Receipt, Form I-130
    Receipt No.: EAC-26-012-34567

Dear Elena Marchetti:
We have received your petition, Form I-130, on March 9, 2026. It is being processed at the Texas Service Center.
{_LATER}
Sincerely,
Director
""",
        Truth(_RECEIPT, "EAC2601234567", date(2026, 3, 12), (), "I-130"),
        "acknowledged",
    ),
    (
        f"""
# FEE RECEIPT
USCIS Receipt #: SRC 26 101 50077
Date: Thursday, April 2, 2026
Form type: N-400 || Fee received: $760.00
Applicant: Abdullahi, Farah || A-Number: 061 223 984

{_CONFIRMS}
""",
        Truth(_RECEIPT, "SRC2610150077", date(2026, 4, 2), (), "N-400"),
        "fee",
    ),
    (
        f"""
# NOTICE OF ACTION
Receipt Number........ WAC-26-044-50123
Case Type............. I-129, Petition for a Nonimmigrant Worker
Received Date......... 27 March 2026
Notice Date........... 1 April 2026
Petitioner............ LARKSPUR ROBOTICS, INC.
Beneficiary........... OYELARAN, TUNDE
Notice Type........... Receipt Notice

{_CONFIRMS}
Processing time: please allow 60 days. If your case is selected for a Request for Evidence you will have 84 days to answer.
""",
        Truth(_RECEIPT, "WAC2604450123", date(2026, 4, 1), (), "I-129"),
        "leaders",
    ),
    (
        f"""
RECEIPT NOTICE
Your Receipt Number is IOE-0944120087. Use it to check your case online.
Notice Date  05-11-2026
We received your Form I-765, Application for Employment Authorization, on 05-07-2026. The filing fee was accepted.
{_LATER}
What happens next
1. We may send you a biometrics notice.
2. We may ask for more evidence.
3. We will send you a decision.
""",
        Truth(_RECEIPT, "IOE0944120087", date(2026, 5, 11), (), "I-765"),
        "told",
    ),
    (
        f"""
Form I-797C || Notice of Action || Page 1 of 2
Receipt Number || Received Date || Notice Date
LIN-26-902-33118 || 04/20/2026 || 04/23/2026
Case Type || Petitioner || Beneficiary
I-140, IMMIGRANT PETITION FOR ALIEN WORKER || HALVORSEN ORCHARDS LLC || QUISPE MAMANI, NESTOR
# Receipt Notice
{_CONFIRMS}
==
Form I-797C || Notice of Action || Page 2 of 2
Receipt Number || Received Date || Notice Date
LIN-26-902-33118 || 04/20/2026 || 04/23/2026
Premium processing was requested on Form I-907. Within 15 business days we will approve, deny, or send a request for evidence or notice of intent to deny.
{_LATER}
""",
        Truth(_RECEIPT, "LIN2690233118", date(2026, 4, 23), (), "I-140"),
        "two-pages",
    ),
    (
        f"""
l-797C, Notice of Action
Recelpt Number: MSC2l9O112345
Recelved Date: 02/17/2026 || Notlce Date: 02/20/2026
Case Type: l485 APPLICATION TO REGISTER PERMANENT RESIDENCE
Notlce Type: Recelpt Notlce
{_CONFIRMS.replace("This notice", "Thls notice")}
""",
        Truth(_RECEIPT, "MSC2190112345", date(2026, 2, 20), (), "I-485"),
        "ocr",
    ),
    (
        f"""
# U.S. Citizenship and Immigration Services
# Notice of Receipt
Case Number: YSC-26-902-11765 || Date of Notice: June 1st, 2026
Petitioner: Marchetti, Elena || Class sought: IR1
Form: I-130

Your petition was received on May 28, 2026. A prior petition you filed, receipt number EAC1990055555, was withdrawn on July 4, 2019.
{_LATER}
""",
        Truth(_RECEIPT, "YSC2690211765", date(2026, 6, 1), (), "I-130"),
        "prior",
    ),
    (
        f"""
Receipt Number: || NBC2602144190
Case Type: || I131 - APPLICATION FOR TRAVEL DOCUMENT
Received: || Jul 6 2026
Mailed: || Jul 10 2026
Notice Type: || Receipt

{_CONFIRMS}
{_LATER}
""",
        Truth(_RECEIPT, "NBC2602144190", date(2026, 7, 10), (), "I-131"),
        "mailed",
    ),
    (
        f"""
0042 7719 3305 1180 2260 09
IOE0931557204
# RECEIPT NOTICE
Receipt # || IOE0931557204 || Notice Date || August 3, 2026
Form || I-539 || Received Date || July 30, 2026
Applicant || PETROSYAN, ANI || USCIS Account Number || 0123 4567 8910
{_CONFIRMS}
Do not send evidence unless asked: send nothing before September 30, 2026.
""",
        Truth(_RECEIPT, "IOE0931557204", date(2026, 8, 3), (), "I-539"),
        "barcode",
    ),
)

REQUESTS: tuple[tuple[str, Truth, str], ...] = (
    (
        """
U.S. Citizenship and Immigration Services
# R E Q U E S T   F O R   E V I D E N C E
Receipt Number: IOE0912345678
Notice Date: November 2, 2026
Form I-130, Petition for Alien Relative

You must submit the evidence below so that this office
==
receives it no later than January 28, 2027.
Please submit:
  1. Marriage certificate.
  2. Joint lease.
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "I-130",
            ("Marriage certificate.", "Joint lease."),
        ),
        "sentence-over-pages",
    ),
    (
        """
# REQUEST FOR EVIDENCE
Receipt Number: EAC-26-012-34567 || Notice Date: 11/02/2026
Case Type: I-765
Response Due Date: 01/25/2027
You must respond by January 25, 2027.
You filed on or before April 30, 2001. Your status expired on or before December 1, 2026.
The earlier request was sent on September 1, 2026 and your response to it was due by November 24, 2026.
Please provide:
  A. Passport pages.
  B. Form I-94.
""",
        Truth(
            _RFE,
            "EAC2601234567",
            date(2026, 11, 2),
            (date(2027, 1, 25),),
            "I-765",
            ("Passport pages.", "Form I-94."),
        ),
        "past-due-dates",
    ),
    (
        """
# Request for Evidence
Notice Date: November 2, 2026 || Receipt Number: IOE0912345678
Form I-485
The I-693 you sent must have been signed by the civil surgeon on or before October 1, 2026. You were required to submit it by October 15, 2026.
Submit the following by January 27, 2027:
  • A new Form I-693, signed no more than 60 days before December 30, 2026.
  • Proof that you maintained status until November 30, 2026.
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 27),),
            "I-485",
            (
                "A new Form I-693, signed no more than 60 days before December 30, 2026.",
                "Proof that you maintained status until November 30, 2026.",
            ),
        ),
        "dates-in-items",
    ),
    (
        """
# Form I-797E
# REQUEST FOR EVIDENCE
Receipt Number: WAC2604450123
Notice Date: 10/30/2026
Case Type: I-129
The H-1B start date you ask for is January 15, 2027. The labor condition application is valid until January 31, 2029.
Provide the contract with the client in force before January 15, 2027 and the itinerary due on or before that date.
You must respond within eighty-four (84) calendar days from the date of this notice.
Please send:
  1. Contract.
  2. Itinerary.
""",
        Truth(_RFE, "WAC2604450123", date(2026, 10, 30), (), "I-129", ("Contract.", "Itinerary.")),
        "start-dates",
    ),
    (
        """
>> Due Date: January 20, 2027
U.S. Citizenship and Immigration Services
I-797E, Notice of Action || REQUEST FOR EVIDENCE
Receipt: LIN2690233118 || Date: October 28, 2026
Form I-140 filed on June 2, 2026

Evidence needed:
  (1) Tax returns for 2024
and 2025.
  (2) Letter from the employer
dated and signed.
Do not send originals.
==
I-797E, Notice of Action || Page 2 of 2
>> Due Date: January 20, 2027
  (3) Degree.
Sincerely, the Director
""",
        Truth(
            _RFE,
            "LIN2690233118",
            date(2026, 10, 28),
            (date(2027, 1, 20),),
            "I-140",
            ("Tax returns for 2024 and 2025.", "Letter from the employer dated and signed.", "Degree."),
        ),
        "box-twice",
    ),
    (
        """
# NOTICE OF ACTION
Receipt Number || Notice Type
SRC-26-101-50077 || Request for Additional Evidence
Notice Date || Response Date
2 November 2026 || 29 January 2027
Applicant || A-Number
Abdullahi, Farah || 061-223-984
Case Type || N400 - Application for Naturalization
Submit one or more of the following:
    I. Certified dispositions.
    II. Proof of support.
      a. canceled checks
      b. a state printout
    III. Tax transcripts.
Mail your response to: USCIS, PO Box 650004, Dallas TX 75265.
""",
        Truth(
            _RFE,
            "SRC2610150077",
            date(2026, 11, 2),
            (date(2027, 1, 29),),
            "N-400",
            (
                "Certified dispositions.",
                "Proof of support. canceled checks a state printout",
                "Tax transcripts.",
            ),
        ),
        "stacked",
    ),
)

TRAPS: tuple[tuple[str, DocumentKind, str], ...] = (
    (
        """
Dear Ms. Strand,
I got a Request for Evidence from USCIS for my case IOE0912345678. The letter says my response must be received by
January 28, 2027. It wants:
1. my birth certificate
2. the medical form I-693
Please tell me what to do. Thank you, Rosa Ibarra
""",
        _OTHER,
        "client-letter",
    ),
    (
        """
Subject: Request for Evidence
From: Rosa Ibarra
Hello, I received this RFE yesterday. Receipt number IOE0912345678. Response due January 28, 2027. What documents do you need from me?
""",
        _OTHER,
        "client-mail",
    ),
    (
        """
STRAND & OKONKWO PLLC
4410 Birch Hollow Rd, Springfield IL 62704
January 12, 2027
USCIS Texas Service Center
# RESPONSE TO REQUEST FOR EVIDENCE
Re: Form I-485, Receipt Number IOE0912345678, Applicant: Rosa Ibarra
Dear Officer:
We represent the applicant. This letter responds to the Request for Evidence dated November 2, 2026. The response is due on or before January 28, 2027. You requested the following evidence:
1. A copy of the birth certificate. See Exhibit A.
2. Form I-693. See Exhibit B.
Respectfully submitted,
""",
        _OTHER,
        "our-response",
    ),
    (
        """
# DRAFT
# Request for Evidence Response
Receipt Number: IOE0912345678
Notice Date: November 2, 2026
RFE due: January 28, 2027
We respectfully submit the following evidence in response to the Service's Request for Evidence:
1. Birth certificate
2. Medical examination
""",
        _OTHER,
        "our-draft",
    ),
    (
        """
# How to Respond to a Request for Evidence
USCIS may send you a Request for Evidence (RFE) if the evidence is not sufficient. This page explains what to do.
Read the notice. Your response must be received on or before the date printed on it.
Place the notice on top of your response. Submit all requested evidence at one time.
Failure to respond may result in denial.
""",
        _OTHER,
        "instruction-page",
    ),
    (
        """
# Instructions for Form I-765
If you do not completely fill out the form, USCIS may request additional evidence. We may send a Request for Evidence.
Receipt Notice. You will receive a Form I-797C, Notice of Action. Your receipt number has 13 characters.
""",
        _OTHER,
        "form-instructions",
    ),
    (
        """
I-797, Notice of Action
Receipt Number: LIN2690233118 || Notice Date: January 30, 2027
Notice Type: Approval Notice
The above petition has been approved. On November 2, 2026 we sent a Request for Evidence, and your response was received on December 15, 2026.
Valid from 02/01/2027 to 01/31/2030.
""",
        DocumentKind.APPROVAL,
        "approval",
    ),
    (
        """
# DECISION
Receipt Number: IOE0912345678 || Date: March 2, 2027
On November 2, 2026, USCIS sent you a Request for Evidence. Your response was due on or before January 28, 2027. You did not establish eligibility. The request for evidence asked you to submit the following evidence:
1. Birth certificate
Your application is hereby denied. You may file Form I-290B within 30 days.
""",
        DocumentKind.DENIAL,
        "denial",
    ),
    (
        """
# Notice of Intent to Deny
Receipt Number: IOE0912345678 || Notice Date: November 2, 2026
USCIS intends to deny your application. A Request for Evidence was sent on June 1, 2026. You may submit evidence within 30 days.
""",
        DocumentKind.NOID,
        "noid",
    ),
    (
        """
From: case tracker
Case Status: Request for Additional Evidence Was Sent
On November 2, 2026, we sent a request for additional evidence for your Form I-485, Receipt Number IOE0912345678. The request for evidence explains what we need.
""",
        _OTHER,
        "status-page",
    ),
    (
        """
Case Was Received
On March 9, 2026, we received your Form I-765, Application for Employment Authorization, Receipt Number IOE0912345678, and sent you the receipt notice that describes how we will process your case.
""",
        _OTHER,
        "status-received",
    ),
    (
        """
# INVOICE
STRAND & OKONKWO PLLC
Preparation of response to Request for Evidence, Receipt Number IOE0912345678
Payment received. Amount received: $1,200.00
Due date: January 28, 2027
""",
        _OTHER,
        "invoice",
    ),
    (
        """
# MEMORANDUM
To: Miriam Okonkwo-Strand
RE: Request for Evidence, IOE0912345678
Response due: January 28, 2027
The RFE asks for the following evidence. I need your triage today.
1. Birth certificate
2. I-693
""",
        _OTHER,
        "memo",
    ),
    (
        """
# EVIDENCE CHECKLIST
Request for Evidence of November 2, 2026
Matter: Ibarra, I-485, Receipt Number IOE0912345678
Please send us the following documents before January 10, 2027:
1. Birth certificate
2. Medical examination
Strand & Okonkwo PLLC
""",
        _OTHER,
        "our-checklist",
    ),
    (
        """
# RECEIPT
Paid to: Mailing Center, Springfield
Receipt No. 0042-7719 || Date: 01/20/2027
Priority Mail Express, 1 parcel || Amount received: $31.40
Tracking EB 123456789 US
""",
        _OTHER,
        "postal-receipt",
    ),
    (
        """
# ASC Appointment Notice
Receipt Number: IOE0912345678 || Notice Date: 04/01/2026
PLEASE APPEAR AT THE BELOW APPLICATION SUPPORT CENTER AT THE DATE AND TIME SPECIFIED
04/20/2026 8:00 AM
If you fail to appear, your case may be denied. Bring this notice; no request for evidence will follow.
""",
        DocumentKind.BIOMETRICS,
        "biometrics",
    ),
    (
        """
# Notice of Action
Receipt Number: IOE0912345678 || Notice Date: 04/01/2026
USCIS is able to reuse your previously captured fingerprints and other biometrics. We received your application on March 9, 2026. You do not need to appear at an Application Support Center.
""",
        DocumentKind.BIOMETRICS,
        "biometrics-reuse",
    ),
    (
        """
# Rejection Notice
We received your application on March 9, 2026 and are returning it with the fee. We have rejected your Form I-765 because it was not signed. A receipt number was not assigned.
""",
        DocumentKind.REJECTION,
        "rejection",
    ),
    (
        """
# Transfer Notice
Receipt Number: IOE0912345678 || Notice Date: 06/01/2026
This notice is to tell you that your case has been transferred to another USCIS office. We may send you a request for evidence.
""",
        DocumentKind.TRANSFER,
        "transfer",
    ),
    (
        """
American Immigration News
# USCIS Changes Policy on Requests for Evidence
Under the new policy, a Request for Evidence gives 84 days. Response due dates are printed on Form I-797E. Officers say additional evidence is required in a third of cases such as LIN2690233118.
""",
        _OTHER,
        "news",
    ),
)


def receipts() -> list[Sample]:
    """Every receipt twice, drawn in two manners and faces."""
    return set_in_manners(RECEIPTS, "receipt", 2)


def extras() -> list[Sample]:
    """The hard requests, each drawn in three manners."""
    return set_in_manners(REQUESTS, "request", 3)


def traps() -> list[Sample]:
    """Papers that are no request and no receipt; only their kind is known."""
    return set_in_manners(tuple((text, Truth(kind), name) for text, kind, name in TRAPS), "trap", 1)


def set_in_manners(papers: tuple[tuple[str, Truth, str], ...], sort: str, times: int) -> list[Sample]:
    """Each paper `times` times, drawn in different manners, faces and sizes."""
    manners = list(Manner)
    samples = []
    for number, (text, truth, name) in enumerate(papers):
        for turn in range(times):
            manner = manners[(number + 2 * turn) % len(manners)]
            paper = paper_of(
                text, font="serif" if (number + turn) % 3 == 1 else "sans", size=10 + (number + turn) % 2
            )
            samples.append(Sample(f"{sort}-{name}-{manner}", paper.pdf(manner), truth))
    return samples
