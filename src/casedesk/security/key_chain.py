"""From a signer's key, by who confirmed it, up to a key that stands on nobody's word: checked with no store at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.security.signing import key_id_of, verify
from casedesk.security.statements import ALONE, KeyStatement, read_key


@dataclass(frozen=True, slots=True)
class ChainKey:
    """A key's public half and the confirmation on record; `statement` and `signature` are empty for a root.

    `person` is the opaque id of whose it is, `enrolled_us` microseconds since the epoch, `signature` hexadecimal.
    """

    key_id: str
    public_key: bytes
    person: str
    enrolled_us: int
    statement: str = ""
    signature: str = ""


def fault(keys: Sequence[ChainKey], store: str) -> str:
    """What is wrong with a chain, the signer's own key first and each next one the key that confirmed it; "" for nothing.

    It ends at a root: a key of the firm's founding (or from before keys were confirmed), or one confirmed by itself
    because its owner was alone. `store` is the store's id, which every confirmation names.
    """
    if not keys:
        return "There is no key."
    for place, key in enumerate(keys):
        if key.key_id != key_id_of(key.public_key):
            return f"Key {key.key_id} is not the public key it stands for."
        above = keys[place + 1] if place + 1 < len(keys) else None
        said = _said(key, store)
        if isinstance(said, str):
            return said
        if said is None:
            return "" if above is None else f"Key {key.key_id} names nobody who confirmed it."
        itself = said.kind == ALONE
        confirming = key if itself else above
        if confirming is None or confirming.key_id != said.cosigner_key_id:
            return f"The key that confirmed {key.key_id} is missing."
        if confirming.person != said.cosigner or confirming.enrolled_us > said.at_us:
            return f"Key {key.key_id} was confirmed by a key that was not {said.cosigner_name}'s then."
        if not verify(confirming.public_key, said, _bytes(key.signature)):
            return f"The confirmation of key {key.key_id} does not verify."
        if itself:
            return "" if above is None else f"Key {key.key_id} confirms itself, and nothing follows."
    return f"The key that confirmed {keys[-1].key_id} is missing."


def _said(key: ChainKey, store: str) -> KeyStatement | str | None:
    if not key.statement:
        return None
    try:
        said = read_key(key.statement)
    except ValueError:
        return f"The confirmation of key {key.key_id} is not well formed."
    if (said.store, said.key_id, said.public_key, said.person) != (
        store,
        key.key_id,
        key.public_key.hex(),
        key.person,
    ):
        return f"The confirmation of key {key.key_id} is of another key."
    return said


def _bytes(signature: str) -> bytes:
    try:
        return bytes.fromhex(signature)
    except ValueError:
        return b""
