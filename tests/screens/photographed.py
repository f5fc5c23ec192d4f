"""The firm whose screens are photographed, and the camera: one store made once a process, the same on every machine.

Two months are not needed: a week in November with one Request for Evidence at Approve for filing, one that left the
house, one that came in this morning, and clients whose names are wide, run from right to left, or are very long.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any

from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.color import Color
from textual.widgets import Input

from casedesk.desk import (
    appointments,
    closures,
    drafts,
    filings,
    forms,
    matters,
    messages,
    milestones,
    notes,
    papers,
    people,
    requests,
    reviews,
    signatures,
    tasks,
)
from casedesk.desk.desk import Desk
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.screens.app import DeskApp
from casedesk.screens.theme import THEMES
from tests.desk.test_triage import letter as loose_letter
from tests.desk.test_triage import stack
from tests.screens.seat import Seat, sit
from tests.screens.test_theme import contrast
from tests.support.clock import ManualClock
from tests.support.firm import PASSPHRASE, FirmFixture, local_firm
from tests.support.notices import make_rfe
from tests.support.rfe import prepared, scan

SIZES = ((80, 24), (120, 40))
LEAST_CONTRAST = 4.5
ROSA, AHMED, WANG, NGUYEN, KOHN, KIM, LONG = (f"M-2026-000{n}" for n in range(1, 8))
CLIENTS = (
    ("Ibarra, Rosa", "adjustment_of_status", "es", "high", "I-485", "IOE0912345678"),
    ("محمد بن سلمان", "asylum", "ar", "standard", "I-589", "ZNY2691002222"),
    ("王小明", "adjustment_of_status", "zh", "standard", "I-485", "IOE0912345679"),
    ("Nguyễn Thị Hồng", "adjustment_of_status", "vi", "standard", "I-485", "IOE0912345680"),
    ("דוד כהן", "naturalization", "en", "standard", "N-400", "IOE0912345681"),
    ("김민준", "naturalization", "ko", "standard", "N-400", "IOE0912345682"),
    (
        "Fernández-Villaverde y Castellanos de la Torre, María de los Ángeles",
        "family_petition",
        "es",
        "standard",
        "I-130",
        "IOE0912345683",
    ),
)
RULE = "Call her cell only; never leave word with the employer."


@dataclass(frozen=True)
class Rolls:
    """What the story hands on to the pictures."""

    review: str
    drafting: str
    new: str


@dataclass(frozen=True)
class Kept:
    store: bytes
    at: datetime
    rolls: Rolls


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    """New York's wall clock in the week of Monday 9 November 2026."""
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


@cache
def _papers() -> tuple[Prepared, ...]:
    return tuple(
        prepare_bytes(data, name)
        for name, data in (
            ("letter.pdf", loose_letter("My cousin moved")),
            ("scan.pdf", stack(loose_letter("The lease of 14 Elm Street"), loose_letter("The lease of 9 Oak Avenue"))),
        )
    )  # fmt: skip


def _notice(receipt: str, name: str, dated: date, form: str = "I-485") -> Prepared:
    due = date(2027, 1, 28)
    made = make_rfe(receipt=receipt, notice_date=dated, due=due, form=form, name=name, a_number=None)
    return prepare_bytes(made, f"I-797E {receipt}.pdf")


