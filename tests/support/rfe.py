"""One Request for Evidence carried to any stage, under any review policy; and stores that stand at each stage.

`run_rfe` walks the desk as people do. `sqlite_stage` and `PgStages` do that once a process and keep a copy of the store
at every stage, so that a test begins where its question begins.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from casedesk.desk import drafts, filings, matters, papers, reviews, signatures, tasks
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.founding import Founder
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role
from tests.support.clock import ManualClock
from tests.support.firm import EVERYBODY, OKAFOR, PASSPHRASE, FirmFixture, local_firm, plan, shared_firm
from tests.support.notices import make_rfe
from tests.support.postgres import OwnedDb, PgServer

RECEIPT = "IOE0912345678"

STAGES = (
    "opened",  # the matter is open
    "received",  # the notice is in: intake and triage are open, the client's letter is held
    "drafting",  # triage done, the checklist still open
    "content",  # version 1 submitted, its content review open
    "signing",  # OK for signature, one signature still out
    "second",  # signature back, the second review open
    "signoff",  # second review approved, the sign-off open
    "signed",
    "shipped",
    "delivered",
    "receipted",
)

TRAINED = replace(
    EVERYBODY[0], licences=((LicenceKind.REVIEWER, "", ""),), roles=(Role.PARALEGAL, Role.OPERATIONS_MANAGER)
)
"""Maria Duarte with the firm's reviewer training: the other half of a two-person firm."""

SOLO = replace(OKAFOR, roles=(Role.MANAGING_PARTNER, Role.ATTORNEY))

PEOPLE: dict[ReviewPolicy, tuple[Founder, ...]] = {
    ReviewPolicy.THREE_PERSON: EVERYBODY,
    ReviewPolicy.TWO_PERSON: (TRAINED, OKAFOR),
    ReviewPolicy.SOLE: (SOLO,),
}


@dataclass(frozen=True)
class Cast:
    """Who does what; `intake` opens the matter and receives the notice."""

    intake: str
    preparer: str
    attorney: str
    second: str


CASTS = {
    ReviewPolicy.THREE_PERSON: Cast("tfinn", "mduarte", "aokafor", "lchen"),
    ReviewPolicy.TWO_PERSON: Cast("mduarte", "mduarte", "aokafor", "mduarte"),
    ReviewPolicy.SOLE: Cast("aokafor", "aokafor", "aokafor", "aokafor"),
}


@dataclass
class Rfe:
    """Where a Request for Evidence stands. Refs are as people type them; "" for what is not there yet."""

    firm: FirmFixture
    cast: Cast
    matter: str = ""
    drafting: str = ""
    intake: str = ""
    triage: str = ""
    packet: str = ""
    slot: str = ""
    reviews: dict[str, str] = field(default_factory=dict)
    stage: str = ""

    def on(self, firm: FirmFixture) -> Rfe:
        """The same story in a copy of its store."""
        return replace(self, firm=firm, reviews=dict(self.reviews))


@cache
def prepared(title: str, words: str, name: str) -> Prepared:
    """A one-page paper, read once a process: reading it runs a child."""
    return prepare_bytes(text_to_pdf(title, [words]).data, name)


@cache
def notice(receipt: str = RECEIPT) -> Prepared:
    """The synthetic RFE of 2 November 2026, due 28 January 2027."""
    made = make_rfe(
        receipt=receipt,
        notice_date=date(2026, 11, 2),
        due=date(2027, 1, 28),
        form="I-485",
        name="IBARRA, ROSA",
    )
    return prepare_bytes(made, "I-797E.pdf")


def letter(version: int) -> Prepared:
    return prepared(
        "Response to the Request for Evidence", f"Version {version} of our response.", "response.pdf"
    )


def scan(page: str = "G-28 Part 4") -> Prepared:
    return prepared("Signed", f"{page}, signed in ink (synthetic scan)", "scan.pdf")


