"""A notice of a walled matter reaches somebody outside the wall: it is worked on inside, and nobody outside can tell.

Two copies of one firm. In the first the number of the notice stands on a form behind the wall, in the second on none.
The same people do the same things in both; whatever a login outside can read is the same in both, but for random ids.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from casedesk.cli import main
from casedesk.desk import forms, matters, papers, people, rules, tasks, tells, trail, walls
from casedesk.desk.desk import WORKER
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.desk.views.papers import Received
from casedesk.refusal import Refusal
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.notices import make_receipt, make_rfe
from tests.support.postgres import OwnedDb, PgServer
from tests.support.readable import long_ids, nameless, rows, shape

NUMBER, ANOTHER = "IOE0912345678", "IOE0900000009"
INSIDE = ("aokafor", "jreyes", "lchen", "mduarte")
OUTSIDE = ("bcole", "inovak", "tfinn")


@dataclass
class House:
    """One copy of the firm; `open` is the matter that everybody sees, `walled` the other."""

    firm: FirmFixture
    walled: str
    open: str
    received: list[Received] = field(default_factory=list)

    def desk(self, who: str) -> Any:
        desk = self.firm.desk(who)
        if desk.store.randbits.__module__ != "tests.support.readable":
            desk.store.randbits = long_ids(who)
        return desk

    def receive(self, who: str, paper: Prepared) -> Received:
        self.received.append(self.desk(who).write(papers.receive, paper))
        return self.received[-1]

    def shown(self, name: str) -> object:
        return self.desk("bcole").read(matters.show, name)

    def sweep(self, who: str = WORKER) -> None:
        self.desk(who).sweep()

    def owner(self, sql: str, **values: Any) -> list[Any]:
        assert self.firm.owned is not None
        with psycopg.connect(self.firm.owned.owner_url) as conn:
            found = conn.execute(sql.encode(), values)
            return found.fetchall() if found.description else []

    def behind(self, columns: str, table: str, more: str = "") -> list[Any]:
        """Rows of the walled matter."""
        return self.owner(
            f"SELECT {columns} FROM {table} x JOIN matter m ON m.id = x.matter_id WHERE m.ref = %(m)s {more}",
            m=self.walled,
        )


@pytest.fixture(scope="module")
def founded(pg_server: PgServer) -> Iterator[tuple[PgServer, OwnedDb, House]]:
    """The firm before anything arrives: a walled matter with a number, and one of Ben Cole's that everybody sees."""
    owned = pg_server.new_owner_database()
    firm = shared_firm(owned, ManualClock())
    walled = firm.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        secondary="lchen",
        attorney="aokafor",
        supervisor="jreyes",
        form=("I-485",),
        receipt=NUMBER,
    )
    seen = firm.desk("bcole").write(
        matters.open_matter, "naturalization", "Okonjo, Ada", paralegal="bcole", attorney="aokafor"
    )
    firm.desk("jreyes").write(
        walls.raise_wall, walled.ref, "Her husband's former counsel works here", inside=INSIDE
    )
    firm.close()
    yield pg_server, owned, House(firm, walled.ref, seen.ref)
    pg_server.drop(owned)


@pytest.fixture
def houses(founded: tuple[PgServer, OwnedDb, House]) -> Iterator[tuple[House, House]]:
    """Two copies: the first knows the number behind its wall, the second knows it nowhere."""
    server, owned, base = founded
    made = []
    for known in (True, False):
        copy = server.clone(owned)
        firm = FirmFixture(copy.url, ManualClock(), shared=True, passwords=base.firm.passwords, owned=copy)
        house = replace(base, firm=firm, received=[])
        if not known:
            house.owner("UPDATE form SET receipt_number = %(n)s", n=ANOTHER)
        made.append(house)
    yield made[0], made[1]
    for house in made:
        house.firm.close()
        assert house.firm.owned is not None
        server.drop(house.firm.owned)


def rfe(name: str = "IBARRA, ROSA") -> Prepared:
    made = make_rfe(
        receipt=NUMBER, notice_date=date(2026, 11, 2), due=date(2027, 1, 28), form="I-485", name=name
    )
    return prepare_bytes(made, "I-797E.pdf")


@pytest.fixture(scope="module")
def notice() -> Prepared:
    return rfe()


@pytest.fixture(scope="module")
def same_notice() -> Prepared:
    """Other bytes of the very notice."""
    return rfe("IBARRA, ROSA M")


