"""The forty matters of the demo firm. Every person, company and number in them is made up.

Days are calendar days before (or, for `expires`, after) the demo's present.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FormPlan:
    """A form as it stands: `received` days ago, last looked up `checked` days ago, running out `expires` days ahead."""

    form: str
    receipt: str | None = None
    received: int | None = None
    status: str = ""
    checked: int | None = None
    expires: int | None = None
    channel: str = "paper"


@dataclass(frozen=True)
class MatterPlan:
    """One matter as the firm takes it over. `of` names the matter whose client this one shares."""

    key: str
    type: str
    client: str
    language: str
    paralegal: str
    attorney: str
    forms: tuple[FormPlan, ...] = ()
    a_number: str | None = None
    priority: str = "standard"
    caption: str | None = None
    of: str | None = None
    parties: tuple[tuple[str, str, str], ...] = ()
    """Role, name and language of each further party."""
    rules: tuple[str, ...] = ()
    strategy: str = ""
    note: str = ""
    originals: tuple[tuple[str, str], ...] = ()
    """What paper, and where it is kept."""


WAITS, READS = "Case Was Received", "Case Is Being Actively Reviewed By USCIS"
PRINTS = "Case Was Updated To Show Fingerprints Were Taken"
ASKED = "Request for Additional Evidence Was Sent"


def _f(
    form: str,
    receipt: str | None = None,
    received: int | None = None,
    status: str = "",
    checked: int | None = None,
    *,
    expires: int | None = None,
    channel: str = "paper",
) -> FormPlan:
    return FormPlan(form, receipt, received, status, checked, expires, channel)


FAMILY: tuple[MatterPlan, ...] = (
    MatterPlan(
        "ibarra", "adjustment_of_status", "Ibarra, Rosa", "es", "mduarte", "aokafor",
        (
            _f("I-485", "IOE0912345678", 251, ASKED, 3),
            _f("I-765", "IOE0912345679", 251, "Case Was Approved", 24, expires=143),
            _f("I-131", "IOE0912345680", 251, READS, 24),
        ),
        a_number="A078451236", priority="high",
        rules=("Call the mobile only, leave no voicemail", "Speak Spanish; her son may interpret, nobody else"),
        strategy="Entry with inspection is the point: get the I-94 before anything else is argued.",
        note="Works nights until Thursday; best reached after 14:00.",
        originals=(("Passport of Rosa Ibarra", "Safe 2, folder 14"), ("Marriage certificate", "Safe 2, folder 14")),
    ),
    MatterPlan(
        "ibarra_mateo", "family_petition", "Ibarra, Mateo", "es", "mduarte", "aokafor",
        (_f("I-130", "IOE0912345681", 251, READS, 24),),
        parties=(("beneficiary", "Ibarra, Rosa", "es"),),
    ),
    MatterPlan(
        "paredes", "adjustment_of_status", "Paredes, Lucía", "es", "mduarte", "aokafor",
        (_f("I-485", "IOE0931207714", 198, WAITS, 5), _f("I-765", "IOE0931207715", 198, WAITS, 5, expires=31)),
        a_number="A219004471",
        rules=("E-mail before any call; she shares her phone",),
    ),
    MatterPlan(
        "grant_paul", "family_petition", "Grant, Paul", "en", "bcole", "jreyes",
        (_f("I-130"), _f("I-130A"), _f("I-864")),
        parties=(("beneficiary", "Grant, Ifeoma", "en"), ("sponsor", "Grant, Walter", "en")),
        note="Filing package in preparation; Walter Grant signs as joint sponsor.",
    ),
    MatterPlan(
        "grant_ifeoma", "adjustment_of_status", "Grant, Ifeoma", "en", "bcole", "jreyes",
        (_f("I-485"), _f("I-765"), _f("I-131")), a_number="A220118903",
    ),
    MatterPlan(
        "silva", "adjustment_of_status", "Silva, Joana", "pt", "jbaptiste", "nhaddad",
        (_f("I-485", "MSC2690771203", 301, ASKED, 9), _f("I-765", "MSC2690771204", 301, "Case Was Approved", 30, expires=58)),
        a_number="A218833020", originals=(("Certidão de nascimento of Joana Silva", "Safe 1, folder 3"),),
    ),
    MatterPlan(
        "tran", "family_petition", "Tran, Mai", "vi", "mduarte", "aokafor",
        (_f("I-130", "IOE0927715540", 402, ASKED, 4),),
        parties=(("beneficiary", "Tran, Duc", "vi"), ("interpreter", "Le, Hoa", "vi")),
        rules=("Call with an interpreter only; Kim Pham can",),
    ),
    MatterPlan(
        "garcia", "adjustment_of_status", "García, Elena", "es", "mduarte", "aokafor",
        (_f("I-485", "IOE0925560017", 288, ASKED, 8),), a_number="A217550912",
        originals=(("Passport of Elena García", "Safe 2, folder 9"),),
    ),
    MatterPlan(
        "garcia_sofia", "adjustment_of_status", "García, Sofía", "es", "mduarte", "aokafor",
        (_f("I-485", "IOE0925560018", 288, READS, 19),), a_number="A217550913",
        note="Derivative of Elena García; turns 21 next autumn, watch the age-out.",
    ),
    MatterPlan(
        "joseph", "family_petition", "Joseph, Marie-Ange", "ht", "jbaptiste", "nhaddad",
        (_f("I-130", "IOE0919034412", 530, READS, 27),),
        parties=(("beneficiary", "Joseph, Frantz", "ht"),),
    ),
    MatterPlan(
        "ferreira", "adjustment_of_status", "Ferreira, Tiago", "pt", "jbaptiste", "nhaddad",
        (_f("I-485", "IOE0930417765", 160, PRINTS, 6),), a_number="A219771458",
    ),
    MatterPlan(
        "vo", "adjustment_of_status", "Vo, Linh", "vi", "mduarte", "aokafor",
        (_f("I-485", "IOE0926638120", 266, ASKED, 5),), a_number="A218204437",
    ),
    MatterPlan(
        "vo_hannah", "family_petition", "Vo, Hannah", "en", "mduarte", "aokafor",
        (_f("I-130", "IOE0926638119", 266, READS, 33),),
        parties=(("beneficiary", "Vo, Linh", "vi"),),
    ),
    MatterPlan(
        "ortiz", "family_petition", "Ortiz, Carmen", "es", "bcole", "jreyes",
        (_f("I-130", "MSC2690338871", 344, ASKED, 2),),
        parties=(("beneficiary", "Ortiz, Rafael", "es"),), priority="high",
    ),
    MatterPlan(
        "morales", "adjustment_of_status", "Morales, Inés", "es", "mduarte", "lchen",
        (_f("I-485", "IOE0934471106", 21, WAITS, 11), _f("I-765", "IOE0934471107", 21, WAITS, 11)),
        a_number="A220664190",
    ),
    MatterPlan(
        "novikova", "adjustment_of_status", "Novikova, Daria", "ru", "bcole", "lchen",
        (_f("I-485", "IOE0929915538", 187, PRINTS, 18),), a_number="A219305527",
    ),
)  # fmt: skip

EMPLOYMENT: tuple[MatterPlan, ...] = (
    MatterPlan(
        "nguyen", "h1b", "Acme Corp.", "en", "mduarte", "aokafor",
        (_f("I-129", "EAC2690512437", 96, ASKED, 1),), caption="Acme Corp. / Nguyen",
        parties=(("employer_contact", "Dana Whitfield, People Operations", "en"), ("beneficiary", "Nguyen, Thanh", "vi")),
        rules=("Write to Dana Whitfield; Mr. Nguyen is copied, never asked for company papers",),
        note="Premium processing is paid; the clock of the agency stopped with the request.",
    ),
    MatterPlan(
        "nguyen_gc", "employment_immigrant", "Acme Corp.", "en", "bcole", "lchen",
        (_f("I-140"),), caption="Acme Corp. / Nguyen", of="nguyen",
        parties=(("employer_contact", "Dana Whitfield, People Operations", "en"), ("beneficiary", "Nguyen, Thanh", "vi")),
        strategy="PERM first; keep the job description of the H-1B petition word for word.",
    ),
    MatterPlan(
        "iyer", "h1b", "Acme Corp.", "en", "bcole", "lchen",
        (_f("I-129", "EAC2690498820", 121, "Case Was Approved", 40, expires=76),), caption="Acme Corp. / Iyer", of="nguyen",
        parties=(("employer_contact", "Dana Whitfield, People Operations", "en"), ("beneficiary", "Iyer, Kavya", "en")),
    ),
    MatterPlan(
        "wang", "employment_immigrant", "Harbor Analytics Inc.", "en", "mduarte", "aokafor",
        (_f("I-140", "LIN2690140772", 230, ASKED, 7),), caption="Harbor Analytics Inc. / Wang",
        parties=(("employer_contact", "Peter Lund, Finance", "en"), ("beneficiary", "Wang, Yan", "zh")),
        strategy="Ability to pay by net current assets; the 2024 return alone does not carry it.",
    ),
    MatterPlan(
        "liu", "h1b", "Bright Path Software LLC", "en", "bcole", "jreyes",
        (_f("I-129", "WAC2690233106", 150, ASKED, 10),), caption="Bright Path Software LLC / Liu",
        parties=(("employer_contact", "Sara Kim, Legal", "en"), ("beneficiary", "Liu, Mei", "zh")),
    ),
    MatterPlan(
        "sato", "l1a", "Kumo Robotics Inc.", "en", "bcole", "nhaddad",
        (_f("I-129", "SRC2690077415", 88, ASKED, 2),), caption="Kumo Robotics Inc. / Sato",
        parties=(("employer_contact", "Emi Mori, Administration", "ja"), ("beneficiary", "Sato, Ken", "ja")),
    ),
    MatterPlan(
        "muller", "e2", "Muller, Jonas", "de", "bcole", "lchen",
        (_f("I-129", "WAC2690301558", 44, WAITS, 12),), caption="Muller Bakery LLC / Muller",
        note="Lease of the second bakery is to follow.",
    ),
    MatterPlan(
        "rahman", "employment_immigrant", "Northside Clinic PC", "en", "bcole", "lchen",
        (_f("I-140", "SRC2690095530", 190, READS, 36),), caption="Northside Clinic PC / Rahman",
        parties=(("employer_contact", "Gloria Stone, Administrator", "en"), ("beneficiary", "Rahman, Farida", "bn")),
    ),
)  # fmt: skip

HUMANITARIAN: tuple[MatterPlan, ...] = (
    MatterPlan(
        "bekele", "removal_defense", "Bekele, Tadesse", "am", "jbaptiste", "aokafor",
        (_f("EOIR-42B"), _f("I-765", "IOE0933380041", 70, "Case Was Approved", 20, expires=200)),
        a_number="A205118846", priority="high",
        strategy="Cancellation, ten years; hardship to the daughter carries it. No word to the employer.",
    ),
    MatterPlan(
        "castillo", "removal_defense", "Castillo, Héctor", "es", "mduarte", "jreyes",
        (_f("EOIR-42A"),), a_number="A203664701",
        rules=("Detained: calls through the facility only, Tuesday and Friday",),
    ),
    MatterPlan(
        "pierre", "asylum", "Pierre, Wideline", "ht", "jbaptiste", "nhaddad",
        (_f("I-589", "ZNY2690012260", 410, PRINTS, 21), _f("I-765", "IOE0928830114", 210, "Case Was Approved", 21, expires=320)),
        a_number="A216900385", rules=("Kreyòl or French; never through the cousin",),
    ),
    MatterPlan(
        "almasri", "asylum", "Al-Masri, Omar", "ar", "jbaptiste", "nhaddad",
        (_f("I-589", "ZNY2690015518", 305, WAITS, 17), _f("I-765"),), a_number="A218117290",
        originals=(("Military service book of Omar Al-Masri", "Safe 1, folder 8"),),
    ),
    MatterPlan(
        "desta", "asylum", "Desta, Hanna", "am", "jbaptiste", "nhaddad",
        (_f("I-589", "ZNY2690016644", 280, WAITS, 17),), a_number="A218490033",
    ),
    MatterPlan(
        "petit", "asylum", "Petit, Jean-Robert", "ht", "jbaptiste", "nhaddad",
        (_f("I-589"),), a_number="A220781156", priority="high",
        note="One year of entry ends soon; the declaration is with the translator.",
    ),
    MatterPlan(
        "lopez", "u_visa", "López, Marisol", "es", "mduarte", "jreyes",
        (_f("I-918", "EAC2590260084", 590, ASKED, 6),), a_number="A215330672", priority="high",
        rules=("No letters to the home address", "Text only: \"please call the office\""),
    ),
    MatterPlan(
        "santos", "u_visa", "Santos, Beatriz", "pt", "jbaptiste", "nhaddad",
        (_f("I-918", "EAC2590281197", 520, READS, 45),), a_number="A216004419",
    ),
    MatterPlan(
        "diaz", "daca_renewal", "Díaz, Andrea", "es", "mduarte", "jreyes",
        (_f("I-821D", "IOE0933902287", 62, PRINTS, 4, expires=118, channel="electronic"),
         _f("I-765", "IOE0933902288", 62, WAITS, 4, expires=118, channel="electronic")), a_number="A214401873",
    ),
    MatterPlan(
        "mora", "daca_renewal", "Mora, Luis", "es", "mduarte", "jreyes",
        (_f("I-821D", expires=92, channel="electronic"), _f("I-765", expires=92, channel="electronic")),
        a_number="A214519640",
    ),
)  # fmt: skip

CITIZENSHIP: tuple[MatterPlan, ...] = (
    MatterPlan(
        "okonjo", "naturalization", "Okonjo, Ada", "en", "mduarte", "lchen",
        (_f("N-400", "IOE0932286605", 133, ASKED, 3, channel="electronic"),), a_number="A099220417",
        originals=(("Green card of Ada Okonjo, expired", "Safe 2, folder 21"),),
    ),
    MatterPlan(
        "ahmed", "naturalization", "Ahmed, Salma", "ar", "jbaptiste", "nhaddad",
        (_f("N-400", "IOE0929047716", 215, ASKED, 15),), a_number="A097714053",
    ),
    MatterPlan(
        "costa", "naturalization", "Costa, Renato", "pt", "jbaptiste", "lchen",
        (_f("N-400", channel="electronic"),), a_number="A096330128",
    ),
    MatterPlan(
        "kowalski", "naturalization", "Kowalski, Piotr", "pl", "bcole", "lchen",
        (_f("N-400", "IOE0931846620", 149, "Interview Was Scheduled", 2),), a_number="A095588014",
    ),
    MatterPlan(
        "zhao", "naturalization", "Zhao, Lian", "zh", "bcole", "lchen",
        (_f("N-400", "IOE0930771903", 176, PRINTS, 29),), a_number="A098406631",
    ),
    MatterPlan(
        "bello", "naturalization", "Bello, Tunde", "en", "bcole", "aokafor",
        (_f("N-400"),), a_number="A098911570",
    ),
)  # fmt: skip

MATTERS = (*FAMILY, *EMPLOYMENT, *HUMANITARIAN, *CITIZENSHIP)

LINKS: tuple[tuple[str, str, str], ...] = (
    ("ibarra", "ibarra_mateo", "spouse"),
    ("grant_paul", "grant_ifeoma", "spouse"),
    ("garcia_sofia", "garcia", "principal"),
    ("vo", "vo_hannah", "spouse"),
    ("nguyen", "nguyen_gc", "corporate"),
    ("nguyen", "iyer", "corporate"),
)
"""Of each pair, the second is the relation to the first."""

SECONDS = {"mduarte": "bcole", "bcole": "jbaptiste", "jbaptiste": "mduarte"}
"""Who is the second paralegal where the key is the first."""
