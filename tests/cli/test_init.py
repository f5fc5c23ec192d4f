"""`casedesk init` and `casedesk secret`: a firm of one's own, and the key that opens it."""

from __future__ import annotations

import json
import os
import re
import select
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from keyring.backends import fail

from casedesk.bootstrap import open_desk, store_key_for
from casedesk.desk import care, hours, people, policy, preferences
from casedesk.founding import found_local
from casedesk.security import secrets, store_key
from tests.cli.conftest import Ran, Run
from tests.support.firm import plan
from tests.support.keyrings import Forgetful, Memory, Plaintext, using
from tests.support.postgres import OwnedDb, PgServer

FIRM = ("--name", "Reyes LLP", "--person", "Julia Reyes", "--zone", "America/Chicago")
LICENCE = ("--licence", "attorney:4411223:NY:2031-05-31")
PHRASE = "seven quiet lanterns over the harbour"
WAIT_SECONDS = 60
KEYS = {"store", "firm", "person", "key", "policy"}


@dataclass
class Place:
    """Where a test makes its firm."""

    root: Path
    run: Run

    def __post_init__(self) -> None:
        for folder in (self.root / "keys", self.root / "safe"):
            folder.mkdir(mode=0o700)

    @property
    def store(self) -> Path:
        return self.root / "desk" / "firm.db"

    @property
    def key_file(self) -> Path:
        return self.root / "keys" / "stores"

    @property
    def copy(self) -> Path:
        return self.root / "safe" / "recovery.txt"

    def init(self, *words: object, stdin: str = "", firm: tuple[str, ...] = FIRM) -> Ran:
        return self.run("init", *firm, "--dir", self.store.parent, "--no-input", *words, stdin=stdin)

    def headless(self, *words: object, stdin: str = "") -> Ran:
        """As on a machine without a keyring."""
        return self.init("--key-file", self.key_file, "--recovery-out", self.copy, *words, stdin=stdin)

    def nothing_is_left(self) -> bool:
        left = {path.relative_to(self.root) for path in self.root.rglob("*")}
        return left <= {Path("keys"), Path("safe"), Path("desk"), Path("keys/stores")} and (
            not self.key_file.exists() or "store:" not in self.key_file.read_text()
        )


