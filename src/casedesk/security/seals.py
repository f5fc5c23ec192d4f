"""A seal: the ends of the trail's chains at one moment in one hash, chained to the seal before it, and signed.

A chain alone does not stop whoever can rewrite all of it. A seal binds every stream that moved since the seal before
by a Merkle root, and names that seal by its hash. So the newest seal binds every earlier end of every stream just as
one over all ends would, and stays small in a firm of thousands of matters. Whoever keeps one seal's hash elsewhere can
tell, for ever after, whether anything under it was changed.

What is hashed and signed is `domain, store, seq, prev, root, at_us, key_id`. How many streams moved is not in it:
staff may not know that (it would tell of work behind a wall), and verify all the same.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from casedesk.security import merkle
from casedesk.security.canonical import length_prefixed, sha256_hex
from casedesk.security.signing import key_id_of

DOMAIN: Final = "casedesk.seal.1"

GENESIS: Final = "0" * 64
"""What stands as the seal before the first one."""

BLIND: Final = "blind"
"""The name that leaves have which stand for no stream."""

_SEED_BYTES: Final = 32
_STEP: Final = re.compile(r"[LR][0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one stream: its last entry's number and hash."""

    stream: str
    seq: int
    hash: str

    def leaf(self) -> str:
        """The hash of this end as a leaf of the tree."""
        return merkle.leaf_hash(length_prefixed(self.stream, str(self.seq), self.hash))


@dataclass(frozen=True, slots=True)
class Tree:
    """`order` are the ends in the order of their leaves, `paths` their ways to the root as text, in the same order."""

    root: str
    order: tuple[Head, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal as the store keeps it; `signature` in hexadecimal."""

    seq: int
    prev: str
    root: str
    at_us: int
    key_id: str
    hash: str = ""
    signature: str = ""

    def signed_bytes(self, store_id: str) -> bytes:
        """What its hash and its signature are over."""
        return length_prefixed(
            DOMAIN, store_id, str(self.seq), self.prev, self.root, str(self.at_us), self.key_id
        )

    def digest(self, store_id: str) -> str:
        """The hash these values give; a seal whose `hash` is another was changed."""
        return sha256_hex(self.signed_bytes(store_id))


@dataclass(frozen=True, slots=True)
class Sealer:
    """An opened seal key. It lies with whoever seals, never in the store."""

    key_id: str
    public_key: bytes
    seed: bytes = field(repr=False)


def sealer_of(seed: bytes) -> Sealer:
    """The key of these 32 bytes. Raises ValueError for another length."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Sealer(key_id_of(public_key), public_key, seed)


def new_seed(random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The private half of a new seal key."""
    return random(_SEED_BYTES)


def plant(heads: Iterable[Head], blinds: Head | None = None) -> Tree:
    """The tree over these ends, in the order of their leaves' hashes, which says nothing about the streams.

    `blinds` (see `blind`) adds leaves that stand for none: the length of a path then tells nobody how many streams
    moved. They have no path.
    """
    ends = {end.leaf(): end for end in heads}
    leaves = sorted([*ends, *blind_leaves(blinds)])
    mine = [(ends[leaf], way) for leaf, way in zip(leaves, merkle.paths(leaves), strict=True) if leaf in ends]
    return Tree(merkle.root(leaves), tuple(end for end, _ in mine), tuple(spell(way) for _, way in mine))


def blind(moved: int, randbits: Callable[[int], int]) -> Head:
    """Blind leaves for a seal over `moved` ends: they fill a tree whose height chance may raise by one or by two.

    One row keeps them: their number, and the secret their hashes come from.
    """
    height = max(moved, 7).bit_length()
    if height < 8:
        height += (0, 0, 1, 2)[randbits(2)]
    return Head(BLIND, (1 << height) - moved, f"{randbits(256):064x}")


def blind_leaves(blinds: Head | None) -> list[str]:
    """The hashes of the leaves that stand for no stream."""
    if blinds is None:
        return []
    secret = bytes.fromhex(blinds.hash)
    each = (hmac.digest(secret, str(n).encode("ascii"), "sha256").hex() for n in range(blinds.seq))
    return [Head(BLIND, n, mark).leaf() for n, mark in enumerate(each)]


def spell(path: Sequence[merkle.Step]) -> str:
    """A path as the store keeps it: `L<hash>` and `R<hash>`, lowest first, a blank between."""
    return " ".join(side + other for side, other in path)


def read_path(text: str) -> tuple[merkle.Step, ...]:
    """What `spell` wrote. Raises ValueError for what is no path."""
    steps = text.split()
    if not all(_STEP.fullmatch(step) for step in steps):
        raise ValueError("That is no path of a seal.")
    return tuple((step[0], step[1:]) for step in steps)


def proves(head: Head, path: str, root: str) -> bool:
    """Whether this end stands under that root, by its path; a malformed path is simply False."""
    try:
        return hmac.compare_digest(merkle.follow(head.leaf(), read_path(path)), root)
    except ValueError:
        return False


def sign(sealer: Sealer, store_id: str, *, seq: int, prev: str, root: str, at_us: int) -> Seal:
    """The seal of these values, hashed and signed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    bare = Seal(seq, prev, root, at_us, sealer.key_id)
    data = bare.signed_bytes(store_id)
    signature = Ed25519PrivateKey.from_private_bytes(sealer.seed).sign(data)
    return Seal(seq, prev, root, at_us, sealer.key_id, sha256_hex(data), signature.hex())


def verify(public_key: bytes, store_id: str, seal: Seal) -> bool:
    """Whether that key signed exactly this seal, and its hash is its own; malformed input is simply False."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if seal.key_id != key_id_of(public_key) or seal.hash != seal.digest(store_id):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            bytes.fromhex(seal.signature), seal.signed_bytes(store_id)
        )
    except (InvalidSignature, ValueError):
        return False
    return True
