"""Fixtures every room's tests share. A room's own helpers live in its folder's conftest."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from casedesk.founding import FirmPlan
from tests.support.clock import ManualClock
from tests.support.firm import REYES, FirmFixture, local_firm, plan, shared_firm
from tests.support.keeping import Copies
from tests.support.postgres import OwnedDb, PgServer, PgUnavailable

# Many tests start the command line as a process of its own; without its compiled files each start takes a second more.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# No test leaves a secret behind in the keyring of whoever runs it.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

# A shared machine stalls for longer than any per-example deadline; no test of ours asserts on time.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", action="store_true", help="the heavier fault and fuzz runs (`just faults`)")


LONGEST = ("test_day_at_the_desk.py", "test_contract.py", "test_gate_machine.py", "test_rfe_by_keys.py")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The longest begin, so that no process is left with one of them when the others are done.
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if config.getoption("--faults"):
        return
    heavy = pytest.mark.skip(reason="A heavier run, with thousands of faults: `just faults` runs it.")
    for item in items:
        if item.get_closest_marker("faults"):
            item.add_marker(heavy)


@pytest.fixture(scope="session")
def effort(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often to try: `effort(20, 200)` is 20 in every run and 200 with `--faults`."""
    full = bool(request.config.getoption("--faults"))
    return lambda everyday, faults: faults if full else everyday


@pytest.fixture(autouse=True)
def state_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """What this machine remembers of stores, for one test: copies of one founded store go different ways."""
    folder = tmp_path_factory.getbasetemp() / "state" / f"{abs(hash(request.node.nodeid)):x}"
    monkeypatch.setenv("CASEDESK_STATE", str(folder))
    monkeypatch.setenv("CASEDESK_COPIES", str(folder / "copies"))
    for name in ("CASEDESK_VIEWER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def say(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Says what a run of faults came to, past the capturing of output; nothing in an everyday run."""

    def said(words: str) -> None:
        if request.config.getoption("--faults"):
            with capsys.disabled():
                sys.stdout.write(f"\n{words}\n")

    return said


CHEAP_KEY_KIB = 64
"""What opening a signing key costs in tests; `tests/unit/test_signing.py` holds the real cost."""


@pytest.fixture(autouse=True)
def cheap_keys(request: pytest.FixtureRequest) -> None:
    """Signing keys made in this process are quick to open; those of a child process cost what they cost."""
    from casedesk.security import signing

    memory = signing.MEMORY_KIB if request.path.parent.name == "unit" else CHEAP_KEY_KIB
    for make in (signing.enrol, signing.enrol_open):
        make.__kwdefaults__ = {**(make.__kwdefaults__ or {}), "memory_kib": memory}


@pytest.fixture
def manual_clock() -> ManualClock:
    """A clock that stands at 2026-11-09 14:40 UTC until the test moves it."""
    return ManualClock()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where a local store may be made: a file that does not exist yet, in a private folder."""
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    return folder / "casedesk.db"


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PgServer]:
    """One PostgreSQL per test process, started by the first test that asks; a failure is never a skip."""
    try:
        server = PgServer.start()
    except PgUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.stop()


@pytest.fixture
def pg_database(pg_server: PgServer) -> Iterator[OwnedDb]:
    """An empty database with an owner who is no superuser, dropped after the test."""
    database = pg_server.new_owner_database()
    yield database
    pg_server.drop(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    """Seven people under the three-person policy, Monday 2026-11-09 09:40 in New York.

    On PostgreSQL it is a copy of one firm: logins belong to the whole server. A test that makes a login, or gives one
    another role, is marked `own_logins` and founds a firm of its own, which takes a second.
    """
    if request.param == "sqlite" or request.node.get_closest_marker("own_logins"):
        yield from _made(request, store_path, manual_clock, plan())
    else:
        yield from _copied(request, manual_clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def sole_firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    """Julia Reyes alone, under the one-person policy."""
    yield from _made(request, store_path, manual_clock, plan((REYES,)))


@pytest.fixture(scope="session")
def copies() -> Iterator[Copies]:
    """A firm on a PostgreSQL of its own, founded once; each test that asks takes a copy."""
    try:
        made = Copies.start()
    except PgUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield made
    made.server.stop()


def _copied(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[FirmFixture]:
    source: Copies = request.getfixturevalue("copies")
    made = source.copy(clock)
    yield made
    made.close()
    assert made.owned is not None
    source.server.drop(made.owned)
    if source.logins_changed():
        pytest.fail("This test changes the server's logins: mark it `own_logins`.", pytrace=False)


def _made(
    request: pytest.FixtureRequest, path: Path, clock: ManualClock, the_plan: FirmPlan
) -> Iterator[FirmFixture]:
    if request.param == "sqlite":
        made = local_firm(path, clock, the_plan)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, clock, the_plan)
    yield made
    made.close()
    server.drop(owned)
