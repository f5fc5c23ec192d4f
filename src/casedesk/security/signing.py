"""Signing keys: made, wrapped, opened, and put under a statement.

Ed25519 over the canonical text of one statement (`statements`). The private key exists in the clear only inside a
`Signer`; at rest it is wrapped with the attorney's passphrase. It never touches a government signature field.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from casedesk.refusal import Refusal
from casedesk.security.canonical import length_prefixed, sha256_hex
from casedesk.security.statements import Statement

KEY_DOMAIN: Final = "casedesk.signing-key.1"

PASSES: Final = 3
LANES: Final = 4
MEMORY_KIB: Final = 65536

_SEED_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
# A row from the store is input: numbers beyond these would hang the desk or exhaust the machine.
_MOST_MEMORY_KIB: Final = 1 << 20
_MOST_PASSES: Final = 16
_MOST_LANES: Final = 16

_FEWEST_CHARACTERS: Final = 12
_FEWEST_DIFFERENT: Final = 5
_FEWEST_WORDS: Final = 4


class WrongPassphrase(Refusal):
    """The passphrase does not open this key, or the wrapped key was altered; the two cannot be told apart."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            "wrong_passphrase",
            f"That passphrase does not open signing key {key_id}.",
            "Nothing was signed; type it again.",
        )


class WeakPassphrase(Refusal):
    """The passphrase is too easy to guess for a signature that sends a filing."""

    def __init__(self, message: str) -> None:
        super().__init__(
            "weak_passphrase", message, "Four or more unrelated words are easy to type and hard to guess."
        )


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A signing key at rest; every field may lie in the store and in a backup.

    `key_id` is `key_id_of(public_key)`; `public_key` 32 bytes; `wrapped` a 12-byte nonce and the AES-256-GCM text of
    the 32-byte seed with its tag; `salt` and the next three the Argon2id parameters (`memory_kib` in KiB).
    `token_sha256` is the SHA-256 of the opened key's `Signer.token`: a server that cannot check a signature still
    knows by it that the passphrase was typed.
    """

    key_id: str
    public_key: bytes
    wrapped: bytes
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    token_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """An opened signing key. Lives for one signing; never stored, logged or printed."""

    key_id: str
    public_key: bytes
    seed: bytes = field(repr=False)

    @property
    def token(self) -> str:
        """What only an opened key yields, in hexadecimal: `proof.answer` shows it to the server without telling it."""
        return _token(self.seed).hex()


def _token(seed: bytes) -> bytes:
    return hmac.digest(seed, b"casedesk.sign.token.1", "sha256")


def key_id_of(public_key: bytes) -> str:
    """The key id: the first 16 hexadecimal digits of the public key's SHA-256."""
    return sha256_hex(public_key)[:16]


def check_passphrase(passphrase: str, *, names: Iterable[str] = ()) -> None:
    """Refuse a passphrase that is easy to guess: raises `WeakPassphrase` with one sentence, else returns nothing.

    Asked for: at least 12 characters, or four different words of two letters; five different characters; no part of
    `names` (the person's names and handle; parts of three letters count as whole words only, shorter not at all).
    """
    text = _folded(passphrase)
    words = re.findall(r"[^\W\d_]+", text)
    if (
        len(passphrase.strip()) < _FEWEST_CHARACTERS
        and len({word for word in words if len(word) > 1}) < _FEWEST_WORDS
    ):
        raise WeakPassphrase(
            f"A signing passphrase needs at least {_FEWEST_CHARACTERS} characters or {_FEWEST_WORDS} words."
        )
    if len(set(passphrase.casefold())) < _FEWEST_DIFFERENT:
        raise WeakPassphrase("This signing passphrase repeats the same few characters.")
    for name in names:
        for part in re.findall(r"[^\W\d_]+", _folded(name)):
            if part in words if len(part) == 3 else len(part) > 3 and part in text:
                raise WeakPassphrase("A signing passphrase must not contain your own name.")


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def enrol(
    passphrase: str,
    *,
    names: Iterable[str] = (),
    random: Callable[[int], bytes] = os.urandom,
    memory_kib: int = MEMORY_KIB,
) -> WrappedKey:
    """Make a new signing key and wrap it with `passphrase`.

    Wrapping is Argon2id (`memory_kib` KiB, three passes, four lanes) and AES-256-GCM, bound to the key id, the
    public key and those parameters. `random` gives that many random bytes. Raises `WeakPassphrase`
    (see `check_passphrase`, which also says what `names` are).
    """
    return enrol_open(passphrase, names=names, random=random, memory_kib=memory_kib)[0]


