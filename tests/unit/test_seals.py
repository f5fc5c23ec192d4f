"""A seal binds exactly what it says: its ends, the seal before, the store, the time, the key; and tells no numbers."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.security.audit_hash import ASTRAY, CHANGED, MISSING, Chain, entry_hash
from casedesk.security.seals import (
    BLIND,
    GENESIS,
    Head,
    Seal,
    blind,
    new_seed,
    plant,
    proves,
    read_path,
    sealer_of,
    sign,
    verify,
)

SEALER = sealer_of(bytes(range(32)))
HEADS = tuple(Head(f"matter:{n}", n + 1, f"{n:064x}") for n in range(5))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def sealed() -> Seal:
    return sign(SEALER, "store", seq=1, prev=GENESIS, root=plant(HEADS).root, at_us=1_794_234_000_000_000)


def test_a_seal_is_pinned() -> None:
    """Golden: a seal made today is checked by every later version."""
    assert SEALER.key_id == "56475aa75463474c"
    made = sealed()
    assert made.root == plant(HEADS).root
    assert made.hash == "408c3d207e75a20175b6be45c8a0039cae6e0b4871f5b71ce1ea746eaf34f663"
    assert made.signature.startswith("f86f702d0fa02e033fbaf0354d36e356d64e692995a959e5b4d917714dbc7839")


@pytest.mark.parametrize("field", ["seq", "prev", "root", "at_us", "key_id", "hash", "signature", "store"])
def test_every_field_of_a_seal_is_signed(field: str) -> None:
    made = sealed()
    assert verify(SEALER.public_key, "store", made)
    if field == "store":
        assert not verify(SEALER.public_key, "store2", made)
        return
    value = getattr(made, field)
    other: Any = value + 1 if isinstance(value, int) else value[:-1] + ("1" if value[-1] == "0" else "0")
    bent: dict[str, Any] = {field: other}
    changed = replace(made, **bent)
    assert not verify(SEALER.public_key, "store", changed)
    if field not in ("hash", "signature"):
        # With its hash put right, the signature is still another's.
        assert not verify(SEALER.public_key, "store", replace(changed, hash=changed.digest("store")))


def test_another_key_signs_for_itself_only() -> None:
    other = sealer_of(bytes(range(1, 33)))
    made = sealed()
    assert not verify(other.public_key, "store", made)
    assert not verify(SEALER.public_key, "store", replace(made, signature="zz"))
    assert not verify(b"short", "store", made)
    with pytest.raises(ValueError):
        sealer_of(b"short")
    assert len(new_seed()) == 32
    assert "seed" not in repr(SEALER)


@given(st.integers(0, 70), st.booleans(), st.randoms(use_true_random=False))
def test_every_end_is_proved_and_no_other(count: int, blinded: bool, chance: random.Random) -> None:
    heads = [Head(f"matter:{n}", n + 1, f"{n:064x}") for n in range(count)]
    tree = plant(heads, blind(count, chance.getrandbits) if blinded else None)
    assert sorted(tree.order, key=lambda head: head.seq) == heads
    for head, path in zip(tree.order, tree.paths, strict=True):
        assert proves(head, path, tree.root)
        for wrong in (
            replace(head, seq=head.seq + 1),
            replace(head, hash="0" * 64 if head.hash != "0" * 64 else "1" * 64),
            replace(head, stream="x"),
        ):
            assert not proves(wrong, path, tree.root)
        assert not proves(head, path + " X", tree.root)
        assert not proves(head, path, "0" * 64)


def test_the_order_of_the_ends_does_not_matter() -> None:
    assert plant(HEADS) == plant(reversed(HEADS))


@given(st.integers(0, 500), st.randoms(use_true_random=False))
def test_blind_leaves_make_a_full_tree_of_a_height_by_chance(moved: int, chance: random.Random) -> None:
    blinds = blind(moved, chance.getrandbits)
    leaves = moved + blinds.seq
    assert blinds.stream == BLIND
    assert blinds.seq >= 1
    assert leaves >= 8
    assert leaves & (leaves - 1) == 0
    assert leaves <= max(32, 8 * moved)


def test_a_path_tells_neither_how_many_moved_nor_which() -> None:
    """Whoever reads one end of a quiet quarter of an hour sees the same kind of path for one stream and for six."""
    chance = random.Random(7)
    heights: dict[int, set[int]] = {1: set(), 6: set()}
    for moved, seen in heights.items():
        for _ in range(50):
            heads = [Head(f"matter:{n}", n + 1, f"{chance.getrandbits(256):064x}") for n in range(moved)]
            tree = plant(heads, blind(moved, chance.getrandbits))
            seen.add(len(read_path(tree.paths[0])))
    assert heights[1] == heights[6] == {3, 4, 5}


entries = st.tuples(st.integers(0, 2**62), words, words, words, words)


def slow_chain(stream: str, said: list[tuple[int, str, str, str, str]]) -> list[tuple[Any, ...]]:
    """The rows of a stream, hashed by the reference form."""
    rows: list[tuple[Any, ...]] = []
    prev = GENESIS
    for seq, (at_us, actor, action, subject, payload) in enumerate(said, start=1):
        digest = entry_hash(
            store_id="0af3",
            stream=stream,
            seq=seq,
            prev_hex=prev,
            at_us=at_us,
            actor=actor,
            action=action,
            subject=subject,
            payload=payload,
        )
        rows.append((stream, seq, prev, digest, at_us, actor, action, subject, payload))
        prev = digest
    return rows


@given(st.lists(entries, min_size=1, max_size=6), st.sampled_from(["store", "matter:7", "persön:9"]))
def test_the_quick_hash_of_an_entry_is_the_slow_one(
    said: list[tuple[int, str, str, str, str]], stream: str
) -> None:
    rows = slow_chain(stream, said)
    chain = Chain("0af3", stream)
    assert [chain.digest(row[1], row[2], *row[4:]) for row in rows] == [row[3] for row in rows]
    assert chain.follow(0, GENESIS, rows) == (len(rows), rows[-1][3], "")


@given(st.lists(entries, min_size=2, max_size=6), st.data())
def test_following_stops_at_the_first_entry_that_does_not_hold(
    said: list[tuple[int, str, str, str, str]], data: st.DataObject
) -> None:
    rows = slow_chain("matter:7", said)
    chain = Chain("0af3", "matter:7")
    at = data.draw(st.integers(0, len(rows) - 1))
    good = (at, rows[at - 1][3] if at else GENESIS)
    for column in range(4, 9):
        changed = list(rows[at])
        changed[column] = changed[column] + (1 if column == 4 else "x")
        assert chain.follow(0, GENESIS, [*rows[:at], changed, *rows[at + 1 :]]) == (*good, CHANGED)
    other = [*rows[at][:2], "f" * 64, *rows[at][3:]]
    assert chain.follow(0, GENESIS, [*rows[:at], other]) == (*good, ASTRAY)
    if at + 1 < len(rows):
        assert chain.follow(0, GENESIS, [*rows[:at], *rows[at + 1 :]]) == (*good, MISSING)
