"""Passwords: the verifier that leaves the machine, and the keyring in which secrets stay on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator

import keyring
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from casedesk.security.scram import prepared, random_password, scram_verifier
from casedesk.security.secrets import NoSafeKeyring, forget_secret, keyring_name, read_secret, store_secret
from tests.support.keyrings import Forgetful, Locked, Memory, Plaintext, Truncating, using

RFC_SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
RFC_NONCES = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
RFC_EXCHANGE = (
    f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={RFC_NONCES},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={RFC_NONCES}"
)


def parts(verifier: str) -> tuple[int, bytes, bytes, bytes]:
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)", verifier)
    assert found
    salt, stored_key, server_key = (base64.b64decode(each) for each in found.groups()[1:])
    return int(found[1]), salt, stored_key, server_key


def test_the_exchange_of_rfc_7677_is_accepted_by_our_verifier() -> None:
    iterations, salt, stored_key, server_key = parts(scram_verifier("pencil", salt=RFC_SALT))
    assert (iterations, salt) == (4096, RFC_SALT)
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    signature = hmac.digest(stored_key, RFC_EXCHANGE.encode(), "sha256")
    client_key = bytes(one ^ other for one, other in zip(proof, signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key
    server_signature = hmac.digest(server_key, RFC_EXCHANGE.encode(), "sha256")
    assert base64.b64encode(server_signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_the_verifier_does_not_hold_the_password_and_salts_differ() -> None:
    one, other = scram_verifier("correct horse"), scram_verifier("correct horse")
    assert one != other
    assert "correct" not in one
    assert parts(scram_verifier("x", iterations=10_000))[0] == 10_000


@pytest.mark.parametrize("password", ["", "a\0b"])
def test_passwords_postgresql_cannot_take_are_refused(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        scram_verifier(password)
    with pytest.raises(ValueError, match="iterations"):
        scram_verifier("x", iterations=1000)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("user", "user"),
        ("I\u00adX", "IX"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("caf\u0065\u0301", "café"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\u06271", "\u06271"),
        ("\u0627é", "\u0627é"),
        ("\u0627\u2168", "\u0627\u2168"),
        ("\u2460\u0627", "\u2460\u0627"),
        ("é\x07", "é\x07"),
        ("a\x07", "a\x07"),
        ("\u00ad", "\u00ad"),
        ("\u2168\u0221", "\u2168\u0221"),
    ],
)
def test_passwords_are_prepared_or_left_as_they_are(password: str, expected: str) -> None:
    assert prepared(password) == expected


@settings(max_examples=20)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_every_storable_password_has_a_verifier(password: str) -> None:
    assert (
        parts(scram_verifier(password, salt=b"salt"))[2:]
        == parts(scram_verifier(prepared(password), salt=b"salt"))[2:]
    )


def test_random_passwords_are_long_typeable_and_fresh() -> None:
    drawn = {random_password() for _ in range(50)}
    assert len(drawn) == 50
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", each) for each in drawn)


@pytest.fixture
def use_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with using(Memory(), monkeypatch):
        yield


@pytest.mark.usefixtures("use_keyring")
class TestKeyring:
    def test_what_is_kept_is_read_again(self) -> None:
        keyring.set_keyring(Memory())
        assert read_secret("casedesk", "store-1") is None
        store_secret("casedesk", "store-1", "päss wörd")
        store_secret("casedesk", "store-1", "a new one")
        assert read_secret("casedesk", "store-1") == "a new one"
        forget_secret("casedesk", "store-1")
        forget_secret("casedesk", "store-1")
        assert read_secret("casedesk", "store-1") is None
        assert keyring_name().endswith("Memory")

    @pytest.mark.parametrize("kind", [null.Keyring, fail.Keyring, Plaintext])
    def test_a_keyring_that_keeps_nothing_safely_is_refused_with_a_way_out(
        self, kind: Callable[[], KeyringBackend]
    ) -> None:
        backend = kind()
        keyring.set_keyring(backend)
        acts: list[Callable[[], object]] = [
            lambda: store_secret("casedesk", "k", "secret"),
            lambda: read_secret("casedesk", "k"),
        ]
        for act in acts:
            with pytest.raises(NoSafeKeyring) as refused:
                act()
            assert refused.value.code == "no_safe_keyring"
            assert "file that only you can read" in refused.value.sentence()
        assert not getattr(backend, "kept", None)

    @pytest.mark.parametrize("backend", [Forgetful, Truncating])
    def test_a_keyring_that_loses_what_it_took_is_found_out(self, backend: type[Memory]) -> None:
        keyring.set_keyring(backend())
        with pytest.raises(NoSafeKeyring) as refused:
            store_secret("casedesk", "k", "secret")
        assert refused.value.code == "keyring_lost_it"

    def test_a_keyring_that_fails_tells_no_secret(self) -> None:
        keyring.set_keyring(Locked())
        with pytest.raises(NoSafeKeyring) as refused:
            store_secret("casedesk", "k", "hunter2")
        assert refused.value.code == "keyring_failed"
        assert "hunter2" not in refused.value.sentence()
        assert refused.value.__cause__ is refused.value.__context__ is None
        with pytest.raises(NoSafeKeyring):
            read_secret("casedesk", "k")

    def test_of_a_chain_only_an_accepted_member_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain, good = Plaintext(), Memory()
        monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, good])
        keyring.set_keyring(chainer.ChainerBackend())  # type: ignore[no-untyped-call]
        store_secret("casedesk", "k", "secret")
        assert (plain.kept, good.kept) == ({}, {("casedesk", "k"): "secret"})
        monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain])
        with pytest.raises(NoSafeKeyring):
            store_secret("casedesk", "k", "secret")
