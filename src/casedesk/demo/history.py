"""Everything that has happened in the demo firm: who entered what, called whom, looked up which status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from casedesk.demo import stories
from casedesk.demo.cast import LINKS, MATTERS, SECONDS, FormPlan, MatterPlan
from casedesk.demo.matters import client_of, enter
from casedesk.demo.world import Story, World
from casedesk.desk import conflicts, deadlines, matters, notes, people, tasks
from casedesk.desk.turn import Turn

BEGINNING = 42.0
"""Business days before the present at which the firm begins to work with the desk: about sixty days."""

LATER = {"petit": 17.0, "mora": 12.5, "bello": 9.1, "almasri": 25.0, "nguyen_gc": 20.4, "muller": 30.6}
"""Matters opened while the desk was in use already, in business days before the present."""

CALLS: tuple[tuple[str, str, float, str, str, str | None], ...] = (
    ("ibarra", "mduarte", 3.3, "in", "Asked about travelling in December. Told: do not leave.", "aokafor"),
    ("okonjo", "mduarte", 9.4, "out", "Reminded of the green card, both sides.", None),
    ("lopez", "mduarte", 6.1, "in", "New telephone number; the old one is not hers any more.", None),
    ("nguyen", "mduarte", 0.06, "in", "Dana Whitfield asks what the agency wants.", None),
    ("bekele", "jbaptiste", 2.4, "in", "His sister has the school records of the daughter.", None),
    ("petit", "jbaptiste", 4.8, "out", "The declaration is read to him on the telephone.", None),
    ("kowalski", "bcole", 1.3, "in", "Wants to practise the civics questions.", "lchen"),
    ("ahmed", "jbaptiste", 0.3, "out", "Why did the notice lie with her for so long? She was abroad.", None),
)
"""Matter, who, business days ago, direction, what was said, and who calls back."""

BY_HAND: tuple[tuple[str, str, str, int, str, str], ...] = (
    (
        "bekele",
        "jbaptiste",
        "Application and evidence for the individual hearing",
        46,
        "EOIR",
        "Court practice",
    ),
    ("castillo", "mduarte", "Pre-hearing brief", 24, "EOIR", "Order of the immigration judge"),
    ("petit", "jbaptiste", "File I-589 within one year of entry", 33, "USCIS", "INA 208(a)(2)(B)"),
    ("iyer", "bcole", "File H-1B extension before the stay ends", 76, "USCIS", "8 CFR 214.1(c)(4)"),
    ("mora", "mduarte", "Renew DACA, 120 days before it ends at the latest", 12, "USCIS", "DACA FAQ 51"),
    ("grant_paul", "bcole", "File the package before the lease proof is older than 90 days", 9, "USCIS", ""),
)
"""Matter, who, title, calendar days ahead, authority, citation."""


def everything(world: World, passphrase: str) -> Iterator[Story]:
    """Every story of the demo firm."""
    for number, plan in enumerate(MATTERS, start=1):
        yield _entered(world, plan, number)
    yield _linked(world)
    for story in stories.RFES:
        yield stories.rfe(world, story, passphrase)
    yield stories.receipt_came(world, "costa", "N-400", 13.2, "IOE0935520981", done=11.9)
    yield stories.receipt_came(world, "morales", "I-485", 10.4, "IOE0934471106")
    yield stories.receipt_came(world, "muller", "I-129", 1.4, "WAC2690301558")
    yield stories.biometrics_came(world, "paredes", "I-765", 0.9)
    yield stories.unknown_came(world, 0.35)
    yield stories.photo_came(world, 1.1)
    yield _strategies(world)
    yield _calls(world)
    yield _dates(world)
    yield _status_rounds(world)
    yield _holiday(world)


def _entered(world: World, plan: MatterPlan, number: int) -> Story:
    """The firm's matters are entered over two mornings; some were opened later."""
    yield world.ago(LATER.get(plan.key, BEGINNING - 0.1 - number * 0.025))
    second = SECONDS[plan.paralegal]
    client = plan.client
    if plan.of is not None:
        client = world.read(plan.paralegal, client_of, world.refs[plan.of])
    opened = world.write(plan.paralegal, enter, plan, number, second, world.day, client)
    world.refs[plan.key] = opened.ref
    for found in world.read(plan.attorney, conflicts.listing, matter=opened.ref):
        world.write(
            plan.attorney, conflicts.decide, found.ref, "clear", "One family, or one employer, of one mind."
        )


def _linked(world: World) -> Story:
    yield world.ago(19.5)

    def all_of_them(turn: Turn) -> None:
        for one, other, relation in LINKS:
            matters.link(turn, world.refs[one], world.refs[other], relation)

    world.write("mduarte", all_of_them)


def _strategies(world: World) -> Story:
    for place, plan in enumerate(p for p in MATTERS if p.strategy):
        yield world.ago(18.6 - place * 1.3)
        world.write(plan.attorney, notes.strategy, world.refs[plan.key], plan.strategy)


def _calls(world: World) -> Story:
    for key, who, when, direction, body, callback in sorted(CALLS, key=lambda call: -call[2]):
        yield world.ago(when)
        said = world.write(who, notes.call, world.refs[key], body, direction=direction, callback=callback)
        if said.task is not None and callback is not None and when > 2:
            yield world.ago(when - 0.2)
            world.write(callback, tasks.acknowledge, said.task)


def _dates(world: World) -> Story:
    """Dates nobody's notice set; half of them were confirmed by a second person."""
    for place, (key, who, title, ahead, authority, citation) in enumerate(BY_HAND):
        yield world.ago(8.4 - place * 0.9)
        due = world.calendar.roll_back(world.today + timedelta(days=ahead))
        added = world.write(
            who,
            deadlines.add,
            world.refs[key],
            title,
            due,
            kind="filing",
            authority=authority,
            citation=citation,
        )
        if place % 2 == 0:
            yield world.ago(8.1 - place * 0.9)
            world.write("lchen", deadlines.confirm, added.ref)


def _status_rounds(world: World) -> Story:
    """What the agency's site said on the day each form was last looked up; some were not looked up for weeks."""
    rounds = sorted(
        (
            (form.checked, plan, form)
            for plan in MATTERS
            for form in plan.forms
            if form.checked is not None and form.status
        ),
        key=lambda row: -row[0],
    )
    for handle in SECONDS:
        yield world.ago(0.2)
        mine = [(days, plan, form) for days, plan, form in rounds if plan.paralegal == handle]

        def look(turn: Turn, mine: list[tuple[int, MatterPlan, FormPlan]] = mine) -> None:
            for days, plan, form in mine:
                name = form.receipt or form.form
                matters.form_status(turn, world.refs[plan.key], name, form.status, world.day(days))

        world.write(handle, look)


def _holiday(world: World) -> Story:
    """Somebody will be away in a fortnight, and who covers."""
    yield world.ago(6.6)
    first = world.calendar.roll_forward(world.today + timedelta(days=13))
    last = world.calendar.roll_back(first + timedelta(days=6))
    world.write("bcole", people.absence, "bcole", first, last, cover="jbaptiste", note="Family visit")
