"""The ten people of the demo firm, in all six roles, and what their firm begins with. All of them are made up."""

from __future__ import annotations

from casedesk.founding import FirmPlan, Founder
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role

FIRM = "Reyes & Okafor LLP"
ZONE = "America/New_York"
SITS_HERE = "mduarte"

SIGNING_PASSPHRASE = "paper lantern quiet harbor"  # noqa: S105
"""Opens the signing key of everybody in the demo who may sign. It protects nothing: the command prints it."""

DEMO, PASSPHRASE, MAKING = "demo", "demo_passphrase", "demo_making"
"""The marks by which a demo's store is told from a firm's; the last stands only while its history is being made."""


def plan(*, key_memory_kib: int, more: tuple[Founder, ...] = ()) -> FirmPlan:
    """The demo firm under the three-person policy, with `more` people than its ten; `key_memory_kib` is what guessing
    a passphrase costs."""
    return FirmPlan(
        name=FIRM,
        zone=ZONE,
        people=(*PEOPLE, *more),
        phone="212-555-0100",
        address="40 Example Street, Floor 9, New York, NY 10004",
        policy=ReviewPolicy.THREE_PERSON,
        sits_here=SITS_HERE,
        key_memory_kib=key_memory_kib,
        marks={DEMO: "1", PASSPHRASE: SIGNING_PASSPHRASE, MAKING: "1"},
    )


def staff(
    handle: str,
    name: str,
    *roles: Role,
    languages: tuple[str, ...] = ("en",),
    skills: tuple[str, ...] = (),
    bar: str | None = None,
    hours: int = 40,
    signs: bool = True,
) -> Founder:
    """One of the firm. With the number of a bar a licence, and with `signs` a signing key too."""
    licences = () if bar is None else ((LicenceKind.ATTORNEY, bar, "NY"),)
    return Founder(
        handle=handle,
        name=name,
        roles=roles,
        licences=licences,
        languages=languages,
        skills=skills,
        capacity_hours=hours,
        email=f"{handle}@firm.example",
        passphrase=SIGNING_PASSPHRASE if bar is not None and signs else None,
    )


PEOPLE: tuple[Founder, ...] = (
    staff(
        "mduarte", "Maria Duarte", Role.PARALEGAL, languages=("en", "es"), skills=("rfe", "family"), hours=38
    ),
    staff("bcole", "Ben Cole", Role.PARALEGAL, skills=("employment",), hours=38),
    staff(
        "jbaptiste",
        "Josette Baptiste",
        Role.PARALEGAL,
        languages=("en", "fr", "ht", "pt"),
        skills=("asylum",),
        hours=38,
    ),
    staff("aokafor", "Adaeze Okafor", Role.ATTORNEY, languages=("en", "ig"), bar="5512345"),
    staff(
        "lchen",
        "Li Chen",
        Role.SENIOR_ASSOCIATE,
        languages=("en", "zh"),
        skills=("rfe", "employment"),
        bar="5598765",
    ),
    staff(
        "nhaddad",
        "Nadia Haddad",
        Role.SENIOR_ASSOCIATE,
        languages=("en", "ar", "fr"),
        skills=("rfe", "asylum"),
        bar="5601122",
    ),
    staff(
        "jreyes",
        "Julia Reyes",
        Role.MANAGING_PARTNER,
        Role.ATTORNEY,
        languages=("en", "es"),
        bar="4411223",
        hours=30,
    ),
    staff("inovak", "Irena Novak", Role.OPERATIONS_MANAGER),
    staff("tfinn", "Tess Finn", Role.INTAKE_SPECIALIST, languages=("en", "es")),
    staff("kpham", "Kim Pham", Role.INTAKE_SPECIALIST, languages=("en", "vi"), hours=24),
)
