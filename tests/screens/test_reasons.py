"""A dimmed key that is pressed says why it does nothing, on every screen, enter on a list among them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casedesk.desk import changes, papers, people
from casedesk.desk.reading import prepare
from casedesk.screens import keyboard, places
from casedesk.screens.base import DeskScreen
from casedesk.screens.changed import ChangedScreen
from casedesk.screens.widgets.rows import RowList
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"
SCREENS = ("task", "matter", "packets", "signatures", "messages", "inbox", "told", "audit", "docket", "dashboard",
           "status", "people", "handover", "rules", "matters")  # fmt: skip


def _kinds() -> set[type[DeskScreen]]:
    return {
        each
        for each in keyboard._classes()
        if issubclass(each, DeskScreen) and each is not DeskScreen and each.ACTIONS
    }


async def _dimmed_keys_speak(seat: Seat, skip: frozenset[str] = frozenset()) -> int:
    """Press each key of the screen in front that may not be used now; how many spoke."""
    screen = seat.app.screen
    assert isinstance(screen, DeskScreen)
    spoke = 0
    for action in screen.actions():
        reason = action.why_not(screen)
        if not reason or action.id in skip:
            continue
        key = action.keys.split(",")[0]
        seat.app.clear_notifications()
        await seat.press(key)
        said = " ".join(seat.told())
        assert f"{action.label}: {seat.app.keymap.spell(reason)}" in said, (screen, action.id, key, said)
        assert seat.app.screen is screen, (screen, action.id)
        spoke += 1
    return spoke


def test_every_screen_says_why_a_key_does_nothing(firm: FirmFixture, rfe: Path) -> None:
    """A firm in which little has happened, seen by a paralegal: most acts are not hers, or have nothing to act on."""
    desk = firm.desk("mduarte")
    got = desk.write(papers.receive, prepare(rfe))
    intake = got.tasks[0]["ref"]
    refs = {"task": intake, "people": "", "handover": "mduarte", "rules": "", "audit": MATTER}
    seen: dict[str, int] = {}
    reached: set[type[DeskScreen]] = set()

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            for kind in SCREENS:
                made = places.screen_for(kind, refs.get(kind, MATTER))
                assert made is not None, kind
                seat.app.push_screen(made)
                await seat.settle()
                reached.add(type(made))
                seen[kind] = await _dimmed_keys_speak(seat)
                seat.app.pop_screen()
                await seat.settle()
            seat.app.push_screen(ChangedScreen(desk.read(changes.since_last)))
            await seat.settle()
            reached.add(ChangedScreen)
            seen["changed"] = await _dimmed_keys_speak(seat)

    asyncio.run(scene())
    assert sum(seen.values()) > 40, seen
    assert {"told", "changed", "messages", "handover"} <= {kind for kind, count in seen.items() if count}
    # The queue and a review have tests of their own below.
    assert {each.__name__ for each in _kinds() - reached} <= {"QueueScreen", "ReviewScreen"}


def test_enter_on_the_empty_queue_and_on_a_line_that_leads_nowhere(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("bcole"), (120, 40)) as seat:
            assert await _dimmed_keys_speak(seat) > 5
            await seat.press("enter")
            await seat.sees("open: nothing here")
            seat.app.open_hit("matter", MATTER)
            await seat.sees("[Story]")
            await seat.press("right", "right", "right", "right", "enter")
            await seat.sees("open: nothing to open here")

    asyncio.run(scene())


def test_no_list_opens_anything_past_its_screens_own_key() -> None:
    """Enter on a list is answered in one place (`DeskScreen`), so that no screen forgets to ask whether it may."""
    for each in _kinds():
        for name, member in vars(each).items():
            for message, selectors in getattr(member, "_textual_on", ()):
                assert message is not RowList.Chosen or selectors, (each, name)


@pytest.mark.parametrize("handle", ["mduarte", "aokafor", "jreyes"])
def test_what_is_another_roles_says_so(firm: FirmFixture, handle: str) -> None:
    desk = firm.desk(handle)
    assert desk.read(people.listing)

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            seat.app.open_hit("inbox", "")
            await seat.settle()
            assert await _dimmed_keys_speak(seat)

    asyncio.run(scene())
