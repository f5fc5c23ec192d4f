"""A local store's key: 256 random bits, the places where they may lie, and their copy for people.

The first 16 bytes of an encrypted store are its salt. In hex they name the key wherever it is kept, so that a store
that was moved or copied still finds it. Neither an argument, nor an environment variable, nor a log ever holds a key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn

from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security import key_file as files
from casedesk.security.secrets import NoSafeKeyring, forget_secret, keyring_name, read_secret, store_secret

SERVICE: Final = "casedesk"
"""The service under which the system's keyring keeps what is ours."""

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16

WAYS_OUT: Final = "Unlock or install the system keyring, name a key file with --key-file, or type the recovery copy at a terminal."
_WAYS_TO_KEEP: Final = (
    "Unlock or install the system keyring, keep the key in a file with --key-file FILE, or keep it nowhere and be asked"
    " for it at each start, with --key-prompt."
)

Ask = Callable[[str], str]

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_KEY_LETTERS: Final = 52
_CHECK_LETTERS: Final = 4
_LETTERS: Final = _KEY_LETTERS + 2 * _CHECK_LETTERS
GROUP: Final = 5
"""Letters in a group of the recovery copy; it has twelve groups."""


@dataclass(frozen=True)
class Custody:
    """Where a key lies: in the system's keyring, in `file`, or nowhere on this machine, so that it is asked for."""

    kind: Literal["keyring", "file", "asked"]
    file: Path | None = None

    def __str__(self) -> str:
        match self.kind:
            case "keyring":
                return "the system's keyring"
            case "file":
                return f"the key file {self.file}"
            case _:
                return "a person's hands, and is asked for at each start"


KEYRING: Final = Custody("keyring")
ASKED: Final = Custody("asked")


def in_file(path: Path) -> Custody:
    """Custody in the key file at `path`."""
    return Custody("file", path)


class StoreKey:
    """One store's key and salt, and where it lay. It prints as its name, and cannot be pickled."""

    __slots__ = ("__key", "custody", "salt")

    def __init__(self, key: bytes, salt: bytes, custody: Custody = ASKED) -> None:
        if len(key) != KEY_BYTES or len(salt) != SALT_BYTES:
            raise ValueError("A store's key has 32 bytes and its salt 16.")
        self.__key = key
        self.salt = salt
        self.custody = custody

    @classmethod
    def new(cls) -> StoreKey:
        """A key and a salt nobody has seen."""
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(SALT_BYTES))

    @property
    def name(self) -> str:
        """What the key is called wherever it is kept: `store:` and the salt in hex."""
        return name_of(self.salt)

    def spelled(self) -> str:
        """Key and salt as the driver takes them, `x'<64 hex digits><32 hex digits>'`; for no other eyes."""
        return f"x'{self.__key.hex()}{self.salt.hex()}'"

    def recovery(self) -> tuple[str, ...]:
        """The copy for people: twelve groups of five letters and digits, none of which is easily misread.

        The key in Crockford's base 32, then four letters that notice a slip of the pen, and four that bind it to this
        store.
        """
        body = _letters(int.from_bytes(self.__key, "big"), _KEY_LETTERS)
        text = body + _check(body, "") + _check(body, self.salt.hex())
        return tuple(text[at : at + GROUP] for at in range(0, _LETTERS, GROUP))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StoreKey):
            return NotImplemented
        return hmac.compare_digest(self.__key, other.__key) and self.salt == other.salt

    def __hash__(self) -> int:
        return hash(self.salt)

    def __repr__(self) -> str:
        return f"<StoreKey {self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A store's key is not pickled.")


def name_of(salt: bytes) -> str:
    """The name under which the key of the store with this salt is kept."""
    return f"store:{salt.hex()}"


