"""Closed files: how long they are kept, what holds them, and what is left when one is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from casedesk.desk import care, finding, matters, notes, papers, retention, trail, vault
from casedesk.desk.desk import Desk
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import prepared

MANAGER, OTHER, PARALEGAL, ATTORNEY = "inovak", "jreyes", "mduarte", "aokafor"
SECRET = "The canary sings at Elm Street."


@pytest.fixture
def closed(firm: FirmFixture) -> str:
    """A closed matter with a paper, notes, and ways to reach its client."""
    desk = firm.desk(PARALEGAL)
    opened = desk.write(
        matters.open_matter,
        "other",
        "Okonjo, Ada",
        a_number="A078451236",
        phone="212-555-0199",
        address="14 Elm Street",
        circumstances=("prior_violations",),
        paralegal=PARALEGAL,
        attorney=ATTORNEY,
    )
    desk.write(papers.receive, prepared("Letter", SECRET, "letter.pdf"), matter=opened.ref)
    desk.write(notes.note, opened.ref, SECRET)
    firm.desk(ATTORNEY).write(notes.strategy, opened.ref, SECRET)
    _finish(firm, opened.ref)
    firm.desk(ATTORNEY).write(matters.close_matter, opened.ref, "the representation is over")
    return opened.ref


def _finish(firm: FirmFixture, ref: str) -> None:
    """Whatever the rules opened for it is done."""
    from casedesk.desk import tasks

    for handle in (PARALEGAL, ATTORNEY, "lchen", "bcole", OTHER, MANAGER, "tfinn"):
        desk = firm.desk(handle)
        for task in desk.read(tasks.queue, scope="mine"):
            if task.matter == ref:
                for item in desk.read(tasks.show, task.ref).checklist:
                    desk.write(tasks.tick, task.ref, item.id, note="done")
                desk.write(tasks.complete, task.ref)


def _refused(act: object, *args: object, desk: Desk, **more: object) -> str:
    with pytest.raises(Refusal) as refused:
        desk.write(act, *args, **more)  # type: ignore[arg-type]
    return refused.value.code


@pytest.mark.own_logins
def test_a_term_is_counted_from_closing_with_its_ground(firm: FirmFixture, closed: str) -> None:
    desk = firm.desk(MANAGER)
    assert desk.read(retention.due) == ()
    (kept,) = desk.read(retention.due, everything=True)
    assert (kept.matter, kept.over, kept.closed.isoformat(), kept.keep_until.isoformat()) == (
        closed,
        False,
        "2026-11-09",
        "2033-11-09",
    )
    assert "1.15" in kept.citation
    firm.clock.advance(days=366 * 7)
    assert [k.matter for k in desk.read(retention.due)] == [closed]


def test_the_longest_term_that_fits_counts() -> None:
    terms = retention.terms()
    assert terms.for_type("asylum").years == 10
    assert terms.for_type("h1b").years == 7
    assert terms.for_type("other").years == 7


@pytest.mark.own_logins
def test_an_erasure_takes_papers_words_and_addresses_and_leaves_names(firm: FirmFixture, closed: str) -> None:
    (document,) = firm.desk(PARALEGAL).read(papers.listing, matter=closed)
    assert firm.desk(PARALEGAL).read(matters.show, closed).circumstances == ("prior_violations",)
    before = firm.desk(MANAGER).read(trail.verify)
    asked = firm.desk(ATTORNEY).write(retention.ask, closed, "the client asked for it in writing")
    assert _refused(retention.carry_out, asked.ref, confirm="M-1", desk=firm.desk(MANAGER)) == "wrong_matter"
    done = firm.desk(MANAGER).write(retention.carry_out, asked.ref, confirm=closed)
    assert (done.papers, done.done_by) == (1, MANAGER)

    with pytest.raises(Refusal) as gone:
        firm.desk(PARALEGAL).read(papers.data, document.ref)
    assert gone.value.code == "erased"
    card = firm.desk(PARALEGAL).read(matters.show, closed)
    assert (card.client, card.circumstances) == ("Okonjo, Ada", ())
    assert (card.a_number, [p.phone for p in card.parties]) == (None, [""])
    assert {n.body for n in firm.desk(PARALEGAL).read(notes.listing, closed)} == {""}
    assert [h.ref for h in firm.desk(PARALEGAL).read(finding.find, "okonjo")] == [closed]
    after = firm.desk(MANAGER).read(trail.verify)
    assert after.ok
    assert after.entries > before.entries
    checks = {c.id: c for c in firm.desk(MANAGER).read(care.doctor)}
    assert checks["vault"].ok, checks["vault"].detail


@pytest.mark.own_logins
def test_the_erased_words_stand_nowhere_in_the_store(firm: FirmFixture, closed: str) -> None:
    asked = firm.desk(ATTORNEY).write(retention.ask, closed, "the client asked for it in writing")
    firm.desk(MANAGER).write(retention.carry_out, asked.ref, confirm=closed)
    if firm.shared:
        return  # a server keeps dead rows until it vacuums; what a login can read is tested above
    firm.close()
    firm._desks.clear()
    data = Path(firm.store).read_bytes()
    assert SECRET.encode() not in data
    assert b"14 Elm Street" not in data


@pytest.mark.own_logins
def test_what_stands_in_the_way(firm: FirmFixture, closed: str) -> None:
    attorney, manager = firm.desk(ATTORNEY), firm.desk(MANAGER)
    running = firm.desk(PARALEGAL).write(matters.open_matter, "other", "Lee, Min").ref
    assert _refused(retention.ask, running, "x", desk=attorney) == "not_closed"
    assert _refused(retention.ask, closed, "x", desk=firm.desk(PARALEGAL)) == "not_allowed"
    held = attorney.write(retention.hold, closed, "litigation announced")
    assert _refused(retention.ask, closed, "x", desk=attorney) == "erasure_held"
    assert _refused(retention.lift, held.ref, "over", desk=attorney) == "not_allowed"
    manager.write(retention.lift, held.ref, "the case is over")
    asked = manager.write(retention.ask, closed, "seven years are over")
    assert _refused(retention.ask, closed, "again", desk=attorney) == "already_asked"
    assert _refused(retention.carry_out, asked.ref, confirm=closed, desk=manager) == "erasure_by_another"
    assert _refused(retention.carry_out, asked.ref, confirm=closed, desk=attorney) in {"not_allowed"}
    attorney.write(retention.hold, closed, "a subpoena came")
    assert _refused(retention.carry_out, asked.ref, confirm=closed, desk=firm.desk(OTHER)) == "erasure_held"


@pytest.mark.own_logins
def test_a_hold_on_a_client_holds_all_their_matters(firm: FirmFixture, closed: str) -> None:
    attorney = firm.desk(ATTORNEY)
    with attorney.store.engine.connect() as conn:
        ref = conn.exec_driver_sql("SELECT ref FROM client WHERE name = 'Okonjo, Ada'").scalar_one()
    attorney.write(retention.hold, ref, "litigation announced")
    assert _refused(retention.ask, closed, "x", desk=attorney) == "erasure_held"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE document_key SET data_key = substr(data_key, 1, 0), destroyed_us = 1",
            "key_destroyed_by_erasure",
        ),
        ("UPDATE note SET body = ''", "written_once"),
        ("UPDATE erasure SET done_us = 1, done_by = asked_by", "erasure_by_another"),
    ],
)
def test_the_store_refuses_what_no_erasure_asked_for(
    firm: FirmFixture, closed: str, statement: str, code: str
) -> None:
    if firm.shared:
        return  # an ordinary login has no such right at all: tests/security
    firm.desk(ATTORNEY).write(retention.ask, closed, "seven years are over")
    with pytest.raises(Exception, match=code), firm.desk(MANAGER).store.engine.connect() as conn:
        conn.exec_driver_sql(statement)


def test_papers_lie_encrypted_under_keys_of_their_own(firm: FirmFixture, closed: str) -> None:
    (document,) = firm.desk(PARALEGAL).read(papers.listing, matter=closed)
    desk = firm.desk(PARALEGAL)

    def lying(turn: object) -> tuple[bytes, bytes]:
        from casedesk.desk.turn import Turn, id_of

        assert isinstance(turn, Turn)
        rows = turn.uow.all("document.chunks", document_id=id_of(document.id), version=1)
        return b"".join(bytes(r.data) for r in rows), vault.get(turn, id_of(document.id))

    there, clear = desk.read(lying)
    assert clear.startswith(b"%PDF-")
    assert not there.startswith(b"%PDF-")
    assert len(there) == len(clear) + 16
