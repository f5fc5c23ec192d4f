"""Walls as acts: who may raise one, who passes it, what goes to whom, and what is said of it afterwards."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from casedesk.desk import (
    deadlines,
    exporting,
    finding,
    matters,
    notes,
    papers,
    people,
    tasks,
    tells,
    trail,
    viewing,
    wall_certificate,
    walls,
)
from casedesk.desk.desk import WORKER
from casedesk.desk.turn import Turn
from casedesk.desk.wall_views import WallView
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import NotFound, Refusal, WrongUsage
from tests.cli.conftest import Ran, Run
from tests.cli.conftest import run as run
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import OwnedDb, PgServer
from tests.support.raw import attempt
from tests.support.rfe import CASTS, Rfe, prepared

REASON = "Her former husband's counsel works here"
INSIDE = ("aokafor", "jreyes", "lchen", "mduarte")


@pytest.fixture(scope="module")
def founded(pg_server: PgServer) -> Iterator[tuple[OwnedDb, FirmFixture, str]]:
    """The firm of seven, each with a login, and Rosa Ibarra's matter: Ben Cole is its secondary paralegal."""
    owned = pg_server.new_owner_database()
    firm = shared_firm(owned, ManualClock())
    matter = _open(firm, "mduarte")
    firm.close()
    yield owned, firm, matter
    pg_server.drop(owned)


@pytest.fixture
def shared(pg_server: PgServer, founded: tuple[OwnedDb, FirmFixture, str]) -> Iterator[FirmFixture]:
    """A copy of it for a test of its own."""
    owned, firm, _ = founded
    copy = pg_server.clone(owned)
    made = replace(
        firm, store=copy.url, clock=ManualClock(), owned=copy, passwords=dict(firm.passwords), _desks={}
    )
    yield made
    made.close()
    pg_server.drop(copy)


@pytest.fixture
def matter(founded: tuple[OwnedDb, FirmFixture, str]) -> str:
    return founded[2]