def from_recovery(typed: str, salt: bytes, custody: Custody = ASKED) -> StoreKey:
    """The key of the store with this salt, from its recovery copy as a person typed it: spaces, hyphens and case are
    free, and I, L and O are read as 1, 1 and 0.

    Raises `Refusal`: `recovery_mistyped` when it is no whole copy, or a letter is wrong; `recovery_of_another` when it
    is the copy of another store, or of this one before its key was changed.
    """
    text = plain_letters(typed)
    body, slip, bound = (
        text[:_KEY_LETTERS],
        text[_KEY_LETTERS : _KEY_LETTERS + _CHECK_LETTERS],
        text[_KEY_LETTERS + _CHECK_LETTERS :],
    )
    value = -1 if set(text) - set(_ALPHABET) or len(text) != _LETTERS else _number(body)
    if not 0 <= value < 1 << 8 * KEY_BYTES or not hmac.compare_digest(slip, _check(body, "")):
        raise Refusal(
            "recovery_mistyped",
            "That is no recovery copy: a letter is wrong or missing.",
            "Compare it with the paper, group by group; there are twelve of five.",
        )
    if not hmac.compare_digest(bound, _check(body, salt.hex())):
        raise Refusal(
            "recovery_of_another",
            "That recovery copy is of another store, or of this one before its key was changed.",
            "Look for the copy that was made last.",
        )
    return StoreKey(value.to_bytes(KEY_BYTES, "big"), salt, custody)


def plain_letters(typed: str) -> str:
    """What was typed, without spaces and hyphens, in capitals, with the letters that are easily misread put right."""
    return "".join(c for c in typed.upper() if not c.isspace() and c not in "-‐‑–").translate(_MISREAD)


def find(path: Path, salt: bytes, *, key_file: Path | None = None, ask: Ask | None = None) -> StoreKey:
    """The key of the store at `path`: from the key file where one is named, else the keyring, else a person.

    `ask` puts a question to whoever sits there and gives what is typed, unseen. Raises `StoreUnavailable`:
    `key_missing` when it lies nowhere, `wrong_key` when what lies there is not this store's; and `Refusal` for a key
    file that others can read or that is not there, or a recovery copy that is mistyped.
    """
    where = ""
    if key_file is not None:
        kept = files.read(key_file, name_of(salt))
        if kept is not None:
            return _kept(kept, path, salt, in_file(key_file))
        where = f" It is not in {key_file}."
    try:
        kept = read_secret(SERVICE, name_of(salt))
        if kept is not None:
            return _kept(kept, path, salt, KEYRING)
    except NoSafeKeyring as error:
        where += f" {error.message}"
    if ask is not None and (typed := ask(f"Recovery copy of {path.name}: ").strip()):
        return from_recovery(typed, salt)
    raise StoreUnavailable(
        "key_missing", f"{path} is encrypted, and its key is not on this machine.{where}", WAYS_OUT
    )


def keep(key: StoreKey, custody: Custody) -> StoreKey:
    """Keep the key where `custody` says, and read it back; gives it with its custody.

    Raises `NoSafeKeyring` or the refusals of `key_file.write`; then nothing is kept.
    """
    value = "-".join(key.recovery())
    if custody.file is not None:
        files.write(custody.file, key.name, value)
    elif custody.kind == "keyring":
        try:
            store_secret(SERVICE, key.name, value)
        except NoSafeKeyring as error:
            raise NoSafeKeyring(error.code, error.message, _WAYS_TO_KEEP) from None
    return from_recovery(value, key.salt, custody)


def check_custody(custody: Custody) -> None:
    """Raises `NoSafeKeyring`, before anything is asked or made, where the keyring is wanted and none is accepted."""
    if custody.kind == "keyring":
        try:
            keyring_name()
        except NoSafeKeyring as error:
            raise NoSafeKeyring(error.code, error.message, _WAYS_TO_KEEP) from None


def forget(key: StoreKey) -> None:
    """Take the key out of the place where it lies; what is not there is gone already."""
    if key.custody.file is not None:
        files.write(key.custody.file, key.name, None)
    elif key.custody.kind == "keyring":
        forget_secret(SERVICE, key.name)


def _kept(value: str, path: Path, salt: bytes, custody: Custody) -> StoreKey:
    try:
        return from_recovery(value, salt, custody)
    except Refusal:
        raise StoreUnavailable(
            "wrong_key",
            f"What {custody} holds for {path} is not its key.",
            "Put the right one back with `casedesk secret recover`.",
        ) from None


def _check(body: str, salt: str) -> str:
    digest = hashlib.sha256(f"casedesk.recovery.1:{salt}:{body}".encode("ascii")).digest()
    return _letters(int.from_bytes(digest[:3], "big") >> 4, _CHECK_LETTERS)


def _letters(value: int, count: int) -> str:
    out = ""
    for _ in range(count):
        value, rest = divmod(value, 32)
        out = _ALPHABET[rest] + out
    return out


def _number(text: str) -> int:
    value = 0
    for letter in text:
        value = value * 32 + _ALPHABET.index(letter)
    return value