def enrol_open(
    passphrase: str,
    *,
    names: Iterable[str] = (),
    random: Callable[[int], bytes] = os.urandom,
    memory_kib: int = MEMORY_KIB,
) -> tuple[WrappedKey, Signer]:
    """As `enrol`, and the key still open, for what it signs in its first moment."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    check_passphrase(passphrase, names=names)
    seed, salt, nonce = random(_SEED_BYTES), random(_SALT_BYTES), random(_NONCE_BYTES)
    public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    bare = WrappedKey(key_id_of(public_key), public_key, b"", salt, memory_kib, PASSES, LANES)
    sealed = AESGCM(_wrapping_key(bare, passphrase)).encrypt(nonce, seed, _associated(bare))
    wrapped = WrappedKey(
        bare.key_id, public_key, nonce + sealed, salt, memory_kib, PASSES, LANES, sha256_hex(_token(seed))
    )
    return wrapped, Signer(bare.key_id, public_key, seed)


def unlock(wrapped: WrappedKey, passphrase: str) -> Signer:
    """Open a wrapped key; costs what `enrol` cost. Raises `WrongPassphrase`, also for a row that was altered."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not _plausible(wrapped):
        raise WrongPassphrase(wrapped.key_id)
    nonce, sealed = wrapped.wrapped[:_NONCE_BYTES], wrapped.wrapped[_NONCE_BYTES:]
    try:
        seed = AESGCM(_wrapping_key(wrapped, passphrase)).decrypt(nonce, sealed, _associated(wrapped))
    except InvalidTag:
        raise WrongPassphrase(wrapped.key_id) from None
    if Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() != wrapped.public_key:
        raise WrongPassphrase(wrapped.key_id)
    return Signer(wrapped.key_id, wrapped.public_key, seed)


def _plausible(wrapped: WrappedKey) -> bool:
    return (
        len(wrapped.wrapped) == _NONCE_BYTES + _SEED_BYTES + _TAG_BYTES
        and len(wrapped.salt) == _SALT_BYTES
        and wrapped.key_id == key_id_of(wrapped.public_key)
        and 1 <= wrapped.lanes <= _MOST_LANES
        and 8 * wrapped.lanes <= wrapped.memory_kib <= _MOST_MEMORY_KIB
        and 1 <= wrapped.passes <= _MOST_PASSES
    )


def _wrapping_key(wrapped: WrappedKey, passphrase: str) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        # One spelling for the keyboards of all systems; surrogates are bytes that a pipe could not decode.
        unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
        wrapped.salt,
        time_cost=wrapped.passes,
        memory_cost=wrapped.memory_kib,
        parallelism=wrapped.lanes,
        hash_len=32,
        type=Type.ID,
    )


def _associated(wrapped: WrappedKey) -> bytes:
    numbers = (str(wrapped.memory_kib), str(wrapped.passes), str(wrapped.lanes))
    return length_prefixed(KEY_DOMAIN, wrapped.key_id, wrapped.public_key.hex(), wrapped.salt.hex(), *numbers)


def sign(signer: Signer, statement: Statement) -> bytes:
    """The 64-byte Ed25519 signature. Raises ValueError when the statement names another key than the signer's."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if statement.signed_with != signer.key_id:
        raise ValueError(f"The statement names key {statement.signed_with}, but key {signer.key_id} is open.")
    return Ed25519PrivateKey.from_private_bytes(signer.seed).sign(statement.statement_bytes())


def verify(public_key: bytes, statement: Statement, signature: bytes) -> bool:
    """Whether `signature` was made by that key for exactly this statement; malformed input is simply False."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if statement.signed_with != key_id_of(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement.statement_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_bytes(signer: Signer, data: bytes) -> bytes:
    """The signature over canonical bytes that name their own domain: other acts that take an attorney's key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(signer.seed).sign(data)