def _open(firm: FirmFixture, who: str, **more: Any) -> str:
    given = {"paralegal": "mduarte", "secondary": "bcole", "attorney": "aokafor", "supervisor": "jreyes"}
    return (
        firm.desk(who)
        .write(matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", **{**given, **more})
        .ref
    )


def raised(firm: FirmFixture, matter: str, by: str = "jreyes") -> WallView:
    return firm.desk(by).write(walls.raise_wall, matter, REASON, inside=INSIDE, reassign_to="lchen")


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.sentence().count("\n") == 0
    return refused.value.code


def told(firm: FirmFixture, who: str) -> list[str]:
    return [t.subject for t in firm.desk(who).read(tells.listing)]


def test_a_wall_goes_up_and_each_side_hears_of_it(shared: FirmFixture, matter: str) -> None:
    wall = raised(shared, matter)
    assert [m.person for m in wall.inside] == list(INSIDE)
    assert [s.person for s in wall.screened] == ["bcole", "inovak", "tfinn"]
    assert {s.told_at for s in wall.screened} == {wall.opened_at}
    assert shared.desk("lchen").read(walls.listing) == (wall,)
    card = shared.desk("mduarte").read(matters.show, matter)
    assert card.wall is not None
    assert (card.wall.since, card.wall.inside) == (wall.opened_at, 4)
    assert card.owners["secondary_paralegal"] == "lchen"
    entry = next(
        e for e in shared.desk("lchen").read(trail.listing, matter=matter) if e.action == "wall.raised"
    )
    assert entry.payload == {
        "reason": REASON,
        "inside": list(INSIDE),
        "screened": ["bcole", "inovak", "tfinn"],
    }

    for who in ("bcole", "inovak", "tfinn"):
        desk = shared.desk(who)
        with pytest.raises(NotFound):
            desk.read(matters.show, matter)
        assert desk.read(walls.listing) == ()
        assert desk.read(finding.find, "ibarra") == ()
        assert told(shared, who) == [
            f"You are screened from {matter}: leave it alone, and acknowledge {wall.ref}"
        ]
        (screen,) = desk.read(walls.screens)
        assert (screen.matter, screen.since, screen.acknowledged_at) == (matter, wall.opened_at, None)
    assert shared.desk("lchen").read(walls.screens) == ()

    shared.clock.advance(hours=2)
    for name in (matter, wall.ref):  # a second time changes nothing
        said = shared.desk("bcole").write(walls.acknowledge, name)
        assert said.acknowledged_at == shared.clock.now()
        shared.clock.advance(hours=1) if name == wall.ref else None
    shown = shared.desk("aokafor").read(walls.show, matter)
    assert [s.person for s in shown.screened if s.acknowledged_at is not None] == ["bcole"]
    assert code(lambda: shared.desk("lchen").write(walls.acknowledge, matter)) == "not_found"


def test_who_may_raise_one_and_what_must_be_settled_first(shared: FirmFixture, matter: str) -> None:
    def tries(by: str, **more: Any) -> str:
        return code(lambda: shared.desk(by).write(walls.raise_wall, matter, REASON, **more))

    assert tries("mduarte", inside=INSIDE) == "not_allowed"
    assert tries("lchen", inside=INSIDE) == "not_allowed"  # an attorney, not of this matter
    assert tries("jreyes") == "who_is_inside"
    assert tries("jreyes", inside=INSIDE, out=("bcole",)) == "who_is_inside"
    assert tries("jreyes", inside=("nobody",)) == "not_found"
    assert tries("jreyes", inside=("mduarte", "bcole")) == "nobody_inside"
    with pytest.raises(WrongUsage):
        shared.desk("jreyes").write(walls.raise_wall, matter, REASON)
    shared.desk("mduarte").write(notes.call, matter, "She called", callback="tfinn")
    with pytest.raises(Refusal) as refused:
        shared.desk("jreyes").write(walls.raise_wall, matter, REASON, inside=INSIDE)
    held = shared.desk("tfinn").read(tasks.queue)[0].ref
    assert refused.value.code == "shut_out_holds_work"
    assert f"tfinn has {held}" in refused.value.message
    assert "bcole is its secondary paralegal" in refused.value.message
    assert tries("jreyes", inside=INSIDE, reassign_to="bcole") == "not_inside"
    assert shared.desk("bcole").read(matters.show, matter).wall is None
    wall = shared.desk("aokafor").write(
        walls.raise_wall, matter, REASON, out=("tfinn", "bcole"), reassign_to="mduarte"
    )
    assert [m.person for m in wall.inside] == ["aokafor", "inovak", "jreyes", "lchen", "mduarte"]
    assert shared.desk("mduarte").read(tasks.show, held).task.owner == "mduarte"
    assert tries("jreyes", inside=INSIDE) == "walled"


def test_the_server_refuses_what_the_desk_refuses(shared: FirmFixture, matter: str) -> None:
    story = Rfe(shared, CASTS[ReviewPolicy.THREE_PERSON], matter=matter)
    raising = "SELECT casedesk_raise_wall(5, 'W-X', :m, 'x', CAST(:i AS bigint[]), 0)"

    def raises(inside: tuple[str, ...]) -> Callable[[Any], object]:
        return lambda hand: hand.run(raising, m=hand.matter(), i=[hand.person(who) for who in inside])

    assert attempt(story, "mduarte", raises(INSIDE)) == "not_allowed"
    assert attempt(story, "jreyes", raises(("mduarte", "bcole"))) == "nobody_inside"
    assert attempt(story, "jreyes", raises(INSIDE)) == "shut_out_holds_work"
    raised(shared, matter)
    ids: dict[str, int] = {}

    def learn(hand: Any) -> object:
        ids.update(matter=hand.matter(), bcole=hand.person("bcole"), **{w: hand.person(w) for w in INSIDE})
        return 1

    attempt(story, "jreyes", learn)
    seat = "SELECT casedesk_set_member(:m, :p, :inside, 0)"
    lowering = "SELECT casedesk_lower_wall(:m, 'x', 0)"

    def sees(who: str, inside: bool) -> Callable[[Any], object]:
        return lambda hand: hand.run(seat, m=ids["matter"], p=ids[who], inside=inside)

    for who in ("bcole", "inovak", "mduarte"):
        assert attempt(story, who, sees("bcole", True)) == "not_allowed"
        assert attempt(story, who, lambda hand: hand.run(lowering, m=ids["matter"])) == "not_allowed"
    assert attempt(story, "jreyes", sees("lchen", False)) == "shut_out_holds_work"
    assert attempt(story, "jreyes", sees("bcole", True)) == "done"


def test_a_manager_may_raise_a_wall_against_herself(shared: FirmFixture, matter: str) -> None:
    wall = raised(shared, matter, by="inovak")
    assert "inovak" in {s.person for s in wall.screened}
    for act in (
        lambda: shared.desk("inovak").read(matters.show, matter),
        lambda: shared.desk("inovak").write(walls.lower, matter, "I want to see it"),
        lambda: shared.desk("inovak").write(walls.admit, matter, "inovak"),
    ):
        assert code(act) == "not_found"
    entries = shared.desk("jreyes").read(trail.listing, matter=matter)
    assert next(e.actor for e in entries if e.action == "wall.raised") == "inovak"
    assert shared.desk("jreyes").read(trail.verify).ok


def test_people_come_in_and_go_out(shared: FirmFixture, matter: str) -> None:
    wall = raised(shared, matter)
    desk = shared.desk("aokafor")
    assert code(lambda: desk.write(walls.admit, matter, "lchen")) == "already_inside"
    shared.clock.advance(hours=1)
    assert desk.write(walls.admit, matter, "bcole", reason="He knows the file").inside
    assert shared.desk("bcole").read(matters.show, matter).ref == matter
    assert f"You are admitted to {matter}" in told(shared, "bcole")
    assert [s.person for s in desk.read(walls.show, matter).screened] == ["inovak", "tfinn"]
    shared.desk("mduarte").write(notes.call, matter, "She called", callback="bcole")

    def leaves(who: str, to: str | None = None) -> bool:
        return desk.write(walls.leave, matter, who, "A conflict came up", reassign_to=to).inside

    assert code(lambda: leaves("bcole")) == "shut_out_holds_work"
    assert leaves("bcole", "mduarte") is False
    assert code(lambda: leaves("bcole")) == "not_inside"
    with pytest.raises(NotFound):
        shared.desk("bcole").read(matters.show, matter)
    assert f"You are admitted to {matter}" not in told(shared, "bcole")  # it spoke of the matter
    leaves("lchen", "mduarte")
    assert [s.person for s in desk.read(walls.show, matter).screened] == ["bcole", "inovak", "lchen", "tfinn"]
    shared.desk("jreyes").write(matters.set_owner, matter, "supervising_attorney", "aokafor")
    leaves("jreyes")
    assert code(lambda: leaves("aokafor", "mduarte")) == "nobody_inside"
    assert code(lambda: shared.desk("mduarte").write(walls.admit, matter, "bcole")) == "not_allowed"

    shared.clock.advance(days=3)
    down = desk.write(walls.lower, matter, "The other matter is over")
    assert (down.closed_by, down.closed_reason) == ("aokafor", "The other matter is over")
    assert [m.person for m in down.inside] == ["aokafor", "mduarte"]
    assert desk.read(walls.listing) == ()
    assert desk.read(walls.listing, every=True) == (down,)
    assert shared.desk("bcole").read(matters.show, matter).wall is None
    assert f"You are no longer screened from {matter} ({wall.ref})" in told(shared, "tfinn")
    assert f"You are admitted to {matter}" in told(shared, "bcole")
    assert code(lambda: desk.write(walls.lower, matter, "again")) == "no_wall"
    assert code(lambda: desk.write(walls.admit, matter, "bcole")) == "no_wall"
    again = raised(shared, matter)
    assert again.ref != wall.ref
    assert {m.since for m in again.inside} == {again.opened_at}


def test_work_goes_to_nobody_outside(shared: FirmFixture, matter: str) -> None:
    raised(shared, matter)
    desk = shared.desk("mduarte")
    called = desk.write(notes.call, matter, "She called", callback="mduarte").task or ""
    for act in (
        lambda: desk.write(notes.call, matter, "She called", callback="bcole"),
        lambda: shared.desk("jreyes").write(tasks.reassign, called, to="bcole", reason="load"),
        lambda: desk.write(tasks.hand_off, called, to="tfinn", note="yours"),
        lambda: desk.write(matters.set_owner, matter, "secondary_paralegal", "bcole"),
    ):
        assert code(act) == "not_admitted"
    # Nobody acknowledges: every reminder and the reassignment stay inside, though the managers are outside.
    for _ in range(3):
        shared.clock.advance(hours=26)
        shared.desk(WORKER).sweep()
        shared.desk("inovak").sweep()
    found = desk.read(tasks.show, called)
    assert found.task.owner in INSIDE
    assert found.task.owner != "mduarte"
    assert any("Now yours" in words for words in told(shared, found.task.owner))
    for who in ("bcole", "inovak", "tfinn"):
        assert len(told(shared, who)) == 1  # that they are screened


def test_who_joins_later_is_screened_by_the_service(shared: FirmFixture, matter: str) -> None:
    wall = raised(shared, matter)
    shared.passwords["newcomer"] = "a-long-password"
    shared.desk("jreyes").write(
        people.add, "newcomer", "Nina Comer", ("paralegal",), password=shared.passwords["newcomer"]
    )
    shared.clock.advance(hours=1)
    shared.desk("jreyes").sweep()
    assert shared.desk("newcomer").read(walls.screens) == ()
    for _ in range(2):
        shared.desk(WORKER).sweep()
    (screen,) = shared.desk("newcomer").read(walls.screens)
    assert (screen.wall, screen.told_at) == (wall.ref, shared.clock.now())
    assert len(told(shared, "newcomer")) == 1
    entries = shared.desk("jreyes").read(trail.listing, matter=matter)
    assert [e.payload["person"] for e in entries if e.action == "wall.screened"] == ["newcomer"]


def test_a_paper_opened_in_a_viewer_is_on_the_trail_and_nobody_outside_gets_it(
    shared: FirmFixture, matter: str
) -> None:
    got = shared.desk("mduarte").write(
        papers.receive, prepared("Letter", "Of the wall", "a.pdf"), matter=matter
    )
    raised(shared, matter)
    shared.clock.advance(hours=2)
    shown = shared.desk("mduarte").read(viewing.paper, got.ref)
    assert (shown.ref, shown.ending, hashlib.sha256(shown.data).hexdigest()) == (got.ref, ".pdf", got.sha256)
    entry = shared.desk("lchen").read(trail.listing, matter=matter, limit=1)[0]
    assert (entry.action, entry.actor) == ("matter.viewed", "mduarte")
    assert code(lambda: shared.desk("bcole").read(viewing.paper, got.ref)) == "not_found"


def test_what_somebody_held_who_left_is_given_to_somebody_inside(shared: FirmFixture, matter: str) -> None:
    """The manager outside, who closes their place, cannot see that there is any."""
    shared.desk("jreyes").write(people.add, "leaver", "Lea Ver", ("paralegal",))
    shared.desk("jreyes").write(
        walls.raise_wall, matter, REASON, inside=(*INSIDE, "leaver"), reassign_to="lchen"
    )
    shared.desk("aokafor").write(matters.set_owner, matter, "secondary_paralegal", "leaver")
    held = shared.desk("aokafor").write(notes.call, matter, "She called", callback="leaver").task or ""
    assert not shared.desk("inovak").write(people.leave, "leaver").active
    for _ in range(2):
        shared.desk(WORKER).sweep()
    found = shared.desk("aokafor").read(tasks.show, held).task
    assert found.owner in INSIDE
    assert (found.owner_reason, found.status) == ("leaver left the firm", "new")
    said = f"leaver left the firm and held of {matter}: {held}, secondary paralegal"
    assert told(shared, "aokafor").count(said) == 1


def test_a_date_is_confirmed_where_nobody_else_may_see_it(shared: FirmFixture) -> None:
    from datetime import date

    matter = _open(shared, "aokafor", paralegal="aokafor", secondary="aokafor", supervisor="aokafor")
    desk = shared.desk("aokafor")
    added = desk.write(deadlines.add, matter, "Filing", date(2027, 3, 1))
    assert code(lambda: desk.write(deadlines.confirm, added.ref)) == "same_person"
    desk.write(walls.raise_wall, matter, REASON, inside=("aokafor",))
    assert desk.write(deadlines.confirm, added.ref).confirmed_by == "aokafor"


# -- the certificate --------------------------------------------------------------------------------------------------


def test_the_certificate_says_what_the_record_says(shared: FirmFixture, matter: str) -> None:
    wall = raised(shared, matter)
    shared.desk("bcole").write(walls.acknowledge, matter)
    shared.clock.advance(hours=1)
    desk = shared.desk("aokafor")
    desk.write(walls.admit, matter, "tfinn", reason="Second language")
    view, data = desk.write(wall_certificate.certify, matter, reason="For the carrier")
    assert (view.wall, view.matter, view.reason) == (wall.ref, matter, REASON)
    assert view.sha256 == hashlib.sha256(data).hexdigest()
    assert [s.person for s in view.screened] == ["bcole", "inovak"]
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    for words in (
        f"Certificate of the ethical wall {wall.ref} around {matter}",
        REASON,
        "Ben Cole, told 2026-11-09 09:40 EST, acknowledged 2026-11-09 09:40 EST",
        "Irena Novak, told 2026-11-09 09:40 EST, not acknowledged",
        "Adaeze Okafor: admitted Tess Finn: Second language",
        "The database refuses it under each person's own login",
    ):
        assert words in text.replace("\n", " "), words
    (record,) = desk.read(exporting.listing, matter=matter)
    assert (record.ref, record.what, record.sha256) == (view.export, "wall_certificate", view.sha256)
    entry = desk.read(trail.listing, matter=matter)[0]
    assert (entry.action, entry.subject) == ("matter.exported", view.export)
    assert code(lambda: shared.desk("bcole").write(wall_certificate.certify, matter)) == "not_found"


def test_a_wall_that_moves_meanwhile_is_not_certified(shared: FirmFixture, matter: str) -> None:
    raised(shared, matter)
    desk = shared.desk("aokafor")
    made = wall_certificate.certify.before(desk, matter)
    desk.write(walls.admit, matter, "bcole")

    def late(turn: Turn) -> object:
        return wall_certificate.certify.use_case(turn, matter, ready=made)

    assert code(lambda: desk.write(late)) == "wall_moved"


def test_from_the_command_line(
    shared: FirmFixture, matter: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text("".join(f"*:*:*:{who}:{word}\n" for who, word in shared.passwords.items()))
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))

    def does(who: str, *words: str) -> Any:
        ran: Ran = run(
            "--store", shared.store, "--as", who, "matter", "wall", *words, "--json", clock=shared.clock
        )
        assert ran.status == 0, (words, ran.out)
        return ran.json

    inside = [word for who in INSIDE for word in ("--inside", who)]
    wall = does("jreyes", "raise", matter, "--reason", REASON, *inside, "--reassign-to", "lchen")
    assert wall["inside"][0] == {
        "person": "aokafor",
        "since": "2026-11-09T14:40:00Z",
        "added_by": "jreyes",
        "until": None,
    }
    assert [w["ref"] for w in does("mduarte", "list")] == [wall["ref"]]
    assert does("bcole", "list") == []
    assert does("bcole", "acknowledge", wall["ref"])["matter"] == matter
    assert does("bcole", "screens")[0]["acknowledged_at"] == "2026-11-09T14:40:00Z"
    assert does("aokafor", "show", matter)["reason"] == REASON
    assert does("aokafor", "admit", matter, "tfinn")["inside"] is True
    assert does("aokafor", "leave", matter, "tfinn", "--reason", "Not needed")["inside"] is False
    out = tmp_path / "wall.pdf"
    made = does("aokafor", "certificate", wall["ref"], "--out", str(out))
    assert made["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert does("aokafor", "lower", matter, "--reason", "Over")["closed_by"] == "aokafor"
    assert [w["ref"] for w in does("mduarte", "list", "--all")] == [wall["ref"]]
    said = run("--store", shared.store, "--as", "bcole", "matter", "wall", "screens", clock=shared.clock).out
    assert said.splitlines()[0].split() == ["MATTER", "WALL", "SINCE", "UNTIL", "TOLD", "ACKNOWLEDGED"]
