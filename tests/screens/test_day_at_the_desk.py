"""A day at the desk of a firm of three, by keys alone in a real terminal of 80 by 24: thirty tasks acknowledged, five
checklists, two drafts, three reviews, one return, one escalation met, one undo. What the record says of it is counted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import matters, notes, papers, reviews, tasks
from casedesk.desk.reading import prepare_bytes
from casedesk.documents.render import text_to_pdf
from casedesk.store.unit_of_work import micros
from tests.faults.conftest import sqlite_driver
from tests.faults.test_exactly_once import unacknowledged
from tests.screens.terminal import TerminalSeat, sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.notices import make_rfe

ACKNOWLEDGED = 30
CLIENTS = ("Ibarra, Rosa", "Okonjo, Ada", "Paredes, Lucia", "Tran, Bao", "Weiss, Ana")
DRAFTS = 2
"""So many of the clients' requests are triaged by the morning and wait for a draft; the others came in overnight."""


@dataclass
class Day:
    """A firm with a morning's work in it, and how to sit down in it as somebody."""

    firm: FirmFixture
    folder: Path
    began_us: int

    def sit(self, handle: str) -> AbstractAsyncContextManager[TerminalSeat]:
        return sit_at_terminal(self.firm.store, handle, (80, 24))

    def draft(self, words: str) -> Path:
        path = self.folder / f"{words}.pdf"
        path.write_bytes(text_to_pdf("RFE response", [words]).data)
        return path

    def count(self, action: str, actor: str = "", of: str = "") -> int:
        """Of how many things the record says so: by this person, of this kind of task."""
        return self._number(
            "SELECT count(DISTINCT a.subject) FROM audit a LEFT JOIN task t ON a.subject = t.ref"
            " WHERE a.action = ? AND (? = '' OR a.actor = ?) AND (? = '' OR t.kind = ?)",
            *(action, actor, actor, of, of),
        )

    def checklists(self) -> int:
        """How many that Maria ticked today are done to the last required item."""
        return self._number(
            "SELECT count(*) FROM task t WHERE NOT EXISTS"
            " (SELECT 1 FROM task_item i WHERE i.task_id = t.id AND i.required = 1 AND i.state = 'open')"
            " AND EXISTS (SELECT 1 FROM task_item i JOIN person p ON p.id = i.done_by"
            " WHERE i.task_id = t.id AND p.handle = 'mduarte' AND i.done_us > ?)",
            self.began_us,
        )

    def _number(self, query: str, *values: Any) -> int:
        conn: Any = sqlite_driver().connect(self.firm.store)
        try:
            return int(conn.execute(query, values).fetchone()[0])
        finally:
            conn.close()


def _requested(firm: FirmFixture, number: int, client: str) -> None:
    """A Request for Evidence on a client's I-485 comes in; for the first of them it is triaged as well."""
    now, receipt = firm.clock.now(), f"IOE09123456{number:02}"
    firm.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        client,
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-485",),
        receipt=receipt,
    )
    made = make_rfe(
        receipt=receipt,
        notice_date=(now - timedelta(days=7)).date(),
        due=(now + timedelta(days=80)).date(),
        name=client.upper(),
    )
    got = firm.desk("tfinn").write(papers.receive, prepare_bytes(made, "I-797E.pdf"))
    opened = {task["kind"]: task["ref"] for task in got.tasks}
    if number < DRAFTS:
        for kind, handle in (("rfe_intake", "mduarte"), ("rfe_triage", "aokafor")):
            desk = firm.desk(handle)
            for item in desk.read(tasks.show, opened[kind]).checklist:
                desk.write(tasks.tick, opened[kind], item.id, note="simple")
            desk.write(tasks.complete, opened[kind])


@pytest.fixture
def day(store_path: Path, tmp_path: Path) -> Iterator[Day]:
    """By the host's clock: five requests, callers who were promised a call, and one task that nobody took."""
    firm = local_firm(store_path, ManualClock(datetime.now(UTC)))
    for number, client in enumerate(CLIENTS):
        _requested(firm, number, client)
    first = firm.desk("mduarte").read(matters.listing)[0].ref
    for number in range(ACKNOWLEDGED - len(CLIENTS) + DRAFTS):
        firm.desk("tfinn").write(notes.call, first, f"caller {number}", callback="mduarte")
    firm.desk("inovak").write(unacknowledged, 1)
    yield Day(firm, tmp_path, micros(firm.clock.now()))
    firm.close()


