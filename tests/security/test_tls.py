"""Off this machine: the server's certificate and name are checked, SCRAM with channel binding is insisted on.

Runs on a PostgreSQL that speaks TLS where this machine has one. Where it has none, the certificate and the name are
proved through a TLS end in front of the tests' own server, and channel binding is not: the run says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from casedesk.bootstrap import open_store
from casedesk.refusal import StoreUnavailable
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import HOST, PgServer
from tests.support.tls import Root, front, speak_tls, tls_binaries

NAME = "db.firm.example"
"""What the server is called; no address of this machine, so that nothing is waved through."""


@dataclass
class Line:
    """A firm behind TLS, and the addresses that lead to it."""

    firm: FirmFixture
    root: Root
    other: Root
    port: int
    direct: bool

    def address(self, name: str = NAME, *, root: Path | None = None, plain: bool = False) -> str:
        owned = self.firm.owned
        assert owned is not None
        more = "&sslmode=verify-full&sslnegotiation=direct" if self.direct and not plain else ""
        port = owned.port if plain else self.port
        return f"postgresql://{name}:{port}/{owned.name}?hostaddr={HOST}&sslrootcert={root or self.root.file}{more}"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("tls")
    root, other = Root.make(folder, "firm-root"), Root.make(folder, "other-root")
    certificate, key = root.server(folder, NAME)
    binaries = tls_binaries()
    with pytest.MonkeyPatch.context() as patch:
        if binaries is not None:
            patch.setenv("CASEDESK_TEST_PG_BIN", str(binaries))
        server = PgServer.start()
    try:
        owned = server.new_owner_database()
        firm = shared_firm(owned, ManualClock())
        if binaries is not None:
            speak_tls(server, certificate, key)
            yield Line(firm, root, other, server.port, direct=False)
        else:
            with front(server.port, certificate, key) as port:
                yield Line(firm, root, other, port, direct=True)
        firm.close()
    finally:
        server.stop()


def _refused(line: Line, address: str) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as refused:
        open_store(address, "mduarte", password=line.firm.passwords["mduarte"])
    return refused.value


def test_a_known_server_is_spoken_to_in_tls(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(line.address(), "mduarte", password=line.firm.passwords["mduarte"])
    with store.engine.connect() as conn:
        seen = conn.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar_one()
    store.close()
    if line.direct:
        with capsys.disabled():
            sys.stdout.write("\nNo PostgreSQL with TLS here: channel binding was not proved.\n")
    else:
        assert seen is True


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda line: line.address("elsewhere.example"), id="another-name"),
        pytest.param(lambda line: line.address(root=line.other.file), id="a-stranger's-root"),
    ],
)
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    line: Line, wrong: Callable[[Line], str]
) -> None:
    refused = _refused(line, wrong(line))
    assert (refused.code, "no password was sent" in refused.message) == ("line_not_safe", True)


def test_a_server_without_tls_gets_no_password(line: Line, pg_server: PgServer) -> None:
    address = f"postgresql://{NAME}:{pg_server.port}/postgres?hostaddr={HOST}&sslrootcert={line.root.file}"
    assert _refused(line, address).code == "line_not_safe"


def test_a_server_that_asks_for_no_scram_is_refused(line: Line) -> None:
    """`require_auth` and `channel_binding`: a server that lets everybody in has not proved that it knows the password."""
    owned = line.firm.owned
    assert owned is not None
    address = line.address()
    if line.direct:
        address += "&require_auth=scram-sha-256&channel_binding=require"
        assert _refused(line, address).code == "line_not_safe"
        return
    store = open_store(address, "mduarte", password=line.firm.passwords["mduarte"])
    with store.engine.connect() as conn:
        asked = conn.connection.driver_connection
        assert asked is not None
        parameters = asked.info.get_parameters()
    store.close()
    assert parameters["channel_binding"] == "require"
    assert parameters["require_auth"] == "scram-sha-256"
    assert parameters["sslmode"] == "verify-full"
