"""A packet's proof in one file: what left the firm, what was signed over it, by whose key, and on whose word.

A ZIP whose every byte is determined by what is in it, so that any other byte is found. It is read with no store at
hand; what it proves is checked by `bundle_check`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from casedesk.security.canonical import canonical_json, sha256_hex

FORMAT: Final = "casedesk.bundle.1"
INDEX: Final = "bundle.json"
PACKET: Final = "packet.pdf"
MANIFEST: Final = "manifest.json"
STATEMENT: Final = "statement.json"
SIGNATURE: Final = "signature.txt"
KEYS: Final = "keys.json"
REVIEWS: Final = "reviews.json"
TRAIL: Final = "trail.json"
README: Final = "README.txt"
PAPERS: Final = (README, PACKET, MANIFEST, STATEMENT, SIGNATURE, KEYS, REVIEWS, TRAIL)
"""The papers of a bundle in their order; `bundle.json` stands before them and lists them."""

_READ_ME: Final = """\
This file proves what left the firm: packet {packet}, and the sign-off over its very bytes.

casedesk packet verify --bundle FILE      checks all of it, with no store and no network.

packet.pdf       the packet as it was signed off
manifest.json    its papers by SHA-256, and the SHA-256 of packet.pdf
statement.json   what the attorney put her name under; it names the SHA-256 of manifest.json
signature.txt    her Ed25519 signature over the bytes of statement.json, in hexadecimal
keys.json        her public key, who confirmed it, and so on up to a key that stands on nobody's word
reviews.json     the content review and the second review that the statement names
trail.json       the entries of the firm's trail that speak of this packet

Two things no file can show. Whether the last key in keys.json is the firm's: compare its id with one the firm gave
you another way. And whether a key was revoked after this file was made: ask the firm.
"""


class NotWhole(ValueError):
    """The file is no bundle as it was written; the message is one sentence that says where it differs."""


@dataclass(frozen=True)
class Bundle:
    """A bundle's papers by name, as bytes, and what its index says beside their hashes."""

    about: Mapping[str, Any]
    papers: Mapping[str, bytes]

    def json(self, name: str) -> Any:
        """A paper that is JSON. Raises ValueError when it is none, or not in its one spelling."""
        value = json.loads(self.papers[name])
        if canonical_json(value) != self.papers[name]:
            raise ValueError(f"{name} is not in its canonical spelling.")
        return value


def pack(papers: Mapping[str, bytes], *, packet: str, store: str, made_at_us: int, made_by: str) -> bytes:
    """The bundle of these papers (`PAPERS` without the README, which is written here).

    `packet` is the packet's ref, `store` the store's id, `made_by` a handle. The same papers give the same bytes.
    """
    whole = {**papers, README: _READ_ME.format(packet=packet).encode("ascii")}
    about = {"format": FORMAT, "packet": packet, "store": store, "made_at_us": made_at_us, "made_by": made_by}
    return _zip(_index(about, whole), whole)


def unpack(data: bytes) -> Bundle:
    """The bundle in `data`, when every byte of it is as `pack` wrote it. Raises `NotWhole`."""
    found = _read(data)
    index = found.pop(INDEX)
    try:
        told = json.loads(index)
        listed = {each["name"]: (each["sha256"], each["bytes"]) for each in told.pop("files")}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotWhole("Its list of papers is not well formed.") from error
    if told.get("format") != FORMAT or tuple(listed) != PAPERS:
        raise NotWhole("It is no bundle of a known form.")
    for name in PAPERS:
        if listed[name] != (sha256_hex(found[name]), len(found[name])):
            raise NotWhole(f"{name} is not as it was written.")
    if _zip(_index(told, found), found) != data:
        raise NotWhole("Something around its papers is not as it was written.")
    return Bundle(told, found)


def _index(about: Mapping[str, Any], papers: Mapping[str, bytes]) -> bytes:
    files = [{"name": n, "sha256": sha256_hex(papers[n]), "bytes": len(papers[n])} for n in PAPERS]
    return canonical_json({**about, "files": files})


def _zip(index: bytes, papers: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in ((INDEX, index), *((n, papers[n]) for n in PAPERS)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # what wrote it shall not be told by the system it ran on
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _read(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if [e.filename for e in archive.infolist()] != [INDEX, *PAPERS]:
                raise NotWhole("It does not hold the papers of a bundle.")
            for entry in archive.infolist():
                # Nothing in a bundle is compressed: what is small in it stays small.
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(data):
                    raise NotWhole(f"{entry.filename} is not as it was written.")
                found[entry.filename] = _paper(archive, entry)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, NotWhole):
            raise
        raise NotWhole("It is damaged, or no bundle.") from error
    return found


def _paper(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except zipfile.BadZipFile as error:
        raise NotWhole(f"{entry.filename} is not as it was written.") from error
