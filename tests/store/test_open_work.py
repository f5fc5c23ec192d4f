"""What each person has open is kept by the store with every task, and is what adding up the tasks would say."""

from __future__ import annotations

from casedesk.desk import matters, tasks, walls
from casedesk.desk.turn import Turn
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe


def kept(firm: FirmFixture) -> dict[str, float]:
    """The open hours of those who have any, as a pick weighs them."""
    firm_people = firm.desk("inovak").read(_weighed)
    return {handle: hours for handle, hours in firm_people.items() if hours}


def _weighed(turn: Turn) -> dict[str, float]:
    return {person.handle: person.open_hours for person in turn.people.values()}


def added_up(firm: FirmFixture) -> dict[str, float]:
    """The same from the tasks in front of walls, one by one."""
    with firm.desk("inovak").store.engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT p.handle, sum(t.hours_tenths) FROM task t JOIN person p ON p.id = t.owner_id"
            " LEFT JOIN matter m ON m.id = t.matter_id WHERE COALESCE(m.guarded, 0) = 0"
            " AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') GROUP BY p.handle"
        ).all()
        conn.rollback()
    return {handle: int(tenths) / 10 for handle, tenths in rows if tenths}


def test_every_act_keeps_it(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="received")
    assert kept(firm) == added_up(firm) != {}
    before = kept(firm)
    firm.desk("mduarte").write(tasks.acknowledge, rfe.intake)
    assert kept(firm) == before
    firm.desk("inovak").write(tasks.reassign, rfe.intake, to="bcole", reason="Her week is full.")
    assert kept(firm) == added_up(firm) != before
    for act in (tasks.start, tasks.undo):
        firm.desk("bcole").write(act, rfe.intake)
        assert kept(firm) == added_up(firm)


def test_whose_turn_it_is_goes_by_the_newest_matter(firm: FirmFixture) -> None:
    first = run_rfe(firm, until="opened")
    firm.clock.advance(hours=1)
    second = firm.desk("inovak").write(
        matters.open_matter, "e2", "Nguyen, Thi", paralegal="bcole", attorney="aokafor"
    )

    def given(turn: Turn) -> dict[str, int]:
        return {
            turn.handle(r.person_id): r.at_us
            for r in turn.uow.all("matter.last_given", kind="primary_paralegal")
        }

    when = firm.desk("inovak").read(given)
    assert when["bcole"] > when["mduarte"]
    assert when["bcole"] == firm.desk("inovak").read(lambda turn: turn.matter(second.ref).opened_us)
    assert when["mduarte"] == firm.desk("inovak").read(lambda turn: turn.matter(first.matter).opened_us)


def test_work_behind_a_wall_is_nobodys_open_work(firm: FirmFixture) -> None:
    rfe = run_rfe(firm, until="received")
    other = firm.desk("inovak").write(
        matters.open_matter, "e2", "Nguyen, Thi", paralegal="mduarte", attorney="aokafor", playbook=True
    )
    open_ = kept(firm)
    _wall(firm, rfe.matter, up=True)
    behind = kept(firm)
    assert behind == added_up(firm) != open_
    firm.desk("mduarte").write(tasks.acknowledge, rfe.intake)
    _wall(firm, rfe.matter, up=False)
    assert kept(firm) == added_up(firm) == open_
    assert other.ref


def _wall(firm: FirmFixture, matter: str, *, up: bool) -> None:
    """On a local store of several people no wall is raised: there the file's owner writes what one would."""
    okafor = firm.desk("aokafor")
    if not firm.shared:
        with okafor.store.engine.connect() as conn:
            if up:
                conn.exec_driver_sql(
                    "INSERT INTO wall (id, ref, matter_id, reason, opened_us, opened_by)"
                    " SELECT 1, 'W-1', id, 'a former client', opened_us, opened_by FROM matter WHERE ref = ?",
                    (matter,),
                )
            else:
                conn.exec_driver_sql(
                    "UPDATE wall SET closed_us = opened_us, closed_by = opened_by, closed_reason = 'over'"
                )
            conn.exec_driver_sql("UPDATE matter SET guarded = ? WHERE ref = ?", (int(up), matter))
            conn.commit()
    elif up:
        inside = ("mduarte", "aokafor", "bcole", "jreyes")
        okafor.write(walls.raise_wall, matter, "a former client", inside=inside)
    else:
        okafor.write(walls.lower, matter, "the partner left")
