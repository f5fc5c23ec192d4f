"""The contract's promise, kept by a stranger: one recipe, two stores, and no short cut through either of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.recipes.contract import Firm
from tests.recipes.contract_script import carry
from tests.support.postgres import OwnedDb

SHORT_CUTS = 12
"""How many forbidden acts are tried at least."""


def _held(firm: Firm) -> None:
    """Every short cut ended with status 1 and its sentence, and no SQL of that person's got further."""
    assert list(firm.problems()) == []
    assert len({short_cut.name for short_cut in firm.short_cuts}) >= SHORT_CUTS


@pytest.mark.parametrize(
    "in_process", [True, pytest.param(False, marks=pytest.mark.faults)], ids=["here", "a-process-a-command"]
)
def test_the_whole_recipe_on_a_local_store(tmp_path: Path, in_process: bool) -> None:
    """From `demo` to `audit verify` with `--json` alone."""
    firm = carry(tmp_path / "demo", None, datetime.now(UTC).date(), in_process=in_process)
    _held(firm)


def test_the_whole_recipe_with_a_login_for_each_person(
    tmp_path: Path, pg_database: OwnedDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on PostgreSQL; each short cut again with SQL under the login of whoever tried it.

    The commands run in this process, which says the same in a fraction of the time as a process for each.
    """
    owner = tmp_path / "owner.pgpass"
    owner.write_text(pg_database.pgpass(pg_database.owner, pg_database.password) + "\n", encoding="utf-8")
    owner.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(owner))
    firm = carry(
        tmp_path / "demo", pg_database.login_url(pg_database.owner), datetime.now(UTC).date(), in_process=True
    )
    _held(firm)
    tried = [answer for short_cut in firm.short_cuts for _, answer in short_cut.sql]
    assert len(tried) >= SHORT_CUTS
    assert firm.record
