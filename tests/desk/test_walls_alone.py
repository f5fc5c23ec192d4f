"""Walls of a firm of one, on both stores; and why a local store of several has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from casedesk.desk import matters, people, trail, wall_certificate, walls
from casedesk.refusal import Refusal
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm

REASON = "A former client"


def test_on_a_local_store_of_several_there_is_no_wall(store_path: Path, manual_clock: ManualClock) -> None:
    firm = local_firm(store_path, manual_clock)
    desk = firm.desk("jreyes")
    matter = desk.write(matters.open_matter, "asylum", "Ibarra, Rosa", attorney="jreyes").ref
    with pytest.raises(Refusal, match="On a local store roles are workflow, not a wall") as refused:
        desk.write(walls.raise_wall, matter, REASON, out=("bcole",), reassign_to="jreyes")
    assert refused.value.code == "local_store"
    assert "shared store" in refused.value.next
    firm.close()


def test_one_person_alone_may_put_a_wall_on_record(sole_firm: FirmFixture) -> None:
    desk = sole_firm.desk("jreyes")
    matter = desk.write(matters.open_matter, "asylum", "Ibarra, Rosa").ref
    wall = desk.write(walls.raise_wall, matter, REASON, inside=("jreyes",))
    assert ([m.person for m in wall.inside], wall.screened) == (["jreyes"], ())
    card = desk.read(matters.show, matter)
    assert card.wall is not None
    assert desk.read(walls.listing) == (wall,)
    view, _ = desk.write(wall_certificate.certify, matter)
    enforced = "The database refuses it" in view.statement
    assert enforced == sole_firm.shared
    assert ("keeps its record in one file" in view.statement) != sole_firm.shared
    if not sole_firm.shared:
        with pytest.raises(Refusal, match="a local store keeps nobody out"):
            desk.write(people.add, "second", "A Second", ("paralegal",))
    sole_firm.clock.advance(hours=1)
    assert desk.write(walls.lower, matter, "Over").closed_at == sole_firm.clock.now()
    assert desk.read(matters.show, matter).wall is None
    actions = [e.action for e in desk.read(trail.listing, matter=matter)]
    assert {"wall.raised", "wall.lowered", "matter.viewed", "matter.exported"} <= set(actions)
    assert desk.read(trail.verify).ok
