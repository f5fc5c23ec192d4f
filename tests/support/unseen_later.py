"""Further rounds of papers, written after the recogniser had learned from the first: what it reads must be right.

The form of writing is that of `unseen_traps`. A value not found is let pass here and counted; a wrong one is not.
"""

from __future__ import annotations

from datetime import date

from casedesk.models.enums import DocumentKind
from tests.support.unseen import Sample, Truth
from tests.support.unseen_traps import set_in_manners

_RFE, _RECEIPT, _OTHER = DocumentKind.RFE, DocumentKind.RECEIPT, DocumentKind.OTHER

LATER: tuple[tuple[str, Truth, str], ...] = (
    (
        """
# U.S. Department of Homeland Security
# U.S. Citizenship and Immigration Services
# Request for Evidence
Date: November 2, 2026 || Form: I-129
File: EAC-26-012-34567 || Petitioner: LARKSPUR ROBOTICS
Dear Petitioner:
The beneficiary's current status expires on January 10, 2027, so the extension must be received before January 10, 2027 to be timely in later filings.
To remain eligible, the beneficiary must arrive in the United States by March 1, 2027.
USCIS must receive your response to this Request for Evidence no later than January 28, 2027.
Requested evidence
1. Itinerary
2. Contracts between the petitioner and the end client that were in effect on or before November 30, 2026
""",
        Truth(
            _RFE,
            "EAC2601234567",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "I-129",
            (
                "Itinerary",
                "Contracts between the petitioner and the end client that were in effect on or before November 30, 2026",
            ),
        ),
        "arrive",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# REQUEST FOR EVIDENCE
Receipt Number: [illegible] || Notice Date: November 2, 2026
Form I-485
Your earlier Form I-130, receipt number LIN1990055555, was approved on June 3, 2019.
Please submit by January 25, 2027:
a) Birth certificate
b) Form I-693
""",
        Truth(
            _RFE, None, date(2026, 11, 2), (date(2027, 1, 25),), "I-485", ("Birth certificate", "Form I-693")
        ),
        "illegible",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# REQUEST FOR EVIDENCE
Receipt Number: IOE0912345678 || Received Date: 03/09/2026
Case Type: I485
We mailed you a request on September 1, 2026. We are sending another one.
DUE DATE FOR RESPONSE: 01/28/2027
Provide the following:
1. Certified birth record. If not available, submit
   a) a certificate of non-availability; and
   b) two affidavits.
2. Police certificates.
""",
        Truth(
            _RFE,
            "IOE0912345678",
            None,
            (date(2027, 1, 28),),
            "I-485",
            (
                "Certified birth record. If not available, submit a certificate of non-availability; and two affidavits.",
                "Police certificates.",
            ),
        ),
        "nodate",
    ),
    (
        """
I-797E, Notice of Action
# REQUEST FOR INITIAL EVIDENCE
IOE0912345678
11/02/2026 || 01/28/2027
Notice Date || Response Due
I-765 || Applicant: NGUYEN THI HOA

You are requested to provide:
• Photographs
• Passport
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "I-765",
            ("Photographs", "Passport"),
        ),
        "values-above",
    ),
    (
        """
USCIS
I-797E
# Request for Evidence
Receipt Number || Case Type || Notice Date
IOE0912345678 || I-130 || November 2, 2026
Your appointment on December 1, 2026 is cancelled. If you moved, file Form AR-11 by November 12, 2026. Pay the fee by December 5, 2026.
If you want to withdraw, tell us before December 15, 2026.
All evidence must be in English; a translator must sign each translation by the date it is submitted.
Your complete response must be postmarked by January 20, 2027 and received by January 28, 2027.
Send:
1. Photos
2. Lease
""",
        Truth(_RFE, "IOE0912345678", date(2026, 11, 2), (date(2027, 1, 28),), "I-130", ("Photos", "Lease")),
        "many-days",
    ),
    (
        """
USCIS
I-797E
# Request for Evidence
Receipt Number: IOE0912345678
Notice Date: 02/11/2026
Case Type: I-130
Response Due Date: 05/06/2026
1. Photos
2. Lease
""",
        Truth(_RFE, "IOE0912345678", date(2026, 2, 11), (date(2026, 5, 6),), "I-130", ("Photos", "Lease")),
        "terse",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# NOTICE OF ACTION
Receipt Number: IOE0912345678 || Receipt Date: March 9, 2026 || Notice Date: March 12, 2026
Petition: I-140
Notice Type: RECEIPT
Your payment was received. A decision is expected by December 1, 2026. If we send a Request for Evidence, you must respond by the date on it.
Appointment: you must submit biometrics no later than June 1, 2026.
""",
        Truth(_RECEIPT, "IOE0912345678", date(2026, 3, 12), (), "I-140"),
        "receipt-dates",
    ),
    (
        """
Dear Client,
USCIS issued a Request for Evidence in your case. The attached checklist lists what we need from you by December 20, 2026. USCIS must receive our response by January 28, 2027.
Receipt Number: IOE0912345678
Notice Date: November 2, 2026
1. Birth certificate
2. Medical exam
Miriam Okonkwo-Strand, Attorney at Law
""",
        Truth(_OTHER),
        "client-copy",
    ),
    (
        """
U.S. Citizenship and Immigration Services
Texas Service Center
Attn: RFE Response
6046 N Belt Line Rd
Re: Response to RFE, I-485, IOE0912345678
January 12, 2027
Enclosed is the evidence requested in your notice of November 2, 2026, due January 28, 2027:
1. Birth certificate
2. I-693
Sincerely,
""",
        Truth(_OTHER),
        "our-cover",
    ),
    (
        """
U.S. Citizenship and Immigration Services
Home > Forms > Filing Guidance
# Request for Evidence
A Request for Evidence (RFE) asks for missing evidence. You must submit the requested evidence by the due date on the notice. Your response must be received on or before the due date.
Last Reviewed/Updated: 06/11/2025
""",
        Truth(_OTHER),
        "uscis-page",
    ),
    (
        """
USCIS Form I-797E (Rev. 01/26)
U.S. Citizenship and Immigration Services || Vermont Service Center
# Request For Evidence
Receipt Number
EAC2601234567
Notice Date
Nov. 2, 2026
Form Type
I-130
Due Date
Jan. 28, 2027

You must establish each of these points:
I. The marriage is valid.
   A. Marriage certificate
   B. Divorce decrees
II. The marriage is bona fide.
   A. Leases
   B. Accounts
      i. joint
      ii. separate
==
USCIS Form I-797E (Rev. 01/26)
EAC2601234567 || Page 2
III. The petitioner is a citizen.
   A. Passport
   B. Naturalization certificate
""",
        Truth(
            _RFE,
            "EAC2601234567",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "I-130",
            (
                "The marriage is valid. Marriage certificate Divorce decrees",
                "The marriage is bona fide. Leases Accounts joint ii. separate",
                "The petitioner is a citizen. Passport Naturalization certificate",
            ),
        ),
        "deep",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# REQUEST FOR EVIDENCE
In Reference To: IOE0912345678
Type of Application: N-400
Date of Issue: 2 Nov 2026
Evidence must be received by: 28 Jan 2027
You did not submit:
- tax transcripts for 2023,
2024 and 2025
- certified disposition of the arrest of
May 5, 2015
- proof of child support
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "N-400",
            (
                "tax transcripts for 2023, 2024 and 2025",
                "certified disposition of the arrest of May 5, 2015",
                "proof of child support",
            ),
        ),
        "dashes",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# REQUEST FOR EVIDENCE
