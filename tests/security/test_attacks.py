"""An ordinary login with psql, 130 attempts and every table: nothing of a walled matter is read, nothing of the record changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from casedesk.desk import notes
from casedesk.models.tables import METADATA
from tests.security.attacks import ALL, APPROVING, DENYING, INSIDE, MANAGER, SHUT_OUT, Attack
from tests.security.scene import Scene, leaked
from tests.support.rfe import PgStages

SWEEP = tuple(Attack(f"all of {name}", f"SELECT * FROM {name}") for name in sorted(METADATA.tables))


@pytest.fixture(scope="module", params=["signoff", "signed"])
def scene(
    request: pytest.FixtureRequest, pg_stages: PgStages, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    made = Scene.build(pg_stages, request.param, tmp_path_factory.mktemp("attacks"))
    yield made
    made.rfe.firm.close()


def attempt_all(scene: Scene, attacks: tuple[Attack, ...]) -> list[str]:
    """Every attack that got what it came for, by name; empty where each was stopped."""
    before, secrets = scene.state(), scene.secrets()
    found: list[str] = []
    for who in (SHUT_OUT, MANAGER, INSIDE):
        theirs = [a for a in attacks if a.who == who]
        for attack, said in zip(theirs, scene.try_all(who, map(scene.words, theirs)), strict=True):
            if who != INSIDE and (told := leaked(said, secrets)):
                found.append(f"{attack.name}: told {told[0]!r}")
            if attack.must and not re.search(attack.must, said.all):
                found.append(f"{attack.name}: answered {said.all.strip()[:200]!r}")
    after = scene.state()
    return found + [f"{name}: changed" for name in before if before[name] != after[name]]


def test_nothing_is_read_and_nothing_changed(scene: Scene) -> None:
    assert len(scene.secrets()) > 100
    assert attempt_all(scene, (*ALL, *SWEEP)) == []


def test_the_same_words_tell_everything_to_somebody_inside(scene: Scene) -> None:
    """The control: the test would hear a secret if one were told."""
    secrets = scene.secrets()
    told = set()
    for said in scene.try_all(INSIDE, map(scene.words, SWEEP)):
        told.update(leaked(said, secrets))
    assert len(told) > len(secrets) // 2


def test_colleagues_work_on_while_it_is_tried(scene: Scene) -> None:
    """Denial to others: a colleague's session lives through it, and the record takes the next entry at once."""
    owned = scene.rfe.firm.owned
    assert owned is not None
    with psycopg.connect(owned.login_url("aokafor", scene.rfe.firm.passwords["aokafor"])) as colleague:
        colleague.execute("SELECT 1")
        scene.try_all(SHUT_OUT, map(scene.words, DENYING))
        assert colleague.execute("SELECT count(*) FROM matter").fetchone() == (2,)
    assert (
        scene.rfe.firm.desk("aokafor").write(notes.note, scene.rfe.matter, "Still at work.").author
        == "aokafor"
    )


def test_there_are_more_than_sixty() -> None:
    names = [attack.name for attack in ALL]
    assert len(names) == len(set(names))
    assert len(names) > 120
    assert len(APPROVING) > 15
