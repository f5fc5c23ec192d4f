"""Every screen at 80 by 24 and at 120 by 40, on dark and on light: first the words that must stand there, then the picture.

The pictures lie in `__snapshots__/test_pictures`, four a screen; `just snapshots` takes them anew. Look at them with
the test's docstring beside them before committing them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from casedesk.desk import changes, notes, tasks
from casedesk.screens.approve import ApproveScreen
from casedesk.screens.changed import ChangedScreen
from casedesk.screens.matching import MatchScreen
from casedesk.screens.palette import PaletteScreen
from casedesk.screens.polling import out_of_reach
from casedesk.screens.saved import SavedSection
from tests.screens.photographed import ROSA, RULE, Camera, Rolls, camera, photographed
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm

Scene = Callable[[Camera], Awaitable[None]]
Show = Callable[..., None]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[tuple[FirmFixture, Rolls]]:
    with photographed(tmp_path / "desk") as made:
        yield made


@pytest.fixture
def rolls(story: tuple[FirmFixture, Rolls]) -> Rolls:
    return story[1]


@pytest.fixture
def show(story: tuple[FirmFixture, Rolls], snapshot: SnapshotAssertion) -> Show:
    """`show(handle, scene)` sits that person down and plays the scene before the camera."""

    def play(handle: str, scene: Scene, **options: Any) -> None:
        async def run() -> None:
            async with camera(story[0].desk(handle), snapshot, **options) as shot:
                await scene(shot)

        asyncio.run(run())

    return play


def test_queue(show: Show) -> None:
    """What is mine in the order to do it, one line each: state, ref, what, whose, due when; on the large one matter,
    form and the agency's date as well. 王小明, the Arabic and the Hebrew name leave the columns straight. Below, why the
    first one stands there and its dates; the tabs with their counts above; at the foot what can be done."""

    async def scene(shot: Camera) -> None:
        await shot.take("Mine", "▲ new", "RFE intake", "王小明", "Why here", "enter open", "? keys")

    show("mduarte", scene)


def test_queue_of_the_team(show: Show) -> None:
    """Everybody's work: the owner stands in bold in place of the ref (small) or the matter (large)."""

    async def scene(shot: Camera) -> None:
        await shot.press("5")
        await shot.take("[Team", "M. Duarte", "A. Okafor", "▲ new", "◐ begun")

    show("mduarte", scene)


def test_queue_of_reviews(show: Show) -> None:
    """An attorney's reviews: what kind, whose, how long it takes to read, due when; the preview says what changed."""

    async def scene(shot: Camera) -> None:
        await shot.press("6")
        await shot.take("[Reviews", "○ approval for filing", "Ibarra, Rosa", "min", "Changed")

    show("aokafor", scene)


def test_queue_waiting_and_marked(show: Show) -> None:
    """Two lines marked with a plus; the tabs' right end says "2 marked"; waiting is said with a clock and for whom."""

    async def scene(shot: Camera) -> None:
        await shot.press("4", "space", "space")
        await shot.take("[Waiting", "2 marked", "◷ client")

    show("mduarte", scene)


def test_queue_filtered(show: Show) -> None:
    """A question being typed: what it goes on to be stands dim behind it, what is wrong with it at the right, and the rows
    of the last good answer below. A section of the person's own stands behind the shipped ones, with its count."""

    async def scene(shot: Camera) -> None:
        await shot.press("5", "slash")
        await shot.seat.type("kind:rfe due<=soon")
        await shot.take("[Team", "My RFEs", "kind:rfe due<=soon", "'soon' is no day.", "RFE intake")

    show("mduarte", scene, sections=(SavedSection(name="My RFEs", where="owner:@me kind:rfe"),))


