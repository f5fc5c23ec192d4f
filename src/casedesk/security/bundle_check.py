"""What a packet's bundle proves, one plain verdict after another, with no store and no network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from casedesk.models.gate_rules import SECOND_PASS_US
from casedesk.security import bundle, key_chain
from casedesk.security.audit_hash import entry_hash
from casedesk.security.bundle import Bundle, NotWhole
from casedesk.security.canonical import NotCanonical
from casedesk.security.key_chain import ChainKey
from casedesk.security.signing import verify
from casedesk.security.statements import FirstSignOff, SignOff, read_sign_off

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE: Final = "every byte of the file is as it was written"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: `told` says what was found, a sentence."""

    what: str
    ok: bool
    told: str


@dataclass(frozen=True)
class Verdict:
    """What a bundle proves. `root_key` is the last key in the chain: whether it is the firm's, the firm must say."""

    ok: bool
    packet: str
    findings: tuple[Finding, ...]
    signer: str = ""
    signed_at: datetime | None = None
    meaning: str = ""
    key_id: str = ""
    root_key: str = ""


class _Bad(Exception):
    """A check failed; the message says what was found."""


def check(data: bytes) -> Verdict:
    """Check a bundle. Never raises for what is in it: whatever is wrong is a finding."""
    try:
        found = bundle.unpack(data)
    except NotWhole as error:
        return Verdict(False, "", (Finding(WHOLE, False, str(error)),))
    findings = [Finding(WHOLE, True, f"{len(data):,} bytes.")]
    statement, keys = _statement(found), _keys(found)
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("the packet is the one the manifest describes", lambda: _packet(found)),
        ("the manifest is the one that was signed", lambda: _manifest(found, statement)),
        ("the signature over the statement is the signer's", lambda: _signature(found, statement, keys)),
        ("the signer's key was confirmed", lambda: _chain(statement, keys)),
        ("both reviews are those that were signed", lambda: _reviews(found, statement)),
        ("the firm's review policy was kept", lambda: _policy(statement)),
        ("the trail's entries are as they were hashed", lambda: _trail(found, statement)),
    )
    findings += [_tried(what, act) for what, act in checks]
    return Verdict(
        ok=all(f.ok for f in findings),
        packet=str(found.about.get("packet", "")),
        findings=tuple(findings),
        signer=statement.signer_name if isinstance(statement, SignOff) else "",
        signed_at=None if statement is None else _EPOCH + timedelta(microseconds=statement.signed_at_us),
        meaning="" if statement is None else statement.meaning,
        key_id="" if statement is None else statement.key_id,
        root_key=keys[-1].key_id if keys else "",
    )


def _tried(what: str, act: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, act())
    except _Bad as bad:
        return Finding(what, False, str(bad))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return Finding(what, False, "What the file says of it is not well formed.")


def _statement(found: Bundle) -> SignOff | FirstSignOff | None:
    try:
        return read_sign_off(found.papers[bundle.STATEMENT].decode("ascii"))
    except ValueError:
        return None


def _keys(found: Bundle) -> Sequence[ChainKey]:
    try:
        return [
            ChainKey(
                key["key_id"],
                bytes.fromhex(key["public_key"]),
                key["person"],
                int(key["enrolled_us"]),
                key["statement"],
                key["signature"],
            )
            for key in found.json(bundle.KEYS)
        ]
    except (KeyError, TypeError, ValueError):
        return ()


def _read(statement: SignOff | FirstSignOff | None) -> SignOff | FirstSignOff:
    if statement is None:
        raise _Bad("The statement is not well formed.")
    return statement


def _packet(found: Bundle) -> str:
    manifest, pdf = found.json(bundle.MANIFEST), found.papers[bundle.PACKET]
    if manifest["assembled_sha256"] != hashlib.sha256(pdf).hexdigest():
        raise _Bad("packet.pdf is not the packet of this manifest.")
    if (manifest["assembled_bytes"], manifest["packet"]) != (len(pdf), found.about["packet"]):
        raise _Bad("The manifest is of another packet.")
    return f"{manifest['pages']} pages, {len(manifest['entries'])} papers, sha256 {manifest['assembled_sha256']}."


def _manifest(found: Bundle, statement: SignOff | FirstSignOff | None) -> str:
    said, data = _read(statement), found.papers[bundle.MANIFEST]
    if (said.packet_sha256, said.manifest_bytes) != (hashlib.sha256(data).hexdigest(), len(data)):
        raise _Bad("The statement names another manifest.")
    if said.store != found.about["store"]:
        raise _Bad("The statement is of another store.")
    pdf = found.papers[bundle.PACKET]
    if isinstance(said, SignOff) and (said.document_sha256, said.document_bytes) != (
        hashlib.sha256(pdf).hexdigest(),
        len(pdf),
    ):
        raise _Bad("The statement names another packet.pdf.")
    return f"Version {said.version}, sha256 {said.packet_sha256}."


