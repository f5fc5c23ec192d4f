"""One value, one spelling; and the audit chain's hash, the same on PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.security.audit_hash import DOMAIN, ENTRY_HASH_SQL, GENESIS, entry_bytes, entry_hash
from casedesk.security.canonical import NotCanonical, canonical_json, length_prefixed, sha256_hex

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)

GOLDEN: list[tuple[object, bytes]] = [
    (None, b"null"),
    ({}, b"{}"),
    ([], b"[]"),
    ({"b": 1, "a": [True, False, None, -7]}, b'{"a":[true,false,null,-7],"b":1}'),
    ({"name": "Nguyễn"}, b'{"name":"Nguy\\u1ec5n"}'),
    ("王 \U0001f600", b'"\\u738b \\ud83d\\ude00"'),
    ('"\\/\x00\x1f\n\t\x7f', b'"\\"\\\\/\\u0000\\u001f\\n\\t\\u007f"'),
    (
        {"é": 1, "z": 2, "Z": 3, "\U0001f600": 4, "\uffff": 5},
        b'{"Z":3,"z":2,"\\u00e9":1,"\\uffff":5,"\\ud83d\\ude00":4}',
    ),
    (2**70, b"1180591620717411303424"),
    ((1, (2,)), b"[1,[2]]"),
]


@pytest.mark.parametrize(("value", "expected"), GOLDEN)
def test_golden_vectors(value: object, expected: bytes) -> None:
    assert canonical_json(value) == expected


@given(values)
def test_reading_it_back_and_writing_it_again_changes_nothing(value: Any) -> None:
    written = canonical_json(value)
    assert written.isascii()
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(words, st.integers(), min_size=2))
def test_the_order_in_which_keys_were_set_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@pytest.mark.parametrize(
    "value", [1.0, {"a": [1.5]}, float("nan"), b"x", {1: "a"}, {"a": {2}}, "\ud800", {"\udc00": 1}, object()]
)
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(NotCanonical, match=r"value\.matters\[1\]\.load"):
        canonical_json({"matters": [{"load": 1}, {"load": 0.5}]})


def test_depth_is_bounded() -> None:
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_netstrings() -> None:
    assert length_prefixed() == b""
    assert length_prefixed("", "a", "é", "3:abc,") == b"0:,1:a,2:\xc3\xa9,6:3:abc,,"
    with pytest.raises(NotCanonical):
        length_prefixed("\ud800")


@given(st.lists(words, max_size=5), st.lists(words, max_size=5))
def test_different_fields_never_give_the_same_bytes(one: list[str], other: list[str]) -> None:
    assert (length_prefixed(*one) == length_prefixed(*other)) == (one == other)


ENTRY: dict[str, Any] = {
    "store_id": "0123456789ABC",
    "stream": "matter:42",
    "seq": 1,
    "prev_hex": GENESIS,
    "at_us": 1_794_234_000_000_000,
    "actor": "person:7",
    "action": "document.received",
    "subject": "document:9",
    "payload": '{"name":"Nguy\\u1ec5n"}',
}


def test_the_entry_is_its_fields_in_their_order() -> None:
    fields = [DOMAIN, *(str(value) for value in ENTRY.values())]
    spelled = b"".join(b"%d:%b," % (len(field.encode()), field.encode()) for field in fields)
    assert entry_bytes(**ENTRY) == spelled
    assert entry_hash(**ENTRY) == hashlib.sha256(spelled).hexdigest() == sha256_hex(spelled)


def test_the_entry_hash_is_pinned() -> None:
    assert entry_hash(**ENTRY) == "ebd83cdd88b922e0436bb0319a06d8fc5354614fa722054c7bb28233d713a99e"


@pytest.mark.parametrize("field", [*ENTRY, "domain"])
def test_every_field_of_an_entry_is_hashed(field: str) -> None:
    value = ENTRY.get(field, DOMAIN)
    changed = {**ENTRY, field: value + (1 if isinstance(value, int) else "x")}
    assert entry_hash(**changed) != entry_hash(**ENTRY)


def test_text_cannot_move_between_neighbouring_fields() -> None:
    moved = {**ENTRY, "actor": "person:", "action": "7document.received"}
    assert entry_hash(**moved) != entry_hash(**ENTRY)


def test_the_sql_expression_names_every_field_once_in_order() -> None:
    names = [name for name in ENTRY if f"|| {name}" in ENTRY_HASH_SQL]
    assert names == list(ENTRY)
    assert sorted(names, key=lambda name: ENTRY_HASH_SQL.index(f"|| {name}")) == names
    assert f"'{DOMAIN}'" in ENTRY_HASH_SQL