@pytest.mark.skipif(
    os.name != "posix", reason="Windows has no pty; the gestures are tested there one by one."
)
def test_a_day_at_the_desk(day: Day) -> None:
    asyncio.run(_the_day(day))

    acknowledged = [day.count("task.acknowledged", "mduarte", kind) for kind in ("call_back", "rfe_intake")]
    assert sum(acknowledged) == ACKNOWLEDGED + DRAFTS  # the intakes of what is drafted are from yesterday
    assert day.count("task.undone", "mduarte") == 1
    assert day.count("task.done", "mduarte", "rfe_intake") == len(CLIENTS)
    assert day.count("draft.submitted", "mduarte") == DRAFTS
    assert day.checklists() == 5
    assert day.count("review.returned", "aokafor") == 1
    assert day.count("review.approved") == 2
    assert day.count("task.escalated", "desk") == 1
    assert day.count("task.acknowledged", "inovak") == 1


async def _the_day(day: Day) -> None:
    async with day.sit("mduarte") as maria:
        await _morning(maria)
        await _only(maria, "intake")
        for _ in CLIENTS[DRAFTS:]:
            await _intake(maria)
        for client in CLIENTS[:DRAFTS]:
            await _draft(maria, client.split(",")[0].lower(), day.draft(f"Answer for {client}"))
    async with day.sit("aokafor") as adaeze:
        await _return(adaeze)
        await _answer_and_approve(adaeze, "content review", "OK for signature", "OK for signature: ")
    second = next(each for each in day.firm.desk("inovak").read(reviews.listing) if each.kind == "second")
    async with day.sit(second.owner) as reviewer:
        await _answer_and_approve(reviewer, "second review", "second review done", "Second review done")
    async with day.sit("inovak") as irena:
        await _escalation(irena)


async def _morning(maria: TerminalSeat) -> None:
    """One acknowledged by mistake and taken back; then all of them, marked with one long press of the space bar."""
    await maria.press("2")
    await maria.sees(f"[Unack'd {ACKNOWLEDGED}]")
    await maria.press("a")
    await maria.sees("takes it back")
    await maria.sees(f"[Unack'd {ACKNOWLEDGED - 1}]")
    await maria.press("z")
    await maria.sees(f"[Unack'd {ACKNOWLEDGED}]")
    await maria.type("g" + " " * ACKNOWLEDGED)
    await maria.sees(f"{ACKNOWLEDGED} marked")
    await maria.press("a")
    await maria.sees(f"Acknowledged {ACKNOWLEDGED} tasks.")
    await maria.sees("[Unack'd 0]")
    await maria.press("1")
    await maria.sees("[Mine ")


async def _only(seat: TerminalSeat, words: str) -> None:
    await seat.type(f"/\x15{words}\r")
    await seat.sees(f"/ {words}")


async def _back(seat: TerminalSeat) -> None:
    await seat.press("escape")
    await seat.sees("Mine ")


async def _intake(maria: TerminalSeat) -> None:
    await maria.press("enter")
    await maria.sees("space tick")
    await maria.type(" j j ")
    await maria.sees("c complete h")
    await maria.press("c")
    await maria.sees("Done: T-")
    await _back(maria)


async def _draft(maria: TerminalSeat, client: str, draft: Path) -> None:
    await _only(maria, f"draft {client}")
    await maria.press("enter")
    await maria.sees("space tick")
    await maria.type(" j j j j j")
    await maria.sees(" d draft (c complete")
    await maria.type(f"d{draft}\r\ras asked\r\r")
    await maria.sees("Version 1 is with A. Okafor for review")
    await _back(maria)


async def _open_review(seat: TerminalSeat, kind: str) -> None:
    await seat.press("6")
    await seat.sees(f"○ {kind}")
    await seat.press("enter")
    await seat.sees("4 unanswered")


async def _return(adaeze: TerminalSeat) -> None:
    await _open_review(adaeze, "content review")
    await adaeze.type("ynthe date of the lease is missing\r")
    await adaeze.sees("r return")
    await adaeze.press("r")
    await adaeze.sees("Return to Maria Duarte")
    await adaeze.press("enter")
    await adaeze.sees("Returned to M. Duarte with 1 comment.")
    await _back(adaeze)


async def _answer_and_approve(seat: TerminalSeat, kind: str, act: str, said: str) -> None:
    await _open_review(seat, kind)
    await seat.type("yyyy")
    await seat.sees(f" o {act}")
    await seat.press("o")
    await seat.sees(said)


async def _escalation(irena: TerminalSeat) -> None:
    """From the notification to its task in one key."""
    await irena.sees("2 new (N)")
    await irena.press("N")
    await irena.sees("Now yours, nobody had acknowledged it: Call back 0")
    await irena.press("G", "enter")
    await irena.sees("a acknowledge")
    await irena.press("a")
    await irena.sees("Acknowledged T-")
