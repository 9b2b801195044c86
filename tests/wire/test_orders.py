"""Orders of the centre: golden bytes made by hand, defaults, and what is none."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import entry, orders
from wire.errors import BadMessage

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "orders.json").read_text("utf-8"))
BODY: dict[str, Any] = json.loads(ROWS[3]["entry"])["body"]


def raw(body: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(body).encode())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["order"])
def test_a_golden_order_is_made_again_to_the_byte(row: dict[str, Any]):
    data = row["entry"].encode()
    said = json.loads(data)
    read = entry.decode(data)
    order = orders.read(read.body)
    assert type(order).__name__ == row["order"]
    assert json.loads(msgspec.json.encode(order)) == said["body"]
    assert orders.id_of(read.body) == said["body"]["order"]
    head = {name: said[name] for name in ("device", "epoch", "seq", "prev", "boot", "mono", "wall")}
    assert entry.encode(order, **head, clock_good=True) == data


def test_every_order_has_a_vector_and_they_are_a_chain():
    assert [row["order"] for row in ROWS] == [kind.__name__ for kind in orders.Order.__args__]
    before = entry.GENESIS
    for row in ROWS:
        assert json.loads(row["entry"])["prev"] == before
        before = hashlib.sha256(row["entry"].encode()).hexdigest()
        assert before == row["digest"]


def test_an_order_is_no_happening():
    assert all(entry.decode(row["entry"].encode()).happening() is None for row in ROWS)


def test_an_order_of_a_later_version_has_an_id_and_is_not_understood():
    body = raw({"kind": "paint_door", "order": "0" * 32, "actor": "staff 1003", "colour": "red"})
    assert orders.read(body) is None
    assert orders.id_of(body) == "0" * 32


@pytest.mark.parametrize("field", ["order", "actor", "compartment", "why"])
def test_an_order_without_one_of_its_fields_is_refused(field: str):
    with pytest.raises(BadMessage, match="not an order"):
        orders.read(raw({name: value for name, value in BODY.items() if name != field}))


@pytest.mark.parametrize("id_", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n", 0, None])
def test_an_id_is_32_small_hexadecimal_digits(id_: Any):
    for read in (orders.read, orders.id_of):
        with pytest.raises(BadMessage):
            read(raw(BODY | {"order": id_}))


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(
    lambda said: json.dumps(said).encode()))  # fmt: skip
def test_junk_is_refused_and_nothing_else(data: bytes):
    for read in (orders.read, orders.id_of):
        with pytest.raises(BadMessage):
            read(msgspec.Raw(data))