def _signature(found: Bundle, statement: SignOff | FirstSignOff | None, keys: Sequence[ChainKey]) -> str:
    said = _read(statement)
    if not keys or keys[0].key_id != said.key_id:
        raise _Bad(f"The signer's key {said.key_id} is missing.")
    if keys[0].person != said.signer:
        raise _Bad(f"Key {said.key_id} is not the signer's.")
    signature = bytes.fromhex(found.papers[bundle.SIGNATURE].decode("ascii"))
    if not verify(keys[0].public_key, said, signature):
        raise _Bad("The signature does not verify.")
    who = said.signer_name if isinstance(said, SignOff) else said.signer
    licence = said.licence
    return f"{who}, {licence.kind} {licence.jurisdiction} {licence.number}, key {said.key_id}: {said.meaning}"


def _chain(statement: SignOff | FirstSignOff | None, keys: Sequence[ChainKey]) -> str:
    said = _read(statement)
    fault = key_chain.fault(keys, said.store)
    if fault:
        raise _Bad(fault)
    if keys[0].enrolled_us > said.signed_at_us:
        raise _Bad("The key is younger than the signature.")
    links = " < ".join(key.key_id for key in keys)
    return f"{links}. Compare the last one with what the firm told you."


def _reviews(found: Bundle, statement: SignOff | FirstSignOff | None) -> str:
    said, told = _read(statement), found.json(bundle.REVIEWS)
    content, second = told["content"], told["second"]
    if (second["reviewer"], second["decided_at_us"]) != (said.second_reviewer, said.second_reviewed_at_us):
        raise _Bad("The statement names another second review.")
    if second["packet_sha256"] != said.packet_sha256:
        raise _Bad("The second review was of other pages.")
    if isinstance(said, SignOff) and (content["reviewer"], content["decided_at_us"]) != (
        said.content_reviewer,
        said.content_reviewed_at_us,
    ):
        raise _Bad("The statement names another content review.")
    if content["version"] != said.version:
        raise _Bad("The content review was of another version.")
    for review in (content, second):
        if not review["points"] or any(point["answer"] != "yes" for point in review["points"]):
            raise _Bad(f"{review['ref']} has a point that was not answered yes.")
    return f"Content: {content['name']}, {content['ref']}. Second: {second['name']}, {second['ref']}."


def _policy(statement: SignOff | FirstSignOff | None) -> str:
    said = _read(statement)
    people = (said.preparer, said.second_reviewer, said.signer)
    if said.policy == "three-person":
        kept = len(set(people)) == 3
    elif said.policy == "two-person":
        kept = len(set(people)) >= 2
    elif said.policy == "sole":
        # The first form did not say when the packet was assembled.
        kept = not isinstance(said, SignOff) or (
            said.second_reviewed_at_us - said.assembled_at_us >= SECOND_PASS_US
        )
    else:
        raise _Bad(f"There is no policy {said.policy!r}.")
    if not kept or said.signed_at_us < said.second_reviewed_at_us:
        raise _Bad(f"The people of this packet are not those that the {said.policy} policy asks for.")
    return f"{said.policy}."


def _trail(found: Bundle, statement: SignOff | FirstSignOff | None) -> str:
    said, entries = _read(statement), found.json(bundle.TRAIL)
    for entry in entries:
        try:
            digest = _hash(said.store, entry)
        except NotCanonical as error:
            raise _Bad(str(error)) from error
        if digest != entry["hash"]:
            raise _Bad(f"Entry {entry['seq']} is not as it was hashed.")
    signed = [
        e for e in entries if e["action"] == "packet.signed_off" and e["subject"] == found.about["packet"]
    ]
    if not any(said.packet_sha256 in e["payload"] and said.key_id in e["payload"] for e in signed):
        raise _Bad("No entry speaks of this sign-off.")
    return f"{len(entries)} entries."


def _hash(store: str, entry: Mapping[str, Any]) -> str:
    return entry_hash(
        store_id=store,
        stream=entry["stream"],
        seq=entry["seq"],
        prev_hex=entry["prev"],
        at_us=entry["at_us"],
        actor=entry["actor"],
        action=entry["action"],
        subject=entry["subject"],
        payload=entry["payload"],
    )
