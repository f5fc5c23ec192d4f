"""A local store's key: its copy for people, the places where it lies, and everything that refuses to be one."""

from __future__ import annotations

import os
import pickle
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security import key_file, store_key
from casedesk.security.secrets import NoSafeKeyring
from casedesk.security.store_key import KEYRING, StoreKey, from_recovery, in_file
from tests.support.keyrings import Forgetful, Locked, Memory, Plaintext, Truncating, using

STORE = Path("firm.db")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")


@pytest.fixture
def key() -> StoreKey:
    return StoreKey.new()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    backend = Memory()
    with using(backend, monkeypatch):
        yield backend


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder / "stores"


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


# -- the key itself -------------------------------------------------------------------------------------------------


def test_keys_are_drawn_anew_and_named_by_their_salt(key: StoreKey) -> None:
    other = StoreKey.new()
    assert other != key
    assert key.name == f"store:{key.salt.hex()}" != other.name
    assert len({StoreKey.new().spelled() for _ in range(50)}) == 50


def test_a_key_shows_itself_to_nobody(key: StoreKey) -> None:
    secret = key.spelled()[2:66]
    shown = [repr(key), str(key), f"{key}", repr([key]), str(dir(key)), repr(key.custody)]
    assert not any(secret in each or "".join(key.recovery()) in each for each in shown)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    assert not hasattr(key, "__dict__")


# -- the recovery copy ----------------------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_the_copy_gives_the_key_back(secret: bytes, salt: bytes) -> None:
    made = StoreKey(secret, salt)
    groups = made.recovery()
    assert len(groups) == 12
    assert all(len(group) == 5 and set(group) <= set(LETTERS) for group in groups)
    for typed in ("-".join(groups), " ".join(groups).lower(), "\n".join(groups), "".join(groups)):
        assert from_recovery(typed, salt) == made


def test_letters_that_are_easily_misread_are_put_right() -> None:
    made = StoreKey(bytes(32), bytes(16))
    typed = "".join(made.recovery())
    assert typed.startswith("00000")
    assert from_recovery(typed.replace("0", "O", 5).replace("1", "l"), made.salt) == made
    assert store_key.plain_letters(" o-I ‑ l ") == "011"


@settings(max_examples=30)
@given(st.data())
def test_a_slip_of_the_pen_is_noticed(data: st.DataObject) -> None:
    made = StoreKey(data.draw(st.binary(min_size=32, max_size=32)), b"s" * 16)
    typed = "".join(made.recovery())
    at = data.draw(st.integers(0, len(typed) - 1))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != typed[at]]))
    assert refusal(lambda: from_recovery(typed[:at] + wrong + typed[at + 1 :], made.salt)).code.startswith(
        "recovery_"
    )


def test_every_letter_swapped_with_its_neighbour_is_noticed(key: StoreKey) -> None:
    typed = "".join(key.recovery())
    tried = 0
    for at in range(55):
        swapped = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
        if swapped != typed:
            tried += 1
            assert refusal(partial(from_recovery, swapped, key.salt)).code == "recovery_mistyped"
    assert tried > 30


def test_groups_in_another_order_missing_or_foreign_are_noticed(key: StoreKey) -> None:
    groups = list(key.recovery())
    for typed in (
        [*groups[1:], groups[0]],
        groups[:-1],
        [*groups, "00000"],
        ["UUUUU", *groups[1:]],
        [],
        ["ЖЖЖЖЖ"] * 12,
    ):
        refused = refusal(partial(from_recovery, " ".join(typed), key.salt))
        assert refused.code == "recovery_mistyped"
        assert not any(group in refused.sentence() for group in groups)


def test_the_copy_of_another_store_is_told_from_a_slip(key: StoreKey) -> None:
    other = StoreKey.new()
    assert refusal(lambda: from_recovery("-".join(other.recovery()), key.salt)).code == "recovery_of_another"


# -- the keyring ----------------------------------------------------------------------------------------------------


def test_the_keyring_gives_back_what_it_was_given(key: StoreKey, memory: Memory) -> None:
    kept = store_key.keep(key, KEYRING)
    assert set(memory.kept) == {("casedesk", key.name)}
    found = store_key.find(STORE, key.salt)
    assert found == kept == key
    assert found.custody == KEYRING
    store_key.forget(found)
    assert memory.kept == {}