def test_empty_desk(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """A page, not a blank: what one can begin with, a key each, and what the desk does tonight by itself."""
    firm = local_firm(tmp_path / "new" / "firm.db", ManualClock())

    async def scene() -> None:
        async with camera(firm.desk("mduarte"), snapshot) as shot:
            await shot.take("A new desk, Maria", "Add a matter", "Drop in a notice", "Tonight")

    try:
        asyncio.run(scene())
    finally:
        firm.close()


def test_task(show: Show, rolls: Rolls) -> None:
    """The task's dates with their citation, owner and why, papers; the checklist with its states in glyph and word; the
    item under the cursor whole below."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("task", rolls.new)
        await shot.take("RFE intake", "USCIS due", "8 CFR", "Owner", "○ open", "space tick")

    show("mduarte", scene)


def test_task_in_review(show: Show, rolls: Rolls) -> None:
    """A task whose draft waits for Approve for filing: every item done, acts that may not be done now are in brackets."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("task", rolls.drafting)
        await shot.take("✔ done", "in review")

    show("mduarte", scene)


def test_matters(show: Show) -> None:
    """One line a matter with its next step and when it is due, whichever script its client's name is in; the one under
    the cursor below; sections and the filter as in the queue."""

    async def scene(shot: Camera) -> None:
        await shot.press("t")
        await shot.take(ROSA, "Ibarra, Rosa", "王小明")

    show("mduarte", scene)


def test_matter_card(show: Show) -> None:
    """Who may be told what in the first lines and in another colour; each form with status and day; whom is waited
    for, the next date, the language; the story newest first."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("matter", ROSA)
        await shot.take(ROSA, f"! {RULE}", "I-485 IOE0912345678 Case Was Received", "Next date", "[Story]")

    show("mduarte", scene)


def test_matter_dates(show: Show) -> None:
    """The section of dates on the same card: agency, date, internal date, what, state, citation."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("matter", ROSA)
        await shot.seat.settle()
        await shot.press("left", "left")
        await shot.take("[Dates]", "USCIS due", "28 Jan 2027", "milestone")

    show("mduarte", scene)


def test_review(show: Show, rolls: Rolls) -> None:
    """Points beside what changed since the last version: what was in amber, what is in green; pages and minutes
    above; the point under the cursor whole below; the approval in brackets because points are open."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("review", rolls.review)
        await shot.seat.sees("Approval for filing")
        await shot.press("y", "y")
        await shot.take("Approval for filing", "version 2", "prepared by M. Duarte", "✔ yes", "○ open")

    show("aokafor", scene)


def test_approve_for_filing(show: Show, rolls: Rolls) -> None:
    """A box over the dimmed review: the sentence that is signed, pages and documents, first and last eight of the
    hash, who prepared and who reviewed; two empty fields; Cancel has the focus, approve has not."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("review", rolls.review)
        await shot.seat.sees("Approval for filing")
        points = len(shot.seat.app.screen.rows.rows)  # type: ignore[attr-defined]
        await shot.press(*["y"] * points, "o")
        assert shot.seat.front() is ApproveScreen
        await shot.take("I have reviewed this filing and approve it", "sha-256", "Matter number", "Cancel")

    show("aokafor", scene)


def test_packets(show: Show) -> None:
    """Each packet with version, state and hash, what left by which carrier and whether it arrived."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("packets", "M-2026-0004")
        await shot.take("◷ shipped", "FedEx", "7712 4410 0192")

    show("mduarte", scene)


def test_signatures(show: Show) -> None:
    """Form, part, who signs, which packet, when it went out: "◷ sent" above "○ needed", the wide and the Arabic name in one column."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("signatures", "M-2026-0007")
        await shot.take("◷ sent", "○ needed", "王小明", "s sent")

    show("mduarte", scene)


def test_docket(show: Show) -> None:
    """Dates, hearings and appointments of the days ahead in one list by day; the two at the same hour say so."""

    async def scene(shot: Camera) -> None:
        await shot.press("D")
        await shot.take("[All 3]", "17 Nov 09:00", "○ unconfirmed", "! Master hearing")

    show("aokafor", scene)


def test_docket_clashes(show: Show) -> None:
    """One line a clash: who, at which two places, when."""

    async def scene(shot: Camera) -> None:
        await shot.press("D", "4")
        await shot.take("A. Okafor", "17 Nov")

    show("aokafor", scene)


def test_inbox(show: Show) -> None:
    """Papers nobody could place, beside the words that were read from the one under the cursor; keys to match, split,
    put aside."""

    async def scene(shot: Camera) -> None:
        await shot.press("I")
        await shot.seat.until(lambda: "Reading its words" not in shot.seat.words())
        await shot.take("○ no matter", "letter.pdf", "scan.pdf", "The lease of 14 Elm Street", "m match")

    show("tfinn", scene)


def test_matching(show: Show) -> None:
    """A box over the inbox: a field, matters found while one types, the keys below."""

    async def scene(shot: Camera) -> None:
        await shot.press("I")
        await shot.seat.until(lambda: "Reading its words" not in shot.seat.words())
        await shot.press("m")
        assert shot.seat.front() is MatchScreen
        await shot.seat.type("ibar")
        await shot.take(ROSA, "Ibarra, Rosa", "enter match")

    show("tfinn", scene)


def test_dashboard(show: Show) -> None:
    """Hours due beside hours available with a bar and a word where it is too much; what is stuck, the figures with n."""

    async def scene(shot: Camera) -> None:
        await shot.press("F")
        await shot.take("Load", "M. Duarte", "Stuck and overdue", "◷ waits for")

    show("inovak", scene)


def test_rules(show: Show) -> None:
    """The rules with version and state, the one under the cursor in plain English beside or below."""

    async def scene(shot: Camera) -> None:
        await shot.press("R")
        await shot.take("Rules", "When", "rfe")

    show("inovak", scene)


def test_rules_why(show: Show, rolls: Rolls) -> None:
    """Which rules opened this task and which did not, with the condition that decided; then who could have had it."""

    async def scene(shot: Camera) -> None:
        await shot.to(rolls.new)
        await shot.press("W")
        await shot.take(rolls.new, "✔ fired", "rfe-received version 1", "– did not fire")

    show("mduarte", scene)


def test_audit(show: Show) -> None:
    """Number, when, who, what, about what: newest first; the facts of the entry under the cursor below."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("audit", ROSA)
        await shot.take(f"Audit of {ROSA}", "M. Duarte", "lay longest")

    show("mduarte", scene)


def test_messages(show: Show) -> None:
    """State, matter, language, what about, to whom; below, the letter as the client will read it, the contact rule
    above it in another colour."""

    async def scene(shot: Camera) -> None:
        await shot.press("M")
        await shot.take("Messages to clients", "○ to release", "To ")

    show("mduarte", scene)


def test_people(show: Show) -> None:
    """Seven people with hours, who is here and who goes away when; the chosen one's roles and absences below."""

    async def scene(shot: Camera) -> None:
        await shot.press("P")
        await shot.to("Ben Cole")
        await shot.take("7 here, 0 away", "Ben Cole", "● here; away from Mon 16 Nov", "covering: M. Duarte")

    show("inovak", scene)


def test_handover(show: Show) -> None:
    """Ben Cole's sheet for the days he is away: a line a task, the begun one without a note says so in red."""

    async def scene(shot: Camera) -> None:
        shot.seat.app.open_hit("handover", "bcole")
        await shot.take(
            "Hand-over sheet: Ben Cole", "covering: M. Duarte", "! 1 note missing", "! needs a note"
        )

    show("bcole", scene)


def test_status_round(show: Show) -> None:
    """Receipts to look up, the longest not looked at first; what is known of the one under the cursor below."""

    async def scene(shot: Camera) -> None:
        await shot.press("S")
        await shot.take("IOE0912345601", "I-765")

    show("mduarte", scene)


def test_told(show: Show) -> None:
    """What one was told, newest first, unread ones marked; the words of the one under the cursor below."""

    async def scene(shot: Camera) -> None:
        await shot.press("N")
        await shot.take("RFE")

    show("mduarte", scene)


def test_changed(story: tuple[FirmFixture, Rolls], show: Show) -> None:
    """Since when in the heading and the counts under it; "▲ new" and "→ gone" in two colours; below by whom and why."""
    firm = story[0]
    duarte = firm.desk("mduarte")
    duarte.write_unheard(changes.saw, duarte.now())
    firm.clock.advance(hours=1)
    went = duarte.read(tasks.queue, scope="mine")[0].ref
    firm.desk("inovak").write(tasks.reassign, went, to="bcole", reason="Maria has two hearings")
    firm.desk("aokafor").write(notes.call, ROSA, "wants to hear from you", callback="mduarte")

    async def scene(shot: Camera) -> None:
        assert shot.seat.front() is ChangedScreen
        await shot.take("Since you were last here, today 14:02", "1 new for you, 1 gone", "▲ new", "→ gone")

    show("mduarte", scene, changed=duarte.read(changes.since_last))


def test_help(show: Show) -> None:
    """Every key of the queue with what it does, in a box over it."""

    async def scene(shot: Camera) -> None:
        await shot.press("question_mark")
        await shot.take("Open the task or the review", "Take back the last gesture")

    show("mduarte", scene)


def test_palette(show: Show) -> None:
    """One field that finds matters, people, tasks and commands; the line under the cursor whole below the list."""

    async def scene(shot: Camera) -> None:
        await shot.press("ctrl+p")
        assert shot.seat.front() is PaletteScreen
        await shot.seat.type("ro")
        await shot.take("matter", ROSA, "Ibarra, Rosa", "command")

    show("mduarte", scene)


def test_why(show: Show, rolls: Rolls) -> None:
    """Why the task stands here, why it is hers, how each date was counted, in whole sentences."""

    async def scene(shot: Camera) -> None:
        await shot.to(rolls.new)
        await shot.press("w")
        await shot.take(f"Why {rolls.new} RFE intake", "Why here", "Why Maria Duarte", "USCIS due")

    show("mduarte", scene)


def test_prompt(show: Show) -> None:
    """A box over the queue: the question, a label before each field, what may be typed, the keys below."""

    async def scene(shot: Camera) -> None:
        await shot.press("h")
        await shot.take("Hand", "escape")

    show("mduarte", scene)


def test_offline_with_a_toast(show: Show) -> None:
    """The first line says OFFLINE and since when, in words and in red; what is shown stays; the toast at the corner
    leaves the footer's keys to be read."""

    async def scene(shot: Camera) -> None:
        app = shot.seat.app
        app._lost(out_of_reach())
        app.notify(
            "Not acknowledged: the store does not answer. Nothing typed is lost.", markup=False, timeout=3600
        )
        await shot.take(
            "! OFFLINE since 14:02", "Not acknowledged: the store does not answer.", "RFE intake", "? keys"
        )

    show("mduarte", scene, ticks=lambda: 100.0, toasts=True)