class _Story:
    """The week, told through the desk's own use-cases."""

    def __init__(self, firm: FirmFixture) -> None:
        self.firm = firm

    def desk(self, handle: str) -> Desk:
        return self.firm.desk(handle)

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        self.firm.clock.set(_at(day, hour, minute))

    def tell(self) -> Rolls:
        duarte, okafor, novak = self.desk("mduarte"), self.desk("aokafor"), self.desk("inovak")
        novak.write(closures.add, date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving")
        for client, kind, tongue, priority, form, receipt in CLIENTS:
            duarte.write(
                matters.open_matter, kind, client, language=tongue, priority=priority, form=(form,),
                receipt=receipt, paralegal="mduarte", attorney="aokafor",
            )  # fmt: skip
        duarte.write(matters.contact_rule, ROSA, RULE)
        # People's ids are drawn by lot at the founding: between equally busy reviewers the pick would be, too.
        reyes = self.desk("jreyes")
        busy = reyes.write(notes.call, KOHN, "asked for Julia", callback="jreyes", by=date(2026, 11, 30)).task
        assert busy is not None
        reyes.write(tasks.acknowledge, busy)
        duarte.write(matters.form_status, ROSA, "I-485", "Case Was Received")
        self.at(9, 10)
        _, shipped = self._answer(NGUYEN, CLIENTS[3][5], "NGUYEN THI HONG")
        self.at(10, 9)
        okafor.write(reviews.approve, self._open("content"))
        self._out(shipped)
        self.at(10, 11)
        drafting, packet = self._answer(ROSA, CLIENTS[0][5], "IBARRA, ROSA")
        self.at(10, 15)
        okafor.write(reviews.send_back, self._open("content"), {"accuracy": "Since when, and which exhibit?"})
        self.at(12, 9)
        packet = duarte.write(drafts.submit, drafting, (_response(2),)).packet
        self.at(12, 10)
        okafor.write(reviews.approve, self._open("content"))
        self._signed(packet)
        self.at(12, 14)
        self.desk("lchen").write(reviews.approve, self._open("second"))
        review = self._open("signoff")
        self.at(13, 8)
        _, packet = self._answer(
            LONG, CLIENTS[6][5], "FERNANDEZ, MARIA", "I-130", signs=("王小明", "محمد بن سلمان")
        )
        okafor.write(reviews.approve, self._open("content"))
        duarte.write(signatures.sent, duarte.read(signatures.listing, packet=packet)[0].ref)
        self._around()
        self.at(13, 9, 5)
        got = self.desk("tfinn").write(
            papers.receive, _notice(CLIENTS[2][5], "WANG, XIAOMING", date(2026, 11, 9))
        )
        for each in _papers():
            self.desk("tfinn").write(papers.receive, each)
        self.at(13, 14, 2)
        return Rolls(review, drafting, next(t["ref"] for t in got.tasks if t["kind"] == "rfe_intake"))

    def _answer(
        self, matter: str, receipt: str, name: str, form: str = "I-485", signs: tuple[str, ...] = ()
    ) -> tuple[str, str]:
        """A Request for Evidence comes in, is taken in, triaged, and its first draft handed in."""
        duarte, okafor = self.desk("mduarte"), self.desk("aokafor")
        got = self.desk("tfinn").write(papers.receive, _notice(receipt, name, date(2026, 11, 2), form))
        for task in got.tasks:
            desk = okafor if task["kind"] == "rfe_triage" else duarte
            for item in desk.read(tasks.show, task["ref"]).checklist:
                desk.write(tasks.tick, task["ref"], item.id, note="simple")
            desk.write(tasks.complete, task["ref"])
        drafting = next(
            t.ref for t in duarte.read(tasks.queue, scope="all", text=matter) if t.kind == "rfe_draft"
        )
        self.firm.clock.advance(hours=1)
        for n, item in enumerate(duarte.read(tasks.show, drafting).checklist):
            paper = prepared("Paper", f"Synthetic paper {n}", f"exhibit-{n}.pdf") if item.wants_file else None
            duarte.write(tasks.tick, drafting, item.id, prepared=paper)
        sign = tuple(("G-28", "Part 4", who) for who in signs or (name.title(),))
        return drafting, duarte.write(drafts.submit, drafting, (_response(1),), sign=sign).packet

    def _open(self, kind: str) -> str:
        (ref,) = [r.ref for r in self.desk("aokafor").read(reviews.listing) if r.kind == kind]
        return str(ref)

    def _signed(self, packet: str) -> None:
        duarte = self.desk("mduarte")
        for slot in duarte.read(signatures.listing, packet=packet):
            duarte.write(signatures.sent, slot.ref)
            duarte.write(signatures.back, slot.ref, scan())

    def _out(self, packet: str) -> None:
        self._signed(packet)
        self.firm.clock.advance(minutes=30)
        self.desk("lchen").write(reviews.approve, self._open("second"))
        self.firm.clock.advance(minutes=30)
        self.desk("aokafor").write(
            reviews.sign_off, self._open("signoff"), confirm=NGUYEN, passphrase=PASSPHRASE
        )
        self.desk("mduarte").write(filings.ship, packet, carrier="FedEx", tracking="7712 4410 0192")

    def _around(self) -> None:
        """A hearing and an interview at the same hour, what was asked of clients, calls, a receipt nobody looked at."""
        duarte = self.desk("mduarte")
        duarte.write(
            appointments.add, AHMED, "hearing", _at(17, 9), hearing="master", place="26 Federal Plaza"
        )
        duarte.write(appointments.add, KOHN, "interview", _at(17, 9))
        duarte.write(appointments.add, KIM, "biometrics", _at(19, 13), place="Long Island City")
        asked = duarte.write(requests.send, AHMED, papers=("Birth certificate", "Two photographs")).ref
        self.desk("aokafor").write(messages.approve, asked)
        duarte.write(messages.sent, asked, "letter")
        duarte.write(notes.call, LONG, "asked about travel", callback="aokafor", by=date(2026, 11, 16))
        duarte.write(notes.call, ROSA, "asked about travel; told: do not leave", callback="mduarte")
        late = duarte.write(notes.call, KIM, "wants to hear of the interview", callback="mduarte").task
        assert late is not None
        duarte.write(tasks.acknowledge, late)
        waits = duarte.write(notes.call, KOHN, "sends the lease", callback="mduarte").task
        assert waits is not None
        duarte.write(tasks.acknowledge, waits)
        duarte.write(tasks.wait, waits, on="client", wake=date(2026, 11, 24), note="He is travelling.")
        cole = self.desk("bcole")
        begun = cole.write(notes.call, WANG, "will bring the lease", callback="bcole").task
        cole.write(notes.call, AHMED, "asks for the hearing's room", callback="bcole", by=date(2026, 11, 16))
        assert begun is not None
        cole.write(tasks.start, begun)
        self.desk("inovak").write(
            people.absence, "bcole", date(2026, 11, 16), date(2026, 11, 18), cover="mduarte"
        )
        duarte.write(forms.form_add, ROSA, "I-765", receipt_number="IOE0912345601", received=date(2026, 3, 1))
        duarte.write(milestones.reach, ROSA, "filed", on=date(2026, 3, 9), message=False)


def _response(version: int) -> Prepared:
    words = {
        1: "I resided at 14 Elm St since 2019.",
        2: "I resided at 14 Elm Street since March 2019 (Exhibit C).",
    }
    return prepared("Response to the Request for Evidence", words[version], "response.pdf")


class _Rows:
    """Random bits for refs; ids go up as they are drawn, so that what was written at one instant stays in its order."""

    def __init__(self) -> None:
        self._ids = count(1_000_000)
        self._random = random.Random(7)

    def __call__(self, bits: int) -> int:
        return next(self._ids) if bits > 32 else self._random.getrandbits(bits)


class _Handed(FirmFixture):
    """Everybody's desk draws its refs and ids from one row, the same every time."""

    @cached_property
    def rows(self) -> _Rows:
        return _Rows()

    def desk(self, handle: str = "mduarte") -> Desk:
        fresh = handle not in self._desks
        made = super().desk(handle)
        if fresh:
            made.store.randbits = self.rows
        return made


@cache
def _told() -> Kept:
    folder = Path(tempfile.mkdtemp(prefix="cdpic-"))
    try:
        clock = ManualClock()
        made = local_firm(folder / "walk" / "firm.db", clock)
        firm = _Handed(made.store, clock, shared=False)
        rolls = _Story(firm).tell()
        firm.desk("mduarte").sweep(100)
        firm.close()
        return Kept(Path(firm.store).read_bytes(), clock.now(), rolls)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def photographed(folder: Path) -> Iterator[tuple[FirmFixture, Rolls]]:
    """Friday 13 November 2026, 14:02 in New York, in a store of the test's own."""
    kept = _told()
    path = folder / "firm.db"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(kept.store)
    path.chmod(0o600)
    firm = _Handed(str(path), ManualClock(kept.at), shared=False)
    try:
        yield firm, kept.rolls
    finally:
        firm.close()


class Svg(SingleFileSnapshotExtension):
    """A picture a file, as text, so that a difference can be read."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_NUMBERED = re.compile(r"terminal-\d+")
_REF = re.compile(r"\b([A-Z]{1,2})-([0-9A-HJKMNP-TV-Z]{6})\b")
_CUT_REF = re.compile(r"\b([A-Z]{1,2})-([0-9A-HJKMNP-TV-Z]{1,5})…")
"""Refs are drawn by lot: one more draw anywhere before would change them all. A picture counts them as they appear."""
_HASHED = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8}(?:[0-9a-f]{56})?\b")
"""A hash, whole or its first or last eight: packed bytes differ between builds of zlib, and ids with the run."""


def _picture(app: DeskApp) -> str:
    """The screen as SVG that fetches nothing, with what differs between two runs alike blanked out."""
    drawn = _FONTS.sub("", app.export_screenshot(title="casedesk", simplify=True))
    drawn = _HASHED.sub(lambda found: "0" * len(found[0]), _NUMBERED.sub("terminal", drawn))
    seen: dict[str, str] = {}
    for found in _REF.finditer(drawn):
        seen.setdefault(found[0], f"{found[1]}-{len(seen) + 1:06}")
    drawn = _REF.sub(lambda found: seen[found[0]], drawn)
    return _CUT_REF.sub(lambda found: f"{found[1]}-{'0' * len(found[2])}…", drawn)


def faint(app: DeskApp) -> dict[str, float]:
    """Words on the front screen that stand out less than 4.5 to 1 from their ground; behind a box nothing is read."""
    boxes = app.screen.query(".dialog")
    region = boxes.first().region if boxes else app.screen.region
    found = {}
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        if not region.y <= y < region.bottom:
            continue
        for text, style, _ in strip.crop(region.x, region.right):
            if style is None or not any(map(str.isalnum, text)):
                continue
            assert style.color is not None, text
            assert style.bgcolor is not None, text
            letters, ground = map(Color.from_rich_color, (style.color, style.bgcolor))
            ratio = contrast(letters, ground)
            if ratio < LEAST_CONTRAST:
                found[text] = round(ratio, 2)
    return found


@dataclass
class Camera:
    """One person's desk; `take` looks at the words first, then photographs it in both sizes and themes."""

    seat: Seat
    snapshot: SnapshotAssertion
    sizes: tuple[tuple[int, int], ...] = SIZES

    async def press(self, *keys: str) -> None:
        await self.seat.press(*keys)

    async def to(self, words: str) -> None:
        """Down the list in front until the cursor stands on the line with these words."""
        for _ in range(40):
            if any("▌" in line and words in line for line in self.seat.lines()):
                return
            await self.press("down")
        raise AssertionError(f"No line says {words!r}:\n{self.seat.text()}")

    async def take(self, *sees: str, never: tuple[str, ...] = ()) -> None:
        """At each size: every word of `sees` stands there, no word of `never` does, no line is too long; then the
        pictures. All of them are looked at before the first difference fails the test."""
        app, wrong = self.seat.app, []
        for size in self.sizes:
            await self.seat.pilot.resize_terminal(*size)
            await self.seat.settle()
            shown = self.seat.words()
            for words in sees:
                assert words in shown, f"{words!r} is missing at {size}:\n{self.seat.text()}"
            for words in never:
                assert words not in shown, f"{words!r} stands at {size}:\n{self.seat.text()}"
            for box in app.screen.query(Input):
                box.cursor_blink = False
            for name, theme in THEMES.items():
                app.theme = theme.name
                await self.seat.settle()
                picture = f"{size[0]}x{size[1]}-{name}"
                assert faint(app) == {}, f"{size} {name}:\n{self.seat.text()}"
                if _picture(app) != self.snapshot(name=picture):
                    wrong.append(picture)
        assert not wrong, f"Not as photographed: {', '.join(wrong)}. `just snapshots` takes them anew."


@asynccontextmanager
async def camera(desk: Desk, snapshot: SnapshotAssertion, **options: Any) -> AsyncIterator[Camera]:
    async with sit(desk, SIZES[0], **options) as seat:
        yield Camera(seat, snapshot.use_extension(Svg))
