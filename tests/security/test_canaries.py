"""Secrets with names of their own, followed through real runs: nothing that is printed, logged, stored or passed on holds one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casedesk.security import store_key
from tests.support.firm import FirmFixture
from tests.support.postgres import PgServer

PASSPHRASE = "canary heron 4417 under lantern"
NEXT = "canary osprey 9921 over harbour"
PASSWORD = "canary-password-zx81-quill"


@dataclass
class Heard:
    """Everything that runs said, and what the system could see of their processes meanwhile."""

    said: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def run(
        self, *argv: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("CASEDESK_", "PG"))}
        process = subprocess.Popen(
            [sys.executable, "-m", "casedesk", *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **(env or {})},
            start_new_session=True,
        )
        with self._watching(process.pid):
            out, err = process.communicate(stdin, timeout=120)
        self.said += [out, err]
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    @contextmanager
    def _watching(self, session: int) -> Iterator[None]:
        """The words and the surroundings of every process of a session, where the system shows them."""
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.01):
                for place in Path("/proc").glob("[0-9]*"):
                    try:
                        if int((place / "stat").read_bytes().rpartition(b")")[2].split()[3]) != session:
                            continue
                        for name in ("cmdline", "environ"):
                            self.seen.add((place / name).read_bytes().decode(errors="replace"))
                    except OSError:
                        continue

        thread = threading.Thread(target=look, daemon=True)
        if Path("/proc/self/cmdline").exists():
            thread.start()
        yield
        done.set()
        if thread.ident is not None:
            thread.join()

    def hold(self, secret: str) -> list[str]:
        words = [*self.said, *self.seen]
        return [text[:200] for text in words if secret.casefold() in text.casefold()]


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def test_a_local_firm_tells_nobody_its_secrets(tmp_path: Path) -> None:
    desk, keys = tmp_path / "desk", tmp_path / "keys"
    for folder in (desk, keys):
        folder.mkdir(mode=0o700)
    key_file, recovery, store = keys / "store.key", keys / "recovery.txt", desk / "firm.db"
    heard = Heard()
    surroundings = {"CASEDESK_KEY_FILE": str(key_file), "CASEDESK_STORE": str(store)}
    made = heard.run(
        *("init", "--no-input", "--name", "Reyes LLP", "--person", "Julia Reyes", "--handle", "jreyes"),
        *("--licence", "attorney:4411223:NY", "--zone", "America/New_York", "--dir", str(desk)),
        *("--recovery-out", str(recovery), "--passphrase-stdin", "--key-file", str(key_file)),
        stdin=f"{PASSPHRASE}\n",
    )
    assert made.returncode == 0, made.stderr
    key = store_key.find(store, store.read_bytes()[:16], key_file=key_file)
    digits = key.spelled()[2:66]
    secrets = {
        "the passphrase": PASSPHRASE,
        "another": NEXT,
        "the key": digits,
        "its copy": "-".join(key.recovery()),
    }

    wrong = heard.run(
        "signing", "rotate", "--passphrase-stdin", "--debug", stdin=f"{NEXT}\n{NEXT}\n", env=surroundings
    )
    assert wrong.returncode == 1
    assert (
        heard.run(
            "signing", "rotate", "--passphrase-stdin", stdin=f"{PASSPHRASE}\n{NEXT}\n", env=surroundings
        ).returncode
        == 0
    )
    assert heard.run("doctor", "--debug", env=surroundings).returncode == 0
    assert heard.run("audit", "list", "--json", env=surroundings).returncode == 0
    lost = heard.run(
        "matter", "list", "--debug", env={**surroundings, "CASEDESK_KEY_FILE": str(keys / "none.key")}
    )
    assert lost.returncode == 3
    store.write_bytes(store.read_bytes()[:4096])
    broken = heard.run("matter", "list", "--debug", env=surroundings)
    assert broken.returncode == 3

    for name, secret in secrets.items():
        assert heard.hold(secret) == [], name
        for path, data in _files(desk):
            assert secret.encode() not in data, (name, path.name)
    for path, data in _files(desk):
        assert bytes.fromhex(digits) not in data, path.name


@pytest.fixture
def listening(pg_server: PgServer) -> Iterator[PgServer]:
    """A server that writes down every statement it is given, and every value in it."""
    settings = (
        "log_statement = 'all'",
        "log_parameter_max_length = -1",
        "log_parameter_max_length_on_error = -1",
    )
    for setting in settings:
        pg_server.execute(f"ALTER SYSTEM SET {setting}")
    pg_server.execute("SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)")
    yield pg_server
    for setting in settings:
        pg_server.execute(f"ALTER SYSTEM RESET {setting.partition(' ')[0]}")
    pg_server.execute("SELECT pg_reload_conf()")


def test_a_server_that_logs_everything_learns_no_secret(listening: PgServer, tmp_path: Path) -> None:
    owned = listening.new_owner_database()
    pgpass, mine = tmp_path / "pgpass", tmp_path / "owner.pgpass"
    mine.write_text(owned.pgpass(owned.owner, owned.password) + "\n")
    mine.chmod(0o600)
    heard = Heard()
    made = heard.run(
        *("init", "--no-input", "--name", "Reyes LLP", "--person", "Julia Reyes", "--handle", "jreyes"),
        *("--licence", "attorney:4411223:NY", "--zone", "America/New_York", "--passphrase-stdin"),
        *("--postgres", f"postgresql://{owned.owner}@{owned.host}:{owned.port}/{owned.name}"),
        *("--pgpass-out", str(pgpass)),
        stdin=f"{PASSPHRASE}\n",
        env={"PGPASSFILE": str(mine)},
    )
    assert made.returncode == 0, made.stderr
    surroundings = {"PGPASSFILE": str(pgpass), "CASEDESK_STORE": owned.url, "CASEDESK_PERSON": "jreyes"}
    added = heard.run(
        *("person", "add", "lchen", "--name", "Lily Chen", "--role", "attorney", "--password-stdin"),
        *("--licence", "attorney:5512340:NY"),
        stdin=f"{PASSWORD}\n",
        env=surroundings,
    )
    assert added.returncode == 0, added.stderr
    rotated = heard.run(
        "signing", "rotate", "--passphrase-stdin", stdin=f"{PASSPHRASE}\n{NEXT}\n", env=surroundings
    )
    assert rotated.returncode == 0, rotated.stderr
    log = listening.log.read_text(errors="replace")
    assert "Lily Chen" in log, "the server wrote nothing down: the test proves nothing"
    passwords = re.findall(r":([^:\n]+)$", pgpass.read_text(), re.MULTILINE)
    assert len(passwords) >= 2
    for secret in (PASSPHRASE, NEXT, PASSWORD, *passwords):
        assert secret not in log
        assert heard.hold(secret) == []
    listening.drop(owned)


def test_the_control_hears_a_secret_that_is_told(firm: FirmFixture) -> None:
    heard = Heard()
    heard.run("find", PASSPHRASE, "--store", firm.store)
    assert heard.hold(PASSPHRASE)
