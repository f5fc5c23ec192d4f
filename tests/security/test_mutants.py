"""Each piece of the walls once weakened, and the whole suite tried against it: 95 of a hundred such mutants are found."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from tests.security.attacks import ALL, SHUT_OUT
from tests.security.generic import BLIND, blind_changes, copied_rows, emptied, locked
from tests.security.mutants import Mutant, mutants
from tests.security.scene import Scene
from tests.security.test_attacks import SWEEP, attempt_all
from tests.support.rfe import PgStages


@pytest.fixture(scope="module")
def scene(pg_stages: PgStages, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = Scene.build(pg_stages, "shipped", tmp_path_factory.mktemp("mutants"))
    made.rfe.firm.close()
    return made


def copy_of(scene: Scene, stages: PgStages) -> Scene:
    """The scene in a database of its own, with the rights a copy does not take along."""
    owned = scene.rfe.firm.owned
    assert owned is not None
    clone = stages.server.clone(owned)
    firm = replace(scene.rfe.firm, store=clone.url, owned=clone, _desks={})
    copied = Scene(scene.rfe.on(firm), scene.folder, {**scene.facts, "database": clone.name}, scene.secrets())
    copied.lay_rights()
    return copied


def successes(scene: Scene) -> list[str]:
    """What the named attacks and those made from the tables get away with."""
    found = attempt_all(scene, (*ALL, *SWEEP, *emptied(), *locked()))
    made = [*blind_changes(scene), *copied_rows(scene)]
    for attack, said in zip(made, scene.try_all(SHUT_OUT, [a.sql for a in made]), strict=True):
        if attack.name.startswith(BLIND):
            seen, touched = (
                re.search(r"seen=(\d+)", said.out),
                re.search(r"^UPDATE (\d+)", said.out, re.MULTILINE),
            )
            if touched and (seen is None or int(touched[1]) > int(seen[1])):
                found.append(f"{attack.name}: {touched[0]}")
            elif not touched and seen and seen[1] == "0" and "permission denied" not in said.err:
                # Where one sees no row nothing can go wrong with one: the refusal was of a row that is hidden.
                found.append(f"{attack.name}: {said.err.strip()[:120]}")
        elif re.search(r"^INSERT 0 [1-9]|duplicate key", said.all, re.MULTILINE):
            # A key that is taken already says that the policy let the row by, and that the other one is there.
            found.append(f"{attack.name}: went in")
    return found


def test_the_attacks_made_from_the_tables_get_nowhere(scene: Scene, pg_stages: PgStages) -> None:
    copied = copy_of(scene, pg_stages)
    assert successes(copied) == []


def test_mutants_are_found(
    scene: Scene, pg_stages: PgStages, effort: Callable[[int, int], int], capsys: pytest.CaptureFixture[str]
) -> None:
    with scene.owner() as conn:
        everyone = list(mutants(conn))
    many = effort(8, len(everyone))
    chosen = everyone[:: max(1, len(everyone) // many)][:many]
    survived = [mutant.name for mutant in chosen if not _killed(scene, pg_stages, mutant)]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(chosen) - len(survived)} of {len(chosen)} mutants found; left: {survived}\n"
        )
    assert len(everyone) > 120
    assert len(survived) <= len(chosen) * 0.05


def _killed(scene: Scene, stages: PgStages, mutant: Mutant) -> bool:
    copied = copy_of(scene, stages)
    owned = copied.rfe.firm.owned
    assert owned is not None
    try:
        with psycopg.connect(owned.owner_url, autocommit=True) as conn:
            conn.execute(mutant.sql.encode())
        return bool(successes(copied))
    finally:
        stages.server.drop(owned)