@pytest.fixture
def receipt_notice() -> Prepared:
    made = make_receipt(receipt=NUMBER, notice_date=date(2026, 11, 3), form="I-485", name="IBARRA, ROSA")
    return prepare_bytes(made, "I-797C.pdf")


Lists = Callable[[House, str], list[str]]

COMMANDS = (
    "find ibarra",
    f"find {NUMBER}",
    "person list",
    "matter list --status all",
    "matter wall list --all",
    "matter wall screens",
    "document list",
    "task list --mine",
    "task list --team",
    "task list --all",
    "review list",
    "signature list",
    "filing list",
    "deadline list",
    "message list",
    "audit list",
    "audit head",
    "audit verify",
)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lists:
    """What every listing command says to somebody, ids aside."""

    def said(house: House, who: str) -> list[str]:
        secrets = tmp_path / "pgpass"
        secrets.write_text("".join(f"*:*:*:{h}:{p}\n" for h, p in house.firm.passwords.items()))
        secrets.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(secrets))
        out = []
        for command in COMMANDS:
            monkeypatch.setattr(sys, "stdin", io.StringIO())
            capsys.readouterr()
            status = main(
                ["--store", house.firm.store, "--as", who, *command.split(), "--json"],
                clock=house.firm.clock,
            )
            streams = capsys.readouterr()
            out.append(f"{command} {status} {nameless(streams.out)} {nameless(streams.err)}")
        return out

    return said


def same(houses: tuple[House, House], *, heard: bool = True) -> None:
    """Nobody outside reads anything that differs; with `heard` also the counter that every desk watches."""
    for who in OUTSIDE:
        one, two = (shape(rows(house.firm, who)) for house in houses)
        assert (list((one - two).elements()), list((two - one).elements())) == ([], []), who
    if heard:
        one, two = (house.desk("bcole").store.change_mark() for house in houses)
        assert one == two


def both(houses: tuple[House, House], act: Callable[[House], Any]) -> tuple[Any, Any]:
    """The same act in both; what it says is the same but for ids."""
    answers = []
    for house in houses:
        try:
            answers.append(act(house))
        except Refusal as refused:
            answers.append((refused.code, refused.sentence()))
    assert nameless(str(answers[0])) == nameless(str(answers[1]))
    return answers[0], answers[1]


def test_nobody_outside_can_tell(
    houses: tuple[House, House],
    lists: Lists,
    notice: Prepared,
    same_notice: Prepared,
    receipt_notice: Prepared,
) -> None:
    known, _ = houses
    same(houses)
    first, _ = both(houses, lambda house: house.receive("tfinn", notice))
    assert (first.matter, first.duplicate, [t["kind"] for t in first.tasks]) == (
        None,
        False,
        ["match_notice"],
    )
    same(houses)
    both(houses, House.sweep)
    same(houses)
    assert known.behind("x.id", "document") != []
    again, _ = both(houses, lambda house: house.receive("bcole", notice))
    assert (again.duplicate, again.document) == (True, first.document)
    other, _ = both(houses, lambda house: house.receive("inovak", same_notice))
    assert other.duplicate_of == first.document
    both(houses, House.sweep)
    both(houses, House.sweep)
    same(houses)

    for name in (NUMBER, known.walled):
        code, _ = both(houses, partial(House.shown, name=name))[0]
        assert code == "not_found"
    code, _ = both(houses, lambda house: house.desk("tfinn").write(papers.match, first.ref, house.walled))[0]
    assert code == "not_found"
    added, _ = both(
        houses,
        lambda house: house.desk("bcole").write(forms.form_add, house.open, "N-400", receipt_number=NUMBER),
    )
    assert added.receipt_number == NUMBER
    both(houses, House.sweep)
    came, _ = both(houses, lambda house: house.receive("tfinn", receipt_notice))
    assert came.matter == known.open
    both(houses, House.sweep)
    same(houses)

    for hours in (5, 26, 48):
        for house in houses:
            house.firm.clock.advance(hours=hours)
        both(houses, House.sweep)
        both(houses, lambda house: house.sweep("inovak"))
        same(houses)
    actions = {action for (action,) in known.behind("x.action", "timer", "AND x.state = 'fired'")}
    assert actions == {"remind", "reassign", "alert"}
    told = f"x.person_id IN (SELECT id FROM person WHERE handle IN {INSIDE})"
    assert {row for (row,) in known.behind(told, "outbox")} == {True}
    assert f"A receipt number of {known.walled} stands on a form of {known.open} as well" in [
        tell.subject for tell in known.desk("mduarte").read(tells.listing, limit=100)
    ]

    # What is done inside shows to nobody, and weighs in nothing that they can read.
    for ref, kind in known.behind("x.ref, x.kind", "task"):
        owner = "aokafor" if kind == "rfe_triage" else "mduarte"
        known.desk(owner).write(tasks.start, ref)
    same(houses, heard=False)
    both(
        houses,
        lambda house: house.desk("lchen").write(matters.open_matter, "asylum", "Haile, Sara").owners,
    )
    same(houses, heard=False)
    one, two = (lists(house, "inovak") for house in houses)
    assert one == two


