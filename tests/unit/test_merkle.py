"""The tree of RFC 6962: its published roots, and proofs that prove one leaf of one tree and nothing else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.security.merkle import EMPTY, LEFT, RIGHT, follow, leaf_hash, node_hash, paths, root

# The test vectors of the Certificate Transparency reference implementation.
LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

hashes = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=40)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_published_roots(count: int) -> None:
    assert root([leaf_hash(data) for data in LEAVES[:count]]) == ROOTS[count - 1]


def test_no_leaves() -> None:
    assert root([]) == EMPTY == hashlib.sha256(b"").hexdigest()
    assert paths([]) == []


@given(hashes)
def test_every_path_leads_from_its_leaf_to_the_root(leaves: list[str]) -> None:
    top = root(leaves)
    ways = paths(leaves)
    assert [follow(leaf, way) for leaf, way in zip(leaves, ways, strict=True)] == [top] * len(leaves)
    assert all(len(way) <= (len(leaves) - 1).bit_length() for way in ways)


@given(hashes, st.data())
def test_a_path_proves_no_other_leaf(leaves: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    way = paths(leaves)[at]
    assert follow(leaf_hash(b"another leaf altogether"), way) != root(leaves)
    if way:
        step = data.draw(st.integers(0, len(way) - 1))
        side, other = way[step]
        turned = (RIGHT if side == LEFT else LEFT, other)
        below = follow(leaves[at], way[:step])
        if below != other:
            assert follow(leaves[at], (*way[:step], turned, *way[step + 1 :])) != root(leaves)
        assert follow(leaves[at], way[:step]) != root(leaves)


def test_a_node_is_no_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(bytes.fromhex(left) + bytes.fromhex(right)) != node_hash(left, right)


@pytest.mark.parametrize("path", [(("X", "00" * 32),), (("L", "no hexadecimal"),)])
def test_a_path_that_is_none_is_refused(path: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError):
        follow(leaf_hash(b"a"), path)