Receipt Number: IOE0912345678
Notice Date: November 2, 2026
This is in reference to your Form I-765. Your Form I-485 has receipt number MSC2190112345.
The response due date for that case was October 10, 2026. The response due date of this notice is January 28, 2027.
Send us, by mail or online:
1) Photos
2) Passport
""",
        Truth(
            _RFE, "IOE0912345678", date(2026, 11, 2), (date(2027, 1, 28),), "I-765", ("Photos", "Passport")
        ),
        "other-case-due",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# Receipt Notice
Receipt Number: IOE0912345678, IOE0912345679, IOE0912345680
Notice Date: November 2, 2026
Forms I-485, I-765, I-131
This notice confirms that USCIS received your applications.
""",
        Truth(_RECEIPT, None, date(2026, 11, 2), (), None),
        "three",
    ),
    (
        """
I-797E Notice of Action || Page 1 of 1
# REQUEST FOR EVIDENCE
RECEIPT NUMBER || RECEIVED DATE || PRIORITY DATE
WAC2604450123 || April 1, 2026 || none
NOTICE DATE || PAGE || BENEFICIARY
November 2, 2026 || 1 of 1 || TUNDE OYELARAN
CASE TYPE: I-129 PETITION FOR A NONIMMIGRANT WORKER
The petitioner has until the close of business on January 28, 2027 to submit:
1. LCA
2. Contract
The LCA must have been certified before April 1, 2026. The offer must remain open until September 30, 2027.
""",
        Truth(_RFE, "WAC2604450123", date(2026, 11, 2), (date(2027, 1, 28),), "I-129", ("LCA", "Contract")),
        "petitioner-has",
    ),
    (
        """
DEPARTMENT OF HOMELAND SECURITY
USCIS National Benefits Center
P.O. Box 648003, Lee's Summit, MO 64002
>> Receipt Number MSC-26-907-71142
>> Dated: November 2, 2026
Jane Sample
c/o Strand & Okonkwo PLLC
# Request for Evidence
Dear Jane Sample:
This refers to the Form I-485, Application to Register Permanent Residence, which you filed on March 9, 2026.
To process your application further, we need additional evidence. Submit the following within the time stated:
    1. Affidavit of Support, Form I-864, signed and dated, with the sponsor's most recent federal tax return;
    2. Proof of the sponsor's citizenship.
You must submit this evidence by January 29, 2027. By law we cannot give you more time.
Sincerely,
""",
        Truth(
            _RFE,
            "MSC2690771142",
            date(2026, 11, 2),
            (date(2027, 1, 29),),
            "I-485",
            (
                "Affidavit of Support, Form I-864, signed and dated, with the sponsor's most recent federal tax return;",
                "Proof of the sponsor's citizenship.",
            ),
        ),
        "nbc",
    ),
    (
        """
I-797E | Notice of Action || U.S. Citizenship and Immigration Services
Receipt Number: IOE0912345678 || Notice Date: 11/02/2026 || Page: 1 of 3
Applicant: NGUYEN THI HOA || A#: A087 654 321 || Form: I-765
# RFE
We received your application on June 3, 2026 and a response on July 8, 2026.
You claimed eligibility on a petition approved by July 1, 2025.
Your response to this notice must reach us by Friday, January 29, 2027 at the address on page 3.
Evidence you need to send us:
[ ] Copy of Form I-94
[ ] Passport biographic page
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 29),),
            "I-765",
            ("Copy of Form I-94", "Passport biographic page"),
        ),
        "boxes",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# REQUEST FOR EVIDENCE (RFE)
Receipt Number......IOE0912345678
Date of Notice......11-02-2026
RFE Due Date......01-28-2027
Application......N-400
You indicated an arrest on January 5, 2019 and probation until December 31, 2026.
Evidence Needed
Item 1. Court disposition for the arrest.
Item 2. Proof that probation ended, or will end before January 5, 2027.
Note: original documents are returned by February 1, 2027 on request.
""",
        Truth(
            _RFE,
            "IOE0912345678",
            date(2026, 11, 2),
            (date(2027, 1, 28),),
            "N-400",
            (
                "Court disposition for the arrest.",
                "Proof that probation ended, or will end before January 5, 2027.",
            ),
        ),
        "returned",
    ),
    (
        """
Strand & Okonkwo PLLC
To USCIS, Nebraska Service Center
Request for Evidence enclosed
RFE due date: January 28, 2027
Receipt Number: LIN2690233118
Notice Date: November 2, 2026
In response to the above request we provide:
1. Tax returns
2. Letters
""",
        Truth(_OTHER),
        "transmittal",
    ),
    (
        """
U.S. Citizenship and Immigration Services
# Notice of Action
Receipt Number: LIN2690233118
Received Date: October 30, 2026
Notice Date: November 2, 2026
Notice Type: Receipt of Response
We received your response to our Request for Evidence on October 30, 2026. We will act on it.
""",
        Truth(_OTHER),
        "response-received",
    ),
)


def later() -> list[Sample]:
    """Each paper drawn in two manners."""
    return set_in_manners(LATER, "later", 2)