def open_matter(firm: FirmFixture, cast: Cast, *, receipt: str = RECEIPT) -> str:
    """Rosa Ibarra's matter, with her pending I-485."""
    opened = firm.desk(cast.preparer).write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        priority="high",
        a_number="A078451236",
        phone="212-555-0142",
        paralegal=cast.preparer,
        attorney=cast.attorney,
        form=("I-485",),
        receipt=receipt,
    )
    return opened.ref


def run_rfe(
    firm: FirmFixture,
    *,
    until: str = "delivered",
    policy: ReviewPolicy = ReviewPolicy.THREE_PERSON,
    cast: Cast | None = None,
    receipt: str = RECEIPT,
    at_stage: Callable[[Rfe], None] | None = None,
) -> Rfe:
    """Carry one RFE from the matter's opening to `until`, by the people of `cast`; `at_stage` is told of each stage."""
    rfe = Rfe(firm, cast or CASTS[policy])
    for stage in STAGES:
        _STEPS[stage](rfe, receipt)
        rfe.stage = stage
        if at_stage is not None:
            at_stage(rfe)
        if stage == until:
            return rfe
    raise ValueError(f"{until} is none of {', '.join(STAGES)}")


def go_on(rfe: Rfe, until: str, *, receipt: str = RECEIPT) -> Rfe:
    """From where it stands to `until`."""
    for stage in STAGES[STAGES.index(rfe.stage) + 1 : STAGES.index(until) + 1]:
        _STEPS[stage](rfe, receipt)
        rfe.stage = stage
    return rfe


def _opened(rfe: Rfe, receipt: str) -> None:
    rfe.matter = open_matter(rfe.firm, rfe.cast, receipt=receipt)


def _received(rfe: Rfe, receipt: str) -> None:
    got = rfe.firm.desk(rfe.cast.intake).write(papers.receive, notice(receipt))
    opened = {t["kind"]: t["ref"] for t in got.tasks}
    rfe.intake, rfe.triage = opened["rfe_intake"], opened["rfe_triage"]


def _drafting(rfe: Rfe, receipt: str) -> None:
    cast = rfe.cast
    for ref, handle in ((rfe.intake, cast.preparer), (rfe.triage, cast.attorney)):
        desk = rfe.firm.desk(handle)
        for item in desk.read(tasks.show, ref).checklist:
            desk.write(tasks.tick, ref, item.id, note="simple")
        desk.write(tasks.complete, ref)
    found = [t for t in rfe.firm.desk(cast.preparer).read(tasks.queue, scope="all") if t.kind == "rfe_draft"]
    rfe.drafting = found[-1].ref


def _content(rfe: Rfe, receipt: str) -> None:
    desk = rfe.firm.desk(rfe.cast.preparer)
    rfe.firm.clock.advance(days=20)
    for n, item in enumerate(desk.read(tasks.show, rfe.drafting).checklist):
        paper = (
            prepared("Paper", f"Synthetic paper {n} of {receipt}", f"paper-{n}.pdf")
            if item.wants_file
            else None
        )
        desk.write(tasks.tick, rfe.drafting, item.id, prepared=paper)
    sent = desk.write(drafts.submit, rfe.drafting, (letter(1),), sign=(("G-28", "Part 4", "Rosa Ibarra"),))
    rfe.packet, rfe.reviews["content"] = sent.packet, sent.review
    (slot,) = desk.read(signatures.listing, packet=rfe.packet)
    rfe.slot = slot.ref