def test_a_paper_that_is_inside_already_answers_as_a_new_one(
    houses: tuple[House, House], notice: Prepared, same_notice: Prepared
) -> None:
    """Also the first playbook of the firm is begun behind the wall, and stands on record with all the others."""
    known, _ = houses
    inside = known.receive("mduarte", notice)
    assert inside.matter == known.walled
    first, _ = both(houses, lambda house: house.receive("tfinn", notice))
    assert (first.matter, first.duplicate, first.duplicate_of) == (None, False, None)
    both(houses, lambda house: house.receive("bcole", same_notice))
    both(houses, House.sweep)
    same(houses, heard=False)
    assert known.behind(
        "x.duplicate_of IS NOT NULL", "document", "ORDER BY x.received_us, x.duplicate_of"
    ) == [
        (True,),
        (False,),
    ]
    assert len(known.behind("x.id", "task")) == 2


def test_it_is_worked_on_inside(houses: tuple[House, House], notice: Prepared, same_notice: Prepared) -> None:
    house, _ = houses
    outside = house.receive("tfinn", notice)
    house.firm.clock.advance(hours=20)
    house.sweep()
    desk = house.desk("mduarte")
    (copy,) = desk.read(papers.listing, matter=house.walled)
    assert (copy.kind, copy.received_by, copy.sha256) == ("rfe", WORKER, outside.sha256)
    assert desk.read(papers.data, copy.ref) == (copy.name, notice.data)
    card = desk.read(matters.show, house.walled)
    (due,) = card.deadlines
    assert (due.state, str(due.agency_due), str(due.internal_due)) == ("open", "2027-01-28", "2027-01-21")
    opened = {t.kind: t for t in desk.read(tasks.queue, scope="all", text=house.walled)}
    assert {kind: task.owner for kind, task in opened.items()} == {
        "rfe_intake": "mduarte",
        "rfe_triage": "aokafor",
    }
    # The firm got it when somebody outside did, not when the service looked.
    assert house.behind("x.received_day", "notice") == [("2026-11-09",)]
    actions = [(e.actor, e.action) for e in desk.read(trail.listing, matter=house.walled)]
    assert (WORKER, "document.received_outside") in actions
    assert (WORKER, "document.received") in actions
    assert (WORKER, "playbook.started") in actions
    told = [t.subject for t in desk.read(tells.listing)]
    assert f"{outside.ref} came in outside the wall; the matter's copy is {copy.ref}" in told

    # Other bytes of the same notice are a duplicate inside as well, and open nothing twice.
    house.receive("bcole", same_notice)
    house.sweep()
    house.sweep()
    papers_inside = house.behind("x.duplicate_of IS NOT NULL", "document", "ORDER BY x.received_us")
    assert papers_inside == [(False,), (True,)]
    assert len(house.behind("x.id", "task")) == 2
    # Received by somebody inside it is what it is: the matter's own.
    mine = house.receive("mduarte", notice)
    assert (mine.matter, mine.duplicate, mine.document) == (house.walled, True, copy.id)


def test_why_names_the_wall_to_those_inside(houses: tuple[House, House], notice: Prepared) -> None:
    house, _ = houses
    for who, cover in (("mduarte", "bcole"), ("lchen", "inovak")):
        house.desk("jreyes").write(
            people.absence, who, date(2026, 11, 9), date(2026, 11, 20), cover=cover, note="away"
        )
    house.receive("tfinn", notice)
    house.sweep()
    (intake,) = [
        t
        for t in house.desk("jreyes").read(tasks.queue, scope="all", text=house.walled)
        if t.kind == "rfe_intake"
    ]
    assert intake.owner == "aokafor"
    why = house.desk("jreyes").read(rules.why, intake.ref)
    assert {c.person: c.reason for c in why.candidates if c.person in OUTSIDE} == {
        "bcole": "behind an ethical wall",
        "inovak": "behind an ethical wall",
    }
    with pytest.raises(Refusal):
        house.desk("bcole").read(rules.why, intake.ref)
