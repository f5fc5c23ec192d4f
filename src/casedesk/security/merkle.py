"""Merkle trees as RFC 6962 (Certificate Transparency) hashes them: one root over many leaves, a short proof of each.

A leaf's hash begins with 0x00 and an inner node's with 0x01, so that no leaf can be passed off as a node. A tree of n
leaves is split at the largest power of two below n, which is the same as pairing neighbours level by level and letting
an odd last one rise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

Step = tuple[str, str]
"""One step of a path: on which side the neighbour stands (`LEFT` or `RIGHT`), and its hash in hexadecimal."""

LEFT: Final = "L"
RIGHT: Final = "R"

EMPTY: Final = hashlib.sha256(b"").hexdigest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> str:
    """The hash of a leaf with this content, 64 hexadecimal digits."""
    return hashlib.sha256(b"\x00" + data).hexdigest()


def node_hash(left: str, right: str) -> str:
    """The hash of the node above two others. Raises ValueError for what is no hexadecimal."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The root over leaf hashes in this order; `EMPTY` when there are none."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def paths(leaves: Sequence[str]) -> list[tuple[Step, ...]]:
    """For each leaf the way from it to the root, lowest step first; empty for a single leaf."""
    out: list[list[Step]] = [[] for _ in leaves]
    level = list(leaves)
    below = [[index] for index in range(len(leaves))]
    while len(level) > 1:
        merged: list[list[int]] = []
        for at in range(0, len(level) - 1, 2):
            for index in below[at]:
                out[index].append((RIGHT, level[at + 1]))
            for index in below[at + 1]:
                out[index].append((LEFT, level[at]))
            merged.append(below[at] + below[at + 1])
        if len(level) % 2:
            merged.append(below[-1])
        level, below = _above(level), merged
    return [tuple(steps) for steps in out]


def follow(leaf: str, path: Sequence[Step]) -> str:
    """The root to which a path leads from a leaf's hash. Raises ValueError for a path that is none."""
    at = leaf
    for side, other in path:
        if side not in (LEFT, RIGHT):
            raise ValueError("A path goes left or right.")
        at = node_hash(other, at) if side == LEFT else node_hash(at, other)
    return at


def _above(level: list[str]) -> list[str]:
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs
