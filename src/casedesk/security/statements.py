"""What a signing key is put under: a sign-off, or another key's confirmation; one spelling each, told apart by domain.

Every field is signed: each changed by one character voids the signature. Ids are the opaque ids of the record, instants
microseconds since the epoch, hashes 64 lower-case hexadecimal digits.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Final, TypeVar

from casedesk.security.canonical import canonical_json, sha256_hex

MEANING: Final = "I have reviewed this filing and approve it for submission to {agency}."
"""The sentence an attorney puts her name under; shown beside the passphrase, and signed with the rest."""

KEY_MEANING: Final = "I know {name}, and this signing key is theirs."
ROTATED_MEANING: Final = "This signing key takes the place of the one that signs this."
ALONE_MEANING: Final = "This signing key is mine; nobody else in the firm could confirm it."

GENESIS: Final = "0" * 64
"""What stands as the previous hash in a signer's first sign-off."""

NO_KEY: Final = "none"
"""What stands where a key takes no other key's place."""

COSIGNED, ROTATED, ALONE = "cosigned", "rotated", "alone"

_HEX64: Final = re.compile(r"[0-9a-f]{64}")
S = TypeVar("S", bound="Statement")


@dataclass(frozen=True, slots=True)
class Licence:
    """What entitles the signer: `kind` (a `LicenceKind` value), bar or roster number, and where it was given."""

    kind: str
    number: str
    jurisdiction: str


class Statement:
    """Words that are signed. Raises ValueError for a hash that is none, a negative number or an empty text."""

    __slots__ = ()
    domain: ClassVar[str]

    @property
    def signed_with(self) -> str:
        """The id of the key that signs it."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]
            value = getattr(self, each.name)
            if each.name.endswith("_sha256") and not _HEX64.fullmatch(value):
                raise ValueError(f"{each.name} of a statement is not a SHA-256 in hexadecimal.")
            if isinstance(value, int) and value < 0:
                raise ValueError(f"{each.name} of a statement is negative.")
            if value == "":
                raise ValueError(f"{each.name} of a statement is empty.")

    def statement_bytes(self) -> bytes:
        """The canonical JSON that is signed and stored: an object of all fields and `domain`."""
        return canonical_json({"domain": self.domain, **asdict(self)})  # type: ignore[call-overload]

    def statement_sha256(self) -> str:
        """The SHA-256 of `statement_bytes`, in hexadecimal."""
        return sha256_hex(self.statement_bytes())


@dataclass(frozen=True, slots=True)
class FirstSignOff(Statement):
    """A sign-off as the first builds wrote it (`casedesk.signoff.1`). It goes on being verified, and is made no more."""

    domain: ClassVar[str] = "casedesk.signoff.1"
    store: str
    matter: str
    packet: str
    version: int
    packet_sha256: str
    manifest_bytes: int
    meaning: str
    policy: str
    preparer: str
    second_reviewer: str
    second_reviewed_at_us: int
    signer: str
    licence: Licence
    rule_set_sha256: str
    checklist_sha256: str
    key_id: str
    signed_at_us: int
    previous_sha256: str

    @property
    def signed_with(self) -> str:
        return self.key_id


@dataclass(frozen=True, slots=True)
class SignOff(Statement):
    """All that one sign-off says.

    `packet_sha256` and `manifest_bytes` are of the packet's manifest, `document`, `document_sha256` and
    `document_bytes` of the assembled PDF it names; `meaning` is the sentence of `meaning_for`; `previous_sha256` the
    `statement_sha256` of the signer's sign-off before it, or `GENESIS`.
    """

    domain: ClassVar[str] = "casedesk.signoff.2"
    store: str
    matter: str
    packet: str
    version: int
    packet_sha256: str
    manifest_bytes: int
    document: str
    document_sha256: str
    document_bytes: int
    meaning: str
    policy: str
    preparer: str
    assembled_at_us: int
    content_reviewer: str
    content_reviewed_at_us: int
    second_reviewer: str
    second_reviewed_at_us: int
    signer: str
    signer_name: str
    licence: Licence
    rule_set_sha256: str
    checklist_sha256: str
    key_id: str
    signed_at_us: int
    previous_sha256: str

    @property
    def signed_with(self) -> str:
        return self.key_id


@dataclass(frozen=True, slots=True)
class KeyStatement(Statement):
    """That a key is a person's own, said by whoever answers for it.

    `kind`: `cosigned` by another qualified person; `rotated`, by the person's own key until then, named by `replaces`;
    `alone`, by the new key itself, where nobody else in the firm could. `licence` is of the one who signs this
    (`cosigner`, with `cosigner_key_id`). Raises ValueError for a kind that does not fit its people and keys.
    """

    domain: ClassVar[str] = "casedesk.key.1"
    store: str
    kind: str
    meaning: str
    key_id: str
    public_key: str
    person: str
    person_name: str
    cosigner: str
    cosigner_name: str
    cosigner_key_id: str
    licence: Licence
    replaces: str
    at_us: int

    def __post_init__(self) -> None:
        Statement.__post_init__(self)
        own, itself = self.cosigner == self.person, self.cosigner_key_id == self.key_id
        fits = {
            COSIGNED: not own and not itself and self.replaces == NO_KEY,
            ROTATED: own and not itself and self.replaces == self.cosigner_key_id,
            ALONE: own and itself and self.replaces == NO_KEY,
        }
        if not fits.get(self.kind, False):
            raise ValueError(f"A key that is {self.kind} is not confirmed by these people and keys.")

    @property
    def signed_with(self) -> str:
        return self.cosigner_key_id


def meaning_for(agency: str) -> str:
    """The meaning sentence with the agency's name in its place, as shown to the attorney and as signed."""
    return MEANING.replace("{agency}", agency)


def read_sign_off(words: str) -> SignOff | FirstSignOff:
    """The sign-off that these words are. Raises ValueError for anything but its one canonical spelling."""
    told = _told(words)
    if told.get("domain") == FirstSignOff.domain:
        return _read(FirstSignOff, told, words)
    return _read(SignOff, told, words)


def read_key(words: str) -> KeyStatement:
    """The confirmation of a key that these words are. Raises ValueError for anything but its canonical spelling."""
    return _read(KeyStatement, _told(words), words)


def _told(words: str) -> dict[str, Any]:
    told = json.loads(words)
    if not isinstance(told, dict):
        raise ValueError("A statement is an object.")
    return told


def _read(kind: type[S], told: dict[str, Any], words: str) -> S:
    try:
        made = kind(**{k: Licence(**v) if k == "licence" else v for k, v in told.items() if k != "domain"})
        spelled = made.statement_bytes()
    except (AttributeError, TypeError) as error:
        raise ValueError("This statement lacks a field, or has one too many.") from error
    if spelled != words.encode("utf-8", "surrogatepass"):
        raise ValueError("This statement is not in its canonical spelling.")
    return made
