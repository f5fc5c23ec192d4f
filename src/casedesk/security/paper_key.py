"""A paper's bytes under a key of their own: destroying the key erases the paper, wherever its bytes were copied.

AES-256-GCM, one random key a version, each chunk bound to its store, document, version and place, so that no chunk can
be put in another's stead. The key lies beside the bytes, under the same policies: this is for erasing, not for hiding.
"""

from __future__ import annotations

from typing import Final

from casedesk.security.canonical import length_prefixed

DOMAIN: Final = "casedesk.paper.1"
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16


def seal_chunk(key: bytes, data: bytes, *, store: str, document: int, version: int, seq: int) -> bytes:
    """One chunk, encrypted; `TAG_BYTES` longer than `data`. A key seals the chunks of one version only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(_nonce(seq), data, _place(store, document, version, seq))


def open_chunk(key: bytes, data: bytes, *, store: str, document: int, version: int, seq: int) -> bytes | None:
    """One chunk in the clear; None for bytes that are not the ones this key sealed for this place."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(_nonce(seq), data, _place(store, document, version, seq))
    except InvalidTag:
        return None


def _nonce(seq: int) -> bytes:
    # The key is new for each version, so that a chunk's number never meets the same key twice.
    return seq.to_bytes(12, "big")


def _place(store: str, document: int, version: int, seq: int) -> bytes:
    return length_prefixed(DOMAIN, store, str(document), str(version), str(seq))