def _signing(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(hours=1)
    rfe.firm.desk(rfe.cast.attorney).write(reviews.approve, rfe.reviews["content"])
    rfe.firm.desk(rfe.cast.preparer).write(signatures.sent, rfe.slot)


def _second(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(hours=1)
    rfe.firm.desk(rfe.cast.preparer).write(signatures.back, rfe.slot, scan())
    rfe.reviews["second"] = open_review(rfe, "second")


def _signoff(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(minutes=31)
    rfe.firm.desk(rfe.cast.second).write(reviews.approve, rfe.reviews["second"])
    rfe.reviews["signoff"] = open_review(rfe, "signoff")


def _signed(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(hours=1)
    rfe.firm.desk(rfe.cast.attorney).write(
        reviews.sign_off, rfe.reviews["signoff"], confirm=rfe.matter, passphrase=PASSPHRASE
    )


def _shipped(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(hours=1)
    rfe.firm.desk(rfe.cast.preparer).write(filings.ship, rfe.packet, carrier="FedEx", tracking="7712")


def _delivered(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(days=1)
    rfe.firm.desk(rfe.cast.preparer).write(filings.deliver, rfe.packet)


def _receipted(rfe: Rfe, receipt: str) -> None:
    rfe.firm.clock.advance(days=1)
    rfe.firm.desk(rfe.cast.preparer).write(filings.receipt, rfe.packet)


_STEPS: dict[str, Callable[[Rfe, str], None]] = {
    "opened": _opened,
    "received": _received,
    "drafting": _drafting,
    "content": _content,
    "signing": _signing,
    "second": _second,
    "signoff": _signoff,
    "signed": _signed,
    "shipped": _shipped,
    "delivered": _delivered,
    "receipted": _receipted,
}


def open_review(rfe: Rfe, kind: str) -> str:
    """The ref of the packet's open review of a kind."""
    rows = rfe.firm.desk(rfe.cast.attorney).read(reviews.listing)
    (ref,) = [r.ref for r in rows if r.kind == kind and r.packet == rfe.packet]
    return ref


# -- stores that stand at a stage ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A copy of a store at one stage, and the instant at which it was taken."""

    store: str
    rfe: Rfe
    at: datetime


@cache
def _walked(policy: ReviewPolicy) -> dict[str, Kept]:
    folder = Path(tempfile.mkdtemp(prefix="cdrfe-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clock = ManualClock()
    firm = local_firm(folder / "walk" / "firm.db", clock, plan(PEOPLE[policy], policy))
    kept: dict[str, Kept] = {}

    def keep(rfe: Rfe) -> None:
        firm.close()  # with the last connection the journal goes into the file
        copy = folder / f"{rfe.stage}.db"
        shutil.copyfile(firm.store, copy)
        kept[rfe.stage] = Kept(str(copy), rfe.on(firm), clock.now())

    run_rfe(firm, until="receipted", policy=policy, at_stage=keep)
    firm.close()
    return kept


def sqlite_stage(stage: str, folder: Path, policy: ReviewPolicy = ReviewPolicy.THREE_PERSON) -> Rfe:
    """The story at `stage` in a file of the test's own, with a clock of its own. Close its `firm` at the end."""
    kept = _walked(policy)[stage]
    copy = folder / f"{policy}-{stage}.db"
    shutil.copyfile(kept.store, copy)
    copy.chmod(0o600)
    return kept.rfe.on(FirmFixture(str(copy), ManualClock(kept.at), shared=False))


@dataclass
class PgStages:
    """The same on PostgreSQL: one firm of one policy a server (its logins belong to the whole server)."""

    server: PgServer
    owned: OwnedDb
    passwords: dict[str, str]
    kept: dict[str, tuple[OwnedDb, Rfe, datetime]]

    @classmethod
    def walk(cls, server: PgServer, policy: ReviewPolicy = ReviewPolicy.THREE_PERSON) -> PgStages:
        owned = server.new_owner_database()
        clock = ManualClock(datetime(2026, 11, 9, 14, 40, tzinfo=UTC))
        firm = shared_firm(owned, clock, plan(PEOPLE[policy], policy))
        made = cls(server, owned, dict(firm.passwords), {})

        def keep(rfe: Rfe) -> None:
            firm.close()
            made.kept[rfe.stage] = (server.clone(owned), rfe.on(firm), clock.now())

        run_rfe(firm, until="receipted", policy=policy, at_stage=keep)
        firm.close()
        return made

    def stage(self, stage: str, *, fresh: bool = False) -> Rfe:
        """The story at `stage`. Tests share its database and write nothing that stays, unless they ask for a `fresh` one."""
        database, rfe, at = self.kept[stage]
        if fresh:
            database = self.server.clone(database)
        return rfe.on(
            FirmFixture(database.url, ManualClock(at), shared=True, passwords=self.passwords, owned=database)
        )
