"""A paper's chunks under their key: they open where they were put, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.security.paper_key import KEY_BYTES, TAG_BYTES, open_chunk, seal_chunk

KEY, OTHER = b"k" * KEY_BYTES, b"o" * KEY_BYTES
PLACE = {"store": "s1", "document": 7, "version": 1, "seq": 0}


@given(data=st.binary(max_size=4096))
def test_what_goes_in_comes_out(data: bytes) -> None:
    sealed = seal_chunk(KEY, data, **PLACE)  # type: ignore[arg-type]
    assert len(sealed) == len(data) + TAG_BYTES
    assert open_chunk(KEY, sealed, **PLACE) == data  # type: ignore[arg-type]
    assert open_chunk(OTHER, sealed, **PLACE) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("bent", [{"store": "s2"}, {"document": 8}, {"version": 2}, {"seq": 1}])
def test_a_chunk_opens_in_its_own_place_only(bent: dict[str, object]) -> None:
    sealed = seal_chunk(KEY, b"passport", **PLACE)  # type: ignore[arg-type]
    assert open_chunk(KEY, sealed, **{**PLACE, **bent}) is None  # type: ignore[arg-type]


@given(at=st.integers(0, 40), bit=st.integers(0, 7))
def test_one_turned_bit_is_noticed(at: int, bit: int) -> None:
    sealed = bytearray(seal_chunk(KEY, b"the bytes of a paper, 25b", **PLACE))  # type: ignore[arg-type]
    sealed[at] ^= 1 << bit
    assert open_chunk(KEY, bytes(sealed), **PLACE) is None  # type: ignore[arg-type]