@pytest.fixture
def place(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A machine without a keyring."""
    with using(fail.Keyring(), monkeypatch):  # type: ignore[no-untyped-call]
        yield Place(tmp_path, run)


# -- a local firm ---------------------------------------------------------------------------------------------------


def test_a_firm_is_made_with_nobody_asked(place: Place) -> None:
    ran = place.headless(*LICENCE, "--passphrase-stdin", "--json", stdin=f"{PHRASE}\n")
    assert ran.status == 0, ran
    assert ran.err == ""
    made = ran.json
    assert made.keys() >= KEYS
    assert (made["firm"], made["person"], made["policy"]) == ("Reyes LLP", "jreyes", "sole")
    assert (made["store"], made["signing_key"]) == (str(place.store), True)
    key = store_key_for(place.store, key_file=place.key_file)
    assert key is not None
    for secret in (key.spelled()[2:66], "".join(key.recovery()), PHRASE):
        assert secret not in ran.out.replace("-", "")
    with closing(open_desk(made["store"], None, key_file=place.key_file)) as desk:
        me = desk.read(people.show, "jreyes")
        assert (me.name, me.licensed, set(me.roles)) == (
            "Julia Reyes",
            True,
            {"managing_partner", "attorney"},
        )
        assert desk.handle == "jreyes"
        assert desk.zone == "America/Chicago"
        assert [check for check in desk.read(care.doctor) if not check.ok] == []
        said = {check.id: check.detail for check in desk.read(care.doctor)}
        assert "encrypted (SQLCipher" in said["cipher"]
        assert str(place.key_file) in said["keyring"]
        assert "recovery copy written" in said["keyring"]
    assert not place.store.read_bytes().startswith(b"SQLite")


def test_the_firm_is_opened_by_the_option_or_the_environment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.headless()
    refused = place.run("--store", place.store, "person", "list", "--json")
    assert (refused.status, refused.code) == (3, "key_missing")
    assert place.run("person", "list", "--store", place.store, "--key-file", place.key_file).status == 0
    monkeypatch.setenv("CASEDESK_KEY_FILE", str(place.key_file))
    assert place.run("--store", place.store, "doctor").status == 0
    assert place.run("--store", place.store, "migrate").status == 0


def test_it_says_what_a_file_protects_and_what_it_does_not(place: Place) -> None:
    ran = place.headless()
    assert ran.status == 0
    assert "one trust domain" in ran.out
    assert "Roles are workflow in it, not a wall" in ran.out
    assert "casedesk signing enrol" in ran.out


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")
def test_what_it_writes_is_its_owners_alone(place: Place) -> None:
    mask = os.umask(0)
    try:
        assert place.headless().status == 0
    finally:
        os.umask(mask)
    for path in (place.store, place.key_file, place.copy):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(place.store.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ((), 1, "no_safe_keyring"),
        (("--key-file", "keys/stores"), 2, "recovery_nowhere"),
        (("--key-file", "keys/stores", "--recovery-out", "no/such/folder"), 1, "no_folder"),
        (("--key-file", "no/such/keys", "--recovery-out", "safe/recovery.txt"), 1, "no_folder"),
        (("--key-file", "desk/keys", "--recovery-out", "safe/recovery.txt"), 3, "key_beside_store"),
    ],
)
def test_where_key_or_copy_would_be_lost_nothing_is_made(
    words: tuple[str, ...], status: int, code: str, place: Place
) -> None:
    ran = place.init(*(word if word.startswith("--") else place.root / word for word in words), "--json")
    assert (ran.status, ran.code) == (status, code)
    assert place.nothing_is_left()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--zone", "Mars/Olympus"), "unknown_zone"),
        (("--handle", "owner"), "bad_handle"),
        (("--role", "king"), "unknown"),
        (("--licence", "driver:1:NY"), "unknown"),
        (("--licence", "attorney"), "usage"),
        (("--name", "  "), "empty"),
        (("--review-policy", "four-person"), "unknown"),
        (("--hours", "Fri-Mon 09:00-17:00"), "bad_hours"),
        (("--hours", "Mon-Fri 17:00-09:00"), "bad_hours"),
        (("--email", "julia at home"), "bad_address"),
        (("--remind", "loudly"), "bad_preference"),
    ],
)
def test_what_will_not_do_is_refused_before_anything_is_made(
    words: tuple[str, str], code: str, place: Place
) -> None:
    ran = place.headless(*words, "--json")
    assert ran.status in (1, 2)
    assert ran.code == code
    assert place.nothing_is_left()


def test_each_of_the_eight_has_an_option(place: Place) -> None:
    ran = place.headless(
        *("--review-policy", "two-person", "--hours", "Mon-Fri 8:30-17:00", "--email", "julia@reyes.example"),
        *("--remind", "all", "--json"),
    )
    assert (ran.status, ran.json["policy"], ran.json["email"]) == (0, "two-person", "julia@reyes.example")
    with closing(open_desk(ran.json["store"], None, key_file=place.key_file)) as desk:
        assert desk.read(policy.show).policy == "two-person"
        assert desk.read(hours.show, "jreyes").week["monday"] == "08:30-17:00"
        assert desk.read(preferences.show).mail == "all"


def test_what_is_missing_is_named(place: Place) -> None:
    for left_out in ("--name", "--person"):
        at = FIRM.index(left_out)
        ran = place.init(
            *("--key-file", place.key_file, "--recovery-out", place.copy, "--json"),
            firm=FIRM[:at] + FIRM[at + 2 :],
        )
        assert (ran.status, ran.code) == (2, "missing")
        assert left_out in ran.json["error"]["message"]
    assert place.init("--store", place.store, "--key-file", place.key_file).status == 2


def test_a_weak_passphrase_makes_no_firm_and_leaves_no_key(place: Place) -> None:
    ran = place.headless(*LICENCE, "--passphrase-stdin", "--json", stdin="julia\n")
    assert ran.status == 1
    assert place.nothing_is_left()


def test_what_fails_at_the_last_moment_takes_key_and_copy_with_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    ran = place.headless("--json")
    assert (ran.status, ran.code) == (1, "system")
    assert place.nothing_is_left()


def test_a_run_that_only_reads_makes_no_firm_and_no_key(place: Place) -> None:
    assert place.headless("--read-only", "--json").code == "read_only"
    assert place.nothing_is_left()
    for words in (("rotate", "--recovery-out", place.copy), ("recover", "--recovery-stdin")):
        assert (
            place.run("--store", place.store, "--read-only", "--json", "secret", *words).code == "read_only"
        )


def test_what_is_there_already_is_never_written_over(place: Place) -> None:
    assert place.headless().status == 0
    store, keys, copy = place.store.read_bytes(), place.key_file.read_bytes(), place.copy.read_bytes()
    assert place.headless("--json").code == "store_exists"
    place.store.unlink()
    assert place.headless("--json").code == "file_exists"
    assert not place.store.exists()
    assert (place.key_file.read_bytes(), place.copy.read_bytes()) == (keys, copy)
    place.store.write_bytes(store)


def test_the_keyring_keeps_the_key_and_is_read_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Memory()
    with using(backend, monkeypatch):
        ran = place.init("--recovery-out", place.copy, "--json")
        assert ran.status == 0, ran
        assert ran.json["key"] == "the system's keyring"
        (kept,) = backend.kept
        assert kept == ("casedesk", store_key.name_of(place.store.read_bytes()[:16]))
        assert place.run("--store", place.store, "doctor").status == 0
        moved = place.store.rename(place.store.with_name("moved.db"))
        assert place.run("--store", moved, "doctor").status == 0


@pytest.mark.parametrize("backend", [Plaintext, Forgetful])
def test_a_keyring_that_keeps_nothing_safely_makes_no_firm(
    backend: type[Memory], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with using(backend(), monkeypatch):
        ran = place.init("--recovery-out", place.copy, "--json")
        assert ran.status == 1
        for way in ("Unlock or install", "--key-file", "--key-prompt"):
            assert way in ran.json["error"]["next"]
        assert place.nothing_is_left()


def test_a_synced_folder_is_refused(place: Place) -> None:
    ran = place.run(
        *("init", *FIRM, "--dir", place.root / "Dropbox" / "desk", "--no-input", "--json"),
        *("--key-file", place.key_file, "--recovery-out", place.copy),
    )
    assert (ran.status, ran.code) == (3, "store_in_synced_folder")
    assert place.nothing_is_left()


# -- the key, put back and changed ----------------------------------------------------------------------------------


def test_a_lost_key_is_put_back_from_the_page(place: Place) -> None:
    place.headless()
    place.key_file.unlink()
    again = (
        "--store",
        place.store,
        "secret",
        "recover",
        "--recovery-stdin",
        "--key-file",
        place.key_file,
        "--json",
    )
    page = place.copy.read_text()
    assert place.run(*again, stdin=page.replace("1: ", "1: 0", 1)).code == "recovery_mistyped"
    assert place.run(*again).code == "secret_missing"
    assert not place.key_file.exists()
    ran = place.run(*again, stdin=page)
    assert ran.json == {"store": str(place.store), "key": f"the key file {place.key_file}"}
    assert place.run("--store", place.store, "--key-file", place.key_file, "doctor").status == 0
    key = store_key_for(place.store, key_file=place.key_file)
    assert key is not None
    place.key_file.unlink()
    assert place.run(*again, stdin=" ".join(key.recovery()).lower()).status == 0


def test_the_page_of_another_store_is_told(place: Place, tmp_path: Path) -> None:
    place.headless()
    other = store_key.StoreKey.new()
    ran = place.run(
        *(
            "--store",
            place.store,
            "secret",
            "recover",
            "--recovery-stdin",
            "--key-file",
            place.key_file,
            "--json",
        ),
        stdin="-".join(other.recovery()),
    )
    assert (ran.status, ran.code) == (1, "recovery_of_another")


def test_a_copy_that_does_not_open_the_store_is_not_kept(place: Place) -> None:
    place.headless()
    kept = place.key_file.read_bytes()
    made_up = store_key.StoreKey(bytes(32), place.store.read_bytes()[:16])
    ran = place.run(
        *("--store", place.store, "secret", "recover", "--recovery-stdin", "--json"),
        *("--key-file", place.key_file),
        stdin="-".join(made_up.recovery()),
    )
    assert (ran.status, ran.code) == (3, "wrong_key")
    assert place.key_file.read_bytes() == kept


def test_the_key_is_changed_and_its_new_page_opens_the_store(place: Place) -> None:
    place.headless()
    first = place.copy.read_text()
    second = place.root / "safe" / "second.txt"
    words = ("--store", place.store, "--key-file", place.key_file, "secret", "rotate", "--json")
    assert place.run(*words, "--no-input").code == "recovery_nowhere"
    ran = place.run(*words, "--recovery-out", second)
    assert ran.status == 0, ran
    assert ran.json.keys() >= {"store", "key", "recovery"}
    again = (
        "--store",
        place.store,
        "secret",
        "recover",
        "--recovery-stdin",
        "--key-file",
        place.root / "keys" / "k",
    )
    assert place.run(*again, "--json", stdin=first).code == "recovery_of_another"
    assert place.run(*again, stdin=second.read_text()).status == 0


def test_a_demo_has_no_key(place: Place) -> None:
    the_plan = plan()
    found_local(place.store, replace(the_plan, marks={**the_plan.marks, "demo": "1"}))
    words = ("--store", place.store, "--key-file", place.key_file, "secret")
    assert place.run(*words, "rotate", "--recovery-out", place.copy, "--json").code == "demo_is_plain"
    assert place.run(*words, "recover", "--recovery-stdin", "--json", stdin="x").code == "store_plain"
    assert not place.key_file.exists()
    said = place.run("--store", place.store, "doctor").out
    assert "plain: a demo" in said
    shared = place.run(
        "--store", "postgresql://127.0.0.1/x", "secret", "rotate", "--recovery-out", place.copy, "--json"
    )
    assert (shared.status, shared.code) == (2, "shared_store")


# -- at a terminal --------------------------------------------------------------------------------------------------


@dataclass
class Terminal:
    """A program at a terminal of its own; `expect` reads on until what is looked for has been said."""

    process: subprocess.Popen[bytes]
    end: int
    said: str = ""

    def expect(self, pattern: str) -> re.Match[str]:
        while not (found := re.search(pattern, self.said)):
            ready, _, _ = select.select([self.end], [], [], WAIT_SECONDS)
            try:
                data = os.read(self.end, 4096) if ready else b""
            except OSError:
                data = b""
            assert data, (pattern, self.said)
            self.said += data.decode()
        self.said = self.said[found.end() :]
        return found

    def type(self, words: str) -> None:
        os.write(self.end, f"{words}\n".encode())


@pytest.fixture
def at_a_terminal(place: Place) -> Iterator[Any]:
    opened: list[Terminal] = []

    def start(*words: object) -> Terminal:
        import pty

        end, other = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEDESK_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "casedesk", *map(str, words)],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={
                **environment,
                "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                "TZ": "Asia/Manila",
            },
        )
        os.close(other)
        opened.append(Terminal(process, end))
        return opened[-1]

    yield start
    for each in opened:
        os.close(each.end)
        each.process.kill()
        each.process.wait()


@pytest.mark.skipif(os.name != "posix", reason="A terminal of a test's own is a POSIX affair.")
def test_at_a_terminal_everything_is_asked_and_the_copy_is_typed_back(
    place: Place, at_a_terminal: Any
) -> None:
    desk = at_a_terminal("init", "--key-file", place.key_file)
    for question, answer in (
        (r"1/8 The firm's name.*: ", "Reyes LLP"),
        (r"2/8 Your name.*: ", "Julia Élise Reyes"),
        (r"3/8 What you are: .*\[attorney\]: ", ""),
        ("Its number and state.*: ", "4411223 NY"),
        ("Signing passphrase.*: ", PHRASE),
        ("once more: ", PHRASE),
        (r"(?s)alone: you review.*three: .*4/8 .*\[alone\]: ", ""),
        (
            r"5/8 .*\[Mon-Fri 09:00-17:30 Asia/Manila\]: ",
            "Mon-Thu 8:00-16:00, Fri 8:00-12:00 America/Chicago",
        ),
        (r"6/8 Where the data live.*: ", str(place.store.parent)),
        (r"7/8 The recovery copy.*\[show\]: ", ""),
        (r"8/8 Reminders.*\[none\]: ", "julia@reyes.example"),
    ):
        desk.expect(question)
        desk.type(answer)
    page = desk.expect(r"(?s)Recovery copy of the key.*put to use with").group(0)
    groups = dict(re.findall(r"(\d+): ([0-9A-Z]{5})", page))
    assert len(groups) == 12
    first = desk.expect(r"Type group (\d+) of the copy: ").group(1)
    desk.type("00000")
    desk.expect("another group")
    assert desk.expect(r"Type group (\d+) of the copy: ").group(1) == first
    desk.type(groups[first].lower())
    desk.type(groups[desk.expect(r"Type group (\d+) of the copy: ").group(1)])
    desk.expect("Reyes LLP is founded, with jreyes in it")
    desk.expect("one trust domain")
    assert desk.process.wait() == 0
    with closing(open_desk(str(place.store), None, key_file=place.key_file)) as opened:
        assert opened.zone == "America/Chicago"
        assert opened.read(policy.show).policy == "sole"
        assert opened.read(hours.show, "jreyes").week == {
            **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "08:00-16:00"),
            "friday": "08:00-12:00",
        }
        me = opened.read(people.show, "jreyes")
        assert (set(me.roles), me.licensed) == ({"managing_partner", "attorney"}, True)
        assert "recovery copy confirmed" in {c.id: c.detail for c in opened.read(care.doctor)}["keyring"]


@pytest.mark.skipif(os.name != "posix", reason="A terminal of a test's own is a POSIX affair.")
def test_a_copy_that_is_not_typed_back_makes_no_firm(place: Place, at_a_terminal: Any) -> None:
    desk = at_a_terminal("init", *FIRM, "--handle", "jreyes", "--role", "managing_partner", "--key-prompt",
                         "--dir", place.store.parent)  # fmt: skip
    for question in ("4/8.*: ", "5/8.*: ", "7/8.*: ", "8/8.*: "):
        desk.expect(question)
        desk.type("")
    for _ in range(3):
        desk.expect(r"Type group \d+ of the copy: ")
        desk.type("I will not")
    desk.expect("nothing was changed")
    assert desk.process.wait() == 1
    assert place.nothing_is_left()


@pytest.mark.skipif(os.name != "posix", reason="A terminal of a test's own is a POSIX affair.")
def test_a_key_kept_nowhere_is_asked_for_at_each_start(place: Place, at_a_terminal: Any) -> None:
    assert place.init("--key-prompt", "--recovery-out", place.copy).status == 0
    page = place.copy.read_text()
    groups = re.findall(r"\d+: ([0-9A-Z]{5})", page)
    refused = place.run("--store", place.store, "person", "list", "--no-input", "--json")
    assert (refused.status, refused.code) == (3, "key_missing")
    desk = at_a_terminal("--store", place.store, "person", "list", "--json")
    desk.expect(r"Recovery copy of firm\.db: ")
    desk.type("-".join(groups))
    said = desk.expect(r"(?s)\[.*\]\r\n").group(0)
    assert [person["handle"] for person in json.loads(said)] == ["jreyes"]
    assert groups[0] not in desk.said + said


# -- a shared firm --------------------------------------------------------------------------------------------------


def test_a_shared_firm_is_made_by_an_owner_who_may_make_logins_and_no_more(
    pg_server: PgServer, pg_database: OwnedDb, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = pg_database
    url = f"postgresql://{owned.owner}@{owned.host}:{owned.port}/{owned.name}"
    (place.root / "owner").write_text(owned.pgpass(owned.owner, owned.password) + "\n")
    (place.root / "owner").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(place.root / "owner"))
    out = place.root / "safe" / "pgpass"
    words = ("init", *FIRM, *LICENCE, "--no-input", "--json", "--postgres", url)

    assert place.run(*words, stdin="").code == "no_safe_keyring"
    bad = place.run(*words, "--pgpass-out", out, "--passphrase-stdin", stdin="julia\n")
    assert bad.status == 1
    assert not out.exists()
    ran = place.run(*words, "--pgpass-out", out, "--passphrase-stdin", stdin=f"{PHRASE}\n")
    assert ran.status == 0, ran
    assert ran.json.keys() >= KEYS
    assert (ran.json["key"], ran.json["person"], ran.json["passwords"]) == (None, "jreyes", str(out))
    assert ran.json["store"] == owned.url
    assert stat.S_IMODE(out.stat().st_mode) == 0o600 or os.name != "posix"
    logins = dict(line.split(":")[3:] for line in out.read_text().splitlines())
    assert set(logins) == {"jreyes", "desk"}
    assert not any(password in ran.out + ran.err for password in logins.values())

    monkeypatch.setenv("PGPASSFILE", str(out))
    assert place.run("--store", owned.url, "--as", "jreyes", "person", "list", "--json").json[0]["licensed"]
    assert place.run("--store", owned.url, "--as", "desk", "worker", "--once", "--json").json["failed"] == 0
    added = ("person", "add", "lchen", "--name", "Li Chen", "--role", "paralegal", "--password-stdin")
    assert place.run("--store", owned.url, "--as", "jreyes", *added, stdin="a password of hers\n").status == 0
    with out.open("a") as file:
        file.write(owned.pgpass("lchen", "a password of hers") + "\n")
    assert place.run("--store", owned.url, "--as", "lchen", "person", "list").status == 0

    # A second firm on that server: its owner's logins would be those of the first.
    pg_server.execute("COMMENT ON ROLE jreyes IS 'casedesk demo'")
    second = pg_server.new_owner_database()
    monkeypatch.setenv("PGPASSFILE", str(place.root / "second"))
    (place.root / "second").touch(mode=0o600)
    (place.root / "second").write_text(second.pgpass(second.owner, second.password) + "\n")
    url = f"postgresql://{second.owner}@{second.host}:{second.port}/{second.name}"
    other = place.root / "safe" / "other"
    ran = place.run("init", *FIRM, "--no-input", "--json", "--postgres", url, "--pgpass-out", other)
    pg_server.drop(second)
    assert (ran.status, ran.code) == (1, "login_taken")
    assert not other.exists()
    monkeypatch.setenv("PGPASSFILE", str(out))
    assert place.run("--store", owned.url, "--as", "jreyes", "person", "list").status == 0


def test_the_keyring_keeps_the_passwords_of_a_shared_firm(
    pg_database: OwnedDb, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    class Listening(Memory):
        def set_password(self, service: str, username: str, password: str) -> None:
            written.append(username)
            super().set_password(service, username, password)

    backend = Listening()
    monkeypatch.setattr(secrets, "ACCEPTED", {f"{Listening.__module__}.{Listening.__qualname__}"})
    owned = pg_database
    where = f"{owned.host}:{owned.port}/{owned.name}"
    backend.kept["casedesk", f"{owned.owner}@{where}"] = owned.password
    monkeypatch.delenv("PGPASSFILE", raising=False)
    with using(backend, monkeypatch):
        url = f"postgresql://{owned.owner}@{where}"
        locked = dict(backend.kept)
        assert (
            place.run(
                *("init", *FIRM, "--no-input", "--json", "--postgres", url, "--handle", owned.owner)
            ).status
            == 1
        )
        assert backend.kept == locked
        ran = place.run("init", *FIRM, "--no-input", "--json", "--postgres", url)
        assert ran.status == 0, ran
        assert set(backend.kept) == {
            ("casedesk", f"{who}@{where}") for who in (owned.owner, "jreyes", "desk")
        }
        assert place.run("--store", owned.url, "--as", "jreyes", "person", "list").status == 0
        assert place.run("--store", url, "migrate").status == 0
        written.clear()
        again = place.run("init", *FIRM, "--no-input", "--json", "--postgres", url)
        assert (again.status, again.code, written) == (1, "store_exists", [])
        assert place.run("--store", owned.url, "--as", "jreyes", "person", "list").status == 0


def test_an_address_with_a_password_or_without_an_owner_is_refused(place: Place) -> None:
    for url, code in (
        ("postgresql://owner:secret@127.0.0.1/x", "password_in_url"),
        ("postgresql://127.0.0.1/x", "who"),
    ):
        ran = place.run("init", *FIRM, "--no-input", "--json", "--postgres", url, "--pgpass-out", place.copy)
        assert (ran.status, ran.code) == (2, code)
        assert "secret" not in ran.out + ran.err
    assert not place.copy.exists()
