"""What changed since I looked, not since the version before: on both stores, and by an attorney's keys."""

from __future__ import annotations

import asyncio

from casedesk.desk import drafts, reviews
from tests.recipes.test_ten_minutes import drafting, response
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

ELM = (2, "14 Elm Street, since March 2019.")
LEASE = (4, "Exhibit C is the lease.")
OATH = (1, "Sworn before a notary.")


def _since(firm: FirmFixture, who: str, review: str) -> tuple[str, tuple[int, ...], list[str]]:
    """Since when, which pages, and the lines that are new. Page 1 of the packet is the notice."""
    view = firm.desk(who).read(reviews.show, review)
    lines = firm.desk(who).read(reviews.differences, review)
    new = [line.split(" + ")[1] for line in lines if " + " in line]
    return view.changed_since, view.changed_pages, new


def _submit(firm: FirmFixture, task: str, *changed: tuple[int, str]) -> str:
    firm.clock.advance(minutes=5)
    return firm.desk("mduarte").write(drafts.submit, task, (response(5, tuple(sorted(changed))),)).review


def test_what_changed_is_what_i_have_not_seen(firm: FirmFixture) -> None:
    task = drafting(firm, "Ibarra, Rosa", "IOE0912345678")
    okafor = firm.desk("aokafor")
    first = _submit(firm, task)
    okafor.write(reviews.looked, first)
    _submit(firm, task, ELM)
    third = _submit(firm, task, ELM, LEASE)
    both = ("your last look", (3, 5), [ELM[1], LEASE[1]])
    assert _since(firm, "aokafor", third) == both
    assert _since(firm, "lchen", third) == ("version 2", (5,), [LEASE[1]])

    # Called away and back: the same version shows the same changes until the next one comes.
    okafor.write(reviews.looked, third)
    firm.clock.advance(minutes=5)
    okafor.write(reviews.looked, third)
    assert _since(firm, "aokafor", third) == both
    # Whoever looks up an old version has not forgotten the newer one.
    okafor.write(reviews.looked, first)
    assert _since(firm, "aokafor", third) == both
    # And an old version is compared with nothing that came after it.
    assert _since(firm, "aokafor", first) == ("", (1, 2, 3, 4, 5, 6), [])
    fourth = _submit(firm, task, ELM, LEASE, OATH)
    assert _since(firm, "aokafor", fourth) == ("your last look", (2,), [OATH[1]])

    # A decision is a look.
    okafor.write(reviews.send_back, fourth, {"law": "Cite the rule."})
    _submit(firm, task, LEASE, OATH)
    sixth = _submit(firm, task, OATH)
    since, pages, new = _since(firm, "aokafor", sixth)
    assert (since, pages) == ("your last look", (3, 5))
    assert new == ["Page 2 of our response.", "Page 4 of our response."]


def test_by_keys_and_left_with_the_whole_desk(firm: FirmFixture) -> None:
    """Escape and ctrl+q both leave a review that was looked at; what comes after is told from there."""
    task = drafting(firm, "Ibarra, Rosa", "IOE0912345678")

    async def leave(review: str, key: str, says: str) -> None:
        async with sit(firm.desk("aokafor"), (120, 40)) as seat:
            seat.app.open_hit("review", review)
            await seat.sees(says)
            await seat.press(key)

    asyncio.run(leave(_submit(firm, task), "escape", "version 1"))
    _submit(firm, task, ELM)
    third = _submit(firm, task, ELM, LEASE)
    asyncio.run(leave(third, "ctrl+q", "changed since your last look: pages 3, 5"))
    fourth = _submit(firm, task, ELM, LEASE, OATH)
    asyncio.run(leave(fourth, "ctrl+q", "changed since your last look: page 2"))
