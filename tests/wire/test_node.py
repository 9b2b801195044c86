"""A parking node's words: what is taken, at every limit from both sides, and what is refused."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import node
from wire.errors import BadMessage

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "node.json").read_text())
RIGHT = VECTORS[1]["fields"]


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["payload"])
def test_a_golden_reading_is_plain_json(row: dict[str, Any]):
    assert json.loads(row["payload"]) == row["fields"]
    assert node.encode(**row["fields"]).decode() == row["payload"]
    assert vars(node.decode(row["payload"].encode())) == row["fields"]


def test_every_state_has_a_vector():
    assert {row["fields"]["state"] for row in VECTORS} == set(node.STATES)


@pytest.mark.parametrize(("field", "least"), [("boot", 0), ("number", 0), ("held_ms", 0), ("distance_mm", -1)])
def test_a_number_is_taken_up_to_its_limits_and_not_beyond(field: str, least: int):
    for value in (least, 2**32 - 1):
        assert getattr(node.decode(json.dumps(RIGHT | {field: value}).encode()), field) == value
    for value in (least - 1, 2**32, 1.0, True, "1", None, [], {}):
        with pytest.raises(BadMessage, match=field):
            node.decode(json.dumps(RIGHT | {field: value}).encode())
    with pytest.raises(BadMessage, match=field):
        node.decode(json.dumps({name: value for name, value in RIGHT.items() if name != field}).encode())


@pytest.mark.parametrize("state", ["Free", "", "taken", None, 0, [], ["free"], {"free": 1}])
def test_a_state_is_one_of_three_words(state: object):
    with pytest.raises(BadMessage, match="a bay cannot be"):
        node.decode(json.dumps(RIGHT | {"state": state}).encode())


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"1", b"null", b'"free"', b"\xff\xfe", b"NaN", b"{}", b"9" * 250]
)
def test_what_is_no_object_of_ours_is_refused(payload: bytes):
    with pytest.raises(BadMessage):
        node.decode(payload)


def test_a_message_has_at_most_256_bytes():
    right = VECTORS[1]["payload"].encode()
    assert node.decode(right.ljust(256)).state == "occupied"
    with pytest.raises(BadMessage, match="257"):
        node.decode(right.ljust(257))


@pytest.mark.parametrize("piece", [b"[", b'{"boot":'])
def test_deep_nesting_is_refused_and_exhausts_nothing(piece: bytes):
    for depth in (32, 256, 100_000):
        with pytest.raises(BadMessage):
            node.decode(piece * depth)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RIGHT]), inner, max_size=5),
    max_leaves=8,
)


@given(st.binary(max_size=300) | _json.map(lambda said: json.dumps(said).encode()))
def test_any_bytes_are_a_reading_or_refused_and_nothing_else(payload: bytes):
    with contextlib.suppress(BadMessage):
        assert node.decode(payload).state in node.STATES
