"""Entries, batches, receipts and status against vectors that the standard library made, and against junk."""

import base64
import contextlib
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import entry, happenings, sign
from wire.entry import GENESIS, MAX_BATCH, MAX_ENTRY, Receipt, Signed, Status
from wire.errors import BadMessage


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((Path(__file__).parent / "vectors" / f"{name}.json").read_text(encoding="utf-8"))


ENTRIES, BATCHES, RECEIPTS, STATUS = map(vectors, ("entries", "batches", "receipts", "status"))
FIRST = vectors("entries_first")
"""What version 0.1.0 wrote."""

KEY = bytes(range(32))
SIGN, VERIFY = sign.signer(KEY), sign.verifier(sign.public_key(KEY))
HEAD: dict[str, Any] = {
    "device": "zone-01", "epoch": 1, "seq": 1, "prev": GENESIS, "boot": 1, "mono": 0, "wall": 0, "clock_good": True
}  # fmt: skip


def plain_json(said: Any) -> bytes:
    """Return JSON as the standard library writes it without spaces, fields in the order they have."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def with_field(field: str, value: Any) -> bytes:
    return plain_json(json.loads(ENTRIES[0]["entry"]) | {field: value})


# --- entries ---


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row["happening"])
def test_a_golden_entry_is_plain_json_and_is_made_again_to_the_byte(row: dict[str, Any]):
    data = row["entry"].encode()
    said = json.loads(data)
    assert plain_json(said) == data
    read = entry.decode(data)
    happening = read.happening()
    assert type(happening).__name__ == row["happening"]
    assert {"kind": said["body"]["kind"], **msgspec.to_builtins(happening)} == said["body"]
    head = {name: said[name] for name in ("device", "epoch", "seq", "prev", "boot", "mono", "wall")}
    assert entry.encode(happening, **head, clock_good=said["clock"] == "good") == data


def test_every_happening_has_a_vector():
    assert [row["happening"] for row in ENTRIES] == [kind.__name__ for kind in happenings.Happening.__args__]


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row["happening"])
def test_what_the_first_version_wrote_is_read_with_the_defaults_of_what_was_added(row: dict[str, Any]):
    said = json.loads(row["entry"])["body"]
    happening = entry.decode(row["entry"].encode()).happening()
    assert type(happening).__name__ == row["happening"]
    read = msgspec.to_builtins(happening)
    assert {name: value for name, value in read.items() if name in said} == said
    defaults = {field.name: field.default for field in msgspec.structs.fields(happening)}
    assert {name: value for name, value in read.items() if name not in said} == {
        name: defaults[name] for name in read if name not in said
    }


def test_every_entry_names_the_digest_of_the_one_before():
    before = GENESIS
    for row in ENTRIES:
        data = row["entry"].encode()
        assert entry.decode(data).prev == before
        assert entry.digest(data) == hashlib.sha256(data).hexdigest() == row["digest"]
        before = row["digest"]


def test_a_kind_from_a_later_version_is_kept_and_not_understood():
    data = with_field("body", {"kind": "door_painted", "colour": "red"})
    assert entry.decode(data).happening() is None
    assert bytes(entry.decode(data).body) == b'{"kind":"door_painted","colour":"red"}'


def test_a_field_from_a_later_version_is_no_mistake():
    body = {"kind": "door_forced", "compartment": 1, "by_hand": True}
    assert entry.decode(with_field("body", body)).happening() == happenings.DoorForced(compartment=1)
    assert entry.decode(with_field("later", 1)).device == "zone-01"


@pytest.mark.parametrize(
    "body",
    [{"kind": "door_forced"}, {"kind": "door_forced", "compartment": "1"}, {"kind": "bay_changed", "state": "?"}],
)
def test_a_known_kind_with_wrong_fields_is_refused_when_it_is_read(body: dict[str, Any]):
    read = entry.decode(with_field("body", body))
    with pytest.raises(BadMessage, match="not a happening"):
        read.happening()


@pytest.mark.parametrize("body", [{}, [], None, 1, "taken", {"kind": None}, {"kind": 1}])
def test_a_body_without_a_kind_is_no_entry(body: Any):
    with pytest.raises(BadMessage):
        entry.decode(with_field("body", body))


@pytest.mark.parametrize("field", ["epoch", "seq", "boot"])
def test_counts_are_taken_from_1_to_2_to_the_53(field: str):
    for right in (1, 2**53):
        assert getattr(entry.decode(with_field(field, right)), field) == right
    for wrong in (0, -1, 2**53 + 1, 1.0, True, "1", None):
        with pytest.raises(BadMessage, match=field):
            entry.decode(with_field(field, wrong))


@pytest.mark.parametrize("field", ["mono", "wall"])
def test_instants_are_taken_from_0_to_2_to_the_53(field: str):
    for right in (0, 2**53):
        assert getattr(entry.decode(with_field(field, right)), field) == right
    for wrong in (-1, 2**53 + 1, 0.5, None):
        with pytest.raises(BadMessage, match=field):
            entry.decode(with_field(field, wrong))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("device", name) for name in ("", "z" * 33, "-a", "a-", "A", "a/b", "+", "zone-01\n", 1)],
        *[("prev", digest) for digest in ("", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n", 0)],
        *[("clock", word) for word in ("", "bad", None, True)],
        *[("v", version) for version in (0, 2, "1", None)],
    ],
)
def test_a_field_that_is_not_of_the_contract_is_refused(field: str, value: Any):
    with pytest.raises(BadMessage, match="not an entry"):
        entry.decode(with_field(field, value))


@pytest.mark.parametrize("field", ["v", "device", "epoch", "seq", "prev", "boot", "mono", "wall", "clock", "body"])
def test_an_entry_without_one_of_its_fields_is_refused(field: str):
    said = json.loads(ENTRIES[0]["entry"])
    del said[field]
    with pytest.raises(BadMessage, match=field):
        entry.decode(plain_json(said))


def alarm_of(extra: int) -> happenings.AlarmRaised:
    return happenings.AlarmRaised(alarm="a", about="b", detail="x" * extra)


def test_an_entry_has_at_most_8192_bytes():
    room = MAX_ENTRY - len(entry.encode(alarm_of(0), **HEAD))
    longest = entry.encode(alarm_of(room), **HEAD)
    assert len(longest) == MAX_ENTRY
    assert entry.decode(longest).happening() == alarm_of(room)
    with pytest.raises(ValueError, match="8192"):
        entry.encode(alarm_of(room + 1), **HEAD)
    with pytest.raises(BadMessage, match="8192"):
        entry.decode(longest + b" ")


# --- batches ---


@pytest.mark.parametrize("row", BATCHES, ids=lambda row: row["why"])
def test_a_golden_batch_is_a_line_an_entry(row: dict[str, Any]):
    entries = [Signed(each["entry"].encode(), bytes.fromhex(each["signature"])) for each in row["entries"]]
    lines = [(base64.b64encode(e.signature).decode() or "-") + " " + e.data.decode() + "\n" for e in entries]
    assert "".join(lines) == row["batch"]
    assert entry.pack(entries).decode() == row["batch"]
    assert entry.unpack(row["batch"].encode()) == entries


def test_a_batch_has_at_most_60000_bytes():
    longest = [Signed(b"x" * (MAX_BATCH - 3))]
    assert entry.unpack(entry.pack(longest)) == longest
    with pytest.raises(ValueError, match="60000"):
        entry.pack([Signed(b"x" * (MAX_BATCH - 2))])
    with pytest.raises(BadMessage, match="not a batch"):
        entry.unpack(b"- " + b"x" * (MAX_BATCH - 2) + b"\n")


def test_a_signature_of_every_length_comes_back():
    for length in range(70):
        signed = [Signed(b"{}", bytes(range(length)))]
        assert entry.unpack(entry.pack(signed)) == signed


@pytest.mark.parametrize(
    "batch",
    [
        *[b"", b"- {}", b"\n", b"-{}\n", b"- {}\n\n", b"! {}\n", b"YQ {}\n", b"Y Q\n", b"\xff {}\n", b" {}\n"],
        *[b"YR== {}\n", b"YQ==YQ== {}\n", b"_-_- {}\n"],  # another text for the same bytes, two in one, base64url
    ],
)
def test_what_is_no_batch_is_refused(batch: bytes):
    with pytest.raises(BadMessage):
        entry.unpack(batch)


# --- receipts and status ---


@pytest.mark.parametrize("row", STATUS, ids=lambda row: row["message"][:60])
def test_a_golden_status_is_plain_json(row: dict[str, Any]):
    message = msgspec.convert(row["fields"], Status)
    assert plain_json(row["fields"]).decode() == row["message"] == entry.write(message).decode()
    assert entry.read_status(row["message"].encode()) == message


@pytest.mark.parametrize("row", RECEIPTS, ids=lambda row: f"upto {row['fields']['upto']}")
def test_a_golden_receipt_is_one_signed_line(row: dict[str, Any]):
    receipt = msgspec.convert(row["fields"], Receipt)
    key = bytes.fromhex(row["private_key"])
    payload = row["payload"].encode()
    assert entry.sign_receipt(receipt, sign.signer(key)) == payload
    signature, _, data = payload.partition(b" ")
    assert data == plain_json(row["fields"]) + b"\n"
    assert base64.b64decode(signature) == sign.signer(key)(plain_json(row["fields"]))
    assert entry.open_receipt(payload, sign.verifier(sign.public_key(key))) == receipt


def receipt_with(**fields: Any) -> bytes:
    data = plain_json(RECEIPTS[1]["fields"] | fields)
    return entry.pack([Signed(data, SIGN(data))])


@pytest.mark.parametrize("upto", [-1, 2**53 + 1, 0.0, None, "0"])
def test_a_receipt_counts_from_0_to_2_to_the_53(upto: Any):
    with pytest.raises(BadMessage, match="upto"):
        entry.open_receipt(receipt_with(upto=upto), VERIFY)
    assert [entry.open_receipt(receipt_with(upto=right), VERIFY).upto for right in (0, 2**53)] == [0, 2**53]


@pytest.mark.parametrize(("field", "value"), [("device", "a\n"), ("head", GENESIS + "\n"), ("epoch", 0), ("v", 2)])
def test_a_receipt_that_is_not_of_the_contract_is_refused(field: str, value: Any):
    with pytest.raises(BadMessage, match="not a receipt"):
        entry.open_receipt(receipt_with(**{field: value}), VERIFY)


def test_an_unsigned_receipt_is_refused_and_so_is_a_forged_one():
    data = plain_json(RECEIPTS[1]["fields"])
    for signature in (b"", bytes(64), sign.signer(bytes(32))(data), SIGN(data + b" "), SIGN(data)[:63]):
        with pytest.raises(BadMessage, match="did not sign"):
            entry.open_receipt(entry.pack([Signed(data, signature)]), VERIFY)


def test_a_receipt_is_one_line_and_not_more():
    with pytest.raises(BadMessage, match="one line"):
        entry.open_receipt(receipt_with() * 2, VERIFY)
    with pytest.raises(BadMessage):
        entry.open_receipt(plain_json(RECEIPTS[1]["fields"]), VERIFY)


def test_an_order_that_the_centre_signed_is_no_receipt():
    data = vectors("orders")[0]["entry"].encode()
    with pytest.raises(BadMessage, match="not a receipt"):
        entry.open_receipt(entry.pack([Signed(data, SIGN(data))]), VERIFY)


def test_while_a_key_is_exchanged_both_are_trusted_and_no_third():
    one, two, three = (sign.signer(bytes([n]) * 32) for n in (1, 2, 3))
    trusted = sign.any_of(sign.verifier(sign.public_key(bytes([n]) * 32)) for n in (1, 2))
    receipt = msgspec.convert(RECEIPTS[1]["fields"], Receipt)
    for right in (one, two):
        assert entry.open_receipt(entry.sign_receipt(receipt, right), trusted) == receipt
        assert entry.open_receipt(entry.sign_receipt(receipt, right), trusted) == receipt  # more than once
    with pytest.raises(BadMessage, match="did not sign"):
        entry.open_receipt(entry.sign_receipt(receipt, three), trusted)


@pytest.mark.parametrize(
    ("field", "value"), [("device", "A"), ("online", 1), ("online", "true"), ("boot", 0), ("v", 2)]
)
def test_a_status_that_is_not_of_the_contract_is_refused(field: str, value: Any):
    with pytest.raises(BadMessage, match="not a status"):
        entry.read_status(plain_json(STATUS[0]["fields"] | {field: value}))


# --- junk ---


def open_receipt(data: bytes) -> object:
    return entry.open_receipt(data, lambda _data, _signature: True)


READERS: list[Callable[[bytes], object]] = [entry.decode, entry.unpack, open_receipt, entry.read_status]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("piece", [b"[", b'{"x":', b'{"v":1,"body":', b'{"kind":'])
def test_deep_nesting_is_refused_and_exhausts_nothing(read: Callable[[bytes], object], piece: bytes):
    for depth in (100, 1_000, 10_000, 100_000):
        with pytest.raises(BadMessage):
            read(piece * depth)


RIGHT = [row["entry"].encode() for row in ENTRIES] + [row["batch"].encode() for row in BATCHES]
RIGHT += [row["message"].encode() for row in STATUS] + [row["payload"].encode() for row in RECEIPTS]


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """Return a right message with some of its bytes put out, doubled or changed."""
    data = bytearray(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 2))] = draw(
            st.binary(max_size=2) | st.sampled_from([b'"', b"}", b"\\u", b"0"])
        )
    return bytes(data)


@given(st.binary(max_size=400) | bent())
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes):
    for read in READERS:
        with contextlib.suppress(BadMessage):
            read(data)
    with contextlib.suppress(BadMessage):
        entry.decode(data).happening()