@pytest.mark.parametrize("kind", [null.Keyring, fail.Keyring, Plaintext, Forgetful, Truncating, Locked])
def test_a_keyring_that_keeps_nothing_safely_leaves_three_ways_out(
    kind: Callable[[], KeyringBackend], key: StoreKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = kind()
    with using(backend, monkeypatch):
        refused = refusal(lambda: store_key.keep(key, KEYRING))
        assert isinstance(refused, NoSafeKeyring)
        for way in ("Unlock or install", "--key-file", "--key-prompt"):
            assert way in refused.next
        assert "".join(key.recovery()) not in refused.sentence().replace("-", "")
        assert refused.__cause__ is None
        if kind is Plaintext:
            assert not backend.kept  # type: ignore[attr-defined]
        missing = refusal(lambda: store_key.find(STORE, key.salt))
        assert missing.exit_status == 3
        assert missing.code in ("key_missing", "wrong_key")
        for way in ("keyring", "--key-file", "recovery copy"):
            assert way in missing.next or missing.code == "wrong_key"


@pytest.mark.parametrize("kind", [null.Keyring, fail.Keyring, Plaintext])
def test_it_is_said_before_anything_is_asked(
    kind: Callable[[], KeyringBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    with using(kind(), monkeypatch):
        assert "--key-file" in refusal(lambda: store_key.check_custody(KEYRING)).next
        store_key.check_custody(store_key.ASKED)


def test_what_the_keyring_holds_must_be_this_stores(key: StoreKey, memory: Memory) -> None:
    memory.kept["casedesk", key.name] = "-".join(StoreKey.new().recovery())
    assert refusal(lambda: store_key.find(STORE, key.salt)).code == "wrong_key"
    memory.kept["casedesk", key.name] = "hunter2"
    refused = refusal(lambda: store_key.find(STORE, key.salt))
    assert refused.code == "wrong_key"
    assert "hunter2" not in refused.sentence()


def test_who_sits_there_may_type_the_copy(key: StoreKey, monkeypatch: pytest.MonkeyPatch) -> None:
    with using(Plaintext(), monkeypatch):
        asked: list[str] = []

        def answer(question: str) -> str:
            asked.append(question)
            return "-".join(key.recovery())

        found = store_key.find(STORE, key.salt, ask=answer)
        assert found == key
        assert found.custody == store_key.ASKED
        assert asked == ["Recovery copy of firm.db: "]
        assert refusal(lambda: store_key.find(STORE, key.salt, ask=lambda _: "")).code == "key_missing"
        assert refusal(lambda: store_key.find(STORE, key.salt, ask=lambda _: "x")).code == "recovery_mistyped"


# -- the key file ---------------------------------------------------------------------------------------------------


def test_a_key_file_keeps_the_keys_of_several_stores(key: StoreKey, file: Path, memory: Memory) -> None:
    other = StoreKey.new()
    for each in (key, other):
        assert store_key.keep(each, in_file(file)).custody == in_file(file)
    found = store_key.find(STORE, key.salt, key_file=file)
    assert (found, found.custody) == (key, in_file(file))
    assert memory.kept == {}
    store_key.forget(found)
    store_key.forget(found)
    assert refusal(lambda: store_key.find(STORE, key.salt, key_file=file)).code == "key_missing"
    assert store_key.find(STORE, other.salt, key_file=file) == other
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@posix
def test_two_that_keep_a_key_at_once_lose_neither(file: Path) -> None:
    keys = [StoreKey.new() for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: store_key.keep(each, in_file(file)), keys))
    for each in keys:
        assert store_key.find(STORE, each.salt, key_file=file) == each


def test_what_the_file_does_not_hold_may_lie_in_the_keyring(
    key: StoreKey, file: Path, memory: Memory
) -> None:
    store_key.keep(StoreKey.new(), in_file(file))
    store_key.keep(key, KEYRING)
    assert store_key.find(STORE, key.salt, key_file=file).custody == KEYRING
    assert str(file) in refusal(lambda: store_key.find(STORE, b"x" * 16, key_file=file)).message


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602, 0o660])
def test_a_key_file_others_can_reach_is_refused(mode: int, key: StoreKey, file: Path) -> None:
    store_key.keep(key, in_file(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(mode)
    for act in (
        lambda: store_key.find(STORE, key.salt, key_file=file),
        lambda: store_key.keep(StoreKey.new(), in_file(file)),
    ):
        refused = refusal(act)
        assert (refused.code, refused.exit_status) == ("key_file_open", 3)
        assert f"chmod 600 {file}" in refused.next
    file.chmod(0o600)
    assert store_key.find(STORE, key.salt, key_file=file) == key


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_others_may_write_in_holds_no_key(mode: int, key: StoreKey, file: Path) -> None:
    store_key.keep(key, in_file(file))
    file.parent.chmod(mode)
    for act in (
        lambda: store_key.find(STORE, key.salt, key_file=file),
        lambda: store_key.keep(StoreKey.new(), in_file(file)),
    ):
        assert refusal(act).code == "key_folder_open"


@posix
def test_somebody_elses_key_file_is_refused(
    key: StoreKey, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_key.keep(key, in_file(file))
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    if file.stat().st_uid == 0:
        # Root's own file is anybody's to trust; a file of a third person is not.
        os.chown(file, 4242, -1)
    assert refusal(lambda: store_key.find(STORE, key.salt, key_file=file)).code == "key_file_foreign"


def test_a_key_file_that_is_not_there_is_named(key: StoreKey, file: Path) -> None:
    refused = refusal(lambda: store_key.find(STORE, key.salt, key_file=file))
    assert isinstance(refused, StoreUnavailable)
    assert refused.code == "key_file_missing"
    assert refusal(lambda: key_file.write(file.parent / "no" / "keys", "a", "b")).code == "no_folder"
    assert (
        refusal(lambda: store_key.find(STORE, key.salt, key_file=file.parent)).code == "key_file_unreadable"
    )


@posix
def test_a_key_file_that_cannot_be_written_keeps_what_it_had(key: StoreKey, file: Path) -> None:
    store_key.keep(key, in_file(file))
    before = file.read_bytes()
    if os.geteuid() == 0:
        (file.parent / "a folder").mkdir()
        refused = refusal(lambda: store_key.keep(StoreKey.new(), in_file(file.parent / "a folder")))
    else:
        file.parent.chmod(0o500)
        refused = refusal(lambda: store_key.keep(StoreKey.new(), in_file(file)))
        file.parent.chmod(0o700)
    assert refused.code in ("key_file_refused", "key_file_unreadable")
    assert file.read_bytes() == before
